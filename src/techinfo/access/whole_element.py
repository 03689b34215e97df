"""A whole element and its front panel, from one reading, for those who see everything."""

from __future__ import annotations

import functools
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from techinfo.access.answer import ServiceOf
from techinfo.access.attachment import element_target
from techinfo.access.freshness import CachePolicy, read
from techinfo.access.troubleshoot import Troubleshooter
from techinfo.access.viewer import Viewer
from techinfo.collect import Reading
from techinfo.errors import ForbiddenError, UnknownElementError
from techinfo.inventory import Access, Element, Inventory
from techinfo.model import Fact, Part, Port, PortFacts, State

_NOT_DUMPED = frozenset(
    {Fact.CPE, Fact.GROUPS, Fact.ONT_LIGHT, Fact.GASPS, Fact.SNOOPING, Fact.UNREGISTERED}
)
DUMPED = tuple(fact for fact in Fact if fact not in _NOT_DUMPED)
"""What a dump holds; groups are viewing habits, the light of ONTs is dear, a log of lost power is
asked for when a line was lost, and where snooping is on when ports are held against orders; ONTs
that wait are for whoever has just plugged one in."""


def must_see_all(viewer: Viewer) -> None:
    """Whole elements are for the operator's own people.

    Raises:
        ForbiddenError: Of a provider, whether or not there is such an element.
    """
    if not viewer.sees_all:
        raise ForbiddenError("whole network elements are the operator's to see")


def element_named(inventory: Inventory, name: str) -> Element:
    """An element by its name.

    Raises:
        UnknownElementError: There is none.
    """
    found = inventory.element(name)
    if found is None:
        raise UnknownElementError("no network element has this name")
    return found


async def whole_element(
    troubleshooter: Troubleshooter,
    element: Element,
    policy: CachePolicy,
    facts: Iterable[Fact] = DUMPED,
) -> Reading:
    """All ports of an element; what of it is young enough is not read again.

    Raises:
        DeviceError: It cannot be had.
        DriverError: No driver fits.
    """
    target = element_target(element)
    return await read(troubleshooter.collector, target, facts, policy, troubleshooter.now())


def accesses_by_port(
    inventory: Inventory, element: Element, reading: Reading
) -> Mapping[int, tuple[str, ...]]:
    """The accessIds on each port, by ifIndex, whichever of the port's names the inventory has."""
    named: dict[str, list[Access]] = defaultdict(list)
    for access in inventory.accesses_on(element.name):
        if access.port is not None:
            named[access.port].append(access)
    found = {n: _on(facts.port, named) for n, facts in reading.ports.items()}
    return {number: accesses for number, accesses in found.items() if accesses}


def services_of(inventory: Inventory, element: Element, facts: PortFacts) -> ServiceOf:
    """What VLANs carry at a port."""
    port = facts.port.name or facts.port.descr

    @functools.cache
    def service(vlan: int | None) -> str | None:
        return None if vlan is None else inventory.service_type(element.name, port, vlan)

    return service


def _on(port: Port, named: Mapping[str, list[Access]]) -> tuple[str, ...]:
    names = {"name": port.name, "descr": port.descr, "alias": port.alias}
    names["index"] = str(port.if_index)
    found = {
        access.access_id
        for way, name in names.items()
        for access in (named.get(name, ()) if name else ())
        if access.port_by in {way, "any"}
    }
    return tuple(sorted(found))


FACTS = (Fact.DEVICE, Fact.LINK, Fact.TRANSCEIVER, Fact.MACS)


@dataclass(frozen=True, slots=True)
class PanelPort:
    """One port.

    Attributes:
        accesses: The accessIds that the inventory has on it.
        vlans: How many VLANs have a MAC address on it; ``None``: nobody could tell.
    """

    facts: PortFacts
    accesses: tuple[str, ...]
    vlans: int | None


@dataclass(frozen=True, slots=True)
class Panel:
    """A switch and its ports, by ifIndex."""

    element: Element
    reading: Reading
    ports: tuple[PanelPort, ...]


async def panel(
    troubleshooter: Troubleshooter, viewer: Viewer, element: str, policy: CachePolicy
) -> Panel:
    """The panel of an element.

    Raises:
        ForbiddenError: The viewer is a provider.
        UnknownElementError: No element has this name.
        DeviceError: It cannot be had.
    """
    must_see_all(viewer)
    inventory = troubleshooter.inventory
    found = element_named(inventory, element)
    reading = await whole_element(troubleshooter, found, policy, FACTS)
    return Panel(found, reading, tuple(_ports(inventory, found, reading)))


def _ports(inventory: Inventory, element: Element, reading: Reading) -> list[PanelPort]:
    beside = accesses_by_port(inventory, element, reading)
    macs = reading.parts.get(Fact.MACS)
    return [
        PanelPort(facts, beside.get(number, ()), _vlans(facts, macs))
        for number, facts in sorted(reading.ports.items())
    ]


def _vlans(facts: PortFacts, macs: Part | None) -> int | None:
    """How many VLANs have an address; nobody can tell of what was not read, or not as a whole."""
    state = macs.of_port(facts.port.if_index).state if macs else State.FAILED
    if not facts.macs and state not in {State.OK, State.EMPTY}:
        return None
    return len({entry.vlan for entry in facts.macs if entry.vlan is not None})
