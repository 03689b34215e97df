"""The link between two reads, since when it is as it is, and how long it was down."""

from __future__ import annotations

import os
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from random import Random
from typing import Any

import pytest
from tests.history.simulated import SimulatedPort, SimulatedSwitch, Traits

from techinfo.history.light import Source, certificate, weaker
from techinfo.history.links import Span, Transition, between, downtime, link_since
from techinfo.history.observation import Observation
from techinfo.units import Dark, Dbm

AT = datetime(2026, 10, 1, 12, 0, tzinfo=UTC)
BOOT = datetime(2026, 9, 1, tzinfo=UTC)
FIVE = timedelta(minutes=5)
SEEN = Observation(
    at=AT, name="ge1", up=True, last_change=BOOT, boot=BOOT, agent_boot=BOOT, if_index=1
)
THEN = replace(SEEN, at=AT + FIVE)
FLAPPING_DAYS = int(os.environ.get("FLAPPING_DAYS", "1"))
"""Of flaps alone and in bursts; a soak takes more."""


def seconds(spans: tuple[Span, ...]) -> list[tuple[bool | None, float]]:
    """What each span says."""
    return [(s.up, (s.end - s.begin).total_seconds()) for s in spans]


def test_a_link_that_did_not_change_was_up_all_the_time() -> None:
    """Over a long gap too, where the agent tells changes; else nobody knows."""
    gap = replace(THEN, at=AT + timedelta(hours=3))

    assert seconds(between(SEEN, THEN).spans) == [(True, 300.0)]
    assert seconds(between(SEEN, gap).spans) == [(True, 10_800.0)]
    silent = between(replace(SEEN, last_change=None), replace(gap, last_change=None))
    assert seconds(silent.spans) == [(None, 10_800.0)]


def test_a_loss_is_told_with_the_agents_time() -> None:
    """Exact to the second."""
    lost = between(SEEN, replace(THEN, up=False, last_change=AT + timedelta(seconds=40)))

    assert seconds(lost.spans) == [(True, 40.0), (False, 260.0)]
    assert (lost.losses, lost.transitions[0].exact) == (1, True)


def test_a_flap_between_two_reads_is_one_loss_at_least() -> None:
    """Up at both, and changed in between; how long it was down nobody knows."""
    flap = between(SEEN, replace(THEN, last_change=AT + timedelta(seconds=40)))

    assert flap.losses == 1
    assert seconds(flap.spans) == [(None, 40.0), (True, 260.0)]
    assert [(t.up, t.exact) for t in flap.transitions] == [(False, False), (True, True)]


ROUND = timedelta(seconds=(1 << 32) / 100)


def dial(seen: Observation, ticks: int | None, **changes: Any) -> Observation:
    """What an agent tells that has gone round: when its link changed may be two times."""
    at = {"dial_since": AT - timedelta(hours=1)} | changes
    return replace(seen, last_change=None, changed_ticks=ticks, **at)


@pytest.mark.parametrize("agent_boot", [BOOT, None])
@pytest.mark.parametrize(
    ("shift", "ticks"),  # an hour and forty seconds, or a second less
    [(0 * ROUND, 364_000), (timedelta(seconds=1), 363_900), (ROUND, 364_000), (-ROUND, 364_000)],
)
def test_when_a_link_changed_is_exact_after_497_days(
    agent_boot: datetime | None, shift: timedelta, ticks: int
) -> None:
    """Of a dial that has gone round, counted or not: it showed this once between two reads."""
    since = AT - timedelta(hours=1)
    before = dial(SEEN, 77, agent_boot=agent_boot)
    after = {"at": AT + FIVE, "agent_boot": agent_boot, "dial_since": since + shift}

    lost = between(before, dial(SEEN, ticks, up=False, **after))
    flap = between(before, dial(SEEN, ticks, **after))
    same = between(before, dial(SEEN, 77, **after))
    later = between(before, dial(SEEN, 77, at=AT + timedelta(hours=3)))

    assert seconds(lost.spans) == [(True, 40.0), (False, 260.0)]
    assert [(one.at, one.exact) for one in lost.transitions] == [(AT + timedelta(seconds=40), True)]
    assert seconds(flap.spans) == [(None, 40.0), (True, 260.0)]
    assert flap.losses == 1
    assert (seconds(same.spans), same.transitions) == ([(True, 300.0)], ())
    assert seconds(later.spans) == [(True, 10_800.0)]


