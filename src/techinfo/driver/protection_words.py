"""What a protection has done to a port, by the words of a MIB's enumeration or of a screen."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from techinfo.driver.cells import ByScalar
from techinfo.driver.convert import Convert
from techinfo.driver.text import decode_text
from techinfo.model import Guard, Protection
from techinfo.wire import Cell

_REASONS = (
    ("", re.compile(r"udld")),  # one way of a fibre, though it may speak of a loop
    ("bpdu-guard", re.compile(r"bpdu")),
    ("loop", re.compile(r"loop|\blbd\b|stplbd")),
    ("storm", re.compile(r"storm|unicastflood")),
    ("link-flap", re.compile(r"linkflap")),
    ("mac-limit", re.compile(r"maclimit")),
    ("security", re.compile(r"psecure|portsec|secviolation|securityviolation|dot1x|arpinsp")),
)
"""Reasons, and what they are called; the first that fits."""
OPEN = Protection(state=Guard.OK)


def reason_of(text: str) -> str | None:
    """The reason in our words; ``None``: another one."""
    plain = re.sub(r"[-_ ]", "", text.lower())
    return next((reason for reason, form in _REASONS if form.search(plain)), None) or None


def blocked(text: str | None) -> Protection:
    """A port that a protection has closed, for the reason that the device writes."""
    return Protection(state=Guard.BLOCKED, reason=reason_of(text or ""), text=text or None)


def restricted(text: str) -> Protection:
    """A port of which a protection lets part of what is connected through."""
    return Protection(state=Guard.RESTRICTED, reason=reason_of(text), text=text)


def _numbered(words: Mapping[int, str] | str) -> Mapping[int, str]:
    return dict(enumerate(words.split(), 1)) if isinstance(words, str) else words


def closed_by_number(
    words: Mapping[int, str] | str, name: str, partly: Iterable[int] = ()
) -> Convert[Protection]:
    """A cause as an enumeration; a number that is not in it closes the port for no known reason.

    Args:
        words: Number -> the MIB's word; "": nothing that this column tells. Of a text, its words
            from 1 on.
        name: Of the enumeration.
        partly: Numbers for which the port is open to some.
    """
    some, named = frozenset(partly), _numbered(words)

    def call(cell: Cell) -> Protection | None:
        if not isinstance(cell, int):
            return None
        word = named.get(cell, f"cause {cell}")
        return None if not word else restricted(word) if cell in some else blocked(word)

    return Convert(name, call)


def closed_by_mode(
    mode: str, words: Mapping[int, str], name: str, *, port: int, vlans: int
) -> ByScalar[Protection]:
    """A cause as an enumeration, which closes the port, or only some of its VLANs.

    Args:
        mode: A scalar with its ``.0``, which says what is closed.
        words: As `closed_by_number`.
        name: Of the enumeration.
        port: The mode in which it is the port.
        vlans: The mode in which it is VLANs: the port is open to the others.
    """
    some = closed_by_number(words, f"{name}, of VLANs", partly=words)
    cases = {port: closed_by_number(words, name), vlans: some}
    return ByScalar(mode, dict(sorted(cases.items())))


def closed_by_text(name: str) -> Convert[Protection]:
    """A cause as the device writes it; the port is open where the text is empty.

    Args:
        name: Of the object.
    """

    def call(cell: Cell) -> Protection | None:
        if not isinstance(cell, bytes):
            return None
        words = decode_text(cell)
        return blocked(words) if words else OPEN

    return Convert(name, call)


def closed_by_bits(words: Mapping[int, str] | str, name: str) -> Convert[Protection]:
    """Causes as BITS: the first that stands; the port is open where none does.

    Args:
        words: Bit -> the MIB's word; bit 0 is the high one of the first octet (RFC 2578, 7.1.4).
            Of a text, its words from bit 1 on.
        name: Of the object.
    """
    named = _numbered(words)

    def call(cell: Cell) -> Protection | None:
        if not isinstance(cell, bytes) or not cell:
            return None
        stand = (n for n in named if n // 8 < len(cell) and cell[n // 8] & 0x80 >> n % 8)
        first = next(stand, None)
        return OPEN if first is None else blocked(named[first])

    return Convert(name, call)
