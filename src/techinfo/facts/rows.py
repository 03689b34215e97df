"""Cells into converted rows, and rows to their ports."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any, NamedTuple

from techinfo.driver.cells import PortBy, PortKey
from techinfo.driver.convert import decode_text
from techinfo.driver.tables import Row, SensorTable, Table
from techinfo.facts.joins import Joins, bits
from techinfo.facts.plan import BITMAPS, Call, TablePlan, ValuePlan
from techinfo.wire import Cell, Cells, Index

Merged = dict[int, dict[str, Any]]
"""Port -> what several tables say of it, by name."""


@dataclass(slots=True)
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
        ports: Port -> its rows, in the order of the table; or what it has once.
        seen: Rows that name a port, whether or not it is there.
        lost: Those that name none that is there, and may be anybody's.
        partial: Why there may be more rows than these; empty when the table shows all.
        suspects: Ports that may have rows which are told of an aggregate.
    """

    ports: Mapping[int, Any]
    seen: int
    lost: tuple[Lost, ...] = ()
    partial: str = ""
    suspects: frozenset[int] = frozenset()


class _Active(NamedTuple):
    """One value of the rows of a table, with its column at hand.

    Attributes:
        get: Index -> cell.
        valid_get: Index -> the cell that says whether this one counts.
    """

    name: str
    get: Callable[[Index], Cell | None]
    call: Call
    valid_get: Callable[[Index], Cell | None] | None
    valid: frozenset[int]


def _active(value: ValuePlan, cells: Cells, units: Mapping[str, Cell]) -> _Active | None:
    """A value that some rows may have; ``None``: none has it."""
    call = value.call
    if call is None:
        number = units.get(value.scalar)
        call = value.cases.get(number) if isinstance(number, int) else None
        if call is None:
            return None
    if value.take is not None:
        return _Active(value.name, value.take, call, None, frozenset())
    column = cells.get(value.oid)
    if not column:
        return None
    get = _of_outer(column, value.outer) if value.outer else column.get
    if value.valid is None:
        return _Active(value.name, get, call, None, frozenset())
    valid = cells.get(value.valid.oid, {})
    return _Active(value.name, get, call, valid.get, value.valid.values)


def _of_outer(column: Mapping[Index, Cell], arcs: int) -> Callable[[Index], Cell | None]:
    """The cell of another table, whose index is that of the row without so many arcs at its end."""
    return lambda index: column.get(index[:-arcs])


def _actives(plan: TablePlan, cells: Cells, units: Mapping[str, Cell]) -> list[_Active]:
    found = (_active(value, cells, units) for value in plan.values)
    return [value for value in found if value is not None]


def indexes(plan: TablePlan, cells: Cells) -> list[Index]:
    """The indexes of all rows that have at least one cell, in order."""
    out: set[Index] = set()
    for oid in plan.columns:
        out.update(cells.get(oid, ()))
    out.discard(())  # an agent that walks in any order may answer the column
    return sorted(out)


def rows(plan: TablePlan, cells: Cells, units: Mapping[str, Cell]) -> Iterator[FoundRow]:
    """Every row that has at least one cell, in the order of its index."""
    if not plan.plain:
        yield from _worded(plan, cells, units)
        return
    found, values = by_name(plan, cells, units)
    told = tuple(values.items())
    for place, index in enumerate(found):
        yield FoundRow(index, {n: v[place] for n, v in told if v[place] is not None})


def _worded(plan: TablePlan, cells: Cells, units: Mapping[str, Cell]) -> Iterator[FoundRow]:
    """The same of a table that has a last word on its rows."""
    found = indexes(plan, cells)
    actives = _actives(plan, cells, units) if found else []
    last_word = plan.table.row
    for index in found:
        values: dict[str, Any] = {}
        for name, get, call, valid_get, valid in actives:
            cell = get(index)
            if cell is None or (valid_get is not None and valid_get(index) not in valid):
                continue
            value = call(cell)
            if value is not None:
                values[name] = value
        counts = values.pop("row_active", True) is not False
        kept: Row | None = last_word(values) if counts and last_word else values if counts else None
        if kept is not None and plan.extra:
            kept = {name: value for name, value in kept.items() if name not in plan.extra}
        if kept is not None:
            yield FoundRow(index, kept)


