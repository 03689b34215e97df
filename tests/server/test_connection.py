"""The clocks of a connection, on a clock that somebody moves."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, cast

import uvicorn
from tests.api.listening import HOST
from uvicorn.server import ServerState

from techinfo.server.connection import Connection, Limits

GET = b"GET / HTTP/1.1\r\n"


@dataclass(eq=False)
class Timer:
    """One call that is to come."""

    at: float
    do: Callable[[], None]
    gone: bool = False

    def cancel(self) -> None:
        """It does not come."""
        self.gone = True


@dataclass
class HandLoop:
    """An event loop whose time somebody moves; tasks are those of the loop that runs.

    Attributes:
        timers: All that ever were.
    """

    at: float = 1000.0
    timers: list[Timer] = field(default_factory=list)

    def time(self) -> float:
        """Seconds."""
        return self.at

    def call_later(self, seconds: float, do: Callable[[], None]) -> Timer:
        """As asyncio's."""
        self.timers.append(Timer(self.at + seconds, do))
        return self.timers[-1]

    def create_task(self, coroutine: Any) -> asyncio.Task[None]:
        """As asyncio's."""
        return asyncio.get_running_loop().create_task(coroutine)

    def go_on(self, seconds: float) -> None:
        """Time passes, and what is due is done."""
        until = self.at + seconds
        while due := [one for one in self.timers if not one.gone and one.at <= until]:
            first = min(due, key=lambda one: one.at)
            first.gone, self.at = True, first.at
            first.do()
        self.at = until


class Wire(asyncio.Transport):
    """Takes what is written."""

    def __init__(self) -> None:
        super().__init__()
        self.written = b""
        self.closed = False

    def write(self, data: Any) -> None:
        """Keep it."""
        self.written += data

    def is_closing(self) -> bool:
        """Whether somebody has closed it."""
        return self.closed

    def close(self) -> None:
        """Take no more."""
        self.closed = True

    def pause_reading(self) -> None:
        """Whoever drives it says when something comes."""

    def resume_reading(self) -> None:
        """The same."""


async def _fine(_scope: Any, _receive: Any, send: Any) -> None:
    length = (b"content-length", b"2")
    await send({"type": "http.response.start", "status": 200, "headers": [length]})
    await send({"type": "http.response.body", "body": b"{}"})


def connected(loop: HandLoop, wire: Wire) -> Connection:
    """A connection that may idle for five seconds."""
    config = uvicorn.Config(_fine, log_config=None, interface="asgi3", timeout_keep_alive=5)
    config.load()
    made = Connection(
        limits=Limits(),
        config=config,
        server_state=ServerState(),
        app_state={},
        _loop=cast("asyncio.AbstractEventLoop", loop),
    )
    made.connection_made(wire)
    return made


async def answered(connection: Connection, octets: bytes) -> None:
    """What a client says, until it is answered."""
    connection.data_received(octets)
    await asyncio.gather(*connection.tasks)


def test_who_asks_now_and_then_is_kept_and_who_idles_is_not() -> None:
    """One clock is enough for all the requests of its time."""

    async def words() -> None:
        loop, wire = HandLoop(), Wire()
        connection = connected(loop, wire)
        for _ in range(40):
            await answered(connection, GET + HOST + b"\r\n")
            loop.go_on(0.5)
        loop.go_on(4.0)
        assert not wire.closed
        loop.go_on(0.6)
        assert wire.closed
        assert wire.written.count(b"HTTP/1.1 200") == 40
        assert len(loop.timers) < 15

    asyncio.run(words())


def test_who_begins_to_ask_does_not_idle() -> None:
    """The clock of idling stands still; that of heads has begun."""

    async def words() -> None:
        loop, wire = HandLoop(), Wire()
        connection = connected(loop, wire)
        await answered(connection, GET + HOST + b"\r\n")
        loop.go_on(4.0)
        await answered(connection, GET[:8])
        loop.go_on(4.0)
        assert not wire.closed
        await answered(connection, GET[8:] + HOST + b"\r\n")
        assert wire.written.count(b"HTTP/1.1 200") == 2
        loop.go_on(4.9)
        assert not wire.closed
        loop.go_on(0.2)
        assert wire.closed

    asyncio.run(words())
