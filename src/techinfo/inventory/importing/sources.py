"""What every import format hands over: sections and raw records, with their place in the file."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from techinfo.errors import InventoryImportError
from techinfo.inventory.fields import quoted
from techinfo.inventory.known_keys import known_keys
from techinfo.inventory.records import RECORDS, Kind

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
        keys: In order.
        cells: The value of each key: text, ``None``, or something that no field can be (a list, a
            number with decimals, …).
        lines: The line of each cell; empty: all on ``line``.
    """

    kind: Kind
    place: str
    line: int
    keys: tuple[str, ...]
    cells: Sequence[object]
    lines: Sequence[int] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class Unreadable:
    """Something that stands where a record should, while the rest of the file can be read.

    Attributes:
        kind: Of the record that it should be; ``None``: that is not known.
        whole: The file is refused even when wrong records are skipped: nobody knows what it holds.
    """

    line: int | None
    key: str | None
    why: str
    kind: Kind | None = None
    whole: bool = False


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


def section(found: str, seen: set[str], line: int) -> Section | Unreadable:
    """The section that a top-level key opens, or why it opens none."""
    for kind in RECORDS:
        if found == kind:
            if kind in seen:
                return Unreadable(line=line, key=kind, why="stands twice", kind=kind, whole=True)
            seen.add(kind)
            return Section(kind=kind)
    why = f"unknown key {quoted(found)}{known_keys(found, None, RECORDS)}"
    return Unreadable(line=line, key=None, why=why, whole=True)
