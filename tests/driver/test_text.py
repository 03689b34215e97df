"""Octets of agents as text."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from techinfo.driver.text import decode_lines, decode_text, is_eeprom_text


@pytest.mark.parametrize(
    ("raw", "told"),
    [
        ("Åkerö 7".encode(), "Åkerö 7"),
        ("Åkerö 7".encode("latin-1"), "Åkerö 7"),
        ("Smørgård, øst".encode("latin-1"), "Smørgård, øst"),
        ("Åkerö".encode("utf-16-le"), "Åkerö"),
        ("Åkerö".encode("utf-16-be"), "Åkerö"),
        (b"\xff\xfe" + "Åkerö".encode("utf-16-le"), "Åkerö"),
        (b"\xfe\xff" + "Åkerö".encode("utf-16-be"), "Åkerö"),
        (b"\xff\xfe" + "Кабель 4".encode("utf-16-le"), "Кабель 4"),
        (b"\xfe\xff" + "光纤".encode("utf-16-be"), "光纤"),
        ("port 12".encode("utf-16-le") + b"\0\0", "port 12"),
        ("port 12 \N{EN DASH} lgh 3".encode("utf-16-le"), "port 12 \N{EN DASH} lgh 3"),
        ("Åker".encode("utf-16-le") + b"\xf6", "Åker"),
        (b"\xef\xbb\xbfKund 7", "Kund 7"),
    ],
)
def test_whatever_encoding_a_text_is_in_it_is_read(raw: bytes, told: str) -> None:
    """UTF-8, UTF-16 by its mark or by the NULs in it, else Latin-1."""
    assert decode_text(raw) == told


@pytest.mark.parametrize(
    ("raw", "told"),
    [
        ("Kund åäö".encode()[:-1], "Kund åä"),
        ("Kund å".encode()[:-1], "Kund"),
        ("Fastighet Ängen, hus ".encode() + b"\xc3", "Fastighet Ängen, hus"),
        ("光纤到户".encode()[:-1], "光纤到"),
        ("光纤到户".encode()[:-2], "光纤到"),
        ("Łódź \N{EN DASH} Zdrój 🙂".encode()[:-1], "Łódź \N{EN DASH} Zdrój"),
        ("Łódź \N{EN DASH} Zdrój 🙂".encode()[:-3], "Łódź \N{EN DASH} Zdrój"),
        ("Кабель к дому 7".encode()[:13], "Кабель"),
        ("é".encode() * 31 + b"\xc3", "é" * 31),
        ("Åkerö ".encode() + b"\xff" + "ång".encode(), "Åkerö ång"),
        ("Nybä".encode("latin-1"), "Nybä"),
        ("Skarå".encode("latin-1"), "Skarå"),
        ("Malmö".encode("latin-1"), "Malmö"),
    ],
)
def test_a_cut_tail_does_not_change_the_encoding(raw: bytes, told: str) -> None:
    """UTF-8 that an agent has cut is UTF-8 all the same; a last letter of Latin-1 stays."""
    assert decode_text(raw) == told


@pytest.mark.parametrize(
    ("raw", "told"),
    [
        (b"cust\x1b[31m7\x07\r\n", "cust7"),
        (b"\x1b]0;owned\x07port 1", "port 1"),
        (b"\x1b]8;;http://example.org\x1b\\port\x1b]8;;\x1b\\ 1", "port 1"),
        (b"\x1bcport 1", "port 1"),
        (b"\x1b(0port 1", "port 1"),
        (b"\x9b31mport 1", "port 1"),
        ("\x9b31mport 1".encode(), "port 1"),
        (b"cust \x96 7 \x80", "cust \ufffd 7 \ufffd"),
        ("Åkerö".encode("cp850"), "\ufffdker\ufffd"),
        ("a\u202eb\u2066c\u200bd\ufeff".encode(), "abcd"),
        ("a\u2028b\u00a0c".encode(), "a b c"),
        (b"a\x7fb\x08c\x0bd", "abc d"),
        (b"first\r\nsecond\tthird", "first second third"),
        (b"\x1b[2J\x1b[H\x1b[1;1H", ""),
    ],
)
def test_nothing_that_controls_a_screen_passes(raw: bytes, told: str) -> None:
    """Control characters, old and new, DEL, escape sequences, marks of direction."""
    assert decode_text(raw) == told


@pytest.mark.parametrize(
    ("raw", "told"),
    [
        (b"cust7\0\0garbage", "cust7"),
        (b"\0\0cust7", "cust7"),
        (b"716GE\0\0\0\0", "716GE"),
        (b"A\0", "A"),
        (b"A\0\0\0", "A"),
        (b"\xff\xff\xff\xff", ""),
        (b"cust7\xff\xff\xff", "cust7"),
        (b"\0\0\0\0", ""),
        (b"", ""),
    ],
)
def test_padding_and_what_stands_behind_the_end_are_nothing(raw: bytes, told: str) -> None:
    """A NUL ends a text; 0xFF is what was never written."""
    assert decode_text(raw) == told


def test_the_ends_of_lines_can_be_kept() -> None:
    """For drivers, which look for what begins a line of sysDescr."""
    assert decode_lines(b"one\r\ntwo\nthree\x07") == "one\ntwo\nthree"


@given(st.binary(max_size=80))
def test_any_octets_become_something_that_can_be_printed(raw: bytes) -> None:
    """Whatever an agent sends: nothing raises, and no character controls anything."""
    told = decode_text(raw)

    assert told == told.strip()
    assert not {c for c in told if unicodedata.category(c)[0] == "C"}


@pytest.mark.parametrize(
    ("raw", "legible"),
    [
        (b"FTLX1471D3BCL   ", True),
        (b"FNS17282EL1\0\0\0\0\0", True),
        (b"OEM\xff\xff\xff\xff", True),
        (b"\xff" * 16, True),
        (b"", True),
        (b"F\xffB\xff4\xff0\xffB\xff", False),
        (b"AB\x01CD", False),
        (b"AB\0CD", False),
        (b"\xc2\xb5Fiber", False),
        (b"FIN\xc9SAR", False),
        (b"SN\x7f123", False),
        (b"\x80\x80\x80\x80", False),
    ],
)
def test_an_eeprom_is_ascii_or_unreadable(raw: bytes, legible: bool) -> None:
    """SFF-8472: printable ASCII, padded; what holds one other octet was read wrong."""
    assert is_eeprom_text(raw) is legible
