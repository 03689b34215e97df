"""What the readers of recordings share: rows as they come in, and how their words become values."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from techinfo.errors import RecordingError
from techinfo.wire import Oid, Value

_MOST_SUB_ID = 0xFFFFFFFF
_MOST_SUB_IDS = 128
"""Both RFC 2578, 3.5."""
_REMEMBERED = 200_000
_LINES_NAMED = 5
_LOST_CAUSE = 1000
"""Bad lines after which a file with more bad than good ones is not read to its end."""


class Numbers(dict[str, int]):
    """Text of a sub-identifier -> number; remembers, since a walk repeats nearly all of them."""

    def __missing__(self, text: str) -> int:
        if not text.isdecimal() or len(text) > 10 or (number := int(text)) > _MOST_SUB_ID:
            raise ValueError(f"not a number of an OID: {text[:20]!r}")
        if len(self) >= _REMEMBERED:
            self.clear()
        self[text] = number
        return number

    def oid(self, text: str) -> Oid:
        """``"1.3.6.1"`` or ``".1.3.6.1"`` -> ``(1, 3, 6, 1)``.

        Raises:
            ValueError: Not an OID.
        """
        ids = tuple(map(self.__getitem__, text.removeprefix(".").split(".")))
        if not 2 <= len(ids) <= _MOST_SUB_IDS or ids[0] > 2 or (ids[1] > 39 and ids[0] < 2):
            raise ValueError("not an OID")
        return ids


@dataclass(kw_only=True, slots=True)
class Rows:
    """The rows of a file that is being read.

    Attributes:
        path: The file, for errors.
        values: OID -> value. The first of several lines with one OID wins.
        duplicates: Lines whose OID was there before.
        skipped: Lines that could not be read.
        skipped_lines: Where the first few of them are, from 1.
        unknown_lines: Lines that name objects of no MIB that we know, and where the first is.
    """

    path: Path
    values: dict[Oid, Value] = field(default_factory=dict)
    duplicates: int = 0
    skipped: int = 0
    skipped_lines: list[int] = field(default_factory=list)
    unknown_lines: tuple[int, int] = (0, 0)

    def unknown(self, line: int) -> None:
        """Count a line whose object has a name that we do not know; it is no damage."""
        count, first = self.unknown_lines
        self.unknown_lines = count + 1, first or line

    def add(self, oid: Oid, value: Value) -> bool:
        """Take a row; ``False`` when the OID was there before."""
        if oid in self.values:
            self.duplicates += 1
            return False
        self.values[oid] = value
        return True

    def skip(self, line: int) -> None:
        """Count a line that cannot be read.

        Raises:
            RecordingError: There are far more of them than rows.
        """
        self.skipped += 1
        if len(self.skipped_lines) < _LINES_NAMED:
            self.skipped_lines.append(line)
        if self.skipped >= _LOST_CAUSE:
            self.check()

    def check(self) -> None:
        """Refuse a file that is mostly unreadable.

        Raises:
            RecordingError: Over half of its lines cannot be read.
        """
        read = len(self.values) + self.duplicates
        if self.skipped > read:
            total = self.skipped + read
            raise RecordingError(
                f"{self.skipped} of {total} lines cannot be read, this is the first: "
                "not a recording, or a damaged one",
                path=self.path,
                line=self.skipped_lines[0],
            )


_UNSIGNED: Final = {65: 0xFFFFFFFF, 66: 0xFFFFFFFF, 67: 0xFFFFFFFF, 70: 0xFFFFFFFFFFFFFFFF}


def whole_number(tag: int, text: str, base: int = 10) -> Value:
    """A value of one of the number types.

    A negative Counter32, Gauge32 or TimeTicks is what a tool made of one over 2^31; put right.

    Raises:
        ValueError: No number, or one that the type cannot hold.
    """
    if len(text) > 40:
        raise ValueError("a number of over 40 digits")
    number = int(text, base)
    most = _UNSIGNED.get(tag, _MOST_SUB_ID)
    if not -(most >> 1) - 1 <= number <= most:
        raise ValueError(f"{number} is not a value of type {tag}")
    return tag, number & most if tag in _UNSIGNED else number


def ip_address(text: str) -> bytes:
    """``"192.0.2.1"`` -> its four octets.

    Raises:
        ValueError: Not an IPv4 address.
    """
    octets = bytes(map(int, text.strip().split(".")))
    if len(octets) != 4:
        raise ValueError("not an IPv4 address")
    return octets
