"""A database file: created, reopened, refused, migrated, and shared between threads."""

from __future__ import annotations

import os
import re
import sqlite3
import stat
import subprocess
import sys
import threading
from contextlib import ExitStack, closing, suppress
from pathlib import Path

import pytest
from sqlalchemy import Column, Integer, MetaData, Table, delete, insert, select

from techinfo.errors import InventoryError
from techinfo.store import database as module
from techinfo.store import files
from techinfo.store.database import (
    Schema,
    SqliteDatabase,
    in_memory_database,
    open_database,
    open_read_only,
)

_metadata = MetaData()
_rows = Table("rows", _metadata, Column("number", Integer, primary_key=True))


def _schema(version: int = 1, migrations: Path | None = None) -> Schema:
    return Schema(
        metadata=_metadata,
        application_id=0x01020304,
        version=version,
        fault=InventoryError,
        migrations=migrations,
    )


def _revisions(folder: Path, *upgrades: str) -> Path:
    """Revisions from version 2 on, each with the body of its ``upgrade``."""
    folder.mkdir()
    for number, body in enumerate(upgrades, start=2):
        before = None if number == 2 else str(number - 1)
        lines = (
            "import sqlalchemy as sa",
            "from alembic import op",
            f"revision = {str(number)!r}",
            f"down_revision = {before!r}",
            "def upgrade():",
            *(f"    {line}" for line in body.splitlines()),
        )
        (folder / f"v{number}_more.py").write_text("\n".join(lines) + "\n")
    return folder


_OPENS = """
import sys
from pathlib import Path
from sqlalchemy import MetaData
from techinfo.errors import InventoryError
from techinfo.store.database import Schema, open_database
for what, version in (("new", 1), ("same", 1), ("older", 2)):
    schema = Schema(metadata=MetaData(), application_id=1, version=version, fault=InventoryError,
                    migrations=Path(sys.argv[2]))
    open_database(Path(sys.argv[1]), schema).close()
    print(what, "alembic" in sys.modules)
"""


def _numbers(database: SqliteDatabase) -> list[int]:
    with database.read() as connection:
        return list(connection.execute(select(_rows.c.number)).scalars())


def _add(database: SqliteDatabase, number: int) -> None:
    with database.write() as connection:
        connection.execute(insert(_rows).values(number=number))


def _add_all(database: SqliteDatabase, *numbers: int) -> None:
    with database.write() as connection:
        for number in numbers:
            connection.execute(insert(_rows).values(number=number))


def test_what_was_written_is_there_when_the_file_is_opened_again(tmp_path: Path) -> None:
    """A file keeps its rows from one opening to the next."""
    with open_database(tmp_path / "a.sqlite", _schema()) as database:
        _add(database, 7)

    with open_database(tmp_path / "a.sqlite", _schema()) as database:
        found = _numbers(database)

    assert found == [7]


def test_a_file_is_opened_as_asked(tmp_path: Path) -> None:
    """WAL, foreign keys, the wait for a writer and the synchronous option are set."""
    path = tmp_path / "a.sqlite"

    with (
        open_database(path, _schema(), synchronous="FULL", busy_timeout_s=1.5) as database,
        database.read() as connection,
    ):
        found = [
            connection.exec_driver_sql(f"PRAGMA {name}").scalar_one()
            for name in ("journal_mode", "foreign_keys", "busy_timeout", "synchronous")
        ]

    assert found == ["wal", 1, 1500, 2]


def test_a_new_file_is_not_for_everybody(tmp_path: Path) -> None:
    """Nobody outside owner and group may read a new file."""
    open_database(tmp_path / "a.sqlite", _schema()).close()

    mode = stat.S_IMODE((tmp_path / "a.sqlite").stat().st_mode)

    assert mode & 0o007 == 0


def test_an_error_in_a_write_leaves_nothing_behind(tmp_path: Path) -> None:
    """A transaction that ends in an error is rolled back, and the next one can begin."""
    with open_database(tmp_path / "a.sqlite", _schema()) as database:
        with pytest.raises(InventoryError, match="UNIQUE"):
            _add_all(database, 1, 1)
        _add(database, 2)

        assert _numbers(database) == [2]


