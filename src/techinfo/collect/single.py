"""Which instances tell of one port: what a one-port question asks, and nothing more."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

from techinfo.collect.walking import unread_cause
from techinfo.driver.driver import Driver
from techinfo.facts.build import Read, tables_of
from techinfo.facts.joins import Joins, JoinTable, pieces
from techinfo.facts.rows import (
    columns,
    indexes_of,
    is_named_by_port,
    is_under_port,
    scalars,
)
from techinfo.model import Fact
from techinfo.wire import Cell, Index


@dataclass(frozen=True, slots=True)
class _Instance:
    fact: Fact
    column: str
    index: Index

    @property
    def oid(self) -> str:
        return ".".join((self.column, *map(str, self.index)))


@dataclass(frozen=True, slots=True)
class SinglePlan:
    """Instances of some facts of one port.

    Attributes:
        facts: Facts whose rows all follow from the port.
        instances: Cells of their rows.
        units: Scalars that their units stand in, by fact.
    """

    facts: tuple[Fact, ...]
    instances: tuple[_Instance, ...]
    units: tuple[tuple[Fact, str], ...]

    @property
    def oids(self) -> tuple[str, ...]:
        """Every instance once, in the order of the driver's tables."""
        return tuple(dict.fromkeys([*(u for _, u in self.units), *(i.oid for i in self.instances)]))

    def sorted_in(
        self, cells: Mapping[str, Cell], unread: Collection[str] = ()
    ) -> dict[Fact, Read]:
        """What was answered, by fact.

        Args:
            cells: Instance -> cell.
            unread: Instances whose values could not be read: their facts are not whole.
        """
        reads = {
            fact: Read(whole=False, partial=unread_cause(oid for oid in own if oid in unread))
            for fact, own in self._oids_by_fact().items()
        }
        for instance in self.instances:
            cell = cells.get(instance.oid)
            if cell is not None:
                reads[instance.fact].cells.setdefault(instance.column, {})[instance.index] = cell
        for fact, oid in self.units:
            if oid in cells:
                reads[fact].units[oid] = cells[oid]
        return reads

    def _oids_by_fact(self) -> dict[Fact, dict[str, None]]:
        own: dict[Fact, dict[str, None]] = {fact: {} for fact in self.facts}
        for fact, oid in self.units:
            own[fact][oid] = None
        for instance in self.instances:
            own[instance.fact][instance.oid] = None
        return own


def walks_nothing(driver: Driver, joined: Collection[JoinTable], facts: Iterable[Fact]) -> bool:
    """Whether a port that is known can be asked these facts by GET alone."""
    needed = {JoinTable.INTERFACES}
    for fact in facts:
        tables = tables_of(driver, fact)
        if not is_single(driver, fact):
            return False
        needed |= pieces(driver, tables, fact)
    return needed <= set(joined)


def is_single(driver: Driver, fact: Fact) -> bool:
    """Whether every row of a fact can be named from its port alone."""
    return all(is_named_by_port(t) for t in tables_of(driver, fact))


def is_under(driver: Driver, fact: Fact) -> bool:
    """Whether the rows of a fact that cannot be named at least stand together under their port.

    Of several MAC tables only whole ones tell which is the first with rows.
    """
    tables = tables_of(driver, fact)
    told = all(is_named_by_port(t) or is_under_port(t) for t in tables)
    return told and (fact is not Fact.MACS or len(tables) == 1)


def plan(driver: Driver, facts: Iterable[Fact], if_index: int, joins: Joins) -> SinglePlan:
    """The instances that tell these facts of one port."""
    told = tuple(facts)
    tables = [(fact, table) for fact in told for table in tables_of(driver, fact)]
    return SinglePlan(
        facts=told,
        instances=tuple(
            _Instance(fact, column, index)
            for fact, table in tables
            for number in joins.with_aggregate(if_index, fact)
            for index in indexes_of(table, number, joins) or ()
            for column in columns(table)
        ),
        units=tuple((fact, oid) for fact, table in tables for oid in scalars(table)),
    )
