"""Which access has a DHCP identifier: tiers, all that is supplied, and unique in the network."""

from __future__ import annotations

import logging
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from enum import StrEnum

from techinfo.access.published import is_of
from techinfo.access.viewer import Viewer
from techinfo.dhcp.identity import FAMILIES, Field
from techinfo.dhcp.matching import Agreement, Asked, agreement, keys_asked
from techinfo.dhcp.spellings import Reading, Tier
from techinfo.errors import SharedIdentifierError, UnknownIdentifierError
from techinfo.inventory import Found, Inventory, Known
from techinfo.inventory.identifiers.switches import Alone, Switch, place_of, stored_identity
from techinfo.inventory.records import NOBODY, Subscription
from techinfo.values import value

_ALONE = {
    Field.CIRCUIT: Alone.CIRCUIT,
    Field.REMOTE: Alone.REMOTE,
    Field.INTERFACE: Alone.INTERFACE,
    Field.REMOTE6: Alone.REMOTE6,
}
_MANY = 32
"""Questions; of fewer all keys are asked for."""
_log = logging.getLogger(__name__)


class Miss(StrEnum):
    """Why no access is named."""

    UNKNOWN = "unknown"
    """Nothing that is known matches."""
    NOT_UNIQUE = "not unique"
    """Several accesses may have it."""
    STALE = "stale"
    """The index says one access and the patterns of the switch another."""


@value(frozen=True, kw_only=True, slots=True)
class Match:
    """The access that has an identifier.

    Attributes:
        known: Every identity of it that matches.
        matched: Field -> how what was asked was read.
        switch: Whose patterns have written it; ``None`` when it is stored.
    """

    access_id: str
    tier: Tier
    known: tuple[Known, ...]
    matched: dict[Field, Reading]
    switch: Switch | None


