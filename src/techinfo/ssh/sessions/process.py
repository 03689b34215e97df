"""The sessions' process, as its owner sees it: an order goes in, and what came of it comes back.

It is started when it is first needed, and anew when it has ended or does not answer any more: all
sessions are gone then.
"""

from __future__ import annotations

import asyncio
import os
import sys
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any, Final, Protocol

from techinfo.errors import SshError
from techinfo.ssh.sessions.messages import CABLE_TESTS, HEAD, MOST_OCTETS, packed, unpacked

_END_S: Final = 5.0
"""For all sessions to log out when the process is let go."""
_GONE = "the process of the SSH sessions has ended"


class Sessions(Protocol):
    """Who carries out orders: a process of its own, or, in tests, threads of this one.

    Attributes:
        number: How often it was started: a session of another number is gone.
    """

    number: int

    async def order(self, message: Mapping[str, Any], within: float) -> dict[str, Any]:
        """What comes of an order (`techinfo.ssh.sessions.worker`), in so many seconds.

        Raises:
            SshError: Nothing; and every session is gone.
        """

    async def close(self) -> None:
        """Log out everywhere, and end."""


class SessionProcess:
    """Starts it, speaks with it, ends it.

    Args:
        most: Orders that are carried out at a time.
        cable_tests: Orders to test a cable are among them.

    Attributes:
        number: How often it was started: a session of another number is gone.
    """

    def __init__(self, most: int, *, cable_tests: bool = False) -> None:
        self._most = most
        self._more = (CABLE_TESTS,) if cable_tests else ()
        self._process: asyncio.subprocess.Process | None = None
        self._orders: asyncio.StreamWriter | None = None
        self._reader: asyncio.Task[None] | None = None
        self._waiting: dict[int, asyncio.Future[dict[str, Any]]] = {}
        self._starting = asyncio.Lock()
        self._last = 0
        self.number = 0

    @property
    def pid(self) -> int | None:
        """Of the process; ``None``: it does not run."""
        return self._process.pid if self._process is not None else None

    async def order(self, message: Mapping[str, Any], within: float) -> dict[str, Any]:
        """What comes of an order.

        Args:
            message: See `techinfo.ssh.sessions.worker`.
            within: Seconds after which something is wrong with the process: it is ended.

        Raises:
            SshError: The process has ended, or was.
        """
        process, orders = await self._running()
        self._last += 1
        number = self._last
        self._waiting[number] = future = asyncio.get_running_loop().create_future()
        try:
            orders.write(packed({**message, "id": number}))
            await orders.drain()
            return await asyncio.wait_for(future, within)
        except TimeoutError:
            process.kill()
            raise SshError(
                "the process of the SSH sessions does not answer; it was ended"
            ) from None
        except (ConnectionError, RuntimeError) as error:
            raise SshError(_GONE) from error
        finally:
            self._waiting.pop(number, None)

    async def close(self) -> None:
        """Let it log out everywhere, and end."""
        process, orders, reader = self._process, self._orders, self._reader
        if process is None or orders is None:
            return
        orders.close()
        try:
            await asyncio.wait_for(process.wait(), _END_S)
        except TimeoutError:
            with suppress(ProcessLookupError):
                process.kill()
            await process.wait()
        if reader is not None:
            await reader

    async def _running(self) -> tuple[asyncio.subprocess.Process, asyncio.StreamWriter]:
        async with self._starting:
            if self._process is None or self._orders is None:
                made = await asyncio.create_subprocess_exec(
                    *(sys.executable, "-P", "-m", "techinfo.ssh.sessions.worker", str(self._most)),
                    *self._more,
                    stdin=asyncio.subprocess.PIPE,
                    stdout=asyncio.subprocess.PIPE,
                    start_new_session=True,  # Ctrl-C in a terminal is for the owner
                    env={**os.environ, "PYTHONPATH": _import_path()},
                )
                if made.stdin is None or made.stdout is None:
                    raise SshError(_GONE)
                self.number += 1
                self._process, self._orders = made, made.stdin
                self._reader = asyncio.create_task(self._read(made, made.stdout))
            return self._process, self._orders

    async def _read(
        self, process: asyncio.subprocess.Process, replies: asyncio.StreamReader
    ) -> None:
        """Hand out what comes, until the process ends."""
        try:
            while True:
                (length,) = HEAD.unpack(await replies.readexactly(HEAD.size))
                if length > MOST_OCTETS:
                    break
                message = unpacked(await replies.readexactly(length))
                future = self._waiting.get(message.pop("id"))
                if future is not None and not future.done():
                    future.set_result(message)
        except (asyncio.IncompleteReadError, ValueError, KeyError):
            pass
        finally:
            self._process = self._orders = None
            for future in self._waiting.values():
                if not future.done():
                    future.set_exception(SshError(_GONE))
            with suppress(ProcessLookupError):
                process.kill()
            await process.wait()


def _import_path() -> str:
    """Where this process found the package, before whatever the environment says."""
    root = str(Path(__file__).parents[3])
    return os.pathsep.join(filter(None, [root, os.environ.get("PYTHONPATH", "")]))
