"""Cells become values in a unit, or nothing: sentinels and slips of agents stop here."""

from __future__ import annotations

import math
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from techinfo.driver import (
    Convert,
    Dark,
    celsius,
    counter,
    date_and_time,
    dbm,
    decode_text,
    integer,
    ipv4,
    is_one_of,
    kilobits,
    lanes,
    mac,
    milliamperes,
    numbers_in,
    octets,
    one_of,
    ont_serial,
    power_of_watts,
    power_text,
    raw_text,
    signed,
    text,
    vlan,
    volts,
    watts,
)
from techinfo.driver.convert import number_in
from techinfo.wire import Cell

_AT_TEN = b"\x07\xea\x09\x1e\x0a\x0f\x14\x00"
_CELLS = st.one_of(
    st.integers(-(1 << 70), 1 << 70),
    st.binary(max_size=60),
    st.text(max_size=40).map(str.encode),
    st.tuples(st.integers(0, 1 << 32)),
)
_NUMERIC = st.text("0123456789.,-+eE xdBmWuµμn()/%", max_size=20).map(str.encode)


@pytest.mark.parametrize(
    ("cell", "expected"),
    [
        (b"-10.15 dBm", -10.15),
        (b"0.00 mW (-23.19 dBm)", -23.19),
        (b"-23.19dBm", -23.19),
        (b"2.5 dBm / 1.78 mW", 2.5),
        (b"0.251200 mW", -6.0),
        (b"251.2 uW", -6.0),
        ("251.2 µW".encode(), -6.0),
        ("251.2 μW".encode(), -6.0),
        ("251.2 µW".encode("latin-1"), -6.0),
        (b"1e-3 W", 0.0),
        (b"No Power", Dark.NO_LIGHT),
        (b"no light", Dark.NO_LIGHT),
        (b"-Inf dBm", Dark.NO_LIGHT),
        (b"-45.00 dBm", Dark.NO_LIGHT),
        (b"0.00 mW", Dark.NO_LIGHT),
        (b"not-available", None),
        (b"N/A", None),
        (b"NULL", None),
        (b"-", None),
        (b"", None),
        (b"3.2 dB", None),
        (b"61.2 dBm", None),
        (-10, None),
    ],
)
def test_o5_power_in_text_is_read_by_its_unit(cell: Cell, expected: float | Dark | None) -> None:
    """The bracketed dBm wins over a rounded mW; words for darkness are darkness."""
    found = power_text(cell)

    assert found == (pytest.approx(expected, abs=0.01) if isinstance(expected, float) else expected)


@pytest.mark.parametrize(
    "cell", [b"-1,5 dBm", b"-1,05 dBm", b"- 3.2 dBm", b"1.2.3 dBm", b"0x80000000 dBm"]
)
def test_half_a_number_is_no_number(cell: Cell) -> None:
    """Of a number in a form that is not understood no part is taken for it."""
    assert power_text(cell) is None


@pytest.mark.parametrize(
    ("cell", "expected"),
    [
        (b"53.313 C", 53.313),
        (b" 41.5(A+)", 41.5),
        (b"-5", -5.0),
        (b"4.1e1", 41.0),
        (b"53,3 C", None),
        (b"0x1F", None),
        (b"1.2.3", None),
        (b"C 53", None),
        (25, 25.0),
        (-255, None),
        (2147483647, None),
        (4294967168, None),
        ((1, 3), None),
    ],
)
def test_a_leading_number_is_taken_whole(cell: Cell, expected: float | None) -> None:
    """Units and alarm letters may follow (SNR); commas and hex are another notation."""
    assert celsius()(cell) == expected


