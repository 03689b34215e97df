"""Switches of a lab that are polled in real time, as many and for as long as one likes.

``python -m tests.polling.soak`` polls 10,000 switches of 28 ports every five minutes (`make soak`),
a tenth of them dead and a twentieth slow, for three cycles. They stand in labs of 2,500, each a
process of its own, whose CPU is told apart. Accesses are none: who is on a port is asked of the
inventory once an hour, which costs nothing beside. It ends by itself, with exit status 1 where

* one of the living did not keep its cycle within 10 %,
* one was asked for more varbinds or repetitions at a time than its driver says, or more than
  `techinfo plan` says of its polls, or a dead one more than its tries.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import sys
import tempfile
import time
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from tests.polling.many import DRIVER, TIMEOUTS, Fleet, House, Kept, kept, most_requests, rows

from techinfo.collect.registry import load
from techinfo.history.store import HistoryFile
from techinfo.lab import Lab
from techinfo.lab.site import FaultSpec, LabDevice
from techinfo.model import utc_now
from techinfo.polling.due import Rhythm
from techinfo.snmp.engine import SnmpEngine

_OF_A_LAB = 2500
_SLOW_S = 1.0
_TICK_S = 1.0
"""As often as the service looks at what is due."""
_SHORTEST_S = 60
_WITHIN = 0.1
_TICKS_A_SECOND = os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True, slots=True)
class Labs:
    """Where the switches stand."""

    fleet: Fleet
    running: list[Lab]

    def of(self, name: str) -> Lab:
        """The lab of a switch."""
        return self.running[int(name[2:]) // _OF_A_LAB]

    def cpu_s(self) -> float:
        """User and system of all of them so far (proc(5), stat: the 14th and 15th field)."""
        fields = [
            Path(f"/proc/{lab.pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()
            for lab in self.running
        ]
        return sum(int(one[11]) + int(one[12]) for one in fields) / _TICKS_A_SECOND

    def wrong(self, polls: int, full: int) -> list[str]:
        """Which switches saw more than they may."""
        limits, out = load().named(DRIVER).limits, []
        usual = most_requests(polls, full)
        for name in self.fleet.names():
            seen = self.of(name).counts(name)
            requests = sum(seen.requests.values())
            most = (polls + full) * len(TIMEOUTS) if self.fleet.is_dead(name) else usual
            if requests > most:
                out.append(f"{name}: {requests} requests, {most} at most")
            if seen.most_varbinds > limits.varbinds:
                out.append(f"{name}: {seen.most_varbinds} varbinds in a request")
            # Of few columns as many rows are asked for as of many fit into an answer.
            if seen.most_repetitions > limits.max_repetitions * limits.varbinds:
                out.append(f"{name}: {seen.most_repetitions} repetitions")
        return out


def standing(fleet: Fleet, folder: Path, closing: ExitStack) -> Labs:
    """Start the labs."""
    recording = folder / "switch.snmprec"
    recording.write_text("\n".join(rows()) + "\n")

    def device(name: str) -> LabDevice:
        faults: tuple[FaultSpec, ...] = ()
        if fleet.is_dead(name):
            faults = (FaultSpec(kind="silent"),)
        elif fleet.is_slow(name):
            faults = (FaultSpec(kind="slow", args={"seconds": _SLOW_S}),)
        address = fleet.address(name)
        return LabDevice(name=name, address=address, recordings=(recording,), faults=faults)

    names = fleet.names()
    shares = [names[n : n + _OF_A_LAB] for n in range(0, len(names), _OF_A_LAB)]
    running = [closing.enter_context(Lab([device(name) for name in share])) for share in shares]
    return Labs(fleet, running)


async def polled(labs: Labs, file: HistoryFile, folder: Path, rhythm: Rhythm, cycles: int) -> House:
    """Poll for some cycles and a tenth."""
    names = {Fleet.address(name): name for name in labs.fleet.names()}
    async with SnmpEngine() as engine:
        house = House(
            labs.fleet.stocked(folder),
            file,
            engine,
            rhythm,
            utc_now,
            time.monotonic,
            lambda host: labs.of(names[host]).port,
        )
        house.poller.start()
        end = time.monotonic() + (cycles + _WITHIN) * rhythm.light.total_seconds()
        while time.monotonic() < end:
            house.poller.tick()
            await asyncio.sleep(_TICK_S)
        await house.close()
    return house


def main() -> int:
    """Run it; the exit status."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--switches", type=int, default=10_000)
    parser.add_argument("--every", type=int, default=300, help="seconds of a cycle")
    parser.add_argument("--cycles", type=int, default=3)
    parser.add_argument("--parallel", type=int, default=200, help="polls under way at a time")
    asked = parser.parse_args()
    if asked.every < _SHORTEST_S:
        parser.error(f"a cycle has {_SHORTEST_S} s at least, as in the settings")
    fleet, every = Fleet(asked.switches), timedelta(seconds=asked.every)
    rhythm = Rhythm(light=every, parallel=asked.parallel, parallel_silent=20)
    with ExitStack() as closing:
        folder = Path(closing.enter_context(tempfile.TemporaryDirectory()))
        labs = standing(fleet, folder, closing)
        file = closing.enter_context(HistoryFile.open(folder / "history.sqlite"))
        since, before, lab_s = utc_now(), time.process_time(), labs.cpu_s()
        house = asyncio.run(polled(labs, file, folder, rhythm, asked.cycles))
        own_s, lab_s = time.process_time() - before, labs.cpu_s() - lab_s
        found = kept(fleet, file, every, since)
        polls = asked.cycles + 1
        wrong = labs.wrong(polls, 1 + polls * asked.every // 3600)
        return _told(house, found, wrong, own_s, lab_s)


def _told(house: House, found: Kept, wrong: list[str], own_s: float, lab_s: float) -> int:
    numbers = house.poller.numbers()
    done = sum(count for (_, how), count in numbers.polls.items() if how == "answered")
    out = sys.stdout.write
    out(f"{dict(numbers.polls)}\n")
    out(f"CPU: {own_s:.1f} s of who polls and keeps, {1000 * own_s / max(1, done):.1f} ms a poll;")
    out(f" {lab_s:.1f} s of the labs; load {os.getloadavg()[0]:.1f}\n")
    out(f"cycles kept within 10 %: {found.within(_WITHIN):.4f} of {len(found.off):,}, the worst")
    out(f" {max(found.off, default=0):.3f} off; {len(found.unseen)} living ones without two polls")
    out(f"; unknown: {sorted(found.whys)}; polls lost: {house.notes.lost}\n")
    for one in wrong[:20]:
        out(f"{one}\n")
    is_kept = found.within(_WITHIN) == 1.0 and not found.unseen and not house.notes.lost
    verdict = {"name": "polling", "kept": is_kept, "within_limits": not wrong}
    out(json.dumps(verdict) + "\n")
    return 0 if is_kept and not wrong else 1


if __name__ == "__main__":
    sys.exit(main())
