"""Where a host is: a literal at once, a name by the system's resolver."""

from __future__ import annotations

import asyncio
import socket

from techinfo.errors import DeviceUnreachableError
from techinfo.transport.interface import SnmpTarget

SocketAddress = tuple[str | int | bytes, ...]
"""As `socket` gives and takes it: host and port, for IPv6 also flow and scope."""


async def resolve(target: SnmpTarget) -> tuple[socket.AddressFamily, SocketAddress]:
    """Address family and socket address of a target.

    Raises:
        DeviceUnreachableError: No such name, or no such port.
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
    return family, address
