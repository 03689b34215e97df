"""net-snmp's agent on loopback, with a memory of its own."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
from pathlib import Path
from threading import Event, Thread
from types import TracebackType
from typing import IO, Self

import pytest

from techinfo.snmp.interface import SnmpTarget, V3User

_PATIENCE_S = 60.0
_READY = b"NET-SNMP version"

needs_snmpd = pytest.mark.skipif(
    shutil.which("snmpd") is None, reason="net-snmp's snmpd is not installed (apt: snmpd)"
)


class Snmpd:
    """An agent; ``with`` starts and ends it.

    Attributes:
        port: Where it listens, also when it is started again.
        lines: Of its settings, as net-snmp's snmpd.conf(5) has them.
        engine_id: Text that its SNMPv3 engine ID is made of.
    """

    def __init__(self, folder: Path, *lines: str, engine_id: str = "oak", boots: int = 0) -> None:
        folder.mkdir(parents=True)
        self._settings = folder / "settings.conf"
        self._memory = folder / "memory"
        self.lines = list(lines)
        self._process: subprocess.Popen[bytes] | None = None
        self._listener: Thread | None = None
        self._ready = Event()
        self._said: list[bytes] = []
        self.engine_id = engine_id
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
            probe.bind(("127.0.0.1", 0))
            self.port: int = probe.getsockname()[1]
        self.remember(boots)

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.stop()

    def remember(self, boots: int) -> None:
        """Have it believe that it was started so often, and nothing else."""
        shutil.rmtree(self._memory, ignore_errors=True)
        self._memory.mkdir()
        known = f"80001f8804{self.engine_id.encode().hex()}"  # RFC 3411, SnmpEngineID, format 4
        lines = f"engineBoots {boots}\noldEngineID 0x{known}\n"
        (self._memory / "snmpd.conf").write_text(lines, encoding="ascii")

    def start(self) -> None:
        """Start it, and wait until it listens."""
        where = f"agentaddress udp:127.0.0.1:{self.port}"
        lines = [where, f"engineID {self.engine_id}", *self.lines]
        self._settings.write_text("\n".join(lines) + "\n", encoding="ascii")
        files = f"{self._settings},{self._memory / 'snmpd.conf'}"  # -C leaves out the second
        self._process = subprocess.Popen(
            ["snmpd", "-f", "-r", "-Le", "-C", "-c", files],  # noqa: S607 - found on the path
            env={"PATH": os.environ["PATH"], "SNMP_PERSISTENT_DIR": str(self._memory), "MIBS": ""},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
        )
        assert self._process.stderr is not None
        self._said.clear()
        self._ready.clear()
        self._listener = Thread(target=self._listen, args=(self._process.stderr,), daemon=True)
        self._listener.start()
        self._ready.wait(_PATIENCE_S)
        if not any(_READY in line for line in self._said):
            self.stop()
            raise AssertionError(f"snmpd did not start: {b''.join(self._said)!r}")

    def stop(self) -> None:
        """End it; what it remembers stays."""
        process, self._process = self._process, None
        if process is None:
            return
        process.terminate()
        try:
            process.wait(_PATIENCE_S)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait(_PATIENCE_S)
        if self._listener is not None:
            self._listener.join(_PATIENCE_S)

    def target(self, user: V3User, *, timeouts: tuple[float, ...] = (_PATIENCE_S,)) -> SnmpTarget:
        """How to reach it."""
        return SnmpTarget(host="127.0.0.1", port=self.port, timeouts=timeouts, v3=user)

    def _listen(self, said: IO[bytes]) -> None:
        """Take all that it says, for it stops when nobody does."""
        for line in said:
            self._said.append(line)
            if _READY in line:
                self._ready.set()
        self._ready.set()
        said.close()
