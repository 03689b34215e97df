r"""Lines of syslog, and any log whose lines the operator describes by a regular expression.

Syslog is traditional (RFC 3164, without a year), with RFC 3339 times, or RFC 5424. The expression
has named groups, all but ``address`` optional: ``time`` (RFC 3339, local, or seconds since 1970;
else the syslog header's), ``address``, ``length`` (of a prefix), ``mac``, ``duid``, ``lease_s``,
``kind`` (a word of `_WORDS` or `_MESSAGES`; a line without one is of a grant), and the values
``circuit``, ``remote``, ``interface``, ``remote6``, each with how it is written: ``circuit``,
``circuit_hex`` (``0:4:0:64`` or ``00040064``), ``circuit_dec`` (``0.4.0.100``), ``circuit_esc``
(``\000\004``); ``option82`` and ``option37`` in hex.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from typing import NamedTuple

from techinfo.dhcp.events import Event, Kind, LeaseEvent, Message, MessageType
from techinfo.dhcp.identity import Identity, split_option37
from techinfo.dhcp.log_lines import Clock, epoch, unfronted
from techinfo.dhcp.notations import (
    decimals,
    digits,
    duid,
    leased,
    mac,
    mac_of_duid,
    separated,
    unescaped,
    whole,
)
from techinfo.dhcp.octets import parse_option82
from techinfo.dhcp.readers.cutting import Lines
from techinfo.dhcp.readers.reader import Form, Records, Work
from techinfo.errors import OctetError

_STRUCTURED = re.compile(r'(?:-|(?:\[(?:[^]"\\]|"(?:[^"\\]|\\.)*")*\])+)(?: |$)', re.DOTALL)
"""Structured data of RFC 5424, 6.3; a value in it may hold blanks and brackets."""
_BOM = "\xef\xbb\xbf"
_STAMP = 15
"""``Nov 21 05:59:04``."""


class SyslogLine(NamedTuple):
    """One line, its time not read yet: most lines of a log tell nothing of leases.

    Attributes:
        stamp: The time as it is written.
        tag: Host, program and process, as they are written.
        message: What the program said. Octets are characters, each its own.
    """

    stamp: str
    tag: str
    message: str


def split(record: bytes) -> SyslogLine | None:
    """A line in its parts; ``None`` when it does not begin as lines of syslog do."""
    octets, modern = unfronted(record)
    line = octets.decode("latin-1")
    if line[:1].isdigit():
        stamp, _, rest = line.partition(" ")
    else:
        stamp, rest = line[:_STAMP], line[_STAMP + 1 :]
    if modern:  # host, program, process, message identifier, structured data, message
        fields = rest.split(" ", 4)
        structured = _STRUCTURED.match(fields[4]) if len(fields) == 5 else None
        if structured is None:
            return None
        message = fields[4][structured.end() :].removeprefix(_BOM)
        return SyslogLine(stamp, " ".join(fields[:3]), message)
    tag, colon, message = rest.partition(": ")
    if not colon:
        return SyslogLine(stamp, "", rest.removesuffix(":")) if rest.endswith(":") else None
    return SyslogLine(stamp, tag, message)


def time_of(line: SyslogLine, clock: Clock) -> datetime | None:
    """When a line was written; ``None`` when that cannot be read."""
    stamp = line.stamp
    return clock.iso(stamp) if stamp[:1].isdigit() else clock.traditional(stamp)


_VALUES = ("circuit", "remote", "interface", "remote6")
_WRITTEN = ("", "_hex", "_dec", "_esc")
GROUPS = frozenset(
    {"time", "address", "length", "mac", "duid", "lease_s", "kind", "option82", "option37"}
    | {f"{value}{how}" for value in _VALUES for how in _WRITTEN}
)
"""Names that groups may have."""
_WORDS = {
    "ack": Kind.GRANTED,
    "dhcpack": Kind.GRANTED,
    "add": Kind.GRANTED,
    "new": Kind.GRANTED,
    "start": Kind.GRANTED,
    "renew": Kind.RENEWED,
    "release": Kind.RELEASED,
    "dhcprelease": Kind.RELEASED,
    "stop": Kind.RELEASED,
    "expire": Kind.EXPIRED,
    "expiry": Kind.EXPIRED,
    "decline": Kind.DECLINED,
    "dhcpdecline": Kind.DECLINED,
    "free": Kind.FREED,
    "del": Kind.FREED,
} | {kind.value: kind for kind in Kind}
_MESSAGES = {word: kind for kind in MessageType for word in (kind.lower(), f"dhcp{kind.lower()}")}
"""Words of messages that grant nothing; they may be without an address."""
_MOST = 4096
"""Octets of a line that are looked at: a pattern may take long over a line that nearly fits."""


class _Lines(Records):
    def __init__(self, work: Work) -> None:
        self._work = work

    def __call__(self, record: bytes) -> Iterable[Event]:
        pattern = self._work.source.pattern
        match = pattern.search(record[:_MOST].decode("latin-1")) if pattern else None
        if match is None:
            return
        groups = {name: value for name, value in match.groupdict().items() if value is not None}
        word = groups["kind"].lower() if "kind" in groups else Kind.GRANTED.value
        if word in _MESSAGES:
            yield from self._message(_MESSAGES[word], groups, record)
            return
        kind = _WORDS.get(word)
        if kind is None:
            return
        at = self._time(groups.get("time"), record)
        address = leased(groups.get("address", ""), groups.get("length"))
        if at is None or address is None:
            self._work.tally.bad("an address or a time cannot be read", record)
            return
        identity = self._work.identity(record, _identity, groups)
        client = duid(groups.get("duid", ""))
        granted = kind in {Kind.GRANTED, Kind.RENEWED}
        lasts = whole(groups.get("lease_s", "")) or self._work.source.lease_s
        yield LeaseEvent(
            at=at,
            kind=kind,
            address=address,
            server=self._work.source.name,
            mac=mac(groups.get("mac", "")) or mac_of_duid(client),
            duid=client,
            identity=identity,
            lifetime_s=lasts if granted else None,
        )

    def _message(
        self, said: MessageType, groups: Mapping[str, str], record: bytes
    ) -> Iterator[Event]:
        at, client = self._time(groups.get("time"), record), mac(groups.get("mac", ""))
        if at is None or client is None:
            self._work.tally.bad("a client or a time cannot be read", record)
            return
        yield Message(
            at=at,
            type=said,
            server=self._work.source.name,
            mac=client,
            identity=self._work.identity(record, _identity, groups),
            address=leased(groups.get("address", "")),
        )

    def _time(self, written: str | None, record: bytes) -> datetime | None:
        clock = self._work.clock
        if written is not None:
            return epoch(written) or clock.iso(written) or clock.traditional(written)
        line = split(record)
        return time_of(line, clock) if line else None


def _identity(groups: Mapping[str, str]) -> Identity | None:
    if "option82" in groups:
        return parse_option82(_hex(groups["option82"])) or None
    values = {value: _value(groups, value) for value in _VALUES}
    number: int | None = None
    if "option37" in groups:
        remote6, number = split_option37(_hex(groups["option37"]))
        values["remote6"] = remote6 or values["remote6"]
    return Identity(**values, enterprise=number) or None


def _value(groups: Mapping[str, str], name: str) -> bytes | None:
    if (plain := groups.get(name)) is not None:
        return plain.encode("latin-1")
    if (hexadecimal := groups.get(f"{name}_hex")) is not None:
        return _hex(hexadecimal)
    if (decimal := groups.get(f"{name}_dec")) is not None:
        octets = decimals(decimal)
        if octets is None:
            raise OctetError(f"{name}_dec is no row of decimal octets", position=0)
        return octets
    escaped = groups.get(f"{name}_esc")
    return unescaped(escaped.encode("latin-1")) if escaped is not None else None


def _hex(written: str) -> bytes:
    mark = next((mark for mark in ":.- " if mark in written), None)
    if mark and len(written) > 2 and len(written.partition(mark)[0]) <= 2:
        octets = separated(written, mark)
    else:  # in pairs, whatever stands between groups of them
        octets = digits(written.replace(mark, "") if mark else written)
    if octets is None:
        raise OctetError("is no hex", position=0)
    return octets


PATTERN = Form(
    name="syslog-pattern",
    about="any log, by a pattern of your own with named groups",
    cutter=Lines,
    records=_Lines,
    zoned=True,
)
