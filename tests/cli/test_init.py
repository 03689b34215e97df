"""``techinfo init``: a configuration that works, with and without a terminal."""

from __future__ import annotations

import os
import pty
import select
import subprocess
import sys
import termios
import time
from pathlib import Path

import pytest
from tests.cli.conftest import Run
from tests.cli.serving import Running

SECRET = "a-s3cret-phrase"  # noqa: S105 - of nobody


def _secret(folder: Path, name: str = "phrase") -> str:
    (folder / name).write_text(f"{SECRET}\n", encoding="utf-8")
    return name


@pytest.mark.long
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
    questions = {
        "folder": "",
        "networks": "192.0.2.0/24",
        "SNMPv3 user": "",
        "SNMP community": SECRET,
        "address and port": "",
        "login name": "alice",
    }
    said = ""
    asked = subprocess.Popen(
        [sys.executable, "-m", "techinfo.cli", "init"],
        cwd=tmp_path,
        env={**environment, "NO_COLOR": "1"},
        stdin=slave,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        start_new_session=True,
    )
    try:
        assert asked.stderr is not None
        for question, answer in questions.items():
            while question not in said:
                assert select.select([asked.stderr], [], [], 60)[0], said
                octets = os.read(asked.stderr.fileno(), 4096)
                assert octets, said
                said += octets.decode()
            wait_for_echo(slave, hidden=question == "SNMP community")
            os.write(master, f"{answer}\n".encode())
        out, rest = asked.communicate(timeout=300)
    finally:
        asked.kill()
        asked.wait()
        shown = os.read(master, 65536).decode()
        os.close(master)
        os.close(slave)

    assert asked.returncode == 0, said + rest.decode()
    assert (tmp_path / "community").read_text(encoding="utf-8") == f"{SECRET}\n"
    assert SECRET not in out.decode() + said + rest.decode() + shown


def wait_for_echo(terminal: int, *, hidden: bool) -> None:
    """Until what is typed is shown, or not: getpass throws away what was typed before."""
    end = time.monotonic() + 60
    while bool(termios.tcgetattr(terminal)[3] & termios.ECHO) == hidden:
        assert time.monotonic() < end
        select.select([], [], [], 0.01)
