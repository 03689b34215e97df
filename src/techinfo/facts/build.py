"""Cells of one fact into values by port, and how complete they are."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from techinfo.driver.cells import Valid
from techinfo.driver.driver import Driver
from techinfo.driver.tables import SensorTable, Table
from techinfo.errors import DeviceError, SnmpProtocolError, SnmpTimeoutError
from techinfo.facts import (
    cpes,
    onts,
    optics,
    placing,
    port_facts,
    port_vlans,
    protections,
    row_facts,
)
from techinfo.facts.clock import Clock
from techinfo.facts.joins import Joins, JoinTable, pieces
from techinfo.facts.plan import TablePlan, plan_table
from techinfo.facts.rows import Found, Merged, laid
from techinfo.model import Fact, Part, State
from techinfo.wire import Cell, Cells, Index


@dataclass(kw_only=True)
class Read:
    """Cells of one fact, and how they came.

    Attributes:
        units: Scalars that units stand in.
        pvids: Bridge ports of the one port that was asked for -> PVID.
        contexts: What was told in the context of each VLAN, of an agent that has such.
        onts: The ONTs that were asked themselves, by their index.
        laid: What the cells tell of each port (`FactPlan.laid`), where that is known already.
        whole: They cover every port of the device.
    """

    cells: dict[str, dict[Index, Cell]] = field(default_factory=dict)
    units: dict[str, Cell] = field(default_factory=dict)
    pvids: dict[int, int] = field(default_factory=dict)
    contexts: dict[int, placing.VlanTable] = field(default_factory=dict)
    onts: Mapping[Index, onts.OntKey] = field(default_factory=dict)
    laid: Merged | None = None
    partial: str = ""
    whole: bool = True


@dataclass(frozen=True, kw_only=True)
class Built:
    """Values by port (ifIndex), and the state of the fact.

    Attributes:
        lost: Some rows have found no port.
    """

    ports: Mapping[int, Any]
    part: Part
    lost: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class _Input:
    """What the facts of one kind are made of.

    Attributes:
        clock: The device's; ``None``: it cannot be believed.
    """

    tables: tuple[TablePlan, ...]
    read: Read
    joins: Joins
    clock: Clock | None
    now: datetime

    @property
    def cells(self) -> tuple[tuple[TablePlan, ...], Cells, Mapping[str, Cell], Joins]:
        """The tables, what was read of them, and how their rows find their ports."""
        return self.tables, self.read.cells, self.read.units, self.joins


_Make = Callable[[_Input], Mapping[int, Any] | Found]


def _macs(x: _Input) -> Found:
    if not x.read.contexts:
        return placing.macs(*x.cells)
    table = next(t for t in x.tables if t.of_context)
    return placing.macs_of_contexts(table, x.read.contexts, x.read.units, x.joins)


_SETTLED: Mapping[Fact, Callable[[Mapping[str, Any]], set[str]]] = {
    Fact.LINK: port_facts.settled_link,
    Fact.COUNTERS: port_facts.settled_counters,
}
"""Facts that are put together from several tables -> which values need no further table."""
_HOW: Mapping[Fact, tuple[str, _Make]] = {
    Fact.LINK: ("links", lambda x: port_facts.links(*x.cells, x.clock, x.read.laid)),
    Fact.COUNTERS: ("counters", lambda x: port_facts.counters(*x.cells, x.clock, x.read.laid)),
    Fact.TRANSCEIVER: ("transceivers", lambda x: optics.transceivers(*x.cells)),
    Fact.MACS: ("macs", _macs),
    Fact.LEASES: ("leases", lambda x: row_facts.leases(*x.cells, x.now)),
    Fact.GROUPS: ("groups", lambda x: row_facts.groups(*x.cells, x.now)),
    Fact.SHAPING: ("shaping", lambda x: row_facts.shaping(*x.cells)),
    Fact.VLANS: ("vlans", lambda x: port_vlans.port_vlans(*x.cells, x.read.pvids)),
    Fact.ONTS: ("onts", lambda x: onts.onts(*x.cells)),
    Fact.ONT_LIGHT: ("ont_light", lambda x: onts.ont_light(*x.cells[:3], x.read.onts)),
    Fact.NEIGHBOURS: ("neighbours", lambda x: row_facts.neighbours(*x.cells)),
    Fact.CPE: ("cpes", lambda x: cpes.cpes(*x.cells, x.now)),
    Fact.PROTECTION: ("protections", lambda x: protections.protections(*x.cells)),
    Fact.GASPS: ("gasps", lambda x: row_facts.gasps(*x.cells, x.clock, x.now)),
    Fact.UNREGISTERED: ("unregistered", lambda x: onts.unregistered(*x.cells)),
    Fact.SNOOPING: ("snooping", lambda x: row_facts.snooping(*x.cells)),
}
"""Fact -> the field of `Driver` with its tables, and what their cells become: a value for each
port, or rows. `Fact.DEVICE` has no table."""


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class FactPlan:
    """How one fact is read on one platform.

    Attributes:
        tables: The tables that tell it; none: unsupported.
        joins: What must be joined to read them.
        single: Every row can be named from its port alone.
        under: The rows that cannot be named at least stand together under their port.
        spare: Columns that tell only what an earlier table may have told -> the names of that.
        make: What the cells become.
    """

    fact: Fact
    tables: tuple[TablePlan, ...]
    joins: frozenset[JoinTable]
    single: bool
    under: bool
    spare: Mapping[str, frozenset[str]]
    make: _Make

    def laid(self, cells: Cells, units: Mapping[str, Cell], joins: Joins) -> Merged:
        """What the tables tell of each port, of a fact that has spare columns."""
        return laid(self.tables, cells, units, joins, zero_counts=self.fact is Fact.LINK)

    def unsettled(self, told: Merged) -> Mapping[int, frozenset[str]]:
        """The spare columns that still may tell something, by port; ports without one are left out.

        Args:
            told: What the other columns tell.
        """
        settled = {port: _SETTLED[self.fact](values) for port, values in told.items()}
        return {
            port: frozenset(oid for oid, names in self.spare.items() if not names <= told)
            for port, told in settled.items()
        }


def tables_of(driver: Driver, fact: Fact) -> tuple[Table, ...]:
    """The tables that tell a fact on this platform; none: unsupported."""
    return tuple(getattr(driver, _HOW[fact][0])) if fact in _HOW else ()


def plan_facts(driver: Driver) -> dict[Fact, FactPlan]:
    """How each fact is read but `Fact.DEVICE`: worked out once for all devices of a driver."""
    return {fact: _plan(driver, fact) for fact in _HOW}


def _plan(driver: Driver, fact: Fact) -> FactPlan:
    told = tables_of(driver, fact)
    tables = tuple(plan_table(table) for table in told)
    near = all(table.named or table.under for table in tables)
    return FactPlan(
        fact=fact,
        tables=tables,
        joins=pieces(driver, told, fact),
        single=all(table.named for table in tables),
        # Of several MAC tables only whole ones tell which is the first with rows.
        under=near and (fact is not Fact.MACS or len(tables) == 1),
        spare=_spare(tables) if fact in _SETTLED else {},
        make=_HOW[fact][1],
    )


_MOVING = frozenset({"up", "last_change"})


def moving(plan: FactPlan) -> FactPlan:
    """Of the link only what moves: whether it is up, and since when.

    A table whose rows have more to say than their cells is read as a whole.
    """
    told = (t for t in plan.tables if any(value.name in _MOVING for value in t.values))
    tables = tuple(_moving(t) if t.plain and t.word is None else t for t in told)
    return replace(plan, tables=tables, spare=_spare(tables))


def _moving(table: TablePlan) -> TablePlan:
    values = tuple(value for value in table.values if value.name in _MOVING)
    needed = {value.oid for value in values} | {v.valid.oid for v in values if v.valid}
    columns = tuple(oid for oid in table.columns if oid in needed)
    return replace(table, values=values, columns=columns)


def _spare(tables: tuple[TablePlan, ...]) -> dict[str, frozenset[str]]:
    """Columns whose every value an earlier table may tell, or makes of no interest."""
    told: set[str] = set()
    found: dict[str, frozenset[str]] = {}
    needed: set[str] = set()
    for table in tables:
        for oid in table.columns:
            fed = [v for v in table.values if oid == v.oid or (v.valid and v.valid.oid == oid)]
            names = frozenset(value.name for value in fed)
            if table.plain and names and table.word is None and names <= told:
                found[oid] = found.get(oid, frozenset()) | names
            else:
                needed.add(oid)
        told.update(value.name for value in table.values)
        if "high_speed" in told:
            told.add("if_speed")
    return {oid: names for oid, names in found.items() if oid not in needed}


_NO_BRIDGE = Part(
    state=State.UNSUPPORTED,
    cause="the agent has neither bridge ports nor a row of a MAC table",
    code="not_available_here",
)
_NO_LISTS = Part(
    state=State.UNSUPPORTED,
    cause="the agent has no list of ports for any VLAN",
    code="not_available_here",
)
_SNOOPED = {
    fact: Part(
        state=State.UNSUPPORTED,
        cause=f"{what} snooping is switched off in the element",
        code="not_available_here",
    )
    for fact, what in ((Fact.LEASES, "DHCP"), (Fact.GROUPS, "IGMP"))
}


def build(plan: FactPlan, read: Read, joins: Joins, clock: Clock | None, now: datetime) -> Built:
    """Make facts of what was read."""
    made = plan.make(_Input(tables=plan.tables, read=read, joins=joins, clock=clock, now=now))
    if isinstance(made, Found):
        if plan.fact is Fact.MACS and _has_no_bridge(plan, read, joins) and not made.partial:
            return Built(ports={}, part=_NO_BRIDGE)
        if plan.fact is Fact.VLANS and not (made.seen or made.partial or read.partial):
            return Built(ports={}, part=_NO_LISTS)
        if plan.fact in _SNOOPED and not (made.seen or made.partial) and _is_off(plan, read):
            return Built(ports={}, part=_SNOOPED[plan.fact])
        return of_rows(made, read, joins, now)
    if plan.fact is Fact.TRANSCEIVER and not read.partial:
        lost = _lost_optics(plan.tables, read, joins, made)
        if lost:
            return Built(ports=made, part=Part(state=State.PARTIAL, read_at=now, cause=lost))
    if plan.fact in {Fact.PROTECTION, Fact.SNOOPING} and not made and not read.partial:
        return Built(ports=made, part=_unproven(plan, read, now))
    return _of_ports(made, read, now)


def switches(plan: FactPlan) -> tuple[Valid, ...]:
    """Scalars that tell whether an empty table says anything; none: some table has none."""
    told = [getattr(one.table, "enabled", None) for one in plan.tables]
    found = tuple(one for one in told if isinstance(one, Valid))
    return found if len(found) == len(told) else ()


def _is_off(plan: FactPlan, read: Read) -> bool:
    """Whether the agent says that it looks into nothing."""
    told = [(read.units.get(one.oid), one.values) for one in switches(plan)]
    off = [isinstance(cell, int) and cell not in values for cell, values in told]
    return bool(off) and all(off) and not read.partial


def _has_no_bridge(plan: FactPlan, read: Read, joins: Joins) -> bool:
    """Whether there is no MAC table, which is another thing than one without a row.

    A bridge has ports (dot1dBasePortTable) also while it has learnt nothing.
    """
    known = JoinTable.BRIDGE in plan.joins and not joins.bridge_lost
    told = any(read.cells.values()) or read.partial or read.contexts
    return known and not joins.bridge and not told


def _unproven(plan: FactPlan, read: Read, now: datetime) -> Part:
    """Of no port is anything told, or the agent lacks the tables: its cells tell which."""
    told = any(read.cells.get(oid) for table in plan.tables for oid in table.columns)
    if told or (plan.fact is Fact.SNOOPING and read.units):
        return Part(state=State.EMPTY, read_at=now)
    cause = "the element does not have the tables that tell it"
    return Part(state=State.UNSUPPORTED, cause=cause, code="not_available_here")


def _of_ports(ports: Mapping[int, Any], read: Read, now: datetime) -> Built:
    if read.partial and not ports:  # nothing is never told for less than everything
        return Built(ports=ports, part=_of_nothing(read.partial, now))
    state = State.PARTIAL if read.partial else State.OK if ports else State.EMPTY
    return Built(ports=ports, part=Part(state=state, read_at=now, cause=read.partial))


def of_rows(found: Found, read: Read, joins: Joins, now: datetime) -> Built:
    """Rows by port. Those that found none may be anybody's, but for ports that cannot have them."""
    cut = read.partial or found.partial
    if cut and not found.ports:  # nothing is never told for less than everything
        return Built(ports=found.ports, part=_of_nothing(cut, now))
    cause = cut or _lacking(found)
    if not cause:
        state = State.OK if found.ports else State.EMPTY
        return Built(ports=found.ports, part=Part(state=state, read_at=now))
    spared = () if cut else _spared(found, joins)
    part = Part(state=State.PARTIAL, read_at=now, cause=cause, spared=spared)
    return Built(ports=found.ports, part=part, lost=bool(found.lost))


