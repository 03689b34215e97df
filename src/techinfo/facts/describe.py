"""A driver in words: every fact, OID, unit and proof, for people and for the list of devices."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, fields

from techinfo.driver.cells import Column
from techinfo.driver.driver import Driver
from techinfo.driver.tables import FromDescr, QuantityTable, SensorTable, SnoopingTable, Table
from techinfo.facts.build import tables_of
from techinfo.facts.plan import columns, sources
from techinfo.model import Fact


@dataclass(frozen=True, slots=True)
class DescribedField:
    """One value: its name, where it stands, what it is."""

    name: str
    oid: str
    unit: str


@dataclass(frozen=True, slots=True)
class DescribedTable:
    """One table of a driver."""

    fact: str
    mib: str
    verified_by: tuple[str, ...]
    row: str
    fields: tuple[DescribedField, ...]


ANY = "*"
_MEASURED = ("bias", "rx_power", "temperature", "tx_power", "voltage")
_ALSO = {
    "fdb_id": "vlan",
    "pvid": "vlan",
    "only_vlan": "vlan",
    "high_speed": "speed",
    "if_speed": "speed",
    "lanes_rx": "rx_power",
    "lanes_tx": "tx_power",
    "lanes_bias": "bias",
}
"""Columns of tables that another field is made of."""


def told_fields(driver: Driver) -> dict[str, tuple[str, ...]]:
    """The facts that a driver has tables for -> fields of them that it can tell.

    `ANY` among them: the last word on a table's rows may give any field.
    """
    told = {fact.value: tables_of(driver, fact) for fact in Fact}
    return {
        fact: tuple(sorted({name for table in tables for name in _told_by(table)}))
        for fact, tables in told.items()
        if tables
    }


def _told_by(table: Table) -> Iterator[str]:
    if table.row is not None:
        yield ANY
    elif isinstance(table, SensorTable):
        yield from _MEASURED
    elif isinstance(table, QuantityTable):
        yield from (quantity.field for quantity in table.kinds.values())
    else:
        for column in fields(table):
            if getattr(table, column.name):
                yield _ALSO.get(column.name, column.name)


def described(driver: Driver) -> Iterator[DescribedTable]:
    """Every table of a driver, in the order in which it is read."""
    yield DescribedTable("device", driver.hardware.mib, (), "scalar", tuple(_hardware(driver)))
    for fact in Fact:
        for table in tables_of(driver, fact):
            yield DescribedTable(
                fact.value, table.mib, table.verified_by, _row(table), tuple(_fields(table))
            )


def _hardware(driver: Driver) -> Iterator[DescribedField]:
    h = driver.hardware
    for name in ("model", "firmware", "serial_number", "mac"):
        for source in getattr(h, name):
            if isinstance(source, FromDescr):
                yield DescribedField(name, "sysDescr", source.pattern)
            else:
                yield DescribedField(name, source.oid, source.convert.name)


def _fields(table: Table) -> Iterator[DescribedField]:
    if isinstance(table, SensorTable):
        yield from (
            DescribedField("sensor", oid, "type, scale, precision") for oid in columns(table)
        )
    if isinstance(table, QuantityTable):
        for kind, quantity in table.kinds.items():
            units = "".join(f", in unit {u}: {c.name}" for u, c in quantity.units.items())
            yield DescribedField(
                quantity.field,
                table.value,
                f"where the kind is {kind}: {quantity.convert.name}{units}",
            )
    if isinstance(table, SnoopingTable):
        yield from _switches(table)
    for name, source in sources(table).items():
        where = source.oid if isinstance(source, Column) else source.where
        unit = source.convert.name
        if isinstance(source, Column) and source.valid:
            told = ", ".join(map(str, sorted(source.valid.values)))
            unit += f", valid where {source.valid.oid} is {told}"
        yield DescribedField(name, where, unit)


def _switches(table: SnoopingTable) -> Iterator[DescribedField]:
    for name, valid in (("on", table.enabled), ("vlans", table.of_vlans)):
        if valid is not None:
            numbers = ", ".join(map(str, sorted(valid.values)))
            yield DescribedField(name, valid.oid, f"on where it is {numbers}")


def _row(table: Table) -> str:
    key = table.port
    if isinstance(table, SnoopingTable):
        return "vlan" if table.of_vlans else "scalar"
    if key.source is None:
        return key.by.value
    where = key.source.oid if isinstance(key.source, Column) else key.source.where
    return f"{key.by.value} in {where}"
