"""Two processes side by side: the collector, started anew when it ends, and the API."""

from __future__ import annotations

import asyncio
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

from techinfo.cli.console import err
from techinfo.cli.web import GRACE_S, has_terminal

_PATIENCE_S = GRACE_S + 3.0
"""After that a process that was told to end is killed."""
_FIRST_PAUSE_S = 0.5
_LONGEST_PAUSE_S = 30.0
_STEADY_S = 60.0
"""Who has lived so long starts anew with the first pause."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Program:
    """How one of the two is started.

    Attributes:
        arguments: Of ``techinfo``.
        environment: All of its variables.
        orders: What it reads on its standard input, which stays open while this process lives.
    """

    arguments: Sequence[str]
    environment: Mapping[str, str] = field(repr=False)
    orders: bytes = b""


async def both(collector: Program, api: Program, renewed: Callable[[], tuple[bytes, bool]]) -> int:
    """Run both until the API ends, or somebody says stop; the exit status.

    SIGHUP has new settings read: ``renewed`` gives the orders for the API and whether they are
    good; only then the collector reads its own.

    The API is started when the collector answers. A collector that ends at once, before it has
    ever answered, ends it all: nothing would become of it.
    """
    stop: asyncio.Future[int] = asyncio.get_running_loop().create_future()
    for number, status in ((signal.SIGINT, 130), (signal.SIGTERM, 0)):
        asyncio.get_running_loop().add_signal_handler(number, _say, stop, status)
    async with _Kept(collector) as kept:
        failed = await _first_of(kept.up(), stop)
        if failed is not None:
            return failed
        keeping = asyncio.create_task(kept.keep())
        process = await _started(api, stdout=None)

        had_terminal = has_terminal()

        def renew() -> None:
            if had_terminal and not has_terminal():
                _say(stop, 129)
                return
            orders, good = renewed()
            if process.stdin is not None and process.returncode is None:
                process.stdin.write(orders)
            if good:
                kept.hangup()

        asyncio.get_running_loop().add_signal_handler(signal.SIGHUP, renew)
        ended = await _first_of(process.wait(), stop)
        # Its running questions need the collector still, which is ended after it.
        await _ended(process)
        keeping.cancel()
        await asyncio.gather(keeping, return_exceptions=True)
        return _status(ended)


class _Kept:
    """The collector's process, whichever it is at the moment."""

    def __init__(self, program: Program) -> None:
        self._program = program
        self._process: Process | None = None

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        if self._process is not None:
            await _ended(self._process)

    async def up(self) -> int | None:
        """Start it; ``None`` once it answers, else the status that it has ended with."""
        process = self._process = await _started(self._program, stdout=PIPE)
        assert process.stdout is not None  # noqa: S101 - as it was asked for
        if await process.stdout.readline():
            return None
        return await process.wait()

    def hangup(self) -> None:
        """Have it read its settings anew."""
        if self._process is not None and self._process.returncode is None:
            self._process.send_signal(signal.SIGHUP)

    async def keep(self) -> None:
        """Start it again whenever it ends, after a pause that grows while it does not last."""
        pause_s = _FIRST_PAUSE_S
        while True:
            since = time.monotonic()
            status = await self._process.wait() if self._process else 0
            if time.monotonic() - since > _STEADY_S:
                pause_s = _FIRST_PAUSE_S
            err.print(
                f"the collector has ended with status {status}; it is started again in {pause_s} s"
            )
            await asyncio.sleep(pause_s)
            pause_s = min(2 * pause_s, _LONGEST_PAUSE_S)
            if await self.up() is None:
                err.print("the collector is back")


async def _started(program: Program, *, stdout: int | None) -> Process:
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-P",  # this folder's files are no modules
        "-m",
        "techinfo.cli",
        *program.arguments,
        stdin=PIPE,
        stdout=stdout,
        env=dict(program.environment) | {"PYTHONPATH": _import_path(program.environment)},
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
        err.print(f"process {process.pid} does not end; it is killed")
        with suppress(ProcessLookupError):
            process.kill()
        await process.wait()


def _say(stop: asyncio.Future[int], status: int) -> None:
    if not stop.done():
        stop.set_result(status)


def _status(ended: int | None) -> int:
    """A process that a signal has ended has failed."""
    return 1 if ended is None or ended < 0 else ended


def _import_path(environment: Mapping[str, str]) -> str:
    """Where this process found the package, before whatever the environment says."""
    root = str(Path(__file__).parents[2])
    return os.pathsep.join(filter(None, [root, environment.get("PYTHONPATH", "")]))