def test_an_error_of_sqlite_becomes_an_error_of_the_room(tmp_path: Path) -> None:
    """A violated constraint is told by the room's error, which names the file and no value."""
    path = tmp_path / "a.sqlite"
    with open_database(path, _schema()) as database:
        _add(database, 41)

        with pytest.raises(InventoryError, match="UNIQUE") as caught:
            _add(database, 41)

    assert str(path) in str(caught.value)
    assert "41" not in str(caught.value).replace(str(path), "")


def test_readers_do_not_wait_for_a_writer(tmp_path: Path) -> None:
    """While one thread writes, another reads what was there before."""
    with open_database(tmp_path / "a.sqlite", _schema()) as database:
        _add(database, 1)
        found: list[list[int]] = []

        with database.write() as connection:
            connection.execute(insert(_rows).values(number=2))
            reader = threading.Thread(target=lambda: found.append(_numbers(database)))
            reader.start()
            reader.join(timeout=300)

    assert found == [[1]]


def test_a_second_writer_is_told_that_there_is_another(tmp_path: Path) -> None:
    """A writer that may not wait any longer says why."""
    path = tmp_path / "a.sqlite"
    with (
        open_database(path, _schema()) as one,
        open_database(path, _schema(), busy_timeout_s=0.0) as other,
        one.write(),
        pytest.raises(InventoryError, match="another process is writing"),
        other.write(),
    ):
        pass


def test_an_in_memory_database_serves_several_threads() -> None:
    """Threads share one in-memory database and take turns."""
    with in_memory_database(_schema()) as database:
        writers = [threading.Thread(target=_add, args=(database, n)) for n in range(8)]

        for writer in writers:
            writer.start()
        for writer in writers:
            writer.join(timeout=300)

        assert sorted(_numbers(database)) == list(range(8))


def test_a_file_that_is_no_database_is_refused_and_left_alone(tmp_path: Path) -> None:
    """Text under the database's name is named as such and not overwritten."""
    path = tmp_path / "notes.txt"
    path.write_text("not a database, but somebody's notes. " * 100)

    with pytest.raises(InventoryError, match=r"notes\.txt: is not a SQLite database"):
        open_database(path, _schema())

    assert path.read_text().startswith("not a database")


def test_the_database_of_another_program_is_refused(tmp_path: Path) -> None:
    """A SQLite file with other tables is not taken for ours."""
    path = tmp_path / "other.sqlite"
    other = sqlite3.connect(path)
    other.execute("CREATE TABLE somebody (name TEXT)")
    other.close()

    with pytest.raises(InventoryError, match="another program"):
        open_database(path, _schema())


def test_a_newer_schema_is_refused(tmp_path: Path) -> None:
    """A file of a later version of the program is left alone."""
    path = tmp_path / "a.sqlite"
    open_database(path, _schema(version=3)).close()

    with pytest.raises(InventoryError, match=r"newer techinfo.*schema 3.*up to 2"):
        open_database(path, _schema(version=2))


def test_an_older_schema_is_brought_up_step_by_step(tmp_path: Path) -> None:
    """Each revision runs once, in order, and the version is kept."""
    path = tmp_path / "a.sqlite"
    open_database(path, _schema(version=1)).close()
    folder = _revisions(
        tmp_path / "revisions",
        "op.execute('INSERT INTO rows VALUES (20)')",
        "op.execute('INSERT INTO rows SELECT number + 1 FROM rows')",
    )

    for _ in range(2):
        with open_database(path, _schema(version=3, migrations=folder)) as database:
            found = _numbers(database)

    assert found == [20, 21]


