"""CTS: texts with and without a unit, slots that are the last ports, and a tree for each model."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from techinfo.collect.target import Reading
from techinfo.model import MacEntry, Shaping, Transceiver
from techinfo.units import Celsius, Dbm, KilobitPerSecond, MilliAmpere, Volt
from techinfo.wire import Cell

Play = Callable[..., Reading]

ROOT = "1.3.6.1.4.1.9304"
PORTS = {n: f"Port{n}" for n in range(1, 13)}
SFP: dict[int, Cell] = {5: b"41.0", 7: b"3.33", 9: b"31.98", 11: b"-1.9", 13: b"-9.8"}
READ = Transceiver(
    rx_power=Dbm(-9.8),
    tx_power=Dbm(-1.9),
    temperature=Celsius(41.0),
    bias=MilliAmpere(31.98),
    voltage=Volt(3.33),
)


def state(model: str, slot: int, row: dict[int, Cell]) -> dict[str, Cell]:
    """A row of swhSFPPortStateTable."""
    return {f"{ROOT}.{model}.5.34.2.1.1.{column}.{slot}": cell for column, cell in row.items()}


def read(play: Play, model: str, cells: dict[str, Cell], **more: int) -> Reading:
    """A device of this model with twelve ports."""
    return play(cells, sys_object_id=f"{ROOT}.{model}", ports=PORTS, **more)


def lit(reading: Reading) -> list[int]:
    """Ports that tell of a module."""
    return [n for n, port in reading.ports.items() if port.transceiver]


@pytest.mark.parametrize("name", [b"9", b"Port9"])
def test_a_row_that_names_its_port_is_believed(play: Play, name: bytes) -> None:
    """On any model, in the slot of any number."""
    reading = read(play, "100.5106", state("100.5106", 1, {3: name, **SFP}))

    assert reading.driver == "cts"
    assert {9: reading.ports[9].transceiver} == {9: READ}
    assert lit(reading) == [9]


@pytest.mark.parametrize(("model", "port"), [("100.3110", 9), ("100.51122", 11)])
def test_a_row_without_a_name_is_of_the_first_port_behind_those_of_copper(
    play: Play, model: str, port: int
) -> None:
    """IPS-3110: eight ports of copper, ESW-5112: ten."""
    reading = read(play, model, state(model, 1, SFP))

    assert reading.ports[port].transceiver == READ
    assert lit(reading) == [port]


def test_a_name_wins_over_the_place_of_the_slot(play: Play) -> None:
    """A row with a name is told at that port alone."""
    assert lit(read(play, "100.3110", state("100.3110", 1, {3: b"10", **SFP}))) == [10]


def test_a_model_whose_slots_nobody_knows_tells_no_light_without_names(play: Play) -> None:
    """A wrong port is worse than none."""
    assert lit(read(play, "100.3106", state("100.3106", 1, SFP))) == []


def test_one_port_is_read_like_all_of_them(play: Play) -> None:
    """Port 11 of an ESW-5112 is slot 1."""
    assert lit(read(play, "100.51122", state("100.51122", 1, SFP), port=11)) == [11]


def test_an_empty_slot_tells_nothing(play: Play) -> None:
    """Its texts are dashes."""
    dashes: dict[int, Cell] = dict.fromkeys(SFP, b"-----")

    assert lit(read(play, "100.51122", state("100.51122", 2, dashes))) == []


def test_a_hes_has_its_supply_in_millivolts(play: Play) -> None:
    """HES-3112-MIB says mV where the recorded ESW gives volts."""
    reading = read(play, "300.3002", state("300.3002", 1, {**SFP, 3: b"11", 7: b"3330"}))

    found = reading.ports[11].transceiver

    assert found is not None
    assert found.voltage == 3_330 * 0.001


def test_macs_stand_at_a_port_by_its_number_and_those_of_the_cpu_at_none(play: Play) -> None:
    """The swhMacTable: a running index, address, VLAN and port in words."""
    entry = f"{ROOT}.100.3110.5.7.6.1"
    cells: dict[str, Cell] = {
        f"{entry}.2.1": b"\x02\0\0\0\0\x01",
        f"{entry}.3.1": 100,
        f"{entry}.4.1": b"3",
        f"{entry}.2.2": b"\x02\0\0\0\0\x09",
        f"{entry}.3.2": 1,
        f"{entry}.4.2": b"CPU",
    }

    reading = read(play, "100.3110", cells)

    assert reading.ports[3].macs == (MacEntry(mac="02:00:00:00:00:01", vlan=100),)
    assert sum(len(port.macs) for port in reading.ports.values()) == 1


def test_a_rate_counts_while_it_is_switched_on(play: Play) -> None:
    """The swhRateLimitingTable has a switch beside each rate, kbit/s."""
    entry = f"{ROOT}.100.3110.4.10.2.1"
    cells: dict[str, Cell] = {
        f"{entry}.2.1": 1,
        f"{entry}.4.1": 100_000,
        f"{entry}.5.1": 0,
        f"{entry}.7.1": 50_000,
    }

    assert read(play, "100.3110", cells).ports[1].shaping == (
        Shaping(queue="in", pir=KilobitPerSecond(100_000)),
    )
