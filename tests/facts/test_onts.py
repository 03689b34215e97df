"""ONTs: which there are is walked; what one of them tells itself is asked of one at a time."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from tests.collect.playing import (
    FACTS,
    NOW,
    VENDOR,
    Played,
    driver,
    port,
    read,
    registry,
    switch,
    target,
)

from techinfo.collect.collector import Collector
from techinfo.collect.once import read_once
from techinfo.collect.target import Reading
from techinfo.driver import (
    Column,
    Driver,
    OntLightTable,
    OntTable,
    OntUniTable,
    PortBy,
    PortKey,
    celsius,
    dbm,
    index_at,
    integer,
    one_of,
    text,
    watts,
)
from techinfo.model import Fact, Link, Ont, OntLight, State, Transceiver, Uni
from techinfo.units import Celsius, Dark, Dbm, MegabitPerSecond
from techinfo.wire import Cell

STATE, LIGHT, UNI, FLAT = (f"{VENDOR}.{n}" for n in (46, 51, 62, 70))
_UP = one_of({1: True, 2: False}, "up")
_ONTS = OntTable(
    mib="made up",
    ont_id=index_at(1, integer),
    serial_number=Column(f"{STATE}.1", text),
    up=Column(f"{STATE}.2", _UP),
    distance=Column(f"{STATE}.3", integer),
)
_LIGHT = OntLightTable(
    mib="made up",
    rx_power=Column(f"{LIGHT}.4", dbm(0.01)),
    olt_rx=Column(f"{LIGHT}.6", dbm(0.01)),
    temperature=Column(f"{LIGHT}.1", celsius()),
)
_UNIS = OntUniTable(
    mib="made up",
    uni=index_at(2, integer),
    up=Column(f"{UNI}.1", _UP),
    speed=Column(f"{UNI}.2", integer),
)
OLT = driver(onts=(_ONTS,), ont_light=(_LIGHT, _UNIS))
NUMBERED = driver(
    onts=(
        OntTable(
            mib="made up: a row for each ONT, its port and number in columns",
            port=PortKey(PortBy.IF_INDEX, Column(f"{FLAT}.1", integer)),
            ont_id=Column(f"{FLAT}.2", integer),
            up=Column(f"{FLAT}.3", _UP),
        ),
    ),
    ont_light=(
        OntLightTable(
            mib="made up",
            tail=(0, 0),
            rx_power=Column(f"{LIGHT}.4", dbm(0.01)),
        ),
    ),
)
CELLS: dict[str, Cell] = {
    f"{STATE}.1.1.0": b"HWTC12345678",
    f"{STATE}.2.1.0": 1,
    f"{STATE}.3.1.0": 1234,
    f"{STATE}.2.1.1": 2,
    f"{STATE}.3.1.1": -1,
    f"{STATE}.2.1.2": 1,
    f"{STATE}.2.2.7": 1,
    f"{LIGHT}.4.1.0": -1850,
    f"{LIGHT}.6.1.0": -2030,
    f"{LIGHT}.1.1.0": 45,
    f"{LIGHT}.4.1.1": 2147483647,
    f"{LIGHT}.6.1.1": 2147483647,
    f"{LIGHT}.4.2.7": -2100,
    f"{UNI}.1.1.0.1": 1,
    f"{UNI}.2.1.0.1": 1000,
    f"{UNI}.1.1.0.2": 2,
    f"{UNI}.2.1.0.2": 1000,
}


def _asked(olt: Driver = OLT, facts: tuple[Fact, ...] = FACTS, **asked: Any) -> Played:
    """An OLT that was asked once, with the questions that it got."""
    device = Played(switch() | CELLS)
    conversation = device.open(target(**asked), olt.limits)
    asyncio.run(read_once(conversation, target(**asked), registry(olt), facts, NOW))
    return device


def _dear(device: Played) -> list[tuple[str, ...]]:
    """Questions that touch what goes over OMCI, as instances or subtrees below their table."""
    tables = (f"{LIGHT}.", f"{UNI}.")
    return [t for _, oids in device.asked if (t := tuple(o for o in oids if o.startswith(tables)))]


def test_onts_are_told_by_port() -> None:
    """SmartAX: PON port and ONT in the index; a distance of -1 is none."""
    reading = read(switch() | CELLS, OLT)

    assert reading.ports[1].onts == (
        Ont(ont_id=0, serial_number="HWTC12345678", up=True, distance=1234),
        Ont(ont_id=1, up=False),
        Ont(ont_id=2, up=True),
    )
    assert reading.ports[2].onts == (Ont(ont_id=7, up=True),)


def test_without_a_word_nothing_goes_over_omci() -> None:
    """A reading of a whole OLT walks none of the tables of its ONTs' own words."""
    device = _asked(facts=tuple(f for f in FACTS if f is not Fact.ONT_LIGHT))

    assert device.asked
    assert _dear(device) == []


