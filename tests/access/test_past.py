"""What was seen before, put into answers: as much of it as each viewer may see."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from tests.access.played import nothing

from techinfo.access.answer import Answer
from techinfo.access.past import History
from techinfo.access.rights import Right
from techinfo.collect import Reading
from techinfo.history.change import Change
from techinfo.history.frames import Sample
from techinfo.history.links import Transition
from techinfo.history.macs import Sight
from techinfo.history.store import Fall, HistoryFile
from techinfo.history.writing import HistoryWriter, PollNote, PortNote
from techinfo.inventory import Access
from techinfo.model import Counters, Fact, Flow, Link, MacEntry, Part, Port, PortFacts, State

NOW = datetime(2026, 10, 1, 12, 0, tzinfo=UTC)
FIVE, HOUR = timedelta(minutes=5), timedelta(hours=1)
MAC = "02:00:00:00:00:01"
ACCESS = Access(access_id="X", element="sw-1", port="ge1")
WHOLE = Right(access=ACCESS, at=NOW, asked_at=NOW, full_access=True)
MINE = Right(access=ACCESS, at=NOW, asked_at=NOW, provider="isp", may_see_rows=True)
FLOW = Flow(bytes=600_000, unicast=600, errors=2, crc_errors=1)


@pytest.fixture
def file(tmp_path: Path) -> Iterator[HistoryFile]:
    """A port on which a minute has passed since the last poll."""
    with HistoryFile.open(tmp_path / "history.sqlite") as file:
        samples = tuple(
            Sample(
                port=0,
                change=Change(begin=end - FIVE, end=end, seconds=300.0, input=FLOW, output=Flow()),
            )
            for end in (NOW - timedelta(minutes=6), NOW - timedelta(minutes=1))
        )
        write(file, PortNote(samples=samples))
        yield file


def write(file: HistoryFile, note: PortNote, at: datetime = NOW) -> None:
    """As a poll would."""
    HistoryWriter(file).write([PollNote(element="sw-1", at=at, ports={"ge1": note})])


def answered(
    file: HistoryFile,
    held: Right = WHOLE,
    *,
    traffic: bool = True,
    link: Link | None = None,
    macs: tuple[MacEntry, ...] = (),
    reset_at: datetime | None = None,
) -> Answer:
    """An answer about the port, with what was seen of it."""
    ok = Part(state=State.OK, read_at=NOW)
    port = PortFacts(
        port=Port(if_index=1, name="ge1"),
        link=link or Link(up=True),
        counters=Counters(input=FLOW, reset_at=reset_at),
        macs=macs,
    )
    facts = (Fact.LINK, Fact.COUNTERS, Fact.MACS)
    reading = Reading(element="sw-1", if_index=1, ports={1: port}, parts=dict.fromkeys(facts, ok))
    answer = Answer(access=ACCESS, reading=reading, service=lambda _: "bb", port=port, part=ok)
    history = History(file, now=lambda: NOW)
    return asyncio.run(history.added(answer, held, nothing(), traffic=traffic))


def test_who_may_not_see_volumes_sees_errors(file: HistoryFile) -> None:
    """Of the last five minutes; and no peak."""
    past = answered(file, MINE, traffic=False).past

    assert past is not None
    assert past.last_five is not None
    assert past.last_five.input == Flow(errors=2, crc_errors=1)
    assert (past.peak_input, past.peak_output) == (None, None)


def test_nothing_is_told_of_the_time_before_the_right(file: HistoryFile) -> None:
    """Five minutes that began before it are nobody's."""
    later = answered(file, replace(MINE, since=NOW - timedelta(minutes=7))).past
    newer = answered(file, replace(MINE, since=NOW - timedelta(minutes=5))).past

    assert later is not None
    assert later.peak_input is not None
    assert newer is not None
    assert (newer.last_five, newer.peak_input) == (None, None)


def test_a_right_that_has_ended_is_told_nothing(file: HistoryFile) -> None:
    """What is seen now is another's."""
    assert answered(file, replace(MINE, until=NOW - HOUR)).past is None


def test_a_link_is_told_by_what_was_seen_where_its_agent_does_not_tell(file: HistoryFile) -> None:
    """T4."""
    came = Transition(at=NOW - HOUR, earliest=NOW - HOUR - FIVE, up=True, exact=False)
    write(file, PortNote(transitions=(came,)))

    port = answered(file).port

    assert port is not None
    assert port.link is not None
    assert port.link.last_change == NOW - HOUR


@pytest.mark.parametrize(
    ("begin", "told", "expected"),
    [
        (NOW - HOUR - FIVE, NOW - 9 * HOUR, NOW - HOUR),
        (NOW - 3 * HOUR, NOW - 9 * HOUR, None),  # it was seen too late to say when
        (NOW - HOUR - FIVE, NOW - FIVE, NOW - FIVE),  # the agent tells of a later reset
    ],
)
def test_counters_that_fell_do_not_count_since_the_start(
    file: HistoryFile, begin: datetime, told: datetime, expected: datetime | None
) -> None:
    """C2: a reset that the agent does not tell."""
    write(file, PortNote(fell=Fall(begin=begin, end=NOW - HOUR)))

    port = answered(file, reset_at=told).port

    assert port is not None
    assert port.counters is not None
    assert port.counters.reset_at == expected


def test_an_address_is_told_since_when_unless_it_was_somebody_elses(file: HistoryFile) -> None:
    """Of the time before the holder nothing is told, and the row stays."""
    write(file, PortNote(macs=()), NOW - 5 * HOUR)
    for hours in (3, 0):
        sight = Sight(mac=MAC, vlan=10, since=NOW - 3 * HOUR, until=NOW - hours * HOUR)
        write(file, PortNote(macs=(sight,)), NOW - hours * HOUR)
    rows = (MacEntry(mac=MAC, vlan=10), MacEntry(mac=MAC, vlan=20))

    port = answered(file, macs=rows).port
    theirs = answered(file, replace(MINE, since=NOW - HOUR), macs=rows).port

    assert port is not None
    assert [row.learnt_at for row in port.macs] == [NOW - 3 * HOUR, None]
    assert theirs is not None
    assert [row.learnt_at for row in theirs.macs] == [None, None]


def test_a_file_that_cannot_be_read_costs_the_past_alone(file: HistoryFile) -> None:
    """What is read now is told."""
    with file.database.write() as connection:
        connection.exec_driver_sql("UPDATE chunks SET data = x'0102'")

    answer = answered(file)

    assert answer.past is None
    assert answer.port is not None
