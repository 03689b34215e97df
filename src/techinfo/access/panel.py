"""A switch's front panel: all its ports at a glance, from one reading."""

from __future__ import annotations

from dataclasses import dataclass

from techinfo.access.freshness import Terms
from techinfo.access.troubleshoot import Troubleshooter
from techinfo.access.viewer import Viewer
from techinfo.access.whole import accesses_by_port, element_named, must_see_all, whole_element
from techinfo.collect import Reading
from techinfo.inventory import Element, Inventory
from techinfo.model import Fact, Part, PortFacts, State

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
    troubleshooter: Troubleshooter, viewer: Viewer, element: str, terms: Terms
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
    reading = await whole_element(troubleshooter, found, terms, FACTS)
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
