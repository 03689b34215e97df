"""SmartAX: signed sentinels, the OLT's own receiver with 10000 added, one ONT at a time."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest
from tests.drivers.conftest import NOW

from techinfo.collect.once import read_once
from techinfo.collect.registry import Registry
from techinfo.collect.target import Reading, Target
from techinfo.model import Fact, Link, Ont, OntLight, State, Transceiver, Uni
from techinfo.recordings.playback import RecordedConversation
from techinfo.recordings.recording import load
from techinfo.units import Celsius, Dbm, MegabitPerSecond, MilliAmpere, Volt

MadeUp = Callable[..., Reading]

_MA5800 = "huawei_smartax/made_up_ma5800"
_PON = 4194304000
_FRAGMENT = Path(__file__).parents[4] / "shared/recordings-2/smartax_gpon-onts_fragment"


def test_a_pon_port_tells_its_module(made_up: MadeUp) -> None:
    """2147483647 is no reading: an OLT hears each ONT in turn, and has no level of its own."""
    ports = made_up(_MA5800).ports

    assert ports[_PON].transceiver == Transceiver(
        temperature=Celsius(41.0), voltage=Volt(3.29), bias=MilliAmpere(14.0), tx_power=Dbm(5.23)
    )
    assert ports[_PON + 256].transceiver is None


def test_an_ethernet_port_has_millionths_of_a_decibel(made_up: MadeUp) -> None:
    """-2310000 is -2.31 dBm."""
    found = made_up(_MA5800).ports[234946560].transceiver

    assert found is not None
    assert found.tx_power == pytest.approx(-2.31)
    assert found.rx_power == pytest.approx(-5.78)


def test_onts_have_state_distance_and_cause(made_up: MadeUp) -> None:
    """The RowStatus is no state; -1 m is none; a time without its zone is none."""
    onts = made_up(_MA5800).ports[_PON].onts

    assert onts == (
        Ont(
            ont_id=0,
            serial_number="HWTC1234ABCD",
            name="made up",
            up=True,
            distance=1834,
            up_since=datetime(2026, 9, 30, 8, 15, 20, tzinfo=UTC),
            last_down_cause="dying-gasp",
        ),
        Ont(ont_id=7, serial_number="HWTC00000007", up=False, last_down_cause="los"),
    )


@pytest.mark.parametrize("asked", [{}, {"port": _PON}, {"port": _PON, "ont": 0}])
def test_an_ont_tells_its_light_and_its_sockets(made_up: MadeUp, asked: dict[str, int]) -> None:
    """7874 is -21.26 dBm at the OLT; the socket that negotiates has no link."""
    found = made_up(_MA5800, **asked).ports[_PON].ont_light

    assert found == (
        OntLight(
            ont_id=0,
            transceiver=Transceiver(
                temperature=Celsius(45.0),
                bias=MilliAmpere(12.0),
                tx_power=Dbm(2.28),
                rx_power=Dbm(-19.12),
                voltage=Volt(3.3),
            ),
            olt_rx=Dbm(-21.26),
            unis=(
                Uni(index=1, link=Link(up=True, speed=MegabitPerSecond(1000))),
                Uni(index=2, link=Link(up=False)),
            ),
        ),
    )


def test_an_ont_that_is_off_the_line_has_no_light(made_up: MadeUp) -> None:
    """2147483647 in every column."""
    assert made_up(_MA5800, port=_PON, ont=7).ports[_PON].ont_light == ()


def test_onts_that_nobody_has_registered_are_told_by_pon_port(made_up: MadeUp) -> None:
    """Their serial numbers are written as those of ONTs in service; the rows are made up."""
    reading = made_up(_MA5800)

    assert {n: port.unregistered for n, port in reading.ports.items() if port.unregistered} == {
        _PON: ("HWTCA1B2C3D4",),
        4194304256: ("HWTCDEADBEEF",),
    }
    assert reading.parts[Fact.UNREGISTERED].state is State.OK


def test_a_lease_stands_on_the_pon_port(made_up: MadeUp) -> None:
    """Its ifIndex is beyond what the MIB's signed number can say."""
    (lease,) = made_up(_MA5800).ports[_PON].leases

    assert (lease.address, lease.mac, lease.vlan) == ("192.0.2.33", "02:00:00:00:AA:01", 100)


def test_the_device_tells_model_and_software(made_up: MadeUp) -> None:
    """MA5800V100R019C10 is both."""
    reading = made_up(_MA5800)

    assert reading.driver == "huawei_smartax"
    assert reading.device is not None
    assert (reading.device.model, reading.device.firmware) == ("MA5800", "V100R019C10")


def test_the_onts_of_a_real_device(registry: Registry) -> None:
    """Three columns that Centreon recorded, and the values that its tests expect of them."""
    if not _FRAGMENT.with_suffix(".snmprec").exists():
        pytest.skip("../shared/recordings-2 is not here")
    expected = json.loads(_FRAGMENT.with_suffix(".expect.json").read_text("utf-8"))
    target = Target(element="fragment", host="recording", driver="huawei_smartax", nameless=True)
    conversation = RecordedConversation(load(_FRAGMENT.with_suffix(".snmprec")))
    facts = (Fact.ONTS, Fact.ONT_LIGHT)

    reading = asyncio.run(read_once(conversation, target, registry, facts, NOW))

    for told in expected["onts"]:
        port = reading.ports[told["oltIfIndex"]]
        ont = next(x for x in port.onts if x.ont_id == told["ont"])
        light = next(x for x in port.ont_light if x.ont_id == told["ont"])
        own = light.transceiver
        assert own is not None
        assert (ont.serial_number, ont.name, ont.up) == (told["serial"], told["name"], None)
        assert own.temperature == pytest.approx(told["temp"])
        assert own.voltage == pytest.approx(told["supplyVoltage"])
        assert own.bias == pytest.approx(told["biasTx"])
        assert own.tx_power == pytest.approx(told["dbmTx"])
        assert own.rx_power == pytest.approx(told["dbmRx"])
        assert light.olt_rx == pytest.approx(told["oltRx"])
