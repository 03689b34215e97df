"""One SQLite file: copied while others write to it, looked through, and put in another's place."""

from __future__ import annotations

import hashlib
import os
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from techinfo.errors import BackupError
from techinfo.store.database import Schema, in_memory_database
from techinfo.store.files import in_words, plain

_SIDECARS = ("-wal", "-shm", "-journal")
_BUSY_S = 5.0
_NEW = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC


@dataclass(frozen=True, kw_only=True, slots=True)
class Copied:
    """What a copy is.

    Attributes:
        application_id, schema: PRAGMA application_id and user_version.
        size: Octets.
        sha256: In hexadecimal digits.
    """

    application_id: int
    schema: int
    size: int
    sha256: str


def copy(source: Path, target: Path) -> Copied:
    """Copy a file as it is at one moment, while others read and write it.

    The copy needs no file beside it. It is for its owner alone.

    Raises:
        BackupError: It cannot be read, is damaged, or the copy cannot be written.
    """
    try:
        os.close(os.open(target, _NEW, 0o600))
        with (
            # Not only for reading: the last to leave a file clears away what stands beside it.
            closing(sqlite3.connect(_uri(source, "rw"), uri=True, timeout=_BUSY_S)) as old,
            closing(sqlite3.connect(target, isolation_level=None)) as new,
        ):
            old.backup(new)  # in one step: of one moment, whoever writes meanwhile
            new.execute("PRAGMA journal_mode = DELETE")
        _flush(target)
    except (OSError, sqlite3.Error) as error:
        raise BackupError(f"cannot be copied: {error}", path=source) from error
    return looked_through(target)


def looked_through(path: Path) -> Copied:
    """Look through a whole file that nobody writes; what stands beside it counts for nothing.

    Raises:
        BackupError: It is not there, no file, no database, or damaged.
    """
    try:
        with plain(path) as file:
            digest = hashlib.file_digest(file, "sha256").hexdigest()
            size = os.fstat(file.fileno()).st_size
        with _bare(path) as connection:
            (said,) = connection.execute("PRAGMA quick_check(1)").fetchone()
            if said != "ok":
                raise BackupError(f"is damaged: {said}", path=path)
            (application_id,) = connection.execute("PRAGMA application_id").fetchone()
            (schema,) = connection.execute("PRAGMA user_version").fetchone()
    except (OSError, sqlite3.Error) as error:
        raise BackupError(f"cannot be read: {in_words(error)}", path=path) from error
    return Copied(application_id=application_id, schema=schema, size=size, sha256=digest)


def nothing_strange(path: Path, schema: Schema) -> None:
    """Make sure that a file holds tables and indices, and of this version exactly its own.

    What else a schema can hold would run when we read or write: triggers, views, virtual tables.

    Raises:
        BackupError: It holds something else; names it.
    """
    try:
        with _bare(path) as connection:
            (version,) = connection.execute("PRAGMA user_version").fetchone()
            found = _shape(connection)
    except (OSError, sqlite3.Error) as error:
        raise BackupError(f"cannot be read: {in_words(error)}", path=path) from error
    strange = {name for kind, name, *_ in found if kind not in {"table", "index", "column"}}
    if version == schema.version:
        with in_memory_database(schema) as ours, ours.read() as connection:
            own = _shape(connection.connection.driver_connection)
        strange |= {name for _, name, *_ in found ^ own}
    if strange:
        raise BackupError(f"holds what is not ours, or lacks it: {min(strange)!r}", path=path)


