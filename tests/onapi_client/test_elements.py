"""A long array of JSON objects, piece by piece; and what is none."""

from __future__ import annotations

import json
import tracemalloc
from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from techinfo.onapi_client.server import MOST_OF_ONE, objects

_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=6,
)


def pieces(octets: bytes, size: int) -> Iterator[bytes]:
    """The same octets, divided anywhere."""
    return (octets[at : at + size] for at in range(0, len(octets), size))


@given(
    st.lists(st.dictionaries(st.text(), _VALUES, max_size=4), max_size=5),
    st.integers(1, 40),
    st.sampled_from([None, 2]),
    st.booleans(),
)
def test_every_array_of_objects_is_read_wherever_it_is_divided(
    told: list[dict[str, object]], size: int, indent: int | None, ascii_only: bool
) -> None:
    """Also in the middle of a character, and with any blanks between."""
    try:
        octets = json.dumps(told, indent=indent, ensure_ascii=ascii_only).encode()
    except UnicodeEncodeError:  # half a surrogate cannot be sent as itself
        octets = json.dumps(told, indent=indent).encode()

    assert list(objects(pieces(octets, size))) == told


@pytest.mark.parametrize(
    ("octets", "why"),
    [
        (b"", "not a JSON array"),
        (b"{}", "not a JSON array"),
        (b"<html>", "not a JSON array"),
        (b"[1]", "array of JSON objects"),
        (b"[[]]", "array of JSON objects"),
        (b'["x"]', "array of JSON objects"),
        (b"[{}", "neither"),
        (b"[{},]", "array of JSON objects"),
        (b"[{} {}]", "neither"),
        (b"[{}] x", "behind the array"),
        (b"[{}][{}]", "behind the array"),
        (b'[{"a": 1', "not JSON"),
        (b'[{"a": NaN}]', "NaN is no number"),
        (b'[{"a": -Infinity}]', "Infinity is no number"),
        (b'[{"a": \xff}]', "not UTF-8"),
        (b'[{"a": "\xc3', "not UTF-8"),
        (b'[{"a": ' + b"[" * 200_000, "nested too deeply"),
        (b'[{"a": ' + b'{"a":' * 200_000, "nested too deeply"),
        (b'[{"a": ' + b"9" * 10_000 + b"}]", "digits"),
        (b'[{"a": "' + b"x" * (MOST_OF_ONE + 70_000), "more than"),
    ],
)
def test_what_is_no_array_of_objects_is_refused(octets: bytes, why: str) -> None:
    """With words, and never with an error of another kind."""
    with pytest.raises(ValueError, match=why):
        list(objects(pieces(octets, 65536)))


def test_what_came_before_an_error_has_been_given() -> None:
    """The reader decides what to do with it."""
    told = objects([b'[{"a": 1}, {"a": 2}, nonsense'])

    assert next(told) == {"a": 1}
    assert next(told) == {"a": 2}
    with pytest.raises(ValueError, match="array of JSON objects"):
        next(told)


def test_a_long_array_takes_the_memory_of_one_object() -> None:
    """Three hundred thousand subscriptions are read in a few hundred kilobytes."""
    one = json.dumps({"subscriptionId": "x" * 36, "note": "y" * 200}).encode()

    def endless() -> Iterator[bytes]:
        yield b"[" + one
        for _ in range(3000):
            yield (b"," + one) * 100
        yield b"]"

    tracemalloc.start()
    count = sum(1 for _ in objects(endless()))
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()

    assert count == 300_001
    assert most < 2_000_000
