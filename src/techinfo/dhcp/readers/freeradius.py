r"""FreeRADIUS' detail files and its linelog: accounting of a BNG, access requests, DHCP packets.

A packet of a detail file is a line with the time and, indented, an attribute a line, up to an empty
line. The port stands in ADSL-Agent-Circuit-Id (VSA 3561), Agent-Circuit-Id (Ericsson),
Cisco-AVPair, or, in DHCP, DHCP-Relay-Circuit-Id; octets as ``0x…`` or quoted with escapes.

The format of a linelog is the operator's own. Read is what begins with a local time (``%S``) and
has fields ``name=value``: ``mac`` or ``user``, ``ip``, ``circuit``, ``remote``, and ``acct``
(accounting) or the type of the message after the time (DHCP)::

    format = "%S %{DHCP-Message-Type} mac=%{DHCP-Client-Hardware-Address} \
              ip=%{reply:DHCP-Your-IP-Address} circuit=%{DHCP-Relay-Circuit-Id} \
              remote=%{DHCP-Relay-Remote-Id}"
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime

from techinfo.dhcp.events import Event, IdentifierSeen, Kind, LeaseEvent, Message, MessageType
from techinfo.dhcp.identity import Field, Identity
from techinfo.dhcp.log_lines import epoch
from techinfo.dhcp.notations import address, digits, leased, mac, unescaped, whole
from techinfo.dhcp.readers.cutting import Blocks, Lines
from techinfo.dhcp.readers.reader import BoundedMemory, Form, Records, Work
from techinfo.dhcp.recipes import field_of

_EMPTY = re.compile(rb"\n[ \t]*\r?\n")
_ATTRIBUTE = re.compile(r"\s+([A-Za-z0-9.-]{1,64}) [:+]?= (.*)")
_CLIENTS = ("DHCP-Client-Hardware-Address", "Calling-Station-Id", "User-Name")
_ADDRESSES = (
    "Framed-IP-Address",
    "DHCP-Your-IP-Address",
    "Framed-IPv6-Address",
    "Framed-IPv6-Prefix",
    "Delegated-IPv6-Prefix",
)
_NAME_OF_PORT = re.compile(r"([0-9a-fA-F]{4,}):([0-9a-fA-F]{4,})")
"""Circuit-id and remote-id as a user's name; older BNGs send it so."""
_KINDS = {
    "Start": Kind.GRANTED,
    "Interim-Update": Kind.RENEWED,
    "Alive": Kind.RENEWED,
    "Stop": Kind.RELEASED,
    "DHCP-Ack": Kind.GRANTED,
    "DHCP-Release": Kind.RELEASED,
    "DHCP-Decline": Kind.DECLINED,
}
_MESSAGES = {
    "DHCP-Discover": MessageType.DISCOVER,
    "DHCP-Offer": MessageType.OFFER,
    "DHCP-Request": MessageType.REQUEST,
    "DHCP-NAK": MessageType.NAK,
}
"""Values of DHCP-Message-Type (FreeRADIUS 3, dictionary.dhcp)."""
_NOWHERE = "0.0.0.0"  # noqa: S104 (the address that a DHCP client has before it has one)


class _Packets(Records):
    def __init__(self, work: Work) -> None:
        self._work = work

    def __call__(self, record: bytes) -> Iterable[Event]:
        first, *lines = record.decode("latin-1").strip("\n").split("\n")
        packet = _attributes(lines)
        at = epoch(packet.get("Timestamp", "")) or self._work.clock.ctime(first.strip())
        if at is None or not packet:
            self._work.tally.bad("is no packet with a time", record)
            return
        identity = _identity(packet)
        client = next((m for n in _CLIENTS if (m := mac(_plain(packet.get(n, ""))))), None)
        written = packet.get("Acct-Status-Type", packet.get("DHCP-Message-Type", ""))
        kind, said = _KINDS.get(written), _MESSAGES.get(written)
        addresses = [a for n in _ADDRESSES if (a := leased(packet.get(n, ""))) and a != _NOWHERE]
        if kind is None:
            found = addresses[0] if addresses else None
            yield from _without_a_lease(self._work, at, said, client, identity, found)
            return
        granted = kind in {Kind.GRANTED, Kind.RENEWED}
        lasts = whole(packet.get("DHCP-IP-Address-Lease-Time", "")) or self._work.source.lease_s
        for found in addresses:
            yield LeaseEvent(
                at=at,
                kind=kind,
                address=found,
                server=self._work.source.name,
                mac=client,
                identity=identity,
                lifetime_s=lasts if granted else None,
            )


def _without_a_lease(
    work: Work,
    at: datetime,
    said: MessageType | None,
    client: str | None,
    identity: Identity | None,
    address: str | None,
) -> Iterator[Event]:
    server = work.source.name
    if said is not None and (client is not None or identity is not None):
        yield Message(
            at=at, type=said, server=server, mac=client, identity=identity, address=address
        )
    elif identity is not None:
        yield IdentifierSeen(at=at, identity=identity, server=server, mac=client, address=address)


