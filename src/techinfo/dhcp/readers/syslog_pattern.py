r"""A log of which the operator says how its lines look, by a regular expression with named groups.

Groups, all but ``address`` optional: ``time`` (RFC 3339, local, or seconds since 1970; else the
syslog header's), ``address``, ``length`` (of a prefix), ``mac``, ``duid``, ``lease_s``, ``kind`` (a
word of `_WORDS`; a line without one is of a grant), and the values ``circuit``, ``remote``,
``interface``, ``remote6``, each with how it is written: ``circuit`` as it is, ``circuit_hex``
(``0:4:0:64`` or ``00040064``), ``circuit_dec`` (``0.4.0.100``), ``circuit_esc`` (``\000\004``);
``option82`` and ``option37`` in hex.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime

from techinfo.dhcp.events import Event, Kind, LeaseEvent
from techinfo.dhcp.identity import Identity
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
from techinfo.dhcp.readers.clock import epoch
from techinfo.dhcp.readers.cutting import Lines
from techinfo.dhcp.readers.reader import Form, Work
from techinfo.dhcp.readers.syslog_line import split, time_of
from techinfo.errors import OctetError

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
_MOST = 4096
"""Octets of a line that are looked at: a pattern may take long over a line that nearly fits."""
_ENTERPRISE = 4


class _Lines:
    def __init__(self, work: Work) -> None:
        self._work = work

    def __call__(self, record: bytes) -> Iterable[Event]:
        pattern = self._work.source.pattern
        match = pattern.search(record[:_MOST].decode("latin-1")) if pattern else None
        if match is None:
            return
        told = {name: value for name, value in match.groupdict().items() if value is not None}
        kind = _WORDS.get(told["kind"].lower()) if "kind" in told else Kind.GRANTED
        if kind is None:
            return
        at = self._time(told.get("time"), record)
        address = leased(told.get("address", ""), told.get("length"))
        if at is None or address is None:
            self._work.tally.bad("an address or a time cannot be read", record)
            return
        try:
            identity = _identity(told)
        except OctetError as error:
            self._work.tally.bad(str(error), record)
            identity = None
        client = duid(told.get("duid", ""))
        granted = kind in {Kind.GRANTED, Kind.RENEWED}
        lasts = whole(told.get("lease_s", "")) or self._work.source.lease_s
        yield LeaseEvent(
            at=at,
            kind=kind,
            address=address,
            server=self._work.source.name,
            mac=mac(told.get("mac", "")) or mac_of_duid(client),
            duid=client,
            identity=identity,
            lifetime_s=lasts if granted else None,
        )

    def settle(self) -> Iterator[Event]:
        """Nothing waits."""
        return iter(())

    def _time(self, written: str | None, record: bytes) -> datetime | None:
        clock = self._work.clock
        if written is not None:
            return epoch(written) or clock.iso(written) or clock.traditional(written)
        line = split(record)
        return time_of(line, clock) if line else None


def _identity(told: Mapping[str, str]) -> Identity | None:
    if "option82" in told:
        return parse_option82(_hex(told["option82"])) or None
    values = {value: _value(told, value) for value in _VALUES}
    number: int | None = None
    if "option37" in told and len(whole_option := _hex(told["option37"])) > _ENTERPRISE:
        number = int.from_bytes(whole_option[:_ENTERPRISE], "big")
        values["remote6"] = whole_option[_ENTERPRISE:]
    found = Identity(
        circuit=values["circuit"],
        remote=values["remote"],
        interface=values["interface"],
        remote6=values["remote6"],
        enterprise=number,
    )
    return found or None


def _value(told: Mapping[str, str], name: str) -> bytes | None:
    if (plain := told.get(name)) is not None:
        return plain.encode("latin-1")
    if (hexadecimal := told.get(f"{name}_hex")) is not None:
        return _hex(hexadecimal)
    if (decimal := told.get(f"{name}_dec")) is not None:
        octets = decimals(decimal)
        if octets is None:
            raise OctetError(f"{name}_dec is no row of decimal octets", position=0)
        return octets
    escaped = told.get(f"{name}_esc")
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


FORM = Form(
    name="syslog-pattern",
    about="any log, by a pattern of your own with named groups",
    cutter=Lines,
    records=_Lines,
    zoned=True,
)
