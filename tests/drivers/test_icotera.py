"""Icotera CPEs: light in scalars, addresses typed as numbers."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from techinfo.collect.target import Reading
from techinfo.model import Transceiver
from techinfo.units import Dark
from techinfo.wire import Cell

Play = Callable[..., Reading]

I6400 = {
    "sys_object_id": "1.3.6.1.4.1.29865.11",
    "sys_descr": "ICOTERA i6405-51 2.5.0",
    "ports": {2: "WAN port", 3: "LAN port 1"},
}
I6800 = I6400 | {"sys_object_id": "1.3.6.1.4.1.29865.12", "sys_descr": "ICOTERA i6850-00 1.13.0"}
DDM = "1.3.6.1.4.1.29865.11.3.1.3"


def ddm(
    temperature: int, tx: int, rx: int, voltage: int, bias: int, capable: int
) -> dict[str, Cell]:
    """The scalars transceiverDdm… and transceiverDiagCapable."""
    return {
        f"{DDM}.1.0": temperature,
        f"{DDM}.2.0": tx,
        f"{DDM}.3.0": rx,
        f"{DDM}.4.0": voltage,
        f"{DDM}.5.0": bias,
        f"{DDM}.11.0": capable,
    }


def optic(reading: Reading) -> Transceiver | None:
    """The pluggable of the WAN port."""
    return reading.ports[2].transceiver


def test_the_wan_port_has_the_light(play: Play) -> None:
    """SFF-8472's own units: 1/256 °C, 0.1 uW, 0.1 mV, 1/500 mA; 1000 is 0.1 mW is -10 dBm."""
    reading = play(ddm(0x2A80, 5_000, 1_000, 33_120, 3_000, 1), **I6400)

    found = optic(reading)

    assert found is not None
    assert found.rx_power == pytest.approx(-10.0)
    assert found.tx_power == pytest.approx(-3.0103)
    assert (found.temperature, found.bias, found.voltage) == pytest.approx((42.5, 6.0, 3.312))
    assert reading.ports[3].transceiver is None


def test_a_raw_word_below_zero_is_frost(play: Play) -> None:
    """0xF600 is -10 °C in two's complement of 16 bits."""
    found = optic(play(ddm(0xF600, 5_000, 1_000, 33_120, 3_000, 1), **I6400))

    assert found is not None
    assert found.temperature == -10.0


def test_zero_light_of_a_module_that_measures_is_no_light(play: Play) -> None:
    """O2, O8: temperature and voltage prove the diagnostics."""
    found = optic(play(ddm(0x2A80, 5_000, 0, 33_120, 3_000, 1), **I6400))

    assert found is not None
    assert found.rx_power is Dark.NO_LIGHT


def test_zeros_of_a_module_that_does_not_measure_are_no_diagnostics(play: Play) -> None:
    """O9: transceiverDiagCapable says no, and the type is soldered to the motherboard(2)."""
    cells = ddm(0, 0, 0, 0, 0, 0)

    soldered = optic(play(cells | {f"{DDM}.6.0": 2}, **I6400))
    nothing = optic(play(cells | {f"{DDM}.6.0": 0}, **I6400))

    assert soldered is not None
    assert (soldered.rx_power, soldered.temperature) == (Dark.NO_DIAGNOSTICS, None)
    assert nothing is None


def test_one_port_is_read_like_all_of_them(play: Play) -> None:
    """Scalars are asked of the WAN port alone."""
    cells = ddm(0x2A80, 5_000, 1_000, 33_120, 3_000, 1)

    assert optic(play(cells, **I6400, port=2)) == optic(play(cells, **I6400)) is not None
    assert play(cells, **I6400, port=3).ports[3].transceiver is None


@pytest.mark.parametrize("cell", [bytes((2, 0, 0, 0, 0, 1)), 0x020000000001])
def test_leases_of_the_i6800_name_client_and_address(play: Play, cell: Cell) -> None:
    """A16: the maker types some MAC addresses as INTEGER."""
    entry = "1.3.6.1.4.1.29865.12.6.1.1"
    rows: dict[str, Cell] = {f"{entry}.2.1": cell, f"{entry}.4.1": b"192.168.1.101"}

    (lease,) = play(rows, **I6800).ports[2].leases

    assert (lease.mac, lease.address) == ("02:00:00:00:00:01", "192.168.1.101")


def test_the_i6800_tells_duplex_in_a_table_of_its_own(play: Play) -> None:
    """The numbers of ifDuplexStatus are EtherLike's."""
    link = play({"1.3.6.1.4.1.29865.12.4.15.1.1.1.2.3": 2}, **I6800).ports[3].link

    assert link is not None
    assert link.full_duplex is False


def test_model_and_version_are_in_the_description(play: Play) -> None:
    """ENTITY-MIB is asked first; without it sysDescr tells."""
    device = play({}, **I6400).device

    assert device is not None
    assert (device.model, device.firmware) == ("i6405-51", "2.5.0")
