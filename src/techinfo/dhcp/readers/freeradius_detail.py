"""FreeRADIUS' detail files: accounting of a BNG, access requests, DHCP packets.

A packet is a line with the time and, indented, an attribute a line, up to an empty line. The port
stands in ADSL-Agent-Circuit-Id (VSA 3561), Agent-Circuit-Id (Ericsson), Cisco-AVPair, or, in DHCP,
DHCP-Relay-Circuit-Id; octets as ``0x…`` or quoted with escapes.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime

from techinfo.dhcp.events import Event, IdentifierSeen, Kind, LeaseEvent
from techinfo.dhcp.identity import Field, Identity
from techinfo.dhcp.notations import digits, leased, mac, unescaped, whole
from techinfo.dhcp.readers.clock import epoch
from techinfo.dhcp.readers.cutting import Blocks
from techinfo.dhcp.readers.reader import Form, Work
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
_NOWHERE = "0.0.0.0"  # noqa: S104 (the address that a DHCP client has before it has one)


class _Packets:
    def __init__(self, work: Work) -> None:
        self._work = work

    def __call__(self, record: bytes) -> Iterable[Event]:
        first, *lines = record.decode("latin-1").strip("\n").split("\n")
        told = _attributes(lines)
        at = epoch(told.get("Timestamp", "")) or self._work.clock.ctime(first.strip())
        if at is None or not told:
            self._work.tally.bad("is no packet with a time", record)
            return
        identity = _identity(told)
        client = next((m for n in _CLIENTS if (m := mac(_plain(told.get(n, ""))))), None)
        kind = _KINDS.get(told.get("Acct-Status-Type", told.get("DHCP-Message-Type", "")))
        addresses = [a for n in _ADDRESSES if (a := leased(told.get(n, ""))) and a != _NOWHERE]
        if kind is None:
            if identity is not None:
                yield self._sighting(at, identity, client, addresses)
            return
        granted = kind in {Kind.GRANTED, Kind.RENEWED}
        lasts = whole(told.get("DHCP-IP-Address-Lease-Time", "")) or self._work.source.lease_s
        for address in addresses:
            yield LeaseEvent(
                at=at,
                kind=kind,
                address=address,
                server=self._work.source.name,
                mac=client,
                identity=identity,
                lifetime_s=lasts if granted else None,
            )

    def settle(self) -> Iterator[Event]:
        """Nothing waits."""
        return iter(())

    def _sighting(
        self, at: datetime, identity: Identity, client: str | None, addresses: list[str]
    ) -> IdentifierSeen:
        return IdentifierSeen(
            at=at,
            identity=identity,
            server=self._work.source.name,
            mac=client,
            address=addresses[0] if addresses else None,
        )


def _attributes(lines: Iterable[str]) -> dict[str, str]:
    """Attributes by name; of Cisco-AVPair, the pair within."""
    told: dict[str, str] = {}
    for line in lines:
        match = _ATTRIBUTE.fullmatch(line)
        if match is None:
            continue
        name, value = match.groups()
        if name == "Cisco-AVPair":
            name, _, value = _plain(value).partition("=")
        told.setdefault(name, value)
    return told


def _identity(told: Mapping[str, str]) -> Identity | None:
    values: dict[Field, bytes] = {}
    for name, written in told.items():
        field = field_of(name)
        if field is not None and (value := octets(written, name)):
            values.setdefault(field, value)
    circuit, remote = values.get(Field.CIRCUIT), values.get(Field.REMOTE)
    named = _NAME_OF_PORT.fullmatch(_plain(told.get("User-Name", "")))
    if circuit is None and remote is None and named is not None:
        circuit, remote = digits(named[1]), digits(named[2])
    return Identity(circuit=circuit, remote=remote) or None


def octets(written: str, name: str = "") -> bytes | None:
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


FORM = Form(
    name="freeradius-detail",
    about="FreeRADIUS' detail files: accounting or access requests of a BNG, DHCP",
    cutter=lambda: Blocks(_EMPTY, kept=False),
    records=_Packets,
    zoned=True,
)
