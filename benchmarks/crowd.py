"""CPU of a crowd of switches read at once, some of them dead, as a ratio to net-snmp's.

``python -m benchmarks.crowd`` starts 200 switches of 28 ports (`tests.snmp.whole_switch`) on as
many ports of a process of its own; one in twenty never answers. A collector reads link, counters,
optics and addresses of all at once: at first contact, then again and again. In turn with that,
``snmpbulkwalk`` prints the tables of one. Told are switches for each second of CPU, when the last
living and the last dead one was done with, how long the event loop was away at most, and requests
sent again to living ones. The event loop, and how often garbage is looked for, are those of the
service. The last line is JSON: ``name``, ``ratio`` (CPU for a living switch to
that of snmpbulkwalk), ``aim`` and ``load``; exit status 1 beyond the aim. It ends by itself.
"""

from __future__ import annotations

import argparse
import asyncio
import resource
import shutil
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from multiprocessing.connection import Connection
from statistics import median

import uvloop
from benchmarks.agents import beside
from benchmarks.served import LONGEST_S, told
from benchmarks.whole import FACTS, Switch, remembering, walked_ms, whole
from tests.snmp.whole_switch import switch

from techinfo.collect import Collector, PollingLimits, Target
from techinfo.collect.registry import load
from techinfo.errors import DeviceError
from techinfo.server.web import settle
from techinfo.snmp.engine import SnmpEngine
from techinfo.snmp.interface import SnmpTarget

AIM = 0.16
"""180 switches a second of CPU, where snmpbulkwalk takes 34 ms for the tables of one."""
SWITCHES, DEAD_OF = 200, 20


class _Ear(asyncio.DatagramProtocol):
    """One address of many at which the same switch answers, or nobody does."""

    def __init__(self, agent: Switch | None) -> None:
        self._agent = agent
        self._transport: asyncio.DatagramTransport | None = None

    def connection_made(self, transport: asyncio.DatagramTransport) -> None:  # type: ignore[override]
        """Begin."""
        self._transport = transport

    def datagram_received(self, data: bytes, addr: tuple[str, int]) -> None:
        """Answer, unless it is dead."""
        if self._agent is None or self._transport is None:
            return
        for datagram in self._agent.hear(data):
            self._transport.sendto(datagram, addr)
        self._agent.requests.clear()
        self._agent.datagrams.clear()


def _serve(pipe: Connection, count: int) -> None:
    async def run() -> None:
        agent, ports = Switch(switch(), remembering()), []
        for number in range(count):
            ear = _Ear(None if number % DEAD_OF == DEAD_OF - 1 else agent)
            transport, _ = await asyncio.get_running_loop().create_datagram_endpoint(
                lambda ear=ear: ear,  # type: ignore[misc]
                local_addr=("127.0.0.1", 0),
            )
            ports.append(transport.get_extra_info("sockname")[1])
        pipe.send(ports)
        await asyncio.to_thread(pipe.poll, LONGEST_S)

    asyncio.run(run())


@dataclass(frozen=True, slots=True)
class Round:
    """What one reading of them all has cost.

    Attributes:
        cpu_ms: For each living switch.
        living_s, dead_s: When the last of either was done with.
        away_s: The longest time that the event loop did not turn.
    """

    cpu_ms: float
    living_s: float
    dead_s: float
    away_s: float
    requests: int
    retries: int


async def _round(collector: Collector, ports: Sequence[int]) -> Round:
    done: dict[bool, list[float]] = {True: [], False: []}
    began, cpu = time.perf_counter(), time.process_time()
    before = await collector.numbers()

    async def one(port: int) -> None:
        target = Target(element=f"sw-{port}", host="127.0.0.1", port=port)
        try:
            whole(await collector.read(target, FACTS, 0, LONGEST_S))
            done[True].append(time.perf_counter() - began)
        except DeviceError:
            done[False].append(time.perf_counter() - began)

    watching = asyncio.create_task(_longest_away())
    await asyncio.gather(*map(one, ports))
    watching.cancel()
    spent = time.process_time() - cpu
    after = await collector.numbers()
    return Round(
        cpu_ms=spent * 1000 / len(done[True]),
        living_s=max(done[True]),
        dead_s=max(done[False], default=0.0),
        away_s=_away[-1],
        requests=after.requests - before.requests,
        retries=after.retries - before.retries,
    )


_away = [0.0]


async def _longest_away() -> None:
    _away.append(0.0)
    while True:
        began = time.perf_counter()
        await asyncio.sleep(0.01)
        _away[-1] = max(_away[-1], time.perf_counter() - began - 0.01)


async def _measure(ports: Sequence[int], rounds: int) -> tuple[float, float]:
    """Median CPU of a living switch that is known, and of snmpbulkwalk, milliseconds."""
    own: list[float] = []
    walked: list[float] = []
    async with SnmpEngine() as engine:
        collector = Collector(
            load(),
            lambda asked, limits: engine.conversation(
                SnmpTarget(host=asked.host, port=asked.port), limits
            ),
            polling_limits=PollingLimits(min_interval_s=0.0),
        )
        for number in range(rounds + 1):
            found = await _round(collector, ports)
            print(
                f"{'again' if number else 'first'}: {found.cpu_ms:.2f} ms of CPU a living switch, "
                f"{1000 / found.cpu_ms:.0f} a CPU-second; {found.requests} requests, "
                f"{found.retries} sent again; done after {found.living_s:.1f} s, the dead after "
                f"{found.dead_s:.1f} s; the loop was away for {found.away_s * 1000:.0f} ms at most"
            )
            if number:
                own.append(found.cpu_ms)
            else:
                settle()
            walked.append(await asyncio.to_thread(walked_ms, ports[0]))
        await collector.close()
    return median(own), median(walked)


def main() -> int:
    """Start the switches, measure, stop them; 1 when the ratio is beyond its aim."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=5, help="after the first contact")
    parser.add_argument("--switches", type=int, default=SWITCHES)
    args = parser.parse_args()
    if shutil.which("snmpbulkwalk") is None:
        raise SystemExit("snmpbulkwalk (net-snmp) is not installed")
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard) if soft < hard else (soft, hard))
    with beside(_serve, args.switches) as here:
        own, walked = uvloop.run(_measure(here.recv(), args.rounds))
    print(f"snmpbulkwalk: {walked:.2f} ms for the tables of one, printed")
    return told("crowd", own / walked, AIM)


if __name__ == "__main__":
    sys.exit(main())
