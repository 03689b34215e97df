"""What came of a cable test is told for a day, and to nobody of what was before their time."""

from __future__ import annotations

from datetime import timedelta

import pytest
from tests.access.made_up import NOW

from techinfo.access.cable_tests.results import CableTests, rows
from techinfo.access.rights import Right
from techinfo.collect.target import CablePair, CableTest
from techinfo.inventory import Access

HOUR = timedelta(hours=1)
MADE = CableTest(at=NOW, link=False, pairs=(CablePair(pair=None, status="ok", length=7.0),))


def _held(after: timedelta = HOUR, **more: object) -> Right:
    at = NOW + after
    return Right(access=Access(access_id="A-1"), at=at, asked_at=at, **more)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("held", "told"),
    [
        (_held(), True),
        (_held(since=NOW - HOUR), True),
        (_held(since=NOW + HOUR / 2), False),
        (_held(until=NOW - HOUR), False),
        (_held(after=25 * HOUR), False),
    ],
)
def test_a_result_is_of_a_time_that_may_be_told(held: Right, told: bool) -> None:
    """One before a subscription began, or after it ended, is somebody else's."""
    tests = CableTests(allowed=True)
    tests.keep("A-1", MADE)

    assert (tests.last(held) is not None) is told


def test_a_person_is_forgotten() -> None:
    """With all else that is kept of the access."""
    tests = CableTests(allowed=True)
    tests.keep("A-1", MADE)
    tests.forget(None)
    assert tests.last(_held()) is MADE

    tests.forget("A-1")

    assert tests.last(_held()) is None


def test_few_are_kept() -> None:
    """Whoever tests every cable of a city has not all of them in memory."""
    tests = CableTests(allowed=True)
    for n in range(10_001):
        tests.keep(f"A-{n + 1}", MADE)

    assert tests.last(_held()) is None


def test_what_is_not_told_is_left_out() -> None:
    """No pair where the switch tells of the whole cable."""
    assert rows(MADE) == [{"status": "ok", "length": 7.0, "testedAt": "2026-11-21T10:00:00Z"}]
