"""What is polled when: a pure function of the time, settings and what is known of each element.

Every element has moments of its own in every period, spread by its name, so that neither a start
nor a restart asks all of them at once, and no poll that was missed is made up for. An element that
stays silent is asked more and more seldom, in slots that the living do not share. Where people ask,
a poll waits.
"""

from __future__ import annotations

import functools
import hashlib
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from enum import StrEnum
from math import comb
from zoneinfo import ZoneInfo

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_SLOW_FOR = timedelta(days=7)
_CHANCE = 1e-4
"""How unlikely so many restarts must be by chance."""
_IN_A_READ = 0.02
"""A poll takes some seconds of every five minutes: as often a restart falls into one by chance."""
_FEWEST_RESTARTS = 3


class Kind(StrEnum):
    """What a poll reads."""

    LIGHT = "light"
    """Links, counters and optics."""
    FULL = "full"
    """MAC table and neighbours."""
    ONTS = "onts"
    """Light of the ONTs behind PON ports."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Window:
    """Hours of every day in which nothing is polled, as works are done.

    Attributes:
        begin, end: Of the day; ``end`` before ``begin`` is of the next day.
    """

    begin: time
    end: time

    def covers(self, at: time) -> bool:
        """Whether a time of day lies in it."""
        if self.begin <= self.end:
            return self.begin <= at < self.end
        return at >= self.begin or at < self.end


@dataclass(frozen=True, kw_only=True, slots=True)
class Rhythm:
    """How often what is polled.

    Attributes:
        light, full, onts: Between two polls; ``None``: never.
        windows: When nothing is.
        zone: Of those.
        longest_walk_s: A table whose walk took longer is not polled for a week.
        seldom: A silent element is polled this often at least.
        parallel: Polls under way at a time.
        parallel_silent: Of elements that did not answer, beside those.
    """

    light: timedelta = timedelta(minutes=5)
    full: timedelta | None = timedelta(hours=1)
    onts: timedelta | None = None
    windows: tuple[Window, ...] = ()
    zone: ZoneInfo | None = None
    longest_walk_s: float = 2.0
    seldom: timedelta = timedelta(hours=1)
    parallel: int = 50
    parallel_silent: int = 5

    def every(self, kind: Kind) -> timedelta | None:
        """Between two polls of a kind."""
        return {Kind.LIGHT: self.light, Kind.FULL: self.full, Kind.ONTS: self.onts}[kind]

    def rests(self, now: datetime) -> bool:
        """Whether nothing is polled at this time."""
        at = now.astimezone(self.zone or UTC).time()
        return any(window.covers(at) for window in self.windows)


@dataclass(frozen=True, kw_only=True, slots=True)
class Polled:
    """What is known of an element that is polled.

    Attributes:
        element: Its name, which its moments follow from.
        begun: When each kind was last begun; a kind that never was counts from ``since``.
        since: When polling began, of this process.
        silences: Polls without an answer, one after another.
        slow_at: When a whole walk took too long; ``None``: none did.
        paused: Nothing is polled: its site is off, or its model has paused itself.
    """

    element: str
    since: datetime
    begun: Mapping[Kind, datetime]
    silences: int = 0
    slow_at: datetime | None = None
    paused: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class Due:
    """A poll whose moment has come.

    Attributes:
        at: Its moment.
        silent: It takes one of the slots for silent elements.
    """

    element: str
    kind: Kind
    at: datetime
    silent: bool


def moment(element: str, kind: Kind, every: timedelta, now: datetime) -> datetime:
    """The latest moment at or before a time at which an element is polled."""
    every_ms = every // timedelta(milliseconds=1)
    phase_ms = _spread(element, kind) % every_ms
    now_ms = (now - _EPOCH) // timedelta(milliseconds=1)
    return _EPOCH + timedelta(milliseconds=(now_ms - phase_ms) // every_ms * every_ms + phase_ms)


@functools.lru_cache(maxsize=100_000)
def _spread(element: str, kind: Kind) -> int:
    octets = hashlib.blake2s(f"{kind}\0{element}".encode(), digest_size=8).digest()
    return int.from_bytes(octets, "big")


def due(
    now: datetime,
    rhythm: Rhythm,
    elements: Iterable[Polled],
    *,
    under_way: Collection[str] = (),
    under_way_silent: int = 0,
    asked_by_people: Collection[str] = (),
    people: int = 0,
) -> tuple[Due, ...]:
    """The polls to begin now, the one that waits longest first.

    Args:
        now: The time.
        rhythm: How often what is polled.
        elements: Those that are polled.
        under_way: Elements with a poll that has not ended; none of theirs is begun.
        under_way_silent: How many of those take a slot for silent ones.
        asked_by_people: Elements that somebody waits for; their polls wait.
        people: Questions of people under way, each of which takes a slot.
    """
    if rhythm.rests(now):
        return ()
    busy = {*under_way, *asked_by_people}
    found = [
        one
        for polled in elements
        if polled.element not in busy and not polled.paused
        if (one := _next(now, rhythm, polled)) is not None
    ]
    found.sort(key=lambda one: (one.at, one.element))
    living = max(0, rhythm.parallel - (len(under_way) - under_way_silent) - people)
    silent = max(0, rhythm.parallel_silent - under_way_silent)
    return (
        *[one for one in found if not one.silent][:living],
        *[one for one in found if one.silent][:silent],
    )


def wakes(now: datetime, rhythm: Rhythm, polled: Polled) -> datetime:
    """When it is worth looking at an element again, after it was looked at."""
    kinds = (Kind.LIGHT,) if polled.silences else tuple(Kind)
    periods = ((kind, every) for kind in kinds if (every := rhythm.every(kind)) is not None)
    return min(
        moment(polled.element, kind, slowed, now) + slowed
        for kind, every in periods
        for slowed in (_slowed(every, rhythm, polled),)
    )


def _next(now: datetime, rhythm: Rhythm, polled: Polled) -> Due | None:
    """The kind whose moment passed first; a silent element is asked for its light alone."""
    kinds = (Kind.LIGHT,) if polled.silences else tuple(Kind)
    told = [one for kind in kinds if (one := _moment_of(now, rhythm, polled, kind)) is not None]
    if not told:
        return None
    at, kind = min(told)
    return Due(element=polled.element, kind=kind, at=at, silent=polled.silences > 0)


def _moment_of(
    now: datetime, rhythm: Rhythm, polled: Polled, kind: Kind
) -> tuple[datetime, Kind] | None:
    every = rhythm.every(kind)
    if every is None or (kind is not Kind.LIGHT and _is_slow(now, polled)):
        return None
    at = moment(polled.element, kind, _slowed(every, rhythm, polled), now)
    last = polled.begun.get(kind, polled.since)
    # Of a clock that was set back the last poll is still to come.
    return (at, kind) if last < at or last > now + every else None


def _slowed(every: timedelta, rhythm: Rhythm, polled: Polled) -> timedelta:
    """Twice as long for every silence after the first, but no longer than may be."""
    doubled = every * (1 << min(max(0, polled.silences - 1), 16))
    return max(every, min(doubled, rhythm.seldom))


def _is_slow(now: datetime, polled: Polled) -> bool:
    return polled.slow_at is not None and now - polled.slow_at < _SLOW_FOR


def harmful(restarts: Iterable[bool], by_chance: float = _IN_A_READ) -> bool:
    """Whether a model's units restart because they are read.

    Args:
        restarts: Of all restarts of units of one model in a day, whether a poll of that unit was
            under way: it had begun to answer, and broke off.
        by_chance: How often that happens to restarts that have other reasons.
    """
    every = tuple(restarts)
    number, broke_off = len(every), sum(every)
    if broke_off < _FEWEST_RESTARTS:
        return False
    chance = sum(
        comb(number, k) * by_chance**k * (1 - by_chance) ** (number - k)
        for k in range(broke_off, number + 1)
    )
    return chance < _CHANCE


def moments(
    element: str, kind: Kind, every: timedelta, begin: datetime, end: datetime
) -> Iterator[datetime]:
    """All moments of an element in a time."""
    at = moment(element, kind, every, begin)
    while at < end:
        if at >= begin:
            yield at
        at += every
