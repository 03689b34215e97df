"""``techinfo serve`` is killed while it polls: its file of history is sound and goes on."""

from __future__ import annotations

import json
import os
import signal
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from tests.access import made_up as m
from tests.cli import storing
from tests.cli.serving import Running, gone, until

from techinfo.history.store import HistoryFile
from techinfo.inventory import Inventory
from techinfo.lab import Lab, LabDevice

SWITCHES, PORTS = 180, 3
"""Three a second are polled."""
SOME = 8
SETTINGS = """
[service]
port = 0
[credentials.default]
community_file = "community"
[polling]
sites = ["*"]
light_s = 60
"""


def place(number: int) -> str:
    """The address of a switch."""
    return f"127.33.7.{number + 1}"


@pytest.fixture
def folder(tmp_path: Path) -> Iterator[Path]:
    """Settings and an inventory of switches that answer."""
    ports = [m.port(n, f"ge{n}") for n in range(1, PORTS + 1)]
    devices = [
        LabDevice(
            name=f"sw{n}", address=place(n), rows=m.lines(m.merged(m.system(f"sw{n}"), *ports))
        )
        for n in range(SWITCHES)
    ]
    with Lab(devices) as lab:
        elements = [
            {"name": f"sw{n}", "address": place(n), "port": lab.port} for n in range(SWITCHES)
        ]
        (tmp_path / "network.json").write_text(json.dumps({"elements": elements}))
        with Inventory.open(tmp_path / "inventory.sqlite") as inventory:
            inventory.import_file(tmp_path / "network.json")
        for name, text in (("techinfo.toml", SETTINGS), ("community", "public\n")):
            (tmp_path / name).write_text(text)
            (tmp_path / name).chmod(0o600)
        yield tmp_path


def polls(folder: Path) -> Counter[tuple[str, str]]:
    """How many polls of each port are in the file."""
    path = folder / "history.sqlite"
    if not path.exists():
        return Counter()
    since = datetime.now(UTC) - timedelta(hours=2)
    with HistoryFile.open_read_only(path) as file:
        return Counter({one: len(file.samples(*one, since)) for one in file.ports()})


@pytest.mark.long
def test_what_was_kept_before_a_kill_is_there_whole_and_polling_goes_on(folder: Path) -> None:
    """Every poll that was on disk, of all its ports; the next start adds to them."""
    with Running(folder, "serve", "-c", "techinfo.toml") as served:
        until(lambda: len(polls(folder)) >= SOME * PORTS)
        children = [served.child("serve"), served.child("collector")]
        before = polls(folder)
        for pid in (served.pid, *children):
            os.kill(pid, signal.SIGKILL)
        assert all(gone(pid) for pid in children)

    assert dict(storing.integrity(folder))["history.sqlite"] == "ok"
    after = polls(folder)
    assert before <= after
    of_element = {name: {after[name, f"ge{n}"] for n in range(1, PORTS + 1)} for name, _ in after}
    assert all(len(counts) == 1 for counts in of_element.values())
    with Running(folder, "serve", "-c", "techinfo.toml"):
        until(lambda: polls(folder).total() >= after.total() + SOME * PORTS)
    assert after <= polls(folder)
    assert dict(storing.integrity(folder))["history.sqlite"] == "ok"
