"""What was learnt is applied, shared with those it is true of, and never raises anything."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Iterable
from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.collect.playing import MAKER, NOW, Played, driver, registry, switch, target

from techinfo.collect import AgentLimits, Collector, PollingLimits, Reading
from techinfo.errors import ConfigError
from techinfo.model import Fact, State
from techinfo.store.agent_limits import AgentKind, Capability, ObservedLimit, Presence
from techinfo.wire import SnmpLimits

KIND = AgentKind(driver="made_up", model=MAKER, software="made up")
MOST = SnmpLimits()
FIVE = SnmpLimits(max_repetitions=5)


class Shelf:
    """A keeper in memory, which can be made to fail."""

    def __init__(self) -> None:
        self.kept: list[ObservedLimit] = []
        self.told: list[Capability] = []
        self.fails = False

    def lessons(self) -> tuple[ObservedLimit, ...]:
        """What was kept."""
        return tuple(self.kept)

    def capabilities(self) -> tuple[Capability, ...]:
        """What was kept."""
        return tuple(self.told)

    def keep(self, lessons: Iterable[ObservedLimit]) -> None:
        """Keep, or fail."""
        if self.fails:
            raise ConfigError("disk full", key="collect.learnt")
        self.kept += lessons

    def keep_capabilities(self, capabilities: Iterable[Capability]) -> None:
        """Keep, or fail."""
        if self.fails:
            raise ConfigError("disk full", key="collect.learnt")
        self.told += capabilities

    def look(self) -> str:
        """Sound, or not."""
        return "disk full" if self.fails else ""


def noted(
    learnt: AgentLimits,
    element: str = "elm",
    ended: SnmpLimits = FIVE,
    *,
    kind: AgentKind = KIND,
    silent: bool = False,
) -> bool:
    """One conversation ended so."""
    return learnt.note(kind, element, MOST, ended, silent=silent, now=NOW)


def capability(presence: Presence, fact: Fact = Fact.LEASES) -> Capability:
    """What a probe found."""
    return Capability(kind=KIND, fact=fact, presence=presence, element="elm", at=NOW)


def test_what_an_agent_refused_counts_for_all_of_its_kind() -> None:
    """Not for another software, nor for another model."""
    learnt = AgentLimits()

    noted(learnt)

    assert learnt.limits(KIND, "oak", MOST) == FIVE
    assert learnt.limits(replace(KIND, software="made up 2"), "oak", MOST) == MOST
    assert learnt.limits(replace(KIND, model="another"), "oak", MOST) == MOST


def test_a_silence_counts_for_others_when_a_second_element_has_witnessed_it() -> None:
    """It may have been the network's; for the element itself it counts at once."""
    learnt = AgentLimits()

    noted(learnt, "elm", SnmpLimits(max_repetitions=2, bulk=False), silent=True)
    one = learnt.limits(KIND, "elm", MOST), learnt.limits(KIND, "fir", MOST)
    noted(learnt, "oak", FIVE, silent=True)
    two = learnt.limits(KIND, "elm", MOST), learnt.limits(KIND, "fir", MOST)

    assert one == (SnmpLimits(max_repetitions=2, bulk=False), MOST)
    assert two == (SnmpLimits(max_repetitions=2, bulk=False), FIVE)


def test_what_is_no_less_is_no_news() -> None:
    """A conversation that ends as it began, or has more, teaches nothing."""
    shelf = Shelf()
    learnt = AgentLimits(shelf)

    first = noted(learnt)
    again = noted(learnt), noted(learnt, "oak", SnmpLimits(max_repetitions=50, varbinds=99))

    assert (first, *again) == (True, False, False)
    assert len(shelf.kept) == 1


def test_an_elements_own_lessons_count_before_it_is_known_what_it_is() -> None:
    """So that not even the first request after a restart is too much for it."""
    learnt = AgentLimits()

    noted(learnt, "elm", SnmpLimits(varbinds=2))

    assert learnt.first("elm", MOST).varbinds == 2
    assert learnt.first("oak", MOST) == MOST


_LIMITS = st.builds(
    SnmpLimits,
    max_repetitions=st.integers(1, 20),
    varbinds=st.integers(1, 20),
    bulk=st.booleans(),
    unordered=st.booleans(),
)


