"""DmOS: hundredths by ifIndex and lane; ONUs by their names."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from techinfo.collect.target import Reading
from techinfo.model import Ont, OntLight, Transceiver
from techinfo.units import Celsius, Dark, Dbm, MilliAmpere, Volt

MadeUp = Callable[..., Reading]

_DM4615 = "datacom_dmos/made_up_dm4615"
_PON = 101744641


def test_a_module_has_hundredths(made_up: MadeUp) -> None:
    """-4000 beside a temperature is no light: a PON port hears nothing between bursts."""
    found = made_up(_DM4615).ports[_PON].transceiver

    assert found == Transceiver(
        rx_power=Dark.NO_LIGHT,
        tx_power=Dbm(3.45),
        temperature=Celsius(45.12),
        voltage=Volt(3.29),
        bias=MilliAmpere(14.2),
    )


def test_zeros_are_no_module(made_up: MadeUp) -> None:
    """0 V is no supply, 0 no light level."""
    assert made_up(_DM4615).ports[_PON + 1].transceiver is None


@pytest.mark.parametrize("asked", [{}, {"port": _PON}])
def test_a_name_tells_port_and_number(made_up: MadeUp, asked: dict[str, int]) -> None:
    """``gpon-1/1/1-onu-3``; its GEM ports are no ONUs."""
    reading = made_up(_DM4615, **asked)

    assert reading.driver == "datacom_dmos"
    assert reading.ports[_PON].onts == (
        Ont(ont_id=3, serial_number="DACM00000003", up=True),
        Ont(ont_id=4, serial_number="DACM00000004", up=False),
    )


@pytest.mark.parametrize("asked", [{}, {"port": _PON, "ont": 3}])
def test_light_is_text_in_dbm(made_up: MadeUp, asked: dict[str, int]) -> None:
    """0.00 and 0.00 of the one that is down are nothing."""
    assert made_up(_DM4615, **asked).ports[_PON].ont_light == (
        OntLight(ont_id=3, transceiver=Transceiver(rx_power=Dbm(-21.32), tx_power=Dbm(2.31))),
    )
