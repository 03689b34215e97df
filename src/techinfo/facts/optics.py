"""A pluggable's readings, from one row, from a row for each quantity, or from sensors."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import takewhile
from typing import Any

from techinfo.driver.cells import Column, PortBy
from techinfo.driver.convert import celsius, dbm, milliamperes, power_of_watts, volts
from techinfo.driver.tables import (
    Optics,
    Quantity,
    QuantityTable,
    Row,
    SensorTable,
    TransceiverTable,
)
from techinfo.driver.text import decode_text, is_eeprom_text
from techinfo.facts.joins import Joins
from techinfo.facts.plan import TablePlan
from techinfo.facts.readings import LEVELS, MEASURED, drop_ones, drop_zero_fill
from techinfo.facts.rows import FoundRow, Places, by_name, rows
from techinfo.model import Lane, Transceiver
from techinfo.units import Dark, Power
from techinfo.wire import Cell, Cells, Index

_SCALES = {n: 10.0 ** (3 * (n - 9)) for n in range(1, 18)}  # RFC 3433: units(9), milli(8), …
_SENSOR_FIELDS = {3: "voltage", 4: "voltage", 5: "bias", 6: "watts", 8: "temperature"}
_UNIT_FIELDS = {
    "dbm": "dbm",
    **dict.fromkeys(("v", "vdc", "volt", "volts", "volts dc"), "voltage"),
    **dict.fromkeys(("a", "amp", "amps", "ampere", "amperes"), "bias"),
    **dict.fromkeys(("w", "watt", "watts"), "watts"),
    **dict.fromkeys(("c", "celsius", "degrees c", "degrees celsius"), "temperature"),
}
_UNTYPED = frozenset({None, 1, 2})  # EntitySensorDataType other(1), unknown(2)
_UNIT_PREFIX = {"": 1.0, "m": 1e-3, "u": 1e-6, "\u00b5": 1e-6}
_PREFIXED = re.compile("([mu\u00b5])(a|w|v)")
_RECEIVE = re.compile(r"(?i)(?<![a-z])(?:rx|input)|receive")
_TRANSMIT = re.compile(r"(?i)(?<![a-z])(?:tx|output)|transmit")
_ELECTRIC = re.compile(r"(?i)\b(poe|inline|supply|psu)\b")
_LANE = re.compile(r"(?i)\b(?:lane|channel)\s*#?\s*([0-9]{1,2})\b")
_OK = 1  # EntitySensorStatus ok(1); unavailable(2) and nonoperational(3) are no reading
_OVERFLOW = 1_000_000_000  # EntitySensorValue beyond what it can say, either way (RFC 3433)
_BY_MODULE = frozenset(
    {
        "temperature",
        "voltage",
        "vendor",
        "part_number",
        "serial_number",
        "present",
        "diagnostics",
    }
)
_LANE_FIELDS = {"lanes_rx": "rx_power", "lanes_tx": "tx_power", "lanes_bias": "bias"}
_OF_LANES = frozenset({"lane", *_LANE_FIELDS})
_UPDATE = "update_interval"
_NO_READING = frozenset({"diagnostics", _UPDATE})
_NAMES = frozenset({"vendor", "part_number", "serial_number"})
_NOTHING_DBM = -30.0
"""One microwatt: lanes that are not used stand there (CFP2 SR10, librenms#7078)."""
_NO_BIAS_MA = 0.1
_WIDE = 4
"""Of optics with more lanes than these, the outer ones may be fibres that nobody uses."""


_Reading = tuple[str, Any, int | None]
"""Field, value, lane."""


@dataclass(slots=True)
class _Cage:
    """What all tables say of one port's pluggable: values of the module, values of each lane.

    Attributes:
        shared: It is several ports' (a breakout): which of its readings are this port's is unsaid,
            which is not the same as a module without diagnostics.
    """

    module: dict[str, Any] = field(default_factory=dict)
    lanes: dict[int, dict[str, Any]] = field(default_factory=dict)
    shared: bool = False

    def add(self, whole: Row, found: Iterable[_Reading]) -> None:
        """The first table that tells a value is believed; of sensors the slowest."""
        module = self.module = {**whole, **self.module}
        for name, value, lane in found:
            if name == _UPDATE:
                module[name] = max(value, module.get(name, value), key=int)
            elif lane is None or name in _BY_MODULE:
                module.setdefault(name, value)
            else:
                self.lanes.setdefault(lane, {}).setdefault(name, value)


def transceivers(
    tables: Iterable[TablePlan], cells: Cells, units: Mapping[str, Cell], joins: Joins
) -> dict[int, Transceiver]:
    """Pluggables by port; a port without a word of one is not in it."""
    cages: dict[int, _Cage] = {}
    for plan in tables:
        table: Any = plan.table
        if _is_of_modules_alone(plan):
            _lay_modules(plan, cells, units, joins, cages)
            continue
        named: set[int] = set()
        found_rows = _best_first(table, rows(plan, cells, units), joins)
        places = Places(plan, cells, joins)
        for row, whole, found in _readings(table, found_rows, cells, joins):
            names = not _NAMES.isdisjoint(whole) or any(one[0] in _NAMES for one in found)
            for port in places.ports(row.index) if whole or found else ():
                cage = cages.get(port)
                if cage is None:
                    cage = cages[port] = _Cage()
                cage.shared |= table.port.breakouts and row.index[0] in joins.broken_out
                # Who is plugged in one entity tells: never a name of one and a number of another.
                second = names and port in named and table.port.by is PortBy.ENTITY
                cage.add(*(_nameless(whole, found) if second else (whole, found)))
                if names:
                    named.add(port)
    built = {port: _transceiver(cage) for port, cage in cages.items()}
    return {port: t for port, t in built.items() if t is not None}


def _is_of_modules_alone(plan: TablePlan) -> bool:
    """Whether each row is a module of one port, and nothing in it is of a lane."""
    table = plan.table
    if not isinstance(table, TransceiverTable) or not plan.plain or table.port.breakouts:
        return False
    names = [value.name for value in plan.values]
    return table.port.by is not PortBy.ENTITY and _OF_LANES.isdisjoint(names)


def _lay_modules(
    plan: TablePlan,
    cells: Cells,
    units: Mapping[str, Cell],
    joins: Joins,
    cages: dict[int, _Cage],
) -> None:
    """Lay the values of a table of modules under their ports, column by column."""
    found, told = by_name(plan, cells, units)
    places = Places(plan, cells, joins)
    of_rows = [places.ports(index) for index in found]
    cages |= {port: _Cage() for ports in of_rows for port in ports if port not in cages}
    modules = [[cages[port].module for port in ports] for ports in of_rows]
    for name, values in told.items():
        source = getattr(plan.table, name)
        eeprom = cells.get(source.oid, {}) if name in _NAMES and isinstance(source, Column) else {}
        for index, of_ports, value in zip(found, modules, values, strict=True):
            if value is None or (eeprom and _is_illegible(eeprom.get(index))):
                continue
            for module in of_ports:
                if name not in module:
                    module[name] = value


def _is_illegible(cell: Cell | None) -> bool:
    """Whether a name stands in an EEPROM that could not be read."""
    return isinstance(cell, bytes) and not is_eeprom_text(cell)


def _nameless(whole: Row, found: Iterable[_Reading]) -> tuple[Row, list[_Reading]]:
    kept = {name: value for name, value in whole.items() if name not in _NAMES}
    return kept, [one for one in found if one[0] not in _NAMES]


def unplaced(tables: Iterable[TablePlan], cells: Cells, joins: Joins) -> int:
    """How many sensors of pluggables have a value, and belong to no port that is known."""
    return sum(
        any(_sensor(table, FoundRow(index, {}), cells, joins))
        if index[0] in joins.lost_sensors
        else _is_nameless_light(table, index, cells, joins)
        for table in (plan.table for plan in tables)
        if isinstance(table, SensorTable)
        for index in cells.get(table.value, {})
        if index
    )


def _is_nameless_light(table: SensorTable, index: Index, cells: Cells, joins: Joins) -> bool:
    """A light level of an entity that the ENTITY-MIB does not have (cisco-n5000)."""
    kind, status = (cells.get(oid, {}).get(index) for oid in (table.kind, table.status))
    return index[0] not in joins.words and kind == table.dbm and status in (None, _OK)


def _best_first(table: Optics, found: Iterable[FoundRow], joins: Joins) -> Iterable[FoundRow]:
    if table.port.by is not PortBy.ENTITY:
        return found
    return sorted(found, key=lambda row: row.index[0] not in joins.aliased)


def _readings(
    table: Optics, found: Iterable[FoundRow], cells: Cells, joins: Joins
) -> Iterator[tuple[FoundRow, Row, list[_Reading]]]:
    """What each row tells: of a whole module by name, and what may be of a lane."""
    if isinstance(table, SensorTable):
        yield from ((row, {}, list(_sensor(table, row, cells, joins))) for row in found)
    elif isinstance(table, QuantityTable):
        yield from ((row, {}, list(_quantity(table, row, cells))) for row in found)
    else:
        named = [(name, getattr(table, name)) for name in _NAMES]
        eeprom = [(name, cells.get(s.oid, {})) for name, s in named if isinstance(s, Column)]
        yield from ((row, *_module_row(table, row, eeprom)) for row in found)


def _module_row(
    table: TransceiverTable, row: FoundRow, eeprom: Iterable[tuple[str, Mapping[Index, Cell]]]
) -> tuple[Row, list[_Reading]]:
    """What a row of a module tells; ``eeprom``: the columns of its names, as they were read."""
    values = row.values
    illegible = [n for n, col in eeprom if n in values and _is_illegible(col.get(row.index))]
    if illegible:
        values = {name: value for name, value in values.items() if name not in illegible}
    if _OF_LANES.isdisjoint(values):
        return values, []
    lane = values.get("lane") if table.lane else None
    found: list[_Reading] = []
    for name, value in values.items():
        if name in _LANE_FIELDS:
            one = len(value) == 1
            told = [(v, None if one else n) for n, v in enumerate(value, 1) if v is not None]
            found += [(_LANE_FIELDS[name], v, n) for v, n in told]
        elif name != "lane":
            found.append((name, value, lane))
    return {}, found


def _quantity(table: QuantityTable, row: FoundRow, cells: Cells) -> Iterator[_Reading]:
    kind = row.values.get("kind")
    if table.valid and not row.values.get("valid", table.valid_unless_told):
        return
    if isinstance(kind, str):
        found = [q for word, q in table.kinds.items() if str(word).lower() in kind.lower()]
        quantity = found[0] if found else None
    else:
        quantity = table.kinds.get(kind) if kind is not None else None
    cell = cells.get(table.value, {}).get(row.index)
    if quantity is None or cell is None:
        return
    value = _in_its_unit(quantity, row.values.get("unit"), cell)
    if value is not None:
        yield quantity.field, value, row.values.get("lane")


def _in_its_unit(quantity: Quantity, unit: int | str | None, cell: Cell) -> object | None:
    """The value in the unit that its row names; a unit that the driver does not know gives none."""
    convert = quantity.convert if unit is None else quantity.units.get(unit)
    return convert(cell) if convert is not None else None


def _sensor(table: SensorTable, row: FoundRow, cells: Cells, joins: Joins) -> Iterator[_Reading]:
    def number(oid: str) -> int | None:
        cell = cells.get(oid, {}).get(row.index)
        return cell if isinstance(cell, int) else None

    kind, scale, raw = number(table.kind), number(table.scale), number(table.value)
    precision = number(table.precision)
    if raw is None or abs(raw) == _OVERFLOW or number(table.status) not in (None, _OK):
        return
    factor = _SCALES.get(scale if scale is not None else 9)
    if factor is None or not -8 <= (precision or 0) <= 9:
        return
    words = joins.words.get(row.index[0], "")
    lane = _LANE.search(words)
    unit = cells.get(table.units or "", {}).get(row.index)
    name, prefix = _quantity_of(table, kind, unit)
    if prefix != 1 and scale not in (None, 9):
        return  # the scale may be said twice
    value = raw / 10 ** (precision or 0) * factor * prefix
    found = _sensor_value(name, value, words) if name else None
    if found is not None:
        yield (*found, int(lane[1]) if lane else None)
        update = joins.sensor_updates.get(row.index[0])
        if update is not None:
            yield _UPDATE, update, None


def _quantity_of(
    table: SensorTable, kind: int | None, unit: Cell | None
) -> tuple[str | None, float]:
    """What a sensor measures, and the factor that the text of its unit has in front."""
    told = decode_text(unit).strip().lower() if isinstance(unit, bytes) else ""
    if told == "dbm" or (kind is not None and kind == table.dbm):
        return "dbm", 1.0
    if kind not in _UNTYPED:
        return _SENSOR_FIELDS.get(kind or 0), 1.0
    found = _PREFIXED.fullmatch(told)
    prefix, base = (found[1], found[2]) if found else ("", told)
    return _UNIT_FIELDS.get(base), _UNIT_PREFIX[prefix]


def _sensor_value(name: str, value: float, words: str) -> tuple[str, object] | None:
    """Field and value of one sensor; a light level of unknown direction is none."""
    if name in {"dbm", "watts"}:
        receive, transmit = bool(_RECEIVE.search(words)), bool(_TRANSMIT.search(words))
        if receive == transmit or _ELECTRIC.search(words):
            return None
        level = dbm()(f"{value:.6f}".encode()) if name == "dbm" else power_of_watts(value)
        return ("rx_power" if receive else "tx_power", level) if level is not None else None
    converts = {"voltage": volts(), "temperature": celsius(), "bias": milliamperes()}
    if name not in converts:
        return None
    kept = converts[name](f"{value * (1000 if name == 'bias' else 1):.6f}".encode())
    return (name, kept) if kept is not None else None


def pluggable(
    module: Mapping[str, Any], lanes: Mapping[int, Mapping[str, Any]]
) -> Transceiver | None:
    """One pluggable by its values and those of its lanes, named as in `Transceiver` and `Lane`."""
    return _transceiver(_Cage(dict(module), {n: dict(told) for n, told in lanes.items()}))


def _transceiver(cage: _Cage) -> Transceiver | None:
    """One pluggable; ``None`` when nothing but silence and zeros was found (field notes O2, O9).

    The cage is used up.
    """
    module = cage.module
    if module.get("present") is False:
        return Transceiver(present=False, rx_power=Dark.NO_MODULE, tx_power=Dark.NO_MODULE)
    lanes = list(cage.lanes.values())
    drop_ones(module, lanes)
    drop_zero_fill((module, *lanes))
    proven = module.get("diagnostics") is True or "temperature" in module or "voltage" in module
    if module.get("diagnostics") is False:
        for name in MEASURED:
            module.pop(name, None)
        lanes, proven = [], False
    for values in (module, *lanes):
        _judge_dark(values, proven=proven)
    told = any(n not in _NO_READING and (n != "present" or v is True) for n, v in module.items())
    if not told and not any(lanes):
        return None
    silent = module.get("present") and not proven and not cage.shared
    if module.get("diagnostics") is False or silent:
        module.setdefault("rx_power", Dark.NO_DIAGNOSTICS)
    return _built(module, _in_use(dict(zip(cage.lanes, lanes, strict=False))) if lanes else {})


def _in_use(lanes: Mapping[int, Mapping[str, Any]]) -> Mapping[int, Mapping[str, Any]]:
    """The lanes that carry something on either side; all of them, if none does.

    A lane that receives nothing and sends is dark. Where nothing tells what is sent, the outermost
    lanes of a wide optic that receive nothing are those that an SR10 has no fibres for.
    """
    unused = {n for n, values in lanes.items() if _is_quiet(values)}
    sides = any(isinstance(v.get("tx_power"), float) or v.get("bias") for v in lanes.values())
    if not sides:
        unused = _outermost(sorted(lanes), unused) if len(lanes) > _WIDE else set()
    return {n: v for n, v in lanes.items() if n not in unused} or lanes


def _is_quiet(values: Mapping[str, Any]) -> bool:
    levels = (values.get(name) for name in LEVELS)
    loud = any(isinstance(level, float) and level > _NOTHING_DBM for level in levels)
    return not loud and (values.get("bias") or 0) <= _NO_BIAS_MA


def _outermost(numbers: list[int], unused: set[int]) -> set[int]:
    ends = (takewhile(unused.__contains__, way) for way in (numbers, reversed(numbers)))
    return {n for end in ends for n in end}


def _judge_dark(values: dict[str, Any], *, proven: bool) -> None:
    """Dark is *no light* only where the same read proves that diagnostics are there."""
    lost = values.pop("rx_lost", None)
    if lost is True and proven and not isinstance(values.get("rx_power"), float):
        values["rx_power"] = Dark.NO_LIGHT
    if proven:
        return
    for name in LEVELS:
        if values.get(name) is Dark.NO_LIGHT:
            values[name] = Dark.NO_DIAGNOSTICS
    if values.get("bias") == 0:
        del values["bias"]


def _lowest(powers: Iterable[Power | None]) -> Power | None:
    """One dark lane is a dark module; one that tells nothing takes nothing from the others."""
    known = [p for p in powers if p is not None]
    if Dark.NO_LIGHT in known:
        return Dark.NO_LIGHT
    levels = [p for p in known if not isinstance(p, Dark)]
    return min(levels) if levels else next(iter(known), None)


def _built(module: Mapping[str, Any], lanes: Mapping[int, Mapping[str, Any]]) -> Transceiver:
    made: tuple[Lane, ...] = ()
    rx = tx = bias = None
    if lanes:
        made = tuple(
            Lane(
                number=n,
                rx_power=v.get("rx_power"),
                tx_power=v.get("tx_power"),
                bias=v.get("bias"),
            )
            for n, v in sorted(lanes.items())
            if v
        )
        rx, tx = _lowest(x.rx_power for x in made), _lowest(x.tx_power for x in made)
        bias = max((x.bias for x in made if x.bias is not None), default=None)
    return Transceiver(
        rx_power=rx if rx is not None else module.get("rx_power"),
        tx_power=tx if tx is not None else module.get("tx_power"),
        temperature=module.get("temperature"),
        bias=bias if bias is not None else module.get("bias"),
        voltage=module.get("voltage"),
        vendor=module.get("vendor"),
        part_number=module.get("part_number"),
        serial_number=module.get("serial_number"),
        present=module.get("present"),
        update_interval=module.get(_UPDATE),
        lanes=made if len(made) > 1 else (),
    )
