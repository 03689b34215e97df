"""One SQLite file: how it is opened, written, looked at and told apart from other files.

Readers never wait for a writer (WAL); writers take turns. Every error of the library is translated
here, into the error of the room that the file belongs to, and names the file.

Nobody but SQLite opens such a file, not for a moment: whoever closes it takes all locks of this
process on it away (https://sqlite.org/howtocorrupt.html, 2.2). The next writer from outside then
takes itself for the last one, clears the log away, and what this process writes is lost.
"""

from __future__ import annotations

import logging
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from threading import Lock
from typing import Literal, Self

from sqlalchemy import Connection, Engine, MetaData, QueuePool, create_engine
from sqlalchemy.exc import SQLAlchemyError

from techinfo.errors import TechinfoError
from techinfo.store.files import (
    DAMAGE,
    FAULTS,
    Names,
    code_of,
    connect_for_reading,
    connect_to,
    in_words,
    log_emptied,
    make,
    pragma,
)
from techinfo.store.statements import SHARED

Synchronous = Literal["OFF", "NORMAL", "FULL", "EXTRA"]

_log = logging.getLogger(__name__)


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


class SqliteDatabase:
    """An open file of one schema. Safe to share between threads.

    Attributes:
        name: The file as errors call it.
        trouble: What keeps the file from being written or read, by the last try; empty: nothing.
    """

    def __init__(
        self,
        engine: Engine,
        schema: Schema,
        name: str,
        *,
        connect: Callable[[], sqlite3.Connection] | None = None,
        path: Path | None = None,
        writes: bool = True,
    ) -> None:
        self.name = name
        self.trouble = ""
        self._engine = engine
        self._schema = schema
        self._connect = connect
        self._path = path
        self._writes = writes
        self._anchor: sqlite3.Connection | None = None
        self._turn = Lock()
        self._commits = 0
        self._damaged = False
        self._names: Names | None = None

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
        with self._translated():
            self._must_be_sound()
            with self._engine.connect() as connection:
                connection.exec_driver_sql("BEGIN IMMEDIATE")
                yield connection
                self._must_be_there()
                connection.commit()
        self._commits += 1
        self._sound()

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
            return log_emptied(connection)

    def generation(self) -> tuple[int, ...]:
        """Another value after every commit, of this process or another.

        Costs some microseconds: SQLite looks at the counter of the file alone (PRAGMA
        data_version, on a connection that never writes).
        """
        try:
            with self._turn:
                anchor = self._anchor or self._anchored()
                if anchor is None:
                    return (self._commits,)
                (version,) = anchor.execute("PRAGMA data_version").fetchone()
        except sqlite3.Error as error:
            raise self._told(error) from error
        return (self._commits, int(version))

    def look(self) -> str:
        """Find out whether the file can be written and read, by a write that changes nothing.

        A file that was put in the place of this one is taken over; one that is damaged is believed
        again when all of it is sound. Another writer keeps the last finding as it is.

        Returns:
            What is wrong, as `trouble` has it from then on.
        """
        try:
            with self._translated():
                self._follow()
                self._look_through()
                if self._writes:
                    self._write_the_same()
            self._sound()
        except TechinfoError:
            pass  # `trouble` has it
        return self.trouble

    def _write_the_same(self) -> None:
        with self._engine.connect() as connection:
            connection.exec_driver_sql("BEGIN IMMEDIATE")
            connection.exec_driver_sql(f"PRAGMA user_version = {self._schema.version}")
            self._must_be_there()
            connection.commit()

    def close(self) -> None:
        """Close every connection; an in-memory database is gone."""
        with self._turn:
            self._weigh()
        self._engine.dispose()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    @contextmanager
    def _translated(self) -> Iterator[None]:
        try:
            yield
        except (SQLAlchemyError, sqlite3.Error) as error:
            raise self._told(error) from error

    def _told(self, error: SQLAlchemyError | sqlite3.Error) -> TechinfoError:
        """The room's error for one of the library, which is noted where the storage is at fault."""
        words = f"{self.name}: {in_words(error)}"
        self._note(words, code_of(error))
        return self._schema.fault(words)

    def _note(self, words: str, code: int) -> None:
        """Remember what the storage does to the file; told in the log when it begins."""
        if code not in FAULTS:
            return
        self._damaged = self._damaged or code in DAMAGE
        if not self.trouble:
            _log.error("%s", words)
        self.trouble = words
        if code == sqlite3.SQLITE_READONLY:
            self._open_anew()

    def _sound(self) -> None:
        if self.trouble and not self._damaged:
            _log.warning("%s: can be read and written again", self.name)
            self.trouble = ""
            self._open_anew()

    def _open_anew(self) -> None:
        """Keep no connection: one that was opened while nothing could be written never writes."""
        if self._path is not None:
            self._engine.dispose()

    def _refuse(self, words: str) -> TechinfoError:
        self._note(f"{self.name}: {words}", sqlite3.SQLITE_CANTOPEN)
        return self._schema.fault(f"{self.name}: {words}")

    def _anchored(self) -> sqlite3.Connection | None:
        """A connection that is open as long as this is, so that the log beside the file stays."""
        if self._anchor is None and self._connect is not None and self._path is not None:
            self._anchor = self._connect()
            self._anchor.execute("PRAGMA data_version").fetchone()
            self._names = Names.of(self._path)
        return self._anchor

    def _weigh(self) -> None:
        anchor, self._anchor = self._anchor, None
        if anchor is not None:
            anchor.close()

    def _must_be_sound(self) -> None:
        if self._damaged:
            raise self._schema.fault(self.trouble)
        with self._turn:
            self._anchored()

    def _must_be_there(self) -> None:
        """Nothing is written to a file that has no name any more: nobody would find it again."""
        if self._path is not None and Names.of(self._path) != self._names:
            raise self._refuse("it, or the log beside it, is not where it was")

    def _follow(self) -> None:
        """Take over another file that stands in the place of the one that is open."""
        if self._path is None or self._connect is None:
            return
        with self._turn:
            anchor, there = self._anchored(), Names.of(self._path)
            if anchor is None or self._names is None or there.file == self._names.file:
                return
            if there.file is None:
                raise self._refuse("it is not there any more")
            # What the log holds is the old file's, and must not be taken for the new one's.
            busy, *_ = anchor.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
            if busy:
                raise self._refuse(
                    "another file has taken its place, and the old one is read still"
                )
            self._engine.dispose()
            self._weigh()
            self._damaged = False
            self._anchored()
        _log.warning("%s: another file has taken its place", self.name)

    def _look_through(self) -> None:
        """Look at the file itself, which what is kept in memory may hide."""
        if self._connect is None or self._path is None:
            return
        uri = f"{self._path.absolute().as_uri()}?mode=ro&immutable=1"
        with closing(sqlite3.connect(uri, uri=True)) as bare:
            try:
                bare.execute("PRAGMA application_id").fetchone()
            except sqlite3.DatabaseError as error:
                # While the log is taken in, the first page is ahead of the end of the file.
                if code_of(error) != sqlite3.SQLITE_CORRUPT:
                    raise
        try:
            with self._engine.connect() as connection:
                _refuse_foreign(connection, self.name, self._schema)
                if pragma(connection, "user_version") != self._schema.version:
                    raise self._refuse("is of an older schema; restart the service")
        except TechinfoError as error:
            self._damaged, self.trouble = True, str(error)
            raise
        if self._damaged:
            with closing(self._connect()) as fresh:
                (said,) = fresh.execute("PRAGMA quick_check(1)").fetchone()
            if said != "ok":
                raise self._refuse(f"is damaged: {said}")
            self._damaged = False


