"""Cells into converted rows, and rows to their ports."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields, replace
from typing import Any

from techinfo.driver.cells import ByScalar, Column, FromIndex, PortBy, PortKey
from techinfo.driver.convert import decode_text
from techinfo.driver.tables import (
    CpeMacTable,
    CpePortTable,
    CpeTable,
    GroupTable,
    LeaseTable,
    MacTable,
    OntLightTable,
    OntTable,
    OntUniTable,
    QuantityTable,
    Row,
    SensorTable,
    Table,
)
from techinfo.facts.joins import Joins, bits
from techinfo.wire import Cell, Cells, Index

_BITMAPS = frozenset({PortBy.BRIDGE_PORT_BITMAP, PortBy.IF_INDEX_BITMAP})
_LISTS = (
    *(MacTable, LeaseTable, GroupTable, OntTable, OntLightTable, OntUniTable),
    *(CpeTable, CpePortTable, CpeMacTable),
)
"""Tables with many rows of one port."""


@dataclass(frozen=True, slots=True)
class FoundRow:
    """One row: its index, and the values that its cells and its index hold."""

    index: Index
    values: Row


@dataclass(frozen=True, slots=True)
class Lost:
    """A row that speaks of somebody, and of no port that is there.

    Attributes:
        vlan: Its VLAN; ``None``: nobody tells.
    """

    vlan: int | None = None


@dataclass(frozen=True, slots=True)
class Found:
    """Rows by port.

    Attributes:
        ports: Port -> its rows, in the order of the table.
        seen: Rows that name a port, whether or not it is there.
        lost: Those that name none that is there, and may be anybody's.
        partial: Why there may be more rows than these; empty when the table shows all.
        suspects: Ports that may have rows which are told of an aggregate.
    """

    ports: Mapping[int, tuple[Any, ...]]
    seen: int
    lost: tuple[Lost, ...] = ()
    partial: str = ""
    suspects: frozenset[int] = frozenset()


def sources(table: Table) -> dict[str, Column[Any] | FromIndex[Any]]:
    """The named values of a table, with where each stands."""
    return {
        f.name: value
        for f in fields(table)
        if isinstance(value := getattr(table, f.name), Column | FromIndex)
    }


def columns(table: Table) -> tuple[str, ...]:
    """Every column that must be read for a table, each once."""
    out: dict[str, None] = {}
    if isinstance(table, SensorTable):
        return (table.kind, table.scale, table.precision, table.value, table.status)
    if isinstance(table, QuantityTable):
        out[table.value] = None
    found = [*sources(table).values(), table.port.source]
    for source in found:
        if isinstance(source, Column):
            out[source.oid] = None
            if source.valid:
                out[source.valid.oid] = None
    return tuple(out)


def scalars(table: Table) -> tuple[str, ...]:
    """Scalars that a table's units stand in."""
    return tuple(
        {
            source.convert.oid
            for source in sources(table).values()
            if isinstance(source, Column) and isinstance(source.convert, ByScalar)
        }
    )


def value_of(
    source: Column[Any] | FromIndex[Any], index: Index, cells: Cells, units: Mapping[str, Cell]
) -> Any | None:
    """One converted value; ``None`` when there is no cell, it is a sentinel or does not count."""
    if isinstance(source, FromIndex):
        part = source.take(index)
        return source.convert(part) if part is not None else None
    cell = cells.get(source.oid, {}).get(index)
    if cell is None:
        return None
    if source.valid and cells.get(source.valid.oid, {}).get(index) not in source.valid.values:
        return None
    convert = source.convert
    if isinstance(convert, ByScalar):
        number = units.get(convert.oid)
        chosen = convert.cases.get(number) if isinstance(number, int) else None
        return chosen(cell) if chosen else None
    return convert(cell)


def rows(table: Table, cells: Cells, units: Mapping[str, Cell]) -> Iterator[FoundRow]:
    """Every row that has at least one cell, in the order of its index."""
    indexes: set[Index] = set()
    for oid in columns(table):
        indexes.update(cells.get(oid, {}))
    wanted = sources(table)
    for index in sorted(indexes - {()}):  # an agent that walks in any order may answer the column
        values: dict[str, Any] = {
            name: value
            for name, source in wanted.items()
            if (value := value_of(source, index, cells, units)) is not None
        }
        if values.pop("counts", True) is False:
            continue
        kept = table.row(values) if table.row else values
        if kept is not None:
            yield FoundRow(index, kept)


def ports_of(table: Table, row: FoundRow, cells: Cells, joins: Joins) -> tuple[int, ...]:
    """The ports that a row speaks of, as ifIndex; none when it names no port that is there."""
    key = table.port
    if key.by is PortBy.FIXED_PORT:
        found = only_port(key, joins) if _is_whole_index(table, row.index) else None
        return (found,) if found is not None else ()
    if not _is_whole_index(table, row.index):
        return ()
    raw = port_word(key, row.index, cells)
    if key.by is PortBy.NAME:
        word = decode_text(raw) if isinstance(raw, bytes) else raw
        named = joins.named(word) if isinstance(word, str) else None
        return (named,) if named is not None else ()
    if key.by is PortBy.PATTERN:  # V-SOL: port 1 is "GPON0/1 Clients"
        meant = only_port(replace(key, name=raw), joins) if isinstance(raw, str) else None
        return (meant,) if meant is not None else ()
    if isinstance(raw, bytes):
        numbers = bits(raw) if key.by in _BITMAPS else ()
    else:
        numbers = (raw,) if isinstance(raw, int) and key.by not in _BITMAPS else ()
    found_all = (_port_or_else(table, n + key.offset, joins) for n in numbers)
    return tuple(p for p in found_all if p is not None and _is_meant(key, p, joins))


