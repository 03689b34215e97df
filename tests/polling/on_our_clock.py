"""Agents of the lab on a clock that is handed in, over real UDP: a day of polls in a minute."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from tests.access.played import Clock
from tests.polling.many import House

from techinfo.lab.agent import Agent
from techinfo.lab.device import DeviceCounts
from techinfo.lab.fault import Outgoing
from techinfo.lab.holdings import Holdings
from techinfo.snmp.ber import parse_request


@dataclass(slots=True)
class Playing:
    """An agent, and the account of what it was asked.

    Attributes:
        dead: It answers nothing.
        slow_s: Seconds by which its answers are late; real ones.
    """

    holdings: Holdings
    clock: Clock
    started: datetime
    dead: bool = False
    slow_s: float = 0.0
    counts: DeviceCounts = field(default_factory=DeviceCounts)

    def receive(self, datagram: bytes) -> Sequence[Outgoing]:
        """As the lab's devices."""
        request = parse_request(datagram)
        self.counts.note(request)
        if self.dead:
            return ()
        began = self.started.timestamp()
        agent = Agent(self.holdings, clock=lambda: self.clock.at.timestamp(), started=began)
        reply = agent.answer(request)
        return (Outgoing(reply, delay_s=self.slow_s),) if reply else ()


async def lived(
    house: House,
    clock: Clock,
    until: datetime,
    step: timedelta,
    *,
    each: Callable[[], None] = lambda: None,
    patient: Collection[str] = (),
) -> None:
    """Poll until a time; the clock waits for all that answer at once.

    Args:
        house: What polls.
        clock: That it polls by.
        until: The end.
        step: Of the clock.
        each: Is called after each step, before what is due is begun.
        patient: Elements that the clock does not wait for.
    """
    house.poller.start()
    while clock.at < until:
        clock.go_on(step.total_seconds())
        each()
        house.poller.tick()
        under_way = house.poller._tasks.items()
        quick = [task for name, (task, _) in under_way if name not in patient]
        if quick:
            await asyncio.wait(quick)
            await asyncio.sleep(0)  # each leaves its slot
