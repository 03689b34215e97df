"""Where webhooks may be sent: never into the operator's own network unless the operator says so.

A provider names a URL, and this host would fetch it: without a bound that is a way to everything
that this host can reach. So an address is looked at when a webhook is registered and, since a name
may mean another address a moment later, again when the connection is made, and the connection goes
to the very address that was looked at.
"""

from __future__ import annotations

import asyncio
import ipaddress
import socket
from collections.abc import Awaitable, Callable, Iterable, Sequence
from dataclasses import dataclass
from urllib.parse import SplitResult, urlsplit

from techinfo.errors import WebhookTargetError

Address = ipaddress.IPv4Address | ipaddress.IPv6Address
Network = ipaddress.IPv4Network | ipaddress.IPv6Network
Resolve = Callable[[str, int], Awaitable[Sequence[str]]]
"""Host and port -> addresses; an ``OSError`` when there are none."""

_MOST_CHARACTERS = 2000
_UNICAST = ipaddress.ip_network("2000::/3")
"""All of IPv6 that is given out to the public so far (RFC 4291, 2.4; IANA)."""
_NAT64 = ipaddress.ip_network("64:ff9b::/96")
_PORTS = {"http": 80, "https": 443}


@dataclass(frozen=True, kw_only=True, slots=True)
class Allowed:
    """Networks that are no public ones, and yet may be sent to, with or without TLS.

    Attributes:
        operator: By the operator's own webhooks.
        providers: By those of providers, and by the operator's.
    """

    operator: tuple[Network, ...] = ()
    providers: tuple[Network, ...] = ()

    def networks(self, *, operator: bool) -> tuple[Network, ...]:
        """What counts for a webhook."""
        return (*self.operator, *self.providers) if operator else self.providers


@dataclass(frozen=True, slots=True)
class Target:
    """An address that may be connected to, for a URL."""

    host: str
    address: str
    port: int


async def resolved(host: str, port: int) -> Sequence[str]:
    """What this host's resolver makes of a name."""
    found = await asyncio.get_running_loop().getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return [str(where[0]) for *_, where in found]


async def target(url: str, allowed: Iterable[Network], resolve: Resolve = resolved) -> Target:
    """The address that a URL may be sent to now.

    Raises:
        WebhookTargetError: It is no URL of the kind, cannot be resolved, or one of its addresses
            may not be sent to. The words are for the webhook's owner, and name no address.
    """
    parts, port = _parts(url)
    host = str(parts.hostname)
    try:
        addresses = [ipaddress.ip_address(found) for found in await resolve(host, port)]
    except (OSError, UnicodeError, ValueError) as error:
        raise WebhookTargetError("the host of the URL cannot be resolved") from error
    networks = tuple(allowed)
    if not addresses:
        raise WebhookTargetError("the host of the URL cannot be resolved")
    inside = [_is_in(address, networks) for address in addresses]
    if not all(own or _is_public(address) for own, address in zip(inside, addresses, strict=True)):
        raise WebhookTargetError(
            "the URL leads to a private, local or reserved address, which is not allowed"
        )
    if parts.scheme == "http" and not all(inside):
        raise WebhookTargetError("the URL must begin with https://")
    return Target(host, str(addresses[0]), port)


def _parts(url: str) -> tuple[SplitResult, int]:
    if len(url) > _MOST_CHARACTERS or not url.isprintable() or any(c in url for c in " \\"):
        raise WebhookTargetError("the URL is malformed")
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError as error:
        raise WebhookTargetError("the URL is malformed") from error
    if parts.scheme not in _PORTS or not parts.hostname:
        raise WebhookTargetError("the URL must begin with https:// and name a host")
    if parts.username is not None or parts.password is not None or parts.fragment:
        raise WebhookTargetError("the URL must not hold a user, a password or a fragment")
    if port == 0:
        raise WebhookTargetError("the URL is malformed")
    return parts, port or _PORTS[parts.scheme]


def _is_in(address: Address, networks: Iterable[Network]) -> bool:
    return any(address in network for network in networks if network.version == address.version)


def _is_public(address: Address) -> bool:
    """Whether an address is of the public internet, and what it may carry inside too."""
    if address.version == 6 and address not in _UNICAST and address not in _NAT64:
        return False
    return all(
        a.is_global
        and not (a.is_multicast or a.is_private or a.is_link_local or a.is_reserved)
        and not (a.is_loopback or a.is_unspecified)
        for a in (address, *_inside(address))
    )


def _inside(address: Address) -> Iterable[Address]:
    """IPv4 addresses that an IPv6 address stands for: NAT64, 6to4, Teredo."""
    if isinstance(address, ipaddress.IPv4Address):
        return
    if address in _NAT64:
        yield ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)
    if address.sixtofour is not None:
        yield address.sixtofour
    if address.teredo is not None:
        yield from address.teredo
