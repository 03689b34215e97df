"""What two observations of a port leave in frames.

Mostly nothing but counters and light has moved since the poll before: what holds of the whole
element is then worked out once, and each port is one row of numbers.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime

from techinfo.history import change as c
from techinfo.history.change import Change, change
from techinfo.history.epochs import Why, of_element
from techinfo.history.frames import Row, Sample, level, unnumbered
from techinfo.history.links import NEAR, UNSEEN, Between, Span, Transition, between_knowing
from techinfo.history.observation import Observation
from techinfo.history.rolling import HOUR, by_hour
from techinfo.history.store import Fall

_NO_PORT = 0
"""A sample gets the number of its port when it is written."""


def noted(
    before: Observation | None, now: Observation
) -> tuple[tuple[Sample, ...], tuple[Transition, ...], Fall | None]:
    """What two observations of a port leave; of one alone only what it is now."""
    begun = Change(begin=now.at, end=now.at, seconds=0.0)
    if before is None:
        return (_sample(now, begun),), (), None
    told = change(before, now)
    link = between_knowing(told.why, before, now)
    if told.why is Why.ORDER:
        return (_sample(now, begun),), (), None
    fell = Fall(begin=told.begin, end=told.end) if told.why is Why.FELL else None
    return tuple(_samples(now, told, link)), link.transitions, fell


def _samples(now: Observation, told: Change, link: Between) -> Iterable[Sample]:
    """One at the end, and one at the end of every hour that the link is told for before that."""
    hours = by_hour(link.spans, now.at)
    last = max(hours, default=None)
    for hour, (up_s, down_s) in sorted(hours.items()):
        if hour != last or hour + HOUR < now.at:
            begun = Change(begin=hour + HOUR, end=hour + HOUR, seconds=0.0)
            yield Sample(port=_NO_PORT, change=begun, up_s=up_s, down_s=down_s)
            hours[hour] = (0.0, 0.0)
    up_s, down_s = hours[last] if last is not None else (0.0, 0.0)
    yield _sample(now, told, up_s, down_s, link.losses)


def _sample(
    now: Observation, told: Change, up_s: float = 0.0, down_s: float = 0.0, losses: int = 0
) -> Sample:
    return Sample(
        port=_NO_PORT,
        change=told,
        up=now.up,
        up_s=up_s,
        down_s=down_s,
        losses=losses,
        rx=now.rx,
        tx=now.tx,
    )


@dataclass(frozen=True, kw_only=True, slots=True)
class _Link:
    """What a link that was as it is leaves.

    Attributes:
        hours: A row for each hour that has ended since, with its end.
        head: What the last row begins with, up to its losses.
    """

    hours: tuple[tuple[datetime, Row], ...]
    head: Row


@dataclass(kw_only=True, slots=True)
class Usual:
    """The ports of an element that were seen at the same two times, and ran on in between.

    Attributes:
        begin, seconds: As of `Change`.
        rows: What has been taken: end -> name of a port -> its row, without its number.
    """

    begin: datetime
    seconds: float
    rows: defaultdict[datetime, dict[str, Row]] = field(default_factory=lambda: defaultdict(dict))
    _links: dict[tuple[bool, bool], _Link] = field(default_factory=dict)
    _most: dict[int, c.Most] = field(default_factory=dict)

    def take(self, before: Observation, now: Observation) -> bool:
        """Take a port, unless it needs a closer look (`noted`); all that it leaves is then rows.

        Args:
            before: At the first of the two times; else it is not taken.
            now: At the second.
        """
        if before.at != self.begin or not _is_same(before, now) or not _has_stood(before, now):
            return False
        ways = c.counts_of(before, now)
        if c.counted_anew(ways) is not None:
            return False
        speed = max(before.speed or 0, now.speed or 0)
        most = self._most.get(speed)
        if most is None:
            most = self._most[speed] = c.most(self.seconds, speed)
        wide = now.wide is True and before.wide is True
        came, went = (c.grown(*way, most, wide=wide) for way in ways)
        if came is None or went is None:
            return False
        link = self._links.get((now.up is True, now.last_change is None))
        if link is None:
            link = self._links[now.up is True, now.last_change is None] = self._link(now)
        for end, row in link.hours:
            self.rows[end][now.name] = row
        lit = level(now.rx), level(now.tx)
        self.rows[now.at][now.name] = (*link.head, *lit, *came, *went)
        return True

    def _link(self, now: Observation) -> _Link:
        """The same for all ports whose link is as this one's."""
        known = now.last_change is not None or now.at - self.begin <= UNSEEN
        span = Span(begin=self.begin, end=now.at, up=now.up if known else None)
        told = Change(begin=self.begin, end=now.at, seconds=self.seconds)
        *hours, last = _samples(now, told, Between(spans=(span,)))
        ended = tuple((one.change.end, unnumbered(one)) for one in hours)
        return _Link(hours=ended, head=unnumbered(last)[:_HEAD])


_HEAD = 7
"""Numbers of a row, without that of the port, before its light."""


def usual(before: Observation, now: Observation) -> Usual | None:
    """For all ports of an element that were seen at these two times; ``None``: look closer."""
    if of_element(before, now) is not None:
        return None
    return Usual(begin=before.at, seconds=c.seconds_between(before, now))


def _is_same(before: Observation, now: Observation) -> bool:
    """Whether a port has the same number, link and beginning of its counters as it had."""
    if now.if_index != before.if_index or now.up is None or now.up is not before.up:
        return False
    reset_at = now.reset_at
    return reset_at == before.reset_at and (reset_at is None or reset_at <= before.at)


def _has_stood(before: Observation, now: Observation) -> bool:
    """Whether a link has not changed by the agent's word, as far as that needs no closer look."""
    if now.changed_ticks != before.changed_ticks:
        return False
    if now.last_change is not None:
        return now.last_change <= before.at - NEAR
    return now.changed_ticks is None or now.at - before.at <= UNSEEN
