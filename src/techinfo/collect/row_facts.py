"""Facts that are rows of a switch-wide table: MAC addresses, leases, groups, rates, ONTs."""

from __future__ import annotations

import ipaddress
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any, TypeVar

from techinfo.collect.joins import Joins
from techinfo.collect.rows import FoundRow, is_empty_list, ports_of, rows
from techinfo.driver.cells import FromIndex, PortBy
from techinfo.driver.tables import GroupTable, LeaseTable, MacTable, OntTable, ShapingTable, Table
from techinfo.model import Group, Lease, MacEntry, Ont, Shaping, Transceiver
from techinfo.units import Dark, KilobitPerSecond
from techinfo.wire import Cell, Cells

T = TypeVar("T")
_MOST_UNMAPPED = 0.05
"""Share of rows without a port from which the mapping itself is held to be broken (F1)."""
_MAC_LENGTH = 6
_LONGEST_PREFIX = 128
_LINK_LOCAL = (ipaddress.ip_network("224.0.0.0/24"), ipaddress.ip_network("ff02::/16"))
_MOST_UP_S = 100 * 365 * 86_400
_FASTEST_KBIT = 1_600_000_000
_FARTHEST_M = 100_000  # GPON reaches 60 km (ITU-T G.984.1)
_NO_END_S = 0xFFFF_FFFF
"""Lease time of a binding that never ends (RFC 2131, HP-ICF-DHCP-SNOOP-MIB)."""


@dataclass(frozen=True, slots=True)
class Found:
    """Rows by port.

    Attributes:
        ports: Port -> its rows, in the order of the table.
        seen: Rows read, whether or not they found a port.
        unmapped: Rows that name a port which is not there.
        partial: Why there may be more rows than these; empty when the table shows all.
    """

    ports: Mapping[int, tuple[Any, ...]]
    seen: int
    unmapped: int
    partial: str = ""

    @property
    def mapping_broken(self) -> bool:
        """More than one row in twenty names a port that is not there (field note F1)."""
        return _is_broken(self.unmapped, self.seen)


def _is_broken(unmapped: int, seen: int) -> bool:
    return unmapped > max(2, seen * _MOST_UNMAPPED)


def macs(
    tables: Iterable[MacTable], cells: Cells, units: Mapping[str, Cell], joins: Joins
) -> Found:
    """MAC addresses by physical port; the first table that has rows is believed (field note F9)."""
    found = Found({}, 0, 0)
    for table in tables:
        found = _macs_of(table, cells, units, joins)
        if found.seen:
            break
    return found


def _macs_of(table: MacTable, cells: Cells, units: Mapping[str, Cell], joins: Joins) -> Found:
    # Two filtering databases whose VLAN nobody tells are two rows all the same.
    ports: dict[int, dict[tuple[str, int], MacEntry]] = {}
    seen = unmapped = 0
    for row in rows(table, cells, units):
        if "mac" not in row.values or row.values.get("learnt") is False:
            continue
        number = _port_number(table, row, cells)
        # Zero: the switch's own addresses, CPU port (field note F16); less: on no port (vrp_5720).
        if isinstance(number, int) and number <= 0:
            continue
        seen += 1
        found = ports_of(table, row, cells, joins)
        unmapped += not found
        for if_index in found:
            entry = MacEntry(mac=row.values["mac"], vlan=_vlan(table, row, if_index, joins))
            told_apart = entry.vlan if entry.vlan is not None else -row.values.get("fdb_id", 0)
            ports.setdefault(joins.rolled_up(if_index), {}).setdefault(
                (entry.mac, told_apart), entry
            )
    if not joins.bridge and table.port.by is PortBy.BRIDGE_PORT and _is_broken(unmapped, seen):
        ports = {}  # that bridge ports are ifIndexes was a guess, and it was wrong (F1, F2)
    lone = f"only the addresses of VLAN {table.only_vlan} are told" if table.only_vlan else ""
    return Found({p: tuple(rows_.values()) for p, rows_ in ports.items()}, seen, unmapped, lone)


