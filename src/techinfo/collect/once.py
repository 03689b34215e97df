"""One reading of one device over one conversation, of which nothing is kept: dumps and replay."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime

from techinfo.collect.agent_limits import AgentLimits
from techinfo.collect.device_state import DeviceState, contact
from techinfo.collect.identity import RestartedError
from techinfo.collect.registry import Registry
from techinfo.collect.target import Reading, Target
from techinfo.collect.visit import Visit
from techinfo.model import Fact
from techinfo.snmp.interface import Conversation


async def read_once(
    conversation: Conversation,
    target: Target,
    registry: Registry,
    facts: Iterable[Fact],
    now: datetime,
    *,
    learnt: AgentLimits | None = None,
    before_light: Callable[[int], None] = lambda _: None,
) -> Reading:
    """Meet a device and read facts of one port or of all, as gently as is known to be needed.

    Before ONTs are asked over OMCI, ``before_light`` is told how many.

    Raises:
        DeviceError: It stays silent from the start, or is not the one that is named.
        DriverError: No driver fits.
    """
    wanted = frozenset(facts)
    known = await _meet(conversation, target, registry, now, learnt)
    visit = Visit(conversation, target, known, now, before_light=before_light)
    try:
        return await visit.read(wanted)
    except RestartedError:
        known = await _meet(conversation, target, registry, now, learnt)
        again = Visit(conversation, target, known, now)
        return await again.read_again(wanted)


async def _meet(
    conversation: Conversation,
    target: Target,
    registry: Registry,
    now: datetime,
    learnt: AgentLimits | None,
) -> DeviceState:
    known = await contact(conversation, target, registry, now)
    if learnt is not None:
        known.limits = learnt.limits(known.kind, target.element, known.limits)
        conversation.limits = known.limits
        known.lacking = learnt.lacking(known.kind)
    return known
