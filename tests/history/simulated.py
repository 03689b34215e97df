"""A switch that exists in a list of events: what it truly did, and what its agent tells of it.

Time runs in seconds of its own. The agent's words go through the same clock as a real agent's
(`techinfo.facts.clock`), so that wraps, restarts and clocks that are set arrive as in service.
"""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from random import Random

from techinfo.driver import standard
from techinfo.facts.clock import Clock, clock
from techinfo.history.observation import Observation, observe
from techinfo.model import Counters, Device, Fact, Flow, Link, Part, Port, PortFacts, State
from techinfo.units import MegabitPerSecond

START = datetime(2026, 3, 2, tzinfo=UTC)
WRAP = 1 << 32
OCTETS_A_PACKET = 700
BOOTS_S = 90.0
"""From the loss of power to the first tick of the agent's clock."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Traits:
    """What kind of agent it is.

    Attributes:
        bits: Of its octet counters.
        tells_discontinuity: Of cleared counters.
        tells_engine: It has snmpEngineTime, which wraps are counted by.
        tells_host: It has hrSystemUptime, which a restart of the agent alone is known by.
        tells_changes: It has ifLastChange.
        uptime_s: When the story begins.
    """

    bits: int = 64
    tells_discontinuity: bool = True
    tells_engine: bool = True
    tells_host: bool = True
    tells_changes: bool = True
    uptime_s: float = 1e6
    speed: int = 1000


@dataclass(slots=True)
class SimulatedPort:
    """One port: how busy it is, and when its link changes.

    Attributes:
        rates: (from, octets per second), by age.
        changes: When the link comes or goes; it is up at first.
    """

    name: str
    rates: list[tuple[float, int]]
    changes: list[float] = field(default_factory=list)
    _sums: list[int] = field(default_factory=list)

    def octets(self, until: float) -> int:
        """All that ever came, from the start of the story."""
        if not self._sums:
            total = 0
            for (begin, rate), (end, _) in zip(self.rates, self.rates[1:], strict=False):
                self._sums.append(total)
                total += int((end - begin) * rate)
            self._sums.append(total)
        at = max(0, bisect_right(self.rates, until, key=lambda one: one[0]) - 1)
        begin, rate = self.rates[at]
        return self._sums[at] + int(max(0.0, until - begin) * rate)


@dataclass(slots=True)
class SimulatedSwitch:
    """The truth, and how it is told.

    Attributes:
        reboots, agents, clears: When the element, its agent, or its counters start anew.
        steps: (when, seconds): our own clock is set.
        lost: Polls that get no answer.
    """

    traits: Traits
    ports: list[SimulatedPort]
    reboots: list[float] = field(default_factory=list)
    agents: list[float] = field(default_factory=list)
    clears: list[float] = field(default_factory=list)
    steps: list[tuple[float, float]] = field(default_factory=list)
    has_steady: bool = True
    _clock: Clock | None = None

    def wall(self, at: float) -> datetime:
        """What our own clock shows."""
        return START + timedelta(seconds=at + sum(by for when, by in self.steps if when <= at))

    def is_up(self, port: SimulatedPort, at: float) -> bool:
        """The link, which a switch without power has not."""
        if any(r <= at < r + BOOTS_S for r in self.reboots):
            return False
        return bisect_right(port.changes, at) % 2 == 0

    def boot(self, at: float) -> float:
        """When the element started, that is running."""
        return max(
            (r + BOOTS_S for r in self.reboots if r + BOOTS_S <= at), default=-self.traits.uptime_s
        )

    def agent_boot(self, at: float) -> float:
        """When its agent did."""
        return max([self.boot(at), *(a for a in self.agents if a <= at)])

    def since(self, at: float) -> float:
        """Since when the counters truly count."""
        return max([self.boot(at), *(c for c in self.clears if c <= at)])

    def answers(self, at: float) -> bool:
        """Whether there is an agent."""
        return not any(r <= at < r + BOOTS_S for r in self.reboots)

    def asked(self, at: float) -> dict[str, Observation]:
        """What a poll finds."""
        now, boot, agent = self.wall(at), self.boot(at), self.agent_boot(at)
        cells = {standard.SYS_UP_TIME: int((at - agent) * 100) % WRAP}
        if self.traits.tells_engine:
            cells[standard.SNMP_ENGINE_TIME] = int(at - agent)
        if self.traits.tells_host:
            cells[standard.HR_SYSTEM_UPTIME] = int((at - boot) * 100) % WRAP
        told = clock(cells, now, trusted=True, before=self._clock)
        self._clock = told
        if told is None:
            raise ValueError("an agent without a clock")
        numbers = list(range(len(self.ports)))
        Random(boot).shuffle(numbers)  # noqa: S311 - another order after every start
        facts = [self._facts(port, at, told) for port in self.ports]
        ok = Part(state=State.OK, read_at=now)
        return observe(
            {
                n: PortFacts(port=Port(if_index=n, name=port.name), link=link, counters=counters)
                for n, port, (link, counters) in zip(numbers, self.ports, facts, strict=True)
            },
            {Fact.LINK: ok, Fact.COUNTERS: ok},
            Device(up_since=told.up_since, agent_since=told.boot, dial_since=told.dial_since),
            steady_s=at if self.has_steady else None,
        )

    def _facts(self, port: SimulatedPort, at: float, told: Clock) -> tuple[Link, Counters]:
        agent, since = self.agent_boot(at), self.since(at)
        octets = port.octets(at) - port.octets(since)
        packets = octets // OCTETS_A_PACKET
        is_up = self.is_up(port, at)
        flow = Flow(
            bytes=octets % (1 << self.traits.bits),
            unicast=packets % WRAP,
            multicast=packets // 100 % WRAP,
            broadcast=packets // 1000 % WRAP,
            errors=packets // 10_000 % WRAP,
        )
        reset = self._ticks(since, agent) if since > agent else 0
        reset_at = None if told.alone else told.boot
        if self.traits.tells_discontinuity and reset:
            reset_at = told.time_of(reset)
        changed = max([self.boot(at), *(c for c in port.changes if c <= at)])
        is_told = self.traits.tells_changes and changed >= agent
        ticks = self._ticks(changed, agent) if is_told else None
        return (
            Link(
                up=is_up,
                last_change=told.time_of(ticks) if ticks is not None else None,
                changed_ticks=ticks,
                speed=MegabitPerSecond(self.traits.speed) if is_up else None,
            ),
            Counters(
                input=flow,
                output=flow,
                reset_at=reset_at,
                wide=True if self.traits.bits == 64 else None,
            ),
        )

    @staticmethod
    def _ticks(at: float, agent: float) -> int:
        return int((at - agent) * 100) % WRAP


def busy(random: Random, end: float, most: int) -> list[tuple[float, int]]:
    """A port that is now idle, now busy, and a few times at full rate."""
    at, rates = 0.0, []
    while at < end:
        kind = random.random()
        rate = 0 if kind < 0.2 else most if kind > 0.97 else int(random.random() ** 3 * most)
        rates.append((at, rate))
        at += random.choice((30.0, 120.0, 600.0, 3600.0))
    return rates
