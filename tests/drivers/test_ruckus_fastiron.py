"""FastIron: every reading is a text with its unit and a verdict."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from techinfo.collect.target import Reading
from techinfo.model import Transceiver
from techinfo.units import Celsius, Dark, Dbm, MilliAmpere
from techinfo.wire import Cell

Play = Callable[..., Reading]

DEVICE = {
    "sys_object_id": "1.3.6.1.4.1.1991.1.3.57.1.1.1.1",
    "sys_descr": "Brocade Communications Systems, Inc. ICX6430-24, IronWare Version 08.0.30tT311",
    "ports": {65: "10GigabitEthernet1/2/1"},
}
PORT = "1.3.6.1.4.1.1991.1.1.3.3"
OPTIC, MEDIA, LANE = f"{PORT}.6.1", f"{PORT}.9.1", f"{PORT}.10.1"
LIT: dict[str, Cell] = {
    f"{OPTIC}.1.65": b"  33.9101 C: Normal",
    f"{OPTIC}.2.65": b"-002.8257 dBm: Normal",
    f"{OPTIC}.3.65": b"-021.4000 dBm: Low-Alarm",
    f"{OPTIC}.4.65": b"   6.7020 mA: Normal",
}


def optic(play: Play, cells: dict[str, Cell]) -> Transceiver | None:
    """The pluggable of port 1/2/1."""
    return play(cells, **DEVICE).ports[65].transceiver


def test_a_reading_is_what_stands_before_its_unit(play: Play) -> None:
    """FOUNDRY-SN-SWITCH-GROUP-MIB: ``xxx.yyyy C``, then whether that is normal."""
    media: dict[str, Cell] = {
        f"{MEDIA}.2.65": b"Brocade",
        f"{MEDIA}.4.65": b"57-0000075-01",
        f"{MEDIA}.5.65": b"S0001",
    }

    assert optic(play, LIT | media) == Transceiver(
        rx_power=Dbm(-21.4),
        tx_power=Dbm(-2.8257),
        temperature=Celsius(33.9101),
        bias=MilliAmpere(6.702),
        vendor="Brocade",
        part_number="57-0000075-01",
        serial_number="S0001",
    )


@pytest.mark.parametrize("words", [b"N/A", b"", b"Not supported"])
def test_what_is_not_available_is_no_value(play: Play, words: bytes) -> None:
    """O6: not a level, not darkness."""
    assert optic(play, dict.fromkeys(LIT, words)) is None


def test_minus_infinity_is_no_light(play: Play) -> None:
    """What 0 mW is in dBm."""
    found = optic(play, LIT | {f"{OPTIC}.3.65": b"-Inf dBm: Low-Alarm"})

    assert found is not None
    assert found.rx_power is Dark.NO_LIGHT


def test_a_100_gigabit_optic_has_lanes(play: Play) -> None:
    """Index ifIndex and lane; voltage is told there alone."""
    cells: dict[str, Cell] = {}
    for lane, level in enumerate((b"-001.0000", b"-009.5000"), 1):
        row = {
            2: b"  40.0000 C: Normal",
            3: b" 000.5000 dBm: Normal",
            4: level + b" dBm: Normal",
            5: b"  60.0000 mA: Normal",
            6: b"   3.3000 volts: Normal",
        }
        cells |= {f"{LANE}.{column}.65.{lane}": words for column, words in row.items()}

    found = optic(play, cells)

    assert found is not None
    assert [lane.rx_power for lane in found.lanes] == [-1.0, -9.5]
    assert (found.rx_power, found.voltage, found.temperature) == (-9.5, 3.3, 40.0)


def test_the_device_introduces_itself(play: Play) -> None:
    """Model and software stand in sysDescr, the serial number in snChasSerNum."""
    device = play({"1.3.6.1.4.1.1991.1.1.1.1.2.0": b"BZN0000001"}, **DEVICE).device

    assert device is not None
    assert (device.model, device.firmware, device.serial_number) == (
        "ICX6430-24",
        "08.0.30tT311",
        "BZN0000001",
    )
