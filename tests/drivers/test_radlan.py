"""RADLAN: rows for each quantity with a status and a unit of their own, below each maker's root."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from techinfo.collect.target import Reading
from techinfo.model import MacEntry, Transceiver
from techinfo.units import Celsius, Dark, Dbm, MilliAmpere, Volt
from techinfo.wire import Cell

Play = Callable[..., Reading]

RADLAN = {
    "sys_object_id": "1.3.6.1.4.1.35265.1.83",
    "sys_descr": "MES2324B 28-port 1G/10G Managed Switch",
}
PHY_TEST = "1.3.6.1.4.1.89.90.1.2.1"
RADLAN_INFO = "1.3.6.1.4.1.35265.1.23.53.1.1.1"
SUCCESS, NOT_SUPPORTED = 2, 4
SFP = {5: (48, 7), 6: (3_423_200, 8), 7: (22_346, 10), 8: (-2_602, 17), 9: (-2_117, 17)}


def phy_test(
    rows: dict[int, tuple[int, int]], *, port: int = 1, status: int = SUCCESS
) -> dict[str, Cell]:
    """Result, status and unit of some kinds of test."""
    out: dict[str, Cell] = {}
    for kind, (result, unit) in rows.items():
        out[f"{PHY_TEST}.2.{port}.{kind}"] = status
        out[f"{PHY_TEST}.3.{port}.{kind}"] = result
        out[f"{PHY_TEST}.4.{port}.{kind}"] = unit
    return out


def optic(reading: Reading, port: int = 1) -> Transceiver | None:
    """The pluggable of a port."""
    return reading.ports[port].transceiver


def test_each_quantity_is_read_in_the_unit_that_its_row_names(play: Play) -> None:
    """Degrees, microvolts, microamperes and milli-dBm become °C, V, mA and dBm."""
    reading = play(phy_test(SFP), **RADLAN)

    assert optic(reading) == Transceiver(
        rx_power=Dbm(-2.117),
        tx_power=Dbm(-2.602),
        temperature=Celsius(48),
        bias=MilliAmpere(22.346),
        voltage=Volt(3.4232),
    )


@pytest.mark.parametrize(
    ("raw", "unit", "expected"),
    [(-10, 15, -10.0), (-213, 16, -21.3), (-21_300, 17, -21.3), (100, 11, -10.0)],
)
def test_light_in_any_unit_of_the_mib_comes_out_in_dbm(
    play: Play, raw: int, unit: int, expected: float
) -> None:
    """dBm, decidbm, milidbm and microWatt are units of rlPhyTestGetUnits; 100 uW is -10 dBm."""
    reading = play(phy_test(SFP | {9: (raw, unit)}), **RADLAN)

    found = optic(reading)

    assert found is not None
    assert found.rx_power == pytest.approx(expected)


def test_a_unit_that_nobody_knows_gives_no_value(play: Play) -> None:
    """An ohm is no light level."""
    reading = play(phy_test(SFP | {9: (-2_117, 9)}), **RADLAN)

    found = optic(reading)

    assert found is not None
    assert found.rx_power is None
    assert found.tx_power == -2.602


def test_results_without_status_and_unit_count_as_milli_dbm(play: Play) -> None:
    """The recorded MES2324B has a port with results alone."""
    results = {f"{PHY_TEST}.3.1.{kind}": result for kind, (result, _) in SFP.items()}

    found = optic(play(results, **RADLAN))

    assert found is not None
    assert (found.rx_power, found.voltage) == (-2.117, 3.4232)


def test_what_is_not_supported_is_no_reading(play: Play) -> None:
    """Status 4 with zeros is a port without diagnostics (list of sentinels), not 0 dBm."""
    zeros = {kind: (0, unit) for kind, (_, unit) in SFP.items()}

    reading = play(phy_test(zeros, status=NOT_SUPPORTED), **RADLAN)

    assert optic(reading) is None


def test_a_module_without_diagnostics_says_so_in_its_eeprom(play: Play) -> None:
    """O8, O9: vendor and serial number are there, light is not; that is no darkness."""
    info: dict[str, Cell] = {
        f"{RADLAN_INFO}.2.1": 3,
        f"{RADLAN_INFO}.5.1": b"OEM             ",
        f"{RADLAN_INFO}.6.1": b"GS2201190388    ",
        f"{RADLAN_INFO}.9.1": 2,
        f"{RADLAN_INFO}.10.1": b"SFP-CU-1",
    }

    reading = play(info | phy_test({9: (0, 17)}, status=NOT_SUPPORTED), **RADLAN)

    assert optic(reading) == Transceiver(
        rx_power=Dark.NO_DIAGNOSTICS,
        vendor="OEM",
        serial_number="GS2201190388",
        part_number="SFP-CU-1",
    )


def test_loss_of_signal_is_no_light(play: Play) -> None:
    """O8: LOS is 1 and the level is an empty 0; temperature proves the diagnostics."""
    reading = play(phy_test(SFP | {9: (0, 17), 11: (1, 2)}), **RADLAN)

    found = optic(reading)

    assert found is not None
    assert found.rx_power is Dark.NO_LIGHT


def test_one_port_is_read_like_all_of_them(play: Play) -> None:
    """The kinds of a port follow from its ifIndex: no walk is needed."""
    cells = phy_test(SFP, port=105) | phy_test({9: (-30_000, 17)}, port=106)
    ports = {105: "te1/0/1", 106: "te1/0/2"}

    alone = play(cells, ports=ports, port=105, **RADLAN)
    together = play(cells, ports=ports, **RADLAN)

    assert optic(alone, 105) == optic(together, 105)
    assert optic(alone, 105) is not None
    assert 106 not in alone.ports


def test_macs_of_a_bogus_vlan_are_left_out(play: Play) -> None:
    """F16: 4155 is the switch's own number, and port 0 is its CPU."""
    fdb = "1.3.6.1.2.1.17.7.1.2.2.1.2"
    cells: dict[str, Cell] = {
        "1.3.6.1.2.1.17.1.4.1.2.1": 1,
        "1.3.6.1.2.1.17.7.1.4.2.1.3.0.100": 100,
        f"{fdb}.100.2.0.0.0.0.1": 1,
        f"{fdb}.4155.2.0.0.0.0.2": 1,
        f"{fdb}.100.2.0.0.0.0.3": 0,
    }

    reading = play(cells, **RADLAN)

    assert reading.ports[1].macs == (MacEntry(mac="02:00:00:00:00:01", vlan=100),)


