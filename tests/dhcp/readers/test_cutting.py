"""Octets cut into records, in whatever pieces; what is too long is dropped and counted."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest

from techinfo.dhcp.readers.cutting import Blocks, Leases, Lines, Statements
from techinfo.dhcp.readers.reader import MOST_RECORD, Cutter

LONG = b"x" * MOST_RECORD


def kept() -> Blocks:
    """Blocks that begin with their mark."""
    return Blocks(re.compile(rb"^--- ", re.MULTILINE), kept=True)


def ended() -> Blocks:
    """Blocks that end before theirs."""
    return Blocks(re.compile(rb"\n[ \t]*\r?\n"), kept=False)


def cut(cutter: Cutter, octets: bytes, piece: int = MOST_RECORD) -> list[bytes]:
    """The records of octets that come in pieces."""
    pieces = (octets[at : at + piece] for at in range(0, len(octets), piece))
    return [record for one in pieces for record in cutter.cut(one)]


@pytest.mark.parametrize("piece", [1, 2, 3, 7, 100])
@pytest.mark.parametrize(
    ("begin", "octets", "records", "rest"),
    [
        (Lines, b"ab\r\n\nc d\ne", [b"ab", b"c d"], b"e"),
        (Lines, b"", [], b""),
        (kept, b"--- a\nx\n--- b\ny\n--- c", [b"--- a\nx\n", b"--- b\ny\n"], b"--- c"),
        (kept, b"z\n--- a\n", [b"z\n"], b"--- a\n"),
        (ended, b"a\nb\n\nc\n \nd\n", [b"a\nb", b"c"], b"d\n"),
        (ended, b"\n\na\n\n", [b"a"], b""),
        (
            Statements,
            b'# a { b\nlease 1 {\n x "};"; on y {\n z; }\n}\nq r;\nlease 2 {\n x;\n',
            [b'lease 1 {\n x "};"; on y {\n z; }\n}', b"q r;"],
            b"lease 2 {\n x;",
        ),
        (
            Statements,
            b"lease 1 {\n x;\nlease 2 {\n}\n}\nq;\n",
            [b"lease 1 {\n x;", b"lease 2 {\n}", b"}", b"q;"],
            b"",
        ),
        (
            Leases,
            b'[{"arguments": {"x": {"a": 1}, "leases": [{"b": "}{"}, {"c": {"d": [2]}}]}},'
            b'{"arguments": {"leases": [{"e": "\\""}], "y": {"f": 3}}}]',
            [b'{"b": "}{"}', b'{"c": {"d": [2]}}', b'{"e": "\\""}'],
            b"",
        ),
    ],
)
def test_records_are_the_same_however_they_come(
    begin: Callable[[], Cutter], octets: bytes, records: list[bytes], rest: bytes, piece: int
) -> None:
    """And what nothing ends is the rest, which is given once."""
    cutter = begin()

    assert cut(cutter, octets, piece) == records
    assert cutter.rest() == rest
    assert (cutter.rest(), cutter.pending(), cutter.dropped) == (b"", 0, 0)


@pytest.mark.parametrize("cutter", [Lines, kept, ended, Statements])
def test_what_waits_for_its_end_is_counted(cutter: Callable[[], Cutter]) -> None:
    """In octets."""
    begun = cutter()

    assert cut(begun, b"ab c") == []
    assert begun.pending() == 4


def test_a_lease_that_waits_for_its_end_is_counted_from_its_beginning() -> None:
    """What stands before it is forgotten."""
    cutter = Leases()

    assert cut(cutter, b'{"arguments": {"leases": [{"a": 1}, {"b"') == [b'{"a": 1}']
    assert cutter.pending() == 4


@pytest.mark.parametrize("times", [1, 2])
def test_a_line_that_is_too_long_is_dropped_once(times: int) -> None:
    """Whole or in pieces; the next one is read, and nothing of the long one is kept."""
    cutter = Lines()

    for dropped in range(1, times + 1):
        assert cut(cutter, LONG + b"yz") == []
        assert (cutter.pending(), cutter.dropped) == (0, dropped)
        assert cut(cutter, LONG + b"z") == []
        assert (cutter.pending(), cutter.dropped) == (0, dropped)
        assert cut(cutter, b"z\nab\n") == [b"ab"]
        assert cutter.dropped == dropped
    assert cut(cutter, LONG + b"y") == []
    assert cutter.rest() == b""


def test_a_line_that_just_fits_is_read() -> None:
    """One octet more is too much, also where its end has come with it."""
    cutter = Lines()

    assert list(cutter.cut(LONG + b"\n")) == [LONG]
    assert list(cutter.cut(LONG + b"x\nab\n")) == [b"ab"]
    assert list(cutter.cut(LONG)) == []
    assert (cutter.pending(), cutter.dropped) == (MOST_RECORD, 1)
    assert list(cutter.cut(b"\n")) == [LONG]


@pytest.mark.parametrize("times", [1, 2])
@pytest.mark.parametrize(
    ("begin", "mark", "after"),
    [
        (kept, b"\n--- a\n", [b"--- a\n"]),
        (ended, b"\n\na\n\n", [b"a"]),
    ],
)
def test_a_block_that_is_too_long_is_dropped_once(
    begin: Callable[[], Cutter], mark: bytes, after: list[bytes], times: int
) -> None:
    """Its end may be told as one: it is garbage. The next one is read."""
    cutter = begin()

    for dropped in range(1, times + 1):
        assert cut(cutter, LONG + b"yz") == []
        assert (cutter.pending(), cutter.dropped) == (64, dropped)
        _garbage, *found = [*cut(cutter, mark), cutter.rest()]
        assert [one for one in found if one] == after
    assert cutter.dropped == times


def test_a_block_that_just_fits_is_kept() -> None:
    """Its mark may come in two pieces."""
    cutter = kept()
    block = b"--- " + LONG[4:-5] + b"\n"

    assert list(cutter.cut(block)) == []
    assert list(cutter.cut(b"--")) == []
    assert list(cutter.cut(b"- ")) == [block]
    assert cutter.dropped == 0


@pytest.mark.parametrize("times", [1, 2])
def test_a_statement_that_is_too_long_is_dropped(times: int) -> None:
    """With how deep it was; the next one is read."""
    cutter = Statements()

    for dropped in range(1, times + 1):
        assert cut(cutter, b"lease 1 {\n" + LONG) == []
        assert (cutter.pending(), cutter.dropped) == (0, dropped)
        assert cut(cutter, b";\nq;\n") == [b";", b"q;"]
    assert cutter.rest() == b""


@pytest.mark.parametrize("times", [1, 2])
def test_a_lease_of_an_answer_that_is_too_long_is_dropped(times: int) -> None:
    """With all that is known of its answer; the next answer is read."""
    cutter = Leases()

    for dropped in range(1, times + 1):
        assert cut(cutter, b'{"arguments": {"leases": [{"a": [' + LONG) == []
        assert (cutter.pending(), cutter.dropped) == (0, dropped)
        assert cut(cutter, b'{"arguments": {"leases": [{"b": 1}]}}') == [b'{"b": 1}']
