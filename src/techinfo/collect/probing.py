"""The questions of a probe: few, small, and each larger one only when the one before was answered.

Nothing larger is asked for than the service itself would ask. What is sure comes first, and what
may be too much for the agent last.

What a model can tell and what it stands, learnt gently from one device.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum

from techinfo.collect.agent_limits import AgentLimits, lowest
from techinfo.collect.device_state import DeviceState, contact
from techinfo.collect.registry import Registry
from techinfo.collect.target import Cost, Target
from techinfo.driver import standard
from techinfo.driver.driver import Driver, is_prefix
from techinfo.errors import SnmpStatusError, SnmpTimeoutError
from techinfo.facts.build import tables_of
from techinfo.facts.clock import OIDS as CLOCK_OIDS
from techinfo.facts.clock import clock
from techinfo.facts.plan import columns
from techinfo.model import Fact
from techinfo.snmp.ber import NO_SUCH_INSTANCE, NO_SUCH_OBJECT
from techinfo.snmp.conversation import SnmpConversation
from techinfo.snmp.oid import dotted, numbers
from techinfo.store.agent_limits import Capability, Presence
from techinfo.wire import Cell, Oid, SnmpLimits

Step = Callable[[str], Awaitable[None]]
"""Awaited before a request, with words of what it asks; keeps requests apart."""

FEW = 5
"""Varbinds of a request while it is not known what the agent stands."""
_REPETITIONS = (3, 5, 10, 20, 40)
"""None is over twice the one before, so that what was answered then can be held against it."""
_VARBINDS = (8, 10)
_PORTS = 6
_IF = "1.3.6.1.2.1.2.2.1"
_IFX = "1.3.6.1.2.1.31.1.1.1"
_COUNTERS = {
    "octets": (f"{_IFX}.6", f"{_IF}.10"),
    "multicast": (f"{_IFX}.8", f"{_IFX}.2"),
    "broadcast": (f"{_IFX}.9", f"{_IFX}.3"),
}
"""What comes in -> its 64-bit and its 32-bit column (IF-MIB 2000-06-14)."""
_NO_INSTANCE = f"{standard.IF_DESCR}.0"
"""Of an object that every agent has; no interface has the number 0 (RFC 2863)."""
_NO_OBJECT = f"{_IF}.99.0"
"""ifEntry has 22 columns."""
_SCALARS = (
    *CLOCK_OIDS,
    *(f"1.3.6.1.2.1.1.{n}.0" for n in (1, 2, 4, 5, 6, 7)),
    "1.3.6.1.2.1.2.1.0",
)
"""What a GET of many varbinds asks for: the clocks, SNMPv2-MIB system, ifNumber."""


class Counting(StrEnum):
    """Whether 64-bit columns count (field note C4)."""

    COUNTS = "count"
    STUCK = "stuck at zero while the 32-bit ones count"
    ABSENT = "not there"
    UNTOLD = "no traffic on the ports looked at"


class EngineTime(StrEnum):
    """Whether snmpEngineTime agrees with sysUpTime (field notes T1, T3)."""

    SANE = "agrees with sysUpTime"
    WRONG = "contradicts sysUpTime"
    ABSENT = "not there"


@dataclass(kw_only=True)
class Prober:
    """A probe under way.

    Attributes:
        most: What nothing may go beyond.
        stood: The same, less what the agent was seen not to stand.
        silent_over: The request after which it fell silent for good; empty: it did not.
    """

    conversation: SnmpConversation
    driver: Driver
    most: SnmpLimits
    step: Step
    stood: SnmpLimits = field(init=False)
    silent_over: str = ""
    _ports: tuple[int, ...] = ()

    def __post_init__(self) -> None:
        self.stood = self.most

    def _parts(self, oids: Sequence[str]) -> Iterator[tuple[str, ...]]:
        """As many at a time as one small request takes."""
        start = 0
        while start < len(oids):
            size = max(1, min(FEW, self.conversation.limits.varbinds))
            yield tuple(oids[start : start + size])
            start += size

    async def engine_time(self, now: datetime) -> EngineTime:
        """Look at the agent's clocks."""
        await self.step("its clocks")
        cells = await self.conversation.get(CLOCK_OIDS)
        if standard.SNMP_ENGINE_TIME not in cells:
            return EngineTime.ABSENT
        read = clock(cells, now, trusted=True)
        sane = read is not None and read.wraps is not None
        return EngineTime.SANE if sane else EngineTime.WRONG

    async def presences(self) -> dict[Fact, Presence]:
        """Which facts' tables there are, of those that the driver reads."""
        asked = {
            fact: tuple(dict.fromkeys(c for t in tables for c in columns(t)))
            for fact in Fact
            # No ONT is asked over OMCI for a probe; where snooping is on is no table of its own;
            # that no ONT waits now does not say that there is no list of them.
            if fact not in {Fact.ONT_LIGHT, Fact.SNOOPING, Fact.UNREGISTERED}
            and (tables := tables_of(self.driver, fact))
        }
        rows: set[str] = set()
        for part in self._parts(tuple(dict.fromkeys(c for told in asked.values() for c in told))):
            await self.step("which tables have rows")
            rows.update((await self.conversation.look(part, following=True)).rows)
        sorts = await self._sorts_what_is_not_there()
        return {
            fact: Presence.ANSWERS
            if rows.intersection(told)
            else await self._why_empty(fact)
            if sorts
            else Presence.UNTOLD
            for fact, told in asked.items()
        }

    async def _sorts_what_is_not_there(self) -> bool:
        """Whether the agent tells an object that it lacks from an instance (RFC 3416, 4.2.1)."""
        await self.step("how it says that something is not there")
        tags = (await self.conversation.look((_NO_INSTANCE, _NO_OBJECT), following=False)).tags
        return (tags.get(_NO_INSTANCE), tags.get(_NO_OBJECT)) == (NO_SUCH_INSTANCE, NO_SUCH_OBJECT)

    async def _why_empty(self, fact: Fact) -> Presence:
        """Why no table of a fact has a row."""
        if fact is Fact.MACS and self.driver.contexts:
            return Presence.UNTOLD  # its rows stand in the contexts of VLANs (field note F13)
        told = [columns(table) for table in tables_of(self.driver, fact)]
        asked = tuple(dict.fromkeys(f"{found[0]}.0" for found in told if found))
        tags: dict[str, int] = {}
        for part in self._parts(asked):
            await self.step(f"whether it has tables of {fact}")
            tags.update((await self.conversation.look(part, following=False)).tags)
        if asked and all(tags.get(oid) == NO_SUCH_OBJECT for oid in asked):
            return Presence.ABSENT
        return Presence.EMPTY if NO_SUCH_INSTANCE in tags.values() else Presence.UNTOLD

    async def limits(self) -> None:
        """Ask for more and more at a time, until the agent has had enough."""
        if self.conversation.limits.varbinds < min(FEW, self.most.varbinds):
            self.stood = replace(self.stood, varbinds=self.conversation.limits.varbinds)
        alive = await self._repetitions()
        if alive and self.stood.varbinds == self.most.varbinds:
            await self._varbinds()
        self.conversation.limits = self.stood

    async def _repetitions(self) -> bool:
        no_bulk = any(is_prefix(top, standard.IF_DESCR) for top in self.most.no_bulk)
        if not self.most.bulk or no_bulk:
            return True
        good = 0
        for number in _up_to(_REPETITIONS, self.most.max_repetitions):
            await self.step(f"a GETBULK of {number} repetitions")
            self.conversation.limits = replace(self.conversation.limits, max_repetitions=number)
            try:
                page = await self.conversation.page(standard.IF_DESCR)
            except SnmpTimeoutError:
                return await self._silent_over_bulk(number, good)
            except SnmpStatusError:
                return True
            found = [oid for oid, _ in page.rows]
            stands = self.conversation.limits.max_repetitions
            if stands < number:
                self.stood = replace(self.stood, max_repetitions=max(1, stands, good))
                return True
            if await self._skips(found, good):
                self.stood = replace(self.stood, max_repetitions=good)
                return True
            good = number
            self._ports = tuple(_ports(found))
        return True

    async def _skips(self, found: list[Oid], good: int) -> bool:
        """Whether rows behind the first few differ when fewer are asked for (field note A4)."""
        if not good or len(found) <= good:
            return False
        await self.step("the same rows by a smaller GETBULK")
        large = self.conversation.limits
        self.conversation.limits = replace(large, max_repetitions=good)
        page = await self.conversation.page(dotted(found[good - 1]))
        self.conversation.limits = large
        rest = [oid for oid, _ in page.rows]
        return rest[: len(found) - good] != found[good : good + len(rest)]

    async def _silent_over_bulk(self, number: int, good: int) -> bool:
        """What a silence over a GETBULK says; whether the agent lives."""
        lives = await self._lives()
        if good:
            self.stood = replace(self.stood, max_repetitions=good)
        else:
            self.stood = replace(self.stood, bulk=False)
        if not lives:
            self.silent_over = f"a GETBULK of {number} repetitions"
        return lives

    async def _varbinds(self) -> None:
        good = min(FEW, self.most.varbinds)
        for number in _up_to(_VARBINDS, self.most.varbinds):
            await self.step(f"a GET of {number} varbinds")
            self.conversation.limits = replace(self.conversation.limits, varbinds=number)
            try:
                await self.conversation.get(_SCALARS[:number])
            except SnmpTimeoutError:
                self.stood = replace(self.stood, varbinds=good)
                self.silent_over = f"a GET of {number} varbinds"
                return
            stands = self.conversation.limits.varbinds
            if stands < min(number, len(_SCALARS)):
                self.stood = replace(self.stood, varbinds=stands)
                return
            good = number

    async def _lives(self) -> bool:
        await self.step("whether it lives")
        try:
            return bool(await self.conversation.get([standard.SYS_UP_TIME]))
        except SnmpTimeoutError:
            return False

    async def counters(self) -> dict[str, Counting]:
        """Whether 64-bit counters count, on the first ports."""
        ports = self._ports or await self._first_ports()
        pairs = _COUNTERS.values()
        oids = [f"{column}.{port}" for pair in pairs for column in pair for port in ports]
        cells: dict[str, Cell] = {}
        for part in self._parts(tuple(oids)):
            await self.step("counters of some ports")
            cells.update(await self.conversation.get(part))
        return {name: _counting(cells, *pair) for name, pair in _COUNTERS.items()}

    async def _first_ports(self) -> tuple[int, ...]:
        """Some ports of an agent that gets no GETBULK."""
        found: list[Oid] = []
        for _ in range(_PORTS):
            await self.step("some ports")
            after = dotted(found[-1]) if found else standard.IF_DESCR
            found += [oid for oid, _ in (await self.conversation.page(after, bulk=False)).rows]
        return tuple(_ports(found))