@given(
    st.lists(st.tuples(st.sampled_from(["elm", "oak", "fir"]), _LIMITS, st.booleans())),
    _LIMITS,
)
def test_limits_only_ever_go_down(
    told: list[tuple[str, SnmpLimits, bool]], most: SnmpLimits
) -> None:
    """Whatever is learnt in whatever order: never above the driver, nor above what was."""
    learnt = AgentLimits()
    before = most
    for element, ended, silent in told:
        learnt.note(KIND, element, most, ended, silent=silent, now=NOW)

        after = learnt.limits(KIND, "elm", most)

        assert 1 <= after.max_repetitions <= before.max_repetitions
        assert 1 <= after.varbinds <= before.varbinds
        assert after.bulk <= before.bulk
        assert after.unordered >= before.unordered
        before = after


def test_a_keeper_that_fails_is_warned_of_once_and_tried_again(
    caplog: pytest.LogCaptureFixture,
) -> None:
    """What was learnt counts in the meantime."""
    shelf = Shelf()
    learnt = AgentLimits(shelf)
    shelf.fails = True

    with caplog.at_level(logging.WARNING):
        noted(learnt)
        noted(learnt, "oak", SnmpLimits(varbinds=5))
    now = learnt.limits(KIND, "fir", MOST)
    shelf.fails = False
    learnt.refresh(NOW)

    warnings = [r for r in caplog.records if "not kept" in r.message]
    assert len(warnings) == 1
    assert now == SnmpLimits(max_repetitions=5, varbinds=5)
    assert [lesson.element for lesson in shelf.kept] == ["elm", "oak"]
    assert learnt.limits(KIND, "fir", MOST) == now


def test_what_others_write_is_taken_over_within_a_minute() -> None:
    """A probe's findings, and that a person has erased something."""
    shelf = Shelf()
    learnt = AgentLimits(shelf)
    noted(learnt)
    learnt.refresh(NOW)
    shelf.kept.clear()
    shelf.told.append(capability(Presence.ABSENT))

    learnt.refresh(NOW + timedelta(seconds=59))
    before = learnt.limits(KIND, "elm", MOST), learnt.lacking(KIND)
    learnt.refresh(NOW + timedelta(seconds=60))
    after = learnt.limits(KIND, "elm", MOST), learnt.lacking(KIND)

    assert before == (FIVE, frozenset())
    assert after == (MOST, frozenset({Fact.LEASES}))


def test_rows_that_were_there_once_outweigh_a_probe_that_finds_nothing() -> None:
    """The feature may be switched off where it looked."""
    learnt = AgentLimits()

    learnt.tell([capability(Presence.ANSWERS), capability(Presence.ABSENT, Fact.GROUPS)])
    learnt.tell([capability(Presence.ABSENT), capability(Presence.UNTOLD, Fact.GROUPS)])
    absent = learnt.lacking(KIND)
    learnt.tell([capability(Presence.EMPTY, Fact.GROUPS)])

    assert absent == {Fact.GROUPS}
    assert learnt.lacking(KIND) == frozenset()


def read(device: Played, learnt: AgentLimits, *facts: Fact) -> Reading:
    """Read a made-up device by a collector that knows only what was learnt."""

    async def once() -> Reading:
        collector = Collector(
            registry(driver()),
            device.open,
            polling_limits=PollingLimits(),
            learnt=learnt,
            now=device.clock,
        )
        try:
            return await collector.read(target(), facts or (Fact.LINK,), 0.0, 10.0)
        finally:
            await collector.close()

    return asyncio.run(once())


def test_a_conversation_that_ends_lower_is_remembered() -> None:
    """With who it was, when and why."""
    shelf = Shelf()
    device = Played(switch())
    device.lowered = SnmpLimits(max_repetitions=5, varbinds=4)

    reading = read(device, AgentLimits(shelf))

    (lesson,) = shelf.kept
    assert (lesson.kind, lesson.element, lesson.at, lesson.sure) == (KIND, "sw-1", NOW, True)
    assert (lesson.max_repetitions, lesson.varbinds) == (5, 4)
    assert "10 to 5 repetitions" in lesson.why
    assert reading.limits == device.lowered


def test_a_reading_within_the_drivers_limits_does_not_speak_of_them() -> None:
    """There is nothing to tell."""
    assert read(Played(switch()), AgentLimits()).limits is None


def test_a_fact_that_a_kind_does_not_have_is_unsupported_and_not_asked_for() -> None:
    """Not empty: nobody has looked."""
    device = Played(switch())
    learnt = AgentLimits()
    learnt.tell([capability(Presence.ABSENT, Fact.MACS)])

    reading = read(device, learnt, Fact.LINK, Fact.MACS)

    part = reading.parts[Fact.MACS]
    assert (part.state, part.code) == (State.UNSUPPORTED, "not_available_here")
    assert reading.parts[Fact.LINK].state is State.OK
    assert not [oid for oid in device.walks() if oid.startswith("1.3.6.1.2.1.17")]
