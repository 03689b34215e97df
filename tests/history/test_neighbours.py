"""What neighbours say of themselves: what is kept of it, for how long, and how it is erased."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from techinfo.history.neighbours import words_of
from techinfo.history.recording import Recorder
from techinfo.history.store import HistoryFile, Keep
from techinfo.history.whereabouts import said
from techinfo.history.writing import HistoryWriter, PollNote, PortNote, Tenants
from techinfo.model import Device, Fact, MacEntry, Neighbour, Part, Port, PortFacts, State

AT = datetime(2026, 10, 1, tzinfo=UTC)
DAY = timedelta(days=1)
ROUTER = Neighbour(
    chassis_id="02:00:5E:00:53:01",
    port_id="02:00:5E:00:53:02",
    port_description="WAN",
    system_name="Annas router",
    system_description="OpenWrt 23.05",
)


@pytest.fixture
def file(tmp_path: Path) -> Iterator[HistoryFile]:
    """An empty one."""
    with HistoryFile.open(tmp_path / "history.sqlite") as file:
        yield file


def poll(
    file: HistoryFile,
    at: datetime,
    *neighbours: Neighbour,
    state: State = State.OK,
    macs: State = State.OK,
) -> PollNote | None:
    """A full poll of a port, and what is kept of it."""
    port = PortFacts(
        port=Port(if_index=1, name="ge1"),
        neighbours=neighbours,
        macs=(MacEntry(mac="AA:BB:CC:DD:EE:01", vlan=10),) if macs is State.OK else (),
    )
    parts = {
        Fact.MACS: Part(state=macs, read_at=at),
        Fact.NEIGHBOURS: Part(state=state, read_at=at + timedelta(seconds=1)),
    }
    note = Recorder(file).full("sw-1", {1: port}, parts, Device(up_since=AT - DAY))
    if note is not None:
        HistoryWriter(file).write([note])
    return note


def test_what_may_tell_whose_it_is_is_kept_and_nothing_else() -> None:
    """Names of ports, software and what is beyond a word are not; nor what a whole group hears."""
    others = [
        Neighbour(chassis_id="x" * 65, port_id="eth0", system_name="cpe-7"),
        Neighbour(chassis_id="switch", aggregate="ae0"),
    ]

    assert words_of([ROUTER, *others]) == (
        "02:00:5E:00:53:01", "02:00:5E:00:53:02", "Annas router", "cpe-7",
    )  # fmt: skip
    crowd = [Neighbour(chassis_id=f"box-{n:03}") for n in range(500)]
    assert len(words_of(crowd)) == 16


def test_it_is_kept_from_the_first_poll_to_the_last_that_heard_it(file: HistoryFile) -> None:
    """Whether the MAC table could be read or not; what a table lacks is no word of anybody."""
    poll(file, AT, ROUTER)
    poll(file, AT + DAY, ROUTER, macs=State.FAILED)
    poll(file, AT + 2 * DAY)

    found = {(element, line, one.word): one for element, line, one in said(file, AT)}

    assert len(found) == 3
    one = found["sw-1", "ge1", "Annas router"]
    assert (one.since, one.until) == (AT, AT + DAY + timedelta(seconds=1))
    assert file.macs("sw-1", "ge1").last == AT + 2 * DAY
    assert poll(file, AT, ROUTER, state=State.UNSUPPORTED, macs=State.FAILED) is None


def test_an_address_that_stays_keeps_its_time_though_lldp_is_read_later(file: HistoryFile) -> None:
    """Both are read in one poll, one after the other."""
    for hours in range(3):
        poll(file, AT + timedelta(hours=hours), ROUTER)

    (sight,) = file.macs("sw-1", "ge1").sights

    assert (sight.since, sight.until) == (AT, AT + timedelta(hours=2))


def test_it_goes_with_its_time_with_its_people_and_when_it_is_erased(file: HistoryFile) -> None:
    """As MAC addresses do: by access, by address; and it is told to whom it is about."""

    def left() -> set[str]:
        return {one.word for _, _, one in said(file, AT - 9 * DAY)}

    def tenants(ended: datetime | None = None) -> None:
        note = PortNote(tenants=Tenants(accesses=("A-1",), ended=ended))
        HistoryWriter(file).write([PollNote(element="sw-1", at=AT + DAY, ports={"ge1": note})])

    tenants()
    poll(file, AT, ROUTER)
    told = [row["said"] for row in file.about(access_id="A-1") if row["row"] == "neighbour"]
    of_mac = [row["said"] for row in file.about(mac="02:00:5e:00:53:01")]
    assert (sorted(told), of_mac) == (sorted(left()), ["02:00:5E:00:53:01"])

    assert file.erase(mac="02:00:5e:00:53:01") == 1
    assert left() == {"02:00:5E:00:53:02", "Annas router"}
    file.erase(access_id="A-1")
    assert left() == set()

    poll(file, AT, ROUTER)
    tenants(ended=AT + timedelta(hours=1))
    assert left() == set()

    poll(file, AT, ROUTER)
    file.drop_old(AT + 6 * DAY, Keep())
    assert len(left()) == 3
    file.drop_old(AT + 8 * DAY, Keep())
    assert left() == set()
