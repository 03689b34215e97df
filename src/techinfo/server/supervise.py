"""Collector and API side by side, each started anew when it ends or hangs."""

from __future__ import annotations

import asyncio
import logging
import os
import signal
import sys
import time
from asyncio.subprocess import PIPE, Process
from collections.abc import Callable, Coroutine, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Self

from techinfo.server import notify
from techinfo.server.notify import Heard
from techinfo.server.web import GRACE_S, has_terminal

_PATIENCE_S = GRACE_S + 3.0
"""After that a process that was told to end is killed."""
_SILENT_S = 15.0
"""After that a process that gives no sign of life is killed, and started anew."""
_START_S = 600.0
"""A start may take so long: it brings databases up to date."""
_LOOK_S = 1.0
_FIRST_PAUSE_S = 0.5
_LONGEST_PAUSE_S = 30.0
_STEADY_S = 60.0
"""Who has lived so long starts anew with the first pause."""
_log = logging.getLogger(__name__)


@dataclass(frozen=True, kw_only=True, slots=True)
class Program:
    """How one of the two is started.

    Attributes:
        name: What people call it.
        arguments: Of ``techinfo``.
        environment: All of its variables.
        orders: What it reads on its standard input, which stays open while this process lives.
        port_variable: Gets the TCP port that it has had when it is started anew; empty: none does.
    """

    name: str
    arguments: Sequence[str]
    environment: Mapping[str, str] = field(repr=False)
    orders: bytes = b""
    port_variable: str = ""


Renewed = Callable[[], tuple[bytes, Program | None]]


async def both(collector: Program, api: Program, renewed: Renewed, folder: Path) -> int:
    """Run both until somebody says stop; the exit status.

    The API is started when the collector answers. One that ends before it has ever been ready ends
    it all: nothing would become of it. Later, whichever ends or hangs is started again, and the
    other goes on.

    SIGHUP has new settings read: ``renewed`` gives the orders for the running API, and how it is
    started from now on, if they are good; only then the collector reads its own.

    Args:
        collector: How it is started.
        api: How it is started at first.
        renewed: Reads the settings.
        folder: Of this process alone, for the sockets at which the two give signs of life.
    """
    loop = asyncio.get_running_loop()
    stop: asyncio.Future[int] = loop.create_future()
    for number, status in ((signal.SIGINT, 130), (signal.SIGTERM, 0)):
        loop.add_signal_handler(number, _say, stop, status)
    notifier = notify.Notifier()
    # Ended the other way round: the API's running questions need the collector still.
    async with _Kept(collector, folder) as asking, _Kept(api, folder) as answering:
        had_terminal = has_terminal()

        def renew() -> None:
            if had_terminal and not has_terminal():
                _say(stop, 129)
                return
            orders, program = renewed()
            answering.order(orders)
            if program is not None:
                answering.program = program
                asking.hangup()

        loop.add_signal_handler(signal.SIGHUP, renew)  # before anybody may read that it is ready
        for kept in (asking, answering):
            failed = await _first_of(kept.begin(), stop)
            if failed is not None:
                return failed
        notifier.ready()
        while not stop.done():
            notifier.alive()
            await asyncio.wait({stop}, timeout=_LOOK_S)
        notifier.stopping()
        return stop.result()