def test_a_link_that_changes_while_the_dial_goes_round_is_exact() -> None:
    """Shortly before it, or shortly after."""
    since = AT - ROUND + timedelta(seconds=60)
    before = dial(SEEN, 77, dial_since=since)

    for ticks, late_s in (((1 << 32) - 2000, 40), (1500, 75)):
        for turns in (0, 1):
            after = dial(SEEN, ticks, up=False, at=AT + FIVE, dial_since=since + turns * ROUND)
            (lost,) = between(before, after).transitions
            assert (lost.at, lost.exact) == (AT + timedelta(seconds=late_s), True)


@pytest.mark.parametrize(
    ("earlier", "later"),
    [
        (dial(SEEN, None), dial(THEN, 364_000, up=False)),
        (dial(SEEN, 77), dial(THEN, None, up=False)),
        (dial(SEEN, 77), dial(THEN, 77, up=False)),
        (dial(SEEN, 77), dial(THEN, 78, up=False)),
        (dial(SEEN, 77), dial(THEN, 990_000, up=False)),
        (dial(SEEN, 77), dial(THEN, 4000, up=False, agent_boot=AT, dial_since=AT)),
        (dial(SEEN, 77), dial(THEN, 364_000, up=False, at=AT + ROUND + FIVE)),
        (dial(SEEN, 77), dial(THEN, 4000, up=False, dial_since=AT)),
        (dial(SEEN, 77), dial(THEN, 364_000, up=False, dial_since=None)),
    ],
    ids=[
        "told since",
        "told no more",
        "T4",
        "a tick",
        "of no time between them",
        "another agent",
        "once round and more",
        "another dial",
        "no clock",
    ],
)
def test_what_the_dial_does_not_decide_our_own_read_tells(
    earlier: Observation, later: Observation
) -> None:
    """It is late then, and says so."""
    (lost,) = between(earlier, later).transitions

    assert (lost.at, lost.exact) == (later.at, False)


def test_an_agent_without_changes_is_seen_through() -> None:
    """T4: the first read that sees it counts, and the time before is unknown."""
    quiet = replace(SEEN, last_change=None)
    lost = between(quiet, replace(THEN, up=False, last_change=None))

    assert seconds(lost.spans)[0] == (None, 300.0)
    assert (lost.transitions[0].at, lost.transitions[0].exact) == (THEN.at, False)


def test_a_restart_of_the_element_is_no_loss_of_the_link() -> None:
    """It is told as a restart, with the time in which the link was down since."""
    boot = AT + timedelta(seconds=100)
    after = replace(THEN, boot=boot, agent_boot=boot, last_change=boot + timedelta(seconds=50))

    told = between(SEEN, after)

    assert told.losses == 0
    assert all(t.reboot for t in told.transitions)
    assert seconds(told.spans) == [(None, 100.0), (False, 50.0), (True, 150.0)]


@pytest.mark.parametrize(
    ("up", "told", "last", "expected"),
    [
        (True, BOOT, None, BOOT),
        (True, None, None, None),
        # Another state than the one that was seen last: the agent knows, or nobody.
        (True, AT, Transition(at=AT - FIVE, earliest=AT - FIVE, up=False, exact=True), AT),
        (True, None, Transition(at=AT, earliest=AT - FIVE, up=False, exact=True), None),
        (True, BOOT, Transition(at=AT, earliest=AT - FIVE, up=False, exact=True), None),
        # T4: it was seen to change, and the agent does not tell.
        (True, None, Transition(at=AT, earliest=AT - FIVE, up=True, exact=False), AT),
        (True, BOOT, Transition(at=AT, earliest=AT - FIVE, up=True, exact=False), AT),
        # It has flapped since.
        (True, AT + FIVE, Transition(at=AT, earliest=AT - FIVE, up=True, exact=True), AT + FIVE),
        # The same moment, told a little differently, does not jitter.
        (
            True,
            AT + timedelta(seconds=1),
            Transition(at=AT, earliest=AT - FIVE, up=True, exact=True),
            AT,
        ),
    ],
)
def test_since_when_a_link_is_as_it_is(
    up: bool, told: datetime | None, last: Transition | None, expected: datetime | None
) -> None:
    """By the agent, or by what was seen, whichever is better."""
    assert link_since(up, told, last) == expected


