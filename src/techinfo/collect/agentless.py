"""Devices without an SNMP agent: who tells of them, their own command line or an ACS."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from techinfo.acs.parameters import Told, Wanted
from techinfo.acs.server import AcsClient
from techinfo.collect.command_line.alone import LoneVisit, without_agent
from techinfo.collect.command_line.alone import introduced as by_command_line
from techinfo.collect.command_line.asking import CommandLines
from techinfo.collect.device_state import DeviceState
from techinfo.collect.target import AcsDevice, Reading, Target
from techinfo.errors import DriverError
from techinfo.model import ACS, Fact, Part, State

_DRIVER = "acs"
_TOLD = frozenset({Fact.LINK, Fact.COUNTERS, Fact.TRANSCEIVER})


class AgentlessVisit(Protocol):
    """A visit to such a device, or to who tells of it.

    Attributes:
        whole: Facts that were asked of all ports.
    """

    whole: set[Fact]

    async def read(self, wanted: Collection[Fact]) -> Reading:
        """Facts of the port that the target names, or of all ports."""

    def everything(self) -> Reading:
        """What was told of all ports."""


@dataclass(frozen=True, slots=True)
class Agentless:
    """Who tells of devices without an agent.

    Attributes:
        lines: Their command lines; ``None``: none is asked.
        acs: ACS servers; ``None``: none is asked.
    """

    lines: CommandLines | None = None
    acs: AcsClient | None = None

    def introduced(self, target: Target, now: datetime) -> DeviceState:
        """The device, as far as it is known without asking.

        Raises:
            DriverError: Nobody can be asked about it.
        """
        if target.acs is None:
            return by_command_line(self.lines, target, now)
        if self.acs is None:
            raise DriverError("it is managed by an ACS, and none is asked here")
        known = without_agent(target, _DRIVER, "", now)
        known.by_command_line = _TOLD
        return known

    def visit(
        self, target: Target, known: DeviceState, now: datetime, until: float
    ) -> AgentlessVisit:
        """A visit to a device that was introduced.

        Raises:
            DriverError: Nobody can be asked about it any more.
        """
        if target.acs is not None and self.acs is not None:
            return _AcsVisit(self.acs, target.acs, target.element, now)
        if self.lines is None:
            raise DriverError("it has no SNMP agent, and nobody tells of it")
        return LoneVisit(lines=self.lines, target=target, known=known, now=now, until=until)


@dataclass(slots=True)
class _AcsVisit:
    """A question to an ACS about a CPE: all that it keeps, in one request."""

    client: AcsClient
    device: AcsDevice
    element: str
    now: datetime
    whole: set[Fact] = field(default_factory=set)

    async def read(self, wanted: Collection[Fact]) -> Reading:
        """Facts of the CPE, each as old as its oldest value.

        Raises:
            AcsError: The ACS could not be asked, or does not know it.
        """
        cpe = Wanted(serial_number=self.device.serial_number, mac=self.device.mac)
        told = await self.client.ask(self.device.server, cpe, self.now)
        return Reading(
            element=self.element,
            driver=_DRIVER,
            device=told.device,
            ports=told.ports,
            parts={fact: _part(told, fact) for fact in wanted},
        )

    def everything(self) -> Reading:
        """Nothing: the target names no port, so that `read` has told all."""
        return Reading(element=self.element)


def _part(told: Told, fact: Fact) -> Part:
    at = told.at.get(fact)
    if at is not None:
        return Part(state=State.OK, read_at=at, source=ACS)
    why = "its ACS keeps nothing of it that is younger than a week"
    return Part(state=State.UNSUPPORTED, cause=why, code="not_available_here", source=ACS)
