"""Files by their names: made without being opened, told apart, read without following a link.

And what SQLite says when something is wrong with one: its code, and words that help.
"""

from __future__ import annotations

import os
import sqlite3
import stat
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from io import BufferedReader
from pathlib import Path

from sqlalchemy import Connection
from sqlalchemy.exc import DBAPIError

DAMAGE = frozenset({sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB})
"""What is in the file cannot be believed."""
FAULTS = DAMAGE | {
    sqlite3.SQLITE_FULL,
    sqlite3.SQLITE_IOERR,
    sqlite3.SQLITE_READONLY,
    sqlite3.SQLITE_CANTOPEN,
    sqlite3.SQLITE_PERM,
}
"""What the storage does to a file; all else is the business of who asked."""


def code_of(error: Exception) -> int:
    """SQLite's primary result code; 0 where it has none."""
    found = error.orig if isinstance(error, DBAPIError) else error
    return int(getattr(found, "sqlite_errorcode", 0)) & 0xFF


def in_words(error: Exception) -> str:
    """What SQLite or the system says, without statement and values, and what it means."""
    if isinstance(error, OSError):
        return error.strerror or str(error)
    said = str(error.orig if isinstance(error, DBAPIError) else error)
    if "not a database" in said:
        return "is not a SQLite database"
    if "locked" in said:
        return "another process is writing to it; try again when it is done"
    return said


_FILE_MODE = 0o660
"""A new file is nobody else's business: it names households. The umask narrows it further."""
_PLAIN = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC
"""A FIFO that nobody writes to is opened at once, and then found out."""


@dataclass(frozen=True, slots=True)
class Names:
    """Which files stand under the names of a database: its own, its log's and its index's.

    Each by device and number; ``None``: there is none.
    """

    file: tuple[int, int] | None
    log: tuple[int, int] | None
    index: tuple[int, int] | None

    @classmethod
    def of(cls, path: Path) -> Names:
        """Those of now; nothing is opened."""
        real = os.path.realpath(path)  # SQLite puts the others beside the file itself
        return cls(*(_number(f"{real}{more}") for more in ("", "-wal", "-shm")))


def make(path: Path) -> None:
    """Make an empty file where there is none, without opening it: it may be in use.

    Raises:
        OSError: It cannot be made; or what is there is no file, or may not be written.
        ValueError: No file can be called so.
    """
    try:
        os.mknod(os.path.realpath(path), _FILE_MODE | stat.S_IFREG)
    except FileExistsError:
        if not stat.S_ISREG(path.stat().st_mode):
            raise OSError(None, "is no file") from None
        if not os.access(path, os.R_OK | os.W_OK, effective_ids=True):
            raise OSError(None, "Permission denied") from None


@contextmanager
def plain(path: Path, *, within: int | None = None) -> Iterator[BufferedReader]:
    """A regular file, opened for reading; no link is followed, and nothing else is read.

    Args:
        path: Its name.
        within: Descriptor of the folder that the name is looked up in.

    Raises:
        OSError: It is a link, a FIFO or whatever else, or cannot be opened.
    """
    descriptor = os.open(path, _PLAIN, dir_fd=within)
    with os.fdopen(descriptor, "rb") as file:
        if not stat.S_ISREG(os.fstat(descriptor).st_mode):
            raise OSError(None, "is no regular file")
        yield file


def _number(path: str) -> tuple[int, int] | None:
    try:
        found = os.stat(path)  # noqa: PTH116 - once a write
    except OSError:
        return None
    return (found.st_dev, found.st_ino)


def connect_to(name: str, busy_timeout_s: float) -> sqlite3.Connection:
    """A connection whose transactions begin where the code says so, and nowhere else."""
    connection = sqlite3.connect(
        name, uri=True, timeout=busy_timeout_s, isolation_level=None, check_same_thread=False
    )
    connection.execute("PRAGMA foreign_keys = ON")
    return connection


def connect_for_reading(uri: str, busy_timeout_s: float) -> sqlite3.Connection:
    """The same, after a look whether the file can be read at all."""
    connection = sqlite3.connect(
        uri, uri=True, timeout=busy_timeout_s, isolation_level=None, check_same_thread=False
    )
    try:
        connection.execute("SELECT count(*) FROM sqlite_master").fetchone()
    except sqlite3.Error:
        connection.close()
        raise
    return connection


_EMPTYING_S = 10.0
"""How long a log is tried to be emptied; one try lasts as long as the busy time-out at most."""


def log_emptied(connection: Connection) -> bool:
    """Write what stands in the log beside a file into the file, and empty the log.

    SQLite waits for readers and writers, but not for another checkpoint, which a busy file begins
    again and again (https://sqlite.org/c3ref/wal_checkpoint_v2.html): it is tried for some seconds.

    Returns:
        ``False``: somebody read, or wrote, all the time.
    """
    until = time.monotonic() + _EMPTYING_S
    while True:
        busy, _, _ = connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)").one()
        if not busy or time.monotonic() > until:
            return not busy
        time.sleep(0.05)


def pragma(connection: Connection, name: str) -> int:
    """A number that SQLite keeps of a file (https://sqlite.org/pragma.html)."""
    value = connection.exec_driver_sql(f"PRAGMA {name}").scalar_one()
    return int(value)
