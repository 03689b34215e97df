"""Serve an application until somebody says stop, and the administrators' listener beside it."""

from __future__ import annotations

import asyncio
import gc
import os
import pwd
import resource
import signal
import socket
import ssl
import struct
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager
from types import FrameType
from typing import Any, NoReturn

import uvicorn
import uvloop

from techinfo.api.admin.app import PEER
from techinfo.errors import ConfigError
from techinfo.server.accepting import Accepting, room
from techinfo.server.connection import Connection
from techinfo.server.notify import GRACE_S, Notifier, has_terminal

MOST_CONNECTIONS = 4096
"""At the same time, where there are descriptors enough."""
_MOST_FILES = 65_536
_MADE_BEFORE_A_LOOK = 10_000
"""Objects, until what was made lately is looked at for garbage."""

Asgi = Callable[[Any, Any, Any], Awaitable[None]]


def bound(host: str, port: int, *, key: str = "port") -> socket.socket:
    """A listening socket.

    Args:
        host: Address or host name.
        port: 0 takes any that is free.
        key: The setting that an error names.

    Raises:
        ConfigError: The address cannot be had.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    # Named, or asyncio leaves Nagle's algorithm on: each answer would wait 40 ms for an ACK.
    listening = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listening.bind((host, port))
    except (OSError, OverflowError) as e:
        listening.close()
        reason = e.strerror if isinstance(e, OSError) and e.strerror else str(e)
        raise ConfigError(f"cannot listen on {host} port {port}: {reason}", key=key) from e
    return listening


def serve(
    app: Asgi,
    listening: socket.socket,
    ready: Callable[[], None],
    *,
    keep_alive_s: int = 5,
    most: int = MOST_CONNECTIONS,
    lifeline: int | None = None,
    orders: Callable[[bytes], None] | None = None,
    hangup: Callable[[], None] | None = None,
    stopping: Callable[[], None] | None = None,
    tls: ssl.SSLContext | None = None,
) -> None:
    """Answer requests; Ctrl-C and SIGTERM end it after the running ones.

    Args:
        app: The application.
        listening: Bound, from `bound` or `techinfo.server.sockets.bound`.
        ready: Called once when requests are answered.
        keep_alive_s: How long a connection may idle.
        most: So many connections at a time, and no more than descriptors allow.
        lifeline: A descriptor whose other end is held by who started this process: when that is
            gone, this ends too.
        orders: Takes each line that is written there.
        hangup: What SIGHUP does; by default nothing.
        stopping: Called once when no more requests are taken, and the running ones shall end.
        tls: By what connections are encrypted; ``None``: they are not.
    """
    _allow_many_files()
    # The server raises a signal that ended it once more. By default SIGTERM would then end the
    # process in mid-sentence, its files unclosed.
    signal.signal(signal.SIGTERM, _leave)
    config = _config(app, timeout_keep_alive=keep_alive_s)
    server = _Server(config, ready, most, lifeline, orders, hangup, stopping, tls)
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        runner.run(server.serve(sockets=[listening]))


def settle() -> None:
    """What a start has made stays: no collection needs to look at it again.

    What is made later is mostly gone before one looks: to look as often as Python does by itself
    takes a tenth of the CPU of a poll.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(_MADE_BEFORE_A_LOOK)


def _config(app: Asgi, **more: Any) -> uvicorn.Config:
    return uvicorn.Config(
        app,
        log_config=None,
        access_log=False,
        server_header=False,
        proxy_headers=False,  # whom to believe is a setting, and the business of `asgi.auth`
        interface="asgi3",
        ws="none",
        timeout_graceful_shutdown=GRACE_S,
        **more,
    )


class _Listening(uvicorn.Server):
    """Leaves what listens to `Accepting`."""

    unix_connection = Connection
    """What is spoken on a Unix socket."""
    part = 2
    """Of the descriptors that are left, it takes so small a part."""

    def __init__(
        self, config: uvicorn.Config, most: int, tls: ssl.SSLContext | None = None
    ) -> None:
        super().__init__(config)
        self._most = most
        self._tls = tls
        self._accepting: list[Accepting] = []

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup([])
        for listening in sockets or [] if self.started else []:
            kind = self.unix_connection if listening.family == socket.AF_UNIX else Connection
            most = room(self._most, part=self.part)
            accepting = Accepting(self, listening, most, kind=kind, tls=self._tls)
            accepting.start()
            self._accepting.append(accepting)

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        for accepting in self._accepting:
            accepting.stop()
        await super().shutdown(sockets)


class _Server(_Listening):
    def __init__(
        self,
        config: uvicorn.Config,
        ready: Callable[[], None],
        most: int,
        lifeline: int | None,
        orders: Callable[[bytes], None] | None,
        hangup: Callable[[], None] | None,
        stopping: Callable[[], None] | None,
        tls: ssl.SSLContext | None,
    ) -> None:
        super().__init__(config, most, tls)
        self._ready = ready
        self._lifeline = lifeline
        self._orders = orders
        self._hangup = hangup
        self._stopping = stopping
        self._line = bytearray()
        self._notifier = Notifier()

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        loop = asyncio.get_running_loop()
        loop.add_signal_handler(signal.SIGHUP, self._hung_up, has_terminal())
        if self._lifeline is not None:
            loop.add_reader(self._lifeline, self._look, self._lifeline)
        if self.started:
            settle()
            self._ready()
            self._notifier.ready(_port(sockets or ()))

    async def on_tick(self, counter: int) -> bool:
        """One round of the loop that answers requests: who turns it is alive."""
        self._notifier.alive()
        return await super().on_tick(counter)

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        self._notifier.stopping()
        if self._stopping is not None:
            self._stopping()
        await super().shutdown(sockets)

    def _hung_up(self, had_terminal: bool) -> None:
        if had_terminal and not has_terminal():
            self.should_exit = True
        elif self._hangup is not None:
            self._hangup()

    def _look(self, lifeline: int) -> None:
        """Lines are orders; the end of them is the end of who gives them."""
        octets = os.read(lifeline, 65_536)
        if not octets:
            asyncio.get_running_loop().remove_reader(lifeline)
            self.should_exit = True
            return
        self._line += octets
        *lines, rest = bytes(self._line).split(b"\n")
        self._line = bytearray(rest)
        if self._orders is not None:
            for line in lines:
                self._orders(line)


def _port(sockets: Sequence[socket.socket]) -> int:
    """The TCP port of the first; 0: it has none."""
    return next((s.getsockname()[1] for s in sockets if s.family != socket.AF_UNIX), 0)


def _leave(_signal: int, _frame: FrameType | None) -> NoReturn:
    raise SystemExit(0)


def _allow_many_files() -> None:
    """A connection is a descriptor; the usual 1,024 are fewer than may wait for slow elements."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = _MOST_FILES if hard == resource.RLIM_INFINITY else min(_MOST_FILES, hard)
    if soft != resource.RLIM_INFINITY and soft < wanted:
        resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))


MOST_BESIDE = 64
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
    server = _Beside(_config(app), MOST_BESIDE)
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


class _Beside(_Listening):
    """Leaves the signals to the first."""

    unix_connection = _Named
    part = 8

    def __init__(self, config: uvicorn.Config, most: int) -> None:
        super().__init__(config, most)
        self.up = asyncio.Event()

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        try:
            await super().startup(sockets)
        finally:
            self.up.set()

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield
