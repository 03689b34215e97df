"""What stands where in a recording, for the scrubber: whose name, whose address, whose number."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import Enum
from typing import Any

from techinfo.driver import standard
from techinfo.driver.cells import Column, FromIndex, index_octets, index_string
from techinfo.driver.convert import ip_address, ipv4, mac
from techinfo.driver.driver import Driver
from techinfo.facts.build import tables_of
from techinfo.facts.plan import columns, scalars_beside, sources
from techinfo.model import Fact
from techinfo.snmp.oid import numbers
from techinfo.wire import Index


class Role(Enum):
    """What a cell is. The value of a text's role is the word that takes its place."""

    KEPT = ""
    """The equipment's own words and numbers."""
    UNKNOWN = "?"
    """A column that neither a driver nor this file knows."""
    DROPPED = "-"
    """Left out with its row."""
    MAC = "mac"
    BRIDGE_ID = "bridge id"
    """Two octets of priority, then a MAC address (IEEE 802.1D)."""
    ENGINE_ID = "engine id"
    """SnmpEngineID, RFC 3411: enterprise, format, then an address or anything."""
    ADDRESS = "address"
    END = "chassis"
    """Either end of an LLDP link: a MAC address, or a text."""
    PORT = "port"
    """A text that is kept where it reads as a port's name."""
    NAME = "name"
    CONTACT = "contact"
    LOCATION = "location"
    ALIAS = "alias"
    VLAN = "vlan"
    NEIGHBOUR = "neighbour"
    SERIAL = "serial"
    ASSET = "asset"


TEXTS = frozenset(
    {
        Role.NAME,
        Role.CONTACT,
        Role.LOCATION,
        Role.ALIAS,
        Role.VLAN,
        Role.NEIGHBOUR,
        Role.SERIAL,
        Role.ASSET,
        Role.END,
        Role.PORT,
    }
)
"""Texts of people and places, and numbers that tell one device from all others."""

_LLDP = "1.0.8802.1.1.2.1"
_ENTITY = "1.3.6.1.2.1.47.1.1.1.1"
_BRIDGE = "1.3.6.1.2.1.17"
_STANDARD: Mapping[str, Role] = {
    # whole MIBs whose texts are the equipment's, but for what follows
    "1.0.8802.1.1.2": Role.KEPT,
    "1.3.6.1.2.1.1": Role.KEPT,
    "1.3.6.1.2.1.2": Role.KEPT,
    "1.3.6.1.2.1.10.7": Role.KEPT,
    _BRIDGE: Role.KEPT,
    "1.3.6.1.2.1.25.1.1": Role.KEPT,
    "1.3.6.1.2.1.26": Role.KEPT,
    "1.3.6.1.2.1.31": Role.KEPT,
    "1.3.6.1.2.1.47": Role.KEPT,
    "1.3.6.1.2.1.99": Role.KEPT,
    "1.3.6.1.6.3.10.2.1": Role.KEPT,
    "1.3.6.1.6.3.10.2.1.1": Role.ENGINE_ID,
    # SNMPv2-MIB
    "1.3.6.1.2.1.1.4": Role.CONTACT,
    "1.3.6.1.2.1.1.5": Role.NAME,
    "1.3.6.1.2.1.1.6": Role.LOCATION,
    # IF-MIB
    standard.IF_PHYS_ADDRESS: Role.MAC,
    standard.IF_ALIAS: Role.ALIAS,
    # BRIDGE-MIB, Q-BRIDGE-MIB
    f"{_BRIDGE}.1.1": Role.MAC,
    f"{_BRIDGE}.2.5": Role.BRIDGE_ID,
    f"{_BRIDGE}.2.15.1.6": Role.BRIDGE_ID,
    f"{_BRIDGE}.2.15.1.8": Role.BRIDGE_ID,
    f"{_BRIDGE}.4.3.1.1": Role.MAC,
    f"{_BRIDGE}.5.1.1.1": Role.MAC,
    f"{_BRIDGE}.7.1.2.2.1.1": Role.MAC,
    f"{_BRIDGE}.7.1.4.3.1.1": Role.VLAN,
    # ENTITY-MIB
    f"{_ENTITY}.11": Role.SERIAL,
    f"{_ENTITY}.14": Role.ALIAS,
    f"{_ENTITY}.15": Role.ASSET,
    f"{_ENTITY}.18": Role.ASSET,
    # LLDP-MIB: the device's own half, then its neighbours'
    f"{_LLDP}.3.2": Role.END,
    f"{_LLDP}.3.3": Role.NAME,
    f"{_LLDP}.3.7.1.3": Role.PORT,
    f"{_LLDP}.3.7.1.4": Role.PORT,
    f"{_LLDP}.4.1.1.5": Role.END,
    f"{_LLDP}.4.1.1.7": Role.PORT,
    f"{_LLDP}.4.1.1.8": Role.PORT,
    f"{_LLDP}.4.1.1.9": Role.NEIGHBOUR,
    f"{_LLDP}.4.1.1.10": Role.NEIGHBOUR,
    f"{_LLDP}.4.3": Role.DROPPED,  # lldpRemUnknownTLVTable
    f"{_LLDP}.4.4": Role.DROPPED,  # lldpRemOrgDefInfoTable
    "1.0.8802.1.1.2.1.5.32962": Role.KEPT,  # LLDP-EXT-DOT1-MIB
    "1.0.8802.1.1.2.1.5.32962.1.2.3.1.2": Role.VLAN,  # lldpXdot1LocVlanName
    "1.0.8802.1.1.2.1.5.32962.1.3.3.1.2": Role.VLAN,  # lldpXdot1RemVlanName
    # IP-MIB, if somebody asks for it
    "1.3.6.1.2.1.4.22.1.2": Role.MAC,
    "1.3.6.1.2.1.4.35.1.4": Role.MAC,
}
_STANDARD_INDEXES: Mapping[str, FromIndex[str]] = {
    f"{_LLDP}.1.7.1": index_string(1, ip_address),
    f"{_LLDP}.3.8.1": index_string(1, ip_address),
    f"{_LLDP}.4.2.1": index_string(4, ip_address),
    f"{_BRIDGE}.4.3.1": index_octets(0, 6, mac),
    f"{_BRIDGE}.5.1.1": index_octets(0, 6, mac),
    f"{_BRIDGE}.7.1.2.2.1": index_octets(1, 6, mac),
    f"{_BRIDGE}.7.1.2.3.1": index_octets(1, 6, mac),
    f"{_BRIDGE}.7.1.3.1.1": index_octets(1, 6, mac),
    f"{_BRIDGE}.7.1.3.2.1": index_octets(1, 6, mac),
    "1.3.6.1.2.1.31.1.4.1": index_string(1, mac),
    "1.3.6.1.2.1.4.20.1": index_octets(0, 4, ipv4),
    "1.3.6.1.2.1.4.22.1": index_octets(1, 4, ipv4),
    "1.3.6.1.2.1.4.34.1": index_string(1, ip_address),
    "1.3.6.1.2.1.4.35.1": index_string(2, ip_address),
}
_FIELDS = {
    "mac": Role.MAC,
    "address": Role.ADDRESS,
    "serial_number": Role.SERIAL,
    "description": Role.ALIAS,
    "ont_name": Role.ALIAS,
}
"""Fields of a driver's tables that speak of somebody's device."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Roles:
    """What the columns of one platform hold.

    Attributes:
        cells: Column, or any subtree -> what its cells are; the longest one counts.
        indexes: Entry -> where addresses stand in the index of its rows.
    """

    cells: Mapping[Index, Role]
    indexes: Mapping[Index, tuple[FromIndex[Any], ...]]

    def of(self, oid: Index) -> Role:
        """What the cell of an instance is."""
        for length in range(len(oid), 3, -1):
            role = self.cells.get(oid[:length])
            if role is not None:
                return role
        return Role.UNKNOWN

    def places(self, oid: Index) -> list[tuple[int, int]]:
        """Where addresses stand in an instance's OID: first number and how many."""
        for length in range(len(oid) - 1, 3, -1):
            found = self.indexes.get(oid[:length])
            if found is not None:
                start = length + 1
                spans = (_place(source, oid[start:]) for source in found)
                return [(start + at, size) for at, size in filter(None, spans)]
        return []


