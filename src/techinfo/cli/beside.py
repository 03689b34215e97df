"""A second server in the loop of the first: the administrators' listener."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager

import uvicorn

from techinfo.cli.accepting import Accepting, room
from techinfo.cli.web import GRACE_S, Asgi

MOST_CONNECTIONS = 64
"""Of administrators and of what watches over the service."""


@asynccontextmanager
async def served_beside(app: Asgi, listening: socket.socket) -> AsyncIterator[None]:
    """Answer on another socket, too, while the block runs.

    Args:
        app: The application.
        listening: From `techinfo.cli.web.bound`.
    """
    config = uvicorn.Config(
        app,
        log_config=None,
        access_log=False,
        server_header=False,
        proxy_headers=False,
        interface="asgi3",
        ws="none",
        timeout_graceful_shutdown=GRACE_S,
    )
    server = _Beside(config)
    task = asyncio.create_task(server.serve(sockets=[listening]))
    try:
        await server.up.wait()
        yield
    finally:
        server.should_exit = True
        await task


class _Beside(uvicorn.Server):
    """Leaves the signals to the first."""

    def __init__(self, config: uvicorn.Config) -> None:
        super().__init__(config)
        self.up = asyncio.Event()
        self._accepting: list[Accepting] = []

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        try:
            await super().startup([])
            for listening in sockets or []:
                accepting = Accepting(self, listening, room(MOST_CONNECTIONS, part=8))
                accepting.start()
                self._accepting.append(accepting)
        finally:
            self.up.set()

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        for accepting in self._accepting:
            accepting.stop()
        await super().shutdown(sockets)

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield
