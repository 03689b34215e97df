"""ONTs behind PON ports: which there are, and what is asked of one of them.

What an ONT tells itself goes over OMCI and is dear, so the tables of `Driver.ont_light` are asked
for one ONT, whose index the tables of `Driver.onts` give.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from techinfo.driver.behind import OntUniTable
from techinfo.driver.driver import Driver
from techinfo.facts.joins import Joins
from techinfo.facts.plan import TablePlan, is_under_port
from techinfo.facts.rows import Found, FoundRow, Lost, Places, numbers_of, rows
from techinfo.if_types import PON_TYPES
from techinfo.model import Link, Ont, OntLight, Transceiver, Uni
from techinfo.units import Dark, MegabitPerSecond
from techinfo.wire import Cell, Cells, Index

_FARTHEST_M = 100_000  # GPON reaches 60 km (ITU-T G.984.1)
_FASTEST_MBIT = 100_000
_MAY_BE_PON = PON_TYPES | {None}
OntKey = tuple[int, int]
"""A PON port, by its ifIndex, and the number of an ONT on it."""


def onts(
    tables: Iterable[TablePlan], cells: Cells, units: Mapping[str, Cell], joins: Joins
) -> Found:
    """ONTs by PON port; tables about one ONT are put together by its number."""
    merged: dict[OntKey, dict[str, Any]] = {}
    lost: list[Lost] = []
    seen = 0
    for table in tables:
        for row, keys in _keyed(table, cells, units, joins):
            seen += 1
            if not keys:
                lost.append(Lost())
            for key in keys:
                into = merged.setdefault(key, {})
                for name, value in row.values.items():
                    into.setdefault(name, value)
    ports: dict[int, list[Ont]] = {}
    for (port, number), values in sorted(merged.items()):
        ports.setdefault(port, []).append(_ont(number, values))
    return Found({p: tuple(made) for p, made in ports.items()}, seen, tuple(lost))


def unregistered(
    tables: Iterable[TablePlan], cells: Cells, units: Mapping[str, Cell], joins: Joins
) -> Found:
    """Serial numbers of ONTs that wait to be registered, by PON port.

    A row on a port of another kind, or whose serial number is none, is left out.
    """
    found: dict[int, dict[str, None]] = {}
    lost: list[Lost] = []
    seen = 0
    for table in tables:
        places = Places(table, cells, joins)
        for row in rows(table, cells, units):
            seen += 1
            serial = row.values.get("serial_number")
            ports = [joins.ports[n] for n in places.ports(row.index) if n in joins.ports]
            if not ports:
                lost.append(Lost())
            for port in ports:
                if serial is not None and port.if_type in _MAY_BE_PON:
                    found.setdefault(port.if_index, {})[serial] = None
    return Found({port: tuple(told) for port, told in sorted(found.items())}, seen, tuple(lost))


def indexes(
    tables: Iterable[TablePlan], cells: Cells, units: Mapping[str, Cell], joins: Joins
) -> dict[OntKey, Index]:
    """Every ONT, with its index in the first table that has it, without what follows it."""
    found: dict[OntKey, Index] = {}
    for table in tables:
        for row, keys in _keyed(table, cells, units, joins):
            for key in keys:
                found.setdefault(key, _without(row.index, _tail(table)))
    return found


def index_of(driver: Driver, if_index: int, ont: int, joins: Joins) -> Index | None:
    """The index of an ONT, where it follows from its port and number; else a walk must tell."""
    for table in driver.onts:
        if table.index_of is not None:
            return table.index_of(if_index, ont)
        if not is_under_port(table) or getattr(table.ont_id, "position", None) != 1:
            return None
        found = numbers_of(table, if_index, joins)
        return (found[0], ont) if len(found) == 1 else None
    return None


def _keyed(
    plan: TablePlan, cells: Cells, units: Mapping[str, Cell], joins: Joins
) -> Iterator[tuple[FoundRow, tuple[OntKey, ...]]]:
    tail, places = _tail(plan), Places(plan, cells, joins)
    for row in rows(plan, cells, units):
        number = row.values.get("ont_id")
        if number is not None and row.index[len(row.index) - len(tail) :] == tail:
            yield row, tuple((port, number) for port in places.ports(row.index))


def _tail(plan: TablePlan) -> Index:
    """What follows an ONT's index in the index of a row."""
    table: Any = plan.table
    tail: Index = table.tail
    return tail


