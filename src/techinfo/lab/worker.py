"""The lab's own process: it plays a site until its owner is gone.

The owner speaks JSON, a line each, over this process's standard input and output: first the site,
then commands; every line is answered by one line.
"""

from __future__ import annotations

import asyncio
import gc
import json
import os
import signal
import sys
from dataclasses import asdict
from typing import Any

from techinfo.errors import ConfigError, RecordingError, TechinfoError
from techinfo.lab.device import RunningDevice
from techinfo.lab.holdings import RecordingCache
from techinfo.lab.network import Network
from techinfo.lab.site import FaultSpec, Site

_OWNER_LOOKED_AT_S = 1.0
_MOST_COMMAND_OCTETS = 1 << 20


def main() -> int:
    """Play the site that standard input names; the exit status."""
    # Ctrl-C in a terminal reaches the whole group; the owner decides, and closes the channel.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    replies = os.dup(sys.stdout.fileno())
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())  # whatever prints does not break the channel
    first = sys.stdin.buffer.readline()
    if not first:
        return 0
    return asyncio.run(_play(json.loads(first), replies))


async def _play(orders: dict[str, Any], replies: int) -> int:
    try:
        lab = _RunningLab(orders)
    except TechinfoError as error:
        _say(replies, failure(error))
        return 1
    gc.collect()
    gc.freeze()  # millions of rows that live as long as the process need no looking at
    _say(replies, {"port": lab.network.port})
    stopped = asyncio.Event()
    loop = asyncio.get_running_loop()
    loop.add_signal_handler(signal.SIGTERM, stopped.set)
    loop.add_reader(sys.stdin.fileno(), _Commands(lab, replies, stopped).receive)
    try:
        await _until_stopped(stopped, orders["owner"])
    finally:
        loop.remove_reader(sys.stdin.fileno())
        lab.network.close()
    return 0


async def _until_stopped(stopped: asyncio.Event, owner: int) -> None:
    """Wait for a command, a signal, or the owner's end.

    A process that the owner forked may hold our channel open after the owner has died.
    """
    while not stopped.is_set() and os.getppid() == owner:
        try:
            await asyncio.wait_for(stopped.wait(), _OWNER_LOOKED_AT_S)
        except TimeoutError:
            continue


class _RunningLab:
    """The devices by name, and the wire they share."""

    def __init__(self, orders: dict[str, Any]) -> None:
        site = Site.from_plain(orders["devices"])
        shelf = RecordingCache()
        self._devices = {device.name: RunningDevice(device, shelf) for device in site.devices}
        at = {device.address: self._devices[device.name] for device in site.devices}
        self.network = Network(at, port=orders["port"])

    def obey(self, command: dict[str, Any]) -> dict[str, Any]:
        """Carry a command out; what there is to tell."""
        device = self._devices[command["device"]]
        match command["do"]:
            case "counts":
                return asdict(device.counts)
            case "fault":
                device.set_fault(FaultSpec(kind=command["kind"], args=command["args"]))
            case "clear":
                device.clear_faults()
        return {}


class _Commands:
    """Takes lines off the channel; its end is the order to stop."""

    def __init__(self, lab: _RunningLab, replies: int, stopped: asyncio.Event) -> None:
        self._lab = lab
        self._replies = replies
        self._stopped = stopped
        self._rest = b""

    def receive(self) -> None:
        octets = os.read(sys.stdin.fileno(), 1 << 16)
        *lines, self._rest = (self._rest + octets).split(b"\n")
        if not octets or len(self._rest) > _MOST_COMMAND_OCTETS:
            self._stopped.set()
        for line in lines:
            self._obey(json.loads(line))

    def _obey(self, command: dict[str, Any]) -> None:
        if command["do"] == "stop":
            self._stopped.set()
            return
        try:
            told = self._lab.obey(command)
        except TechinfoError as error:
            told = failure(error)
        _say(self._replies, told)


def failure(error: TechinfoError) -> dict[str, Any]:
    """An error as the channel carries it; `techinfo.lab.processes` makes it one again."""
    text = str(error)
    match error:
        case RecordingError(path=path, line=line):
            where = f"{path}:{line}: " if line else f"{path}: "
            return {
                "failed": "recording",
                "message": text.removeprefix(where),
                "path": str(path),
                "line": line,
            }
        case ConfigError(key=key):
            return {"failed": "config", "message": text.removeprefix(f"{key}: "), "key": key}
    return {"failed": "lab", "message": text}


def _say(replies: int, told: dict[str, Any]) -> None:
    line = json.dumps(told).encode() + b"\n"
    try:
        while line:
            line = line[os.write(replies, line) :]
    except BrokenPipeError:
        return  # the owner is gone, which standard input tells too
