"""A running ``techinfo serve``: a process of its own, its children, and all that it says."""

from __future__ import annotations

import os
import re
import select
import signal
import subprocess
import sys
import time
from pathlib import Path
from types import TracebackType
from typing import Self

PATIENCE_S = 60.0
"""No test waits longer for what must come."""


class Service:
    """``techinfo --verbose serve`` in a folder, from its start to its end.

    Attributes:
        base: Where it answers.
    """

    def __init__(self, folder: Path, **environment: str) -> None:
        self._folder = folder
        self._errors = (folder / "stderr").open("w+", encoding="utf-8", errors="replace")
        self._said = b""
        inherited = {k: v for k, v in os.environ.items() if not k.startswith("TECHINFO_")}
        self._process = subprocess.Popen(
            [
                sys.executable,
                "-m",
                "techinfo.cli",
                "--verbose",
                "serve",
                "--config",
                "techinfo.toml",
            ],
            cwd=folder,
            env={**inherited, "NO_COLOR": "1", "PYTHONFAULTHANDLER": "1", **environment},
            stdout=subprocess.PIPE,
            stderr=self._errors,
            restore_signals=True,
        )
        self.base = ""

    def __enter__(self) -> Self:
        try:
            self.base = self._until_ready()
        except BaseException:
            self.end(signal.SIGKILL)
            raise
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        if self._process.returncode is None:
            self.end(signal.SIGTERM)

    @property
    def pids(self) -> list[int]:
        """It and all processes that it has started, parents first."""
        found = [self._process.pid]
        for pid in found:
            found.extend(_children(pid))
        return found

    def end(self, by: signal.Signals, pid: int | None = None) -> None:
        """Send a signal to it, or to one of its processes, and wait for its end.

        When only one of its processes was meant, it is then told to end, too.
        """
        os.kill(pid or self._process.pid, by)
        if pid not in (None, self._process.pid):
            self._process.send_signal(signal.SIGTERM)
        try:
            self._process.wait(PATIENCE_S)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        assert self._process.stdout is not None
        if not self._process.stdout.closed:
            self._said += self._process.stdout.read()
            self._process.stdout.close()

    def said(self) -> str:
        """All that it has written to standard output and standard error."""
        self._errors.flush()
        errors = (self._folder / "stderr").read_text(encoding="utf-8", errors="replace")
        return self._said.decode("utf-8", "replace") + errors

    def close(self) -> None:
        """Give its files back."""
        self._errors.close()

    def _until_ready(self) -> str:
        assert self._process.stdout is not None
        channel = self._process.stdout.fileno()
        deadline = time.monotonic() + PATIENCE_S
        while not (found := re.search(rb"ready on (http://\S+)\n", self._said)):
            there, _, _ = select.select([channel], [], [], max(0.0, deadline - time.monotonic()))
            octets = os.read(channel, 1 << 16) if there else b""
            if not octets:
                raise AssertionError(f"not ready: {self.said()}")
            self._said += octets
        return found[1].decode()


def _children(pid: int) -> list[int]:
    """Processes whose parent is this one (proc(5))."""
    found = []
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            parent = int(stat.read_text(encoding="utf-8").rpartition(")")[2].split()[1])
        except (FileNotFoundError, ProcessLookupError):
            continue
        if parent == pid:
            found.append(int(stat.parent.name))
    return found
