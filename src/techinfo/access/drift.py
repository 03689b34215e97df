"""What the switches say of the ports that the inventory names: gone, moved, or two in one."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime

from techinfo.access.attachment import element_target
from techinfo.collect import Opener, Paused, PortName, Registry, refuse
from techinfo.collect.device_state import DeviceState, contact
from techinfo.collect.identity import bears, find_port
from techinfo.collect.joining import join
from techinfo.driver.driver import DEFAULT_LIMITS
from techinfo.errors import (
    ConfigError,
    DeviceError,
    DriverError,
    PausedError,
    WrongDeviceError,
)
from techinfo.facts.joins import Joins, JoinTable
from techinfo.inventory import Access, Element, Finding, Inventory
from techinfo.model import Port
from techinfo.wire import Cell

_ENGINE_ID = "1.3.6.1.6.3.10.2.1.1.0"  # SNMP-FRAMEWORK-MIB snmpEngineID
_WORD = re.compile(r"[-0-9A-Za-z.]{4,}")
"""What could be an accessId; a shorter word is a port's number or a habit of somebody's."""
_MOST_WORDS = 20
"""Of an ifAlias that are looked up; 64 characters hold no more (RFC 2863)."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Gentle:
    """How the switches are asked.

    Attributes:
        parallel: Switches asked at a time, each by one conversation.
        switch_s: Seconds that one may take.
    """

    parallel: int = 20
    switch_s: float = 60.0


@dataclass(frozen=True, kw_only=True, slots=True)
class Identity:
    """What tells one switch from all others, as it says itself."""

    sys_name: str | None = None
    engine_id: str | None = None
    chassis_mac: str | None = None
    serial_number: str | None = None


@dataclass(kw_only=True)
class Drift:
    """What has come of asking.

    Attributes:
        answered: Elements that did.
        found: Findings so far, by element.
    """

    answered: int = 0
    found: dict[str, tuple[Finding, ...]] = field(default_factory=dict)
    identities: dict[str, Identity] = field(default_factory=dict)

    def findings(self) -> Iterator[Finding]:
        """Everything, by element; then switches that stand twice."""
        for element in sorted(self.found):
            yield from self.found[element]
        yield from twins(self.identities)


async def ask(
    inventory: Inventory,
    elements: Sequence[Element],
    registry: Registry,
    opener: Opener,
    *,
    pace: Gentle,
    paused: Paused = lambda _target, _driver: None,
    asked: Callable[[], None] = lambda: None,
) -> Drift:
    """Ask switches for their ports and compare.

    Args:
        inventory: What they are compared with.
        elements: Whom to ask.
        registry: The drivers.
        opener: Begins a conversation.
        pace: How many at a time, and how long each.
        paused: What must not be asked.
        asked: Called for each that has been asked.
    """
    drift = Drift()
    turn = asyncio.Semaphore(pace.parallel)

    async def one(element: Element) -> None:
        async with turn:
            drift.found[element.name] = await _asked(
                inventory, element, registry, opener, drift, pace.switch_s, paused
            )
            asked()

    await asyncio.gather(*map(one, elements))
    return drift


async def _asked(
    inventory: Inventory,
    element: Element,
    registry: Registry,
    opener: Opener,
    drift: Drift,
    switch_s: float,
    paused: Paused,
) -> tuple[Finding, ...]:
    try:
        known, identity, cut = await asyncio.wait_for(
            _read(element, registry, opener, paused), switch_s
        )
    except (DeviceError, DriverError, ConfigError, TimeoutError) as error:
        return (_unread(element, error),)
    drift.answered += 1
    drift.identities[element.name] = identity
    accesses = inventory.accesses_on(element.name)
    found = tuple(compared(inventory, element, accesses, known.joins))
    if cut:
        what = f"the list of its ports could not be read to the end ({cut})"
        todo = "check it again; ports that seem to be gone may be there"
        return (Finding(kind="element", who=element.name, what=what, todo=todo), *found)
    return found


async def _read(
    element: Element, registry: Registry, opener: Opener, paused: Paused
) -> tuple[DeviceState, Identity, str]:
    """Who it is, and its ports: a few GETs and one walk of five columns."""
    now = datetime.now(UTC)
    target = element_target(element)
    refuse(paused(target, target.driver), target)
    conversation = opener(target, DEFAULT_LIMITS)
    try:
        known = await contact(conversation, target, registry, now)
        refuse(paused(target, known.driver.name), target)
        cells = await conversation.get([_ENGINE_ID])
        cut = await join(conversation, known, frozenset({JoinTable.INTERFACES}), now)
    finally:
        await conversation.close()
    hardware = known.hardware
    identity = Identity(
        sys_name=known.sys_name,
        engine_id=_hex(cells.get(_ENGINE_ID)),
        chassis_mac=hardware.mac if hardware.mac and hardware.mac.strip("0:") else None,
        serial_number=hardware.serial_number,
    )
    return known, identity, cut


def _hex(cell: Cell | None) -> str | None:
    return cell.hex() if isinstance(cell, bytes) and any(cell[5:]) else None


