"""Which port did I just touch? Asked of a switch of the lab, whose links are pulled."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from tests.access import made_up as m
from tests.access.at_lab import Network, asked, since, troubled
from tests.access.made_up import lines, merged
from tests.access.played import stocked

from techinfo.access.freshness import CachePolicy
from techinfo.access.touched import Movements, movements, touched
from techinfo.access.troubleshoot import Troubleshooter
from techinfo.access.viewer import Role, Viewer
from techinfo.access.whole_element import whole_element
from techinfo.collect import Reading
from techinfo.errors import ForbiddenError, UnknownElementError
from techinfo.inventory import Inventory
from techinfo.lab import Lab, LabDevice
from techinfo.model import Fact, Link, Part, Port, PortFacts, State, Transceiver
from techinfo.units import Dark, Dbm, MegabitPerSecond

SWITCHES = {"elm": 24, "ash": 28, "oak": 52}
"""Name -> ports, each beside more VLANs than ports, as some makers list them (propVirtual)."""
ADDRESSES = {name: f"127.21.7.{number}" for number, name in enumerate(SWITCHES, 1)}
_ELEMENTS = (f"{{name: {n}, address: {at}, sys_name: {n}}}" for n, at in ADDRESSES.items())
INVENTORY = f"""
elements: [{", ".join(_ELEMENTS)}]
accesses: [{{access_id: ELM-7, element: elm, port: ge7, port_by: name}}]
"""
ENGINEER = Viewer(name="eng", role=Role.ENGINEER)
POLICY = CachePolicy(deadline_s=60.0)
WINDOW = timedelta(seconds=30)


def _switch(name: str, ports: int) -> LabDevice:
    vlans = (
        m.port(n, f"vlan{n}") | {f"{m.IF}.3.{n}": "2|53", f"{m.IF}.9.{n}": "67|0"}
        for n in range(1001, 1101)
    )
    rows = merged(m.system(name), *(m.port(n, f"ge{n}") for n in range(1, ports + 1)), *vlans)
    return LabDevice(name=name, address=ADDRESSES[name], rows=lines(rows))


@pytest.fixture(scope="module")
def lab() -> Iterator[Lab]:
    """Switches of 24, 28 and 52 ports."""
    with Lab([_switch(name, ports) for name, ports in SWITCHES.items()]) as lab:
        yield lab


@pytest.fixture
def inventory(tmp_path: Path) -> Inventory:
    """With one access on it."""
    return stocked(tmp_path, INVENTORY)


async def look(trouble: Troubleshooter, viewer: Viewer = ENGINEER, *, at: str = "elm") -> Movements:
    """Ask once."""
    return await touched(trouble, viewer, at, POLICY, window=WINDOW)


@pytest.mark.parametrize(("name", "bulks"), [("elm", 2), ("ash", 2), ("oak", 3)])
def test_a_panel_costs_few_requests(lab: Lab, inventory: Inventory, name: str, bulks: int) -> None:
    """Two GETs say before and after who it is; VLANs beside its ports cost nothing."""

    async def words(trouble: Troubleshooter) -> tuple[Movements, dict[str, int]]:
        await look(trouble, at=name)
        lab.fault(name, "flapping", port=SWITCHES[name], seconds=3600)
        before = asked(lab, name)
        return await look(trouble, at=name), since(before, asked(lab, name))

    found, cost = troubled(inventory, Network(lab), words)
    lab.clear(name)

    assert [one.facts.port.if_index for one in found.ports] == [SWITCHES[name]]
    assert sum(cost.values()) <= 6
    assert cost == {"get": 2, "get_bulk": bulks}


def test_what_has_moved_is_no_reading_of_the_link(lab: Lab, inventory: Inventory) -> None:
    """Its speed was not asked; but what was read of a link before tells what it was."""

    async def words(trouble: Troubleshooter) -> tuple[Movements, Reading, Movements]:
        first = await look(trouble)
        full = await whole_element(
            trouble, first.element, replace(POLICY, max_age_s=600.0), (Fact.LINK,)
        )
        return first, full, await look(trouble)

    first, full, second = troubled(inventory, Network(lab), words)

    moved, link = first.reading.ports[7].link, full.ports[7].link
    assert moved is not None
    assert (moved.up, moved.speed) == (True, None)
    assert link is not None
    assert (link.up, link.speed) == (True, 1000)
    assert first.compared_with is None
    assert second.compared_with == full.read_at


def test_a_link_that_was_pulled_is_found(lab: Lab, inventory: Inventory) -> None:
    """With its access; of the others, whose links are older, none."""

    async def words(trouble: Troubleshooter) -> tuple[Movements, Movements]:
        still = await look(trouble)
        lab.fault("elm", "flapping", port=7, seconds=3600)
        return still, await look(trouble)

    still, found = troubled(inventory, Network(lab), words)
    lab.clear("elm")

    assert still.ports == ()
    (port,) = found.ports
    assert (port.facts.port.name, port.how, port.accesses) == ("ge7", "link", ("ELM-7",))
    assert port.facts.link is not None
    assert port.facts.link.up is False
    assert port.before is not None
    assert port.before.link is not None
    assert port.before.link.up is True
    assert port.at is not None
    assert found.compared_with == still.reading.read_at


def test_a_provider_is_not_told(lab: Lab, inventory: Inventory) -> None:
    """Whether or not there is such a switch; nothing is asked of one for it."""
    provider = Viewer(name="isp", role=Role.PROVIDER, provider="isp")

    async def words(trouble: Troubleshooter) -> None:
        before = asked(lab, "elm")
        with pytest.raises(ForbiddenError):
            await look(trouble, provider)
        with pytest.raises(UnknownElementError):
            await look(trouble, at="yew")
        assert not any(since(before, asked(lab, "elm")).values())

    troubled(inventory, Network(lab), words)


def _reading(at_s: float, **facts: PortFacts) -> Reading:
    ports = {one.port.if_index: one for one in facts.values()}
    part = Part(state=State.OK, read_at=m.NOW + timedelta(seconds=at_s))
    return Reading(element="elm", ports=ports, parts={Fact.LINK: part})


def _port(number: int, *, up: bool | None = None, rx: Dbm | Dark | None = None) -> PortFacts:
    link = None if up is None else Link(up=up, speed=MegabitPerSecond(1000))
    optic = None if rx is None else Transceiver(rx_power=rx)
    return PortFacts(port=Port(if_index=number), link=link, transceiver=optic)


@pytest.mark.parametrize(
    ("before", "after", "how"),
    [
        (_port(1, up=True), _port(1, up=False), "link"),
        (_port(1, up=True), _port(1, up=True), None),
        (_port(1), _port(1, up=True), None),
        (_port(1, up=True, rx=Dbm(-9.0)), _port(1, up=False, rx=Dark.NO_LIGHT), "link"),
        (_port(1, rx=Dbm(-9.0)), _port(1, rx=Dbm(-11.9)), None),
        (_port(1, rx=Dbm(-9.0)), _port(1, rx=Dbm(-12.0)), "light"),
        (_port(1, rx=Dbm(-9.0)), _port(1, rx=Dark.NO_LIGHT), "light"),
        (_port(1, rx=Dark.NO_LIGHT), _port(1, rx=Dark.NO_LIGHT), None),
        (_port(1), _port(1, rx=Dbm(-9.0)), None),
    ],
)
def test_two_readings_tell_what_moved_where_the_switch_does_not(
    before: PortFacts, after: PortFacts, how: str | None
) -> None:
    """What was not read before has not moved, and the accuracy of diagnostics is no movement."""
    found = movements(_reading(0, a=before), _reading(20, a=after), WINDOW)

    assert [one.how for one in found] == ([] if how is None else [how])
    assert all(one.at is None for one in found)
