"""What is polled when: no herd, no hurry, and people first."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from techinfo.polling.due import (
    Due,
    Kind,
    Polled,
    Rhythm,
    Window,
    due,
    harmful,
    moment,
    moments,
    wakes,
)

START = datetime(2026, 10, 1, 8, 0, tzinfo=UTC)
FIVE = timedelta(minutes=5)
RHYTHM = Rhythm(parallel=1000)


def watched(count: int) -> list[Polled]:
    """Elements of which polling has just begun."""
    return [Polled(element=f"sw-{n}", since=START, begun={}) for n in range(count)]


class Played:
    """Polling, ten seconds after ten seconds; every poll ends at once."""

    def __init__(self, elements: list[Polled], rhythm: Rhythm, step_s: int = 10) -> None:
        self.elements = {one.element: one for one in elements}
        self.rhythm = rhythm
        self.step_s = step_s
        self.begun: list[tuple[datetime, Due]] = []

    def run(self, begin: datetime, seconds: int, silent: frozenset[str] = frozenset()) -> None:
        """Play a while."""
        for n in range(0, seconds, self.step_s):
            now = begin + timedelta(seconds=n)
            for one in due(now, self.rhythm, self.elements.values()):
                self.begun.append((now, one))
                known = self.elements[one.element]
                quiet = known.silences + 1 if one.element in silent else 0
                self.elements[one.element] = replace(
                    known, begun={**known.begun, one.kind: now}, silences=quiet
                )


def test_every_element_is_polled_once_in_every_period() -> None:
    """Light every five minutes, the rest once an hour, at once when its moment comes."""
    played = Played(watched(50), RHYTHM)

    played.run(START, 3600)

    counts = Counter((one.element, one.kind) for _, one in played.begun)
    assert {counts[f"sw-{n}", Kind.LIGHT] for n in range(50)} <= {11, 12}
    assert {counts[f"sw-{n}", Kind.FULL] for n in range(50)} <= {0, 1}
    assert all(timedelta(0) <= now - one.at < timedelta(seconds=20) for now, one in played.begun)
    of_one = [now for now, one in played.begun if one.element == "sw-7" and one.kind is Kind.LIGHT]
    assert {b - a for a, b in pairwise(of_one)} == {FIVE}


def test_a_start_asks_no_herd() -> None:
    """Three hundred elements are spread over five minutes; none is asked in the first second."""
    played = Played(watched(300), RHYTHM, step_s=1)

    played.run(START, 301)

    a_second = Counter(now for now, one in played.begun if one.kind is Kind.LIGHT)
    assert sum(a_second.values()) == 300
    assert max(a_second.values()) <= 8


def test_polls_that_were_missed_are_not_made_up_for() -> None:
    """After an hour in which nothing ran, each element is asked once, not twelve times."""
    played = Played(watched(5), RHYTHM)
    played.run(START, 600)
    played.begun.clear()

    played.run(START + timedelta(hours=1), 1)

    assert {one.kind for _, one in played.begun} <= {Kind.LIGHT, Kind.FULL}
    assert max(Counter(one.element for _, one in played.begun).values()) == 1


def test_the_silent_are_asked_more_seldom_and_hold_up_nobody() -> None:
    """Down to once an hour, in slots of their own."""
    dead = frozenset(f"sw-{n}" for n in range(20))
    played = Played(watched(40), replace(RHYTHM, parallel=4, parallel_silent=2, full=None))

    played.run(START, 4 * 3600, silent=dead)

    of_living = Counter(one.element for _, one in played.begun if one.element not in dead)
    assert set(of_living.values()) <= {47, 48}
    last_hour = [one for now, one in played.begun if now >= START + timedelta(hours=3)]
    assert set(Counter(one.element for one in last_hour if one.element in dead).values()) == {1}


def test_a_silent_one_that_answers_again_has_its_pace_back() -> None:
    """At once."""
    known = replace(watched(1)[0], silences=6)
    played = Played([known], replace(RHYTHM, full=None))
    played.run(START, 3700)

    assert len(played.begun) >= 1
    first, _ = played.begun[0]
    assert [b - a for (a, _), (b, _) in pairwise(played.begun[1:])] == [FIVE] * (
        len(played.begun) - 2
    )
    assert first >= START


def test_nothing_is_polled_while_works_are_done() -> None:
    """By the clock of the place, over midnight too."""
    night = Window(begin=time(23, 0), end=time(4, 0))
    rhythm = replace(RHYTHM, windows=(night,), zone=ZoneInfo("Europe/Stockholm"))
    played = Played(watched(3), rhythm)

    played.run(START.replace(hour=20), 3 * 3600)  # 22:00 to 01:00 there

    assert max(now for now, _ in played.begun) < START.replace(hour=21)


@pytest.mark.parametrize(
    ("at", "expected"), [(time(3, 59), True), (time(4), False), (time(22, 59), False)]
)
def test_a_window_may_go_over_midnight(at: time, expected: bool) -> None:
    """Its end is not in it."""
    assert Window(begin=time(23), end=time(4)).covers(at) is expected


def test_people_go_first() -> None:
    """An element that somebody asks is left alone, and their questions take slots."""
    elements = watched(10)
    now = START + FIVE

    assert len(due(now, replace(RHYTHM, full=None), elements)) == 10
    spared = due(now, replace(RHYTHM, full=None), elements, asked_by_people={"sw-3"})
    assert len(spared) == 9
    assert "sw-3" not in {one.element for one in spared}
    assert len(due(now, replace(RHYTHM, parallel=8), elements, people=5)) == 3
    assert due(now, replace(RHYTHM, parallel=8), elements, people=9) == ()


def test_an_element_has_one_poll_at_a_time() -> None:
    """The second waits until the first has ended."""
    found = due(START + timedelta(hours=1), RHYTHM, watched(1), under_way={"sw-0"})

    assert found == ()


def test_what_walks_too_long_is_not_polled_for_a_week() -> None:
    """Its light is."""
    slow = replace(watched(1)[0], slow_at=START)
    played = Played([slow], RHYTHM)

    played.run(START, 7200)
    then = START + timedelta(days=8)
    later = due(then, RHYTHM, [replace(slow, begun={Kind.LIGHT: then})])

    assert {one.kind for _, one in played.begun} == {Kind.LIGHT}
    assert [one.kind for one in later] == [Kind.FULL]


def test_a_clock_that_is_set_back_stops_no_polling() -> None:
    """Of what was polled in the future."""
    known = replace(watched(1)[0], begun={Kind.LIGHT: START + timedelta(days=1)})

    found = due(START + FIVE, replace(RHYTHM, full=None), [known])

    assert [one.kind for one in found] == [Kind.LIGHT]


@given(st.text(min_size=1, max_size=20), st.integers(0, 10_000_000), st.integers(1, 90_000))
def test_moments_are_one_period_apart(element: str, seconds: int, every_s: int) -> None:
    """Whoever asks, whenever; that is when it is worth looking again."""
    every, now = timedelta(seconds=every_s), START + timedelta(seconds=seconds)

    at = moment(element, Kind.LIGHT, every, now)

    assert at <= now < at + every
    one = Polled(element=element, since=now, begun={})
    assert wakes(now, Rhythm(light=every, full=None), one) == at + every
    assert list(moments(element, Kind.LIGHT, every, at, at + 3 * every)) == [
        at,
        at + every,
        at + 2 * every,
    ]


def test_a_model_that_falls_over_while_it_is_read_is_found() -> None:
    """And one whose units lose their power at once is not."""
    assert harmful([True, True, True])
    assert not harmful([True, True])
    assert not harmful([False] * 500 + [True] * 12)
    assert harmful([False] * 20 + [True] * 6)
