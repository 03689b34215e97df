"""Zyxel IES: ten-thousandths of every unit, and two columns for each level."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from techinfo.collect.target import Reading
from techinfo.model import MacEntry, Transceiver
from techinfo.units import Dark

Play = Callable[..., Reading]

_IES = "1.3.6.1.4.1.890.1.5.13"
_RAW = {
    3: 365_000,
    6: 32_900,
    9: 150_000,
    12: 5_011_872,
    15: 1_000_000,
    18: -30_000,
    21: -100_000,
}


def _light(play: Play, changed: dict[int, int], port: int | None = None) -> Transceiver | None:
    row = _RAW | changed
    cells = {f"{_IES}.13.4.4.1.{n}.1": value for n, value in row.items()}
    reading: Reading = play(cells, sys_object_id=f"{_IES}.13", port=port)
    return reading.ports[1].transceiver


@pytest.mark.parametrize("port", [None, 1])
def test_readings_are_ten_thousandths(play: Play, port: int | None) -> None:
    """The dBm columns are preferred to the microwatts."""
    found = _light(play, {}, port)

    assert found is not None
    assert found.temperature == pytest.approx(36.5)
    assert found.voltage == pytest.approx(3.29)
    assert found.bias == pytest.approx(15.0)
    assert found.tx_power == pytest.approx(-3.0)
    assert found.rx_power == pytest.approx(-10.0)


def test_zero_microwatts_are_no_light(play: Play) -> None:
    """0 in the dBm column is no level; the linear zero beside a supply is told (O2)."""
    found = _light(play, {15: 0, 21: 0})

    assert found is not None
    assert found.light is Dark.NO_LIGHT


def test_microwatts_are_read_where_there_is_no_dbm(play: Play) -> None:
    """1000000 is 100 uW."""
    found = _light(play, {21: 0})

    assert found is not None
    assert found.rx_power == pytest.approx(-10.0)


def test_a_row_of_zeros_is_no_module(play: Play) -> None:
    """Field note O9."""
    assert _light(play, dict.fromkeys(_RAW, 0)) is None


def test_a_filtering_database_is_its_vlan(play: Play) -> None:
    """No dot1qVlanFdbId; FdbIds are VLANs (F6)."""
    cells = {"1.3.6.1.2.1.17.7.1.2.2.1.2.120.0.17.34.51.68.85": 1}

    reading = play(cells, sys_object_id=f"{_IES}.7", sys_descr="IES-5005")

    assert reading.ports[1].macs == (MacEntry(mac="00:11:22:33:44:55", vlan=120),)
    assert reading.device is not None
    assert reading.device.model == "IES-5005"
