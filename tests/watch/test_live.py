"""A live view over switches of a lab: how often it asks, and what it asks for."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from tests.access import made_up as m
from tests.access.at_lab import PATIENCE_S, Network
from tests.access.made_up import NOW, Rows, lines, merged
from tests.access.played import Clock, stocked
from tests.collect.playing import SENSOR
from tests.facts.test_optics import CHASSIS, lit, part

from techinfo.access.service import AccessService
from techinfo.access.troubleshoot import Troubleshooter
from techinfo.access.viewer import Role, Viewer
from techinfo.collect import AgentLimits, Collector, PollingLimits
from techinfo.collect.registry import registry_of
from techinfo.driver.standard import ENTITY_SENSORS
from techinfo.errors import WatchConflictError
from techinfo.lab import Lab, LabDevice
from techinfo.model import Fact
from techinfo.store.agent_limits import AgentKind, Capability, ObservedLimit, Presence
from techinfo.watch.live import LiveViews, live

ELM, OAK = "127.21.41.1", "127.21.41.2"
DRIVER = replace(m.SWITCH, transceivers=(*m.SWITCH.transceivers, ENTITY_SENSORS))
KIND = AgentKind(driver="made_up_os", model="MU-2600", software="7.1")
BORNE = Capability(kind=KIND, fact=Fact.LINK, presence=Presence.ANSWERS, element="elm", at=NOW)
SILENCED = ObservedLimit(kind=KIND, element="ash", at=NOW, why="silent", sure=False, varbinds=4)
ENGINEER = Viewer(name="anna", role=Role.ENGINEER)
INVENTORY = f"""
elements:
  - {{name: elm, address: {ELM}, sys_name: elm}}
  - {{name: oak, address: {OAK}, sys_name: oak}}
  - {{name: olt, address: 192.0.2.9, role: olt}}
accesses:
  - {{access_id: E-1, element: elm, port: ge1, port_by: name}}
  - {{access_id: O-1, element: oak, port: ge1, port_by: name}}
services: [{{vlan: 10, service_type: bb}}]
subscriptions:
  - {{subscription_id: S-1, access_id: E-1, provider: isp, service: x, service_type: bb}}
