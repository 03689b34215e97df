"""Zyxel: quantities that a text names, two trees, odd indexes, states beside every rate."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta

import pytest

from techinfo.collect.target import Reading
from techinfo.model import Fact, Group, Lease, MacEntry, Shaping, State, Transceiver
from techinfo.units import Celsius, Dark
from techinfo.units import KilobitPerSecond as _Kbit
from techinfo.wire import Cell

Play = Callable[..., Reading]

_NOW = datetime(2026, 10, 1, 12, 0, tzinfo=UTC)
_ZYXEL = "1.3.6.1.4.1.890.1.15"
_OLD = "1.3.6.1.4.1.890.1.5.8"
_MODEL = {f"{_ZYXEL}.3.1.11.0": b"XGS4600-32F"}
_DDMI, _SERIAL = f"{_ZYXEL}.3.84.1.2.1", f"{_ZYXEL}.3.84.1.1.1"
_IPSG, _RATE = f"{_ZYXEL}.3.33.2.2.1", f"{_ZYXEL}.3.72.1.2.1"
_FDB = "1.3.6.1.2.1.17.7.1.2.2.1.2"
_MAC = "0.17.34.51.68.85"
_WORDS = {1: "Temperature", 2: "Voltage", 3: "TxBias", 4: "TxPower", 5: "RxPower"}
_RAW = {1: 3661, 2: 325, 3: 2164, 4: -628, 5: -730}
_READ = {
    "temperature": 36.61,
    "voltage": 3.25,
    "bias": 21.64,
    "tx_power": -6.28,
    "rx_power": -7.3,
}


def _ddmi(raw: Mapping[int, int], words: Mapping[int, str]) -> dict[str, Cell]:
    cells: dict[str, Cell] = {f"{_DDMI}.6.1.{kind}": value for kind, value in raw.items()}
    return cells | {f"{_DDMI}.7.1.{kind}": word.encode() for kind, word in words.items()}


def _read_new(play: Play, cells: Mapping[str, Cell], **asked: int | None) -> Reading:
    return play(cells, sys_object_id=_ZYXEL, sys_descr="XGS4600-32F", **asked)


def _numbers(found: Transceiver) -> dict[str, object]:
    return {n: value for n in _READ if (value := getattr(found, n)) is not None}


def _light(reading: Reading) -> Transceiver:
    found = reading.ports[1].transceiver
    assert found is not None
    return found


@pytest.mark.parametrize("port", [None, 1])
def test_a_row_says_its_quantity_in_words(play: Play, port: int | None) -> None:
    """Hundredths of each unit, under the bridge port."""
    reading = _read_new(play, _ddmi(_RAW, _WORDS), port=port)

    assert reading.driver == "zyxel_zynos"
    assert _numbers(_light(reading)) == pytest.approx(_READ)


def test_words_are_believed_before_numbers(play: Play) -> None:
    """Other words, in another order."""
    words = {1: "RX Power(dBm)", 2: "TX Power(dBm)", 3: "TX Bias(mA)", 4: "Voltage(V)", 5: "Temp"}
    raw = {1: -730, 2: -628, 3: 2164, 4: 325, 5: 3661}

    reading = _read_new(play, _ddmi(raw, words))

    assert _numbers(_light(reading)) == pytest.approx(_READ)


def test_an_empty_cage_describes_itself_as_not_available(play: Play) -> None:
    """N/A and zeros: no module is seen, and no number is made of it (O2, O6)."""
    reading = _read_new(play, _ddmi(dict.fromkeys(_RAW, 0), dict.fromkeys(_RAW, "N/A")))

    assert reading.ports[1].transceiver is None


@pytest.mark.parametrize("raw", [0, -4000])
def test_a_dark_module_has_no_light(play: Play, raw: int) -> None:
    """-4000, and 0 beside a temperature and a supply: never 0 dBm (O2, O8)."""
    reading = _read_new(play, _ddmi(_RAW | {5: raw}, _WORDS))

    found = _light(reading)
    assert found.light is Dark.NO_LIGHT
    assert found.tx_power == pytest.approx(-6.28)


def test_linear_power_is_not_taken_for_decibels(play: Play) -> None:
    """Some software fills the column with another unit: above 10 dBm there is no value (O3)."""
    reading = _read_new(play, _ddmi(_RAW | {4: 562_341, 5: 1_200}, _WORDS))

    found = _light(reading)
    assert found.rx_power is None
    assert found.tx_power is None
    assert found.temperature == pytest.approx(36.61)


def _module(state: int, names: bytes) -> dict[str, Cell]:
    cells: dict[str, Cell] = {f"{_SERIAL}.{n}.1": names for n in (2, 3, 4)}
    return cells | {f"{_SERIAL}.1.1": state}


def test_a_module_names_itself_beside_its_readings(play: Play) -> None:
    """The serial table: vendor, part number, serial number."""
    reading = _read_new(play, _ddmi(_RAW, _WORDS) | _module(1, b"ZyXEL   "))

    found = _light(reading)
    assert (found.vendor, found.part_number, found.serial_number) == ("ZyXEL",) * 3
    assert found.rx_power == pytest.approx(-7.3)


def test_a_module_without_diagnostics_says_so(play: Play) -> None:
    """OkWithoutDdm(2) beside zeros is not dark (O6, O9)."""
    reading = _read_new(play, _ddmi(dict.fromkeys(_RAW, 0), _WORDS) | _module(2, b"ZyXEL"))

    found = _light(reading)
    assert found.light is Dark.NO_DIAGNOSTICS
    assert found.vendor == "ZyXEL"


def test_nonoperational_without_a_name_is_no_module(play: Play) -> None:
    """An empty cage; with a name it is a module that does not work."""
    empty = _read_new(play, _module(3, b""))
    broken = _read_new(play, _module(3, b"ZyXEL"))

    assert _light(empty).light is Dark.NO_MODULE
    assert _light(broken) == Transceiver(vendor="ZyXEL", part_number="ZyXEL", serial_number="ZyXEL")


@pytest.mark.parametrize("model", [47, 55])
@pytest.mark.parametrize("port", [None, 1])
def test_an_old_model_has_its_own_tree(play: Play, model: int, port: int | None) -> None:
    """MGS-3712 and GS2200-24; without descriptions the type counts, as SFF-8472 orders them."""
    entry = f"{_OLD}.{model}.117.2.1.7"
    cells = {f"{entry}.1.{kind}": value for kind, value in _RAW.items()}

    reading = play(cells, sys_object_id=f"{_OLD}.{model}", port=port)

    assert _numbers(_light(reading)) == pytest.approx(_READ)


def test_zeros_without_words_are_no_module(play: Play) -> None:
    """Nothing tells an empty cage of zeros from a dark module there (O9)."""
    cells = {f"{_OLD}.47.117.2.1.7.1.{kind}": 0 for kind in _RAW}

    reading = play(cells, sys_object_id=f"{_OLD}.47")

    assert reading.ports[1].transceiver is None


def test_a_described_row_is_not_read_by_its_type(play: Play) -> None:
    """An unknown word stays unknown; the row beside it without a word is told by its type."""
    cells = {
        f"{_OLD}.47.117.2.1.7.1.1": 3661,
        f"{_OLD}.47.117.2.1.7.1.5": -730,
        f"{_OLD}.47.117.2.1.8.1.5": b"Optical Return Loss",
    }

    reading = play(cells, sys_object_id=f"{_OLD}.47")

    assert _light(reading) == Transceiver(temperature=Celsius(3661 * 0.01))


@pytest.mark.parametrize(
    ("sys_object_id", "sys_descr", "cells", "driver"),
    [
        (_ZYXEL, "GS1900-8", {}, "zyxel_zynos"),
        (_ZYXEL, "ZyXEL XMG1915-10EP", {}, "zyxel_zynos"),
        ("1.3.6.1.4.1.890.1.5", "MES-3528", {}, "zyxel_zynos"),
        (_ZYXEL, "NWA1123-AC", {}, "generic"),
        (f"{_OLD}.47", "MGS-3712", {}, "zyxel_mgs3712"),
        (f"{_OLD}.20", "GS-4012F", {}, "zyxel_gs4012f"),
        (f"{_OLD}.51", "MES-3528", {}, "zyxel_zynos_old_tree"),
        (f"{_OLD}.51", "MES-3528", _MODEL, "zyxel_zynos_new_tree"),
    ],
)
def test_a_shared_sys_object_id_needs_another_word(
    play: Play, sys_object_id: str, sys_descr: str, cells: dict[str, Cell], driver: str
) -> None:
    """890.1.15 says Zyxel only; an old id with new software shows itself by the new tree."""
    reading = play(cells, sys_object_id=sys_object_id, sys_descr=sys_descr)

    assert reading.driver == driver


@pytest.mark.parametrize("index", [f"900.{_MAC}", f"900.6.{_MAC}"])
def test_a_mac_is_the_end_of_its_index_and_the_vlan_its_start(play: Play, index: str) -> None:
    """GS1900 puts the length of the MAC between them (F7); the FdbId is the VLAN (F6)."""
    reading = _read_new(play, {f"{_FDB}.{index}": 1})

    assert reading.ports[1].macs == (MacEntry(mac="00:11:22:33:44:55", vlan=900),)


def test_bindings_of_ip_source_guard_are_leases_if_dhcp_made_them(play: Play) -> None:
    """Address, VLAN and MAC are in the index; static(1) is no lease, 0 s has no end."""
    rows = {
        f"192.0.2.9.50.{_MAC}": (3600, 2, 1),
        f"192.0.2.8.50.{_MAC}": (0, 2, 1),
        f"192.0.2.7.50.{_MAC}": (0, 1, 0),
    }
    cells = {
        f"{_IPSG}.{column}.{index}": value
        for index, row in rows.items()
        for column, value in zip((4, 5, 6), row, strict=True)
    }

    reading = _read_new(play, cells)

    assert reading.parts[Fact.LEASES].state is State.OK
    assert reading.ports[1].leases == (
        Lease(address="192.0.2.8", mac="00:11:22:33:44:55", vlan=50),
        Lease(
            address="192.0.2.9",
            mac="00:11:22:33:44:55",
            vlan=50,
            end=_NOW + timedelta(hours=1),
        ),
    )


@pytest.mark.parametrize("model", [20, 47, 55])
def test_an_old_model_tells_its_bindings(play: Play, model: int) -> None:
    """DhcpSnpBindTable: MAC and VLAN in the index, dynamic(2)."""
    entry = f"{_OLD}.{model}.100.3.1"
    row: dict[int, Cell] = {3: bytes((192, 0, 2, 9)), 4: 3600, 5: 2, 6: 1}

    reading = play(
        {f"{entry}.{n}.{_MAC}.50": cell for n, cell in row.items()}, sys_object_id=f"{_OLD}.{model}"
    )

    assert reading.ports[1].leases == (
        Lease(
            address="192.0.2.9",
            mac="00:11:22:33:44:55",
            vlan=50,
            end=_NOW + timedelta(hours=1),
        ),
    )


def test_a_membership_is_told_once(play: Play) -> None:
    """The record of a port and the bitmap of the group are one membership."""
    cells: dict[str, Cell] = {
        f"{_ZYXEL}.3.31.2.1.1.5.50.1.239.1.2.3": 260,
        f"{_ZYXEL}.3.31.2.7.1.1.4.50.239.1.2.3": b"\x80",
    }

    reading = _read_new(play, cells)

    assert reading.ports[1].groups == (Group(address="239.1.2.3", vlan=50),)


@pytest.mark.parametrize("port", [None, 1])
def test_a_rate_counts_while_it_is_enabled(play: Play, port: int | None) -> None:
    """Each rate has a state beside it, and the switch has one for all."""
    row = {1: 1, 2: 10_000, 3: 2, 4: 20_000, 5: 1, 6: 100_000}
    cells = {f"{_RATE}.{n}.1": value for n, value in row.items()}

    enabled = _read_new(play, cells | {f"{_ZYXEL}.3.72.1.1.0": 1}, port=port)
    disabled = _read_new(play, cells | {f"{_ZYXEL}.3.72.1.1.0": 2}, port=port)

    assert enabled.ports[1].shaping == (
        Shaping(queue="in", cir=_Kbit(10_000)),
        Shaping(queue="out", pir=_Kbit(100_000)),
    )
    assert disabled.ports[1].shaping == ()


@pytest.mark.parametrize(
    ("model", "row", "rates"),
    [
        (
            47,
            {2: 20_000, 3: 100_000, 4: 10_000, 5: 1, 6: 1, 7: 1},
            [(10_000, 20_000), (None, 100_000)],
        ),
        (55, {2: 20_000, 3: 100_000, 5: 1, 6: 1}, [(None, 20_000), (None, 100_000)]),
        (20, {2: 10_000, 3: 20_000, 4: 100, 5: 1, 6: 1, 7: 1}, [(10_000, 20_000), (None, 100_000)]),
    ],
)
def test_an_old_model_has_its_own_columns_and_units(
    play: Play, model: int, row: dict[int, int], rates: list[tuple[int | None, int]]
) -> None:
    """The egress rate of the GS-4012F is in Mbit/s, all others are in kbit/s."""
    cells = {f"{_OLD}.{model}.2.2.1.{n}.1": value for n, value in row.items()}

    reading = play(cells | {f"{_OLD}.20.2.1.0": 1}, sys_object_id=f"{_OLD}.{model}")

    assert [(x.cir, x.pir) for x in reading.ports[1].shaping] == rates


def test_the_element_says_what_it_is(play: Play) -> None:
    """The date behind the version is no version."""
    own = {
        f"{_ZYXEL}.3.1.6.0": b"V4.70(ABBI.2) | 12/17/2021",
        f"{_ZYXEL}.3.1.12.0": b"S182L35001343",
    }

    device = _read_new(play, _MODEL | own).device

    assert device is not None
    assert (device.vendor, device.model) == ("Zyxel", "XGS4600-32F")
    assert (device.firmware, device.serial_number) == ("V4.70(ABBI.2)", "S182L35001343")
