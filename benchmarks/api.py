"""Cached link/status of ``techinfo serve`` as it is shipped, against a bare FastAPI route.

``python -m benchmarks.api`` starts the service with its defaults (authentication, isolation, quota,
audit log, a log line for every request) over a switch in another process, and beside it a server
(uvicorn with uvloop and httptools) whose only route returns the same bytes. They are asked in turns
over real connections. Printed are requests per second, the CPU of the service's processes for each
request, the median time that one waits, and a line of JSON: ``name``, ``ratio`` (CPU of the bare
route to that of the service), ``aim`` and ``load``; exit status 1 below the aim. It ends by itself.
"""

from __future__ import annotations

import argparse
import asyncio
import multiprocessing
import statistics
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from multiprocessing.connection import Connection

import uvicorn
from benchmarks.served import asked, cpu_s, link_status, serving, told
from fastapi import FastAPI, Response

from techinfo.server import web

AIM = 0.70
_PATH = link_status(1)


@dataclass(frozen=True, slots=True)
class Round:
    """One turn: what a second and a request have cost."""

    per_second: float
    cpu_us: float
    p50_ms: float


def _serve(pipe: Connection, body: bytes) -> None:
    bare = FastAPI()

    @bare.get("/2.6/tech/access/{id}/link/status")
    async def status(id: str) -> Response:  # noqa: A002, ARG001 - as in ours
        return Response(body, media_type="application/json")

    listening = web.bound("127.0.0.1", 0)
    config = uvicorn.Config(
        bare, log_config=None, access_log=False, server_header=False, lifespan="off", loop="uvloop"
    )
    listening.listen()
    pipe.send(listening.getsockname()[1])
    uvicorn.Server(config).run(sockets=[listening])


async def _round(port: int, spent_s: Callable[[], float], requests: int, connections: int) -> Round:
    """Connections that each ask again as soon as they are answered."""
    each = requests // connections
    waited: list[float] = []

    async def one() -> None:
        began = time.perf_counter()
        await asked(port, [_PATH] * each)
        waited.append((time.perf_counter() - began) / each * 1000)

    began, cpu = time.perf_counter(), spent_s()
    await asyncio.gather(*(one() for _ in range(connections)))
    taken = time.perf_counter() - began
    cpu_us = (spent_s() - cpu) / (each * connections) * 1e6
    return Round(each * connections / taken, cpu_us, statistics.median(waited))


async def _measure(
    ways: list[tuple[int, Callable[[], float]]], rounds: int, requests: int, connections: int
) -> float:
    found: list[list[Round]] = [[], []]
    for port, _ in ways:
        await asked(port, [_PATH] * 300)
    for number in range(rounds):
        for (port, spent_s), kept in zip(ways, found, strict=True):
            kept.append(await _round(port, spent_s, requests, connections))
        ours, bare = found[0][-1], found[1][-1]
        print(
            f"round {number + 1}: ours {ours.per_second:,.0f}/s {ours.cpu_us:.0f} us"
            f" {ours.p50_ms:.2f} ms, bare {bare.per_second:,.0f}/s {bare.cpu_us:.0f} us"
            f" {bare.p50_ms:.2f} ms"
        )
    pairs = list(zip(*found, strict=True))
    rate: float = statistics.median(ours.per_second / bare.per_second for ours, bare in pairs)
    print(f"requests per second, ours / bare: {rate:.2f}")
    ratio: float = statistics.median(bare.cpu_us / ours.cpu_us for ours, bare in pairs)
    return ratio


def main() -> int:
    """Measure and print; 1 below the aim."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--requests", type=int, default=5_000, help="in each round")
    parser.add_argument("--connections", type=int, default=16)
    args = parser.parse_args()
    with serving() as service:
        body = asyncio.run(asked(service.port, [_PATH]))
        here, there = multiprocessing.Pipe()
        bare = multiprocessing.get_context("spawn").Process(
            target=_serve, args=(there, body), daemon=True
        )
        bare.start()
        there.close()
        try:
            ways = [(service.port, service.cpu_s), (here.recv(), lambda: cpu_s(bare.pid or 0))]
            ratio = asyncio.run(_measure(ways, args.rounds, args.requests, args.connections))
        finally:
            bare.terminate()
            bare.join(10)
    return told("api", ratio, AIM, at_least=True)


if __name__ == "__main__":
    sys.exit(main())
