"""TiMOS: raw words of SFF-8472 below chassis and port, and what services tell of SAPs."""

from __future__ import annotations

import struct
from collections.abc import Callable
from datetime import UTC, datetime

import pytest

from techinfo.collect.target import Reading
from techinfo.model import Fact, Lease, MacEntry, State, Transceiver
from techinfo.units import Dark
from techinfo.wire import Cell

Play = Callable[..., Reading]

PORT = 35_684_352  # scheme A: slot 1, MDA 1, port 1
DEVICE = {
    "sys_object_id": "1.3.6.1.4.1.6527.1.3.17",
    "sys_descr": "TiMOS-C-14.0.R5 cpm/hops64 Nokia 7750 SR Copyright (c) 2000-2016 Nokia.",
    "ports": {PORT: "1/1/1", PORT + 32_768: "1/1/2"},
}
TREE = "1.3.6.1.4.1.6527.3.1.2"
DDM, LANE, MODULE = f"{TREE}.2.4.31.1", f"{TREE}.2.4.66.1", f"{TREE}.2.4.2.1"
FDB, LEASE, SAP_LEASE = f"{TREE}.4.2.4.1", f"{TREE}.4.2.90.1", f"{TREE}.4.3.16.1"
MAC = "2.0.0.0.0.1"


def bits_of(number: float) -> int:
    """A 32-bit float as tmnxDDMExtCalRxPower has it."""
    return int.from_bytes(struct.pack(">f", number), "big")


def module(rx: int, tx: int, bias: int = 4_200, *, external: int = 2) -> dict[str, Cell]:
    """The row of a port in tmnxDigitalDiagMonitorTable, of chassis 1."""
    values = {1: 5_734, 6: 33_016, 11: bias, 16: tx, 21: rx, 40: external}
    return {f"{DDM}.{column}.1.{PORT}": cell for column, cell in values.items()}


def calibrated(rx: tuple[float, ...], slope: int = 256, offset: int = 0) -> dict[str, Cell]:
    """What calibrates it: coefficients of the receiver, and one slope and offset for the rest."""
    receiver = {41 + n: bits_of(c) for n, c in enumerate(rx)}
    rest = {46: slope, 47: offset, 48: slope, 49: offset}
    plain = {50: 256, 51: 0, 52: 256, 53: 0}
    return {f"{DDM}.{c}.1.{PORT}": cell for c, cell in {**receiver, **rest, **plain}.items()}


def optic(play: Play, cells: dict[str, Cell]) -> Transceiver | None:
    """The pluggable of the port."""
    return play(cells, **DEVICE).ports[PORT].transceiver


def test_raw_words_become_units(play: Play) -> None:
    """TIMETRA-PORT-MIB: 5734/256 degrees, 0.1 mV, 1/500 mA, 790 is -11.0 dBm."""
    found = optic(play, module(790, 5_012))

    assert found is not None
    assert found.rx_power == pytest.approx(-11.02, abs=0.01)
    assert found.tx_power == pytest.approx(-3.0, abs=0.01)
    assert found.temperature == pytest.approx(22.4, abs=0.01)
    assert found.bias == pytest.approx(8.4)
    assert found.voltage == pytest.approx(3.3016)


@pytest.mark.parametrize("raw", [0, 1])
def test_the_least_step_is_no_light(play: Play, raw: int) -> None:
    """O8: 0 and 0.1 uW are what a receiver in the dark reads."""
    found = optic(play, module(raw, 5_012))

    assert found is not None
    assert found.rx_power is Dark.NO_LIGHT


@pytest.mark.parametrize("raw", [0, 8])
def test_a_laser_that_is_off_sends_no_light(play: Play, raw: int) -> None:
    """Port 1/3/6 of timos_7705 is disabled and reads 0.8 uW at 0.3 mA."""
    found = optic(play, module(790, raw, bias=168))

    assert found is not None
    assert found.tx_power is Dark.NO_LIGHT
    assert found.rx_power == pytest.approx(-11.02, abs=0.01)


def test_an_externally_calibrated_module_is_calibrated(play: Play) -> None:
    """SFF-8472 9.3: slope/256 and offset; a polynomial for the receiver."""
    cells = module(1_000, 4_000, bias=1_000, external=1)
    cells |= calibrated((0, 0, 0, 0.5, 100), slope=320, offset=12)

    found = optic(play, cells)

    assert found is not None
    assert found.rx_power == pytest.approx(-12.22, abs=0.01)  # 600 x 0.1 uW
    assert found.tx_power == pytest.approx(-3.0, abs=0.01)  # 5012 x 0.1 uW
    assert found.bias == pytest.approx(2.524)
    assert found.temperature == pytest.approx(22.4, abs=0.01)


def test_a_calibration_that_is_not_told_leaves_the_value_out(play: Play) -> None:
    """A raw word of such a module is no level."""
    found = optic(play, module(1_000, 4_000, external=1))

    assert found is None


