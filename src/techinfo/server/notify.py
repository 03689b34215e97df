"""What a process tells the one that has started it: ready, alive, stopping (sd_notify(3)).

systemd listens, and so does `techinfo.server.supervise`: a datagram of ``KEY=value`` lines, sent to
the socket that the environment names. Where nobody listens, nothing is sent. `Notifier` tells it,
`Heard` hears it. The supervisor imports this file, so that it stays small.
"""

from __future__ import annotations

import asyncio
import os
import socket
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from pathlib import Path

SOCKET, PATIENCE, WHOSE = "NOTIFY_SOCKET", "WATCHDOG_USEC", "WATCHDOG_PID"
"""Variables: where to tell it; after how many microseconds of silence one is taken for dead; of
whom that is expected, of everybody where it is left out (sd_watchdog_enabled(3))."""
READY, ALIVE, STOPPING, PORT = "READY", "WATCHDOG", "STOPPING", "X_PORT"
GRACE_S = 5
"""Running requests may take so long to end."""
_BEATS = 3
"""Signs of life in the time after which one is taken for dead."""


class Notifier:
    """Tells it; whether anybody hears it is no matter.

    Args:
        environ: Variables, as they were when this process was started.
        clock: Seconds that never go back.
    """

    def __init__(
        self,
        environ: Mapping[str, str] = os.environ,
        *,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._to = environ.get(SOCKET, "")
        self._clock = clock
        self._every_s = _patience_s(environ) / _BEATS
        self._last = float("-inf")

    def ready(self, port: int = 0) -> None:
        """It answers; at a TCP port, which is told, too."""
        self._tell(f"{READY}=1" + (f"\n{PORT}={port}" if port else ""))

    def alive(self) -> None:
        """It turns its rounds still; to be called in each, told as often as is wanted."""
        now = self._clock()
        if self._every_s and now - self._last >= self._every_s:
            self._last = now
            self._tell(f"{ALIVE}=1")

    def stopping(self) -> None:
        """It ends."""
        self._tell(f"{STOPPING}=1")

    def _tell(self, words: str) -> None:
        if not self._to:
            return
        where = f"\0{self._to[1:]}" if self._to.startswith("@") else self._to
        with suppress(OSError), socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as telling:
            telling.setblocking(False)
            telling.sendto(words.encode(), where)


def _patience_s(environ: Mapping[str, str]) -> float:
    """How long its silence is borne; 0: nobody minds."""
    whose = environ.get(WHOSE, "")
    patience = environ.get(PATIENCE, "")
    if not patience.isdecimal() or whose not in ("", str(os.getpid())):
        return 0.0
    return int(patience) / 1e6


def has_terminal() -> bool:
    """Whether somebody sits before this process: SIGHUP also says that they have gone."""
    try:
        os.tcgetpgrp(0)
    except OSError:
        return False
    return True


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
            facts = dict(line.partition("=")[::2] for line in octets.decode("latin-1").splitlines())
            if facts.get(PORT, "").isdecimal():
                self.port = int(facts[PORT])
            if facts.get(READY) == "1":
                self.ready.set()