def _port_number(table: MacTable, row: FoundRow, cells: Cells) -> Cell | None:
    source = table.port.source
    if isinstance(source, FromIndex):
        return source.take(row.index)
    return cells.get(source.oid, {}).get(row.index) if source else None


def _vlan(table: MacTable, row: FoundRow, if_index: int, joins: Joins) -> int | None:
    """The tag of a row: told, by filtering database (F6), by sub-interface (F17), or unknown."""
    # An index may have room for nothing but the address itself (field note F8).
    full = isinstance(table.mac, FromIndex) and len(row.index) <= _MAC_LENGTH
    misread = full and isinstance(table.vlan, FromIndex)
    told: int | None = table.only_vlan if misread else row.values.get("vlan", table.only_vlan)
    if told is not None:
        return told
    fdb = row.values.get("fdb_id")
    if fdb is not None and not full:
        tags = joins.fdb_vlans.get(fdb, ())
        return tags[0] if len(tags) == 1 else None
    if if_index in joins.sub_vlans:
        return joins.sub_vlans[if_index]
    return joins.pvid(if_index) if table.pvid else None


def listed(
    tables: Iterable[Table],
    cells: Cells,
    units: Mapping[str, Cell],
    joins: Joins,
    make: Callable[[Mapping[str, Any]], T | None],
) -> Found:
    """Rows of all tables, made into facts and laid under their physical port."""
    ports: dict[int, dict[T, None]] = {}
    seen = unmapped = 0
    for port, fact in _made(tables, cells, units, joins, make):
        seen += 1
        if port is None:
            unmapped += 1
            continue
        ports.setdefault(joins.rolled_up(port), {})[_in_sub_interface(fact, port, joins)] = None
    return Found({p: tuple(facts) for p, facts in ports.items()}, seen, unmapped)


def _in_sub_interface(fact: T, port: int, joins: Joins) -> T:
    """A lease or group of a sub-interface stands in that one's VLAN (field note F17)."""
    if isinstance(fact, Lease | Group) and fact.vlan is None and port in joins.sub_vlans:
        return replace(fact, vlan=joins.sub_vlans[port])
    return fact


def _made(
    tables: Iterable[Table],
    cells: Cells,
    units: Mapping[str, Cell],
    joins: Joins,
    make: Callable[[Mapping[str, Any]], T | None],
) -> Iterator[tuple[int | None, T]]:
    for table in tables:
        for row in rows(table, cells, units):
            fact = make(row.values)
            if fact is None or is_empty_list(table, row, cells):
                continue
            found = ports_of(table, row, cells, joins)
            yield from ((port, fact) for port in found or (None,))


def leases(
    tables: Iterable[LeaseTable],
    cells: Cells,
    units: Mapping[str, Cell],
    joins: Joins,
    now: datetime,
) -> Found:
    """DHCP snooping bindings. Ends are whole seconds of our clock."""

    def make(values: Mapping[str, Any]) -> Lease | None:
        if "address" not in values:
            return None
        remaining = values.get("remaining", 0)
        length = values.get("prefix_length", 0)
        is_prefix = 0 < length <= _LONGEST_PREFIX and ":" in values["address"]
        ends = 0 < remaining < _NO_END_S
        return Lease(
            address=f"{values['address']}/{length}" if is_prefix else values["address"],
            mac=values.get("mac"),
            vlan=values.get("vlan"),
            end=_whole(now + timedelta(seconds=remaining)) if ends else None,
        )

    return listed(tables, cells, units, joins, make)


