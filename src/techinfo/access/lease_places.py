"""Where the identifiers of leases are: an inventory's look-up as the log of leases asks it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from techinfo.access.lookup import Lookup, Match, Miss
from techinfo.dhcp.identity import Field, Identity
from techinfo.dhcp.intervals import Whereabouts
from techinfo.dhcp.matching import Asked
from techinfo.dhcp.spellings import Reading, of_octets
from techinfo.inventory import Inventory
from techinfo.leases.log import Resolve


def resolver(inventory: Inventory) -> Resolve:
    """Finds the accesses of identifiers, each at its own time, in the inventory as it is then."""
    lookup = Lookup(inventory)

    def resolve(
        asked: Sequence[tuple[Identity, datetime | None]],
    ) -> Sequence[Whereabouts | None]:
        questions = [_asked(identity) for identity, _ in asked]
        found = lookup.resolve(questions, times=[time for _, time in asked])
        return [_whereabouts(match) for match in found]

    return resolve


def _asked(identity: Identity) -> Asked:
    readings: dict[Field, tuple[Reading, ...]] = {}
    for field in Field:
        octets = field.of(identity)
        if octets is not None:
            number = identity.enterprise if field is Field.REMOTE6 else None
            readings[field] = of_octets(octets, number)
    return Asked(readings=readings)


def _whereabouts(match: Match | Miss) -> Whereabouts | None:
    """The access, and its VLAN if the identifier says just one."""
    if isinstance(match, Miss):
        return None
    vlans = {known.held.vlan for known in match.known}
    return Whereabouts(match.access_id, vlans.pop() if len(vlans) == 1 else None)
