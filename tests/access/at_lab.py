"""The service over switches of a lab, asked over real UDP."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import TypeVar

from tests.access.made_up import registry

from techinfo.access.troubleshoot import Troubleshooter
from techinfo.collect import Collector, PollingLimits, Target
from techinfo.collect.registry import Registry
from techinfo.inventory import Inventory
from techinfo.lab import Lab
from techinfo.snmp.engine import SnmpEngine
from techinfo.snmp.interface import Conversation, SnmpTarget
from techinfo.wire import SnmpLimits

T = TypeVar("T")

PATIENCE_S = 30.0
"""No test waits longer for what must come."""
PATIENT, HASTY = (PATIENCE_S,), (0.05, 0.05)
"""Time-outs: of switches that will answer, and of those that will not."""


@dataclass(slots=True)
class Network:
    """Conversations with the lab's devices, whatever UDP port the inventory says.

    Attributes:
        timeouts: By address; ``PATIENT`` for all others.
        communities: By name of a credential.
        opened: Addresses, one for each conversation.
    """

    lab: Lab
    timeouts: Mapping[str, tuple[float, ...]] = field(default_factory=dict)
    communities: Mapping[str, bytes] = field(default_factory=lambda: {"default": b"public"})
    opened: list[str] = field(default_factory=list)
    _engine: SnmpEngine | None = None

    def open(self, target: Target, limits: SnmpLimits) -> Conversation:
        """Begin a conversation."""
        if self._engine is None:
            self._engine = SnmpEngine()
        self.opened.append(target.host)
        where = SnmpTarget(
            host=target.host,
            port=self.lab.port,
            community=self.communities[target.credential],
            timeouts=self.timeouts.get(target.host, PATIENT),
        )
        return self._engine.conversation(where, limits)

    async def close(self) -> None:
        """Close the sockets; the next conversation opens new ones."""
        engine, self._engine = self._engine, None
        if engine is not None:
            await engine.close()


def troubled(
    inventory: Inventory,
    network: Network,
    words: Callable[[Troubleshooter], Awaitable[T]],
    *,
    polling_limits: PollingLimits | None = None,
    drivers: Registry | None = None,
) -> T:
    """What comes of asking a service over a network, in one event loop."""

    async def spoken() -> T:
        polling = polling_limits or PollingLimits(min_interval_s=0.0)
        collector = Collector(drivers or registry(), network.open, polling_limits=polling)
        try:
            return await asyncio.wait_for(words(Troubleshooter(inventory, collector)), PATIENCE_S)
        finally:
            await collector.close()
            await network.close()

    return asyncio.run(spoken())


def asked(lab: Lab, name: str) -> dict[str, int]:
    """Requests that a device has had so far, by PDU."""
    return dict(lab.counts(name).requests)


def since(before: Mapping[str, int], after: Mapping[str, int]) -> dict[str, int]:
    """Requests between two counts; only the kinds that there were."""
    return {pdu: n for pdu in after if (n := after[pdu] - before.get(pdu, 0))}
