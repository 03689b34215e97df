"""The port above that feeds an element, as the `uplink` of a case has it; nothing is asked for it.

Which port that is, the inventory says; else LLDP, where one neighbour alone on a port without
accesses is an element of the inventory. It is told without a name.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from techinfo.access.attachment import element_target, is_named
from techinfo.access.freshness import known
from techinfo.access.service import AccessService
from techinfo.collect import Reading
from techinfo.diagnosis.optic_classes import OPTIC_CLASSES, class_of_part
from techinfo.errors import TechinfoError
from techinfo.history.rolling import DAY
from techinfo.history.windows import busy_hour, last_five
from techinfo.inventory import Element, Inventory
from techinfo.model import Fact, Part, PortFacts, State, Transceiver
from techinfo.moments import rfc3339

_LATELY_S = 900.0
_LLDP_S = 7 * 86_400.0
"""Cables are moved seldom; a silent switch tells its neighbours no more."""


async def uplink(service: AccessService, element: Element, now: datetime) -> Mapping[str, Any]:
    """State, load and light of the port that feeds an element; empty: nothing is known of it."""
    found = await _above(service, element, now)
    if found is None:
        return {}
    above, name = found
    collector = service.troubleshooter.collector
    target = element_target(above)
    wanted = (Fact.LINK, Fact.TRANSCEIVER)
    reading = await known(collector, target, wanted, _LATELY_S, now) or await known(
        collector, target, (Fact.LINK,), _LATELY_S, now
    )
    port = _named(reading, name)
    part = reading.parts.get(Fact.LINK) if reading is not None else None
    if port is None or port.link is None or port.link.up is None or part is None:
        return {}
    told: dict[str, Any] = {"link": port.link.up, "readAt": _time(part)}
    if port.link.up:
        told |= await _counted(service, above.name, port, now)
        told |= _light(port.transceiver)
    return {key: value for key, value in told.items() if value is not None}


async def _above(
    service: AccessService, element: Element, now: datetime
) -> tuple[Element, str] | None:
    """The element above, and its port that leads here."""
    troubleshooter = service.troubleshooter
    inventory = troubleshooter.inventory
    if element.uplink_element is not None and element.uplink_port is not None:
        above = inventory.element(element.uplink_element)
        return None if above is None else (above, element.uplink_port)
    target = element_target(element)
    reading = await known(troubleshooter.collector, target, (Fact.NEIGHBOURS,), _LLDP_S, now)
    found = set(_neighbours(inventory, element, reading)) if reading is not None else set()
    if len(found) != 1:
        return None
    name, port = found.pop()
    above = inventory.element(name)
    return None if above is None else (above, port)


def _neighbours(
    inventory: Inventory, element: Element, reading: Reading
) -> Iterator[tuple[str, str]]:
    """Elements of the inventory that are heard on ports without accesses, and their own ports."""
    heard = [
        one
        for port in reading.ports.values()
        if port.neighbours and not is_named(inventory, element, port)
        for one in port.neighbours
        if one.system_name and one.port_id
    ]
    if not heard:
        return
    names = {e.sys_name or e.name: e.name for e in inventory.elements() if e.name != element.name}
    for one in heard:
        name = names.get(one.system_name or "")
        if name is not None:
            yield name, one.port_id or ""


def _named(reading: Reading | None, name: str) -> PortFacts | None:
    ports = reading.ports.values() if reading is not None else ()
    found = [p for p in ports if name in (p.port.name, p.port.descr)]
    return found[0] if len(found) == 1 else None


async def _counted(
    service: AccessService, element: str, port: PortFacts, now: datetime
) -> dict[str, Any]:
    """Share of the capacity and packets dropped in five minutes, and share in the busy hour.

    Of the latest five minutes that were watched, and of the busiest hour of the last 24.
    """
    called, speed = port.port.called, port.link.speed if port.link is not None else None
    if service.history is None or not called:
        return {}
    try:
        changes = await asyncio.to_thread(service.history.file.changes, element, called, now - DAY)
    except TechinfoError:
        return {}
    told: dict[str, Any] = {}
    busiest = busy_hour(changes, now)
    if busiest is not None and speed:
        load = _load(busiest.rate, speed)
        told["busyHour"] = {"load": load, "until": rfc3339(busiest.end)}
    window = last_five(changes, now)
    if window is None or window.seconds <= 0:
        return told
    told |= {"drops": window.output.discards, "errors": window.input.crc_errors}
    octets = [n for n in (window.input.bytes, window.output.bytes) if n is not None]
    return told | ({"load": _load(max(octets) / window.seconds, speed)} if octets and speed else {})


def _load(octets_per_second: float, speed: float) -> float:
    """Share of the capacity, which is in Mbit/s."""
    return round(octets_per_second * 8 / (speed * 1_000_000), 2)


def _light(optic: Transceiver | None) -> dict[str, Any]:
    """The level, and whether the module hears it by its class; unknown classes say nothing."""
    level = optic.rx_power if optic is not None else None
    if optic is None or not isinstance(level, float):
        return {}
    found = OPTIC_CLASSES.get(class_of_part(optic.part_number or "") or "")
    told: dict[str, Any] = {"dbmRx": f"{level:.2f}"}
    return told if found is None else told | {"lightKept": found.rx_min <= level <= found.rx_max}


def _time(part: Part) -> str | None:
    at = part.read_at if part.state is not State.FAILED else None
    return rfc3339(at)
