"""``techinfo init``: a configuration that works, with and without a terminal."""

from __future__ import annotations

import os
import pty
import re
import subprocess
import sys
from pathlib import Path

import pytest
from tests.cli.conftest import Run
from tests.cli.serving import Running

SECRET = "a-s3cret-phrase"  # noqa: S105 - of nobody


def _secret(folder: Path, name: str = "phrase") -> str:
    (folder / name).write_text(f"{SECRET}\n", encoding="utf-8")
    return name


def test_what_is_written_works(techinfo: Run, tmp_path: Path) -> None:
    """Checked, and served; the operator can log in."""
    phrase = _secret(tmp_path)
    keys = ("--auth-key-file", phrase, "--priv-key-file", phrase)

    done = techinfo(
        *("init", "--folder", "site", "--network", "192.0.2.0/24", "--snmp-user", "reader"),
        *keys,
        *("--listen", "127.0.0.1:0"),
    )
    checked = techinfo("config", "check", "--config", "site/techinfo.toml")
    users = techinfo("user", "list", "--config", "site/techinfo.toml")

    assert done.returncode == 0, done.stderr
    assert checked.returncode == 0, checked.stderr
    assert "warning" not in checked.stderr
    assert "operator" in users.stdout
    assert SECRET not in done.stdout + done.stderr
    assert SECRET not in (tmp_path / "site" / "techinfo.toml").read_text(encoding="utf-8")
    assert (tmp_path / "site" / "auth-key").stat().st_mode & 0o077 == 0
    with Running(tmp_path / "site", "serve", "--config", "techinfo.toml") as running:
        assert running.url.startswith("http://127.0.0.1:")


def test_nothing_is_overwritten(techinfo: Run, tmp_path: Path) -> None:
    """Neither a configuration nor a secret of before."""
    arguments = ("init", "--network", "192.0.2.0/24", "--community-file", _secret(tmp_path))
    first = techinfo(*arguments)
    before = (tmp_path / "techinfo.toml").read_text(encoding="utf-8")

    again = techinfo(*arguments)
    (tmp_path / "techinfo.toml").unlink()
    third = techinfo(*arguments)

    assert [run.returncode for run in (first, again, third)] == [0, 2, 2], first.stderr
    assert "is there already" in again.stderr
    assert "networks = [" in before


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ((), "--network"),
        (("--network", "192.0.2.1/24"), "is no network"),
        (("--network", "192.0.2.0/24"), "--community-file: is needed"),
        (("--network", "192.0.2.0/24", "--auth-key-file", "phrase"), "--snmp-user: is needed"),
        (("--network", "192.0.2.0/24", "--community-file", "nowhere"), "is not there"),
        (
            (
                *("--network", "192.0.2.0/24", "--snmp-user", "reader"),
                *("--auth-key-file", "short", "--priv-key-file", "phrase"),
            ),
            "fewer than 8",
        ),
        (
            ("--network", "192.0.2.0/24", "--community-file", "phrase", "--listen", "8080"),
            "--listen",
        ),
        (
            ("--network", "192.0.2.0/24", "--community-file", "phrase", "--operator", "a b"),
            "--operator",
        ),
    ],
)
def test_what_is_missing_or_wrong_is_named_and_nothing_written(
    techinfo: Run, tmp_path: Path, arguments: tuple[str, ...], words: str
) -> None:
    """Where nobody can be asked."""
    _secret(tmp_path)
    (tmp_path / "short").write_text("1234567\n", encoding="utf-8")

    done = techinfo("init", *arguments)

    assert done.returncode == 2
    assert words in " ".join(done.stderr.split())
    assert not (tmp_path / "techinfo.toml").exists()


def test_six_questions_are_asked_on_a_terminal(tmp_path: Path) -> None:
    """And the community is not shown while it is typed."""
    master, slave = pty.openpty()
    environment = {k: v for k, v in os.environ.items() if not k.startswith("TECHINFO_")}
    with subprocess.Popen(
        [sys.executable, "-m", "techinfo.cli", "init"],
        cwd=tmp_path,
        env={**environment, "NO_COLOR": "1"},
        stdin=slave,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as asked:
        os.write(master, f"\n192.0.2.0/24\n\n{SECRET}\n\nalice\n".encode())
        out, said = asked.communicate(timeout=60)
    os.close(master)
    os.close(slave)

    assert asked.returncode == 0, said
    assert (tmp_path / "community").read_text(encoding="utf-8") == f"{SECRET}\n"
    assert SECRET not in out
    questions = re.findall(
        r"(folder|networks|SNMPv3 user|community|address|login name)[^:]*:", said
    )
    assert len(questions) >= 6
