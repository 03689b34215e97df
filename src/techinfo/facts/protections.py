"""What the protections of a device have done to its ports."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

from techinfo.driver.protection_words import OPEN
from techinfo.driver.tables import ProtectionTable
from techinfo.facts.joins import Joins
from techinfo.facts.plan import TablePlan
from techinfo.facts.rows import Merged, lay
from techinfo.if_types import ETHERNET_TYPES
from techinfo.protection import Guard, Protection
from techinfo.wire import Cell, Cells

_MOST_S = 7 * 86_400


def protections(
    tables: Iterable[TablePlan], cells: Cells, units: Mapping[str, Cell], joins: Joins
) -> dict[int, Protection]:
    """The protection of each port; of several tables the first that has closed it is believed."""
    found: dict[int, Protection] = {}
    for plan in tables:
        table = plan.table
        if not isinstance(table, ProtectionTable):
            continue
        interval = units.get(table.interval) if table.interval else None
        laid: Merged = {}
        lay(plan, cells, units, joins, laid, zero_counts=True)
        told: dict[int, Protection] = {}
        if table.lists_all and interval is not None:
            told = {n: OPEN for n, p in joins.ports.items() if p.if_type in ETHERNET_TYPES}
        for port, values in laid.items():
            if (made := _protection(values, interval)) is not None:
                told[port] = made
        for port, protection in told.items():
            if found.get(port, OPEN).state is Guard.OK:
                found[port] = protection
    return found


def _protection(values: Mapping[str, Any], interval: Cell | None) -> Protection | None:
    made: Protection | None = values.get("found")
    if made is None or made.state is Guard.OK:
        return made
    seconds = values.get("recovers_in")
    if seconds is None and values.get("recovers", True):
        seconds = interval if isinstance(interval, int) else None
    return replace(made, recovers_in=seconds if seconds and 0 < seconds <= _MOST_S else None)
