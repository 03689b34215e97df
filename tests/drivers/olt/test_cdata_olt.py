"""C-Data: port and number of an ONU in its name."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from techinfo.collect.target import Reading
from techinfo.model import Ont, OntLight, Transceiver
from techinfo.units import Dbm

MadeUp = Callable[..., Reading]

_FD1608S = "cdata_olt/made_up_fd1608s"


@pytest.mark.parametrize("asked", [{}, {"port": 2}])
def test_a_name_tells_port_and_number(made_up: MadeUp, asked: dict[str, int]) -> None:
    """``gpon 0/0/2 onu 5 made up``; 0/0/20 is another port; ``--`` is no cause."""
    reading = made_up(_FD1608S, **asked)

    assert reading.driver == "cdata_olt"
    assert reading.ports[2].onts == (
        Ont(ont_id=5, serial_number="CDTC00000005", name="made up", up=True),
        Ont(ont_id=6, serial_number="CDTC00000006", up=False, last_down_cause="dying-gasp"),
    )


@pytest.mark.parametrize("asked", [{}, {"port": 2, "ont": 5}])
def test_light_is_in_hundredths(made_up: MadeUp, asked: dict[str, int]) -> None:
    """-1842 is -18.42 dBm."""
    assert made_up(_FD1608S, **asked).ports[2].ont_light == (
        OntLight(ont_id=5, transceiver=Transceiver(rx_power=Dbm(-18.42))),
    )
