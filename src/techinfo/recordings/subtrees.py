"""What a recording asks of a device: the subtrees that its driver and the standard MIBs need."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from techinfo.collect.registry import Registry
from techinfo.driver.cells import Column
from techinfo.driver.driver import Driver
from techinfo.facts.build import tables_of
from techinfo.facts.joins import Piece, columns_of
from techinfo.facts.rows import columns, scalars
from techinfo.model import Fact
from techinfo.snmp.oid import numbers
from techinfo.wire import Index

_SYSTEM = (1, 3, 6, 1, 2, 1, 1)
_ENTERPRISES = (1, 3, 6, 1, 4, 1)

STANDARD: tuple[str, ...] = (
    "1.0.8802.1.1.2",  # LLDP-MIB
    "1.3.6.1.2.1.1",  # SNMPv2-MIB system
    "1.3.6.1.2.1.2",  # IF-MIB ifTable
    "1.3.6.1.2.1.10.7",  # EtherLike-MIB
    "1.3.6.1.2.1.17",  # BRIDGE-MIB, P-BRIDGE-MIB, Q-BRIDGE-MIB
    "1.3.6.1.2.1.25.1.1",  # HOST-RESOURCES-MIB hrSystemUptime
    "1.3.6.1.2.1.26",  # MAU-MIB
    "1.3.6.1.2.1.31",  # IF-MIB ifXTable, ifStackTable
    "1.3.6.1.2.1.47",  # ENTITY-MIB
    "1.3.6.1.2.1.99",  # ENTITY-SENSOR-MIB
    "1.3.6.1.6.3.10.2.1",  # SNMP-FRAMEWORK-MIB snmpEngine
)
"""What every driver starts from, whole, so that the next driver finds more than this one asks."""

FORBIDDEN: tuple[str, ...] = (
    "1.0.8802.1.1.2.1.5.4795",  # LLDP-EXT-MED-MIB: serial numbers and places of telephones
    "1.3.6.1.2.1.4.21",  # ipRouteTable: whole routing tables, minutes of an agent's time
    "1.3.6.1.2.1.4.24",  # IP-FORWARD-MIB, as well
    "1.3.6.1.2.1.6",  # TCP-MIB: who is connected
    "1.3.6.1.2.1.7",  # UDP-MIB
    "1.3.6.1.2.1.14",  # OSPF-MIB: ospfIfAuthKey
    "1.3.6.1.2.1.15",  # BGP4-MIB: whole routing tables
    "1.3.6.1.2.1.16.9.1.1.5",  # RMON-MIB eventCommunity
    "1.3.6.1.2.1.25.4",  # HOST-RESOURCES-MIB hrSWRunTable: command lines
    "1.3.6.1.2.1.47.1.2",  # ENTITY-MIB entLogicalTable: entLogicalCommunity
    "1.3.6.1.2.1.92",  # NOTIFICATION-LOG-MIB
    "1.3.6.1.6.3.12",  # SNMP-TARGET-MIB: managers and their communities
    "1.3.6.1.6.3.13",  # SNMP-NOTIFICATION-MIB
    "1.3.6.1.6.3.15",  # SNMP-USER-BASED-SM-MIB: users
    "1.3.6.1.6.3.16",  # SNMP-VIEW-BASED-ACM-MIB: groups by community
    "1.3.6.1.6.3.18",  # SNMP-COMMUNITY-MIB
)
"""Never recorded, whoever asks: secrets, or tables without end."""


def wanted(driver: Driver, registry: Registry, sys_object_id: str, *, everything: bool) -> set[str]:
    """The subtrees that a recording of a device of this driver needs.

    Args:
        driver: Bound to the model.
        registry: Its probes are asked too, so that a replay chooses the same driver.
        sys_object_id: Of the device.
        everything: The vendor's whole enterprise subtree as well.
    """
    instances = {*registry.probes(sys_object_id), *_hardware(driver)}
    out = {*STANDARD, *_asked(driver), *map(_around, instances)}
    ids = numbers(sys_object_id) if sys_object_id else ()
    if everything and ids[: len(_ENTERPRISES)] == _ENTERPRISES and len(ids) > len(_ENTERPRISES):
        out.add(".".join(map(str, ids[: len(_ENTERPRISES) + 1])))
    return out


def _asked(driver: Driver) -> Iterator[str]:
    """Every column and scalar that the driver may ask of a device."""
    for fact in Fact:
        for table in tables_of(driver, fact):
            yield from columns(table)
            yield from scalars(table)
    for piece in Piece:
        yield from columns_of(piece, driver)


def _hardware(driver: Driver) -> Iterator[str]:
    hardware = driver.hardware
    for group in (hardware.model, hardware.firmware, hardware.serial_number, hardware.mac):
        yield from (source.oid for source in group if isinstance(source, Column))


def _around(instance: str) -> str:
    """A scalar's instance as it is; of a column's instance the column, which GETNEXT can read."""
    return instance if instance.endswith(".0") else instance.rpartition(".")[0]


def merged(subtrees: Iterable[str]) -> tuple[Index, ...]:
    """Subtrees in ascending order, none inside another.

    Raises:
        ValueError: One is no OID.
    """
    out: list[Index] = []
    for ids in sorted({numbers(oid) for oid in subtrees}):
        if not out or ids[: len(out[-1])] != out[-1]:
            out.append(ids)
    return tuple(out)


def in_turn(subtrees: Iterable[str]) -> tuple[Index, ...]:
    """Subtrees as they are best read: the system group first, which says whose rows they are.

    Raises:
        ValueError: One is no OID.
    """
    return tuple(sorted(merged(subtrees), key=lambda top: (top != _SYSTEM, top)))


def inside(oid: Index, tops: Iterable[Index]) -> Index | None:
    """The subtree that an OID stands in, or is."""
    return next((top for top in tops if oid[: len(top)] == top), None)
