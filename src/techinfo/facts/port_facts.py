"""Link and counters of each port, put together from several tables."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from techinfo.driver.tables import CounterTable, LinkTable, Table
from techinfo.facts.clock import Clock
from techinfo.facts.joins import Joins
from techinfo.facts.rates import rate
from techinfo.facts.rows import FoundRow, ports_of, rows
from techinfo.model import Counters, Flow, Link, Port
from techinfo.units import MegabitPerSecond
from techinfo.wire import Cell, Cells

Merged = dict[int, dict[str, Any]]


def by_port(
    tables: Iterable[Table], cells: Cells, units: Mapping[str, Cell], joins: Joins
) -> Iterable[tuple[int, FoundRow]]:
    """Rows of several tables with the port that each speaks of, tables in order."""
    for table in tables:
        for row in rows(table, cells, units):
            for port in ports_of(table, row, cells, joins):
                yield port, row


def links(
    tables: Iterable[LinkTable],
    cells: Cells,
    units: Mapping[str, Cell],
    joins: Joins,
    clock: Clock | None,
) -> dict[int, Link]:
    """Port status; of several tables the first that tells a value is believed."""
    merged: Merged = {}
    for port, row in by_port(tables, cells, units, joins):
        into = merged.setdefault(port, {})
        for name, value in row.values.items():
            into.setdefault(name, value)
    return {
        port: _link(values, joins.ports.get(port), joins, clock)
        for port, values in merged.items()
        if _tells_link(values)
    }


def _tells_link(values: Mapping[str, Any]) -> bool:
    return "up" in values or "admin_down" in values


def _link(values: Mapping[str, Any], port: Port | None, joins: Joins, clock: Clock | None) -> Link:
    up = values.get("up")
    ticks = values.get("last_change")
    # Zero means "since boot" only from an agent that tells changes at all (field note T4).
    alone = clock is not None and clock.alone
    told = ticks is not None and (ticks > 0 or (joins.tells_changes and not alone))
    return Link(
        up=up,
        admin_down=values.get("admin_down"),
        last_change=clock.time_of(ticks) if clock and told and ticks is not None else None,
        speed=_speed(values, port) if up else None,
        full_duplex=values.get("full_duplex") if up else None,
        configured_speed=values.get("configured_speed"),
    )


def _speed(values: Mapping[str, Any], port: Port | None) -> MegabitPerSecond | None:
    if_type = port.if_type if port else None
    told = rate(values.get("high_speed"), values.get("if_speed"), if_type)
    own = values.get("speed")
    return MegabitPerSecond(own) if told is None and own is not None else told


def counters(
    tables: Iterable[CounterTable],
    cells: Cells,
    units: Mapping[str, Cell],
    joins: Joins,
    clock: Clock | None,
) -> dict[int, Counters]:
    """Counters; of several tables the first value that is not zero is believed (C3, C4)."""
    merged: Merged = {}
    for port, row in by_port(tables, cells, units, joins):
        into = merged.setdefault(port, {})
        for name, value in row.values.items():
            into[name] = into.get(name) or value
    return {
        port: counters_of(values, clock)
        for port, values in merged.items()
        if values.keys() - {"discontinuity"}
    }


def counters_of(values: Mapping[str, Any], clock: Clock | None) -> Counters:
    """Counters from the fields of a `CounterTable`."""
    return Counters(
        input=Flow(
            bytes=values.get("in_bytes"),
            unicast=values.get("in_unicast"),
            multicast=values.get("in_multicast"),
            broadcast=values.get("in_broadcast"),
            errors=values.get("in_errors"),
            discards=values.get("in_discards"),
            pauses=values.get("in_pauses"),
            crc_errors=values.get("in_crc_errors"),
        ),
        output=Flow(
            bytes=values.get("out_bytes"),
            unicast=values.get("out_unicast"),
            multicast=values.get("out_multicast"),
            broadcast=values.get("out_broadcast"),
            errors=values.get("out_errors"),
            discards=values.get("out_discards"),
            pauses=values.get("out_pauses"),
        ),
        reset_at=_reset_at(values.get("discontinuity"), clock),
    )


def _reset_at(ticks: int | None, clock: Clock | None) -> datetime | None:
    """Since when counters count: a discontinuity, else the start of the element.

    An agent that has started anew alone does not know since when the ports have counted.
    """
    if clock is None:
        return None
    if ticks:
        return clock.time_of(ticks)
    return None if clock.alone else clock.boot
