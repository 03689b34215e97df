"""Cached link/status, with authentication, isolation and quota, against a bare FastAPI route.

``python -m benchmarks.api`` starts one server (uvicorn, as ``techinfo serve`` has it) with both,
asks them in turns over real connections, and prints requests per second and the CPU time of the
server for each, and their ratio. The bare route returns the same bytes. It ends by itself.
"""

from __future__ import annotations

import argparse
import asyncio
import base64
import multiprocessing
import os
import statistics
import tempfile
import time
from dataclasses import dataclass
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

import uvicorn
from fastapi import FastAPI, Response
from tests.access import made_up as m
from tests.access.made_up import merged
from tests.access.played import Recordings, stocked
from tests.api.served import PROVIDER, serve

from techinfo.config import QuotaSettings
from techinfo.server import web

_SITE = """
elements: [{name: sw, address: 192.0.2.3, sys_name: elm}]
accesses: [{access_id: A-1, element: sw, port: ge1, port_by: name}]
services: [{vlan: 10, service_type: bb}]
subscriptions:
  - {subscription_id: S-1, access_id: A-1, provider: isp, service: BB, service_type: bb}
"""
_OURS = "/2.6/tech/access/A-1/link/status"
_PLENTY = 100_000
_BARE = "/bare/2.6/tech/access/A-1/link/status"


@dataclass(frozen=True, slots=True)
class Round:
    """One turn: what a second and a request have cost."""

    per_second: float
    cpu_us: float


def _application() -> Any:
    """Both applications behind one server, told apart by the path."""
    rows = merged(m.system("elm"), m.port(1, "ge1"), m.optics(1))
    folder = Path(tempfile.mkdtemp())
    ours = serve(
        stocked(folder, _SITE),
        Recordings({"192.0.2.3": rows}).open,
        quotas=QuotaSettings(requests_per_minute=_PLENTY),
    ).app
    bare = FastAPI()
    body: dict[str, bytes] = {}

    @bare.get("/bare/2.6/tech/access/{id}/link/status")
    async def status(id: str) -> Response:  # noqa: A002 - as in ours
        return Response(body[id], media_type="application/json")

    async def both(scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] == "http" and scope["path"].startswith("/bare"):
            await bare(scope, receive, send)
            return

        async def noted(message: Any) -> None:
            if message["type"] == "http.response.body" and not body:
                body["A-1"] = message["body"]
            await send(message)

        await ours(scope, receive, send if body else noted)

    return both


def _serve(ready: Connection) -> None:
    listening = web.bound("127.0.0.1", 0)
    config = uvicorn.Config(
        _application(), log_config=None, access_log=False, server_header=False, lifespan="off"
    )
    listening.listen()
    ready.send(listening.getsockname()[1])
    uvicorn.Server(config).run(sockets=[listening])


def _request(path: str) -> bytes:
    told = base64.b64encode(":".join(PROVIDER).encode()).decode()
    return (
        f"GET {path} HTTP/1.1\r\nHost: x\r\nAuthorization: Basic {told}\r\n"
        "Accept: application/json\r\n\r\n"
    ).encode()


async def _asked(port: int, path: str, count: int) -> None:
    """One connection that asks again as soon as it is answered."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    request = _request(path)
    for _ in range(count):
        writer.write(request)
        head = await reader.readuntil(b"\r\n\r\n")
        if not head.startswith(b"HTTP/1.1 200"):
            raise SystemExit(head.decode())
        length = head.lower().split(b"content-length:")[1].split(b"\r\n")[0]
        await reader.readexactly(int(length))
    writer.close()
    await writer.wait_closed()


def _cpu_s(pid: int) -> float:
    fields = Path(f"/proc/{pid}/stat").read_text(encoding="ascii").rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


async def _round(port: int, pid: int, path: str, requests: int, connections: int) -> Round:
    began, cpu = time.perf_counter(), _cpu_s(pid)
    each = requests // connections
    await asyncio.gather(*(_asked(port, path, each) for _ in range(connections)))
    taken = time.perf_counter() - began
    return Round(each * connections / taken, (_cpu_s(pid) - cpu) / (each * connections) * 1e6)


async def _measure(port: int, pid: int, rounds: int, requests: int, connections: int) -> None:
    await _asked(port, _OURS, 200)
    await _asked(port, _BARE, 200)
    ours, bare = [], []
    for number in range(rounds):
        ours.append(await _round(port, pid, _OURS, requests, connections))
        bare.append(await _round(port, pid, _BARE, requests, connections))
        print(
            f"round {number + 1}: ours {ours[-1].per_second:,.0f}/s {ours[-1].cpu_us:.0f} us, "
            f"bare {bare[-1].per_second:,.0f}/s {bare[-1].cpu_us:.0f} us"
        )
    rate = statistics.median(o.per_second / b.per_second for o, b in zip(ours, bare, strict=True))
    cpu = statistics.median(b.cpu_us / o.cpu_us for o, b in zip(ours, bare, strict=True))
    print(f"requests per second, ours / bare: {rate:.2f}; the server's CPU alone: {cpu:.2f}")


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--requests", type=int, default=5_000, help="in each round")
    parser.add_argument("--connections", type=int, default=16)
    told = parser.parse_args()
    here, there = multiprocessing.Pipe()
    server = multiprocessing.get_context("spawn").Process(target=_serve, args=(there,), daemon=True)
    server.start()
    there.close()
    try:
        port = here.recv()
        asyncio.run(_measure(port, server.pid or 0, told.rounds, told.requests, told.connections))
    finally:
        server.terminate()
        server.join(10)


if __name__ == "__main__":
    main()