def _of_nothing(cause: str, now: datetime) -> Part:
    return Part(state=State.FAILED, read_at=now, cause=cause, code="element_error")


def _lacking(found: Found) -> str:
    count = len(found.lost)
    if count == 1:
        return "1 row names a port that is not there"
    if count:
        return f"{count} rows name ports that are not there"
    return "nothing tells the members of an aggregate that has rows" if found.suspects else ""


def _spared(found: Found, joins: Joins) -> tuple[int, ...]:
    """The ports that cannot carry the VLAN of any row that was lost."""
    carriers = [joins.carriers.get(lost.vlan or 0) for lost in found.lost]
    if not all(carriers):
        return ()
    carrying = set().union(*(numbers or () for numbers in carriers))
    return tuple(
        n for n in joins.ports if n not in found.suspects and not carrying & _numbers(n, joins)
    )


def _numbers(if_index: int, joins: Joins) -> set[int]:
    """Bridge ports of a port, of its aggregate, and of what stands on either."""
    own = set(joins.with_aggregate(if_index, Fact.MACS))
    every = own | {sub for sub in joins.parents if joins.rolled_up(sub) in own}
    return {number for n in every for number in joins.bridge_ports_of(n)}


def _lost_optics(
    tables: tuple[TablePlan, ...], read: Read, joins: Joins, ports: Mapping[int, Any]
) -> str:
    """Why a pluggable may be there that is not told. Of one port others' sensors are not read."""
    sensed = any(isinstance(plan.table, SensorTable) for plan in tables)
    lost = optics.unplaced(tables, read.cells, joins) if read.whole else len(joins.lost_sensors)
    if not lost or not sensed or (ports and not read.whole):
        return ""
    return f"{lost} sensors of pluggables belong to no port that is known"


def failed(error: DeviceError, now: datetime) -> Part:
    """The part that an error stands for."""
    silent = isinstance(error, SnmpTimeoutError)
    if silent:
        cause = "the element does not answer"
    elif isinstance(error, SnmpProtocolError):
        cause = "the element answers what cannot be read"
    else:
        cause = "the element refuses to answer"
    code = "element_silent" if silent else "element_error"
    return Part(state=State.FAILED, read_at=now, cause=cause, code=code)
