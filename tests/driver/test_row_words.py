"""The words for what many makers' tables have in common."""

from __future__ import annotations

from typing import Any

import pytest

import techinfo.driver as d
from techinfo.wire import Cell

_READINGS = {"temperature": 0.0, "tx_power": 0.0, "serial_number": "X1"}


def test_rate_limits_are_a_table_for_each_direction() -> None:
    """What comes from the customer is in; the committed rate is of that direction."""
    columns = [d.Column(f"1.3.6.1.4.1.99999.{n}", d.kilobits()) for n in (1, 2, 3)]

    into, out = d.rate_limits(
        "MIB", ingress=columns[0], egress=columns[1], committed=columns[2], port=d.BRIDGE_PORT
    )

    assert (into.pir, into.cir, out.pir, out.cir) == (columns[0], columns[2], columns[1], None)
    assert [t.row and t.row({"pir": 1}) for t in (into, out)] == [
        {"queue": "in", "pir": 1},
        {"queue": "out", "pir": 1},
    ]
    assert {t.port for t in (into, out)} == {d.BRIDGE_PORT}


def test_a_direction_that_nobody_tells_has_no_table() -> None:
    """One column, one table."""
    (only,) = d.rate_limits("MIB", egress=d.Column("1.3.6.1.4.1.99999.1", d.kilobits()))

    assert only.row is d.egress


def test_readings_of_a_row_that_measures_nothing_are_none() -> None:
    """Zeros and blanks; what is no reading stays, and so does darkness that is told."""
    measured = d.measured("temperature", "rx_power")

    assert measured(_READINGS) == {"serial_number": "X1"}
    assert measured({**_READINGS, "temperature": 41.0})["tx_power"] == 0.0
    assert measured({**_READINGS, "rx_power": d.Dark.NO_LIGHT})["tx_power"] == 0.0


def test_a_module_that_names_itself_is_there() -> None:
    """Whatever the state of its cage says; a nameless one is what the cage says."""
    named, nameless = {"vendor": "A", "present": False}, {"present": False}

    assert d.absent_if_nameless(named) == {"vendor": "A"}
    assert d.absent_if_nameless(nameless) == nameless
    assert d.absent_if_nameless({"vendor": "A", "present": True})["present"] is True
    assert d.present_if_named(named)["present"] is True
    assert d.present_if_named(nameless) == nameless


@pytest.mark.parametrize(
    ("cell", "expected"),
    [(b"\x01", True), (b"\x80", True), (b"\x40", False), (b"", None), (1, None)],
)
def test_bits_are_counted_from_the_high_one(cell: Cell, expected: bool | None) -> None:
    """0 is 0x80 of the first octet, 7 its 0x01 (RFC 2578)."""
    assert d.any_bit(0, 7)(cell) is expected
    assert d.any_bit(8)(b"\x00\x80") is True
    assert d.any_bit(8)(b"\xff") is False


def test_a_part_of_a_text_is_taken_by_its_pattern() -> None:
    """The first group, or all that fits; what does not fit is none."""
    assert d.first_word(b"RAX711-C P100R001") == "RAX711-C"
    assert d.matching(r"^1/0/(\d+)$", d.integer)(b"1/0/25") == 25
    assert d.matching(r"^1/0/(\d+)$", d.integer)(b"2/0/25") is None
    assert d.matching(r"V\d+R\d+", d.text)("Version V200R012 \u00e9".encode()) == "V200R012"
    assert d.first_word(7) is None


def test_a_group_that_took_no_part_is_no_value() -> None:
    """Of an alternative that has none, or a part that may be missing."""
    either = d.matching(r"software (?:v(\d+)|unknown)", d.integer)

    assert either(b"software v12") == 12
    assert either(b"software unknown") is None


def test_a_level_has_its_unit_or_is_a_bare_number() -> None:
    """A unit that is told is believed before the one of the column."""
    level = d.power_text_or(d.watts(1e-3))

    assert level(b"-4.58 dBm high alarm") == pytest.approx(-4.58)
    assert level(b"1.0") == pytest.approx(0)
    assert level(b"-") is None


def _of_index(source: d.FromIndex[Any] | d.Column[Any] | None, index: d.Index) -> object:
    assert isinstance(source, d.FromIndex)
    cell = source.take(index)
    return None if cell is None else source.convert(cell)


def test_a_bitmap_of_ports_stands_after_the_vlan_and_the_group() -> None:
    """The four octets after the VLAN are the group, if the maker has nothing else there."""
    column, index = "1.3.6.1.4.1.99999.1", (602, 239, 1, 2, 3, 9)

    usual = d.group_bitmaps("MIB", column)
    other = d.group_bitmaps("MIB", column, d.index_at(5, d.number_text))

    assert usual.port.by is d.PortBy.BRIDGE_PORT_BITMAP
    assert [_of_index(source, index) for source in (usual.vlan, usual.address)] == [
        602,
        "239.1.2.3",
    ]
    assert _of_index(other.address, index) == "9"