def open_database(
    path: Path,
    schema: Schema,
    *,
    synchronous: Synchronous = "NORMAL",
    busy_timeout_s: float = 5.0,
) -> SqliteDatabase:
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
        make(path)
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) else str(error)
        raise schema.fault(f"{path}: cannot be opened for writing: {reason}") from error

    def connect() -> sqlite3.Connection:
        connection = connect_to(f"{path.absolute().as_uri()}?mode=rw", busy_timeout_s)
        try:
            connection.execute("PRAGMA journal_mode = WAL")
            connection.execute(f"PRAGMA synchronous = {synchronous}")
        except sqlite3.Error:
            connection.close()
            raise
        return connection

    engine = _engine(connect)
    database = SqliteDatabase(engine, schema, str(path), connect=connect, path=path)
    return _prepared(database, schema)


def open_read_only(path: Path, schema: Schema, *, busy_timeout_s: float = 5.0) -> SqliteDatabase:
    """Open a file that is there, for reading. It may stand where nobody can write.

    Raises:
        TechinfoError: As ``schema.fault`` makes it: as `open_database`, or it is not there, or of
            another version than this program's, which only writing could mend.
    """
    if not path.is_file():
        raise schema.fault(f"{path}: is not there")
    uri = f"{path.absolute().as_uri()}?mode=ro"

    def connect() -> sqlite3.Connection:
        try:
            return connect_for_reading(uri, busy_timeout_s)
        except sqlite3.OperationalError as error:
            # Of a WAL file on a read-only medium nobody can make the index beside it: then nobody
            # writes. Anything else is an error: without locks a file that is written reads wrong.
            if code_of(error) != sqlite3.SQLITE_CANTOPEN or Names.of(path).log is not None:
                raise
            return connect_for_reading(f"{uri}&immutable=1", busy_timeout_s)

    engine = _engine(connect)
    database = SqliteDatabase(engine, schema, str(path), connect=connect, path=path, writes=False)
    try:
        with database.read() as connection:
            _refuse_foreign(connection, database.name, schema)
            if pragma(connection, "user_version") != schema.version:
                raise schema.fault(f"{path}: is of an older schema, and cannot be brought up")
    except BaseException:
        database.close()
        raise
    return database


