"""What is paused, until when, and what a time may look like."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from techinfo.errors import ConfigError
from techinfo.maintenance.pause import PauseService, time_in
from techinfo.store.pauses import PausesFile, Reach

NOW = datetime(2026, 10, 1, 12, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "after"),
    [
        ("90s", timedelta(seconds=90)),
        ("30m", timedelta(minutes=30)),
        ("2h", timedelta(hours=2)),
        ("1d", timedelta(days=1)),
        ("2026-10-01T13:00:00Z", timedelta(hours=1)),
        ("2026-10-01T15:00:00+02:00", timedelta(hours=1)),
        ("2026-10-01T13:00", timedelta(hours=1)),
    ],
)
def test_a_time_is_a_length_or_a_moment(text: str, after: timedelta) -> None:
    """Without a zone it is UTC."""
    assert time_in(text, NOW) == NOW + after


@pytest.mark.parametrize(
    "text", ["", "soon", "1w", "-5m", "0m", "999999d", "2026-10-01T12:00:00Z", "9999-01-01"]
)
def test_no_time_and_none_that_has_passed(text: str) -> None:
    """A pause without an end would be forgotten."""
    with pytest.raises(ConfigError):
        time_in(text, NOW)


@pytest.mark.parametrize("why", ["two\nlines", "\x1b[31m", "x" * 501])
def test_a_reason_is_one_line(tmp_path: Path, why: str) -> None:
    """It is shown in terminals and logs."""
    file = PausesFile(tmp_path / "pauses.json")
    desk = PauseService(file=file, inventory=None, now=lambda: NOW)

    with pytest.raises(ConfigError, match="why"):
        desk.pause(Reach.ALL, "", "1h", why=why)

    assert desk.pauses() == ()


def test_what_has_ended_is_not_paused(tmp_path: Path) -> None:
    """And cannot be resumed."""
    file = PausesFile(tmp_path / "pauses.json")
    PauseService(file=file, inventory=None, now=lambda: NOW).pause(Reach.SITE, "elm", "1h")
    later = PauseService(file=file, inventory=None, now=lambda: NOW + timedelta(hours=1))

    assert later.pauses() == ()
    with pytest.raises(ConfigError, match="not paused"):
        later.resume(Reach.SITE, "elm")
