"""New settings in a service that runs, and its administrators' listener."""

from __future__ import annotations

import getpass
import json
import os
import pty
import signal
import socket
import sqlite3
import stat
import subprocess
import sys
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import httpx
import pytest
from argon2 import PasswordHasher
from tests.access import made_up as m
from tests.access.made_up import lines, merged
from tests.cli.serving import PATIENCE_S, PLAIN, Running, children, gone, until

from techinfo.inventory import Inventory
from techinfo.lab import Lab, LabDevice

ADDRESS = "127.21.10.1"
STATUS = "/onapi/2.6/tech/access/A-1/link/status"
_FEW, _MANY = 3, 15
"""Reloads, two at a time, in which no more files are opened than before; and before which."""
CHEAP = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
ANN, BOB = ("ann", "word-of-ann"), ("bob", "word-of-bob")


@pytest.fixture(scope="module")
def lab() -> Iterator[Lab]:
    """A switch with somebody on its port."""
    rows = merged(m.system("elm"), m.port(1, "ge1"), m.learnt(1, "02:00:00:00:00:11", 10))
    with Lab([LabDevice(name="elm", address=ADDRESS, rows=lines(rows), community="old")]) as lab:
        yield lab


def _write(folder: Path, *, users: tuple[tuple[str, str], ...] = (ANN,), more: str = "") -> None:
    told = "".join(
        f'[users.{name}]\nrole = "operator"\npassword_hash = "{CHEAP.hash(word)}"\n'
        for name, word in users
    )
    path = folder / "techinfo.toml"
    path.write_text(
        "[service]\nport = 0\n[collect]\nmin_interval_s = 0\ndeadline_s = 20\n"
        f'[credentials.default]\ncommunity_file = "community"\n{told}{more}'
    )
    path.chmod(0o600)


@pytest.fixture
def folder(tmp_path: Path, lab: Lab) -> Path:
    """Settings, a secret and an inventory."""
    return _furnished(tmp_path, lab)


@pytest.fixture(scope="module")
def standing(lab: Lab, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Path, Running]]:
    """A service, and its folder, for all tests that do nothing to it but have it reload."""
    folder = _furnished(tmp_path_factory.mktemp("standing"), lab)
    with _running(folder) as running:
        yield folder, running


@pytest.fixture
def reloading(standing: tuple[Path, Running]) -> tuple[Path, Running]:
    """The same, with the settings of its start in force."""
    folder, _ = standing
    (folder / "community").write_text("old\n")
    _write(folder)
    assert order(folder, "/reload").json()["reloaded"] is True
    return standing


def _furnished(tmp_path: Path, lab: Lab) -> Path:
    (tmp_path / "community").write_text("old\n")
    (tmp_path / "community").chmod(0o600)
    _write(tmp_path)
    (tmp_path / "inventory.yaml").write_text(
        f"""
        elements: [{{name: sw-elm, address: {ADDRESS}, port: {lab.port}, sys_name: elm}}]
        accesses: [{{access_id: A-1, element: sw-elm, port: ge1, port_by: name}}]
        """
    )
    with Inventory.open(tmp_path / "inventory.sqlite") as inventory:
        inventory.import_file(tmp_path / "inventory.yaml")
    return tmp_path


@pytest.fixture
def admin_port() -> int:
    """A port that was free a moment ago."""
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        return int(listening.getsockname()[1])


def _running(folder: Path, admin_port: int = 0) -> Running:
    return Running(
        folder, "serve", "--config", "techinfo.toml", TECHINFO_ADMIN__PORT=str(admin_port)
    )


def order(folder: Path, path: str, told: dict[str, Any] | None = None) -> httpx.Response:
    """An order, given where the service takes them from its own user."""
    transport = httpx.HTTPTransport(uds=str(folder / "admin.sock"))
    with httpx.Client(transport=transport, timeout=PATIENCE_S) as client:
        return client.post(f"http://localhost{path}", json=told or {})


def _get(running: Running, who: tuple[str, str], **more: Any) -> httpx.Response:
    url = f"{running.url}{STATUS}"
    return httpx.get(url, auth=who, timeout=PATIENCE_S, verify=PLAIN, **more)


@pytest.mark.long
def test_new_users_are_in_force_and_old_ones_are_not(reloading: tuple[Path, Running]) -> None:
    """SIGHUP has users read anew; nobody who asks meanwhile is refused."""
    folder, running = reloading
    assert _get(running, ANN).status_code == 200
    assert _get(running, BOB).status_code == 401
    _write(folder, users=(BOB,))

    running.signal(signal.SIGHUP)

    until(lambda: _get(running, BOB).status_code == 200)
    assert _get(running, ANN).status_code == 401


