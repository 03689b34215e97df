"""Learnt MAC addresses: which port each row of the filtering databases stands at.

Of each row the first table that places it is believed. A row that no table places is lost: it may
be anybody's who can carry its VLAN, and so nobody of those is told that there is none.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from techinfo.driver.cells import FromIndex, PortBy
from techinfo.driver.cli_words import GROUP_ADDRESSES
from techinfo.driver.tables import MacTable
from techinfo.facts.aggregates import is_aggregate
from techinfo.facts.joins import Joins
from techinfo.facts.plan import TablePlan
from techinfo.facts.rows import Found, Lost, Places, by_name
from techinfo.if_types import DSL_TYPES, ETHERNET_TYPES, PON_TYPES
from techinfo.model import MacEntry, Port
from techinfo.wire import Cell, Cells, Index

_MAC_LENGTH = 6
_GROUPS = tuple(re.sub(r"(..)(?=.)", r"\1:", digits).upper() for digits in GROUP_ADDRESSES)
"""Nobody sends from one: agents that list them have them from snooping, or by hand."""
_OWN_PORT = re.compile(r"(?:^|[^a-z])(?:cpu|stack)", re.IGNORECASE)
_PORTS = ETHERNET_TYPES | DSL_TYPES | PON_TYPES
_Place = Callable[[Index, Cell | None], tuple[int, ...]]
"""The ports of a row, by its index and the number that names its port."""


@dataclass(slots=True)
class _Row:
    """One learnt address.

    Attributes:
        database: FdbId, which tells rows apart whose VLAN nobody tells; ``None``: it has none, and
            the port may tell the VLAN.
        ports: IfIndexes; none: it is lost.
    """

    mac: str
    vlan: int | None
    database: int | None
    ports: tuple[int, ...]


@dataclass(slots=True)
class _Database:
    """What one table tells.

    Attributes:
        own: Rows of the switch's own addresses, on no port of anybody's.
        numbered: Rows that name a port, the switch's own among them.
    """

    placed: list[_Row] = field(default_factory=list)
    lost: list[_Row] = field(default_factory=list)
    own: int = 0

    @property
    def numbered(self) -> int:
        return len(self.placed) + len(self.lost)


def macs(
    tables: Iterable[TablePlan],
    cells: Cells,
    units: Mapping[str, Cell],
    joins: Joins,
    only_vlan: int | None = None,
) -> Found:
    """MAC addresses by physical port, and those that no table places.

    Args:
        tables: Where they stand.
        cells: What was read.
        units: Scalars that were read.
        joins: What is known of the device's numbering.
        only_vlan: The VLAN in whose context all of this was read.
    """
    read = [(t, _database(t, cells, units, joins, only_vlan)) for t in tables]
    told = [(t, d) for t, d in read if d.numbered] or read[-1:]
    (plan, first), *others = told
    table, alone = _only_vlan(plan, only_vlan)
    for _, other in others:
        if first.lost:
            first = _together(first, other)
    ports: dict[int, dict[tuple[str, int], MacEntry]] = {}
    known: dict[int, tuple[dict[tuple[str, int], MacEntry], int | None]] = {}
    for row in first.placed:
        for if_index in row.ports:
            if if_index not in known:
                entries = ports.setdefault(joins.rolled_up(if_index), {})
                known[if_index] = entries, _vlan_of_port(table, if_index, joins)
            entries, untagged = known[if_index]
            vlan = untagged if row.vlan is None and row.database is None else row.vlan
            key = (row.mac, vlan if vlan is not None else -(row.database or 0))
            if key not in entries:
                entries[key] = MacEntry(mac=row.mac, vlan=vlan)
    lone = f"only the addresses of VLAN {alone} are told" if alone else ""
    lost = tuple(Lost(row.vlan) for row in first.lost if row.mac not in joins.own_macs)
    found = {p: tuple(entries.values()) for p, entries in ports.items()}
    return Found(found, first.numbered, lost, lone, _suspects(found, joins))


def all_placed(plan: TablePlan, cells: Cells, units: Mapping[str, Cell], joins: Joins) -> bool:
    """Whether a table leaves none of its rows without a port."""
    return not _database(plan, cells, units, joins).lost


def _only_vlan(plan: TablePlan, context: int | None) -> tuple[MacTable, int | None]:
    """The table, and the one VLAN that it shows."""
    table: Any = plan.table
    return table, table.only_vlan if context is None else context


def _database(
    plan: TablePlan,
    cells: Cells,
    units: Mapping[str, Cell],
    joins: Joins,
    context: int | None = None,
) -> _Database:
    out = _Database()
    table, alone = _only_vlan(plan, context)
    number_at = _number_at(plan, cells)
    indexes, told = by_name(plan, cells, units)
    none: list[Any] = [None] * len(indexes)
    columns = (told.get(name, none) for name in ("mac", "vlan", "fdb_id", "managed", "learnt"))
    learnt = [
        row
        for row in zip(indexes, *columns, strict=True)
        if row[1] is not None and row[-1] is not False and not row[1].startswith(_GROUPS)
    ]
    numbers = [number_at(row[0]) for row in learnt]
    several = {n for n in set(numbers) if isinstance(n, int) and n > 0}
    place = _place(table, several, Places(plan, cells, joins), joins)
    if plan.word is not None and plan.word.valid is None and not plan.word.take:
        place = _by_number(place)
    is_index = isinstance(table.mac, FromIndex)
    for (index, mac, vlan, fdb_id, managed, _), number in zip(learnt, numbers, strict=True):
        # Zero: the switch's own addresses, CPU port (field note F16); less: on no port (vrp_5720).
        if isinstance(number, int) and number <= 0:
            out.own += 1
            continue
        # An index may have room for nothing but the address itself (field note F8).
        full = is_index and len(index) <= _MAC_LENGTH
        misread = full and isinstance(table.vlan, FromIndex)
        tag = alone if misread or vlan is None else vlan
        database = None if full else fdb_id
        if tag is None and database is not None:
            tags = joins.fdb_vlans.get(database, ())
            tag = tags[0] if len(tags) == 1 else None
        found = _Row(mac, tag, database, place(index, number))
        if found.ports:
            out.placed.append(found)
        elif managed or _is_own_port(number, joins):
            out.own += 1
        else:
            out.lost.append(found)
    return out


def _number_at(plan: TablePlan, cells: Cells) -> Callable[[Index], Cell | None]:
    """What tells the number of a row's port, by its index."""
    if plan.word is None:
        return _no_number
    return plan.word.take or cells.get(plan.word.oid, {}).get