def roles(driver: Driver, kept: Iterable[str] = ()) -> Roles:
    """What stands where on a platform.

    Args:
        driver: Bound to the model: it knows its own columns.
        kept: Subtrees whose texts are known to be the equipment's.
    """
    cells: dict[Index, Role] = {}
    indexes: dict[Index, tuple[FromIndex[Any], ...]] = {}
    for oid, role in _of_driver(driver):
        cells[numbers(oid)] = role
    for entry, source in _indexes_of(driver):
        if source not in indexes.get(entry, ()):
            indexes[entry] = (*indexes.get(entry, ()), source)
    cells |= {numbers(oid): role for oid, role in _STANDARD.items()}
    cells |= dict.fromkeys(map(numbers, kept), Role.KEPT)
    indexes |= {numbers(oid): (source,) for oid, source in _STANDARD_INDEXES.items()}
    return Roles(cells=cells, indexes=indexes)


def _of_driver(driver: Driver) -> Iterator[tuple[str, Role]]:
    for fact in Fact:
        for table in tables_of(driver, fact):
            yield from ((oid, Role.KEPT) for oid in (*columns(table), *scalars_beside(table)))
    for fact in Fact:
        for table in tables_of(driver, fact):
            for field, source in sources(table).items():
                if isinstance(source, Column) and field in _FIELDS:
                    yield source.oid, _FIELDS[field]
    hardware = driver.hardware
    for group, role in (
        ((*hardware.model, *hardware.firmware), Role.KEPT),
        (hardware.serial_number, Role.SERIAL),
        (hardware.mac, Role.MAC),
    ):
        yield from ((source.oid, role) for source in group if isinstance(source, Column))


def _indexes_of(driver: Driver) -> Iterator[tuple[Index, FromIndex[Any]]]:
    for fact in Fact:
        for table in tables_of(driver, fact):
            entries = {numbers(oid)[:-1] for oid in columns(table)}
            for field, source in sources(table).items():
                if isinstance(source, FromIndex) and field in _FIELDS:
                    yield from ((entry, source) for entry in entries)


def _place(source: FromIndex[Any], index: Index) -> tuple[int, int] | None:
    """Where in an index the octets stand that a source takes."""
    octets = source.take(index)
    if not isinstance(octets, bytes) or not octets:
        return None
    size = len(octets)
    order = source.take(tuple(range(min(len(index), 256))))  # tells the places of a fixed span
    first = order[0] if isinstance(order, bytes) and len(order) == size else 0
    for at in (first, *range(len(index) - size + 1)):
        if index[at : at + size] == tuple(octets):
            return at, size
    return None
