"""Cells of one fact into values by port, and how complete they are."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from techinfo.driver.driver import Driver
from techinfo.driver.tables import SensorTable, Table
from techinfo.errors import DeviceError, SnmpProtocolError, SnmpTimeoutError
from techinfo.facts import cpes, onts, optics, placing, port_facts, row_facts
from techinfo.facts import row_facts as neighbours
from techinfo.facts.clock import Clock
from techinfo.facts.joins import Joins
from techinfo.facts.rows import Found
from techinfo.model import Fact, Part, State
from techinfo.wire import Cell, Index

_TABLES = {
    Fact.LINK: "links",
    Fact.COUNTERS: "counters",
    Fact.TRANSCEIVER: "transceivers",
    Fact.MACS: "macs",
    Fact.LEASES: "leases",
    Fact.GROUPS: "groups",
    Fact.SHAPING: "shaping",
    Fact.ONTS: "onts",
    Fact.ONT_LIGHT: "ont_light",
    Fact.NEIGHBOURS: "neighbours",
    Fact.CPE: "cpes",
}


def tables_of(driver: Driver, fact: Fact) -> tuple[Table, ...]:
    """The tables that tell a fact on this platform; none: unsupported."""
    return tuple(getattr(driver, _TABLES[fact])) if fact in _TABLES else ()


@dataclass(kw_only=True)
class Read:
    """Cells of one fact, and how they came.

    Attributes:
        units: Scalars that units stand in.
        contexts: What was told in the context of each VLAN, of an agent that has such.
        onts: ONTs that were asked over OMCI: their index -> PON port and number.
        whole: They cover every port of the device.
    """

    cells: dict[str, dict[Index, Cell]] = field(default_factory=dict)
    units: dict[str, Cell] = field(default_factory=dict)
    contexts: dict[int, placing.VlanTable] = field(default_factory=dict)
    onts: Mapping[Index, onts.OntKey] = field(default_factory=dict)
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


def build(
    fact: Fact, driver: Driver, read: Read, joins: Joins, clock: Clock | None, now: datetime
) -> Built:
    """Make facts of what was read."""
    tables: Any = tables_of(driver, fact)
    cells, units = read.cells, read.units
    if fact is Fact.LINK:
        return _of_ports(port_facts.links(tables, cells, units, joins, clock), read, now)
    if fact is Fact.COUNTERS:
        return _of_ports(port_facts.counters(tables, cells, units, joins, clock), read, now)
    if fact is Fact.TRANSCEIVER:
        ports = optics.transceivers(tables, cells, units, joins)
        if not read.partial and (lost := _lost_optics(tables, read, joins, ports)):
            return Built(ports=ports, part=Part(state=State.PARTIAL, read_at=now, cause=lost))
        return _of_ports(ports, read, now)
    return _of_rows(_listed(fact, tables, read, joins, now), read, joins, now)


def _of_ports(ports: Mapping[int, Any], read: Read, now: datetime) -> Built:
    if read.partial and not ports:  # nothing is never told for less than everything
        return Built(ports=ports, part=_of_nothing(read.partial, now))
    state = State.PARTIAL if read.partial else State.OK if ports else State.EMPTY
    return Built(ports=ports, part=Part(state=state, read_at=now, cause=read.partial))


def _of_rows(found: Found, read: Read, joins: Joins, now: datetime) -> Built:
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


def _lost_optics(tables: Any, read: Read, joins: Joins, ports: Mapping[int, Any]) -> str:
    """Why a pluggable may be there that is not told. Of one port others' sensors are not read."""
    sensed = any(isinstance(table, SensorTable) for table in tables)
    lost = optics.unplaced(tables, read.cells, joins) if read.whole else len(joins.lost_sensors)
    if not lost or not sensed or (ports and not read.whole):
        return ""
    return f"{lost} sensors of pluggables belong to no port that is known"


def _listed(
    fact: Fact,
    tables: Any,
    read: Read,
    joins: Joins,
    now: datetime,
) -> Found:
    cells, units = read.cells, read.units
    if fact is Fact.MACS:
        return _macs(tables, read, joins)
    if fact is Fact.LEASES:
        return row_facts.leases(tables, cells, units, joins, now)
    if fact is Fact.GROUPS:
        return row_facts.groups(tables, cells, units, joins, now)
    if fact is Fact.SHAPING:
        return row_facts.shaping(tables, cells, units, joins)
    if fact is Fact.NEIGHBOURS:
        return neighbours.neighbours(tables, cells, units, joins)
    if fact is Fact.CPE:
        return cpes.cpes(tables, cells, units, joins, now)
    if fact is Fact.ONT_LIGHT:
        return onts.ont_light(tables, cells, units, read.onts)
    return onts.onts(tables, cells, units, joins)


def _macs(tables: Any, read: Read, joins: Joins) -> Found:
    if not read.contexts:
        return placing.macs(tables, read.cells, read.units, joins)
    table = next(t for t in tables if t.only_vlan)
    return placing.macs_of_contexts(table, read.contexts, read.units, joins)


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
