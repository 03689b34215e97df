"""``techinfo serve`` polls the sites that its settings name, while it answers."""

from __future__ import annotations

import socket
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx
import pytest
from tests.access import made_up as m
from tests.access.made_up import lines, merged
from tests.cli.serving import PATIENCE_S, Running, until
from tests.cli.test_two_processes import ADDRESS, AUTH, COMMUNITY, ask, folder, lab, running_lab
from tests.traps.messages import COLD_START, trap

from techinfo.history.store import HistoryFile
from techinfo.inventory import Inventory
from techinfo.lab import Lab, LabDevice

__all__ = ["folder", "lab", "running_lab"]

STATUS = "/onapi/2.6/tech/access/A-1/link/status"
POLLING = """
[polling]
sites = ["*"]
light_s = 60
"""


@pytest.mark.long
def test_what_is_polled_is_in_the_file_of_history(folder: Path) -> None:
    """Each at a moment of its own within a minute; the service answers meanwhile."""
    config = folder / "techinfo.toml"
    config.write_text(config.read_text() + POLLING)
    rows = lines(merged(m.system("elm"), m.port(1, "ge1")))
    devices = [
        LabDevice(name=f"sw-{n}", address=f"127.21.9.{n}", rows=rows, community=COMMUNITY)
        for n in range(100, 120)  # the first moment of twenty is soon
    ]
    path = folder / "history.sqlite"

    def polled() -> bool:
        with HistoryFile.open_read_only(path) as file:
            return any(file.ports())

    with Lab(devices) as lab:
        _import(folder, devices, lab.port)
        with Running(folder, "serve", "-c", "techinfo.toml") as served:
            assert ask(served, STATUS).status_code == 200
            until(polled)

    with HistoryFile.open_read_only(path) as file:
        (element, name), *_ = file.ports()
        since = datetime.now(UTC) - timedelta(hours=1)
        assert file.samples(element, name, since)


def _import(folder: Path, devices: list[LabDevice], port: int) -> None:
    """An inventory of switches of a lab."""
    elements = "".join(
        f"- {{name: {one.name}, address: {one.address}, port: {port}, sys_name: elm}}\n"
        for one in devices
    )
    access = f"{{access_id: A-1, element: {devices[0].name}, port: ge1, port_by: name}}"
    (folder / "inventory.yaml").write_text(f"accesses: [{access}]\nelements:\n{elements}")
    with Inventory.open(folder / "inventory.sqlite") as inventory:
        inventory.import_file(folder / "inventory.yaml")


@pytest.mark.long
def test_nothing_is_kept_where_nothing_is_polled(folder: Path) -> None:
    """Polling is off until somebody switches it on."""
    with Running(folder, "serve", "-c", "techinfo.toml") as served:
        assert ask(served, STATUS).status_code == 200

    assert not (folder / "history.sqlite").exists()


@pytest.mark.long
def test_an_access_is_watched_and_looked_at_live_while_it_is_served(folder: Path) -> None:
    """The watch reads at once; a live view is sent as it is read, and ends when its reader goes."""
    config = folder / "techinfo.toml"
    config.write_text(config.read_text() + POLLING)

    with Running(folder, "serve", "-c", "techinfo.toml") as served:
        until_ = (datetime.now(UTC) + timedelta(minutes=10)).isoformat()
        wanted = {"accessId": "A-1", "until": until_, "reason": "to see it"}
        begun = httpx.post(
            f"{served.url}/techinfo/v1/watch",
            json=wanted,
            auth=AUTH,
            trust_env=False,
            timeout=PATIENCE_S,
        )
        assert begun.status_code == 201, begun.text

        def read() -> bool:
            told = httpx.get(
                f"{served.url}/techinfo/v1/watch/A-1",
                auth=AUTH,
                trust_env=False,
                timeout=PATIENCE_S,
            )
            return bool(told.json()["reads"])

        until(read)
        with httpx.stream(
            "GET",
            f"{served.url}/techinfo/v1/live/A-1",
            auth=AUTH,
            trust_env=False,
            timeout=PATIENCE_S,
        ) as live:
            lines = live.iter_lines()
            first = [next(lines), next(lines)]
        assert first[0] == "event: reading"
        assert '"link": ' in first[1]
        listed = ask(served, "/techinfo/v1/history/A-1")
        assert listed.status_code == 200


@pytest.mark.long
def test_a_trap_has_its_switch_read_without_waiting_for_a_poll(folder: Path) -> None:
    """From the collector's socket to the file of history, through both processes."""
    config = folder / "techinfo.toml"
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as free:
        free.bind(("127.0.0.1", 0))
        place = free.getsockname()
    traps = f'[traps]\nlisten = ["127.0.0.1:{place[1]}"]\n'
    config.write_text(config.read_text() + POLLING.replace("60", "300") + traps)
    path = folder / "history.sqlite"

    def looked() -> bool:
        sender.sendto(trap(COLD_START), place)  # the collector knows it two seconds later
        with HistoryFile.open_read_only(path) as file:
            return any(file.ports())

    with (
        Running(folder, "serve", "-c", "techinfo.toml") as served,
        socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sender,
    ):
        assert ask(served, STATUS).status_code == 200
        sender.bind((ADDRESS, 0))
        until(looked)
