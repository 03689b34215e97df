"""What every import format hands over: sections and raw records, with their place in the file.

CSV is read line by line, one kind per file, which its header shows: a file of any length takes
little memory, and a quote that is never closed spoils its own line only. JSON is decoded record by
record, so that each one knows its line.
"""

from __future__ import annotations

import csv
import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from typing import BinaryIO

from techinfo.errors import InventoryImportError
from techinfo.inventory.fields import quoted, suggestion
from techinfo.inventory.records import RECORDS, Kind
from techinfo.inventory.shapes import Shape

NO_OBJECT = "expected an object with keys and values"
NUL = "holds a NUL byte; this is no text file"


@dataclass(frozen=True, kw_only=True, slots=True)
class Section:
    """The file holds this kind: it is replaced as a whole, even if no record follows."""

    kind: Kind


@dataclass(frozen=True, kw_only=True, slots=True)
class RawRecord:
    """One record as it stands in the file, its keys not yet checked.

    Attributes:
        place: In front of a key in messages: ``accesses[2].``, or nothing where lines are enough.
        line: Where it begins, from 1.
        cells: Key and value, in order. A value is text, ``None``, or something that no field can
            be (a list, a number with decimals, …).
        lines: The line of each cell; empty: all on ``line``.
    """

    kind: Kind
    place: str
    line: int
    cells: Iterable[tuple[str, object]]
    lines: Sequence[int] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class Unreadable:
    """Something that stands where a record should, while the rest of the file can be read."""

    line: int
    key: str | None
    why: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Declared:
    """What a source says of itself.

    Attributes:
        complete: The whole network is in it.
    """

    complete: bool


Item = Section | RawRecord | Unreadable | Declared


def whole_text(path: Path, most: int) -> str:
    """A file of UTF-8 text, with or without a byte order mark.

    Args:
        path: The file.
        most: Octets; a longer file is refused.

    Raises:
        InventoryImportError: It cannot be read, is too long, is empty, or is no UTF-8 text.
    """
    try:
        with path.open("rb") as file:
            octets = file.read(most + 1)
    except OSError as error:
        raise InventoryImportError(f"cannot be read: {error.strerror}", path=path) from error
    if len(octets) > most:
        raise InventoryImportError(
            f"is longer than {most // 2**20} MiB; CSV is the format for many records", path=path
        )
    try:
        text = octets.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = octets.count(b"\n", 0, error.start) + 1
        raise InventoryImportError(not_utf8(octets), path=path, line=line) from error
    if "\0" in text:
        line = text.count("\n", 0, text.index("\0")) + 1
        raise InventoryImportError(NUL, path=path, line=line)
    if not text.strip():
        raise InventoryImportError("is empty", path=path)
    return text


def not_utf8(octets: bytes) -> str:
    """What to say of octets that are not UTF-8."""
    if octets.startswith((b"\xff\xfe", b"\xfe\xff")):
        return "is UTF-16; save it as UTF-8"
    return "is not UTF-8 (saved as Windows-1252 or Latin-1, perhaps); save it as UTF-8"


def section(found: str, seen: set[str], path: Path, line: int) -> Section:
    """The section that a top-level key opens.

    Raises:
        InventoryImportError: No kind is called so, or it was there before.
    """
    for kind in RECORDS:
        if found == kind:
            if kind in seen:
                raise InventoryImportError("stands twice", path=path, line=line, key=kind)
            seen.add(kind)
            return Section(kind=kind)
    hint = suggestion(found, RECORDS) or f"; known are {', '.join(RECORDS)}"
    raise InventoryImportError(f"unknown key {quoted(found)}{hint}", path=path, line=line)


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
    columns = _cells(header, delimiter)
    if isinstance(columns, str):
        raise InventoryImportError(columns, path=path, line=at)
    columns = [column.strip() for column in columns]
    kind = _kind(columns, shapes)
    _check_header(columns, shapes[kind], path, at)
    yield Section(kind=kind)
    for line, text in lines:
        if isinstance(text, Unreadable):
            yield text
            continue
        cells = _cells(text, delimiter)
        if isinstance(cells, str):
            yield Unreadable(line=line, key=None, why=cells)
        elif len(cells) == len(columns):
            yield RawRecord(kind=kind, place="", line=line, cells=zip(columns, cells, strict=True))
        else:
            why = f"{len(cells)} cells, but the header names {len(columns)} columns"
            yield Unreadable(line=line, key=None, why=why)


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