def groups(
    tables: Iterable[GroupTable],
    cells: Cells,
    units: Mapping[str, Cell],
    joins: Joins,
    now: datetime,
) -> Found:
    """Multicast memberships. Link-local groups (224.0.0.x, ff02::) are no viewing, no membership.

    A port on which several hosts have joined a group is one member, since the latest join.
    """

    def make(values: Mapping[str, Any]) -> Group | None:
        if not _is_group(values.get("address", "")):
            return None
        up_time = values.get("up_time", -1)
        known = 0 <= up_time < _MOST_UP_S
        joined = _whole(now - timedelta(seconds=up_time)) if known else None
        return Group(
            address=values["address"],
            vlan=values.get("vlan"),
            joined_at=joined,
            counter=values.get("counter"),
        )

    found = listed(tables, cells, units, joins, make)
    return replace(found, ports={p: _latest_joins(told) for p, told in found.ports.items()})


def _is_group(address: str) -> bool:
    try:
        group = ipaddress.ip_address(address)
    except ValueError:
        return False
    return group.is_multicast and not any(
        group.version == local.version and group in local for local in _LINK_LOCAL
    )


def _latest_joins(told: Iterable[Group]) -> tuple[Group, ...]:
    """Each group of a port once; of several joins the latest (contract: igmpsnooping)."""
    kept: dict[tuple[str, int | None], Group] = {}
    for group in told:
        before = kept.setdefault((group.address, group.vlan), group)
        if group.joined_at and (before.joined_at is None or before.joined_at < group.joined_at):
            kept[group.address, group.vlan] = group
    return tuple(kept.values())


def shaping(
    tables: Iterable[ShapingTable], cells: Cells, units: Mapping[str, Cell], joins: Joins
) -> Found:
    """Configured rates; a row without a rate is none."""

    def make(values: Mapping[str, Any]) -> Shaping | None:
        cir, pir = (
            rate if rate is not None and 0 <= rate <= _FASTEST_KBIT else None
            for rate in (values.get("cir"), values.get("pir"))
        )
        if cir is None and pir is None:
            return None
        return Shaping(
            queue=values.get("queue"),
            vlan=values.get("vlan"),
            cir=KilobitPerSecond(cir) if cir is not None else None,
            pir=KilobitPerSecond(pir) if pir is not None else None,
        )

    return listed(tables, cells, units, joins, make)


def onts(
    tables: Iterable[OntTable], cells: Cells, units: Mapping[str, Cell], joins: Joins
) -> Found:
    """ONTs behind PON ports; tables about one ONT are put together by its number."""
    merged: dict[tuple[int, int], dict[str, Any]] = {}
    seen = unmapped = 0
    for table in tables:
        for row in rows(table, cells, units):
            if "ont_id" not in row.values:
                continue
            seen += 1
            found = ports_of(table, row, cells, joins)
            unmapped += not found
            for port in found:
                into = merged.setdefault((port, row.values["ont_id"]), {})
                for name, value in row.values.items():
                    into.setdefault(name, value)
    ports: dict[int, list[Ont]] = {}
    for (port, number), values in sorted(merged.items()):
        ports.setdefault(port, []).append(_ont(number, values))
    return Found({p: tuple(made) for p, made in ports.items()}, seen, unmapped)


def _ont(number: int, values: Mapping[str, Any]) -> Ont:
    proven = any(n in values for n in ("temperature", "voltage"))
    distance = values.get("distance")
    powers = {
        n: Dark.NO_DIAGNOSTICS if values.get(n) is Dark.NO_LIGHT and not proven else values.get(n)
        for n in ("rx_power", "tx_power")
    }
    light = Transceiver(
        rx_power=powers["rx_power"],
        tx_power=powers["tx_power"],
        temperature=values.get("temperature"),
        bias=values.get("bias"),
        voltage=values.get("voltage"),
    )
    return Ont(
        ont_id=number,
        serial_number=values.get("serial_number"),
        up=values.get("up"),
        distance=distance if distance is not None and 0 <= distance <= _FARTHEST_M else None,
        transceiver=light if light != Transceiver() else None,
        olt_rx=values.get("olt_rx"),
    )


def _whole(moment: datetime) -> datetime:
    return moment.replace(microsecond=0)
