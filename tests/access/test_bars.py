"""What the service promises the network: few requests, one reading for all, the dead left alone."""

from __future__ import annotations

import asyncio
import math
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from tests.access import made_up as m
from tests.access.at_lab import HASTY, Network, asked, since, troubled
from tests.access.made_up import lines, merged
from tests.access.played import stocked

from techinfo.access.freshness import CachePolicy
from techinfo.access.troubleshoot import LINK_STATUS, Troubleshooter
from techinfo.collect import Collector, PollingLimits
from techinfo.collect.single import instances_of
from techinfo.collect.target import PortName, Target
from techinfo.driver import standard
from techinfo.errors import SnmpTimeoutError, WrongDeviceError
from techinfo.inventory import Inventory
from techinfo.lab import Lab, LabDevice

ELM, OAK, FIR = "127.21.1.1", "127.21.1.2", "127.21.1.3"
INVENTORY = f"""
elements:
  - {{name: elm, address: {ELM}, sys_name: elm}}
  - {{name: oak, address: {OAK}, sys_name: oak}}
  - {{name: fir, address: {FIR}, sys_name: fir, credential: old}}
accesses:
  - {{access_id: ELM-1, element: elm, port: ge1, port_by: name}}
  - {{access_id: ELM-2, element: elm, port: ge2, port_by: name}}
  - {{access_id: OAK-1, element: oak, port: ge1, port_by: name}}
  - {{access_id: FIR-1, element: fir, port: ge1, port_by: name}}
"""
NOW = CachePolicy(max_age_s=0.0, deadline_s=60.0)


def switch(name: str, address: str) -> LabDevice:
    """A switch of three ports, with light, rates and a MAC address."""
    rows = merged(
        m.system(name),
        *(m.port(n, f"ge{n}") for n in (1, 2, 3)),
        m.optics(1),
        m.shaped(1, 0, 10, 1000, 1000),
        m.learnt(1, "02:00:00:00:00:11", 10),
    )
    return LabDevice(name=name, address=address, rows=lines(rows))


@pytest.fixture(scope="module")
def running() -> Iterator[Lab]:
    """Three of them."""
    with Lab([switch("elm", ELM), switch("oak", OAK), switch("fir", FIR)]) as lab:
        yield lab


@pytest.fixture
def lab(running: Lab) -> Iterator[Lab]:
    """The same, behaving again after each test."""
    yield running
    for name in ("elm", "oak", "fir"):
        running.clear(name)


@pytest.fixture
def inventory(tmp_path: Path) -> Inventory:
    """Where the accesses are."""
    return stocked(tmp_path, INVENTORY)


def owner(trouble: Troubleshooter) -> Collector:
    """The collector, which is in this process."""
    assert isinstance(trouble.collector, Collector)
    return trouble.collector


TOLD_BETTER = (
    *(f"{m.IF}.{column}" for column in (5, 10, 11, 16, 17)),
    *(f"{m.IFX}.{column}" for column in (2, 3, 4, 5)),
    "1.3.6.1.2.1.26.2.1.1.3",
)
"""IfSpeed, 32-bit counters and ifMauType: what they tell others tell of this port, and better."""


def planned(trouble: Troubleshooter, name: str) -> int:
    """GETs that a one-port question needs, by the driver's columns and what the agent stands.

    The port is named by ifName, so that nobody needs its alias; this switch has no hrSystemUptime.
    """
    (device,) = owner(trouble)._devices.values()
    known = device.known
    assert known is not None
    driver, if_index = (
        known.driver,
        next(n for n, port in known.joins.ports.items() if port.name == name),
    )
    facts = [known.plans[fact] for fact in LINK_STATUS]
    assert all(fact.single for fact in facts)
    wanted = {
        standard.SYS_NAME,
        standard.SYS_UP_TIME,
        standard.SNMP_ENGINE_TIME,
        *(f"{column}.{if_index}" for column in (standard.IF_NAME, standard.IF_DESCR)),
        *instances_of(facts, if_index, known.joins).oids,
    }
    columns = tuple(f"{column}.{if_index}" for column in TOLD_BETTER)
    needed = [oid for oid in wanted if not oid.startswith(columns)]
    assert len(needed) == len(wanted) - len(TOLD_BETTER)
    return math.ceil(len(needed) / driver.limits.varbinds)


