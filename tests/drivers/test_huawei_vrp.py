"""Huawei VRP: light in two units that only the row tells apart, MACs with their VLAN."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import pytest

from techinfo.collect.target import Reading
from techinfo.model import Fact, Group, Lane, Lease, MacEntry, Shaping, State, Transceiver
from techinfo.units import Celsius, Dark, Dbm, KilobitPerSecond, MilliAmpere, Volt
from techinfo.wire import Cell

Play = Callable[..., Reading]

SWITCH = {"sys_object_id": "1.3.6.1.4.1.2011.2.23.291", "sys_descr": "S5720-56C-PWR-EI-AC"}
CLOUD_ENGINE = {"sys_object_id": "1.3.6.1.4.1.2011.2.239.12", "sys_descr": "CE6810EI"}
OPTICS = "1.3.6.1.4.1.2011.5.25.31.1.1.3.1"
FDB = "1.3.6.1.4.1.2011.5.25.42.2.1.3.1"
SNOOPING = "1.3.6.1.4.1.2011.5.25.112.1.14.1"
ENTITY = 67_469_390
NO_MODULE: dict[int, Cell] = {4: b"", 5: -255, 6: -1, 7: -1, 8: -1, 9: -1, 24: b"", 25: b""}


def module(columns: Mapping[int, Cell]) -> dict[str, Cell]:
    """HwOpticalModuleInfoTable of the entity that is port 1, as good as new unless told."""
    row: dict[int, Cell] = {4: b"J267C042885", 5: 39, 6: 3299, 7: 5232, 24: b"HUAWEI"}
    cells: dict[str, Cell] = {
        f"1.3.6.1.2.1.47.1.1.1.1.7.{ENTITY}": b"XGigabitEthernet0/0/1",
        f"1.3.6.1.2.1.47.1.1.1.1.5.{ENTITY}": 10,
        f"1.3.6.1.2.1.47.1.3.2.1.2.{ENTITY}.1": (1, 3, 6, 1, 2, 1, 2, 2, 1, 1, 1),
    }
    return cells | {f"{OPTICS}.{n}.{ENTITY}": cell for n, cell in {**row, **columns}.items()}


def light(reading: Reading) -> tuple[object, object]:
    """Received and sent light of port 1, to a hundredth of a dBm."""
    optic = reading.ports[1].transceiver
    assert optic is not None
    return tuple(
        round(x, 2) if isinstance(x, float) else x for x in (optic.rx_power, optic.tx_power)
    )  # type: ignore[return-value]  # two of them


def test_o1_a_row_without_a_negative_level_is_in_microwatts(play: Play) -> None:
    """536 uW are -2.71 dBm, 591 uW -2.28 dBm; bias in uA, voltage in mV, temperature in °C."""
    reading = play(module({8: 536, 9: 591}), **SWITCH)

    optic = reading.ports[1].transceiver
    assert light(reading) == (-2.71, -2.28)
    assert optic is not None
    assert (optic.bias, optic.voltage) == (MilliAmpere(5.232), Volt(3.299))
    assert (optic.temperature, optic.serial_number) == (Celsius(39), "J267C042885")


def test_o1_one_negative_level_makes_the_whole_row_hundredths(play: Play) -> None:
    """-132 cannot be microwatts, hence 133 beside it is 1.33 dBm and not -8.76."""
    reading = play(module({8: 133, 9: -132}), **SWITCH)

    assert light(reading) == (1.33, -1.32)


def test_o1_a_text_for_the_lane_tells_the_unit_of_a_positive_row(play: Play) -> None:
    """The text is in dBm of some scale: 50 beside 50.30 is half a dBm, whoever the maker."""
    reading = play(module({8: 50, 9: 120, 32: b"50.30", 33: b"121.00"}), **SWITCH)

    assert light(reading) == (0.5, 1.21)


def test_o1_a_text_for_the_lane_tells_microwatts_where_hundredths_are_usual(play: Play) -> None:
    """257 beside -588.89 is 257 uW, -5.9 dBm, also on a CloudEngine."""
    reading = play(module({8: 257, 9: 30, 32: b"-588.89", 33: b"-15.2"}), **CLOUD_ENGINE)

    assert light(reading) == (-5.89, -15.2)


def test_o1_a_cloud_engine_without_any_witness_is_in_hundredths(play: Play) -> None:
    """The unit of the MIB holds where it has always held."""
    reading = play(module({8: 50, 9: 120}), **CLOUD_ENGINE)

    assert light(reading) == (0.5, 1.2)


def test_o2_zero_microwatts_are_no_light(play: Play) -> None:
    """The module has a temperature: its zero says that nothing arrives; -Inf says the same."""
    reading = play(module({8: 0, 9: 535, 32: b"-Inf", 33: b"-272.00"}), **SWITCH)

    assert light(reading) == (Dark.NO_LIGHT, -2.72)


def test_o2_minus_40_dbm_is_no_light_and_zero_hundredths_are_nothing(play: Play) -> None:
    """-4000 is the floor of 0.01 dBm; 0 there is an agent's emptiness, not one milliwatt."""
    dark = play(module({8: -4000, 9: -227}), **CLOUD_ENGINE)
    empty = play(module({8: 0, 9: -227}), **CLOUD_ENGINE)

    assert light(dark) == (Dark.NO_LIGHT, -2.27)
    assert light(empty) == (None, -2.27)


