"""Raisecom: two generations of optics, snooping of both families, memberships, rates."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest

from techinfo.collect.target import Reading
from techinfo.model import Group, Lease, MacEntry, Shaping, Transceiver
from techinfo.units import Celsius, Dark
from techinfo.units import KilobitPerSecond as _Kbit
from techinfo.wire import Cell

Play = Callable[..., Reading]

_NOW = datetime(2026, 10, 1, 12, 0, tzinfo=UTC)
_RAX711 = "1.3.6.1.4.1.8886.23.191"
_ISCOM = "1.3.6.1.4.1.8886.6.140"
_ROS = {"1.3.6.1.4.1.8886.60.131.1.1.1.0": b"ROS_6.2.0_20200614"}
_OPTICS = {"raisecom_ros": "1.3.6.1.4.1.8886.60.18.1.2", "raisecom_roap": "1.3.6.1.4.1.8886.1.18.2"}
_V4 = "1.3.6.1.4.1.8886.6.1.23.1.1.5.1"
_V6 = "1.3.6.1.4.1.8886.6.1.23.1.2.5.1"
_MEMBERS = "1.3.6.1.4.1.8886.1.28.2.1.4.1"
_SHAPING = "1.3.6.1.4.1.8886.1.33.1.20.1"
_RATES = "1.3.6.1.4.1.8886.6.1.2.2.1"
_GOOD = {1: 36125, 2: 32494, 3: -3316, 4: -2716, 5: 3202}
_READ = {
    "temperature": 36.125,
    "bias": 32.494,
    "tx_power": -3.316,
    "rx_power": -2.716,
    "voltage": 3.202,
}


def _ddm(driver: str, values: dict[int, int], valid: int | None = 1) -> dict[str, Cell]:
    entry = f"{_OPTICS[driver]}.2.1.1"
    cells: dict[str, Cell] = {f"{entry}.2.1.{kind}": value for kind, value in values.items()}
    if valid is not None:
        cells |= {f"{entry}.12.1.{kind}": valid for kind in values}
    return (_ROS if driver == "raisecom_ros" else {}) | cells


def _numbers(found: Transceiver) -> dict[str, object]:
    return {n: value for n in _READ if (value := getattr(found, n)) is not None}


def _light(reading: Reading) -> Transceiver:
    found = reading.ports[1].transceiver
    assert found is not None
    return found


@pytest.mark.parametrize("driver", ["raisecom_ros", "raisecom_roap"])
@pytest.mark.parametrize("port", [None, 1])
def test_both_generations_have_thousandths_by_type(
    play: Play, driver: str, port: int | None
) -> None:
    """The quantity stands in the index; rosMgmtRosVersion tells the generations apart (O12)."""
    reading = play(_ddm(driver, _GOOD), sys_object_id=_RAX711, port=port)

    assert reading.driver == driver
    assert _numbers(_light(reading)) == pytest.approx(_READ)


def test_type_5_is_a_laser_where_type_7_is_the_supply(play: Play) -> None:
    """The MIB's own reading: laserTemperature(5) at 38 C is no voltage, p3V3supplyVoltage(7) is."""
    cells = _ddm("raisecom_roap", _GOOD | {5: 38_000, 7: 3_310})

    reading = play(cells, sys_object_id=_ISCOM)

    assert _light(reading).voltage == pytest.approx(3.31)


def test_a_laser_temperature_alone_is_no_voltage(play: Play) -> None:
    """Type 5 counts as a supply only near 3.3 V."""
    reading = play(_ddm("raisecom_roap", _GOOD | {5: 38_000}), sys_object_id=_ISCOM)

    assert _light(reading).voltage is None


def test_minus_40000_is_no_light(play: Play) -> None:
    """List of sentinels: the floor of the scale, beside a temperature that proves diagnostics."""
    reading = play(_ddm("raisecom_roap", _GOOD | {4: -40_000}), sys_object_id=_ISCOM)

    assert _light(reading).light is Dark.NO_LIGHT


def test_minus_1000000_is_no_value(play: Play) -> None:
    """OpticalParameterValue: outside of every range."""
    cells = _ddm("raisecom_ros", dict.fromkeys((2, 3, 4, 5), -1_000_000) | {1: 30_000})

    reading = play(cells, sys_object_id=_RAX711)

    assert _light(reading) == Transceiver(temperature=Celsius(30.0))


