"""Switches of a lab that teach a collector something, and a collector that has just started."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path

from tests.access import made_up as m
from tests.access.at_lab import PATIENCE_S, Network
from tests.access.made_up import Rows, lines, merged

from techinfo.collect import AgentLimits, Collector, PollingLimits, Reading, Target
from techinfo.lab import Lab, LabDevice
from techinfo.model import Fact
from techinfo.store.agent_limits import AgentLimitsFile

FACTS = (Fact.LINK, Fact.MACS)
PORTS = range(1, 25)


def switch(
    name: str, address: str, *, software: str = "7.1", more: Rows | None = None
) -> LabDevice:
    """A switch of 24 ports and as many MAC addresses; without leases and groups."""
    rows = merged(
        m.system(name),
        {f"{m.BASE}.9.2.0": f"4|{software}"},
        *(m.port(n, f"ge{n}") for n in PORTS),
        *(m.learnt(n, f"02:00:00:00:00:{n:02X}", 10) for n in PORTS),
        more or {},
    )
    return LabDevice(name=name, address=address, rows=lines(rows))


def element(name: str, address: str) -> Target:
    """All of a switch."""
    return Target(element=name, host=address)


def started(
    lab: Lab,
    path: Path,
    *targets: Target,
    facts: tuple[Fact, ...] = FACTS,
    timeouts: Mapping[str, tuple[float, ...]] | None = None,
) -> list[Reading]:
    """Read some elements in turn, as a service does that has just started with this file."""
    network = Network(lab, timeouts=timeouts or {})

    async def read() -> list[Reading]:
        with AgentLimitsFile.open(path) as file:
            collector = Collector(
                m.registry(),
                network.open,
                polling_limits=PollingLimits(min_interval_s=0.0),
                learnt=AgentLimits(file),
                now=lambda: datetime.now(UTC),
            )
            try:
                return [await collector.read(t, facts, 0.0, PATIENCE_S) for t in targets]
            finally:
                await collector.close()
                await network.close()

    return asyncio.run(read())
