"""Inventory in CSV, read line by line.

One kind per file, which its header shows: a file of any length takes little memory, and a quote
that is never closed spoils its own line only.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import BinaryIO

from techinfo.errors import InventoryImportError
from techinfo.inventory.fields import quoted
from techinfo.inventory.importing.sources import NUL, Item, RawRecord, Section, Unreadable, not_utf8
from techinfo.inventory.known_keys import known_keys
from techinfo.inventory.records import RECORDS, Kind
from techinfo.inventory.shapes import Shape

MOST_CSV_OCTETS = 2**30
_MOST_OF_A_LINE = 2**16


def read_csv(path: Path, shapes: Mapping[Kind, Shape]) -> Iterator[Item]:
    """The section and the records of a CSV file.

    Args:
        path: The file: UTF-8, comma or semicolon between the cells.
        shapes: What a header may hold.

    Raises:
        InventoryImportError: The file or its header cannot be read.
    """
    try:
        with path.open("rb") as file:
            if file.seek(0, 2) > MOST_CSV_OCTETS:
                raise InventoryImportError(
                    f"is longer than {MOST_CSV_OCTETS // 2**20} MiB", path=path
                )
            file.seek(0)
            yield from _items(path, _lines(file), shapes)
    except OSError as error:
        raise InventoryImportError(f"cannot be read: {error.strerror}", path=path) from error


def _items(
    path: Path, lines: Iterator[tuple[int, str | Unreadable]], shapes: Mapping[Kind, Shape]
) -> Iterator[Item]:
    at, header = next(lines, (None, None))
    if header is None:
        raise InventoryImportError("is empty; the first line must name the columns", path=path)
    if isinstance(header, Unreadable):
        raise InventoryImportError(header.why, path=path, line=at)
    delimiter = ";" if header.count(";") > header.count(",") else ","
    named = _cells(header, delimiter)
    if isinstance(named, str):
        raise InventoryImportError(named, path=path, line=at)
    columns = tuple(column.strip() for column in named)
    kind = _kind(columns, shapes)
    yield from _wrong_columns(columns, shapes[kind], at)
    yield Section(kind=kind)
    # What is wrong with the header is told once, not in every row.
    picked = partial(_picked, _good_columns(columns, shapes[kind]))
    keys = tuple(picked(columns))
    for line, text in lines:
        if isinstance(text, Unreadable):
            yield replace(text, kind=kind)
            continue
        cells = _cells(text, delimiter)
        if isinstance(cells, str):
            yield Unreadable(line=line, key=None, why=cells, kind=kind)
        elif len(cells) == len(columns):
            yield RawRecord(kind=kind, place="", line=line, keys=keys, cells=picked(cells))
        else:
            why = f"{len(cells)} cells, but the header names {len(columns)} columns"
            yield Unreadable(line=line, key=None, why=why, kind=kind)


def _lines(file: BinaryIO) -> Iterator[tuple[int, str | Unreadable]]:
    """Line number and text of every line that is not blank."""
    number = 0
    while octets := file.readline(_MOST_OF_A_LINE):
        number += 1
        if len(octets) == _MOST_OF_A_LINE and not octets.endswith(b"\n"):
            why = f"a line of more than {_MOST_OF_A_LINE // 1024} KiB"
            yield number, Unreadable(line=number, key=None, why=why)
            while octets and not octets.endswith(b"\n"):
                octets = file.readline(_MOST_OF_A_LINE)
            continue
        text = _decoded(octets, number)
        if isinstance(text, Unreadable) or text.strip(' ,;\t"'):
            yield number, text


def _decoded(octets: bytes, number: int) -> str | Unreadable:
    """The text of a line without its end, or why it has none."""
    try:
        text = octets.decode("utf-8-sig" if number == 1 else "utf-8")
    except UnicodeDecodeError:
        return Unreadable(line=number, key=None, why=not_utf8(octets if number == 1 else b""))
    if "\0" in text:
        return Unreadable(line=number, key=None, why=NUL)
    return text.rstrip("\r\n")


def _cells(line: str, delimiter: str) -> list[str] | str:
    """The cells of a line, or what is wrong with it."""
    if '"' not in line:
        return line.split(delimiter)
    try:
        return next(csv.reader([line], delimiter=delimiter, strict=True))
    except csv.Error as error:
        return f"not CSV: {error}; a quoted cell must end on its line"


def _kind(columns: Sequence[str], shapes: Mapping[Kind, Shape]) -> Kind:
    """The kind whose required keys are all there and that knows most of the columns."""

    def fit(kind: Kind) -> tuple[bool, int]:
        shape = shapes[kind]
        keys = {shape.spellings[column] for column in columns if column in shape.spellings}
        return keys.issuperset(shape.required), len(keys)

    # Of two kinds that fit alike the first one counts.
    order: list[Kind] = ["accesses", *(kind for kind in RECORDS if kind != "accesses")]
    return max(order, key=fit)


def _good_columns(columns: Sequence[str], shape: Shape) -> list[int]:
    """Where the columns stand that are known, of two that mean the same the first."""
    keys = [shape.spellings.get(column) for column in columns]
    return [number for number, key in enumerate(keys) if key and keys.index(key) == number]


def _picked(good: Sequence[int], cells: Sequence[str]) -> Sequence[str]:
    return cells if len(good) == len(cells) else [cells[number] for number in good]


def _wrong_columns(columns: Sequence[str], shape: Shape, line: int | None) -> Iterator[Unreadable]:
    seen: set[str] = set()
    for column in columns:
        key = shape.spellings.get(column)
        if key is None:
            hint = known_keys(column, shape.kind, shape.parsers)
            if "community" in column.lower() or "password" in column.lower():
                hint = "; secrets stand in the configuration, credential names one"
            why = f"unknown column {quoted(column)} in a file of {shape.kind}{hint}"
            yield Unreadable(line=line, key=None, why=why, kind=shape.kind, whole=True)
        elif key in seen:
            why = "the column stands twice"
            yield Unreadable(line=line, key=column, why=why, kind=shape.kind, whole=True)
        else:
            seen.add(key)
    missing = [key for key in shape.required if key not in seen]
    if missing:
        why = f"a file of {shape.kind} needs the column {', '.join(missing)}"
        yield Unreadable(line=line, key=None, why=why, kind=shape.kind, whole=True)
