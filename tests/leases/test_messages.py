"""Who asks and is given nothing: kept until a grant, bounded, a day at most, and erased."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import text
from tests.access.made_up import NOW
from tests.access.played import Clock

from techinfo.dhcp.events import Event, Kind, LeaseEvent, Message, MessageType
from techinfo.dhcp.identity import Identity
from techinfo.dhcp.intervals import AccessRef
from techinfo.leases.log import LeaseLog
from techinfo.leases.store import LeaseFile
from techinfo.leases.tables import SCHEMA
from techinfo.store.database import open_database

ONE, OTHER = "02:00:5e:00:53:01", "02:00:5e:00:53:02"
HERE = Identity(circuit=b"p1")


def where(asked: Sequence[tuple[Identity, datetime | None]]) -> list[AccessRef | None]:
    """One port."""
    return [AccessRef("A-1", 100) if identity == HERE else None for identity, _ in asked]


@pytest.fixture
def clock() -> Clock:
    """Ten in the morning."""
    return Clock()


@pytest.fixture
def log(tmp_path: Path, clock: Clock) -> Iterator[LeaseLog]:
    """A log of leases in a file of its own."""
    with LeaseFile.open(tmp_path / "leases.sqlite") as file:
        yield LeaseLog(file, where, now=clock)


def said(ago_s: float, kind: str = "DISCOVER", mac: str = ONE, server: str = "s") -> Message:
    """A message with the identifier of the one port."""
    at = NOW - timedelta(seconds=ago_s)
    return Message(at=at, type=MessageType(kind), server=server, mac=mac, identity=HERE)


def granted(ago_s: float, server: str = "s", mac: str = ONE) -> LeaseEvent:
    """A lease of an hour."""
    at = NOW - timedelta(seconds=ago_s)
    return LeaseEvent(
        at=at, kind=Kind.GRANTED, address="192.0.2.1", server=server, mac=mac, lifetime_s=3600
    )


def waiting(log: LeaseLog, *events: Event, looked: Sequence[str] = ("s",)) -> list[str]:
    """What is kept of the access once these were told."""
    log.take(events)
    log.looked(looked)
    asked = log.asked("A-1", [])
    return [] if asked is None else [row.type for row in asked.rows]


def test_what_is_asked_is_kept_until_it_is_granted(log: LeaseLog) -> None:
    """In one batch or several; of the grant stays that it was."""
    assert waiting(log, said(90), said(60, "OFFER"), said(59, "REQUEST")) == [
        "DISCOVER",
        "OFFER",
        "REQUEST",
    ]
    assert waiting(log, granted(58), said(10, "NAK")) == ["NAK"]
    (kept,) = log.asked("B-1", [ONE.upper()]).rows[:1]  # type: ignore[union-attr]  # is there
    assert (kept.type, kept.address) == ("ACK", "192.0.2.1")
    assert waiting(log, said(5, "REQUEST"), granted(4), said(3)) == ["DISCOVER"]


def test_read_again_it_is_the_same(log: LeaseLog) -> None:
    """As after a restart, when the last lines of a log are read twice."""
    told: list[Event] = [said(90), granted(80), said(60), said(30, "REQUEST")]

    assert waiting(log, *told) == waiting(log, *told) == ["DISCOVER", "REQUEST"]


def test_a_source_that_tells_no_requests_says_nothing_by_silence(log: LeaseLog) -> None:
    """A file of leases alone; and a log that has not served these clients before."""
    log.take([granted(1800, "csv")])
    log.looked(["csv"])
    assert log.asked("A-1", [ONE]) is None

    log.take([said(1500, mac=OTHER), said(60, mac=OTHER)])
    log.looked(["csv", "s"])
    asked = log.asked("B-1", [ONE])
    assert asked is not None
    assert (asked.rows, log.read_from(asked.rows), asked.read_at) == ((), None, NOW)


def test_a_log_that_has_served_a_client_tells_since_when_it_is_read(
    log: LeaseLog, clock: Clock
) -> None:
    """Until nobody writes to it any more: then its silence is its own."""
    log.take([said(1800, mac=OTHER), granted(1700), said(60, mac=OTHER)])
    log.looked(["s"])
    asked = log.asked("B-1", [ONE])
    assert asked is not None
    begun = log.read_from(asked.rows)
    clock.go_on(901.0)
    log.looked(["s"])

    assert (begun, log.read_from(asked.rows)) == (NOW - timedelta(seconds=1800), None)


def test_of_one_client_some_rows_are_kept_and_of_all_a_day(log: LeaseLog, clock: Clock) -> None:
    """The latest 32 messages; grants as long as leases."""
    told = waiting(log, *(said(4000 - n) for n in range(100)))
    assert told == ["DISCOVER"] * 32
    log.take([said(3000, mac=OTHER), granted(2900, mac=OTHER)])
    clock.go_on(86_400.0)
    log.expire()
    log.looked(["s"])

    asked = log.asked("A-1", [OTHER])
    assert asked is not None
    assert [row.type for row in asked.rows] == ["ACK"]


@pytest.mark.parametrize("whose", [{"access_id": "A-1"}, {"mac": ONE.upper()}])
def test_it_is_erased_with_the_person(log: LeaseLog, whose: dict[str, str]) -> None:
    """By access or by device."""
    assert waiting(log, said(90), said(60)) == ["DISCOVER", "DISCOVER"]

    assert log.erase(**whose) == 2
    assert waiting(log) == []


def test_a_file_of_before_gets_its_table(tmp_path: Path) -> None:
    """What it holds stays."""
    path = tmp_path / "leases.sqlite"
    with LeaseFile.open(path) as file:
        LeaseLog(file, where, now=Clock()).take([granted(60)])
    with open_database(path, SCHEMA) as database, database.write() as connection:
        connection.execute(text("DROP TABLE messages"))
        connection.exec_driver_sql("PRAGMA user_version = 1")

    with LeaseFile.open(path) as file:
        assert [row.mac for row in file.history(mac=ONE)] == [ONE]
        assert file.messages(clients=[ONE]) == ()
