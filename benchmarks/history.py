"""What history costs: CPU for each poll of a switch, and octets for each port and day.

    python -m benchmarks.history [--ports 52] [--switches 4] [--hours 24]

Polls are made up: a third of the ports busy, a third idle, a third down; light moves by some
hundredths. Octets are those of the file on disk after everything is summed up.
"""

from __future__ import annotations

import argparse
import tempfile
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random

from techinfo.history.chunks import DAYS, HOURS, SAMPLES
from techinfo.history.recording import Recorder
from techinfo.history.store import HistoryFile
from techinfo.history.tables import CHUNKS
from techinfo.history.writing import HistoryWriter
from techinfo.model import (
    Counters,
    Device,
    Fact,
    Flow,
    Link,
    Part,
    Port,
    PortFacts,
    State,
    Transceiver,
)
from techinfo.units import Dbm, MegabitPerSecond

BEGIN = datetime(2026, 10, 1, 0, 2, tzinfo=UTC)
BOOT = datetime(2026, 1, 1, tzinfo=UTC)


class _Switch:
    """Counters that grow as people use them."""

    def __init__(self, random: Random, ports: int) -> None:
        self._random = random
        self._octets = [10_000_000_000 + random.randrange(1 << 40) for _ in range(ports)]

    def reading(self) -> dict[int, PortFacts]:
        """Five minutes later."""
        return {n: self._port(n) for n in range(len(self._octets))}

    def _port(self, n: int) -> PortFacts:
        random, kind = self._random, n % 3
        grown = (random.randrange(3_000_000_000), random.randrange(100_000), 0)[kind]
        self._octets[n] += grown
        octets = self._octets[n]
        flow = Flow(
            bytes=octets,
            unicast=octets // 900,
            multicast=octets // 90_000,
            broadcast=octets // 1_000_000,
            errors=3,
            discards=0,
            crc_errors=0,
            pauses=0,
        )
        rx = Dbm(round(-12.0 - n / 10 + random.uniform(-0.1, 0.1), 2))
        return PortFacts(
            port=Port(if_index=n + 1, name=f"GigabitEthernet0/0/{n + 1}", if_type=6),
            link=Link(up=kind != 2, last_change=BOOT, speed=MegabitPerSecond(1000)),
            counters=Counters(input=flow, output=flow, reset_at=BOOT, wide=True),
            transceiver=Transceiver(rx_power=rx, tx_power=Dbm(-5.5), serial_number=f"SN{n:05}"),
        )


def main() -> None:
    """Measure, and print."""
    wanted = argparse.ArgumentParser(description=__doc__)
    wanted.add_argument("--ports", type=int, default=52)
    wanted.add_argument("--switches", type=int, default=4)
    wanted.add_argument("--hours", type=int, default=24)
    told = wanted.parse_args()
    random = Random(1)  # noqa: S311 - no secret
    switches = [_Switch(random, told.ports) for _ in range(told.switches)]
    noted_s = written_s = 0.0
    polls = told.hours * 12
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "history.sqlite"
        with HistoryFile.open(path) as file:
            recorder, writer = Recorder(file), HistoryWriter(file)
            for n in range(polls + 1):
                at = BEGIN + timedelta(minutes=5 * n)
                part = Part(state=State.OK, read_at=at)
                parts = dict.fromkeys((Fact.LINK, Fact.COUNTERS, Fact.TRANSCEIVER), part)
                readings = [switch.reading() for switch in switches]
                begun = time.process_time()
                notes = [
                    recorder.light(f"sw-{k}", reading, parts, Device(up_since=BOOT))
                    for k, reading in enumerate(readings)
                ]
                noted = time.process_time()
                writer.write([note for note in notes if note is not None])
                noted_s += noted - begun
                written_s += time.process_time() - noted
            begun = time.process_time()
            file.changes("sw-0", "GigabitEthernet0/0/1", BEGIN)
            asked_s = time.process_time() - begun
            sizes = _sizes(file)
    each = polls * told.switches
    port_days = told.ports * told.switches * told.hours / 24
    print(f"{told.switches} switches of {told.ports} ports, {told.hours} h, CPU of this machine")
    print(f"a poll of a switch: {noted_s / each * 1000:.2f} ms of comparing")
    print(f"                    {written_s / each * 1000:.2f} ms of packing and writing")
    print(f"a day of a port asked for: {asked_s * 1000:.1f} ms")
    for kind, size in sizes.items():
        print(f"octets for a port and day, {kind}: {size / port_days:.0f}")


def _sizes(file: HistoryFile) -> dict[str, int]:
    with file.database.read() as connection:
        rows = connection.execute(CHUNKS.select()).all()
    return {
        kind: sum(len(row.data) for row in rows if row.kind == kind)
        for kind in (SAMPLES, HOURS, DAYS)
    }


if __name__ == "__main__":
    main()
