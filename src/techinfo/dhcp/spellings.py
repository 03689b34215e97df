"""From a spelling to octets, in three tiers: as stored, a notation that marks itself, interpreted.

A spelling is whatever somebody copies out of a log or a lease. It is never guessed what it may
mean: every reading that is possible is tried, and only what the inventory knows can match.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from enum import IntEnum
from functools import lru_cache
from typing import NamedTuple

from techinfo.dhcp.identity import Field
from techinfo.dhcp.notations import bare_hex, is_nothing, notations, peeled
from techinfo.dhcp.octets import from_text

_PERCENT = re.compile(rb"%([0-9A-Fa-f]{2})")
_ENTERPRISE = 4
_BARE = "bare hex"
_BLANKS = b" \t\r\n\v\f"
_MOST_KEPT = 256
"""A value that is longer is not remembered."""
MOST_OCTETS = 4096
"""No value is longer; two options of 255 octets in a notation of four characters are shorter."""


class Tier(IntEnum):
    """How sure a match is; the first tier that has one decides."""

    STORED = 1
    NOTATION = 2
    INTERPRETED = 3

    __hash__ = int.__hash__
    """In C; an enumeration's own is not."""

    @property
    def word(self) -> str:
        """As answers have it: stored, notation, interpreted."""
        return _WORDS[self]


_SUREST = Tier.STORED
_WORDS = {tier: tier.name.lower() for tier in Tier}


class Reading(NamedTuple):
    """One thing that a spelling may mean.

    Attributes:
        kind: How it is spelt, in words.
        typed: It is text as somebody typed it, not digits that stand for octets; only then may
            its case be wrong.
        narrow: It stood in an option 82: text is not interpreted any further there.
        enterprise: The number in front of it, which must be the stored one (option 37).
    """

    octets: bytes
    tier: Tier
    kind: str
    typed: bool = False
    narrow: bool = False
    enterprise: int | None = None


def percent_decoded(raw: bytes) -> tuple[bytes, ...]:
    """The octets of a value in a query string: with ``+`` as it is, and as a blank."""
    plain = _PERCENT.sub(_octet, raw)
    form = _PERCENT.sub(_octet, raw.replace(b"+", b" "))
    return (plain,) if plain == form else (plain, form)


def _octet(match: re.Match[bytes]) -> bytes:
    return bytes.fromhex(match[1].decode())


def readings(values: Iterable[bytes], field: Field) -> tuple[Reading, ...]:
    """Everything that a value may mean, the surest first; nothing when it says that there is none.

    Args:
        values: The value, in the ways in which it may have been encoded on its way here.
        field: Which value of an identity it is.
    """
    present = tuple([value for value in values if not is_nothing(value)])
    if sum(map(len, present)) > _MOST_KEPT:
        return _meanings(present, field)
    return _known(present, field)


def _meanings(present: tuple[bytes, ...], field: Field) -> tuple[Reading, ...]:
    found: dict[tuple[bytes, int | None, bool], Reading] = {}
    for tier, meant in _TIERS:
        for value in present:
            for octets, kind, typed in meant(value):
                if (octets, None, typed) not in found:
                    found[octets, None, typed] = Reading(octets, tier, kind, typed)
                if tier is not Tier.STORED:
                    for reading in _unwrapped(octets, tier, kind, typed, field):
                        key = (reading.octets, reading.enterprise, reading.typed)
                        found.setdefault(key, reading)
    return tuple(found.values())


def of_option82(octets: bytes) -> tuple[Reading, ...]:
    """The reading of a value that stood in an option 82."""
    return (Reading(octets, _SUREST, "option 82", True, True),)


def of_octets(octets: bytes, enterprise: int | None = None) -> tuple[Reading, ...]:
    """The reading of a value whose octets are known, as from a reader of leases.

    Args:
        octets: The value.
        enterprise: The number that stood in front of it in option 37. A relay may have forgotten
            it; then the first four octets of the value were taken for it.
    """
    sure = Reading(octets=octets, tier=Tier.STORED, kind="octets")
    if enterprise is None:
        return (sure,)
    whole = enterprise.to_bytes(_ENTERPRISE, "big") + octets
    return (
        sure._replace(enterprise=enterprise),
        sure._replace(octets=whole, tier=Tier.NOTATION, kind="octets without enterprise number"),
    )


_known = lru_cache(maxsize=4096)(_meanings)
"""Ports of switches have the same circuit-ids, and a switch has one remote-id."""
_Meant = tuple[bytes, str, bool]
"""Octets, how they are spelt, and whether they are text as somebody typed it."""


def _stored(value: bytes) -> Iterator[_Meant]:
    yield value, "as is", True
    if value.startswith(b"0x") and value.isascii():
        octets = from_text(value.decode())
        if octets != value:
            yield octets, "as published", False


def _notation(value: bytes) -> Iterator[_Meant]:
    yield value, "as is", True
    yield from notations(value)


def _interpreted(value: bytes) -> Iterator[_Meant]:
    trimmed = value.strip(_BLANKS)
    found = [*_decoded(trimmed, "")] if trimmed else []
    if trimmed != value:
        yield from found
    elif found and found[-1][1] == _BARE:  # the others are known from `_notation`
        yield found[-1]
    for octets, kind, _ in found:
        yield from _decoded(octets, f" in {kind}")


def _decoded(value: bytes, within: str) -> Iterator[_Meant]:
    for octets, kind, typed in notations(value):
        yield octets, f"{kind}{within}", typed
    if (octets_ := bare_hex(value)) is not None:
        yield octets_, f"{_BARE}{within}", False


_TIERS = ((Tier.STORED, _stored), (Tier.NOTATION, _notation), (Tier.INTERPRETED, _interpreted))


def _unwrapped(
    octets: bytes, tier: Tier, kind: str, typed: bool, field: Field
) -> Iterator[Reading]:
    """The same without a header around it, and without an enterprise number in front."""
    inner = [(value, f"{kind}, with header") for value in peeled(octets, field)]
    for value, named in inner:
        yield Reading(value, tier, named, typed)
    if field is not Field.REMOTE6:
        return
    for value, named in ((octets, kind), *inner):
        if len(value) > _ENTERPRISE:
            yield Reading(
                value[_ENTERPRISE:],
                tier,
                f"{named}, with enterprise number",
                typed,
                enterprise=int.from_bytes(value[:_ENTERPRISE], "big"),
            )
