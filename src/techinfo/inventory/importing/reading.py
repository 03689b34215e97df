"""From import files to checked values: the suffix decides the format, a shape the fields."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from techinfo.errors import InventoryImportError
from techinfo.inventory.fields import Parse, quoted
from techinfo.inventory.importing.csv_source import read_csv
from techinfo.inventory.importing.json_source import MOST_JSON_OCTETS, read_json
from techinfo.inventory.importing.network_json import is_network, read_network
from techinfo.inventory.importing.report import Problems, Rejected
from techinfo.inventory.importing.sources import (
    Declared,
    Item,
    RawRecord,
    Section,
    Unreadable,
    whole_text,
)
from techinfo.inventory.importing.yaml_source import read_yaml
from techinfo.inventory.known_keys import known_keys
from techinfo.inventory.records import Kind
from techinfo.inventory.shapes import Shape, Value, Values

_MOST_KNOWN = 2_000
"""Cells of a column that are remembered with their values."""
_MOST_PLANS = 64
"""Sets of keys that are remembered with their columns: a file of records has a few."""
_MOST_IN_A_RECORD = 5
"""After so many mistakes the rest of a record is not looked at."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Parsed:
    """One good record.

    Attributes:
        place: In front of a key in messages; see `RawRecord`.
        values: A value for every field of its kind.
    """

    kind: Kind
    place: str
    line: int
    values: Values


def read(
    path: Path, shapes: Mapping[Kind, Shape], problems: Problems
) -> Iterator[Section | Parsed | Declared]:
    """The sections and good records of a file; what is wrong with the others goes to `problems`.

    Raises:
        InventoryImportError: The file as a whole cannot be read, or the problems are too many.
    """
    quick = {kind: _Quick(shape) for kind, shape in shapes.items()}
    for item in _items(path, shapes):
        if isinstance(item, Section | Declared):
            yield item
        elif isinstance(item, Unreadable):
            rejected = Rejected(path=path, line=item.line, key=item.key, why=item.why)
            problems.add(rejected, item.kind, whole=item.whole)
        else:
            values, wrong = quick[item.kind].values(item.keys, item.cells), list[Rejected]()
            if values is None:
                values, wrong = _judged(item, shapes[item.kind], path)
            if wrong:
                problems.add_record(wrong, item.kind)
            else:
                yield Parsed(kind=item.kind, place=item.place, line=item.line, values=values)


def _items(path: Path, shapes: Mapping[Kind, Shape]) -> Iterator[Item]:
    if not path.is_file():
        why = "is not a file" if path.exists() else "there is no such file"
        raise InventoryImportError(why, path=path)
    match path.suffix.lower():
        case ".csv":
            return read_csv(path, shapes)
        case ".json":
            text = whole_text(path, MOST_JSON_OCTETS)
            return read_network(text, path) if is_network(text) else read_json(text, path)
        case ".yaml" | ".yml":
            return read_yaml(path)
    raise InventoryImportError("is neither .csv nor .json nor .yaml", path=path)


_Column = tuple[str, Parse, dict[object, Value]]
"""A key, how its text becomes a value, and what cells have become."""


class _Quick:
    """Reads records in which nothing is wrong; equal cells of a column are read once.

    Args:
        shape: Of their kind.
    """

    def __init__(self, shape: Shape) -> None:
        self._shape = shape
        self._columns: dict[str, _Column] = {}
        self._plans: dict[tuple[str, ...], tuple[_Column, ...] | None] = {}

    def values(self, keys: tuple[str, ...], cells: Sequence[object]) -> Values | None:
        """The values of a record; ``None``: something is wrong, which `_judged` finds out."""
        plan = self._plans[keys] if keys in self._plans else self._plan(keys)
        if plan is None:
            return None
        values: Values = dict(self._shape.defaults)
        try:
            for (key, parse, known), cell in zip(plan, cells, strict=True):
                value = known[cell] if cell in known else _remembered(cell, parse, known)
                if value is not None:
                    values[key] = value
        except (TypeError, ValueError):  # a list or an object is no key
            return None
        return values if self._fits(values) else None

    def _fits(self, values: Values) -> bool:
        for key in self._shape.required:
            if values.get(key) is None:
                return False
        for _ in self._shape.rules(values):
            return False
        return True

    def _plan(self, keys: tuple[str, ...]) -> tuple[_Column, ...] | None:
        """The columns under these keys; ``None``: one is unknown, or stands twice."""
        spellings = self._shape.spellings
        plan: tuple[_Column, ...] | None = None
        if len({spellings.get(key) for key in keys} - {None}) == len(keys):
            plan = tuple(self._column(spellings[key]) for key in keys)
        if len(self._plans) >= _MOST_PLANS:
            self._plans.clear()
        self._plans[keys] = plan
        return plan

    def _column(self, key: str) -> _Column:
        return self._columns.setdefault(key, (key, self._shape.parsers[key], {}))


def _remembered(cell: object, parse: Parse, known: dict[object, Value]) -> Value:
    value = _value(cell, parse)
    if len(known) >= _MOST_KNOWN:
        known.clear()
    known[cell] = value
    return value


def _judged(record: RawRecord, shape: Shape, path: Path) -> tuple[Values, list[Rejected]]:
    """The values of a record, and what is wrong with it."""
    values: Values = dict(shape.defaults)
    wrong: list[Rejected] = []
    seen: set[str] = set()
    for number, (spelling, cell) in enumerate(zip(record.keys, record.cells, strict=True)):
        try:
            key = _key(spelling, shape, seen)
            value = _value(cell, shape.parsers[key])
        except ValueError as error:
            line = record.lines[number] if record.lines else record.line
            wrong.append(_rejected(record, path, line, spelling, str(error)))
            if len(wrong) == _MOST_IN_A_RECORD:
                return values, wrong
        else:
            if value is not None:
                values[key] = value
            elif key in shape.required:
                seen.discard(key)
    absent = [(key, "is missing") for key in shape.required if key not in seen]
    for key, why in absent or (() if wrong else shape.rules(values)):
        wrong.append(_rejected(record, path, record.line, key, why))
    return values, wrong


def _rejected(record: RawRecord, path: Path, line: int, key: str, why: str) -> Rejected:
    return Rejected(path=path, line=line, key=record.place + quoted(key)[1:-1], why=why)


def _value(cell: object, parse: Parse) -> Value:
    if cell is None:
        return None
    if not isinstance(cell, str):
        raise ValueError(f"expected text or a whole number, found {_named(cell)}")
    stripped = cell.strip()
    return parse(stripped) if stripped else None


def _key(spelling: str, shape: Shape, seen: set[str]) -> str:
    key = shape.spellings.get(spelling)
    if key is None:
        raise ValueError(_unknown(spelling, shape))
    if key in seen:
        raise ValueError("stands twice in one record")
    seen.add(key)
    return key


def _unknown(spelling: str, shape: Shape) -> str:
    if "community" in spelling.lower() or "password" in spelling.lower():
        return "unknown key; secrets stand in the configuration, credential names one"
    return f"unknown key{known_keys(spelling, shape.kind, shape.parsers)}"


def _named(cell: object) -> str:
    if isinstance(cell, bool):
        return str(cell).lower()
    if isinstance(cell, float):
        return "a number with decimals"
    return "a mapping" if isinstance(cell, dict) else "a list or an object"
