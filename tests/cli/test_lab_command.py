"""``techinfo lab``: recordings of a folder answer until somebody says stop."""

from __future__ import annotations

import asyncio
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import threading
import tomllib
from pathlib import Path

import pytest
from tests.cli.conftest import Run
from tests.ssh.sessions.talking import Threads, login

from techinfo.collect.registry import cli_platforms
from techinfo.errors import ConfigError
from techinfo.lab.cli_device import cli_device
from techinfo.ssh.cli_recording import CliRecording
from techinfo.ssh.sessions.dialogue import Asked
from techinfo.ssh.sessions.memory import SshMemory
from techinfo.ssh.sessions.pool import SshPool
from techinfo.ssh.sessions.target import SshTarget

PATIENCE_S = 300.0


def _started(folder: Path, *more: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-m", "techinfo.cli", "lab", str(folder), *more],
        env={**os.environ, "NO_COLOR": "1", "COLUMNS": "200"},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def _until_ready(process: subprocess.Popen[str]) -> list[str]:
    """The lines up to ``ready``; a lab that never is, is killed."""
    assert process.stdout is not None
    late = threading.Timer(PATIENCE_S, process.kill)
    late.start()
    lines = []
    for line in process.stdout:
        lines.append(line.rstrip())
        if line.startswith("ready"):
            break
    late.cancel()
    return lines


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_folder_answers_until_it_is_stopped(
    techinfo: Run, walk: Path, tmp_path: Path, number: signal.Signals
) -> None:
    """The table says where; a device answers there as lab.toml has it; exit status 0."""
    shutil.copy(walk, tmp_path / "other.snmprec")
    (tmp_path / "bad.snmprec").write_bytes(b"\0\1 no recording\n")
    (tmp_path / "lab.toml").write_text(
        '[devices.renamed]\nrecording = "other.snmprec"\n'
        'rows = ["1.3.6.1.2.1.1.5.0|4|sw-renamed"]\nfaults = [{kind = "slow", seconds = 0.01}]\n',
        encoding="utf-8",
    )
    (tmp_path / "community").write_text("public\n", encoding="utf-8")
    process = _started(tmp_path, "--port", "0")
    try:
        lines = _until_ready(process)
        (row,) = [line for line in lines if "sw-renamed" in line]
        where = re.match(r"(127\.[\d.]+):(\d+)", row)
        assert where is not None
        done = techinfo(
            "dump", "--host", where[1], "--port", where[2], "--community-file", "community"
        )
    finally:
        process.send_signal(number)
        _, told = process.communicate(timeout=PATIENCE_S)

    assert json.loads(done.stdout)["device"]["name"] == "sw-renamed"
    assert "generic" in row
    assert "slow" in row
    assert "left out" in told
    assert "bad.snmprec" in told
    assert process.returncode == 0


def test_nothing_that_can_be_played(techinfo: Run, tmp_path: Path) -> None:
    """Exit status 1 when no recording can be read, 2 when there is none."""
    empty = techinfo("lab", str(tmp_path))
    (tmp_path / "bad.snmprec").write_bytes(b"\0\1 no recording\n")
    bad = techinfo("lab", str(tmp_path))

    assert (empty.returncode, bad.returncode) == (2, 1)
    assert "holds no recording" in empty.stderr
    assert "none of its recordings" in bad.stderr


def test_a_command_line_of_a_folder_can_be_logged_in_to(tmp_path: Path) -> None:
    """As lab.toml has it; the folder needs no walk."""
    text = "techinfo.cli/1\nplatform: cisco_ios\nprompt: sw-7#\n\n>>> show interfaces status\nup\n"
    (tmp_path / "sw-7.cli").write_text(text)
    (tmp_path / "bad.cli").write_text("nothing")
    (tmp_path / "lab.toml").write_text('[devices.sw-7]\ncli = {user = "us", banner = "Hello\\n"}\n')
    process = _started(tmp_path, "--ssh-port", "0")
    try:
        lines = "\n".join(_until_ready(process))
        found = re.search(r"(127\.[\d.]+):(\d+) +sw-7 +cisco_ios +sw-7#", lines)
        assert found is not None
        target = SshTarget(element="sw-7", host=found[1], port=int(found[2]), platform="cisco_ios")
        (told,) = asyncio.run(_ask(target))
    finally:
        process.send_signal(signal.SIGINT)
        _, said = process.communicate(timeout=PATIENCE_S)

    assert told.output.text == "up\n"
    assert process.returncode == 0
    assert "left out" in said


async def _ask(target: SshTarget) -> tuple[Asked, ...]:
    logins = {"default": login(user="us")}
    pool = SshPool(logins, SshMemory(None), cli_platforms(), sessions=Threads())
    try:
        return await pool.ask(target, ["show interfaces status"])
    finally:
        await pool.close()


@pytest.mark.parametrize(
    ("cli", "key"),
    [
        ("{prompt = 3}", "cli.prompt"),
        ("{nobody = 3}", "cli.nobody"),
        ('{faults = {delay_s = "x"}}', "cli.faults.delay_s"),
        ("{faults = {nobody = 1}}", "cli.faults.nobody"),
    ],
)
def test_a_slip_in_what_is_said_of_a_command_line_is_named(cli: str, key: str) -> None:
    """As every other key."""
    told = tomllib.loads(f"cli = {cli}")["cli"]

    with pytest.raises(ConfigError) as slip:
        cli_device("sw", CliRecording("cisco_ios", ()), told)

    assert slip.value.key == key


def test_a_driver_of_the_operators_own_is_told_in_the_table(walk: Path, tmp_path: Path) -> None:
    """Of the folders that the settings name."""
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "acme.py").write_text(
        "from techinfo.driver import Driver\n"
        'DRIVER = Driver(name="acme", vendor="Acme", sys_object_ids=("1.3.6.1.4.1.99999",))\n',
        encoding="utf-8",
    )
    settings = tmp_path / "techinfo.toml"
    settings.write_text('[drivers]\nfolders = ["mine"]\n', encoding="utf-8")
    folder = tmp_path / "walks"
    folder.mkdir()
    shutil.copy(walk, folder)
    process = _started(folder, "--port", "0", "--config", str(settings))
    try:
        (row,) = [line for line in _until_ready(process) if "sw-test" in line]
    finally:
        process.send_signal(signal.SIGTERM)
        process.communicate(timeout=PATIENCE_S)

    assert "acme" in row.split()
