"""How a device is met, for the first time or again, and what it is asked with from then on."""

from __future__ import annotations

from datetime import datetime

from techinfo.collect.agent_limits import AgentLimits, lowest
from techinfo.collect.command_line.asking import CommandLines
from techinfo.collect.device_state import DeviceState, contact
from techinfo.collect.held import HeldDevice
from techinfo.collect.met_before import MetBefore
from techinfo.collect.registry import Registry
from techinfo.collect.target import Target
from techinfo.driver.driver import DEFAULT_LIMITS
from techinfo.snmp.interface import Conversation
from techinfo.wire import SnmpLimits


class Meetings:
    """Devices introduce themselves here, and what their agents do not stand is remembered.

    Args:
        registry: The drivers.
        learnt: What agents of a kind stand.
        before: Devices as they were met lately, by this process or one before it.
        lines: Whoever has sessions with command lines, if somebody has.

    Attributes:
        registry: The drivers, which may be others from now on.
    """

    def __init__(
        self,
        registry: Registry,
        learnt: AgentLimits,
        before: MetBefore,
        lines: CommandLines | None,
    ) -> None:
        self.registry = registry
        self._learnt = learnt
        self._before = before
        self._lines = lines

    async def meet(
        self, device: HeldDevice, target: Target, conversation: Conversation, now: datetime
    ) -> DeviceState:
        """Ask a device who it is.

        Raises:
            DeviceError, DriverError: As `contact`.
        """
        before = conversation.limits
        try:
            known = await contact(conversation, target, self.registry, now)
        except BaseException:
            conversation.limits = before  # those of a driver that it turned out not to be
            raise
        self._take_up(device, known, target, conversation)
        return known

    async def recall(
        self, device: HeldDevice, target: Target, conversation: Conversation, now: datetime
    ) -> DeviceState | None:
        """A device as it was met before, not long ago; ``None``: it is known, or was looked up."""
        if device.known is not None or device.recalled:
            return None
        device.recalled = True
        known = await self._before.recall(target, self.registry, now)
        if known is not None:
            conversation.limits = lowest(known.limits, conversation.limits)
            self._take_up(device, known, target, conversation)
        return known

    def limits(self, known: DeviceState | None, target: Target, now: datetime) -> SnmpLimits:
        """What a device is asked with at the start of a visit."""
        self._learnt.refresh(now)
        if known is None:
            return self._learnt.first(target.element, DEFAULT_LIMITS)
        self._note_probed(known)
        self._note_command_line(known, target)
        known.limits = self._learnt.limits(known.kind, target.element, known.driver.limits)
        return known.limits

    def learn(
        self, known: DeviceState, target: Target, conversation: Conversation, now: datetime
    ) -> None:
        """Remember what the agent did not stand, for all devices of its kind."""
        known.limits = conversation.limits
        self._before.note(target, known, now)
        self._learnt.note(
            known.kind,
            target.element,
            known.driver.limits,
            conversation.limits,
            silent=conversation.counted.retries > 0,
            now=now,
        )

    def _take_up(
        self, device: HeldDevice, known: DeviceState, target: Target, conversation: Conversation
    ) -> None:
        """From now on it is known, and asked with what agents of its kind stand."""
        device.known, device.met_as = known, target.driver
        learnt = self._learnt.limits(known.kind, target.element, conversation.limits)
        known.limits = conversation.limits = learnt
        self._note_probed(known)
        self._note_command_line(known, target)

    def _note_probed(self, known: DeviceState) -> None:
        known.lacking = self._learnt.lacking(known.kind)
        known.often = self._learnt.bears_often(known.kind)

    def _note_command_line(self, known: DeviceState, target: Target) -> None:
        if self._lines is not None:
            known.by_command_line = self._lines.tells(target.command_line, known.driver.name)
