"""One reading of one device over one conversation, of which nothing is kept: dumps and replay."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime

from techinfo.collect.agent_limits import AgentLimits
from techinfo.collect.command_line.alone import LoneVisit, introduced
from techinfo.collect.command_line.asking import CommandLines
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
    command_lines: CommandLines | None = None,
) -> Reading:
    """Meet a device and read facts of one port or of all, as gently as is known to be needed.

    What SNMP does not tell its command line is asked, if there are sessions.

    Before ONTs are asked over OMCI, ``before_light`` is told how many.

    Raises:
        DeviceError: It stays silent from the start, or is not the one that is named.
        DriverError: No driver fits.
    """
    wanted = frozenset(facts)
    known = await _meet(conversation, target, registry, now, learnt)
    lines = command_lines
    if lines is not None:
        known.by_command_line = lines.tells(target.command_line, known.driver.name)
    visit = Visit(conversation, target, known, now, before_light=before_light, command_lines=lines)
    try:
        return await visit.read(wanted)
    except RestartedError:
        known = await _meet(conversation, target, registry, now, learnt)
        again = Visit(conversation, target, known, now, command_lines=lines)
        return await again.read_again(wanted)


async def read_alone(
    lines: CommandLines, target: Target, facts: Iterable[Fact], now: datetime
) -> Reading:
    """The same of a device that has no SNMP agent.

    Raises:
        DeviceError: No session could be had, or it does not tell its ports.
        DriverError: Nobody knows its platform.
    """
    known = introduced(lines, target, now)
    visit = LoneVisit(lines=lines, target=target, known=known, now=now)
    return await visit.read(frozenset(facts))


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
