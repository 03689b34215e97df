"""FS by its makers: BDCOM, Ruijie and Centec tell light each in a table of its own."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from techinfo.collect.target import Reading
from techinfo.model import Lane, Transceiver
from techinfo.units import Celsius, Dark, Dbm, MilliAmpere, Volt
from techinfo.wire import Cell

Play = Callable[..., Reading]

BDCOM = {"sys_object_id": "1.3.6.1.4.1.52642.1.445.0", "sys_descr": "FS\nS3400 Series Software"}
RUIJIE = {"sys_object_id": "1.3.6.1.4.1.52642.1.1.10.1.805", "sys_descr": "FS (S5810-48TS-P)"}
CENTEC = {"sys_object_id": "1.3.6.1.4.1.52642.1.99.5638", "sys_descr": "FSOS software"}
SFP = "1.3.6.1.4.1.52642.9.63.1.7.1"
FIBER = "1.3.6.1.4.1.52642.1.1.10.2.105.1.1.1"
TRANS = "1.3.6.1.4.1.52642.1.37.1.10"
NONE = -65_535


def optic(reading: Reading) -> Transceiver | None:
    """The pluggable of port 1."""
    return reading.ports[1].transceiver


def nms(**columns: Cell) -> dict[str, Cell]:
    """A row of ifSfpParameterTable without a reading, but for the stated columns (``c2=-690``)."""
    row: dict[int, Cell] = dict.fromkeys((2, 3, 4, 5, 6, *range(8, 17)), NONE) | {20: 1, 21: 1}
    row |= {int(name[1:]): cell for name, cell in columns.items()}
    return {f"{SFP}.{column}.1": cell for column, cell in row.items()}


def test_bdcom_counts_in_256ths_tenths_of_millivolts_and_two_microamperes(play: Play) -> None:
    """NMS-IF-MIB: light in 0.01 dBm, temperature as SFF-8472 has it."""
    read = play(
        nms(c2=-690, c3=-860, c4=10_752, c5=33_011, c6=6_674, c7=b"ACME", c23=b"F1"), **BDCOM
    )

    assert optic(read) == Transceiver(
        rx_power=Dbm(-8.6),
        tx_power=Dbm(-6.9),
        temperature=Celsius(42),
        bias=MilliAmpere(13.348),
        voltage=Volt(33_011 * 0.0001),
        vendor="ACME",
        serial_number="F1",
        present=True,
    )


def test_bdcom_has_four_lanes_beside_each_other(play: Play) -> None:
    """Columns 8 to 16 are those of lanes 2 to 4; the module's level is the lowest."""
    lanes = {"c2": 10, "c3": -100, "c8": 20, "c9": -350, "c11": 30, "c12": -120, "c14": 40}
    read = play(nms(c4=10_752, c15=-130, **lanes), **BDCOM)

    found = optic(read)

    assert found is not None
    assert found.rx_power == -3.5
    assert found.lanes[1] == Lane(number=2, rx_power=Dbm(-3.5), tx_power=Dbm(0.2))
    assert [lane.rx_power for lane in found.lanes] == [-1.0, -3.5, -1.2, -1.3]


def test_bdcom_says_when_a_cage_is_empty(play: Play) -> None:
    """O9: offline(2) with -65535 everywhere."""
    found = optic(play(nms(c20=2, c21=2, c7=b"", c23=b""), **BDCOM))

    assert found is not None
    assert found.light is Dark.NO_MODULE


def test_a_cable_of_bdcom_has_no_diagnostics(play: Play) -> None:
    """A DAC is online, has names, and no reading."""
    found = optic(play(nms(c7=b"FS", c23=b"G1-1", c21=2), **BDCOM))

    assert found is not None
    assert (found.light, found.serial_number) == (Dark.NO_DIAGNOSTICS, "G1-1")