class _Kept:
    """A process that is started again whenever it ends, or is not heard of any more.

    Attributes:
        program: How it is started the next time.
    """

    def __init__(self, program: Program, folder: Path) -> None:
        self.program = program
        self._process: Process | None = None
        self._heard = Heard(folder / f"{program.name.lower()}.notify")
        self._keeping: asyncio.Task[None] | None = None
        self._has_news = False

    async def __aenter__(self) -> Self:
        self._heard.open()
        return self

    async def __aexit__(self, *_: object) -> None:
        if self._keeping is not None:
            self._keeping.cancel()
            await asyncio.gather(self._keeping, return_exceptions=True)
        if self._process is not None:
            await _ended(self._process)
        self._heard.close()

    async def begin(self) -> int | None:
        """Start it and keep it; the status that it has ended with, if it was never ready."""
        status = await self._up(stdout=None)
        if status is not None:
            return _status(status)
        self._keeping = asyncio.create_task(self._keep())
        return None

    def hangup(self) -> None:
        """Have it read its settings anew; one that only starts, when it can."""
        if self._process is None or self._process.returncode is not None:
            return
        if self._heard.ready.is_set():
            self._process.send_signal(signal.SIGHUP)
        else:  # it could not take the signal yet, and would end of it
            self._has_news = True

    def order(self, line: bytes) -> None:
        """Write a line to its standard input."""
        if self._process is None or self._process.stdin is None:
            return
        if self._process.returncode is None:
            self._process.stdin.write(line)

    async def _up(self, *, stdout: int | None) -> int | None:
        """Start it; ``None`` once it is ready, else the status that it has ended with."""
        self._heard.begin()
        self._has_news = False
        port = self._heard.port
        more = (
            {self.program.port_variable: str(port)} if port and self.program.port_variable else {}
        )
        more |= {notify.SOCKET: str(self._heard.path), notify.PATIENCE: f"{_SILENT_S * 1e6:.0f}"}
        process = self._process = await _started(self.program, stdout=stdout, more=more)
        ended = asyncio.ensure_future(process.wait())
        ready = asyncio.ensure_future(self._heard.ready.wait())
        either: set[asyncio.Future[Any]] = {ended, ready}
        await asyncio.wait(either, timeout=_START_S, return_when=asyncio.FIRST_COMPLETED)
        ready.cancel()
        if not ended.done() and not self._heard.ready.is_set():
            _log.error(
                "the %s is not ready after %.0f s; it is killed", self.program.name, _START_S
            )
            _kill(process)
        elif not ended.done():
            if self._has_news:
                self.hangup()
            return None
        return await ended

    async def _keep(self) -> None:
        """Start it again whenever it ends, after a pause that grows while it does not last."""
        pause_s = _FIRST_PAUSE_S
        while True:
            since = time.monotonic()
            status = await self._end()
            if time.monotonic() - since > _STEADY_S:
                pause_s = _FIRST_PAUSE_S
            name = self.program.name
            _log.error(
                "the %s has ended with status %d; it is started again in %s s",
                name,
                status,
                pause_s,
            )
            await asyncio.sleep(pause_s)
            pause_s = min(2 * pause_s, _LONGEST_PAUSE_S)
            # Who has read its first words may have gone since.
            try:
                if await self._up(stdout=sys.stderr.fileno()) is None:
                    _log.warning("the %s is back", name)
            except OSError as error:  # no memory, no process to be had: perhaps the next time
                _log.error("the %s cannot be started: %s", name, error)

    async def _end(self) -> int:
        """The status that it ends with; one that gives no sign of life is killed."""
        process = self._process
        if process is None:
            return 0
        ended = asyncio.ensure_future(process.wait())
        while not (await asyncio.wait({ended}, timeout=_LOOK_S))[0]:
            if self._heard.silent_s(_LOOK_S) > _SILENT_S:
                _log.error(
                    "the %s gives no sign of life for %.0f s; it is killed",
                    self.program.name,
                    _SILENT_S,
                )
                _kill(process)
        return ended.result()


async def _started(program: Program, *, stdout: int | None, more: Mapping[str, str]) -> Process:
    environment = {n: it for n, it in program.environment.items() if n != notify.WHOSE}
    environment.update(more)
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-P",  # this folder's files are no modules
        "-m",
        "techinfo.cli",
        *program.arguments,
        stdin=PIPE,
        stdout=stdout,
        env=environment | {"PYTHONPATH": _import_path(environment)},
        process_group=0,  # Ctrl-C in a terminal is for this process, which ends them in turn
    )
    if program.orders and process.stdin is not None:
        process.stdin.write(program.orders)
        with suppress(ConnectionError):  # it has ended already, and its status will say why
            await process.stdin.drain()
    return process


async def _first_of(work: Coroutine[Any, Any, int | None], stop: asyncio.Future[int]) -> int | None:
    """What comes of some work, unless somebody says stop before."""
    task = asyncio.create_task(work)
    either: set[asyncio.Future[Any]] = {task, stop}
    await asyncio.wait(either, return_when=asyncio.FIRST_COMPLETED)
    if stop.done():
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
        return stop.result()
    return task.result()


async def _ended(process: Process) -> None:
    """End a process; with force, if it does not end by itself."""
    if process.returncode is None:
        with suppress(ProcessLookupError):
            process.terminate()
    try:
        await asyncio.wait_for(process.wait(), _PATIENCE_S)
    except TimeoutError:
        _log.error("process %d does not end; it is killed", process.pid)
        _kill(process)
        await process.wait()


def _kill(process: Process) -> None:
    with suppress(ProcessLookupError):
        process.kill()


def _say(stop: asyncio.Future[int], status: int) -> None:
    if not stop.done():
        stop.set_result(status)


def _status(ended: int) -> int:
    """A process that a signal has ended has failed."""
    return 1 if ended < 0 else ended


def _import_path(environment: Mapping[str, str]) -> str:
    """Where this process found the package, before whatever the environment says."""
    root = str(Path(__file__).parents[2])
    return os.pathsep.join(filter(None, [root, environment.get("PYTHONPATH", "")]))
