"""Times of an agent: field notes T1 to T4."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.collect.playing import DAY, ENGINE_TIME, HOST_UPTIME, NOW, SYS_UP_TIME

from techinfo.facts.clock import Clock, clock
from techinfo.wire import Cell

WRAP = 1 << 32
_ANY = st.one_of(st.integers(-(1 << 66), 1 << 66), st.binary(max_size=9), st.just((1, 3)))


def read(
    ticks: Cell,
    *,
    engine_s: Cell | None = None,
    host: Cell | None = None,
    before: Clock | None = None,
    at: datetime = NOW,
    trusted: bool = True,
) -> Clock | None:
    """The clock of an agent that answers this."""
    told = {SYS_UP_TIME: ticks, ENGINE_TIME: engine_s, HOST_UPTIME: host}
    cells = {oid: cell for oid, cell in told.items() if cell is not None}
    return clock(cells, at, trusted=trusted, before=before)


def sure(found: Clock | None) -> Clock:
    """A clock that must be there."""
    assert found is not None
    return found


def test_an_event_is_as_long_ago_as_its_ticks_say() -> None:
    """Uptime one day, link change ten hours after boot."""
    found = sure(read(DAY, engine_s=86_400))

    assert found.boot == found.up_since == NOW - timedelta(days=1)
    assert found.time_of(3_600_000) == NOW - timedelta(hours=14)
    assert found.wraps == 0


def test_t1_a_wrap_is_resolved_by_the_engine() -> None:
    """575 days up: sysUpTime shows 78, snmpEngineTime all of them."""
    uptime_s = 575 * 86_400
    ticks = uptime_s * 100 % WRAP

    found = sure(read(ticks, engine_s=uptime_s))

    assert found.wraps == 1
    assert found.up_since == NOW - timedelta(days=575)
    before_the_wrap = ticks + 5 * DAY
    assert found.time_of(before_the_wrap) == found.boot + timedelta(seconds=before_the_wrap / 100)
    assert found.time_of(ticks - DAY) is None, "before or after the wrap, nothing tells"


def test_t1_a_second_wrap_makes_every_event_ambiguous() -> None:
    """1,100 days up: what is ahead on the dial was one turn ago or two."""
    uptime_s = 1100 * 86_400
    ticks = uptime_s * 100 % WRAP

    found = sure(read(ticks, engine_s=uptime_s))

    assert found.wraps == 2
    assert found.time_of(ticks + 5 * DAY) is None
    assert found.time_of(ticks - DAY) is None


def test_t1_without_the_engine_an_event_ahead_is_left_out() -> None:
    """Nobody tells how often the clock has wrapped."""
    found = sure(read(78 * DAY))

    assert found.wraps is None
    assert found.time_of(100 * DAY) is None
    assert found.time_of(DAY) == NOW - timedelta(days=77)


def test_t1_a_fall_near_497_days_is_a_wrap_and_no_start() -> None:
    """Seen by our own two readings, five minutes apart."""
    almost = sure(read(WRAP - 15_000))
    later = sure(read(15_000, before=almost, at=NOW + timedelta(minutes=5)))

    assert not later.restarted
    assert later.boot == almost.boot
    assert later.wraps == 1
    assert later.time_of(WRAP - DAY) == almost.time_of(WRAP - DAY)


def test_t2_an_event_a_little_ahead_is_now() -> None:
    """Less than three minutes: the agent's two clocks differ, or it happened while it answered."""
    found = sure(read(DAY, engine_s=86_400))

    assert found.time_of(DAY + 100) == NOW + timedelta(seconds=1)
    assert found.time_of(DAY + 18_001) is None


def test_t2_an_event_a_little_ahead_does_not_move_from_read_to_read() -> None:
    """Its time follows from its ticks, not from when we asked."""
    first = sure(read(DAY))
    second = sure(read(DAY + 1000, before=first, at=NOW + timedelta(seconds=10)))

    assert first.time_of(DAY + 500) == second.time_of(DAY + 500)


def test_t2_after_a_wrap_an_event_a_little_ahead_is_now() -> None:
    """And not 497 days ago."""
    uptime_s = 575 * 86_400

    found = sure(read(uptime_s * 100 % WRAP, engine_s=uptime_s))

    assert found.time_of(found.ticks + 100) == NOW + timedelta(seconds=1)


@pytest.mark.parametrize("engine_s", [-5, 0, 123, 2147483647, 1 << 63, b"86400", (1, 3)])
def test_t3_an_engine_time_that_does_not_fit_is_not_believed(engine_s: Cell) -> None:
    """Negative, garbage, of another type: as if there were none."""
    found = sure(read(DAY, engine_s=engine_s))

    assert found.wraps is None
    assert found.boot == NOW - timedelta(days=1)


def test_t3_a_platform_may_be_known_to_lie() -> None:
    """Raisecom, Ciena SDS, ZXA10: the driver says so."""
    ticks = 575 * DAY % WRAP

    found = sure(read(ticks, engine_s=575 * 86_400, trusted=False))

    assert found.wraps is None


