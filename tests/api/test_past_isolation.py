"""What was seen before is told to nobody who did not hold the access then."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from tests.access import made_up as m
from tests.access.made_up import NOW, merged
from tests.access.played import Clock, Recordings, stocked
from tests.api.served import PROVIDER, serve

from techinfo.access.past import History
from techinfo.history.change import Change
from techinfo.history.frames import Sample
from techinfo.history.links import Transition
from techinfo.history.macs import Sight
from techinfo.history.store import HistoryFile
from techinfo.history.writing import HistoryWriter, PollNote, PortNote, Tenants
from techinfo.model import Flow

MINUTE, DAY = timedelta(minutes=1), timedelta(days=1)
FIVE = 5 * MINUTE
MAC = "02:00:00:00:00:11"
PATHS = (
    "/2.6/tech/access/A-1/link/status",
    "/2.6/tech/access/A-1/link/macaddresstable",
    "/2.6/tech/access/A-1",
    "/techinfo/v1/access/A-1",
    "/techinfo/v1/dump/A-1",
)
INVENTORY = """
elements: [{name: sw, address: 192.0.2.3, sys_name: elm}]
accesses:
  - {access_id: A-1, element: sw, port: ge1, port_by: name}
  - {access_id: A-2, element: sw, port: OTHER, port_by: name}
services: [{vlan: 10, service_type: bb}, {vlan: 20, service_type: iptv}]
subscriptions:
"""
SINCE = NOW - 3 * DAY
"""When the link came, by what was seen; the address was learnt an hour later."""


def day(at: datetime) -> str:
    """As an inventory has a time."""
    return at.isoformat()


def held(provider: str, kind: str = "bb", access: str = "A-1", **more: str) -> str:
    """A subscription."""
    extra = "".join(f", {name}: {value!r}" for name, value in more.items())
    number = f"{provider}-{kind}-{access}"
    return (
        f"  - {{subscription_id: {number}, access_id: {access}, provider: {provider},"
        f" service: x, service_type: {kind}{extra}}}\n"
    )


def watched(path: Path, *tenants: str) -> HistoryFile:
    """A port that was polled for an hour, whose link came and whose address was learnt long ago."""
    file = HistoryFile.open(path / "history.sqlite")
    flow = Flow(bytes=600_000_000, unicast=600_000, errors=2)
    ends = [NOW - n * FIVE - 10 * timedelta(seconds=1) for n in range(12, -1, -1)]
    samples = tuple(
        Sample(
            port=0,
            change=Change(begin=end - FIVE, end=end, seconds=300.0, input=flow, output=flow),
            up=True,
            up_s=300.0,
        )
        for end in ends
    )
    came = Transition(at=SINCE, earliest=SINCE - FIVE, up=True, exact=True)

    def note(at: datetime, port: PortNote) -> PollNote:
        return PollNote(element="sw", at=at, ports={"ge1": port})

    writer = HistoryWriter(file)
    writer.write([note(SINCE - DAY, PortNote(macs=(), tenants=Tenants(accesses=tenants)))])
    sight = Sight(mac=MAC, vlan=10, since=SINCE + 12 * FIVE, until=NOW - MINUTE)
    writer.write([note(NOW - MINUTE, PortNote(macs=(sight,)))])
    writer.write([note(NOW, PortNote(samples=samples, transitions=(came,)))])
    return file


def answers(path: Path, subscriptions: str, *tenants: str, port: str = "ge9") -> dict[str, Any]:
    """What the provider is told of the port that was watched, path by path."""
    clock = Clock()
    text = INVENTORY.replace("OTHER", port) + subscriptions
    # Of the link the switch tells nothing but that it is up.
    link = {oid: row for oid, row in m.port(1, "ge1").items() if oid != f"{m.IF}.9.1"}
    rows = merged(m.system("elm"), link, m.learnt(1, MAC, 10))
    with watched(path, *(tenants or ("A-1",))) as file:
        service = serve(
            stocked(path, text, clock),
            Recordings({"192.0.2.3": rows}).open,
            clock=clock,
            history=History(file, now=clock),
        )

        async def words(client: Any) -> dict[str, Any]:
            return {path: await client.get(path, auth=PROVIDER) for path in PATHS}

        told = service.talk(words)
    return {path: answer.json() for path, answer in told.items() if answer.status_code == 200}


def seen(told: dict[str, Any]) -> set[str]:
    """Which of what only watching tells stands anywhere in the answers."""
    text = str(told)
    names = ("lastFiveInput", "peakInputRate", "learntAt")
    found = {name for name in names if name in text}
    return found | ({"linkSince"} if f"{SINCE:%Y-%m-%dT%H:%M}" in text else set())


def test_a_holder_of_all_that_time_is_told_the_past(tmp_path: Path) -> None:
    """Without this nothing below proves anything."""
    told = answers(tmp_path, held("isp", connection_date=day(NOW - 30 * DAY)))

    assert len(told) == len(PATHS)
    assert seen(told) == {"lastFiveInput", "peakInputRate", "learntAt", "linkSince"}


@pytest.mark.parametrize(
    "subscriptions",
    [
        held("isp", connection_date=day(NOW - MINUTE)),
        held("isp", connection_date=day(NOW - 30 * DAY), disconnection_date=day(NOW - MINUTE)),
        held("isp", connection_date=day(NOW - MINUTE))
        + held("tele", "iptv", connection_date=day(NOW - 30 * DAY)),
        held("isp", state="ORDERED", connection_date=day(NOW + DAY))
        + held("tele", connection_date=day(NOW - 30 * DAY)),
        held("isp", "iptv", connection_date=day(NOW - 30 * DAY), disconnection_date=day(NOW - DAY))
        + held("isp", state="ORDERED", connection_date=day(NOW + DAY))
        + held("tele", connection_date=day(NOW - 30 * DAY)),
    ],
    ids=["begins now", "has ended", "joins another", "is ordered", "ended and ordered again"],
)
def test_who_did_not_hold_the_access_then_is_told_nothing_of_it(
    tmp_path: Path, subscriptions: str
) -> None:
    """Whatever else it may see of it now."""
    told = answers(tmp_path, subscriptions)

    assert seen(told) == set()


def test_what_a_neighbour_sent_is_not_told_to_who_stays_alone_on_the_port(tmp_path: Path) -> None:
    """A port that was shared: what it counted in that time is of both."""
    own = held("isp", connection_date=day(NOW - 30 * DAY))
    beside = held(
        "tele",
        access="A-2",
        connection_date=day(NOW - 30 * DAY),
        disconnection_date=day(NOW - 2 * MINUTE),
    )

    with_it = answers(tmp_path, own + beside, port="ge1")
    moved = answers(tmp_path, own + beside, "A-1", "A-2")

    assert not seen(with_it) & {"lastFiveInput", "peakInputRate", "learntAt"}
    assert not seen(moved) & {"lastFiveInput", "peakInputRate", "learntAt"}
