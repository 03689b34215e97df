"""NIDs: statistics of ADVA find their port in another table, a port of Ciena bears its number."""

from __future__ import annotations

import math
from collections.abc import Callable

import pytest

from techinfo.collect.target import Reading
from techinfo.model import Transceiver
from techinfo.units import Celsius, Dark, Dbm, MilliAmpere, Volt
from techinfo.wire import Cell

Play = Callable[..., Reading]

ADVA = {"sys_object_id": "1.3.6.1.4.1.2544.1.12.1.1.11", "sys_descr": "FSP150CC-XG210"}
ACCESS, NETWORK = "1.3.6.1.4.1.2544.1.12.5.1.1.1", "1.3.6.1.4.1.2544.1.12.5.1.5.1"
SAOS = {"sys_object_id": "1.3.6.1.4.1.6141.1.73", "sys_descr": "CN 5150 Service Switch"}
LEOS = "1.3.6.1.4.1.6141.2.60.4.1.1.1.1"
CES = "1.3.6.1.4.1.1271.2.1.9.1.1.1.1"


def stats(entry: str, index: str, bias: int, tx: int, rx: int) -> dict[str, Cell]:
    """Laser bias and levels of an ADVA port in one interval."""
    return {f"{entry}.{n}.{index}": cell for n, cell in {32: bias, 33: tx, 34: rx}.items()}


def test_adva_finds_the_port_of_its_statistics_in_the_facility_table(play: Play) -> None:
    """Statistics stand by port and interval; the ifIndex of a port without interval."""
    cells: dict[str, Cell] = {
        "1.3.6.1.4.1.2544.1.12.4.1.1.1.2.1.1.2.1": 9,
        "1.3.6.1.4.1.2544.1.12.4.1.7.1.2.1.1.1.1": 1,
        f"{ACCESS}.39.1.1.2.1.3": 35,
    }
    cells |= stats(ACCESS, "1.1.2.1.3", 32, -1, -6) | stats(NETWORK, "1.1.1.1.3", 29, -1, -4)

    reading = play(cells, ports={1: "NETWORK PORT-1-1-1-1", 9: "ACCESS PORT-1-1-2-1"}, **ADVA)

    assert reading.ports[9].transceiver == Transceiver(
        rx_power=Dbm(-6), tx_power=Dbm(-1), temperature=Celsius(35), bias=MilliAmpere(32)
    )
    assert reading.ports[1].transceiver == Transceiver(
        rx_power=Dbm(-4), tx_power=Dbm(-1), bias=MilliAmpere(29)
    )


def test_adva_tells_the_interval_that_is_now(play: Play) -> None:
    """Those of 15 minutes and of a day hold what was."""
    cells: dict[str, Cell] = {"1.3.6.1.4.1.2544.1.12.4.1.1.1.2.1.1.2.1": 1}
    for interval, rx in ((1, -30), (2, -20), (3, -6)):
        cells |= stats(ACCESS, f"1.1.2.1.{interval}", 32, -1, rx)

    found = play(cells, **ADVA).ports[1].transceiver

    assert found is not None
    assert found.rx_power == -6.0


def test_an_adva_port_that_reads_zero_and_zero_tells_no_light(play: Play) -> None:
    """A copper port; 0 dBm on either side alone is a level."""
    cells: dict[str, Cell] = {f"1.3.6.1.4.1.2544.1.12.4.1.1.1.2.1.1.1.{n}": n for n in (1, 2)}
    cells |= stats(ACCESS, "1.1.1.1.3", 0, 0, 0) | stats(ACCESS, "1.1.1.2.3", 30, 0, -7)

    reading = play(cells, ports={1: "a", 2: "b"}, **ADVA)

    assert reading.ports[1].transceiver is None
    assert reading.ports[2].transceiver == Transceiver(
        rx_power=Dbm(-7), tx_power=Dbm(0), bias=MilliAmpere(30)
    )


def test_a_traffic_port_is_found_by_its_name(play: Play) -> None:
    """NE, shelf, slot and port, as ifName has them."""
    cells = stats("1.3.6.1.4.1.2544.1.12.5.1.21.1", "1.1.1.2.3", 30, -2, -7)

    found = play(cells, ports={5: "TRAFFIC PORT-1-1-1-2"}, **ADVA).ports[5].transceiver

    assert found is not None
    assert found.rx_power == -7.0


def test_the_elder_ciena_table_has_ten_thousandths_of_a_dbm(play: Play) -> None:
    """WWP-LEOS-PORT-XCVR-MIB; its index is the number that ifName bears."""
    row: dict[int, Cell] = {
        7: b"ACME",
        9: b"PN-1",
        11: b"S1",
        16: 38,
        18: 7,
        28: 2,
        29: 1,
        105: -105_000,
        106: -23_400,
    }
    cells: dict[str, Cell] = {f"{LEOS}.{column}.3": cell for column, cell in row.items()}

    found = play(cells, ports={10_003: "3"}, **SAOS).ports[10_003].transceiver

    assert found == Transceiver(
        rx_power=Dbm(-10.5),
        tx_power=Dbm(-23_400 * 0.0001),
        temperature=Celsius(38),
        bias=MilliAmpere(7),
        vendor="ACME",
        part_number="PN-1",
        serial_number="S1",
    )


def test_loss_of_signal_at_a_ciena_is_no_light(play: Play) -> None:
    """The flag wwpLeosPortXcvrLosState is true(1), the level an empty 0."""
    row: dict[int, Cell] = {16: 38, 28: 1, 29: 1, 105: 0, 106: -23_400}
    cells: dict[str, Cell] = {f"{LEOS}.{column}.3": cell for column, cell in row.items()}

    found = play(cells, ports={10_003: "3"}, **SAOS).ports[10_003].transceiver

    assert found is not None
    assert found.rx_power is Dark.NO_LIGHT


@pytest.mark.parametrize(("name", "told"), [("3", None), ("1/3", b"1/3")])
def test_the_newer_ciena_table_has_microwatts(play: Play, name: str, told: bytes | None) -> None:
    """CIENA-CES-PORT-XCVR-MIB: by the port's name where the table has it, else by its number."""
    row: dict[int, Cell] = {3: 38, 4: 3_300, 5: 7, 6: 100, 29: b"S1", 35: 500}
    row |= {40: told} if told else {}
    cells: dict[str, Cell] = {f"{CES}.{column}.3": cell for column, cell in row.items()}

    reading = play(
        cells, ports={10_003: name}, sys_object_id="1.3.6.1.4.1.1271.1.2.34", sys_descr="5171"
    )

    assert reading.driver == "ciena_saos"
    assert reading.ports[10_003].transceiver == Transceiver(
        rx_power=Dbm(-10.0),
        tx_power=Dbm(10 * math.log10(0.5)),
        temperature=Celsius(38),
        bias=MilliAmpere(7),
        voltage=Volt(3_300 * 0.001),
        serial_number="S1",
    )


def test_a_cold_row_of_zeros_is_no_darkness(play: Play) -> None:
    """O9: 0 uW of a module without diagnostics."""
    cells: dict[str, Cell] = {f"{CES}.{n}.3": 0 for n in (3, 4, 5, 6, 35)}
    cells[f"{CES}.29.3"] = b"S1"

    found = play(cells, ports={3: "3"}, sys_object_id="1.3.6.1.4.1.1271.1").ports[3].transceiver

    assert found == Transceiver(serial_number="S1")