def test_the_light_of_onts_that_were_not_all_listed_is_not_empty() -> None:
    """Who is not known of is not asked, and not told to have no light."""
    device = Played(switch() | CELLS)
    device.cuts = (f"{STATE}.1", f"{STATE}.2", f"{STATE}.3")
    at = target()

    reading = asyncio.run(read_once(device.open(at, OLT.limits), at, registry(OLT), FACTS, NOW))

    assert _dear(device) == []
    assert reading.parts[Fact.ONTS].state is State.FAILED
    assert reading.parts[Fact.ONT_LIGHT].state is State.FAILED


def test_one_ont_is_asked_alone() -> None:
    """The light by GET, the Ethernet ports below this ONT; the state by GET as well."""
    device = _asked(name="ge1", ont=0)

    light = {f"{LIGHT}.{n}.1.0" for n in (1, 4, 6)}
    assert [set(oids) for oids in _dear(device)] == [light, {f"{UNI}.{n}.1.0" for n in (1, 2)}]
    assert not any(o.startswith(STATE) for o in device.walks())


def test_one_ont_is_told_alone() -> None:
    """A port of an ONT that is down has no speed."""
    reading = read(switch() | CELLS, OLT, name="ge1", ont=0)

    assert reading.port is not None
    assert [ont.ont_id for ont in reading.port.onts] == [0]
    assert reading.port.ont_light == (
        OntLight(
            ont_id=0,
            transceiver=Transceiver(rx_power=Dbm(-18.5), temperature=Celsius(45.0)),
            olt_rx=Dbm(-20.3),
            unis=(
                Uni(index=1, link=Link(up=True, speed=MegabitPerSecond(1000))),
                Uni(index=2, link=Link(up=False)),
            ),
        ),
    )


def test_of_all_onts_those_that_are_down_are_not_asked() -> None:
    """And the others one after the other, none of whose tables is walked."""
    device = _asked()

    asked = _dear(device)
    assert [oids[0].split(".")[-2:] for oids in asked if oids[0].startswith(LIGHT)] == [
        ["1", "0"],
        ["1", "2"],
        ["2", "7"],
    ]
    assert all(len({o.split(".", 8)[-1].split(".", 2)[-1] for o in oids}) == 1 for oids in asked)


def test_their_number_is_told_before_the_first_is_asked() -> None:
    """Three ONTs are up."""
    device = Played(switch() | CELLS)
    conversation, told = device.open(target(), OLT.limits), []

    async def run() -> Reading:
        return await read_once(
            conversation,
            target(),
            registry(OLT),
            FACTS,
            NOW,
            before_light=lambda count: told.append((count, len(_dear(device)))),
        )

    asyncio.run(run())

    assert told == [(3, 0)]


@pytest.mark.parametrize("asked", [{}, {"name": "ge1"}, {"name": "ge1", "ont": 3}])
def test_an_index_that_does_not_tell_is_looked_up(asked: dict[str, Any]) -> None:
    """UFiber: rows by serial number; the table of ONTs says which row is whose."""
    flat: dict[str, Cell] = {
        f"{FLAT}.1.83.1": 1,
        f"{FLAT}.2.83.1": 3,
        f"{FLAT}.3.83.1": 1,
        f"{LIGHT}.4.83.1.0.0": -1500,
    }

    reading = read(switch() | flat, NUMBERED, **asked)

    assert reading.ports[1].ont_light == (
        OntLight(ont_id=3, transceiver=Transceiver(rx_power=Dbm(-15.0))),
    )


