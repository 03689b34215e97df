"""How the rows of one table find the rows of another: ifIndex, bridge port, entity, stack.

A join is read once for a device and kept until it reboots, renumbers or grows old. What is read
follows from what the driver's tables need (`pieces`).
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from enum import Enum

from techinfo.driver import standard
from techinfo.driver.cells import PortBy
from techinfo.driver.convert import decode_text, mac, vlan_id, whole_number
from techinfo.driver.driver import Driver
from techinfo.driver.tables import (
    FdbVlans,
    MacTable,
    PortVlanTable,
    SensorTable,
    Table,
    VlanContexts,
)
from techinfo.facts.aggregates import AGGREGATED, Membership, memberships
from techinfo.if_types import ETHERNET_TYPES
from techinfo.model import Fact, Port
from techinfo.wire import Cell, Cells, Index


class JoinTable(Enum):
    """One join, with the columns that tell it."""

    INTERFACES = (
        standard.IF_NAME,
        standard.IF_DESCR,
        standard.IF_ALIAS,
        standard.IF_TYPE,
        standard.IF_LAST_CHANGE,
    )
    STACK = (standard.IF_STACK_STATUS,)
    AGGREGATES = (standard.AGG_PORT_ATTACHED, standard.AGG_PORT_SELECTED)
    BRIDGE = (standard.DOT1D_BASE_PORT_IF_INDEX,)
    VLANS = (standard.DOT1Q_VLAN_FDB_ID,)
    PVIDS = (standard.DOT1Q_PVID,)
    ENTITIES = (
        standard.ENT_PHYSICAL_CONTAINED_IN,
        standard.ENT_PHYSICAL_CLASS,
        standard.ENT_PHYSICAL_NAME,
        standard.ENT_PHYSICAL_DESCR,
        standard.ENT_ALIAS_MAPPING,
    )
    CONTEXTS = ()
    LLDP = (
        standard.LLDP_LOC_PORT_ID_SUBTYPE,
        standard.LLDP_LOC_PORT_ID,
        standard.LLDP_LOC_PORT_DESC,
    )
    CARRIED = (
        standard.IF_PHYS_ADDRESS,
        standard.DOT1Q_CURRENT_EGRESS,
        standard.DOT1Q_STATIC_EGRESS,
        standard.DOT1Q_PVID,
    )
    """Read when rows have found no port: are they the switch's own, and whose can they be."""


_LONGEST_UPDATE_S = 86_400
_LAST_BRIDGE_PORT = 65_535  # dot1dBasePort, RFC 4188
_MOST_OCTETS = 8192  # of a list of bridge ports, RFC 4188
_NO_BRIDGE_PORT = frozenset({22, 24, 131, 136, 142, 150})
"""IfTypes propPointToPointSerial, softwareLoopback, tunnel, l3ipvlan, ipForward, mplsTunnel."""
_BRIDGE = {PortBy.BRIDGE_PORT, PortBy.BRIDGE_PORT_BITMAP}
_BY_SUB_INTERFACE = frozenset({Fact.LINK, Fact.MACS, Fact.LEASES, Fact.GROUPS})
_SUB_INTERFACE = re.compile(r"(?i)(?:/vid|/vlan|(\.))(\d{1,4})$", re.ASCII)


def pieces(driver: Driver, tables: Iterable[Table], fact: Fact) -> frozenset[JoinTable]:
    """What must be joined to read these tables of one fact."""
    out = {JoinTable.INTERFACES} | ({JoinTable.STACK} if fact in _BY_SUB_INTERFACE else set())
    # The rates of a port are asked with its link: both together cost one walk.
    if fact in AGGREGATED or (fact is Fact.LINK and driver.shaping):
        out |= {JoinTable.STACK, JoinTable.AGGREGATES}
    for table in tables:
        out |= _pieces_of(table)
    if driver.contexts and fact is Fact.MACS:
        out.add(JoinTable.CONTEXTS)
    return frozenset(out - ({JoinTable.BRIDGE} if driver.bridge_port_is_if_index else set()))


