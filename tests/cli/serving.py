"""A running ``techinfo serve`` or ``collector``: its processes, its words, and its end."""

from __future__ import annotations

import os
import re
import select
import signal
import ssl
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from types import TracebackType
from typing import Self

_APART = {"TECHINFO_ADMIN__PORT": "0"}
"""Several services run at the same time; who wants an administrators' listener says where."""
PATIENCE_S = 300.0
"""No test waits longer for what must come."""
PLAIN = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
"""For clients that ask again and again over HTTP: else each reads all authorities of this host."""


class Running:
    """A command that goes on until it is ended.

    What is given by name is its environment; by ``ULIMIT`` it may have so many descriptors.

    Attributes:
        ready: The line by which it says that it is ready.
    """

    def __init__(self, folder: Path, *arguments: str, **environment: str) -> None:
        inherited = {k: v for k, v in os.environ.items() if not k.startswith("TECHINFO_")}
        self._errors = (folder / f"errors-{time.monotonic_ns()}").open("w+", encoding="utf-8")
        descriptors = environment.pop("ULIMIT", None)
        limited = f'ulimit -n {descriptors} && exec "$@"'
        few = ["sh", "-c", limited, "sh"] if descriptors else []
        self._process = subprocess.Popen(
            [*few, sys.executable, "-m", "techinfo.cli", *arguments],
            cwd=folder,
            env={**inherited, "NO_COLOR": "1", "COLUMNS": "200", **_APART, **environment},
            stdout=subprocess.PIPE,
            stderr=self._errors,
        )
        self.ready = ""

    def __enter__(self) -> Self:
        try:
            self.ready = self._line()
        except BaseException:
            self.__exit__(None, None, None)
            raise
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        if self._process.poll() is None:
            self._process.terminate()
            try:
                self._process.wait(PATIENCE_S)
            except subprocess.TimeoutExpired:
                self._process.kill()
                self._process.wait()
        if self._process.stdout:
            self._process.stdout.close()
        self._errors.close()

    @property
    def pid(self) -> int:
        """Of the command itself."""
        return self._process.pid

    @property
    def url(self) -> str:
        """Where it serves, by its own word."""
        found = re.fullmatch(r"ready on (http://\S+)\n", self.ready)
        assert found is not None, self.ready
        return found[1]

    @property
    def errors(self) -> str:
        """What it has said on standard error so far."""
        return Path(self._errors.name).read_text(encoding="utf-8")

    def child(self, command: str) -> int:
        """The process of a command that it has started: ``collector`` or ``serve``."""
        (found,) = [pid for pid in children(self.pid) if command in arguments(pid)]
        return found

    def signal(self, number: signal.Signals) -> None:
        """Send it a signal."""
        self._process.send_signal(number)

    def status(self) -> int:
        """Its exit status, once it has ended by itself."""
        return self._process.wait(PATIENCE_S)

    def _line(self) -> str:
        assert self._process.stdout is not None
        channel, printed = self._process.stdout.fileno(), b""
        while b"\n" not in printed:
            there, _, _ = select.select([channel], [], [], PATIENCE_S)
            octets = os.read(channel, 4096) if there else b""
            if not octets:
                raise AssertionError(f"not ready: {printed!r}; {self.errors}")
            printed += octets
        return printed.decode()


def children(pid: int) -> list[int]:
    """Processes whose parent is this one (proc(5): the fourth field of stat, behind the name)."""
    found = []
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            parent = int(stat.read_text(encoding="utf-8").rpartition(")")[2].split()[1])
        except (FileNotFoundError, ProcessLookupError):
            continue
        if parent == pid:
            found.append(int(stat.parent.name))
    return found


def arguments(pid: int) -> list[str]:
    """A process's command line."""
    try:
        octets = Path(f"/proc/{pid}/cmdline").read_bytes()
    except (FileNotFoundError, ProcessLookupError):
        return []
    return octets.decode(errors="replace").split("\0")


def gone(pid: int) -> bool:
    """Whether a process ends, for which there is all the time in the world."""
    try:
        handle = os.pidfd_open(pid)
    except ProcessLookupError:
        return True
    try:
        ended, _, _ = select.select([handle], [], [], PATIENCE_S)
        return bool(ended)
    finally:
        os.close(handle)


def until(question: Callable[[], bool]) -> None:
    """Ask again and again until it is so."""
    deadline = time.monotonic() + PATIENCE_S
    while not question():
        assert time.monotonic() < deadline, "it never came"
        select.select([], [], [], 0.05)


def memory_holds(pid: int, secret: bytes) -> bool:
    """Whether some octets stand anywhere in a process's memory (proc(5): maps and mem).

    Raises:
        PermissionError: This process may not look there.
    """
    proc = Path(f"/proc/{pid}")
    with (proc / "maps").open(encoding="utf-8") as maps, (proc / "mem").open("rb") as mem:
        for line in maps:
            where, mode, *rest = line.split()
            if "r" not in mode or rest[-1] in {"[vvar]", "[vsyscall]"}:
                continue
            start, end = (int(x, 16) for x in where.split("-"))
            try:
                mem.seek(start)
                if secret in mem.read(end - start):
                    return True
            except (OSError, ValueError, OverflowError):
                continue
    return False
