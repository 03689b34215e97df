"""``techinfo drivers new``, and drivers of the operator's own in other commands."""

from __future__ import annotations

import json
from pathlib import Path

from tests.cli.conftest import Run


def test_the_frame_of_a_driver_replays_its_recording(
    techinfo: Run, walk: Path, tmp_path: Path
) -> None:
    """Into a folder of the operator's own, named in the settings, and `replay` reads with it."""
    (tmp_path / "mine").mkdir()
    settings = tmp_path / "techinfo.toml"
    settings.write_text('[drivers]\nfolders = ["mine"]\n', encoding="utf-8")

    made = techinfo("drivers", "new", "acme_os", str(walk), "-o", "mine/acme_os.py")
    replayed = techinfo("replay", "--config", str(settings), str(walk))
    shown = techinfo("drivers", "acme_os", "--config", str(settings))

    assert made.returncode == 0, made.stderr
    assert f"techinfo replay {walk}" in made.stderr
    assert json.loads(replayed.stdout)["device"]["driver"] == "acme_os"
    assert "sysObjectID: 1.3.6.1.4.1.99999.1" in shown.stdout


def test_nothing_is_overwritten(techinfo: Run, walk: Path, tmp_path: Path) -> None:
    """A file that is there stays, and so does a driver of that name."""
    (tmp_path / "acme_os.py").write_text("mine", encoding="utf-8")

    there = techinfo("drivers", "new", "acme_os", str(walk))
    taken = techinfo("drivers", "new", "generic", str(walk))
    wrong = techinfo("drivers", "new", "../Acme", str(walk))

    assert [there.returncode, taken.returncode, wrong.returncode] == [2, 2, 2]
    assert (tmp_path / "acme_os.py").read_text(encoding="utf-8") == "mine"
    assert not (tmp_path / "generic.py").exists()
    assert "no name" in wrong.stderr


def test_help_names_the_new_command_and_the_old_ways_stay(techinfo: Run) -> None:
    """`drivers --forget NAME` still is one of `drivers`; `drivers new --help` says what it does."""
    page = techinfo("drivers", "--help")
    of_new = techinfo("drivers", "new", "--help")
    forgotten = techinfo("drivers", "--forget", "generic")

    assert "techinfo drivers NAME" in page.stdout
    assert "sysObjectID" in of_new.stdout
    assert "collect.learnt" in forgotten.stderr
