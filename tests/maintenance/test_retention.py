"""What is too old goes by itself, from each file in its turn."""

from __future__ import annotations

import logging
import threading
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from techinfo.config import AuditSettings, HistorySettings, Settings
from techinfo.history.macs import Sight
from techinfo.history.store import HistoryFile
from techinfo.history.writing import HistoryWriter, PollNote, PortNote
from techinfo.maintenance.schedule import Polling, drop_old, keep_to_it
from techinfo.maintenance.stores import STORES
from techinfo.store.audit import AuditEntry, AuditFile

NOW = datetime(2026, 10, 1, 12, 0, tzinfo=UTC)


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """Of a house that keeps its audit log for ten days."""
    return Settings(audit=AuditSettings(path=tmp_path / "audit.sqlite", keep_days=10))


def _fill(settings: Settings, *days: float) -> None:
    entries = [
        AuditEntry(
            at=NOW - timedelta(days=age), user="ann", role="operator", method="GET", path=f"/{age}"
        )
        for age in days
    ]
    with AuditFile.open(settings.audit.path) as file:
        file.write(entries)


def _paths(settings: Settings) -> list[str]:
    with AuditFile.open_read_only(settings.audit.path) as file:
        return sorted(entry.path for entry in file.entries())


def test_what_is_too_old_goes_and_the_rest_stays(
    settings: Settings, caplog: pytest.LogCaptureFixture
) -> None:
    """By the days of the settings, and the log says how many."""
    _fill(settings, 1, 9.9, 10.1, 300)

    with caplog.at_level(logging.INFO):
        counts = drop_old(settings, NOW)

    assert counts == {"audit": 2}
    assert _paths(settings) == ["/1", "/9.9"]
    assert "2 rows of audit were too old" in caplog.text


def test_what_polls_have_told_goes_by_the_days_of_the_settings(tmp_path: Path) -> None:
    """Of a service that polls no more, too."""
    history = HistorySettings(path=tmp_path / "history.sqlite", macs_days=2)
    sight = Sight(mac="02:00:00:AB:CD:EF", vlan=10, since=NOW, until=NOW)
    note = PollNote(element="sw-1", at=NOW, ports={"ge1": PortNote(macs=(sight,))})
    with HistoryFile.open(history.path) as file:
        HistoryWriter(file).write([note])

    kept = drop_old(Settings(history=history), NOW + timedelta(days=1.9))
    gone = drop_old(Settings(history=history), NOW + timedelta(days=2.1))

    assert (kept["history"], gone["history"]) == (0, 1)


def test_files_that_are_not_there_are_not_made(settings: Settings) -> None:
    """A clearance leaves nothing behind."""
    assert drop_old(settings, NOW) == {}
    assert not settings.audit.path.exists()


def test_a_file_that_cannot_be_cleared_is_told(
    settings: Settings, caplog: pytest.LogCaptureFixture
) -> None:
    """And the service goes on."""
    settings.audit.path.write_bytes(b"rubbish" * 1000)

    counts = drop_old(settings, NOW)

    assert counts == {}
    assert "what is too old stays in audit" in caplog.text


def test_it_is_done_by_itself(settings: Settings) -> None:
    """By the scheduler, in a thread; closing it waits for the job under way."""
    _fill(settings, 1, 20)
    done = threading.Event()

    def now() -> datetime:
        done.set()
        return NOW

    def clear() -> None:
        drop_old(settings, now())

    with Polling() as polling:
        keep_to_it(polling, settings, now=now)
        polling.every(timedelta(hours=1), "at once", clear, first=timedelta(0))
        assert done.wait(30)

    assert _paths(settings) == ["/1"]


def test_a_job_that_fails_comes_again(caplog: pytest.LogCaptureFixture) -> None:
    """What one job does wrong is in the log, and no other suffers."""
    tries: list[int] = []
    enough = threading.Event()

    def fail() -> None:
        tries.append(1)
        if len(tries) == 2:
            enough.set()
        raise ValueError("broken")

    with Polling() as polling:
        polling.every(timedelta(milliseconds=20), "brittle", fail, first=timedelta(0))
        assert enough.wait(30)

    assert "brittle has failed" in caplog.text


def test_what_is_open_is_cleared_as_it_is(settings: Settings) -> None:
    """A service does not open its files a second time."""
    _fill(settings, 1, 20)
    stores = [replace(store, open=_never) for store in STORES]

    with AuditFile.open(settings.audit.path) as file:
        counts = drop_old(settings, NOW, stores, opened={"audit": file})

    assert counts == {"audit": 1}


def _never(path: Path) -> AuditFile:
    raise AssertionError(path)