def test_a_snooped_lease_carries_port_vlan_and_mac(play: Play) -> None:
    """VLAN and MAC are in the index; a binding deleted by time-out (type 2) is none."""
    entry = "1.3.6.1.4.1.89.112.1.11.1"
    learnt, gone = "100.2.0.0.0.0.1", "100.2.0.0.0.0.2"
    cells: dict[str, Cell] = {
        f"{entry}.3.{learnt}": 1,
        f"{entry}.4.{learnt}": 3_600,
        f"{entry}.5.{learnt}": bytes((192, 0, 2, 10)),
        f"{entry}.6.{learnt}": 1,
        f"{entry}.3.{gone}": 2,
        f"{entry}.5.{gone}": bytes((192, 0, 2, 11)),
        f"{entry}.6.{gone}": 1,
    }

    (lease,) = play(cells, **RADLAN).ports[1].leases

    assert (lease.address, lease.vlan, lease.mac, lease.end) == (
        "192.0.2.10",
        100,
        "02:00:00:00:00:01",
        None,
    )


def test_a_group_is_told_once_for_every_port_of_its_bitmap(play: Play) -> None:
    """The old table and the InetAddress table name the same group; source 0.0.0.0 is any."""
    cells: dict[str, Cell] = {
        "1.3.6.1.4.1.89.116.4.1.4.55.239.1.2.3.0.0.0.0": bytes((0b0100_0000,)),
        "1.3.6.1.4.1.89.116.6.1.6.55.1.4.239.1.2.3.1.4.0.0.0.0": bytes((0b0100_0000,)),
        "1.3.6.1.4.1.89.116.6.1.6.56.2.16.255.5.0.0.0.0.0.0.0.0.0.0.0.0.0.9.2.0": bytes((0x80,)),
    }

    reading = play(cells, ports={1: "gi1/0/1", 2: "gi1/0/2"}, **RADLAN)

    assert [(g.address, g.vlan) for g in reading.ports[2].groups] == [("239.1.2.3", 55)]
    assert [(g.address, g.vlan) for g in reading.ports[1].groups] == [("ff05::9", 56)]


