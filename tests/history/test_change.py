"""What a port has counted between two reads, and when nobody can know."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from techinfo.history.change import change
from techinfo.history.epochs import Why
from techinfo.history.observation import Observation, observe
from techinfo.model import Device, Fact, Flow, Link, Part, Port, PortFacts, State

AT = datetime(2026, 10, 1, 12, 0, tzinfo=UTC)
BOOT = datetime(2026, 9, 1, tzinfo=UTC)
FIVE = timedelta(minutes=5)
WRAP = 1 << 32
SEEN = Observation(
    at=AT,
    name="ge1",
    if_index=1,
    up=True,
    input=Flow(bytes=WRAP + 1000, unicast=10_000_000, multicast=50_000, broadcast=5_000, errors=7),
    reset_at=BOOT,
    agent_boot=BOOT,
    boot=BOOT,
    speed=1000,
    steady_s=1000.0,
)


def later(**changes: object) -> Observation:
    """Five minutes later, with some more packets."""
    flow = replace(
        SEEN.input, bytes=WRAP + 301_000, unicast=10_000_300, multicast=50_000, broadcast=5_000
    )
    after = replace(SEEN, at=AT + FIVE, steady_s=1300.0, input=flow)
    return replace(after, **changes)  # type: ignore[arg-type]


def test_what_has_grown_is_told_for_every_counter() -> None:
    """With the seconds in which it did."""
    told = change(SEEN, later())

    assert told.why is None
    assert told.seconds == 300.0
    assert told.input == Flow(bytes=300_000, unicast=300, multicast=0, broadcast=0, errors=0)
    assert told.output == Flow()


@pytest.mark.parametrize(
    ("after", "why"),
    [
        (later(at=AT), Why.ORDER),
        (later(at=AT - FIVE), Why.ORDER),
        (later(at=AT + FIVE + timedelta(hours=1)), Why.CLOCK),
        (later(boot=AT + FIVE / 2, agent_boot=AT + FIVE / 2), Why.REBOOT),
        (later(agent_boot=AT + FIVE / 2), Why.AGENT),
        (later(reset_at=None), Why.AGENT),
        (later(reset_at=AT + FIVE / 3), Why.RESET),
        (later(if_index=2), Why.RENUMBERED),
        (later(agent_boot=BOOT + timedelta(hours=5)), Why.CLOCK),
        (later(input=Flow(bytes=500, unicast=5, multicast=1, broadcast=1)), Why.FELL),
        (later(input=replace(SEEN.input, bytes=1 << 60)), Why.IMPOSSIBLE),
    ],
)
def test_what_interrupts_is_told_apart(after: Observation, why: Why) -> None:
    """And no counter is told."""
    told = change(SEEN, after)

    assert told.why is why
    assert (told.input, told.output) == (Flow(), Flow())


def test_a_wrap_of_the_agents_clock_interrupts_nothing() -> None:
    """T1: sysUpTime goes round after 497.1 days."""
    wrapped = BOOT + timedelta(seconds=WRAP / 100)
    seen = replace(SEEN, at=wrapped - FIVE / 2)
    after = later(at=wrapped + FIVE / 2, boot=wrapped, agent_boot=wrapped)

    assert change(seen, after).input.bytes == 300_000


def test_a_beginning_that_is_computed_a_little_differently_is_the_same() -> None:
    """A collector that starts anew rounds it to another second."""
    near = BOOT + timedelta(seconds=2)

    assert change(SEEN, later(boot=near, agent_boot=near, reset_at=near)).why is None


def test_one_counter_that_goes_round_is_told_where_the_others_ran_on() -> None:
    """C1: 32 bits, few octets."""
    before = replace(SEEN, input=replace(SEEN.input, bytes=WRAP - 1000), speed=100)
    after = later(input=replace(later().input, bytes=2000), speed=100)

    assert change(before, after).input.bytes == 3000


@pytest.mark.parametrize(
    ("speed", "grown", "packets", "expected"),
    [
        (100, 1_000_000_000, None, 1_000_000_000),
        (1000, 1_000_000_000, None, None),  # it may have gone round once or more
        (1000, 1_000_000, 1000, 1_000_000),  # the packets say that it has not
        (100, 2_000_000_000, None, None),  # over 50 Mbit/s
    ],
)
def test_c1_few_bits_are_believed_where_they_can_tell(
    speed: int, grown: int, packets: int | None, expected: int | None
) -> None:
    """By the line, or by the packets."""
    count = None if packets is None else 10_000_000
    before = Flow(bytes=5000, unicast=count, multicast=count, broadcast=count)
    after = replace(
        before,
        bytes=5000 + grown,
        unicast=None if count is None or packets is None else count + packets,
    )
    seen = replace(SEEN, speed=speed, input=before)

    assert change(seen, later(speed=speed, input=after)).input.bytes == expected


def test_octets_that_are_known_to_be_wide_are_believed() -> None:
    """However little they have counted yet."""
    seen = replace(SEEN, input=Flow(bytes=5000), wide=True)

    told = change(seen, later(input=Flow(bytes=2_000_005_000), wide=True))

    assert told.input.bytes == 2_000_000_000


def test_two_ports_of_one_name_are_not_watched() -> None:
    """Nobody knows which is which after a restart (I1)."""
    part = {Fact.LINK: Part(state=State.OK, read_at=AT)}
    ports = {
        n: PortFacts(port=Port(if_index=n, name=name), link=Link(up=True))
        for n, name in ((1, "ge1"), (2, "ge2"), (3, "ge2"), (4, None))
    }

    found = observe(ports, part, Device(up_since=BOOT))

    assert found.keys() == {"ge1"}
    assert found["ge1"].boot == found["ge1"].agent_boot == BOOT


def test_what_could_not_be_read_is_not_known() -> None:
    """Counters of an earlier read are not of this one."""
    parts = {
        Fact.LINK: Part(state=State.OK, read_at=AT),
        Fact.COUNTERS: Part(state=State.FAILED, read_at=AT),
    }
    facts = PortFacts(port=Port(if_index=1, name="ge1"), link=Link(up=True))

    seen = observe({1: facts}, parts, None)["ge1"]

    assert (seen.up, seen.input, seen.boot) == (True, Flow(), None)
    assert observe({1: facts}, {}, None) == {}
