"""How programs write octets, addresses and numbers: one decoder for look-ups and lease readers.

Kea, ISC dhcpd, rsyslog, FreeRADIUS, tcpdump, switches. A look-up does not know which program wrote
a value, so `notations` gives every meaning that the value itself shows. A reader of leases knows
the program and calls its decoder. What cannot be read is ``None``, never a guess. Decimal octets
with dots (``0.4.0.100.1.3``) look like other things: only a known recipe has them.
"""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Callable, Sequence
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
_ESCAPE = re.compile(rb"\\(?:([0-3][0-7]{2})|(?:0?x|u00)([0-9A-Fa-f]{2})|(.))", re.DOTALL)
r"""``\ooo``, ``\xHH``; tcpdump writes ``\0xHH``, JSON ``\u00HH``."""
_LETTERS = {
    b"n": b"\n",
    b"r": b"\r",
    b"t": b"\t",
    b"a": b"\a",
    b"b": b"\b",
    b"f": b"\f",
    b"v": b"\v",
}
_CARET = re.compile(rb"M-\^([@-_?])|M-([ -~])|\^([@-_?])")
"""As tcpdump, cat -v and less write octets that do not print."""
_LESS = re.compile(rb"<([0-9A-F]{2})>")
_MARK = re.compile(rb"0[xX]|[-: .\"'\\#^<&]")
"""What every notation has, before the others are tried: most octets have none."""
_MOST_OCTETS = 1024
_RSYSLOG = re.compile(rb"#(0[0-3][0-7]|177)")
_REFERENCE = re.compile(rb"&#x([0-9A-Fa-f]{2})")
_MAC = re.compile(
    rb"(?:[0-9A-Fa-f]{1,2}:){5}[0-9A-Fa-f]{1,2}"
    rb"|[0-9A-Fa-f]{2}([-.])(?:[0-9A-Fa-f]{2}\1){4}[0-9A-Fa-f]{2}"
    rb"|[0-9A-Fa-f]{4}([-.])[0-9A-Fa-f]{4}\2[0-9A-Fa-f]{4}"
)
_BETWEEN = re.compile(rb"[-: .]")
_HEX_PAIRS = re.compile(rb"(?:[0-9A-Fa-f]{2})+")
_PLAIN_MAC = re.compile(r"[0-9a-f]{2}(?::[0-9a-f]{2}){5}")
_LOOSE_MAC = re.compile(r"[0-9a-fA-F]{1,2}(?:([:.-])[0-9a-fA-F]{1,2}(?:\1[0-9a-fA-F]{1,2}){4})")
_DIGITS_MAC = re.compile(r"[0-9a-fA-F]{12}|[0-9a-fA-F]{4}([.-])[0-9a-fA-F]{4}\1[0-9a-fA-F]{4}")
_DIGITS = re.compile(r"(?:0[xX])?((?:[0-9a-fA-F]{2})*)")
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
    if _MARK.search(value) is None:
        return ()
    for name, typed, read in _READERS[:_DIGITS_ALONE]:
        if (octets := read(value)) is not None:
            return ((octets, name, typed),)
    return tuple(
        (octets, name, typed)
        for name, typed, read in _READERS[_DIGITS_ALONE:]
        if (octets := read(value))
    )


def bare_hex(value: bytes) -> bytes | None:
    """Octets of hex digits without any mark, at least four; they could be text as well."""
    return bytes.fromhex(value.decode()) if _BARE.fullmatch(value) else None


def mac_octets(value: bytes) -> bytes | None:
    """The six octets of a MAC address written as text; ``None`` when it is none."""
    if not 11 <= len(value) <= 17 or not _MAC.fullmatch(value):
        return None
    return _joined(value)


def peeled(octets: bytes, field: Field) -> Sequence[bytes]:
    """The value within one header: its own code and length, or a whole option 82."""
    code, size = _HEADERS[field]
    if octets.startswith(code):
        start = len(code) + size
        length = int.from_bytes(octets[len(code) : start], "big")
        return (octets[start:],) if len(octets) > start and length == len(octets) - start else ()
    if octets[:1] == b"R" and field in {Field.CIRCUIT, Field.REMOTE}:
        try:
            value = field.of(parse_option82(octets))
        except OctetError:
            return ()
        return (value,) if value else ()
    return ()


def option82_octets(written: bytes) -> bytes | None:
    """Octets of hex digits with or without ``0x`` and separators; ``None``: they are no hex.

    Octets between colons may lack their zero, as ISC dhcpd writes them: it is put in front, digits
    do not slide together.
    """
    digits = written.strip()
    digits = digits[2:] if digits[:2] in (b"0x", b"0X") else digits
    if digits.isalnum() and len(digits) % 2 == 0:
        try:
            return bytes.fromhex(digits.decode())
        except ValueError:
            return None
    if _COLONS.fullmatch(digits):
        digits = b"".join(octet.zfill(2) for octet in digits.split(b":"))
    digits = _BETWEEN.sub(b"", digits)
    return bytes.fromhex(digits.decode()) if _HEX_PAIRS.fullmatch(digits) else None


