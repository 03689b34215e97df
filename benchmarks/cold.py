"""A port's link/status that must be asked anew: requests at the switch, CPU of both processes.

``python -m benchmarks.cold`` starts ``techinfo serve`` over a switch of 28 ports in a process of
its own, lets it meet that, and asks port after port with ``Cache-Control: no-cache``: requests are
counted where they arrive. Then the service is started anew and asked one question: what a first
contact after a restart costs. CPU is told as a ratio to what four GETs of ten varbinds cost a bare
client of our own engine. The last line is JSON: ``name``, ``ratio`` (requests for one question),
``aim`` and ``load``; exit status 1 beyond any aim. It ends by itself.
"""

from __future__ import annotations

import argparse
import asyncio
import sys
import tempfile
import time
from pathlib import Path
from statistics import median

from benchmarks.served import Agent, Service, agent, asked, house, link_status, started, told
from tests.snmp.whole_switch import PORTS, TABLES

from techinfo.snmp.engine import SnmpEngine
from techinfo.snmp.interface import SnmpTarget
from techinfo.wire import SnmpLimits

REQUESTS, RESTARTED = 4, 4
"""GETs of ten varbinds for a port of a switch that is known; the same after a restart."""
CPU = 15.0
"""Times the CPU of four such GETs and nothing else; 5 ms where those take a third of one."""
_NOW = "Cache-Control: no-cache"


async def _bare_ms(port: int, questions: int) -> float:
    """CPU of four GETs of ten varbinds, without anything made of them."""
    columns = [f"{TABLES['ifXTable']}.{n}" for n in (1, 6, 7, 8, 9, 10, 11, 12, 13, 15)]
    async with SnmpEngine() as engine:
        began = time.process_time()
        for number in range(questions):
            at = 1 + number % PORTS
            talk = engine.conversation(SnmpTarget(host="127.0.0.1", port=port), SnmpLimits())
            for _ in range(4):
                await talk.get([f"{column}.{at}" for column in columns])
            await talk.close()
        return (time.process_time() - began) * 1000 / questions


async def _known(service: Service, rounds: int) -> tuple[float, float, float]:
    """Requests and milliseconds of CPU for one question, and of the bare GETs."""
    paths = [link_status(n) for n in range(1, PORTS + 1)]
    for _ in range(3):  # what is asked at first only is over then
        await asked(service.port, paths, _NOW)
    costs, bare, requests = [], [], 0
    for _ in range(rounds):
        before, cpu = service.agent.requests(), service.cpu_s()
        await asked(service.port, paths, _NOW)
        costs.append((service.cpu_s() - cpu) * 1000 / PORTS)
        requests += service.agent.requests() - before
        bare.append(await _bare_ms(service.agent.port, PORTS))
    return requests / rounds / PORTS, median(costs), median(bare)


def _restarted(folder: Path, switch_there: Agent) -> int:
    """Requests for the first question after a restart."""
    with started(folder, switch_there) as service:
        before = switch_there.requests()
        asyncio.run(asked(service.port, [link_status(2)], _NOW))
        return switch_there.requests() - before


def main() -> int:
    """Measure and print; 1 beyond an aim."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=7)
    rounds: int = parser.parse_args().rounds
    with agent() as switch_there, tempfile.TemporaryDirectory(prefix="ti-") as name:
        folder = Path(name)
        house(folder, switch_there.port)
        with started(folder, switch_there) as service:
            requests, cpu_ms, bare_ms = asyncio.run(_known(service, rounds))
        anew = _restarted(folder, switch_there)
    print(f"a port of a known switch: {cpu_ms:.2f} ms of CPU over both processes")
    print(f"four GETs of ten varbinds alone: {bare_ms:.2f} ms")
    beyond = told("cold-cpu", cpu_ms / bare_ms, CPU)
    beyond |= told("restart", anew, RESTARTED)
    return beyond | told("cold", requests, REQUESTS)


if __name__ == "__main__":
    sys.exit(main())
