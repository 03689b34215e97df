"""Output of ``tshark -T fields -E header=y``: packets as they passed.

``tshark -l -Y 'dhcp || dhcpv6' -T fields -E header=y -E separator=/t
-e frame.time_epoch -e dhcp.hw.mac_addr -e dhcp.ip.your -e dhcp.option.dhcp
-e dhcp.option.ip_address_lease_time
-e dhcp.option.agent_information_option.agent_circuit_id
-e dhcp.option.agent_information_option.agent_remote_id``

Without message type and address, packets are sightings of an identifier. An empty sub-option is
``<MISSING>`` in tshark 4.0.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime

from techinfo.dhcp.events import Event, IdentifierSeen, Kind, LeaseEvent, Message, MessageType
from techinfo.dhcp.identity import Identity
from techinfo.dhcp.log_lines import epoch
from techinfo.dhcp.notations import address, digits, duid, mac, mac_of_duid, whole
from techinfo.dhcp.readers.cutting import Lines
from techinfo.dhcp.readers.reader import Form, Records, Work

_TIME = "frame.time_epoch"
_CIRCUIT = "dhcp.option.agent_information_option.agent_circuit_id"
_REMOTE = "dhcp.option.agent_information_option.agent_remote_id"
_OF_SIX = ("dhcpv6.interface_id", "dhcpv6.remoteid_enterprise_id")
_KINDS = {"5": Kind.GRANTED, "7": Kind.RELEASED, "4": Kind.DECLINED}
"""DHCPACK, DHCPRELEASE and DHCPDECLINE (RFC 2132, 9.6)."""
_MESSAGES = {
    "1": MessageType.DISCOVER,
    "2": MessageType.OFFER,
    "3": MessageType.REQUEST,
    "6": MessageType.NAK,
}
"""The others of RFC 2132, 9.6."""
_MISSING = "<MISSING>"
_NOWHERE = "0.0.0.0"  # noqa: S104 (the address that a DHCP client has before it has one)


class _Packets(Records):
    def __init__(self, work: Work) -> None:
        self._work = work
        self._columns: list[str] = []
        if work.source.head:
            self._begin(work.source.head)

    def __call__(self, record: bytes) -> Iterable[Event]:
        if _TIME.encode() in record.split(b"\t"):
            self._begin(record)
            return
        row = row_of(self._columns, record)
        if row is None:
            why = "a row of other columns" if self._columns else "a row before its columns"
            self._work.tally.bad(why, record)
            return
        at = epoch(row.get(_TIME, ""))
        if at is None:
            self._work.tally.bad("its time cannot be read", record)
            return
        client = duid(_first(row.get("dhcpv6.duid.bytes", "")))
        identity = identity_in(row)
        hardware = mac(_first(row.get("dhcp.hw.mac_addr", ""))) or mac_of_duid(client)
        yield from self._event(at, row, identity, hardware, client)

    def _begin(self, head: bytes) -> None:
        names = head.decode("latin-1").strip("\r\n").split("\t")
        if _TIME not in names:
            self._work.tally.bad(f"the column {_TIME} is missing", head)
            return
        self._columns = names

    def _event(
        self,
        at: datetime,
        row: dict[str, str],
        identity: Identity | None,
        hardware: str | None,
        client: str | None,
    ) -> Iterator[Event]:
        written = _first(row.get("dhcp.option.dhcp", ""))
        kind, said = _KINDS.get(written), _MESSAGES.get(written)
        wanted = ("dhcp.ip.your",) if kind is Kind.GRANTED else ("dhcp.ip.client", "dhcp.ip.your")
        found = next((a for n in wanted if (a := address(row.get(n, ""))) not in _NONE), None)
        if kind is not None and found is not None:
            lasts = whole(_first(row.get("dhcp.option.ip_address_lease_time", "")))
            yield LeaseEvent(
                at=at,
                kind=kind,
                address=found,
                server=self._work.source.name,
                mac=hardware,
                identity=identity,
                lifetime_s=(lasts or self._work.source.lease_s) if kind is Kind.GRANTED else None,
            )
        elif said is not None and (hardware is not None or identity is not None):
            yield Message(
                at=at,
                type=said,
                server=self._work.source.name,
                mac=hardware,
                duid=client,
                identity=identity,
                address=found,
            )
        elif identity is not None:
            yield IdentifierSeen(
                at=at,
                identity=identity,
                server=self._work.source.name,
                mac=hardware,
                duid=client,
                address=found,
            )


_NONE = frozenset({None, _NOWHERE})


def columns_of(record: bytes) -> list[str]:
    """The columns that a header names; empty: it is no header with identifiers."""
    if b"_id" not in record:
        return []
    names = record.decode("latin-1").strip("\r\n").split("\t")
    return names if {_CIRCUIT, _REMOTE, *_OF_SIX} & set(names) else []


def row_of(columns: list[str], record: bytes) -> dict[str, str] | None:
    """The cells of a row by column; ``None``: it is of no such table."""
    cells = record.decode("latin-1").split("\t")
    if not columns or len(cells) > len(columns):
        return None
    return dict(zip(columns, cells, strict=False))


def identity_in(row: dict[str, str]) -> Identity | None:
    """The identity in a row, of the family that its columns are of."""
    if any(row.get(name) for name in _OF_SIX):
        return _identity6(row)
    return Identity(circuit=_octets(row, _CIRCUIT), remote=_octets(row, _REMOTE)) or None


def _identity6(row: dict[str, str]) -> Identity | None:
    """The values of the layer next to the client.

    Layers stand outermost first, and of each column the values of those layers that have one: of
    which layer a value is, is known only where every layer has one.
    """
    hops = [hop for hop in row.get("dhcpv6.hopcount", "").split(",") if hop]
    interfaces = [i for i in row.get("dhcpv6.interface_id", "").split(",") if i]
    if interfaces and len(interfaces) != max(1, len(hops)):
        return None
    remotes = [r for r in row.get("dhcpv6.remoteid_enterprise_id", "").split(",") if r]
    if remotes and len(remotes) != max(1, len(hops)):
        remotes = []
    remote = remotes[-1] if remotes else ""
    number = whole(row.get("dhcpv6.remoteid.enterprise", "").split(",")[-1]) if remote else None
    six = Identity(
        interface=digits(interfaces[-1]) if interfaces else None,
        remote6=digits(remote) if remote else None,
        enterprise=number,
    )
    return six or None


def _octets(row: dict[str, str], name: str) -> bytes | None:
    value = row.get(name, "")
    return None if value == _MISSING else digits(value.replace(":", ""))


def _first(written: str) -> str:
    return written.partition(",")[0]


FORM = Form(
    name="tshark-fields",
    about="output of tshark -T fields -E header=y, tab separated",
    cutter=Lines,
    records=_Packets,
    head=True,
)
