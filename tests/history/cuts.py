"""A network whose lines are cut together or fail alone, and is polled every minute: with the truth.

``python -m tests.history.cuts --rounds 20`` tries as many networks by lot (`make soak`).
"""

from __future__ import annotations

import argparse
import random
import sys
import tempfile
from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from techinfo.history.disturbances import Place, Scope
from techinfo.history.disturbed import Disturbed, Kept
from techinfo.history.links import Transition
from techinfo.history.observation import name_of
from techinfo.history.store import HistoryFile
from techinfo.history.writing import HistoryWriter, PollNote, PortNote, Tenants

START = datetime(2026, 3, 2, tzinfo=UTC)
S = timedelta(seconds=1)
SWITCHES, PORTS, OF_SITE, OF_STREET = 200, 24, 4, 12
OLT_PONS, OLT_ONTS = 4, 8


@dataclass(frozen=True, slots=True)
class Network:
    """Switches of 24 ports, every tenth an OLT of four PON ports; streets of 12 lines."""

    lines: dict[str, list[str]] = field(default_factory=dict)
    _streets: dict[str, list[Place]] = field(default_factory=dict)

    @classmethod
    def made(cls, switches: int = SWITCHES) -> Network:
        """A network of so many."""
        lines = {}
        for n in range(switches):
            onts = [name_of(f"gpon{p}", o) for p in range(OLT_PONS) for o in range(OLT_ONTS)]
            lines[f"sw{n}"] = onts if n % 10 == 9 else [f"ge{p}" for p in range(1, PORTS + 1)]
        return cls(lines)

    @staticmethod
    def access(place: Place) -> str:
        """The access on a line."""
        return f"A {place[0]} {place[1]}"

    def street(self, place: Place) -> str:
        """Half of one switch and half of the next but one share a street, two by two."""
        element, line = place
        number, half = int(element[2:]), self.lines[element].index(line) >= OF_STREET
        pair = number // 2 if half else (number + 1) // 2
        return f"street {pair} {half} {self.lines[element].index(line) % OF_STREET // 6}"

    def places(self) -> list[Place]:
        """All lines."""
        return [(element, line) for element, lines in self.lines.items() for line in lines]

    def streets_of(self, access_ids: Collection[str]) -> Collection[str]:
        """As `Surroundings`."""
        found = (one.split(" ", 2)[1:] for one in access_ids)
        return {self.street((element, line)) for element, line in found}

    def on_street(self, street: str) -> Collection[str]:
        """As `Surroundings`."""
        return [self.access(one) for one in self.of_street()[street]]

    def of_street(self) -> dict[str, list[Place]]:
        """Street -> its lines."""
        if not self._streets:
            for place in self.places():
                self._streets.setdefault(self.street(place), []).append(place)
        return self._streets

    def site_of(self, element: str) -> str | None:
        """As `Surroundings`."""
        return f"site {int(element[2:]) // OF_SITE}"

    def at_site(self, site: str) -> Collection[str]:
        """As `Surroundings`."""
        first = int(site.split()[1]) * OF_SITE
        return [f"sw{n}" for n in range(first, first + OF_SITE) if f"sw{n}" in self.lines]


@dataclass(frozen=True, slots=True)
class Cut:
    """Lines that were lost at one time, and came back."""

    at: datetime
    places: frozenset[Place]
    scope: Scope | None = None


def cuts(network: Network, chance: random.Random, count: int) -> list[Cut]:
    """Cuts of streets, switches, PON ports and sites, at least a hundred seconds apart."""
    streets = sorted(network.of_street().items())
    made = []
    for n in range(count):
        at = START + timedelta(hours=1, minutes=10 * n, seconds=chance.randrange(500))
        scope = chance.choice(list(Scope))
        if scope is Scope.STREET:
            places = chance.choice(streets)[1]
        else:
            olts = [one for one in network.lines if one.endswith("9")]
            element = chance.choice(olts if scope is Scope.PON else sorted(network.lines))
            places = [(element, line) for line in network.lines[element]]
            if scope is Scope.PON:
                port = chance.randrange(OLT_PONS)
                places = places[port * OLT_ONTS : (port + 1) * OLT_ONTS]
            if scope is Scope.SITE:
                there = network.at_site(network.site_of(element) or "")
                places = [(one, line) for one in there for line in network.lines[one]]
        made.append(Cut(at, frozenset(places), scope))
    return made


def singles(network: Network, chance: random.Random, count: int) -> list[Cut]:
    """Faults of one line each, in a day."""
    places = network.places()
    times = [START + chance.random() * timedelta(days=1) for _ in range(count)]
    return [Cut(at, frozenset({chance.choice(places)})) for at in times]


@dataclass(slots=True)
class Found:
    """What was found of a story.

    Attributes:
        kept: In the end.
        fallen: Number of a cut -> the lines that fell by it: those that were up.
        first: Reference -> the time of the poll that found it.
        whole: Reference -> that of the one that found the last of its lines.
    """

    kept: tuple[Kept, ...] = ()
    fallen: dict[int, frozenset[Place]] = field(default_factory=dict)
    first: dict[str, datetime] = field(default_factory=dict)
    whole: dict[str, datetime] = field(default_factory=dict)


