"""A device whose command line is asked, and the address that a log-in may be sent to."""

from __future__ import annotations

import asyncio
import ipaddress
import socket
from collections.abc import Sequence
from dataclasses import dataclass

from techinfo.driver.cli_session import SSH_PORT
from techinfo.errors import AddressNotAllowedError, DeviceUnreachableError

Network = ipaddress.IPv4Network | ipaddress.IPv6Network


@dataclass(frozen=True, kw_only=True, slots=True)
class SshTarget:
    """A device, and how its command line is reached.

    Attributes:
        element: Its name; what is remembered of it is kept under that.
        platform: netmiko's device type, or ours.
        login: Name of a log-in.
        host_key: What it must be, ``type base64`` or ``SHA256:…``; empty: what it was first.
        old: Old algorithms that it may be spoken with (`techinfo.ssh.sessions.algorithms.OLD`).
    """

    element: str
    host: str
    platform: str
    port: int = SSH_PORT
    login: str = "default"
    host_key: str = ""
    old: tuple[str, ...] = ()


async def address_of(target: SshTarget, allowed: Sequence[Network] | None) -> str:
    """The address of a device, if its log-in may be sent there.

    Args:
        target: Whom to ask.
        allowed: Networks that the log-in may be sent to; ``None``: anywhere.

    Raises:
        DeviceUnreachableError: Nobody knows its name.
        AddressNotAllowedError: It is in none of the networks.
    """
    loop = asyncio.get_running_loop()
    try:
        found = await loop.getaddrinfo(target.host, target.port, type=socket.SOCK_STREAM)
    except OSError as error:
        raise DeviceUnreachableError(f"its name is not known: {error.strerror}") from error
    host = str(found[0][4][0])
    address = ipaddress.ip_address(host.partition("%")[0])
    if allowed is not None and not any(address in network for network in allowed):
        raise AddressNotAllowedError(
            "the log-in may not be sent there",
            credential=target.login,
            address=f"{host}:{target.port}",
        )
    return host
