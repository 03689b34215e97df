"""Five minutes, and the busiest five of a day: sums of changes that follow on each other.

Contract: lastFive is the change over five minutes, a peak the highest five-minute mean of the last
24 hours with the end of its window. A window with a part that is not known does not exist.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, fields
from datetime import datetime, timedelta

from techinfo.history.change import Change
from techinfo.model import Flow

SHORTEST_S, LONGEST_S = 270.0, 330.0
"""What passes for five minutes: polls are not to the second."""
DAY = timedelta(hours=24)
_YOUNG = timedelta(seconds=LONGEST_S)
_NAMES = tuple(field.name for field in fields(Flow))


@dataclass(frozen=True, kw_only=True, slots=True)
class Window:
    """Five minutes: what was counted in them."""

    begin: datetime
    end: datetime
    seconds: float
    input: Flow
    output: Flow


@dataclass(frozen=True, kw_only=True, slots=True)
class Peak:
    """The highest mean of a window.

    Attributes:
        rate: Octets per second, rounded down.
        end: Of the window.
    """

    rate: int
    end: datetime


def windows(changes: Sequence[Change], since: datetime | None = None) -> Iterable[Window]:
    """Every five minutes that a series of changes holds, one at most for each end.

    Args:
        changes: By age.
        since: Nothing older counts: it was somebody else's.
    """
    first = 0
    for last, newest in enumerate(changes):
        if newest.why is not None or (last and changes[last - 1].end != newest.begin):
            first = last
        if newest.why is not None:
            first = last + 1
            continue
        while first < last and _seconds(changes[first + 1 : last + 1]) >= SHORTEST_S:
            first += 1
        told = changes[first : last + 1]
        seconds = _seconds(told)
        is_theirs = since is None or told[0].begin >= since
        if SHORTEST_S <= seconds <= LONGEST_S and is_theirs:
            yield Window(
                begin=told[0].begin,
                end=newest.end,
                seconds=seconds,
                input=total(change.input for change in told),
                output=total(change.output for change in told),
            )


def last_five(
    changes: Sequence[Change], now: datetime, since: datetime | None = None
) -> Window | None:
    """The latest five minutes; ``None`` while they have not been seen, or are long over."""
    if not changes or not timedelta(0) <= now - changes[-1].end <= _YOUNG:
        return None
    recent = [change for change in changes if now - change.end <= 3 * _YOUNG]
    newest = next(reversed(tuple(windows(recent, since))), None)
    return newest if newest is not None and newest.end == changes[-1].end else None


def peaks(
    changes: Sequence[Change], now: datetime, since: datetime | None = None
) -> tuple[Peak | None, Peak | None]:
    """The busiest five minutes of the last 24 hours: of input, and of output."""
    best: list[Peak | None] = [None, None]
    for window in windows(changes, since):
        if not timedelta(0) <= now - window.end or window.begin < now - DAY:
            continue
        for way, flow in enumerate((window.input, window.output)):
            if flow.bytes is None:
                continue
            rate = int(flow.bytes / window.seconds)
            before = best[way]
            if before is None or rate > before.rate:
                best[way] = Peak(rate=rate, end=window.end)
    return best[0], best[1]


def total(flows: Iterable[Flow]) -> Flow:
    """The sum of some flows; what one of them does not know, the sum does not."""
    every = tuple(flows)
    return Flow(**{name: _sum([getattr(flow, name) for flow in every]) for name in _NAMES})


def _sum(values: Sequence[int | None]) -> int | None:
    known = [value for value in values if value is not None]
    return sum(known) if known and len(known) == len(values) else None


def _seconds(changes: Iterable[Change]) -> float:
    return sum(change.seconds for change in changes)
