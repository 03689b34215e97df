"""ProCurve and ArubaOS-Switch: transceivers, DHCP bindings of both families, ingress limits."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

import pytest

from techinfo.collect.target import Reading
from techinfo.model import Lease, MacEntry, Shaping, Transceiver
from techinfo.units import Dark, KilobitPerSecond
from techinfo.wire import Cell

Play = Callable[..., Reading]

_6120XG = "1.3.6.1.4.1.11.2.3.7.11.107"
_XCVR = "1.3.6.1.4.1.11.2.14.11.5.1.82.1.1.1.1"
_BINDING = "1.3.6.1.4.1.11.2.14.11.5.1.34.1.2.2.1"
_INGRESS = "1.3.6.1.4.1.11.2.14.10.2.14.1.5.1.2.1"
_V4 = "50.0.11.34.51.68.85.1.4.192.0.2.9"
_V6 = "50.0.11.34.51.68.85.2.16.32.1.13.184.0.0.0.0.0.0.0.0.0.0.0.9"
_READINGS: dict[int, Cell] = {9: 1, 11: 45398, 12: 32970, 13: 8850, 14: -6020, 15: -14250}


def _module(columns: dict[int, Cell]) -> dict[str, Cell]:
    names: dict[int, Cell] = {3: b"J4859C", 4: b"EO118031"}
    return {f"{_XCVR}.{column}.1": cell for column, cell in (names | columns).items()}


def _transceiver(reading: Reading) -> Transceiver | None:
    return reading.ports[1].transceiver


def test_an_optic_with_diagnostics_is_read_in_its_units(play: Play) -> None:
    """Thousandths of a degree and of a dBm, tenths of a millivolt, microamperes."""
    reading = play(_module(_READINGS), sys_object_id=_6120XG)

    found = _transceiver(reading)

    assert found is not None
    assert (found.temperature, found.voltage, found.bias) == pytest.approx((45.398, 3.297, 8.85))
    assert (found.tx_power, found.rx_power) == pytest.approx((-6.02, -14.25))
    assert (found.part_number, found.serial_number) == ("J4859C", "EO118031")


def test_minus_99999999_is_no_light(play: Play) -> None:
    """Field note O8 and the list of sentinels: zero microwatts, and never -99999 dBm."""
    reading = play(_module(_READINGS | {15: -99_999_999}), sys_object_id=_6120XG)

    found = _transceiver(reading)

    assert found is not None
    assert found.light is Dark.NO_LIGHT
    assert found.tx_power == pytest.approx(-6.02)


@pytest.mark.parametrize("kind", [0, 2, 3])
def test_a_module_without_optical_diagnostics_has_no_level(play: Play, kind: int) -> None:
    """None(0), vct(2), other(3): what stands in the columns is not valid (field note O9)."""
    cells = _module({9: kind, 11: 0, 12: 0, 13: 0, 14: 0, 15: -99_999_999})

    reading = play(cells, sys_object_id=_6120XG)

    assert _transceiver(reading) == Transceiver(
        rx_power=Dark.NO_DIAGNOSTICS, part_number="J4859C", serial_number="EO118031"
    )


def test_a_row_of_zeros_is_not_0_dbm(play: Play) -> None:
    """Field note O2: a module with diagnostics that nobody has read yet."""
    cells = _module({9: 1, 11: 0, 12: 0, 13: 0, 14: 0, 15: 0})

    reading = play(cells, sys_object_id=_6120XG)

    assert _transceiver(reading) == Transceiver(part_number="J4859C", serial_number="EO118031")


def test_a_voltage_of_zero_is_not_told(play: Play) -> None:
    """The MIB's word for a module that does not measure it; the other readings stand."""
    reading = play(_module(_READINGS | {12: 0}), sys_object_id=_6120XG)

    found = _transceiver(reading)

    assert found is not None
    assert found.voltage is None
    assert found.rx_power == pytest.approx(-14.25)


def test_a_transceiver_row_makes_its_port_known(play: Play) -> None:
    """Its index is an ifIndex, though ifTable has no such row (procurve_2520, port 49)."""
    cells = {oid.removesuffix(".1") + ".49": cell for oid, cell in _module(_READINGS).items()}

    reading = play(cells, sys_object_id=_6120XG)

    found = reading.ports[49].transceiver
    assert found is not None
    assert found.serial_number == "EO118031"


