"""What DHCP servers log: something happened to a lease, or an identifier was seen."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from techinfo.dhcp.identity import Identity
from techinfo.dhcp.octets import text


class Kind(StrEnum):
    """What happened to a lease.

    Servers use their verbs loosely: a renewal is logged as "assigned", a decline as "released"
    (Kea 3.0 forensic log). So a kind is a claim; `techinfo.dhcp.intervals` holds it against the
    state of the lease.
    """

    GRANTED = "granted"
    """A client holds it from now on, or goes on holding it."""
    RENEWED = "renewed"
    """A client goes on holding it."""
    RELEASED = "released"
    """The client gave it back."""
    EXPIRED = "expired"
    """Its time ran out."""
    DECLINED = "declined"
    """The client found the address in use."""
    FREED = "freed"
    """It belongs to no client any more; the source does not say why."""


@dataclass(frozen=True, kw_only=True, slots=True)
class LeaseEvent:
    """What happened to one lease.

    Attributes:
        at: When it happened, UTC.
        address: ``10.0.0.1``, ``2001:db8::2e`` or, delegated, ``2001:db8::/56``; canonical.
        mac: Of the client; ``None`` when neither source nor DUID has it.
        duid: Of a DHCPv6 client, hex with colons.
        identity: What the relay sent; ``None`` when the source does not have it.
        lifetime_s: How long the lease lasts from `at`; ``None``: not known.
        server: The source, as the settings call it.
        at_least: `at` is the earliest moment that it may have been; it may have been later.
        cut: The source ends values at their first NUL: one that is no text may go on.
    """

    at: datetime
    kind: Kind
    address: str
    server: str
    mac: str | None = None
    duid: str | None = None
    identity: Identity | None = None
    lifetime_s: int | None = None
    at_least: bool = False
    cut: bool = False

    def identities(self) -> Iterator[Identity]:
        """What names the access, the surest first.

        Of values that may have been cut, one that is no text is then taken as not known.
        """
        if self.identity is None:
            return
        yield self.identity
        if self.cut:
            circuit, remote = _text(self.identity.circuit), _text(self.identity.remote)
            texts = replace(self.identity, circuit=circuit, remote=remote)
            if texts and texts != self.identity:
                yield texts


@dataclass(frozen=True, kw_only=True, slots=True)
class IdentifierSeen:
    """An identifier that was seen with a client, with no word about a lease.

    Attributes:
        at: When, UTC.
        address: What the client has or asks for; ``None``: not known.
    """

    at: datetime
    identity: Identity
    server: str
    mac: str | None = None
    duid: str | None = None
    address: str | None = None


class MessageType(StrEnum):
    """A message of DHCPv4 that grants nothing (RFC 2131, 3.1); the values are those of a case."""

    DISCOVER = "DISCOVER"
    OFFER = "OFFER"
    REQUEST = "REQUEST"
    NAK = "NAK"


REQUESTS = frozenset({MessageType.DISCOVER, MessageType.REQUEST})
"""Messages of clients."""
NO_FREE_LEASES, WRONG_ADDRESS = "no free leases", "wrong address"
"""Reasons of a refusal, as a case has them."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Message:
    """A client has asked, or a server has offered or refused; nothing was granted by it.

    Attributes:
        at: When, UTC.
        address: What is asked for, offered or refused; ``None``: not known.
        reason: Why it was refused, as a case has it; ``None``: not told.
    """

    at: datetime
    type: MessageType
    server: str
    mac: str | None = None
    duid: str | None = None
    identity: Identity | None = None
    address: str | None = None
    reason: str | None = None


def _text(octets: bytes | None) -> bytes | None:
    return octets if octets and not text(octets).startswith("0x") else None


Event = LeaseEvent | IdentifierSeen | Message
