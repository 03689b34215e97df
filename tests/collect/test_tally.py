"""How visits are counted, by driver and site."""

from __future__ import annotations

import pytest

from techinfo.collect.tally import Group, GroupStats, Tally, process_stats
from techinfo.errors import (
    DeadlineError,
    PausedError,
    SnmpProtocolError,
    SnmpTimeoutError,
    TechinfoError,
)

GROUP: Group = ("huawei_vrp", "ELM")


class Clock:
    """Goes on by a second with every look."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        """The next second."""
        self.now += 1
        return self.now


def test_a_visit_counts_with_its_time() -> None:
    """As answered: none of the others."""
    tally = Tally(Clock())

    with tally.visit(lambda: GROUP):
        pass

    assert tally.groups([(GROUP, False), (GROUP, True), (("generic", ""), False)]) == (
        GroupStats(driver="generic", site="", elements=1),
        GroupStats(driver="huawei_vrp", site="ELM", elements=2, silent=1, visits=1, seconds=1.0),
    )


@pytest.mark.parametrize(
    ("error", "counted"),
    [
        (SnmpTimeoutError("silent"), {"visits": 1, "unanswered": 1}),
        (DeadlineError("slow"), {"visits": 1, "late": 1}),
        (SnmpProtocolError("odd"), {"visits": 1, "failed": 1}),
        (PausedError("paused", until=""), {}),
        (KeyboardInterrupt(), {}),
    ],
)
def test_an_error_counts_by_what_it_says(error: BaseException, counted: dict[str, int]) -> None:
    """What is cut short by a person is no visit."""
    tally = Tally(Clock())

    with pytest.raises(type(error)), tally.visit(lambda: GROUP):
        raise error

    seconds = 1.0 if counted else 0.0
    expected = GroupStats(driver="huawei_vrp", site="ELM", elements=1, seconds=seconds, **counted)
    assert tally.groups([(GROUP, False)]) == (expected,)
    assert isinstance(error, TechinfoError | KeyboardInterrupt)


def test_there_are_not_more_groups_than_a_metric_may_have() -> None:
    """What comes later is counted together, and nothing is lost."""
    tally = Tally(Clock())

    for number in range(600):
        with tally.visit(lambda number=number: ("generic", f"site-{number}")):  # type: ignore[misc]
            pass

    groups = tally.groups([])
    assert len(groups) == 501
    assert sum(group.visits for group in groups) == 600
    assert next(group.visits for group in groups if group.site == "other") == 100


def test_the_process_tells_what_it_uses() -> None:
    """By Prometheus's names."""
    found = {number.name: number.value for number in process_stats()}

    assert found["cpu_seconds_total"] > 0
    assert found["resident_memory_bytes"] > 2**20
