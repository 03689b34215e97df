"""Whoever of the two ends or hangs is replaced; what the other holds stays; who started it is told.

Seen from outside: by signals, by answers, and by what a service manager would hear.
"""

from __future__ import annotations

import os
import select
import signal
import socket
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from argon2 import PasswordHasher
from tests.access import made_up as m
from tests.access.made_up import lines, merged
from tests.cli.serving import PATIENCE_S, PLAIN, Running, children, gone, until

from techinfo.inventory import Inventory
from techinfo.lab import Lab, LabDevice

ADDRESS = "127.21.17.1"
AUTH = ("ops", "right-password-17")
STATUS = "/onapi/2.6/tech/access/A-1/link/status"
YOUNG = {"Cache-Control": "max-age=3600"}
FRESH = {"Cache-Control": "no-cache"}


@pytest.fixture(scope="module")
def lab() -> Iterator[Lab]:
    """A switch that counts what it is asked."""
    with Lab([LabDevice(name="elm", address=ADDRESS, rows=_rows(), community="c")]) as lab:
        yield lab


def _rows() -> tuple[str, ...]:
    return lines(merged(m.system("elm"), m.port(1, "ge1")))


@pytest.fixture
def folder(tmp_path: Path, lab: Lab) -> Path:
    """Settings, a secret and an inventory."""
    cheap = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
    (tmp_path / "community").write_text("c\n")
    (tmp_path / "techinfo.toml").write_text(
        "[service]\nport = 0\n[collect]\nmin_interval_s = 0\ndeadline_s = 20\n"
        '[credentials.default]\ncommunity_file = "community"\n'
        f'[users.ops]\nrole = "operator"\npassword_hash = "{cheap.hash(AUTH[1])}"\n'
    )
    for name in ("community", "techinfo.toml"):
        (tmp_path / name).chmod(0o600)
    (tmp_path / "inventory.yaml").write_text(
        f"elements: [{{name: sw-elm, address: {ADDRESS}, port: {lab.port}, sys_name: elm}}]\n"
        "accesses: [{access_id: A-1, element: sw-elm, port: ge1, port_by: name}]\n"
    )
    with Inventory.open(tmp_path / "inventory.sqlite") as inventory:
        inventory.import_file(tmp_path / "inventory.yaml")
    return tmp_path


def status(served: Running, headers: dict[str, str]) -> int:
    """Of an answer; 0: there is none."""
    try:
        with httpx.Client(auth=AUTH, trust_env=False, timeout=PATIENCE_S, verify=PLAIN) as client:
            return client.get(f"{served.url}{STATUS}", headers=headers).status_code
    except httpx.TransportError:
        return 0


def serving(served: Running) -> int | None:
    """The API's process; ``None`` while there is none."""
    found = [pid for pid in children(served.pid) if "serve" in _words(pid)]
    return found[0] if found else None


def _words(pid: int) -> list[str]:
    try:
        return Path(f"/proc/{pid}/cmdline").read_text().split("\0")
    except (FileNotFoundError, ProcessLookupError):
        return []


@pytest.mark.long
def test_an_api_that_is_killed_twice_comes_back_and_who_is_stopped_is_replaced(
    folder: Path, lab: Lab
) -> None:
    """At the same port, and the collector knows what it knew: the switch is asked nothing again."""
    with Running(folder, "serve", "-c", "techinfo.toml") as served:
        until(lambda: status(served, FRESH) == 200)
        collector, asked = served.child("collector"), dict(lab.counts("elm").requests)
        killed: list[int | None] = []
        for _ in range(2):
            until(lambda: serving(served) not in (None, *killed))
            api = served.child("serve")
            killed.append(api)
            os.kill(api, signal.SIGKILL)
            assert gone(api)

        until(lambda: status(served, YOUNG) == 200)
        until(lambda: "the API is back" in served.errors)  # who watches may see it later than we do

        assert served.child("collector") == collector
        assert dict(lab.counts("elm").requests) == asked
        assert "the API has ended with status -9; it is started again in 0.5 s" in served.errors

        stopped = [served.child("serve"), served.child("collector")]
        for pid in stopped:
            os.kill(pid, signal.SIGSTOP)

        assert all(gone(pid) for pid in stopped)
        until(lambda: status(served, FRESH) == 200)
        assert "the API gives no sign of life" in served.errors
        assert "the collector gives no sign of life" in served.errors
        served.signal(signal.SIGINT)
        assert served.status() == 130


