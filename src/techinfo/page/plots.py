"""Small plots of what was measured, as shapes of an SVG: light, traffic and errors of a day."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from typing import Any

WIDTH, HEIGHT = 288, 60
"""Of a plot, in units of its own: a day has 288 times five minutes."""
_GAP = 2
"""Columns between two values that are still joined: polls are not quite on time."""
_LEAST_DB = 2.0
"""A plot of light is at least so high, that noise is not drawn as a fault."""

Sample = Mapping[str, Any]
Columns = dict[int, float]
Combine = Callable[[float, float], float]


@dataclass(frozen=True, slots=True)
class Drawn:
    """Some lines or bars on one scale.

    Attributes:
        paths: What an SVG path draws, one for each row of values.
        low, high: Values at the bottom and at the top.
        marks: Columns in which there was no light.
    """

    paths: Sequence[str]
    low: float
    high: float
    marks: Sequence[int] = field(default=())


def light(told: Mapping[str, Any]) -> Drawn | None:
    """Received light in dBm; ``None``: none was measured, nor that there is none.

    Args:
        told: The answer of ``history/{id}``.
    """
    values = columns(told, lambda one: _number(one.get("dbmRx")), min)
    dark = columns(told, lambda one: 1.0 if one.get("noLight") else None, max)
    if not values and not dark:
        return None
    low, high = min(values.values(), default=-40.0), max(values.values(), default=0.0)
    wider = max(0.0, _LEAST_DB - (high - low)) / 2
    low, high = low - wider, high + wider
    return Drawn([_line(values, low, high)], low, high, sorted(dark.keys() - values.keys()))


def traffic(told: Mapping[str, Any]) -> Drawn | None:
    """Bits per second in and out; ``None``: nothing is known of them, or whoever asks may not."""
    ways = [columns(told, partial(_rate, way), max) for way in ("input", "output")]
    if not any(ways):
        return None
    high = max((value for way in ways for value in way.values()), default=0.0)
    return Drawn([_line(way, 0.0, high or 1.0) for way in ways], 0.0, high)


def errors(told: Mapping[str, Any]) -> Drawn | None:
    """Errors in and out together, as bars; ``None``: they were not counted."""
    values = columns(told, _errors, lambda one, other: one + other)
    if not values:
        return None
    high = max(values.values())
    bars = (f"M{x} {HEIGHT}V{_y(n, 0.0, high)}" for x, n in sorted(values.items()) if n > 0)
    return Drawn(["".join(bars)], 0.0, high)


def columns(
    told: Mapping[str, Any], value: Callable[[Sample], float | None], combine: Combine
) -> Columns:
    """Values by the column of a plot in which their sample ends.

    Args:
        told: The answer of ``history/{id}``.
        value: What is drawn of a sample; ``None``: nothing.
        combine: Two values of one column.
    """
    begin, end = (datetime.fromisoformat(told[name]) for name in ("from", "to"))
    whole = (end - begin).total_seconds()
    found: Columns = {}
    for one in told["samples"]:
        x, y = (datetime.fromisoformat(one["end"]) - begin).total_seconds(), value(one)
        if y is None or not 0 <= x <= whole or not whole:
            continue
        column = round(WIDTH * x / whole)
        found[column] = combine(found[column], y) if column in found else y
    return found


def total_errors(samples: Iterable[Sample]) -> int:
    """Errors of all samples."""
    return round(sum(_errors(one) or 0.0 for one in samples))


def _line(values: Columns, low: float, high: float) -> str:
    """A line that is broken where nothing is known; a value that stands alone is a dot."""
    drawn: list[str] = []
    before: int | None = None
    for x, value in sorted(values.items()):
        y = _y(value, low, high)
        joined = before is not None and x - before <= _GAP
        drawn.append(f"L{x} {y}" if joined else f"M{x} {y}h.1")
        before = x
    return "".join(drawn)


def _y(value: float, low: float, high: float) -> float:
    return round(HEIGHT - 2 - (HEIGHT - 4) * (value - low) / (high - low), 1)


def _number(text: str | None) -> float | None:
    return None if text is None else float(text)


def _rate(way: str, one: Sample) -> float | None:
    octets, seconds = (one.get(way) or {}).get("bytes"), one.get("seconds", 0)
    return None if octets is None or seconds <= 0 else float(octets * 8 / seconds)


def _errors(one: Sample) -> float | None:
    counted = [(one.get(way) or {}).get("errors") for way in ("input", "output")]
    known = [n for n in counted if n is not None]
    return float(sum(known)) if known else None