def test_what_a_revision_takes_away_leaves_no_trace_where_it_says_so(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """In free pages, or in the log beside the file; a reader is told of, and not waited for."""
    path, word = tmp_path / "a.sqlite", "planted-word-of-a-person"
    with open_database(path, _schema()) as database, database.write() as connection:
        connection.exec_driver_sql("CREATE TABLE marks (word TEXT)")
        connection.exec_driver_sql("INSERT INTO marks VALUES (?)", (word,))
    folder = _revisions(tmp_path / "revisions", "op.execute('DELETE FROM marks')")
    with (folder / "v2_more.py").open("a") as file:
        file.write("leaves_no_trace = True\n")

    with open_database(path, _schema(version=2, migrations=folder)):
        left = b"".join(one.read_bytes() for one in tmp_path.glob("a.sqlite*"))

    assert word.encode() not in left
    assert "traces" not in caplog.text

    with open_database(path, _schema(version=2)) as database, database.read() as connection:
        connection.exec_driver_sql("BEGIN")
        connection.exec_driver_sql("SELECT * FROM marks").all()
        later = folder / "v3_more.py"
        lines = (folder / "v2_more.py").read_text().replace("'2'", "'3'").replace("None", "'2'")
        later.write_text(lines)
        open_database(path, _schema(version=3, migrations=folder), busy_timeout_s=0.01).close()

    assert "traces stay in the file for now" in caplog.text


def test_a_table_that_is_made_anew_keeps_the_rows_that_refer_to_it(tmp_path: Path) -> None:
    """Alembic drops and copies a table to change a column; nothing is deleted for that."""
    path = tmp_path / "a.sqlite"
    with open_database(path, _schema()) as database, database.write() as connection:
        connection.execute(insert(_rows), [{"number": 1}, {"number": 2}])
        connection.exec_driver_sql(
            "CREATE TABLE marks (of INTEGER REFERENCES rows (number) ON DELETE CASCADE)"
        )
        connection.exec_driver_sql("INSERT INTO marks VALUES (1), (2)")
    folder = _revisions(
        tmp_path / "revisions",
        "with op.batch_alter_table('rows', recreate='always') as batch:\n"
        "    batch.add_column(sa.Column('why', sa.Text))",
    )

    with (
        open_database(path, _schema(version=2, migrations=folder)) as database,
        database.read() as connection,
    ):
        marks = connection.exec_driver_sql("SELECT of FROM marks ORDER BY of").all()
        enforced = connection.exec_driver_sql("PRAGMA foreign_keys").scalar_one()

    assert [mark for (mark,) in marks] == [1, 2]
    assert enforced == 1


def test_a_migration_that_would_leave_rows_without_theirs_is_undone(tmp_path: Path) -> None:
    """Rows that refer to nothing end the migration, and the file stays as it was."""
    path = tmp_path / "a.sqlite"
    with open_database(path, _schema()) as database, database.write() as connection:
        connection.execute(insert(_rows), [{"number": 1}])
        connection.exec_driver_sql("CREATE TABLE marks (of INTEGER REFERENCES rows (number))")
        connection.exec_driver_sql("INSERT INTO marks VALUES (1)")
    folder = _revisions(tmp_path / "revisions", "op.execute('DELETE FROM rows')")

    with pytest.raises(InventoryError, match="rows of marks refer to rows of rows"):
        open_database(path, _schema(version=2, migrations=folder))

    with open_database(path, _schema()) as database:
        assert _numbers(database) == [1]


def test_alembic_is_loaded_only_when_there_is_something_to_do(tmp_path: Path) -> None:
    """New files and files of today are opened without it; it would cost more than the opening."""
    path, folder = tmp_path / "a.sqlite", _revisions(tmp_path / "revisions", "pass")
    said = subprocess.run(
        [sys.executable, "-c", _OPENS, str(path), str(folder)],
        capture_output=True,
        text=True,
        check=True,
        env={"PYTHONPATH": os.pathsep.join(sys.path)},
        timeout=300,
    )

    assert said.stdout.split() == ["new", "False", "same", "False", "older", "True"]


def test_an_older_schema_without_a_way_is_refused(tmp_path: Path) -> None:
    """A version that no migration leaves is an error, and the file stays as it was."""
    path = tmp_path / "a.sqlite"
    open_database(path, _schema(version=1)).close()

    with pytest.raises(InventoryError, match="no way leads from schema 1"):
        open_database(path, _schema(version=2))

    open_database(path, _schema(version=1)).close()


@pytest.mark.parametrize("name", ["missing/a.sqlite", "folder", "plain/a.sqlite", "nul\0name"])
def test_a_path_that_cannot_be_written_is_named(tmp_path: Path, name: str) -> None:
    """No folder, a folder in its place, a file as folder, no possible name: an error each."""
    (tmp_path / "folder").mkdir()
    (tmp_path / "plain").write_text("")

    with pytest.raises(InventoryError, match="cannot be opened for writing"):
        open_database(tmp_path / name, _schema())


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_a_file_that_may_not_be_written_is_named(tmp_path: Path) -> None:
    """Missing permission is told, not found out at the first import."""
    path = tmp_path / "a.sqlite"
    open_database(path, _schema()).close()
    path.chmod(0o440)

    with pytest.raises(InventoryError, match="Permission denied"):
        open_database(path, _schema())


def test_a_damaged_file_is_named(tmp_path: Path) -> None:
    """A file whose pages are overwritten ends in an error of the room."""
    path = tmp_path / "a.sqlite"
    with open_database(path, _schema()) as database, database.write() as connection:
        connection.execute(insert(_rows), [{"number": n} for n in range(2000)])
    octets = bytearray(path.read_bytes())
    octets[4096:] = b"\xaa" * (len(octets) - 4096)
    path.write_bytes(octets)

    with (
        pytest.raises(InventoryError, match=r"a\.sqlite"),
        open_database(path, _schema()) as database,
    ):
        _numbers(database)


def _locked(path: Path) -> bool:
    """Whether this process holds both locks of WAL mode (proc(5): locks)."""
    beside = (path, path.with_name(f"{path.name}-shm"))
    held = Path("/proc/locks").read_text(encoding="utf-8")
    return all(re.search(rf" {os.getpid()} \S+:{p.stat().st_ino} ", held) for p in beside)


def test_whatever_is_done_with_a_file_its_locks_stay(tmp_path: Path) -> None:
    """Opened again, looked at, read by itself, scrubbed, closed: the first still has its locks."""
    path = tmp_path / "a.sqlite"
    with open_database(path, _schema()) as database:
        database.generation()
        assert _locked(path)

        with open_database(path, _schema()) as again, again.write() as connection:
            connection.execute(insert(_rows), [{"number": 1}])
        assert _locked(path)
        open_read_only(path, _schema()).close()
        assert _locked(path)
        database.look()
        database.scrub()
        assert _locked(path)

        assert _numbers(database) == [1]


def test_python_itself_never_opens_a_file(tmp_path: Path) -> None:
    """Not even to make it: the file appears, and SQLite is the first to open it."""
    said = subprocess.run(
        [sys.executable, "-c", _OPENED_BY_PYTHON, str(tmp_path / "a.sqlite")],
        capture_output=True,
        text=True,
        check=True,
        env={"PYTHONPATH": os.pathsep.join(sys.path)},
        timeout=300,
    )

    assert said.stdout.split() == ["sqlite3.connect"]


_OPENED_BY_PYTHON = """
import sys
from pathlib import Path

seen = []

def note(event, arguments):
    if event in ("open", "sqlite3.connect") and "a.sqlite" in str(arguments[0]):
        seen.append(event)

sys.addaudithook(note)

from sqlalchemy import MetaData
from techinfo.errors import InventoryError
from techinfo.store.database import Schema, open_database, open_read_only

schema = Schema(metadata=MetaData(), application_id=1, version=1, fault=InventoryError)
path = Path(sys.argv[1])
with open_database(path, schema) as database:
    open_database(path, schema).close()
    open_read_only(path, schema).close()
    database.look()
    database.scrub()
print(*set(seen))
"""


def test_what_is_deleted_leaves_no_trace_once_a_reader_has_gone(tmp_path: Path) -> None:
    """The log is tried to be emptied again, longer than SQLite itself waits."""
    path = tmp_path / "a.sqlite"
    with open_database(path, _schema(), busy_timeout_s=0.05) as database:
        with database.write() as connection:
            connection.execute(insert(_rows), [{"number": 1}])
        with closing(sqlite3.connect(path, check_same_thread=False)) as reader:
            reader.execute("BEGIN")
            reader.execute("SELECT * FROM rows").fetchall()
            with database.write() as connection:
                connection.execute(delete(_rows))
            gone = threading.Timer(0.5, reader.rollback)
            gone.start()
            emptied = database.scrub()
            gone.join()

        assert emptied
        assert path.with_name("a.sqlite-wal").stat().st_size == 0


def test_a_reader_that_stays_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Traces stay in the log as long as it reads."""
    monkeypatch.setattr(files, "_EMPTYING_S", 0.2)
    path = tmp_path / "a.sqlite"
    with open_database(path, _schema(), busy_timeout_s=0.05) as database:
        with database.write() as connection:
            connection.execute(insert(_rows), [{"number": 1}])
        with closing(sqlite3.connect(path)) as reader:
            reader.execute("BEGIN")
            reader.execute("SELECT * FROM rows").fetchall()

            assert not database.scrub()


def test_a_look_changes_nothing_and_finds_nothing(tmp_path: Path) -> None:
    """While all is well."""
    with open_database(tmp_path / "a.sqlite", _schema()) as database:
        with database.write() as connection:
            connection.execute(insert(_rows), [{"number": 1}])

        assert database.look() == ""
        assert _numbers(database) == [1]


def test_nothing_is_written_to_a_file_that_has_no_name(tmp_path: Path) -> None:
    """It would be gone with the process; where the file comes back, all is as before."""
    folder = tmp_path / "data"
    folder.mkdir()
    with open_database(folder / "a.sqlite", _schema()) as database:
        with database.write() as connection:
            connection.execute(insert(_rows), [{"number": 1}])
        folder.rename(tmp_path / "away")

        with (
            pytest.raises(InventoryError, match="not where it was"),
            database.write() as connection,
        ):
            connection.execute(insert(_rows), [{"number": 2}])
        assert "not there" in database.look()
        assert _numbers(database) == [1]

        (tmp_path / "away").rename(folder)
        assert database.look() == ""
        with database.write() as connection:
            connection.execute(insert(_rows), [{"number": 3}])
        assert _numbers(database) == [1, 3]


@pytest.mark.parametrize("beside", ["-wal", "-shm"])
def test_nothing_is_written_when_what_stands_beside_a_file_is_gone(
    tmp_path: Path, beside: str
) -> None:
    """Who opens the file next would not see it."""
    path = tmp_path / "a.sqlite"
    database = open_database(path, _schema())
    with database.write() as connection:
        connection.execute(insert(_rows), [{"number": 1}])
    path.with_name(path.name + beside).unlink()

    with pytest.raises(InventoryError, match="not where it was"), database.write() as connection:
        connection.execute(insert(_rows), [{"number": 2}])

    assert "not where it was" in database.trouble
    database.close()


def test_a_file_in_the_place_of_another_is_taken_over(tmp_path: Path) -> None:
    """At the next look; one of another program is not."""
    path, other = tmp_path / "a.sqlite", tmp_path / "b.sqlite"
    with open_database(other, _schema()) as database, database.write() as connection:
        connection.execute(insert(_rows), [{"number": 7}])
    with open_database(path, _schema()) as database:
        with database.write() as connection:
            connection.execute(insert(_rows), [{"number": 1}])
        other.replace(path)

        assert database.look() == ""
        assert _numbers(database) == [7]
        with database.write() as connection:
            connection.execute(insert(_rows), [{"number": 8}])

        for foreign, words in ((b"rubbish" * 1000, "not a SQLite database"), (b"", "another")):
            third = tmp_path / "c.sqlite"
            third.write_bytes(foreign)
            with closing(sqlite3.connect(third)) as connection, suppress(sqlite3.DatabaseError):
                connection.execute("CREATE TABLE theirs (x)")
            third.replace(path)
            assert words in database.look()
            assert words in database.look()
            with pytest.raises(InventoryError, match=words), database.write():
                pass


def test_a_damaged_file_is_not_written_until_all_of_it_is_sound(tmp_path: Path) -> None:
    """Once it is known; what is written to it would be lost with it."""
    path = tmp_path / "a.sqlite"
    with open_database(path, _schema()) as database:
        with database.write() as connection:
            connection.execute(insert(_rows), [{"number": n} for n in range(2000)])
        octets = path.read_bytes()
        path.write_bytes(b"\xaa" * len(octets))

        assert "not a SQLite database" in database.look()
        with pytest.raises(InventoryError, match="not a SQLite database"), database.write():
            pass

        path.write_bytes(octets)
        assert database.look() == ""
        with database.write() as connection:
            connection.execute(insert(_rows), [{"number": 2000}])


def test_a_connection_of_the_time_when_nothing_could_be_written_is_not_kept(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """SQLite opens a file for reading alone where the system says EROFS, and it stays so."""

    def for_reading(uri: str, busy_timeout_s: float) -> sqlite3.Connection:
        return files.connect_to(uri.replace("mode=rw", "mode=ro"), busy_timeout_s)

    with open_database(tmp_path / "rows.sqlite", _schema()) as database:
        with monkeypatch.context() as patched:
            patched.setattr(module, "connect_to", for_reading)
            database._engine.dispose()
            with database.read(), database.read() as connection:
                assert connection.execute(select(_rows)).all() == []
            assert "readonly" in database.look()
            with database.read(), database.read(), database.read():
                pass

        database.look()  # by one of those
        assert database.look() == ""
        for held in (0, 1, 2):  # whichever connection it is
            with ExitStack() as reading:
                for _ in range(held):
                    reading.enter_context(database.read())
                with database.write() as connection:
                    connection.execute(insert(_rows).values(number=held))
