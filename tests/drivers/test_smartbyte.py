"""SmartByte: hundredths of volts, milliamperes and dBm."""

from __future__ import annotations

from collections.abc import Callable

from techinfo.collect.target import Reading
from techinfo.model import Transceiver
from techinfo.units import Celsius, Dark, Dbm, MilliAmpere, Volt
from techinfo.wire import Cell

Play = Callable[..., Reading]

OPTICAL = "1.3.6.1.4.1.56166.1.8.2.1"


def optic(play: Play, *row: int) -> Transceiver | None:
    """Temperature, supply, bias, receive and transmit of port 1."""
    cells: dict[str, Cell] = {f"{OPTICAL}.{n}.1": cell for n, cell in enumerate(row, 10)}
    return play(cells, sys_object_id="1.3.6.1.4.1.56166.1.1").ports[1].transceiver


def test_a_module_is_read_in_hundredths(play: Play) -> None:
    """The temperature is whole degrees."""
    assert optic(play, 41, 330, 1_250, -950, -550) == Transceiver(
        rx_power=Dbm(-9.5),
        tx_power=Dbm(-5.5),
        temperature=Celsius(41),
        bias=MilliAmpere(12.5),
        voltage=Volt(330 * 0.01),
    )


def test_a_dark_fibre_is_no_light(play: Play) -> None:
    """At -40 dBm nothing is measured any more."""
    found = optic(play, 41, 330, 1_250, -4_000, -550)

    assert found is not None
    assert found.rx_power is Dark.NO_LIGHT


def test_a_row_of_zeros_is_no_module_that_measures(play: Play) -> None:
    """O9: 0 is no level."""
    assert optic(play, 0, 0, 0, 0, 0) is None
