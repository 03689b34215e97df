"""What a finding proposes: that accesses have other places in the records, if a person says so."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from techinfo.access.wrong_ports.pairs import Finding, FreePlace, Kind
from techinfo.errors import MoveConflictError, UnknownAccessError
from techinfo.inventory import Access, Inventory
from techinfo.inventory.importing.moving import place_of

_NUMBERED = re.compile(r"(.*?)([0-9]+)", re.ASCII)
_DIGITS = 16


@dataclass(frozen=True, kw_only=True, slots=True)
class Proposal:
    """Accesses that are to have other places.

    Attributes:
        moves: Each as the records have it, and an access that is where it is to be: the other one,
            or itself on a port without an access.
    """

    moves: tuple[tuple[Access, Access], ...]

    @property
    def id(self) -> str:
        """Another one as soon as the records have one of them elsewhere."""
        return _digest((one, one) for one, _ in self.moves) + _digest(self.moves)


def proposal(inventory: Inventory, finding: Finding) -> Proposal | None:
    """What is proposed of swapped and moved accesses; of others nothing is."""
    one = inventory.access(finding.access_id)
    other = inventory.access(finding.other_id) if finding.other_id is not None else None
    if one is None:
        return None
    if finding.kind is Kind.SWAPPED and other is not None:
        return Proposal(moves=((one, other), (other, one)))
    if finding.kind is Kind.MOVED and finding.free is not None:
        there = on_free_port(one, finding.free)
        return Proposal(moves=((one, there),)) if there is not None else None
    return None


def confirm(
    inventory: Inventory, found: Sequence[Finding], ids: Sequence[str], proposal_id: str
) -> bool:
    """Do what is proposed; says whether it had been done already.

    Args:
        inventory: Where the accesses are.
        found: What is found now.
        ids: The accesses of the proposal.
        proposal_id: Of the proposal that a person has seen.

    Raises:
        UnknownAccessError: One of them is not in the records.
        MoveConflictError: The records have one of them elsewhere by now, nothing says any more
            that they are wrong, or the records do not allow it.
    """
    told = [access for one in ids if (access := inventory.access(one)) is not None]
    if len(told) != len(ids):
        raise UnknownAccessError("no access has this accessId")
    now = _digest((one, one) for one in told)
    if proposal_id[_DIGITS:] == now:
        return True
    if proposal_id[:_DIGITS] != now:
        raise MoveConflictError("the records have changed since this was proposed")
    wanted = {one.access_id for one in told}
    here = (proposal(inventory, one) for one in found if wanted == set(one.ids))
    proposed = next((one for one in here if one is not None and one.id == proposal_id), None)
    if proposed is None:
        raise MoveConflictError("nothing says any more that they have changed places, or moved")
    inventory.move(*proposed.moves)
    return False


def on_free_port(access: Access, free: FreePlace) -> Access | None:
    """An access on a port without one, which is called as the access calls its own.

    ``None``: only the source of the records knows what it would be called there, or another kind of
    port is meant.
    """
    names = {
        "name": free.name,
        "descr": free.descr,
        "index": None if free.if_index is None else str(free.if_index),
        "any": free.name or free.descr,
    }
    port = names.get(access.port_by)
    if port is None or (access.ont_id is None) != (free.ont_id is None):
        return None
    there = replace(access, element=free.element, port=port, ont_id=free.ont_id)
    if (access.module, access.port_number) == (None, None) or port == access.port:
        return there
    number = _number(access, port)
    return None if number is None else replace(there, port_number=number)


def _number(access: Access, port: str) -> int | None:
    """The number of a port that is called as the access's own but for that number."""
    mine, other = _NUMBERED.fullmatch(access.port or ""), _NUMBERED.fullmatch(port)
    if mine is None or other is None or mine[1] != other[1] or int(mine[2]) != access.port_number:
        return None
    return int(other[2])


def _digest(moves: Iterable[tuple[Access, Access]]) -> str:
    """Of accesses, each with the place of another, or its own."""
    told = sorted((access.access_id, *place_of(at).items()) for access, at in moves)
    return hashlib.blake2s(repr(told).encode(), digest_size=_DIGITS // 2).hexdigest()
