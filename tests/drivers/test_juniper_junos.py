"""Junos: alarms that tell darkness from an empty cage, and VLAN numbers of its own."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from techinfo.collect.target import Reading
from techinfo.model import Fact, MacEntry, State, Transceiver
from techinfo.units import Celsius, Dark, Dbm, MilliAmpere, Volt
from techinfo.wire import Cell

Play = Callable[..., Reading]

DEVICE = {
    "sys_object_id": "1.3.6.1.4.1.2636.1.1.1.4.82.5",
    "sys_descr": "Juniper Networks, Inc. qfx5100-48s-6q Ethernet Switch, "
    "kernel JUNOS 14.1X53-D40.8, Build date: 2016-11-09",
    "ports": {513: "xe-0/0/0"},
}
DOM = "1.3.6.1.4.1.2636.3.60.1.1.1.1"
COHERENT = "1.3.6.1.4.1.2636.3.71.1.2.1.1"
LANE = "1.3.6.1.4.1.2636.3.60.1.2.1.1"
FDB = "1.3.6.1.2.1.17.7.1.2.2.1.2"
BASE_PORT = "1.3.6.1.2.1.17.1.4.1.2"
EX_TAG = "1.3.6.1.4.1.2636.3.40.1.5.1.5.1.5"
ELS_TAG = "1.3.6.1.4.1.2636.3.48.1.3.1.1.3"
MAC = "2.0.0.0.0.1"
NO_ALARM, RX_LOSS, RX_LOW = b"\x00\x00\x00", b"\xe8\x01\x40", b"\x08\x00\x00"


def module(
    alarms: bytes, rx: int, bias: int, tx: int, temperature: int, voltage: int = 0
) -> dict[str, Cell]:
    """The row of port 513 in jnxDomCurrentTable."""
    return {
        f"{DOM}.1.513": alarms,
        f"{DOM}.5.513": rx,
        f"{DOM}.6.513": bias,
        f"{DOM}.7.513": tx,
        f"{DOM}.8.513": temperature,
        f"{DOM}.25.513": voltage,
    }


def lane(number: int, alarms: bytes, rx: int, bias: int, tx: int) -> dict[str, Cell]:
    """A row of jnxDomModuleLaneTable."""
    return {
        f"{LANE}.2.513.{number}": alarms,
        f"{LANE}.6.513.{number}": rx,
        f"{LANE}.7.513.{number}": bias,
        f"{LANE}.8.513.{number}": tx,
    }


def optic(play: Play, cells: dict[str, Cell]) -> Transceiver | None:
    """The pluggable of port 513."""
    return play(cells, **DEVICE).ports[513].transceiver


def test_light_is_in_hundredths_and_bias_in_thousandths(play: Play) -> None:
    """JUNIPER-DOM-MIB: -865 is -8.65 dBm, 4130 is 4.13 mA, 3247 is 3.247 V."""
    found = optic(play, module(NO_ALARM, -865, 4_130, -712, 28, 3_247))

    assert found == Transceiver(
        rx_power=Dbm(-8.65),
        tx_power=Dbm(-7.12),
        temperature=Celsius(28),
        bias=MilliAmpere(4.13),
        voltage=Volt(3.247),
    )


def test_an_empty_cage_is_not_at_0_dbm(play: Play) -> None:
    """O9: all zeros without an alarm, in the module's row and in its lane's."""
    cells = module(NO_ALARM, 0, 0, 0, 0) | lane(0, NO_ALARM, 0, 0, 0)

    assert optic(play, cells) is None


@pytest.mark.parametrize("alarms", [RX_LOSS, RX_LOW])
def test_zero_with_a_receive_alarm_is_no_light(play: Play, alarms: bytes) -> None:
    """O2, O8: -Inf dBm reads 0; loss of signal or power low tells it from a missing value."""
    found = optic(play, module(alarms, 0, 6_817, -289, 23))

    assert found is not None
    assert found.rx_power is Dark.NO_LIGHT
    assert found.tx_power == -2.89


def test_zero_without_an_alarm_is_not_guessed(play: Play) -> None:
    """A four-lane module has its light in the lanes, and 0 in its own row."""
    found = optic(play, module(NO_ALARM, 0, 0, 0, 35, 3_300))

    assert found is not None
    assert found.rx_power is None


@pytest.mark.parametrize(("raw", "expected"), [(-3_698, Dark.NO_LIGHT), (-4_000, Dark.NO_LIGHT)])
def test_noise_is_no_light(play: Play, raw: int, expected: Dark) -> None:
    """-36.98 dBm is the least that Junos prints (list of sentinels)."""
    found = optic(play, module(NO_ALARM, raw, 6_817, -289, 23))

    assert found is not None
    assert found.rx_power is expected


def test_a_weak_level_with_an_alarm_stays_a_level(play: Play) -> None:
    """-31.54 dBm is what the module measures, though it is too little."""
    found = optic(play, module(RX_LOW, -3_154, 6_024, -549, 27, 3_305))

    assert found is not None
    assert found.rx_power == -31.54


def test_of_four_lanes_the_darkest_is_the_ports(play: Play) -> None:
    """O7: each lane is kept, and the port shows the least."""
    cells = module(NO_ALARM, 0, 0, 0, 35, 3_300)
    for number, (rx, alarms) in enumerate(
        [(-150, NO_ALARM), (-700, NO_ALARM), (-160, NO_ALARM), (0, b"\x40\x00\x00")]
    ):
        cells |= lane(number, alarms, rx, 6_000 + number, -100)

    found = optic(play, cells)

    assert found is not None
    assert [x.rx_power for x in found.lanes] == [-1.5, -7.0, -1.6, Dark.NO_LIGHT]
    assert found.rx_power is Dark.NO_LIGHT
    assert found.bias == 6.003


def test_coherent_optics_have_a_table_of_their_own(play: Play) -> None:
    """JUNIPER-IFOPTICS-MIB: 0.01 dBm, 0.1 mA; -32768 is no value, zeros are no module's."""
    row = {7: -12, 8: -1_150, 35: 1_834, 39: 44}

    found = optic(play, {f"{COHERENT}.{column}.513": cell for column, cell in row.items()})
    silent = optic(play, {f"{COHERENT}.{column}.513": -32_768 for column in row})
    zeros = optic(play, {f"{COHERENT}.{column}.513": 0 for column in row})

    assert found == Transceiver(
        rx_power=Dbm(-11.5),
        tx_power=Dbm(-0.12),
        temperature=Celsius(44),
        bias=MilliAmpere(pytest.approx(183.4)),  # type: ignore[arg-type]  # compared
    )
    assert silent is None
    assert zeros is None


