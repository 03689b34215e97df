"""What a service does while the storage of one of its databases fails, and when that is over."""

from __future__ import annotations

import errno
import mmap
import os
import select
import shutil
import signal
import socket
import struct
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import httpx
import pytest
from tests.cli import storing
from tests.cli.conftest import Run
from tests.cli.serving import PATIENCE_S, PLAIN, Running, until
from tests.cli.storing import ALICE, ANN
from tests.cli.test_beside import TICKETS, ticket

STORES = ("inventory", "users", "audit", "leases", "tickets", "learnt", "history")
pytestmark = pytest.mark.long
_GCC, _MOUNT, _UMOUNT = map(shutil.which, ("gcc", "mount", "umount"))
needs_gcc = pytest.mark.skipif(_GCC is None, reason="needs gcc, for the faults")


class Broken:
    """A service whose storage does as it is told.

    Attributes:
        environment: Of every command that has the same storage.
    """

    def __init__(self, folder: Path) -> None:
        storing.house(folder, more='[admin]\nlook_s = 0.2\n[polling]\nsites = ["*"]\n')
        self.folder = folder
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self._admin = f"http://127.0.0.1:{free.getsockname()[1]}"
        shim, orders = folder / "faults.so", folder / "orders"
        source = Path(__file__).with_name("faults.c")
        subprocess.run(
            [_GCC or "", "-shared", "-fPIC", "-O1", "-o", shim, source, "-ldl"], check=True
        )
        orders.write_bytes(bytes(256))
        with orders.open("r+b") as file:
            self._orders = mmap.mmap(file.fileno(), 256)
        self.environment = {
            **storing.apart(folder),
            "LD_PRELOAD": str(shim),
            "FAULT_ORDERS": str(orders),
            "TECHINFO_ADMIN__PORT": self._admin.rpartition(":")[2],
        }
        self.running = Running(folder, "serve", "-c", "techinfo.toml", **self.environment)

    def ask(
        self, method: str, path: str, who: tuple[str, str] = ANN, **more: Any
    ) -> httpx.Response:
        """A request of somebody."""
        url = f"{self.running.url}{path}"
        return httpx.request(method, url, auth=who, timeout=PATIENCE_S, verify=PLAIN, **more)

    def ready(self) -> tuple[bool, set[str]]:
        """Whether it is ready, and which databases are not sound."""
        answer = httpx.get(f"{self._admin}/ready", timeout=PATIENCE_S, verify=PLAIN)
        told = answer.json()
        assert told["ready"] is (answer.status_code == 200)
        return told["ready"], {n for n, words in told["stores"].items() if words != "sound"}

    def settles(self, *unsound: str) -> None:
        """Wait until these are not sound, all others are, and it says that it is ready, or not.

        The metrics are told from another look than the readiness: both are waited for. What was
        being read when the fault began, or went, is told a moment later: it must stay so.
        """
        wanted = (not unsound, set(unsound), set(unsound))
        deadline = time.monotonic() + PATIENCE_S
        for _ in range(3):
            while (found := (*self.ready(), self.down())) != wanted:
                assert time.monotonic() < deadline, found
                select.select([], [], [], 0.1)
            select.select([], [], [], 0.2)

    def stores(self) -> dict[str, bool]:
        """What the metrics say of each database: whether it is up."""
        told_all = httpx.get(f"{self._admin}/metrics", timeout=PATIENCE_S, verify=PLAIN).text
        told = [x for x in told_all.splitlines() if x.startswith("techinfo_store_up{")]
        return {line.split('"')[1]: line.endswith(" 1.0") for line in told}

    def down(self) -> set[str]:
        """The databases that the metrics say are not up."""
        return {name for name, is_up in self.stores().items() if not is_up}

    def up(self, name: str) -> bool:
        """What the metrics say of a database."""
        return self.stores()[name]

    @contextmanager
    def failing(self, names: tuple[str, ...], number: int) -> Iterator[None]:
        """Every write to a database, or to all of them, ends in an error of the system."""
        path = f"/{names[0]}/{names[0]}.sqlite" if len(names) == 1 else ".sqlite"
        self._orders[:] = struct.pack("ii248s", number, 1, path.encode())
        try:
            yield
        finally:
            self._orders[:] = bytes(256)

    @contextmanager
    def damaged(self, name: str) -> Iterator[None]:
        """Somebody has written over a database."""
        path = self.folder / name / f"{name}.sqlite"
        octets = path.read_bytes()
        with path.open("r+b") as file:
            file.write(b"\xaa" * len(octets))
        try:
            yield
        finally:
            with path.open("r+b") as file:
                file.write(octets)

    @contextmanager
    def missing(self, name: str) -> Iterator[None]:
        """The folder of a database is not there."""
        folder = self.folder / name
        away = folder.with_name(f"{name}-away")
        folder.rename(away)
        try:
            yield
        finally:
            away.rename(folder)


