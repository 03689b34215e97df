"""From a spelling to octets, in three tiers: as stored, a notation that marks itself, interpreted.

A spelling is whatever somebody copies out of a log or a lease. It is never guessed what it may
mean: every reading that is possible is tried, and only what the inventory knows can match.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from enum import IntEnum
from typing import NamedTuple

from techinfo.dhcp.identity import Field
from techinfo.dhcp.notations import bare_hex, is_nothing, notations, peeled
from techinfo.dhcp.octets import from_text

_PERCENT = re.compile(rb"%([0-9A-Fa-f]{2})")
_ENTERPRISE = 4
_BLANKS = b" \t\r\n\v\f"
MOST_OCTETS = 4096
"""No value is longer; two options of 255 octets in a notation of four characters are shorter."""


class Tier(IntEnum):
    """How sure a match is; the first tier that has one decides."""

    STORED = 1
    NOTATION = 2
    INTERPRETED = 3

    @property
    def word(self) -> str:
        """As answers have it: stored, notation, interpreted."""
        return self.name.lower()


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
    present = [value for value in values if not is_nothing(value)]
    found: dict[tuple[bytes, int | None, bool], Reading] = {}
    for tier in (_stored, _notation, _interpreted):
        for value in present:
            for reading in tier(value, field):
                key = (reading.octets, reading.enterprise, reading.typed)
                found.setdefault(key, reading)
    return tuple(found.values())


def of_option82(octets: bytes) -> tuple[Reading, ...]:
    """The reading of a value that stood in an option 82."""
    return (Reading(octets=octets, tier=Tier.STORED, kind="option 82", typed=True, narrow=True),)


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


def _stored(value: bytes, _field: Field) -> Iterator[Reading]:
    yield Reading(octets=value, tier=Tier.STORED, kind="as is", typed=True)
    if value.startswith(b"0x") and value.isascii():
        octets = from_text(value.decode())
        if octets != value:
            yield Reading(octets=octets, tier=Tier.STORED, kind="as published")


def _notation(value: bytes, field: Field) -> Iterator[Reading]:
    as_is = Reading(octets=value, tier=Tier.NOTATION, kind="as is", typed=True)
    yield from _unwrapped(as_is, field)
    for octets, kind, typed in notations(value):
        reading = Reading(octets=octets, tier=Tier.NOTATION, kind=kind, typed=typed)
        yield reading
        yield from _unwrapped(reading, field)


def _interpreted(value: bytes, field: Field) -> Iterator[Reading]:
    trimmed = value.strip(_BLANKS)
    found = list(_decoded(trimmed, "")) if trimmed else []
    for octets, kind, _ in tuple(found):
        found += _decoded(octets, f" in {kind}")
    for octets, kind, typed in found:
        reading = Reading(octets=octets, tier=Tier.INTERPRETED, kind=kind, typed=typed)
        yield reading
        yield from _unwrapped(reading, field)


def _decoded(value: bytes, within: str) -> Iterator[tuple[bytes, str, bool]]:
    for octets, kind, typed in notations(value):
        yield octets, f"{kind}{within}", typed
    if (octets_ := bare_hex(value)) is not None:
        yield octets_, f"bare hex{within}", False


def _unwrapped(reading: Reading, field: Field) -> Iterator[Reading]:
    """The same without a header around it, and without an enterprise number in front."""
    inner = [
        reading._replace(octets=octets, kind=f"{reading.kind}, with header")
        for octets in peeled(reading.octets, field)
    ]
    yield from inner
    if field is not Field.REMOTE6:
        return
    for one in (reading, *inner):
        if len(one.octets) > _ENTERPRISE:
            yield one._replace(
                octets=one.octets[_ENTERPRISE:],
                kind=f"{one.kind}, with enterprise number",
                enterprise=int.from_bytes(one.octets[:_ENTERPRISE], "big"),
            )
