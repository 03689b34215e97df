"""The port that a text names: ``DOM RX Power Sensor for Ethernet1``, ``Gi1/0/49 Bias Current``."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

_BEGIN = re.compile(r"(?<![A-Za-z0-9])(?<![0-9][/.:])[A-Za-z0-9]")
_END = re.compile(r"[A-Za-z0-9](?![A-Za-z0-9])(?![/.:_-][0-9])")
_OF_ANOTHER = re.compile(
    r"(?i)\b(?:slot|unit|card|module|stack|switch|fpc|pic|shelf|rack|member)[ #:-]*[0-9]+[ ,/:-]*\Z"
)
"""``Slot 2 `` before ``Port 1``: a number that counts within something else."""
_PORT_WORD = re.compile(r"(?i)\b(?:port|interface)[ #:]*\Z")
_LINKING = re.compile(r"(?i)(?:\b(?:for|of|on|in|at|port|interface)[ #:]*|[(\[])\Z")
_SHORT = 3
"""A name of fewer letters may be anything: ``X2`` is a kind of pluggable, ``A1`` a revision."""
_MOST_BEGINNINGS = 48
_MOST_WORDS = 12
_MOST_LETTERS = 255  # SnmpAdminString, RFC 3411


def port_named_in(words: str, ports: Mapping[str, int | None]) -> int | None:
    """IfIndex of the one port whose name stands in a text as a whole word, anywhere.

    A name without letters counts only behind ``port`` and the like, a short one only in front or
    behind a word that leads to it. Of names inside one another the longest is meant; a text that
    names two ports is neither's.

    Args:
        words: A name or a description.
        ports: Lower-case name -> ifIndex; ``None`` where two ports share it.
    """
    found: list[tuple[int, int, int | None]] = []
    for begin, end in _spans(words[:_MOST_LETTERS]):
        name = words[begin:end].lower()
        if name in ports and _counts(words[:begin], name):
            found.append((begin, end, ports[name]))
    outermost = {
        port
        for begin, end, port in found
        if not any(b <= begin and end <= e and (b, e) != (begin, end) for b, e, _ in found)
    }
    return outermost.pop() if len(outermost) == 1 else None


def _spans(words: str) -> Iterator[tuple[int, int]]:
    begins = [m.start() for m in _BEGIN.finditer(words)][:_MOST_BEGINNINGS]
    ends = [m.end() for m in _END.finditer(words)]
    for begin in begins:
        later = [end for end in ends if end > begin][:_MOST_WORDS]
        yield from ((begin, end) for end in later)


def _counts(before: str, name: str) -> bool:
    """Whether a name is meant as a port's, by what stands before it."""
    if not any(c.isalpha() for c in name):
        behind = _PORT_WORD.search(before)
        return behind is not None and not _OF_ANOTHER.search(before[: behind.start()])
    if name.startswith("port") and _OF_ANOTHER.search(before):
        return False
    leads = len(name) >= _SHORT or not before.strip() or _LINKING.search(before)
    return bool(leads) and any(c.isdecimal() for c in name)
