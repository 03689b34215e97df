"""CPEs behind a port, put together from what they announce to the switch."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from techinfo.driver.behind import CpeMacTable, CpeTable, CpeTables
from techinfo.facts.joins import Joins
from techinfo.facts.plan import TablePlan
from techinfo.facts.port_facts import counters_of
from techinfo.facts.rows import Found, Lost, Places, rows
from techinfo.model import Counters, Cpe, CpeMac, CpePort, Link
from techinfo.units import MegabitPerSecond
from techinfo.wire import Cell, Cells

_LATELY_S = 300
"""A CPE that was silent for longer may be gone: no MAC address is kept longer unheard (BRIDGE-MIB,
dot1dTpAgingTime)."""
_MOST_UP_S = 0x7FFF_FFFF  # the largest INTEGER is no time
_COUNTERS = ("in_", "out_")


@dataclass(slots=True)
class _Parts:
    """What the tables tell of one CPE."""

    row: Mapping[str, Any] | None = None
    ports: dict[int, Mapping[str, Any]] = field(default_factory=dict)
    macs: dict[CpeMac, None] = field(default_factory=dict)

    def add(self, table: CpeTables, values: Mapping[str, Any]) -> None:
        """One row of one table; of two about the same port the first counts."""
        if isinstance(table, CpeTable):
            self.row = self.row or values
        elif isinstance(table, CpeMacTable):
            if "mac" in values:
                self.macs[CpeMac(mac=values["mac"], port=values.get("cpe_port"))] = None
        elif "index" in values:
            self.ports.setdefault(values["index"], values)


def cpes(
    tables: Iterable[TablePlan],
    cells: Cells,
    units: Mapping[str, Cell],
    joins: Joins,
    now: datetime,
) -> Found:
    """CPEs by port of the switch. Ports and addresses of a CPE that is not listed are left out."""
    found: dict[tuple[int, int], _Parts] = {}
    lost: list[Lost] = []
    seen = 0
    for plan in tables:
        table: Any = plan.table
        which = "number" if isinstance(table, CpeTable) else "cpe"
        places = Places(plan, cells, joins)
        for row in rows(plan, cells, units):
            if which not in row.values:
                continue
            seen += 1
            ports = places.ports(row.index)
            if not ports:
                lost.append(Lost())
            for port in ports:
                parts = found.setdefault((port, row.values[which]), _Parts())
                parts.add(table, row.values)
    out: dict[int, list[Cpe]] = {}
    for (port, number), parts in sorted(found.items()):
        if parts.row is not None:
            out.setdefault(port, []).append(_cpe(number, parts.row, parts, now))
    return Found({port: tuple(told) for port, told in out.items()}, seen, tuple(lost))


def _cpe(number: int, row: Mapping[str, Any], parts: _Parts, now: datetime) -> Cpe:
    idle_s = row.get("idle_seconds")
    lately = idle_s is not None and 0 <= idle_s <= _LATELY_S
    return Cpe(
        number=number,
        firmware=row.get("firmware"),
        vendor=row.get("vendor"),
        model=row.get("model"),
        mac=row.get("mac"),
        # That it does not hear the switch is no proof that it is down, nor is an old word.
        up=True if lately and row.get("bidirectional") else None,
        up_since=_up_since(row.get("up_time"), idle_s or 0, now),
        ports=tuple(_port(index, values) for index, values in sorted(parts.ports.items())),
        macs=tuple(parts.macs),
    )


def _up_since(up_time: int | None, idle_s: int, now: datetime) -> datetime | None:
    """When it started, as it said when it was last heard; whole seconds of our clock."""
    if up_time is None or not 0 < up_time < _MOST_UP_S or not 0 <= idle_s < _MOST_UP_S:
        return None
    return (now - timedelta(seconds=up_time + idle_s)).replace(microsecond=0)


def _port(index: int, values: Mapping[str, Any]) -> CpePort:
    up = values.get("up")
    speed = values.get("speed") if up else None
    counted = any(name.startswith(_COUNTERS) for name in values)
    counters: Counters | None = counters_of(values, None) if counted else None
    return CpePort(
        index=index,
        name=values.get("name"),
        description=values.get("description"),
        link=Link(
            up=up,
            speed=MegabitPerSecond(speed) if speed is not None else None,
            full_duplex=values.get("full_duplex") if up else None,
        ),
        counters=counters,
    )