def test_lost_light_of_bdcom_is_no_light(play: Play) -> None:
    """The flag, where the other readings prove that the module has diagnostics."""
    found = optic(play(nms(c2=-690, c4=10_752, c21=2), **BDCOM))

    assert found is not None
    assert found.light is Dark.NO_LIGHT


def test_ruijie_has_hundredths_and_invalid_is_minus_ten_thousand(play: Play) -> None:
    """FS-FIBER-MIB: mV, uA, whole degrees, 0.01 dBm; the lanes of an SFP are invalid."""
    cells: dict[str, Cell] = {
        f"{FIBER}.{column}.1": cell
        for column, cell in {
            15: 1,
            16: b"S1",
            17: 41,
            19: 3_300,
            21: 12_500,
            76: -742,
            81: -512,
            **dict.fromkeys((77, 78, 79, 80, 82, 83, 84, 85), -10_000),
            **dict.fromkeys((23, 25, 27, 29), 0),
        }.items()
    }

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
    cells: dict[str, Cell] = {
        f"{FIBER}.{column}.1": cell
        for column, cell in {15: 2, 16: b"S1", 17: 0, 19: 0, 21: 0, 76: -10_000}.items()
    }

    assert optic(play(cells, **RUIJIE)) == Transceiver(
        rx_power=Dark.NO_DIAGNOSTICS, serial_number="S1"
    )


def test_ruijie_tells_the_lanes_of_a_qsfp(play: Play) -> None:
    """The module's own level is invalid there."""
    levels = {76: -10_000, 77: -120, 78: -400, 79: -130, 80: -140, 81: -10_000}
    cells: dict[str, Cell] = {
        f"{FIBER}.{column}.1": cell
        for column, cell in {15: 1, 17: 41, **levels, 82: 50, 83: 60, 84: 70, 85: 80}.items()
    }

    found = optic(play(cells, **RUIJIE))

    assert found is not None
    assert found.rx_power == -4.0
    assert [lane.tx_power for lane in found.lanes] == pytest.approx([0.5, 0.6, 0.7, 0.8])


def test_centec_writes_the_lanes_in_one_text(play: Play) -> None:
    """A value for each lane; of temperature and voltage the first is the module's."""
    cells: dict[str, Cell] = {
        f"{TRANS}.2.1.5.1": b"38.50,38.50",
        f"{TRANS}.3.1.5.1": b"3.30,3.30",
        f"{TRANS}.4.1.5.1": b"7.10,7.20",
        f"{TRANS}.5.1.5.1": b"-1.10,-1.20",
        f"{TRANS}.6.1.5.1": b"-2.10,-4.20",
    }

    assert optic(play(cells, **CENTEC)) == Transceiver(
        rx_power=Dbm(-4.2),
        tx_power=Dbm(-1.2),
        temperature=Celsius(38.5),
        bias=MilliAmpere(7.2),
        voltage=Volt(3.3),
        lanes=(
            Lane(number=1, rx_power=Dbm(-2.1), tx_power=Dbm(-1.1), bias=MilliAmpere(7.1)),
            Lane(number=2, rx_power=Dbm(-4.2), tx_power=Dbm(-1.2), bias=MilliAmpere(7.2)),
        ),
    )


@pytest.mark.parametrize(
    ("sys_object_id", "driver"),
    [
        ("1.3.6.1.4.1.52642.1.504.0", "fs_bdcom"),
        ("1.3.6.1.4.1.52642.1.1.10.1.516", "fs_ruijie"),
        ("1.3.6.1.4.1.4881.1.1.10.1.200", "ruijie_os"),
        ("1.3.6.1.4.1.52642.1.99.5802", "fs_centec"),
        ("1.3.6.1.4.1.13464.1.3.32.1", "fs_gbn"),
        ("1.3.6.1.4.1.52642.2.1.45.103", "fs_s3900"),
    ],
)
def test_the_maker_is_known_from_the_number(play: Play, sys_object_id: str, driver: str) -> None:
    """One trade mark, five makers of software."""
    assert play({}, sys_object_id=sys_object_id).driver == driver


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