@pytest.mark.parametrize("valid", [0, 2])
def test_readings_that_are_not_valid_are_left_out(play: Play, valid: int) -> None:
    """Unknown(0) and invalid(2) cover a missing module and missing diagnostics."""
    reading = play(_ddm("raisecom_roap", _GOOD, valid), sys_object_id=_ISCOM)

    assert reading.ports[1].transceiver is None


def test_readings_count_where_no_status_is_told(play: Play) -> None:
    """An agent without the status column is judged by its sentinels."""
    reading = play(_ddm("raisecom_roap", _GOOD, None), sys_object_id=_ISCOM)

    assert _numbers(_light(reading)) == pytest.approx(_READ)


def test_zeros_are_diagnostics_switched_off(play: Play) -> None:
    """A port with DDM disabled reads 0 everywhere: neither 0 dBm nor 0 C (O2, O9)."""
    cells = _ddm("raisecom_roap", dict.fromkeys(_GOOD, 0), None)

    reading = play(cells, sys_object_id=_ISCOM)

    assert reading.ports[1].transceiver is None


def test_a_module_without_diagnostics_says_so(play: Play) -> None:
    """It has a maker and a number; its light is not known (O6, O8)."""
    info, status = f"{_OPTICS['raisecom_ros']}.1.1.1", f"{_OPTICS['raisecom_ros']}.4.1.1"
    cells: dict[str, Cell] = {
        f"{info}.3.1": b"RAISECOM\x00\x00",
        f"{info}.4.1": b"USFP-Gb/S1-D",
        f"{info}.5.1": b"X101 ",
        f"{info}.9.1": 2,
        f"{status}.1.1": 2,
        f"{status}.3.1": 1,
    }

    reading = play(_ROS | cells, sys_object_id=_RAX711)

    assert _light(reading) == Transceiver(
        rx_power=Dark.NO_DIAGNOSTICS,
        vendor="RAISECOM",
        part_number="USFP-Gb/S1-D",
        serial_number="X101",
        present=True,
    )


def test_an_empty_cage_has_no_module(play: Play) -> None:
    """HwInfoAbsStatus absent(1)."""
    cells = {f"{_OPTICS['raisecom_roap']}.4.1.1.1.1": 1}

    reading = play(cells, sys_object_id=_ISCOM)

    assert _light(reading).light is Dark.NO_MODULE


def test_lost_signal_is_no_light_without_a_level(play: Play) -> None:
    """RxLosStatus loss(2) beside valid diagnostics."""
    cells = _ddm("raisecom_roap", {1: 30_000, 4: -1_000_000})

    reading = play(cells | {f"{_OPTICS['raisecom_roap']}.4.1.1.3.1": 2}, sys_object_id=_ISCOM)

    assert _light(reading).light is Dark.NO_LIGHT


@pytest.mark.parametrize("index", ["192.0.2.9", "4.192.0.2.9"])
def test_a_binding_is_read_with_and_without_a_length(play: Play, index: str) -> None:
    """ISCOM2624G puts the length of the address before it, ISCOM2828F does not."""
    cells = {
        f"{_V4}.2.{index}": bytes.fromhex("001122334455"),
        f"{_V4}.3.{index}": 3600,
        f"{_V4}.4.{index}": 50,
        f"{_V4}.5.{index}": 2_082_476_033,
    }

    reading = play(cells, sys_object_id=_ISCOM, ports={2_082_476_033: "GE1/1/1"})

    assert reading.ports[2_082_476_033].leases == (
        Lease(
            address="192.0.2.9",
            mac="00:11:22:33:44:55",
            vlan=50,
            end=_NOW + timedelta(hours=1),
        ),
    )


def test_a_binding_of_ipv6_is_read(play: Play) -> None:
    """The address is the whole index."""
    index = "32.1.13.184.0.0.0.0.0.0.0.0.0.0.0.9"
    cells = {f"{_V6}.2.{index}": bytes(5) + b"\x01", f"{_V6}.3.{index}": 60, f"{_V6}.5.{index}": 1}

    reading = play(cells, sys_object_id=_ISCOM)

    assert [x.address for x in reading.ports[1].leases] == ["2001:db8::9"]