def _attributes(lines: Iterable[str]) -> dict[str, str]:
    """Attributes by name; of Cisco-AVPair, the pair within."""
    packet: dict[str, str] = {}
    for line in lines:
        match = _ATTRIBUTE.fullmatch(line)
        if match is None:
            continue
        name, value = match.groups()
        if name == "Cisco-AVPair":
            name, _, value = _plain(value).partition("=")
        packet.setdefault(name, value)
    return packet


def _identity(packet: Mapping[str, str]) -> Identity | None:
    values: dict[Field, bytes] = {}
    for name, written in packet.items():
        field = field_of(name)
        if field is not None and (value := _attribute_octets(written, name)):
            values.setdefault(field, value)
    circuit, remote = values.get(Field.CIRCUIT), values.get(Field.REMOTE)
    named = _NAME_OF_PORT.fullmatch(_plain(packet.get("User-Name", "")))
    if circuit is None and remote is None and named is not None:
        circuit, remote = digits(named[1]), digits(named[2])
    return Identity(circuit=circuit, remote=remote) or None


def _attribute_octets(written: str, name: str = "") -> bytes | None:
    """The octets of an attribute: ``0x…``, or quoted with escapes; of Cisco's tags hex or text."""
    if name.endswith("-tag"):
        return digits(written) or unescaped(written.encode("latin-1"))
    if written.startswith("0x"):
        return digits(written)
    if len(written) >= 2 and written[0] == written[-1] == '"':
        return unescaped(written[1:-1].encode("latin-1"))
    return None


def _plain(written: str) -> str:
    return written[1:-1] if len(written) >= 2 and written[0] == written[-1] == '"' else written


DETAIL = Form(
    name="freeradius-detail",
    about="FreeRADIUS' detail files: accounting or access requests of a BNG, DHCP",
    cutter=lambda: Blocks(_EMPTY, kept=False),
    records=_Packets,
    zoned=True,
)


_LINE = re.compile(r"(\d{4}-\d\d-\d\d \d\d:\d\d:\d\d) (DHCP-[A-Za-z-]{1,20})?(.*)", re.DOTALL)
_FIELD = re.compile(r" (mac|user|ip|acct|circuit|remote)=(\S*)")
_LINELOG_KINDS = _KINDS | {"DHCP-Request": Kind.GRANTED}


class _Lines(Records):
    def __init__(self, work: Work) -> None:
        self._work = work
        self._had: BoundedMemory[str, str] = BoundedMemory()

    def __call__(self, record: bytes) -> Iterable[Event]:
        match = _LINE.fullmatch(record.decode("latin-1"))
        at = self._work.clock.iso(match[1]) if match else None
        if match is None or at is None:
            self._work.tally.bad("does not begin with a time", record)
            return
        fields: dict[str, str] = {}
        for field in _FIELD.finditer(" " + match[3].lstrip()):
            fields.setdefault(field[1], field[2])
        if not fields:
            self._work.tally.bad("has none of the fields mac, user, ip, circuit, remote", record)
            return
        yield from self._event(at, fields.get("acct", match[2] or ""), fields, record)

    def _event(
        self, at: datetime, written: str, fields: dict[str, str], record: bytes
    ) -> Iterator[Event]:
        kind, said = _LINELOG_KINDS.get(written), _MESSAGES.get(written)
        circuit, remote = (_linelog_octets(fields.get(name, "")) for name in ("circuit", "remote"))
        identity = Identity(circuit=circuit, remote=remote) or None
        client = mac(fields.get("mac", "") or fields.get("user", ""))
        found = address(fields.get("ip", ""))
        if kind is None or (said is not None and found is None):
            yield from _without_a_lease(self._work, at, said, client, identity, found)
            return
        granted = kind in {Kind.GRANTED, Kind.RENEWED}
        # A release is logged without an address, as the reply has none.
        found = found or (self._had.get(client or "") if not granted else None)
        if found is None:
            if granted:
                self._work.tally.bad("has no address", record)
            return
        if granted and client:
            self._had[client] = found
        yield LeaseEvent(
            at=at,
            kind=kind,
            address=found,
            server=self._work.source.name,
            mac=client,
            identity=identity,
            lifetime_s=self._work.source.lease_s if granted else None,
        )


def _linelog_octets(written: str) -> bytes | None:
    """``0x…``, or a text with escapes; one with a blank in it is cut, and so is none."""
    return digits(written) if written.startswith("0x") else unescaped(written.encode("latin-1"))


LINELOG = Form(
    name="freeradius-linelog",
    about="lines of FreeRADIUS' linelog: time, type, mac=, ip=, circuit=, remote= (acct=, user=)",
    cutter=Lines,
    records=_Lines,
    zoned=True,
    overlap=16 * 1024,
)