def test_o7_lanes_are_told_one_by_one_and_the_weakest_is_the_modules(play: Play) -> None:
    """Texts in 0.01 dBm: 80.16 is 0.8 dBm, the lowest of the four."""
    reading = play(
        module(
            {
                8: 133,
                9: -132,
                31: b"5.90,5.90,5.90,6.00",
                32: b"133.83,98.54,179.26,80.16",
                33: b"-132.65,-59.63,-24.66,-56.65",
            }
        ),
        **SWITCH,
    )

    optic = reading.ports[1].transceiver
    assert optic is not None
    assert light(reading) == (0.8, -1.33)
    assert optic.lanes[2] == Lane(
        number=3, rx_power=Dbm(1.7926), tx_power=Dbm(-0.2466), bias=MilliAmpere(5.9)
    )


def test_o7_lanes_in_whole_dbm_are_known_by_the_modules_own_level(play: Play) -> None:
    """-121 hundredths beside a first lane of -1.21: the texts are in dBm."""
    reading = play(
        module({8: -121, 9: -25, 32: b"-1.21,-1.51", 33: b"-0.25,-0.26"}), **CLOUD_ENGINE
    )

    assert light(reading) == (-1.51, -0.26)


def test_lanes_of_no_known_scale_are_left_out(play: Play) -> None:
    """Nothing tells whether -25.00 is -25 dBm or a quarter of one."""
    reading = play(module({8: -1, 9: -1, 32: b"-25.00,-24.00", 33: b"-25.00,-24.00"}), **SWITCH)

    assert light(reading) == (None, None)


def test_a_module_without_readings_has_no_diagnostics(play: Play) -> None:
    """A part number alone: an S5720 with V200R007 knows no more of some modules."""
    reading = play(module({**NO_MODULE, 25: b"02318170"}), **SWITCH)

    assert reading.ports[1].transceiver == Transceiver(
        rx_power=Dark.NO_DIAGNOSTICS, part_number="02318170", present=True
    )


@pytest.mark.parametrize("sentinel", [-1, 2_147_483_647])
def test_nothing_at_all_is_no_transceiver(play: Play, sentinel: int) -> None:
    """A copper port and an empty cage look alike: neither is called a cage without module."""
    levels: dict[int, Cell] = dict.fromkeys((6, 7, 8, 9), sentinel)

    reading = play(module({**NO_MODULE, **levels}), **SWITCH)

    assert reading.ports[1].transceiver is None
    assert reading.parts[Fact.TRANSCEIVER].state is State.EMPTY