def in_memory_database(schema: Schema) -> SqliteDatabase:
    """A database without a file, gone when it is closed. Its readers and writers take turns."""
    engine = _engine(lambda: connect_to(":memory:", 0.0), pool_size=1, max_overflow=0)
    return _prepared(SqliteDatabase(engine, schema, "in memory"), schema)


def _engine(connect: Callable[[], sqlite3.Connection], **pool: int) -> Engine:
    options = {"creator": connect, "hide_parameters": True, "execution_options": SHARED}
    return create_engine("sqlite://", poolclass=QueuePool, **options, **pool)


def _prepared(database: SqliteDatabase, schema: Schema) -> SqliteDatabase:
    try:
        with database.read() as connection:
            _refuse_foreign(connection, database.name, schema)
            current = pragma(connection, "user_version") == schema.version
        if not current:
            _bring_up(database, schema)
    except BaseException:
        database.close()
        raise
    return database


def _refuse_foreign(connection: Connection, name: str, schema: Schema) -> None:
    found = pragma(connection, "application_id")
    tables = connection.exec_driver_sql("SELECT count(*) FROM sqlite_master").scalar_one()
    if found != schema.application_id and (found or tables):
        raise schema.fault(f"{name}: is the database of another program or purpose")
    version = pragma(connection, "user_version")
    if version > schema.version:
        raise schema.fault(
            f"{name}: was written by a newer techinfo"
            f" (schema {version}; this program knows up to {schema.version})"
        )


def _bring_up(database: SqliteDatabase, schema: Schema) -> None:
    """Create the tables, or migrate step by step, all in one transaction."""
    left: Callable[[], None] | None = None
    with database.rebuild() as connection:
        version = pragma(connection, "user_version")
        if version == 0:
            schema.metadata.create_all(connection)
        elif version < schema.version:
            from techinfo.store.migrating import migrate

            left = migrate(
                connection,
                schema.migrations,
                found=version,
                wanted=schema.version,
                name=database.name,
                fault=schema.fault,
                scrub=database.scrub,
            )
        connection.exec_driver_sql(f"PRAGMA application_id = {schema.application_id}")
        connection.exec_driver_sql(f"PRAGMA user_version = {schema.version}")
    if left is not None:
        left()
