"""The audit log's file: kept, found by access, user and time, and dropped when it is old."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from tests.store.schemas import described

from techinfo.errors import ConfigError
from techinfo.store.audit import GAP, LOST, START, STOP, AuditEntry, AuditFile, note

NOW = datetime(2026, 11, 27, 12, 0, 0, 123000, tzinfo=UTC)
ENTRY = AuditEntry(
    at=NOW,
    user="noc",
    role="provider",
    provider="isp",
    on_behalf_of="Åsa",
    address="192.0.2.9",
    method="GET",
    path="/2.6/tech/access/A-1/hardware",
    access_id="A-1",
    status=200,
    request_id="r-1",
    case_reference="CASE#7",
)
_VERSION_1 = """
CREATE TABLE entries (
    id INTEGER NOT NULL, at_ms INTEGER NOT NULL, user TEXT NOT NULL, role TEXT NOT NULL,
    provider TEXT, on_behalf_of TEXT, address TEXT NOT NULL, method TEXT NOT NULL,
    path TEXT NOT NULL, access_id TEXT, status INTEGER, error_id TEXT, request_id TEXT,
    PRIMARY KEY (id)
);
CREATE INDEX entries_of_access ON entries (access_id, at_ms);
CREATE INDEX entries_of_user ON entries (user, at_ms);
CREATE INDEX ix_entries_at_ms ON entries (at_ms);
INSERT INTO entries (at_ms, user, role, address, method, path, access_id, status)
    VALUES (1, 'noc', 'provider', '192.0.2.9', 'GET', '/2.6/tech/access/A-1', 'A-1', 200);
PRAGMA application_id = 0x74617564;
PRAGMA user_version = 1;
"""
"""As the first version of the program wrote it."""


@pytest.fixture
def file(tmp_path: Path) -> Iterator[AuditFile]:
    """An open file."""
    with AuditFile.open(tmp_path / "audit.sqlite") as opened:
        yield opened


def test_what_was_written_is_read_again(file: AuditFile, tmp_path: Path) -> None:
    """Value for value, by one who only reads, too."""
    file.write([ENTRY, replace(ENTRY, status=None, access_id=None, on_behalf_of=None)])

    with AuditFile.open_read_only(tmp_path / "audit.sqlite") as reader:
        second, first = reader.entries()

    assert first == ENTRY
    assert (second.status, second.access_id, second.on_behalf_of) == (None, None, None)


def test_entries_are_found_by_access_user_and_time(file: AuditFile) -> None:
    """The newest first, no more than wanted."""
    file.write(
        [
            replace(ENTRY, at=NOW + timedelta(minutes=n), user=user, access_id=access)
            for n, (user, access) in enumerate([("a", "A-1"), ("b", "A-1"), ("a", "A-2")])
        ]
    )

    def found(**policy: object) -> list[tuple[str, str | None]]:
        return [(e.user, e.access_id) for e in file.entries(**policy)]  # type: ignore[arg-type]  # by name

    assert found() == [("a", "A-2"), ("b", "A-1"), ("a", "A-1")]
    assert found(access_id="A-1") == [("b", "A-1"), ("a", "A-1")]
    assert found(user="a", access_id="A-1") == [("a", "A-1")]
    assert found(since=NOW + timedelta(minutes=2)) == [("a", "A-2")]
    assert found(most=1) == [("a", "A-2")]


def test_a_gap_is_written_down(file: AuditFile) -> None:
    """And shown to whoever looks for anything that may be missing."""
    file.write([ENTRY], lost=7)

    gap, _ = file.entries(access_id="A-1", user="noc")

    assert gap.method == LOST
    assert gap.path == "7 entries"


def test_old_entries_are_dropped(file: AuditFile) -> None:
    """After 180 days, or after as many as is said."""
    file.write([replace(ENTRY, at=NOW - timedelta(days=days)) for days in (0, 100, 179, 181)])

    dropped = file.drop_old(NOW)
    more = file.drop_old(NOW, timedelta(days=90))

    assert (dropped, more) == (1, 2)
    assert len(list(file.entries())) == 1


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    """Whoever only reads creates none."""
    with pytest.raises(ConfigError, match=r"audit\.path"):
        AuditFile.open_read_only(tmp_path / "audit.sqlite")


def test_what_is_written_is_on_disk_when_that_returns(file: AuditFile) -> None:
    """PRAGMA synchronous is FULL (2) on the connection that writes."""
    with file.database.write() as connection:
        assert connection.exec_driver_sql("PRAGMA synchronous").scalar_one() == 2


def test_a_run_that_never_ended_left_a_gap(file: AuditFile) -> None:
    """Told once, by a process that comes after it; of one that ended in order nothing is told."""
    file.write([note(START, "", run="old-1"), note(STOP, "", run="old-1")])
    file.write([note(START, "", run="old-2"), ENTRY, note(START, "", run="new-1")])

    gaps = file.gaps("new")
    file.write(gaps)

    assert [(gap.method, gap.request_id) for gap in gaps] == [(GAP, "old-2")]
    assert gaps[0].path.startswith("since 2")
    assert file.gaps("new") == []
    assert file.gaps("newer") != []
    assert GAP in {entry.method for entry in file.entries(access_id="A-7", user="nobody")}


def test_the_gap_begins_at_the_last_entry_that_is_there(file: AuditFile) -> None:
    """What came after it may be missing."""
    file.write([replace(note(START, "", run="old-1"), at=NOW - timedelta(days=1)), ENTRY])

    (gap,) = file.gaps("new")

    assert gap.path == "since 2026-11-27T12:00:00.123+00:00"


def test_that_a_run_began_is_not_dropped_while_it_goes_on(file: AuditFile) -> None:
    """Or a service that dies after half a year of work would leave no gap."""
    old = NOW - timedelta(days=400)
    ended = [note(START, "", run="p-1"), note(STOP, "", run="p-1")]
    file.write([replace(one, at=old) for one in [*ended, note(START, "", run="q-1"), ENTRY]])

    dropped = file.drop_old(NOW)

    assert dropped == 3
    assert [gap.request_id for gap in file.gaps("new")] == ["q-1"]


def test_a_log_of_the_first_version_is_brought_up_to_date(tmp_path: Path) -> None:
    """Its entries are there, without cases; its tables are as if it had been made today."""
    old, new = tmp_path / "old.sqlite", tmp_path / "new.sqlite"
    connection = sqlite3.connect(old)
    connection.executescript(_VERSION_1)
    connection.close()

    AuditFile.open(new).close()
    with AuditFile.open(old) as file:
        (entry,) = file.entries()

    assert (entry.user, entry.access_id, entry.case_reference) == ("noc", "A-1", None)
    assert described(old) == described(new)
