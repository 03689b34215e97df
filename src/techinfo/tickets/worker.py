"""Work that waits in the file of tickets, done in the background: so many pieces at a time."""

from __future__ import annotations

import asyncio
import logging
from abc import ABC, abstractmethod
from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import Generic, TypeVar

from techinfo.errors import TicketStoreError

_K = TypeVar("_K")
_log = logging.getLogger(__name__)


class BackgroundWorker(ABC, Generic[_K]):
    """Looks for work when it is woken or when time is up, and runs what it finds as tasks.

    What waits stands in the file, so that a restart loses nothing. When the file cannot be read or
    written the log says so once, and everything rests for a while.

    Args:
        trouble: What the log says when the file cannot be used.
        again_s: The file is tried again so long after it could not be used.
    """

    def __init__(self, trouble: str, again_s: float) -> None:
        self._trouble = trouble
        self._again_s = again_s
        self._woken = asyncio.Event()
        self._tasks: dict[_K, asyncio.Task[None]] = {}
        self._rests_until = 0.0
        self._loop: asyncio.Task[None] | None = None

    @abstractmethod
    async def _look(self) -> float | None:
        """Call `_begin` for what can be done now.

        Returns:
            After how many seconds to look again; ``None``: when woken.
        """

    @property
    def running(self) -> tuple[_K, ...]:
        """What is being done now."""
        return tuple(self._tasks)

    def start(self) -> None:
        """Begin, with what an earlier run has left."""
        if self._loop is None:
            self._loop = asyncio.get_running_loop().create_task(self._run())

    def wake(self) -> None:
        """There may be something to do."""
        self._woken.set()

    def wake_from_thread(self) -> None:
        """The same from any thread; nothing happens before `start`."""
        loop = self._loop.get_loop() if self._loop is not None else None
        if loop is not None and not loop.is_closed():
            loop.call_soon_threadsafe(self._woken.set)

    def _begin(self, key: _K, work: Callable[[], Awaitable[None]]) -> None:
        """Run one piece of work as a task; its end wakes the worker."""
        task = asyncio.get_running_loop().create_task(self._guarded(work))
        self._tasks[key] = task

        def done(_: asyncio.Task[None]) -> None:
            self._tasks.pop(key, None)
            self._woken.set()

        task.add_done_callback(done)

    async def settled(self) -> None:
        """Wait for the end of what is being done."""
        await asyncio.gather(*self._tasks.values())

    async def close(self) -> None:
        """Stop; what was not finished stays in the file."""
        running = [*self._tasks.values(), *([self._loop] if self._loop else [])]
        for task in running:
            task.cancel()
        await asyncio.gather(*running, return_exceptions=True)
        self._tasks.clear()
        self._loop = None

    async def _run(self) -> None:
        loop = asyncio.get_running_loop()
        while True:
            self._woken.clear()
            rest_s = self._rests_until - loop.time()
            pause_s: float | None = rest_s
            if rest_s <= 0:
                try:
                    pause_s = await self._look()
                except TicketStoreError as error:
                    self._note_trouble(error)
                    pause_s = self._again_s
            with suppress(TimeoutError):
                async with asyncio.timeout(pause_s):
                    await self._woken.wait()

    async def _guarded(self, work: Callable[[], Awaitable[None]]) -> None:
        try:
            await work()  # not before: a task that is cancelled at once begins nothing
        except TicketStoreError as error:
            self._note_trouble(error)

    def _note_trouble(self, error: TicketStoreError) -> None:
        now = asyncio.get_running_loop().time()
        if now >= self._rests_until:
            _log.warning("%s: %s", self._trouble, error)
        self._rests_until = now + self._again_s