def test_a_known_port_costs_as_few_gets_as_its_columns_need(lab: Lab, inventory: Inventory) -> None:
    """Columns divided by the varbinds that the agent stands; nothing is walked."""

    async def words(trouble: Troubleshooter) -> tuple[dict[str, int], int]:
        await trouble.link_status("ELM-1", NOW)
        before = asked(lab, "elm")
        answer = await trouble.link_status("ELM-1", NOW)
        assert answer.port
        assert answer.port.transceiver
        assert len(answer.port.shaping) == 1
        return since(before, asked(lab, "elm")), planned(trouble, "ge1")

    cost, gets = troubled(inventory, Network(lab), words)

    assert cost == {"get": gets}
    assert lab.counts("elm").most_varbinds <= 10


def test_another_port_of_a_known_switch_costs_no_walk_either(
    lab: Lab, inventory: Inventory
) -> None:
    """The names of all ports were learnt at first contact."""

    async def words(trouble: Troubleshooter) -> tuple[dict[str, int], int]:
        await trouble.link_status("ELM-1", NOW)
        before = asked(lab, "elm")
        await trouble.link_status("ELM-2", NOW)
        return since(before, asked(lab, "elm")), planned(trouble, "ge2")

    cost, gets = troubled(inventory, Network(lab), words)

    assert cost == {"get": gets}


def test_two_hundred_callers_cost_one_reading(lab: Lab, inventory: Inventory) -> None:
    """Who asks while the same is being asked shares the answer."""

    async def words(trouble: Troubleshooter) -> tuple[dict[str, int], int, int]:
        await trouble.link_status("ELM-1", NOW)
        before, visits = asked(lab, "elm"), owner(trouble).visits
        answers = await asyncio.gather(*(trouble.link_status("ELM-1", NOW) for _ in range(200)))
        assert len({id(answer.reading) for answer in answers}) == 1
        visits = owner(trouble).visits - visits
        return since(before, asked(lab, "elm")), planned(trouble, "ge1"), visits

    cost, gets, visits = troubled(inventory, Network(lab), words)

    assert cost == {"get": gets}
    assert visits == 1


def test_two_hundred_callers_of_an_unknown_switch_cost_one_first_contact(
    lab: Lab, inventory: Inventory
) -> None:
    """The first of them learns who it is, for all."""

    async def cost(callers: int) -> dict[str, int]:
        async def words(trouble: Troubleshooter) -> dict[str, int]:
            before = asked(lab, "elm")
            await asyncio.gather(*(trouble.link_status("ELM-1", NOW) for _ in range(callers)))
            return since(before, asked(lab, "elm"))

        return await asyncio.to_thread(troubled, inventory, Network(lab), words)

    assert asyncio.run(cost(200)) == asyncio.run(cost(1))


async def _until(true: Callable[[], bool]) -> None:
    """Let others have their turn until something is so; the test as a whole is bounded."""
    turn = asyncio.Event()
    while not true():
        asyncio.get_running_loop().call_soon(turn.set)
        await turn.wait()
        turn.clear()


def test_a_dead_switch_does_not_hold_up_a_living_one(lab: Lab, inventory: Inventory) -> None:
    """The living one has answered while the dead one is still being waited for."""
    lab.fault("elm", "silent")

    async def words(trouble: Troubleshooter) -> list[str]:
        order: list[str] = []
        dead = asyncio.ensure_future(trouble.link_status("ELM-1", NOW))
        await _until(lambda: asked(lab, "elm") != before)
        await trouble.link_status("OAK-1", NOW)
        order.append("living")
        assert not dead.done()
        dead.cancel()
        await asyncio.gather(dead, return_exceptions=True)
        order.append("dead")
        return order

    before = asked(lab, "elm")

    assert troubled(inventory, Network(lab), words) == ["living", "dead"]


def test_as_many_dead_switches_as_there_are_slots_leave_the_living_theirs(
    lab: Lab, inventory: Inventory
) -> None:
    """Those known to be silent wait among themselves."""
    lab.fault("elm", "silent")
    lab.fault("fir", "silent")
    network = Network(lab, communities={"default": b"public", "old": b"public"})
    network.timeouts = {ELM: HASTY, FIR: HASTY}
    polling_limits = PollingLimits(
        min_interval_s=0.0, parallel=1, parallel_silent=1, silent_first_s=0.0, silent_most_s=0.0
    )

    async def words(trouble: Troubleshooter) -> bool:
        for access in ("ELM-1", "FIR-1"):
            with pytest.raises(SnmpTimeoutError):
                await trouble.link_status(access, NOW)
        network.timeouts = {}
        dead = [asyncio.ensure_future(trouble.link_status(a, NOW)) for a in ("ELM-1", "FIR-1")]
        answer = await trouble.link_status("OAK-1", NOW)
        waiting = not any(task.done() for task in dead)
        for task in dead:
            task.cancel()
        await asyncio.gather(*dead, return_exceptions=True)
        return waiting and answer.port is not None

    assert troubled(inventory, network, words, polling_limits=polling_limits)