@pytest.mark.long
def test_a_bad_file_leaves_the_old_in_force_and_says_so_with_the_key(
    reloading: tuple[Path, Running],
) -> None:
    """By signal it stands in the log, by order in the answer."""
    folder, running = reloading
    _write(folder, users=(BOB,), more='[users.eve]\nrole = "boss"\n')

    running.signal(signal.SIGHUP)
    until(lambda: "users.eve.role" in running.errors)
    ordered = order(folder, "/reload")

    assert "the old settings stay in force" in running.errors
    assert ordered.status_code == 400
    assert "users.eve.role" in ordered.json()["cause"]
    assert _get(running, ANN).status_code == 200
    assert _get(running, BOB).status_code == 401


@pytest.mark.long
def test_an_order_says_what_waits_for_a_restart(reloading: tuple[Path, Running]) -> None:
    """What cannot change in a process that runs is named, and the rest is in force."""
    folder, running = reloading
    _write(folder, users=(BOB,))
    path = folder / "techinfo.toml"
    path.write_text(path.read_text().replace("port = 0", "port = 1"))

    ordered = order(folder, "/reload")

    assert ordered.json() == {"reloaded": True, "afterRestart": ["service.port"]}
    assert _get(running, BOB).status_code == 200


@pytest.mark.long
def test_a_new_community_is_asked_with(reloading: tuple[Path, Running]) -> None:
    """The collector reads its own secrets anew, in the same process."""
    folder, running = reloading
    collector = running.child("collector")
    (folder / "community").write_text("wrong\n")
    assert order(folder, "/reload").status_code == 200
    assert _get(running, ANN, headers={"Cache-Control": "no-cache"}).status_code == 504
    (folder / "community").write_text("old\n")

    running.signal(signal.SIGHUP)

    until(lambda: _get(running, ANN, headers={"Cache-Control": "no-cache"}).status_code == 200)
    assert running.child("collector") == collector


@pytest.mark.long
def test_the_administrators_listener_of_a_running_service(folder: Path, admin_port: int) -> None:
    """It is ready, has numbers, pauses within a second, and is not on the public port."""
    with _running(folder, admin_port) as running:
        admin = f"http://127.0.0.1:{admin_port}"
        asked: dict[str, Any] = {"timeout": PATIENCE_S}
        assert httpx.get(f"{admin}/health", **asked).status_code == 200
        assert httpx.get(f"{admin}/ready", **asked).json()["ready"] is True
        assert _get(running, ANN).status_code == 200
        metrics = httpx.get(f"{admin}/metrics", **asked).text
        assert (
            'route="/2.6/tech/access/{id}/link/status",status="2xx",version="2.6"} 1.0' in metrics
        )
        assert "techinfo_collector_visits_total 1.0" in metrics

        told = {"switch": "sw-elm", "until": "10m"}
        assert httpx.post(f"{admin}/pause", json=told, **asked).status_code == 401
        assert httpx.post(f"{admin}/pause", json=told, auth=ANN, **asked).status_code == 200
        paused = _get(running, ANN, headers={"Cache-Control": "no-cache"})
        assert (paused.status_code, paused.json()["code"]) == (503, "paused")
        assert order(folder, "/resume", {"all": True}).status_code == 200
        assert _get(running, ANN, headers={"Cache-Control": "no-cache"}).status_code == 200

        for path in ("/health", "/ready", "/metrics", "/pause"):
            assert httpx.get(f"{running.url}{path}", auth=ANN, **asked).status_code == 404


@pytest.mark.long
def test_orders_are_taken_at_a_socket_that_others_cannot_open(
    folder: Path, admin_port: int
) -> None:
    """By its mode; the kernel says who has given one. Loopback is no login."""
    with _running(folder, admin_port) as running:
        mode = stat.S_IMODE((folder / "admin.sock").stat().st_mode)
        paused = order(folder, "/pause", {"all": True, "until": "10m"})
        url = f"http://127.0.0.1:{admin_port}/resume"
        forwarded = httpx.post(url, json={"all": True}, timeout=PATIENCE_S)
        here = httpx.post(url, json={"all": True}, auth=ANN, timeout=PATIENCE_S)
        erased = _erase(folder)

        assert mode == 0o600
        assert paused.json()["by"] == getpass.getuser()
        assert (forwarded.status_code, here.status_code) == (401, 200)
        assert "the running service has forgotten" in erased
        running.signal(signal.SIGTERM)
        assert running.status() == 0

    assert not (folder / "admin.sock").exists()
    assert "no service runs here" in _erase(folder)


def _erase(folder: Path) -> str:
    command = [
        sys.executable,
        "-m",
        "techinfo.cli",
        "privacy",
        "erase",
        "--yes",
        "--mac",
        "02:00:00:00:00:11",
    ]
    done = subprocess.run(
        [*command, "--config", "techinfo.toml"],
        cwd=folder,
        capture_output=True,
        text=True,
        timeout=PATIENCE_S,
        check=False,
    )
    return done.stdout + done.stderr


