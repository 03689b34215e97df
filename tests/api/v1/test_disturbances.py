"""Disturbances over HTTP: to whom they are told, and how much."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import httpx
import pytest
from tests.access.made_up import NOW
from tests.access.played import Clock, Recordings, stocked
from tests.api.served import OPERATOR, PROVIDER, serve
from tests.api.test_past_isolation import DAY, day

from techinfo.access.past import History
from techinfo.history.links import Transition
from techinfo.history.store import HistoryFile
from techinfo.history.writing import HistoryWriter, PollNote, PortNote, Tenants

CUT = NOW - timedelta(minutes=30)
INVENTORY = "elements: [{name: sw, address: 192.0.2.3, sys_name: elm}]\naccesses:\n" + "".join(
    f"  - {{access_id: A-{n}, element: sw, port: ge{n}, port_by: name}}\n" for n in range(1, 9)
)


def subscribed(access: str, since: str) -> str:
    """One holder."""
    return (
        f"subscriptions:\n  - {{subscription_id: S, access_id: {access}, provider: isp,"
        f" service: x, service_type: bb, connection_date: '{since}'}}\n"
    )


@pytest.mark.parametrize(
    ("access", "since", "status", "count"),
    [
        ("A-1", day(NOW - 30 * DAY), 200, 1),
        ("A-1", day(NOW - timedelta(minutes=5)), 200, 0),
        ("A-8", day(NOW - 30 * DAY), 200, 0),
        ("A-2", day(NOW - 30 * DAY), 403, 0),
    ],
    ids=["part of it", "came after it", "no part of it", "another's"],
)
def test_a_disturbance_is_told_to_who_was_part_of_it(
    tmp_path: Path, access: str, since: str, status: int, count: int
) -> None:
    """A provider hears of several; the operator how many, and which."""
    asked = "A-1" if status == 403 else access
    clock = Clock()
    with HistoryFile.open(tmp_path / "history.sqlite") as file:
        ports = {}
        for n in range(1, 9):
            at = CUT + n * timedelta(seconds=5)
            down = Transition(at=at, earliest=at, up=False, exact=True)
            gone = (down,) if n <= 5 else ()
            ports[f"ge{n}"] = PortNote(transitions=gone, tenants=Tenants(accesses=(f"A-{n}",)))
        HistoryWriter(file).write([PollNote(element="sw", at=NOW, ports=ports)])
        inventory = stocked(tmp_path, INVENTORY + subscribed(access, since), clock)
        service = serve(
            inventory, Recordings({}).open, clock=clock, history=History(file, now=clock)
        )

        async def words(client: httpx.AsyncClient) -> list[httpx.Response]:
            path = f"/techinfo/v1/disturbances?accessId={asked}"
            return [await client.get(path, auth=who) for who in (PROVIDER, OPERATOR)]

        theirs, operators = service.talk(words)

    assert theirs.status_code == status
    if status == 200:
        found = theirs.json()["disturbances"]
        assert len(found) == count
        assert not {"accessIds", "lines", "of", "element"} & set().union(*found, set())
        assert "A-2" not in theirs.text
    if asked == "A-1":
        (whole,) = operators.json()["disturbances"]
        assert (whole["lines"], whole["of"], whole["running"]) == (5, 8, True)
        assert whole["accessIds"] == [f"A-{n}" for n in range(1, 6)]
        assert whole["since"] == "2026-11-21T09:30:05Z"
