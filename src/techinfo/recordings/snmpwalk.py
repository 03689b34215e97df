"""The text of net-snmp's ``snmpwalk``, ``.1.3.6.1… = TYPE: value``, and what people make of it.

What is read here is what net-snmp's `snmplib/mib.c` prints: OIDs in numbers (-On), or in names that
the standard MIBs have (-OS, -Os, -Of); numbers or names of enumerations (-Oe); strings as text or
hex (-Ox, -OT); with types, without (-OQ), and without an equals sign (-Oq). Lines may be quoted as
mail does, and blanks around the equals sign may be lost.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Final

from techinfo.recordings.mib_names import is_known, oid_of
from techinfo.recordings.rows import Numbers, Rows
from techinfo.recordings.snmpwalk_values import HEX_LINE, value_of
from techinfo.wire import Oid

WHAT: Final = "the text of snmpwalk (.1.3.6.1… = TYPE: value)"

_FRONT = r"[\s>|]*"
_NUMERIC = re.compile(rf"{_FRONT}\.?(iso|[0-2])((?:\.\d+)+)\s*=\s?(.*)$", re.DOTALL)
_QUICK = re.compile(
    rf"{_FRONT}\.?(iso|1)(\.(?:3\.6\.1|0\.8802|2\.840|3\.111)(?:\.\d+)+)(?:\s+(.*))?$", re.DOTALL
)
"""A row of -Oq, or what is left of one: nothing else begins with so long a number."""
_NAMED = re.compile(
    rf"{_FRONT}\.?(?P<module>[A-Za-z][\w-]*::)?(?P<name>(?:[A-Za-z][\w-]*\.)*(?P<last>[A-Za-z][\w-]*)"
    r"(?:[.[]\S*(?: [0-9A-Fa-f:]+\])?)?)(?:\s*=\s?|\s)(?P<value>.*)$",
    re.DOTALL,
)
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


def begins(line: str) -> bool:
    """Whether a line begins a row; none that does is ever part of the text before it."""
    return _split(line) is not None


def read(lines: Iterable[tuple[int, str]], rows: Rows) -> None:
    """Read numbered lines into ``rows``.

    Raises:
        RecordingError: Most of it cannot be read.
    """
    numbers = Numbers()
    row: _Row | None = None
    for number, line in lines:
        if split := _split(line):
            _finish(row, rows)
            row = _start(number, *split, numbers, rows)
        elif row and row.quoted and row.takes(line):
            continue
        elif not line.strip():
            if row and len(row.blanks) < 100:
                row.blanks.append(line)
        elif not (row and row.takes(line)) and not line.startswith("#"):
            rows.skip(number)
    _finish(row, rows)


def _split(line: str) -> tuple[str, str] | None:
    """The OID of a row, in numbers or names, and what stands behind it."""
    if match := _NUMERIC.match(line) or _QUICK.match(line):
        top, rest, text = match.groups()
        return ("1" if top == "iso" else top) + rest, text or ""
    match = _NAMED.match(line)
    if match is None:
        return None
    whole = bool(match["module"]) or match["name"].startswith("iso.org.")
    indexed = is_known(match["last"]) and match["name"] != match["last"]
    return (match["name"], match["value"]) if whole or indexed else None


def _start(line: int, told: str, text: str, numbers: Numbers, rows: Rows) -> _Row | None:
    try:
        oid = numbers.oid(told) if told[0].isdigit() else oid_of(told)
    except ValueError:
        if told[0].isdigit():
            rows.skip(line)
        else:
            rows.unknown(line)
        return None
    opening = _OPEN_QUOTE.match(text)
    quoted = bool(opening) and not _CLOSED_QUOTE.search(text, opening.end() if opening else 0)
    text = text if quoted else text.removesuffix("\r")
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
