"""CPU of a whole switch of 28 ports, read and made into facts, as a ratio to net-snmp's.

``python -m benchmarks.whole`` starts an agent in a process of its own: a Waystream MS4026-AC with
28 ports, an SFP in each, 200 MAC addresses. A collector that knows the switch reads its link,
counters, optics and addresses again and again; in turn with it ``snmpbulkwalk`` prints the tables
that these stand in, a process for each as a script would have it, and nobody makes anything of
them. Only CPU (user and system) of whoever asks is counted, and the median of the rounds. The event
loop, and how often garbage is looked for, are those of the service.

It ends with a line of JSON: ``name``, ``ratio`` (collector to snmpbulkwalk), ``aim`` and ``load``
(the machine's, in the last minute); with exit status 1 when the ratio is beyond its aim.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import resource
import shutil
import subprocess
import sys
from collections.abc import Iterable
from multiprocessing.connection import Connection
from statistics import median

import uvloop
from benchmarks.agents import beside
from tests.snmp.scripted_agent import Bound, Script, ScriptedAgent
from tests.snmp.whole_switch import ADDRESSES, PORTS, TABLES, switch

from techinfo.collect import Collector, PollingLimits, Reading, Target
from techinfo.collect.registry import load
from techinfo.model import Fact, State
from techinfo.server.web import settle
from techinfo.snmp import ber
from techinfo.snmp.ber import decode_oid
from techinfo.snmp.engine import SnmpEngine
from techinfo.snmp.interface import SnmpTarget

AIM = 0.16
"""5.5 ms where snmpbulkwalk takes 34 for the six tables."""
FACTS = (Fact.LINK, Fact.COUNTERS, Fact.TRANSCEIVER, Fact.MACS)
_READS, _LONGEST_S = 20, 300


class Switch(ScriptedAgent):
    """An agent that tells an object that it does not have from an instance (RFC 3416, 4.2.1)."""

    def value(self, oid: bytes) -> Bound:
        """The instance itself, noSuchInstance beside others of its column, else noSuchObject."""
        found = super().value(oid)
        column = decode_oid(oid)[:-1]
        if found[1] == ber.encode_value(ber.NO_SUCH_INSTANCE, None) and not any(
            known[: len(column)] == column for known in map(decode_oid, self._values)
        ):
            return oid, ber.encode_value(ber.NO_SUCH_OBJECT, None)
        return found


def remembering() -> Script:
    """An agent that works out each answer once."""
    answers: dict[tuple[tuple[bytes, ...], int, int], list[bytes]] = {}

    def script(agent: ScriptedAgent, request: ber.Request) -> Iterable[bytes]:
        key = (request.oids, request.max_repetitions, request.pdu_type)
        own_id = request.request_id.to_bytes(4, "big")
        if key not in answers:
            answers[key] = agent.answer(request).split(own_id, 1)
        yield own_id.join(answers[key])

    return script


def _serve(pipe: Connection) -> None:
    """Be an agent until the client hangs up, or for as long as a run may take."""

    async def run() -> None:
        async with Switch(switch(), remembering()) as agent:
            pipe.send(agent.port)
            await asyncio.to_thread(pipe.poll, _LONGEST_S)

    asyncio.run(run())


def cpu_s(whose: int) -> float:
    """User and system, of this process (``RUSAGE_SELF``) or of those that have ended."""
    used = resource.getrusage(whose)
    return used.ru_utime + used.ru_stime


def walked_ms(port: int) -> float:
    """CPU of one snmpbulkwalk a table, milliseconds."""
    before = cpu_s(resource.RUSAGE_CHILDREN)
    for oid in TABLES.values():
        words = ["snmpbulkwalk", "-v2c", "-c", "public", "-m", "", "-On", f"127.0.0.1:{port}", oid]
        done = subprocess.run(words, capture_output=True, check=True)  # noqa: S603 - our own words
        if done.stdout.count(b"\n") < PORTS:
            raise SystemExit(f"snmpbulkwalk of {oid} is not whole")
    return (cpu_s(resource.RUSAGE_CHILDREN) - before) * 1000


async def _measure(port: int, rounds: int) -> tuple[float, float]:
    """Median CPU of the collector and of snmpbulkwalk, milliseconds a switch."""
    target = Target(element="sw-28", host="127.0.0.1", port=port)
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
        whole(await collector.read(target, FACTS, 0, _LONGEST_S))
        settle()
        for _ in range(rounds):
            before = cpu_s(resource.RUSAGE_SELF)
            for _ in range(_READS):
                reading = await collector.read(target, FACTS, 0, _LONGEST_S)
            own.append((cpu_s(resource.RUSAGE_SELF) - before) * 1000 / _READS)
            whole(reading)
            walked.append(await asyncio.to_thread(walked_ms, port))
        await collector.close()
    return median(own), median(walked)


def whole(reading: Reading, expected: int = PORTS) -> None:
    """End with an error unless everything was told of every port."""
    ports = reading.ports.values()
    told = all(part.state is State.OK for part in reading.parts.values()) and all(
        p.link and p.counters and p.transceiver and p.macs for p in ports
    )
    if not told or len(ports) != expected or sum(len(p.macs) for p in ports) != ADDRESSES:
        raise SystemExit(f"the reading is not whole: {reading.parts}")


def main() -> int:
    """Start the agent, measure, stop the agent; 1 when the ratio is beyond its aim."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=9, help="of either")
    rounds: int = parser.parse_args().rounds
    if shutil.which("snmpbulkwalk") is None:
        raise SystemExit("snmpbulkwalk (net-snmp) is not installed")
    with beside(_serve) as here:
        own, walked = uvloop.run(_measure(here.recv(), rounds))
    print(f"collector     {own:8.2f} ms of CPU a switch, read and made into facts")
    print(f"snmpbulkwalk  {walked:8.2f} ms for {len(TABLES)} tables, printed")
    ratio, load_now = round(own / walked, 3), round(os.getloadavg()[0], 1)
    print(json.dumps({"name": "whole", "ratio": ratio, "aim": AIM, "load": load_now}))
    return 0 if ratio <= AIM else 1


if __name__ == "__main__":
    sys.exit(main())
