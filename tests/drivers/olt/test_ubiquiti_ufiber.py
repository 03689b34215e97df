"""UFiber: rows by serial number, ports by their place."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from techinfo.collect.target import Reading
from techinfo.model import Ont, OntLight, Transceiver
from techinfo.units import Dbm

MadeUp = Callable[..., Reading]

_OLT = "ubiquiti_ufiber/made_up_olt"


def test_a_module_stands_in_the_port_of_its_place(made_up: MadeUp) -> None:
    """UbntSfpIndex counts from 0; a cage without a maker's name is none."""
    ports = made_up(_OLT).ports

    assert ports[2].transceiver == Transceiver(vendor="Ubiquiti Inc.", part_number="UF-GP-B+")
    assert ports[3].transceiver is None


@pytest.mark.parametrize("asked", [{}, {"port": 2}])
def test_onts_are_numbered_by_their_serial(made_up: MadeUp, asked: dict[str, int]) -> None:
    """Ubiquiti has no ONT numbers."""
    assert made_up(_OLT, **asked).ports[2].onts == (
        Ont(ont_id=0xBEEF, serial_number="UBNT0000BEEF", name="made up", up=False),
        Ont(ont_id=0xCAFE, serial_number="UBNT0000CAFE", name="made up", up=True),
    )


@pytest.mark.parametrize("asked", [{}, {"port": 2, "ont": 0xCAFE}])
def test_light_is_in_hundredths(made_up: MadeUp, asked: dict[str, int]) -> None:
    """The one that is offline reads 0 and 0: nothing."""
    assert made_up(_OLT, **asked).ports[2].ont_light == (
        OntLight(ont_id=0xCAFE, transceiver=Transceiver(rx_power=Dbm(-19.5), tx_power=Dbm(2.12))),
    )
