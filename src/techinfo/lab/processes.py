"""The lab in a process of its own, so that it does not share a turn with what asks it."""

from __future__ import annotations

import json
import os
import select
import subprocess
import sys
import threading
import time
from collections.abc import Sequence
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from techinfo.errors import ConfigError, RecordingError, TechinfoError
from techinfo.lab.device import DeviceCounts
from techinfo.lab.site import Argument, LabDevice, Site
from techinfo.snmp.interface import SnmpTarget

DEFAULT_PORT = 1161
_START_S = 120.0
"""The largest public walk takes 15 s to read."""
_ANSWER_S = 30.0
_STOP_S = 5.0


class Lab:
    """Recorded switches that answer SNMP on loopback addresses while the block lasts.

        with Lab(devices) as lab:
            lab.fault("sw-elm-3", "slow", seconds=2.0)

    Args:
        devices: What stands in the lab.
        port: UDP, the same for all devices; 0 takes a free one.

    Raises:
        ConfigError: The devices contradict each other, or the port is taken.
        RecordingError: A recording cannot be read.
    """

    def __init__(self, devices: Sequence[LabDevice], *, port: int = 0) -> None:
        self._site = Site(devices=tuple(devices))
        self._by_name = {device.name: device for device in self._site.devices}
        self._lock = threading.Lock()
        self._process: subprocess.Popen[bytes] | None = None
        self._rest = b""
        self.port = port

    def __enter__(self) -> Self:
        self._rest = b""
        self._process = _started()
        orders = {"devices": self._site.as_plain(), "port": self.port, "owner": os.getpid()}
        try:
            self.port = self._ask(orders, _START_S)["port"]
        except BaseException:
            self.stop()
            raise
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.stop()

    @property
    def pid(self) -> int | None:
        """The lab's process; ``None`` when it does not run."""
        return self._process.pid if self._process else None

    def target(self, name: str) -> SnmpTarget:
        """Where and how a device is asked.

        Raises:
            ConfigError: No device is called so.
        """
        device = self._device(name)
        return SnmpTarget(host=device.address, port=self.port, community=device.community.encode())

    def counts(self, name: str) -> DeviceCounts:
        """What a device was asked so far.

        Raises:
            ConfigError: No device is called so.
        """
        return DeviceCounts(**self._command("counts", name))

    def fault(self, name: str, kind: str, **args: Argument) -> None:
        """Let a device misbehave from now on; the kinds are those of `techinfo.lab.faults`.

        Raises:
            ConfigError: No device or no fault is called so, or its arguments do not fit.
            RecordingError: The fault needs a recording that cannot be read.
        """
        self._command("fault", name, kind=kind, args=args)

    def clear(self, name: str) -> None:
        """Let a device behave again.

        Raises:
            ConfigError: No device is called so.
        """
        self._command("clear", name)

    def stop(self) -> None:
        """End the lab's process; without effect when it has ended."""
        with self._lock:
            process, self._process = self._process, None
        if process is None:
            return
        if process.stdin:
            process.stdin.close()  # the end of the channel is the order to stop
        try:
            process.wait(_STOP_S)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        if process.stdout:
            process.stdout.close()

    def _device(self, name: str) -> LabDevice:
        if name not in self._by_name:
            raise ConfigError("no device of the lab is called so", key=name)
        return self._by_name[name]

    def _command(self, do: str, name: str, **more: Any) -> dict[str, Any]:
        return self._ask({"do": do, "device": self._device(name).name, **more}, _ANSWER_S)

    def _ask(self, order: dict[str, Any], timeout_s: float) -> dict[str, Any]:
        with self._lock:
            process = self._process
            if process is None or process.stdin is None or process.stdout is None:
                raise TechinfoError("the lab does not run")
            try:
                _write(process.stdin.fileno(), json.dumps(order).encode() + b"\n")
            except BrokenPipeError as error:
                raise TechinfoError("the lab has ended unexpectedly") from error
            told: dict[str, Any] = json.loads(
                self._line(process, process.stdout.fileno(), timeout_s)
            )
        _raise_failure(told)
        return told

    def _line(self, process: subprocess.Popen[bytes], channel: int, timeout_s: float) -> bytes:
        deadline = time.monotonic() + timeout_s
        answers = select.poll()
        answers.register(channel, select.POLLIN)
        while b"\n" not in self._rest:
            left_s = max(0.0, deadline - time.monotonic())
            if not answers.poll(left_s * 1000):
                # A late answer would be taken for that of the next command.
                process.kill()
                raise TechinfoError(f"the lab did not answer in {timeout_s:.0f} s")
            octets = os.read(channel, 1 << 16)
            if not octets:
                raise TechinfoError("the lab has ended unexpectedly")
            self._rest += octets
        line, _, self._rest = self._rest.partition(b"\n")
        return line


def _started() -> subprocess.Popen[bytes]:
    try:
        return subprocess.Popen(
            [sys.executable, "-m", "techinfo.lab"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            bufsize=0,
            process_group=0,  # Ctrl-C in a terminal is the owner's, from the first moment
            env={**os.environ, "PYTHONPATH": _import_path()},
        )
    except OSError as error:
        raise TechinfoError(f"the lab cannot be started: {error.strerror}") from error


def _write(channel: int, octets: bytes) -> None:
    while octets:
        octets = octets[os.write(channel, octets) :]


def _raise_failure(told: dict[str, Any]) -> None:
    match told.get("failed"):
        case "recording":
            raise RecordingError(told["message"], path=Path(told["path"]), line=told["line"])
        case "config":
            raise ConfigError(told["message"], key=told["key"])
        case "lab":
            raise TechinfoError(told["message"])


def _import_path() -> str:
    """Where this process found the package, before whatever the environment says."""
    root = str(Path(__file__).parents[2])
    return os.pathsep.join(filter(None, [root, os.environ.get("PYTHONPATH", "")]))
