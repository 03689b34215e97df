"""Force10: a column for each of four lanes, all of them text."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from techinfo.collect.target import Reading
from techinfo.model import Transceiver
from techinfo.units import Celsius, Dark, Dbm, MilliAmpere, Volt
from techinfo.wire import Cell

Play = Callable[..., Reading]

DEVICE = {
    "sys_object_id": "1.3.6.1.4.1.6027.1.3.20",
    "sys_descr": "Dell Networking OS Operating System Version: 2.0 "
    "Application Software Version: 9.9(0.0P9) Series: S4048-ON",
    "ports": {2_097_157: "fortyGigE 1/1/1"},
}
ROW = "1.3.6.1.4.1.6027.3.11.1.3.1.1"
NAMES: dict[int, Cell] = {3: 1, 5: b"DELL", 6: b"XW7J0", 7: b"S0001"}
WARM: dict[int, Cell] = {16: b"41.957031", 17: b"3.306900"}


def optic(play: Play, row: dict[int, Cell], **more: int) -> Transceiver | None:
    """The pluggable of the port, from a row of dellNetIfTransceiverDataTable."""
    empty: dict[int, Cell] = dict.fromkeys((*range(4, 22),), b"")
    cells = {f"{ROW}.{column}.2097157": cell for column, cell in {**empty, **row}.items()}
    return play(cells, **DEVICE, **more).ports[2_097_157].transceiver


def test_a_module_with_one_lane_has_the_first_columns(play: Play) -> None:
    """dBm, mA, degrees and volts as text; a null string where there is none."""
    lit: dict[int, Cell] = {8: b"-2.485101", 12: b"-5.313681", 18: b"7.410000"}

    found = optic(play, NAMES | WARM | lit)

    assert found == Transceiver(
        rx_power=Dbm(-5.313681),
        tx_power=Dbm(-2.485101),
        temperature=Celsius(41.957031),
        bias=MilliAmpere(7.41),
        voltage=Volt(3.3069),
        vendor="DELL",
        part_number="XW7J0",
        serial_number="S0001",
        present=True,
    )


def test_of_four_lanes_the_darkest_is_the_ports(play: Play) -> None:
    """O7: of the whole device and of one port alone."""
    levels: dict[int, Cell] = {
        12 + n: words for n, words in enumerate((b"0.3", b"-inf", b"1.1", b"0.6"))
    }
    sent: dict[int, Cell] = {8 + n: b"1.5" for n in range(4)}

    found = optic(play, NAMES | WARM | levels | sent)

    assert found is not None
    assert [lane.rx_power for lane in found.lanes] == [0.3, Dark.NO_LIGHT, 1.1, 0.6]
    assert found.rx_power is Dark.NO_LIGHT
    assert optic(play, NAMES | WARM | levels | sent, port=2_097_157) == found


def test_an_empty_cage_is_told(play: Play) -> None:
    """Its OpticsPresent column is false(2)."""
    assert optic(play, {3: 2}) == Transceiver(
        present=False, rx_power=Dark.NO_MODULE, tx_power=Dark.NO_MODULE
    )


def test_a_cable_has_no_diagnostics(play: Play) -> None:
    """O9: named, and nothing measured."""
    found = optic(play, NAMES)

    assert found is not None
    assert found.rx_power is Dark.NO_DIAGNOSTICS
    assert found.serial_number == "S0001"


def test_crc_errors_come_from_the_own_statistics(play: Play) -> None:
    """The column is dellNetIfInCRC."""
    column = "1.3.6.1.4.1.6027.3.11.1.2.1.1.11"

    counted = play({f"{column}.2097157": 17}, **DEVICE).ports[2_097_157].counters

    assert counted is not None
    assert counted.input.crc_errors == 17


@pytest.mark.parametrize(
    ("sys_object_id", "driver"),
    [
        ("1.3.6.1.4.1.6027.1.3.20", "dell_force10"),
        ("1.3.6.1.4.1.674.11000.5000.100.2.1.1", "dell_os10"),
    ],
)
def test_both_systems_have_the_table(play: Play, sys_object_id: str, driver: str) -> None:
    """OS10 from what others read there alone."""
    cells: dict[str, Cell] = {f"{ROW}.{c}.2097157": v for c, v in (NAMES | WARM).items()}

    reading = play(cells, **{**DEVICE, "sys_object_id": sys_object_id})

    assert reading.driver == driver
    assert reading.ports[2_097_157].transceiver is not None