def columns_of(piece: JoinTable, driver: Driver) -> tuple[str, ...]:
    """The columns that tell one join on this platform."""
    if piece is JoinTable.VLANS and driver.fdb_vlans:
        return tuple(told.tag.oid for told in driver.fdb_vlans)
    if piece is JoinTable.CONTEXTS and driver.contexts:
        return (driver.contexts.exists.oid,)
    told: tuple[str, ...] = piece.value
    if piece is JoinTable.ENTITIES:
        rates = (t.update_rate for t in driver.transceivers if isinstance(t, SensorTable))
        return (*told, *filter(None, rates))
    own = driver.aggregates if piece is JoinTable.AGGREGATES else ()
    return (*told, *(column.oid for column in own))


def _pieces_of(table: Table) -> set[JoinTable]:
    out = set()
    if table.port.by in _BRIDGE:
        out.add(JoinTable.BRIDGE)
    if isinstance(table, SensorTable) or table.port.by is PortBy.ENTITY:
        out.add(JoinTable.ENTITIES)
    if table.port.by is PortBy.LLDP_PORT:
        out |= {JoinTable.LLDP, JoinTable.BRIDGE}
    if isinstance(table, PortVlanTable):
        out.add(JoinTable.PVIDS)
    if isinstance(table, MacTable):
        out |= {JoinTable.VLANS} if table.fdb_id else set()
        out |= {JoinTable.PVIDS, JoinTable.BRIDGE} if table.pvid else set()
    return out


