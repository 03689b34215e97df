"""Collector and API side by side, each started anew when it ends or hangs.

``techinfo serve`` becomes this program (`become`), which imports nothing but the standard library:
it does nothing most of the time, and should take no more memory for that than it must. What has to
be read of the settings is read by processes of their own, which end when they have.
"""

from __future__ import annotations

import asyncio
import json
import logging
import os
import signal
import sys
import tempfile
import time
from asyncio.subprocess import DEVNULL, PIPE, Process
from collections.abc import Collection, Mapping, Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, NoReturn, Self

from techinfo.server import notify
from techinfo.server.notify import GRACE_S, Heard, has_terminal

_PATIENCE_S = GRACE_S + 3.0
"""After that a process that was told to end is killed."""
_SILENT_S = 15.0
"""After that a process that gives no sign of life is killed, and started anew."""
_START_S = 600.0
"""A start may take so long: it brings databases up to date."""
_READ_S = 60.0
"""Reading settings anew may take so long."""
_LOOK_S = 1.0
_FIRST_PAUSE_S = 0.5
_LONGEST_PAUSE_S = 30.0
_STEADY_S = 60.0
"""Who has lived so long starts anew with the first pause."""
_log = logging.getLogger(__name__)
_log_of_settings = logging.getLogger("techinfo.cli.serve")


@dataclass(frozen=True, kw_only=True, slots=True)
class Plan:
    """What is to be started.

    Attributes:
        config: The option that names the settings file, as the commands take it; may be empty.
        verbose: Both log what INFO logs.
        log_format: ``text`` or ``json``.
        log_level: Of `logging`; for this process alone.
        any_port: The API takes any port that is free at first, and the same one ever after.
        hidden: Variables of the environment that the API must not see.
        orders: What the API reads first on its standard input: the settings that it may see, as
            JSON in one line.
    """

    config: Sequence[str]
    verbose: bool
    log_format: str
    log_level: int
    any_port: bool
    hidden: Sequence[str] = field(repr=False)
    orders: str = field(repr=False)


def become(plan: Plan, words: Sequence[str]) -> NoReturn:
    """Run a plan in this process, and nothing else from now on; it ends with the exit status.

    Args:
        plan: What is to be started.
        words: Shown on the command line, for those who look for the process.
    """
    there = os.memfd_create("techinfo-plan", 0)  # settings are nobody's business but its own
    with os.fdopen(there, "wb", closefd=False) as file:
        file.write(json.dumps(asdict(plan)).encode())
    sys.stdout.flush()
    sys.stderr.flush()
    command = [
        sys.executable,
        "-P",
        "-m",
        "techinfo.server.supervise",
        str(there),
        "techinfo",
        *words,
    ]
    os.execve(sys.executable, command, _environment())  # noqa: S606 - ourselves


