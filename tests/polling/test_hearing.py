"""What devices say by themselves: one gentle look each, and nothing is believed unproven."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path

import pytest
from tests.access import made_up as m
from tests.access.made_up import NOW, Rows, merged, registry
from tests.access.played import Clock, Recordings, stocked

from techinfo.access.attachment import element_target
from techinfo.collect import Collector, PollingLimits
from techinfo.collect.target import PortName
from techinfo.errors import InventoryError
from techinfo.history.events import Happened
from techinfo.history.outages import gasped
from techinfo.history.recording import Recorder
from techinfo.history.store import HistoryFile
from techinfo.history.writing import HistoryWriter
from techinfo.inventory import Inventory
from techinfo.polling.due import Kind, Rhythm
from techinfo.polling.hearing import Hearing
from techinfo.polling.poller import FACTS, Poller
from techinfo.traps.heard import Heard, Said

PLACE = "192.0.2.1"
NETWORK = """
elements:
  - {name: sw-1, address: 192.0.2.1, sys_name: elm, site: north}
  - {name: sw-2, address: 192.0.2.2, sys_name: oak, site: south}
accesses:
  - {access_id: X, element: sw-1, port: ge1, port_by: name}
"""


def rows(clock: Clock, *, up: bool, changed_s: int) -> Rows:
    """A switch of two ports, whose first one's link changed so many seconds ago."""
    ticks = int((clock.at - (NOW - timedelta(days=1))).total_seconds()) * 100
    return merged(
        m.system("elm"),
        m.port(1, "ge1", up=up),
        m.port(2, "ge2"),
        {
            "1.3.6.1.2.1.1.3.0": f"67|{ticks}",
            "1.3.6.1.6.3.10.2.1.3.0": f"2|{ticks // 100}",
            f"{m.IF}.9.1": f"67|{ticks - changed_s * 100}",
        },
    )


@dataclass(slots=True)
class Heeding:
    """A network that is polled, and heard, on a clock of its own."""

    inventory: Inventory
    file: HistoryFile
    clock: Clock
    devices: Recordings
    poller: Poller
    collector: Collector
    hearing: Hearing
    fetched: asyncio.Queue[tuple[Heard, ...]]

    async def polled(self) -> None:
        """One poll of everything, light and full."""
        for _ in range(40):
            self.clock.go_on(10)
            self.devices.rows[PLACE] = rows(self.clock, up=True, changed_s=7200)
            self.poller.tick()
            await self.poller.settled()
        self.devices.asked.clear()

    async def told(self, *found: Heard) -> None:
        """Take what was heard, and wait for the looks."""
        self.hearing.take(found)
        await self.hearing.settled()


def heard(clock: Clock, said: Said = Said.LINK_DOWN, **more: object) -> Heard:
    """Something that the first switch says now."""
    usual = {"source": PLACE, "if_index": 1, "at": clock.at, "last": clock.at}
    return Heard(said=said, **(usual | more))  # type: ignore[arg-type]  # a table


@pytest.fixture
def heeding(tmp_path: Path) -> Iterator[Heeding]:
    """Two switches, of which one is polled."""
    clock = Clock()
    devices = Recordings({PLACE: rows(clock, up=True, changed_s=7200)})
    limits = PollingLimits(min_interval_s=0.0)
    collector = Collector(registry(), devices.open, polling_limits=limits, now=clock)
    with (
        stocked(tmp_path, NETWORK, clock) as inventory,
        HistoryFile.open(tmp_path / "history.sqlite") as file,
    ):
        writer = HistoryWriter(file)

        def put(note: object) -> None:
            writer.write([note])  # type: ignore[list-item]  # a note

        def steady() -> float:
            return clock.at.timestamp()

        async def pause(seconds: float) -> None:
            clock.go_on(seconds)
            await asyncio.sleep(0)

        fetched: asyncio.Queue[tuple[Heard, ...]] = asyncio.Queue()

        async def fetch(_: float) -> tuple[Heard, ...]:
            return await fetched.get()

        poller = Poller(
            inventory, collector, Recorder(file), put, Rhythm(), ["north"], now=clock, steady=steady
        )
        hearing = Hearing(
            inventory, collector, fetch, poller, put, now=clock, steady=steady, pause=pause
        )
        yield Heeding(inventory, file, clock, devices, poller, collector, hearing, fetched)