@pytest.fixture(scope="module")
def broken(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Broken]:
    """One service for all faults: each is over before the next begins."""
    broken = Broken(tmp_path_factory.mktemp("broken"))
    with broken.running:
        broken.settles()
        yield broken


FAULTS: dict[str, Callable[[Broken, tuple[str, ...]], Any]] = {
    "full": lambda broken, names: broken.failing(names, errno.ENOSPC),
    "input or output fails": lambda broken, names: broken.failing(names, errno.EIO),
    "read-only": lambda broken, names: broken.failing(names, errno.EROFS),
    "damaged": lambda broken, names: broken.damaged(*names),
    "missing": lambda broken, names: broken.missing(*names),
}
SINGLE = {
    "full": STORES,
    "damaged": ("inventory", "audit", "leases"),
    "missing": ("users", "tickets", "learnt"),
}
EVERY = os.environ.get("STORAGE_FAULTS") == "every"
"""Every fault of every database by itself (`make soak`), or some of them."""
CASES = [
    *(
        (fault, (name,))
        for fault in FAULTS
        for name in (STORES if EVERY else SINGLE.get(fault, ()))
    ),
    *((fault, (*STORES, "sessions", "tokens")) for fault in ("input or output fails", "read-only")),
]


@needs_gcc
@pytest.mark.parametrize(("fault", "names"), CASES)
def test_it_is_told_what_is_broken_and_all_else_goes_on(
    broken: Broken, fault: str, names: tuple[str, ...]
) -> None:
    """Reads go on, a write is refused in words, and afterwards all is as before."""
    kept = broken.ask("POST", TICKETS, json=ticket("A-1")).json()["coTicketReference"]

    with FAULTS[fault](broken, names):
        broken.settles(*names)
        assert not any(broken.up(name) for name in names)
        read = broken.ask("GET", "/onapi/2.6/tech/access/A-1/link/status")
        assert read.json()["code"] == "not_connected"
        if "audit" not in names:  # what may be told without a word in the audit log, is its matter
            _reads_go_on(broken, kept, damaged=(fault, names) == ("damaged", ("tickets",)))
            _writes(broken, fault if names == ("tickets",) else "")

    broken.settles()
    assert all(broken.up(name) for name in names)
    assert broken.ask("POST", TICKETS, json=ticket("A-1")).status_code == 201
    found = {line["coTicketReference"] for line in broken.ask("GET", TICKETS).json()}
    assert kept in found
    assert found == storing.rows(broken.folder / "tickets/tickets.sqlite", _ALL)


def _reads_go_on(broken: Broken, kept: str, *, damaged: bool) -> None:
    for path in (f"{TICKETS}/{kept}", TICKETS):
        told = broken.ask("GET", path)
        if damaged and told.status_code == 503:
            assert told.json()["code"] == "storage_failed"
        else:
            assert kept in told.text


