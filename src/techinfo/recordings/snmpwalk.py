"""The text of net-snmp's ``snmpwalk``, ``.1.3.6.1… = TYPE: value``, and what people make of it.

What is read here is what net-snmp's `snmplib/mib.c` prints: OIDs in numbers (-On), or in names that
the standard MIBs have (-OS, -Os, -Of); numbers or names of enumerations (-Oe); strings as text or
hex (-Ox, -OT); with types, without (-OQ), and without an equals sign (-Oq). Lines may be quoted as
mail does, and blanks around the equals sign may be lost.

The values of ``snmpwalk -On``, with their type named or not.
"""

from __future__ import annotations

import re
import struct
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from functools import partial
from typing import Final

from techinfo.recordings.mib_names import is_known, number_of, oid_of
from techinfo.recordings.rows import Rows, SubIdentifiers, ip_address, whole_number
from techinfo.wire import Oid, Value

_HEX = r"[0-9A-Fa-f]{2}(?:\s[0-9A-Fa-f]{2})*\s*"
HEX_LINE: Final = re.compile(rf"\s*{_HEX}(?:\[.*)?", re.DOTALL)
"""One line of a value in hex, with its text in brackets where -OT was given."""

_NOTHING_THERE = ("No Such Object", "No Such Instance", "No more variables left in this MIB View")
_WRONG_TYPE = re.compile(r"Wrong Type \(should be [^)]*\): ")
_TYPED = re.compile(r"([A-Za-z][A-Za-z0-9-]*(?: Address)?):(?: (.*))?$", re.DOTALL)
_INTEGER = re.compile(r"[^()]*\((-?\d+)\)(?:\s.*)?$|(-?\d*\.?\d+)(?:\s.*)?$", re.DOTALL)
_TICKS = re.compile(r"\((\d+)\)|(\d+)$")
_CLOCK = re.compile(r"(\d+):(\d+):(\d+):(\d+)\.(\d\d)$")
_MAC = re.compile(r"[0-9A-Fa-f]{1,2}(?::[0-9A-Fa-f]{1,2}){5}(?:(?::[0-9A-Fa-f]{1,2}){2})?$")
_NAMED_OID = re.compile(r"[A-Za-z][\w-]*::[a-z][\w-]*(?:\.\d+)*|(?:\.?iso\.|enterprises\.)\S+")
_BITS = re.compile(_HEX)
_ESCAPED = re.compile(r'\\([\\"])')
_QUICK_HEX = re.compile(r'"(?:[0-9A-F]{2} )+"$|"(?:[0-9A-F]{2}(?: [0-9A-F]{2}){15} ?)+"$')
"""Older net-snmp ends a full line of 16 octets without a blank."""
_MOST_OF_32_BITS = 11
"""Digits from which a number of no type is none of 32 bits."""
_MOST_DIGITS = 1000
"""Of what should be a number, before a pattern is tried on it."""


def value_of(oid: Oid, text: str) -> Value | None:
    """What stands after the equals sign as a value; ``None`` where nothing is there.

    Raises:
        ValueError: Not what snmpwalk prints for its type.
        OverflowError: A float that is none.
    """
    if text.startswith(_NOTHING_THERE):
        return None
    text = _WRONG_TYPE.sub("", text, count=1) if text.startswith("Wrong Type") else text
    if text == "NULL":
        return 5, b""
    match = _TYPED.match(text)
    reader = _READERS.get(match[1].lower()) if match else None
    if match and reader:
        try:
            return reader(match[2] or "")
        except ValueError:
            return _labelled(oid, match[2] or "")
    return _untyped(oid, text)


def _labelled(oid: Oid, text: str) -> Value:
    number = number_of(oid, text.strip())
    if number is None:
        raise ValueError("neither a value of its type nor a label")
    return 2, number


def _untyped(oid: Oid, text: str) -> Value:
    """A value as -OQ prints it: the type must be guessed from its form."""
    bare = text.strip()
    if _QUICK_HEX.match(" ".join(bare.split("\n")).replace("  ", " ")):
        return 4, bytes.fromhex(bare.strip('"'))
    if bare.startswith('"'):
        return _string(text)
    if re.fullmatch(r"-?\d+", bare):
        return whole_number(2 if len(bare) < _MOST_OF_32_BITS else 70, bare)
    if (number := number_of(oid, bare)) is not None:
        return 2, number
    return _formed(bare) or _string(text)


