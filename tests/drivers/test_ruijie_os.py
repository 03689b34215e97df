"""Ruijie: a module's own columns, those of a QSFP's lanes, and what is invalid in either."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from techinfo.collect.target import Reading
from techinfo.model import Transceiver
from techinfo.units import Celsius, Dark, Dbm, MilliAmpere, Volt
from techinfo.wire import Cell

Play = Callable[..., Reading]

RUIJIE = {"sys_object_id": "1.3.6.1.4.1.52642.1.1.10.1.805", "sys_descr": "FS (S5810-48TS-P)"}
FIBER = "1.3.6.1.4.1.52642.1.1.10.2.105.1.1.1"


def optic(reading: Reading) -> Transceiver | None:
    """The pluggable of port 1."""
    return reading.ports[1].transceiver


def fiber(row: dict[int, Cell]) -> dict[str, Cell]:
    """A row of fsFiberTable."""
    return {f"{FIBER}.{column}.1": cell for column, cell in row.items()}


def test_ruijie_has_hundredths_and_invalid_is_minus_ten_thousand(play: Play) -> None:
    """FS-FIBER-MIB: mV, uA, whole degrees, 0.01 dBm; the lanes of an SFP are invalid."""
    told: dict[int, Cell] = {15: 1, 16: b"S1", 17: 41, 19: 3_300, 21: 12_500, 76: -742, 81: -512}
    lanes: dict[int, Cell] = dict.fromkeys((77, 78, 79, 80, 82, 83, 84, 85), -10_000)
    cells = fiber(told | lanes | dict.fromkeys((23, 25, 27, 29), 0))

    assert optic(play(cells, **RUIJIE)) == Transceiver(
        rx_power=Dbm(-7.42),
        tx_power=Dbm(-5.12),
        temperature=Celsius(41),
        bias=MilliAmpere(12.5),
        voltage=Volt(3_300 * 0.001),
        serial_number="S1",
    )


def test_ruijie_without_diagnostics_tells_none(play: Play) -> None:
    """DDMSupportStatus is false(2): zeros and -10000 are no reading."""
    cells = fiber({15: 2, 16: b"S1", 17: 0, 19: 0, 21: 0, 76: -10_000})

    assert optic(play(cells, **RUIJIE)) == Transceiver(
        rx_power=Dark.NO_DIAGNOSTICS, serial_number="S1"
    )


def test_ruijie_tells_the_lanes_of_a_qsfp(play: Play) -> None:
    """The module's own level is invalid there."""
    levels: dict[int, Cell] = {76: -10_000, 77: -120, 78: -400, 79: -130, 80: -140, 81: -10_000}
    cells = fiber({15: 1, 17: 41, **levels, 82: 50, 83: 60, 84: 70, 85: 80})

    found = optic(play(cells, **RUIJIE))

    assert found is not None
    assert found.rx_power == -4.0
    assert [lane.tx_power for lane in found.lanes] == pytest.approx([0.5, 0.6, 0.7, 0.8])


def test_ruijie_leases_have_their_port(play: Play) -> None:
    """FS-DHCP-SNOOPING-MIB: VLAN and MAC in the index, then the type of the address."""
    entry = "1.3.6.1.4.1.52642.1.1.10.2.42.1.3.1.1"
    cells: dict[str, Cell] = {
        f"{entry}.4.100.2.0.0.0.0.1.1": bytes((192, 0, 2, 10)),
        f"{entry}.5.100.2.0.0.0.0.1.1": 1,
        f"{entry}.6.100.2.0.0.0.0.1.1": 3_600,
    }

    (lease,) = play(cells, **RUIJIE).ports[1].leases

    assert (lease.address, lease.vlan, lease.mac) == ("192.0.2.10", 100, "02:00:00:00:00:01")
