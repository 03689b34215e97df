"""Identifiers of one client that a log spreads over lines, put together again.

A lease file has one statement in a line, a debug log one option, a script's environment one
variable. What belongs together stands close together, and each value once.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import datetime

from techinfo.dhcp.identity import Field, Identity
from techinfo.dhcp.log_lines import FRONT, LogTime, dated, rows
from techinfo.dhcp.mentions import Mention, mentions
from techinfo.dhcp.readers.tshark_fields import columns_of, identity_in, row_of
from techinfo.dhcp.spellings import Tier, readings

_MOST_APART = 12
"""Lines between two values of one client: the lease statements of ISC dhcpd, and some more."""
_KEA_OPTION = re.compile(rb"(\s*)(\w+=)?type=(\d{3,5})\b")
_AGENT = 82
_MOST_OCTETS = 64 * 2**20
_OF_AN_ENTRY, _OF_NOTHING = 256, 128
_LONGEST = 1024
"""Bounds of the lines that are remembered: in all; beside the line itself, where it says something
and where it says nothing; and of one line."""
_TOGETHER = 1000
"""Clients that are told together."""
_BOUNDARIES = (b" DHCP", b"--- ", b"lease ", b"EVENT=")
_SINGLE = ("circuit", "remote", "interface", "remote6")


Gathered = tuple[int, Mention, datetime | None]
"""What a log says of one client: in which line it begins, from 1; its identifiers; and when it was,
as far as the lines so far show."""


class Gatherer:
    """Takes lines, and gives what is complete.

    Args:
        times: When a line was.
        puzzled: Is told the number and the octets of a line in which something was not understood.

    Attributes:
        number: How many lines there were, once all are read.
    """

    def __init__(self, times: LogTime, puzzled: Callable[[int, bytes], None]) -> None:
        self.number = 0
        self._times = times
        self._puzzled = puzzled
        self._open: Mention | None = None
        self._whole: Mention | None = None
        self._line = 0
        self._last = 0
        self._time: datetime | None = None
        self._ipv6 = False
        self._table = _Table()
        self._dump = _Dump()
        self._alone = _Alone()

    def gather(self, lines: Iterable[bytes]) -> Iterator[list[Gathered]]:
        """What is complete with each line and at the end, many together.

        Args:
            lines: Without their ends.
        """
        known, begun, at = self._alone.known, self._times.begun, self._times.at
        out: list[Gathered] = []
        is_between, number = self._is_between(), 0
        for number, line in enumerate(lines, start=1):
            front = (begun.get(line[:FRONT]) or dated(line)) if is_between else None
            said = front and (known.get(line[front[0] :]) or self._alone.read(line, front[0]))
            if front is None or said is None:
                out += self._among_others(number, line)
                is_between = self._is_between()
            else:
                found, whole = said
                if not found:
                    continue
                _, time, match = front
                if match is not None:
                    time = at(match)
                if whole is not None:  # most lines: what `_taken` does with them
                    self._whole, self._last = whole, number
                    out.append((number, whole, time))
                else:
                    for mention in found:
                        out += self._taken(number, line, mention, time)
                    is_between = self._is_between()
            if len(out) >= _TOGETHER:
                yield out
                out = []
        self.number = number
        yield out + self.end()

    def _is_between(self) -> bool:
        """Whether nothing that lines before have begun bears on the next one."""
        begun = self._open is not None or self._ipv6
        return not (begun or self._table.columns or self._dump.within)

    def _among_others(self, number: int, line: bytes) -> list[Gathered]:
        """What is complete with a line that the lines before bear on, or that has no date."""
        time = self._times.of(line)
        out: list[Gathered] = []
        for row in rows(line):
            self._note_family(row)
            found = self._table.mentions(row)
            if not self._dump.may_be_of_agent(row):
                found = []
            if not found and self._open is not None and _ends(row):
                out += self.end()
            for mention in found:
                out += self._taken(number, line, self._of_family(mention), time)
        return out

    def _taken(
        self, number: int, line: bytes, found: Mention, time: datetime | None
    ) -> list[Gathered]:
        if found.puzzling:
            self._puzzled(number, line)
            return []
        if found.whole:
            ended: list[Gathered] = []
            if self._open is not None and not self._repeats(number, self._open, found):
                ended = self.end()
            self._open, self._whole, self._last = None, found, number
            return [*ended, (number, found, time)]
        if self._open is None and self._repeats(number, found, self._whole):
            self._last = number
            return []
        ended, joined = [], self._joined(number, found)
        if joined is None:
            ended = self.end()
            self._line, joined = number, found
        self._open, self._last, self._time = joined, number, time or self._time
        return ended

    def end(self) -> list[Gathered]:
        """Nothing follows that belongs to what is open."""
        if self._open is None:
            return []
        complete = (self._line, self._open, self._time)
        self._open = None
        return [complete]

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

    def _repeats(self, number: int, part: Mention, whole: Mention | None) -> bool:
        """Whether a whole, a few lines before, has all values of a part."""
        if whole is None or number - self._last > _MOST_APART:
            return False
        for name in _SINGLE:
            value, before = getattr(part, name), getattr(whole, name)
            if value is not None and (before is None or not _same(before, value, Field(name))):
                return False
        return True

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
            elif len(value) > len(before) and _cut_at_nul(before, value, Field(name)):
                joined = joined._replace(**{name: value})
        return joined


class _Table:
    """Rows of ``tshark -T fields -E header=y``, once their header has been; else lines.

    Attributes:
        columns: Of the header; none: there has been none.
    """

    def __init__(self) -> None:
        self.columns: list[str] = []

    def mentions(self, line: bytes) -> list[Mention]:
        """What a line says."""
        if columns := columns_of(line):
            self.columns = columns
            return []
        if self.columns and (row := row_of(self.columns, line)):
            return _of_identity(identity_in(row))
        return mentions(line)


_Said = tuple[Sequence[Mention], Mention | None]
"""What a line says; and that, if it is one client of whom other lines say no more."""
_SAYS_NOTHING: _Said = ((), None)


class _Alone:
    """What lines say that say it whatever the lines before them are.

    A client that renews has the same line again, with another time.

    Attributes:
        known: What stands behind a time -> what it says.
    """

    def __init__(self) -> None:
        self.known: dict[bytes, _Said] = {}
        self._octets = 0

    def read(self, line: bytes, at: int) -> _Said | None:
        """What a line says.

        Args:
            line: The line.
            at: Where its time ends.

        Returns:
            ``None`` when that depends on others.
        """
        if len(rows(line)) > 1 or columns_of(line):
            return None
        found = mentions(line)
        one = found[0] if len(found) == 1 else None
        whole = one if one and one.whole and not one.puzzling else None
        said = (found, whole) if found else _SAYS_NOTHING
        if self._octets > _MOST_OCTETS:
            self.known.clear()
            self._octets = 0
        behind = line[at:]
        if len(behind) <= _LONGEST:
            self.known[behind] = said
            self._octets += len(behind) + (_OF_AN_ENTRY if found else _OF_NOTHING)
        return said


def _of_identity(identity: Identity | None) -> list[Mention]:
    if identity is None:
        return []
    remote6 = identity.remote6
    if remote6 is not None and identity.enterprise is not None:
        remote6 = identity.enterprise.to_bytes(4, "big") + remote6
    return [
        Mention(
            circuit=_hex(identity.circuit),
            remote=_hex(identity.remote),
            interface=_hex(identity.interface),
            remote6=_hex(remote6),
        )
    ]


def _hex(value: bytes | None) -> bytes | None:
    return b"0x" + value.hex().encode() if value else None


class _Dump:
    """Which option the sub-options of a dump of Kea are in: only those of option 82 count.

    Attributes:
        within: Indent and code of each option around the line.
    """

    def __init__(self) -> None:
        self.within: list[tuple[int, int]] = []

    def may_be_of_agent(self, line: bytes) -> bool:
        """Whether a line is no sub-option of another option."""
        if not self.within and b"type=" not in line:
            return True
        match = _KEA_OPTION.match(line)
        if match is None:
            if line.strip() != b"options:" and not line[:1].isspace():
                self.within = []
            return True
        indent = 0 if match[2] else len(match[1])
        while self.within and self.within[-1][0] >= indent:
            self.within.pop()
        container = self.within[-1][1] if self.within else _AGENT
        self.within.append((indent, int(match[3])))
        return container == _AGENT


def _ends(line: bytes) -> bool:
    stripped = line.strip()
    return stripped in {b"", b"}"} or any(mark in line for mark in _BOUNDARIES)


def _same(one: bytes, other: bytes, field: Field) -> bool:
    """Whether two spellings mark themselves as the same octets, or one ends at the other's NUL."""
    return (
        one == other
        or bool(_octets(one, field) & _octets(other, field))
        or _cut_at_nul(one, other, field)
        or _cut_at_nul(other, one, field)
    )


def _cut_at_nul(one: bytes, other: bytes, field: Field) -> bool:
    """Whether one is what stands before a NUL of the other: as text, programs cut it there."""
    whole = _octets(other, field)
    return any(octets.startswith(one + b"\0") for octets in whole)


def _octets(value: bytes, field: Field) -> frozenset[bytes]:
    found = readings([value], field)
    return frozenset(one.octets for one in found if one.tier < Tier.INTERPRETED)
