"""Names of hosts into addresses, without that one owner's keep those of others from it.

The system's resolver takes as long as it likes, and cannot be told to stop: a name whose servers
never answer holds its thread for half a minute. So it runs in no thread that anything else of this
service needs, and in so many at a time for one owner.
"""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Callable, Sequence
from contextlib import suppress
from threading import Thread
from typing import Any

from techinfo.webhooks.targets import Resolve


class Names:
    """Looks names up for owners.

    Args:
        resolve: Host and port -> addresses.
        of_owner: Look-ups of one owner at the same time.
    """

    def __init__(self, resolve: Resolve, of_owner: int = 4) -> None:
        self._resolve = resolve
        self._of_owner = of_owner
        self._slots: dict[str, asyncio.Semaphore] = {}
        self._running: set[asyncio.Task[Sequence[str]]] = set()

    def of(self, owner: str) -> Resolve:
        """Looks names up for one of them."""
        slots = self._slots.setdefault(owner, asyncio.Semaphore(self._of_owner))

        async def resolve(host: str, port: int) -> Sequence[str]:
            await slots.acquire()
            task = asyncio.ensure_future(self._looked_up(host, port))
            self._running.add(task)
            task.add_done_callback(lambda done: self._end(done, slots))
            return await asyncio.shield(task)  # who waits no longer does not end it

        return resolve

    async def _looked_up(self, host: str, port: int) -> Sequence[str]:
        return await self._resolve(host, port)

    def _end(self, task: asyncio.Task[Sequence[str]], slots: asyncio.Semaphore) -> None:
        self._running.discard(task)
        slots.release()
        if not task.cancelled():
            task.exception()  # whoever wanted it may have gone


async def resolved(host: str, port: int) -> Sequence[str]:
    """What this host's resolver makes of a name.

    Raises:
        OSError: Nothing.
    """
    loop = asyncio.get_running_loop()
    found: asyncio.Future[Sequence[str]] = loop.create_future()

    def look() -> None:
        try:
            told = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
        except (OSError, UnicodeError) as error:
            _tell(loop, found, found.set_exception, error)
        else:
            _tell(loop, found, found.set_result, [str(where[0]) for *_, where in told])

    Thread(target=look, name="resolver", daemon=True).start()
    return await found


def _tell(
    loop: asyncio.AbstractEventLoop,
    found: asyncio.Future[Sequence[str]],
    put: Callable[[Any], None],
    value: Any,
) -> None:
    with suppress(RuntimeError):  # the service has ended meanwhile
        loop.call_soon_threadsafe(lambda: None if found.done() else put(value))
