"""Five minutes into hours, hours into days: sums that say how much of their time is known."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from statistics import median

from techinfo.history import frames as f
from techinfo.history.links import Span
from techinfo.model import Flow

HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
_SPILLS_MS = 450_000
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
        begin, last = span.begin, min(span.end, end)
        while span.up is not None and begin < last:
            hour = begin.replace(minute=0, second=0, microsecond=0)
            until = min(last, hour + HOUR)
            seconds = (until - begin).total_seconds()
            up_s, down_s = told.get(hour, (0.0, 0.0))
            told[hour] = (up_s + seconds, down_s) if span.up else (up_s, down_s + seconds)
            begin = until
    return told


def rolled(rows: Sequence[tuple[int, f.Row]], begin_ms: int, end_ms: int) -> list[int]:
    """One row of a longer time out of those that lie in it, of one port.

    What is counted is the sum of what is known of it, and the seconds say of how much of the time
    that is. Light is the median, or no light where most saw none.

    Args:
        rows: By age, each with its end, in milliseconds since 1970.
        begin_ms: Of the longer time, as all that follows.
        end_ms: Of the same.
    """
    counted = [row for end, row in rows if _is_counted(row, end, begin_ms)]
    every = list(zip(*(row for _, row in rows), strict=True))
    up_ms, down_ms = sum(every[f.UP_MS]), sum(every[f.DOWN_MS])
    if up_ms + down_ms > end_ms - begin_ms + 1000:  # our clock was set back: told twice
        up_ms = down_ms = 0
    flows = every if len(counted) == len(rows) else list(zip(*counted, strict=True))
    return [
        every[f.PORT][0],
        end_ms - begin_ms,
        sum(flows[f.SECONDS_MS]) if flows else 0,
        0,
        next((up for up in reversed(every[f.UP]) if up), 0),
        up_ms,
        down_ms,
        sum(every[f.LOSSES]),
        _usual(every[f.RX]),
        _usual(every[f.TX]),
        *(_total(flow) for flow in flows[f.FLOWS :] or [()] * (len(every) - f.FLOWS)),
    ]


def without_traffic(row: list[int]) -> list[int]:
    """What may be kept for long: light, errors and link."""
    kept = [row[n] if n in f.KEPT_FLOWS else 0 for n in range(f.FLOWS, len(row))]
    return [*row[: f.FLOWS], *kept]


def _is_counted(row: f.Row, end_ms: int, begin_ms: int) -> bool:
    """Whether it is known what was counted, and that it was in this time."""
    gap_ms = row[f.GAP_MS]
    near = gap_ms <= _SPILLS_MS or end_ms - gap_ms >= begin_ms
    return near and not row[f.WHY] and any(row[f.FLOWS :])


def _total(told: f.Row) -> int:
    """The sum of what a counter has grown; what one time does not know, the sum does not."""
    return sum(told) - len(told) + 1 if told and all(told) else 0  # each is one more than that


def _usual(levels: Sequence[int]) -> int:
    told = [level for level in levels if level]
    lit = [level for level in told if level != f.NO_LIGHT]
    if not told:
        return 0
    return round(median(lit)) if 2 * len(lit) >= len(told) else f.NO_LIGHT


def errors_of(flow: Flow) -> Flow:
    """What a direction has counted without its volume."""
    return Flow(errors=flow.errors, discards=flow.discards, crc_errors=flow.crc_errors)
