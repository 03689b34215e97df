"""Option 82 that names a port without an access: the switch has told the DHCP server who is there.

An identifier of no access may be of another network, of an uplink, or of a VLAN that nobody has
sold. So a switch must be named without a doubt, and write exactly this for a port that polls have
found free with something on it (`techinfo.history.free_ports`): where the port leads on, they have
not. What the port would be called, accesses beside it on the switch say.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Collection, Container, Iterable, Iterator, Mapping
from datetime import datetime
from typing import NamedTuple

from techinfo.access.explaining import Explainer
from techinfo.access.leases import asked_of
from techinfo.access.lookup import is_enough
from techinfo.access.wrong_ports.pairs import FreePlace, OnFree, Seen, Source
from techinfo.access.wrong_ports.proposals import on_free_port
from techinfo.dhcp.identity import Identity
from techinfo.dhcp.matching import Asked, agreement
from techinfo.dhcp.pieces import Place
from techinfo.dhcp.spellings import Tier
from techinfo.errors import PatternError
from techinfo.history.free_ports import MOST_ON_PORT
from techinfo.inventory import Access, Inventory
from techinfo.inventory.identifiers.switches import Attached, Switch
from techinfo.leases.log import LeaseLog, Observation

_MAC = re.compile(r"(?:[0-9a-f]{2}:){5}[0-9a-f]{2}")
_MOST_READ = 1000
"""Identifiers that are looked into: each costs some statements."""


class Lease(NamedTuple):
    """Which one: a MAC address in capitals, and the address that it has; ``None``: not told."""

    equipment: str
    address: str | None


def on_circuits(
    inventory: Inventory,
    leases: LeaseLog,
    free: Mapping[str, Collection[FreePlace]],
    known: Container[str],
    since: datetime,
) -> Iterator[tuple[Lease, OnFree]]:
    """Clients that DHCP servers have heard on ports without an access.

    Args:
        inventory: What switches write.
        leases: What was heard.
        free: Element -> its ports without an access on which something is.
        known: Equipment of which somebody knows where it belongs. Who else is on such a port is
            told, too.
        since: From when on.
    """
    by_identity: defaultdict[Identity, list[tuple[str, Observation]]] = defaultdict(list)
    for one in leases.unknown(since) if free else ():
        if one.identity is not None and one.client is not None and _MAC.fullmatch(one.client):
            by_identity[one.identity].append((one.client.upper(), one))
    ports = _Ports(inventory, free)
    looked = 0
    for identity, told in by_identity.items():
        clients = {client for client, _ in told}
        if len(clients) > MOST_ON_PORT or not any(one in known for one in clients):
            continue  # the port leads on, or nobody knows who it is
        looked += 1
        place = ports.named(identity) if looked <= _MOST_READ else None
        if place is not None:
            yield from (
                (Lease(client, one.address), _on(place, client, one)) for client, one in told
            )


def _on(place: FreePlace, client: str, one: Observation) -> OnFree:
    return OnFree(
        equipment=client,
        place=place,
        source=Source.OPTION82,
        since=one.first_at,
        until=one.last_at,
    )


def as_left(leased: Iterable[tuple[Lease, Seen]], left: Mapping[Lease, datetime]) -> Iterator[Seen]:
    """Leases on accesses, without the time since their client has asked from elsewhere.

    A DHCP server that knows a client again gives it its old address on a new port as well, and an
    identifier that names no access does not take a lease from the access where it was.

    Args:
        leased: What the logs tell.
        left: When a client was first heard with the identifier of a port without an access.
    """
    for lease, one in leased:
        at = left.get(lease)
        if at is None or at <= one.since:
            yield one
        else:
            yield Seen(
                equipment=one.equipment,
                access_id=one.access_id,
                source=one.source,
                since=one.since,
                until=min(one.until, at),
            )


class _Ports:
    """Which port without an access an identifier names.

    Args:
        inventory: What switches write.
        free: Element -> its ports without an access.
    """

    def __init__(self, inventory: Inventory, free: Mapping[str, Collection[FreePlace]]) -> None:
        self._inventory = inventory
        self._free = free
        self._explainer = Explainer(inventory)
        self._called: dict[str, dict[Attached, FreePlace]] = {}

    def named(self, identity: Identity) -> FreePlace | None:
        """The port; ``None``: none, or more than one may have it."""
        asked = asked_of(identity)
        found = self._explainer.ports(asked)
        if len(found) != 1:
            return None
        ((switch, read),) = found
        places = {
            place
            for at, place in self._attached(switch.name).items()
            if _writes(switch, at, read, asked)
        }
        return places.pop() if len(places) == 1 else None

    def _attached(self, element: str) -> Mapping[Attached, FreePlace]:
        """What accesses on these ports would be, if they were called as those on others."""
        if element not in self._free:
            return {}
        found = self._called.get(element)
        if found is None:
            found = self._called[element] = {
                _of(there): place
                for access in self._inventory.accesses_on(element)
                for place in self._free[element]
                if (there := on_free_port(access, place)) is not None
            }
        return found


def _of(access: Access) -> Attached:
    return Attached(
        "", access.element, access.port, access.port_by, access.module, access.port_number
    )


def _writes(switch: Switch, at: Attached, read: Place, asked: Asked) -> bool:
    """Whether a switch writes this for a port, and no other switch may."""
    try:
        identity = switch.identity(at, read.vlan)
    except PatternError:
        return False
    how = agreement(asked, identity, Tier.NOTATION) if identity is not None else None
    return how is not None and is_enough(switch.alone, how)
