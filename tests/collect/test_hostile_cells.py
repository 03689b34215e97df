"""Whatever stands under whatever column of any driver: no error, and no value beyond physics."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from datetime import timedelta
from functools import cache

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.collect.playing import FACTS, IFX, NOW, port, recording, system, target

from techinfo.collect.device_state import DeviceState, contact
from techinfo.collect.once import read_once
from techinfo.collect.registry import load
from techinfo.collect.target import Reading, Target
from techinfo.driver.driver import Driver
from techinfo.facts.build import tables_of
from techinfo.facts.joins import JoinTable
from techinfo.facts.plan import columns, scalars
from techinfo.model import Fact, PortFacts, Transceiver
from techinfo.recordings.playback import RecordedConversation
from techinfo.units import Dark
from techinfo.wire import Cell

REGISTRY = load()
IF_NAME = f"{IFX}.1"
_WORDS = st.text("0123456789.,-+eE xdBmWuµμn()/%NAinf:", max_size=12).map(str.encode)
_CELLS: st.SearchStrategy[Cell] = st.one_of(
    st.integers(-3, 60),
    st.integers(-(1 << 63), 1 << 64),
    st.sampled_from([-1, -40000, -65535, 0x7FFFFFFF, 0xFFFFFFFF, 1 << 31, 65535]),
    st.binary(max_size=20),
    _WORDS,
    st.sampled_from([b"ge1", b"\x00\x1b\x21\x0a\x0b\x0c", b"\xc0\x00\x02\x07", b"\xff" * 8]),
    st.lists(st.integers(0, 40), min_size=2, max_size=8).map(tuple),
)
_PARTS = st.one_of(st.integers(0, 3), st.integers(0, 260), st.integers(0, 0xFFFFFFFF))
_INDEXES = st.one_of(
    st.sampled_from([(1,), (2,), (0,), (1, 1), (1, 2), (70,)]),
    st.lists(_PARTS, min_size=1, max_size=14).map(tuple),
)


def a_model_of(driver: Driver) -> str:
    """A sysObjectID that a driver knows the base of."""
    known = [p for p in driver.sys_object_ids if not driver.bases or p in driver.bases]
    return (known or [*driver.bases] or [*driver.sys_object_ids] or ["1.3.6.1.4.1.99999"])[0]


@cache
def oids_of(name: str) -> tuple[list[str], list[str]]:
    """Every column and every scalar that is asked for with a driver."""
    driver = met(name, a_model_of(REGISTRY.drivers[name]))
    held = [table for fact in Fact for table in tables_of(driver, fact)]
    joined = [oid for piece in JoinTable for oid in piece.value if oid != IF_NAME]
    wide = [*dict.fromkeys([*joined, *(c for table in held for c in columns(table))])]
    return wide, [*dict.fromkeys(s for table in held for s in scalars(table))]


def met(name: str, model: str) -> Driver:
    """The driver as it is bound to a device of that model."""

    async def meet() -> DeviceState:
        cells = system() | {"1.3.6.1.2.1.1.2.0": tuple(int(n) for n in model.split("."))}
        conversation = RecordedConversation(recording(cells))
        asked = Target(element="made up", host="192.0.2.1", driver=name)
        return await contact(conversation, asked, REGISTRY, NOW)

    return asyncio.run(meet()).driver


def levels_of(facts: PortFacts) -> Iterator[Transceiver]:
    """Every pluggable that stands in a port's facts."""
    if facts.transceiver:
        yield facts.transceiver
        yield from (
            Transceiver(rx_power=x.rx_power, tx_power=x.tx_power, bias=x.bias)
            for x in facts.transceiver.lanes
        )
    for ont in facts.ont_light:
        yield Transceiver(rx_power=ont.olt_rx)
        if ont.transceiver:
            yield ont.transceiver


def assert_possible(reading: Reading) -> None:
    """Every value is one that a switch can have."""
    failed = {f: p.cause for f, p in reading.parts.items() if p.code == "driver_error"}
    assert not failed, "a reader raised"
    for facts in reading.ports.values():
        for light in levels_of(facts):
            for power in (light.rx_power, light.tx_power):
                assert power is None or isinstance(power, Dark) or -40 < power <= 20
            assert light.temperature is None or -60 <= light.temperature <= 150
            assert light.bias is None or 0 <= light.bias <= 1000
            assert light.voltage is None or 0.5 <= light.voltage <= 20
        tags = [row.vlan for rows in (facts.macs, facts.leases, facts.groups) for row in rows]
        assert all(tag is None or 1 <= tag <= 4094 for tag in tags)
        assert all(len(m.mac) == 17 for m in facts.macs)
        assert all(x.end is None or x.end > NOW for x in facts.leases)
        assert all(x.joined_at is None or x.joined_at <= NOW for x in facts.groups)
        rates = [r for x in facts.shaping for r in (x.cir, x.pir) if r is not None]
        assert all(0 <= r <= 1_600_000_000 for r in rates)
        if facts.link:
            assert facts.link.speed is None or 0 < facts.link.speed <= 1_600_000
            since = facts.link.last_change
            assert since is None or since <= NOW + timedelta(minutes=3)


@pytest.mark.parametrize("name", sorted(REGISTRY.drivers))
@settings(max_examples=15, suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(data=st.data())
def test_no_answer_is_believed_that_cannot_be(name: str, data: st.DataObject) -> None:
    """Cells of any type, at any index, for all ports and for one."""
    model = a_model_of(REGISTRY.drivers[name])
    wide, single = oids_of(name)
    cells = system() | port(1) | port(2)
    cells["1.3.6.1.2.1.1.2.0"] = tuple(int(n) for n in model.split("."))
    for index in data.draw(st.lists(_INDEXES, max_size=6)):
        tail = ".".join(map(str, index))
        drawn = data.draw(st.dictionaries(st.sampled_from(wide), _CELLS, max_size=14))
        cells |= {f"{column}.{tail}": cell for column, cell in drawn.items()}
    if single:
        cells |= data.draw(st.dictionaries(st.sampled_from(single), _CELLS, max_size=3))
    played = recording(cells)

    for asked in (target(driver=name), target("ge1", by="name", driver=name)):
        reading = asyncio.run(read_once(RecordedConversation(played), asked, REGISTRY, FACTS, NOW))

        assert_possible(reading)