def test_a_trap_has_its_port_read_and_the_transition_kept(heeding: Heeding) -> None:
    """Seconds after it, with the time that the agent tells; a forged one finds the link up."""

    async def words() -> int:
        heeding.poller.start()
        await heeding.polled()
        await heeding.told(heard(heeding.clock))
        assert heeding.file.transitions("sw-1", "ge1", NOW) == ()
        heeding.clock.go_on(60)
        heeding.devices.rows[PLACE] = rows(heeding.clock, up=False, changed_s=3)
        await heeding.told(*(heard(heeding.clock) for _ in range(50)))
        await heeding.poller.close()
        return heeding.hearing.looks

    looks = asyncio.run(words())

    (down,) = heeding.file.transitions("sw-1", "ge1", NOW)
    assert (down.up, down.exact) == (False, True)
    assert heeding.clock.at - down.at < timedelta(seconds=10)
    assert looks == 2
    assert set(heeding.devices.asked) == {PLACE}


def test_a_look_reads_one_port_and_a_start_the_whole(heeding: Heeding) -> None:
    """A trap about a port asks for nothing of the others."""

    async def words() -> tuple[int, int]:
        heeding.poller.start()
        await heeding.polled()
        before = len(heeding.file.samples("sw-1", "ge2", NOW))
        heeding.clock.go_on(30)
        await heeding.told(heard(heeding.clock))
        one = len(heeding.file.samples("sw-1", "ge2", NOW))
        heeding.clock.go_on(30)
        await heeding.told(heard(heeding.clock, Said.STARTED, if_index=None))
        await heeding.poller.close()
        return one - before, len(heeding.file.samples("sw-1", "ge2", NOW)) - one

    assert asyncio.run(words()) == (0, 1)


@pytest.mark.parametrize("proven", [True, False])
def test_only_a_proven_gasp_is_kept(heeding: Heeding, *, proven: bool) -> None:
    """Another starts a look, as every message does."""
    said_at = []

    async def words() -> None:
        heeding.poller.start()
        await heeding.polled()
        said_at.append(heeding.clock.at)
        await heeding.told(heard(heeding.clock, Said.DYING_GASP, proven=proven))
        await heeding.poller.close()

    asyncio.run(words())

    events = heeding.file.events("sw-1", "ge1", NOW)
    assert [(one.kind, one.at) for one in events] == (
        [(Happened.DYING_GASP, said_at[0])] if proven else []
    )
    assert heeding.hearing.looks == 1


def log_of_port(clock: Clock, *, ago_s: int, end: int = 2) -> Rows:
    """An event of Ethernet OAM on the first port: a dying gasp, so many seconds ago."""
    ticks = int((clock.at - (NOW - timedelta(days=1))).total_seconds() - ago_s) * 100
    log = "1.3.6.1.2.1.158.1.6.1"
    return {
        f"{log}.2.1.7": f"67|{ticks}",
        f"{log}.3.1.7": "4x|0180c2",
        f"{log}.4.1.7": "66|257",
        f"{log}.5.1.7": f"2|{end}",
    }


@pytest.mark.parametrize(
    ("end", "light", "kept"), [(2, False, True), (1, False, False), (2, True, False)]
)
def test_a_line_that_went_dark_has_the_log_of_its_switch_read(
    heeding: Heeding, *, end: int, light: bool, kept: bool
) -> None:
    """The gasp of the far end is kept with its time; of one that is lit the log is not asked."""
    lost_at = []

    async def words() -> None:
        heeding.poller.start()
        await heeding.polled()
        heeding.clock.go_on(60)
        lost_at.append(heeding.clock.at - timedelta(seconds=3))
        log = log_of_port(heeding.clock, ago_s=4, end=end)
        optic = m.optics(1) if light else {}
        down = merged(rows(heeding.clock, up=False, changed_s=3), log, optic)
        heeding.devices.rows[PLACE] = down
        await heeding.told(heard(heeding.clock))
        await heeding.poller.close()

    asyncio.run(words())

    events = [one for one in heeding.file.events("sw-1", "ge1", NOW) if one.kind == "dying_gasp"]
    assert len(events) == kept
    assert all(abs(one.at - lost_at[0]) <= timedelta(seconds=2) for one in events)
    (down,) = heeding.file.transitions("sw-1", "ge1", NOW)
    assert gasped(down, [one.at for one in events]) is kept