def mac(written: str) -> str | None:
    """A MAC address as ``02:82:00:00:00:01``; ISC dhcpd writes ``2:82:0:0:0:1`` in log recipes."""
    if _PLAIN_MAC.fullmatch(written):
        return written
    if _LOOSE_MAC.fullmatch(written):
        found = "".join(octet.zfill(2) for octet in re.split("[:.-]", written))
    elif _DIGITS_MAC.fullmatch(written):
        found = re.sub("[.-]", "", written)
    else:
        return None
    return ":".join(re.findall("..", found.lower()))


def separated(written: str, separator: str = ":") -> bytes | None:
    """Octets in hex, separated, with or without leading zeros: ``0:4:0:64:1:3``.

    ISC dhcpd drops leading zeros, so that digits must never be joined before they are read.
    """
    if not written:
        return b""
    parts = written.split(separator)
    if len(parts) > _MOST_OCTETS or not all(0 < len(p) <= 2 and p.isalnum() for p in parts):
        return None
    try:
        return bytes(int(p, 16) for p in parts)
    except ValueError:
        return None


def decimals(written: str) -> bytes | None:
    """Octets in decimal with dots: ``0.4.0.100.1.3``. Only where a recipe is known to write so."""
    if not written:
        return b""
    parts = written.split(".")
    if len(parts) > _MOST_OCTETS or not all(p.isascii() and p.isdigit() for p in parts):
        return None
    if any(len(p) > 3 or int(p) > 255 for p in parts):
        return None
    return bytes(map(int, parts))


def digits(written: str) -> bytes | None:
    """Octets in hex digits in pairs, with or without ``0x``."""
    match = _DIGITS.fullmatch(written)
    return bytes.fromhex(match[1]) if match else None


def unescaped(inside: bytes) -> bytes:
    r"""What stands within quotes: ``\ooo`` of three digits, ``\xHH``, ``\n``; else ``\c`` is c."""
    return _ESCAPE.sub(_character, inside)


def unrsyslogged(written: bytes) -> bytes:
    """Control octets that rsyslog wrote as ``#ooo``; it does not escape ``#`` itself."""
    return _RSYSLOG.sub(lambda match: bytes([int(match[1], 8)]), written)


def uncareted(written: bytes) -> bytes:
    """Octets that tcpdump, cat -v or less wrote as ``^X`` and ``M-X``."""
    return _CARET.sub(_careted, written)


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
    return unescaped(inside)


def _escaped(value: bytes) -> bytes | None:
    if b"\\" not in value or _ESCAPE.sub(b"", value).endswith(b"\\"):
        return None
    return unescaped(value)


def _rsyslog(value: bytes) -> bytes | None:
    found = unrsyslogged(value)
    return found if found != value else None


def _carets(value: bytes) -> bytes | None:
    if b"^" not in value and b"M-" not in value:
        return None
    found = uncareted(value)
    return found if found != value else None


def _pager(value: bytes) -> bytes | None:
    if not _LESS.search(value):
        return None
    return uncareted(_LESS.sub(lambda match: bytes.fromhex(match[1].decode()), value))


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


def _careted(match: re.Match[bytes]) -> bytes:
    high_control, high, control = match.groups()
    if high is not None:
        return bytes([high[0] | 0x80])
    return bytes([((high_control or control)[0] ^ 0x40) | (0x80 if high_control else 0)])


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
    ("caret notation", True, _carets),
    ("notation of less", True, _pager),
    ("character references", True, _references),
)
_DIGITS_ALONE = 2
"""How many of them read digits and what parts them, which no other reads."""


_DUID_LLT, _DUID_LL = "00:01:", "00:03:"


@lru_cache(maxsize=8192)
def address(written: str) -> str | None:
    """An IPv4 or IPv6 address in its canonical form; a scope is no part of it."""
    try:
        return str(ipaddress.ip_address(written))
    except ValueError:
        return None


def leased(written: str, length: str | None = None) -> str | None:
    """An address, or a delegated prefix with its length.

    Args:
        written: ``10.0.0.1``, ``2001:db8::2e``, ``2001:db8::/56``; a length of one address is none.
        length: The length where the source has it apart.
    """
    if length is None:
        written, _, length = written.partition("/")
    found = address(written)
    if found is None or length in {"", "128" if ":" in found else "32"}:
        return found
    try:
        return str(ipaddress.ip_network(f"{found}/{length}"))
    except ValueError:
        return None


def duid(written: str) -> str | None:
    """A DUID in hex with colons, from hex with or without colons."""
    octets = separated(written) if ":" in written else digits(written)
    return octets.hex(":") if octets else None


def mac_of_duid(written: str | None) -> str | None:
    """The MAC address in a DUID of type 1 or 3 over Ethernet (RFC 8415, 11.2 and 11.4)."""
    if not written:
        return None
    if written.startswith(_DUID_LL + "00:01:") and len(written) == 29:
        return written[12:]
    if written.startswith(_DUID_LLT + "00:01:") and len(written) == 41:
        return written[24:]
    return None


def whole(written: str) -> int | None:
    """A number without sign, of at most ten digits."""
    return int(written) if written.isascii() and written.isdigit() and len(written) <= 10 else None
