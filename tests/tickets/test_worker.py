"""The worker behind link info and webhooks."""

from __future__ import annotations

import asyncio
import functools
import gc
import warnings

from techinfo.tickets.worker import BackgroundWorker


class Worker(BackgroundWorker[int]):
    """Has one piece of work, and notes that it was begun."""

    def __init__(self) -> None:
        super().__init__("the file cannot be used", again_s=60.0)
        self.begun: list[int] = []

    async def _look(self) -> float | None:
        self._begin(1, functools.partial(self._one, 1))
        return None

    async def _one(self, key: int) -> None:
        self.begun.append(key)
        await asyncio.Event().wait()


def closed_after(turns: int) -> list[int]:
    """What was begun by a worker that is closed after so many turns of the loop."""

    async def spoken() -> list[int]:
        worker = Worker()
        worker.start()
        for _ in range(turns):
            await asyncio.sleep(0)
        await worker.close()
        assert worker.running == ()
        return worker.begun

    return asyncio.run(spoken())


def test_work_that_is_cancelled_before_its_turn_was_never_begun() -> None:
    """And leaves nothing behind that nobody has awaited."""
    with warnings.catch_warnings(record=True) as seen:
        warnings.simplefilter("always")
        assert closed_after(1) == []
        gc.collect()
    assert [one.message for one in seen if "was never awaited" in str(one.message)] == []


def test_work_that_has_begun_is_stopped() -> None:
    """A worker that closes waits for nobody."""
    assert closed_after(3) == [1]