def _unread(element: Element, error: Exception) -> Finding:
    if isinstance(error, WrongDeviceError):
        what = f"answers as {error.found!r}, the inventory says {error.expected!r}"
        todo = "correct its address or its sys_name; until then it is told to nobody"
    elif isinstance(error, ConfigError | DriverError):
        what = str(error)
        todo = "correct the configuration, or driver and credential of the element"
    elif isinstance(error, PausedError):
        what = f"was not asked: it is paused until {error.until}"
        todo = "check it when that is over, or techinfo resume"
    else:
        what = f"was not read: {error or 'it took too long'}"
        todo = "check address, credential and the way to it; take it out if it is gone"
    return Finding(kind="element", who=element.name, what=what, todo=todo)


def compared(
    inventory: Inventory, element: Element, accesses: Iterable[Access], joins: Joins
) -> Iterator[Finding]:
    """What is wrong with the accesses of one element, by what it says of its ports."""
    connected = [access for access in accesses if access.port is not None]
    labelled = _labelled(inventory, joins)
    at: dict[int, list[Access]] = {}
    for access in connected:
        here = labelled.get(access.access_id, [])
        name = PortName(name=access.port or "", by=access.port_by)
        if_index = find_port(joins, name)
        if if_index is None:
            yield _gone(access, element, name, joins, here)
            continue
        at.setdefault(if_index, []).append(access)
        if here and if_index not in [port.if_index for port in here]:
            yield Finding(
                kind="access",
                who=access.access_id,
                what=f"{element.name} has it on port {_called(here[0])} by ifAlias, the inventory"
                f" on {access.port}",
                todo="it was moved or the switch renumbered: correct the port, or the ifAlias",
            )
    yield from _two_spellings(element, at)
    yield from _others(element, at, labelled, joins)


def _gone(
    access: Access, element: Element, name: PortName, joins: Joins, here: Sequence[Port]
) -> Finding:
    several = [port for port in joins.ports.values() if bears(port, name)]
    if here:
        todo = f"its ifAlias stands on {_called(here[0])}: it was moved, or renumbered"
    elif several:
        todo = "say port_by: name, descr, alias or index"
    else:
        todo = "correct the port: " + (_near(name, joins) or "techinfo dump --switch lists them")
    what = (
        f"{len(several)} ports of {element.name} are called {name.name}"
        if several
        else f"{element.name} has no port {name.name}"
    )
    return Finding(kind="access", who=access.access_id, what=what, todo=todo)


def _near(name: PortName, joins: Joins) -> str:
    """The port whose name differs in case and blanks only."""
    bare = re.sub(r"\s", "", name.name).lower()
    for port in joins.ports.values():
        for text in (port.name, port.descr, port.alias):
            if text and re.sub(r"\s", "", text).lower() == bare:
                return f"the switch spells it {text!r}"
    return ""


def _two_spellings(element: Element, at: dict[int, list[Access]]) -> Iterator[Finding]:
    """Accesses on one port by different names, which the inventory alone cannot see."""
    for accesses in at.values():
        first = accesses[0]
        for access in accesses[1:]:
            if access.port != first.port and _marks(access) == _marks(first):
                yield Finding(
                    kind="access",
                    who=access.access_id,
                    what=f"{element.name} port {access.port} is the port {first.port} of"
                    f" {first.access_id}, and nothing tells them apart",
                    todo="give both ont_id and uni, or s_vlan and c_vlan; or correct one port",
                )


def _marks(access: Access) -> tuple[int | None, ...]:
    return access.ont_id, access.uni, access.s_vlan, access.c_vlan


def _others(
    element: Element,
    at: dict[int, list[Access]],
    labelled: dict[str, list[Port]],
    joins: Joins,
) -> Iterator[Finding]:
    """Ports whose ifAlias names accesses, and none of those that the inventory has there."""
    named: dict[int, list[str]] = {}
    for access_id, ports in labelled.items():
        for port in ports:
            named.setdefault(port.if_index, []).append(access_id)
    for if_index, accesses in at.items():
        here = {access.access_id for access in accesses}
        names = sorted(named.get(if_index, ()))
        if names and not here.intersection(names):
            yield Finding(
                kind="access",
                who=accesses[0].access_id,
                what=f"ifAlias of {element.name} port {_called(joins.ports[if_index])}"
                f" says {names[0]}",
                todo="correct the port of one of them, or the ifAlias",
            )


def _labelled(inventory: Inventory, joins: Joins) -> dict[str, list[Port]]:
    """AccessId -> ports whose ifAlias has it among its words."""
    out: dict[str, list[Port]] = {}
    for port in joins.ports.values():
        for word in _WORD.findall(port.alias or "")[:_MOST_WORDS]:
            access = inventory.access(word.strip("."))
            if access is not None:
                out.setdefault(access.access_id, []).append(port)
    return out


def _called(port: Port) -> str:
    return port.name or port.descr or str(port.if_index)


def twins(identities: dict[str, Identity]) -> Iterator[Finding]:
    """Elements that are one switch by what they say of themselves."""
    for attribute, what in (
        ("sys_name", "sysName"),
        ("engine_id", "snmpEngineID"),
        ("chassis_mac", "chassis MAC"),
        ("serial_number", "serial number"),
    ):
        first: dict[str, str] = {}
        for element in sorted(identities):
            value = getattr(identities[element], attribute)
            other = first.setdefault(value, element) if value else element
            if other != element:
                yield Finding(
                    kind="element",
                    who=element,
                    what=f"has the {what} {value} as {other} has",
                    todo="one switch stands twice, or was copied: correct the inventory, or give"
                    f" the switch a {what} of its own",
                )
