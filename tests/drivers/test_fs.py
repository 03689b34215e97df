"""FS by its makers: BDCOM and Centec tell light each in a table of its own."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from techinfo.collect.target import Reading
from techinfo.model import Lane, Transceiver
from techinfo.units import Celsius, Dark, Dbm, MilliAmpere, Volt
from techinfo.wire import Cell

Play = Callable[..., Reading]

BDCOM = {"sys_object_id": "1.3.6.1.4.1.52642.1.445.0", "sys_descr": "FS\nS3400 Series Software"}
CENTEC = {"sys_object_id": "1.3.6.1.4.1.52642.1.99.5638", "sys_descr": "FSOS software"}
SFP = "1.3.6.1.4.1.52642.9.63.1.7.1"
TRANS = "1.3.6.1.4.1.52642.1.37.1.10"
NONE = -65_535


def optic(reading: Reading) -> Transceiver | None:
    """The pluggable of port 1."""
    return reading.ports[1].transceiver


def nms(**columns: Cell) -> dict[str, Cell]:
    """A row of ifSfpParameterTable without a reading, but for the stated columns (``c2=-690``)."""
    row: dict[int, Cell] = dict.fromkeys((*range(2, 7), *range(8, 17), 20, 21), NONE)
    row |= {20: 1, 21: 1, **{int(name[1:]): cell for name, cell in columns.items()}}
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
