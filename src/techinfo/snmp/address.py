"""Where a host is: a literal at once, a name by the system's resolver."""

from __future__ import annotations

import asyncio
import socket
from ipaddress import ip_address

from techinfo.errors import AddressNotAllowedError, DeviceUnreachableError
from techinfo.snmp.interface import Network, SnmpTarget

SocketAddress = tuple[str | int | bytes, ...]
"""As `socket` gives and takes it: host and port, for IPv6 also flow and scope."""


async def resolve(target: SnmpTarget) -> tuple[socket.AddressFamily, SocketAddress]:
    """Address family and socket address of a target: what is sent goes there, and nowhere else.

    Raises:
        DeviceUnreachableError: No such name, or no such port.
        AddressNotAllowedError: It is in none of the networks that it has to be in.
    """
    where = f"{target.host}:{target.port}"
    if not 0 < target.port < 0x10000:
        raise DeviceUnreachableError("no such UDP port", address=where)
    loop = asyncio.get_running_loop()
    try:
        try:
            found = socket.getaddrinfo(
                target.host, target.port, type=socket.SOCK_DGRAM, flags=socket.AI_NUMERICHOST
            )
        except socket.gaierror:
            found = await loop.getaddrinfo(target.host, target.port, type=socket.SOCK_DGRAM)
    except (OSError, ValueError) as error:  # ValueError: a name that no IDNA label can hold
        raise DeviceUnreachableError("its name cannot be resolved", address=where) from error
    family, _, _, _, address = found[0]
    if target.within is not None and not _is_within(str(address[0]), target.within):
        raise AddressNotAllowedError(
            "the address is in none of the credential's networks", credential="", address=where
        )
    return family, address


def _is_within(text: str, networks: tuple[Network, ...]) -> bool:
    address = ip_address(text.partition("%")[0])  # a zone says which link, not which network
    address = getattr(address, "ipv4_mapped", None) or address
    return any(address in network for network in networks)
