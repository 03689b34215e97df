"""Where webhooks may be sent: never into the operator's own network unless the operator says so.

A provider names a URL, and this host would fetch it: without a bound that is a way to everything
that this host can reach. So an address is checked when a webhook is registered and, since a name
may mean another address a moment later, again for each connection, which goes to the very address
that was checked.

The system's resolver takes as long as it likes and cannot be stopped: a name whose servers never
answer holds its thread for half a minute. So look-ups run in threads that nothing else needs, and
in so many at a time for one owner, so that no owner's names delay another's.
"""

from __future__ import annotations

import asyncio
import ipaddress
import socket
from collections.abc import Awaitable, Callable, Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from threading import Thread
from typing import Any
from urllib.parse import SplitResult, urlsplit

from techinfo.errors import WebhookTargetError

Address = ipaddress.IPv4Address | ipaddress.IPv6Address
Network = ipaddress.IPv4Network | ipaddress.IPv6Network
Resolve = Callable[[str, int], Awaitable[Sequence[str]]]
"""Host and port -> addresses; an ``OSError`` when there are none."""

_MOST_CHARACTERS = 2000
_UNICAST = ipaddress.ip_network("2000::/3")
"""All of IPv6 that is given out to the public so far (RFC 4291, 2.4; IANA)."""
_SPECIAL = tuple(
    ipaddress.ip_network(network)
    for network in (
        *("0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16"),
        *("172.16.0.0/12", "192.0.0.0/24", "192.0.2.0/24", "192.31.196.0/24", "192.52.193.0/24"),
        *("192.88.99.0/24", "192.168.0.0/16", "192.175.48.0/24", "198.18.0.0/15"),
        *("198.51.100.0/24", "203.0.113.0/24", "224.0.0.0/4", "240.0.0.0/4"),
        *("2001::/23", "2001:db8::/32", "2002::/16", "2620:4f:8000::/48", "3fff::/20"),
    )
)
"""The registries of special purposes of IANA (RFC 6890, RFC 8190; what they have of IPv6 outside of
2000::/3 is refused as such), and multicast: no webhook's receiver stands there, whether it could be
reached or not. 6to4 and Teredo among them lead to any IPv4 address that is written into them."""
_NAT64 = ipaddress.ip_network("64:ff9b::/96")
_PORTS = {"http": 80, "https": 443}


@dataclass(frozen=True, kw_only=True, slots=True)
class Allowed:
    """Networks that are no public ones, and yet may be sent to, with or without TLS.

    Attributes:
        operator: By the operator's own webhooks.
        providers: By those of providers, and by the operator's.
        denied: Networks that must not be sent to though they are public ones, as they are the
            operator's own. Where one lies within an allowed one, or the other way round, the
            smaller counts.
    """

    operator: tuple[Network, ...] = ()
    providers: tuple[Network, ...] = ()
    denied: tuple[Network, ...] = ()

    def networks(self, *, operator: bool) -> tuple[Network, ...]:
        """What counts for a webhook."""
        return (*self.operator, *self.providers) if operator else self.providers


@dataclass(frozen=True, slots=True)
class Target:
    """An address that may be connected to, for a URL."""

    host: str
    address: str
    port: int


async def target(
    url: str, allowed: Iterable[Network], resolve: Resolve, denied: Iterable[Network] = ()
) -> Target:
    """The address that a URL may be sent to now.

    Args:
        url: Where to send.
        allowed: Networks that may be sent to though they are no public ones.
        resolve: Host and port -> addresses.
        denied: Networks that must not be sent to.

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
    own, refused = tuple(allowed), tuple(denied)
    if not addresses:
        raise WebhookTargetError("the host of the URL cannot be resolved")
    inside = [_size(address, own) > _size(address, refused) for address in addresses]
    if not all(
        is_own or (_is_public(address) and _size(address, refused) < 0)
        for is_own, address in zip(inside, addresses, strict=True)
    ):
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


def _size(address: Address, networks: Iterable[Network]) -> int:
    """Length of the longest prefix among these that an address, or one in it, is in; else -1."""
    meant = (address, *_inside(address))
    return max(
        (network.prefixlen for network in networks for one in meant if _is_in(one, network)),
        default=-1,
    )


def _is_in(address: Address, network: Network) -> bool:
    return address.version == network.version and address in network


def _is_public(address: Address) -> bool:
    """Whether an address is of the public internet, and what it may carry inside too."""
    if address.version == 6 and address not in _UNICAST and address not in _NAT64:
        return False
    return not any(_is_in(a, network) for a in (address, *_inside(address)) for network in _SPECIAL)


def _inside(address: Address) -> Iterable[Address]:
    """IPv4 addresses that an IPv6 address stands for: mapped, NAT64, 6to4, Teredo."""
    if isinstance(address, ipaddress.IPv4Address):
        return
    if address in _NAT64:
        yield ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)
    if address.ipv4_mapped is not None:
        yield address.ipv4_mapped
    if address.sixtofour is not None:
        yield address.sixtofour
    if address.teredo is not None:
        yield from address.teredo


class Names:
    """Looks names up for owners.

    Args:
        resolve: Host and port -> addresses.
        of_owner: Look-ups of one owner at the same time.
    """

    def __init__(self, resolve: Resolve, of_owner: int = 4) -> None:
        self._resolve = resolve
        self._of_owner = of_owner
        self._slots: dict[str, asyncio.Semaphore] = {}
        self._running: set[asyncio.Future[Sequence[str]]] = set()

    def of(self, owner: str) -> Resolve:
        """Looks names up for one of them."""
        slots = self._slots.setdefault(owner, asyncio.Semaphore(self._of_owner))

        async def resolve(host: str, port: int) -> Sequence[str]:
            await slots.acquire()
            task = asyncio.ensure_future(self._resolve(host, port))
            self._running.add(task)
            task.add_done_callback(lambda done: self._end(done, slots))
            return await asyncio.shield(task)  # who waits no longer does not end it

        return resolve

    def _end(self, task: asyncio.Future[Sequence[str]], slots: asyncio.Semaphore) -> None:
        self._running.discard(task)
        slots.release()
        if not task.cancelled():
            task.exception()  # whoever wanted it may have gone


async def resolved(host: str, port: int) -> Sequence[str]:
    """What this host's resolver makes of a name.

    Raises:
        OSError: Nothing.
    """
    loop = asyncio.get_running_loop()
    found: asyncio.Future[Sequence[str]] = loop.create_future()

    def look() -> None:
        try:
            addresses = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
        except (OSError, UnicodeError) as error:
            _tell(loop, found, found.set_exception, error)
        else:
            _tell(loop, found, found.set_result, [str(where[0]) for *_, where in addresses])

    Thread(target=look, name="resolver", daemon=True).start()
    return await found


def _tell(
    loop: asyncio.AbstractEventLoop,
    found: asyncio.Future[Sequence[str]],
    put: Callable[[Any], None],
    value: Any,
) -> None:
    with suppress(RuntimeError):  # the service has ended meanwhile
        loop.call_soon_threadsafe(lambda: None if found.done() else put(value))
