"""Industrial makers: ports by a name in the index, a tree for each model, and octets of 0xFF."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from techinfo.collect.target import Reading
from techinfo.model import Transceiver
from techinfo.units import Celsius, Dark, Dbm, MilliAmpere, Volt
from techinfo.wire import Cell

Play = Callable[..., Reading]

HIRSCHMANN = {"sys_object_id": "1.3.6.1.4.1.248.14.10.10", "sys_descr": "Hirschmann PowerMICE"}
CLASSIC = "1.3.6.1.4.1.248.14.1.1.13.1"
FALCON = {"sys_object_id": "1.3.6.1.4.1.4467.1000.318", "sys_descr": "Falcon-X/424"}
MONITORING = "1.3.6.1.4.1.4467.1000.50.1.2.1"
SCALANCE = "1.3.6.1.4.1.4329.20.1.1.1.1.46.10.1"


def lit(reading: Reading) -> dict[int, object]:
    """IfIndex -> what is received, of the ports that tell."""
    return {n: p.transceiver.light for n, p in reading.ports.items() if p.transceiver}


@pytest.mark.parametrize("names", [{21: "1/1/2", 22: "1/2/1"}, {21: "1/2", 22: "2/1"}])
def test_a_classic_hirschmann_names_module_and_port_in_the_index(
    play: Play, names: dict[int, str]
) -> None:
    """Modular switches have the unit before the module in their names, the others have not."""
    cells: dict[str, Cell] = {
        f"{CLASSIC}.12.1.2": 63,
        f"{CLASSIC}.34.1.2": b"-5.7",
        f"{CLASSIC}.35.1.2": b"-5.9",
    }

    reading = play(cells, ports=names, **HIRSCHMANN)

    assert reading.ports[21].transceiver == Transceiver(
        rx_power=Dbm(-5.9), tx_power=Dbm(-5.7), temperature=Celsius(63)
    )
    assert lit(reading) == {21: -5.9}


def test_one_port_of_a_hirschmann_is_read_like_all_of_them(play: Play) -> None:
    """Its row is found by the name of the port."""
    cells: dict[str, Cell] = {f"{CLASSIC}.35.1.{n}": b"-5.9" for n in (1, 2)}
    names = {21: "1/1/1", 22: "1/1/2"}

    assert lit(play(cells, ports=names, port=22, **HIRSCHMANN)) == {22: -5.9}


def test_hios_writes_light_by_port(play: Play) -> None:
    """HM2-DEVMGMT-MIB: texts in dBm by ifIndex."""
    entry = "1.3.6.1.4.1.248.11.10.1.7.2.1"
    cells: dict[str, Cell] = {f"{entry}.2.1": 41, f"{entry}.5.1": b"-4.1", f"{entry}.6.1": b"-4.4"}

    found = play(cells, sys_object_id="1.3.6.1.4.1.248.11.2.1.17").ports[1].transceiver

    assert found == Transceiver(rx_power=Dbm(-4.4), tx_power=Dbm(-4.1), temperature=Celsius(41))


@pytest.mark.parametrize("model", ["117", "84", "69"])
def test_each_moxa_has_its_tables_below_its_own_number(play: Play, model: str) -> None:
    """The model is the last arc of sysObjectID."""
    entry = f"1.3.6.1.4.1.8691.7.{model}.1.10.11.1"
    cells: dict[str, Cell] = {
        f"{entry}.{column}.1": cell
        for column, cell in {4: b"3.3", 5: b"41.4", 7: b"-5.9", 9: b"-14.5", 13: b"S1"}.items()
    }

    reading = play(cells, sys_object_id=f"1.3.6.1.4.1.8691.7.{model}", sys_descr="IKS-6728A")

    assert reading.driver == "moxa_etherdevice"
    assert reading.ports[1].transceiver == Transceiver(
        rx_power=Dbm(-14.5),
        tx_power=Dbm(-5.9),
        temperature=Celsius(41.4),
        voltage=Volt(3.3),
        serial_number="S1",
    )


def test_a_moxa_of_no_model_is_read_all_the_same(play: Play) -> None:
    """Its ports come from the standard MIBs."""
    reading = play({}, sys_object_id="1.3.6.1.4.1.8691.7")

    assert (reading.driver, list(reading.ports)) == ("moxa_etherdevice", [1])


def test_scalance_counts_in_tenths_and_hundredths(play: Play) -> None:
    """SN-MSPS-SCX200-MIB: 0.1 dBm, 0.01 V, 0.01 mA; a slot without supply is empty."""
    told: dict[int, Cell] = {13: 330, 16: 1_250, 32: -92, 35: -61}
    cells: dict[str, Cell] = {f"{SCALANCE}.{column}.1": cell for column, cell in told.items()}
    cells |= {f"{SCALANCE}.{column}.2": 0 for column in told}

    reading = play(cells, ports={1: "P1", 2: "P2"}, sys_object_id="1.3.6.1.4.1.4329.6.1.2.1")

    assert reading.ports[1].transceiver == Transceiver(
        rx_power=Dbm(-92 * 0.1),
        tx_power=Dbm(-61 * 0.1),
        bias=MilliAmpere(12.5),
        voltage=Volt(330 * 0.01),
    )
    assert reading.ports[2].transceiver is None


def falcon(port: int, *row: int) -> dict[str, Cell]:
    """Receive, transmit, temperature, bias, supply and alarms of a port."""
    return {f"{MONITORING}.{column}.{port}": cell for column, cell in enumerate(row, 1)}


def test_a_falcon_counts_in_microwatts(play: Play) -> None:
    """200 uW are -7 dBm; 0 uW beside a supply is no light."""
    cells = falcon(1, 200, 220, 32, 10, 3_324, 1) | falcon(2, 0, 220, 32, 10, 3_324, 16)

    reading = play(cells, ports={1: "GE1", 2: "GE2"}, **FALCON)

    assert lit(reading) == {1: pytest.approx(-6.9897, abs=1e-4), 2: Dark.NO_LIGHT}


def test_a_falcon_that_cannot_read_a_module_tells_nothing(play: Play) -> None:
    """6553 uW and mV, 65 mA and -1 degC are octets of 0xFF, cut to size."""
    reading = play(falcon(1, 6_553, 6_553, -1, 65, 6_553, 65_536), **FALCON)

    assert reading.ports[1].transceiver is None


def test_a_falcon_says_when_a_cage_is_empty(play: Play) -> None:
    """FlSfpUnplugged is bit 1 of the alarms."""
    assert lit(play(falcon(1, 0, 0, 0, 0, 0, 2), **FALCON)) == {1: Dark.NO_MODULE}


@pytest.mark.parametrize("told", [25, b"25"])
def test_an_eki_names_the_port_of_a_slot(play: Play, told: Cell) -> None:
    """A slot that names no port that is there tells nothing."""
    entry = "1.3.6.1.4.1.10297.202.7000.2.5.2.1"
    row: dict[int, Cell] = {2: b"41.5", 3: b"3.3", 4: b"12.5", 5: b"-5.5", 6: b"-9.5"}
    cells: dict[str, Cell] = {f"{entry}.{n}.{slot}": c for n, c in row.items() for slot in (1, 2)}
    cells |= {f"{entry}.1.1": told, f"{entry}.1.2": 99}

    reading = play(cells, ports={1: "Port1", 25: "Port25"}, sys_object_id="1.3.6.1.4.1.10297.202")

    assert lit(reading) == {25: -9.5}
    assert reading.ports[25].transceiver == Transceiver(
        rx_power=Dbm(-9.5),
        tx_power=Dbm(-5.5),
        temperature=Celsius(41.5),
        bias=MilliAmpere(12.5),
        voltage=Volt(3.3),
    )
