"""What tier 3 takes for the same: blanks, NULs, case, an inner header, MAC notations, encodings."""

from __future__ import annotations

import unicodedata

from techinfo.dhcp.notations import mac_octets
from techinfo.dhcp.spellings import Reading

_MAC_SIZE = 6


def buckets(octets: bytes) -> tuple[bytes, ...]:
    """The keys under which a value is found loosely; equal values share one of them.

    Values that share a key need not be alike: `alike` decides.
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