def is_empty_list(table: Table, row: FoundRow, cells: Cells) -> bool:
    """Whether a row's port list is there and no port is in it: it speaks of nobody.

    D-Link has two lists for a group, by filter mode, and one of them is mostly empty.
    """
    raw = port_word(table.port, row.index, cells) if table.port.by in _BITMAPS else None
    return isinstance(raw, bytes) and not any(raw)


def port_word(key: PortKey, index: Index, cells: Cells) -> int | str | bytes | None:
    """What names the port of a row, as its source converts it; ``None`` when nothing does."""
    if key.source is None:
        known = -len(index) <= key.position < len(index)
        return index[key.position] if known else None
    return value_of(key.source, index, cells, {})


def _is_whole_index(table: Table, index: Index) -> bool:
    """Whether a one-port question finds this row too: what a walk finds beside it does not count.

    So one port and all ports tell the same.
    """
    key = table.port
    if key.by is PortBy.FIXED_PORT:
        return isinstance(table, _LISTS) or index in _rows_of_only(key)
    if key.source is not None or key.position or index[1:] in key.trailing:
        return True
    return key.trailing == ((),) and _tells_by_index(table)


def _tells_by_index(table: Table) -> bool:
    """Whether what follows the port in the index is data (an address, a lane, an ONT's number)."""
    return any(isinstance(s, FromIndex) and s.position != 0 for s in sources(table).values())


def _rows_of_only(key: PortKey) -> tuple[Index, ...]:
    return ((0,),) if key.trailing == ((),) else key.trailing


def _port_or_else(table: Table, number: int, joins: Joins) -> int | None:
    found, other = _port_of_number(table, number, joins), table.port.or_else
    return (
        found
        if found is not None or other is None
        else _port_of_number(table, other(number), joins)
    )


def _port_of_number(table: Table, number: int, joins: Joins) -> int | None:
    key = table.port
    if key.by in {PortBy.BRIDGE_PORT, PortBy.BRIDGE_PORT_BITMAP}:
        return joins.if_index_of_bridge(number)
    if key.by is PortBy.LLDP_PORT:
        return joins.lldp.get(number) if joins.lldp else joins.if_index_of_bridge(number)
    if key.by is PortBy.ENTITY:
        known_in = joins.sensor_port if isinstance(table, SensorTable) else joins.entity_port
        return known_in.get(number)
    # A row whose own index is an ifIndex makes its port known, though ifTable has no such row
    # (procurve_2520, transceiver 49); a number in a cell does so only where there is no ifTable.
    known = number in joins.ports or not joins.ports or key.source is None or key.unlisted
    return number if number > 0 and known else None


def only_port(key: PortKey, joins: Joins) -> int | None:
    """The one port whose name or description the key's pattern matches."""
    if key.name not in joins.only:
        found = [number for number in joins.ports if _is_meant(key, number, joins)]
        joins.only[key.name] = found[0] if len(found) == 1 else None
    return joins.only[key.name]


def _is_meant(key: PortKey, if_index: int, joins: Joins) -> bool:
    """Whether the port bears a name that the key allows."""
    port = joins.ports.get(if_index)
    names = (port.name, port.descr) if port else ()
    return not key.name or any(n and re.fullmatch(key.name, n, re.IGNORECASE) for n in names)


def is_named_by_port(table: Table) -> bool:
    """Whether every row that tells of a port can be asked for by its port alone, with GET."""
    key = table.port
    if key.by is PortBy.FIXED_PORT:
        return not isinstance(table, _LISTS)
    return is_under_port(table) and (key.trailing != ((),) or not _tells_by_index(table))


def is_under_port(table: Table) -> bool:
    """Whether all rows of a port stand together, below its number."""
    key = table.port
    told = key.by is not PortBy.FIXED_PORT and key.source is None and not key.position
    return told and not isinstance(table, OntLightTable | OntUniTable)


def indexes_of(table: Table, if_index: int, joins: Joins) -> tuple[Index, ...] | None:
    """The rows that tell of one port; ``None`` when only a walk finds them."""
    key = table.port
    if not is_named_by_port(table):
        return None
    if key.by is PortBy.FIXED_PORT:
        return _rows_of_only(key) if only_port(key, joins) == if_index else ()
    return tuple((n, *more) for n in numbers_of(table, if_index, joins) for more in key.trailing)


def numbers_of(table: Table, if_index: int, joins: Joins) -> tuple[int, ...]:
    """How a table whose rows stand under their port numbers this port."""
    key = table.port
    if not _is_meant(key, if_index, joins):
        return ()
    numbers: tuple[int, ...] = (if_index,)
    if key.by is PortBy.BRIDGE_PORT:
        numbers = joins.bridge_ports_of(if_index)
    elif isinstance(table, SensorTable):
        numbers = joins.sensors.get(if_index, ())
    elif key.by is PortBy.ENTITY:
        numbers = joins.entities.get(if_index, ())
    return tuple(n - key.offset for n in numbers if n >= key.offset)