def test_a_dead_switch_is_left_alone_while_it_rests(lab: Lab, inventory: Inventory) -> None:
    """Told at once that it is silent, and since when; not a datagram goes to it."""
    lab.fault("elm", "silent")
    network = Network(lab, {ELM: HASTY})
    polling_limits = PollingLimits(min_interval_s=0.0, silent_first_s=3600.0, silent_most_s=3600.0)

    async def words(trouble: Troubleshooter) -> tuple[dict[str, int], datetime | None, bool]:
        with pytest.raises(SnmpTimeoutError):
            await trouble.link_status("ELM-1", NOW)
        before = asked(lab, "elm")
        for ask in (trouble.link_status, trouble.mac_addresses, trouble.leases, trouble.groups):
            for access in ("ELM-1", "ELM-2"):
                with pytest.raises(SnmpTimeoutError):
                    await ask(access, NOW)
        hardware = await trouble.hardware("ELM-1", NOW)
        return since(before, asked(lab, "elm")), await trouble.silent_since("ELM-1"), hardware.up

    cost, silent_since, up = troubled(inventory, network, words, polling_limits=polling_limits)

    assert cost == {}
    assert silent_since is not None
    assert silent_since <= datetime.now(UTC)
    assert up is False
    assert network.opened == [ELM]


def test_a_switch_that_is_back_is_no_longer_silent(lab: Lab, inventory: Inventory) -> None:
    """As soon as it has answered once."""
    lab.fault("elm", "silent")
    network = Network(lab, {ELM: HASTY})
    polling_limits = PollingLimits(min_interval_s=0.0, silent_first_s=0.0, silent_most_s=0.0)

    async def words(trouble: Troubleshooter) -> datetime | None:
        with pytest.raises(SnmpTimeoutError):
            await trouble.link_status("ELM-1", NOW)
        lab.clear("elm")
        network.timeouts = {}
        await trouble.link_status("ELM-1", NOW)
        return await trouble.silent_since("ELM-1")

    assert troubled(inventory, network, words, polling_limits=polling_limits) is None


def test_a_wrong_community_is_silence(lab: Lab, inventory: Inventory) -> None:
    """The agent has heard it and says nothing; nothing tells it from a switch that is off."""
    network = Network(lab, {FIR: HASTY}, {"default": b"public", "old": b"changed-last-year"})

    async def words(trouble: Troubleshooter) -> bool:
        with pytest.raises(SnmpTimeoutError) as silence:
            await trouble.link_status("FIR-1", NOW)
        assert "changed-last-year" not in str(silence.value)
        return (await trouble.hardware("FIR-1", NOW)).up

    heard, before = lab.counts("fir").wrong_communities, asked(lab, "fir")

    assert troubled(inventory, network, words) is False
    assert lab.counts("fir").wrong_communities > heard
    assert asked(lab, "fir") == before


def test_another_chassis_at_the_address_tells_nothing(
    lab: Lab, inventory: Inventory, tmp_path: Path
) -> None:
    """Swapped between two readings: not even what was just read is given any longer."""
    other = tmp_path / "ash.snmprec"
    other.write_text("\n".join(lines(merged(m.system("ash"), m.port(1, "ge1")))) + "\n")
    elm = Target(element="elm", host=ELM, sys_name="elm", port_name=PortName(name="ge1", by="name"))

    async def words(trouble: Troubleshooter) -> None:
        await trouble.link_status("ELM-1", NOW)
        lab.fault("elm", "swapped", recording=str(other))
        for ask in (trouble.link_status, trouble.mac_addresses, trouble.hardware):
            with pytest.raises(WrongDeviceError) as wrong:
                await ask("ELM-1", NOW)
            assert (wrong.value.expected, wrong.value.found) == ("elm", "ash")
        for stale in (CachePolicy(max_stale_s=3600.0), CachePolicy(max_age_s=3600.0)):
            with pytest.raises(WrongDeviceError):
                await trouble.link_status("ELM-1", stale)
        assert await trouble.collector.last_known(elm, LINK_STATUS) is None

    troubled(inventory, Network(lab), words)