def _no_number(_: Index) -> None:
    return None


def _is_own_port(number: Cell | None, joins: Joins) -> bool:
    """Whether a number that is no bridge port is the interface of the CPU, or of a stack."""
    port = joins.ports.get(number) if isinstance(number, int) else None
    words = (port.name, port.descr) if port else ()
    return any(word and _OWN_PORT.search(word) for word in words)


def _place(table: MacTable, numbers: set[int], places: Places, joins: Joins) -> _Place:
    """How the rows of a table are placed, by all of the numbers that are in it."""

    def as_stated(index: Index, _: Cell | None) -> tuple[int, ...]:
        return places.ports(index)

    if table.port.by is not PortBy.BRIDGE_PORT or table.port.offset or table.port.or_else:
        return as_stated
    dead = {n for n in numbers if joins.if_index_of_bridge(n) is None}
    if not dead:
        return as_stated
    if not joins.bridge:
        # That they are ifIndexes is a guess (F2): where most are no ports it was wrong (F1).
        return _nowhere if 2 * len(dead) > len(numbers) else as_stated
    if joins.bridge_lost or not all(_is_port(joins.ports.get(n)) for n in numbers):
        return as_stated
    if not numbers & joins.bridge.keys() and not _is_overlapping(joins):
        return _as_if_index

    # They may be bridge ports or ifIndexes: only those that are one port in both are sure.
    def if_same(index: Index, number: Cell | None) -> tuple[int, ...]:
        stated = places.ports(index)
        return stated if stated == (number,) else ()

    return if_same


def _by_number(place: _Place) -> _Place:
    """The same where the number alone says which ports a row has: most rows share theirs."""
    known: dict[Cell | None, tuple[int, ...]] = {}

    def remembered(index: Index, number: Cell | None) -> tuple[int, ...]:
        found = known.get(number)
        if found is None:
            found = known[number] = place(index, number)
        return found

    return remembered


def _nowhere(_: Index, __: Cell | None) -> tuple[int, ...]:
    return ()


def _as_if_index(_: Index, number: Cell | None) -> tuple[int, ...]:
    return (number,) if isinstance(number, int) else ()


def _is_port(port: Port | None) -> bool:
    return port is not None and (port.if_type in _PORTS or is_aggregate(port))


