"""WebStaX: texts in milliwatts or dBm, and two ways to number a port."""

from __future__ import annotations

import math
from collections.abc import Callable

import pytest

from techinfo.collect.target import Reading
from techinfo.model import Transceiver
from techinfo.units import Celsius, Dark, Dbm, MilliAmpere, Volt
from techinfo.wire import Cell

Play = Callable[..., Reading]

HYPERION = {"sys_object_id": "1.3.6.1.4.1.19829.1.1.4", "sys_descr": "Hyperion"}
PORTS = {1_000_001: "Gi 1/1", 1_000_002: "Gi 1/2"}


def ddmi(port: int, *, root: str = "19829.1.121", **columns: Cell) -> dict[str, Cell]:
    """A row of ddmiStatusInterfaceTable (``c1023=b"-5.1"``)."""
    entry = f"1.3.6.1.4.1.{root}.1.3.2.1"
    row = {"c3": 1, "c1002": 1, "c1003": b"38.5", "c1008": b"3.30", **columns}
    return {f"{entry}.{name[1:]}.{port}": cell for name, cell in row.items()}


@pytest.mark.parametrize("index", [2, 1_000_002])
def test_a_port_is_numbered_as_itself_or_as_its_interface(play: Play, index: int) -> None:
    """Hyperion has the number of the port, others its ifIndex; no port is made of the number."""
    cells = ddmi(index, c4=b"ACME", c6=b"S1", c1013=b"7.5", c1018=b"-5.1", c1023=b"-8.25")

    reading = play(cells, ports=PORTS, **HYPERION)

    assert list(reading.ports) == list(PORTS)
    assert reading.ports[1_000_001].transceiver is None
    assert reading.ports[1_000_002].transceiver == Transceiver(
        rx_power=Dbm(-8.25),
        tx_power=Dbm(-5.1),
        temperature=Celsius(38.5),
        bias=MilliAmpere(7.5),
        voltage=Volt(3.3),
        vendor="ACME",
        serial_number="S1",
        present=True,
    )


def test_levels_above_zero_are_milliwatts(play: Play) -> None:
    """MIB-DDMI: 0.5 mW are -3 dBm, 0.0000 mW no light."""
    found = play(ddmi(1, c1018=b"0.5000", c1023=b"0.0000"), ports=PORTS, **HYPERION)

    optic = found.ports[1_000_001].transceiver

    assert optic is not None
    assert (optic.rx_power, optic.tx_power) == (Dark.NO_LIGHT, 10 * math.log10(0.5))


def test_a_level_above_zero_beside_one_below_is_dbm(play: Play) -> None:
    """A row has one unit."""
    found = play(ddmi(1, c1018=b"0.5", c1023=b"-12.5"), ports=PORTS, **HYPERION)

    optic = found.ports[1_000_001].transceiver

    assert optic is not None
    assert (optic.rx_power, optic.tx_power) == (-12.5, 0.5)


def test_an_empty_cage_says_so(play: Play) -> None:
    """SfpDetected is false(2)."""
    cells = ddmi(1, c3=2, c1002=2, c1003=b"", c1008=b"", c1023=b"")

    optic = play(cells, ports=PORTS, **HYPERION).ports[1_000_001].transceiver

    assert optic is not None
    assert optic.light is Dark.NO_MODULE


def test_a_transition_has_the_tree_below_its_own_number(play: Play) -> None:
    """TN-DDMI-MIB is the same text."""
    cells = ddmi(1, root="868.2.5.152", c1023=b"-12.5")

    reading = play(cells, ports=PORTS, sys_object_id="1.3.6.1.4.1.868.1.5.2.6", sys_descr="S3290")

    assert reading.driver == "transition"
    optic = reading.ports[1_000_001].transceiver
    assert optic is not None
    assert optic.rx_power == -12.5