def test_onts_are_looked_up_again_when_their_ports_have_other_numbers() -> None:
    """I1: the OLT numbers its ports anew while one of its ONTs is asked."""
    row = {f"{FLAT}.2.83.1": 3, f"{FLAT}.3.83.1": 1, f"{LIGHT}.4.83.1.0.0": -1500}
    device = Played(switch() | row | {f"{FLAT}.1.83.1": 1})

    async def run() -> Reading:
        collector = Collector(registry(NUMBERED), device.open, now=device.clock)
        asked = target("ge1", ont=3)
        await collector.read(asked, (Fact.LINK,), 0, 10)
        device.tick(60)
        device.gate, device.gates_on = asyncio.Event(), (LIGHT,)
        reading = asyncio.create_task(collector.read(asked, (Fact.ONT_LIGHT,), 0, 10))
        await device.at_gate.wait()
        device.cells |= port(1, "ge2") | port(2, "ge1") | {f"{FLAT}.1.83.1": 2}
        device.gate.set()
        try:
            return await reading
        finally:
            await collector.close()

    told = asyncio.run(run()).port

    assert told is not None
    assert told.port.if_index == 2
    assert told.ont_light == (OntLight(ont_id=3, transceiver=Transceiver(rx_power=Dbm(-15.0))),)


def test_an_onts_light_is_judged_like_any_other() -> None:
    """0 uW without a temperature or a voltage proves nothing."""
    table = OntLightTable(
        mib="made up",
        rx_power=Column(f"{LIGHT}.4", watts(1e-6)),
        olt_rx=Column(f"{LIGHT}.6", dbm(0.01)),
    )
    state = OntTable(mib="made up", ont_id=index_at(1, integer), up=Column(f"{STATE}.2", _UP))
    cells = {f"{STATE}.2.1.3": 1, f"{LIGHT}.4.1.3": 0, f"{LIGHT}.6.1.3": -4000}

    reading = read(switch() | cells, driver(onts=(state,), ont_light=(table,)))

    (ont,) = reading.ports[1].ont_light
    assert ont.transceiver is not None
    assert ont.transceiver.rx_power is Dark.NO_DIAGNOSTICS
    assert ont.olt_rx is Dark.NO_LIGHT


def test_one_ont_is_not_taken_for_another() -> None:
    """What was read of ONT 0 a moment ago is no answer to who asks for ONT 1."""
    device = Played(switch() | CELLS)
    facts = (Fact.ONTS, Fact.ONT_LIGHT)

    async def run() -> list[tuple[Ont, ...]]:
        collector = Collector(registry(OLT), device.open, now=device.clock)
        out = []
        for ont in (0, 1, 0):
            reading = await collector.read(target("ge1", ont=ont), facts, 60, 10)
            assert reading.port is not None
            out.append(reading.port.onts)
        await collector.close()
        return out

    first, second, third = asyncio.run(run())

    assert [ont.ont_id for ont in (*first, *second, *third)] == [0, 1, 0]
    assert len([oids for oids in _dear(device) if oids[0].startswith(LIGHT)]) == 2


@pytest.mark.parametrize(("seconds", "times"), [(59, 1), (61, 2)])
def test_an_ont_is_asked_over_omci_once_a_minute_at_most(seconds: int, times: int) -> None:
    """However fresh it is wanted, and whoever wants it."""
    device = Played(switch() | CELLS)

    async def run() -> None:
        collector = Collector(registry(OLT), device.open, now=device.clock)
        await collector.read(target("ge1", ont=0), (Fact.ONT_LIGHT,), 0, 10)
        device.tick(seconds)
        await collector.read(target("ge1", ont=0), (Fact.ONT_LIGHT,), 0, 10)
        await collector.close()

    asyncio.run(run())

    assert len([oids for oids in _dear(device) if oids[0].startswith(LIGHT)]) == times