def test_the_element_may_be_older_than_its_agent() -> None:
    """HrSystemUptime counts from the start of the host."""
    found = sure(read(DAY, host=10 * DAY))

    assert found.up_since == NOW - timedelta(days=10)
    assert found.boot == NOW - timedelta(days=1)


@pytest.mark.parametrize("host", [DAY + 100, DAY - 100, WRAP + 5, b"x"])
def test_a_host_that_started_with_its_agent_adds_nothing(host: Cell) -> None:
    """Within ten minutes they started together; less or more than possible is no uptime."""
    assert sure(read(DAY, host=host)).up_since == NOW - timedelta(days=1)


def test_times_do_not_jitter() -> None:
    """Answers that are late by up to a second, host clocks that tick apart: the same boot."""
    first = sure(read(DAY, engine_s=86_400, host=10 * DAY))
    read_later = [
        sure(
            read(
                DAY + seconds * 100 + jitter,
                engine_s=86_400 + seconds,
                host=10 * DAY + seconds * 100 - jitter,
                before=first,
                at=NOW + timedelta(seconds=seconds),
            )
        )
        for seconds, jitter in ((10, 70), (60, -90), (3600, 40))
    ]

    assert {c.boot for c in read_later} == {first.boot}
    assert {c.up_since for c in read_later} == {first.up_since}
    assert {c.time_of(4711) for c in read_later} == {first.time_of(4711)}


def test_boot_is_a_whole_second() -> None:
    """So that another process, or this one started anew, mostly tells the same times."""
    told = {sure(read(DAY + 12, at=NOW + timedelta(milliseconds=n))).boot for n in (300, 700, 990)}

    assert told == {NOW - timedelta(days=1)}


def test_a_slow_crystal_does_not_move_the_boot() -> None:
    """50 ppm are half a minute in a week, and two minutes after a month of readings."""
    first = now = sure(read(DAY))
    for week in range(1, 9):
        passed_s = week * 7 * 86_400
        now = sure(
            read(
                DAY + round(passed_s * 100 * 0.99995),
                before=now,
                at=NOW + timedelta(seconds=passed_s),
            )
        )

    assert not now.restarted
    assert now.boot == first.boot


@pytest.mark.parametrize(
    ("uptime", "ticks", "seconds"), [(DAY, 100, 600), (6_000, 2_000, 30), (3_000, 1_000, 20)]
)
def test_a_start_in_between_is_seen(uptime: int, ticks: int, seconds: int) -> None:
    """After a day, and of a switch that starts every minute."""
    first = sure(read(uptime))

    again = sure(read(ticks, before=first, at=NOW + timedelta(seconds=seconds)))

    assert again.restarted
    assert again.boot == NOW + timedelta(seconds=seconds - ticks / 100)


def test_a_clock_that_goes_back_a_little_has_not_started_anew() -> None:
    """Stacks answer from several clocks; it shows more than the time that has passed."""
    first = sure(read(DAY))

    again = sure(read(DAY - 50, before=first, at=NOW + timedelta(seconds=1)))

    assert not again.restarted


def test_a_clock_that_is_read_behind_a_long_walk_has_not_started_anew() -> None:
    """It shows more than is due; the boot is that of before."""
    first = sure(read(DAY))

    again = sure(read(DAY + 1_000 + 30_000, before=first, at=NOW + timedelta(seconds=10)))

    assert not again.restarted
    assert again.boot == first.boot


def test_after_a_step_of_our_own_clock_the_boot_is_computed_anew() -> None:
    """An hour back: the device has not started, and our times were wrong before."""
    first = sure(read(DAY))

    again = sure(read(DAY + 1_000, before=first, at=NOW - timedelta(hours=1)))

    assert not again.restarted
    assert again.boot == NOW - timedelta(days=1, hours=1, seconds=10)


def test_a_wrap_that_the_engine_tells_later_is_no_start() -> None:
    """First the engine was silent."""
    uptime_s = 575 * 86_400
    first = sure(read(uptime_s * 100 % WRAP))

    later = sure(read(uptime_s * 100 % WRAP, engine_s=uptime_s, before=first))

    assert not later.restarted
    assert later.wraps == 1
    assert later.up_since == NOW - timedelta(days=575)


@pytest.mark.parametrize("ticks", [-1, WRAP, b"12", (1, 3)])
def test_no_clock_without_ticks(ticks: Cell) -> None:
    """SysUpTime of another type or size is none."""
    assert read(ticks) is None


@given(ticks=_ANY, engine_s=_ANY, host=_ANY, event=st.integers(-(1 << 66), 1 << 66))
def test_no_answer_makes_a_clock_fail(ticks: Cell, engine_s: Cell, host: Cell, event: int) -> None:
    """Nor makes it tell the future, or a time before our own."""
    first = read(ticks, engine_s=engine_s, host=host)
    found = read(ticks, engine_s=engine_s, host=host, before=first)

    if found is not None:
        told = found.time_of(event)
        assert told is None or timedelta(days=-25_000) < told - NOW <= timedelta(minutes=3)
        assert found.up_since <= found.boot <= NOW
