"""Which instances tell of one port: what a one-port question asks, and nothing more."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import NamedTuple

from techinfo.collect.device_state import DeviceState
from techinfo.collect.walking import unread_cause
from techinfo.facts.build import FactPlan, Read
from techinfo.facts.clock import OIDS as CLOCK_OIDS
from techinfo.facts.joins import Joins
from techinfo.facts.rows import Merged, indexes_of
from techinfo.model import Fact
from techinfo.snmp.interface import Conversation
from techinfo.wire import Cell, Index


class _Instance(NamedTuple):
    fact: Fact
    port: int
    column: str
    at: Index
    oid: str


@dataclass(frozen=True, slots=True)
class SinglePlan:
    """Instances of some facts of one port.

    Attributes:
        facts: Facts whose rows all follow from the port.
        instances: Cells of their rows.
        units: Scalars that their units stand in, by fact.
    """

    facts: tuple[FactPlan, ...]
    instances: tuple[_Instance, ...]
    units: tuple[tuple[Fact, str], ...]

    @property
    def oids(self) -> tuple[str, ...]:
        """Every instance once, in the order of the driver's tables."""
        return tuple(dict.fromkeys([*(u for _, u in self.units), *(i.oid for i in self.instances)]))

    def sorted_in(
        self, cells: Mapping[str, Cell], unread: Collection[str] = ()
    ) -> list[tuple[FactPlan, Read]]:
        """What was answered, by fact.

        Args:
            cells: Instance -> cell.
            unread: Instances whose values could not be read: their facts are not whole.
        """
        reads = {plan.fact: Read(whole=False) for plan in self.facts}
        for fact, _, column, index, oid in self.instances:
            cell = cells.get(oid)
            if cell is not None:
                reads[fact].cells.setdefault(column, {})[index] = cell
        for fact, oid in self.units:
            if oid in cells:
                reads[fact].units[oid] = cells[oid]
        for fact, read in reads.items() if unread else ():
            read.partial = unread_cause(oid for oid in self._oids_of(fact) if oid in unread)
        return [(plan, reads[plan.fact]) for plan in self.facts]

    def without(self, columns: Collection[str]) -> tuple[str, ...]:
        """The instances without those that are in these columns alone."""
        left_out = {i.oid for i in self.instances if i.column in columns}
        return tuple(oid for oid in self.oids if oid not in left_out)

    @property
    def spare(self) -> frozenset[str]:
        """Columns that may tell nothing more than others have told."""
        needed = {
            column
            for plan in self.facts
            for table in plan.tables
            for column in table.columns
            if column not in plan.spare
        }
        return frozenset(c for plan in self.facts for c in plan.spare if c not in needed)

    def unsettled(
        self, cells: Mapping[str, Cell], joins: Joins, columns: Collection[str]
    ) -> tuple[tuple[tuple[str, str], ...], dict[Fact, Merged]]:
        """Spare columns with their instances that may tell more than what is read.

        Also what the cells tell of each port, of facts that have none of a spare column.

        Args:
            cells: Instance -> cell; what spare columns hold is not looked at.
            joins: What is known of the device's numbering.
            columns: Those that are looked for.
        """
        spare = self.spare
        out: list[tuple[str, str]] = []
        laid: dict[Fact, Merged] = {}
        if not columns:
            return (), laid
        for plan, read in self.sorted_in(cells):
            if plan.spare:
                known = {c: rows for c, rows in read.cells.items() if c not in spare}
                told = plan.laid(known, read.units, joins)
                if len(known) == len(read.cells):
                    laid[plan.fact] = told
                open_now = plan.unsettled(told)
                every = frozenset(plan.spare)
                out += [
                    (i.column, i.oid)
                    for i in self.instances
                    if i.fact is plan.fact
                    and i.column in columns
                    and i.column in open_now.get(i.port, every)
                ]
        return tuple(dict.fromkeys(out)), laid

    def told(self, cells: Collection[str], absent: Collection[str]) -> dict[str, bool]:
        """Columns of a link that answered, and those that the agent says it does not have."""
        of_link = [i for i in self.instances if i.fact is Fact.LINK]
        there = {i.column: True for i in of_link if i.oid in cells}
        return {i.column: False for i in of_link if i.oid in absent} | there

    def _oids_of(self, fact: Fact) -> dict[str, None]:
        told = [oid for of, oid in self.units if of is fact]
        return dict.fromkeys([*told, *(i.oid for i in self.instances if i.fact is fact)])


def instances_of(facts: Iterable[FactPlan], if_index: int, joins: Joins) -> SinglePlan:
    """The instances that tell these facts of one port."""
    told = tuple(facts)
    numbers = {f.fact: joins.with_aggregate(if_index, f.fact) for f in told}
    rows = [
        (f.fact, number, table, index)
        for f in told
        for table in f.tables
        for number in numbers[f.fact]
        for index in indexes_of(table, number, joins) or ()
    ]
    return SinglePlan(
        facts=told,
        instances=tuple(
            _Instance(fact, number, column, index, ".".join((column, *map(str, index))))
            for fact, number, table, index in rows
            for column in table.columns
        ),
        units=tuple((f.fact, oid) for f in told for table in f.tables for oid in table.scalars),
    )


async def read_single(
    conversation: Conversation,
    known: DeviceState,
    wanted: SinglePlan,
    if_index: int,
    identity: tuple[str, ...],
) -> tuple[dict[str, Cell], dict[Fact, Merged]]:
    """Who answers, which port this is, and the rows: of spare columns what may tell more.

    What that is, is mostly as it was last time, with this port or the one that was asked last.
    With it comes what the rows tell of each port, of facts for which that was worked out.
    """
    spare = wanted.spare
    before = known.spares.get(if_index, known.spares.get(0, spare))
    # The clock comes in the last request: a device that starts anew among them is found out.
    names = [oid for oid in identity if oid not in CLOCK_OIDS]
    clock = [oid for oid in identity if oid in CLOCK_OIDS]
    not_there = known.not_there
    rows = wanted.without((spare - before) | not_there)
    cells = await conversation.get(list(dict.fromkeys([*names, *rows, *clock])))
    known.note_absent(if_index, wanted.told(cells, conversation.counted.absent))
    more, laid = wanted.unsettled(cells, known.joins, spare - not_there)
    left = [oid for column, oid in more if oid not in rows]
    if left:
        again = await conversation.get([*names, *left, *clock])
        # Who is another one by now is found out by whoever looks at this.
        cells |= again
        laid = {}
    needed = frozenset(column for column, _ in more) | (before - spare)
    known.spares[if_index] = known.spares[0] = needed
    return cells, laid
