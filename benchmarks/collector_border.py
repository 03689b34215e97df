"""What it costs that the collector is in another process: readings from each cache, as ratios.

Run by hand from the top folder: ``python -m benchmarks.collector_border``. It ends by itself, in
less than a minute. The same questions (link, counters, light and rates of twenty ports) are asked
in three ways: of a collector in this process; over a Unix socket, of the cache of a collector in a
process of its own; and of what the API's side of that socket has kept. No device is asked but for
the first time. CPU (user and system) of both processes is counted, so that other work on the
machine does not matter; the three take turns, and the median of each counts.
"""

from __future__ import annotations

import asyncio
import multiprocessing
import tempfile
import time
from collections.abc import Awaitable, Callable
from multiprocessing.connection import Connection
from pathlib import Path
from statistics import median

from tests.access import made_up as m
from tests.access.made_up import merged
from tests.access.played import Recordings
from tests.collect.across import listening

from techinfo.access.troubleshoot import LINK_STATUS
from techinfo.collect import AnyCollector, Collector, PollingLimits, PortName, Target
from techinfo.collect.remote.client import RemoteCollector
from techinfo.collect.remote.server import collector_app

_ROUNDS = 7
_QUESTIONS = 400
_PORTS = 20
_FOREVER_S = 3600.0
_LONGEST_S = 120
_PORT = tuple(
    Target(element="sw", host="192.0.2.3", port_name=PortName(name=f"ge{n}", by="name"))
    for n in range(1, _PORTS + 1)
)


def _collector() -> Collector:
    ports = [merged(m.port(n, f"ge{n}"), m.optics(n)) for n in range(1, _PORTS + 1)]
    network = Recordings({_PORT[0].host: merged(m.system("sw"), *ports)})
    # What was read once is given again to whoever asks, whatever age they want.
    return Collector(
        m.registry(), network.open, polling_limits=PollingLimits(min_interval_s=_FOREVER_S)
    )


def _serve(path: Path, pipe: Connection) -> None:
    """Be a collector, and say what that has cost, until the other side has heard enough."""

    async def run() -> None:
        async with listening(collector_app(_collector()), path):
            while await asyncio.to_thread(pipe.poll, _LONGEST_S) and pipe.recv():
                pipe.send(time.process_time())

    asyncio.run(run())


async def _ask(collector: AnyCollector, max_age: float, together: int) -> None:
    """Every port in turn, so many questions under way at a time."""

    async def some(first: int) -> None:
        for n in range(first, _QUESTIONS, together):
            await collector.read(_PORT[n % _PORTS], LINK_STATUS, max_age, 60.0)

    await asyncio.gather(*(some(first) for first in range(together)))


async def _measure(path: Path, there_s: Callable[[], float]) -> None:
    here, there = _collector(), RemoteCollector(path)
    for port in _PORT:
        same = [(await c.read(port, LINK_STATUS, 0, 60.0)).port for c in (here, there)]
        assert same[0] is not None  # noqa: S101 - else the numbers mean nothing
        assert same[1] is not None  # noqa: S101 - the same
        assert same[0].port == same[1].port  # noqa: S101 - the same
    ways: dict[str, Callable[[], Awaitable[None]]] = {
        "in this process": lambda: _ask(here, _FOREVER_S, 1),
        "kept on the API's side": lambda: _ask(there, _FOREVER_S, 1),
        "over the socket": lambda: _ask(there, 0.0, 1),
        f"over the socket, {_PORTS} together": lambda: _ask(there, 0.0, _PORTS),
    }
    found: dict[str, list[tuple[float, float]]] = {name: [] for name in ways}
    for _ in range(_ROUNDS):
        for name, way in ways.items():
            before = time.process_time(), there_s()
            await way()
            found[name].append((time.process_time() - before[0], there_s() - before[1]))
    await there.close()
    of_one = median(map(sum, found["in this process"]))
    for name, costs in found.items():
        api, other = (median(side) / _QUESTIONS * 1e6 for side in zip(*costs, strict=True))
        ratio = median(map(sum, costs)) / of_one
        print(f"{name:32} {api:7.0f} + {other:5.0f} us CPU (API + collector), {ratio:6.2f} x")


def main() -> None:
    """Print the cost of each way."""
    with tempfile.TemporaryDirectory(prefix="ti-") as folder:
        path = Path(folder) / "collector.sock"
        ours, theirs = multiprocessing.Pipe()
        other = multiprocessing.get_context("spawn").Process(target=_serve, args=(path, theirs))
        other.start()

        def there_s() -> float:
            ours.send(True)
            if not ours.poll(_LONGEST_S):
                raise SystemExit("the other process does not answer")
            told: float = ours.recv()
            return told

        try:
            there_s()
            asyncio.run(_measure(path, there_s))
        finally:
            ours.send(False)
            other.join()


if __name__ == "__main__":
    main()
