"""Which access had a DHCP identifier, or an address, at a time that is over.

The operator's people are told as far back as anything is kept. A provider is told of the last seven
days, and of an access only what it held itself at that time: all else is not found.
"""

from __future__ import annotations

import ipaddress
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from techinfo.access.lookup import Lookup, Match, Miss
from techinfo.access.rights import Right, right_at
from techinfo.access.viewer import Viewer
from techinfo.dhcp.intervals import Interval
from techinfo.dhcp.matching import Asked
from techinfo.errors import (
    ForbiddenError,
    SharedIdentifierError,
    UnknownIdentifierError,
    UnwatchedError,
)
from techinfo.inventory import Access, Inventory
from techinfo.leases.log import LeaseLog
from techinfo.moments import rfc3339

LONGEST = timedelta(days=7)
"""So far back a provider may ask."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Held:
    """Who had something at a time.

    Attributes:
        how: ``stored``, ``notation`` or ``interpreted`` of an identifier; ``lease`` of an address.
        subscriptions: Ids of those that ran on the access then; of a provider its own.
    """

    access_id: str
    at: datetime
    how: str
    subscriptions: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class PastLookup:
    """Looks up what was known at a time.

    Attributes:
        leases: What the logs of DHCP servers tell; ``None``: none is read.
    """

    inventory: Inventory
    leases: LeaseLog | None = None

    def identifier(self, asked: Asked, viewer: Viewer, at: datetime, now: datetime) -> Held:
        """The access that had an identifier at a time.

        Raises:
            ForbiddenError: The time is too long ago for a provider.
            UnknownIdentifierError: None had it as far as is known, or it was not the viewer's.
            SharedIdentifierError: Several may have had it.
        """
        _must_be_late(viewer, at, now)
        began = self.inventory.identified.began()
        if began is None or at < began:
            since = (
                f": the inventory begins at {rfc3339(began)}" if began and viewer.sees_all else ""
            )
            raise UnknownIdentifierError(f"nothing is known of that time{since}")
        (match,) = Lookup(self.inventory).resolve([asked], times=[at], strict=viewer.options.strict)
        if match is Miss.NOT_UNIQUE:
            raise SharedIdentifierError("not unique: several accesses may have had this identifier")
        if isinstance(match, Miss):
            raise _unknown()
        held = self._right(viewer, match.access_id, at, now)
        if not any(self._is_theirs(held, match, number) for number in range(len(match.known))):
            raise _unknown()
        return _told(held, match.tier.word)

    def address(self, address: str, viewer: Viewer, at: datetime, now: datetime) -> Held:
        """The access whose lease had an IP address, or a prefix, at a time.

        Raises:
            ForbiddenError: The time is too long ago for a provider.
            UnwatchedError: No log of a DHCP server is read.
            UnknownIdentifierError: None had it as far as is known, or it was not the viewer's.
            SharedIdentifierError: The logs name several.
        """
        _must_be_late(viewer, at, now)
        if self.leases is None:
            raise UnwatchedError("no log of a DHCP server is read here")
        found = [
            (self._right(viewer, one.access_id, at, now), one)
            for one in self.leases.history(address=_canonical(address))
            if one.access_id is not None and _ran(one, at)
        ]
        theirs = [(held, one) for held, one in found if self._owns(held, one)]
        if not theirs:
            raise _unknown()
        if len({one.access_id for _, one in found}) > 1:
            raise SharedIdentifierError("not unique: several accesses had this address then")
        return _told(theirs[0][0], "lease")

    def _right(self, viewer: Viewer, access_id: str, at: datetime, now: datetime) -> Right:
        access = self.inventory.access(access_id) or Access(access_id=access_id)
        return right_at(viewer, access, self.inventory, at, now)

    def _is_theirs(self, held: Right, match: Match, number: int) -> bool:
        """An identity of a port is every holder's; one of a VLAN is its holder's alone."""
        known = match.known[number]
        if known.held.vlan is None and not known.held.stored:
            return held.may_see_rows
        return held.holds(known.held.vlan, self._service(held, known.held.vlan))

    def _owns(self, held: Right, lease: Interval) -> bool:
        return held.owns(lease.vlan, self._service(held, lease.vlan), lease.start)

    def _service(self, held: Right, vlan: int | None) -> str | None:
        """What a VLAN carries there; ``None`` too where it may have carried something else then."""
        element = held.access.element
        if vlan is None or element is None or (held.since is not None and held.since > held.at):
            return None
        return self.inventory.service_type(element, held.access.port, vlan)


def _told(held: Right, how: str) -> Held:
    return Held(
        access_id=held.access.access_id,
        at=held.at,
        how=how,
        subscriptions=tuple(dict.fromkeys(_ids(held))),
    )


def _ids(held: Right) -> Iterator[str]:
    for one in held.running:
        if one.subscription_id and (held.full_access or one.provider == held.provider):
            yield one.subscription_id


def _ran(one: Interval, at: datetime) -> bool:
    """Whether a lease ran at a time; one without an end as long as it was heard of."""
    return one.start <= at and (at < one.end if one.end is not None else at <= one.heard)


def _must_be_late(viewer: Viewer, at: datetime, now: datetime) -> None:
    if not viewer.sees_all and at < now - LONGEST:
        raise ForbiddenError("providers are told of the last seven days")


def _unknown() -> UnknownIdentifierError:
    return UnknownIdentifierError("no access of yours had this at that time")


def _canonical(address: str) -> str:
    try:
        if "/" in address:
            return str(ipaddress.ip_network(address, strict=False))
        return str(ipaddress.ip_address(address))
    except ValueError:
        raise UnknownIdentifierError("this is no address") from None