def _is_overlapping(joins: Joins) -> bool:
    """Whether the number of some port is the bridge port of another: then it could be either."""
    return any(joins.bridge.get(n, n) != n for n, port in joins.ports.items() if _is_port(port))


def _together(first: _Database, other: _Database) -> _Database:
    """Two databases of one switch: what the first has lost the other may place.

    Where both place an address and differ, the one that has lost nothing is right; if both have
    lost some, nobody knows.
    """
    theirs: dict[str, list[_Row]] = {}
    for row in other.placed:
        theirs.setdefault(row.mac, []).append(row)
    out = _Database(own=first.own + other.own)
    known = {row.mac for row in (*first.placed, *first.lost)}
    for row in first.placed:
        twin = _only(theirs.get(row.mac, []), row.vlan)
        if twin is None or twin.ports == row.ports:
            out.placed.append(row)
        elif not other.lost:
            out.placed.append(_Row(row.mac, row.vlan, row.database, twin.ports))
        else:
            out.lost.append(row)
    times = _times(first.lost)
    standing = {row.mac for row in first.placed}
    for row in first.lost:
        twin = _only(theirs.get(row.mac, []), row.vlan)
        if twin is not None and times[row.mac] == 1 and row.mac not in standing:
            out.placed.append(_Row(row.mac, row.vlan, row.database, twin.ports))
        else:
            out.lost.append(row)
    out.placed += [row for row in other.placed if row.mac not in known]
    out.lost += [row for row in other.lost if row.mac not in known]
    return out


def _only(found: list[_Row], vlan: int | None) -> _Row | None:
    """The one row that can be of this VLAN."""
    fitting = [r for r in found if vlan is None or r.vlan is None or r.vlan == vlan]
    return fitting[0] if len(fitting) == 1 else None


def _times(lost: Iterable[_Row]) -> dict[str, int]:
    out: dict[str, int] = {}
    for row in lost:
        out[row.mac] = out.get(row.mac, 0) + 1
    return out


def _vlan_of_port(table: MacTable, if_index: int, joins: Joins) -> int | None:
    """The tag of a row without one: that of its sub-interface (F17), or of its untagged frames."""
    if if_index in joins.sub_vlans:
        return joins.sub_vlans[if_index]
    return joins.pvid(if_index) if table.pvid else None


def _suspects(found: Mapping[int, object], joins: Joins) -> frozenset[int]:
    """Ports that may be members of an aggregate with rows, of which nobody tells the members.

    A member is often no bridge port of its own (Cisco, HP); where all are, nothing tells.
    """
    told = {joins.aggregate_of(member) for member in joins.memberships}
    orphans = [n for n in found if n in joins.ports and is_aggregate(joins.ports[n])]
    if all(n in told for n in orphans) or not joins.bridge:
        return frozenset()
    return frozenset(_unbridged(found, joins))


def _unbridged(found: Mapping[int, object], joins: Joins) -> Iterator[int]:
    bridged = set(joins.bridge.values())
    for n, port in joins.ports.items():
        plain = port.if_type in ETHERNET_TYPES and not is_aggregate(port)
        if plain and n not in bridged and n not in found and n not in joins.memberships:
            yield n


@dataclass(frozen=True, kw_only=True, slots=True)
class VlanTable:
    """The MAC table as an agent shows it in the context of one VLAN.

    Attributes:
        bridge: Bridge port -> ifIndex, in this very context (field note F13).
    """

    cells: Cells
    bridge: Mapping[int, int]


def macs_of_contexts(
    table: TablePlan, contexts: Mapping[int, VlanTable], units: Mapping[str, Cell], joins: Joins
) -> Found:
    """MAC addresses by physical port, those of all contexts; a row has the VLAN of its context."""
    ports: dict[int, dict[Any, None]] = {}
    lost: list[Lost] = []
    seen = 0
    for vlan, shown in contexts.items():
        # A bridge port is never taken for an ifIndex here: the contexts have their own table.
        view = replace(joins, bridge=dict(shown.bridge), bridge_lost=not shown.bridge)
        found = macs((table,), shown.cells, units, view, vlan)
        seen += found.seen
        lost += found.lost
        for port, entries in found.ports.items():
            ports.setdefault(port, {}).update(dict.fromkeys(entries))
    return Found({p: tuple(rows) for p, rows in ports.items()}, seen, tuple(lost))