def _up_to(sizes: Sequence[int], most: int) -> Iterator[int]:
    yield from (n for n in sizes if n < most)
    yield most


def _ports(found: Sequence[Oid]) -> Iterator[int]:
    top = numbers(standard.IF_DESCR)
    inside = [oid for oid in found if oid[:-1] == top]
    yield from (oid[-1] for oid in inside[:_PORTS])


def _counting(cells: Mapping[str, Cell], wide: str, narrow: str) -> Counting:
    def values(column: str) -> list[Cell]:
        return [cell for oid, cell in cells.items() if is_prefix(column, oid)]

    if not values(wide):
        return Counting.ABSENT
    if any(values(wide)):
        return Counting.COUNTS
    return Counting.STUCK if any(values(narrow)) else Counting.UNTOLD


@dataclass(frozen=True, kw_only=True, slots=True)
class Probed:
    """What a probe has found.

    Attributes:
        known: The device, with the driver that claims it.
        facts: Of those that the driver reads.
        counters: Name of a counter -> whether its 64-bit column counts; empty: not looked at.
        stood: What it stands, never more than the driver says.
        silent_over: The request after which it fell silent for good; empty: it did not.
        cost: What it has cost the device.
    """

    known: DeviceState
    facts: Mapping[Fact, Presence]
    counters: Mapping[str, Counting]
    engine_time: EngineTime
    stood: SnmpLimits
    silent_over: str
    cost: Cost

    @property
    def proposals(self) -> tuple[str, ...]:
        """What a person might do about it."""
        return tuple(_proposals(self))


