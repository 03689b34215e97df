"""Accesses that have moved to a port without one, out of a made-up month, against its truth."""

from __future__ import annotations

import random
from dataclasses import dataclass, field
from datetime import datetime

import pytest
from tests.access.month import BEGIN, DAY, HOUR, NOW, ORDERED, seen

from techinfo.access.wrong_ports.moves import moved
from techinfo.access.wrong_ports.pairs import FreePlace, Kind, OnFree, Seen, Source

LOOKED = {"A-1": NOW, "A-2": NOW}


def place(number: int) -> FreePlace:
    """A port without an access."""
    return FreePlace(element="sw", name=f"ge{number}", if_index=number)


def free(
    equipment: str, number: int, since: float, until: float = 30, source: str = "mac_table"
) -> OnFree:
    """Equipment on a port without an access, in days."""
    return OnFree(
        equipment=equipment,
        place=place(number),
        source=Source(source),
        since=BEGIN + since * DAY,
        until=BEGIN + until * DAY,
    )


def heard(number: int, since: float, box: str = "U-1", until: float = 30) -> OnFree:
    """What a neighbour says there."""
    return free(box, number, since, until, "lldp")


HOME = seen("M1", "A-1", 0, 10)
BOXES = ORDERED | {f"U-{n}": (f"A-{n}", "outlet") for n in (1, 2)}
MOVED = ["moved"]


@pytest.mark.parametrize(
    ("expected", "rows", "on_free", "kinds"),
    [
        (ORDERED, [HOME], [free("M1", 9, 10.1)], ["moved"]),
        (ORDERED, [], [free("M1", 9, 0)], ["moved"]),
        ({}, [HOME], [free("M1", 9, 10.1)], ["moved"]),
        (ORDERED, [HOME, seen("M1", "A-1", 9, 11, "option82")], [free("M1", 9, 10.1)], ["moved"]),
        (ORDERED, [HOME], [free("M1", 9, 10.1), free("X", 9, 12)], ["moved"]),
        ({}, [], [free("M1", 9, 0)], []),
        ({}, [seen("M1", "A-1", 9, 10)], [free("M1", 9, 10.1)], []),
        ({}, [HOME], [free("M1", 9, 13)], []),
        (ORDERED, [HOME], [free("M1", 9, 13)], ["elsewhere"]),
        (ORDERED, [HOME], [free("M1", 9, 28.5)], []),
        (ORDERED, [HOME], [free("M1", 9, 10.1, 20)], []),
        (ORDERED, [HOME, seen("N", "A-1", 10.2, 30)], [free("M1", 9, 10.1)], ["elsewhere"]),
        ({}, [HOME, seen("N", "A-1", 10.2, 30)], [free("M1", 9, 10.1)], []),
        (ORDERED, [seen("M1", "A-1", 0, 30)], [free("M1", 9, 0)], []),
        (ORDERED, [seen("M1", "A-2", 0, 30)], [free("M1", 9, 0)], []),
        (ORDERED, [HOME], [free("M1", 9, 10.1), free("M2", 9, 29.9)], []),
        (ORDERED, [HOME], [free("M1", 9, 10.1), free("M1", 8, 10.1)], []),
        (
            {"M1": ("A-1", "order"), "P1": ("A-1", "cpe")},
            [HOME],
            [free("M1", 9, 10.1), free("P1", 8, 10.1)],
            ["elsewhere", "elsewhere"],
        ),
        (
            {"M1": ("A-1", "order"), "P1": ("A-1", "cpe")},
            [HOME, seen("P1", "A-1", 0, 15)],
            [free("M1", 9, 10.1), free("P1", 9, 15.1)],
            ["elsewhere"],
        ),
        ({"O": ("A-9", "cpe")}, [], [free("O", 9, 10, source="serial")], ["moved"]),
        ({"M9": ("A-9", "order")}, [], [free("M9", 9, 0)], ["elsewhere"]),
        (BOXES, [seen("U-1", "A-1", 0, 10, "lldp")], [heard(9, 10.1)], MOVED),
        (
            BOXES,
            [seen("U-1", "A-1", 0, 10.1, "lldp")],
            [heard(9, 10.08)],
            MOVED,
        ),
        (BOXES, [seen("U-1", "A-1", 0, 30, "lldp")], [heard(9, 10.1)], []),
        (BOXES, [HOME], [free("M1", 9, 10.1), heard(9, 29.9, "U-2")], []),
        (BOXES, [HOME], [free("M1", 9, 10.1), heard(8, 10.1)], ["elsewhere"] * 2),
        (ORDERED, [HOME], [free("M1", 9, 10.1, source="option82")], MOVED),
        (
            ORDERED,
            [seen("M1", "A-1", 0, 27)],
            [free("M1", 9, 5, source="option82"), free("M1", 9, 27.1)],
            MOVED,
        ),
        (ORDERED, [seen("M1", "A-1", 0, 29)], [free("M1", 9, 5, source="option82")], []),
        (ORDERED, [HOME], [free("M1", 9, 10.1, 27, source="option82")], []),
        (ORDERED, [HOME], [free("M1", 9, 10.1), free("M2", 9, 29.9, source="option82")], []),
    ],
    ids=[
        "since a day",
        "from the beginning",
        "without an order",
        "its lease runs on",
        "with a visitor",
        "nobody's",
        "nobody's for long",
        "nowhere for days",
        "ordered, and nowhere for days",
        "only just",
        "not seen lately",
        "sold",
        "sold without an order",
        "at home as well",
        "on another access as well",
        "two accesses there",
        "on two ports",
        "on two ports in pieces",
        "one after the other",
        "a serial number is at one place",
        "nobody has looked at home",
        "a box that is named after its outlet",
        "LLDP is late",
        "LLDP at home as well",
        "the box of another access beside it",
        "the box on another port",
        "option 82",
        "option 82 of a visit before",
        "option 82 of a visit, and of another one just now",
        "option 82 of long ago",
        "option 82 of another access there",
    ],
)
def test_a_move_is_told_from_all_else_that_is_on_a_free_port(
    expected: dict[str, tuple[str, str]],
    rows: list[Seen],
    on_free: list[OnFree],
    kinds: list[str],
) -> None:
    """Each in small."""
    found = moved(expected, rows, on_free, LOOKED.get, NOW)

    assert [one.kind.value for one in found] == kinds
    for one in found:
        assert one.free in {place(8), place(9)}
        assert one.other_id is None
        assert one.ids == (one.evidence[0].belongs,)
        assert all(row.on is None for row in one.evidence)


