"""V-SOL: texts, and ports that are found by the beginning of their names."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from techinfo.collect.target import Reading
from techinfo.model import Ont, OntLight, Transceiver
from techinfo.units import Celsius, Dbm, MilliAmpere, Volt

MadeUp = Callable[..., Reading]

_GPON, _EPON = "vsol_olt/made_up_v1600g", "vsol_olt/made_up_v1600d"


def test_a_module_is_of_the_port_with_its_number(made_up: MadeUp) -> None:
    """PON 1 is "GPON0/1 Clients", not "GPON0/10 Clients"; N/A is no module."""
    ports = made_up(_GPON).ports

    assert ports[9].transceiver == Transceiver(
        temperature=Celsius(45.2), voltage=Volt(3.28), bias=MilliAmpere(14.1), tx_power=Dbm(4.55)
    )
    assert ports[1].transceiver == Transceiver(
        temperature=Celsius(38.0), voltage=Volt(3.31), tx_power=Dbm(-5.9), rx_power=Dbm(-7.1)
    )
    assert ports[2].transceiver is None


def test_a_level_of_zero_is_none(made_up: MadeUp) -> None:
    """0.000 beside a temperature and a voltage (librenms#19850) is not 0 dBm."""
    ports = made_up(_GPON).ports

    assert ports[10].transceiver == Transceiver(temperature=Celsius(41.0), voltage=Volt(3.3))
    assert ports[3].transceiver == Transceiver(
        temperature=Celsius(36.0), voltage=Volt(3.29), tx_power=Dbm(-6.02)
    )


@pytest.mark.parametrize("asked", [{}, {"port": 9}])
def test_the_phase_is_state_and_cause(made_up: MadeUp, asked: dict[str, int]) -> None:
    """3 works, 4 is dying gasp."""
    assert made_up(_GPON, **asked).ports[9].onts == (
        Ont(ont_id=1, serial_number="VSOL00000001", name="made up", up=True),
        Ont(ont_id=2, serial_number="VSOL00000002", up=False, last_down_cause="dying-gasp"),
    )


@pytest.mark.parametrize("asked", [{}, {"port": 9, "ont": 1}])
def test_an_ont_tells_both_ends(made_up: MadeUp, asked: dict[str, int]) -> None:
    """Texts without a unit, in dBm."""
    assert made_up(_GPON, **asked).ports[9].ont_light == (
        OntLight(
            ont_id=1,
            transceiver=Transceiver(
                temperature=Celsius(47.5),
                voltage=Volt(3.3),
                bias=MilliAmpere(11.2),
                tx_power=Dbm(2.1),
                rx_power=Dbm(-18.9),
            ),
            olt_rx=Dbm(-21.4),
        ),
    )


def test_zeros_of_an_ont_that_is_off_the_line_are_no_levels(made_up: MadeUp) -> None:
    """0.00 V is no supply, and so 0.00 dBm is no light level."""
    assert made_up(_GPON, port=9, ont=2).ports[9].ont_light == ()


def test_epon_has_milliwatts_with_dbm_behind(made_up: MadeUp) -> None:
    """``0.01 mW (-19.59 dBm)`` (field note O5)."""
    assert made_up(_EPON, port=9, ont=1).ports[9].ont_light == (
        OntLight(
            ont_id=1,
            transceiver=Transceiver(temperature=Celsius(45.0), rx_power=Dbm(-19.59)),
        ),
    )


@pytest.mark.parametrize("asked", [{}, {"port": 9}])
def test_epon_onts_stand_in_a_table_of_rows(made_up: MadeUp, asked: dict[str, int]) -> None:
    """Their MAC is their serial number; NULL is no name and 0 no distance."""
    assert made_up(_EPON, **asked).ports[9].onts == (
        Ont(ont_id=1, serial_number="02:00:00:00:DD:01", name="made up", up=True, distance=1834),
        Ont(ont_id=2, serial_number="02:00:00:00:DD:02", up=False),
    )


def test_the_hardware_is_no_host_name(made_up: MadeUp) -> None:
    """It is sysDeviceModel; sysHostName is what somebody called it."""
    device = made_up(_EPON).device

    assert device is not None
    assert (device.model, device.firmware) == ("V1600D4", "V2.03.66R")
    assert device.serial_number == "V0000000001"
