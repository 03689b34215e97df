"""Where a request comes from, whatever its headers claim."""

from __future__ import annotations

import pytest

from techinfo.api.asgi.client import client_address, neighbourhood, networks

TRUSTED = networks(["10.0.0.0/8", "2001:db8:f::/48"])


@pytest.mark.parametrize(
    ("peer", "forwarded", "address"),
    [
        ("192.0.2.1", [], "192.0.2.1"),
        ("192.0.2.1", [b"198.51.100.1"], "192.0.2.1"),  # nobody trusts this peer
        ("10.0.0.1", [], "10.0.0.1"),
        ("10.0.0.1", [b"198.51.100.1"], "198.51.100.1"),
        ("10.0.0.1", [b"203.0.113.9, 198.51.100.1"], "198.51.100.1"),  # the first is a claim
        ("10.0.0.1", [b"203.0.113.9", b"198.51.100.1, 10.0.0.2"], "198.51.100.1"),
        ("10.0.0.1", [b"198.51.100.1:4711"], "198.51.100.1"),
        ("10.0.0.1", [b"[2001:db8::7]:4711"], "2001:db8::7"),
        ("10.0.0.1", [b"::ffff:198.51.100.1"], "198.51.100.1"),
        ("10.0.0.1", [b"unknown"], "10.0.0.1"),
        ("10.0.0.1", [b"198.51.100.1, unknown"], "10.0.0.1"),
        ("10.0.0.1", [b""], "10.0.0.1"),
        ("10.0.0.1", [b"\xff\xfe"], "10.0.0.1"),
        ("10.0.0.1", [b"10.0.0.3, " * 9000], "10.0.0.1"),
        ("10.0.0.1", [b"10.0.0.3," * 9000 + b"10.0.0.4"], "10.0.0.3"),
        ("::ffff:10.0.0.1", [b"198.51.100.1"], "198.51.100.1"),
        ("2001:db8:f::1", [b"2001:db8::7"], "2001:db8::7"),
        ("", [b"198.51.100.1"], ""),
        ("not an address", [b"198.51.100.1"], ""),
    ],
)
def test_the_client_is_the_last_before_the_trusted(
    peer: str, forwarded: list[bytes], address: str
) -> None:
    """What stands further left is what the client itself may have written."""
    assert client_address(peer, forwarded, TRUSTED) == address


@pytest.mark.parametrize(
    ("address", "counted"),
    [
        ("192.0.2.1", "192.0.2.1"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("2001:db8:1:2::", "2001:db8:1:2::/64"),
        ("", ""),
    ],
)
def test_a_whole_subscriber_of_ipv6_counts_as_one(address: str, counted: str) -> None:
    """Whoever has a /64 has more addresses than anybody can count."""
    assert neighbourhood(address) == counted
