"""The audit log's file: kept, found by access, user and time, and dropped when it is old."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from techinfo.errors import ConfigError
from techinfo.store.audit import LOST, AuditEntry, AuditFile

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
)


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

    def found(**terms: object) -> list[tuple[str, str | None]]:
        return [(e.user, e.access_id) for e in file.entries(**terms)]  # type: ignore[arg-type]  # by name

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
