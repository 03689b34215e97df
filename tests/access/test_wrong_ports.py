"""Wrong ports out of a month of made-up logs, against the truth of their generator."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime

import pytest
from tests.access.month import BEGIN, DAY, HOUR, NOW, ORDERED, seen

from techinfo.access.wrong_ports import Kind, Seen, Source, wrong_ports


@pytest.mark.parametrize(
    ("expected", "rows", "kinds"),
    [
        (ORDERED, [seen("M1", "A-1", 0, 30), seen("M2", "A-2", 0, 30)], []),
        (ORDERED, [seen("M1", "A-2", 0, 30), seen("M2", "A-1", 0, 30)], ["swapped"]),
        (
            ORDERED,
            [
                seen("M1", "A-1", 0, 10),
                seen("M2", "A-2", 0, 10),
                seen("M1", "A-2", 10.1, 30),
                seen("M2", "A-1", 10.2, 30),
            ],
            ["swapped"],
        ),
        (
            {},
            [
                seen("M1", "A-1", 0, 10),
                seen("M2", "A-2", 0, 10),
                seen("M1", "A-2", 10.1, 30),
                seen("M2", "A-1", 10.2, 30),
            ],
            ["swapped"],
        ),
        (
            {},
            [
                seen("M1", "A-1", 0, 5),
                seen("M2", "A-2", 0, 20),
                seen("M1", "A-2", 5.1, 30),
                seen("M2", "A-1", 20.1, 30),
            ],
            [],
        ),
        (
            {"M1": ("A-1", "cpe")},
            [seen("M1", "A-2", 0, 30), seen("M9", "A-1", 0.2, 30)],
            ["swapped"],
        ),
        (ORDERED, [seen("M1", "A-2", 0, 30), seen("M9", "A-1", 0, 30)], ["elsewhere"]),
        (ORDERED, [seen("M1", "A-1", 0, 30), seen("M1", "A-2", 20, 21)], []),
        (ORDERED, [seen("M1", "A-1", 0, 29.5), seen("M1", "A-2", 29.6, 30)], []),
        (ORDERED, [seen("M1", "A-2", 0, 20), seen("M2", "A-1", 0, 20)], []),
    ],
    ids=[
        "all at home",
        "from the beginning",
        "since a day",
        "without orders",
        "two that moved by themselves",
        "one side is known",
        "sold to a neighbour",
        "lent for a day",
        "lent just now",
        "not seen lately",
    ],
)
def test_what_changes_places_is_told_from_what_is_lent_or_sold(
    expected: dict[str, tuple[str, str]], rows: list[Seen], kinds: list[str]
) -> None:
    """Each in small."""
    found = wrong_ports(expected, rows, NOW)

    assert [one.kind.value for one in found] == kinds
    for one in found:
        assert {one.access_id, one.other_id} == {"A-1", "A-2"}
        assert one.evidence


@dataclass(slots=True)
class Town:
    """Accesses with their equipment for a month, and what logs tell of it.

    Attributes:
        home: Equipment -> its access, as it truly is.
        expected: What orders and CPEs say.
        swapped: Pairs that are patched the wrong way round, and since when.
    """

    chance: random.Random
    home: dict[str, str] = field(default_factory=dict)
    expected: dict[str, tuple[str, str]] = field(default_factory=dict)
    swapped: dict[frozenset[str], datetime] = field(default_factory=dict)
    moved: dict[str, list[tuple[datetime, str]]] = field(default_factory=dict)

    @classmethod
    def made(cls, accesses: int, pairs: int, seed: int) -> Town:
        """Seven of ten have ordered equipment, two a CPE, one nothing that is known."""
        town = cls(random.Random(seed))  # noqa: S311 - a lot, and no secret
        for n in range(accesses):
            town.home[f"M{n}"] = f"A-{n}"
            known = town.chance.random()
            if known < 0.9:
                town.expected[f"M{n}"] = (f"A-{n}", "order" if known < 0.7 else "cpe")
        town._swap(pairs)
        town._live(accesses)
        return town

    def _swap(self, pairs: int) -> None:
        """Half were always so, half since a day of the month; neighbours, as they are."""
        for n in self.chance.sample(range(0, len(self.home), 2), pairs):
            late = self.chance.random() < 0.5
            if not late and not {f"M{n}", f"M{n + 1}"} & self.expected.keys():
                late = True  # nothing that anybody could know tells of it otherwise
            at = BEGIN + self.chance.uniform(4, 26) * DAY if late else BEGIN
            self.swapped[frozenset({f"A-{n}", f"A-{n + 1}"})] = at

    def _live(self, accesses: int) -> None:
        """People buy, lend and sell routers; none of those that are swapped (they would call)."""
        busy = {access for pair in self.swapped for access in pair}
        quiet = [n for n in range(accesses) if f"A-{n}" not in busy]
        for count, kind in ((200, "bought"), (50, "lent"), (20, "sold"), (5, "sold long ago")):
            for n in self.chance.sample(quiet, count):
                day = BEGIN + self.chance.uniform(1, 28) * DAY
                other = self.chance.choice(quiet)
                if kind == "bought":
                    self.moved[f"M{n}"] = [(day, "")]
                    self.home[f"N{n}"] = f"A-{n}"
                    self.moved[f"N{n}"] = [(BEGIN, ""), (day, f"A-{n}")]
                elif kind == "lent":
                    back = day + self.chance.uniform(0.1, 1.5) * DAY
                    self.moved[f"M{n}"] = [(day, f"A-{other}"), (back, f"A-{n}")]
                else:
                    gone = BEGIN if kind == "sold long ago" else day
                    new = f"N{n}"
                    self.home[new] = f"A-{n}"
                    self.moved[new] = [(BEGIN, ""), (gone, f"A-{n}")]
                    later = gone + self.chance.uniform(0.2, 9) * DAY
                    self.moved[f"M{n}"] = [(gone, ""), (later, f"A-{other}")]

    def _places(self, equipment: str) -> list[tuple[datetime, str]]:
        """Where it truly is, from when on; an empty name: nowhere."""
        own = self.home[equipment]
        return [(BEGIN, own), *sorted(self.moved.get(equipment, ()))]

    def _port(self, access: str, at: datetime) -> str:
        """The port that logs name for a household: of swapped ones the other's."""
        number = int(access[2:])
        other = f"A-{number + 1 if number % 2 == 0 else number - 1}"
        since = self.swapped.get(frozenset({access, other}))
        return other if since is not None and at >= since else access

    def logs(self) -> Iterator[Seen]:
        """MAC tables every hour and leases of a day; each loses some days of some equipment."""
        for equipment in self.home:
            turns = self._places(equipment)
            for (since, place), (until, _) in zip(turns, [*turns[1:], (NOW, "")], strict=True):
                if not place or since >= until:
                    continue
                yield from self._told(equipment, place, since, until)

    def _told(self, equipment: str, place: str, since: datetime, until: datetime) -> Iterator[Seen]:
        number = int(place[2:])
        pair = frozenset({place, f"A-{number + 1 if number % 2 == 0 else number - 1}"})
        cut = self.swapped.get(pair)
        cuts = [cut] if cut is not None and since < cut < until else []
        for begin, end in zip([since, *cuts], [*cuts, until], strict=True):
            port = self._port(place, begin)
            if self.chance.random() < 0.95:
                late = self.chance.random() * HOUR
                first = min(begin + late, end)
                yield Seen(
                    equipment=equipment,
                    access_id=port,
                    source=Source.MAC_TABLE,
                    since=first,
                    until=end,
                )
            at = begin + self.chance.random() * 10 * HOUR
            while at < end:
                lasts = min(at + DAY, end)
                if self.chance.random() < 0.9:
                    yield Seen(
                        equipment=equipment,
                        access_id=port,
                        source=Source.OPTION82,
                        since=at,
                        until=lasts,
                    )
                at += DAY


@pytest.mark.long
def test_a_hundred_swapped_pairs_of_ten_thousand_accesses_are_found() -> None:
    """At least 99 % of them, and at most 1 % of what is told is not so."""
    town = Town.made(10_000, 100, seed=16)

    found = wrong_ports(town.expected, town.logs(), NOW)

    told = {frozenset({one.access_id, one.other_id}) for one in found if one.kind is Kind.SWAPPED}
    assert len(town.swapped) == 100
    assert len(told & town.swapped.keys()) >= 99, town.swapped.keys() - told
    assert len(told - town.swapped.keys()) <= 1, told - town.swapped.keys()