@pytest.mark.parametrize("port", [None, 1])
def test_a_member_of_a_group_stands_in_the_index(play: Play, port: int | None) -> None:
    """Port, user VLAN, address type, group with its length, multicast VLAN; only active rows."""
    cells = {f"{_MEMBERS}.8.1.50.1.4.239.1.2.3.100": 1, f"{_MEMBERS}.8.1.50.1.4.239.9.9.9.100": 2}

    reading = play(cells, sys_object_id=_ISCOM, port=port)

    assert reading.ports[1].groups == (Group(address="239.1.2.3", vlan=50),)


@pytest.mark.parametrize("port", [None, 1])
def test_rates_count_where_they_are_enabled(play: Play, port: int | None) -> None:
    """A queue's shaping, and the limits of both directions."""
    cells = {
        f"{_SHAPING}.3.1.2": 10_000,
        f"{_SHAPING}.5.1.2": 20_000,
        f"{_SHAPING}.7.1.2": 1,
        f"{_SHAPING}.3.1.3": 99,
        f"{_SHAPING}.7.1.3": 2,
        f"{_RATES}.2.1": 3,
        f"{_RATES}.3.1": 50_000,
        f"{_RATES}.5.1": 100_000,
    }

    reading = play(cells, sys_object_id=_ISCOM, port=port)

    assert reading.ports[1].shaping == (
        Shaping(queue="2", cir=_Kbit(10_000), pir=_Kbit(20_000)),
        Shaping(queue="in", pir=_Kbit(50_000)),
        Shaping(queue="out", pir=_Kbit(100_000)),
    )


@pytest.mark.parametrize(("rule", "rates"), [(0, ()), (1, (50_000,)), (2, (100_000,))])
def test_a_rate_limit_is_of_the_directions_of_its_rule(
    play: Play, rule: int, rates: tuple[int, ...]
) -> None:
    """None(0), ingress(1), egress(2): the other column is only a default."""
    cells = {f"{_RATES}.2.1": rule, f"{_RATES}.3.1": 50_000, f"{_RATES}.5.1": 100_000}

    reading = play(cells, sys_object_id=_ISCOM)

    assert tuple(x.pir for x in reading.ports[1].shaping) == rates


def test_a_forwarding_port_that_is_no_bridge_port_is_an_if_index(play: Play) -> None:
    """ISCOM2624G gives ifIndexes in dot1qTpFdbPort, whatever its base ports are (F10, I2)."""
    number = 2_082_476_035
    cells = {
        "1.3.6.1.2.1.17.1.4.1.2.3": number + 1,
        "1.3.6.1.2.1.17.7.1.2.2.1.2.50.0.17.34.51.68.85": number,
    }

    reading = play(cells, sys_object_id=_ISCOM, ports={number: "GE1/1/3", number + 1: "GE1/1/4"})

    assert reading.ports[number].macs == (MacEntry(mac="00:11:22:33:44:55"),)


def test_the_engine_clock_is_not_believed(play: Play) -> None:
    """The RAX711 of the recording says 947306093 s a week after its start (T3)."""
    cells = _ROS | {"1.3.6.1.6.3.10.2.1.3.0": 947_306_093}

    reading = play(cells, sys_object_id=_RAX711)

    assert reading.device is not None
    assert reading.device.up_since == _NOW - timedelta(days=1)


@pytest.mark.parametrize(
    ("sys_descr", "model", "firmware"),
    [
        (
            "ROAP  Version ISCOM5508-EPSC_ROAP_2.61.3(a)_20161019.(Compiled Oct 19 2016)",
            "ISCOM5508-EPSC",
            "ROAP_2.61.3(a)_20161019",
        ),
        ("ROS_.RAX711-C-R.2020614.(null)", "RAX711-C-R", None),
        ("ROS", None, None),
    ],
)
def test_a_model_is_found_in_sys_descr(
    play: Play, sys_descr: str, model: str | None, firmware: str | None
) -> None:
    """Where the scalars are silent."""
    reading = play({}, sys_object_id=_ISCOM, sys_descr=sys_descr)

    assert reading.device is not None
    assert (reading.device.model, reading.device.firmware) == (model, firmware)
