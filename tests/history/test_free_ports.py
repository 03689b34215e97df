"""Equipment on ports without an access: what is kept of it, for how long, and how it is erased."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from tests.store.schemas import described

from techinfo.history.free_ports import MOST_ON_ELEMENT, MOST_ON_PORT, found_on
from techinfo.history.recording import Recorder
from techinfo.history.store import HistoryFile, Keep
from techinfo.history.whereabouts import on_free_ports
from techinfo.history.writing import HistoryWriter, PollNote, PortNote, Tenants
from techinfo.model import Device, Fact, MacEntry, Neighbour, Part, Port, PortFacts, State

AT = datetime(2026, 10, 1, tzinfo=UTC)
DAY, HOUR = timedelta(days=1), timedelta(hours=1)
ONE, TWO = "02:00:5E:00:53:01", "02:00:5E:00:53:02"
GE2 = Port(if_index=2, name="ge2", descr="Port 2", if_type=6)
SWITCH = frozenset({"sw-2", "oak", "02:00:5E:00:53:AA"})


@pytest.fixture
def file(tmp_path: Path) -> Iterator[HistoryFile]:
    """An empty one."""
    with HistoryFile.open(tmp_path / "history.sqlite") as file:
        yield file


def on(number: int, *macs: str) -> PortFacts:
    """A port, and what is on it."""
    rows = tuple(MacEntry(mac=mac, vlan=10) for mac in macs)
    return PortFacts(port=Port(if_index=number, name=f"ge{number}", if_type=6), macs=rows)


def poll(
    file: HistoryFile,
    at: datetime,
    named: tuple[PortFacts, ...] = (),
    free: tuple[PortFacts, ...] = (),
    state: State = State.OK,
) -> None:
    """A full poll of a switch, of which accesses are on some ports."""
    note = Recorder(file).full(
        "sw-1",
        {one.port.if_index: one for one in named},
        {Fact.MACS: Part(state=state, read_at=at)},
        Device(up_since=AT - DAY),
        without={one.port.if_index: one for one in free},
    )
    assert note is not None
    HistoryWriter(file).write([note])


def kept(file: HistoryFile) -> dict[tuple[str | None, str], tuple[datetime, datetime]]:
    """What the file has: port and address -> from when to when."""
    told = on_free_ports(file, AT - 99 * DAY)
    return {(port.name, sight.mac): (sight.since, sight.until) for _, port, sight in told}


@pytest.mark.parametrize(
    ("facts", "macs"),
    [
        (PortFacts(port=GE2, macs=(MacEntry(mac=ONE), MacEntry(mac=ONE, vlan=7))), (ONE,)),
        (PortFacts(port=GE2, neighbours=(Neighbour(chassis_id=ONE, system_name="box"),)), ()),
        (PortFacts(port=Port(if_index=2, name="ge2")), ()),
        (PortFacts(port=GE2, neighbours=(Neighbour(chassis_id="x", system_name="oak"),)), None),
        (PortFacts(port=GE2, neighbours=(Neighbour(chassis_id="02:00:5E:00:53:AA"),)), None),
        (PortFacts(port=GE2, macs=(MacEntry(mac="02:00:5E:00:53:AA"),)), None),
        (PortFacts(port=Port(if_index=2, name="ge2", if_type=6, aggregate=9)), None),
        (PortFacts(port=Port(if_index=2, name="po1", if_type=6)), None),
        (PortFacts(port=Port(if_index=2, name="gpon1", if_type=250)), None),
        (PortFacts(port=Port(if_index=2, name="vlan7", if_type=136)), None),
        (on(2, *(f"02:00:5E:00:53:{n:02X}" for n in range(MOST_ON_PORT + 1))), None),
    ],
    ids=[
        "a household",
        "a box that says something",
        "no type is told",
        "LLDP names an element",
        "LLDP names its address",
        "an element's address",
        "a member",
        "an aggregate",
        "a PON port",
        "no port",
        "too many",
    ],
)
def test_only_a_port_that_an_access_could_be_on_is_one(
    facts: PortFacts, macs: tuple[str, ...] | None
) -> None:
    """What leads to other elements is none."""
    found = found_on(facts, SWITCH)

    assert (found.macs if found is not None else None) == macs


def test_what_is_there_is_kept_with_the_names_of_the_port(file: HistoryFile) -> None:
    """From the first read to the last; what sleeps by night stays, what was away comes anew."""
    whole = PortFacts(port=GE2, macs=(MacEntry(mac=ONE, vlan=10),))
    for hours in (0, 1, 20):
        poll(file, AT + hours * HOUR, free=(whole,))
    poll(file, AT + 30 * HOUR, free=(on(2),))

    ((element, port, _),) = on_free_ports(file, AT)

    assert (element, port.name, port.descr, port.if_index) == ("sw-1", "ge2", "Port 2", 2)
    assert kept(file) == {("ge2", ONE): (AT, AT + 20 * HOUR)}
    assert file.macs("sw-1", "ge2").sights == ()
    poll(file, AT + 60 * HOUR, free=(whole,))
    assert kept(file) == {("ge2", ONE): (AT + 60 * HOUR, AT + 60 * HOUR)}


def test_what_is_no_free_port_any_more_has_nothing(file: HistoryFile) -> None:
    """An access is on it, or it leads on; of what could not be read whole nothing is known."""
    crowd = on(3, *(f"02:00:5E:00:54:{n:02X}" for n in range(MOST_ON_PORT + 1)))
    poll(file, AT, free=(on(2, ONE), on(3, TWO)))
    poll(file, AT + HOUR, free=(crowd,), state=State.PARTIAL)
    assert len(kept(file)) == 2

    poll(file, AT + 2 * HOUR, named=(on(2, ONE),), free=(crowd,))

    assert kept(file) == {}
    assert [one.mac for one in file.macs("sw-1", "ge2").sights] == [ONE]


def test_an_element_has_so_many_rows_at_most(file: HistoryFile) -> None:
    """The oldest go."""
    for hour in range(MOST_ON_ELEMENT // 8 + 2):
        macs = (f"02:00:5E:00:{hour:02X}:{n:02X}" for n in range(8))
        poll(file, AT + hour * HOUR, free=(on(2, *macs),))

    found = kept(file)

    assert len(found) == MOST_ON_ELEMENT
    assert min(until for _, until in found.values()) == AT + 2 * HOUR


def test_it_goes_with_its_time_with_its_people_and_when_it_is_erased(file: HistoryFile) -> None:
    """As MAC addresses on ports of accesses do; by access where it was seen on it, too."""

    def tenants(ended: datetime | None = None) -> None:
        note = PortNote(tenants=Tenants(accesses=("A-1",), ended=ended))
        HistoryWriter(file).write([PollNote(element="sw-1", at=AT, ports={"ge1": note})])

    def seen() -> None:
        poll(file, AT, named=(on(1, ONE),), free=(on(2, TWO),))
        poll(file, AT + HOUR, named=(on(1),), free=(on(2, ONE, TWO),))

    tenants()
    seen()
    told = [row for row in file.about(access_id="A-1") if row["row"].endswith("without an access")]
    of_mac = list(file.about(mac=TWO.lower()))
    assert [row["mac"] for row in told] == [ONE]
    assert [(row["row"], row["mac"]) for row in of_mac] == [
        ("mac on a port without an access", TWO)
    ]

    assert file.erase(mac=TWO.lower()) == 1
    assert set(kept(file)) == {("ge2", ONE)}
    file.erase(access_id="A-1")
    assert kept(file) == {}

    tenants()
    seen()
    tenants(ended=AT + 2 * HOUR)
    assert set(kept(file)) == {("ge2", TWO)}

    file.drop_old(AT + 7 * DAY, Keep())
    assert set(kept(file)) == {("ge2", TWO)}
    file.drop_old(AT + 8 * DAY, Keep())
    assert kept(file) == {}


def test_a_file_of_before_gets_the_tables(tmp_path: Path) -> None:
    """As a new one has them."""
    old, new = tmp_path / "old.sqlite", tmp_path / "new.sqlite"
    for path in (old, new):
        HistoryFile.open(path).close()
    with sqlite3.connect(old) as connection:
        connection.execute("DROP TABLE free_macs")
        connection.execute("DROP TABLE free_ports")
        connection.execute("PRAGMA user_version = 5")
    connection.close()

    HistoryFile.open(old).close()

    assert described(old) == described(new)
