"""Is it the right device, and the right port? Asked in the same request as the rows themselves.

A port by the name that the inventory has for it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime

from techinfo.collect.device_state import DeviceState, check_name
from techinfo.collect.joining import INTERFACES, join
from techinfo.collect.target import PortName, Target
from techinfo.driver import standard
from techinfo.driver.convert import decode_text
from techinfo.errors import (
    PortNotUniqueError,
    SnmpProtocolError,
    WrongDeviceError,
    WrongPortError,
)
from techinfo.facts.joins import Joins
from techinfo.facts.rows import indexes_of
from techinfo.model import Port
from techinfo.snmp.interface import Conversation
from techinfo.wire import Cell

_WAYS: dict[str, Callable[[Port], str | None]] = {
    "name": lambda p: p.name,
    "descr": lambda p: p.descr,
    "alias": lambda p: p.alias,
    "index": lambda p: str(p.if_index),
}


def bears(port: Port, wanted: PortName) -> bool:
    """Whether a port has that name."""
    ways = _WAYS.values() if wanted.by == "any" else (_WAYS[wanted.by],)
    return any(told(port) == wanted.name for told in ways)


def find_port(joins: Joins, wanted: PortName) -> int | None:
    """IfIndex of the one port with that name; ``None`` when there is none, or more than one.

    ``any`` tries ifName, ifDescr, ifAlias and ifIndex, in that order; a name that two ports share
    in one of them is not taken for either.
    """
    found = find_ports(joins, wanted)
    return found[0] if len(found) == 1 else None


def find_ports(joins: Joins, wanted: PortName) -> tuple[int, ...]:
    """IfIndexes of all ports with that name, in the first way in which there are any."""
    ways = _WAYS if wanted.by == "any" else {wanted.by: _WAYS[wanted.by]}
    for told in ways.values():
        found = tuple(p.if_index for p in joins.ports.values() if told(p) == wanted.name)
        if found:
            return found
    return ()


async def find(
    conversation: Conversation, known: DeviceState, target: Target, now: datetime
) -> Port:
    """The port that a target names.

    Raises:
        WrongPortError: There is none of that name.
        PortNotUniqueError: There are several.
        SnmpProtocolError: It may be among those that could not be read.
    """
    name, cut = target.port_name, ""
    called = name.name if name else ""
    found = find_ports(known.joins, name) if name and known.joined >= INTERFACES else ()
    if not found:
        cut = await join(conversation, known, INTERFACES, now)
        found = find_ports(known.joins, name) if name else ()
    if not found and cut:
        raise SnmpProtocolError("the list of ports has no end", address=target.host)
    unlisted = None if found else await _unlisted(conversation, known, name)
    if unlisted is not None:
        return unlisted
    if not found:
        raise WrongPortError("no such port on this element", port=called)
    if len(found) > 1:
        why = f"{len(found)} ports of this element have one name"
        raise PortNotUniqueError(why, port=called, address=target.host)
    return known.joins.ports[found[0]]


async def _unlisted(
    conversation: Conversation, known: DeviceState, name: PortName | None
) -> Port | None:
    """A port by its number that ifTable does not have, if a table of such ports has a row."""
    if name is None or name.by not in {"any", "index"} or not name.name.isdecimal():
        return None
    number = int(name.name)
    for table in (t for plan in known.plans.values() for t in plan.tables if t.table.port.unlisted):
        rows = indexes_of(table, number, known.joins) or ()
        oids = [".".join(map(str, (c, *index))) for c in table.columns for index in rows]
        if oids and await conversation.get(oids):
            return Port(if_index=number)
    return None


_NAMES = (standard.IF_NAME, standard.IF_DESCR, standard.IF_ALIAS)


class RestartedError(Exception):
    """The device has started anew since it introduced itself: it may run another software now."""


class PluggedError(Exception):
    """A module was plugged or pulled: entities have other numbers now."""


class RegroupedError(Exception):
    """The port has joined an aggregate since they were read, or left one."""


def instances(
    known: DeviceState,
    if_index: int | None = None,
    *,
    grouped: bool = False,
    wanted: PortName | None = None,
) -> tuple[str, ...]:
    """What tells who answers, which port this is, and in which aggregate, if that matters.

    Args:
        known: The device.
        if_index: The port; ``None``: none is asked for.
        grouped: Its aggregate matters.
        wanted: How the inventory names it: its alias is asked for only where that is the name.
    """
    port = known.joins.ports.get(if_index or 0)
    named = (port.name, port.descr) if port else ()
    names: tuple[str, ...] = _NAMES
    if wanted is not None and wanted.by != "alias" and wanted.name in named:
        names = _NAMES[:2]
    group = known.joins.memberships.get(if_index) if grouped and if_index is not None else None
    return (
        standard.SYS_NAME,
        *known.clock_oids,
        *(f"{column}.{if_index}" for column in names if if_index is not None),
        *((standard.ENT_LAST_CHANGE_TIME,) if _is_stamped(known) else ()),
        *((group.witness,) if group else ()),
    )


def check_device(target: Target, known: DeviceState, cells: Mapping[str, Cell]) -> None:
    """The device that answers must be the one that was met.

    Raises:
        WrongDeviceError: Its name is not the one it had, or the one it must have.
    """
    cell = cells.get(standard.SYS_NAME)
    name = (decode_text(cell) or None) if isinstance(cell, bytes) else None
    check_name(target, name)
    if name != known.sys_name:
        raise WrongDeviceError(
            "the device at this address has changed its name",
            expected=known.sys_name or "",
            found=name or "",
            address=target.host,
        )


def check_port(target: Target, port: Port, cells: Mapping[str, Cell]) -> None:
    """The port's names in this very answer must be those that led to it.

    Raises:
        WrongPortError: Another port stands under this number now, or it has another name.
    """
    told = [cells.get(f"{column}.{port.if_index}") for column in _NAMES]
    name, descr, alias = [
        (decode_text(cell) or None) if isinstance(cell, bytes) else None for cell in told
    ]
    if (port.name and name != port.name) or (port.descr and descr != port.descr):
        raise WrongPortError(
            "another port stands under this number",
            port=str(port.name or port.descr),
            address=target.host,
        )
    answered = Port(if_index=port.if_index, name=name, descr=descr, alias=alias)
    if target.port_name is not None and not bears(answered, target.port_name):
        raise WrongPortError(
            "the port has another name now", port=target.port_name.name, address=target.host
        )


def check_group(known: DeviceState, port: Port, cells: Mapping[str, Cell], *, again: bool) -> None:
    """Rows of an aggregate are a port's only while it is a member.

    Raises:
        RegroupedError: It is in another one than before.
        SnmpProtocolError: It is so for the second time in one visit.
    """
    found = known.joins.memberships.get(port.if_index)
    if found is None or cells.get(found.witness) == found.cell:
        return
    if again:
        raise SnmpProtocolError("the port changes its aggregate all the time")
    raise RegroupedError


def is_replugged(known: DeviceState, cells: Mapping[str, Cell]) -> bool:
    """Whether a module was plugged or pulled since the entities were read."""
    now = cells.get(standard.ENT_LAST_CHANGE_TIME)
    return _is_stamped(known) and now != known.entities_changed


def _is_stamped(known: DeviceState) -> bool:
    return known.entities_changed is not None and not known.restless
