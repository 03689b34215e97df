"""The file of history: filled by polls, asked by answers, cleared and erased."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from techinfo.errors import StoreError
from techinfo.history.chunks import DAYS, HOURS
from techinfo.history.events import Happened
from techinfo.history.light import Source, reference
from techinfo.history.recording import Recorder
from techinfo.history.store import HistoryFile, Keep
from techinfo.history.windows import last_five, peaks
from techinfo.history.writing import HistoryWriter, PollNote, Tenants
from techinfo.model import (
    Counters,
    Device,
    Fact,
    Flow,
    Link,
    MacEntry,
    Part,
    Port,
    PortFacts,
    State,
    Transceiver,
)
from techinfo.units import Dbm, MegabitPerSecond

BEGIN = datetime(2026, 10, 1, 0, 2, 30, tzinfo=UTC)
BOOT = datetime(2026, 1, 1, tzinfo=UTC)
FIVE = timedelta(minutes=5)
MAC = "AA:BB:CC:DD:EE:01"


@pytest.fixture
def file(tmp_path: Path) -> Iterator[HistoryFile]:
    """An empty one."""
    with HistoryFile.open(tmp_path / "history.sqlite") as file:
        yield file


class House:
    """An element with two ports that is polled; the first carries a thousand octets a second."""

    def __init__(self, file: HistoryFile) -> None:
        self.file = file
        self.recorder = Recorder(file)
        self.writer = HistoryWriter(file)
        self.at = BEGIN
        self.changed = BOOT
        self.up = True
        self.speed = 1000
        self.tenants = {n: Tenants(accesses=(a,)) for n, a in (("ge1", "A-1"), ("ge2", "A-2"))}

    def poll(self, times: int = 1, *, rx: float = -12.0) -> None:
        """Light polls, five minutes apart."""
        for _ in range(times):
            self.writer.write([self.note(rx=rx)])

    def note(self, *, rx: float = -12.0) -> PollNote:
        """One before it is written."""
        octets = int((self.at - BOOT).total_seconds()) * 1000
        ok = Part(state=State.OK, read_at=self.at)
        flow = Flow(bytes=octets, unicast=octets // 1000, multicast=0, broadcast=0)
        ports = {
            n: PortFacts(
                port=Port(if_index=n, name=f"ge{n}"),
                link=Link(
                    up=self.up,
                    last_change=self.changed,
                    speed=MegabitPerSecond(self.speed) if self.up else None,
                ),
                counters=Counters(input=flow if n == 1 else Flow(), reset_at=BOOT, wide=True),
                transceiver=Transceiver(rx_power=Dbm(rx), serial_number="S1"),
            )
            for n in (1, 2)
        }
        note = self.recorder.light(
            "sw-1",
            ports,
            {Fact.LINK: ok, Fact.COUNTERS: ok, Fact.TRANSCEIVER: ok},
            Device(up_since=BOOT),
            steady_s=self.at.timestamp(),
            tenants=lambda: self.tenants,
        )
        assert note is not None
        self.at += FIVE
        return note

    def macs(self, *macs: str, state: State = State.OK) -> None:
        """A full poll of the first port."""
        note = self.full(*macs, state=state)
        if note is not None:
            self.writer.write([note])

    def full(self, *macs: str, state: State = State.OK, boot: datetime = BOOT) -> PollNote | None:
        """The same before it is written."""
        part = Part(state=state, read_at=self.at)
        facts = PortFacts(
            port=Port(if_index=1, name="ge1"), macs=tuple(MacEntry(mac=m, vlan=10) for m in macs)
        )
        return self.recorder.full("sw-1", {1: facts}, {Fact.MACS: part}, Device(up_since=boot))


def test_five_minutes_and_the_peak_are_told_of_what_was_polled(file: HistoryFile) -> None:
    """By element and name of the port; another port has its own."""
    house = House(file)

    house.poll(13)

    now = house.at - FIVE
    changes = file.changes("sw-1", "ge1", now - timedelta(days=1))
    window = last_five(changes, now)
    assert window is not None
    assert window.input.bytes == 300_000
    assert [peak.rate if peak else None for peak in peaks(changes, now)] == [1000, None]
    assert file.changes("sw-1", "ge9", BEGIN) == ()


def test_hours_and_days_are_summed_up(file: HistoryFile) -> None:
    """What is kept for long has no traffic; link times are cut at the hour."""
    house = House(file)

    house.poll(12 * 25)

    hours = file.samples("sw-1", "ge1", BEGIN, HOURS)
    (day,) = file.samples("sw-1", "ge1", BEGIN, DAYS)
    assert len(hours) == 24
    assert [hour.up_s for hour in hours] == [3450.0] + 23 * [3600.0]
    assert hours[5].change.input.bytes == 3600 * 1000
    assert hours[5].rx == -12.0
    assert day.change.input.bytes is None
    assert day.up_s == 86_400 - 150


def test_what_comes_late_is_in_the_sum_of_its_hour(file: HistoryFile) -> None:
    """A poll of an hour that was summed up before it was written: with the next one."""
    house = House(file)
    house.poll(11)
    late = house.note()
    house.poll(3)
    before = file.samples("sw-1", "ge1", BEGIN, HOURS)[0].up_s

    house.writer.write([late])
    house.poll(1)

    assert file.samples("sw-1", "ge1", BEGIN, HOURS)[0].up_s == before + 300.0


def test_a_link_that_went_is_told_with_its_time(file: HistoryFile) -> None:
    """As the agent tells it."""
    house = House(file)
    house.poll(2)
    house.up, house.changed = False, house.at - timedelta(seconds=77)

    house.poll(1)

    (gone,) = file.transitions("sw-1", "ge1", BEGIN)
    assert (gone.at, gone.up, gone.exact) == (house.changed, False, True)
    last = file.samples("sw-1", "ge1", BEGIN)[-1]
    assert (last.up_s, last.down_s) == (223.0, 77.0)


def test_downtime_is_told_with_the_time_that_nobody_knows(file: HistoryFile) -> None:
    """Over days, hours and polls; an hour without polls is known where the agent tells changes."""
    house = House(file)
    house.poll(300)
    house.up, house.changed = False, house.at - timedelta(seconds=77)
    house.poll(30)
    house.up, house.changed = True, house.at - timedelta(seconds=50)
    house.poll(250)
    house.at += timedelta(hours=1)
    house.poll(5)
    begin, now = BEGIN.replace(minute=0, second=0), house.at - FIVE

    told = file.downtime("sw-1", "ge1", begin, now)

    down_s = 30 * 300 + 77 - 50
    whole_s = (now - begin).total_seconds()
    assert (told.down_s, told.unknown_s) == (down_s, 150.0)
    assert told.up_s == whole_s - down_s - 150.0
    assert file.downtime("sw-1", "ge9", begin, now).unknown_s == whole_s


def test_a_mac_address_is_learnt_when_a_whole_table_first_has_it(file: HistoryFile) -> None:
    """One that stays keeps its time, one that comes back gets another, a part proves nothing."""
    house = House(file)
    house.macs(MAC)
    house.at += timedelta(hours=1)
    house.macs(MAC, "AA:BB:CC:DD:EE:02")
    first = {sight.mac: sight.since for sight in file.macs("sw-1", "ge1").sights}
    house.at += timedelta(hours=1)
    house.macs(state=State.PARTIAL)
    house.at += timedelta(hours=1)
    house.macs("AA:BB:CC:DD:EE:02")
    house.at += timedelta(hours=1)
    house.macs(MAC, "AA:BB:CC:DD:EE:02")

    then = {sight.mac: sight.since for sight in file.macs("sw-1", "ge1").sights}
    assert first == {MAC: BEGIN, "AA:BB:CC:DD:EE:02": BEGIN + timedelta(hours=1)}
    assert then == {MAC: house.at, "AA:BB:CC:DD:EE:02": BEGIN + timedelta(hours=1)}


def test_an_address_keeps_its_time_in_polls_that_are_written_together(file: HistoryFile) -> None:
    """Two that wait for the same batch; one that the table has twice is one."""
    house = House(file)
    first = house.full(MAC)
    house.at += timedelta(hours=1)
    then = house.full(MAC, MAC)
    assert first is not None
    assert then is not None

    house.writer.write([first, then])

    (sight,) = file.macs("sw-1", "ge1").sights
    assert (sight.since, sight.until) == (BEGIN, house.at)


def test_an_element_that_has_started_anew_has_learnt_its_addresses_anew(file: HistoryFile) -> None:
    """Since the read before; one that had started just then has not."""
    house = House(file)
    house.macs(MAC)
    house.at += timedelta(hours=1)
    same = house.full(MAC, boot=BEGIN)
    assert same is not None
    house.writer.write([same])
    kept = file.macs("sw-1", "ge1").sights
    house.at += timedelta(hours=1)
    anew = house.full(MAC, boot=house.at - timedelta(minutes=59, seconds=59))
    assert anew is not None

    house.writer.write([anew])

    assert [sight.since for sight in kept] == [BEGIN]
    assert [sight.since for sight in file.macs("sw-1", "ge1").sights] == [house.at]


def test_a_birth_certificate_is_made_once_for_a_module(file: HistoryFile) -> None:
    """And stays, however the light changes."""
    house = House(file)
    house.poll(1, rx=-11.0)
    house.recorder = Recorder(file)
    house.poll(3, rx=-14.0)

    baseline = file.baseline("sw-1", "ge1")
    assert baseline is not None
    assert (baseline.rx, baseline.at) == (-11.0, BEGIN)


def test_a_new_order_has_a_birth_certificate_of_its_own(file: HistoryFile) -> None:
    """Which its provider is told; the operator still compares with the first of the module."""
    house = House(file)
    house.poll(1, rx=-10.0)
    began = house.at + FIVE
    house.tenants["ge1"] = Tenants(accesses=("A-1",), began=began)
    house.poll(13, rx=-12.0)
    house.poll(13, rx=-13.0)

    found = file.baselines("sw-1", "ge1")

    assert [(one.source, one.rx) for one in found] == [
        (Source.ORDER_DONE, -12.0),
        (Source.FIRST_LINK, -10.0),
    ]
    assert found[0].at >= began
    assert reference(found) == found[1]
    assert reference(found[:1]) == found[0]
    done = replace(found[0], source=Source.ENGINEER, rx=-11.0)
    assert reference([found[0], done, found[1]]) == done
    assert reference([]) is None
    assert len(file.baselines("sw-1", "ge2")) == 1


def test_what_is_too_old_goes_and_was_summed_up_before(file: HistoryFile) -> None:
    """Of an element that nobody polls any more, too."""
    house = House(file)
    house.poll(12)
    house.macs(MAC)

    file.drop_old(house.at + timedelta(days=3), Keep())

    assert file.samples("sw-1", "ge1", BEGIN) == ()
    assert [hour.change.input.bytes for hour in file.samples("sw-1", "ge1", BEGIN, HOURS)]
    assert file.macs("sw-1", "ge1").sights
    file.drop_old(house.at + timedelta(days=20), Keep())
    assert file.samples("sw-1", "ge1", BEGIN, HOURS) == ()
    assert file.macs("sw-1", "ge1").sights == ()
    assert len(file.samples("sw-1", "ge1", BEGIN, DAYS)) == 1
    file.drop_old(house.at + timedelta(days=500), Keep())
    assert file.samples("sw-1", "ge1", BEGIN, DAYS) == ()
    assert file.baseline("sw-1", "ge1") is None


def test_an_access_is_erased_and_its_neighbour_stays(file: HistoryFile) -> None:
    """Out of the packed chunks, too."""
    house = House(file)
    house.poll(14)
    house.macs(MAC)
    assert any(file.about(access_id="A-1"))

    assert file.erase(access_id="A-1") > 0

    assert not any(file.about(access_id="A-1"))
    assert file.samples("sw-1", "ge1", BEGIN) == file.samples("sw-1", "ge1", BEGIN, HOURS) == ()
    assert file.macs("sw-1", "ge1").sights == ()
    assert len(file.samples("sw-1", "ge2", BEGIN)) == 14
    house.poll(12)  # within the hour it is known again whose port it is
    assert any(file.about(access_id="A-1"))


def test_what_was_seen_of_people_who_have_gone_is_erased(file: HistoryFile) -> None:
    """With the end of their subscription, once; light of whole days stays, as do neighbours."""
    house = House(file)
    house.macs(MAC)
    house.poll(12 * 25)
    house.up, house.changed = False, house.at - timedelta(seconds=77)
    house.poll(1)
    ended = house.at
    house.tenants["ge1"] = Tenants(accesses=("A-1",), ended=ended)

    house.poll(13)

    assert {one.change.end > ended for one in file.samples("sw-1", "ge1", BEGIN)} == {True}
    assert all(one.change.end > ended for one in file.samples("sw-1", "ge1", BEGIN, HOURS))
    assert file.transitions("sw-1", "ge1", BEGIN) == ()
    assert file.macs("sw-1", "ge1").sights == ()
    assert file.samples("sw-1", "ge1", BEGIN, DAYS)[0].up_s == 86_400 - 150
    assert file.baseline("sw-1", "ge1") is not None
    assert len(file.samples("sw-1", "ge2", BEGIN)) > 300
    house.poll(12)
    assert len(file.samples("sw-1", "ge1", BEGIN)) > 20


def test_another_speed_is_told_though_the_link_was_down_between(file: HistoryFile) -> None:
    """Kept as transitions are: erased with the access, gone with who has gone."""
    house = House(file)
    house.poll(2)
    house.up = False
    house.poll(1)
    house.up, house.speed = True, 100
    house.poll(2)

    assert [(one.kind, one.at, one.value) for one in file.events("sw-1", "ge1", BEGIN)] == [
        (Happened.SPEED, BEGIN + 3 * FIVE, 100)
    ]
    assert {"row": "speed", "at": (BEGIN + 3 * FIVE).isoformat(), "value": 100} in list(
        file.about(access_id="A-1")
    )
    file.erase(access_id="A-1")
    assert file.events("sw-1", "ge1", BEGIN) == ()
    house.tenants["ge2"] = Tenants(accesses=("A-2",), ended=house.at)
    house.poll(13)
    assert file.events("sw-1", "ge2", BEGIN) == ()


def test_a_file_of_the_first_version_is_brought_up_to_date(tmp_path: Path) -> None:
    """With what is in it."""
    path = tmp_path / "old.sqlite"
    with HistoryFile.open(path) as file:
        House(file).poll(3)
    with sqlite3.connect(path) as connection:
        for table in ("events", "watch_events", "watches", "disturbed", "disturbances"):
            connection.execute(f"DROP TABLE {table}")
        for table in ("neighbours", "free_seen", "free_ports"):
            connection.execute(f"DROP TABLE {table}")
        connection.execute("ALTER TABLE accesses DROP COLUMN last")
        connection.execute("PRAGMA user_version = 1")
    connection.close()

    with HistoryFile.open(path) as file:
        assert file.events("sw-1", "ge1", BEGIN) == ()
        assert len(file.samples("sw-1", "ge1", BEGIN)) == 2  # the first ends at BEGIN
        house = House(file)
        house.poll(1)
        house.speed = 10
        house.poll(1)
        assert len(file.events("sw-1", "ge1", BEGIN)) == 1


def test_a_mac_address_is_erased(file: HistoryFile) -> None:
    """Its rows alone."""
    house = House(file)
    house.macs(MAC)
    assert [row["mac"] for row in file.about(mac=MAC.lower())] == [MAC]

    assert file.erase(mac=MAC.lower()) == 1

    assert not any(file.about(mac=MAC))
    with pytest.raises(ValueError, match="of what"):
        file.erase()


def test_a_batch_that_fails_leaves_nothing(
    file: HistoryFile, monkeypatch: pytest.MonkeyPatch
) -> None:
    """All of it, or none; the next one is written as if nothing had been."""
    house = House(file)
    with monkeypatch.context() as broken:
        broken.setattr(type(file.database), "_must_be_there", _full)
        with pytest.raises(StoreError):
            house.poll(1)
    assert file.port("sw-1", "ge1") is None

    house.at += FIVE
    house.poll(2)

    assert len(file.changes("sw-1", "ge1", BEGIN)) == 2


def _full(_: object) -> None:
    raise StoreError("the disk is full", key="history.path")