@dataclass(kw_only=True)
class Joins:
    """What is known of a device's numbering.

    Attributes:
        ports: Every interface, by ifIndex.
        tells_changes: Some port has an ifLastChange that is not zero (contract: linkSince).
        latest_change: The highest ifLastChange that two ports have reached.
        bridge: Bridge port -> ifIndex. Empty: the agent has no such table.
        stack: Interface -> those that it stands on, each with its ifStackStatus.
        parents: Sub-interface -> the interface below it.
        memberships: Port -> the aggregate that it is told to be in, or in none.
        sub_vlans: Sub-interface -> VLAN in its name.
        fdb_vlans: FdbId -> VLANs. Empty: the agent has no such table.
        pvids: Bridge port -> PVID.
        contexts: VLANs that have a context of their own. Empty: nothing tells.
        entities: Port -> entities that are that port, or what is plugged into it.
        sensors: Port -> sensors inside it.
        entity_port: Entity -> port, by alias, name or containment; sensors are not in it.
        broken_out: Entity -> the ports of the cage that it is plugged into, where they are several.
        sensor_port: Sensor -> port.
        aliased: Entities that entAliasMappingTable gives a port: they know best.
        lost_sensors: Sensors of pluggables, by their words, that belong to no port that is known.
        sensor_updates: Sensor -> seconds between two updates of its value, where it tells.
        words: Entity -> its name and description.
        only: Pattern -> the one port that it means, as looked up before.
        names: Lower-case ifName and ifDescr -> ifIndex, as looked up before.
        lldp: LLDP port -> ifIndex.
        bridge_lost: The bridge ports could not be read to their end.
        own_macs: Addresses of the switch's own interfaces.
        carriers: VLAN -> bridge ports that it may leave or enter by. Empty: nothing tells.
    """

    ports: dict[int, Port] = field(default_factory=dict)
    tells_changes: bool = False
    latest_change: int = 0
    bridge: dict[int, int] = field(default_factory=dict)
    stack: dict[int, dict[int, Cell]] = field(default_factory=dict)
    parents: dict[int, int] = field(default_factory=dict)
    memberships: dict[int, Membership] = field(default_factory=dict)
    own_macs: frozenset[str] = frozenset()
    carriers: dict[int, set[int]] = field(default_factory=dict)
    sub_vlans: dict[int, int] = field(default_factory=dict)
    fdb_vlans: dict[int, tuple[int, ...]] = field(default_factory=dict)
    pvids: dict[int, int] = field(default_factory=dict)
    contexts: tuple[int, ...] = ()
    entities: dict[int, tuple[int, ...]] = field(default_factory=dict)
    sensors: dict[int, tuple[int, ...]] = field(default_factory=dict)
    entity_port: dict[int, int] = field(default_factory=dict)
    broken_out: dict[int, tuple[int, ...]] = field(default_factory=dict)
    sensor_port: dict[int, int] = field(default_factory=dict)
    lldp: dict[int, int] = field(default_factory=dict)
    bridge_lost: bool = False
    aliased: frozenset[int] = frozenset()
    lost_sensors: frozenset[int] = frozenset()
    sensor_updates: dict[int, int] = field(default_factory=dict)
    words: dict[int, str] = field(default_factory=dict)
    only: dict[str, int | None] = field(default_factory=dict)
    names: dict[str, int | None] = field(default_factory=dict)

    def if_index_of_bridge(self, number: int) -> int | None:
        """IfIndex of a bridge port; without a table the number itself, if it is a port (F2).

        So it is with a number too large for a bridge port (Raisecom ISCOM2624G; F10, I2).
        """
        if self.bridge and number <= _LAST_BRIDGE_PORT:
            found = self.bridge.get(number)
            return found if found in self.ports else None
        port = self.ports.get(number)
        unsaid = self.bridge_lost and not self.bridge
        return None if port is None or unsaid or port.if_type in _NO_BRIDGE_PORT else number

    def aggregate_of(self, if_index: int) -> int | None:
        """IfIndex of the aggregate that a port is a member of."""
        found = self.memberships.get(if_index)
        return found.aggregate if found else None

    def with_aggregate(self, if_index: int, fact: Fact) -> tuple[int, ...]:
        """The interfaces on which a fact of a port stands: itself, and its aggregate."""
        aggregate = self.aggregate_of(if_index) if fact in AGGREGATED else None
        return (if_index,) if aggregate is None else (if_index, aggregate)

    def told_of_all(self, ports: Mapping[int, Port]) -> dict[int, Port]:
        """Ports with what is known of aggregates."""
        members = self._members()
        return {
            n: replace(port, aggregate=self.aggregate_of(n), members=members.get(n, ()))
            if n in members or self.aggregate_of(n) is not None
            else port
            for n, port in ports.items()
        }

    def _members(self) -> dict[int, tuple[str, ...]]:
        out: dict[int, tuple[str, ...]] = {}
        for member in sorted(self.memberships):
            aggregate, port = self.aggregate_of(member), self.ports.get(member)
            if aggregate is not None and port is not None:
                out[aggregate] = (*out.get(aggregate, ()), port.called or str(member))
        return out

    def bridge_ports_of(self, if_index: int) -> tuple[int, ...]:
        """Bridge ports of an interface; without a table its ifIndex."""
        if self.bridge:
            return tuple(b for b, i in self.bridge.items() if i == if_index)
        return (if_index,)

    def pvid(self, if_index: int) -> int | None:
        """The VLAN of an interface's untagged frames."""
        numbers = self.bridge_ports_of(if_index)
        tags = {self.pvids[number] for number in numbers if number in self.pvids}
        return tags.pop() if len(tags) == 1 else None

    def rolled_up(self, if_index: int) -> int:
        """The physical port under a sub-interface (field note F17), else the port itself."""
        if if_index not in self.parents:
            return if_index
        seen = {if_index}
        while (below := self.parents.get(if_index)) is not None and below not in seen:
            seen.add(below)
            if_index = below
        return if_index

    def named(self, name: str) -> int | None:
        """IfIndex of the port with this ifName or ifDescr, if there is exactly one."""
        return self.name_table().get(name.strip().lower())

    def name_table(self) -> dict[str, int | None]:
        """Lower-case ifName and ifDescr -> ifIndex; ``None`` where two ports share a name."""
        if not self.names:
            self.names = self._named_ports()
        return self.names

    def _named_ports(self) -> dict[str, int | None]:
        out: dict[str, int | None] = {}
        for port in self.ports.values():
            for name in {(port.name or "").lower(), (port.descr or "").lower()} - {""}:
                out[name] = None if name in out and out[name] != port.if_index else port.if_index
        return out


