"""Whether a driver can be used at all: asked of each, once, at start.

What stands here would else be silence at some switch at some time: an OID with a slip of the pen is
answered by no agent.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import fields
from types import FunctionType

from techinfo.driver.cells import ByScalar, Column, FromIndex, PortBy, PortKey, Valid
from techinfo.driver.driver import Answers, DescrMatches, Driver
from techinfo.driver.tables import (
    FromDescr,
    Quantity,
    QuantityTable,
    SensorTable,
    Table,
    TransceiverTable,
)
from techinfo.errors import DriverError
from techinfo.wire import SnmpLimits

_LEAVES = frozenset({str, int, float, bool, bytes, type(None), FunctionType})
_OID = re.compile(r"[0-2](?:\.[0-9]{1,10})+")
_RELATIVE = re.compile(r"(?:\.[0-9]{1,10})+")
_READINGS = frozenset(f.name for f in fields(TransceiverTable)) - {
    *(f.name for f in fields(Table)),
    "lane",
}


def check(driver: Driver) -> None:
    """Refuse a driver that can never read what it declares.

    Raises:
        DriverError: Says what is wrong with it.
    """
    for fault in _faults(driver):
        raise DriverError(f"driver {driver.name!r}: {fault}")


def _faults(driver: Driver) -> Iterator[str]:
    if not driver.name:
        yield "it has no name"
    bases = (base.removesuffix(".*") for base in driver.bases.values())
    for oid in (*driver.sys_object_ids, *driver.bases, *bases):
        if not _OID.fullmatch(oid):
            yield f"{oid!r} is no OID"
    for part in _parts(driver):
        yield from _oid_faults(part, driver)
        yield from _part_faults(part)


def _parts(thing: object) -> list[object]:
    """Every dataclass in a tree of dataclasses, tuples and mappings."""
    found: list[object] = []
    _find_parts(thing, found)
    return found


def _find_parts(thing: object, found: list[object]) -> None:
    """Find them; every command does so at its start, for all that every driver declares."""
    inside: Iterable[object] = ()
    if names := getattr(thing, "__dataclass_fields__", None):
        found.append(thing)
        inside = [getattr(thing, name) for name in names]
    elif isinstance(thing, tuple):
        inside = thing
    elif isinstance(thing, Mapping):
        inside = thing.values()
    for item in inside:
        if type(item) not in _LEAVES:
            _find_parts(item, found)


def _oids(part: object) -> tuple[str, ...]:
    if isinstance(part, Column | Valid | ByScalar | Answers):
        return (part.oid,)
    if isinstance(part, SensorTable):
        own = (part.kind, part.scale, part.precision, part.value, part.status)
        return (*own, *filter(None, (part.units, part.update_rate)))
    if isinstance(part, QuantityTable):
        return (part.value,)
    return part.no_bulk if isinstance(part, SnmpLimits) else ()


def _oid_faults(part: object, driver: Driver) -> Iterator[str]:
    for oid in _oids(part):
        if _RELATIVE.fullmatch(oid):
            if not driver.bases:
                yield f"{oid!r} is relative, and the driver has no bases"
        elif not _OID.fullmatch(oid):
            yield f"{oid!r} is no OID"
    if isinstance(part, ByScalar) and not part.oid.endswith(".0"):
        yield f"{part.oid!r} is no scalar: it does not end with .0"


def _part_faults(part: object) -> Iterator[str]:
    if isinstance(part, PortKey) and part.by is PortBy.FIXED_PORT and not part.name:
        yield "a port that is the only one needs a pattern for its name"
    if isinstance(part, Quantity) and part.field not in _READINGS:
        yield f"{part.field!r} is no reading of a transceiver"
    if isinstance(part, Table) and not any(_oids(p) for p in _parts(part)):
        yield f"a table of {part.mib} has no column, so that nothing would be read"
    if isinstance(part, Table):
        for value in (getattr(part, field.name) for field in fields(part)):
            if isinstance(value, FromIndex) and value.position is None and _is_constant(value):
                why = "is no part of the index: a lane that is always the same is lane(n)"
                yield f"{value.where!r} {why}"
    yield from _pattern_faults(part)


def _is_constant(part: FromIndex[object]) -> bool:
    """Whether it finds its value even where there is no index.

    Such a table would be taken for one with several rows of a port, of which a question about one
    port cannot know the index.
    """
    try:
        return part.take(()) is not None
    except (LookupError, ValueError, TypeError):
        return False


def _pattern_faults(part: object) -> Iterator[str]:
    if not isinstance(part, Answers | DescrMatches | FromDescr | PortKey):
        return
    pattern = part.name if isinstance(part, PortKey) else part.pattern
    try:
        groups = re.compile(pattern).groups
    except re.error as error:
        yield f"{pattern!r} is no regular expression: {error}"
        return
    if isinstance(part, FromDescr) and not groups:
        yield f"{pattern!r} has no group to take the value from"
