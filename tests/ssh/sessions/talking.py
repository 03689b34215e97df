"""A pool and devices of the lab that it can ask; real SSH on loopback."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Coroutine, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from techinfo.collect.registry import cli_platforms
from techinfo.driver.cli import CliPlatform
from techinfo.lab.cli_device import CliDevice
from techinfo.lab.ssh_server import SshServer
from techinfo.ssh.cli_recording import CliRecording, Output
from techinfo.ssh.sessions.memory import SshMemory
from techinfo.ssh.sessions.messages import HEAD, Login, Patience, packed, unpacked
from techinfo.ssh.sessions.pool import SshPool
from techinfo.ssh.sessions.target import SshTarget
from techinfo.ssh.sessions.worker import Worker

PATIENCE = Patience(connect=60.0, login=60.0, quiet=60.0, command=120.0, settle=0.2, logout=5.0)
"""Enough for a machine that is busy; what must time out has less."""
HURRY = Patience(connect=5.0, login=10.0, quiet=1.5, command=6.0, settle=0.2, logout=5.0)
STATUS = "show interfaces status"
MACS = "show mac address-table"
TABLE = "Port      Name  Status\n" + "".join(f"Gi1/0/{n}   up\n" for n in range(1, 61))
LOGIN_OF_LAB = "techinfo"


def login(password: str = LOGIN_OF_LAB, **more: Any) -> Login:
    """Of the lab's devices."""
    return Login(**{"name": "default", "user": "techinfo", "password": password, **more})


LOGIN = login()


def device(name: str = "sw-1", platform: str = "cisco_ios", **more: Any) -> CliDevice:
    """A switch whose table is longer than a page."""
    outputs = (Output(STATUS, TABLE), Output(MACS, "Mac Address Table\n"))
    recording = CliRecording(platform, more.pop("outputs", outputs))
    return CliDevice(name=name, recording=recording, **more)


class Threads:
    """Sessions in threads of the tests' own process: it takes a second to start another one."""

    number = 1

    def __init__(self, *, cable_tests: bool = False) -> None:
        self._worker = Worker(cable_tests=cable_tests)

    async def order(self, message: Mapping[str, Any], within: float) -> dict[str, Any]:
        """As the process has it, without the pipe."""
        passed = unpacked(packed(message)[HEAD.size :])
        return await asyncio.wait_for(asyncio.to_thread(self._worker.do, passed), within)

    async def close(self) -> None:
        """Log out everywhere."""
        await asyncio.to_thread(self._worker.close)


@dataclass
class Lab:
    """Devices, and a pool that knows a log-in for them."""

    pool: SshPool
    memory: SshMemory
    servers: dict[str, SshServer]

    def target(self, name: str = "sw-1", **more: Any) -> SshTarget:
        """How one is asked."""
        server = self.servers[name]
        platform = server.device.recording.platform
        where = {"element": name, "host": server.host, "port": server.port, "platform": platform}
        return SshTarget(**{**where, **more})


@asynccontextmanager
async def lab(
    *devices: CliDevice,
    logins: dict[str, Login] | None = None,
    memory: SshMemory | None = None,
    path: Path | None = None,
    old: bool = False,
    platforms: Mapping[str, CliPlatform] | None = None,
    **more: Any,
) -> AsyncIterator[Lab]:
    """A pool, and devices that can be logged in to; all of it ends with the block."""
    kept = memory or SshMemory(path)
    options = {"patience": PATIENCE, "sessions": Threads(), **more}
    pool = SshPool(logins or {"default": LOGIN}, kept, platforms or cli_platforms(), **options)
    async with AsyncExitStack() as stack:
        servers = {d.name: await stack.enter_async_context(SshServer(d, old=old)) for d in devices}
        stack.push_async_callback(pool.close)
        yield Lab(pool, kept, servers)


def run(test: Callable[[], Coroutine[Any, Any, None]]) -> None:
    """Run a test that is a coroutine."""
    asyncio.run(test())


async def until(told: Callable[[], bool]) -> None:
    """Wait for something that must come; the test fails where it does not."""
    async with asyncio.timeout(300):
        while not told():  # noqa: ASYNC110 - it is another process's, or a thread's
            await asyncio.sleep(0.01)