@pytest.mark.parametrize(
    ("scale", "raw", "special", "expected"),
    [
        (0.01, -4000, None, Dark.NO_LIGHT),  # Huawei NE and AR
        (0.01, -3699, None, -36.99),
        (0.001, -40000, None, Dark.NO_LIGHT),  # Raisecom
        (0.001, -1000000, None, None),  # its floor
        (0.01, -65535, None, None),  # BDCOM
        (1.0, -99999999, {-99999999: Dark.NO_LIGHT}, Dark.NO_LIGHT),  # HP ProCurve
        (0.01, 2147483647, None, None),  # Comware, SmartAX
        (0.01, 0, {0: None}, None),  # Juniper without an optic
        (0.001, -10150, None, -10.15),
        (1.0, b"-1", {-1: None}, None),
        (1.0, b"-Inf", None, Dark.NO_LIGHT),
        (1.0, b"-588.89", None, None),
        (0.01, b"-588.89", None, -5.8889),
        (1.0, b"-information", None, None),
    ],
)
def test_sentinels_of_decibels_never_become_levels(
    scale: float, raw: Cell, special: dict[int, Dark | None] | None, expected: float | Dark | None
) -> None:
    """Field notes, list of sentinels: no module and no light are not numbers."""
    found = dbm(scale, special)(raw)

    assert found == (pytest.approx(expected) if isinstance(expected, float) else expected)


@pytest.mark.parametrize(
    ("scale", "raw", "expected"),
    [
        (1e-6, 0, Dark.NO_LIGHT),  # O2: never 0 dBm
        (1e-7, 1, Dark.NO_LIGHT),  # TiMOS
        (1e-6, 500, -3.0103),
        (1e-6, -1, None),  # Huawei S: no module
        (1e-3, b"0.251200", -6.0),  # JetStream
        (1e-3, b"no light", Dark.NO_LIGHT),
        (1e-6, 2147483647, None),
        (1e-9, 1, Dark.NO_LIGHT),
    ],
)
def test_o2_zero_watts_are_no_light(scale: float, raw: Cell, expected: float | Dark | None) -> None:
    """A linear level becomes dBm; less than the 0.1 uW of SFF-8472 is no light."""
    found = watts(scale)(raw)

    assert found == (pytest.approx(expected, abs=0.01) if isinstance(expected, float) else expected)


@pytest.mark.parametrize(
    ("convert", "raw", "expected"),
    [
        (celsius(1 / 256), 9216, 36.0),
        (milliamperes(0.001), 6100, 6.1),
        (milliamperes(), -1, None),
        (volts(0.001), 3300, 3.3),
        (volts(0.001), 0, None),
        (volts(1e-6), b"3300000", 3.3),
        (signed(32, celsius()), 4294967168, None),  # MikroTik SwOS: -128 read as unsigned
        (signed(16, celsius(1 / 256)), 0xF600, -10.0),
        (signed(16, celsius()), b"21", 21.0),
    ],
)
def test_scales_make_units(convert: Convert[float], raw: Cell, expected: float | None) -> None:
    """A temperature, a current, a voltage; none of what no module can have."""
    found = convert(raw)

    assert found == (pytest.approx(expected) if expected is not None else None)


@pytest.mark.parametrize("blank", [b"", b"  ", b"N/A", b"--", b"\xff" * 16, b"\x00\x00", b"none"])
def test_blank_words_are_no_name(blank: bytes) -> None:
    """An EEPROM that was never written, and agents that have a word for nothing (A16)."""
    assert text(blank) is None


def test_text_is_cleaned() -> None:
    """A16: NUL padding, blanks, a Latin-1 octet, bytes that no screen shows."""
    assert text(b"FTLX1471D3BCL\x00\x00  ") == "FTLX1471D3BCL"
    assert text(b"OEM\xff\xff\xff") == "OEM"
    assert text(b"M\x1b[31mS") == "MS"
    assert decode_text(b"Sk\xe5ne") == decode_text("Skåne".encode()) == "Skåne"
    assert raw_text(b"N/A") == "N/A"
    assert text(5) is None


