"""A collector behind a real Unix socket, for tests that ask it as the API does."""

from __future__ import annotations

import asyncio
import socket
import tempfile
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

import uvicorn

from techinfo.collect import AnyCollector
from techinfo.collect.remote.client import RemoteCollector
from techinfo.collect.remote.server import collector_app
from techinfo.traps.heard import Heard

Asgi = Callable[[Any, Any, Any], Awaitable[None]]


@contextmanager
def socket_path() -> Iterator[Path]:
    """A path that is short enough for a socket's (unix(7): 107 octets)."""
    with tempfile.TemporaryDirectory(prefix="ti-") as folder:
        yield Path(folder) / "collector.sock"


def bound(path: Path) -> socket.socket:
    """A socket at a path, whatever was there."""
    path.unlink(missing_ok=True)
    listening = socket.socket(socket.AF_UNIX)
    listening.bind(str(path))
    return listening


class _Server(uvicorn.Server):
    def __init__(self, app: Asgi) -> None:
        super().__init__(
            uvicorn.Config(app, log_config=None, lifespan="off", timeout_graceful_shutdown=1)
        )
        self.up = asyncio.Event()

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        self.up.set()


@asynccontextmanager
async def listening(app: Asgi, path: Path) -> AsyncIterator[None]:
    """An application that answers on a Unix socket while the block lasts; then nobody does."""
    with bound(path) as sock:
        server = _Server(app)
        # Not `serve`, which takes the test runner's signals.
        serving = asyncio.create_task(server._serve(sockets=[sock]))
        await server.up.wait()
        try:
            yield
        finally:
            server.should_exit = True
            await serving


@asynccontextmanager
async def across(
    collector: AnyCollector,
    *,
    now: Callable[[], datetime] | None = None,
    heard: Callable[[float], Awaitable[Sequence[Heard]]] | None = None,
) -> AsyncIterator[RemoteCollector]:
    """The same collector, asked over a socket."""
    timed: dict[str, Any] = {} if now is None else {"now": now}
    with socket_path() as path:
        async with listening(collector_app(collector, heard=heard), path):
            remote = RemoteCollector(path, **timed)
            try:
                yield remote
            finally:
                await remote.close()