def test_an_empty_cage_is_one_where_the_agent_says_so(play: Play) -> None:
    """HwEntityOpticalPlug is false(2)."""
    reading = play(module({**NO_MODULE, 17: 2}), **SWITCH)

    optic = reading.ports[1].transceiver
    assert optic is not None
    assert optic.light is Dark.NO_MODULE


def test_o9_a_copper_module_has_no_light_to_lose(play: Play) -> None:
    """HwEntityOpticalMode is copperMode(7): its zeros are no diagnostics."""
    reading = play(module({1: 7, 8: 0, 9: 0}), **SWITCH)

    assert light(reading)[0] is Dark.NO_DIAGNOSTICS


def test_a_row_of_zeros_is_no_module(play: Play) -> None:
    """NE routers fill the row of an empty cage with zeros."""
    reading = play(module(dict.fromkeys((5, 6, 7, 8, 9), 0) | {4: b"", 24: b""}), **SWITCH)

    assert reading.ports[1].transceiver is None


def test_whole_milliamperes_and_a_makers_name_for_a_serial_number(play: Play) -> None:
    """As an NE gives them: no lit laser runs on 12 uA, and no serial number is HUAWEI."""
    reading = play(module({4: b"HUAWEI          ", 7: 12, 8: -500, 9: -563, 24: b""}), **SWITCH)

    optic = reading.ports[1].transceiver
    assert optic is not None
    assert (optic.bias, optic.vendor) == (MilliAmpere(12), "HUAWEI")
    assert optic.serial_number is None


def test_one_port_is_read_by_its_entity(play: Play) -> None:
    """A question about one port gives the same light as the whole table."""
    cells = module({8: 536, 9: 591})

    one = play(cells, **SWITCH, port=1)

    assert one.ports[1].transceiver == play(cells, **SWITCH).ports[1].transceiver


def test_macs_come_with_their_vlan(play: Play) -> None:
    """The index of hwdbDynFdbTable is MAC, VLAN, name of the VSI; the port is an ifIndex."""
    cells: dict[str, Cell] = {
        f"{FDB}.4.8.98.102.160.24.187.30.1.48": 1,
        f"{FDB}.4.8.98.102.160.24.188.0.2.118.49": 1,
        f"{FDB}.4.8.98.102.160.24.189.30.1.48": 0,
        "1.3.6.1.2.1.17.4.3.1.2.0.0.0.0.0.1": 1,
    }

    reading = play(cells, **SWITCH)

    assert reading.ports[1].macs == (
        MacEntry(mac="08:62:66:A0:18:BB", vlan=30),
        MacEntry(mac="08:62:66:A0:18:BC"),
    )


def test_an_address_on_no_port_does_not_break_the_mapping(play: Play) -> None:
    """Older software has bridge port -1 for some addresses: they are left out, and no more."""
    cells: dict[str, Cell] = {
        f"1.3.6.1.2.1.17.4.3.1.2.0.0.0.0.0.{n}": -1 if n > 1 else 1 for n in range(1, 7)
    }

    reading = play(cells, **SWITCH)

    assert reading.ports[1].macs == (MacEntry(mac="00:00:00:00:00:01"),)
    assert reading.parts[Fact.MACS].state is State.OK


def test_crc_errors_are_counted_where_the_standard_column_stands_still(play: Play) -> None:
    """Dot3StatsFCSErrors is 0 while hwIfEtherStatInCRCPkts counts."""
    cells: dict[str, Cell] = {
        "1.3.6.1.2.1.10.7.2.1.3.1": 0,
        "1.3.6.1.4.1.2011.5.25.41.1.6.1.1.12.1": 7,
    }

    reading = play(cells, **SWITCH)

    counters = reading.ports[1].counters
    assert counters is not None
    assert counters.input.crc_errors == 7


