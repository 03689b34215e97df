"""Equipment on ports without an access: what is kept of it, for how long, and how it is erased."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from tests.store.schemas import described

from techinfo.history.free_ports import MOST_ON_ELEMENT, MOST_ON_PORT, found_on
from techinfo.history.recording import Recorder
from techinfo.history.store import HistoryFile, Keep
from techinfo.history.whereabouts import on_free_ports, said, said_on_free_ports
from techinfo.history.writing import HistoryWriter, PollNote, PortNote, Tenants
from techinfo.model import Device, Fact, MacEntry, Neighbour, Part, Port, PortFacts, State

AT = datetime(2026, 10, 1, tzinfo=UTC)
DAY, HOUR = timedelta(days=1), timedelta(hours=1)
ONE, TWO = "02:00:5E:00:53:01", "02:00:5E:00:53:02"
GE2 = Port(if_index=2, name="ge2", descr="Port 2", if_type=6)
TWOS = {("ge3", TWO)}, {("ge3", "Ben")}
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
        {fact: Part(state=state, read_at=at) for fact in (Fact.MACS, Fact.NEIGHBOURS)},
        Device(up_since=AT - DAY),
        without={one.port.if_index: one for one in free},
    )
    assert note is not None
    HistoryWriter(file).write([note])


def says(number: int, *names: str, macs: tuple[str, ...] = ()) -> PortFacts:
    """A port, and what neighbours say there."""
    told = tuple(Neighbour(chassis_id=name) for name in names)
    return replace(on(number, *macs), neighbours=told)


def heard(file: HistoryFile) -> dict[tuple[str | None, str], tuple[datetime, datetime]]:
    """What the file has of neighbours: port and word -> from when to when."""
    told = said_on_free_ports(file, AT - 99 * DAY)
    return {(port.name, one.word): (one.since, one.until) for _, port, one in told}


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
        (says(2, *(f"box {n}" for n in range(MOST_ON_PORT)), macs=(ONE,)), (ONE,)),
        (says(2, *(f"box {n}" for n in range(MOST_ON_PORT + 1))), None),
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
        "some boxes",
        "too many boxes",
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


def test_what_neighbours_say_there_is_kept_as_addresses_are(file: HistoryFile) -> None:
    """Until an access is on the port, too; what is heard of an aggregate is not of the port."""
    box = Neighbour(chassis_id=ONE, port_id=TWO, system_name="Anna")
    other = Neighbour(chassis_id="x", aggregate="po1")
    for hours in (0, 1):
        poll(file, AT + hours * HOUR, free=(replace(on(2), neighbours=(box, other)),))
    times = AT, AT + HOUR
    assert heard(file) == {("ge2", word): times for word in (ONE, TWO, "Anna")}
    assert kept(file) == {}
    assert said(file, AT) == ()

    poll(file, AT + 2 * HOUR, named=(on(2, ONE),))

    assert heard(file) == {}


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
    poll(file, AT + 99 * HOUR, free=(says(3, "box"),))

    assert len(found) == len(kept(file)) + len(heard(file)) == MOST_ON_ELEMENT
    assert min(until for _, until in found.values()) == AT + 2 * HOUR


def test_it_goes_with_its_time_with_its_people_and_when_it_is_erased(file: HistoryFile) -> None:
    """As MAC addresses on ports of accesses do; by access where it was seen on it, too."""

    def tenants(ended: datetime | None = None) -> None:
        note = PortNote(tenants=Tenants(accesses=("A-1",), ended=ended))
        HistoryWriter(file).write([PollNote(element="sw-1", at=AT, ports={"ge1": note})])

    def seen() -> None:
        box = replace(says(1, "Box 1"), macs=(MacEntry(mac=ONE, vlan=10),))
        poll(file, AT, named=(box,), free=(on(3, TWO),))
        moved = says(2, "Anna", macs=(ONE,)), says(3, "Ben", macs=(TWO,)), says(4, "Box 1")
        poll(file, AT + HOUR, named=(on(1),), free=moved)

    tenants()
    seen()
    told = [row for row in file.about(access_id="A-1") if row["row"].endswith("without an access")]
    of_mac = list(file.about(mac=TWO.lower()))
    assert [row.get("mac") or row["said"] for row in told] == [ONE, "Anna", "Box 1"]
    assert [(row["row"], row.get("mac") or row["said"]) for row in of_mac] == [
        ("mac on a port without an access", TWO),
        ("neighbour on a port without an access", "Ben"),
    ]

    assert file.erase(mac=TWO.lower()) == 2
    assert (set(kept(file)), set(heard(file))) == (
        {("ge2", ONE)},
        {("ge2", "Anna"), ("ge4", "Box 1")},
    )
    file.erase(access_id="A-1")
    assert kept(file) == heard(file) == {}

    tenants()
    seen()
    tenants(ended=AT + 2 * HOUR)
    assert (set(kept(file)), set(heard(file))) == TWOS

    file.drop_old(AT + 7 * DAY, Keep())
    assert (set(kept(file)), set(heard(file))) == TWOS
    file.drop_old(AT + 8 * DAY, Keep())
    assert kept(file) == heard(file) == {}


def test_a_file_of_before_gets_the_tables(tmp_path: Path) -> None:
    """As a new one has them."""
    old, new = tmp_path / "old.sqlite", tmp_path / "new.sqlite"
    for path in (old, new):
        HistoryFile.open(path).close()
    with sqlite3.connect(old) as connection:
        connection.execute("DROP TABLE free_seen")
        connection.execute("DROP TABLE free_ports")
        connection.execute("PRAGMA user_version = 5")
    connection.close()

    HistoryFile.open(old).close()

    assert described(old) == described(new)


def test_what_a_file_of_before_has_is_kept(tmp_path: Path) -> None:
    """As MAC addresses."""
    path = tmp_path / "old.sqlite"
    with HistoryFile.open(path) as file:
        poll(file, AT, free=(on(2, ONE),))
    with sqlite3.connect(path) as connection:
        connection.execute(
            "CREATE TABLE free_macs AS SELECT port, word AS mac, since, until FROM free_seen"
        )
        connection.execute("DROP TABLE free_seen")
        connection.execute("PRAGMA user_version = 6")
    connection.close()

    with HistoryFile.open(path) as file:
        assert kept(file) == {("ge2", ONE): (AT, AT)}
        assert heard(file) == {}
