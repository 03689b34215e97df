"""Many switches that are polled over real UDP, some of them dead and some slow: what came of it."""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import pairwise
from pathlib import Path

from tests.snmp.whole_switch import ADDRESSES, PORTS, switch

from techinfo.collect import Collector, PollingLimits, Target
from techinfo.collect.registry import load
from techinfo.history.recording import Recorder
from techinfo.history.store import HistoryFile
from techinfo.history.writing import HistoryWriter, PollNote
from techinfo.inventory import Inventory
from techinfo.polling.costs import cost
from techinfo.polling.due import Kind, Rhythm
from techinfo.polling.poller import EVERYWHERE, FACTS, Poller
from techinfo.snmp import ber
from techinfo.snmp.engine import SnmpEngine
from techinfo.snmp.interface import SnmpTarget
from techinfo.store.batches import Batches

PORT = "gi1"
DRIVER = "waystream_ibos"
TIMEOUTS = (0.8, 1.2, 2.0)
"""As the service has them."""
_EXTRA_REQUESTS = 20
"""To meet a switch: which model it is, its tables of names."""


def rows() -> tuple[str, ...]:
    """The switch of `tests.snmp.whole_switch` as lines of snmprec."""
    return tuple(_lines())


def _lines() -> Iterator[str]:
    for oid, (tag, cell) in switch(PORTS).items():
        if isinstance(cell, bytes):
            yield f"{oid}|4x|{cell.hex()}"
        elif tag == ber.OBJECT_IDENTIFIER and isinstance(cell, tuple):
            yield f"{oid}|{tag}|{'.'.join(map(str, cell))}"
        else:
            yield f"{oid}|{tag}|{cell}"


@dataclass(frozen=True, slots=True)
class Fleet:
    """How many there are: every tenth is dead, and every twentieth slow."""

    count: int

    def names(self) -> list[str]:
        """All."""
        return [f"sw{n}" for n in range(self.count)]

    @staticmethod
    def address(name: str) -> str:
        """On loopback, of each its own."""
        number = int(name[2:]) + 256
        return f"127.{64 + (number >> 16)}.{number >> 8 & 255}.{number & 255}"

    @staticmethod
    def is_dead(name: str) -> bool:
        """It answers nothing."""
        return int(name[2:]) % 10 == 9

    @staticmethod
    def is_slow(name: str) -> bool:
        """It answers late."""
        return int(name[2:]) % 20 == 4

    def stocked(self, folder: Path, clock: Callable[[], datetime] | None = None) -> Inventory:
        """An inventory of them."""
        told = [{"name": name, "address": self.address(name)} for name in self.names()]
        path = folder / "network.json"
        path.write_text(json.dumps({"elements": told}))
        inventory = Inventory.in_memory(clock=clock) if clock else Inventory.in_memory()
        inventory.import_file(path)
        return inventory


@dataclass(slots=True)
class House:
    """What polls and keeps, as the service has it.

    Attributes:
        port_of: The UDP port of a switch, by its address.
        put: Takes notes; ``None``: a thread of its own writes some together, as in the service.
    """

    inventory: Inventory
    file: HistoryFile
    engine: SnmpEngine
    rhythm: Rhythm
    now: Callable[[], datetime]
    steady: Callable[[], float]
    port_of: Callable[[str], int]
    timeouts: tuple[float, ...] = TIMEOUTS
    put: Callable[[PollNote], None] | None = None
    poller: Poller = field(init=False)
    collector: Collector = field(init=False)
    notes: Batches[PollNote] = field(init=False)

    def __post_init__(self) -> None:
        self.collector = Collector(
            load(),
            lambda target, limits: self.engine.conversation(self._target(target), limits),
            polling_limits=PollingLimits(),
            now=self.now,
        )
        self.notes = Batches(HistoryWriter(self.file).write, "polls")
        self.poller = Poller(
            self.inventory,
            self.collector,
            Recorder(self.file),
            self.put or self.notes.put,
            self.rhythm,
            [EVERYWHERE],
            now=self.now,
            steady=self.steady,
        )

    def _target(self, target: Target) -> SnmpTarget:
        return SnmpTarget(
            host=target.host,
            port=self.port_of(target.host),
            timeouts=self.timeouts,
        )

    async def close(self) -> None:
        """End what is under way, and write what waits."""
        await self.poller.close()
        await self.collector.close()
        self.notes.close()


@dataclass(slots=True)
class Kept:
    """What the file tells of the living.

    Attributes:
        unseen: Living ones without two polls.
        off: Of each two polls in a row, by how much of the cycle they were too near or too far.
        whys: Why some change between two polls is not known.
    """

    unseen: list[str] = field(default_factory=list)
    off: list[float] = field(default_factory=list)
    whys: set[str] = field(default_factory=set)

    def within(self, share: float) -> float:
        """The share of pairs that kept the cycle so well."""
        return sum(one <= share for one in self.off) / max(1, len(self.off))


def kept(
    fleet: Fleet,
    file: HistoryFile,
    every: timedelta,
    since: datetime,
    but: Collection[str] = (),
) -> Kept:
    """Look at one port of each of the living, but of some."""
    found = Kept()
    for name in fleet.names():
        if fleet.is_dead(name) or name in but:
            continue
        changes = [one.change for one in file.samples(name, PORT, since)]
        ends = sorted({one.end for one in changes})
        if len(ends) < 2:
            found.unseen.append(name)
        found.off += [abs((b - a) / every - 1) for a, b in pairwise(ends)]
        found.whys |= {one.why.value for one in changes if one.why}
    return found


def most_requests(polls: int, full: int) -> int:
    """What a switch may be asked, by what `techinfo plan` says that its polls cost."""
    driver = load().named(DRIVER)
    light = cost(driver, FACTS[Kind.LIGHT], PORTS, ADDRESSES).requests
    macs = cost(driver, FACTS[Kind.FULL], PORTS, ADDRESSES).requests
    return polls * light + full * macs + _EXTRA_REQUESTS