@pytest.mark.parametrize(
    ("cell", "expected"),
    [
        (b"\x00\x1b\x21\x0a\x0b\x0c", "00:1B:21:0A:0B:0C"),
        (b"00-1b-21-0a-0b-0c", "00:1B:21:0A:0B:0C"),
        (b"001b.210a.0b0c", "00:1B:21:0A:0B:0C"),
        (b"0:1b:21:a:b:c", "00:1B:21:0A:0B:0C"),
        (b"001B210A0B0C", "00:1B:21:0A:0B:0C"),
        (0x001B210A0B0C, "00:1B:21:0A:0B:0C"),
        (b"Broadcom NetXtreme 578", None),
        (b"a decaf bead", None),
        (b"\x00\x1b\x21", None),
        (0, None),
        (1 << 48, None),
        (-1, None),
    ],
)
def test_addresses_in_all_their_spellings(cell: Cell, expected: str | None) -> None:
    """Octets, text with or without padding, an INTEGER (Icotera); words are no address."""
    assert mac(cell) == expected


@pytest.mark.parametrize(
    ("cell", "expected"),
    [
        (b"\xc0\x00\x02\x07", "192.0.2.7"),
        (b"192.0.2.7", "192.0.2.7"),
        (b"192.000.002.007", "192.0.2.7"),
        (b"\x00\x00\x00\x00", None),
        (b"0.0.0.0", None),
        (b"192.0.2.256", None),
        ("١٩٢.0.2.7".encode(), None),
        (3221225991, None),
    ],
)
def test_ipv4_in_its_spellings(cell: Cell, expected: str | None) -> None:
    """Octets or text; nothing is not an address."""
    assert ipv4(cell) == expected


def test_f16_only_tags_are_vlans() -> None:
    """VLAN 0 is the CPU port, 4155 an internal number of MES3124F."""
    found = [vlan(n) for n in (0, 1, 4094, 4095, 4155, -1)]

    assert found == [None, 1, 4094, None, None, None]


def test_numbers_words_and_octets_keep_their_kind() -> None:
    """A cell of another type than the column's is no value, but digits in a text are a number."""
    assert integer(b" 42 ") == 42
    assert integer(b"42 C") is None
    assert integer("\uff14\uff12".encode()) is None
    assert counter(1 << 64) is counter(-1) is counter(b"1 C") is None
    assert counter(b"17841617713") == 17841617713
    assert octets(b"\x80") == b"\x80"
    assert octets(1) is None
    assert one_of({1: True}, "")(2) is one_of({1: True}, "")(b"up") is None
    assert one_of({1: True}, "")(b"1") is is_one_of(frozenset({1}), "")(b"1") is True
    assert is_one_of(frozenset({1, 3}), "")(2) is False
    assert kilobits(1000)(100) == 100_000
    assert kilobits()(0) is None
    assert numbers_in(b"1.5 of -2") == (1.5, -2.0)


def test_o7_lanes_stand_in_one_text() -> None:
    """Huawei: one reading for each lane; a lane without light is one of them."""
    found = list(lanes(dbm(0.01))(b"-588.89,-Inf, ,-210") or ())

    assert found == [pytest.approx(-5.8889), Dark.NO_LIGHT, None, pytest.approx(-2.1)]
    assert lanes(dbm())(b"") is lanes(dbm())(5) is None


@pytest.mark.parametrize(
    ("value", "kept"),
    [(-1.0, -1.0), (2.0, 2.0), (0, 0), (-1.001, None), (2.001, None), (math.inf, None)],
)
def test_a_range_holds_both_its_ends(value: float, kept: float | None) -> None:
    """What is no number is in none."""
    assert number_in(-1, 2, value) == kept
    assert number_in(-1, 2, math.nan) is None
    assert number_in(-math.inf, math.inf, math.inf) is None


@pytest.mark.parametrize(
    ("made", "name"),
    [
        (lambda: dbm(0.01), "dBm x 0.01"),
        (lambda: watts(1e-7), "W x 1e-07"),
        (lambda: celsius(), "C x 1"),
        (lambda: milliamperes(0.002), "mA x 0.002"),
        (lambda: volts(0.0001), "V x 0.0001"),
        (lambda: signed(16, celsius(0.1)), "signed 16 bit, C x 0.1"),
        (lambda: lanes(dbm()), "lanes of dBm x 1"),
    ],
)
def test_a_conversion_says_what_a_cell_holds(
    made: Callable[[], Convert[object]], name: str
) -> None:
    """As whoever reads a driver reads it."""
    assert made().name == name


