"""Turns: one at a time, who is known first, the others' queues in turn."""

from __future__ import annotations

import asyncio

import pytest

from techinfo.api.asgi.passwords import FairLock
from techinfo.api.errors import ApiError


def test_queues_take_turns_and_who_is_known_goes_first() -> None:
    """A long queue does not stand before a short one."""
    turns, order = FairLock(), list[str]()

    async def waits(name: str, queue: str, *, known: bool = False) -> None:
        async with turns.turn(queue, known=known):
            order.append(name)
            await asyncio.sleep(0)

    async def words() -> None:
        asked = [waits("first", "a")]
        asked += [waits(f"a{n}", "a") for n in range(3)]
        asked += [waits("b0", "b"), waits("known", "a", known=True)]
        await asyncio.gather(*asked)

    asyncio.run(words())

    assert order == ["first", "known", "a0", "b0", "a1", "a2"]


def test_whoever_goes_away_leaves_no_gap() -> None:
    """Cancelled while waiting, or just when the turn came: the next one has it."""
    turns, order = FairLock(), list[str]()

    async def waits(name: str) -> None:
        async with turns.turn(name, known=False):
            order.append(name)
            await asyncio.sleep(0)

    async def words() -> None:
        async with turns.turn("a", known=False):
            b, c, d = (asyncio.ensure_future(waits(name)) for name in "bcd")
            await asyncio.sleep(0)
            c.cancel()
        b.cancel()  # its turn has come, and it has not yet seen it
        await asyncio.gather(b, c, d, return_exceptions=True)
        async with turns.turn("e", known=False):
            order.append("e")

    asyncio.run(asyncio.wait_for(words(), 300))

    assert order == ["d", "e"]
    assert turns.waiting == 0


def test_no_more_wait_than_may() -> None:
    """Of one queue, and of all; who is known finds room all the same."""
    turns = FairLock(most=3, most_of_one=2)

    async def waits(queue: str, *, known: bool = False) -> None:
        async with turns.turn(queue, known=known):
            await asyncio.sleep(0)

    async def words() -> list[BaseException | None]:
        asked = [waits("a"), waits("a"), waits("a"), waits("a")]
        asked += [waits("b"), waits("c"), waits("b", known=True)]
        return await asyncio.gather(*asked, return_exceptions=True)

    done = asyncio.run(words())

    refused = [n for n, error in enumerate(done) if isinstance(error, ApiError)]
    assert refused == [3, 5]
    assert all(error is None or isinstance(error, ApiError) for error in done)


def test_an_error_inside_gives_the_turn_on() -> None:
    """Whatever happens in a turn, it ends."""
    turns = FairLock()

    async def words() -> bool:
        with pytest.raises(ZeroDivisionError):
            async with turns.turn("a", known=False):
                raise ZeroDivisionError
        async with turns.turn("b", known=False):
            return True

    assert asyncio.run(asyncio.wait_for(words(), 300))