def by_name(
    plan: TablePlan, cells: Cells, units: Mapping[str, Cell]
) -> tuple[list[Index], dict[str, list[Any]]]:
    """The indexes of all rows, and each named value of all of them, ``None`` where one has none.

    Of equal cells in a column only one is converted.
    """
    if not plan.plain:
        found_rows = list(_worded(plan, cells, units))
        names = {name for row in found_rows for name in row.values}
        told = {name: [row.values.get(name) for row in found_rows] for name in names}
        return [row.index for row in found_rows], told
    found = indexes(plan, cells)
    values = {a.name: _column(a, found) for a in _actives(plan, cells, units)} if found else {}
    return found, values


def _column(active: _Active, found: Iterable[Index]) -> list[Any]:
    _, get, call, valid_get, valid = active
    known: dict[Cell | None, Any] = {None: None}
    out = []
    for index in found:
        cell = get(index)
        if valid_get is not None and valid_get(index) not in valid:
            cell = None
        if cell not in known:
            known[cell] = call(cell) if cell is not None else None
        out.append(known[cell])
    return out


def laid(
    tables: Iterable[TablePlan],
    cells: Cells,
    units: Mapping[str, Cell],
    joins: Joins,
    *,
    zero_counts: bool,
) -> Merged:
    """What several tables tell of each port, one after the other; arguments as of `lay`."""
    merged: Merged = {}
    for plan in tables:
        lay(plan, cells, units, joins, merged, zero_counts=zero_counts)
    return merged


def lay(
    plan: TablePlan,
    cells: Cells,
    units: Mapping[str, Cell],
    joins: Joins,
    into: Merged,
    *,
    zero_counts: bool,
) -> None:
    """Lay the values of a table under the ports that its rows speak of, column by column.

    Args:
        plan: The table.
        cells: What was read.
        units: Scalars that were read.
        joins: What is known of the device's numbering.
        into: What earlier tables have told; the first value of a name is believed.
        zero_counts: ``False``: the first that is not zero.
    """
    places = Places(plan, cells, joins)
    if plan.plain:
        placed = [
            (index, into.setdefault(port, {}))
            for index in indexes(plan, cells)
            for port in places.ports(index)
        ]
        if placed:
            _lay_columns(_actives(plan, cells, units), placed, zero_counts=zero_counts)
        return
    for row in rows(plan, cells, units):
        for port in places.ports(row.index):
            known = into.setdefault(port, {})
            for name, value in row.values.items():
                if known.get(name) is None or not (zero_counts or known[name]):
                    known[name] = value


def _lay_columns(
    actives: Iterable[_Active],
    placed: Iterable[tuple[Index, dict[str, Any]]],
    *,
    zero_counts: bool,
) -> None:
    for name, get, call, valid_get, valid in actives:
        for index, known in placed:
            before = known.get(name)
            if before or (zero_counts and before is not None):
                continue
            cell = get(index)
            if cell is None or (valid_get is not None and valid_get(index) not in valid):
                continue
            value = call(cell)
            if value is not None:
                known[name] = value


