"""The log of kea-dhcp4 and kea-dhcp6, and Kea's forensic ("legal") log.

The log has what becomes of leases at INFO, without option 82; the packets at DEBUG
(``DHCP4_QUERY_DATA``, debuglevel 55) have it, over several lines. Both name the client and the
transaction, which brings them together. Messages: src/bin/dhcp4/dhcp4_messages.mes and
src/bin/dhcp6/dhcp6_messages.mes of Kea.

The forensic log is part of the open source since 3.0. Its verbs are not to be taken at their word:
a renewal "has been assigned", a decline "has been released". Texts in brackets are octets as they
came, unescaped; only the hex before them counts.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from techinfo.dhcp.events import Event, IdentifierSeen, Kind, LeaseEvent, Message, MessageType
from techinfo.dhcp.identity import Identity, split_option37
from techinfo.dhcp.log_lines import rows
from techinfo.dhcp.notations import digits, duid, leased, mac, mac_of_duid, separated
from techinfo.dhcp.readers.cutting import Lines
from techinfo.dhcp.readers.kea_leases import context_of, identity_of
from techinfo.dhcp.readers.reader import BoundedMemory, Form, Records, Work
from techinfo.dhcp.readers.syslog import SyslogLine, split, time_of

_HEAD = re.compile(
    r"(?:(\d{4}-\d\d-\d\d \d\d:\d\d:\d\d(?:\.\d{1,9})?) +)?"
    r"[A-Z]+ +(?:\[kea-dhcp[46]\.[^]]{1,80}\] )?(DHCP[46]_[A-Z_]+) (.*)",
    re.DOTALL,
)
_FOUR = re.compile(r"\[hwtype=\d+ ([0-9a-f:]*)\], cid=\[[^]]{0,800}\], (tid=0x[0-9a-f]{1,8})")
_SIX = re.compile(r"duid=\[([0-9a-f:]*)\](?:, \[[^]]{0,100}\])?, (tid=0x[0-9a-f]{1,8})")
_LEASE = re.compile(
    r"(?:lease|address|prefix|binding)(?: for)?(?: address| prefix)?"
    r" ([0-9a-f.:]{2,45}(?:/\d{1,3})?)"
    r"(?: and iaid=\d+| for iaid=\d+)?"
    r"(?: has been (?:allocated|reused)| was released properly)(?: for (\d{1,10}) seconds)?"
)
_DECLINED = re.compile(r"DECLINE for addr(?:ess)? ([0-9a-f.:]{2,45}) ")
_KINDS = {
    "DHCP4_LEASE_ALLOC": Kind.GRANTED,
    "DHCP4_LEASE_REUSE": Kind.RENEWED,
    "DHCP4_RELEASE": Kind.RELEASED,
    "DHCP4_DECLINE_LEASE": Kind.DECLINED,
    "DHCP6_LEASE_ALLOC": Kind.GRANTED,
    "DHCP6_PD_LEASE_ALLOC": Kind.GRANTED,
    "DHCP6_LEASE_RENEW": Kind.RENEWED,
    "DHCP6_PD_LEASE_RENEW": Kind.RENEWED,
    "DHCP6_LEASE_REUSE": Kind.RENEWED,
    "DHCP6_PD_LEASE_REUSE": Kind.RENEWED,
    "DHCP6_RELEASE_NA": Kind.RELEASED,
    "DHCP6_RELEASE_PD": Kind.RELEASED,
    "DHCP6_DECLINE_LEASE": Kind.DECLINED,
}
_MESSAGES = {
    f"DHCP{kind}": kind for kind in (MessageType.DISCOVER, MessageType.REQUEST, MessageType.NAK)
}
_PACKET = re.compile(r": (?:trying to send packet )?(DHCP(?:DISCOVER|REQUEST|NAK)) \(type ")
_MSG_TYPE = re.compile(r"msg_type=(DHCP(?:DISCOVER|REQUEST)) \(")
_OFFERED = re.compile(r": lease ([0-9.]{7,15}) will be (?:offered|advertised)")
_PACKETS = frozenset({"DHCP4_PACKET_RECEIVED", "DHCP4_PACKET_SEND"})
_OFFERS = frozenset({"DHCP4_LEASE_OFFER", "DHCP4_LEASE_ADVERT"})
_TWICE = timedelta(seconds=1)
"""A packet that is logged with what is in it was logged a moment before without."""
_OPTION = re.compile(r" *type=(\d{3,5})[^,]{0,30}, len=\d{3,5}:? ?(.*)", re.DOTALL)
_OCTETS = re.compile(r"(?:[0-9a-f]{2}:)*[0-9a-f]{2}")
_REMOTE_6 = re.compile(r"(\d{1,10}) \(uint32\)(?: ([0-9A-Fa-f]*))?")
_LEASED_6 = re.compile(r"(?:address|prefix)=([0-9a-f.:]{2,45}(?:/\d{1,3})?),")
_REQUESTED, _RELAY_AGENT = "050", "082"
_RELAY = re.compile(r"relay\[\d+\]:")


@dataclass(slots=True)
class _Packet:
    """A packet, while its lines come."""

    at: datetime
    client: str
    transaction: str
    six: bool
    said: MessageType | None = None
    address: str | None = None
    in_agent_options: bool = False
    relayed: bool = False
    identity: Identity = field(default_factory=Identity)


class _Log:
    def __init__(self, work: Work) -> None:
        self._work = work
        self._packet: _Packet | None = None
        self._seen: BoundedMemory[tuple[str, str], Identity] = BoundedMemory()
        self._came: BoundedMemory[tuple[str, str, MessageType], datetime] = BoundedMemory()

    def __call__(self, record: bytes) -> Iterable[Event]:
        first, *more = rows(record)
        yield from self._line(first)
        for row in more:
            if self._packet is not None:
                _detail(self._packet, row.decode("utf-8", "replace"))

    def _line(self, record: bytes) -> Iterator[Event]:
        line = record.decode("utf-8", "replace")
        match = _HEAD.fullmatch(line)
        header = None if match else _of_syslog(record)
        if header is not None:
            match = _HEAD.fullmatch(header.message)
            line = header.message if self._packet is not None else line
        if match is None:
            if self._packet is not None:
                _detail(self._packet, line)
            elif not line[:1].isspace() and "[kea-" not in line:
                self._work.tally.bad("is no line of this log", record)
            return
        yield from self.settle()
        clock = self._work.clock
        at = clock.iso(match[1]) if match[1] else time_of(header, clock) if header else None
        if at is None:
            self._work.tally.bad("its time cannot be read", record)
            return
        yield from self._told(at, match[2], match[3], record)

    def _told(self, at: datetime, message: str, words: str, record: bytes) -> Iterator[Event]:
        if message.endswith("_QUERY_DATA"):
            self._packet = _packet(at, words)
        elif message in _PACKETS or message in _OFFERS:
            yield from self._message(at, words, offer=message in _OFFERS)
        elif message in _KINDS:
            yield from self._lease(at, _KINDS[message], words, record)

    def settle(self) -> Iterator[Event]:
        """The packet whose lines have ended."""
        packet, self._packet = self._packet, None
        if packet is None or not packet.identity:
            return
        self._seen[packet.client, packet.transaction] = packet.identity
        if packet.said is not None and (client := mac(packet.client)) is not None:
            came = self._came.get((packet.client, packet.transaction, packet.said), packet.at)
            yield Message(
                at=came if packet.at - came <= _TWICE else packet.at,
                type=packet.said,
                server=self._work.source.name,
                mac=client,
                identity=packet.identity,
                address=packet.address,
            )
            return
        yield IdentifierSeen(
            at=packet.at,
            identity=packet.identity,
            server=self._work.source.name,
            mac=mac_of_duid(packet.client) if packet.six else mac(packet.client),
            duid=packet.client if packet.six else None,
            address=packet.address,
        )

    def _message(self, at: datetime, words: str, *, offer: bool) -> Iterator[Event]:
        """What is asked or answered; Kea tells it from 3.0 on at INFO, before at DEBUG."""
        client, found = _FOUR.match(words), (_OFFERED if offer else _PACKET).search(words)
        hardware = mac(client[1]) if client else None
        if client is None or hardware is None or found is None:
            return
        said = MessageType.OFFER if offer else _MESSAGES[found[1]]
        self._came[client[1], client[2], said] = at
        yield Message(
            at=at,
            type=said,
            server=self._work.source.name,
            mac=hardware,
            identity=self._seen.get((client[1], client[2])),
            address=leased(found[1]) if offer else None,
        )

    def _lease(self, at: datetime, kind: Kind, words: str, record: bytes) -> Iterator[Event]:
        six = _SIX.search(words)
        client = six or _FOUR.search(words)
        lease = (_DECLINED if kind is Kind.DECLINED else _LEASE).search(words)
        address = leased(lease[1]) if lease else None
        if client is None or lease is None or address is None:
            self._work.tally.bad("a client or an address cannot be read", record)
            return
        client_duid = duid(client[1]) if six else None
        lasts = lease[2] if kind is not Kind.DECLINED else None
        yield LeaseEvent(
            at=at,
            kind=kind,
            address=address,
            server=self._work.source.name,
            mac=mac_of_duid(client_duid) if six else mac(client[1]),
            duid=client_duid,
            identity=self._seen.get((client[1], client[2])),
            lifetime_s=int(lasts) if lasts else None,
        )


def _of_syslog(record: bytes) -> SyslogLine | None:
    """A line that Kea has given to syslog or to the journal, with its time or without."""
    line = split(record)
    return line if line is not None and "kea-dhcp" in line.tag else None


def _packet(at: datetime, words: str) -> _Packet | None:
    six = _SIX.match(words)
    match = six or _FOUR.match(words)
    if match is None:
        return None
    packet = _Packet(at, match[1], match[2], six is not None)
    packet.said = _said(packet, words)
    return packet


def _said(packet: _Packet, words: str) -> MessageType | None:
    """Its type, which stands in front of everything that a client writes."""
    written = None if packet.six or packet.said else _MSG_TYPE.search(words)
    return _MESSAGES[written[1]] if written else packet.said


def _detail(packet: _Packet, line: str) -> None:
    """One more line of a packet."""
    if _RELAY.match(line):
        # Relays stand outermost first: what the next one says counts more.
        packet.relayed, packet.identity = True, Identity()
        return
    if line.startswith("msg_type="):
        packet.said = _said(packet, line)
        return
    match = _OPTION.fullmatch(line)
    if match is None:
        return
    if packet.six:
        _option6(packet, match[1], match[2])
    else:
        _option4(packet, match[1], match[2], deep=line.startswith("    "))


def _option4(packet: _Packet, code: str, written: str, *, deep: bool) -> None:
    if not deep:
        packet.in_agent_options = code == _RELAY_AGENT
        if code == _REQUESTED:
            packet.address = leased(written.partition(" ")[0])
        return
    found = _OCTETS.match(written)
    if not packet.in_agent_options or found is None:
        return
    if code == "001":
        packet.identity = replace(packet.identity, circuit=separated(found[0]))
    elif code == "002":
        packet.identity = replace(packet.identity, remote=separated(found[0]))


def _option6(packet: _Packet, code: str, written: str) -> None:
    if not packet.relayed:
        found = _LEASED_6.match(written)
        packet.address = leased(found[1]) if found else packet.address
        return
    if code == "00018" and (octets := _OCTETS.match(written)):
        packet.identity = replace(packet.identity, interface=separated(octets[0]))
    elif code == "00037" and (remote := _REMOTE_6.match(written)):
        packet.identity = replace(
            packet.identity, remote6=digits(remote[2] or ""), enterprise=int(remote[1])
        )


LOG = Form(
    name="kea-log",
    about="the log of kea-dhcp4 or kea-dhcp6; option 82 stands in it at debuglevel 55",
    cutter=Lines,
    records=_Log,
    zoned=True,
    overlap=16 * 1024,
)


_LINE = re.compile(
    r"(\d{4}-\d\d-\d\d \d\d:\d\d:\d\d) (\S{1,8}) (?:Address|Prefix): (\S{1,50}) has been "
    r"(assigned|renewed|rebound|released|declined|deleted)(.*)",
    re.DOTALL,
)
_FORENSIC_KINDS = {
    "assigned": Kind.GRANTED,
    "renewed": Kind.RENEWED,
    "rebound": Kind.RENEWED,
    "released": Kind.RELEASED,
    "declined": Kind.DECLINED,
    "deleted": Kind.FREED,
}
_LASTS = re.compile(r" for (?:(\d{1,6}) days? )?(\d{1,6}) hrs (\d{1,2}) mins (\d{1,2}) secs")
_HARDWARE = re.compile(r"hardware address: hwtype=1 ((?:[0-9a-f]{2}:){5}[0-9a-f]{2})")
_DUID = re.compile(r" with DUID: ([0-9a-f:]{2,400})")
_CONTEXT = ", context: {"
_FROM = re.compile(r", identified by |, connected at location ")
_VALUE = re.compile(r"(circuit-id|remote-id|subscriber-id|interface-id): ((?:[0-9a-f]{2}:?)*)")
_NEXT = re.compile(r" and |, connected at location ")


class _Forensic(Records):
    def __init__(self, work: Work) -> None:
        self._work = work

    def __call__(self, record: bytes) -> Iterable[Event]:
        match = _LINE.fullmatch(record.decode("latin-1"))
        at = self._work.clock.named(match[1], match[2]) if match else None
        address = leased(match[3]) if match else None
        if match is None or address is None:
            self._work.tally.bad("is no line of a lease", record)
            return
        if at is None:
            why = f"the zone {match[2]} is not what {self._work.clock.zone} is called then"
            self._work.tally.bad(why, record)
            return
        rest = match[5]
        client = _DUID.search(rest)
        client_duid = duid(client[1].rstrip(":")) if client else None
        hardware = _HARDWARE.search(rest)
        kind = _FORENSIC_KINDS[match[4]]
        yield LeaseEvent(
            at=at,
            kind=kind,
            address=address,
            server=self._work.source.name,
            mac=mac(hardware[1]) if hardware else mac_of_duid(client_duid),
            duid=client_duid,
            identity=self._work.identity(record, _identity, rest),
            lifetime_s=_lifetime(rest),
        )


def _lifetime(rest: str) -> int | None:
    match = _LASTS.match(rest)
    if match is None:
        return None
    days, hours, minutes, seconds = (int(n or 0) for n in match.groups())
    return days * 86_400 + hours * 3600 + minutes * 60 + seconds


def _identity(rest: str) -> Identity | None:
    if (at := rest.rfind(_CONTEXT)) >= 0:
        return identity_of(context_of(rest[at + len(_CONTEXT) - 1 :].rstrip()))
    return _in_words(rest)


def _in_words(rest: str) -> Identity | None:
    """The values where the lease has no context, each skipped with the text in its bracket."""
    start = _FROM.search(rest)
    found: dict[str, bytes] = {}
    at = start.end() if start else len(rest)
    while (match := _VALUE.match(rest, at)) is not None:
        octets = separated(match[2])
        if octets is None:
            return None
        found[match[1]] = octets
        at = match.end()
        if rest.startswith(" (", at):
            at += 2 + len(octets) + 1
        after = _NEXT.match(rest, at)
        if after is None:
            break
        at = after.end()
    remote = found.get("remote-id", b"")
    if "interface-id" not in found and "hop count: " not in rest:
        return Identity(circuit=found.get("circuit-id"), remote=remote) or None
    remote6, enterprise = split_option37(remote)
    interface = found.get("interface-id")
    return Identity(interface=interface, remote6=remote6, enterprise=enterprise) or None


FORENSIC = Form(
    name="kea-forensic",
    about="Kea's forensic log, kea-legal.YYYYMMDD.txt (hook library legal_log)",
    cutter=Lines,
    records=_Forensic,
    zoned=True,
)
