"""Where a request comes from, and on whose behalf, by its headers."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import lru_cache
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network

from techinfo.api.errors import ApiError
from techinfo.error_codes import Code

_MOST_HOPS = 20
_MOST_OF_A_NAME = 128
"""Characters of X-On-Behalf-Of and X-Case-Reference."""

_MOST_OF_AN_ADDRESS = 80
"""Characters: an IPv6 address with a zone, in brackets, and a port."""

Network = IPv4Network | IPv6Network


class Asking:
    """What the headers of a request say about who asks."""

    __slots__ = ("authorization", "behalf", "case", "forwarded")

    def __init__(self, headers: Sequence[tuple[bytes, bytes]]) -> None:
        self.authorization: list[bytes] = []
        self.forwarded: list[bytes] = []
        self.behalf: list[bytes] = []
        self.case: list[bytes] = []
        for name, value in headers:
            if name == b"authorization":
                self.authorization.append(value)
            elif name == b"x-forwarded-for":
                self.forwarded.append(value)
            elif name == b"x-on-behalf-of":
                self.behalf.append(value)
            elif name == b"x-case-reference":
                self.case.append(value)


def networks(found: Iterable[str]) -> tuple[Network, ...]:
    """Networks from their texts."""
    return tuple(ip_network(network) for network in found)


def client_address(peer: str, forwarded: Sequence[bytes], trusted: Sequence[Network]) -> str:
    """The address of the client: the last one before the proxies that are trusted.

    Args:
        peer: The other end of the connection; empty when it has no address.
        forwarded: Every X-Forwarded-For, in the order of the request.
        trusted: Networks of proxies. What anybody else forwards is ignored.
    """
    if not forwarded or not trusted:
        return _plain(peer)
    address = _parsed(peer)
    if address is None:
        return ""
    hops = b",".join(forwarded).decode("latin-1").split(",")[-_MOST_HOPS:]
    while hops and any(address in network for network in trusted):
        before = _parsed(hops.pop())
        if before is None:  # what stood before that is not known
            break
        address = before
    return str(address)


def neighbourhood(address: str) -> str:
    """What counts as one client: an IPv4 address, the /64 of an IPv6 address."""
    found = _parsed(address)
    if not isinstance(found, IPv6Address):
        return address
    return str(IPv6Network((int(found) >> 64 << 64, 64)))


def text_header(values: Sequence[bytes], header: str) -> str | None:
    """What a header says that names somebody or something in the client's own words.

    Args:
        values: Every such header of the request.
        header: ``X-On-Behalf-Of``, the person that it asks for; ``X-Case-Reference``, the ticket or
            case that it asks about.

    Raises:
        ApiError: 400, there are several, or it is empty, too long, or not printable UTF-8.
    """
    if not values:
        return None
    try:
        (only,) = values
        text = only.decode("utf-8")
    except ValueError:
        raise _malformed(header) from None
    if not text.strip() or len(text) > _MOST_OF_A_NAME or not text.isprintable():
        raise _malformed(header)
    return text


def _malformed(header: str) -> ApiError:
    return ApiError(
        Code.MALFORMED,
        f"{header} is one text of 1 to {_MOST_OF_A_NAME} printable characters",
    )


@lru_cache(maxsize=4096)
def _plain(peer: str) -> str:
    """The address of a peer as it is written here; empty: it has none."""
    address = _parsed(peer)
    return "" if address is None else str(address)


def _parsed(text: str) -> IPv4Address | IPv6Address | None:
    """An address; one that is long is none that anybody has, and is not remembered."""
    return _read(text) if len(text) <= _MOST_OF_AN_ADDRESS else None


@lru_cache(maxsize=4096)
def _read(text: str) -> IPv4Address | IPv6Address | None:
    """An address, as proxies write it too: ``192.0.2.1:4711``, ``[2001:db8::1]:4711``."""
    text = text.strip()
    if text.startswith("["):
        text = text[1:].partition("]")[0]
    elif text.count(":") == 1:
        text = text.partition(":")[0]
    try:
        found = ip_address(text.partition("%")[0])
    except ValueError:
        return None
    mapped = found.ipv4_mapped if isinstance(found, IPv6Address) else None
    return mapped or found
