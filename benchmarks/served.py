"""``techinfo serve`` as it is shipped, over a switch in another process; and what a request costs.

Nothing is switched off: the log line of each request goes to a file, the audit log is written, and
the collector is a process of its own.
"""

from __future__ import annotations

import asyncio
import base64
import json
import multiprocessing
import os
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from multiprocessing.connection import Connection
from pathlib import Path

from argon2 import PasswordHasher
from benchmarks.whole import Switch, remembering
from tests.cli.serving import Running, children
from tests.snmp.whole_switch import PORTS, switch

from techinfo.inventory import Inventory

LONGEST_S = 600
PASSWORD = "right"  # noqa: S105 - of the benchmark
_SETTINGS = """
[service]
port = 0
[quotas]
requests_per_minute = 100000
[collect]
min_interval_s = 0
[credentials.default]
community_file = "community"
[users.isp]
role = "provider"
password_hash = "{hashed}"
"""


@dataclass(frozen=True, slots=True)
class Service:
    """A running one.

    Attributes:
        port: Where it listens.
        processes: API and collector.
        agent: Tells how many requests the switch has had.
    """

    port: int
    processes: Sequence[int]
    agent: Agent

    def cpu_s(self) -> float:
        """User and system seconds of both processes so far."""
        return sum(map(cpu_s, self.processes))


class Agent:
    """A switch of 28 ports in a process of its own."""

    def __init__(self) -> None:
        context = multiprocessing.get_context("spawn")
        self._pipe, there = context.Pipe()
        self._process = context.Process(target=_answer, args=(there,), daemon=True)
        self._process.start()
        there.close()
        self.port: int = self._pipe.recv()

    def requests(self) -> int:
        """How many it has had, retries included."""
        self._pipe.send(True)
        had: int = self._pipe.recv()
        return had

    def close(self) -> None:
        """End it."""
        self._pipe.close()
        self._process.join(5)
        self._process.kill()


def _answer(pipe: Connection) -> None:
    async def run() -> None:
        had = 0
        async with Switch(switch(), remembering()) as agent:
            pipe.send(agent.port)
            while await asyncio.to_thread(pipe.poll, LONGEST_S):
                pipe.recv()
                had += len(agent.requests)
                agent.requests.clear()
                agent.datagrams.clear()
                pipe.send(had)

    try:
        asyncio.run(run())
    except EOFError:
        return


@contextmanager
def agent() -> Iterator[Agent]:
    """A switch that answers while the block lasts."""
    found = Agent()
    try:
        yield found
    finally:
        found.close()


def house(folder: Path, port: int, more: str = "") -> None:
    """Settings, and an inventory with an access at every port of the switch."""
    hashed = PasswordHasher().hash(PASSWORD)
    settings = folder / "techinfo.toml"
    settings.write_text(_SETTINGS.format(hashed=hashed) + more, encoding="utf-8")
    settings.chmod(0o600)
    (folder / "community").write_text("public\n", encoding="utf-8")
    (folder / "community").chmod(0o600)
    numbers = range(1, PORTS + 1)
    network = {
        "elements": [{"name": "sw-28", "address": "127.0.0.1", "port": port, "sys_name": "sw-28"}],
        "accesses": [
            {"access_id": f"A-{n}", "element": "sw-28", "port": f"gi{n}", "port_by": "name"}
            for n in numbers
        ],
        "services": [{"vlan": 10, "service_type": "bb"}],
        "subscriptions": [
            {
                "subscription_id": f"S-{n}",
                "access_id": f"A-{n}",
                "provider": "isp",
                "service": "BB",
                "service_type": "bb",
            }
            for n in numbers
        ],
    }
    (folder / "network.yaml").write_text(json.dumps(network), encoding="utf-8")
    with Inventory.open(folder / "inventory.sqlite") as inventory:
        inventory.import_file(folder / "network.yaml")


@contextmanager
def serving(more: str = "") -> Iterator[Service]:
    """The service over a switch, with its defaults, while the block lasts.

    Args:
        more: Of the settings file.
    """
    with agent() as switch_there, tempfile.TemporaryDirectory(prefix="ti-") as name:
        folder = Path(name)
        house(folder, switch_there.port, more)
        with started(folder, switch_there) as service:
            yield service


@contextmanager
def started(folder: Path, switch_there: Agent) -> Iterator[Service]:
    """The service over what stands in a folder already."""
    with Running(folder, "serve", "--config", "techinfo.toml") as running:
        port = int(running.url.rpartition(":")[2])
        yield Service(port, children(running.pid), switch_there)


def link_status(number: int) -> str:
    """The path of a port's question."""
    return f"/2.6/tech/access/A-{number}/link/status"


async def asked(port: int, paths: Sequence[str], *headers: str, user: str = "isp") -> bytes:
    """Ask over one connection, one after another; the last body."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    told = base64.b64encode(f"{user}:{PASSWORD}".encode()).decode()
    more = "".join(f"{header}\r\n" for header in headers)
    body = b""
    for path in paths:
        writer.write(
            f"GET {path} HTTP/1.1\r\nHost: x\r\nAuthorization: Basic {told}\r\n"
            f"Accept: application/json\r\n{more}\r\n".encode()
        )
        head = await reader.readuntil(b"\r\n\r\n")
        length = head.lower().split(b"content-length:")[1].split(b"\r\n")[0]
        body = await reader.readexactly(int(length))
        if not head.startswith(b"HTTP/1.1 200"):
            raise SystemExit(f"{path}: {head.decode()}{body.decode()}")
    writer.close()
    await writer.wait_closed()
    return body


def cpu_s(pid: int) -> float:
    """User and system seconds of a process (proc(5): schedstat counts nanoseconds of its threads).

    The times of ``stat`` are in hundredths of a second.
    """
    threads = Path(f"/proc/{pid}/task").iterdir()
    return sum(int((t / "schedstat").read_text(encoding="ascii").split()[0]) for t in threads) / 1e9


def told(name: str, ratio: float, aim: float, *, at_least: bool = False) -> int:
    """Print a benchmark's last line, as JSON; the exit status: 1 when it is beyond its aim.

    Args:
        name: Of the benchmark.
        ratio: What was measured.
        aim: What it may be at most.
        at_least: It must be so much at least.
    """
    load = round(os.getloadavg()[0], 1)
    print(json.dumps({"name": name, "ratio": round(ratio, 3), "aim": aim, "load": load}))
    return 0 if (ratio >= aim if at_least else ratio <= aim) else 1