def moves_of(
    story: Sequence[Cut], chance: random.Random
) -> tuple[dict[int, frozenset[Place]], list[tuple[Place, datetime, bool]]]:
    """Which lines fall by each cut, and how links go and come: a line that is down cannot fall."""
    spans: defaultdict[Place, list[tuple[datetime, datetime, int]]] = defaultdict(list)
    for n, cut in enumerate(story):
        back = cut.at + timedelta(minutes=5) + chance.random() * timedelta(minutes=20)
        for place in sorted(cut.places):
            spans[place].append((cut.at + chance.random() * S, back, n))
    fallen: defaultdict[int, set[Place]] = defaultdict(set)
    moves: list[tuple[Place, datetime, bool]] = []
    for place, some in spans.items():
        until = START
        for begin, end, n in sorted(some):
            if begin > until:
                moves += [(place, until, True)] if until > START else []
                moves.append((place, begin, False))
                fallen[n].add(place)
            until = max(until, end)
        moves.append((place, until, True))
    by_age = sorted(moves, key=lambda move: (move[1], move[0]))
    return {n: frozenset(places) for n, places in fallen.items()}, by_age


def told(network: Network, story: Sequence[Cut], folder: Path, chance: random.Random) -> Found:
    """The story as polls tell it, each switch at its own second of every minute."""
    slots = {element: chance.randrange(60) for element in network.lines}
    polls: defaultdict[tuple[datetime, str], dict[str, list[Transition]]] = defaultdict(dict)
    fallen, moves = moves_of(story, chance)
    for (element, line), at, up in moves:
        poll = at.replace(second=0, microsecond=0) + slots[element] * S
        poll += timedelta(minutes=1) if poll < at else timedelta(0)
        one = Transition(at=at, earliest=at, up=up, exact=True)
        polls[poll, element].setdefault(line, []).append(one)
    found = Found(fallen=fallen)
    with HistoryFile.open(folder / "history.sqlite") as file:
        clock = [START]

        def news(references: Sequence[str]) -> None:
            for one in references:
                found.first.setdefault(one, clock[0])
                kept = Disturbed(file).one(one)
                if kept is not None and kept.until is None:
                    found.whole[kept.reference] = clock[0]

        writer = HistoryWriter(file, network, news)
        everybody = [
            PollNote(
                element=element,
                at=START,
                ports={
                    line: PortNote(tenants=Tenants(accesses=(network.access((element, line)),)))
                    for line in lines
                },
            )
            for element, lines in network.lines.items()
        ]
        writer.write(everybody)
        for (at, element), ports in sorted(polls.items()):
            clock[0] = at
            notes = {line: PortNote(transitions=tuple(some)) for line, some in ports.items()}
            writer.write([PollNote(element=element, at=at, ports=notes)])
        found.kept = Disturbed(file).since(START)
    return found


MINUTE = timedelta(seconds=61)
"""A cut takes a second."""


def wrong(story: Sequence[Cut], found: Found, within: timedelta = MINUTE) -> list[str]:
    """What of a story was not found within a minute, once, with its lines; or was made up."""
    left = {one.reference: one for one in found.kept}
    out = []
    for n, cut in enumerate(story):
        fallen = found.fallen.get(n, frozenset())
        if cut.scope is None or len(fallen) < max(3, 0.3 * len(cut.places)):
            continue  # what is left of it are single faults
        mine = [
            one
            for one in left.values()
            if abs(one.since - cut.at) < MINUTE and not fallen.isdisjoint(one.lines)
        ]
        exact = [one for one in mine if frozenset(one.lines) == fallen]
        if len(mine) != 1 or not exact:
            out.append(f"{cut.scope} at {cut.at}: {len(mine)} found, {len(exact)} right")
            continue
        (one,) = mine
        del left[one.reference]
        if found.whole[one.reference] - cut.at > within or one.until is None:
            out.append(f"{cut.scope} at {cut.at}: late, or not over")
        if one.scope is not cut.scope and fallen == cut.places:
            out.append(f"{cut.scope} at {cut.at}: told as {one.scope}")
    return [*out, *(f"made up: {one.scope} {one.since}" for one in left.values())]


def twins(network: Network, chance: random.Random, story: Sequence[Cut]) -> list[Cut]:
    """A second cut within a minute of each, where the two have no site in common.

    Of one site they may be told as one: nothing tells them apart.
    """
    out = []
    for one, other in zip(story, cuts(network, chance, len(story)), strict=True):
        late = replace(other, at=one.at + (10 + chance.randrange(40)) * S)
        here, there = (
            {network.site_of(element) for element, _ in cut.places} for cut in (one, late)
        )
        out += [late] if here.isdisjoint(there) else []
    return out


def overlapping(network: Network, chance: random.Random, count: int, alone: int) -> list[Cut]:
    """Cuts with a twin each, of lines that may be down already, and single faults beside them.

    No line fails by itself in the minute before it is cut: fifteen seconds apart the two are one.
    """
    first = cuts(network, chance, count)
    cut = [*first, *twins(network, chance, first)]
    minute = timedelta(minutes=1)
    single = [
        one
        for one in singles(network, chance, alone)
        if not any(
            abs(one.at - other.at) <= minute and not one.places.isdisjoint(other.places)
            for other in cut
        )
    ]
    return sorted([*cut, *single], key=lambda one: one.at)


def main() -> None:
    """Try networks by lot."""
    asked = argparse.ArgumentParser()
    asked.add_argument("--rounds", type=int, default=20)
    for seed in range(asked.parse_args().rounds):
        chance = random.Random(seed)  # noqa: S311 - a lot, and no secret
        network = Network.made()
        story = overlapping(network, chance, 50, 1000)
        with tempfile.TemporaryDirectory() as folder:
            found = wrong(story, told(network, story, Path(folder), chance))
        sys.stdout.write(f"{seed}: {found or 'all right'}\n")
        if found:
            raise SystemExit(1)


if __name__ == "__main__":
    main()