def test_no_text_makes_many_lanes() -> None:
    """An agent's text may be 64 KB long; no module has more than 16 lanes."""
    found = lanes(dbm())(b"-1," * 20_000)

    assert found is not None
    assert len(found) <= 16


@given(cell=_CELLS | _NUMERIC, scale=st.sampled_from([1.0, 0.1, 0.01, 0.001, 1e-6, 1e-7, 1 / 256]))
def test_no_cell_raises_or_leaves_physics(cell: Any, scale: float) -> None:
    """Whatever an agent answers, a value is one that a module can have."""
    powers = [dbm(scale)(cell), watts(scale)(cell), power_text(cell), signed(32, dbm(scale))(cell)]
    for power in (*powers, *(lanes(dbm(scale))(cell) or ())):
        assert power is None or isinstance(power, Dark) or -40 < power <= 20
    for convert, low, high in (
        (celsius(scale), -60, 150),
        (milliamperes(scale), 0, 1000),
        (volts(scale), 0.5, 20),
    ):
        value = convert(cell)
        assert value is None or low <= value <= high
    assert (found := mac(cell)) is None or len(found) == 17
    assert (tag := vlan(cell)) is None or 1 <= tag <= 4094
    assert (words := text(cell)) is None or words.isprintable()
    assert ipv4(cell) is None or isinstance(cell, bytes)
    assert all(n == n for n in numbers_in(cell))


@given(power=st.floats(min_value=-39.9, max_value=20))
def test_watts_and_decibels_agree(power: float) -> None:
    """10 log10 of milliwatts is what it says."""
    found = power_of_watts(10 ** (power / 10) / 1000)

    assert isinstance(found, float)
    assert math.isclose(found, power, abs_tol=1e-6)


@pytest.mark.parametrize(
    ("cell", "expected"),
    [
        (b"HWTC\x12\x34\xab\xcd", "HWTC1234ABCD"),
        (b"HWTC1234abcd", "HWTC1234ABCD"),
        (b"485754431234ABCD", "HWTC1234ABCD"),
        (b"1,ZTEGC0FFEE01", "ZTEGC0FFEE01"),
        (b"HWTC:1234ABCD", "HWTC1234ABCD"),
        (b"\x00\x00\x00\x00\x00\x00\x00\x00", None),
        (b"N/A", None),
        (b"", None),
        (7, None),
    ],
)
def test_a_serial_of_an_ont_is_letters_and_octets(cell: Cell, expected: str | None) -> None:
    """G.984.3: the maker, then four octets, however the OLT writes them."""
    assert ont_serial(cell) == expected


@pytest.mark.parametrize(
    ("cell", "expected"),
    [
        (
            b"\x07\xea\x09\x1e\x0a\x0f\x14\x00+\x02\x00",
            datetime(2026, 9, 30, 8, 15, 20, tzinfo=UTC),
        ),
        (
            b"\x07\xea\x09\x1e\x0a\x0f\x14\x00-\x03\x1e",
            datetime(2026, 9, 30, 13, 45, 20, tzinfo=UTC),
        ),
        (_AT_TEN, None),
        (b"\x07\xb2\x01\x01\x00\x00\x00\x00+\x00\x00", None),
        (b"\x00" * 11, None),
        (b"\x07\xea\x0d\x1e\x0a\x0f\x14\x00+\x02\x00", None),
        (_AT_TEN + b"+\xff\xff", None),
        (12, None),
    ],
)
def test_a_date_counts_with_its_zone(cell: Cell, expected: datetime | None) -> None:
    """DateAndTime of SNMPv2-TC; without a zone, or of a clock that was never set, it is none."""
    assert date_and_time(cell) == expected
