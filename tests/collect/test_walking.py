"""Tables without end: what one costs a device, and when it is asked for again."""

from __future__ import annotations

import pytest
from tests.collect.playing import BASE_PORT, FDB, IFX, Played, driver, switch, target
from tests.collect.test_collector import ask, collector, run

from techinfo.collect.target import Reading
from techinfo.driver import SnmpLimits
from techinfo.errors import DeviceError
from techinfo.model import Fact, State
from techinfo.wire import Cell

MOST = 40
FEW = driver(limits=SnmpLimits(max_rows=MOST))


def growing(column: str, rows: int = 10 * MOST) -> dict[str, Cell]:
    """More rows than may be read."""
    return {f"{column}.2.0.0.0.{n >> 8}.{n & 255}": 1 for n in range(rows)}


def macs(device: Played, owner_of: str = "ge1") -> Reading:
    """What one question for addresses tells."""
    return run(ask(collector(device, own=FEW), target(owner_of), [Fact.MACS]))


def test_after_a_table_without_end_nothing_else_is_walked() -> None:
    """Not in the same visit: other tables of such an agent may have no end either."""
    device = Played(switch() | growing(f"{BASE_PORT}") | growing(f"{FDB}.2"))

    reading = macs(device)

    assert not any(oid.startswith(FDB) for oid in device.walks())
    assert reading.parts[Fact.MACS].state is State.FAILED


def test_a_table_without_end_is_not_asked_for_again_at_once() -> None:
    """But after ten minutes, and then after twenty."""
    device = Played(switch() | {f"{BASE_PORT}.1": 1} | growing(f"{FDB}.2"))
    owner = collector(device, own=FEW)

    async def over_an_hour() -> list[int]:
        minutes = []
        for minute in range(0, 60, 5):
            await ask(owner, target("ge1"), [Fact.MACS])
            if f"{FDB}.2" in device.walks():
                minutes.append(minute)
            device.tick(300)
        return minutes

    assert run(over_an_hour()) == [0, 10, 30]


def test_rows_that_were_read_before_the_cut_are_told_as_a_part() -> None:
    """A filtering database may truly be that large."""
    reading = macs(Played(switch() | {f"{BASE_PORT}.1": 1} | growing(f"{FDB}.2")))

    assert reading.port is not None
    assert len(reading.port.macs) == MOST
    assert reading.parts[Fact.MACS].state is State.PARTIAL


def test_a_list_of_ports_without_end_costs_one_walk() -> None:
    """However often, and for whatever port, somebody asks meanwhile."""
    names: dict[str, Cell] = {f"{IFX}.18.{n}": b"x" for n in range(10, 10 + 10 * MOST)}
    device = Played(switch() | names)
    owner = collector(device, own=FEW)

    async def often() -> int:
        for number in range(5):
            with pytest.raises(DeviceError):
                await ask(owner, target(f"none{number}"), [Fact.LINK])
            device.tick(60)
        return sum(kind == "walk" for kind, _ in device.asked)

    assert run(often()) == 1


def test_what_has_an_end_after_all_is_read_as_ever() -> None:
    """Somebody has cleared it."""
    device = Played(switch() | {f"{BASE_PORT}.1": 1} | growing(f"{FDB}.2"))
    owner = collector(device, own=FEW)

    async def twice() -> Reading:
        await ask(owner, target("ge1"), [Fact.MACS])
        for oid in [o for o in device.cells if o.startswith(f"{FDB}.2")][5:]:
            del device.cells[oid]
        device.tick(660)
        return await ask(owner, target("ge1"), [Fact.MACS])

    reading = run(twice())

    assert reading.port is not None
    assert len(reading.port.macs) == 5
    assert reading.parts[Fact.MACS].state is State.OK
