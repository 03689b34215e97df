"""A device that has no SNMP agent: who it is, which ports it has and all else, its screen tells.

Its host key says that it is the right one, and a port is found by its name. Ports have no numbers:
they are counted as they are first printed, and a number is nobody's name.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from math import inf
from typing import Any, Final

from techinfo.collect.command_line.asking import CliVisit, CommandLines
from techinfo.collect.command_line.placing import Ports
from techinfo.collect.device_state import DeviceState
from techinfo.collect.identity import find_ports
from techinfo.collect.target import Reading, Target
from techinfo.driver import convert
from techinfo.driver.driver import DEFAULT_LIMITS, Driver
from techinfo.errors import DriverError, PortNotUniqueError, WrongPortError
from techinfo.facts.build import Built, plan_facts
from techinfo.model import CLI, Device, Fact, Part, Port, PortFacts, State

_PORTS_FOR = timedelta(hours=1)
_MOST_PORTS: Final = 10_000


def introduced(lines: CommandLines | None, target: Target, now: datetime) -> DeviceState:
    """The device as its platform makes it known; nothing is asked.

    Raises:
        DriverError: Nobody knows its platform, or its command line is not asked.
    """
    line = target.command_line
    platform = lines.platform(line, target.driver or "") if lines and line else None
    if lines is None or platform is None or platform.session is None:
        raise DriverError("it has no SNMP agent, and no driver knows its command line")
    known = without_agent(
        target, target.driver or platform.driver or platform.names[0], platform.vendor, now
    )
    if platform.driver:
        known.hardware = Device(vendor=platform.vendor)
    known.by_command_line = lines.tells(line, known.driver.name)
    return known


def without_agent(target: Target, driver: str, vendor: str, now: datetime) -> DeviceState:
    """A device that has no SNMP agent: its driver has a name and no tables."""
    empty = Driver(
        name=driver,
        vendor=vendor,
        links=(),
        counters=(),
        transceivers=(),
        macs=(),
        vlans=(),
        neighbours=(),
    )
    return DeviceState(
        sys_object_id="",
        sys_descr="",
        sys_name=target.sys_name,
        driver=empty,
        plans=plan_facts(empty),
        hardware=Device(),
        met_at=now,
        limits=DEFAULT_LIMITS,
    )


@dataclass(kw_only=True)
class LoneVisit:
    """Facts of a device by its command line alone.

    Attributes:
        until: When whoever asks is let go, by `time.monotonic`.
        whole: Facts that were asked of all ports.
    """

    lines: CommandLines
    target: Target
    known: DeviceState
    now: datetime
    until: float = inf
    whole: set[Fact] = field(default_factory=set)
    _built: dict[Fact, Built] = field(default_factory=dict)

    async def read(self, wanted: Collection[Fact]) -> Reading:
        """Facts of the port that the target names, or of all ports.

        Raises:
            DeviceError: No session could be had, or it does not tell its ports.
            WrongPortError: The port is not there.
            PortNotUniqueError: Several have its name.
        """
        facts = [fact for fact in Fact if fact in wanted]
        if self._are_ports_old() or facts == [Fact.DEVICE] or self.target.port_name is None:
            await self._list_ports()
        port = self._find()
        left = [f for f in facts if f in self.known.by_command_line and f not in self._built]
        if left:
            at = CliVisit(self.target, self.known, port, self.now, self.until)
            built, whole = await self.lines.read(at, left)
            self._built |= built
            self.whole |= {f for f in whole if built[f].part.state is not State.FAILED}
        return self._reading(facts, port)

    def everything(self) -> Reading:
        """What was told of all ports."""
        told = self._reading(sorted(self.whole), None)
        return replace(told, parts={f: p for f, p in told.parts.items() if f in self.whole})

    def _are_ports_old(self) -> bool:
        at = self.known.joined_at
        return at is None or self.now - at > _PORTS_FOR

    async def _list_ports(self) -> None:
        """Which ports there are: the list that tells their links."""
        at = CliVisit(self.target, self.known, None, self.now, self.until)
        rows, part, device = await self.lines.list_ports(at)
        macs = [mac for row in rows if row.mac and (mac := convert.mac(row.mac.encode()))]
        self.known.hardware = replace(
            self.known.hardware,
            model=device.model if device else None,
            firmware=device.firmware if device else None,
            serial_number=device.serial if device else None,
            macs=tuple(dict.fromkeys(macs)),
        )
        numbers = {port.name: number for number, port in self.known.joins.ports.items()}
        for row in rows[:_MOST_PORTS]:
            if row.port not in numbers:
                numbers[row.port] = len(numbers) + 1
        here = {row.port for row in rows}
        self.known.joins.ports = {
            n: Port(if_index=n, name=name) for name, n in numbers.items() if name in here
        }
        self.known.joined_at = self.now
        self._built[Fact.LINK] = self.lines.links(rows, part, at)
        self.whole.add(Fact.LINK)

    def _find(self) -> Port | None:
        wanted, ports = self.target.port_name, self.known.joins.ports
        if wanted is None:
            return None
        found = find_ports(self.known.joins, wanted) if wanted.by != "index" else ()
        if not found and wanted.by in ("any", "name", "descr"):
            number = Ports(self.known.joins).named(wanted.name)
            found = () if number is None else (number,)
        if not found:
            raise WrongPortError("no such port on this element", port=wanted.name)
        if len(found) > 1:
            why = f"{len(found)} ports of this element have one name"
            raise PortNotUniqueError(why, port=wanted.name, address=self.target.host)
        return ports[found[0]]

    def _reading(self, facts: Collection[Fact], port: Port | None) -> Reading:
        every = self.known.joins.ports
        shown = every if port is None else {port.if_index: port}
        values: dict[int, dict[str, Any]] = {number: {} for number in shown}
        for fact, built in self._built.items():
            for number, value in built.ports.items() if fact in facts else ():
                if number in values:
                    values[number][fact.value] = value
        return Reading(
            element=self.target.element,
            driver=self.known.driver.name,
            device=self.known.device(),
            if_index=port.if_index if port else None,
            ports={n: PortFacts(port=shown[n], **told) for n, told in values.items()},
            parts={fact: self._part(fact, port) for fact in facts},
        )

    def _part(self, fact: Fact, port: Port | None) -> Part:
        if fact is Fact.DEVICE:
            return Part(state=State.OK, read_at=self.now, source=CLI)
        built = self._built.get(fact)
        if built is None:
            cause = "its command line does not tell it, and it has no SNMP agent"
            return Part(state=State.UNSUPPORTED, cause=cause, code="not_available_here")
        return built.part.of_port(port.if_index) if port else built.part
