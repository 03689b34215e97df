"""RouterOS: modules without diagnostics, and two meanings of a bridge port."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from techinfo.collect.target import Reading
from techinfo.model import Transceiver
from techinfo.units import Celsius, Dark, Dbm, MilliAmpere, Volt
from techinfo.wire import Cell

Play = Callable[..., Reading]

DEVICE = {
    "sys_object_id": "1.3.6.1.4.1.14988.1",
    "sys_descr": "RouterOS CRS317-1G-16S+",
    "ports": {9: "sfp-sfpplus9", 21: "ether21"},
}
OPTICAL = "1.3.6.1.4.1.14988.1.1.19.1.1"
VERSION = "1.3.6.1.4.1.14988.1.1.4.4.0"
SFP: dict[int, Cell] = {3: 0, 6: 41, 7: 3_250, 8: 6, 9: -5_912, 10: -18_443}
EMPTY: dict[int, Cell] = dict.fromkeys((3, 6, 7, 8, 9, 10), 0)


def optic(play: Play, cells: dict[int, Cell]) -> Transceiver | None:
    """The pluggable of port 9, from the columns of its row."""
    rows = {f"{OPTICAL}.{column}.9": cell for column, cell in cells.items()}
    return play(rows, **DEVICE).ports[9].transceiver


def test_a_module_is_read_in_thousandths(play: Play) -> None:
    """Voltage and light are thousandths, temperature and bias whole numbers (MIKROTIK-MIB)."""
    named: dict[int, Cell] = {11: b"ACME", 12: b"S0001"}

    found = optic(play, SFP | named)

    assert found == Transceiver(
        rx_power=Dbm(-18.443),
        tx_power=Dbm(-5.912),
        temperature=Celsius(41),
        bias=MilliAmpere(6),
        voltage=Volt(3.25),
        vendor="ACME",
        serial_number="S0001",
    )


def test_a_row_of_zeros_is_no_light_level(play: Play) -> None:
    """O9: an empty cage or a cable reads 0 everywhere, which is not 0 dBm at 0 °C."""
    assert optic(play, EMPTY) is None


def test_a_named_cable_has_no_diagnostics(play: Play) -> None:
    """O8, O9: RouterOS 7 names the DAC, whose readings are zeros."""
    found = optic(play, EMPTY | {11: b"ACME", 12: b"S0001"})

    assert found is not None
    assert found.rx_power is Dark.NO_DIAGNOSTICS
    assert found.temperature is None
    assert found.vendor == "ACME"


def test_loss_of_signal_is_no_light(play: Play) -> None:
    """O8: the flag, not the 0 of the level, tells a dark fibre."""
    found = optic(play, SFP | {3: 1, 10: 0})

    assert found is not None
    assert found.rx_power is Dark.NO_LIGHT
    assert found.tx_power == -5.912


def test_a_frosty_module_is_below_zero(play: Play) -> None:
    """The MIB types mtxrOpticalTemperature without a sign."""
    found = optic(play, SFP | {6: 2**32 - 12})

    assert found is not None
    assert found.temperature == -12.0


@pytest.mark.parametrize(
    ("version", "driver", "if_index"),
    [
        (b"5.26", "mikrotik_routeros_6_46", 21),
        (b"6.4", "mikrotik_routeros_6_46", 21),
        (b"6.46.8", "mikrotik_routeros_6_46", 21),
        (b"6.47", "mikrotik_routeros", 9),
        (b"6.49.18", "mikrotik_routeros", 9),
        (b"7.1beta6", "mikrotik_routeros", 9),
        (b"7.21", "mikrotik_routeros", 9),
    ],
)
def test_a_fdb_port_is_an_ifindex_up_to_6_46(
    play: Play, version: bytes, driver: str, if_index: int
) -> None:
    """F11: bridge port 21 is ifIndex 9, and before 6.47 the FDB's 21 is ifIndex 21 itself."""
    cells: dict[str, Cell] = {
        VERSION: version,
        "1.3.6.1.2.1.17.1.4.1.2.21": 9,
        "1.3.6.1.2.1.17.4.3.1.2.2.0.0.0.0.1": 21,
    }

    reading = play(cells, **DEVICE)

    assert reading.driver == driver
    assert [n for n, facts in reading.ports.items() if facts.macs] == [if_index]


@pytest.mark.parametrize("version", [b"6.46.8", b"6.47", b"7.21"])
def test_a_fdb_port_with_a_vlan_is_a_bridge_port_of_every_version(
    play: Play, version: bytes
) -> None:
    """dot1qTpFdbPort 21 is ifIndex 9, also where dot1dTpFdbPort is an ifIndex."""
    cells: dict[str, Cell] = {
        VERSION: version,
        "1.3.6.1.2.1.17.1.4.1.2.21": 9,
        "1.3.6.1.2.1.17.7.1.2.2.1.2.7.2.0.0.0.0.1": 21,
    }

    reading = play(cells, **DEVICE)

    assert [n for n, facts in reading.ports.items() if facts.macs] == [9]


def test_pauses_and_crc_errors_come_from_the_own_statistics(play: Play) -> None:
    """RouterOS has no EtherLike-MIB."""
    stats = "1.3.6.1.4.1.14988.1.1.14.1.1"
    cells: dict[str, Cell] = {f"{stats}.43.9": 3, f"{stats}.45.9": 17, f"{stats}.73.9": 5}

    counted = play(cells, **DEVICE).ports[9].counters

    assert counted is not None
    assert (counted.input.pauses, counted.input.crc_errors, counted.output.pauses) == (3, 17, 5)


def test_the_device_introduces_itself(play: Play) -> None:
    """Model from sysDescr, software from the licence, serial number from the board."""
    cells: dict[str, Cell] = {VERSION: b"7.19.1", "1.3.6.1.4.1.14988.1.1.7.3.0": b"HX0000001"}

    device = play(cells, **DEVICE).device

    assert device is not None
    assert (device.model, device.firmware, device.serial_number) == (
        "CRS317-1G-16S+",
        "7.19.1",
        "HX0000001",
    )
