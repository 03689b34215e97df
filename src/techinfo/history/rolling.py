"""Five minutes into hours, hours into days: sums that say how much of their time is known."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from statistics import median

from techinfo.history.change import Change
from techinfo.history.frames import Sample
from techinfo.history.links import Span, cut
from techinfo.history.windows import total
from techinfo.model import Flow
from techinfo.units import Dark, Dbm, Power

HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
_SPILLS = timedelta(seconds=450)
"""A change that began in the hour before, and took longer, belongs to neither."""


def hour_of(at: datetime) -> datetime:
    """The beginning of the hour that ends at or after a time: a poll on the hour ends it."""
    begun = at.replace(minute=0, second=0, microsecond=0)
    return begun if begun < at else begun - HOUR


def day_of(at: datetime) -> datetime:
    """The same of a day, UTC."""
    begun = at.replace(hour=0, minute=0, second=0, microsecond=0)
    return begun if begun < at else begun - DAY


def by_hour(spans: Iterable[Span], end: datetime) -> dict[datetime, tuple[float, float]]:
    """Seconds up and down of some spans, by the beginning of each hour until one time."""
    told: dict[datetime, tuple[float, float]] = {}
    for span in spans:
        begin = span.begin
        while begin < min(span.end, end):
            hour = begin.replace(minute=0, second=0, microsecond=0)
            (piece,) = cut((replace(span, begin=begin),), begin, hour + HOUR)
            seconds = (piece.end - piece.begin).total_seconds()
            up_s, down_s = told.get(hour, (0.0, 0.0))
            if span.up is not None:
                told[hour] = (up_s + seconds * span.up, down_s + seconds * (not span.up))
            begin = hour + HOUR
    return told


def rolled(samples: Sequence[Sample], begin: datetime, end: datetime) -> Sample:
    """One sample of a longer time out of those that lie in it, of one port, by age.

    What is counted is the sum of what is known of it; ``change.seconds`` says of how much of the
    time that is. Light is the median, or no light where most saw none.
    """
    known = [s.change for s in samples if s.change.why is None and _belongs(s.change, begin)]
    counted = [change for change in known if change.input != Flow() or change.output != Flow()]
    up_s, down_s = sum(s.up_s for s in samples), sum(s.down_s for s in samples)
    if up_s + down_s > (end - begin).total_seconds() + 1:  # our clock was set back: told twice
        up_s = down_s = 0.0
    return Sample(
        port=samples[0].port,
        change=Change(
            begin=begin,
            end=end,
            seconds=sum(change.seconds for change in counted),
            input=total(change.input for change in counted),
            output=total(change.output for change in counted),
        ),
        up=next((s.up for s in reversed(samples) if s.up is not None), None),
        up_s=up_s,
        down_s=down_s,
        losses=sum(s.losses for s in samples),
        rx=_usual([s.rx for s in samples]),
        tx=_usual([s.tx for s in samples]),
    )


def without_traffic(sample: Sample) -> Sample:
    """What may be kept for long: light, errors and link."""
    was = sample.change
    kept = replace(was, input=errors_of(was.input), output=errors_of(was.output))
    return replace(sample, change=kept)


def errors_of(flow: Flow) -> Flow:
    """What a direction has counted without its volume."""
    return Flow(errors=flow.errors, discards=flow.discards, crc_errors=flow.crc_errors)


def _belongs(change: Change, begin: datetime) -> bool:
    return change.begin >= begin or change.end - change.begin <= _SPILLS


def _usual(levels: Sequence[Power | None]) -> Power | None:
    told = [level for level in levels if level is not None]
    lit = [level for level in told if not isinstance(level, Dark)]
    if not told:
        return None
    return Dbm(round(median(lit), 2)) if 2 * len(lit) >= len(told) else Dark.NO_LIGHT