@dataclass(slots=True)
class Town:
    """Accesses with their equipment for a month, and ports without an access.

    Attributes:
        expected: What orders and CPEs say.
        moved: Access -> the port that it has truly moved to.
    """

    chance: random.Random
    expected: dict[str, tuple[str, str]] = field(default_factory=dict)
    moved: dict[str, FreePlace] = field(default_factory=dict)
    looked: dict[str, datetime] = field(default_factory=dict)
    rows: list[Seen] = field(default_factory=list)
    on_free: list[OnFree] = field(default_factory=list)
    ports: int = 0

    @classmethod
    def made(cls, accesses: int, moves: int, seed: int) -> Town:
        """Seven of ten have ordered equipment, two a CPE, one nothing that is known."""
        town = cls(random.Random(seed))  # noqa: S311 - a lot, and no secret
        unread = set(range(accesses - 300, accesses))
        for n in range(accesses):
            known = town.chance.random()
            if known < 0.9:
                town.expected[f"M{n}"] = (f"A-{n}", "order" if known < 0.7 else "cpe")
            if town.chance.random() < 0.3:
                town.expected[f"U-{n}"] = (f"A-{n}", "outlet")
            if n not in unread:
                town.looked[f"A-{n}"] = NOW - town.chance.random() * HOUR
        lives = [n for n in range(accesses) if n not in unread]
        town.chance.shuffle(lives)
        town._move(lives, moves)
        town._leave(lives)
        for n in lives:
            town._home(n, 0, 30)
        town._uplinks(lives, sorted(unread))
        for _ in range(100):
            port = town._port()
            for _ in range(town.chance.randint(1, 4)):
                town._on(f"X{len(town.on_free)}", port, town.chance.uniform(0, 27))
        return town

    def _port(self) -> int:
        self.ports += 1
        return self.ports

    def _day(self) -> float:
        return self.chance.uniform(4, 26)

    def _home(self, n: int, since: float, until: float, equipment: str = "") -> None:
        """MAC tables and LLDP of every hour, and leases that may run on when it has gone."""
        name = equipment or f"M{n}"
        if not equipment and f"U-{n}" in self.expected:
            first = since + self.chance.random() / 24
            self.rows.append(seen(f"U-{n}", f"A-{n}", first, max(until, first), "lldp"))
        if self.chance.random() < 0.95:
            late = self.chance.random() / 24
            self.rows.append(seen(name, f"A-{n}", since + late, max(until, since + late)))
        at = since + self.chance.random() * 0.4
        while at < until:
            if self.chance.random() < 0.9:
                self.rows.append(seen(name, f"A-{n}", at, min(at + 1, 30), "option82"))
            at += 1

    def _on(self, equipment: str, port: int, since: float, until: float = 30) -> None:
        """What the polls find, and what a switch tells the DHCP server, now and then."""
        late = self.chance.random() / 8
        self.on_free.append(free(equipment, port, since + late, max(since + late, until)))
        box = equipment.replace("M", "U-")
        if box in self.expected:
            first = since + self.chance.random() / 8
            self.on_free.append(heard(port, first, box, max(first, until)))
        if self.chance.random() < 0.3:
            first = since + self.chance.random() / 24
            last = max(first, until - self.chance.random() / 2)
            self.on_free.append(free(equipment, port, first, last, "option82"))

    def _move(self, lives: list[int], moves: int) -> None:
        """Half were always there, half are since a day of the month."""
        for _ in range(moves):
            n, port = lives.pop(), self._port()
            late = f"M{n}" not in self.expected or self.chance.random() < 0.5
            day = self._day() if late else 0.0
            if late:
                self._home(n, 0, day)
            self._on(f"M{n}", port, day)
            if self.chance.random() < 0.2:
                self._on(f"T{n}", port, day)  # a TV of theirs that nobody knows
            self.moved[f"A-{n}"] = place(port)

    def _leave(self, lives: list[int]) -> None:
        """Equipment is sold, lent and taken along; and neighbours have put two lines together."""
        for kind, count in {"sold": 50, "taken": 30, "lent": 30, "together": 30}.items():
            for _ in range(count):
                n, port, day = lives.pop(), self._port(), self._day()
                self._home(n, 0, day)
                if kind == "sold":
                    self._home(n, day + self.chance.random() / 4, 30, f"N{n}")
                    self._on(f"M{n}", port, day + self.chance.uniform(0.1, 3))
                elif kind == "taken":
                    self._on(f"M{n}", port, day + self.chance.uniform(2.4, 9))
                elif kind == "lent":
                    back = day + self.chance.uniform(0.1, 1.5)
                    self._on(f"M{n}", port, day, back)
                    self._home(n, back, 30)
                else:
                    other = lives.pop()
                    self._home(other, 0, day)
                    self.expected[f"M{other}"] = (f"A-{other}", "order")
                    self._on(f"M{n}", port, day)
                    self._on(f"M{other}", port, day)

    def _uplinks(self, lives: list[int], unread: list[int]) -> None:
        """Ports to other switches: of some the accesses are polled, of some they are not."""
        for count, behind in ((300, lives), (60, unread)):
            for _ in range(count):
                port = self._port()
                for n in self.chance.sample(behind, self.chance.randint(1, 4)):
                    self._on(f"M{n}", port, self.chance.uniform(0, 20))
        for n in self.chance.sample(lives, 60):  # a switch behind has let an identifier through
            first = self.chance.uniform(0, 20)
            self.on_free.append(free(f"M{n}", self._port(), first, 29.9, "option82"))


@pytest.mark.long
@pytest.mark.parametrize("seed", [16, 17, 18])
def test_a_hundred_of_ten_thousand_accesses_that_have_moved_are_found(seed: int) -> None:
    """At least 99 % of them, and at most 1 % of what is told is not so."""
    town = Town.made(10_000, 100, seed=seed)

    found = moved(town.expected, town.rows, town.on_free, town.looked.get, NOW)

    told = {(one.access_id, one.free) for one in found if one.kind is Kind.MOVED}
    assert len(town.moved) == 100
    assert len(told & town.moved.items()) >= 99, town.moved.items() - told
    assert len(told - town.moved.items()) <= 1, told - town.moved.items()
