"""A house with every database it can have, and what may be asked of a process about them."""

from __future__ import annotations

import os
import sqlite3
import time
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from textwrap import dedent

from argon2 import PasswordHasher

from techinfo.inventory import Inventory
from techinfo.store.audit import AuditEntry, AuditFile
from techinfo.store.user_records import StoredUser
from techinfo.store.users import UsersFile

CHEAP = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
ANN, ALICE = ("ann", "word-of-ann"), ("alice", "word-of-alice")
OPEN = ("inventory", "users", "audit", "leases", "tickets")
"""What the API has open; the collector has ``learnt``."""

_WATCHED = """
import os, sys

_FOLDER, _LOG = os.environ["WATCHED_FOLDER"], os.environ["WATCHED_LOG"]

def _note(event, arguments):
    if event != "open" or not isinstance(arguments[0], (str, bytes)):
        return
    path = os.path.abspath(os.fsdecode(arguments[0]))
    folder, name = os.path.split(path)
    if folder == _FOLDER and ".sqlite" in name and name[0] != ".":
        descriptor = os.open(_LOG, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
        os.write(descriptor, f"{path} by {sys.argv}\\n".encode())
        os.close(descriptor)

sys.addaudithook(_note)
for _folder in sys.path:
    _next = os.path.join(_folder, "sitecustomize.py")
    if os.path.exists(_next) and not os.path.samefile(_next, __file__):
        import runpy

        runpy.run_path(_next)
        break
"""


_PATHS = {
    "inventory": "inventory.path",
    "users": "service.users_file",
    "audit": "audit.path",
    "leases": "leases.path",
    "tickets": "tickets.path",
    "learnt": "collect.learnt",
    "history": "history.path",
}


def apart(folder: Path) -> dict[str, str]:
    """Variables with which every database of a house has a folder of its own."""
    told = {}
    for name, key in _PATHS.items():
        (folder / name).mkdir()
        there = folder / f"{name}.sqlite"
        if there.exists():
            there.rename(folder / name / there.name)
        variable = f"TECHINFO_{key.upper().replace('.', '__')}"
        told[variable] = str(folder / name / there.name)
    return told


def house(folder: Path, more: str = "") -> None:
    """Settings and files of a house that keeps everything there is to keep."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / "techinfo.toml"
    path.write_text(
        dedent(
            f"""
            [service]
            port = 0
            [collect]
            min_interval_s = 0
            [users.ann]
            role = "operator"
            password_hash = "{CHEAP.hash(ANN[1])}"
            [credentials.default]
            community_file = "community"
            [tickets]
            desk = "here"
            [retention]
            first_s = 0.1
            [leases]
            poll_s = 0.1
            [[leases.sources]]
            name = "kea"
            form = "kea-csv"
            path = "kea.csv"
            """
        )
        + more
    )
    path.chmod(0o600)
    (folder / "community").write_text("public\n")
    (folder / "community").chmod(0o600)
    (folder / "kea.csv").write_text("address,hwaddr,valid_lifetime,expire,state,user_context\n")
    imported(folder, "A-1")
    with Inventory.open(folder / "inventory.sqlite") as inventory:
        inventory.import_file(folder / "network.yaml")
    with UsersFile.open(folder / "users.sqlite") as users:
        users.add(StoredUser(name=ALICE[0], role="operator", created=datetime.now(UTC)))
        users.add_credential(
            ALICE[0], CHEAP.hash(ALICE[1]), label="", now=datetime.now(UTC), expires=None
        )
    with AuditFile.open(folder / "audit.sqlite") as audit:
        audit.write(
            [
                AuditEntry(
                    at=datetime.now(UTC) - timedelta(days=400),
                    user="old",
                    role="operator",
                    method="GET",
                    path="/old",
                )
            ]
        )


def imported(folder: Path, *access_ids: str) -> None:
    """Write the file that an import takes these accesses from."""
    told = ", ".join(f"{{access_id: {access_id}}}" for access_id in access_ids)
    (folder / "network.yaml").write_text(f"accesses: [{told}]\n")


def lease(last: int) -> str:
    """A line of Kea's file."""
    return f"192.0.2.{last},02:00:5e:00:53:{last:02x},3600,{int(time.time()) + 3600},0,\n"


def watched(folder: Path, where: Path) -> dict[str, str]:
    """Variables with which every Python process notes each database that it opens by itself."""
    where.mkdir()
    (where / "sitecustomize.py").write_text(_WATCHED)
    return {
        "PYTHONPATH": os.pathsep.join([str(where), *filter(None, [os.environ.get("PYTHONPATH")])]),
        "WATCHED_FOLDER": str(folder),
        "WATCHED_LOG": str(where / "opened"),
    }


def opened(where: Path) -> list[str]:
    """What was noted."""
    log = where / "opened"
    return log.read_text().splitlines() if log.exists() else []


def unlocked(pid: int, path: Path) -> list[str]:
    """Files of a database, of those that SQLite locks in WAL mode, on which a process has no lock.

    Both are locked for reading as long as a connection is open: the file itself from byte
    0x40000002 on, its index at byte 128 (https://sqlite.org/fileformat2.html#walindexlocks).
    """
    with Path("/proc/locks").open(encoding="utf-8") as locks:
        held = {
            (int(fields[4]), int(fields[5].rpartition(":")[2]))
            for line in locks
            if (fields := line.replace("-> ", "").split())
        }
    beside = (path, path.with_name(path.name + "-shm"))
    return [one.name for one in beside if not one.exists() or (pid, one.stat().st_ino) not in held]


def integrity(folder: Path) -> Iterator[tuple[str, str]]:
    """Every database of a folder, and what SQLite says of it."""
    for path in sorted(folder.glob("*.sqlite")):
        with closing(sqlite3.connect(path)) as connection:
            (said,) = connection.execute("PRAGMA integrity_check").fetchone()
            yield path.name, said


def rows(path: Path, statement: str) -> set[str]:
    """The first column of a query."""
    with closing(sqlite3.connect(path)) as connection:
        return {str(row[0]) for row in connection.execute(statement)}


def may_look_at_locks() -> bool:
    """Whether this system tells who holds which lock."""
    return os.access("/proc/locks", os.R_OK)