def test_a_module_without_diagnostics_is_present(play: Play) -> None:
    """DiagCapable is false, and zeros are no readings; an empty cage is not told."""
    values: dict[int, Cell] = {28: 2, 34: 1, 45: b"ZZRQ8361", 46: b"3HE00062CB"}
    nothing: dict[int, Cell] = {28: 0, 34: 2, 45: b"", 46: b""}
    cells = {f"{MODULE}.{c}.1.{PORT}": v for c, v in values.items()}
    empty = {f"{MODULE}.{c}.1.{PORT + 32_768}": v for c, v in nothing.items()}
    zeros: dict[str, Cell] = {f"{DDM}.{c}.1.{PORT}": 0 for c in (1, 6, 11, 16, 21)}

    reading = play(cells | empty | zeros, **DEVICE)

    assert reading.ports[PORT].transceiver == Transceiver(
        present=True,
        rx_power=Dark.NO_DIAGNOSTICS,
        serial_number="ZZRQ8361",
        part_number="3HE00062CB",
    )
    assert reading.ports[PORT + 32_768].transceiver is None


def test_lanes_are_read_below_the_port(play: Play) -> None:
    """tmnxDDMLaneTable: chassis, port, lane."""
    cells: dict[str, Cell] = {f"{DDM}.{column}.1.{PORT}": 0 for column in (1, 6, 11, 16, 21)}
    for lane, (rx, tx) in enumerate([(10_691, 11_419), (790, 10_000)], 1):
        row = {2: 12_756, 7: 27_033, 12: tx, 17: rx}
        cells |= {f"{LANE}.{column}.1.{PORT}.{lane}": cell for column, cell in row.items()}

    found = optic(play, cells)

    assert found is not None
    assert [lane.rx_power for lane in found.lanes] == pytest.approx([0.29, -11.02], abs=0.01)
    assert found.rx_power == pytest.approx(-11.02, abs=0.01)
    assert found.bias == pytest.approx(54.066)
    assert found.temperature == pytest.approx(49.83, abs=0.01)


def test_one_port_is_read_like_all_of_them(play: Play) -> None:
    """Chassis and ifIndex name the rows; those of lanes stand below them."""
    cells = module(790, 5_012) | {f"{LANE}.17.1.{PORT}.1": 790, f"{LANE}.17.1.{PORT}.2": 801}

    alone = play(cells, **DEVICE, port=PORT)

    assert alone.ports[PORT].transceiver == optic(play, cells) is not None


@pytest.mark.parametrize(
    ("encapsulation", "vlan"),
    [(0, None), (100, 100), (4_095, None), (0x0FFF0064, 100), (0x00C84064, 100)],
)
def test_a_mac_is_on_its_sap(play: Play, encapsulation: int, vlan: int | None) -> None:
    """TmnxEncapVal: a tag, or an outer one below an inner one; 4095 is any."""
    row = {3: 2, 4: 1, 5: PORT, 6: encapsulation}
    cells: dict[str, Cell] = {f"{FDB}.{column}.7.{MAC}": cell for column, cell in row.items()}

    reading = play(cells, **DEVICE)

    assert reading.ports[PORT].macs == (MacEntry(mac="02:00:00:00:00:01", vlan=vlan),)


@pytest.mark.parametrize("row", [{3: 2, 4: 2, 5: 0, 6: 0}, {3: 6, 4: 1, 5: PORT, 6: 0}])
def test_a_mac_of_a_tunnel_or_of_the_node_is_no_ports(play: Play, row: dict[int, int]) -> None:
    """Its locale is an SDP; its type is an interface of the node."""
    cells: dict[str, Cell] = {f"{FDB}.{column}.7.{MAC}": cell for column, cell in row.items()}

    reading = play(cells, **DEVICE)

    assert not any(facts.macs for facts in reading.ports.values())
    assert reading.parts[Fact.MACS].state is State.EMPTY


def test_leases_of_services_and_of_saps(play: Play) -> None:
    """The address stands in the index; of an IPv6 prefix the length counts."""
    address = "1.4.192.0.2.7"
    prefix = "2.16.32.1.13.184.0.1.0.0.0.0.0.0.0.0.0.0"
    rows: dict[str, dict[int, Cell]] = {
        f"7.{address}.{MAC}": {4: bytes((2, 0, 0, 0, 0, 1)), 5: 1, 6: PORT, 7: 100, 10: 600},
        f"7.{prefix}.{MAC}": {5: 1, 6: PORT, 7: 100, 10: 600, 22: 3, 23: 56},
    }
    cells = {f"{LEASE}.{c}.{index}": cell for index, row in rows.items() for c, cell in row.items()}
    cells[f"{SAP_LEASE}.3.8.{PORT}.200.192.0.2.8.{MAC}"] = 60

    reading = play(cells, **DEVICE)

    end = datetime(2026, 10, 1, 12, 10, tzinfo=UTC)
    assert set(reading.ports[PORT].leases) == {
        Lease(address="192.0.2.7", mac="02:00:00:00:00:01", vlan=100, end=end),
        Lease(address="2001:db8:1::/56", vlan=100, end=end),
        Lease(
            address="192.0.2.8",
            mac="02:00:00:00:00:01",
            vlan=200,
            end=datetime(2026, 10, 1, 12, 1, tzinfo=UTC),
        ),
    }