def test_downtime_and_unknown_time_are_all_of_a_month() -> None:
    """What no read tells is unknown."""
    month = datetime(2026, 10, 1, tzinfo=UTC), datetime(2026, 11, 1, tzinfo=UTC)
    spans = (
        Span(begin=month[0] - FIVE, end=month[0] + FIVE, up=False),
        Span(begin=month[0] + FIVE, end=month[0] + 2 * FIVE, up=True),
        Span(begin=month[0] + 2 * FIVE, end=month[0] + 3 * FIVE, up=None),
        Span(begin=month[1] - FIVE, end=month[1] + FIVE, up=True),
    )

    told = downtime(spans, *month)

    assert (told.down_s, told.up_s) == (300.0, 600.0)
    assert told.unknown_s == 31 * 86_400 - 900


@pytest.mark.parametrize("bursts", [False, True])
@pytest.mark.parametrize("day", range(FLAPPING_DAYS))
def test_every_minute_with_flaps_is_found_and_none_is_invented(bursts: bool, day: int) -> None:
    """Losses of 0.5 to 30 s over a day, alone or twenty a minute, at one read a minute."""
    random = Random(7 + bursts + 2 * day)  # noqa: S311 - no secret
    changes: list[float] = []
    for minute in sorted(random.sample(range(2, 1438), 60)):
        for n in range(20 if bursts else 1):
            begin = minute * 60 + 1 + (n * 2.9 if bursts else random.uniform(0, 25))
            changes += [begin, begin + (0.5 if bursts else random.uniform(0.5, 30.0))]
    port = SimulatedPort(name="ge1", rates=[(0.0, 1000)], changes=changes)
    switch = SimulatedSwitch(traits=Traits(), ports=[port])
    seen = [switch.asked(60.0 * n)["ge1"] for n in range(1441)]

    found = [between(a, b).losses for a, b in pairwise(seen)]

    downs = changes[::2]
    for n, losses in enumerate(found):
        truth = sum(60.0 * n < down <= 60.0 * (n + 1) for down in downs)
        assert losses <= truth
        assert bool(losses) == bool(truth)


def test_light_is_compared_with_the_same_module_alone() -> None:
    """2.8 dB weaker than at installation."""
    lit = replace(SEEN, rx=Dbm(-12.0), serial="S1")
    baseline = certificate(lit)

    assert baseline is not None
    assert weaker(baseline, Dbm(-14.8), "S1") == 2.8
    assert weaker(baseline, Dbm(-14.8), "S2") is None
    assert weaker(baseline, Dark.NO_LIGHT, "S1") is None
    assert weaker(None, Dbm(-14.8), "S1") is None


@pytest.mark.parametrize(
    "seen",
    [
        replace(SEEN, rx=Dark.NO_LIGHT),
        replace(SEEN, rx=None),
        replace(SEEN, rx=Dbm(-12.0), up=False),
        replace(SEEN, rx=Dbm(-12.0), last_change=AT - timedelta(minutes=2)),
    ],
)
def test_no_birth_certificate_without_light_on_a_link_that_stands(seen: Observation) -> None:
    """Whoever plugs the fibre has gone after five minutes; an engineer may say so before."""
    assert certificate(seen) is None
    fresh = seen.up and not isinstance(seen.rx, Dark) and seen.rx is not None
    assert (certificate(seen, Source.ENGINEER) is not None) is bool(fresh)
