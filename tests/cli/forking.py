"""Commands as processes that are forked from one that has imported what they are made of.

Most of a command's CPU time goes into imports, and the tests run hundreds of commands. What is
forked is a process like any other: with a folder, variables, output and an exit status of its own.
"""

from __future__ import annotations

import gc
import importlib
import json
import os
import pkgutil
import runpy
import select
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from tempfile import TemporaryFile
from types import TracebackType
from typing import Self

_IMPORTED = ("techinfo.cli.wiring", "techinfo.cli.console", "techinfo.lab")
_WITH_ALL_INSIDE = ("techinfo.cli", "techinfo.snmp", "techinfo_drivers")
"""What commands import as they come to it: each command and each driver."""
_LONGEST = 1 << 17


class Forks:
    """A process that forks one for each command, until it is left."""

    def __init__(self, environment: Mapping[str, str]) -> None:
        ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        with theirs:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "tests.cli.forking", str(theirs.fileno())],
                cwd=Path(__file__).parents[2],
                env=environment,
                pass_fds=[theirs.fileno()],
                stdin=subprocess.DEVNULL,
            )
        self._channel = ours

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._channel.close()
        self._process.wait()

    def run(
        self,
        arguments: Sequence[str],
        folder: Path,
        environment: Mapping[str, str],
        patience: float,
    ) -> subprocess.CompletedProcess[str]:
        """Run a command and wait for its end.

        Raises:
            subprocess.TimeoutExpired: It has not ended, and was killed.
        """
        told = json.dumps([list(arguments), str(folder), dict(environment)]).encode()
        assert len(told) < _LONGEST
        ended, ends = os.pipe()
        with TemporaryFile() as out, TemporaryFile() as err, os.fdopen(ended, "rb") as end:
            socket.send_fds(self._channel, [told], [out.fileno(), err.fileno(), ends])
            os.close(ends)
            pid = int(end.readline())
            ready, _, _ = select.select([end], [], [], patience)
            if not ready:
                os.kill(pid, signal.SIGKILL)
            status = int(end.readline())
            if not ready:
                raise subprocess.TimeoutExpired(list(arguments), patience)
            said = []
            for file in (out, err):
                file.seek(0)
                said.append(file.read().decode())
        return subprocess.CompletedProcess(list(arguments), status, *said)


def _forked(channel: socket.socket) -> list[str] | None:
    """In a forked process the arguments of its command; ``None`` when nobody wants one any more."""
    running: dict[int, tuple[int, int]] = {}
    while True:
        ready, _, _ = select.select([channel.fileno(), *running], [], [])
        for handle in running.keys() & ready:
            pid, ends = running.pop(handle)
            status = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
            os.write(ends, b"%d\n" % status)
            os.close(handle)
            os.close(ends)
        if channel.fileno() not in ready:
            continue
        told, descriptors, _, _ = socket.recv_fds(channel, _LONGEST, 3)
        if not told:
            return None
        *outputs, ends = descriptors
        arguments, folder, environment = json.loads(told)
        pid = os.fork()
        if not pid:
            for number, output in enumerate(outputs, start=1):
                os.dup2(output, number)
            os.closerange(3, max(*descriptors, channel.detach(), *running) + 1)
            os.chdir(folder)
            os.environ.clear()
            os.environ.update(environment)
            sys.path[0] = folder
            return list(arguments)
        for output in outputs:
            os.close(output)
        running[os.pidfd_open(pid)] = pid, ends
        os.write(ends, b"%d\n" % pid)


def _inside() -> Iterator[str]:
    for package in map(importlib.import_module, _WITH_ALL_INSIDE):
        for module in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
            if not module.name.endswith("__main__"):
                yield module.name


if __name__ == "__main__":
    for _name in (*_IMPORTED, *_inside()):
        importlib.import_module(_name)
    gc.collect()
    gc.freeze()
    _arguments = _forked(socket.socket(fileno=int(sys.argv[1])))
    if _arguments is not None:
        sys.argv[1:] = _arguments
        runpy.run_module("techinfo.cli", run_name="__main__", alter_sys=True)
