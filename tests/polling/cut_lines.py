"""Lines of switches that are cut, found by polls over UDP against the generator's truth.

``python -m tests.polling.cut_lines`` (`make soak`) cuts 200 switches of 24 ports fifty times in two
and a half hours of their clock, with a thousand single faults beside.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import random
import sys
import tempfile
import time
from collections import defaultdict, deque
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from pathlib import Path

from tests.access import made_up as m
from tests.access.played import Clock
from tests.history.cuts import PORTS, START, Cut, Found, Network, S, cuts, moves_of, singles, wrong
from tests.polling.many import Fleet, House
from tests.polling.on_our_clock import Playing, lived

from techinfo.history.disturbances import Scope
from techinfo.history.disturbed import Disturbed
from techinfo.history.store import HistoryFile
from techinfo.history.writing import HistoryWriter
from techinfo.inventory import Inventory
from techinfo.lab.holdings import Holdings
from techinfo.lab.network import Network as Wire
from techinfo.polling.around import InventorySurroundings
from techinfo.polling.due import Rhythm
from techinfo.recordings.recording import Recording, parse
from techinfo.snmp.engine import SnmpEngine

EVERY = timedelta(minutes=1)
STEP = timedelta(seconds=0.5)
WITHIN = timedelta(seconds=61) + STEP
"""A minute, the second that a cut takes, and a step of the clock."""
APART = timedelta(minutes=3)
WARM = timedelta(minutes=4)
"""Each has been met, and polled twice."""
_UP, _DOWN = 1, 2
_BOOTED_S = 86_400


def network(switches: int) -> Network:
    """Switches alone: ONTs are polled once an hour."""
    lines = [f"ge{port}" for port in range(1, PORTS + 1)]
    return Network({f"sw{n}": lines for n in range(switches)})


def story_of(net: Network, chance: random.Random, count: int, alone: int) -> list[Cut]:
    """Cuts three minutes apart, and single faults beside them, none of a line about to be cut."""
    drawn = [cut for cut in cuts(net, chance, 3 * count) if cut.scope is not Scope.PON][:count]
    cut = [
        replace(one, at=START + WARM + n * APART + chance.randrange(100) * S)
        for n, one in enumerate(drawn)
    ]
    span = len(cut) * APART
    single = [
        replace(one, at=START + WARM + chance.random() * span)
        for one in singles(net, chance, alone)
    ]
    apart = [
        one
        for one in single
        if not any(
            abs(one.at - other.at) <= EVERY and not one.places.isdisjoint(other.places)
            for other in cut
        )
    ]
    return sorted([*cut, *apart], key=lambda one: one.at)


def stocked(net: Network, folder: Path, clock: Clock) -> Inventory:
    """An inventory with an access on each line."""
    elements = [
        {"name": name, "address": Fleet.address(name), "site": net.site_of(name)}
        for name in net.lines
    ]
    accesses = [
        {
            "access_id": f"A-{element}-{line}",
            "element": element,
            "port": line,
            "port_by": "name",
            "cable_group": net.street((element, line)),
        }
        for element, line in net.places()
    ]
    path = folder / "network.json"
    path.write_text(json.dumps({"elements": elements, "accesses": accesses}))
    inventory = Inventory.in_memory(clock=clock)
    inventory.import_file(path)
    return inventory


@dataclass(slots=True)
class Lines:
    """The agents of a network, and what becomes of their lines."""

    clock: Clock
    coming: deque[tuple[tuple[str, str], datetime, bool]]
    agents: dict[str, Playing] = field(default_factory=dict)
    _recordings: dict[str, Recording] = field(default_factory=dict)

    def stand(self, names: Sequence[str]) -> None:
        """All lines are up, and every agent has run for a day."""
        ports = [m.port(n, f"ge{n}") for n in range(1, PORTS + 1)]
        for name in names:
            rows = m.merged(m.system(name, f"{m.BASE}.7"), *ports)
            self._recordings[name] = parse(m.lines(rows), name=name)
            held = self._held(name)
            self.agents[name] = Playing(held, self.clock, self.clock.at)

    def move(self) -> None:
        """What has happened by now, each at its time on the agent's clock."""
        moved: defaultdict[str, list[str]] = defaultdict(list)
        while self.coming and self.coming[0][1] <= self.clock.at:
            (element, line), at, is_up = self.coming.popleft()
            port = line.removeprefix("ge")
            ticks = round((_BOOTED_S + (at - START).total_seconds()) * 100)
            status = f"{m.IF}.8.{port}|2|{_UP if is_up else _DOWN}"
            moved[element] += [status, f"{m.IF}.9.{port}|67|{ticks}"]
        for element, rows in moved.items():
            laid = parse(rows, name=element)
            self._recordings[element] = self._recordings[element].merged(laid)
            self.agents[element].holdings = self._held(element)

    def _held(self, name: str) -> Holdings:
        recording = self._recordings[name]
        return Holdings(recording, still=recording.oids)


def told_over_udp(
    net: Network, story: Sequence[Cut], folder: Path, chance: random.Random
) -> tuple[Found, int]:
    """What polls find of a story, and how many there were."""
    clock = Clock(START)
    fallen, moves = moves_of(story, chance)
    lines = Lines(clock, deque(sorted(moves, key=lambda move: move[1])))
    lines.stand(list(net.lines))
    found = Found(fallen=fallen)

    async def words(file: HistoryFile) -> int:
        def news(references: Sequence[str]) -> None:
            for one in references:
                found.first.setdefault(one, clock.at)
                kept = Disturbed(file).one(one)
                if kept is not None and kept.until is None:
                    found.whole[kept.reference] = clock.at

        inventory = stocked(net, folder, clock)
        writer = HistoryWriter(file, InventorySurroundings(inventory), news)
        wire = Wire(
            {Fleet.address(name): one for name, one in lines.agents.items()},  # type: ignore[misc]  # they receive, and no more is asked of them
            port=0,
        )
        async with SnmpEngine() as engine:
            house = House(
                inventory,
                file,
                engine,
                Rhythm(light=EVERY, full=None),
                clock,
                lambda: clock.at.timestamp(),
                lambda _: wire.port,
                timeouts=(60.0,),
                put=lambda note: writer.write([note]),
            )
            end = max(at for _, at, _ in moves) + 2 * EVERY
            await lived(house, clock, end, STEP, each=lines.move)
            await house.close()
        wire.close()
        return house.poller.numbers().polls["light", "answered"]

    with HistoryFile.open(folder / "history.sqlite") as file:
        polls = asyncio.run(words(file))
        found.kept = Disturbed(file).since(START)
    return found, polls


def main() -> int:
    """Cut, poll, and compare; the exit status."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--switches", type=int, default=200)
    parser.add_argument("--cuts", type=int, default=50)
    parser.add_argument("--alone", type=int, default=1000)
    parser.add_argument("--seed", type=int, default=16)
    asked = parser.parse_args()
    chance, net = random.Random(asked.seed), network(asked.switches)  # noqa: S311 - a lot, and no secret
    story = story_of(net, chance, asked.cuts, asked.alone)
    before = time.process_time()
    with tempfile.TemporaryDirectory() as folder:
        found, polls = told_over_udp(net, story, Path(folder), chance)
    bad = wrong(story, found, WITHIN)
    whole = sum(cut.scope is not None for cut in story)
    sys.stdout.write(
        f"{polls} polls, {time.process_time() - before:.0f} s of CPU; {whole} cuts and"
        f" {len(story) - whole} faults of one line; {len(found.kept)} disturbances;"
        f" {bad or 'all right'}\n"
    )
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