async def probe(
    conversation: SnmpConversation,
    target: Target,
    registry: Registry,
    now: datetime,
    *,
    learnt: AgentLimits,
    step: Step,
) -> Probed:
    """Probe a device. Nothing is remembered: see `remember`.

    Args:
        conversation: With the device.
        target: The device.
        registry: The drivers.
        now: The time.
        learnt: What is known not to be stood is not tried.
        step: Awaited before each request, with words of what it asks.

    Raises:
        DeviceError: It is silent before anything larger was asked for, or breaks the protocol.
        DriverError: No driver fits.
    """
    await step("who it is")
    known = await contact(conversation, target, registry, now)
    most = learnt.limits(known.kind, target.element, lowest(known.limits, known.driver.limits))
    conversation.limits = replace(most, varbinds=min(FEW, most.varbinds))
    prober = Prober(conversation=conversation, driver=known.driver, most=most, step=step)
    engine_time = await prober.engine_time(now)
    facts = await prober.presences()
    counters: Mapping[str, Counting] = {}
    try:
        await prober.limits()
        counters = {} if prober.silent_over else await prober.counters()
    except SnmpTimeoutError:
        prober.silent_over = "a small request"
    counted = conversation.counted
    return Probed(
        known=known,
        facts=facts,
        counters=counters,
        engine_time=engine_time,
        stood=prober.stood,
        silent_over=prober.silent_over,
        cost=Cost(requests=counted.requests, retries=counted.retries, varbinds=counted.varbinds),
    )


