"""Identifiers of one client that a log spreads over lines, put together again.

A lease file has one statement in a line, a debug log one option, a script's environment one
variable. What belongs together stands close together, and each value once.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import NamedTuple

from techinfo.dhcp.identity import Field
from techinfo.dhcp.mentions import Mention, mentions
from techinfo.dhcp.spellings import Tier, readings

_MOST_APART = 12
"""Lines between two values of one client: the lease statements of ISC dhcpd, and some more."""
_BOUNDARIES = (b" DHCP", b"--- ", b"lease ", b"EVENT=")
_SINGLE = ("circuit", "remote", "interface", "remote6")


class Gathered(NamedTuple):
    """What a log says of one client.

    Attributes:
        line: Where it begins, from 1.
        time: When it was, as far as the lines before have told.
    """

    line: int
    mention: Mention
    time: datetime | None


class Gatherer:
    """Takes lines one by one, and gives what is complete."""

    def __init__(self) -> None:
        self._open: Mention | None = None
        self._line = 0
        self._last = 0
        self._time: datetime | None = None
        self._ipv6 = False

    def feed(self, number: int, line: bytes, time: datetime | None) -> Iterator[Gathered]:
        """Take a line.

        Args:
            number: Of the line, from 1.
            line: Without its end.
            time: When it was; ``None``: as the line before.
        """
        self._note_family(line)
        found = list(mentions(line))
        if not found and self._open is not None and _ends(line):
            yield from self.end()
        for mention in found:
            told = self._of_family(mention)
            if told.whole:
                yield from self.end()
                yield Gathered(number, told, time)
                continue
            joined = self._joined(number, told)
            if joined is None:
                yield from self.end()
                self._line, joined = number, told
            self._open, self._last, self._time = joined, number, time or self._time

    def end(self) -> Iterator[Gathered]:
        """Nothing follows that belongs to what is open."""
        if self._open is not None:
            yield Gathered(self._line, self._open, self._time)
            self._open = None

    def _note_family(self, line: bytes) -> None:
        """Lease files call the remote-id of both families alike; their blocks do not."""
        if line.startswith((b"ia-na", b"ia-pd", b"ia-ta")):
            self._ipv6 = True
        elif line.startswith(b"lease "):
            self._ipv6 = False

    def _of_family(self, mention: Mention) -> Mention:
        if self._ipv6 and mention.remote is not None and mention.circuit is None:
            return mention._replace(remote=None, remote6=mention.remote)
        return mention

    def _joined(self, number: int, mention: Mention) -> Mention | None:
        """What is open together with a further value; ``None``: it is of another client."""
        if self._open is None or number - self._last > _MOST_APART:
            return None
        joined = self._open
        for name in _SINGLE:
            value, before = getattr(mention, name), getattr(joined, name)
            if value is None:
                continue
            if before is None:
                joined = joined._replace(**{name: value})
            elif not _same(before, value, Field(name)):
                return None
        return joined


def _ends(line: bytes) -> bool:
    stripped = line.strip()
    return stripped in {b"", b"}"} or any(mark in line for mark in _BOUNDARIES)


def _same(one: bytes, other: bytes, field: Field) -> bool:
    """Whether two spellings mark themselves as the same octets."""
    if one == other:
        return True
    octets = [
        {reading.octets for reading in readings([value], field) if reading.tier < Tier.INTERPRETED}
        for value in (one, other)
    ]
    return bool(octets[0] & octets[1])
