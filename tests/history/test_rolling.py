"""Five minutes into hours: what is known is summed up, and what is not stays unknown."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from techinfo.history.change import Change
from techinfo.history.epochs import Why
from techinfo.history.frames import Sample, packed, packed_rows, unpacked, unpacked_rows
from techinfo.history.links import Span
from techinfo.history.rolling import HOUR, by_hour, day_of, hour_of, rolled, without_traffic
from techinfo.model import Flow
from techinfo.store.base import ms_of
from techinfo.units import Dark, Dbm

BEGIN = datetime(2026, 10, 1, 12, 0, tzinfo=UTC)
FIVE = timedelta(minutes=5)


def sample(n: int, **more: object) -> Sample:
    """The n-th five minutes of the hour."""
    end = BEGIN + n * FIVE
    change = Change(
        begin=end - FIVE, end=end, seconds=300.0, input=Flow(bytes=100, unicast=1, errors=2)
    )
    whole = Sample(port=1, change=change, up=True, up_s=300.0, rx=Dbm(-12.0))
    return replace(whole, **more)  # type: ignore[arg-type]


def summed(*samples: Sample) -> Sample:
    """The hour."""
    chunk = b"".join(packed(one.change.end, [one]) for one in samples)
    rows = [(end, row) for end, found in unpacked_rows(chunk) for row in found]
    row = rolled(rows, ms_of(BEGIN), ms_of(BEGIN + HOUR))
    ((_, (told,)),) = unpacked(packed_rows(ms_of(BEGIN + HOUR), [row]))
    return told


def test_what_is_known_is_summed_up_with_its_seconds() -> None:
    """An interval that is not known is left out of both."""
    unknown = sample(2)
    unknown = replace(unknown, change=replace(unknown.change, input=Flow(), why=Why.REBOOT))

    told = summed(sample(1), unknown, sample(3))

    assert told.change.input == Flow(bytes=200, unicast=2, errors=4)
    assert (told.change.seconds, told.up_s, told.change.why) == (600.0, 900.0, None)
    assert (told.change.begin, told.change.end) == (BEGIN, BEGIN + HOUR)


def test_a_counter_that_one_interval_lacks_is_not_known_of_the_hour() -> None:
    """The others are."""
    half = sample(2)
    half = replace(half, change=replace(half.change, input=Flow(bytes=None, unicast=1, errors=0)))

    assert summed(sample(1), half).change.input == Flow(bytes=None, unicast=2, errors=2)


def test_what_spans_hours_belongs_to_none() -> None:
    """After lost polls; one interval over the hour's edge belongs to the hour that it ends in."""
    gap = sample(3)
    gap = replace(gap, change=replace(gap.change, begin=BEGIN - FIVE, seconds=1200.0))
    edge = replace(sample(1), change=replace(sample(1).change, begin=BEGIN - FIVE / 2))

    assert summed(gap, sample(4)).change.input.bytes == 100
    assert summed(edge, sample(2)).change.input.bytes == 200


def test_light_is_the_median_or_none_where_most_saw_none() -> None:
    """One dark minute is no dark hour."""
    levels = [Dbm(-12.0), Dbm(-12.2), Dbm(-19.0), Dark.NO_LIGHT]
    lit = summed(*(sample(n, rx=level) for n, level in enumerate(levels, 1)))
    dark = summed(*(sample(n, rx=level) for n, level in enumerate([*levels[:1], *3 * levels[3:]])))

    assert lit.rx == -12.2
    assert dark.rx is Dark.NO_LIGHT
    assert summed(sample(1, rx=None)).rx is None


def test_time_that_was_told_twice_is_unknown() -> None:
    """Our own clock was set back within the hour."""
    told = summed(*(sample(n, up_s=300.0) for n in range(1, 13)), sample(12, up_s=290.0))

    assert (told.up_s, told.down_s) == (0.0, 0.0)


def test_no_volume_is_kept_for_long() -> None:
    """Errors, light and link are."""
    chunk = packed(BEGIN + FIVE, [sample(1)])
    ((end, (row,)),) = unpacked_rows(chunk)

    ((_, (told,)),) = unpacked(packed_rows(end, [without_traffic(list(row))]))

    assert told.change.input == Flow(errors=2)
    assert (told.rx, told.up_s) == (-12.0, 300.0)


def test_hours_and_days_end_on_the_clock() -> None:
    """A poll on the hour ends the hour before; link times are cut there."""
    assert hour_of(BEGIN) == BEGIN - HOUR
    assert hour_of(BEGIN + FIVE) == BEGIN
    assert day_of(BEGIN.replace(hour=0)) == BEGIN.replace(hour=0) - timedelta(days=1)
    spans = (
        Span(begin=BEGIN - FIVE, end=BEGIN + FIVE, up=True),
        Span(begin=BEGIN + FIVE, end=BEGIN + 2 * FIVE, up=None),
        Span(begin=BEGIN + 2 * FIVE, end=BEGIN + 3 * FIVE, up=False),
    )
    assert by_hour(spans, BEGIN + 3 * FIVE) == {BEGIN - HOUR: (300.0, 0.0), BEGIN: (300.0, 300.0)}
