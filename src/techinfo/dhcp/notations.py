"""The notations of octets that mark themselves, each for a whole value.

Every one is how some program writes a value: Kea, ISC dhcpd, rsyslog, FreeRADIUS, switches.
Decimal octets with dots (``0.4.0.100.1.3``) and values that were cut off are never read.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from functools import lru_cache

from techinfo.dhcp.identity import Field
from techinfo.dhcp.octets import parse_option82
from techinfo.errors import OctetError

_HEX = re.compile(rb"0[xX]((?:[0-9A-Fa-f]{2})+)")
_BARE = re.compile(rb"(?:[0-9A-Fa-f]{2}){2,}")
_COLONS = re.compile(rb"[0-9A-Fa-f]{1,2}(?::[0-9A-Fa-f]{1,2})+")
_PAIRS = re.compile(rb"[0-9A-Fa-f]{2}([-. ])[0-9A-Fa-f]{2}(?:\1[0-9A-Fa-f]{2})*")
_CISCO = re.compile(rb"[0-9A-Fa-f]{4}([.-])[0-9A-Fa-f]{4}\1[0-9A-Fa-f]{4}")
_EXPLAINED = re.compile(rb"([0-9A-Fa-f]{1,2}(?::[0-9A-Fa-f]{1,2})*) (?:\(.*\)|'.*')", re.DOTALL)
_QUOTED = re.compile(rb'"((?:[^"\\]|\\.)*)"|' rb"'((?:[^'\\]|\\.)*)'", re.DOTALL)
_ESCAPE = re.compile(rb"\\(?:([0-3][0-7]{2})|x([0-9A-Fa-f]{2})|(.))", re.DOTALL)
_LETTERS = {
    b"n": b"\n",
    b"r": b"\r",
    b"t": b"\t",
    b"a": b"\a",
    b"b": b"\b",
    b"f": b"\f",
    b"v": b"\v",
}
_RSYSLOG = re.compile(rb"#(0[0-3][0-7]|177)")
_REFERENCE = re.compile(rb"&#x([0-9A-Fa-f]{2})")
_MAC = re.compile(
    rb"(?:[0-9A-Fa-f]{1,2}:){5}[0-9A-Fa-f]{1,2}"
    rb"|[0-9A-Fa-f]{2}([-.])(?:[0-9A-Fa-f]{2}\1){4}[0-9A-Fa-f]{2}"
    rb"|[0-9A-Fa-f]{4}([-.])[0-9A-Fa-f]{4}\2[0-9A-Fa-f]{4}"
)
_NOTHING = frozenset({b"", b'""', b"''", b"0x", b"0X"})
_HEADERS: dict[Field, tuple[bytes, int]] = {
    Field.CIRCUIT: (b"\x01", 1),
    Field.REMOTE: (b"\x02", 1),
    Field.INTERFACE: (b"\x00\x12", 2),
    Field.REMOTE6: (b"\x00\x25", 2),
}
"""Field -> its code, and how many octets its length has."""


def is_nothing(value: bytes) -> bool:
    """Whether a value says, in whatever notation, that there is none."""
    return value in _NOTHING


@lru_cache(maxsize=256)
def notations(value: bytes) -> tuple[tuple[bytes, str, bool], ...]:
    """Octets that a value denotes, the name of the notation, and whether they are text as typed."""
    return tuple((octets, name, typed) for name, typed, read in _READERS if (octets := read(value)))


def bare_hex(value: bytes) -> bytes | None:
    """Octets of hex digits without any mark, at least four; they could be text as well."""
    return bytes.fromhex(value.decode()) if _BARE.fullmatch(value) else None


def mac_octets(value: bytes) -> bytes | None:
    """The six octets of a MAC address written as text; ``None`` when it is none."""
    if not 11 <= len(value) <= 17 or not _MAC.fullmatch(value):
        return None
    return _joined(value)


def peeled(octets: bytes, field: Field) -> Iterator[bytes]:
    """The value within one header: its own code and length, or a whole option 82."""
    code, size = _HEADERS[field]
    start = len(code) + size
    length = int.from_bytes(octets[len(code) : start], "big")
    if octets.startswith(code) and len(octets) > start and length == len(octets) - start:
        yield octets[start:]
    if octets[:1] == b"R" and field in {Field.CIRCUIT, Field.REMOTE}:
        try:
            identity = parse_option82(octets)
        except OctetError:
            return
        if value := field.of(identity):
            yield value


def _hexadecimal(value: bytes) -> bytes | None:
    match = _HEX.fullmatch(value)
    return bytes.fromhex(match[1].decode()) if match else None


def _separated(value: bytes) -> bytes | None:
    if _COLONS.fullmatch(value) or _PAIRS.fullmatch(value) or _CISCO.fullmatch(value):
        return _joined(value)
    return None


def _explained(value: bytes) -> bytes | None:
    match = _EXPLAINED.fullmatch(value)
    return _joined(match[1]) if match else None


def _quoted(value: bytes) -> bytes | None:
    match = _QUOTED.fullmatch(value)
    if match is None:
        return None
    inside: bytes = match[1] if match[1] is not None else match[2]
    return _unescaped(inside)


def _escaped(value: bytes) -> bytes | None:
    if b"\\" not in value or _ESCAPE.sub(b"", value).endswith(b"\\"):
        return None
    return _unescaped(value)


def _rsyslog(value: bytes) -> bytes | None:
    if b"#" not in value:
        return None
    found, count = _RSYSLOG.subn(lambda match: bytes([int(match[1], 8)]), value)
    return found if count else None


def _references(value: bytes) -> bytes | None:
    if b"&#x" not in value:
        return None
    found, count = _REFERENCE.subn(lambda match: bytes.fromhex(match[1].decode()), value)
    return found if count else None


def _joined(value: bytes) -> bytes:
    """Octets of separated digits; one digit is an octet where colons separate."""
    text = value.decode()
    if ":" in text or len(text) < 3:
        return bytes(int(digits, 16) for digits in text.split(":"))
    return bytes.fromhex(re.sub("[-. ]", "", text))


def _unescaped(value: bytes) -> bytes:
    return _ESCAPE.sub(_character, value)


def _character(match: re.Match[bytes]) -> bytes:
    octal, hexadecimal, letter = match.groups()
    if octal is not None:
        return bytes([int(octal, 8)])
    if hexadecimal is not None:
        return bytes([int(hexadecimal, 16)])
    return _LETTERS.get(letter, letter)


_READERS: tuple[tuple[str, bool, Callable[[bytes], bytes | None]], ...] = (
    ("hex with 0x", False, _hexadecimal),
    ("separated octets", False, _separated),
    ("octets followed by text", False, _explained),
    ("quoted string", True, _quoted),
    ("backslash escapes", True, _escaped),
    ("rsyslog escapes", True, _rsyslog),
    ("character references", True, _references),
)
