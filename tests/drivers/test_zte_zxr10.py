"""ZXR10: texts that count only where the column behind them says so."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from techinfo.collect.target import Reading
from techinfo.model import Transceiver
from techinfo.units import Celsius, Dark, Dbm, MilliAmpere, Volt

MadeUp = Callable[..., Reading]

_5950 = "zte_zxr10/made_up_5950"


@pytest.mark.parametrize("asked", [{}, {"port": 1}])
def test_valid_readings_are_read(made_up: MadeUp, asked: dict[str, int]) -> None:
    """Below zero it can only be dBm."""
    assert made_up(_5950, **asked).ports[1].transceiver == Transceiver(
        rx_power=Dbm(-7.12),
        tx_power=Dbm(-5.4),
        bias=MilliAmpere(17.2),
        temperature=Celsius(36.5),
        voltage=Volt(3.291),
        vendor="ZTE",
        serial_number="MADEUP1",
        present=True,
    )


def test_readings_that_are_not_valid_are_none(made_up: MadeUp) -> None:
    """The Valid columns are 0; the maker's name stays."""
    found = made_up(_5950).ports[2].transceiver

    assert found is not None
    assert found.light is Dark.NO_DIAGNOSTICS
    assert (found.tx_power, found.temperature, found.vendor) == (None, None, "ZTE")


def test_an_offline_module_is_none(made_up: MadeUp) -> None:
    """zxr10OpticalOnline is offline(0)."""
    found = made_up(_5950).ports[3].transceiver

    assert found is not None
    assert found.light is Dark.NO_MODULE
