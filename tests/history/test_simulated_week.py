"""A week of a switch in seconds: what we tell of it against what it truly did."""

from __future__ import annotations

import os
from datetime import datetime, timedelta
from itertools import pairwise
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.history.simulated import (
    BOOTS_S,
    OCTETS_A_PACKET,
    START,
    WRAP,
    SimulatedPort,
    SimulatedSwitch,
    Traits,
    busy,
)

from techinfo.history.change import Change, change
from techinfo.history.epochs import Why
from techinfo.history.links import Between, Transition, between, downtime, link_since
from techinfo.history.observation import Observation
from techinfo.history.windows import last_five, peaks

EVERY_S = 300.0
DAY_S = 86_400.0
WEEK_S = 7 * DAY_S
WEEKS = int(os.environ.get("SIMULATED_WEEKS", "2"))
"""Of each kind of agent; a soak takes more."""
SETTLES_S = 900.0


class Watched:
    """A switch, polled for a while.

    Attributes:
        truth: Of each port: (true begin, true end, what the two observations said).
    """

    def __init__(
        self,
        switch: SimulatedSwitch,
        end: float,
        lost: float,
        random: Random,
        every_s: float = EVERY_S,
    ) -> None:
        self.switch = switch
        self.changes: dict[str, list[tuple[float, float, Change]]] = {}
        self.links: dict[str, list[tuple[float, float, Between]]] = {}
        self.last: dict[str, Observation] = {}
        self.at = 0.0
        before: dict[str, float] = {}
        while self.at < end:
            self.at += every_s + random.uniform(-5, 5)
            if random.random() < lost or not switch.answers(self.at):
                continue
            for name, seen in switch.asked(self.at).items():
                if name in self.last:
                    told = change(self.last[name], seen)
                    self.changes.setdefault(name, []).append((before[name], self.at, told))
                    self.links.setdefault(name, []).append(
                        (before[name], self.at, between(self.last[name], seen))
                    )
                self.last[name], before[name] = seen, self.at

    def is_quiet(self, begin: float, end: float) -> bool:
        """Whether nothing at all happened to the switch, or to our clock."""
        switch = self.switch
        events = [*switch.agents, *switch.clears, *switch.reboots]
        events += [r + BOOTS_S for r in switch.reboots] + [when for when, _ in switch.steps]
        return not any(begin <= event <= end for event in events)


def a_switch(
    random: Random, traits: Traits, end: float, *, storms: int, ports: int = 3
) -> SimulatedSwitch:
    """With as many mishaps of each kind, at random."""

    def times(most: int) -> list[float]:
        return sorted(random.uniform(0, end) for _ in range(random.randint(0, most)))

    most = traits.speed * 1_000_000 // 8
    made = [
        SimulatedPort(
            name=f"ge-0/0/{n}",
            rates=busy(random, end, most),
            changes=[t for t in times(6) if random.random() < 0.9],
        )
        for n in range(ports)
    ]
    return SimulatedSwitch(
        traits=traits,
        ports=made,
        reboots=_apart(times(storms), 2 * BOOTS_S),
        agents=times(storms),
        clears=times(storms),
        steps=[
            (when, random.choice((-7200.0, -40.0, -3.0, 5.0, 61.0, 3600.0)))
            for when in times(storms)
        ],
    )


def _apart(times: list[float], by_s: float) -> list[float]:
    kept: list[float] = []
    for time in times:
        if not kept or time - kept[-1] > by_s:
            kept.append(time)
    return kept


