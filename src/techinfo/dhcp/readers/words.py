"""How logs write addresses and numbers. What cannot be read is ``None``, never a guess."""

from __future__ import annotations

import ipaddress
from functools import lru_cache

from techinfo.dhcp.notations import digits, separated

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
