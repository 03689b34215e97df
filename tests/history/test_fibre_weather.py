"""Fibre weather against a generator that knows what happened to which closure in which night."""

from __future__ import annotations

import random
from collections import defaultdict
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta

import pytest

from techinfo.history.fibre_weather import Fibre, Plant, nights, weather

BEGIN = date(2026, 10, 1)
DAYS = 30
SWITCHES, FIBRES = 40, 24
CABLE, TUBE, CLOSURE = 48, 12, 8
"""Fibres of each; two switches share a cable."""


@dataclass(slots=True)
class Plan:
    """A plant, its light for a month, and what was done to it.

    Attributes:
        events: Night -> the piece that was hurt, its fibres, and by how many decibels.
    """

    chance: random.Random
    light: dict[Fibre, dict[date, float]] = field(default_factory=dict)
    pieces: dict[tuple[Plant, str], list[Fibre]] = field(default_factory=dict)
    events: dict[date, tuple[tuple[Plant, str], frozenset[Fibre]]] = field(default_factory=dict)

    @classmethod
    def made(cls, seed: int, events: int) -> Plan:
        """Forty switches of 24 fibres; modules round to a tenth and drift with the weather."""
        plan = cls(random.Random(seed))  # noqa: S311 - a lot, and no secret
        pieces: defaultdict[tuple[Plant, str], list[Fibre]] = defaultdict(list)
        for n in range(SWITCHES * FIBRES):
            fibre = (f"sw{n // FIBRES}", f"ge{n % FIBRES}")
            pieces[Plant.CABLE, f"C{n // CABLE}"].append(fibre)
            pieces[Plant.TUBE, f"C{n // CABLE} T{n % CABLE // TUBE}"].append(fibre)
            pieces[Plant.CLOSURE, f"C{n // CABLE} S{n % CABLE // CLOSURE}"].append(fibre)
        plan.pieces = dict(pieces)
        nights_of = plan.chance.sample(range(8, DAYS), events)
        loss: dict[Fibre, list[tuple[date, float]]] = defaultdict(list)
        for night in nights_of:
            day = BEGIN + timedelta(days=night)
            key = plan.chance.choice([k for k in sorted(plan.pieces) if k[0] is not Plant.CABLE])
            hurt = [one for one in plan.pieces[key] if plan.chance.random() < 0.8]
            plan.events[day] = (key, frozenset(hurt))
            for fibre in hurt:
                loss[fibre].append((day, plan.chance.uniform(0.5, 1.0)))
        for n in plan.chance.sample(range(SWITCHES * FIBRES), 60):  # a cord that is bent
            fibre = (f"sw{n // FIBRES}", f"ge{n % FIBRES}")
            day = BEGIN + timedelta(days=plan.chance.randrange(DAYS))
            loss[fibre].append((day, plan.chance.uniform(0.5, 3.0)))
        plan._shine(loss)
        return plan

    def _shine(self, loss: dict[Fibre, list[tuple[date, float]]]) -> None:
        warm = {
            (f"sw{s}", day): self.chance.gauss(0, 0.35)
            for s in range(SWITCHES)
            for day in range(DAYS)
        }
        for fibre in [
            one for key, some in self.pieces.items() if key[0] is Plant.CABLE for one in some
        ]:
            base, slope = self.chance.uniform(-18, -8), self.chance.gauss(1, 0.1)
            levels: dict[date, float] = {}
            for number in range(DAYS):
                day = BEGIN + timedelta(days=number)
                gone = sum(db for since, db in loss[fibre] if since <= day)
                hours = [
                    (
                        datetime(day.year, day.month, day.day, hour + 1, tzinfo=UTC),
                        round(
                            base
                            + slope * warm[fibre[0], number]
                            - gone
                            + self.chance.gauss(0, 0.08),
                            1,
                        ),
                    )
                    for hour in range(3)
                ]
                levels |= nights(hours)
            self.light[fibre] = levels


@pytest.mark.long
def test_each_hurt_piece_is_found_in_its_night_and_nothing_else() -> None:
    """Common mode of switches, drift, rounding and single bends beside."""
    plan = Plan.made(seed=16, events=12)
    told = {
        BEGIN + timedelta(days=n): weather(plan.light, plan.pieces, BEGIN + timedelta(days=n))
        for n in range(8, DAYS)
    }

    made_up = [
        (day, one.name) for day, some in told.items() for one in some if day not in plan.events
    ]
    assert made_up == []
    for day, (key, hurt) in plan.events.items():
        (first, *others) = told[day]
        assert (first.plant, first.name) == key
        found = {one.fibre for one in first.fibres}
        assert len(found & hurt) >= 0.7 * len(hurt), (day, key)
        assert len(found - hurt) <= 1
        assert others == []
        assert 0.4 <= first.db <= 1.1


def test_hours_of_the_day_are_no_night() -> None:
    """Nor is a night of one hour."""
    day = datetime(2026, 10, 1, tzinfo=UTC)
    levels = [(day + timedelta(hours=n + 1), -10.0 - n) for n in range(24)]

    assert nights(levels) == {day.date(): -12.5}
    assert nights(levels[:1]) == {}


def test_a_switch_that_is_warm_is_no_weather() -> None:
    """All its fibres are weaker by a decibel, and so are those of no piece."""
    fibres = [("sw", f"ge{n}") for n in range(24)]
    light = {one: {BEGIN + timedelta(days=n): -10.0 - (n == 7) for n in range(8)} for one in fibres}
    pieces = {(Plant.TUBE, "T1"): fibres[:12], (Plant.TUBE, "T2"): fibres[12:]}

    assert weather(light, pieces, BEGIN + timedelta(days=7)) == []
