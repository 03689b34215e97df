"""Light of many fibres at once: k of n of a closure, tube or cable weaker in the same night. Pure.

Water, a bend or a pulled closure take half a decibel to one from several fibres of one piece of the
plant, days before anybody calls. One fibre alone moves by as much with the temperature of its
module, and all modules of a switch move together: what the fibres of a switch have in common is
taken out, and each fibre is held against its own nights before.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from statistics import median

NIGHT = range(6)
"""Hours of UTC at which little moves: no sun on cabinets, no hands in closures."""
BEFORE = 7
"""Nights that the last one is held against."""
_FEWEST_NIGHTS, _FEWEST_HOURS = 3, 2
_CLEAR_DB = 0.4
"""Below the half decibel that is looked for, as each level is rounded and the noise of a module."""
_CLEAR_SIGMA = 3.0
_FEWEST = 3
_SHARE = 0.3
_FEWEST_OF_ELEMENT = 5
"""Fewer fibres of a switch, beside those that are looked at, do not tell what it does to all."""

Fibre = tuple[str, str]
"""Element, and line on it."""


class Plant(StrEnum):
    """A piece of the plant that fibres have in common; the narrowest first."""

    TUBE = "tube"
    CLOSURE = "closure"
    CABLE = "cable"
    GROUP = "cable_group"


@dataclass(frozen=True, kw_only=True, slots=True)
class Weaker:
    """A fibre that lost light.

    Attributes:
        db: By so much, what it has in common with its switch taken out.
    """

    fibre: Fibre
    db: float


@dataclass(frozen=True, kw_only=True, slots=True)
class Weather:
    """A piece of the plant of which several fibres lost light in one night.

    Attributes:
        name: Of the piece: where to open.
        night: The first night with less.
        fibres: That lost light, the most first.
        of: So many of its fibres tell their light.
        db: What they lost, in the middle.
    """

    plant: Plant
    name: str
    night: date
    fibres: tuple[Weaker, ...]
    of: int
    db: float

    @property
    def rank(self) -> float:
        """The more and the surer, the higher: decibels, fibres, and their share."""
        return self.db * len(self.fibres) * len(self.fibres) / self.of


def nights(levels: Sequence[tuple[datetime, float]]) -> dict[date, float]:
    """The level of each night, the middle of its hours; of nights with few hours none.

    Args:
        levels: End of each hour in UTC, and dBm.
    """
    hours: defaultdict[date, list[float]] = defaultdict(list)
    for end, level in levels:
        begin = end - timedelta(hours=1)
        if begin.hour in NIGHT:
            hours[begin.date()].append(level)
    return {day: median(some) for day, some in hours.items() if len(some) >= _FEWEST_HOURS}


def weather(
    light: Mapping[Fibre, Mapping[date, float]],
    pieces: Mapping[tuple[Plant, str], Sequence[Fibre]],
    night: date,
) -> list[Weather]:
    """What happened in one night, ranked: where to open first stands first.

    Args:
        light: Fibre -> night -> dBm, as `nights` gives them.
        pieces: What fibres have in common.
        night: Which.
    """
    days = [night - timedelta(days=n) for n in range(BEFORE, -1, -1)]
    changes = _changes(light, days)
    lost = {key: _lost(light, changes, fibres, days) for key, fibres in pieces.items()}
    gone: set[Fibre] = set()
    found: list[Weather] = []
    while True:
        made = [
            one for key, told in lost.items() if (one := _piece(key, night, told, gone)) is not None
        ]
        if not made:
            return sorted(found, key=lambda one: (-one.rank, one.name))
        best = max(made, key=_fit)
        found.append(best)
        gone |= {one.fibre for one in best.fibres}


_NARROW = tuple(Plant)


def _fit(one: Weather) -> tuple[int, int, int]:
    """How well a piece explains its fibres: many of them lost light, few did not."""
    return 2 * len(one.fibres) - one.of, -one.of, -_NARROW.index(one.plant)


def _piece(
    key: tuple[Plant, str], night: date, lost: Mapping[Fibre, tuple[float, bool]], gone: set[Fibre]
) -> Weather | None:
    weaker = [
        Weaker(fibre=fibre, db=db)
        for fibre, (db, clear) in lost.items()
        if clear and fibre not in gone
    ]
    if len(weaker) < max(_FEWEST, _SHARE * len(lost)):
        return None
    weaker.sort(key=lambda one: (-one.db, one.fibre))
    return Weather(
        plant=key[0],
        name=key[1],
        night=night,
        fibres=tuple(weaker),
        of=len(lost),
        db=round(median(one.db for one in weaker), 2),
    )


def _changes(
    light: Mapping[Fibre, Mapping[date, float]], days: Sequence[date]
) -> dict[str, dict[Fibre, dict[date, float]]]:
    """Element -> fibre -> night -> how much more it tells than in the nights before."""
    found: defaultdict[str, dict[Fibre, dict[date, float]]] = defaultdict(dict)
    for fibre, levels in light.items():
        before = [levels[day] for day in days[:-1] if day in levels]
        if before:
            usual = median(before)
            own = {day: levels[day] - usual for day in days if day in levels}
            found[fibre[0]][fibre] = own
    return found


def _lost(
    light: Mapping[Fibre, Mapping[date, float]],
    changes: Mapping[str, Mapping[Fibre, Mapping[date, float]]],
    fibres: Sequence[Fibre],
    days: Sequence[date],
) -> dict[Fibre, tuple[float, bool]]:
    """Fibre of a piece -> what it lost in the last night, and whether that is clear.

    What the other fibres of its switch have in common is taken out: those of the piece are not
    asked, as they may be half of them. Fibres that tell too little are left out.
    """
    piece = set(fibres)
    elements = {element for element, _ in piece}
    common = {
        (element, day): _common(changes.get(element, {}), piece, day)
        for element in elements
        for day in days
    }
    found: dict[Fibre, tuple[float, bool]] = {}
    for fibre in dict.fromkeys(fibres):
        levels = light.get(fibre, {})
        own = {day: levels[day] - common[fibre[0], day] for day in days if day in levels}
        before = [own[day] for day in days[:-1] if day in own]
        if days[-1] not in own or len(before) < _FEWEST_NIGHTS:
            continue
        usual = median(before)
        spread = 1.4826 * median(abs(one - usual) for one in before)  # sigma of a normal spread
        db = usual - own[days[-1]]
        clear = db >= max(_CLEAR_DB, _CLEAR_SIGMA * spread)
        # The night before already so: it did not happen in this one.
        fresh = abs(before[-1] - usual) < db / 2
        found[fibre] = (round(db, 2), clear and fresh)
    return found


def _common(changes: Mapping[Fibre, Mapping[date, float]], piece: set[Fibre], day: date) -> float:
    """What a night did to the fibres of an element beside a piece; where few are, to all of it.

    A whole switch that is weaker is warm, and no piece of the plant.
    """
    beside = [own[day] for fibre, own in changes.items() if fibre not in piece and day in own]
    if len(beside) >= _FEWEST_OF_ELEMENT:
        return median(beside)
    every = [own[day] for own in changes.values() if day in own]
    return median(every) if every else 0.0
