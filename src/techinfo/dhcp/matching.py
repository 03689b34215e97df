"""Whether an identity is the one that is asked for: all values that are supplied must match.

Tier 3 takes for the same what differs in blanks, NULs, case, an inner header, the notation of a MAC
address or the encoding of text.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Collection, Mapping
from dataclasses import field
from functools import lru_cache
from itertools import product, starmap
from typing import NamedTuple

from techinfo.dhcp.identity import FAMILIES, Field, Identity
from techinfo.dhcp.notations import mac_octets
from techinfo.dhcp.spellings import Reading, Tier
from techinfo.values import value

_MAC_SIZE = 6


@lru_cache(maxsize=4096)
def buckets(octets: bytes) -> tuple[bytes, ...]:
    """The keys under which tier 3 finds a value.

    Values that are `alike` share a key; values that share a key need not be alike.
    """
    inner = _without_header(octets)
    keys = [_bucket(octets), *([_bucket(inner)] if inner else [])]
    return tuple(dict.fromkeys(key for key in keys if key))


def alike(reading: Reading, stored: bytes) -> bool:
    """Whether a reading may be the stored value, as tier 3 sees it.

    An inner header ``00 LL`` or ``01 LL`` may be on one side only; two different ones are two
    values.
    """
    if _same(reading.octets, stored, reading):
        return True
    inner = _without_header(reading.octets)
    if inner and _same(inner, stored, reading):
        return True
    inner = _without_header(stored)
    return bool(inner and _same(reading.octets, inner, reading))


def _same(one: bytes, other: bytes, reading: Reading) -> bool:
    one, other = one.rstrip(b"\0"), other.rstrip(b"\0")
    if one == other:
        return bool(one)
    if reading.narrow:
        return len(one) != _MAC_SIZE and _text(one) is not None and one.lower() == other.lower()
    addresses = mac_octets(one.strip()), mac_octets(other.strip())
    if any(addresses):
        return (addresses[0] or one).rstrip(b"\0") == (addresses[1] or other).rstrip(b"\0")
    texts = _text(one), _text(other)
    if texts[0] is None or texts[1] is None:
        return False
    return texts[0] == texts[1] or (reading.typed and _lower(texts[0]) == _lower(texts[1]))


def _bucket(octets: bytes) -> bytes:
    octets = octets.rstrip(b"\0")
    if (address := mac_octets(octets.strip())) is not None:
        octets = address.rstrip(b"\0")
    text = _text(octets)
    return octets if text is None else _lower(text).encode()


def _text(octets: bytes) -> str | None:
    """Printable text in UTF-8 or ISO 8859-1, composed and trimmed; ``None`` for other octets."""
    if octets.isascii():
        text = octets.decode("ascii").strip()
        return text if text.isprintable() and text else None
    try:
        text = octets.decode().strip()
    except UnicodeDecodeError:
        text = octets.decode("latin-1").strip()
    return unicodedata.normalize("NFC", text) if text and text.isprintable() else None


def _lower(text: str) -> str:
    """ASCII letters in lower case; what case is elsewhere depends on the language."""
    return (
        text.lower()
        if text.isascii()
        else "".join(letter.lower() if letter.isascii() else letter for letter in text)
    )


def _without_header(octets: bytes) -> bytes | None:
    if len(octets) > 2 and octets[0] in (0, 1) and octets[1] == len(octets) - 2:
        return octets[2:]
    return None


_PLACES = {field: place for place, field in enumerate(Field)}
Key = tuple[int, bytes]
"""Under which an identity is indexed: the number of its fields, as in `_CODES`, with `LOOSE` added
where the octets are as tier 3 sees them; and the octets, of a family the first value with its
length in front, then the second."""
LOOSE = 0x20
_CODES = ((1, 2, 5), (3, 4, 6))
"""Of each family: the number of its first field, its second, and both. Files have them."""
_FAMILIES = tuple(zip(FAMILIES, _CODES, strict=True))
SINGLE, PAIRED = (1, 2, 3, 4), (5, 6)
"""The numbers of the fields, and of both of a family."""
_LAST = Tier.INTERPRETED


def family_of(number: int) -> int:
    """The family, as in `FAMILIES`, of a key with this number, whatever else is added to it."""
    return 0 if number & 7 in _CODES[0] else 1


@value(frozen=True, kw_only=True, slots=True)
class Asked:
    """What is supplied of an identity: the readings of each value, none for one not supplied."""

    readings: dict[Field, tuple[Reading, ...]] = field(default_factory=dict)

    def __bool__(self) -> bool:
        return any(self.readings.values())


class Agreement(NamedTuple):
    """How an identity agrees with what is asked.

    Attributes:
        matched: Field -> the reading that is the identity's value.
        whole: Nothing that is supplied is unknown to the identity.
    """

    matched: dict[Field, Reading]
    whole: bool


def narrowed(found: tuple[Reading, ...], sure: tuple[Reading, ...]) -> tuple[Reading, ...]:
    """What holds when one value is supplied twice: as any spelling, and in an option 82.

    Returns:
        The readings that are the sure value; none when the two contradict each other.
    """
    out = []
    for given in sure:
        for reading in found:
            if reading.octets == given.octets:
                out.append(given._replace(tier=reading.tier, kind=reading.kind))
            elif alike(reading, given.octets):
                out.append(given._replace(tier=Tier.INTERPRETED, kind=reading.kind))
    return tuple(out)


def agreement(asked: Asked, identity: Identity, tier: Tier) -> Agreement | None:
    """How an identity agrees at a tier; ``None``: something contradicts, or nothing matches."""
    matched: dict[Field, Reading] = {}
    supplied = 0
    values = (identity.circuit, identity.remote, identity.interface, identity.remote6)
    for name, found in asked.readings.items():
        if not found:
            continue
        supplied += 1
        stored = values[_PLACES[name]]
        if stored is None:
            continue
        surest = found[0]
        if surest.octets == stored and surest.tier <= tier and surest.enterprise is None:
            matched[name] = surest
        elif reading := _first(found, stored, identity.enterprise, tier):
            matched[name] = reading
        else:
            return None
    return Agreement(matched, len(matched) == supplied) if matched else None


def _first(
    found: tuple[Reading, ...], stored: bytes, enterprise: int | None, tier: Tier
) -> Reading | None:
    for reading in found:
        if reading.enterprise is not None and enterprise not in (None, reading.enterprise):
            continue
        if reading.tier <= tier and reading.octets == stored:
            return reading
        if tier is Tier.INTERPRETED and alike(reading, stored):
            return reading
    return None


class Heard(NamedTuple):
    """What the values of all identities have in common: others need not be looked for.

    Attributes:
        begins: Number of a field -> the first octets of its values.
        halves: Numbers of families of which an identity has the second value alone.
    """

    begins: Mapping[int, Collection[bytes]]
    halves: Collection[int]


def keys_asked(asked: Asked, tier: Tier, heard: Heard | None = None) -> list[Key]:
    """The keys under which every identity that can match at a tier, or at one before, is found.

    Args:
        asked: What is known of it.
        tier: Other keys where it is the last one.
        heard: Without the keys under which nothing can be.
    """
    out: list[Key] = []
    for (port, line), (one, other, both) in _FAMILIES:
        first = _values(asked.readings.get(port), tier)
        second = _values(asked.readings.get(line), tier)
        is_pair, halves = first and second, True
        if heard is not None and tier is not _LAST:
            first = [value for value in first if value[:1] in heard.begins[one]]
            second = [value for value in second if value[:1] in heard.begins[other]]
            halves = both in heard.halves
        if is_pair:
            fronts = [_pair(value, b"") for value in first]
            out += [(both, front) for front in fronts]
            if halves:
                fronts.append(_NONE_IN_FRONT)
            out += [(both, front + value) for front in fronts for value in second]
        else:
            out += [(one, value) for value in first]
            out += [(other, value) for value in second]
    if tier is _LAST:
        out += [(code | LOOSE, value) for code, value in out]
    return out


def keys_of(identity: Identity) -> list[Key]:
    """The keys under which an identity is indexed, each once.

    A loose key that is equal to the exact one is left out: whoever asks loosely asks for both.
    """
    out: list[Key] = []
    for family, (*single, both) in zip(FAMILIES, _CODES, strict=True):
        values = [one.of(identity) or b"" for one in family]
        if not any(values):
            continue
        loose: list[tuple[bytes, ...]] = []
        for code, octets in zip(single, values, strict=True):
            keys = buckets(octets) if octets else ()
            if octets:
                out.append((code, octets))
                out += [(code | LOOSE, key) for key in keys if key != octets]
            loose.append(keys or (b"",))
        exact = _pair(*values)
        out.append((both, exact))
        out += [(both | LOOSE, key) for key in starmap(_pair, product(*loose)) if key != exact]
    return out


def _values(readings: tuple[Reading, ...] | None, tier: Tier) -> list[bytes]:
    if not readings:
        return []
    if tier is not _LAST:
        found = [reading.octets for reading in readings if reading.tier <= tier]
    else:
        found = [key for reading in readings for key in buckets(reading.octets)]
    return found if len(found) < 2 else list(dict.fromkeys(found))


def _pair(first: bytes, second: bytes) -> bytes:
    return len(first).to_bytes(2, "big") + first + second


_NONE_IN_FRONT = _pair(b"", b"")
