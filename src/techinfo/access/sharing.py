"""Whose rows: where several accesses share a port, only the VLAN of a row tells."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import TypeVar

from techinfo.inventory import Access
from techinfo.model import Group, Lease, MacEntry, PortFacts, Shaping

T = TypeVar("T", MacEntry, Lease, Group, Shaping)


@dataclass(frozen=True, slots=True)
class Share:
    """An access's part in its port.

    Attributes:
        shared: Another access hangs on the same port.
        told_apart: Rows can be given to this access and no other.
        vlans: Of a shared port, the tags that are this access's alone.
    """

    shared: bool
    told_apart: bool
    vlans: frozenset[int]


def share(access: Access, neighbours: Iterable[Access]) -> Share:
    """What tells an access apart from the others on its port.

    A tag that a neighbour has too tells nothing; and where the inner tag tells nothing, rows that
    a switch has learnt by it could be anybody's, whatever the outer one is.
    """
    others = tuple(neighbours)
    taken = {tag for other in others for tag in _tags(other)}
    own = frozenset(_tags(access)) - taken
    inner = next(iter(_tags(access)), None)
    return Share(shared=bool(others), told_apart=not others or inner in own, vlans=own)


def _tags(access: Access) -> tuple[int, ...]:
    """Its tags, the inner one first."""
    return tuple(tag for tag in (access.c_vlan, access.s_vlan) if tag is not None)


def own(port: PortFacts, part: Share) -> PortFacts:
    """A port with the rows of one access; a row whose tag is not known is nobody's."""
    if not part.shared:
        return port

    def rows(told: tuple[T, ...]) -> tuple[T, ...]:
        return tuple(r for r in told if part.told_apart and r.vlan in part.vlans)

    return replace(
        port,
        macs=rows(port.macs),
        leases=rows(port.leases),
        groups=rows(port.groups),
        shaping=rows(port.shaping),
        cpe=(),  # a CPE has no VLAN: whose it is, the inventory tells by its MAC address
    )


def untagged(port: PortFacts) -> bool:
    """Whether some row of a port has no VLAN, so that nobody knows whose it is."""
    rows: tuple[MacEntry | Lease | Group, ...] = (*port.macs, *port.leases, *port.groups)
    return any(row.vlan is None for row in rows)
