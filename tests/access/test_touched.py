"""Which port did I just touch? Asked of a switch of the lab, whose links are pulled."""

from __future__ import annotations

from collections.abc import Iterator
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
from techinfo.collect import Reading
from techinfo.errors import ForbiddenError, UnknownElementError
from techinfo.inventory import Inventory
from techinfo.lab import Lab, LabDevice
from techinfo.model import Fact, Link, Part, Port, PortFacts, State, Transceiver
from techinfo.units import Dark, Dbm, MegabitPerSecond

ELM = "127.21.7.1"
PORTS = range(1, 25)
INVENTORY = f"""
elements: [{{name: elm, address: {ELM}, sys_name: elm}}]
accesses: [{{access_id: ELM-7, element: elm, port: ge7, port_by: name}}]
"""
ENGINEER = Viewer(name="eng", role=Role.ENGINEER)
POLICY = CachePolicy(deadline_s=60.0)
WINDOW = timedelta(seconds=30)


@pytest.fixture(scope="module")
def lab() -> Iterator[Lab]:
    """A switch of 24 ports."""
    rows = merged(m.system("elm"), *(m.port(n, f"ge{n}") for n in PORTS))
    with Lab([LabDevice(name="elm", address=ELM, rows=lines(rows))]) as lab:
        yield lab


@pytest.fixture
def inventory(tmp_path: Path) -> Inventory:
    """With one access on it."""
    return stocked(tmp_path, INVENTORY)


async def look(trouble: Troubleshooter, viewer: Viewer = ENGINEER) -> Movements:
    """Ask once."""
    return await touched(trouble, viewer, "elm", POLICY, window=WINDOW)


def test_a_link_that_was_pulled_is_found_in_few_requests(lab: Lab, inventory: Inventory) -> None:
    """With its access; of the others, whose links are older, none."""

    async def words(trouble: Troubleshooter) -> tuple[Movements, Movements, dict[str, int]]:
        still = await look(trouble)
        lab.fault("elm", "flapping", port=7, seconds=3600)
        before = asked(lab, "elm")
        return still, await look(trouble), since(before, asked(lab, "elm"))

    still, found, cost = troubled(inventory, Network(lab), words)
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
    assert 3 <= sum(cost.values()) <= 6


def test_a_provider_is_not_told(lab: Lab, inventory: Inventory) -> None:
    """Whether or not there is such a switch; nothing is asked of one for it."""
    provider = Viewer(name="isp", role=Role.PROVIDER, provider="isp")

    async def words(trouble: Troubleshooter) -> None:
        before = asked(lab, "elm")
        with pytest.raises(ForbiddenError):
            await look(trouble, provider)
        with pytest.raises(UnknownElementError):
            await touched(trouble, ENGINEER, "oak", POLICY, window=WINDOW)
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
