"""The kill switch in the collector: nothing is asked that is paused, from this moment on."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Coroutine
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any, TypeVar

import pytest
from tests.collect.playing import FDB, Played, driver, registry, switch, target

from techinfo.collect import Collector, Cost, Pauses, PollingLimits, Target
from techinfo.errors import ConfigError, PausedError
from techinfo.model import Fact
from techinfo.snmp.interface import Conversation
from techinfo.store.pauses import Pause, PausesFile, Reach
from techinfo.wire import SnmpLimits

T = TypeVar("T")
MOST_S = 300.0
PORT = target("ge1", site="elm")
LINK = (Fact.LINK,)


def run(coroutine: Coroutine[Any, Any, T]) -> T:
    """To its end, which must come."""
    return asyncio.run(asyncio.wait_for(coroutine, MOST_S))


def collector(device: Played, file: PausesFile) -> Collector:
    """Of one device, whose clock is the time."""

    def opened(asked: Target, limits: SnmpLimits) -> Conversation:
        return device.open(asked, limits)

    return Collector(
        registry(driver()),
        opened,
        polling_limits=PollingLimits(min_interval_s=0),
        paused=Pauses(file, now=device.clock),
        now=device.clock,
    )


def pause(device: Played, reach: str = "all", name: str = "", hours: float = 1) -> Pause:
    """From now on."""
    until = device.now + timedelta(hours=hours)
    return Pause(reach=Reach(reach), name=name, since=device.now, until=until)


@pytest.fixture
def device() -> Played:
    """A switch."""
    return Played(switch())


@pytest.fixture
def file(tmp_path: Path) -> PausesFile:
    """Not there yet."""
    return PausesFile(tmp_path / "pauses.json")


@pytest.mark.parametrize(
    ("reach", "name"), [("switch", "sw-1"), ("driver", "made_up"), ("site", "elm"), ("all", "")]
)
def test_what_is_paused_is_not_asked(
    device: Played, file: PausesFile, reach: str, name: str
) -> None:
    """A pause in the file holds at once in a collector that runs, and what it knows stays there."""

    async def asked() -> None:
        owner = collector(device, file)
        before = replace(await owner.read(PORT, LINK, 0, MOST_S), cost=Cost(), limits=None)
        held = device.conversations
        PausesFile(file.path).add(pause(device, reach, name))
        device.tick(60)

        with pytest.raises(PausedError) as caught:
            await owner.read(PORT, LINK, 30, MOST_S)

        assert caught.value.until == pause(device, hours=1 - 1 / 60).until.isoformat()
        assert device.conversations == held
        assert await owner.last_known(PORT, LINK) == before
        assert await owner.read(PORT, LINK, 60, MOST_S) == before
        assert await owner.silent_since(PORT) is None

    run(asked())


@pytest.mark.parametrize(
    ("reach", "name"), [("switch", "sw-2"), ("driver", "generic"), ("site", "fir")]
)
def test_what_is_not_paused_is_asked(
    device: Played, file: PausesFile, reach: str, name: str
) -> None:
    """A pause of another switch, driver or site is none."""

    async def asked() -> None:
        file.add(pause(device, reach, name))
        reading = await collector(device, file).read(PORT, LINK, 0, MOST_S)

        assert reading.port is not None

    run(asked())


def test_a_pause_ends_by_itself(device: Played, file: PausesFile) -> None:
    """And before its time when it is taken away."""

    async def asked() -> None:
        file.add(pause(device))
        owner = collector(device, file)
        with pytest.raises(PausedError):
            await owner.read(PORT, LINK, 0, MOST_S)
        device.tick(3600)
        assert (await owner.read(PORT, LINK, 0, MOST_S)).port is not None

        again = pause(device)
        file.add(again)
        device.tick(1)
        with pytest.raises(PausedError):
            await owner.read(PORT, LINK, 0, MOST_S)
        file.remove((again,), device.now)
        assert (await owner.read(PORT, LINK, 0, MOST_S)).port is not None

    run(asked())


def test_a_driver_that_is_paused_is_met_and_then_left_alone(
    device: Played, file: PausesFile
) -> None:
    """What nobody knows is asked what it is, and never again."""

    async def asked() -> None:
        file.add(pause(device, "driver", "made_up"))
        owner = collector(device, file)

        for _ in range(3):
            with pytest.raises(PausedError):
                await owner.read(PORT, LINK, 0, MOST_S)

        assert device.conversations == 1
        assert not any(kind == "walk" for kind, _ in device.asked)

    run(asked())


def test_a_walk_under_way_is_ended(device: Played, file: PausesFile) -> None:
    """A pause need not wait for the end of a walk, and leaves no conversation open."""

    async def asked() -> None:
        owner = collector(device, file)
        await owner.read(PORT, LINK, 0, MOST_S)
        device.gate, device.gates_on = asyncio.Event(), (FDB,)
        reading = asyncio.create_task(owner.read(PORT, (Fact.MACS,), 0, MOST_S))
        await device.at_gate.wait()

        file.add(pause(device))
        with pytest.raises(PausedError):
            await reading

        assert device.open_now == 0

    run(asked())


def test_a_file_that_breaks_leaves_in_force_what_it_said(
    device: Played, file: PausesFile, caplog: pytest.LogCaptureFixture
) -> None:
    """It is told once, and no switch is asked because of it."""

    async def asked() -> None:
        file.add(pause(device))
        owner = collector(device, file)
        file.path.write_text("half a fi")

        for _ in range(3):
            with pytest.raises(PausedError):
                await owner.read(PORT, LINK, 0, MOST_S)

    with caplog.at_level(logging.ERROR):
        run(asked())

    assert [r.getMessage() for r in caplog.records if "pauses stay" in r.getMessage()]
    assert len(caplog.records) == 1


def test_a_collector_does_not_start_over_a_broken_file(file: PausesFile) -> None:
    """At the start nothing is known that could stay in force."""
    file.path.write_text("half a fi")

    with pytest.raises(ConfigError, match="no file of pauses"):
        Pauses(file)