def add_sensor_updates(joins: Joins, cells: Cells, driver: Driver) -> None:
    """How old the value of a sensor may be; 0 is one that is measured when it is asked for."""
    joins.sensor_updates = {
        index[0]: math.ceil(rate * table.update_unit_s)
        for table in driver.transceivers
        if isinstance(table, SensorTable)
        for index, rate in _ints(cells.get(table.update_rate, {})).items()
        if index and 0 < rate * table.update_unit_s <= _LONGEST_UPDATE_S
    }


def bits(octets: bytes) -> tuple[int, ...]:
    """Port numbers of a PortList: bit 0 is the high bit of the first octet and means port 1."""
    return tuple(
        i * 8 + b + 1
        for i, octet in enumerate(octets[:_MOST_OCTETS])
        if octet
        for b in range(8)
        if octet & (0x80 >> b)
    )


def _ints(rows: Mapping[Index, Cell]) -> dict[Index, int]:
    """Numbers, of whatever type: a table of text is no missing table, which has other meanings."""
    return {index: n for index, cell in rows.items() if (n := whole_number(cell)) is not None}


def _words_of(rows: Mapping[Index, Cell]) -> dict[int, str]:
    return {
        index[0]: decode_text(cell)
        for index, cell in rows.items()
        if len(index) == 1 and isinstance(cell, bytes)
    }


def add_interfaces(joins: Joins, cells: Cells) -> None:
    """Names and types of all interfaces."""
    names = _words_of(cells.get(standard.IF_NAME, {}))
    descrs = _words_of(cells.get(standard.IF_DESCR, {}))
    aliases = _words_of(cells.get(standard.IF_ALIAS, {}))
    types = _ints(cells.get(standard.IF_TYPE, {}))
    changes = _ints(cells.get(standard.IF_LAST_CHANGE, {}))
    known = {i[0] for i in (*types, *changes) if len(i) == 1}
    numbers = (known | set(names) | set(descrs)) - {0}
    joins.ports = {
        n: Port(
            if_index=n,
            name=names.get(n) or None,
            descr=descrs.get(n) or None,
            alias=aliases.get(n) or None,
            if_type=types.get((n,)),
        )
        for n in sorted(numbers)
    }
    joins.only, joins.names = {}, {}
    joins.tells_changes = any(changes.values())
    # Of one port alone it may be a slip of the agent.
    joins.latest_change = max(sorted(changes.values())[-2:-1], default=0)


def add_stack(joins: Joins, cells: Cells) -> None:
    """Sub-interfaces: an Ethernet interface that stands on exactly one other Ethernet interface.

    ifStackStatus.higher.lower; aggregates and VLAN interfaces stand on several ports, or are of
    other types, and are not sub-interfaces.
    """
    joins.stack, joins.parents, joins.sub_vlans = {}, {}, {}
    for index, status in cells.get(standard.IF_STACK_STATUS, {}).items():
        if len(index) == 2 and all(index):
            joins.stack.setdefault(index[0], {})[index[1]] = status
    names = {} if joins.stack else joins.name_table()
    for higher, port in joins.ports.items():
        found = _SUB_INTERFACE.search(port.called or "")
        if found is None:
            continue
        lowers = tuple(joins.stack.get(higher, ()))
        if not joins.stack:
            lowers = _by_name(port, found, names)
        if len(lowers) != 1 or lowers[0] not in joins.ports:
            continue
        joins.parents[higher] = lowers[0]
        # What follows a dot is a unit, by habit the tag but not by rule (Juniper, Cisco).
        tag = None if found[1] else vlan_id(int(found[2]))
        if tag is not None:
            joins.sub_vlans[higher] = tag