def _ont(number: int, values: Mapping[str, Any]) -> Ont:
    distance, up = values.get("distance"), values.get("up")
    return Ont(
        ont_id=number,
        serial_number=values.get("serial_number"),
        name=values.get("ont_name"),
        up=up,
        distance=distance if distance is not None and 0 <= distance <= _FARTHEST_M else None,
        up_since=values.get("up_since") if up else None,
        last_down=values.get("last_down"),
        last_down_cause=values.get("last_down_cause"),
    )


def ont_light(
    tables: Iterable[TablePlan],
    cells: Cells,
    units: Mapping[str, Cell],
    asked: Mapping[Index, OntKey],
) -> Found:
    """What ONTs were asked over OMCI, by PON port; whose rows they are, the question says."""
    light: dict[OntKey, dict[str, Any]] = {}
    unis: dict[OntKey, dict[int, Uni]] = {}
    for table in tables:
        for row in rows(table, cells, units):
            if isinstance(table.table, OntUniTable):
                key = next(
                    (key for index, key in asked.items() if _is_below(row.index, index)), None
                )
                if key is not None:
                    _add_uni(unis.setdefault(key, {}), row.values)
                continue
            key = asked.get(_without(row.index, _tail(table)))
            if key is not None and row.values.keys() & _READINGS:
                into = light.setdefault(key, {})
                for name, value in row.values.items():
                    into.setdefault(name, value)
    ports: dict[int, list[OntLight]] = {}
    for port, number in sorted({*light, *unis}):
        key = (port, number)
        made = _light(number, light.get(key, {}), unis.get(key, {}))
        ports.setdefault(port, []).append(made)
    return Found({p: tuple(made) for p, made in ports.items()}, len(light) + len(unis))


def _is_below(index: Index, ont: Index) -> bool:
    return index[: len(ont)] == ont


def _without(index: Index, tail: Index) -> Index:
    return index[: len(index) - len(tail)]


_READINGS = frozenset({"rx_power", "tx_power", "olt_rx", "temperature", "bias", "voltage"})


def _add_uni(into: dict[int, Uni], values: Mapping[str, Any]) -> None:
    number = values.get("uni")
    if number is None or not values.keys() & {"up", "speed", "full_duplex"}:
        return
    up, speed = values.get("up"), values.get("speed")
    rate = up is not False and speed is not None and 0 < speed <= _FASTEST_MBIT
    link = Link(
        up=up,
        speed=MegabitPerSecond(speed) if rate and speed is not None else None,
        full_duplex=values.get("full_duplex") if up is not False else None,
    )
    into.setdefault(number, Uni(index=number, link=link))


def _light(number: int, values: Mapping[str, Any], unis: Mapping[int, Uni]) -> OntLight:
    """Dark is *no light* only where temperature or voltage prove that the ONT answered."""
    proven = any(n in values for n in ("temperature", "voltage"))
    rx, tx = (
        Dark.NO_DIAGNOSTICS if values.get(n) is Dark.NO_LIGHT and not proven else values.get(n)
        for n in ("rx_power", "tx_power")
    )
    own = Transceiver(
        rx_power=rx,
        tx_power=tx,
        temperature=values.get("temperature"),
        bias=values.get("bias"),
        voltage=values.get("voltage"),
    )
    return OntLight(
        ont_id=number,
        transceiver=own if own != Transceiver() else None,
        olt_rx=values.get("olt_rx"),
        unis=tuple(uni for _, uni in sorted(unis.items())),
    )
