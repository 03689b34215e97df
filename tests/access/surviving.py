"""One switch of a lab that misbehaves, and what an agent of a provider is told about its port."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, TypeVar

from tests.access import made_up as m
from tests.access.at_lab import PATIENCE_S
from tests.access.made_up import lines, merged, registry
from tests.access.played import Clock, stocked

from techinfo.access.answer import Answer
from techinfo.access.freshness import CachePolicy
from techinfo.access.troubleshoot import Troubleshooter
from techinfo.collect import Collector, PollingLimits, Target
from techinfo.errors import TechinfoError
from techinfo.inventory import Inventory
from techinfo.lab import Lab, LabDevice
from techinfo.model import Transceiver
from techinfo.snmp.engine import SnmpEngine
from techinfo.snmp.interface import Conversation
from techinfo.wire import SnmpLimits

T = TypeVar("T")

ELM = "127.21.5.1"
STEADY, QUICK = (0.1, 0.2, 0.5, 10.0), (0.1, 0.1, 0.2)
"""Time-outs: where answers must come, however busy the machine, and where silence is the story."""
NOW = CachePolicy(max_age_s=0.0, deadline_s=PATIENCE_S)
PORTS = range(1, 13)
LEASES, GROUPS, SHAPING = f"{m.BASE}.4", f"{m.BASE}.5", f"{m.BASE}.6"
INVENTORY = f"""
elements:
  - {{name: sw-elm, address: {ELM}, sys_name: elm}}
accesses:
  - {{access_id: A-1, element: sw-elm, port: ge1, port_by: name}}
  - {{access_id: A-12, element: sw-elm, port: ge12, port_by: name}}
services:
  - {{vlan: 10, service_type: bb}}
"""


def home(port: int) -> m.Rows:
    """Everything that a switch knows of one home."""
    mac = f"02:00:00:00:00:{port:02x}"
    return merged(
        m.port(port, f"ge{port}", alias=f"home {port}"),
        m.optics(port, rx=-1200 - port),
        m.shaped(port, 0, 10, 1000 * port, 1000 * port),
        m.learnt(port, mac, 10),
        m.lease(port, port, f"198.51.100.{port}", mac, 10),
        m.group(port, port, f"239.1.1.{port}", 10),
    )


def elm() -> LabDevice:
    """A switch with a home on each of twelve ports."""
    return LabDevice(
        name="elm", address=ELM, rows=lines(merged(m.system("elm"), *map(home, PORTS)))
    )


def inventory(folder: Path) -> Inventory:
    """What the operator knows of it."""
    return stocked(folder, INVENTORY)


@dataclass
class Story:
    """A service over the lab, its clock and what it asks; `tell` runs it.

    Attributes:
        timeouts: Of every conversation that begins from now on.
        clock: Goes on when it is told to; devices have their own.
    """

    lab: Lab
    inventory: Inventory
    timeouts: tuple[float, ...] = STEADY
    polling_limits: PollingLimits = field(default_factory=lambda: PollingLimits(min_interval_s=0.0))
    clock: Clock = field(default_factory=Clock)
    any_source: bool = False

    def tell(self, words: Callable[[Teller], Awaitable[T]]) -> T:
        """What comes of it, in one event loop."""

        async def told() -> T:
            engine = SnmpEngine()

            def opened(_target: Target, limits: SnmpLimits) -> Conversation:
                where = self.lab.target("elm")
                return engine.conversation(
                    replace(where, timeouts=self.timeouts, any_source=self.any_source), limits
                )

            collector = Collector(
                registry(), opened, polling_limits=self.polling_limits, now=self.clock
            )
            service = Troubleshooter(self.inventory, collector, now=self.clock)
            try:
                return await asyncio.wait_for(
                    words(Teller(service, collector, self.clock)), PATIENCE_S
                )
            finally:
                await collector.close()
                await engine.close()

        return asyncio.run(told())


@dataclass(frozen=True)
class Teller:
    """Asks about one access."""

    service: Troubleshooter
    collector: Collector
    clock: Clock

    async def all(self, access: str = "A-1", policy: CachePolicy = NOW) -> dict[str, Any]:
        """Each question with the state of its answer and what it says, or its error."""
        asked = {
            "status": self.service.link_status,
            "macs": self.service.mac_addresses,
            "leases": self.service.leases,
            "groups": self.service.groups,
        }
        told = {}
        for name, ask in asked.items():
            self.clock.go_on(0.1)
            told[name] = await said(ask(access, policy))
        return told


def _level(module: Transceiver | None) -> Any:
    level = module.rx_power if module else None
    return round(level, 2) if isinstance(level, float) else level


async def said(asking: Awaitable[Answer]) -> Any:
    """What an answer says that does not move with time, or the error in its place."""
    try:
        answer = await asking
    except TechinfoError as error:
        return error
    part, port = answer.part, answer.port
    assert part is not None
    if port is None or part.state.value in {"failed", "unsupported"}:
        return part.state.value, part.cause
    facts = (
        port.port.name,
        port.port.alias,
        port.link.up if port.link else None,
        _level(port.transceiver),
        tuple(rate.cir for rate in port.shaping),
        tuple((entry.mac, entry.vlan) for entry in port.macs),
        tuple((lease.address, lease.mac) for lease in port.leases),
        tuple(group.address for group in port.groups),
    )
    return part.state.value, facts


def truth(port: int) -> dict[str, Any]:
    """What a healthy switch says of a home, by question."""
    mac = f"02:00:00:00:00:{port:02X}"
    who = (f"ge{port}", f"home {port}")
    nothing: tuple[Any, ...] = (None, None, (), (), (), ())
    return {
        "status": ("ok", (*who, True, round(-12 - port / 100, 2), (1000 * port,), (), (), ())),
        "macs": ("ok", (*who, *nothing[:3], ((mac, 10),), (), ())),
        "leases": ("ok", (*who, *nothing[:4], ((f"198.51.100.{port}", mac),), ())),
        "groups": ("ok", (*who, *nothing[:5], (f"239.1.1.{port}",))),
    }