def _by_name(port: Port, found: re.Match[str], names: Mapping[str, int | None]) -> tuple[int, ...]:
    """The interface that a sub-interface is named after, of an agent without ifStackTable."""
    if port.if_type in ETHERNET_TYPES and found[1]:
        return ()  # a dot stands between slot and port as well
    below = names.get((port.called or "")[: found.start()].lower())
    return () if below is None or below == port.if_index else (below,)


def add_aggregates(joins: Joins, cells: Cells, driver: Driver) -> None:
    """Which port is in which aggregate; ifStackTable was read before, or in the same walk."""
    own = tuple(column.oid for column in driver.aggregates)
    joins.memberships = memberships(joins.ports, joins.stack, cells, own)


def add_carried(joins: Joins, cells: Cells) -> None:
    """The switch's own addresses, and which bridge ports can carry which VLAN.

    A VLAN that no egress list names has no carriers that are known.
    """
    addresses = cells.get(standard.IF_PHYS_ADDRESS, {}).values()
    found = {mac(a) for a in addresses if isinstance(a, bytes) and any(a)}
    joins.own_macs = frozenset(address for address in found if address)
    joins.carriers = {}
    for column in (standard.DOT1Q_CURRENT_EGRESS, standard.DOT1Q_STATIC_EGRESS):
        for index, octets in cells.get(column, {}).items():
            tag = vlan_id(index[-1]) if index else None
            if tag is not None and isinstance(octets, bytes):
                joins.carriers.setdefault(tag, set()).update(bits(octets))
    for index, number in _ints(cells.get(standard.DOT1Q_PVID, {})).items():
        tag = vlan_id(number)
        if index and tag in joins.carriers:
            joins.carriers[tag].add(index[-1])


def add_bridge(joins: Joins, cells: Cells) -> None:
    """Bridge port -> ifIndex.

    Zeros are kept as ports without an interface (juniper-mx960-12-3r6-6 has nothing else, F4): a
    table of zeros is no missing table, in which a bridge port would be taken for an ifIndex (F2).
    """
    rows = _ints(cells.get(standard.DOT1D_BASE_PORT_IF_INDEX, {}))
    joins.bridge = {index[-1]: n for index, n in rows.items() if index}


def add_vlans(joins: Joins, cells: Cells) -> None:
    """FdbId -> VLANs; dot1qVlanFdbId is indexed by TimeMark and VLAN (field notes F6, F8)."""
    out: dict[int, dict[int, None]] = {}  # a VLAN may stand under several TimeMarks
    for index, fdb in _ints(cells.get(standard.DOT1Q_VLAN_FDB_ID, {})).items():
        tag = vlan_id(index[-1]) if index else None
        if tag is not None:
            out.setdefault(fdb, {})[tag] = None
    joins.fdb_vlans = {fdb: tuple(tags) for fdb, tags in out.items()}


def add_own_vlans(joins: Joins, cells: Cells, told: Iterable[FdbVlans]) -> None:
    """FdbId -> VLANs, from the platform's own tables (field note F5)."""
    out: dict[int, list[int]] = {}
    for table in told:
        for index, n in _ints(cells.get(table.tag.oid, {})).items():
            tag = vlan_id(n)
            if index and tag is not None:
                out.setdefault(index[-1] << table.shift, []).append(tag)
    joins.fdb_vlans = {fdb: tuple(tags) for fdb, tags in out.items()}


def add_pvids(joins: Joins, cells: Cells) -> None:
    """Bridge port -> PVID."""
    rows = _ints(cells.get(standard.DOT1Q_PVID, {}))
    tags = {index[-1]: vlan_id(n) for index, n in rows.items() if index}
    joins.pvids = {number: tag for number, tag in tags.items() if tag is not None}


def add_contexts(joins: Joins, cells: Cells, told: VlanContexts) -> None:
    """VLANs that can be asked for in a context of their own (field note F14)."""
    exists = told.exists
    tags = {
        vlan_id(index[-1])
        for index, cell in cells.get(exists.oid, {}).items()
        if index and callable(exists.convert) and exists.convert(cell)
    }
    joins.contexts = tuple(sorted(tag for tag in tags if tag and tag not in told.reserved))
