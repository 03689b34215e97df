"""One SQLite file: how it is opened, written and told apart from other files.

Readers never wait for a writer (WAL); writers take turns. Every error of the library is translated
here, into the error of the room that the file belongs to, and names the file.
"""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from threading import Lock
from types import TracebackType
from typing import Literal, Self

from sqlalchemy import Connection, Engine, MetaData, QueuePool, create_engine
from sqlalchemy.exc import DBAPIError, SQLAlchemyError

from techinfo.errors import TechinfoError

Synchronous = Literal["OFF", "NORMAL", "FULL", "EXTRA"]

_FILE_MODE = 0o660
"""A new file is nobody else's business: it names households. The umask narrows it further."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Schema:
    """What a file of one room holds.

    Attributes:
        application_id: Written into the file (PRAGMA application_id), so that the database of
            another program, or of another room, is never taken for this one.
        version: Kept in PRAGMA user_version; a file of a newer version is refused.
        fault: Makes the room's error out of a message.
        migrations: Folder of the revisions that lead from version 1 to this one
            (`techinfo.store.migrating`); ``None`` while there is no other version.
    """

    metadata: MetaData
    application_id: int
    version: int
    fault: Callable[[str], TechinfoError]
    migrations: Path | None = None


class Database:
    """An open file of one schema. Safe to share between threads.

    Attributes:
        name: The file as errors call it.
    """

    def __init__(
        self,
        engine: Engine,
        schema: Schema,
        name: str,
        *,
        watch: Callable[[], sqlite3.Connection] | None = None,
    ) -> None:
        self.name = name
        self._engine = engine
        self._schema = schema
        self._watch = watch
        self._watcher: sqlite3.Connection | None = None
        self._watching = Lock()
        self._commits = 0

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """A connection for reading; every statement sees the newest committed state."""
        with self._translated(), self._engine.connect() as connection:
            yield connection

    @contextmanager
    def write(self) -> Iterator[Connection]:
        """A connection in one transaction, the only writer until it ends.

        Committed at the end of the block, rolled back on any error.
        """
        with self._translated(), self._engine.connect() as connection:
            connection.exec_driver_sql("BEGIN IMMEDIATE")
            yield connection
            connection.commit()
            self._commits += 1

    @contextmanager
    def rebuild(self) -> Iterator[Connection]:
        """As `write`, for changes of tables themselves: no foreign key is enforced meanwhile.

        A table that is made anew under its old name would otherwise take the rows that refer to it
        with it (https://sqlite.org/lang_altertable.html, 7).
        """
        with self._translated(), self._engine.connect() as connection:
            connection.exec_driver_sql("PRAGMA foreign_keys = OFF")
            try:
                connection.exec_driver_sql("BEGIN IMMEDIATE")
                yield connection
                connection.commit()
            finally:
                connection.rollback()
                connection.exec_driver_sql("PRAGMA foreign_keys = ON")

    def scrub(self) -> bool:
        """Leave no trace of deleted rows in the file, or in the log beside it.

        Without it what was deleted stands in free pages until they are used again
        (https://sqlite.org/pragma.html#pragma_secure_delete).

        Returns:
            Whether the log beside the file could be emptied; readers keep it from that.
        """
        with self._translated(), self._engine.connect() as connection:
            connection.exec_driver_sql("VACUUM")
            busy, _, _ = connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)").one()
        return not busy

    def generation(self) -> tuple[int, ...]:
        """Another value after every commit, of this process or another.

        Costs some microseconds: SQLite looks at the counter of the file alone (PRAGMA
        data_version, on a connection that never writes).
        """
        if self._watch is None:
            return (self._commits,)
        with self._translated(), self._watching:
            if self._watcher is None:
                self._watcher = self._watch()
            (version,) = self._watcher.execute("PRAGMA data_version").fetchone()
        return (self._commits, int(version))

    def close(self) -> None:
        """Close every connection; an in-memory database is gone."""
        with self._watching:
            if self._watcher is not None:
                self._watcher.close()
                self._watcher = None
        self._engine.dispose()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    @contextmanager
    def _translated(self) -> Iterator[None]:
        try:
            yield
        except (SQLAlchemyError, sqlite3.Error) as error:
            raise self._schema.fault(f"{self.name}: {_in_words(error)}") from error


def open_database(
    path: Path,
    schema: Schema,
    *,
    synchronous: Synchronous = "NORMAL",
    busy_timeout_s: float = 5.0,
) -> Database:
    """Open a file, create it where there is none, bring an older one up to date.

    Args:
        path: The file; its folder must exist.
        schema: What the file holds.
        synchronous: PRAGMA synchronous. NORMAL keeps the file whole through a power cut but may
            lose the last transaction; FULL does not.
        busy_timeout_s: How long a writer waits for another writer.

    Raises:
        TechinfoError: As ``schema.fault`` makes it: no such folder, not writable, no database,
            another program's, damaged, or written by a newer version.
    """
    try:
        os.close(os.open(path, os.O_RDWR | os.O_CREAT, _FILE_MODE))
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) else str(error)
        raise schema.fault(f"{path}: cannot be opened for writing: {reason}") from error

    def connect() -> sqlite3.Connection:
        connection = _connect(str(path), busy_timeout_s)
        try:
            connection.execute("PRAGMA journal_mode = WAL")
            connection.execute(f"PRAGMA synchronous = {synchronous}")
        except sqlite3.Error:
            connection.close()
            raise
        return connection

    engine = create_engine("sqlite://", creator=connect, poolclass=QueuePool, hide_parameters=True)
    return _prepared(Database(engine, schema, str(path), watch=connect), schema)


def open_read_only(path: Path, schema: Schema, *, busy_timeout_s: float = 5.0) -> Database:
    """Open a file that is there, for reading. It may stand where nobody can write.

    Raises:
        TechinfoError: As ``schema.fault`` makes it: as `open_database`, or it is not there, or of
            another version than this program's, which only writing could mend.
    """
    if not path.is_file():
        raise schema.fault(f"{path}: is not there")
    # Of a WAL file on a read-only medium nobody can make the index beside it: then nobody writes.
    uris = [f"{path.absolute().as_uri()}?mode=ro{more}" for more in ("", "&immutable=1")]

    def connect() -> sqlite3.Connection:
        try:
            return _connect_for_reading(uris[0], busy_timeout_s)
        except sqlite3.OperationalError:
            return _connect_for_reading(uris[1], busy_timeout_s)

    engine = create_engine("sqlite://", creator=connect, poolclass=QueuePool, hide_parameters=True)
    database = Database(engine, schema, str(path), watch=connect)
    try:
        with database.read() as connection:
            _refuse_foreign(connection, database.name, schema)
            if _pragma(connection, "user_version") != schema.version:
                raise schema.fault(f"{path}: is of an older schema, and cannot be brought up")
    except BaseException:
        database.close()
        raise
    return database


def in_memory_database(schema: Schema) -> Database:
    """A database without a file, gone when it is closed. Its readers and writers take turns."""
    engine = create_engine(
        "sqlite://",
        creator=lambda: _connect(":memory:", 0.0),
        poolclass=QueuePool,
        pool_size=1,
        max_overflow=0,
        hide_parameters=True,
    )
    return _prepared(Database(engine, schema, "in memory"), schema)


def _connect(name: str, busy_timeout_s: float) -> sqlite3.Connection:
    """A connection whose transactions begin where the code says so, and nowhere else."""
    connection = sqlite3.connect(
        name, timeout=busy_timeout_s, isolation_level=None, check_same_thread=False
    )
    connection.execute("PRAGMA foreign_keys = ON")
    return connection


def _connect_for_reading(uri: str, busy_timeout_s: float) -> sqlite3.Connection:
    connection = sqlite3.connect(
        uri, uri=True, timeout=busy_timeout_s, isolation_level=None, check_same_thread=False
    )
    try:
        connection.execute("SELECT count(*) FROM sqlite_master").fetchone()
    except sqlite3.Error:
        connection.close()
        raise
    return connection


def _prepared(database: Database, schema: Schema) -> Database:
    try:
        with database.read() as connection:
            _refuse_foreign(connection, database.name, schema)
            current = _pragma(connection, "user_version") == schema.version
        if not current:
            _bring_up(database, schema)
    except BaseException:
        database.close()
        raise
    return database


def _refuse_foreign(connection: Connection, name: str, schema: Schema) -> None:
    found = _pragma(connection, "application_id")
    tables = connection.exec_driver_sql("SELECT count(*) FROM sqlite_master").scalar_one()
    if found != schema.application_id and (found or tables):
        raise schema.fault(f"{name}: is the database of another program or purpose")
    version = _pragma(connection, "user_version")
    if version > schema.version:
        raise schema.fault(
            f"{name}: was written by a newer techinfo"
            f" (schema {version}; this program knows up to {schema.version})"
        )


def _bring_up(database: Database, schema: Schema) -> None:
    """Create the tables, or migrate step by step, all in one transaction."""
    with database.rebuild() as connection:
        version = _pragma(connection, "user_version")
        if version == 0:
            schema.metadata.create_all(connection)
        elif version < schema.version:
            from techinfo.store.migrating import migrate

            migrate(
                connection,
                schema.migrations,
                found=version,
                wanted=schema.version,
                name=database.name,
                fault=schema.fault,
            )
        connection.exec_driver_sql(f"PRAGMA application_id = {schema.application_id}")
        connection.exec_driver_sql(f"PRAGMA user_version = {schema.version}")


def _pragma(connection: Connection, name: str) -> int:
    value = connection.exec_driver_sql(f"PRAGMA {name}").scalar_one()
    return int(value)


def _in_words(error: Exception) -> str:
    """What SQLite says, without statement and values, and what it means where that helps."""
    said = str(error.orig if isinstance(error, DBAPIError) else error)
    if "not a database" in said:
        return "is not a SQLite database"
    if "locked" in said:
        return "another process is writing to it; try again when it is done"
    return said
