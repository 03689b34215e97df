"""InetAddress octets become text."""

from __future__ import annotations

import pytest

from techinfo.driver import ip_address
from techinfo.wire import Cell

_V6 = bytes.fromhex("20010db8000000000000000000000009")


@pytest.mark.parametrize(
    ("octets", "expected"),
    [
        (b"\xc0\x00\x02\x09", "192.0.2.9"),
        (b"\xc0\x00\x02\x09\x00\x00\x00\x07", "192.0.2.9"),
        (_V6, "2001:db8::9"),
        (_V6 + b"\x00\x00\x00\x07", "2001:db8::9"),
    ],
)
def test_the_length_tells_the_family_and_a_zone_is_left_out(octets: bytes, expected: str) -> None:
    """RFC 4001: ipv4, ipv4z, ipv6 and ipv6z."""
    assert ip_address(octets) == expected


@pytest.mark.parametrize(
    "cell", [b"", b"\x00" * 4, b"\x00" * 16, b"\x01\x02\x03", b"\x01" * 17, 3_221_225_993]
)
def test_what_is_no_address_is_none(cell: Cell) -> None:
    """Unspecified addresses, other lengths and other types."""
    assert ip_address(cell) is None
