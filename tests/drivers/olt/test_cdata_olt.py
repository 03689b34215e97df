"""C-Data: port and number of an ONU in its name."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from techinfo.collect.target import Reading
from techinfo.model import Ont, OntLight, Transceiver
from techinfo.units import Celsius, Dbm, MilliAmpere, Volt

MadeUp = Callable[..., Reading]

_FD1608S = "cdata_olt/made_up_fd1608s"


@pytest.mark.parametrize("asked", [{}, {"port": 2}])
def test_a_name_tells_port_and_number(made_up: MadeUp, asked: dict[str, int]) -> None:
    """``gpon 0/0/2 onu 5 made up``; 0/0/20 is another port; ``--`` is no cause."""
    reading = made_up(_FD1608S, **asked)

    assert reading.driver == "cdata_olt"
    assert reading.ports[2].onts == (
        Ont(ont_id=5, serial_number="CDTC00000005", name="made up", up=True, distance=1490),
        Ont(ont_id=6, serial_number="CDTC00000006", up=False, last_down_cause="dying-gasp"),
    )


@pytest.mark.parametrize("asked", [{}, {"port": 2, "ont": 5}])
def test_light_is_in_hundredths(made_up: MadeUp, asked: dict[str, int]) -> None:
    """-1842 is -18.42 dBm."""
    assert made_up(_FD1608S, **asked).ports[2].ont_light == (
        OntLight(
            ont_id=5,
            transceiver=Transceiver(
                rx_power=Dbm(-18.42),
                tx_power=Dbm(2.31),
                temperature=Celsius(46.5),
                voltage=Volt(3.29),
                bias=MilliAmpere(11.8),
            ),
        ),
    )


def test_epon_has_tables_of_its_own(made_up: MadeUp) -> None:
    """The serial number is a MAC address."""
    port = made_up(_FD1608S).ports[30]

    assert port.onts == (
        Ont(ont_id=5, serial_number="02:00:00:00:EE:05", name="made up", up=True, distance=985),
    )
    assert port.ont_light == (
        OntLight(
            ont_id=5,
            transceiver=Transceiver(
                rx_power=Dbm(-12.24),
                tx_power=Dbm(2.7),
                temperature=Celsius(29.68),
                voltage=Volt(3.3),
                bias=MilliAmpere(12.0),
            ),
        ),
    )


def test_an_ont_that_is_off_the_line_tells_no_light(made_up: MadeUp) -> None:
    """-1 and -3000 are no hundredths of a dBm."""
    assert made_up(_FD1608S, port=2, ont=6).ports[2].ont_light == ()


def test_a_pon_port_tells_its_module(made_up: MadeUp) -> None:
    """What all its ONTs send together is no light level; - is no diagnostics."""
    ports = made_up(_FD1608S).ports

    assert ports[2].transceiver == Transceiver(
        temperature=Celsius(54.79), voltage=Volt(3.36), bias=MilliAmpere(26.52), tx_power=Dbm(5.9)
    )
    assert ports[20].transceiver is None
