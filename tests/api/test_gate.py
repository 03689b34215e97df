"""The gate: who is let in is served, who cannot be is told at once, and when to come again."""

from __future__ import annotations

import asyncio
from typing import Any

from tests.api.asgi_calls import Answered, ask

from techinfo.api.asgi.gate import ConcurrencyLimit


class Slow:
    """Answers when it is let; counts who came in."""

    def __init__(self) -> None:
        self.came = 0
        self.go = asyncio.Event()

    async def __call__(self, _scope: Any, _receive: Any, send: Any) -> None:
        """Let in."""
        self.came += 1
        await self.go.wait()
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": b"{}"})


def test_whoever_finds_no_room_costs_nothing_and_the_others_are_served() -> None:
    """Two are served, three wait and are served after them, the rest are sent away."""

    async def words() -> tuple[list[Answered], list[Answered], int]:
        slow = Slow()
        gate = ConcurrencyLimit(slow, patience_s=60, places=2, most_waiting=3)
        early = [asyncio.ensure_future(ask(gate)) for _ in range(5)]
        await asyncio.sleep(0)
        late = [await ask(gate) for _ in range(4)]
        came = slow.came
        slow.go.set()
        return await asyncio.gather(*early), late, came

    early, late, came = asyncio.run(asyncio.wait_for(words(), 300))

    assert [answered.status for answered in early] == [200] * 5
    assert {(a.status, a.body["code"], a.body["retryable"]) for a in late} == {
        (503, "overloaded", True)
    }
    assert all(int(answered.headers["retry-after"]) >= 1 for answered in late)
    assert came == 2


def test_whoever_would_wait_too_long_is_sent_away() -> None:
    """Who goes leaves no gap, and neither does who is cancelled."""

    async def words() -> tuple[Answered, Answered]:
        slow = Slow()
        gate = ConcurrencyLimit(slow, patience_s=0.01, places=1, most_waiting=1)
        first = asyncio.ensure_future(ask(gate))
        await asyncio.sleep(0)
        late = await ask(gate)
        first.cancel()
        await asyncio.gather(first, return_exceptions=True)
        slow.go.set()
        return late, await ask(gate)

    late, after = asyncio.run(asyncio.wait_for(words(), 300))

    assert (late.status, late.body["code"]) == (503, "overloaded")
    assert after.status == 200
