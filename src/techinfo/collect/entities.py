"""Entities and their ports: by entAliasMappingTable, by name, by containment."""

from __future__ import annotations

from collections.abc import Mapping

from techinfo.collect.joins import Joins
from techinfo.driver import standard
from techinfo.driver.convert import decode_text
from techinfo.wire import Cell, Cells, Index

_SENSOR, _PORT = 8, 10  # PhysicalClass, RFC 6933
_NO_SENSOR = frozenset(range(3, 13)) - {_SENSOR}  # agents that do not know say other, unknown
_NOT_INSIDE_A_PORT = frozenset({3, 11})  # chassis, stack: what they hold is no port's
_IF_INDEX_COLUMN = (1, 3, 6, 1, 2, 1, 2, 2, 1, 1)
_MOST_LEVELS = 16
_MOST_INSIDE = 200
"""Entities of one port. A breakout of eight lanes has some sixty sensors."""


def add_entities(joins: Joins, cells: Cells) -> None:
    """Which entity belongs to which port, and which sensors are inside it."""
    inside = _numbers(cells.get(standard.ENT_PHYSICAL_CONTAINED_IN, {}))
    classes = _numbers(cells.get(standard.ENT_PHYSICAL_CLASS, {}))
    names = _texts(cells.get(standard.ENT_PHYSICAL_NAME, {}))
    descrs = _texts(cells.get(standard.ENT_PHYSICAL_DESCR, {}))
    ports = joins.name_table()
    direct = _by_alias(cells.get(standard.ENT_ALIAS_MAPPING, {}), joins)
    for entity, name in names.items():
        # A chassis or a slot may be called "1" as well as a port may.
        is_port = not name.isdecimal() or classes.get(entity, _PORT) == _PORT
        if entity not in direct and is_port and (found := ports.get(name.lower())) is not None:
            direct[entity] = found
    only_child = _only_port_child(inside, classes, direct)
    all_ports: dict[int, int] = {}
    joins.words = {}
    for entity in {*inside, *classes, *names, *descrs}:
        name, descr = names.get(entity, ""), descrs.get(entity, "")
        joins.words[entity] = f"{name} | {descr}"
        found = (
            direct.get(entity)
            or _port_around(entity, inside, classes, direct, only_child)
            or _port_in_words(name, descr, ports)
        )
        if found:
            all_ports[entity] = found
    joins.sensor_port = {e: p for e, p in all_ports.items() if classes.get(e) not in _NO_SENSOR}
    joins.entity_port = {e: p for e, p in all_ports.items() if classes.get(e) != _SENSOR}
    joins.sensors, joins.entities = _by_port(joins.sensor_port), _by_port(joins.entity_port)


def _by_port(ports: Mapping[int, int]) -> dict[int, tuple[int, ...]]:
    out: dict[int, list[int]] = {}
    for entity in sorted(ports):
        found = out.setdefault(ports[entity], [])
        if len(found) < _MOST_INSIDE:
            found.append(entity)
    return {port: tuple(found) for port, found in out.items()}


def _numbers(rows: Mapping[Index, Cell]) -> dict[int, int]:
    return {i[0]: c for i, c in rows.items() if len(i) == 1 and isinstance(c, int)}


def _texts(rows: Mapping[Index, Cell]) -> dict[int, str]:
    return {i[0]: decode_text(c) for i, c in rows.items() if len(i) == 1 and isinstance(c, bytes)}


def _by_alias(rows: Mapping[Index, Cell], joins: Joins) -> dict[int, int]:
    """EntAliasMappingIdentifier.entity.logical = ifIndex.N, for ports that are there."""
    out: dict[int, int] = {}
    for index, cell in rows.items():
        if len(index) != 2 or not isinstance(cell, tuple) or cell[:-1] != _IF_INDEX_COLUMN:
            continue
        if cell[-1] in joins.ports:
            out[index[0]] = cell[-1]
    return out


def _only_port_child(
    inside: Mapping[int, int], classes: Mapping[int, int], direct: Mapping[int, int]
) -> dict[int, int]:
    """Container or module -> the one port entity in it: a sensor beside that port is its own."""
    children: dict[int, list[int]] = {}
    for entity, parent in inside.items():
        if classes.get(entity) == _PORT and entity in direct:
            children.setdefault(parent, []).append(direct[entity])
    return {
        parent: found[0]
        for parent, found in children.items()
        if len(found) == 1 and classes.get(parent) not in _NOT_INSIDE_A_PORT
    }


def _port_around(
    entity: int,
    inside: Mapping[int, int],
    classes: Mapping[int, int],
    direct: Mapping[int, int],
    only_child: Mapping[int, int],
) -> int | None:
    """The port that contains an entity, or that shares its module; never across a chassis."""
    for _ in range(_MOST_LEVELS):
        parent = inside.get(entity)
        if not parent or classes.get(parent) in _NOT_INSIDE_A_PORT:
            return None
        found = direct.get(parent) or only_child.get(parent)
        if found is not None:
            return found
        entity = parent
    return None


def _port_in_words(name: str, descr: str, ports: Mapping[str, int | None]) -> int | None:
    """``Gi1/0/49 Receive Power Sensor``: the port stands first in the sensor's name."""
    for words in (name, descr):
        parts = words.split()
        if len(parts) > 1 and (found := ports.get(parts[0].lower())) is not None:
            return found
    return None
