"""A probe of switches of a lab: what it finds, what it costs, and what becomes of it."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from tests.access import made_up as m
from tests.access.at_lab import PATIENCE_S, Network
from tests.access.learning import element, started, switch

from techinfo.collect import AgentLimits
from techinfo.collect.probing import Counting, EngineTime, Probed, probe, remember
from techinfo.driver.driver import DEFAULT_LIMITS
from techinfo.errors import SnmpTimeoutError
from techinfo.lab import Lab
from techinfo.model import Fact, State
from techinfo.snmp.conversation import SnmpConversation
from techinfo.store.agent_limits import AgentLimitsFile, Presence
from techinfo.wire import SnmpLimits

ELM, OAK, FIR = "127.21.7.1", "127.21.7.2", "127.21.7.3"
MOST_REQUESTS = 70
MOST_UNPACED = 15
"""Who it is takes three requests, or a dozen of an agent that refuses each large one once."""
SHORT = (0.1, 0.1)
NOW = datetime(2026, 11, 21, 10, 0, tzinfo=UTC)
STUCK = {
    oid: value
    for n in range(1, 25)
    for oid, value in (
        (f"{m.IFX}.8.{n}", "70|0"),
        (f"{m.IFX}.2.{n}", "65|7"),
        (f"{m.IF}.8.{n}", "2|2"),
    )
}
"""Ports that are down: what is recorded of their counters stays, however long a test takes."""


@pytest.fixture(scope="module")
def running() -> Iterator[Lab]:
    """Two of one software, one without leases; the third has a clock that is wrong."""
    some = m.lease(1, 1, "192.0.2.9", "02:00:00:00:00:01", 10)
    wrong = STUCK | {"1.3.6.1.6.3.10.2.1.3.0": "2|-1", f"{m.BASE}.9.2.0": "4|6.0"}
    with Lab(
        [switch("elm", ELM), switch("oak", OAK, more=some), switch("fir", FIR, more=wrong)]
    ) as lab:
        yield lab


@pytest.fixture
def lab(running: Lab) -> Iterator[Lab]:
    """The same, behaving again after each test."""
    yield running
    for name in ("elm", "oak", "fir"):
        running.clear(name)


def probed(lab: Lab, name: str, address: str, learnt: AgentLimits | None = None) -> Probed:
    """Probe a switch, without waiting between requests; what is kept goes to ``learnt``."""
    network = Network(lab, timeouts={address: SHORT})
    steps: list[str] = []

    async def step(words: str) -> None:
        steps.append(words)

    async def once() -> Probed:
        target = element(name, address)
        conversation = network.open(target, DEFAULT_LIMITS)
        assert isinstance(conversation, SnmpConversation)
        try:
            return await asyncio.wait_for(
                probe(
                    conversation,
                    target,
                    m.registry(),
                    NOW,
                    learnt=learnt or AgentLimits(),
                    step=step,
                ),
                PATIENCE_S,
            )
        finally:
            await network.close()

    found = asyncio.run(once())
    assert found.cost.requests <= MOST_REQUESTS
    assert found.cost.requests <= len(steps) + MOST_UNPACED
    return found


def test_a_probe_tells_what_a_model_has(lab: Lab) -> None:
    """By few requests, none larger than the service would send, and nothing written."""
    before = lab.counts("elm")

    found = probed(lab, "elm", ELM)

    after = lab.counts("elm")
    assert found.known.driver.name == "made_up_os"
    assert found.facts[Fact.LINK] is Presence.ANSWERS
    assert found.facts[Fact.MACS] is Presence.ANSWERS
    assert found.facts[Fact.LEASES] is Presence.ABSENT
    assert found.counters == dict.fromkeys(("octets", "multicast", "broadcast"), Counting.COUNTS)
    assert found.engine_time is EngineTime.SANE
    assert (found.stood, found.silent_over) == (SnmpLimits(), "")
    asked = sum(after.requests.values()) - sum(before.requests.values())
    assert asked == found.cost.requests <= 41
    assert (after.most_varbinds, after.most_repetitions) == (10, 10)
    assert after.sets_refused == 0


def test_what_was_found_missing_is_unsupported_for_the_whole_model(
    lab: Lab, tmp_path: Path
) -> None:
    """After a restart too, and not empty; a probe that finds it makes it supported again."""
    path = tmp_path / "learnt.sqlite"
    with AgentLimitsFile.open(path) as file:
        learnt = AgentLimits(file)
        remember(probed(lab, "elm", ELM, learnt), learnt, "elm", NOW)

    (missing,) = started(lab, path, element("oak", OAK), facts=(Fact.LEASES,))
    with AgentLimitsFile.open(path) as file:
        learnt = AgentLimits(file)
        remember(probed(lab, "oak", OAK, learnt), learnt, "oak", NOW)
    (there,) = started(lab, path, element("oak", OAK), facts=(Fact.LEASES,))

    part = missing.parts[Fact.LEASES]
    assert (part.state, part.code) == (State.UNSUPPORTED, "not_available_here")
    assert there.parts[Fact.LEASES].state is State.OK


def test_counters_and_clocks_that_cannot_be_believed_are_told(lab: Lab) -> None:
    """With what a person might do about it."""
    found = probed(lab, "fir", FIR)

    assert found.counters["multicast"] is Counting.STUCK
    assert found.counters["octets"] is Counting.COUNTS
    assert found.engine_time is EngineTime.WRONG
    told = "\n".join(found.proposals)
    assert "stuck: multicast" in told
    assert "clock=False" in told
    assert "leases" in told


def test_repetitions_that_are_refused_are_not_tried_again(lab: Lab, tmp_path: Path) -> None:
    """What the probe found is where the service begins."""
    path = tmp_path / "learnt.sqlite"
    lab.fault("fir", "too_big_over_repetitions", limit=7)

    with AgentLimitsFile.open(path) as file:
        learnt = AgentLimits(file)
        found = probed(lab, "fir", FIR, learnt)
        remember(found, learnt, "fir", NOW)
        again = probed(lab, "fir", FIR, learnt)

    assert found.stood == SnmpLimits(max_repetitions=5)
    assert "max_repetitions=5" in "\n".join(found.proposals)
    assert again.stood == SnmpLimits(max_repetitions=5)
    assert again.cost.requests < found.cost.requests


def test_rows_that_a_large_getbulk_skips_are_noticed(lab: Lab) -> None:
    """The agent says nothing of it (A4)."""
    lab.fault("fir", "skipped_rows", limit=6)

    assert probed(lab, "fir", FIR).stood == SnmpLimits(max_repetitions=5)


def test_an_agent_that_dies_over_a_request_is_left_alone(lab: Lab) -> None:
    """What was found before is told, with the request that killed it (A2)."""
    lab.fault("fir", "dead_over_varbinds", limit=8)
    before = sum(lab.counts("fir").requests.values())

    found = probed(lab, "fir", FIR)

    assert found.facts[Fact.MACS] is Presence.ANSWERS
    assert found.silent_over == "a GET of 10 varbinds"
    assert found.stood == SnmpLimits(varbinds=8)
    assert found.counters == {}
    sent = sum(lab.counts("fir").requests.values()) - before
    assert sent <= MOST_REQUESTS
    assert "fell silent over a GET of 10 varbinds" in found.proposals[0]


def test_an_agent_that_outlives_its_silences_is_found_out(lab: Lab) -> None:
    """One that has no GETBULK, and does not say so (A9)."""
    lab.fault("fir", "silent_over_repetitions", limit=0)

    found = probed(lab, "fir", FIR)

    assert found.silent_over == ""
    assert found.stood == replace(SnmpLimits(), bulk=False)
    assert found.counters["octets"] is Counting.COUNTS


def test_small_answers_are_asked_for_in_small_pieces(lab: Lab) -> None:
    """An agent that says tooBig to a handful of varbinds is probed to the end."""
    lab.fault("fir", "too_big_over_octets", limit=110)

    found = probed(lab, "fir", FIR)

    assert found.stood.varbinds < 5
    assert found.facts[Fact.LINK] is Presence.ANSWERS


def test_a_silent_device_is_an_error(lab: Lab) -> None:
    """It is asked who it is, and nothing else."""
    lab.fault("fir", "silent")

    with pytest.raises(SnmpTimeoutError):
        probed(lab, "fir", FIR)
