"""Accesses times hours of disturbances, and a cause only where something tells it."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from tests.access.made_up import NOW
from tests.access.played import Clock, stocked

from techinfo.access.past.outage_report import Reported, outage_report
from techinfo.history.events import Happened, PortEvent
from techinfo.history.links import Transition
from techinfo.history.store import HistoryFile
from techinfo.history.writing import HistoryWriter, PollNote, PortNote, Tenants
from techinfo.inventory.works import Place, Scope, Works

HOUR, SECOND = timedelta(hours=1), timedelta(seconds=1)
CUT = NOW - 10 * HOUR
NETWORK = (
    "elements: [{name: sw, address: 192.0.2.3}]\naccesses:\n"
    + "".join(f"  - {{access_id: A-{n}, element: sw, port: ge{n}}}\n" for n in range(1, 9))
    + "subscriptions:\n"
    + "".join(
        f"  - {{subscription_id: S-{n}, access_id: A-{n}, provider: isp, service: x,"
        " service_type: bb}\n"
        for n in range(1, 4)
    )
)


def link(at: Any, *, up: bool, **more: Any) -> Transition:
    """A transition by the agent's own clock."""
    usual: dict[str, Any] = {"at": at, "earliest": at, "up": up, "exact": True}
    return Transition(**(usual | more))


def report(
    folder: Path,
    *,
    gasps: int = 0,
    lasting: int = 0,
    restart: bool = False,
    works: Works | None = None,
    since: Any = NOW - 30 * 24 * HOUR,
) -> list[Reported]:
    """Five of eight lines were lost for two hours; some have not come back, some had gasped."""
    with (
        HistoryFile.open(folder / "history.sqlite") as file,
        stocked(folder, NETWORK, Clock()) as inventory,
    ):
        ports = {}
        for n in range(1, 9):
            at = CUT + n * SECOND
            down = link(at, up=False, reboot=restart, exact=not restart)
            back = (link(at + 2 * HOUR, up=True),) if n > lasting else ()
            gasp = PortEvent(kind=Happened.DYING_GASP, at=at, earliest=at)
            ports[f"ge{n}"] = PortNote(
                transitions=(down, *back) if n <= 5 else (),
                events=(gasp,) if n <= gasps else (),
                tenants=Tenants(accesses=(f"A-{n}",)),
            )
        writer = HistoryWriter(file)
        known = {name: PortNote(tenants=note.tenants) for name, note in ports.items()}
        writer.write([PollNote(element="sw", at=CUT - HOUR, ports=known)])
        writer.write([PollNote(element="sw", at=NOW, ports=ports)])
        if works is not None:
            inventory.works.put(works)
        return outage_report(file, inventory, since, NOW)


def test_hours_are_those_of_each_line_within_the_time(tmp_path: Path) -> None:
    """One that is still down counts until now; services are counted apart."""
    (one,) = report(tmp_path, lasting=1)

    assert (one.accesses, one.in_service, one.unknown) == (5, 3, 0)
    assert one.access_hours == pytest.approx(4 * 2 + (10 - 1 / 3600))
    assert (one.kept.until, one.cause, one.works) == (None, "unknown", ())


def test_what_was_before_the_time_is_not_counted(tmp_path: Path) -> None:
    """Of two hours one lies in it."""
    (one,) = report(tmp_path, since=CUT + HOUR)

    assert one.access_hours == pytest.approx(5 * 1 + 15 / 3600)


def announced(**more: Any) -> Works:
    """Works on the switch, around the cut."""
    usual: dict[str, Any] = {
        "reference": "W-1",
        "text": "x",
        "begin": CUT - HOUR,
        "end": CUT + HOUR,
        "scopes": (Scope(Place.ELEMENT, "sw"),),
    }
    return Works(**(usual | more))


@pytest.mark.parametrize(
    ("given", "cause"),
    [
        ({}, "unknown"),
        ({"gasps": 3}, "unknown"),
        ({"gasps": 4}, "power"),
        ({"restart": True}, "element_restarted"),
        ({"works": announced()}, "planned_works"),
        ({"works": announced(begin=CUT + HOUR, end=CUT + 2 * HOUR)}, "unknown"),
        ({"works": announced(scopes=(Scope(Place.ACCESS, "A-1"),))}, "unknown"),
    ],
    ids=["nothing", "some gasps", "most gasped", "restart", "works", "later works", "works on one"],
)
def test_a_cause_is_told_where_something_tells_it(
    tmp_path: Path, given: dict[str, Any], cause: str
) -> None:
    """Of most of the lines, or of half of the accesses."""
    (one,) = report(tmp_path, **given)

    assert one.cause == cause
    assert one.works == (("W-1",) if cause == "planned_works" else ())
