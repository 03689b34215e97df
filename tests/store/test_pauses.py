"""The file of pauses: written as a whole, by one at a time, refused when it is something else."""

from __future__ import annotations

import threading
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from techinfo.errors import ConfigError
from techinfo.store.pauses import Pause, PausesFile, Reach

NOW = datetime(2026, 10, 1, 12, 0, tzinfo=UTC)


def _pause(name: str = "sw-1", hours: float = 1, **more: str) -> Pause:
    until = NOW + timedelta(hours=hours)
    return Pause(reach=Reach.SWITCH, name=name, since=NOW, until=until, **more)


def test_where_there_is_no_file_nothing_is_paused(tmp_path: Path) -> None:
    """Looking does not create one."""
    file = PausesFile(tmp_path / "pauses.json")

    assert file.pauses() == ()
    assert file.state() == ()
    assert list(tmp_path.iterdir()) == []


def test_what_was_written_is_read_by_others(tmp_path: Path) -> None:
    """Every field comes back, and the state has changed."""
    path = tmp_path / "pauses.json"
    pause = _pause(why="Ölwechsel, “dringend”", by="ann")

    before = PausesFile(path).state()
    PausesFile(path).add(pause)

    assert PausesFile(path).pauses() == (pause,)
    assert PausesFile(path).state() != before


def test_the_same_name_is_paused_once(tmp_path: Path) -> None:
    """A second pause of a switch takes the place of the first; what has ended goes."""
    file = PausesFile(tmp_path / "pauses.json")
    file.add(_pause("over", hours=-1))
    file.add(_pause())

    file.add(_pause(hours=5))

    assert file.pauses() == (_pause(hours=5),)


def test_writers_take_turns(tmp_path: Path) -> None:
    """Of many that write together none is lost."""
    path = tmp_path / "pauses.json"
    writers = [
        threading.Thread(target=PausesFile(path).add, args=(_pause(f"sw-{n}"),)) for n in range(20)
    ]

    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join(timeout=300)

    assert {p.name for p in PausesFile(path).pauses()} == {f"sw-{n}" for n in range(20)}


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[]",
        '{"pauses": 7}',
        '{"pauses": [{"reach": "planet", "name": "", "since": "", "until": "", "why": ""}]}',
        '{"pauses": [{"reach": "all", "name": "", "since": "2026-01-01T00:00:00",'
        ' "until": "2026-01-01T00:00:00", "why": "", "by": ""}]}',
        "[" * 100_000,
        "x" * (1 << 20) + "x",
    ],
)
def test_a_file_that_is_something_else_is_named(tmp_path: Path, text: str) -> None:
    """The error names the file and the setting, and the file is left alone."""
    path = tmp_path / "pauses.json"
    path.write_text(text)

    with pytest.raises(ConfigError, match=r"pauses\.json: is no file of pauses") as caught:
        PausesFile(path).add(_pause())

    assert caught.value.key == "collect.pauses"
    assert path.read_text() == text


def test_a_folder_that_is_not_there_is_named(tmp_path: Path) -> None:
    """A pause that could not be written is told, and not taken for one."""
    with pytest.raises(ConfigError, match="cannot be written: No such file"):
        PausesFile(tmp_path / "missing" / "pauses.json").add(_pause())


def test_what_a_pause_covers() -> None:
    """A switch by its name, a driver, a site; an element without a driver is of none."""
    where = {"element": "sw-1", "driver": "huawei_vrp", "site": "elm"}

    for reach, name in (("switch", "sw-1"), ("driver", "huawei_vrp"), ("site", "elm"), ("all", "")):
        pause = Pause(reach=Reach(reach), name=name, since=NOW, until=NOW)
        assert pause.covers(element="sw-1", driver="huawei_vrp", site="elm")
        assert pause.covers(element="sw-2", driver=None, site=None) is (reach == "all")
        assert Pause(reach=Reach(reach), name="other", since=NOW, until=NOW).covers(**where) is (
            reach == "all"
        )