def _writes(broken: Broken, fault: str) -> None:
    written = broken.ask("POST", TICKETS, json=ticket("A-1"))
    wanted: tuple[int, str | None] = (201, None)
    if fault:
        wanted = (507, "storage_full") if fault == "full" else (503, "storage_failed")
    assert (written.status_code, written.json().get("code")) == wanted


_ALL = "SELECT own_reference FROM tickets"


@needs_gcc
def test_a_revocation_that_cannot_be_written_is_loud_and_there_is_another_way(
    broken: Broken, techinfo: Run
) -> None:
    """The command fails and says what else to do; that works while the file is not even there."""
    config = str(broken.folder / "techinfo.toml")
    disable = ("user", "disable", "alice", "--config", config)
    assert broken.ask("GET", TICKETS, ALICE).status_code == 200

    with broken.failing(("users",), errno.ENOSPC):
        said = techinfo(*disable, **broken.environment)
    with broken.missing("users"):
        away = techinfo(*disable, **broken.environment)
        broken.settles("users")
        assert broken.ask("GET", TICKETS, ALICE).status_code == 200
        settings = Path(config).read_text()
        Path(config).write_text(settings.replace("[service]", '[service]\ndeny_users = ["alice"]'))
        broken.running.signal(signal.SIGHUP)
        until(lambda: broken.ask("GET", TICKETS, ALICE).status_code == 401)
        assert broken.ask("GET", TICKETS).status_code == 200
        until(lambda: "the old settings stay in force" in broken.running.errors)

    for result in (said, away):
        assert result.returncode != 0
        assert "deny_users" in result.stderr
    broken.settles()
    assert broken.ask("GET", TICKETS, ALICE).status_code == 401
    Path(config).write_text(settings)
    broken.running.signal(signal.SIGHUP)
    until(lambda: broken.ask("GET", TICKETS, ALICE).status_code == 200)


@pytest.mark.skipif(not EVERY, reason="make soak does it; here the shim says ENOSPC")
@pytest.mark.skipif(
    os.geteuid() != 0 or _MOUNT is None or _UMOUNT is None,
    reason="needs root and mount, for a small file system",
)
def test_a_disk_that_is_really_full(tmp_path: Path) -> None:
    """No ticket is acknowledged that is not kept; those before are read, and it ends by itself."""
    disk = tmp_path / "disk"
    disk.mkdir()
    mounted = subprocess.run(
        [_MOUNT or "", "-t", "tmpfs", "-o", "size=2m", "tmpfs", disk],
        check=False,
        capture_output=True,
    )
    if mounted.returncode:
        pytest.skip(f"needs to mount a file system: {mounted.stderr.decode().strip()}")
    try:
        storing.house(tmp_path, more="[admin]\nlook_s = 0.2\n")
        where = str(disk / "tickets.sqlite")
        with Running(
            tmp_path, "serve", "-c", "techinfo.toml", TECHINFO_TICKETS__PATH=where
        ) as served:

            def post() -> httpx.Response:
                url, body = f"{served.url}{TICKETS}", ticket("A-1")
                return httpx.post(url, json=body, auth=ANN, timeout=PATIENCE_S)

            kept = [post().json()["coTicketReference"]]
            filler = disk / "filler"
            with filler.open("wb", buffering=0) as file, suppress(OSError):
                while file.write(bytes(4096)):
                    pass
            statuses = set()
            while 507 not in statuses:  # the log beside the file has some room still
                answer = post()
                statuses.add(answer.status_code)
                if answer.status_code == 201:
                    kept.append(answer.json()["coTicketReference"])
                assert len(kept) < 1000
            assert statuses <= {201, 507}
            url = f"{served.url}{TICKETS}"
            read = httpx.get(url, auth=ANN, timeout=PATIENCE_S).json()
            assert [line["coTicketReference"] for line in read] == kept
            filler.unlink()
            until(lambda: post().status_code == 201)
    finally:
        subprocess.run([_UMOUNT or "", "-l", disk], check=True)
