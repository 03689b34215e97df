"""The file of lessons and capabilities: kept, read again, refused, and only read."""

from __future__ import annotations

import os
import sqlite3
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from techinfo.errors import ConfigError
from techinfo.inventory import Inventory
from techinfo.model import Fact
from techinfo.store.agent_limits import (
    AgentKind,
    AgentLimitsFile,
    Capability,
    EngineClock,
    ObservedLimit,
    Presence,
)

AT = datetime(2026, 11, 21, 10, 0, tzinfo=UTC)
KIND = AgentKind(driver="made_up_os", model="MU-2600", software="7.1")
LESSON = ObservedLimit(
    kind=KIND,
    element="elm",
    at=AT,
    why="10 to 5 repetitions: it said so",
    sure=True,
    max_repetitions=5,
    unordered=True,
)
CAPABILITY = Capability(kind=KIND, fact=Fact.LEASES, presence=Presence.ABSENT, element="elm", at=AT)


def spoilt(path: Path, statement: str) -> None:
    """Change a file behind the program's back."""
    connection = sqlite3.connect(path)
    with connection:
        connection.execute(statement)
    connection.close()


def kept(path: Path) -> None:
    """A file with one lesson and one capability."""
    with AgentLimitsFile.open(path) as file:
        file.keep([LESSON])
        file.keep_capabilities([CAPABILITY])


def test_what_was_kept_is_there_when_the_file_is_opened_again(tmp_path: Path) -> None:
    """Both kinds of row, value for value."""
    kept(tmp_path / "learnt.sqlite")

    with AgentLimitsFile.open(tmp_path / "learnt.sqlite") as file:
        lessons, capabilities = file.lessons(), file.capabilities()

    assert lessons == (LESSON,)
    assert capabilities == (CAPABILITY,)


def test_a_later_lesson_of_the_same_element_takes_the_place_of_the_older(tmp_path: Path) -> None:
    """Of another element, or of another certainty, it stands beside it."""
    with AgentLimitsFile.open(tmp_path / "learnt.sqlite") as file:
        file.keep([LESSON, replace(LESSON, element="oak"), replace(LESSON, sure=False)])
        file.keep([replace(LESSON, max_repetitions=2)])

        told = {(x.element, x.sure): x.max_repetitions for x in file.lessons()}

    assert told == {("elm", True): 2, ("elm", False): 5, ("oak", True): 5}


def test_the_clock_of_an_engine_is_kept_until_it_has_been_silent_for_long(tmp_path: Path) -> None:
    """The later one, by age; three months after its last message it goes."""
    clock = EngineClock(engine=b"\x80\x00\x1f\x88\x04one", boots=3, time=70, at=AT)
    other = replace(clock, engine=b"\x80\x00\x1f\x88\x04two", at=AT + timedelta(days=60))
    with AgentLimitsFile.open(tmp_path / "learnt.sqlite") as file:
        file.keep_clocks([clock, replace(clock, time=90), other], AT + timedelta(days=60))
        told = file.clocks()
        file.keep_clocks([], AT + timedelta(days=91))
        left = file.clocks()

    assert told == (replace(clock, time=90), other)
    assert left == (other,)


def test_a_driver_is_forgotten(tmp_path: Path) -> None:
    """All that was learnt of its devices, and nothing of others."""
    other = replace(LESSON, kind=replace(KIND, driver="other_os"))
    kept(tmp_path / "learnt.sqlite")

    with AgentLimitsFile.open(tmp_path / "learnt.sqlite") as file:
        file.keep([other])
        count = file.forget("made_up_os")
        left = file.lessons(), file.capabilities()

    assert count == 2
    assert left == ((other,), ())


def test_a_file_that_is_only_read_is_never_changed(tmp_path: Path) -> None:
    """Neither by opening it nor by writing to it, which is an error."""
    path = tmp_path / "learnt.sqlite"
    kept(path)

    with AgentLimitsFile.open_read_only(path) as file:
        found = file.lessons()
        with pytest.raises(ConfigError, match=r"learnt\.sqlite"):
            file.keep([replace(LESSON, max_repetitions=1)])
        after = file.lessons()

    assert found == after == (LESSON,)


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_a_file_in_a_folder_that_may_not_be_written_can_be_read(tmp_path: Path) -> None:
    """So it is on a read-only medium."""
    folder = tmp_path / "medium"
    folder.mkdir()
    path = folder / "learnt.sqlite"
    kept(path)
    path.chmod(0o440)
    folder.chmod(0o550)

    with AgentLimitsFile.open_read_only(path) as file:
        found = file.lessons()

    folder.chmod(0o750)
    assert found == (LESSON,)


def test_reading_what_is_not_there_creates_nothing(tmp_path: Path) -> None:
    """It is an error that names the file."""
    path = tmp_path / "learnt.sqlite"

    with pytest.raises(ConfigError, match=r"learnt\.sqlite: is not there"):
        AgentLimitsFile.open_read_only(path)

    assert not path.exists()


def test_text_is_refused_and_left_alone(tmp_path: Path) -> None:
    """A file that is no database."""
    path = tmp_path / "learnt.sqlite"
    path.write_text("limits: none\n" * 100)

    for opened in (AgentLimitsFile.open, AgentLimitsFile.open_read_only):
        with pytest.raises(ConfigError, match="is not a SQLite database"):
            opened(path)

    assert path.read_text() == "limits: none\n" * 100


def test_an_inventory_is_no_such_file(tmp_path: Path) -> None:
    """Nor may it be taken for one by a slip in the configuration."""
    path = tmp_path / "inventory.sqlite"
    Inventory.open(path).close()

    for opened in (AgentLimitsFile.open, AgentLimitsFile.open_read_only):
        with pytest.raises(ConfigError, match="another program or purpose"):
            opened(path)


@pytest.mark.parametrize("version", [0, 99])
def test_another_version_is_refused(tmp_path: Path, version: int) -> None:
    """A newer one by both; one that holds nothing by who may only read."""
    path = tmp_path / "learnt.sqlite"
    kept(path)
    spoilt(path, f"PRAGMA user_version = {version}")

    with pytest.raises(ConfigError, match=r"newer techinfo|older schema"):
        AgentLimitsFile.open_read_only(path)


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE lessons SET max_repetitions = 0",
        "UPDATE lessons SET varbinds = 'many'",
        "UPDATE lessons SET at = 'yesterday'",
        "UPDATE lessons SET at = '2026-11-21T10:00:00'",
        "UPDATE lessons SET element = x'ff'",
        "UPDATE capabilities SET fact = 'weather'",
        "UPDATE capabilities SET presence = 'perhaps'",
    ],
)
def test_a_row_that_this_program_never_wrote_is_refused(tmp_path: Path, change: str) -> None:
    """With an error that names the file, and says that it is a row."""
    path = tmp_path / "learnt.sqlite"
    kept(path)
    spoilt(path, change)

    with (
        AgentLimitsFile.open(path) as file,
        pytest.raises(ConfigError, match=r"learnt\.sqlite: a row cannot be read"),
    ):
        _ = file.lessons(), file.capabilities()


def test_a_file_does_not_grow_without_end(tmp_path: Path) -> None:
    """What is over its bounds is not kept at all, and what was there stays."""
    many = [replace(LESSON, element=f"sw-{n}") for n in range(2001)]

    with AgentLimitsFile.open(tmp_path / "learnt.sqlite") as file:
        file.keep(many[:1999])
        with pytest.raises(ConfigError, match="is full"):
            file.keep(many[1999:])
        count = len(file.lessons())

    assert count == 1999
