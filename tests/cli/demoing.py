"""A running demo: a process of its own, what it printed, and the processes it has started."""

from __future__ import annotations

import os
import re
import select
import shlex
import signal
import subprocess
import sys
import time
from pathlib import Path
from types import TracebackType
from typing import Self

import httpx

PATIENCE_S = 300.0
"""No test waits longer for what must come."""
_LAST_WORDS = b"Ctrl-C ends the demo.\n"


class Asking(httpx.HTTPTransport):
    """Asks again where a switch was silent, as a person would.

    On a machine that is busy with other things the demo's own switches take longer than a real one
    is waited for.
    """

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """The answer, or the last of those that say that a switch was silent."""
        end = time.monotonic() + PATIENCE_S
        while True:
            answer = super().handle_request(request)
            if answer.status_code not in {503, 504} or time.monotonic() > end:
                return answer
            answer.read()
            time.sleep(min(float(answer.headers.get("Retry-After", 1)), 15))


class Demo:
    """``techinfo demo`` on a free port, from its start to its end.

    Attributes:
        printed: Its standard output up to where it began to wait.
        labs: Process file descriptors of the processes that it has started.
    """

    def __init__(self, errors: Path, *arguments: str, **environment: str) -> None:
        self._errors = errors.open("w+", encoding="utf-8")
        self._process = subprocess.Popen(
            [sys.executable, "-m", "techinfo.cli", "demo", *arguments],
            env={**os.environ, "NO_COLOR": "1", **environment},
            stdout=subprocess.PIPE,
            stderr=self._errors,
            restore_signals=True,
        )
        self.printed = ""
        self.labs: list[int] = []

    def __enter__(self) -> Self:
        try:
            self.printed = self._until_ready()
            self.labs = [os.pidfd_open(pid) for pid in _children(self._process.pid)]
        except BaseException:
            self.close()
            raise
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.close()

    @property
    def commands(self) -> list[list[str]]:
        """The commands that it gives to paste, as a shell would split them."""
        lines = self.printed.splitlines()
        return [shlex.split(line) for line in lines if line.startswith("curl ")]

    @property
    def base(self) -> str:
        """Where its answers are, by its own word."""
        found = re.match(r"http://127\.0\.0\.1:\d+/onapi/2\.6", self.commands[0][-1])
        assert found is not None
        return found[0]

    @property
    def page(self) -> str:
        """Where its page is, by its own word."""
        found = re.search(r"The page: (http://\S+)/", self.printed)
        assert found is not None
        return found[1]

    def read(self, *access_ids: str) -> None:
        """Have accesses read, so that what comes after shows them at once, however busy it is."""
        with httpx.Client(
            transport=Asking(), auth=("demo", "demo"), timeout=PATIENCE_S, trust_env=False
        ) as client:
            for access_id in access_ids:
                answer = client.get(f"{self.base}/tech/access/{access_id}/link/status")
                assert answer.status_code == 200, (access_id, answer.text)

    def end(self, by: signal.Signals) -> tuple[int, str]:
        """Its exit status and what it said on standard error, after a signal."""
        self._process.send_signal(by)
        status = self._process.wait(PATIENCE_S)
        self._errors.seek(0)
        return status, self._errors.read()

    def labs_left(self) -> int:
        """How many of the processes that it has started are still there."""
        gone: set[int] = set()
        while len(gone) < len(self.labs):
            ended, _, _ = select.select([lab for lab in self.labs if lab not in gone], [], [], 20)
            if not ended:
                break
            gone.update(ended)
        return len(self.labs) - len(gone)

    def close(self) -> None:
        """End it, however it fares."""
        if self._process.poll() is None:
            self._process.send_signal(signal.SIGTERM)
        try:
            self._process.wait(PATIENCE_S)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        if self._process.stdout:
            self._process.stdout.close()
        for lab in self.labs:
            os.close(lab)
        self._errors.close()

    def _until_ready(self) -> str:
        assert self._process.stdout is not None
        channel = self._process.stdout.fileno()
        printed = b""
        deadline = time.monotonic() + PATIENCE_S
        while _LAST_WORDS not in printed:
            there, _, _ = select.select([channel], [], [], max(0.0, deadline - time.monotonic()))
            octets = os.read(channel, 1 << 16) if there else b""
            if not octets:
                self._errors.seek(0)
                raise AssertionError(f"not ready: {printed!r}; {self._errors.read()}")
            printed += octets
        return printed.decode()


def _children(pid: int) -> list[int]:
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
