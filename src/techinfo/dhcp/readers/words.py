"""How logs write addresses and octets. What cannot be read is ``None``, never a guess."""

from __future__ import annotations

import ipaddress
import re
from functools import lru_cache

_MAC = re.compile(r"[0-9a-f]{2}(?::[0-9a-f]{2}){5}")
_LOOSE_MAC = re.compile(r"[0-9a-fA-F]{1,2}(?:([:.-])[0-9a-fA-F]{1,2}(?:\1[0-9a-fA-F]{1,2}){4})")
_DIGITS_MAC = re.compile(r"[0-9a-fA-F]{12}|[0-9a-fA-F]{4}([.-])[0-9a-fA-F]{4}\1[0-9a-fA-F]{4}")
_HEX = re.compile(r"(?:0[xX])?((?:[0-9a-fA-F]{2})*)")
_OCTAL = re.compile(rb"\\(?:([0-3][0-7]{2})|x([0-9A-Fa-f]{2})|(.))", re.DOTALL)
_RSYSLOG = re.compile(rb"#(0[0-3][0-7]|177)")
_LETTERS = {b"n": b"\n", b"r": b"\r", b"t": b"\t", b"b": b"\b", b"f": b"\f", b"v": b"\v"}
_DUID_LLT, _DUID_LL = "00:01:", "00:03:"
_MOST_OCTETS = 1024


def mac(written: str) -> str | None:
    """A MAC address as ``02:82:00:00:00:01``; ISC dhcpd writes ``2:82:0:0:0:1`` in log recipes."""
    if _MAC.fullmatch(written):
        return written
    if _LOOSE_MAC.fullmatch(written):
        digits = "".join(octet.zfill(2) for octet in re.split("[:.-]", written))
    elif _DIGITS_MAC.fullmatch(written):
        digits = re.sub("[.-]", "", written)
    else:
        return None
    return ":".join(re.findall("..", digits.lower()))


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
    match = _HEX.fullmatch(written)
    return bytes.fromhex(match[1]) if match else None


def unescaped(inside: bytes) -> bytes:
    r"""What stands within quotes: ``\ooo`` of just three digits, ``\xHH``, ``\n``; ``\c`` is c."""
    return _OCTAL.sub(_character, inside)


def _character(match: re.Match[bytes]) -> bytes:
    octal, hexadecimal, letter = match.groups()
    if octal is not None:
        return bytes([int(octal, 8)])
    if hexadecimal is not None:
        return bytes([int(hexadecimal, 16)])
    return _LETTERS.get(letter, letter)


def unrsyslogged(written: bytes) -> bytes:
    """Control octets that rsyslog wrote as ``#ooo``; it does not escape ``#`` itself."""
    if b"#" not in written:
        return written
    return _RSYSLOG.sub(lambda match: bytes([int(match[1], 8)]), written)


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