def remember(found: Probed, learnt: AgentLimits, element: str, now: datetime) -> None:
    """Keep what a probe has found, for all devices of this model and software.

    Raises:
        TechinfoError: It cannot be written.
    """
    known = found.known
    learnt.note(
        known.kind,
        element,
        known.driver.limits,
        found.stood,
        silent=found.cost.retries > 0,
        now=now,
    )
    learnt.tell(
        Capability(kind=known.kind, fact=fact, presence=presence, element=element, at=now)
        for fact, presence in found.facts.items()
    )


def _proposals(found: Probed) -> Iterator[str]:
    known, most = found.known, found.known.driver.limits
    doubted = found.engine_time is EngineTime.WRONG and known.driver.clock
    if not known.driver.sys_object_ids:
        yield f"no driver claims {known.sys_object_id}: CONTRIBUTING.md shows how one is made"
    if found.silent_over:
        yield f"it fell silent over {found.silent_over}: see whether it lives, then --save"
    if found.stood != most:
        yield f"the driver's limits are too high for it: {_limits(found.stood, most)}"
    absent = [fact for fact, presence in found.facts.items() if presence is Presence.ABSENT]
    if absent:
        yield f"not implemented: {', '.join(absent)}; --save makes the service say so"
    stuck = [name for name, counting in found.counters.items() if counting is Counting.STUCK]
    if stuck:
        yield f"64-bit counters are stuck: {', '.join(stuck)}; the 32-bit ones are taken"
    if doubted:
        yield "snmpEngineTime cannot be believed: clock=False in the driver"


def _limits(stood: SnmpLimits, most: SnmpLimits) -> str:
    names = ("max_repetitions", "varbinds", "bulk", "unordered")
    lower = [name for name in names if getattr(stood, name) != getattr(most, name)]
    return ", ".join(f"{name}={getattr(stood, name)}" for name in lower)
