"""The syntax of net-snmp's ``snmpwalk -On``: ``.1.3.6.1… = TYPE: value`` lines.

What is read here is what net-snmp's `snmplib/mib.c` prints, with numbers or names of enumerations
(-Oe), strings as text or hex (-Ox, -OT), with and without types (-OQ), with MIBs loaded or not.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Final

from techinfo.transport.recording_rows import Numbers, Oid, Rows
from techinfo.transport.snmpwalk_values import HEX_LINE, value_of

WHAT: Final = "snmpwalk -On text (.1.3.6… = TYPE: value)"
ROW: Final = re.compile(r"\.?(iso|[0-2])((?:\.\d+)+)\s?=(?:\s(.*))?$", re.DOTALL)
NAMED: Final = re.compile(r"\.?[A-Za-z][\w-]*(?:::|\.org\.dod\.)\S+\s?=")
"""A row that names its object, as snmpwalk prints it without -On."""

_MOST_CHARACTERS = 256 << 10
"""Of one value: an OCTET STRING's 65,535 octets in hex with blanks and line ends."""
_SILENCE = "Timeout: No Response"
_OPEN_QUOTE = re.compile(r'(?:STRING: )?"')
_CLOSED_QUOTE = re.compile(r'(?:^|[^\\])(?:\\\\)*"\s*$')
_HEX_TYPE = re.compile(r"(?:Hex-STRING|BITS|OPAQUE):", re.IGNORECASE)


@dataclass(slots=True)
class _Row:
    """A row whose value may go on in the next line."""

    line: int
    oid: Oid
    parts: list[str]
    size: int
    quoted: bool = False
    blanks: list[str] = field(default_factory=list)

    def takes(self, line: str) -> bool:
        """Append a line that starts no row, if it belongs to this value."""
        first = self.parts[0]
        if self.size + len(line) > _MOST_CHARACTERS:
            return False
        if self.quoted:
            belongs = True
            self.quoted = not _CLOSED_QUOTE.search(line)
        elif _OPEN_QUOTE.match(first):
            belongs = False
        elif _HEX_TYPE.match(first):
            belongs = bool(HEX_LINE.fullmatch(line))
        else:
            belongs = first.startswith("STRING:") and not line.startswith(_SILENCE)
        if belongs:
            self.parts += [*self.blanks, line]
            self.blanks.clear()
            self.size += len(line) + 1
        return belongs


def read(lines: Iterable[tuple[int, str]], rows: Rows) -> None:
    """Read numbered lines into ``rows``.

    Raises:
        RecordingError: Most of it cannot be read.
    """
    numbers = Numbers()
    row: _Row | None = None
    for number, line in lines:
        if match := ROW.match(line):
            _finish(row, rows)
            row = _start(number, match, numbers, rows)
        elif row and row.quoted and row.takes(line):
            continue
        elif not line.strip():
            if row and len(row.blanks) < 100:
                row.blanks.append(line)
        elif not (row and row.takes(line)) and not line.startswith("#"):
            rows.skip(number)
    _finish(row, rows)


def _start(line: int, match: re.Match[str], numbers: Numbers, rows: Rows) -> _Row | None:
    top, rest, text = match.groups()
    try:
        oid = numbers.oid(("1" if top == "iso" else top) + rest)
    except ValueError:
        rows.skip(line)
        return None
    text = text or ""
    opening = _OPEN_QUOTE.match(text)
    quoted = bool(opening) and not _CLOSED_QUOTE.search(text, opening.end() if opening else 0)
    return _Row(line, oid, [text], len(text), quoted)


def _finish(row: _Row | None, rows: Rows) -> None:
    if row is None:
        return
    try:
        value = value_of(row.oid, "\n".join(row.parts))
    except (ValueError, OverflowError):
        rows.skip(row.line)
        return
    if value is not None:
        rows.add(row.oid, value)
