"""Frames: what is packed comes out again, and what is damaged is found out."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from techinfo.history.change import Change
from techinfo.history.epochs import Why
from techinfo.history.frames import Sample, packed, unpacked, without
from techinfo.model import Flow
from techinfo.units import Dark, Dbm, Power

END = datetime(2026, 10, 1, 12, 0, tzinfo=UTC)
counts = st.none() | st.integers(0, (1 << 63) - 2)
flows = st.builds(
    Flow, bytes=counts, unicast=counts, multicast=counts, errors=counts, crc_errors=counts
)
powers: st.SearchStrategy[Power | None] = (
    st.none()
    | st.just(Dark.NO_LIGHT)
    | st.integers(-9000, 2000).map(lambda hundredths: Dbm(hundredths / 100))
)
samples = st.builds(
    Sample,
    port=st.integers(1, 1 << 40),
    change=st.builds(
        Change,
        begin=st.integers(0, 10_000_000).map(lambda ms: END - timedelta(milliseconds=ms)),
        end=st.just(END),
        seconds=st.integers(0, 10_000_000).map(lambda ms: ms / 1000),
        input=flows,
        output=flows,
        why=st.sampled_from([None, *Why]),
    ),
    up=st.sampled_from([None, True, False]),
    up_s=st.integers(0, 10_000_000).map(lambda ms: ms / 1000),
    down_s=st.integers(0, 10_000_000).map(lambda ms: ms / 1000),
    losses=st.integers(0, 1000),
    rx=powers,
    tx=powers,
)


@given(st.lists(samples, max_size=5, unique_by=lambda one: one.port))
def test_what_is_packed_comes_out(told: list[Sample]) -> None:
    """All of it, with what is unknown still unknown."""
    chunk = packed(END, told) + packed(END + timedelta(minutes=5), [])

    (end, found), (later, none) = unpacked(chunk)

    assert (end, later, none) == (END, END + timedelta(minutes=5), [])
    assert found == sorted(told, key=lambda one: one.port)


@given(st.lists(samples, min_size=2, max_size=5, unique_by=lambda one: one.port))
def test_one_port_is_read_or_erased_by_itself(told: list[Sample]) -> None:
    """Of a frame of many."""
    chunk = packed(END, told)

    ((_, found),) = unpacked(chunk, told[0].port)
    ((_, left),) = unpacked(without(chunk, [told[0].port]))

    assert found == [told[0]]
    assert left == sorted(told[1:], key=lambda one: one.port)


@given(st.lists(samples, min_size=1, max_size=3, unique_by=lambda one: one.port), st.data())
def test_a_damaged_frame_is_an_error(told: list[Sample], data: st.DataObject) -> None:
    """Never another value, where zlib's own sum has it; never anything but a ValueError."""
    chunk = packed(END, told)
    at = data.draw(st.integers(16, len(chunk) - 1))

    with pytest.raises(ValueError, match="frame"):
        list(unpacked(chunk[:at]))


def test_a_frame_that_would_fill_the_memory_is_refused() -> None:
    """A head can say anything."""
    chunk = bytearray(packed(END, []))
    chunk[12:16] = b"\xff\xff\x2a\x00"

    with pytest.raises(ValueError, match="frame"):
        list(unpacked(bytes(chunk)))
