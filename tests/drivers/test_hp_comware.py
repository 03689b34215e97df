"""Comware: hundredths of everything, and bindings that say what of them remains."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

import pytest

from techinfo.collect.target import Reading
from techinfo.model import Group, Lease, Transceiver
from techinfo.units import Celsius, Dark, Dbm, MilliAmpere, Volt
from techinfo.wire import Cell

Play = Callable[..., Reading]

DEVICE = {
    "sys_object_id": "1.3.6.1.4.1.25506.11.1.24",
    "sys_descr": "HP Comware Platform Software, Software Version 5.20.99 Release 2222P08\r\n"
    "HP A5500-24G EI Switch with 2 Interface Slots",
    "ports": {26: "GigabitEthernet1/0/26"},
}
COMMON = "1.3.6.1.4.1.25506.2"
MODULE, CHANNEL = f"{COMMON}.70.1.1.1", f"{COMMON}.70.1.2.1"
NONE = 2_147_483_647
MAC = b"\x02\x00\x00\x00\x00\x01"
LIT: dict[int, Cell] = {
    4: b"HPE",
    5: b"S0001",
    8: 1,
    9: -540,
    12: -1_050,
    15: 44,
    16: 335,
    17: 908,
    49: b"JD119B",
}


def optic(
    play: Play, row: dict[int, Cell], more: dict[str, Cell] | None = None
) -> Transceiver | None:
    """The pluggable of port 26."""
    cells = {f"{MODULE}.{column}.26": cell for column, cell in row.items()} | (more or {})
    return play(cells, **DEVICE).ports[26].transceiver


def test_a_module_is_read_in_hundredths(play: Play) -> None:
    """HH3C-TRANSCEIVER-INFO-MIB: 0.01 dBm, whole degrees, 0.01 V, 0.01 mA."""
    assert optic(play, LIT) == Transceiver(
        rx_power=Dbm(-10.5),
        tx_power=Dbm(-5.4),
        temperature=Celsius(44),
        bias=MilliAmpere(9.08),
        voltage=Volt(3.35),
        vendor="HPE",
        part_number="JD119B",
        serial_number="S0001",
    )


def test_the_largest_number_is_no_value(play: Play) -> None:
    """List of sentinels: 2147483647, in a module without diagnostics that says so."""
    found = optic(play, {**LIT, **dict.fromkeys((9, 12, 15, 16, 17), NONE), 8: 2})

    assert found is not None
    assert found.rx_power is Dark.NO_DIAGNOSTICS
    assert (found.tx_power, found.temperature, found.bias, found.voltage) == (None,) * 4
    assert found.serial_number == "S0001"


def test_a_dark_fibre_is_no_light(play: Play) -> None:
    """-40 dBm and less is less than a module measures."""
    found = optic(play, {**LIT, 12: -4_000})

    assert found is not None
    assert found.rx_power is Dark.NO_LIGHT


def test_channels_are_lanes_where_they_tell_anything(play: Play) -> None:
    """A module with one has a row of 2147483647 (h3c-comware-7-1-075)."""
    one: dict[str, Cell] = {f"{CHANNEL}.{column}.26.1": NONE for column in (2, 3, 5)}
    two: dict[str, Cell] = {
        f"{CHANNEL}.{column}.26.{lane}": cell
        for lane, row in ((1, {2: -100, 3: -200, 5: 700}), (2, {2: -110, 3: -900, 5: 720}))
        for column, cell in row.items()
    }

    single, double = optic(play, LIT, one), optic(play, LIT, two)

    assert single is not None
    assert double is not None
    assert (single.rx_power, single.lanes) == (-10.5, ())
    assert [lane.rx_power for lane in double.lanes] == [-2.0, -9.0]
    assert (double.rx_power, double.bias) == (-9.0, 7.2)


@pytest.mark.parametrize("common", [COMMON, "1.3.6.1.4.1.2011.10.2"])
def test_a_binding_says_how_long_it_lasts(play: Play, common: str) -> None:
    """hh3cDhcpSnoop2BindTable, also below the tree of older agents; index: address, VLANs."""
    entry = f"{common}.124.2.1.1"
    row: dict[int, Cell] = {4: MAC, 5: 600, 6: 26, 7: 1}

    reading = play({f"{entry}.{c}.192.0.2.7.100.65535": v for c, v in row.items()}, **DEVICE)

    assert reading.ports[26].leases == (
        Lease(
            address="192.0.2.7",
            mac="02:00:00:00:00:01",
            vlan=100,
            end=datetime(2026, 10, 1, 12, 10, tzinfo=UTC),
        ),
    )


def test_a_group_has_its_port_at_the_end_of_the_index(play: Play) -> None:
    """hh3cMcsL2EntryTable: vlan(1), its number, type, group, source, ifIndex."""
    index = "1.90.1.4.239.1.1.1.4.0.0.0.0.26"

    reading = play({f"{COMMON}.123.1.3.1.7.{index}": 1}, **DEVICE)

    assert reading.ports[26].groups == (Group(address="239.1.1.1", vlan=90),)


@pytest.mark.parametrize(
    ("sys_descr", "model", "firmware"),
    [
        (DEVICE["sys_descr"], "A5500-24G EI", "5.20.99 Release 2222P08"),
        (
            "H3C Switch E528 Software Version 5.20, Release 1513P62",
            "E528",
            "5.20, Release 1513P62",
        ),
        (
            "HPE Comware Platform Software, Software Version 7.1.070, Release 2612P08\r\n"
            "HPE 5900AF-48XG-4QSFP+ Switch",
            "5900AF-48XG-4QSFP",
            "7.1.070, Release 2612P08",
        ),
    ],
)
def test_the_device_introduces_itself(
    play: Play, sys_descr: str, model: str, firmware: str
) -> None:
    """Model and release stand in sysDescr; the chassis is entity 2 below a stack."""
    cells: dict[str, Cell] = {"1.3.6.1.2.1.47.1.1.1.1.11.2": b"CN00000001"}

    device = play(cells, **{**DEVICE, "sys_descr": sys_descr}).device

    assert device is not None
    assert (device.model, device.firmware, device.serial_number) == (model, firmware, "CN00000001")
