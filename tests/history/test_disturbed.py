"""Disturbances as polls find them in the file: how they end."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path

from tests.access.made_up import NOW

from techinfo.history.disturbed import Disturbed
from techinfo.history.links import Transition
from techinfo.history.store import HistoryFile
from techinfo.history.writing import HistoryWriter, PollNote, PortNote, Tenants

H, MINUTE = timedelta(hours=1), timedelta(minutes=1)
LINES = [f"ge{n}" for n in range(1, 7)]


def moved(at: datetime, *lines: str, up: bool) -> PollNote:
    """A poll that sees links come or go, by the agent's clock; without lines: nothing new."""
    told = (Transition(at=at, earliest=at, up=up, exact=True),)
    ports = {line: PortNote(transitions=told) for line in lines}
    return PollNote(element="sw", at=at, ports=ports)


def test_a_line_that_never_returns_holds_no_disturbance_for_a_month(tmp_path: Path) -> None:
    """A day after the others it is a single fault; it is told once, and not begun anew."""
    news: list[str] = []
    with HistoryFile.open(tmp_path / "history.sqlite") as file:
        writer, kept = HistoryWriter(file, on_news=news.extend), Disturbed(file)
        known = {line: PortNote(tenants=Tenants(accesses=(f"A {line}",))) for line in LINES}
        writer.write([PollNote(element="sw", at=NOW - H, ports=known)])
        writer.write([moved(NOW, *LINES, up=False)])
        writer.write([moved(NOW + 10 * MINUTE, *LINES[1:], up=True)])
        writer.write([moved(NOW + 24 * H, up=True)])
        (running,) = kept.since(NOW)
        touched = set(kept.running())

        writer.write([moved(NOW + 24 * H + 10 * MINUTE, up=True)])
        (over,) = kept.since(NOW)
        writer.write([moved(NOW + 25 * H, LINES[3], up=False)])
        writer.write([moved(NOW + 72 * H, LINES[0], up=True)])
        (after,) = kept.since(NOW)

    assert (running.until, touched) == (None, {f"A {line}" for line in LINES})
    assert over.until == NOW + 10 * MINUTE
    assert len(over.lines) == 6
    assert after == over
    assert news == [running.reference] * 2


def test_a_line_that_fell_alone_the_day_before_holds_nothing(tmp_path: Path) -> None:
    """It is over with the return of the last of the others."""
    with HistoryFile.open(tmp_path / "history.sqlite") as file:
        writer, kept = HistoryWriter(file), Disturbed(file)
        known = {line: PortNote(tenants=Tenants(accesses=(f"A {line}",))) for line in LINES}
        writer.write([PollNote(element="sw", at=NOW - 9 * H, ports=known)])
        writer.write([moved(NOW - 8 * H, LINES[0], up=False)])
        writer.write([moved(NOW - 7 * H, LINES[0], up=True)])
        writer.write([moved(NOW, *LINES, up=False)])
        writer.write([moved(NOW + 10 * MINUTE, *LINES[2:], up=True)])
        (running,) = kept.since(NOW)
        writer.write([moved(NOW + 12 * MINUTE, LINES[1], up=True)])
        (over,) = kept.since(NOW)

    assert running.until is None
    assert over.until == NOW + 12 * MINUTE
