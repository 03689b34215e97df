"""CPU, PDUs and octets of polling a switch of 52 ports, as ratios to net-snmp's and pysnmp's.

``python -m benchmarks.poll`` starts an agent in a process of its own: `tests.snmp.whole_switch`
with 52 ports, whose counters and clock go on by five minutes before each poll. In turn

* our engine reads the six tables, as many cells as snmpbulkwalk does,
* a collector that knows the switch reads links, counters, optics and addresses, makes facts of them
  and keeps them as the service does: compared with the poll before, packed, summed up by the hour,
  written to a file in batches,
* ``snmpbulkwalk`` prints the six tables, a process for each,
* pysnmp walks them (twice in all, as it takes so long).

Only CPU (user and system) of whoever asks is counted, and the median of the rounds; PDUs and octets
are those that the agent saw. The event loop, and how often garbage is looked for, are those of the
service. gosnmp is not among them: it needs a compiler of its own.

It ends with lines of JSON: ``name``, ``ratio``, ``aim`` and ``load`` (the machine's, in the last
minute); with exit status 1 when one is beyond its aim. ``poll.read`` and ``poll.kept`` are CPU to
snmpbulkwalk's, ``poll.pdus`` is PDUs of a poll to its. How many switches a CPU second keeps is told
beside them: that is of this machine.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import shutil
import sys
import tempfile
import warnings
from collections import defaultdict
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from multiprocessing.connection import Connection
from pathlib import Path
from resource import RUSAGE_SELF
from statistics import median

import uvloop
from benchmarks.agents import beside
from benchmarks.whole import FACTS, Switch, cpu_s, remembering, walked_ms, whole
from tests.snmp.whole_switch import TABLES, switch

from techinfo.collect import Collector, PollingLimits, Reading, Target
from techinfo.collect.registry import load
from techinfo.history.recording import Recorder
from techinfo.history.store import HistoryFile
from techinfo.history.writing import HistoryWriter, PollNote
from techinfo.server.web import settle
from techinfo.snmp.engine import SnmpEngine
from techinfo.snmp.interface import SnmpLimits, SnmpTarget

with warnings.catch_warnings():
    # pysnmp 7.1 asks pysmi for a name of old as it is imported.
    warnings.simplefilter("ignore", DeprecationWarning)
    from pysnmp.hlapi.v3arch import asyncio as pysnmp

AIMS = {"poll.read": 0.5, "poll.kept": 1.0, "poll.pdus": 0.334}
PORTS = 52
BEGIN = datetime(2026, 10, 1, 0, 2, tzinfo=UTC)
EVERY = timedelta(minutes=5)
_OF_AN_HOUR = 12
"""Polls that are written together, as those of some switches are."""
_PYSNMP_ROUNDS = 2
_LONGEST_S = 900
COLUMNS = {
    table: sorted(
        {int(oid.split(".")[-2]) for oid in switch(1) if oid.startswith(f"{table}.")}
        if table != TABLES["dot1dTpFdbTable"]
        else (1, 2, 3)
    )
    for table in TABLES.values()
}
"""Those that the switch has."""
_WHO = {
    "tables": "our engine, the tables",
    "facts": "read, made into facts",
    "kept": "the same, and kept",
    "snmpbulkwalk": "snmpbulkwalk",
    "pysnmp": "pysnmp",
}


class Counting(Switch):
    """An agent whose counters go on when it is told to, and that counts what it is asked."""

    def __init__(self) -> None:
        super().__init__(switch(PORTS), remembering())
        self._seen = (0, 0, 0)

    def hear(self, datagram: bytes) -> list[bytes]:
        """As any; PDUs, octets in and octets out are counted."""
        found = super().hear(datagram)
        for kept in (self.requests, self.datagrams, self.senders):
            kept.clear()
        pdus, came, went = self._seen
        self._seen = pdus + 1, came + len(datagram), went + sum(map(len, found))
        return found

    async def obey(self, pipe: Connection) -> None:
        """Take orders until the client hangs up: a moment in seconds; the counts are told."""
        while await asyncio.to_thread(pipe.poll, _LONGEST_S):
            try:
                seconds = pipe.recv()
            except EOFError:
                return
            self.hold(switch(PORTS, seconds))
            self._script = remembering()
            pipe.send(self._seen)
            self._seen = (0, 0, 0)


def _serve(pipe: Connection) -> None:
    """Be an agent until the client hangs up, or for as long as a run may take."""

    async def run() -> None:
        async with Counting() as agent:
            pipe.send(agent.port)
            await agent.obey(pipe)

    asyncio.run(run())


@dataclass(slots=True)
class Asked:
    """The agent, and what was measured of each who asks it."""

    pipe: Connection
    port: int
    polls: int = 0
    cpu_ms: defaultdict[str, list[float]] = field(default_factory=lambda: defaultdict(list))
    seen: dict[str, tuple[int, int, int]] = field(default_factory=dict)

    @property
    def now(self) -> datetime:
        """The time of the poll that is made."""
        return BEGIN + self.polls * EVERY

    def counts(self) -> tuple[int, int, int]:
        """PDUs, octets to and from the agent since it was last asked for; it goes on."""
        self.polls += 1
        self.pipe.send(int(EVERY.total_seconds()) * self.polls)
        found: tuple[int, int, int] = self.pipe.recv()
        return found

    async def measure(self, name: str, poll: Callable[[], Awaitable[object]], times: int) -> None:
        """CPU of this process for each of some polls, and what the last has asked."""
        spent = 0.0
        for _ in range(times):
            self.counts()
            before = cpu_s(RUSAGE_SELF)
            await poll()
            spent += cpu_s(RUSAGE_SELF) - before
        self.cpu_ms[name].append(spent * 1000 / times)
        self.seen[name] = self.counts()


class Keeping:
    """A collector and the file of history, as the service has them."""

    def __init__(self, asked: Asked, engine: SnmpEngine, file: HistoryFile) -> None:
        self._target = Target(element="sw-52", host="127.0.0.1", port=asked.port)
        self._recorder = Recorder(file)
        self._writer = HistoryWriter(file)
        self._notes: list[PollNote | None] = []
        self.collector = Collector(
            load(),
            lambda asked, limits: engine.conversation(
                SnmpTarget(host=asked.host, port=asked.port), limits
            ),
            polling_limits=PollingLimits(min_interval_s=0.0),
            now=lambda: asked.now,
        )

    async def read(self) -> Reading:
        """The facts of the switch."""
        reading = await self.collector.read(self._target, FACTS, 0, _LONGEST_S)
        whole(reading, PORTS)
        return reading

    async def keep(self) -> None:
        """The same, and what they tell is kept."""
        reading = await self.read()
        told = (self._target.element, reading.ports, reading.parts, reading.device)
        self._notes += [self._recorder.light(*told), self._recorder.full(*told)]
        if len(self._notes) >= 2 * _OF_AN_HOUR:
            self._writer.write([note for note in self._notes if note is not None])
            self._notes.clear()


async def _tables(engine: SnmpEngine, port: int) -> None:
    """Every cell of the six tables."""
    target = SnmpTarget(host="127.0.0.1", port=port)
    conversation = engine.conversation(target, SnmpLimits())
    for table, numbers in COLUMNS.items():
        walked = await conversation.walk([f"{table}.{number}" for number in numbers])
        if walked.partial or any(len(rows) < PORTS for rows in walked.cells.values()):
            raise SystemExit(f"our walk of {table} is not whole")
    await conversation.close()


async def _by_pysnmp(port: int) -> None:
    """Every table, by the command that pysnmp has for it."""
    engine = pysnmp.SnmpEngine()
    try:
        place = await pysnmp.UdpTransportTarget.create(("127.0.0.1", port))
        for oid in TABLES.values():
            top = pysnmp.ObjectType(pysnmp.ObjectIdentity(oid))
            walk = pysnmp.bulk_walk_cmd(
                engine,
                pysnmp.CommunityData("public"),
                place,
                pysnmp.ContextData(),
                0,
                10,
                top,
                lexicographicMode=False,
                lookupMib=False,
            )
            if sum([len(bound) async for _, _, _, bound in walk]) < PORTS:
                raise SystemExit(f"pysnmp's walk of {oid} is not whole")
    finally:
        engine.close_dispatcher()


async def _measure(asked: Asked, rounds: int) -> None:
    with (
        tempfile.TemporaryDirectory() as folder,
        HistoryFile.open(Path(folder) / "history.sqlite") as file,
    ):
        async with SnmpEngine() as engine:
            keeping = Keeping(asked, engine, file)
            await keeping.keep()
            settle()
            for n in range(rounds):
                await asked.measure("tables", lambda: _tables(engine, asked.port), 4)
                await asked.measure("facts", keeping.read, _OF_AN_HOUR)
                await asked.measure("kept", keeping.keep, _OF_AN_HOUR)
                walked = await asyncio.to_thread(walked_ms, asked.port)
                asked.cpu_ms["snmpbulkwalk"].append(walked)
                asked.seen["snmpbulkwalk"] = asked.counts()
                if n < _PYSNMP_ROUNDS:
                    await asked.measure("pysnmp", lambda: _by_pysnmp(asked.port), 1)
            await keeping.collector.close()


def main() -> int:
    """Start the agent, measure, stop the agent; 1 when a ratio is beyond its aim."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=7, help="of each but pysnmp")
    rounds: int = parser.parse_args().rounds
    if shutil.which("snmpbulkwalk") is None:
        raise SystemExit("snmpbulkwalk (net-snmp) is not installed")
    with beside(_serve) as here:
        asked = Asked(here, here.recv())
        uvloop.run(_measure(asked, rounds))
    ms = {name: median(each) for name, each in asked.cpu_ms.items()}
    print(f"a switch of {PORTS} ports       CPU, ms   PDUs   octets to it   from it")
    for name, what in _WHO.items():
        pdus, to, back = asked.seen[name]
        print(f"{what:24} {ms[name]:11.2f} {pdus:6} {to:14,} {back:9,}")
    print(f"switches read and kept in a CPU second of this machine: {1000 / ms['kept']:.0f}")
    ratios = {
        "poll.read": ms["tables"] / ms["snmpbulkwalk"],
        "poll.kept": ms["kept"] / ms["snmpbulkwalk"],
        "poll.pdus": asked.seen["kept"][0] / asked.seen["snmpbulkwalk"][0],
    }
    load_now = round(os.getloadavg()[0], 1)
    for name, ratio in ratios.items():
        told = {"name": name, "ratio": round(ratio, 3), "aim": AIMS[name], "load": load_now}
        print(json.dumps(told))
    return 0 if all(ratio <= AIMS[name] for name, ratio in ratios.items()) else 1


if __name__ == "__main__":
    sys.exit(main())
