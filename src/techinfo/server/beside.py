"""A second server in the loop of the first: the administrators' listener."""

from __future__ import annotations

import asyncio
import pwd
import socket
import struct
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from typing import Any

import uvicorn

from techinfo.api.admin.app import PEER
from techinfo.server.accepting import Accepting, room
from techinfo.server.connection import Connection
from techinfo.server.web import GRACE_S, Asgi

MOST_CONNECTIONS = 64
"""Of administrators and of what watches over the service."""
_CREDENTIALS = struct.Struct("3i")
"""Process, user and group of who has connected (unix(7), SO_PEERCRED)."""


@asynccontextmanager
async def served_beside(app: Asgi, listening: socket.socket) -> AsyncIterator[None]:
    """Answer on another socket, too, while the block runs.

    Args:
        app: The application.
        listening: From `techinfo.server.web.bound`, or from `techinfo.server.sockets.bound`: each
            request then says in its state who has opened the socket.
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


class _Named(Connection):
    """A connection over a Unix socket, whose every request says whose it is."""

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Begin, and ask the kernel whose it is."""
        super().connection_made(transport)
        app, name = self.app, _peer(transport.get_extra_info("socket"))

        async def named(scope: Any, receive: Any, send: Any) -> None:
            scope["state"][PEER] = name
            await app(scope, receive, send)

        self.app = named


def _peer(connection: Any) -> str:
    """The user who has connected, by name where there is one."""
    octets = connection.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, _CREDENTIALS.size)
    _, user, _ = _CREDENTIALS.unpack(octets)
    try:
        return pwd.getpwuid(user).pw_name
    except KeyError:
        return f"user {user}"


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
                kind = _Named if listening.family == socket.AF_UNIX else Connection
                most = room(MOST_CONNECTIONS, part=8)
                accepting = Accepting(self, listening, most, kind=kind)
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