def _check_header(columns: Sequence[str], shape: Shape, path: Path, line: int | None) -> None:
    seen: set[str] = set()
    for column in columns:
        key = shape.spellings.get(column)
        if key is None:
            hint = suggestion(column, shape.spellings)
            hint = hint or f"; known are {', '.join(shape.parsers)}"
            why = f"unknown column {quoted(column)} in a file of {shape.kind}{hint}"
            raise InventoryImportError(why, path=path, line=line)
        if key in seen:
            raise InventoryImportError("the column stands twice", path=path, line=line, key=column)
        seen.add(key)
    missing = [key for key in shape.required if key not in seen]
    if missing:
        why = f"a file of {shape.kind} needs the column {', '.join(missing)}"
        raise InventoryImportError(why, path=path, line=line)


MOST_JSON_OCTETS = 256 * 2**20

_SPACE = re.compile(r"[ \t\r\n]*")


class JsonObject(list[tuple[str, object]]):
    """A JSON object as it is written: in order, a key that stands twice stands here twice."""


_DECODER = json.JSONDecoder(object_pairs_hook=JsonObject, parse_int=str)
"""Whole numbers stay text: every field is read from text, whatever the format."""


def read_json(text: str, path: Path) -> Iterator[Item]:
    """Sections and records of a JSON file.

    Args:
        text: The whole of it.
        path: Where it stands.

    Raises:
        InventoryImportError: The file is not JSON, or not laid out as an inventory.
    """
    cursor = Cursor(text, path)
    seen: set[str] = set()
    cursor.expect("{", "an object with keys such as accesses")
    if not cursor.accept("}"):
        while True:
            line = cursor.line()
            opened = section(cursor.key(), seen, path, line)
            cursor.expect(":", "a colon")
            yield opened
            yield from _records(cursor, opened.kind)
            if not cursor.accept(","):
                break
        cursor.expect("}", "a comma or the closing brace")
    cursor.expect("", "nothing more")


def _records(cursor: Cursor, kind: Kind) -> Iterator[Item]:
    for place, line, found in cursor.items(kind):
        if isinstance(found, JsonObject):
            yield RawRecord(kind=kind, place=f"{place}.", line=line, cells=found)
        else:
            yield Unreadable(line=line, key=place, why=NO_OBJECT)


class Cursor:
    """A place in the text, which only moves forward and knows its line."""

    def __init__(self, text: str, path: Path) -> None:
        self._text = text
        self._path = path
        self._at = 0
        self._counted_to = 0
        self._line = 1

    def line(self) -> int:
        """The line of the next token, from 1."""
        self._skip_space()
        return self._line_at(self._at)

    def accept(self, token: str) -> bool:
        """Step over a token if it is next."""
        self._skip_space()
        if not self._text.startswith(token, self._at):
            return False
        self._at += len(token)
        return True

    def expect(self, token: str, what: str) -> None:
        """Step over a token that must be next; an empty one is the end of the file."""
        self._skip_space()
        end = self._at == len(self._text)
        if end == (token == "") and self.accept(token):
            return
        found = "the end of the file" if end else quoted(self._text[self._at : self._at + 20])
        raise self._wrong(f"expected {what}, found {found}")

    def key(self) -> str:
        """The key of a section."""
        self._skip_space()
        found = self.value() if self._text.startswith('"', self._at) else None
        if not isinstance(found, str):
            raise self._wrong("expected a key in double quotes")
        return found

    def items(self, key: str, *, trailing_comma: bool = False) -> Iterator[tuple[str, int, object]]:
        """The items of the list that is next: place such as ``accesses[2]``, line, value.

        Args:
            key: What the list stands under.
            trailing_comma: A comma behind the last item is no error.
        """
        self.expect("[", f"a list under {key}")
        if self.accept("]"):
            return
        for position in count():
            yield f"{key}[{position}]", self.line(), self.value()
            if not self.accept(","):
                break
            if trailing_comma and self.accept("]"):
                return
        self.expect("]", "a comma or the closing bracket")

    def value(self) -> object:
        """The next value, whatever it is."""
        self._skip_space()
        try:
            found, self._at = _DECODER.raw_decode(self._text, self._at)
        except json.JSONDecodeError as error:
            line = self._line_at(error.pos)
            said = f"not JSON: {error.msg} (column {error.colno})"
            raise InventoryImportError(said, path=self._path, line=line) from error
        except (RecursionError, ValueError) as error:
            raise self._wrong("a value is nested too deeply or is too large") from error
        return found

    def _skip_space(self) -> None:
        space = _SPACE.match(self._text, self._at)
        self._at = space.end() if space else self._at

    def _line_at(self, position: int) -> int:
        self._line += self._text.count("\n", self._counted_to, position)
        self._counted_to = max(position, self._counted_to)
        return self._line

    def _wrong(self, why: str) -> InventoryImportError:
        return InventoryImportError(why, path=self._path, line=self._line_at(self._at))
