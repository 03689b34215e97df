"""A driver in words: every fact, OID, unit and proof, for people and for the list of devices."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from techinfo.driver.cells import Column, PortKey
from techinfo.driver.driver import Driver
from techinfo.driver.tables import FromDescr, QuantityTable, SensorTable, Table
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


def described(driver: Driver) -> Iterator[DescribedTable]:
    """Every table of a driver, in the order in which it is read."""
    yield DescribedTable("device", driver.hardware.mib, (), "scalar", tuple(_hardware(driver)))
    for fact in Fact:
        for table in tables_of(driver, fact):
            yield DescribedTable(
                fact.value, table.mib, table.verified_by, _row(table.port), tuple(_fields(table))
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
    for name, source in sources(table).items():
        where = source.oid if isinstance(source, Column) else source.where
        unit = source.convert.name
        if isinstance(source, Column) and source.valid:
            told = ", ".join(map(str, sorted(source.valid.values)))
            unit += f", valid where {source.valid.oid} is {told}"
        yield DescribedField(name, where, unit)


def _row(key: PortKey) -> str:
    if key.source is None:
        return key.by.value
    where = key.source.oid if isinstance(key.source, Column) else key.source.where
    return f"{key.by.value} in {where}"
