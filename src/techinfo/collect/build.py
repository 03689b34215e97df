"""Cells of one fact into values by port, and how complete they are."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from techinfo.collect import contexts, cpes, neighbours, optics, port_facts, row_facts
from techinfo.collect.clock import Clock
from techinfo.collect.joins import Joins
from techinfo.driver.driver import Driver
from techinfo.driver.tables import SensorTable, Table
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
        whole: They cover every port of the device.
    """

    cells: dict[str, dict[Index, Cell]] = field(default_factory=dict)
    units: dict[str, Cell] = field(default_factory=dict)
    contexts: dict[int, contexts.Told] = field(default_factory=dict)
    partial: str = ""
    whole: bool = True


@dataclass(frozen=True, kw_only=True)
class Built:
    """Values by port (ifIndex), and the state of the fact."""

    ports: Mapping[int, Any]
    part: Part


def build(
    fact: Fact, driver: Driver, read: Read, joins: Joins, clock: Clock | None, now: datetime
) -> Built:
    """Make facts of what was read."""
    tables: Any = tables_of(driver, fact)
    cells, units = read.cells, read.units
    lacking = ""
    ports: Mapping[int, Any]
    if fact is Fact.LINK:
        ports = port_facts.links(tables, cells, units, joins, clock)
    elif fact is Fact.COUNTERS:
        ports = port_facts.counters(tables, cells, units, joins, clock)
    elif fact is Fact.TRANSCEIVER:
        ports = optics.transceivers(tables, cells, units, joins)
        if not read.partial and (lost := _lost_optics(tables, read, joins, ports)):
            return Built(ports=ports, part=Part(state=State.PARTIAL, read_at=now, cause=lost))
    else:
        listed = _listed(fact, tables, read, joins, now)
        broken = "many rows name ports that are not there" if listed.mapping_broken else ""
        ports, lacking = listed.ports, broken or listed.partial
    cause = read.partial or lacking
    if cause and not ports:  # nothing is never told for less than everything
        return Built(
            ports=ports,
            part=Part(state=State.FAILED, read_at=now, cause=cause, code="element_error"),
        )
    state = State.PARTIAL if cause else State.OK if ports else State.EMPTY
    return Built(ports=ports, part=Part(state=state, read_at=now, cause=cause))


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
) -> row_facts.Found:
    cells, units = read.cells, read.units
    if fact is Fact.MACS and read.contexts:
        table = next(t for t in tables if t.only_vlan)
        return contexts.macs(table, read.contexts, units, joins)
    if fact is Fact.MACS:
        return row_facts.macs(tables, cells, units, joins)
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
    return row_facts.onts(tables, cells, units, joins)
