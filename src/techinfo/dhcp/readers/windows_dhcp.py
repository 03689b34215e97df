"""The audit log of Windows' DHCP server, DhcpSrvLog-Mon.log to -Sun.log: a row for what happened.

A file begins with what its numbers mean; the rows are ``ID,Date,Time,Description,IP Address,…`` of
19 fields since Server 2012, the last but one RelayAgentInformation, the octets of option 82 as
``0x…``. Nothing is quoted and the client chooses its host name, user class and vendor class: a row
with more fields is not taken apart, as a comma in a name would forge what stands behind it. Older
servers write 12 fields, and no option 82.

Sources: the text in front of the rows, and Microsoft's article on BAD_ADDRESS entries, in which
``0x010C766C616E2D323032382D6871`` is a circuit-id ``vlan-2028-hq``. The lease time is not told, and
an expired lease is noted when the server cleans up, hours later.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from techinfo.dhcp.events import Event, Kind, LeaseEvent, Message, MessageType
from techinfo.dhcp.identity import Identity
from techinfo.dhcp.notations import address, digits, mac
from techinfo.dhcp.octets import parse_suboptions
from techinfo.dhcp.readers.cutting import Lines
from techinfo.dhcp.readers.reader import Form, Records, Work
from techinfo.errors import OctetError

_ROW = re.compile(r"(\d{2,5}),(\d\d)/(\d\d)/(\d\d),(\d\d:\d\d:\d\d),(.*)", re.DOTALL)
_FIELDS = 19 - 3
_ADDRESS, _MAC, _RELAY = 1, 3, 14
"""Of the fields behind the time."""
_KINDS = {
    "10": Kind.GRANTED,
    "11": Kind.RENEWED,
    "12": Kind.RELEASED,
    "13": Kind.DECLINED,  # found in use on the network: the row has no client
    "16": Kind.FREED,
    "17": Kind.EXPIRED,
    "18": Kind.EXPIRED,
    "20": Kind.GRANTED,
    "21": Kind.GRANTED,
    "23": Kind.FREED,
}
_GRANTS = frozenset({Kind.GRANTED, Kind.RENEWED})
_DENIED = "15"


class _Rows(Records):
    def __init__(self, work: Work) -> None:
        self._work = work

    def __call__(self, record: bytes) -> Iterable[Event]:
        row = _ROW.fullmatch(record.decode("latin-1").rstrip())
        if row is None:
            if record[:1].isdigit() and record.count(b",") >= _FIELDS:
                self._work.tally.bad("is no row of this log", record)
            return  # what the numbers mean, in front of the rows
        number, month, day, year, time, rest = row.groups()
        kind = _KINDS.get(number)
        if kind is None and number != _DENIED:
            return
        fields = rest.split(",")
        at = self._work.clock.iso(f"20{year}-{month}-{day} {time}")
        if len(fields) != _FIELDS or at is None:
            self._work.tally.bad("has not the 19 fields of Server 2012, or no time", record)
            return
        leased, client = address(fields[_ADDRESS]), mac(fields[_MAC])
        if kind is None:
            if client is not None:
                yield Message(
                    at=at,
                    type=MessageType.NAK,
                    server=self._work.source.name,
                    mac=client,
                    address=leased,
                )
            return
        if leased is None:
            self._work.tally.bad("an address cannot be read", record)
            return
        granted = kind in _GRANTS
        yield LeaseEvent(
            at=at,
            kind=kind,
            address=leased,
            server=self._work.source.name,
            mac=client,
            identity=self._work.identity(record, _identity, fields[_RELAY]) if granted else None,
            lifetime_s=self._work.source.lease_s if granted else None,
        )


def _identity(written: str) -> Identity | None:
    octets = digits(written) if written.startswith("0x") else None
    if octets is None and written:
        raise OctetError("option 82 is no hex", position=0)
    return parse_suboptions(octets or b"") or None


FORM = Form(
    name="windows-dhcp",
    about="the audit log of Windows' DHCP server, 2012 and later (DhcpSrvLog-Mon.log), DHCPv4",
    cutter=Lines,
    records=_Rows,
    zoned=True,
)
