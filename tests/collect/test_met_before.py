"""What a collector knows of devices after a restart, and how it finds out that it is outdated."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from tests.collect.playing import (
    IF,
    IFX,
    SYS_NAME,
    SYS_UP_TIME,
    Played,
    driver,
    port,
    registry,
    switch,
    target,
)

from techinfo.collect import Collector, Pauses, PollingLimits, Reading
from techinfo.collect.met_before import KEPT_FOR, MetBefore
from techinfo.driver import Column, Driver
from techinfo.errors import PausedError
from techinfo.model import Fact
from techinfo.store.agent_limits import AgentLimitsFile, MetPiece
from techinfo.store.pauses import Pause, PausesFile, Reach

LINK = (Fact.LINK, Fact.COUNTERS)
OWN = driver()


class House:
    """Processes one after another over the same file."""

    def __init__(self, folder: Path, device: Played, own: Driver = OWN) -> None:
        self.device, self.own, self.path = device, own, folder / "learnt.sqlite"
        self.pauses = PausesFile(folder / "pauses.json")

    def asks(self, facts: Iterable[Fact] = LINK, name: str = "ge1", *, times: int = 1) -> Reading:
        """The first question of a process that is new, asked so often; the last answer."""

        async def words(file: AgentLimitsFile) -> Reading:
            def put(piece: MetPiece) -> None:
                file.keep_met([piece], self.device.now - KEPT_FOR)

            owner = Collector(
                registry(self.own),
                self.device.open,
                polling_limits=PollingLimits(min_interval_s=0.0),
                before=MetBefore(file, put),
                paused=Pauses(self.pauses, now=self.device.clock),
                now=self.device.clock,
            )
            try:
                for _ in range(times - 1):
                    with suppress(PausedError):
                        await owner.read(target(name), facts, 0, 20.0)
                return await owner.read(target(name), facts, 0, 20.0)
            finally:
                await owner.close()

        self.device.asked.clear()
        with AgentLimitsFile.open(self.path) as file:
            return asyncio.run(words(file))

    def kinds(self) -> list[str]:
        """How it was asked."""
        return [kind for kind, _ in self.device.asked]


@pytest.fixture
def house(tmp_path: Path) -> House:
    """One whose device was met a minute ago."""
    found = House(tmp_path, Played(switch()))
    found.asks()
    found.device.tick(60)
    return found


def test_a_device_that_was_met_before_costs_one_get(house: House) -> None:
    """Who it is and which port this is stand in it."""
    before = house.asks()
    house.device.tick(60)

    reading = house.asks()

    assert house.kinds() == ["get"]
    assert {SYS_NAME, SYS_UP_TIME, f"{IFX}.1.1", f"{IF}.2.1"} <= set(house.device.asked[0][1])
    assert (reading.port, reading.device, reading.driver) == (
        before.port,
        before.device,
        before.driver,
    )


def test_numbers_are_believed_for_an_hour(house: House) -> None:
    """As in one process."""
    house.device.tick(3600)

    house.asks()

    assert "walk" in house.kinds()


def test_a_device_that_has_started_anew_meanwhile_is_met_anew(house: House) -> None:
    """It may run another software."""
    house.device.cells[SYS_UP_TIME] = 500

    assert house.asks().port is not None
    assert "walk" in house.kinds()


def test_another_device_at_the_address_is_met_at_once(house: House) -> None:
    """By its name, in the very GET: of the one before this process knows nothing else."""
    house.device.cells[SYS_NAME] = b"another"

    reading = house.asks()

    assert reading.device is not None
    assert reading.device.name == "another"
    assert "walk" in house.kinds()


def test_a_port_that_has_another_number_now_is_found_again(house: House) -> None:
    """The numbers are read once more."""
    house.device.cells |= port(1, "ge2") | port(2, "ge1") | {f"{IF}.8.2": 2}

    reading = house.asks()

    assert reading.if_index == 2
    assert reading.port is not None
    assert reading.port.link is not None
    assert reading.port.link.up is False


def test_a_pause_of_its_driver_holds_over_a_restart(house: House) -> None:
    """Which driver it is was kept: it need not be asked for that, the first time or later."""
    now = house.device.now
    house.pauses.add(
        Pause(reach=Reach.DRIVER, name="made_up", since=now, until=now + timedelta(hours=1))
    )

    for _ in range(2):  # one process each
        with pytest.raises(PausedError):
            house.asks(times=2)

        assert house.kinds() == []


def test_a_driver_that_asks_something_else_meets_the_device_anew(house: House) -> None:
    """What it would choose or name the device by was never asked for."""
    told = house.own.hardware.model
    oid = "1.3.6.1.4.1.99999.1.0"
    model = tuple(replace(source, oid=oid) for source in told if isinstance(source, Column))
    house.own = replace(house.own, hardware=replace(house.own.hardware, model=model))
    house.device.cells[oid] = b"MU-1"

    reading = house.asks()

    assert reading.device is not None
    assert reading.device.model == "MU-1"


@pytest.mark.parametrize("told", ["", "{}", "[]", '[{"1": "x"}, {}]', '[{"1.3": 1}, {"1": 2}]'])
def test_what_cannot_be_read_is_as_if_it_were_not_there(house: House, told: str) -> None:
    """The device is met anew."""
    with AgentLimitsFile.open(house.path) as file:
        (first, *_) = file.met("192.0.2.1", 161, house.device.now - timedelta(hours=1))
        file.keep_met([replace(first, piece="", told=told)], house.device.now - KEPT_FOR)

    assert house.asks().port is not None
    assert "walk" in house.kinds()
