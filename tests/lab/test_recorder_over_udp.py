"""A recorder walks devices of the lab over UDP."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Sequence
from dataclasses import replace

import pytest

from techinfo.errors import SnmpTimeoutError
from techinfo.lab import Lab, LabDevice
from techinfo.recordings.recorder import FORBIDDEN, Bounds, Pace, Recorder, Row, Walking, merged
from techinfo.snmp.engine import SnmpEngine
from techinfo.snmp.oid import dotted, numbers
from techinfo.wire import SnmpLimits

IF = "1.3.6.1.2.1.2"
IFX = "1.3.6.1.2.1.31"
SLOW = "1.3.6.1.4.1.99999.5"
COMMUNITY = "1.3.6.1.6.3.18.1.1.1.2.1"
QUICK = Bounds(requests_per_s=100_000)
TREES = merged(["1.3.6.1.2.1.1", IF, IFX, SLOW])

ROWS = [
    "1.3.6.1.2.1.1.1.0|4|made up",
    "1.3.6.1.2.1.1.3.0|67|100",
    *(f"{IF}.2.1.2.{n}|4|ge{n}" for n in range(1, 31)),
    *(f"{IFX}.1.1.1.18.{n}|4|kund {n}" for n in range(1, 31)),
    *(f"{SLOW}.1.{n}|2|{n}" for n in range(1, 6)),
    f"{COMMUNITY}|4|community",
]


@pytest.fixture(scope="module")
def running() -> Iterator[Lab]:
    """One switch."""
    with Lab([LabDevice(name="sw", address="127.37.0.1", rows=tuple(ROWS))]) as lab:
        yield lab


@pytest.fixture
def lab(running: Lab) -> Iterator[Lab]:
    """The same, behaving again after each test."""
    yield running
    running.clear("sw")


def _record(
    lab: Lab,
    subtrees: Sequence[tuple[int, ...]] = TREES,
    *,
    limits: SnmpLimits | None = None,
    bounds: Bounds = QUICK,
    skipped: Sequence[str] = (),
    after: str = "",
) -> tuple[list[Row], Walking]:
    rows: list[Row] = []
    progress = Walking()

    async def run() -> None:
        async with SnmpEngine() as engine:
            target = replace(lab.target("sw"), timeouts=(0.4, 0.4))
            recorder = Recorder(
                engine.conversation(target, limits or SnmpLimits()),
                rows.extend,
                bounds=bounds,
                skipped=merged(skipped),
                progress=progress,
            )
            await recorder.walk(subtrees, numbers(after) if after else None)

    try:
        asyncio.run(run())
    except SnmpTimeoutError:
        progress.notes.append("silent")
    return rows, progress


def _oids(rows: Sequence[Row]) -> list[str]:
    return [dotted(oid) for oid, _ in rows]


def test_every_row_comes_with_its_type(lab: Lab) -> None:
    """In the order of the agent, each once."""
    rows, progress = _record(lab)

    assert _oids(rows) == [row.partition("|")[0] for row in ROWS[:-1]]
    assert rows[0][1] == (4, b"made up")
    assert rows[1][1][0] == 67
    assert (progress.ended, progress.rows, progress.notes) == (True, len(ROWS) - 1, [])


def test_it_goes_on_behind_any_row(lab: Lab) -> None:
    """Wherever it was stopped, the two halves are the whole."""
    whole = _oids(_record(lab)[0])

    for at in (0, 1, 2, 20, 31, 32, 60, len(whole) - 1):
        rest, _ = _record(lab, after=whole[at])
        assert _oids(rest) == whole[at + 1 :]


def test_tables_that_stand_no_bulk_are_asked_row_by_row(lab: Lab) -> None:
    """And so is what lies before them in the same subtree, for a GETBULK runs over its end."""
    trees = merged(["1.3.6.1.2.1", SLOW])
    before = lab.counts("sw").requests

    rows, _ = _record(lab, trees, limits=SnmpLimits(no_bulk=(SLOW,)))

    now = lab.counts("sw").requests
    assert len(rows) == len(ROWS) - 1
    assert now["get_next"] - before["get_next"] == 6
    assert now["get_bulk"] > before["get_bulk"]


def test_an_agent_without_bulk(lab: Lab) -> None:
    """GETNEXT from beginning to end."""
    before = lab.counts("sw").requests["get_bulk"]

    rows, _ = _record(lab, limits=SnmpLimits(bulk=False))

    assert len(rows) == len(ROWS) - 1
    assert lab.counts("sw").requests["get_bulk"] == before


def test_what_is_forbidden_is_left_out(lab: Lab) -> None:
    """Communities are never in a recording, however wide the subtree that was asked for."""
    rows, progress = _record(lab, merged(["1.3.6.1"]), skipped=[*FORBIDDEN, IFX])

    oids = _oids(rows)
    assert COMMUNITY not in oids
    assert not any(oid.startswith(IFX) for oid in oids)
    assert f"{SLOW}.1.5" in oids
    assert progress.ended


def test_a_subtree_is_cut_at_its_bound(lab: Lab) -> None:
    """The next ones are read, and the cut is noted."""
    rows, progress = _record(lab, bounds=replace(QUICK, subtree_rows=10))

    assert len(rows) < len(ROWS)
    assert f"{SLOW}.1.5" in _oids(rows)
    assert [note.split(":")[0] for note in progress.notes] == [IF, IFX]


def test_the_whole_is_cut_at_its_bound(lab: Lab) -> None:
    """Exactly, and it says that it is not whole."""
    rows, progress = _record(lab, bounds=replace(QUICK, rows=25))

    assert len(rows) == 25
    assert not progress.ended


def test_an_agent_that_chokes_on_repetitions(lab: Lab) -> None:
    """It is asked for fewer at a time."""
    lab.fault("sw", "too_big_over_repetitions", limit=2)

    rows, _ = _record(lab)

    assert len(rows) == len(ROWS) - 1


def test_a_device_that_dies_leaves_what_came(lab: Lab) -> None:
    """The rows so far have been handed over, and nothing is said to be whole."""
    lab.fault("sw", "silent")

    rows, progress = _record(lab)

    assert rows == []
    assert progress.notes == ["silent"]
    assert not progress.ended


def test_requests_are_held_apart() -> None:
    """A burst is spread out, a pause is not made up for."""
    now = [100.0]
    pace = Pace(10, lambda: now[0])

    burst = [round(pace.pause_s(), 3) for _ in range(3)]
    now[0] += 60
    later = pace.pause_s()

    assert burst == [0, 0.1, 0.2]
    assert later == 0
