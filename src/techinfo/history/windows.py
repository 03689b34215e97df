"""Five minutes, and the busiest five of a day: sums of changes that follow on each other.

Contract: lastFive is the change over five minutes, a peak the highest five-minute mean of the last
24 hours with the end of its window. A window with a part that is not known does not exist.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, fields
from datetime import datetime, timedelta
from operator import attrgetter

from techinfo.history.change import Change
from techinfo.history.epochs import Why
from techinfo.history.rolling import DAY, HOUR, hour_of
from techinfo.model import Flow

SHORTEST_S, LONGEST_S = 270.0, 330.0
"""What passes for five minutes: polls are not to the second."""
_YOUNG = timedelta(seconds=LONGEST_S)
_MOST_UNKNOWN = 0.1
"""Of the time that was watched."""
_LEAST_OF_AN_HOUR_S = 3000.0
_MOST = 200
"""Changes that five minutes can have."""
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
        end: Of the window, or of the hour.
    """

    rate: int
    end: datetime


def last_five(
    changes: Sequence[Change], now: datetime, since: datetime | None = None
) -> Window | None:
    """The latest five minutes; ``None`` while they have not been seen, or are long over.

    Args:
        changes: By age.
        now: The time.
        since: Nothing older counts: it was somebody else's.
    """
    if not changes or not timedelta(0) <= now - changes[-1].end <= _YOUNG:
        return None
    told = next(reversed(list(_runs(changes[-_MOST:], since))), ())
    if not told or told[-1] is not changes[-1]:
        return None
    return Window(
        begin=told[0].begin,
        end=told[-1].end,
        seconds=_seconds(told),
        input=total(change.input for change in told),
        output=total(change.output for change in told),
    )


def peaks(
    changes: Sequence[Change], now: datetime, since: datetime | None = None
) -> tuple[Peak | None, Peak | None]:
    """The busiest five minutes of the last 24 hours, of input and of output; see `last_five`.

    Left out where much of that time is unknown, or where counters of 32 bits cannot tell when they
    are busy: the busiest of what they can tell would be too little.
    """
    seen = [one for one in changes if one.end <= now and one.begin >= now - DAY]
    theirs = [one for one in seen if since is None or one.begin >= since]
    runs = [(_seconds(told), told) for told in _runs(theirs, None)]
    return _peak(theirs, runs, _input), _peak(theirs, runs, _output)


def busy_hour(changes: Iterable[Change], now: datetime) -> Peak | None:
    """The hour of the last 24 in which most octets went one way; its mean rate, and its end.

    Hours of which ten minutes are unknown do not count; ``None`` while none is known.
    """
    hours: dict[datetime, list[Change]] = {}
    for one in changes:
        if now - DAY <= one.begin and one.end <= now:
            hours.setdefault(hour_of(one.end), []).append(one)
    best: Peak | None = None
    for begun, told in hours.items():
        known = [one for one in told if one.why is None]
        octets = [_sum([way(one).bytes for one in known]) for way in (_input, _output)]
        most = max((n for n in octets if n is not None), default=None)
        seconds = _seconds(known)
        if most is None or seconds < _LEAST_OF_AN_HOUR_S:
            continue
        if best is None or int(most / seconds) > best.rate:
            best = Peak(rate=int(most / seconds), end=begun + HOUR)
    return best


def _peak(
    seen: Sequence[Change],
    runs: Iterable[tuple[float, Sequence[Change]]],
    way: Callable[[Change], Flow],
) -> Peak | None:
    """The busiest five minutes of one direction; ``None`` where busier ones may be unknown."""
    unknown_s = sum(one.seconds for one in seen if not _is_told(one, way(one)))
    if any(_is_blind(one, way(one)) for one in seen) or unknown_s > _MOST_UNKNOWN * _seconds(seen):
        return None
    best: Peak | None = None
    for seconds, told in runs:
        octets = _sum([way(one).bytes for one in told])
        if octets is not None and (best is None or int(octets / seconds) > best.rate):
            best = Peak(rate=int(octets / seconds), end=told[-1].end)
    return best


def _is_told(one: Change, flow: Flow) -> bool:
    return one.why is None and flow.bytes is not None and one.seconds <= LONGEST_S


def _is_blind(one: Change, flow: Flow) -> bool:
    """Whether octets have few bits, and cannot tell just when there are many of them."""
    return one.why is Why.FELL or (
        one.why is None and flow.bytes is None and flow.unicast is not None
    )


_input, _output = attrgetter("input"), attrgetter("output")


def _runs(changes: Sequence[Change], since: datetime | None) -> Iterator[Sequence[Change]]:
    """Changes that follow on each other for five minutes, one run at most for each end."""
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
        is_theirs = since is None or told[0].begin >= since
        if is_theirs and SHORTEST_S <= _seconds(told) <= LONGEST_S:
            yield told


def total(flows: Iterable[Flow]) -> Flow:
    """The sum of some flows; what one of them does not know, the sum does not."""
    every = tuple(flows)
    return Flow(**{name: _sum([getattr(flow, name) for flow in every]) for name in _NAMES})


def _sum(values: Sequence[int | None]) -> int | None:
    known = [value for value in values if value is not None]
    return sum(known) if known and len(known) == len(values) else None


def _seconds(changes: Iterable[Change]) -> float:
    return sum(change.seconds for change in changes)
