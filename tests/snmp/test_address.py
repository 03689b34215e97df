"""Where a host is, and that nothing is sent beyond the networks it has to be in."""

from __future__ import annotations

import asyncio
import socket
from ipaddress import ip_network

import pytest

from techinfo.errors import AddressNotAllowedError
from techinfo.snmp.address import resolve
from techinfo.snmp.interface import SnmpTarget

LOOPBACK = (ip_network("127.0.0.0/8"), ip_network("::1/128"))
ELSEWHERE = (ip_network("192.0.2.0/24"), ip_network("2001:db8::/32"))
SPELLINGS = ["127.0.0.1", "127.1", "0x7f000001", "2130706433", "::1", "::ffff:127.0.0.1"]


@pytest.mark.parametrize("host", [*SPELLINGS, "localhost"])
def test_the_address_that_is_sent_to_is_the_one_that_is_looked_at(host: str) -> None:
    """Not the text, of which every resolver has its own understanding."""
    inside = asyncio.run(resolve(SnmpTarget(host=host, within=LOOPBACK)))

    assert inside[0] in {socket.AF_INET, socket.AF_INET6}
    with pytest.raises(AddressNotAllowedError):
        asyncio.run(resolve(SnmpTarget(host=host, within=ELSEWHERE)))
    assert asyncio.run(resolve(SnmpTarget(host=host))) == inside