def test_one_port_is_read_like_all_of_them(play: Play) -> None:
    """Module and lanes follow from the ifIndex."""
    cells = module(NO_ALARM, -865, 4_130, -712, 28) | lane(0, NO_ALARM, -865, 4_130, -712)

    alone = play(cells, **DEVICE, port=513)

    assert alone.ports[513].transceiver == optic(play, cells) is not None


def test_vlans_before_els_go_through_their_tags(play: Play) -> None:
    """F5: FdbId 17 is the switch's own number of VLAN 156."""
    cells: dict[str, Cell] = {
        f"{BASE_PORT}.4097": 513,
        f"{EX_TAG}.17": 156,
        f"{EX_TAG}.2": 0,
        f"{FDB}.17.{MAC}": 4_097,
    }

    reading = play(cells, **DEVICE)

    assert reading.ports[513].macs == (MacEntry(mac="02:00:00:00:00:01", vlan=156),)


def test_vlans_of_els_go_through_their_shifted_numbers(play: Play) -> None:
    """F5: FdbId 262144 is number 4, shifted by 16 bits, and tag 23."""
    cells: dict[str, Cell] = {
        f"{BASE_PORT}.4097": 513,
        f"{ELS_TAG}.4": 23,
        f"{FDB}.262144.{MAC}": 4_097,
    }

    reading = play(cells, **DEVICE)

    assert reading.ports[513].macs == (MacEntry(mac="02:00:00:00:00:01", vlan=23),)


