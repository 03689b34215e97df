"""What a finding proposes: that two accesses change places in the records, if a person says so."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass

from techinfo.access.wrong_ports.pairs import Finding, Kind
from techinfo.errors import MoveConflictError, UnknownAccessError
from techinfo.inventory import Access, Inventory
from techinfo.inventory.importing.swapping import place_of


@dataclass(frozen=True, kw_only=True, slots=True)
class Proposal:
    """Two accesses that are to change places.

    Attributes:
        one: As the records have it.
        other: The same.
    """

    one: Access
    other: Access

    @property
    def moves(self) -> tuple[tuple[Access, Access], ...]:
        """Each as it is, and the one where it is to be."""
        return (self.one, self.other), (self.other, self.one)

    @property
    def id(self) -> str:
        """Another one as soon as the records have either elsewhere."""
        return _id((self.one, self.other), (self.one, self.other))


def proposal(inventory: Inventory, finding: Finding) -> Proposal | None:
    """What is proposed of swapped accesses; of others nothing is."""
    one, other = inventory.access(finding.access_id), inventory.access(finding.other_id)
    if finding.kind is not Kind.SWAPPED or one is None or other is None:
        return None
    return Proposal(one=one, other=other)


def confirm(
    inventory: Inventory, found: Sequence[Finding], access_id: str, other_id: str, proposal_id: str
) -> bool:
    """Do what is proposed; says whether it had been done already.

    Args:
        inventory: Where the two are.
        found: What is found now.
        access_id: One of the two.
        other_id: The other.
        proposal_id: Of the proposal that a person has seen.

    Raises:
        UnknownAccessError: One of the two is not in the records.
        MoveConflictError: The records have one of them elsewhere by now, nothing says any more
            that they are swapped, or the records do not allow it.
    """
    pair = inventory.access(access_id), inventory.access(other_id)
    if pair[0] is None or pair[1] is None:
        raise UnknownAccessError("no access has this accessId")
    one, other = sorted((pair[0], pair[1]), key=lambda access: access.access_id)
    if proposal_id == _id((one, other), (other, one)):
        return True
    if proposal_id != _id((one, other), (one, other)):
        raise MoveConflictError("the records have changed since this was proposed")
    wanted = {one.access_id, other.access_id}
    swapped = ({now.access_id, now.other_id} for now in found if now.kind is Kind.SWAPPED)
    if wanted not in swapped:
        raise MoveConflictError("nothing says any more that they have changed places")
    inventory.swap(one, other)
    return False


def _id(pair: tuple[Access, Access], places: tuple[Access, Access]) -> str:
    """Of two accesses, each with the place of another, or its own."""
    told = sorted(
        (access.access_id, *place_of(at).items()) for access, at in zip(pair, places, strict=True)
    )
    return hashlib.blake2s(repr(told).encode(), digest_size=8).hexdigest()
