"""Faults of many lines at once: k of n lines with something in common, lost within a minute.

What they have in common is a PON port, a switch, a street or cable, or a site. Only losses whose
time the agent has told count (ifLastChange): a poll every five minutes cannot say of others that
they were together.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from hashlib import blake2s
from itertools import pairwise

from techinfo.history.links import Transition
from techinfo.history.observation import port_of

TOGETHER = timedelta(seconds=60)
_APART = timedelta(seconds=15)
"""What fell so long before or after all others, within their minute, is a fault of its own."""
_FEWEST = 3
_SHARE = 0.3
"""Of the lines that people hang on: fewer are faults of their own."""

_STRAGGLERS, _RETURNED, QUIET = 5, 2, timedelta(hours=24)
"""One in so many lines may stay away, of two that are back at least, after so long."""

Place = tuple[str, str]
"""Element, as the inventory calls it, and line on it."""


class Scope(StrEnum):
    """What the lines have in common; the narrowest first."""

    PON = "pon"
    STREET = "street"
    SWITCH = "switch"
    SITE = "site"


_NARROW = tuple(Scope)


@dataclass(frozen=True, kw_only=True, slots=True)
class Group:
    """Lines with something in common.

    Attributes:
        name: What it is: the element, the element and its PON port, the street or cable, the site.
        places: All that accesses hang on.
    """

    scope: Scope
    name: str
    places: frozenset[Place]


@dataclass(frozen=True, kw_only=True, slots=True)
class Loss:
    """A line that was lost.

    Attributes:
        back: When it came back; ``None``: it has not.
        restart: Its element has started anew.
    """

    at: datetime
    place: Place
    back: datetime | None = None
    restart: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class Disturbance:
    """Lines that were lost together.

    Attributes:
        reference: The same for the same lines at the same time.
        scope: What they have in common.
        name: As `Group`.
        losses: By age; of each line one.
        of: So many there are.
    """

    reference: str
    scope: Scope
    name: str
    losses: tuple[Loss, ...]
    of: int

    @property
    def since(self) -> datetime:
        """The first loss."""
        return self.losses[0].at

    @property
    def until(self) -> datetime | None:
        """When the last of them came back; ``None``: some have not."""
        backs = [one.back for one in self.losses]
        known = [at for at in backs if at is not None]
        return max(known) if len(known) == len(backs) else None

    @property
    def restart(self) -> bool:
        """Whether all of it is a restart."""
        return all(one.restart for one in self.losses)

    @property
    def lines(self) -> tuple[str, ...]:
        """The lines, by name."""
        return tuple(sorted({one.place[1] for one in self.losses}))


@dataclass(frozen=True, kw_only=True, slots=True)
class Standing:
    """How a line of a disturbance stands now.

    Attributes:
        up: Its link is up.
        first_back: When it came back first; ``None``: it has not.
        last_back: When it came back last.
        troubled: It was lost in the day before as well, by itself.
    """

    up: bool
    first_back: datetime | None = None
    last_back: datetime | None = None
    troubled: bool = False


def over(lines: Sequence[Standing], now: datetime) -> datetime | None:
    """When a disturbance was over; ``None``: it goes on.

    That is when its last line was back. Some lines do not hold it. Those that had been lost in the
    day before as well, if they are fewer than half: they are in trouble of their own. And a day
    after the others were back, a fifth of the lines (or the only one): who was switched off in an
    outage, and is not switched on again, is a single fault by then.

    Args:
        lines: All of it.
        now: The time.
    """
    firm = [one for one in lines if not one.troubled]
    holding = firm if 2 * len(firm) > len(lines) else lines
    down = [one for one in holding if not one.up]
    if not down:
        return max((one.last_back for one in holding if one.last_back is not None), default=None)
    backs = [one.first_back for one in holding if one.up and one.first_back is not None]
    few = len(down) <= max(1, len(lines) // _STRAGGLERS)
    if not few or len(backs) < _RETURNED or now - max(backs) < QUIET:
        return None
    return max(backs)


def groups_of(element: str, lines: Collection[str]) -> list[Group]:
    """A switch, and its PON ports.

    Args:
        element: As the inventory calls it.
        lines: All that accesses hang on.
    """
    on_ports: defaultdict[str, set[Place]] = defaultdict(set)
    for line in lines:
        if port_of(line) != line:
            on_ports[port_of(line)].add((element, line))
    every = frozenset((element, line) for line in lines)
    ports = [
        Group(scope=Scope.PON, name=f"{element} {port}", places=frozenset(places))
        for port, places in sorted(on_ports.items())
    ]
    return [*ports, Group(scope=Scope.SWITCH, name=element, places=every)]


def disturbances(
    element: str, seen: Mapping[str, Sequence[Transition]], lines: Collection[str]
) -> list[Disturbance]:
    """The disturbances of one element by itself, by age.

    Args:
        element: As the inventory calls it.
        seen: Line -> its transitions, by age.
        lines: All that accesses hang on.
    """
    told = {(element, line): transitions for line, transitions in seen.items()}
    return together(groups_of(element, lines), told)


def together(
    groups: Iterable[Group], seen: Mapping[Place, Sequence[Transition]]
) -> list[Disturbance]:
    """The disturbances of some groups, by age; no loss is part of two.

    Of several groups that losses may be of, the one that they are most of: as many as possible are
    lost, and as few as possible are not.

    Args:
        groups: What lines have in common.
        seen: Line -> its transitions, by age.
    """
    every = {place: tuple(_losses(place, told)) for place, told in seen.items()}
    losses = {place: told for place, told in every.items() if told}
    left = [one for one in groups if not losses.keys().isdisjoint(one.places)]
    explained: set[Loss] = set()
    found: list[Disturbance] = []
    best: dict[int, tuple[Loss, ...]] = {n: _best(one, losses, ()) for n, one in enumerate(left)}
    while any(best.values()):
        chosen = max(
            (n for n, window in best.items() if window),
            key=lambda n: (
                2 * len(best[n]) - len(left[n].places),
                -len(left[n].places),
                -_NARROW.index(left[n].scope),
            ),
        )
        window = best[chosen]
        found.append(_made(left[chosen], window))
        gone = {one.place for one in window}
        begin, end = window[0].at - TOGETHER, window[-1].at + TOGETHER
        explained |= {one for place in gone for one in losses[place] if begin <= one.at <= end}
        for n, group in enumerate(left):
            if best[n] and not gone.isdisjoint(group.places):
                best[n] = _best(group, losses, explained)
    return sorted(found, key=lambda one: (one.since, one.reference))


def _best(
    group: Group, losses: Mapping[Place, Sequence[Loss]], explained: Collection[Loss]
) -> tuple[Loss, ...]:
    """The most lines of a group that were lost within a minute, one loss of each; by age."""
    need = max(_FEWEST, math.ceil(_SHARE * len(group.places)))
    told = sorted(
        (
            one
            for place in group.places & losses.keys()
            for one in losses[place]
            if one not in explained
        ),
        key=lambda one: (one.at, one.place),
    )
    best: tuple[Loss, ...] = ()
    last = 0
    for first, begin in enumerate(told):
        while last < len(told) and told[last].at - begin.at <= TOGETHER:
            last += 1
        if last - first < max(need, len(best) + 1):
            continue
        by_place: dict[Place, Loss] = {}
        for one in told[first:last]:
            by_place[one.place] = replace(by_place.get(one.place, one), back=one.back)
        if len(by_place) >= max(need, len(best) + 1):
            best = tuple(sorted(by_place.values(), key=lambda one: (one.at, one.place)))
    return _without_others(best, need)


def _without_others(window: tuple[Loss, ...], need: int) -> tuple[Loss, ...]:
    """Without single faults that fell in the same minute by chance."""
    gaps = [later.at - earlier.at for earlier, later in pairwise(window)]
    for n in sorted(range(len(gaps)), key=lambda n: gaps[n], reverse=True):
        before, after = window[: n + 1], window[n + 1 :]
        larger, smaller = sorted((before, after), key=len, reverse=True)
        if gaps[n] > _APART and len(larger) >= need and len(smaller) < _FEWEST:
            return _without_others(larger, need)
    return window


def _losses(place: Place, told: Sequence[Transition]) -> Iterator[Loss]:
    for n, one in enumerate(told):
        if one.up or not (one.exact or one.reboot):
            continue
        back = next((later.at for later in told[n + 1 :] if later.up), None)
        yield Loss(at=one.at, place=place, back=back, restart=one.reboot)


def _made(group: Group, window: tuple[Loss, ...]) -> Disturbance:
    key = f"{group.scope}\0{group.name}\0{window[0].at.isoformat()}".encode()
    return Disturbance(
        reference=f"D-{blake2s(key, digest_size=5).hexdigest()}",
        scope=group.scope,
        name=group.name,
        losses=window,
        of=len(group.places),
    )