"""


def sensors(every_ms: int) -> Rows:
    """A module in ge1 that the agent reads so often (entPhySensorValueUpdateRate)."""
    cells = part(1, 0, CHASSIS, "box") | lit(100, 1, "ge1 {}") | {f"{SENSOR}.8.102": every_ms}
    return {
        oid: f"2|{cell}" if isinstance(cell, int) else f"4|{cell.decode()}"
        for oid, cell in cells.items()
        if isinstance(cell, int | bytes)
    }


@pytest.fixture(scope="module")
def lab() -> Iterator[Lab]:
    """Two switches; the second reads its modules every ten minutes."""
    ports = merged(*(m.port(n, f"ge{n}") for n in range(1, 9)))
    elm = merged(m.system("elm"), ports, m.optics(1))
    oak = merged(m.system("oak"), ports, sensors(600_000))
    with Lab(
        [
            LabDevice(name="elm", address=ELM, rows=lines(elm)),
            LabDevice(name="oak", address=OAK, rows=lines(oak)),
        ]
    ) as running:
        yield running


@dataclass
class Shown:
    """What a view has told, and what it has cost the switch: requests and varbinds."""

    told: list[tuple[str, dict[str, Any]]]
    requests: int
    varbinds: int

    @property
    def readings(self) -> list[dict[str, Any]]:
        """In their order."""
        return [body for kind, body in self.told if kind == "reading"]


def shown(lab: Lab, folder: Path, viewer: Viewer, access: str, learnt: AgentLimits) -> Shown:
    """Two minutes of a view, from its second reading on: the first meets the switch."""
    clock, network, name = Clock(), Network(lab), {"E": "elm", "O": "oak"}[access[0]]
    before: list[Any] = []

    async def pause(seconds: float) -> None:
        clock.go_on(seconds + 0.02)  # a reading takes its time
        if not before:
            before.append(lab.counts(name))

    async def viewed() -> list[tuple[str, dict[str, Any]]]:
        collector = Collector(
            registry_of([(DRIVER, "made up")]),
            network.open,
            polling_limits=PollingLimits(min_interval_s=5.0),
            learnt=learnt,
            now=clock,
        )
        with stocked(folder, INVENTORY, clock) as inventory:
            told: AsyncIterator[tuple[str, dict[str, Any]]] = live(
                AccessService(Troubleshooter(inventory, collector, clock)),
                LiveViews(),
                viewer,
                access,
                now=clock,
                pause=pause,
                longest=timedelta(minutes=2),
            )
            try:
                return [one async for one in told]
            finally:
                await collector.close()
                await network.close()

    told = asyncio.run(asyncio.wait_for(viewed(), PATIENCE_S))
    after = lab.counts(name)
    asked = [sum(counts.requests.values()) for counts in (before[0], after)]
    return Shown(told, asked[1] - asked[0], after.varbinds_asked - before[0].varbinds_asked)


def learnt(*lessons: ObservedLimit, borne: bool) -> AgentLimits:
    """What was learnt of the model."""

    class Kept:
        """In memory."""

        def lessons(self) -> tuple[ObservedLimit, ...]:
            return lessons

        def capabilities(self) -> tuple[Capability, ...]:
            return (BORNE,) if borne else ()

        def keep(self, lessons: object) -> None:
            pass

        def keep_capabilities(self, capabilities: object) -> None:
            pass

        def look(self) -> str:
            return ""

    return AgentLimits(Kept())


def seconds(found: Shown) -> set[float]:
    """Between two readings."""
    return {body["seconds"] for body in found.readings[2:]}


def test_a_port_is_read_every_five_seconds_with_one_light_get(lab: Lab, tmp_path: Path) -> None:
    """Four requests at most for link, counters and light of one port."""
    found = shown(lab, tmp_path, ENGINEER, "E-1", learnt(borne=False))

    assert len(found.readings) == 24
    assert seconds(found) == {5.0}
    assert found.requests <= 4 * 23
    assert "lightEvery" not in found.readings[-1]


def test_engineers_see_every_second_where_a_probe_has_seen_that_it_is_borne(
    lab: Lab, tmp_path: Path
) -> None:
    """Providers do not, nor does anybody where an agent of the model fell silent."""
    isp = Viewer(name="isp", role=Role.PROVIDER, provider="isp")

    swift = shown(lab, tmp_path, ENGINEER, "E-1", learnt(borne=True))
    of_provider = shown(lab, tmp_path, isp, "E-1", learnt(borne=True))
    of_silenced = shown(lab, tmp_path, ENGINEER, "E-1", learnt(SILENCED, borne=True))

    assert len(swift.readings) > 100
    assert seconds(swift) == {1.0}
    assert swift.requests <= 4 * len(swift.readings)
    assert seconds(of_provider) == {5.0}
    assert seconds(of_silenced) == {5.0}


def test_light_is_read_as_often_as_its_sensor_renews(lab: Lab, tmp_path: Path) -> None:
    """Once a minute where it does every ten; it is told with its age, and that it is no help."""
    quick = shown(lab, tmp_path, ENGINEER, "E-1", learnt(borne=False))

    found = shown(lab, tmp_path, ENGINEER, "O-1", learnt(borne=False))

    assert len(found.readings) == 24
    assert {body["lightEvery"] for body in found.readings} == {600}
    assert len({body["lightAt"] for body in found.readings}) == 2
    assert {body["dbmRx"] for body in found.readings} == {"0.00"}
    (event,) = [body for kind, body in found.told if kind == "event"]
    assert (event["what"], event["seconds"]) == ("slow_light", 600)
    assert found.varbinds < quick.varbinds


def test_a_pon_is_looked_at_beside_another_of_its_olt() -> None:
    """One live view a PON."""
    views = LiveViews()

    with views.entered(ENGINEER, "olt gpon1", "A-1"), views.entered(ENGINEER, "olt gpon2", "A-2"):
        assert views.open == 2
        with pytest.raises(WatchConflictError), views.entered(ENGINEER, "olt gpon1", "A-3"):
            pass
