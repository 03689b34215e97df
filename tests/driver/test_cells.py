"""Values that stand in a row's index."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from techinfo.driver import (
    index_at,
    index_octets,
    index_string,
    integer,
    ip_address,
    mac,
    octets,
    raw_text,
)
from techinfo.wire import Index


@pytest.mark.parametrize(
    ("position", "index", "expected"),
    [(0, (7, 8), 7), (1, (7, 8), 8), (-1, (7, 8), 8), (2, (7, 8), None), (-3, (7, 8), None)],
)
def test_one_part_of_the_index(position: int, index: Index, expected: int | None) -> None:
    """Counted from either end; one that is not there is nothing."""
    assert index_at(position, integer).take(index) == expected


@pytest.mark.parametrize(
    ("start", "index", "expected"),
    [
        (-6, (10, 0, 27, 33, 10, 11, 12), "00:1B:21:0A:0B:0C"),
        (-6, (10, 6, 0, 27, 33, 10, 11, 12), "00:1B:21:0A:0B:0C"),  # F7: a leading length
        (-6, (0, 27, 33, 10, 11, 12), "00:1B:21:0A:0B:0C"),
        (1, (10, 0, 27, 33, 10, 11, 12), "00:1B:21:0A:0B:0C"),
        (-6, (27, 33, 10, 11, 12), None),
        (-6, (10, 0, 27, 33, 10, 11, 256), None),
        (3, (10, 0, 27, 33, 10, 11, 12), None),
    ],
)
def test_f7_octets_of_the_index(start: int, index: Index, expected: str | None) -> None:
    """The last six are the address, whatever stands before; no octet is above 255."""
    part = index_octets(start, 6, mac).take(index)

    assert (mac(part) if part is not None else None) == expected


@pytest.mark.parametrize(
    ("index", "expected"),
    [
        ((9, 4, 192, 0, 2, 7), "192.0.2.7"),
        ((9, 16, 0x20, 1, 0xD, 0xB8, *(0,) * 11, 1), "2001:db8::1"),
        ((9, 4, 192, 0, 2), None),
        ((9, 4, 192, 0, 2, 700), None),
        ((9, 4294967295, 1), None),
        ((9,), None),
    ],
)
def test_octets_after_their_length(index: Index, expected: str | None) -> None:
    """InetAddress and strings that are not IMPLIED (RFC 2578, 7.7)."""
    part = index_string(1, ip_address).take(index)

    assert (ip_address(part) if part is not None else None) == expected


def test_a_name_in_the_index() -> None:
    """A string's octets are its sub-identifiers."""
    index = (3, *b"ge1", 5)

    assert index_string(0, raw_text).take(index) == b"ge1"


@given(
    index=st.lists(st.integers(0, 0xFFFFFFFF), max_size=12).map(tuple),
    start=st.integers(-9, 9),
    length=st.integers(0, 20),
)
def test_no_index_makes_a_reader_fail(index: Index, start: int, length: int) -> None:
    """What is not there is nothing."""
    taken = [
        index_at(start, integer).take(index),
        index_octets(start, length, octets).take(index),
        index_string(max(0, start), octets).take(index),
    ]

    assert all(part is None or isinstance(part, int | bytes) for part in taken)
