"""A service whose collector is in another process answers as one whose collector is in its own.

Random stories of a switch and a CPE, lived through twice: with the collector at hand, and over a
Unix socket. Every answer, every error and every visit must be the same.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, fields
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.access import made_up as m
from tests.access.made_up import merged
from tests.access.played import Clock, Recordings, stocked
from tests.collect.across import across

from techinfo.access.freshness import CachePolicy
from techinfo.access.troubleshoot import Troubleshooter
from techinfo.collect import AnyCollector, Collector, PollingLimits
from techinfo.errors import (
    SnmpStatusError,
    SnmpTimeoutError,
    TechinfoError,
    WrongDeviceError,
)
from techinfo.inventory import Inventory
from techinfo.model import State

PATIENCE_S = 300.0
SWITCH, CPE = "192.0.2.3", "192.0.2.77"
INVENTORY = f"""
elements: [{{name: sw-elm-3, address: {SWITCH}, sys_name: elm3}}]
accesses:
  - {{access_id: A-1, element: sw-elm-3, port: ge1, port_by: name}}
cpes: [{{access_id: A-1, address: {CPE}, mac: "02:00:00:00:00:77"}}]
"""
QUESTIONS = ("hardware", "link_status", "mac_addresses", "leases", "groups", "cpe")


@dataclass(slots=True)
class World:
    """What a story changes."""

    network: Recordings
    clock: Clock
    learnt: int = 0

    def learn(self) -> None:
        """Somebody appears on the port."""
        self.learnt += 1
        self.network.rows[SWITCH] |= m.learnt(1, f"02:00:00:00:01:{self.learnt:02x}", 10)

    def silence(self, address: str) -> None:
        """A device stops answering, or answers again."""
        self.network.silent ^= {address}

    def swap(self) -> None:
        """Another switch stands there, or the one of before again."""
        told = self.network.rows[SWITCH]
        told[m.SYS_NAME] = "4|oak" if told[m.SYS_NAME] == "4|elm3" else "4|elm3"

    def break_down(self) -> None:
        """A table can no longer be read, or can again."""
        error = SnmpStatusError("genErr", status=5, address=f"{SWITCH}:161")
        if self.network.failing.pop(m.FDB, None) is None:
            self.network.failing[m.FDB] = error


@dataclass(frozen=True, slots=True)
class Ask:
    """A question, asked so many times together."""

    question: str
    max_age_s: float
    max_stale_s: float
    times: int


Step = Ask | float | Callable[[World], None]
STEPS: st.SearchStrategy[Step] = st.one_of(
    st.builds(
        Ask,
        st.sampled_from(QUESTIONS),
        st.sampled_from([0.0, 3.0, 30.0, 900.0]),
        st.sampled_from([0.0, 0.0, 600.0]),
        st.sampled_from([1, 1, 3]),
    ),
    st.sampled_from([0.5, 4.0, 6.0, 31.0, 400.0]),
    st.sampled_from(
        [
            World.learn,
            World.swap,
            World.break_down,
            lambda world: world.silence(SWITCH),
            lambda world: world.silence(CPE),
        ]
    ),
)


def world() -> World:
    """A switch with somebody on its port, and the CPE behind it."""
    switch = merged(
        m.system("elm3"),
        m.port(1, "ge1"),
        m.optics(1),
        m.learnt(1, "02:00:00:00:00:11", 10),
        m.lease(1, 1, "198.51.100.11", "02:00:00:00:00:11", 10),
        m.group(1, 1, "233.252.0.11", 20),
    )
    cpe = merged(
        m.system("cpe", m.CPE_ID), {f"{m.BASE}.9.4.0": "4x|020000000077"}, m.port(1, "wan")
    )
    return World(Recordings({SWITCH: switch, CPE: cpe}), Clock())


@asynccontextmanager
async def here(collector: Collector, *, now: Clock) -> AsyncIterator[AnyCollector]:
    """The collector in this process."""
    del now
    yield collector


def lived(inventory: Inventory, story: list[Step], how: Callable[..., Any]) -> list[Any]:
    """What is told at each step, and how many visits that has cost so far."""
    around = world()

    async def living() -> list[Any]:
        owner = Collector(
            m.registry(),
            around.network.open,
            polling_limits=PollingLimits(min_interval_s=5.0),
            now=around.clock,
        )
        told: list[Any] = []
        async with how(owner, now=around.clock) as asked:
            trouble = Troubleshooter(inventory, asked, now=around.clock)
            for step in story:
                if isinstance(step, Ask):
                    told.append((step, await outcomes(trouble, step), owner.visits))
                elif isinstance(step, float):
                    around.clock.go_on(step)
                else:
                    step(around)
        await owner.close()
        return told

    return asyncio.run(asyncio.wait_for(living(), PATIENCE_S))


async def outcomes(trouble: Troubleshooter, step: Ask) -> list[Any]:
    """Answers and errors in comparable form, and since when the switch is silent."""
    policy = CachePolicy(
        max_age_s=step.max_age_s, max_stale_s=step.max_stale_s, deadline_s=PATIENCE_S
    )
    ask = getattr(trouble, step.question)
    answers = await asyncio.gather(
        *(ask("A-1", policy) for _ in range(step.times)), return_exceptions=True
    )
    return [*map(plain, answers), await trouble.silent_since("A-1")]


def plain(answer: Any) -> Any:
    """All of an answer but its function from VLAN to service."""
    if isinstance(answer, TechinfoError):
        return type(answer), str(answer), vars(answer)
    if isinstance(answer, BaseException):
        raise answer
    return {f.name: getattr(answer, f.name) for f in fields(answer) if f.name != "service"}


@pytest.fixture(scope="module")
def inventory(tmp_path_factory: pytest.TempPathFactory) -> Inventory:
    """Where the access is."""
    return stocked(tmp_path_factory.mktemp("inventory"), INVENTORY)


@given(story=st.lists(STEPS, min_size=4, max_size=14))
@settings(max_examples=25, deadline=None)
def test_a_story_is_told_alike_from_both_sides(inventory: Inventory, story: list[Step]) -> None:
    """Freshness, minimum interval, silence, refusals, single flight: nothing is lost on the way."""
    assert lived(inventory, story, across) == lived(inventory, story, here)


def test_a_story_with_everything_in_it(inventory: Inventory) -> None:
    """The same with all that may happen, so that it surely did."""
    every: list[Step] = [Ask(question, 30.0, 0.0, 2) for question in QUESTIONS]
    changes: list[Step] = [
        World.learn,
        World.break_down,
        World.break_down,
        lambda w: w.silence(SWITCH),
        lambda w: w.silence(CPE),
        lambda w: w.silence(SWITCH),
        World.swap,
        World.swap,
    ]
    story: list[Step] = list(every)
    for change in changes:
        story += [change, 6.0, *every, 31.0, *every, Ask("link_status", 0.0, 600.0, 1), 400.0]

    told = lived(inventory, story, across)

    assert told == lived(inventory, story, here)
    outcomes = [outcome for _, together, _ in told for outcome in together]
    kinds = {outcome[0] for outcome in outcomes if isinstance(outcome, tuple)}
    parts = [o["part"] for o in outcomes if isinstance(o, dict) and o.get("part")]
    assert kinds == {SnmpTimeoutError, WrongDeviceError}
    assert {part.state for part in parts} >= {State.OK, State.FAILED}
