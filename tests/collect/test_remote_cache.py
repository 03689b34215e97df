"""What is kept on the API's side of the socket: bounded, and forgotten in time."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
from tests.collect.playing import NOW, target

from techinfo.collect import Cost, DeviceInfo, Reading
from techinfo.collect.remote.cache import LONGEST, ReadingCache
from techinfo.model import Fact, Part, State
from techinfo.wire import SnmpLimits

PORT = target("ge1")
MACS = (PORT, frozenset({Fact.MACS}))
LINK = (PORT, frozenset({Fact.LINK}))


def reading(state: State = State.OK, at: datetime = NOW, **more: Any) -> Reading:
    """Of one fact, read now unless it is said when."""
    return Reading(element="sw-1", parts={Fact.LINK: Part(state=state, read_at=at)}, **more)


def after(seconds: float) -> timedelta:
    """So much later."""
    return timedelta(seconds=seconds)


def test_what_is_given_again_has_cost_nothing() -> None:
    """The device was asked for whoever came first."""
    given = ReadingCache()
    given.keep(LINK, reading(cost=Cost(requests=3), limits=SnmpLimits()), 100, NOW)

    again = given.fresh(LINK, NOW + after(30), 30)

    assert again == reading()
    assert given.fresh(LINK, NOW + after(30), 29.9) is None
    assert given.fresh(MACS, NOW, 30) is None


@pytest.mark.parametrize(
    "unkept",
    [reading(State.FAILED), reading(silent_since=NOW)],
)
def test_what_the_collector_must_answer_for_is_not_kept(unkept: Reading) -> None:
    """And it ends what was there of the same question."""
    given = ReadingCache()
    given.keep(LINK, reading(), 100, NOW)
    given.keep(LINK, unkept, 100, NOW)

    assert given.fresh(LINK, NOW, 30) is None
    assert given.octets == 0


def test_nothing_is_kept_for_longer_than_viewing_habits_may_be() -> None:
    """Whatever age would do for who asks; and not only unseen, but gone."""
    given = ReadingCache()
    given.keep(MACS, reading(), 100, NOW)
    late = NOW + LONGEST + after(1)

    assert given.fresh(MACS, late, 86_400) is None
    given.keep(LINK, reading(at=late), 40, late)
    assert given.octets == 40


def test_a_reading_from_the_future_is_none() -> None:
    """A clock that was put back must not make a reading last."""
    given = ReadingCache()
    given.keep(LINK, reading(), 100, NOW)

    assert given.fresh(LINK, NOW - after(60), 30) is None


def test_the_device_asked_least_lately_makes_room() -> None:
    """Memory is bounded by what the readings are long, not by how many there are."""
    given = ReadingCache(most_octets=1000)
    questions = [(target("ge1", host=f"192.0.2.{n}"), frozenset({Fact.LINK})) for n in range(4)]
    for question in questions[:3]:
        given.keep(question, reading(), 300, NOW)
    given.fresh(questions[0], NOW, 30)

    given.keep(questions[3], reading(), 300, NOW)
    given.keep(questions[3], reading(), 300, NOW)

    assert [given.fresh(q, NOW, 30) is not None for q in questions] == [True, False, True, True]
    assert given.octets == 900


def test_a_reading_that_is_too_long_is_not_kept_at_all() -> None:
    """It would push out all others."""
    given = ReadingCache(most_octets=1000)
    given.keep(MACS, reading(), 300, NOW)
    given.keep(LINK, reading(), 1001, NOW)

    assert given.octets == 300
    assert given.fresh(MACS, NOW, 30) is not None


def test_dropping_a_device_leaves_nothing_of_it() -> None:
    """All of its ports and facts; how it introduced itself too."""
    given = ReadingCache()
    given.keep(LINK, reading(), 100, NOW)
    given.keep(MACS, reading(), 100, NOW)
    given.keep_met(PORT, DeviceInfo(driver="made_up"), NOW)

    given.drop(target("ge2"))

    assert given.octets == 0
    assert given.fresh(LINK, NOW, 30) is None
    assert given.met(PORT, NOW) is None


def test_how_a_device_introduced_itself_is_known_for_a_minute() -> None:
    """Then what a probe has found since must be heard."""
    given = ReadingCache()
    given.keep_met(PORT, DeviceInfo(driver="made_up"), NOW)

    assert given.met(PORT, NOW + after(60)) == DeviceInfo(driver="made_up")
    assert given.met(PORT, NOW + after(61)) is None