class Places:
    """Which ports the rows of one table speak of, in one reading; each word is looked up once."""

    def __init__(self, plan: TablePlan, cells: Cells, joins: Joins) -> None:
        self._plan, self._joins = plan, joins
        self._known: dict[Any, tuple[int, ...]] = {}
        self._tail = 1 + len(plan.table.port.leading)
        self._only: tuple[int, ...] | None = None
        if plan.table.port.by is PortBy.FIXED_PORT:
            found = only_port(plan.table.port, joins)
            self._only = (found,) if found is not None else ()
        self._word = _active(plan.word, cells, {}) if plan.word else None

    def word(self, index: Index) -> int | str | bytes | None:
        """What names the port of a row, as its source converts it; ``None``: nothing does."""
        if self._plan.word is None:
            key = self._plan.table.port
            lead = len(key.leading)
            position = key.position + lead
            known = -len(index) <= position < len(index) and index[:lead] == key.leading
            return index[position] if known else None
        if self._word is None:
            return None
        _, get, call, valid_get, valid = self._word
        cell = get(index)
        if cell is None or (valid_get is not None and valid_get(index) not in valid):
            return None
        told: int | str | bytes | None = call(cell)
        return told

    def ports(self, index: Index) -> tuple[int, ...]:
        """The ports of a row, as ifIndex; none when it names no port that is there."""
        plan = self._plan
        if self._only is not None:
            return self._only if plan.every_index or index in plan.tails else ()
        if not plan.every_index and index[self._tail :] not in plan.tails:
            return ()
        if plan.is_if_index:
            return index[:1] if index[0] > 0 else ()
        word = self.word(index)
        found = self._known.get(word)
        if found is None:
            found = self._known[word] = _ports_of(plan.table, word, self._joins)
        return found

    def is_empty_list(self, index: Index) -> bool:
        """Whether a row's port list is there and no port is in it: it speaks of nobody.

        D-Link has two lists for a group, by filter mode, and one of them is mostly empty.
        """
        word = self.word(index) if self._plan.table.port.by in BITMAPS else None
        return isinstance(word, bytes) and not any(word)


def _ports_of(table: Table, word: int | str | bytes | None, joins: Joins) -> tuple[int, ...]:
    """The ports that a word names, as ifIndex."""
    key = table.port
    if key.by is PortBy.NAME:
        name = decode_text(word) if isinstance(word, bytes) else word
        named = joins.named(name) if isinstance(name, str) else None
        return (named,) if named is not None else ()
    if key.by is PortBy.PATTERN:  # V-SOL: port 1 is "GPON0/1 Clients"
        meant = only_port(replace(key, name=word), joins) if isinstance(word, str) else None
        return (meant,) if meant is not None else ()
    if isinstance(word, bytes):
        numbers = bits(word) if key.by in BITMAPS else ()
    elif key.breakouts and word in joins.broken_out:
        return joins.broken_out[word]
    else:
        numbers = (word,) if isinstance(word, int) and key.by not in BITMAPS else ()
    found = (_port_or_else(table, n + key.offset, joins) for n in numbers)
    return tuple(p for p in found if p is not None and _is_meant(key, p, joins))


def _port_or_else(table: Table, number: int, joins: Joins) -> int | None:
    found, other = _port_of_number(table, number, joins), table.port.or_else
    if found is not None or other is None:
        return found
    return _port_of_number(table, other(number), joins)


def _port_of_number(table: Table, number: int, joins: Joins) -> int | None:
    key = table.port
    if key.by is PortBy.BRIDGE_PORT or key.by is PortBy.BRIDGE_PORT_BITMAP:
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


def indexes_of(plan: TablePlan, if_index: int, joins: Joins) -> tuple[Index, ...] | None:
    """The rows that tell of one port; ``None`` when only a walk finds them."""
    if not plan.named:
        return None
    table = plan.table
    if table.port.by is PortBy.FIXED_PORT:
        return plan.tails if only_port(table.port, joins) == if_index else ()
    if table.port.index_of is not None:
        index = table.port.index_of(if_index)
        return () if index is None else (index,)
    numbers = numbers_of(table, if_index, joins)
    return tuple((*table.port.leading, n, *more) for n in numbers for more in plan.tails)


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
        cages = joins.broken_out.items() if key.breakouts else ()
        shared = tuple(entity for entity, ports in cages if if_index in ports)
        numbers = (*joins.entities.get(if_index, ()), *shared)
    return tuple(n - key.offset for n in numbers if n >= key.offset)