def test_what_is_of_nobody_and_what_is_too_much_is_left(heeding: Heeding) -> None:
    """Polls will tell; an element that is not polled is read, and nothing kept."""

    async def words() -> None:
        heeding.poller.start()
        await heeding.polled()
        await heeding.told(heard(heeding.clock, source="198.51.100.9"))
        heeding.hearing.take([heard(heeding.clock, if_index=n) for n in range(1, 400)])
        await heeding.hearing.close()
        await heeding.poller.close()

    asyncio.run(words())

    assert heeding.hearing.dropped == 199
    assert "198.51.100.9" not in heeding.devices.asked


def test_a_silent_switch_costs_nothing_but_the_look(heeding: Heeding) -> None:
    """Its last words may have been a trap."""

    async def words() -> None:
        heeding.poller.start()
        await heeding.polled()
        heeding.devices.silent.add(PLACE)
        heeding.clock.go_on(600)
        await heeding.told(heard(heeding.clock))
        await heeding.poller.close()

    asyncio.run(words())

    assert heeding.hearing.looks == 1


class Meanwhile(dict[str, Rows]):
    """Devices, at the first of which something happens as soon as it is asked."""

    def __init__(self, rows: dict[str, Rows], then: Callable[[], None]) -> None:
        super().__init__(rows)
        self._then: Callable[[], None] | None = then

    def __getitem__(self, key: str) -> Rows:
        found, then = super().__getitem__(key), self._then
        self._then = None
        if then is not None:
            then()
        return found


def test_what_is_said_while_a_port_is_read_has_it_read_again(heeding: Heeding) -> None:
    """What was read by then is too old to tell of it."""

    def falls() -> None:
        heeding.clock.go_on(1)
        heeding.hearing.take([heard(heeding.clock)])
        heeding.devices.rows = {PLACE: rows(heeding.clock, up=False, changed_s=0)}

    async def words() -> None:
        heeding.poller.start()
        await heeding.polled()
        heeding.clock.go_on(60)
        now = rows(heeding.clock, up=True, changed_s=7200)
        heeding.devices.rows = Meanwhile({PLACE: now}, falls)
        await heeding.told(heard(heeding.clock))
        await heeding.poller.close()

    asyncio.run(words())

    assert [one.up for one in heeding.file.transitions("sw-1", "ge1", NOW)] == [False]


def test_what_is_said_before_a_port_is_read_is_no_older_than_the_reading(
    heeding: Heeding,
) -> None:
    """A reading between two words about one port is too old for the second."""

    async def words() -> None:
        heeding.poller.start()
        await heeding.polled()
        target = element_target(heeding.inventory.elements()[0])
        heeding.hearing.take([heard(heeding.clock)])
        await heeding.hearing.settled()
        heeding.clock.go_on(3)
        first = heard(heeding.clock)
        heeding.clock.go_on(1)
        one = replace(target, port_name=PortName(name="1", by="index"))
        await heeding.collector.read(one, FACTS[Kind.LIGHT], 0.0, 60.0)
        heeding.clock.go_on(1)
        heeding.devices.rows[PLACE] = rows(heeding.clock, up=False, changed_s=0)
        heeding.hearing.take([first, heard(heeding.clock)])
        await heeding.hearing.settled()
        await heeding.poller.close()

    asyncio.run(words())

    assert [one.up for one in heeding.file.transitions("sw-1", "ge1", NOW)] == [False]


def test_a_file_that_cannot_be_read_ends_nothing(
    heeding: Heeding, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What is heard once the inventory can be read again has its port read."""
    elements, calls = heeding.inventory.elements, []

    def broken() -> object:
        calls.append(1)
        if len(calls) == 1:
            raise InventoryError("disk I/O error")
        return elements()

    async def words() -> None:
        heeding.poller.start()
        await heeding.polled()
        monkeypatch.setattr(heeding.inventory, "elements", broken)
        heeding.hearing.start()
        for _ in range(2):
            heeding.fetched.put_nowait((heard(heeding.clock),))
        for _ in range(1000):
            await asyncio.sleep(0)
        await heeding.hearing.close()
        await heeding.poller.close()

    asyncio.run(words())

    assert heeding.hearing.looks == 1