@pytest.mark.long
def test_a_socket_that_cannot_be_had_is_told(folder: Path) -> None:
    """One that was asked for ends the start; without the usual one a service goes on."""
    (folder / "admin.sock").write_text("no socket")

    with _running(folder) as running:
        assert "orders are taken at admin.port alone" in running.errors
    _write(folder, more='[admin]\nsocket = "admin.sock"\n')
    with pytest.raises(AssertionError, match=r"admin\.socket"), _running(folder):
        pass


@pytest.mark.long
def test_log_lines_are_json_if_wanted(folder: Path) -> None:
    """One object a line, in both processes; no secret in any."""
    _write(folder, more='[log]\nformat = "json"\n')
    with _running(folder) as running:
        _get(running, ANN, headers={"X-Request-ID": "mine-1"})
        until(lambda: "mine-1" in running.errors)
        told = [json.loads(line) for line in running.errors.splitlines() if line.startswith("{")]

    (line,) = [t for t in told if t.get("logger") == "techinfo.request"]
    assert (line["request_id"], line["status"], line["access"]) == ("mine-1", 200, "A-1")
    assert ANN[1] not in _words(told)


def _words(told: list[dict[str, Any]]) -> str:
    """All of them."""
    return json.dumps(told)


@pytest.mark.long
def test_a_port_in_use_is_told_at_the_start(folder: Path, admin_port: int) -> None:
    """With the key of the administrators' listener."""
    with socket.socket() as other:
        other.bind(("127.0.0.1", admin_port))
        other.listen()

        with pytest.raises(AssertionError, match=r"admin\.port"), _running(folder, admin_port):
            pass


@pytest.mark.long
def test_a_running_service_keeps_its_files(reloading: tuple[Path, Running]) -> None:
    """After a reload the old house has given its own back: what is open soon grows no more."""
    folder, running = reloading
    api = running.child("serve")
    counts: list[int] = []
    # SQLite gives a descriptor back only when nobody else in the process has the file open, and
    # takes it for the next connection until then: the most that were ever needed at once stay,
    # and how many that is depends on how long an old house and a new one stand side by side.
    while len(counts) < _FEW or max(counts[-_FEW:]) > max(counts[:-_FEW], default=0):
        assert len(counts) < _MANY, counts
        for users, who in (((BOB,), BOB), ((ANN,), ANN)):
            _write(folder, users=users)
            running.signal(signal.SIGHUP)
            until(lambda who=who: _get(running, who).status_code == 200)  # type: ignore[misc]
        counts.append(_open_files(api))

    connection = sqlite3.connect(folder / "audit.sqlite")
    (count,) = connection.execute("SELECT count(*) FROM entries WHERE user = 'bob'").fetchone()
    connection.close()
    assert count >= 4


@pytest.mark.long
@pytest.mark.parametrize("number", [signal.SIGHUP, signal.SIGTERM])
def test_a_live_view_ends_with_the_settings_and_the_service(
    folder: Path, number: signal.Signals
) -> None:
    """It goes on neither by rights of before, nor until the service loses its patience."""
    with _running(folder) as running:
        url = f"{running.url}/techinfo/v1/live/A-1"
        with httpx.stream("GET", url, auth=ANN, timeout=PATIENCE_S, verify=PLAIN) as stream:
            told = stream.iter_lines()
            assert next(told) == "event: reading"
            _write(folder, users=(BOB,))
            running.signal(number)
            *_, kind, data = (line for line in told if line)
        if number == signal.SIGTERM:
            assert running.status() == 0
        errors = running.errors

    assert kind == "event: end"
    assert json.loads(data.removeprefix("data: "))["code"] == "overloaded"
    assert "Traceback" not in errors


@pytest.mark.long
def test_a_terminal_that_is_closed_ends_the_service(folder: Path) -> None:
    """SIGHUP says that, too; nobody would know of a service that went on."""
    pid, terminal = pty.fork()
    if pid == 0:
        environment = {**os.environ, "TECHINFO_ADMIN__PORT": "0"}
        os.chdir(folder)
        command = [sys.executable, "-m", "techinfo.cli", "serve", "--config", "techinfo.toml"]
        os.execve(sys.executable, command, environment)  # noqa: S606 - no shell is wanted
    said = b""
    while b"ready on" not in said:
        said += os.read(terminal, 4096)
    processes = children(pid)

    os.close(terminal)

    assert gone(pid)
    _, status = os.waitpid(pid, 0)
    assert os.waitstatus_to_exitcode(status) == 129
    assert len(processes) == 2
    assert all(gone(process) for process in processes)


def _open_files(pid: int) -> int:
    """Descriptors of databases; one may be given back while they are counted."""
    count = 0
    for file in Path(f"/proc/{pid}/fd").iterdir():
        with suppress(FileNotFoundError):
            count += "sqlite" in os.readlink(file)  # noqa: PTH115 - what it is, not what it leads to
    return count
