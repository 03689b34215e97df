"""Octets as the text that ON-API publishes, and back."""

from __future__ import annotations

import re

_HEX = re.compile("0x(?:[0-9a-f]{2})+")


def text(octets: bytes) -> str:
    """The published form: the value itself if it is printable UTF-8, else ``0x`` and hex.

    Hex is in lower case. Empty octets, which are never published, become ``0x``.
    """
    try:
        found = octets.decode()
    except UnicodeDecodeError:
        found = ""
    return found if found and found.isprintable() else f"0x{octets.hex()}"


def from_text(published: str) -> bytes:
    """The octets of a published text: ``from_text(text(octets)) == octets``.

    With one exception that nothing can mend: a switch that sends the letters of ``0x00ff`` is
    published as one that sends the two octets is, and is read as the octets.
    """
    if _HEX.fullmatch(published):
        octets = bytes.fromhex(published[2:])
        if text(octets) == published:
            return octets
    return published.encode("utf-8", "surrogatepass")
