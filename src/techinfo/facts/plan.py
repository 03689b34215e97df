"""What is worked out of a table once, when its driver is first met, and holds for every reading."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, fields, replace
from typing import Any

from techinfo.driver.behind import (
    CpeMacTable,
    CpePortTable,
    CpeTable,
    OntLightTable,
    OntTable,
    OntUniTable,
    UnregisteredTable,
)
from techinfo.driver.cells import (
    IF_INDEX,
    ByScalar,
    Column,
    FromIndex,
    PortBy,
    PortKey,
    Valid,
)
from techinfo.driver.convert import Convert
from techinfo.driver.tables import (
    GroupTable,
    LeaseTable,
    MacTable,
    ProtectionTable,
    QuantityTable,
    SensorTable,
    SnoopingTable,
    Table,
)
from techinfo.wire import Cell, Index

Call = Callable[[Cell], Any]
BITMAPS = frozenset({PortBy.BRIDGE_PORT_BITMAP, PortBy.IF_INDEX_BITMAP})
_LISTS = (
    *(MacTable, LeaseTable, GroupTable, OntTable, OntLightTable, OntUniTable),
    *(UnregisteredTable, CpeTable, CpePortTable, CpeMacTable),
)
"""Tables with many rows of one port."""


@dataclass(frozen=True, slots=True)
class ValuePlan:
    """Where one value of a row stands, and what is made of it.

    Attributes:
        oid: Its column; empty: it stands in the index.
        take: Its part of the index.
        outer: So many arcs of the row's index are not in that column's.
        call: Makes the value of a cell; ``None``: the number in a scalar says which of ``cases``.
        scalar: That scalar.
        valid: The column that says whether it counts.
    """

    name: str
    oid: str
    take: Callable[[Index], Cell | None] | None
    outer: int
    call: Call | None
    scalar: str
    cases: dict[int, Call]
    valid: Valid | None


@dataclass(frozen=True, slots=True, eq=False)
class TablePlan:
    """A table, and how its rows are read.

    Attributes:
        columns: Every column that must be read, each once.
        scalars: Scalars that its units stand in.
        values: Its named values, in the order of its fields.
        extra: Names of values that only the last word on a row needs.
        word: Where the word stands that names a row's port; ``None``: it is in the index.
        plain: Nothing has a last word on whole rows, so that values can be taken column by column.
        named: Every row that tells of a port can be asked for by its port alone, with GET.
        under: All rows of a port stand together, below its number.
        is_if_index: A row's index begins with the ifIndex of its port, whichever port that is.
        every_index: A one-port question finds every row, whatever follows the port in the index.
        tails: Else what may follow it.
        of_context: It shows the VLAN of the context in which it is asked, and no other.
    """

    table: Table
    columns: tuple[str, ...]
    scalars: tuple[str, ...]
    values: tuple[ValuePlan, ...]
    extra: frozenset[str]
    word: ValuePlan | None
    plain: bool
    named: bool
    under: bool
    is_if_index: bool
    every_index: bool
    tails: tuple[Index, ...]
    of_context: bool


def plan_table(table: Table) -> TablePlan:
    """Work out how a table is read."""
    key = table.port
    return TablePlan(
        table=table,
        columns=columns(table),
        scalars=scalars(table),
        values=tuple(_value(name, source) for name, source in sources(table).items()),
        extra=frozenset(name for name, _ in table.extra),
        word=_value("", key.source) if key.source is not None else None,
        plain=table.row is None and table.row_active is None and not table.extra,
        named=is_named_by_port(table),
        under=is_under_port(table),
        is_if_index=key == replace(IF_INDEX, trailing=key.trailing),
        every_index=_is_every_index(table),
        tails=rows_of_only(key) if key.by is PortBy.FIXED_PORT else key.trailing,
        of_context=isinstance(table, MacTable) and bool(table.only_vlan),
    )


def _value(name: str, source: Column[Any] | FromIndex[Any]) -> ValuePlan:
    convert = source.convert
    by_scalar = convert if isinstance(convert, ByScalar) else None
    return ValuePlan(
        name=name,
        oid=source.oid if isinstance(source, Column) else "",
        take=source.take if isinstance(source, FromIndex) else None,
        outer=source.outer if isinstance(source, Column) else 0,
        call=None if isinstance(convert, ByScalar) else _call(convert),
        scalar=by_scalar.oid if by_scalar else "",
        cases={n: _call(case) for n, case in by_scalar.cases.items()} if by_scalar else {},
        valid=source.valid if isinstance(source, Column) else None,
    )


def _call(convert: Call) -> Call:
    """What a conversion runs, without the step in between."""
    return convert.call if type(convert) is Convert else convert


def sources(table: Table) -> dict[str, Column[Any] | FromIndex[Any]]:
    """The named values of a table, with where each stands."""
    named = {
        f.name: value
        for f in fields(table)
        if isinstance(value := getattr(table, f.name), Column | FromIndex)
    }
    return {**named, **dict(table.extra)}


def columns(table: Table) -> tuple[str, ...]:
    """Every column that must be read for a table, each once."""
    out: dict[str, None] = {}
    if isinstance(table, SnoopingTable):
        return (table.of_vlans.oid,) if table.of_vlans else ()
    if isinstance(table, SensorTable):
        own = (table.kind, table.scale, table.precision, table.value, table.status)
        return (*own, table.units) if table.units else own
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
    """Scalars that a table's units stand in, or whether it counts at all."""
    if isinstance(table, SnoopingTable):
        return (table.enabled.oid,)
    return tuple(
        {
            source.convert.oid
            for source in sources(table).values()
            if isinstance(source, Column) and isinstance(source.convert, ByScalar)
        }
        | ({table.interval} if isinstance(table, ProtectionTable) and table.interval else set())
    )


def scalars_beside(table: Table) -> tuple[str, ...]:
    """Every scalar that a table is read with, also the switch that is asked only if it is empty."""
    enabled = getattr(table, "enabled", None)
    return (*scalars(table), *((enabled.oid,) if isinstance(enabled, Valid) else ()))


def _is_every_index(table: Table) -> bool:
    """Whether a one-port question finds every row: so one port and all ports tell the same."""
    key = table.port
    if key.by is PortBy.FIXED_PORT:
        return isinstance(table, _LISTS)
    if key.source is not None or key.position:
        return True
    return key.trailing == ((),) and _tells_by_index(table)


def _tells_by_index(table: Table) -> bool:
    """Whether what follows the port in the index is data (an address, a lane, an ONT's number)."""
    return any(isinstance(s, FromIndex) and s.position != 0 for s in sources(table).values())


def rows_of_only(key: PortKey) -> tuple[Index, ...]:
    """The rows of a table that speaks of one port."""
    return ((0,),) if key.trailing == ((),) else key.trailing


def is_named_by_port(table: Table) -> bool:
    """Whether every row that tells of a port can be asked for by its port alone, with GET."""
    key = table.port
    if isinstance(table, SnoopingTable):
        return False
    if key.by is PortBy.FIXED_PORT:
        return not isinstance(table, _LISTS)
    if key.index_of is not None:
        return True
    return is_under_port(table) and (key.trailing != ((),) or not _tells_by_index(table))


def is_under_port(table: Table) -> bool:
    """Whether all rows of a port stand together, below its number."""
    key = table.port
    told = key.by is not PortBy.FIXED_PORT and key.source is None and not key.position
    return told and not isinstance(table, OntLightTable | OntUniTable | SnoopingTable)