def _check_changes(watched: Watched) -> int:
    """Every number that is told is true; says how many are. Where nothing happened it is told."""
    told = 0
    for port in watched.switch.ports:
        for begin, end, seen in watched.changes.get(port.name, []):
            # Counters began to count between the reads, and nobody can see it: less is told, once.
            truth = port.octets(end) - port.octets(begin)
            if seen.input.bytes is not None:
                told += 1
                if not watched.is_quiet(begin, end):
                    assert seen.input.bytes <= truth, (port.name, begin, end, seen)
                else:
                    assert seen.input.bytes == truth, (port.name, begin, end, seen)
                packets = seen.input.unicast
                assert (
                    packets is None
                    or abs(packets - truth // OCTETS_A_PACKET) <= 1
                    or (not watched.is_quiet(begin, end))
                )
            elif watched.switch.traits.bits == 64 and watched.is_quiet(begin, end):
                raise AssertionError(f"nothing is told of {begin}..{end}: {seen}")
    return told


def _check_peaks(watched: Watched, port: SimulatedPort) -> None:
    """At the end of every day: the highest five minutes that anybody saw, with their end."""
    seen = watched.changes.get(port.name, [])
    changes = [one for _, _, one in seen]
    for day in range(1, int(watched.at // DAY_S) + 1):
        told = [(b, e, c) for b, e, c in seen if e <= day * DAY_S]
        if not told:
            continue
        now = told[-1][2].end
        peak, _ = peaks(changes[: len(told)], now)
        seen_by_then = [
            (b, e, c) for b, e, c in told if now - timedelta(hours=24) <= c.begin and c.end <= now
        ]
        rates = {
            c.end: int(c.input.bytes / c.seconds)
            for b, e, c in seen_by_then
            if c.input.bytes is not None and 270 <= e - b <= 330
        }
        if peak is None:
            whole = all(c.end in rates for _, _, c in seen_by_then)
            assert not rates or not whole
            continue
        assert peak.rate == max(rates.values()) == rates[peak.end]
        # What they truly were: never more than a tenth of the day is missing.
        truth = {
            e: int((port.octets(e) - port.octets(b)) / (e - b))
            for b, e, c in seen_by_then
            if c.why is None and 270 <= e - b <= 330 and watched.is_quiet(b, e)
        }
        assert not truth or peak.rate >= max(truth.values()) - 1


def _check_last_five(watched: Watched, port: SimulatedPort) -> None:
    seen = watched.changes.get(port.name, [])
    changes = [one for _, _, one in seen]
    for n, (begin, end, told) in list(enumerate(seen))[::5]:
        window = last_five(changes[: n + 1], told.end)
        if window is None:
            continue
        assert 270 <= window.seconds <= 330
        if window.input.bytes is not None and watched.is_quiet(begin, end):
            assert window.input.bytes == port.octets(end) - port.octets(begin)


def _check_downtime(watched: Watched, port: SimulatedPort) -> None:
    """Seconds that are told as down were down, and the rest is told as unknown."""
    for begin, end, seen in watched.links.get(port.name, []):
        if not watched.is_quiet(begin, end) or not seen.spans:
            continue
        first, last = seen.spans[0].begin, seen.spans[-1].end
        told = downtime(seen.spans, first, last)
        changes = [c for c in port.changes if begin < c <= end]
        down_s = _down_s(watched.switch, port, begin, end)
        hidden_s = changes[-1] - begin if len(changes) > 1 else 0.0
        slack_s = 1e-3
        if changes:  # the agent's times stand as our clock was when it was first read
            slack_s = 2.1 + sum(abs(by) for _, by in watched.switch.steps if abs(by) < 600)
        assert told.down_s - hidden_s - slack_s <= down_s, (begin, end, seen, changes)
        assert down_s <= told.down_s + told.unknown_s + hidden_s + slack_s, (begin, end, seen)
        assert (told.down_s + told.up_s + told.unknown_s) == pytest.approx(
            (last - first).total_seconds()
        )


def _down_s(switch: SimulatedSwitch, port: SimulatedPort, begin: float, end: float) -> float:
    marks = [begin, *(c for c in port.changes if begin < c <= end), end]
    return sum(b - a for a, b in pairwise(marks) if not switch.is_up(port, a))


def _check_since(watched: Watched, port: SimulatedPort) -> None:
    """By the agent's word, or our own: never before the true change, nor a poll after it."""
    traits = watched.switch.traits
    wraps_at = WRAP / 100 - traits.uptime_s
    if not watched.is_quiet(0, watched.at) or (wraps_at < 0 and not traits.tells_engine):
        return  # of a wrap before the first read nobody can know
    seen = watched.links.get(port.name, [])
    last: Transition | None = None
    for _, _, one in seen:
        last = one.transitions[-1] if one.transitions else last
    found = watched.last.get(port.name)
    if found is None:
        return
    told = link_since(found.up, found.last_change, last)
    truth = max((c for c in port.changes if c <= seen[-1][1]), default=-traits.uptime_s)
    if told is None:  # of a wrap since nobody knows whether it was before it, unless it was seen
        assert not traits.tells_changes or (truth <= seen[0][0] and wraps_at <= watched.at)
        return
    late_s = (told - watched.switch.wall(truth)).total_seconds()
    assert -2.0 <= late_s <= (2.0 if traits.tells_changes else 11 * EVERY_S)


def check(
    seed: int, traits: Traits, *, end: float, storms: int, lost: float, ports: int = 2
) -> Watched:
    """Watch a switch, and compare all that is told with the truth."""
    random = Random(seed)  # noqa: S311 - no secret
    watched = Watched(a_switch(random, traits, end, storms=storms, ports=ports), end, lost, random)
    told = _check_changes(watched)
    assert told or traits.bits == 32
    for port in watched.switch.ports:
        _check_peaks(watched, port)
        _check_last_five(watched, port)
        _check_downtime(watched, port)
        _check_since(watched, port)
    return watched


KINDS = {
    "everything told": Traits(),
    "32 bits at a gigabit": Traits(bits=32),
    "32 bits at a hundred megabits": Traits(bits=32, speed=100),
    "no discontinuity": Traits(tells_discontinuity=False),
    "sysUpTime alone": Traits(tells_engine=False, tells_host=False),
    "no ifLastChange": Traits(tells_changes=False),
    "497 days within the week": Traits(uptime_s=(1 << 32) / 100 - 3 * DAY_S),
    "497 days, without any other clock": Traits(
        uptime_s=(1 << 32) / 100 - 3 * DAY_S, tells_engine=False, tells_host=False
    ),
    "just started": Traits(uptime_s=60.0),
}


@pytest.mark.parametrize("kind", KINDS)
def test_a_calm_week_is_told_without_a_gap(kind: str) -> None:
    """Nothing happens but traffic and links that come and go."""
    watched = check(1, KINDS[kind], end=1.5 * DAY_S, storms=0, lost=0.0)

    whys = {c.why for seen in watched.changes.values() for _, _, c in seen}
    # While counters are young, nothing tells a 32-bit one that went round from one that was reset.
    assert whys <= ({None} if KINDS[kind].bits == 64 else {None, Why.FELL})


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("seed", [2, 3])
def test_nothing_is_made_up_in_a_bad_day(kind: str, seed: int) -> None:
    """Restarts of the element and its agent, resets, clocks that are set, polls that are lost."""
    check(seed, KINDS[kind], end=DAY_S, storms=6, lost=0.1)


@pytest.mark.long
@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("seed", range(4, 4 + WEEKS))
def test_a_whole_week(kind: str, seed: int) -> None:
    """The long form."""
    check(seed, KINDS[kind], end=WEEK_S, storms=10, lost=0.05)


@settings(max_examples=25, deadline=None)
@given(
    seed=st.integers(0, 1 << 30),
    bits=st.sampled_from([32, 64]),
    tells=st.tuples(st.booleans(), st.booleans(), st.booleans(), st.booleans()),
    uptime_s=st.sampled_from([10.0, 4000.0, 1e6, (1 << 32) / 100 - 7200, (1 << 32) / 100 + 9]),
    lost=st.sampled_from([0.0, 0.1, 0.5]),
)
def test_nothing_is_made_up_whatever_happens(
    seed: int, bits: int, tells: tuple[bool, bool, bool, bool], uptime_s: float, lost: float
) -> None:
    """Agents of every kind, half a day each."""
    traits = Traits(
        bits=bits,
        tells_discontinuity=tells[0],
        tells_engine=tells[1],
        tells_host=tells[2],
        tells_changes=tells[3],
        uptime_s=uptime_s,
    )

    check(seed, traits, end=DAY_S / 2, storms=4, lost=lost, ports=1)


@pytest.mark.parametrize("tells_engine", [False, True])
def test_since_when_is_our_own_word_after_a_wrap(tells_engine: bool) -> None:
    """The link came when it is told, hours after the wrap."""
    traits = Traits(
        bits=32,
        tells_discontinuity=False,
        tells_engine=tells_engine,
        tells_host=False,
        uptime_s=(1 << 32) / 100 - 7200,
    )

    check(96_172, traits, end=DAY_S / 2, storms=4, lost=0.0, ports=1)


def test_the_start_is_what_the_wall_clock_showed() -> None:
    """Of the simulation itself: no step, no difference."""
    switch = SimulatedSwitch(traits=Traits(), ports=[])

    assert switch.wall(0.0) == START == datetime.fromisoformat("2026-03-02T00:00:00Z")
