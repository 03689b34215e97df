"""The signs of life of a process that was started, by the datagrams of `techinfo.server.notify`."""

from __future__ import annotations

import asyncio
import socket
import time
from collections.abc import Callable
from pathlib import Path

from techinfo.server.notify import PORT, READY

_MOST_OCTETS = 4096
_SLEPT = 5.0
"""Looks that are left out: who should have looked has slept itself."""


class Heard:
    """Listens at a socket of its own.

    Args:
        path: Where it is made; its folder is nobody else's.
        clock: Seconds that never go back.

    Attributes:
        path: Where it is.
        ready: The process answers.
        port: Its TCP port, if it has told one; that of the one before, until then.
    """

    def __init__(self, path: Path, *, clock: Callable[[], float] = time.monotonic) -> None:
        self.path = path
        self.ready = asyncio.Event()
        self.port = 0
        self._clock = clock
        self._socket: socket.socket | None = None
        self._heard_at = self._looked_at = clock()

    def open(self) -> None:
        """Listen from now on."""
        self._socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self._socket.setblocking(False)
        self._socket.bind(str(self.path))
        asyncio.get_running_loop().add_reader(self._socket, self._listen)

    def close(self) -> None:
        """Listen no more."""
        if self._socket is not None:
            asyncio.get_running_loop().remove_reader(self._socket)
            self._socket.close()
            self.path.unlink(missing_ok=True)

    def begin(self) -> None:
        """Another process is started: what one before has told counts no more."""
        self._listen()
        self.ready.clear()

    def silent_s(self, looked_every_s: float) -> float:
        """Seconds without a sign of life, by one who looks so often.

        Who has not looked for long was stopped itself, and heard nothing: it begins anew.
        """
        self._listen()
        now = self._clock()
        if now - self._looked_at > _SLEPT * looked_every_s:
            self._heard_at = now
        self._looked_at = now
        return now - self._heard_at

    def _listen(self) -> None:
        while self._socket is not None:
            try:
                octets = self._socket.recv(_MOST_OCTETS)
            except BlockingIOError:
                return
            self._heard_at = self._clock()
            told = dict(line.partition("=")[::2] for line in octets.decode("latin-1").splitlines())
            if told.get(PORT, "").isdecimal():
                self.port = int(told[PORT])
            if told.get(READY) == "1":
                self.ready.set()
