"""AlliedWare Plus: a table for each quantity, all of them by port and channel."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from techinfo.collect.target import Reading
from techinfo.model import Transceiver
from techinfo.units import Dark
from techinfo.wire import Cell

Play = Callable[..., Reading]

DEVICE = {
    "sys_object_id": "1.3.6.1.4.1.207.1.14.114",
    "sys_descr": "Allied Telesis router/switch, AW+ v5.4.7-2.1",
    "ports": {5028: "port1.0.28"},
}
TABLES = "1.3.6.1.4.1.207.8.4.4.3.28.1"


def channel(number: int, *values: int) -> dict[str, Cell]:
    """Temperature, voltage, bias, tx and rx: StatusReading of each table."""
    return {f"{TABLES}.{table}.1.3.5028.{number}": value for table, value in enumerate(values, 1)}


def optic(play: Play, cells: dict[str, Cell]) -> Transceiver | None:
    """The pluggable of port1.0.28."""
    return play(cells, **DEVICE).ports[5028].transceiver


def test_five_tables_tell_one_module(play: Play) -> None:
    """0.001 degrees, 0.0001 V, 0.001 mA, 0.0001 mW (AT-PLUGGABLE-DIAGNOSTICS-MIB)."""
    found = optic(play, channel(1, 57_984, 33_065, 41_124, 5_738, 92))

    assert found is not None
    assert found.temperature == pytest.approx(57.984)
    assert found.voltage == pytest.approx(3.3065)
    assert found.bias == pytest.approx(41.124)
    assert found.tx_power == pytest.approx(-2.41, abs=0.01)
    assert found.rx_power == pytest.approx(-20.36, abs=0.01)


def test_nothing_received_is_no_light(play: Play) -> None:
    """O2: 0 mW is not 0 dBm."""
    found = optic(play, channel(1, 57_984, 33_065, 41_124, 5_738, 0))

    assert found is not None
    assert found.rx_power is Dark.NO_LIGHT


def test_zeros_are_no_diagnostics(play: Play) -> None:
    """O9: a module that measures nothing reads 0 everywhere."""
    found = optic(play, channel(1, 0, 0, 0, 0, 0))

    assert found is None or found.rx_power in {None, Dark.NO_DIAGNOSTICS}


def test_a_qsfp_has_four_channels(play: Play) -> None:
    """The darkest is the port's, for one port as for all of them."""
    cells: dict[str, Cell] = {}
    for number, rx in enumerate((5_000, 1_000, 4_000, 4_500), 1):
        cells |= channel(number, 40_000, 33_000, 7_000, 8_000, rx)

    found = optic(play, cells)

    assert found is not None
    assert len(found.lanes) == 4
    assert found.rx_power == pytest.approx(-10.0)
    assert play(cells, **DEVICE, port=5028).ports[5028].transceiver == found


@pytest.mark.parametrize(
    ("sys_descr", "driver", "firmware"),
    [
        ("Allied Telesis router/switch, AW+ v5.4.7-2.1", "allied_awplus", "5.4.7-2.1"),
        (
            "Allied Telesis router/switch, Software (AlliedWare Plus) Version 5.5.0-2.3",
            "allied_awplus",
            "5.5.0-2.3",
        ),
        ("Allied Telesis AT-8000S", "generic", None),
    ],
)
def test_other_software_of_the_maker_is_not_claimed(
    play: Play, sys_descr: str, driver: str, firmware: str | None
) -> None:
    """The number alone is shared with AlliedWare and with OEM switches."""
    reading = play({}, **{**DEVICE, "sys_descr": sys_descr})

    assert reading.driver == driver
    assert reading.device is not None
    assert reading.device.firmware == firmware
