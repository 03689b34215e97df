"""A port's few GETs do not wait for the end of somebody's walk on the same device."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

from tests.collect.playing import FDB, Playback, Played, driver, registry, switch, target

from techinfo.collect.collector import Collector
from techinfo.collect.target import Target
from techinfo.model import Fact, State
from techinfo.snmp.interface import Between, Conversation, Walked
from techinfo.wire import SnmpLimits


class _SlowWalks(Playback):
    """Walks of the MAC table wait until they are let go."""

    def __init__(self, device: Played, limits: SnmpLimits, events: _Events) -> None:
        super().__init__(device, limits)
        self._events = events

    async def walk(self, columns: Sequence[str], between: Between | None = None) -> Walked:
        if any(column.startswith(FDB) for column in columns):
            self._events.walking.set()
            await self._events.let_go.wait()
        return await super().walk(columns, between)


class _Events:
    """What happens to a walk."""

    def __init__(self) -> None:
        self.walking = asyncio.Event()
        self.let_go = asyncio.Event()


def test_link_status_passes_a_walk_of_the_mac_table() -> None:
    """The link is answered while the walk still goes on; then the walk's own answer comes."""
    device = Played(switch() | {f"{FDB}.2.2.0.0.0.0.1": 1})

    async def run() -> tuple[State, bool, State]:
        events = _Events()

        def opened(_: Target, limits: SnmpLimits) -> Conversation:
            return _SlowWalks(device, limits, events)

        owner = Collector(registry(driver()), opened, now=device.clock)
        await owner.read(target("ge1"), (Fact.LINK,), 0, 20)
        walk = asyncio.create_task(owner.read(target("ge1"), (Fact.MACS,), 0, 20))
        await events.walking.wait()

        link = await owner.read(target("ge2"), (Fact.LINK,), 0, 20)
        still_walking = not walk.done()
        events.let_go.set()
        macs = await walk
        return link.parts[Fact.LINK].state, still_walking, macs.parts[Fact.MACS].state

    assert asyncio.run(asyncio.wait_for(run(), 300)) == (State.OK, True, State.OK)
