"""D-Link: two private trees, light in the unit that a scalar names, VLANs in the index itself."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, datetime

import pytest

from techinfo.collect.target import Reading
from techinfo.model import Group, Lease, MacEntry, Shaping, Transceiver
from techinfo.units import Celsius, Dark, Dbm, KilobitPerSecond, MilliAmpere, Volt
from techinfo.wire import Cell

Play = Callable[..., Reading]

DES = {"sys_object_id": "1.3.6.1.4.1.171.10.113.3.1", "sys_descr": "DES-3200-18 Fast Ethernet"}
DGS = {"sys_object_id": "1.3.6.1.4.1.171.10.137.8.1", "sys_descr": "DGS-1510-52X Gigabit Ethernet"}
DGS_1250 = {**DGS, "sys_descr": "DGS-1250-28X Gigabit Ethernet Switch"}
DLINK = "1.3.6.1.4.1.171"
DDM = f"{DLINK}.12.72.2.1.1.1"
POWER_UNIT = f"{DLINK}.12.72.1.3.0"
MILLIWATT, DBM = 1, 2


def texts(*values: bytes, port: int = 1) -> dict[str, Cell]:
    """SwDdmStatusTable: temperature, voltage, bias, sent and received light."""
    return {f"{DDM}.{n}.{port}": value for n, value in enumerate(values, 2)}


def numbers(values: Mapping[int, int], entry: str = f"{DLINK}.14.72.1.4.1.1") -> dict[str, Cell]:
    """DDdmIfInfoTable of port 1."""
    return {f"{entry}.{column}.1": value for column, value in values.items()}


def test_light_in_milliwatts_becomes_dbm(play: Play) -> None:
    """SwDdmPowerUnit is mw(1): 0.1 mW are -10 dBm; the other texts are °C, V and mA."""
    cells = texts(b"45.2305", b"3.2477", b"31.584", b"0.1", b"0.001")

    reading = play({**cells, POWER_UNIT: MILLIWATT}, **DES)

    assert reading.ports[1].transceiver == Transceiver(
        rx_power=Dbm(-30.0),
        tx_power=Dbm(-10.0),
        temperature=Celsius(45.2305),
        bias=MilliAmpere(31.584),
        voltage=Volt(3.2477),
    )


def test_light_in_dbm_stays_as_it_is(play: Play) -> None:
    """SwDdmPowerUnit is dbm(2)."""
    cells = texts(b"45.2305", b"3.2354", b"31.584", b"-12.3807", b"-10.2826")

    reading = play({**cells, POWER_UNIT: DBM}, **DES, port=1)

    optic = reading.ports[1].transceiver
    assert optic is not None
    assert (optic.rx_power, optic.tx_power) == (Dbm(-10.2826), Dbm(-12.3807))


def test_light_of_no_stated_unit_is_not_told(play: Play) -> None:
    """Without the scalar 0.5 may be half a milliwatt or half a dBm."""
    reading = play(texts(b"45.2305", b"3.2354", b"31.584", b"0.5", b"0.5"), **DES)

    optic = reading.ports[1].transceiver
    assert optic is not None
    assert (optic.rx_power, optic.tx_power, optic.voltage) == (None, None, Volt(3.2354))


def test_o2_zero_milliwatts_are_no_light(play: Play) -> None:
    """The temperature proves that the module has diagnostics."""
    cells = texts(b"45.2305", b"3.2477", b"31.584", b"0.0583", b"0.0000")

    reading = play({**cells, POWER_UNIT: MILLIWATT}, **DES)

    optic = reading.ports[1].transceiver
    assert optic is not None
    assert optic.light is Dark.NO_LIGHT


@pytest.mark.parametrize("unit", [MILLIWATT, DBM])
def test_a_port_of_dashes_has_no_transceiver(play: Play, unit: int) -> None:
    """A copper port, an empty cage and a module without diagnostics look alike."""
    reading = play({**texts(*[b"  -"] * 5), POWER_UNIT: unit}, **DES)

    assert reading.ports[1].transceiver is None


def test_the_newer_tree_counts_tenths_of_microwatts(play: Play) -> None:
    """36.5 °C, 3.25 V, 6 mA, 1234 tenths of a microwatt sent, and nothing received."""
    reading = play(numbers({1: 36_500, 7: 325, 13: 6, 19: 1_234, 25: 0}), **DGS)

    optic = reading.ports[1].transceiver
    assert optic is not None
    assert (optic.temperature, optic.voltage, optic.bias) == (
        Celsius(36.5),
        Volt(3.25),
        MilliAmpere(6),
    )
    assert isinstance(optic.tx_power, float)
    assert round(optic.tx_power, 2) == -9.09
    assert optic.rx_power is Dark.NO_LIGHT


def test_a_current_beyond_any_laser_is_not_told(play: Play) -> None:
    """6000 would be microamperes, whatever the MIB says."""
    reading = play(numbers({1: 36_500, 7: 330, 13: 600}), **DGS)

    optic = reading.ports[1].transceiver
    assert optic is not None
    assert optic.bias is None


def test_a_dgs_1250_has_the_table_under_its_own_model(play: Play) -> None:
    """It is known by sysDescr; 0x80000000 is zero power."""
    cells = numbers({1: 30_000, 7: 330, 25: -0x8000_0000}, f"{DLINK}.11.165.1000.72.1.4.1.1")

    reading = play(cells, **DGS_1250)

    optic = reading.ports[1].transceiver
    assert reading.driver == "dlink_dgs1250"
    assert optic is not None
    assert optic.rx_power is Dark.NO_LIGHT


def test_the_index_of_an_address_is_its_vlan(play: Play) -> None:
    """A DES-3028 says FdbId 90 of VLAN 602 in dot1qVlanFdbId, and indexes by 602 (F6)."""
    cells: dict[str, Cell] = {
        "1.3.6.1.2.1.17.7.1.4.2.1.3.0.602": 90,
        "1.3.6.1.2.1.17.7.1.2.2.1.2.602.2.0.0.0.0.1": 1,
        "1.3.6.1.2.1.17.7.1.2.2.1.3.602.2.0.0.0.0.1": 3,
        "1.3.6.1.2.1.17.7.1.2.2.1.2.602.2.0.0.0.0.2": 0,
        "1.3.6.1.2.1.17.7.1.2.2.1.3.602.2.0.0.0.0.2": 4,
    }

    reading = play(cells, **DES)

    assert reading.ports[1].macs == (MacEntry(mac="02:00:00:00:00:01", vlan=602),)


def test_c4_counters_that_stand_still_give_way_to_the_32_bit_ones(play: Play) -> None:
    """A DES-3028 sends one packet and no octet in 64 bits, whatever happens."""
    cells: dict[str, Cell] = {
        "1.3.6.1.2.1.31.1.1.1.6.1": 0,
        "1.3.6.1.2.1.31.1.1.1.10.1": 0,
        "1.3.6.1.2.1.31.1.1.1.11.1": 1,
        "1.3.6.1.2.1.2.2.1.10.1": 77_308_537,
        "1.3.6.1.2.1.2.2.1.16.1": 2_025_027_212,
        "1.3.6.1.2.1.2.2.1.17.1": 23_705_681,
    }

    reading = play(cells, **DES)

    counters = reading.ports[1].counters
    assert counters is not None
    assert (counters.input.bytes, counters.output.unicast) == (77_308_537, 23_705_681)


def test_bindings_of_the_older_tree_say_what_is_left(play: Play) -> None:
    """Index: the address. 3600 s after noon the lease ends."""
    entry = f"{DLINK}.12.23.4.3.1"
    cells: dict[str, Cell] = {
        f"{entry}.2.192.0.2.7": bytes.fromhex("020000000001"),
        f"{entry}.3.192.0.2.7": 3_600,
        f"{entry}.4.192.0.2.7": 1,
    }

    reading = play(cells, **DES)

    assert reading.ports[1].leases == (
        Lease(
            address="192.0.2.7",
            mac="02:00:00:00:00:01",
            end=datetime(2026, 10, 1, 13, tzinfo=UTC),
        ),
    )


def test_bindings_of_the_newer_tree_stand_in_the_index(play: Play) -> None:
    """MAC, VLAN, address, ifIndex; whether its time is left or whole is not stated: no end."""
    column = f"{DLINK}.14.131.1.5.1.1.5"

    reading = play({f"{column}.2.0.0.0.0.1.101.192.0.2.7.1": 86_400}, **DGS)

    assert reading.ports[1].leases == (
        Lease(address="192.0.2.7", mac="02:00:00:00:00:01", vlan=101),
    )


def test_groups_of_the_older_tree_list_their_ports(play: Play) -> None:
    """Index: VLAN, source, group; a bit for each port, in include mode or in exclude mode."""
    entry = f"{DLINK}.12.73.2.1.2.1"
    cells: dict[str, Cell] = {
        f"{entry}.3.500.0.0.0.0.239.1.2.3": b"\x80\x00",
        f"{entry}.4.500.0.0.0.0.239.1.2.4": b"\xc0\x00",
        f"{entry}.3.500.0.0.0.0.239.1.2.4": b"\x00\x00",
    }

    reading = play(cells, **DES, ports={1: "1", 2: "2"})

    assert reading.ports[1].groups == (
        Group(address="239.1.2.3", vlan=500),
        Group(address="239.1.2.4", vlan=500),
    )
    assert reading.ports[2].groups == (Group(address="239.1.2.4", vlan=500),)


@pytest.mark.parametrize(
    ("column", "index", "cell"),
    [
        ("1.3.6.1.4.1.171.12.73.2.1.5.1.3", "90.239.1.1.1.2.10.0.0.7", 2),
        ("1.3.6.1.4.1.171.11.113.1.3.2.7.13.1.3", "90.239.1.1.1.2.10.0.0.7", 2),
        ("1.3.6.1.4.1.171.11.63.6.2.7.5.1.4", "90.239.1.1.1", b"\x40\x00\x00\x00"),
    ],
)
def test_groups_of_older_software_stand_elsewhere(
    play: Play, column: str, index: str, cell: Cell
) -> None:
    """A row for each host with its port, or one for each group with all of them."""
    reading = play(
        {f"{column}.{index}": cell},
        sys_object_id="1.3.6.1.4.1.171.10.113.1.3",
        ports={1: "1/1", 2: "1/2"},
    )

    assert reading.ports[2].groups == (Group(address="239.1.1.1", vlan=90),)
    assert not reading.ports[1].groups


def test_groups_of_the_newer_tree_say_since_when(play: Play) -> None:
    """Index: ifIndex of the VLAN, kind and length of the address, the address, ifIndex."""
    column = f"{DLINK}.14.6.1.4.1.1.6"

    reading = play({f"{column}.1124.1.4.239.1.2.3.1": 6_000}, **DGS)

    assert reading.ports[1].groups == (
        Group(address="239.1.2.3", joined_at=datetime(2026, 10, 1, 11, 59, tzinfo=UTC)),
    )


def test_rates_of_the_older_tree_have_two_directions(play: Play) -> None:
    """From the customer 10 Mbit/s; to the customer 0, which is no limit."""
    entry = f"{DLINK}.12.61.3.1.1"

    reading = play({f"{entry}.2.1": 10_240, f"{entry}.3.1": 0}, **DES, port=1)

    assert reading.ports[1].shaping == (Shaping(queue="in", pir=KilobitPerSecond(10_240)),)


def test_rates_of_the_newer_tree_count_where_they_are_rates(play: Play) -> None:
    """DQosBandwidthTxRateMode is rate(1), that of the other direction percent(2)."""
    entry = f"{DLINK}.14.61.1.5.1.1"
    cells: dict[str, Cell] = {
        f"{entry}.2.1": 50,
        f"{entry}.4.1": 100_000,
        f"{entry}.6.1": 2,
        f"{entry}.7.1": 1,
    }

    reading = play(cells, **DGS, port=1)

    assert reading.ports[1].shaping == (Shaping(queue="out", pir=KilobitPerSecond(100_000)),)


@pytest.mark.parametrize(
    ("sys_descr", "cells", "model", "firmware", "serial_number"),
    [
        (
            "DES-3200-18 Fast Ethernet Switch",
            {
                "1.3.6.1.2.1.16.19.2.0": b"Build 4.04.004",
                f"{DLINK}.12.1.1.12.0": b"R3MD1DB002523",
            },
            "DES-3200-18",
            "4.04.004",
            "R3MD1DB002523",
        ),
        (
            "D-Link DES-3028 Fast Ethernet Switch",
            {
                "1.3.6.1.2.1.16.19.2.0": b"1.00-B32",
                f"{DLINK}.12.11.1.9.4.1.17.1": b"P1UM298000677",
            },
            "DES-3028",
            "1.00-B32",
            "P1UM298000677",
        ),
        (
            "WS6-DGS-1210-28/F1 4.20.B01",
            {"1.3.6.1.2.1.47.1.1.1.1.9.1": b"1.10.010", "1.3.6.1.2.1.47.1.1.1.1.10.1": b"1.00"},
            "DGS-1210-28/F1",
            "1.10.010",
            None,
        ),
    ],
)
def test_who_it_is(
    play: Play,
    sys_descr: str,
    cells: dict[str, Cell],
    model: str,
    firmware: str,
    serial_number: str | None,
) -> None:
    """The model stands in sysDescr, the firmware in RMON, the serial number in either place."""
    reading = play(cells, sys_object_id=f"{DLINK}.10.63.6", sys_descr=sys_descr)

    device = reading.device
    assert device is not None
    assert (device.model, device.firmware) == (model, firmware)
    assert device.serial_number == serial_number


def test_a9_a_switch_without_getbulk_has_a_driver_of_its_own(play: Play) -> None:
    """DGS-3100 has RADLAN's software under D-Link's number."""
    reading = play({}, sys_object_id=f"{DLINK}.10.94.1", sys_descr="DGS-3100-24")

    assert reading.driver == "dlink_radlan"
