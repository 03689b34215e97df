"""Starts of a CPE in the timeline: kept when it is asked about, once each."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import httpx
from tests.access import made_up as m
from tests.access.made_up import NOW, merged
from tests.access.played import Clock, Recordings, stocked
from tests.api.served import OPERATOR, PROVIDER, serve

from techinfo.access.past import History
from techinfo.history.store import HistoryFile
from techinfo.history.writing import HistoryWriter, PollNote, PortNote, Tenants

INVENTORY = """
elements: [{name: sw, address: 192.0.2.3, sys_name: elm}]
accesses: [{access_id: A-1, element: sw, port: ge1, port_by: name}]
cpes: [{access_id: A-1, address: 192.0.2.77, mac: "02:00:00:00:00:77"}]
subscriptions:
  - {subscription_id: S-1, access_id: A-1, provider: isp, service: x, service_type: bb,
     connection_date: "2026-11-21T08:00:00Z"}
"""
CPE = "/2.6/tech/cpe/A-1/status"


def cpe(up_s: int) -> dict[str, str]:
    """The CPE of the access, up for so long."""
    rows = merged(m.system("x", m.CPE_ID), m.port(1, "wan"))
    clock = {"1.3.6.1.2.1.1.3.0": f"67|{up_s * 100}", "1.3.6.1.6.3.10.2.1.3.0": f"2|{up_s}"}
    return rows | {f"{m.BASE}.9.4.0": "4x|020000000077"} | clock


def test_each_start_is_told_once_and_none_of_the_time_before_the_holder(tmp_path: Path) -> None:
    """The CPE is asked four times, and has started twice since the provider came."""
    clock = Clock()
    devices = Recordings({"192.0.2.3": merged(m.system("elm"), m.port(1, "ge1"))})
    with HistoryFile.open(tmp_path / "history.sqlite") as file:
        writer = HistoryWriter(file)
        known = {"ge1": PortNote(tenants=Tenants(accesses=("A-1",)))}
        writer.write([PollNote(element="sw", at=NOW - timedelta(days=3), ports=known)])
        served = serve(
            stocked(tmp_path, INVENTORY, Clock(NOW - timedelta(days=40))),
            devices.open,
            clock=clock,
            history=History(file, now=clock, put=lambda note: writer.write([note])),
        )

        async def words(client: httpx.AsyncClient) -> list[httpx.Response]:
            # Up since before the subscription; the same again; started, and once more.
            for up_s, wait_s in ((86_400, 60), (86_460, 3_000), (600, 60), (660, 1_200), (30, 60)):
                devices.rows["192.0.2.77"] = cpe(up_s)
                fresh = {"Cache-Control": "no-cache"}
                answer = await client.get(CPE, auth=PROVIDER, headers=fresh)
                assert answer.json()["up"] is True, answer.text
                clock.go_on(wait_s)
            path = "/techinfo/v1/timeline/A-1"
            return [await client.get(path, auth=who) for who in (PROVIDER, OPERATOR)]

        answers = served.talk(words)

    for answer in answers:
        rows = [one for one in answer.json()["events"] if one["what"] == "cpe_restarted"]
        assert [one["at"] for one in rows] == ["2026-11-21T10:41:00Z", "2026-11-21T11:11:30Z"]
