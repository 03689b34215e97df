"""The last outage: what tells its cause, and what leaves it open."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from techinfo.history.links import Transition
from techinfo.history.outages import Cause, Certainty, Clues, gasped, last_outage

DOWN = datetime(2026, 11, 21, 10, tzinfo=UTC)
UP = DOWN + timedelta(minutes=20)
MINUTE, SECOND = timedelta(minutes=1), timedelta(seconds=1)
POWER = (Cause.POWER, Certainty.PROVEN)
FIBRE = (Cause.FIBRE, Certainty.PROVEN)
OPEN = (None, Certainty.OPEN)


def link(at: datetime, *, up: bool, **more: Any) -> Transition:
    """A transition by the agent's own clock."""
    usual: dict[str, Any] = {"at": at, "earliest": at, "up": up, "exact": True}
    return Transition(**(usual | more))


LOST, BACK = link(DOWN, up=False), link(UP, up=True)


@pytest.mark.parametrize(
    ("clues", "told"),
    [
        ({}, OPEN),
        ({"gasps": (DOWN - 2 * SECOND,)}, POWER),
        ({"gasps": (DOWN - 5 * MINUTE,)}, OPEN),
        ({"gasps": (UP + MINUTE,)}, OPEN),
        ({"cpe_started": DOWN - timedelta(days=9), "cpe_read_at": UP + MINUTE}, FIBRE),
        (
            {
                "cpe_started": DOWN - timedelta(days=9),
                "cpe_read_at": UP + MINUTE,
                "is_copper": True,
            },
            OPEN,
        ),
        ({"cpe_started": DOWN - timedelta(days=9), "cpe_read_at": DOWN - MINUTE}, OPEN),
        ({"cpe_started": DOWN - timedelta(days=9)}, OPEN),
        (
            {"cpe_started": UP - MINUTE, "cpe_read_at": UP + MINUTE},
            (Cause.POWER, Certainty.LIKELY),
        ),
        (
            {"cpe_started": UP + 2 * MINUTE, "cpe_read_at": UP + 9 * MINUTE},
            (Cause.POWER, Certainty.LIKELY),
        ),
        ({"cpe_started": UP + 30 * MINUTE, "cpe_read_at": UP + 60 * MINUTE}, OPEN),
        ({"cpe_started": DOWN - 60 * SECOND, "cpe_read_at": UP + MINUTE}, OPEN),
        ({"ont_cause": "dying-gasp", "ont_down_at": DOWN + 5 * SECOND, "ont_up": True}, POWER),
        ({"ont_cause": "los", "ont_down_at": DOWN, "ont_up": True}, FIBRE),
        ({"ont_cause": "lofi", "ont_down_at": DOWN, "ont_up": True}, FIBRE),
        ({"ont_cause": "los", "ont_down_at": DOWN - timedelta(days=1), "ont_up": True}, OPEN),
        ({"ont_cause": "los", "ont_up": True}, OPEN),
        ({"ont_cause": "rebooted by the user", "ont_down_at": DOWN, "ont_up": True}, OPEN),
        (
            {"ont_cause": "deactivated", "ont_down_at": DOWN, "ont_up": True},
            (Cause.DEACTIVATED, Certainty.PROVEN),
        ),
        (
            {"light": ((DOWN - MINUTE, -9.0), (DOWN + MINUTE, -9.1), (UP - MINUTE, -9.0))},
            (Cause.FIBRE, Certainty.LIKELY),
        ),
        ({"light": ((DOWN - MINUTE, -9.0), (DOWN + MINUTE, -9.1), (UP - MINUTE, -9.1))}, OPEN),
        ({"light": ((DOWN - MINUTE, -9.0), (DOWN + MINUTE, -9.1), (UP - MINUTE, -13.0))}, OPEN),
        ({"light": ((DOWN - MINUTE, -9.0), (UP + MINUTE, -9.1), (UP + 9 * MINUTE, -9.2))}, OPEN),
        ({"light": ((DOWN + MINUTE, -9.1), (UP - MINUTE, -9.0))}, OPEN),
        (
            {
                "gasps": (DOWN,),
                "cpe_started": DOWN - timedelta(days=9),
                "cpe_read_at": UP + MINUTE,
            },
            POWER,
        ),
    ],
)
def test_only_what_tells_is_told(
    clues: dict[str, Any], told: tuple[Cause | None, Certainty]
) -> None:
    """An outage that is over."""
    found = last_outage([LOST, BACK], Clues(**clues))

    assert found is not None
    assert (found.begin, found.end) == (DOWN, UP)
    assert (found.cause, found.certainty) == told


@pytest.mark.parametrize(
    ("clues", "told"),
    [
        ({}, OPEN),
        ({"ont_cause": "dying-gasp", "ont_up": False}, POWER),
        ({"ont_cause": "los", "ont_up": False, "ont_down_at": DOWN - 3 * 60 * MINUTE}, OPEN),
        ({"gasps": (DOWN,)}, POWER),
        (
            {"light": ((DOWN - MINUTE, -9.0), (DOWN + MINUTE, -9.1), (DOWN + 9 * MINUTE, -9.0))},
            (Cause.FIBRE, Certainty.LIKELY),
        ),
        ({"cpe_started": DOWN - timedelta(days=9), "cpe_read_at": DOWN + MINUTE}, OPEN),
    ],
)
def test_one_that_lasts_has_no_end(
    clues: dict[str, Any], told: tuple[Cause | None, Certainty]
) -> None:
    """The CPE's clock tells nothing before it can be read again."""
    found = last_outage([LOST], Clues(**clues))

    assert found is not None
    assert found.end is None
    assert (found.cause, found.certainty) == told


def test_the_last_of_several_counts_and_its_first_return() -> None:
    """What came before and after it is its own affair."""
    older = [link(DOWN - timedelta(days=2), up=False), link(DOWN - timedelta(days=1), up=True)]

    found = last_outage([*older, LOST, BACK, link(UP + MINUTE, up=True)], Clues())

    assert found is not None
    assert (found.begin, found.end) == (DOWN, UP)


def test_a_line_that_was_never_lost_has_none() -> None:
    """Nor has one that nobody has watched."""
    assert last_outage([BACK], Clues()) is None
    assert last_outage([], Clues(gasps=(DOWN,))) is None


def test_with_the_switch_it_was_the_switch() -> None:
    """Whatever the far end says."""
    lost = link(DOWN, up=False, reboot=True, exact=False, earliest=DOWN - MINUTE)

    found = last_outage([lost, BACK], Clues(gasps=(DOWN,)))

    assert found is not None
    assert (found.cause, found.certainty) == (Cause.ELEMENT, Certainty.PROVEN)


def test_a_loss_between_two_polls_has_the_time_before_it() -> None:
    """Its gasp may have come at any time in between."""
    lost = link(DOWN, up=False, exact=False, earliest=DOWN - 5 * MINUTE)

    found = last_outage([lost, BACK], Clues(gasps=(DOWN - 4 * MINUTE,)))

    assert found is not None
    assert (found.earliest, found.cause) == (DOWN - 5 * MINUTE, Cause.POWER)
    assert gasped(lost, [DOWN - 4 * MINUTE])
    assert not gasped(LOST, [DOWN - 4 * MINUTE])
