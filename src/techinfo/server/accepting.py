"""Connections are taken from a listening socket while there is room for them.

What has no room waits in the kernel, or is told so. Who only keeps a connection open gives way to
who comes: the oldest of the address that holds most of them goes first, so that one address that
opens ever more takes its own.
"""

from __future__ import annotations

import asyncio
import errno
import logging
import resource
import socket
import ssl
from collections import Counter
from pathlib import Path

import uvicorn

from techinfo.api.errors import ApiError
from techinfo.error_codes import Code
from techinfo.server.connection import Connection, Limits
from techinfo.server.tls import HANDSHAKE_S

_AT_ONCE = 8
"""Connections that are taken before the others are looked after."""
_MOST_REFUSED = 8
"""Connections that are told at the same time that there is no room; at most half of the room, as
they take descriptors, too."""
_MOST_LEAVING = 4
"""Connections that give way at the same time: they take descriptors until they are gone."""
_REST_S = 0.1
"""Seconds for which nothing is taken when there is no room to say so either."""
_NO_MORE = frozenset({errno.EMFILE, errno.ENFILE, errno.ENOBUFS, errno.ENOMEM})
_TELL_S = 60.0
"""Seconds between two log lines about it."""

_log = logging.getLogger(__name__)


def room(most: int, *, part: int = 2) -> int:
    """How many connections may be open: at most ``1/part`` of the descriptors that are left."""
    soft, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
    if soft == resource.RLIM_INFINITY:
        return most
    left = soft - sum(1 for _ in Path("/proc/self/fd").iterdir())
    return max(1, min(most, left // part))


class Accepting:
    """Takes connections from a socket, for a server.

    Args:
        server: Has started, without sockets of its own.
        listening: Bound.
        most: So many at a time.
        limits: What is taken of a request.
        kind: What is spoken on a connection.
        tls: By what it is encrypted; ``None``: it is not.
    """

    def __init__(
        self,
        server: uvicorn.Server,
        listening: socket.socket,
        most: int,
        limits: Limits | None = None,
        kind: type[Connection] = Connection,
        tls: ssl.SSLContext | None = None,
    ) -> None:
        self._server = server
        self._listening = listening
        self._most = most
        self._most_refused = max(1, min(_MOST_REFUSED, most // 2))
        self._limits = limits or Limits()
        self._kind = kind
        self._tls = tls
        self._loop = asyncio.get_running_loop()
        self._open: set[Connection] = set()
        self._leaving: set[Connection] = set()
        self._refused: set[Connection] = set()
        self._beginning: set[asyncio.Task[None]] = set()
        self._rest: asyncio.TimerHandle | None = None
        self._told_at = float("-inf")

    def start(self) -> None:
        """Begin to listen."""
        self._listening.setblocking(False)
        self._listening.listen(self._server.config.backlog)
        self._loop.add_reader(self._listening.fileno(), self._take)

    def stop(self) -> None:
        """Take no more."""
        if self._rest is not None:
            self._rest.cancel()
            self._rest = None
        self._loop.remove_reader(self._listening.fileno())

    def _take(self) -> None:
        for _ in range(_AT_ONCE):
            if (
                len(self._leaving) >= _MOST_LEAVING
            ):  # they have their descriptors until they are gone
                return
            if len(self._refused) >= self._most_refused and not (self._has_room() or self._idle()):
                self._pause()
                return
            try:
                connected, _where = self._listening.accept()
            except (BlockingIOError, InterruptedError, ConnectionAbortedError):
                return
            except OSError as error:
                self._tell(f"no connection can be taken: {error.strerror}")
                if error.errno in _NO_MORE:
                    self._make_room()
                self._pause()
                return
            if self._has_room() or self._make_room():
                self._begin(connected)
            else:
                self._tell(f"all of {self._most} connections are in use: others are refused")
                self._begin(connected, _too_many())

    def _has_room(self) -> bool:
        return len(self._open) - len(self._leaving) - len(self._refused) < self._most

    def _idle(self) -> list[tuple[Connection, float]]:
        """Who only waits for its client, and since when."""
        staying = self._open - self._leaving - self._refused
        return [(one, since) for one in staying if (since := one.waits_since) is not None]

    def _make_room(self) -> bool:
        """Have the connection end that is least worth keeping; says whether there is one."""
        idle = self._idle()
        if not idle:
            return False
        crowd = Counter(one.address for one, _ in idle)
        leaving, _ = min(idle, key=lambda found: (-crowd[found[0].address], found[1]))
        self._leaving.add(leaving)
        leaving.give_way()
        return True

    def _begin(self, connected: socket.socket, refusal: ApiError | None = None) -> None:
        made = self._kind(
            limits=self._limits,
            gone=self._gone,
            refusal=refusal,
            config=self._server.config,
            server_state=self._server.server_state,
            app_state=self._server.lifespan.state,
            _loop=self._loop,
        )
        self._open.add(made)
        if refusal is not None:
            self._refused.add(made)
        task = self._loop.create_task(self._connect(made, connected))
        self._beginning.add(task)
        task.add_done_callback(self._beginning.discard)

    async def _connect(self, made: Connection, connected: socket.socket) -> None:
        try:
            connected.setblocking(False)
            await self._loop.connect_accepted_socket(
                lambda: made,
                connected,
                ssl=self._tls,
                ssl_handshake_timeout=HANDSHAKE_S if self._tls else None,
            )
        except OSError:
            connected.close()
            self._gone(made)

    def _gone(self, connection: Connection) -> None:
        for group in (self._open, self._leaving, self._refused):
            group.discard(connection)

    def _pause(self) -> None:
        self._loop.remove_reader(self._listening.fileno())
        self._rest = self._loop.call_later(_REST_S, self._again)

    def _again(self) -> None:
        self._rest = None
        self._loop.add_reader(self._listening.fileno(), self._take)

    def _tell(self, words: str) -> None:
        now = self._loop.time()
        if now - self._told_at >= _TELL_S:
            self._told_at = now
            _log.warning("%s", words)


def _too_many() -> ApiError:
    """503: more connections than there is room for."""
    return ApiError(
        Code.OVERLOADED,
        "too many connections",
        headers={"Retry-After": "1"},
    )