@pytest.mark.long
def test_an_api_that_comes_back_has_the_settings_in_force(folder: Path) -> None:
    """Not those of the start, and not those that were refused."""
    settings = folder / "techinfo.toml"
    told = settings.read_text()
    with Running(folder, "serve", "-c", "techinfo.toml") as served:
        settings.write_text(told.replace("[users.ops]", "[users.ann]"))
        served.signal(signal.SIGHUP)
        until(lambda: status(served, YOUNG) == 401)
        settings.write_text(told + "[users.eve]\nrole = 'boss'\n")
        served.signal(signal.SIGHUP)
        until(lambda: "users.eve.role" in served.errors)

        os.kill(served.child("serve"), signal.SIGKILL)
        until(lambda: "the API is back" in served.errors)

        assert status(served, YOUNG) == 401


class Manager:
    """Who listens where systemd would."""

    def __init__(self, folder: Path) -> None:
        self.path = folder / "notify"
        self._socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self._socket.bind(str(self.path))
        self._patience_us = 600_000
        self.heard: list[str] = []

    @property
    def variables(self) -> dict[str, str]:
        """As a unit with ``Type=notify`` and ``WatchdogSec`` has them."""
        return {"NOTIFY_SOCKET": str(self.path), "WATCHDOG_USEC": str(self._patience_us)}

    def hears(self, words: str, seconds: float = PATIENCE_S) -> bool:
        """Whether some words come, from now on."""
        while select.select([self._socket], [], [], seconds)[0]:
            told = self._socket.recv(4096).decode().splitlines()
            self.heard += told
            if words in told:
                return True
        return False

    def is_told_nothing(self) -> bool:
        """Whether several signs of life fail to come, once what was sent has been read."""
        while select.select([self._socket], [], [], 0)[0]:
            self._socket.recv(4096)
        return not select.select([self._socket], [], [], 3 * self._patience_us / 1e6)[0]

    def close(self) -> None:
        """Hear no more."""
        self._socket.close()


def stands_still(pid: int) -> bool:
    """Whether a signal has stopped a process (proc(5): the third field of stat)."""
    stat = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8")
    return stat.rpartition(")")[2].split()[0] == "T"


@pytest.fixture
def manager(tmp_path: Path) -> Iterator[Manager]:
    """Listens."""
    manager = Manager(tmp_path)
    yield manager
    manager.close()


@pytest.mark.long
@pytest.mark.parametrize(
    "command",
    [
        ("collector", "--socket", "c.sock"),
        ("serve", "--collector-socket", "c.sock"),
        ("serve",),
    ],
)
def test_a_service_manager_is_told_how_it_is(
    folder: Path, manager: Manager, command: tuple[str, ...]
) -> None:
    """Ready when it answers, alive while its loop turns, stopping when it does."""
    with Running(folder, *command, "-c", "techinfo.toml", **manager.variables) as served:
        assert manager.hears("READY=1")
        assert "WATCHDOG=1" not in manager.heard[: manager.heard.index("READY=1")]
        assert manager.hears("WATCHDOG=1")
        assert manager.hears("WATCHDOG=1")

        served.signal(signal.SIGSTOP)
        until(lambda: stands_still(served.pid))
        silent = manager.is_told_nothing()
        served.signal(signal.SIGCONT)

        assert silent
        assert manager.hears("WATCHDOG=1")
        served.signal(signal.SIGTERM)
        assert manager.hears("STOPPING=1")
        assert served.status() == 0


@pytest.mark.long
def test_who_is_not_meant_gives_no_sign_of_life(folder: Path, manager: Manager) -> None:
    """A shell around it would be the process that the watchdog minds."""
    more = manager.variables | {"WATCHDOG_PID": "1"}
    with Running(
        folder, "collector", "--socket", "c.sock", "-c", "techinfo.toml", **more
    ) as served:
        assert manager.hears("READY=1")
        served.signal(signal.SIGTERM)
        assert manager.hears("STOPPING=1")

    assert "WATCHDOG=1" not in manager.heard