def test_bindings_of_both_families_end_when_the_switch_says(play: Play) -> None:
    """Seconds that remain; address, MAC and VLAN stand in the index."""
    cells: dict[str, Cell] = {
        f"{_BINDING}.5.{_V4}": 1,
        f"{_BINDING}.6.{_V4}": 3600,
        f"{_BINDING}.5.{_V6}": 1,
        f"{_BINDING}.6.{_V6}": 4_294_967_295,
    }

    reading = play(cells, sys_object_id=_6120XG)

    mac = "00:0B:22:33:44:55"
    assert set(reading.ports[1].leases) == {
        Lease(address="192.0.2.9", mac=mac, vlan=50, end=datetime(2026, 10, 1, 13, 0, tzinfo=UTC)),
        Lease(address="2001:db8::9", mac=mac, vlan=50),
    }


def test_a_binding_on_a_port_that_is_not_there_is_on_no_port(play: Play) -> None:
    """An interface number without an interface is not guessed (field note F4)."""
    cells: dict[str, Cell] = {f"{_BINDING}.5.{_V4}": 77, f"{_BINDING}.6.{_V4}": 3600}

    reading = play(cells, sys_object_id=_6120XG)

    assert [facts.leases for facts in reading.ports.values()] == [()]


@pytest.mark.parametrize(
    ("mode", "expected"),
    [
        (6, (Shaping(queue="in", pir=KilobitPerSecond(50_000)),)),
        (4, (Shaping(queue="in", pir=KilobitPerSecond(20_000)),)),
        (2, ()),
        (1, ()),
    ],
)
def test_an_ingress_limit_is_read_from_the_column_of_its_mode(
    play: Play, mode: int, expected: tuple[Shaping, ...]
) -> None:
    """Kbit/s in mode 6, bit/s in mode 4; percent and disabled tell no rate."""
    cells: dict[str, Cell] = {
        f"{_INGRESS}.2.1": mode,
        f"{_INGRESS}.3.1": 50,
        f"{_INGRESS}.4.1": 20_000_000,
        f"{_INGRESS}.5.1": 50_000,
    }

    reading = play(cells, sys_object_id=_6120XG)

    assert reading.ports[1].shaping == expected


def test_the_filtering_database_is_not_the_vlan(play: Play) -> None:
    """Field note F6: FdbId 2 is VLAN 50, and what it does not translate has no VLAN."""
    cells: dict[str, Cell] = {
        "1.3.6.1.2.1.17.1.4.1.2.1": 1,
        "1.3.6.1.2.1.17.7.1.4.2.1.3.0.50": 2,
        "1.3.6.1.2.1.17.7.1.2.2.1.2.2.0.0.12.7.172.50": 1,
        "1.3.6.1.2.1.17.7.1.2.2.1.3.2.0.0.12.7.172.50": 3,
        "1.3.6.1.2.1.17.7.1.2.2.1.2.9.0.0.12.7.172.52": 1,
        "1.3.6.1.2.1.17.7.1.2.2.1.3.9.0.0.12.7.172.52": 3,
        "1.3.6.1.2.1.17.7.1.2.2.1.2.2.172.22.45.146.125.33": 0,
        "1.3.6.1.2.1.17.7.1.2.2.1.3.2.172.22.45.146.125.33": 4,
    }

    reading = play(cells, sys_object_id=_6120XG)

    assert reading.ports[1].macs == (
        MacEntry(mac="00:00:0C:07:AC:32", vlan=50),
        MacEntry(mac="00:00:0C:07:AC:34"),
    )


@pytest.mark.parametrize(
    ("words", "model", "firmware"),
    [
        (
            "ProCurve 516733-B21 6120XG Blade Switch, revision Z.14.31, ROM Z.14.09 (/sw/x)",
            "516733-B21 6120XG Blade Switch",
            "Z.14.31",
        ),
        (
            "HP J9726A 2920-24G Switch, revision WB.15.12.0006, ROM WB.15.05 (/ws/x)",
            "J9726A 2920-24G Switch",
            "WB.15.12.0006",
        ),
        (
            "Aruba JL255A 2930F-24G-PoE+-4SFP+ Switch, revision WC.16.07.0002, ROM WC.16",
            "JL255A 2930F-24G-PoE+-4SFP+ Switch",
            "WC.16.07.0002",
        ),
        ("HP Stack, revision KA.15.03.3004, ROM KA.15.05 (/sw/x)", "J9850A", "KA.15.03.3004"),
    ],
)
def test_model_and_firmware_are_words_of_sys_descr(
    play: Play, words: str, model: str, firmware: str
) -> None:
    """The maker's names over the years; a stack tells its model in ENTITY-MIB only."""
    cells: dict[str, Cell] = {"1.3.6.1.2.1.47.1.1.1.1.13.1": b"J9850A"}

    device = play(cells, sys_object_id=_6120XG, sys_descr=words).device

    assert device is not None
    assert (device.model, device.firmware) == (model, firmware)
