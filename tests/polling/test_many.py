"""Two hundred switches, some dead and some slow: the others keep their cycle, none sees too much.

`python -m tests.polling.soak` is the long form, in real time.
"""

from __future__ import annotations

import asyncio
from datetime import timedelta
from pathlib import Path

import pytest
from tests.access.made_up import NOW
from tests.access.played import Clock
from tests.polling.many import DRIVER, Fleet, House, kept, most_requests, rows
from tests.polling.on_our_clock import Playing, lived

from techinfo.collect.registry import load
from techinfo.history.store import HistoryFile
from techinfo.lab.holdings import Holdings
from techinfo.lab.network import Network
from techinfo.polling.due import Rhythm
from techinfo.recordings.recording import parse
from techinfo.snmp.engine import SnmpEngine

EVERY = timedelta(minutes=5)
CYCLES = 2
TRIES = (0.05, 0.05)
FLEET = Fleet(200)


@pytest.mark.long
def test_the_living_keep_their_cycle_and_nobody_sees_more_than_its_limits(tmp_path: Path) -> None:
    """Beside a tenth that is dead and a twentieth that is slow, over UDP."""
    clock = Clock()
    held = Holdings(parse(rows(), name="switch"))
    agents = {
        name: Playing(
            held,
            clock,
            NOW,
            dead=FLEET.is_dead(name),
            slow_s=0.01 if FLEET.is_slow(name) else 0.0,
        )
        for name in FLEET.names()
    }
    patient = {name for name in FLEET.names() if FLEET.is_dead(name) or FLEET.is_slow(name)}

    async def words(file: HistoryFile) -> int:
        wire = Network(
            {FLEET.address(name): one for name, one in agents.items()},  # type: ignore[misc]  # they receive, and no more is asked of them
            port=0,
        )
        async with SnmpEngine() as engine:
            house = House(
                FLEET.stocked(tmp_path, clock),
                file,
                engine,
                Rhythm(),
                clock,
                lambda: clock.at.timestamp(),
                lambda _: wire.port,
                timeouts=TRIES,
            )
            end = NOW + CYCLES * EVERY + EVERY / 10
            await lived(house, clock, end, timedelta(seconds=1), patient=patient)
            await house.poller.settled()
            await house.close()
        wire.close()
        return house.notes.lost

    with HistoryFile.open(tmp_path / "history.sqlite") as file:
        lost = asyncio.run(words(file))
        found = kept(FLEET, file, EVERY, NOW, patient)

    assert (found.unseen, found.whys, lost) == ([], set(), 0)
    assert len(found.off) >= (CYCLES - 1) * (FLEET.count - len(patient))
    assert max(found.off) <= 0.1
    limits = load().named(DRIVER).limits
    most, tries = most_requests(CYCLES + 1, 1), (CYCLES + 2) * len(TRIES)
    for name, one in agents.items():
        seen = sum(one.counts.requests.values())
        assert 0 < seen <= (tries if one.dead else most), name
        assert one.counts.most_varbinds <= limits.varbinds
        assert one.counts.most_repetitions <= limits.varbinds * limits.max_repetitions