@pytest.mark.parametrize(
    ("sys_descr", "driver"),
    [
        ("MES3124F 24-port 1G Managed Switch", "eltex_mes"),
        ("MES2124M AC 28-port 1G Managed Switch", "eltex_mes"),
        ("MES1428 28-port Managed Switch", "eltex_mes24xx"),
        ("ELTEX LTE-2X", "generic"),
    ],
)
def test_the_generation_is_known_from_the_model(play: Play, sys_descr: str, driver: str) -> None:
    """OLTs stand under the same enterprise and are no MES."""
    reading = play({}, sys_object_id="1.3.6.1.4.1.35265.1.52", sys_descr=sys_descr)

    assert reading.driver == driver


def test_hardware_of_the_first_unit(play: Play) -> None:
    """Model, software and serial number stand with the stack unit."""
    unit = "1.3.6.1.4.1.89.53.14.1"
    cells: dict[str, Cell] = {
        f"{unit}.2.1": b"4.0.16.2",
        f"{unit}.5.1": b"ES00000001",
        f"{unit}.11.1": b"MES2324B",
    }

    device = play(cells, **RADLAN).device

    assert device is not None
    assert (device.vendor, device.model, device.firmware, device.serial_number) == (
        "Eltex",
        "MES2324B",
        "4.0.16.2",
        "ES00000001",
    )


@pytest.mark.parametrize(
    ("sys_object_id", "sys_descr", "root", "driver"),
    [
        ("1.3.6.1.4.1.35265.1.83", "MES2324B Managed Switch", "89", "eltex_mes"),
        ("1.3.6.1.4.1.9.6.1.94.24.5", "SG350X-24P", "9.6.1.101", "cisco_sb"),
        ("1.3.6.1.4.1.9.6.1.1005.10.2", "CBS250-8T", "9.6.1.101", "cisco_sb"),
        ("1.3.6.1.4.1.9.1.3211", "Catalyst 1200 Series Smart Switch", "9.6.1.101", "cisco_c1200"),
        ("1.3.6.1.4.1.9.1.3250", "Catalyst 1300 Series Managed", "9.6.1.101", "cisco_c1200"),
        ("1.3.6.1.4.1.674.10895.3028", "24-port Gigabit Switch", "89", "dell_powerconnect"),
        ("1.3.6.1.4.1.171.10.94.1", "DGS-3100-24TG", "171.10.94.89.89", "dlink_radlan"),
        ("1.3.6.1.4.1.9.1.1061", "SG 300-10", "9.6.1.101", "cisco_sb"),
        ("1.3.6.1.4.1.207.1.4.126", "AT-8000S", "89", "allied_radlan"),
        ("1.3.6.1.4.1.89.1.1.62.8", "SG switch", "89", "radlan"),
    ],
)
def test_the_same_table_is_read_below_the_root_of_each_maker(
    play: Play, sys_object_id: str, sys_descr: str, root: str, driver: str
) -> None:
    """One tree, hung under 89 or under the maker's own number."""
    cells: dict[str, Cell] = {
        f"1.3.6.1.4.1.{root}.90.1.2.1.3.1.{kind}": value
        for kind, value in {5: 36, 6: 3_300_000, 7: 12_000, 8: -5_402, 9: -40_000}.items()
    }

    reading = play(cells, sys_object_id=sys_object_id, sys_descr=sys_descr)

    assert reading.driver == driver
    assert optic(reading) == Transceiver(
        rx_power=Dark.NO_LIGHT,
        tx_power=Dbm(-5.402),
        temperature=Celsius(36),
        bias=MilliAmpere(12),
        voltage=Volt(3.3),
    )


def test_a_module_is_named_in_the_inventory_of_interfaces_alone(play: Play) -> None:
    """The stack unit has a row of its own with the number of a port: unit(0) 1 is no module."""
    entry = "1.3.6.1.4.1.9.6.1.101.217.1"
    cells: dict[str, Cell] = {
        f"{entry}.1.0.1": 0,
        f"{entry}.4.0.1": b"C1200-8T-E-2G",
        f"{entry}.7.0.1": b"DNI00000001",
        f"{entry}.1.1.2": 1,
        f"{entry}.4.1.2": b"GLC-SX-MMD",
        f"{entry}.7.1.2": b"S0000001    ",
    }

    reading = play(cells, ports={1: "gi1", 2: "gi2"}, sys_object_id="1.3.6.1.4.1.9.6.1.1")

    assert optic(reading, 1) is None
    assert optic(reading, 2) == Transceiver(part_number="GLC-SX-MMD", serial_number="S0000001")
