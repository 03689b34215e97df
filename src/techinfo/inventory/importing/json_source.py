"""Inventory in JSON, decoded record by record, so that each one knows its line."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from itertools import count
from pathlib import Path

from techinfo.errors import InventoryImportError
from techinfo.inventory.fields import quoted
from techinfo.inventory.importing.sources import (
    NO_OBJECT,
    Item,
    RawRecord,
    Section,
    Unreadable,
    section,
)
from techinfo.inventory.records import Kind

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
            opened = section(cursor.key(), seen, line)
            cursor.expect(":", "a colon")
            yield opened
            if isinstance(opened, Section):
                yield from _records(cursor, opened.kind)
            else:
                cursor.value()
            if not cursor.accept(","):
                break
        cursor.expect("}", "a comma or the closing brace")
    cursor.expect("", "nothing more")


def _records(cursor: Cursor, kind: Kind) -> Iterator[Item]:
    for place, line, found in cursor.items(kind):
        if isinstance(found, JsonObject):
            keys, cells = tuple(key for key, _ in found), tuple(cell for _, cell in found)
            yield RawRecord(kind=kind, place=f"{place}.", line=line, keys=keys, cells=cells)
        else:
            yield Unreadable(line=line, key=place, why=NO_OBJECT, kind=kind)


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
