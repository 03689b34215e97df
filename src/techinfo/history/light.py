"""Light against the first day of the same module: how many decibels a fibre has lost since.

A module's own reading is wrong by up to 3 dB (SFF-8472), and always in the same way: what one
module tells today and told at installation can be compared, two modules cannot.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from techinfo.history.observation import Observation
from techinfo.units import Dark, Power

_WARM = timedelta(minutes=5)
"""A laser has reached its level, and whoever plugs the fibre has gone."""


class Source(StrEnum):
    """What a birth certificate was made at."""

    FIRST_LINK = "first link"
    ORDER_DONE = "order done"
    ENGINEER = "engineer"


@dataclass(frozen=True, kw_only=True, slots=True)
class Baseline:
    """What a port received when its fibre was known to be good.

    Attributes:
        rx, tx: dBm; ``None``: not told.
        serial: Of the module that told it.
    """

    at: datetime
    rx: float
    tx: float | None = None
    serial: str | None = None
    source: Source = Source.FIRST_LINK


def certificate(seen: Observation, source: Source = Source.FIRST_LINK) -> Baseline | None:
    """A birth certificate from an observation; ``None`` where it does not tell enough.

    The link must be up, for five minutes where no engineer says that it is done.
    """
    level = _level(seen.rx)
    if seen.up is not True or level is None:
        return None
    fresh = seen.last_change is not None and seen.at - seen.last_change < _WARM
    if source is not Source.ENGINEER and fresh:
        return None
    return Baseline(at=seen.at, rx=level, tx=_level(seen.tx), serial=seen.serial, source=source)


def reference(found: Sequence[Baseline]) -> Baseline | None:
    """The birth certificate that later light is compared with.

    The newest of an engineer; else the oldest of the module that was there last, so that the
    beginning of a later order does not hide what was lost before it.

    Args:
        found: The newest first.
    """
    of_engineer = next((one for one in found if one.source is Source.ENGINEER), None)
    same = [one for one in found if one.serial == found[0].serial]
    return of_engineer if of_engineer is not None else next(reversed(same), None)


def weaker(baseline: Baseline | None, rx: Power | None, serial: str | None) -> float | None:
    """By how many decibels less arrives than at the baseline; negative: more.

    ``None`` without a level on either side, and where another module tells it.
    """
    level = _level(rx)
    if baseline is None or level is None or baseline.serial != serial:
        return None
    return round(baseline.rx - level, 2)


CLEARLY_DB = 1.0
"""Less is what a sensor does by itself between two reads (SFF-8472: resolution and drift)."""


def clearly_other(before: Power | None, now: Power | None) -> bool:
    """Whether light has changed by more than a sensor does by itself, or came or went."""
    if before is None or now is None or isinstance(before, Dark) or isinstance(now, Dark):
        return isinstance(before, Dark) is not isinstance(now, Dark)
    return abs(now - before) >= CLEARLY_DB


def _level(power: Power | None) -> float | None:
    return None if power is None or isinstance(power, Dark) else float(power)