def main(plan: Plan) -> int:
    """Log as the plan wants it, and run both; the exit status."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(LineFormatter(plan.log_format))
    logging.basicConfig(level=plan.log_level, handlers=[handler])
    with tempfile.TemporaryDirectory(prefix="techinfo-") as folder:
        return asyncio.run(_both(plan, Path(folder)))


async def _both(plan: Plan, folder: Path) -> int:
    """Run both until somebody says stop; the exit status.

    Both are started side by side; the API loads its code, and goes on when the collector answers.
    One that ends before it has ever been ready ends it all: nothing would become of it. Later,
    whichever ends or hangs is started again, and the other goes on.

    SIGHUP has new settings read; if they are good, the running API gets them as orders, and is
    started by them from now on; only then the collector reads its own.

    Args:
        plan: How they are started at first.
        folder: Of this process alone, for the collector's socket and those at which the two give
            signs of life.
    """
    socket = str(folder / "collector.sock")
    loud, more = ["--verbose"] if plan.verbose else [], ["--supervised", *plan.config]
    asking = _Kept(
        "collector", [*loud, "collector", "--socket", socket, *more], _environment(), folder
    )
    answering = _Kept(
        "API",
        [*loud, "serve", "--collector-socket", socket, *more],
        _environment(plan.hidden),
        folder,
        orders=plan.orders,
        # Whoever is started again is found where it was.
        port_variable="TECHINFO_SERVICE__PORT" if plan.any_port else "",
    )
    loop, notifier = asyncio.get_running_loop(), notify.Notifier()
    stop: asyncio.Future[int] = loop.create_future()
    for number, status in ((signal.SIGINT, 130), (signal.SIGTERM, 0)):
        loop.add_signal_handler(number, _say, stop, status)
    had_terminal, hung_up = has_terminal(), asyncio.Event()

    def hang_up() -> None:
        if had_terminal and not has_terminal():
            _say(stop, 129)
        else:
            hung_up.set()

    loop.add_signal_handler(signal.SIGHUP, hang_up)  # before anybody may read that it is ready
    # Ended the other way round: the API's running questions need the collector still.
    async with asking, answering:
        renewing = asyncio.create_task(_renew(plan, hung_up, asking, answering))
        beginning = asyncio.create_task(answering.begin(held=asking.ready))
        try:
            for one in (asyncio.create_task(asking.begin()), beginning):
                failed = await _first_of(one, stop)
                if failed is not None:
                    return failed
            notifier.ready()
            while not stop.done():
                notifier.alive()
                await asyncio.wait({stop}, timeout=_LOOK_S)
            notifier.stopping()
            return stop.result()
        finally:
            for task in (renewing, beginning):
                task.cancel()
            await asyncio.gather(renewing, beginning, return_exceptions=True)


async def _renew(plan: Plan, hung_up: asyncio.Event, asking: _Kept, answering: _Kept) -> None:
    """Whenever somebody wants it, read the settings, and put them in force if they are good."""
    while True:
        await hung_up.wait()
        hung_up.clear()
        read = await _read(plan)
        if "refused" in read:
            _log_of_settings.error("the old settings stay in force: %s", read["refused"])
            answering.order(json.dumps(read))
            continue
        answering.order(f'{{"orders": {read["orders"]}}}')
        answering.environment = _environment(read["hidden"])
        answering.orders = read["orders"]
        asking.hangup()


async def _read(plan: Plan) -> dict[str, Any]:
    """The plan by the settings as they are now; ``refused`` says why there is none."""
    process = None
    try:
        async with asyncio.timeout(_READ_S):
            process = await _started(
                ["techinfo.cli.serve", *plan.config[1:]], _environment(), DEVNULL, PIPE
            )
            printed, _ = await process.communicate()
            read: dict[str, Any] = json.loads(printed.splitlines()[-1])
            return read
    except (OSError, TimeoutError, ValueError, IndexError) as error:
        return {"refused": f"they cannot be read: {error!r}"}
    finally:
        if process is not None:
            _kill(process)


class _Kept:
    """A process that is started again whenever it ends, or is not heard of any more.

    Args:
        name: What people call it.
        arguments: Of ``techinfo``.
        environment: All of its variables, the next time that it is started.
        folder: Gets the socket at which it gives signs of life.
        orders: A line that it then reads on its standard input, which stays open while this process
            lives; an empty line follows when it may go on.
        port_variable: Gets the TCP port that it has had when it is started anew; empty: none does.
    """

    def __init__(
        self,
        name: str,
        arguments: Sequence[str],
        environment: Mapping[str, str],
        folder: Path,
        *,
        orders: str = "",
        port_variable: str = "",
    ) -> None:
        self.environment = environment
        self.orders = orders
        self._name = name
        self._arguments = arguments
        self._port_variable = port_variable
        self._process: Process | None = None
        self._heard = Heard(folder / f"{name.lower()}.notify")
        self._keeping: asyncio.Task[None] | None = None
        self._has_news = False
        self._later: list[str] = []

    @property
    def ready(self) -> asyncio.Event:
        """Set while it answers."""
        return self._heard.ready

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

    async def begin(self, held: asyncio.Event | None = None) -> int | None:
        """Start it and keep it; the status that it has ended with, if it was never ready.

        Args:
            held: It loads its code, and goes on when this is set.
        """
        status = await self._up(stdout=None, held=held)
        if status is not None:
            return 1 if status < 0 else status  # whom a signal has ended has failed
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

    def order(self, line: str) -> None:
        """Write a line to its standard input; one that only starts reads it when it is ready."""
        if self._heard.ready.is_set():
            self._write(line)
        else:
            self._later.append(line)

    def _write(self, line: str) -> None:
        if self._process is None or self._process.stdin is None:
            return
        if self._process.returncode is None:
            self._process.stdin.write(line.encode() + b"\n")

    async def _let_go(self, held: asyncio.Event | None) -> None:
        """Tell it its orders, and when it may go on."""
        if self.orders:
            self._write(self.orders)
            if held is not None:
                await held.wait()
            self._write("")

    async def _up(self, *, stdout: int | None, held: asyncio.Event | None = None) -> int | None:
        """Start it; ``None`` once it is ready, else the status that it has ended with."""
        self._heard.begin()
        self._has_news = False
        self._later.clear()
        variables = {
            **self.environment,
            notify.SOCKET: str(self._heard.path),
            notify.PATIENCE: f"{_SILENT_S * 1e6:.0f}",
        }
        if self._heard.port and self._port_variable:
            variables[self._port_variable] = str(self._heard.port)
        process = self._process = await _started(
            ["techinfo.cli", *self._arguments], variables, PIPE, stdout
        )
        holding = asyncio.create_task(self._let_go(held))
        ended = asyncio.ensure_future(process.wait())
        ready = asyncio.ensure_future(self._heard.ready.wait())
        either: set[asyncio.Future[Any]] = {ended, ready}
        await asyncio.wait(either, timeout=_START_S, return_when=asyncio.FIRST_COMPLETED)
        ready.cancel()
        holding.cancel()
        if not ended.done() and not self._heard.ready.is_set():
            _log.error("the %s is not ready after %.0f s; it is killed", self._name, _START_S)
            _kill(process)
        elif not ended.done():
            if self._has_news:
                self.hangup()
            for line in self._later:
                self._write(line)
            return None
        return await ended

    async def _keep(self) -> None:
        """Start it again whenever it ends, after a pause that grows while it does not last."""
        pause_s, name = _FIRST_PAUSE_S, self._name
        while True:
            since = time.monotonic()
            status = await self._end()
            if time.monotonic() - since > _STEADY_S:
                pause_s = _FIRST_PAUSE_S
            again = "the %s has ended with status %d; it is started again in %s s"
            _log.error(again, name, status, pause_s)
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
                words = "the %s gives no sign of life for %.0f s; it is killed"
                _log.error(words, self._name, _SILENT_S)
                _kill(process)
        return ended.result()


async def _started(
    module: Sequence[str], environment: Mapping[str, str], stdin: int, stdout: int | None
) -> Process:
    return await asyncio.create_subprocess_exec(
        *(sys.executable, "-P", "-m", *module),  # -P: this folder's files are no modules
        stdin=stdin,
        stdout=stdout,
        env=environment,
        process_group=0,  # Ctrl-C in a terminal is for this process, which ends them in turn
    )


def _environment(hidden: Collection[str] = ()) -> dict[str, str]:
    """The variables of this process, less some; what it imports from stands first in its path."""
    left_out = {*hidden, notify.WHOSE}
    variables = {name: it for name, it in os.environ.items() if name not in left_out}
    root, path = str(Path(__file__).parents[2]), variables.get("PYTHONPATH", "")
    if path.split(os.pathsep)[0] != root:
        variables["PYTHONPATH"] = os.pathsep.join(filter(None, [root, path]))
    return variables


async def _first_of(task: asyncio.Task[int | None], stop: asyncio.Future[int]) -> int | None:
    """What comes of some work, unless somebody says stop before."""
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


class LineFormatter(logging.Formatter):
    """Makes the lines that `techinfo.cli.logs` makes, of this process's own few events.

    Args:
        form: ``text`` or ``json``.
    """

    def __init__(self, form: str) -> None:
        super().__init__()
        self._form = form

    def format(self, record: logging.LogRecord) -> str:
        """One line, and a trace below it where there is one."""
        at = datetime.fromtimestamp(record.created, UTC).isoformat().replace("+00:00", "Z")
        words = record.getMessage()
        trace = self.formatException(record.exc_info) if record.exc_info else ""
        if self._form == "json":
            event = {"event": words, "level": record.levelname.lower(), "logger": record.name}
            event["timestamp"] = at
            return json.dumps(event | ({"exception": trace} if trace else {}))
        shown = "".join(c if c.isprintable() else ascii(c)[1:-1] for c in words)
        line = f"{at} {record.levelname} {record.name}: {shown}"
        return f"{line}\n{trace}" if trace else line


if __name__ == "__main__":
    with os.fdopen(int(sys.argv[1]), "rb") as memory:
        memory.seek(0)
        found = Plan(**json.load(memory))
    sys.exit(main(found))