class Lookup:
    """Resolves identifiers against an inventory."""

    def __init__(self, inventory: Inventory) -> None:
        self._inventory = inventory
        self._identified = inventory.identified

    def access(self, asked: Asked, viewer: Viewer, now: datetime) -> Match:
        """The access that has an identifier now, for someone who asks.

        Raises:
            UnknownIdentifierError: None has it, or it is of another provider's VLAN.
            SharedIdentifierError: Several may have it.
        """
        match = self.resolve([asked], strict=viewer.options.strict)[0]
        if match is Miss.NOT_UNIQUE:
            raise SharedIdentifierError("not unique: several accesses may have this identifier")
        if isinstance(match, Miss) or not self._may_know(viewer, match, now):
            raise UnknownIdentifierError("no access has this identifier")
        spelt = ", ".join(f"{field}: {reading.kind}" for field, reading in match.matched.items())
        whose = viewer.provider or viewer.name
        _log.info("look-up of %s: %s (%s)", whose, match.tier.word, spelt)
        return match

    def resolve(
        self,
        asked: Sequence[Asked],
        *,
        times: Sequence[datetime | None] | None = None,
        strict: bool = False,
    ) -> list[Match | Miss]:
        """Resolve many identifiers together.

        Args:
            asked: What is known of each.
            times: The time that each is about; ``None`` is now.
            strict: Nothing is interpreted.
        """
        about = times or [None] * len(asked)
        past = any(time is not None for time in about)
        out: list[Match | Miss] = [Miss.UNKNOWN] * len(asked)
        open_ = list(range(len(asked)))
        for tiers in ((Tier.STORED, Tier.NOTATION), (Tier.INTERPRETED,))[: 1 if strict else 2]:
            if not open_:
                break
            heard = self._identified.heard() if len(open_) > _MANY else None
            keys = [keys_asked(asked[number], tiers[-1], heard) for number in open_]
            found, switches = self._identified.found(keys, past=past)
            for number, rows in zip(open_, found, strict=True):
                for tier in tiers:
                    verdict = self._decided(asked[number], rows, tier, about[number], switches)
                    if verdict is not None:
                        out[number] = verdict
                        break
                else:
                    out[number] = Miss.NOT_UNIQUE if rows.cut_off else Miss.UNKNOWN
            open_ = [number for number in open_ if out[number] is Miss.UNKNOWN]
        return out

    def _decided(
        self,
        asked: Asked,
        found: Found,
        tier: Tier,
        time: datetime | None,
        switches: Mapping[str, Switch],
    ) -> Match | Miss | None:
        """What one tier says; ``None``: nothing matches, ask the next one."""
        agreed = [
            (known, how)
            for known in found.rows
            if known.at(time) and (how := agreement(asked, known.held.identity, tier))
        ]
        if not agreed:
            return None
        if found.cut_off or len(agreed) > 1:
            whole = [one for one in agreed if one[1].whole]
            if found.cut_off and (not whole or found.cut_off >= _families(asked)):
                return Miss.NOT_UNIQUE
            agreed = whole or agreed
            agreed = [one for one in agreed if one[0].held.stored] or agreed
            if len({known.access_id for known, _ in agreed}) > 1:
                return Miss.NOT_UNIQUE
        if (
            not any(is_enough(known.held.alone, how) for known, how in agreed)
            and not self._identified.complete()
        ):
            return Miss.NOT_UNIQUE
        known = tuple([one for one, _ in agreed])
        first = known[0]
        element = first.access.element if first.access and not first.held.stored else None
        switch = switches.get(element) if element else None
        if time is None and not self._still_so(known, switch):
            return Miss.STALE
        return Match(
            access_id=first.access_id,
            tier=tier,
            known=known,
            matched=agreed[0][1].matched,
            switch=switch,
        )

    def _still_so(self, found: Sequence[Known], switch: Switch | None) -> bool:
        """Whether the patterns of the switch read the same port as the index has."""
        written = [known for known in found if not known.held.stored]
        if not written:
            return True
        access_id, access = found[0].access_id, found[0].access
        if access is None or switch is None:
            self._alarm(access_id, "it hangs on no switch")
            return False
        for known in written:
            if switch.writes(known.identity, access, known.held.vlan):
                continue
            read = switch.read(known.identity)
            if read is None or read.joined(place_of(access, read.vlan)) is not None:
                continue
            others = self._identified.on_port(switch, read)
            if others and access_id not in others:
                self._alarm(access_id, f"the patterns of {switch.name} read another port")
                return False
        return True

    def _alarm(self, access_id: str, why: str) -> None:
        """Tell the operator, once for each state of the inventory."""
        if self._identified.is_news(access_id):
            _log.error(
                "identifiers of %s are out of date: %s; import the inventory again", access_id, why
            )

    def _may_know(self, viewer: Viewer, match: Match, now: datetime) -> bool:
        """Whether someone may have an identifier: not if it is of another's VLAN."""
        if viewer.sees_all:
            return True
        running = [
            one
            for one in self._inventory.subscriptions_on(match.access_id)
            if one.until is None or one.until > now
        ]
        for known in match.known:
            holders = {one.provider for one in self._holding(known, running)} - {NOBODY}
            if not holders or viewer.provider in holders:
                return True
        return False

    def _holding(self, known: Known, running: Sequence[Subscription]) -> Iterator[Subscription]:
        """The subscriptions that an identity is of."""
        element = known.access.element if known.access else None
        switch = self._identified.switch(element) if element else None
        for one in running:
            if known.held.stored:
                stored = stored_identity(one, switch.enterprise if switch else None)
                if stored == known.identity:
                    yield one
            elif is_of(one, known, self._inventory):
                yield one


def _families(asked: Asked) -> frozenset[int]:
    """The families of which something is supplied, as in `FAMILIES`."""
    return frozenset(
        number
        for number, family in enumerate(FAMILIES)
        if any(asked.readings.get(field) for field in family)
    )


def is_enough(alone: Alone, how: Agreement) -> bool:
    """Whether what has matched names one access of the network, not only of the inventory.

    Args:
        alone: The values that are enough by themselves.
        how: What has matched.
    """
    matched = how.matched
    if len(matched) > 1:
        for port, line in FAMILIES:
            if port in matched and line in matched:
                return True
    return any(alone & _ALONE[field] for field in matched)