def test_bindings_name_their_port_and_static_ones_are_no_leases(play: Play) -> None:
    """Index: IP, outer and inner VLAN, VRF, VSI. The end of a binding has no stated unit."""
    learnt, written = "192.0.2.7.101.0.0.0", "192.0.2.8.101.0.0.0"
    cells: dict[str, Cell] = {
        f"{SNOOPING}.6.{learnt}": b"p1",
        f"{SNOOPING}.7.{learnt}": 101,
        f"{SNOOPING}.11.{learnt}": bytes.fromhex("020000000001"),
        f"{SNOOPING}.12.{learnt}": bytes([192, 0, 2, 7]),
        f"{SNOOPING}.13.{learnt}": 1,
        f"{SNOOPING}.6.{written}": b"p1",
        f"{SNOOPING}.12.{written}": bytes([192, 0, 2, 8]),
        f"{SNOOPING}.13.{written}": 2,
    }

    reading = play(cells, **SWITCH)

    assert reading.ports[1].leases == (
        Lease(address="192.0.2.7", mac="02:00:00:00:00:01", vlan=101),
    )


def test_groups_are_found_behind_a_vsi_name_of_any_length(play: Play) -> None:
    """Index: VLAN, VSI, group, source, kind of port, ifIndex, PE, CE, peer, VC."""
    tail = "239.1.2.3.0.0.0.0.3.1.4095.4095.0.0.0.0.1"
    column = "1.3.6.1.4.1.2011.5.25.181.1.5.1.1.16"

    reading = play({f"{column}.500.0.{tail}": 77, f"{column}.501.2.118.49.{tail}": 77}, **SWITCH)

    assert reading.ports[1].groups == (
        Group(address="239.1.2.3", vlan=500),
        Group(address="239.1.2.3", vlan=501),
    )


def test_rates_of_a_queue_are_kilobits(play: Play) -> None:
    """HwXQoSIfShapingCfgInfoTable by ifIndex and queue; 0 is no rate."""
    entry = "1.3.6.1.4.1.2011.5.25.32.4.1.2.20.1"

    reading = play({f"{entry}.3.1.6": 0, f"{entry}.4.1.6": 100_000}, **SWITCH, port=1)

    assert reading.ports[1].shaping == (Shaping(queue="ef", pir=KilobitPerSecond(100_000)),)


@pytest.mark.parametrize(
    ("sys_object_id", "sys_descr", "driver", "model", "firmware"),
    [
        (
            "2.23.276",
            "S5720-36C-EI-AC \r\nHuawei Versatile Routing Platform Software \r\n"
            " VRP (R) software,Version 5.160 (S5720 V200R007C00SPC500) \r\n Copyright (C) 2007",
            "huawei_vrp",
            "S5720-36C-EI-AC",
            "V200R007C00SPC500",
        ),
        (
            "2.239.29",
            "Huawei Versatile Routing Platform Software \nVRP (R) software, Version 8.150 "
            "(CE6855HI V200R002C50SPC800) \nCopyright (C) 2012-2017 \nHUAWEI CE6855-48S6Q-HI",
            "huawei_vrpv8",
            "CE6855-48S6Q-HI",
            "V200R002C50SPC800",
        ),
        (
            "2.224.1",
            "Huawei AR1220 Huawei Versatile Routing Platform Software  VRP (R) software,Version "
            "5.120 (AR1220 V200R003C01SPC900) Copyright (C) 2011-2013",
            "huawei_vrpv8",
            "AR1220",
            "V200R003C01SPC900",
        ),
        ("2.123", "Huawei Integrated Access Software", "", None, None),
    ],
)
def test_who_it_is(
    play: Play,
    sys_object_id: str,
    sys_descr: str,
    driver: str,
    model: str | None,
    firmware: str | None,
) -> None:
    """Switches, CloudEngines and routers are claimed, and known by sysDescr; an OLT is not."""
    reading = play({}, sys_object_id=f"1.3.6.1.4.1.2011.{sys_object_id}", sys_descr=sys_descr)

    assert reading.device is not None
    assert reading.driver == driver or (not driver and "vrp" not in reading.driver)
    assert not driver or (reading.device.model, reading.device.firmware) == (model, firmware)