def _shape(connection: Any) -> set[tuple[str, ...]]:
    """What a schema holds: tables, indices, columns, and whatever else by its kind."""
    objects = connection.execute(
        "SELECT CASE WHEN sql LIKE 'create virtual%' THEN 'virtual' ELSE type END, name, tbl_name"
        " FROM sqlite_master WHERE name NOT LIKE 'sqlite^_%' ESCAPE '^'"
    ).fetchall()
    columns = connection.execute(
        "SELECT 'column', m.name, c.name, c.type, c.pk, c.hidden"
        " FROM sqlite_master AS m, pragma_table_xinfo(m.name) AS c WHERE m.type = 'table'"
        " AND m.name NOT LIKE 'sqlite^_%' ESCAPE '^'"
    ).fetchall()
    return {tuple(map(str, row)) for row in (*objects, *columns)}


@contextmanager
def nobody_else(path: Path) -> Iterator[None]:
    """Keep a file from everybody else during the block; what was beside it is folded into it.

    Raises:
        BackupError: A process has it open.
    """
    if not path.exists():
        yield
        return
    with closing(sqlite3.connect(path, timeout=0.5, isolation_level=None)) as connection:
        try:
            # Leaving WAL needs to be alone, and empties the log into the file.
            connection.execute("PRAGMA journal_mode = DELETE")
            connection.execute("BEGIN EXCLUSIVE")
        except sqlite3.OperationalError as error:
            if "locked" not in str(error):
                raise BackupError(f"cannot be written: {error}", path=path) from error
            raise BackupError("is in use; stop the service first", path=path) from error
        except sqlite3.DatabaseError:
            pass  # it is damaged, and who restores wants to be rid of it; nobody can have it open
        yield


@contextmanager
def placed(new: Path, path: Path, aside: Path) -> Iterator[None]:
    """Put a file in the place of another, which stays under a name of its own.

    If the block ends in an error, everything is as it was before.

    Args:
        new: A copy in the same folder; it is gone afterwards.
        path: Where it belongs.
        aside: The other name, in the same folder.

    Raises:
        BackupError: A name could not be changed.
    """
    there = path.exists()
    try:
        if there:
            shutil.copymode(path, new)
            with suppress(PermissionError):  # only root may; the owner restores his own
                shutil.chown(new, path.stat().st_uid, path.stat().st_gid)
            path.replace(aside)
        for sidecar in _SIDECARS:
            path.with_name(path.name + sidecar).unlink(missing_ok=True)
        new.replace(path)
        yield
    except BaseException as error:
        if there and aside.exists():
            aside.replace(path)
        elif not there:
            path.unlink(missing_ok=True)
        if isinstance(error, OSError):
            raise BackupError(f"cannot be replaced: {error.strerror}", path=path) from error
        raise


def duplicate(source: Path, target: Path) -> None:
    """Copy a file that nobody writes, down to the disk. What is called as the copy is taken away.

    Raises:
        BackupError: It is no regular file, cannot be read, or the copy cannot be written.
    """
    with ExitStack() as opened:
        try:
            old = opened.enter_context(plain(source))
        except OSError as error:
            raise BackupError(f"cannot be read: {in_words(error)}", path=source) from error
        try:
            forget(target)
            with os.fdopen(os.open(target, _NEW, 0o600), "wb") as new:
                shutil.copyfileobj(old, new, 1 << 20)
            _flush(target)
        except OSError as error:
            words = f"cannot be copied to {target}: {in_words(error)}"
            raise BackupError(words, path=source) from error


def forget(path: Path) -> None:
    """Take a copy away, and what SQLite has put beside it."""
    for more in ("", *_SIDECARS):
        path.with_name(path.name + more).unlink(missing_ok=True)


@contextmanager
def _bare(path: Path) -> Iterator[sqlite3.Connection]:
    """The file itself, without a log beside it; nothing in it is trusted."""
    with closing(sqlite3.connect(f"{_uri(path, 'ro')}&immutable=1", uri=True)) as connection:
        connection.execute("PRAGMA trusted_schema = OFF")
        yield connection


def _flush(path: Path) -> None:
    descriptor = os.open(path, os.O_RDWR | os.O_NOFOLLOW)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _uri(path: Path, mode: str) -> str:
    return f"{path.absolute().as_uri()}?mode={mode}"