def _formed(bare: str) -> Value | None:
    if clock := _CLOCK.match(bare):
        days, hours, minutes, seconds, hundredths = map(int, clock.groups())
        ticks = (((days * 24 + hours) * 60 + minutes) * 60 + seconds) * 100 + hundredths
        return whole_number(67, str(ticks))
    if re.fullmatch(r"(?:\d{1,3}\.){3}\d{1,3}", bare):
        return 64, ip_address(bare)
    if re.fullmatch(r"\.[0-2](?:\.\d+)+", bare) or _NAMED_OID.fullmatch(bare):
        return _oid(bare)
    return None


def _string(text: str) -> Value:
    bare = text.strip()
    if len(bare) >= 2 and bare[0] == bare[-1] == '"':
        return 4, _ESCAPED.sub(r"\1", bare[1:-1]).encode("latin-1")
    if bare.startswith('"'):
        raise ValueError("a text without its end")
    if _MAC.match(text):
        # Only PhysAddress's DISPLAY-HINT (1x:) prints so, and a text would stand in quotes.
        return 4, bytes(int(octet, 16) for octet in text.split(":"))
    return 4, text.encode("latin-1")


def _hex(tag: int, text: str) -> Value:
    return tag, b"".join(bytes.fromhex(line.partition("[")[0]) for line in text.split("\n"))


def _bits(text: str) -> Value:
    octets = _BITS.match(text)
    if text.strip() and not octets:
        raise ValueError("not BITS")
    return 4, bytes.fromhex(octets[0] if octets else "")


def _number(tag: int, text: str) -> Value:
    """``5``, ``up(1)``, ``5 seconds``; a DISPLAY-HINT of d-2 prints 1234 as ``12.34``."""
    match = _INTEGER.match(text.strip()) if len(text) <= _MOST_DIGITS else None
    if not match:
        raise ValueError("not a number")
    return whole_number(tag, match[1] or match[2].replace(".", ""))


def _ticks(text: str) -> Value:
    match = _TICKS.match(text.strip())
    if not match:
        raise ValueError("not TimeTicks")
    return whole_number(67, match[1] or match[2])


def _oid(text: str) -> Value:
    bare = text.strip()
    if (bare[:1].isalpha() and not bare.startswith("iso.3")) or bare.startswith(".iso.org"):
        return 6, oid_of(bare)
    return 6, SubIdentifiers().oid("1" + bare.removeprefix(".")[3:] if "iso" in bare[:4] else bare)


def _address(text: str) -> Value:
    return 64, ip_address(text)


def _network_address(text: str) -> Value:
    octets = bytes(int(octet, 16) for octet in text.strip().split(":"))
    if len(octets) != 4:
        raise ValueError("not an IPv4 address")
    return 64, octets


def _opaque(text: str) -> Value:
    """Octets, or one of net-snmp's own types, which it packs under tags 9F 76 to 9F 7B."""
    kind, colon, number = text.partition(": ")
    packing = _PACKINGS.get(kind.lower())
    if not colon or not packing:
        return _hex(68, text)
    head, form, number_of = packing
    try:
        packed = struct.pack(form, number_of(number.split()[0]))
    except (struct.error, IndexError) as error:
        raise ValueError("not an Opaque number") from error
    return 68, head + bytes((len(packed),)) + packed


def _null(_text: str) -> Value:
    return 5, b""


_PACKINGS: Final[dict[str, tuple[bytes, str, Callable[[str], float]]]] = {
    "counter64": (b"\x9f\x76", ">Q", int),
    "float": (b"\x9f\x78", ">f", float),
    "double": (b"\x9f\x79", ">d", float),
    "int64": (b"\x9f\x7a", ">q", int),
    "uint64": (b"\x9f\x7b", ">Q", int),
}
_READERS: Final[dict[str, Callable[[str], Value]]] = {
    "bits": _bits,
    "counter32": partial(_number, 65),
    "counter64": partial(_number, 70),
    "gauge32": partial(_number, 66),
    "hex-string": partial(_hex, 4),
    "integer": partial(_number, 2),
    "integer32": partial(_number, 2),
    "ipaddress": _address,
    "network address": _network_address,
    "null": _null,
    "oid": _oid,
    "opaque": _opaque,
    "string": _string,
    "timeticks": _ticks,
    "uinteger32": partial(_number, 66),
    "unsigned32": partial(_number, 66),
}


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
    numbers = SubIdentifiers()
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


def _start(line: int, told: str, text: str, numbers: SubIdentifiers, rows: Rows) -> _Row | None:
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
