"""Tables that have far fewer rows than they had (field note F12)."""

from __future__ import annotations

from datetime import timedelta

import pytest
from tests.collect.playing import NOW

from techinfo.collect.steady import Sizes
from techinfo.model import Fact


def told(rows: int) -> dict[str, dict[tuple[int, ...], int]]:
    """A table of two columns, the second with fewer cells."""
    return {
        "1.3.6.1.1": {(n,): n for n in range(rows)},
        "1.3.6.1.2": {(n,): n for n in range(rows // 2)},
    }


@pytest.mark.parametrize(
    ("before", "after", "doubted"),
    [
        (100, 49, True),
        (100, 50, False),
        (100, 0, True),
        (9, 1, False),
        (10, 4, True),
        (0, 5, False),
    ],
)
def test_f12_less_than_half_is_doubted(before: int, after: int, doubted: bool) -> None:
    """Of a table that had enough rows for it to mean something."""
    sizes = Sizes()
    sizes.shrunk(Fact.MACS, told(before), NOW)

    cause = sizes.shrunk(Fact.MACS, told(after), NOW + timedelta(seconds=30))

    assert bool(cause) is doubted


def test_f12_what_stays_so_is_believed() -> None:
    """After two minutes, and then it is what the next is compared with."""
    sizes = Sizes()
    sizes.shrunk(Fact.MACS, told(100), NOW)

    doubts = [
        bool(sizes.shrunk(Fact.MACS, told(20), NOW + timedelta(seconds=s)))
        for s in (10, 60, 129, 130, 140)
    ]

    assert doubts == [True, True, True, False, False]
    assert sizes.shrunk(Fact.MACS, told(9), NOW + timedelta(seconds=150))


def test_f12_a_table_that_is_whole_again_ends_the_doubt() -> None:
    """The next time it shrinks the two minutes begin anew."""
    sizes = Sizes()
    for rows, seconds in ((100, 0), (20, 10), (100, 60)):
        sizes.shrunk(Fact.LEASES, told(rows), NOW + timedelta(seconds=seconds))

    assert sizes.shrunk(Fact.LEASES, told(20), NOW + timedelta(seconds=140))


def test_facts_are_counted_each_by_itself() -> None:
    """And what stands in rows of ports is not counted: it has one for each."""
    sizes = Sizes()
    for fact in (Fact.MACS, Fact.LINK):
        sizes.shrunk(fact, told(100), NOW)

    assert not sizes.shrunk(Fact.LEASES, told(1), NOW)
    assert not sizes.shrunk(Fact.LINK, told(1), NOW)
    assert sizes.shrunk(Fact.MACS, {}, NOW)
