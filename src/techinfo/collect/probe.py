"""What a model can tell and what it stands, learnt gently from one device."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from techinfo.collect.agent_limits import Learnt, lowest
from techinfo.collect.device_state import Known, contact
from techinfo.collect.probing import FEW, Counting, EngineTime, Prober, Step
from techinfo.collect.registry import Registry
from techinfo.collect.target import Cost, Target
from techinfo.errors import SnmpTimeoutError
from techinfo.model import Fact
from techinfo.snmp.conversation import SnmpConversation
from techinfo.store.agent_kinds import Capability, Presence
from techinfo.wire import SnmpLimits


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

    known: Known
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
    learnt: Learnt,
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


def remember(found: Probed, learnt: Learnt, element: str, now: datetime) -> None:
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
