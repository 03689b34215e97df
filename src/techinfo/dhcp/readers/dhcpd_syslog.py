"""What ISC dhcpd logs, DHCPv4 and DHCPv6, with the recipes by which it logs option 82.

dhcpd logs no option 82 by itself; ``on commit`` statements do, before the line of the DHCPACK
(DHCPv6: after the Reply). Known recipes, octets in hex without leading zeros:

* ``COMMIT ip=A mac=M cid=HEX rid=HEX``
* ``o82hex A circuit-id HEX``, ``o82hex A remote-id HEX``, and ``o82raw`` with the value as it is,
  which ends at its first NUL
* ``Lease for A raw option-82 info is CID: DECIMAL AID: HEX``, with dots
* ``Option 82: received a REQUEST DHCP packet from relay-agent R with a circuit-id of "HEX", a
  remote-id of "HEX" for A (M) lease time is N seconds.``
* ``o18 HEX`` and ``o37 HEX`` (DHCPv6)
* ``RELEASE ip=A``, ``EXPIRY ip=A``

Others are for the form ``syslog-pattern``.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime

from techinfo.dhcp.events import Event, Kind, LeaseEvent
from techinfo.dhcp.identity import Identity
from techinfo.dhcp.notations import decimals, mac, separated, unrsyslogged
from techinfo.dhcp.readers.cutting import Lines
from techinfo.dhcp.readers.reader import Form, Remembered, Work
from techinfo.dhcp.readers.syslog_line import SyslogLine, split, time_of
from techinfo.dhcp.readers.words import duid, leased, mac_of_duid, whole

_ACK = re.compile(r"DHCPACK on (\S{1,45}) to (\S{1,60})")
_GONE = re.compile(r"DHCP(?:RELEASE|DECLINE) of (\S{1,45}) from (\S{1,60})")
_REPLY = re.compile(
    r"Reply (?:NA|TA|PD): address (\S{1,50}) to client with duid (\S{1,400}) iaid = -?\d+"
    r" valid for (\d{1,10}) seconds"
)
_COMMIT = re.compile(r"COMMIT ip=(\S+) mac=(\S*) cid=(\S*) rid=(\S*)")
_VALUE = re.compile(r"o82(hex|raw) (\S{1,45}) (circuit|remote)-id ?(.*)", re.DOTALL)
_DECIMAL = re.compile(r"Lease for (\S{1,45}) raw option-82 info is CID: ([\d.]*) AID: ([0-9a-f.]*)")
_QUOTED = re.compile(
    r"Option 82: received a \w{1,20} DHCP packet from relay-agent \S{1,60} with"
    r'(?: a circuit-id of "([0-9a-fA-F:]*)")?,?(?: a remote-id of "([0-9a-fA-F:]*)")?'
    r" for (\S{1,45}) \((\S{1,60})\) lease time is (\S{1,20}) seconds"
)
_ENDED = re.compile(r"(RELEASE|EXPIRY) ip=(\S{1,45})")
_RAW, _DECIMALS, _HEX = 1, 2, 3


@dataclass(frozen=True, slots=True)
class _Said:
    """What recipes have told of an address; the value of the surer one stays.

    Attributes:
        circuit, remote: How sure, and the octets.
    """

    circuit: tuple[int, bytes] = (0, b"")
    remote: tuple[int, bytes] = (0, b"")
    mac: str | None = None

    @property
    def identity(self) -> Identity | None:
        """The values put together; ``None`` when there are none."""
        return Identity(circuit=self.circuit[1], remote=self.remote[1]) or None


def _surer(held: tuple[int, bytes], told: tuple[int, bytes | None] | None) -> tuple[int, bytes]:
    if told is None or told[1] is None or told[0] < held[0]:
        return held
    return told[0], told[1]


class DhcpdLines:
    """Reads the lines one after the other."""

    def __init__(self, work: Work) -> None:
        self.work = work
        self._said: Remembered[str, _Said] = Remembered()
        self._reply: LeaseEvent | None = None
        self._reply_tag = ""
        self.readers: dict[str, Callable[[SyslogLine, bytes], Iterator[Event]]] = {
            "DHCPACK": self._ack,
            "DHCPRELEASE": self._gone,
            "DHCPDECLINE": self._gone,
            "COMMIT": self._commit,
            "o82hex": self._value,
            "o82raw": self._value,
            "Lease": self._decimal,
            "Option": self._quoted,
            "RELEASE": self._ended,
            "EXPIRY": self._ended,
            "Reply": self._replied,
            "o18": self._six,
            "o37": self._six,
        }

    def __call__(self, record: bytes) -> Iterable[Event]:
        """What one more line tells."""
        line = split(record)
        if line is None:
            self.work.tally.bad("is no line of syslog", record)
            return
        first = line.message.partition(" ")[0]
        if self._reply is not None and line.tag == self._reply_tag and first not in _GOES_ON:
            yield from self.settle()
        read = self.readers.get(first)
        if read is not None:
            yield from read(line, record)

    def settle(self) -> Iterator[Event]:
        """A reply of DHCPv6 whose identifiers would have followed."""
        reply, self._reply = self._reply, None
        if reply is not None:
            yield reply

    def time(self, line: SyslogLine, record: bytes) -> datetime | None:
        """When a line was written; one that does not tell is garbage."""
        at = time_of(line, self.work.clock)
        if at is None:
            self.work.tally.bad("its time cannot be read", record)
        return at

    def lease(
        self,
        line: SyslogLine,
        record: bytes,
        kind: Kind,
        address: str,
        client: str | None = None,
        lifetime_s: int | None = None,
    ) -> Iterator[LeaseEvent]:
        """The event of a line about an address of DHCPv4."""
        found = leased(address)
        at = self.time(line, record)
        if found is None or at is None:
            if found is None:
                self.work.tally.bad("an address cannot be read", record)
            return
        said = self._said.get(found, _Said())
        hardware = mac(client) if client else None
        if said.mac and hardware and said.mac != hardware:
            said = _Said()  # told of another client, to whom no line of a lease came
        granted = kind in {Kind.GRANTED, Kind.RENEWED}
        yield LeaseEvent(
            at=at,
            kind=kind,
            address=found,
            server=self.work.source.name,
            mac=hardware or (said.mac if granted else None),
            identity=said.identity if granted else None,
            lifetime_s=(lifetime_s or self.work.source.lease_s) if granted else None,
            cut=_RAW in {said.circuit[0], said.remote[0]},
        )

    def remember(
        self,
        address: str,
        record: bytes,
        *,
        circuit: tuple[int, bytes | None] | None = None,
        remote: tuple[int, bytes | None] | None = None,
        client: str | None = None,
    ) -> None:
        """Keep what a recipe tells of an address, until the line of its lease comes."""
        found = leased(address)
        values = (circuit, remote)
        if found is None or any(value is not None and value[1] is None for value in values):
            self.work.tally.bad("an address or octets cannot be read", record)
            return
        said = self._said.get(found, _Said())
        self._said[found] = _Said(
            circuit=_surer(said.circuit, circuit),
            remote=_surer(said.remote, remote),
            mac=client or said.mac,
        )

    def forget(self, address: str) -> None:
        """What recipes told of an address belongs to one lease, and it has come."""
        self._said.pop(leased(address) or "", None)

    def _ack(self, line: SyslogLine, record: bytes) -> Iterator[Event]:
        if line.message.startswith("DHCPACK to "):
            return  # the answer to a DHCPINFORM: no lease
        match = _ACK.match(line.message)
        if match is None:
            self.work.tally.bad("an address cannot be read", record)
            return
        yield from self.lease(line, record, Kind.GRANTED, match[1], match[2])
        self.forget(match[1])

    def _gone(self, line: SyslogLine, record: bytes) -> Iterator[Event]:
        match = _GONE.match(line.message)
        if match is None:
            self.work.tally.bad("an address cannot be read", record)
        elif line.message.endswith("(found)"):
            yield from self.lease(line, record, Kind.RELEASED, match[1], match[2])
        elif line.message.endswith(": abandoned"):
            yield from self.lease(line, record, Kind.DECLINED, match[1], match[2])

    def _commit(self, line: SyslogLine, record: bytes) -> Iterator[Event]:
        match = _COMMIT.match(line.message)
        if match is None:
            self.work.tally.bad("is cut off", record)
            return iter(())
        circuit, remote = separated(match[3]), separated(match[4])
        self.remember(
            match[1], record, circuit=(_HEX, circuit), remote=(_HEX, remote), client=mac(match[2])
        )
        return iter(())

    def _value(self, line: SyslogLine, record: bytes) -> Iterator[Event]:
        match = _VALUE.match(line.message)
        if match is None:
            self.work.tally.bad("is cut off", record)
            return iter(())
        if match[1] == "hex":
            told: tuple[int, bytes | None] = (_HEX, separated(match[4]))
        else:
            told = (_RAW, unrsyslogged(match[4].encode("latin-1")))
        if match[3] == "circuit":
            self.remember(match[2], record, circuit=told)
        else:
            self.remember(match[2], record, remote=told)
        return iter(())

    def _decimal(self, line: SyslogLine, record: bytes) -> Iterator[Event]:
        if match := _DECIMAL.match(line.message):
            circuit, remote = decimals(match[2]), separated(match[3], ".")
            self.remember(
                match[1], record, circuit=(_DECIMALS, circuit), remote=(_DECIMALS, remote)
            )
        return iter(())

    def _quoted(self, line: SyslogLine, record: bytes) -> Iterator[Event]:
        match = _QUOTED.match(line.message)
        if match is None:
            self.work.tally.bad("is no line of option 82", record)
            return
        circuit, remote = separated(match[1] or ""), separated(match[2] or "")
        self.remember(
            match[3], record, circuit=(_HEX, circuit), remote=(_HEX, remote), client=mac(match[4])
        )
        yield from self.lease(line, record, Kind.GRANTED, match[3], match[4], whole(match[5]))

    def _ended(self, line: SyslogLine, record: bytes) -> Iterator[Event]:
        if match := _ENDED.match(line.message):
            kind = Kind.RELEASED if match[1] == "RELEASE" else Kind.EXPIRED
            yield from self.lease(line, record, kind, match[2])

    def _replied(self, line: SyslogLine, record: bytes) -> Iterator[Event]:
        match = _REPLY.match(line.message)
        address, client = (leased(match[1]), duid(match[2])) if match else (None, None)
        at = self.time(line, record)
        if match is None or address is None or client is None or at is None:
            if at is not None:
                self.work.tally.bad("an address or a client cannot be read", record)
            return iter(())
        self._reply_tag = line.tag
        self._reply = LeaseEvent(
            at=at,
            kind=Kind.GRANTED,
            address=address,
            server=self.work.source.name,
            mac=mac_of_duid(client),
            duid=client,
            lifetime_s=int(match[3]),
        )
        return iter(())

    def _six(self, line: SyslogLine, record: bytes) -> Iterator[Event]:
        if self._reply is None or line.tag != self._reply_tag:
            return iter(())
        octets = separated(line.message[4:].strip())
        if octets is None:
            self.work.tally.bad("octets cannot be read", record)
            return iter(())
        held = self._reply.identity or Identity()
        if line.message.startswith("o18"):
            held = replace(held, interface=octets)
        elif len(octets) > 4:
            number = int.from_bytes(octets[:4], "big")
            held = replace(held, remote6=octets[4:], enterprise=number)
        self._reply = replace(self._reply, identity=held or None)
        return iter(())


_GOES_ON = frozenset({"o18", "o37", "o38", "o18text", "o37text"})
"""First words of lines that come after a Reply and belong to it."""

FORM = Form(
    name="dhcpd-syslog",
    about="what ISC dhcpd logs to syslog, with the recipes that log option 82, 18 and 37",
    cutter=Lines,
    records=DhcpdLines,
    zoned=True,
    overlap=16 * 1024,
)