@pytest.mark.parametrize("fdb_id", [2, 156, 99])
def test_a_fdb_id_that_no_table_knows_has_no_vlan(play: Play, fdb_id: int) -> None:
    """F5: neither the untagged default (tag 0), nor a tag, nor a number is taken for a VLAN.

    dot1qVlanFdbId is not believed: before ELS its index is the switch's own number as well.
    """
    cells: dict[str, Cell] = {
        f"{BASE_PORT}.4097": 513,
        f"{EX_TAG}.17": 156,
        f"{EX_TAG}.2": 0,
        f"1.3.6.1.2.1.17.7.1.4.2.1.3.0.{fdb_id}": fdb_id,
        f"{FDB}.{fdb_id}.{MAC}": 4_097,
    }

    reading = play(cells, **DEVICE)

    assert reading.ports[513].macs == (MacEntry(mac="02:00:00:00:00:01"),)


def test_only_the_wanted_vlans_are_walked(play: Play) -> None:
    """F14, F21: VLAN 23 is below FdbId 262144."""
    cells: dict[str, Cell] = {
        f"{BASE_PORT}.4097": 513,
        f"{ELS_TAG}.4": 23,
        f"{ELS_TAG}.5": 24,
        f"{FDB}.262144.{MAC}": 4_097,
        f"{FDB}.327680.{MAC}": 4_097,
    }

    reading = play(cells, **DEVICE, vlans=(23,))

    assert [m.vlan for m in reading.ports[513].macs] == [23]


def test_macs_behind_a_unit_are_the_physical_ports(play: Play) -> None:
    """A bridge port may be xe-0/0/0.0, which stands on xe-0/0/0."""
    cells: dict[str, Cell] = {
        "1.3.6.1.2.1.31.1.2.1.3.514.513": 1,
        "1.3.6.1.2.1.2.2.1.3.514": 53,
        f"{BASE_PORT}.4097": 514,
        f"{ELS_TAG}.4": 23,
        f"{FDB}.262144.{MAC}": 4_097,
    }

    reading = play(cells, **DEVICE | {"ports": {513: "xe-0/0/0", 514: "xe-0/0/0.0"}})

    assert reading.ports[513].macs == (MacEntry(mac="02:00:00:00:00:01", vlan=23),)
    assert 514 not in reading.ports


def test_a_table_of_zeros_maps_no_bridge_port(play: Play) -> None:
    """F4: an MX960 with 12.3 maps all bridge ports to 0; their numbers are no ifIndex (F2)."""
    cells: dict[str, Cell] = {f"{BASE_PORT}.{n}": 0 for n in (6, 7, 8)}
    cells |= {f"{FDB}.262144.2.0.0.0.0.{n}": n for n in (6, 7, 8)}

    reading = play(cells, **DEVICE | {"ports": {6: "lo0", 513: "xe-0/0/0"}})

    assert not any(facts.macs for facts in reading.ports.values())
    assert reading.parts[Fact.MACS].state is State.PARTIAL


@pytest.mark.parametrize(
    ("sys_descr", "model", "firmware"),
    [
        (DEVICE["sys_descr"], "qfx5100-48s-6q", "14.1X53-D40.8"),
        (
            "Juniper Networks, Inc. ex4200-24f , version 10.4R5.5 Build date: 2011-06-14",
            "ex4200-24f",
            "10.4R5.5",
        ),
    ],
)
def test_model_and_version_are_in_the_description(
    play: Play, sys_descr: str, model: str, firmware: str
) -> None:
    """Both generations of sysDescr."""
    device = play({}, **DEVICE | {"sys_descr": sys_descr}).device

    assert device is not None
    assert (device.model, device.firmware) == (model, firmware)
