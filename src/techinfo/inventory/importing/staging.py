"""Where an import is laid out before it replaces anything, and how it replaces what was there.

Every kind has a temporary table. Comparing it with what is there is SQLite's work, so that a large
import takes little memory.
"""

from __future__ import annotations

from collections.abc import Sequence
from operator import itemgetter
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sqlalchemy import (
    Column,
    Connection,
    FromClause,
    Index,
    Integer,
    RowMapping,
    Table,
    Text,
    and_,
    delete,
    func,
    insert,
    select,
)
from sqlalchemy.schema import CreateIndex, CreateTable, DropTable, MetaData

from techinfo.inventory.importing.report import Counts, Rejected
from techinfo.inventory.records import FIELDS, PARENTS, RECORDS, Kind
from techinfo.inventory.tables import KEYS, TABLES, derived_key, key_of

if TYPE_CHECKING:  # reading brings YAML with it, which a look-up does not need
    from techinfo.inventory.importing.reading import Parsed

_AT_ONCE = 2000
_ROWS = {kind: itemgetter(*names) for kind, names in FIELDS.items()}
_PLACE = ("_number", "_file", "_line", "_place")


class Staging:
    """The records of one import, kind by kind.

    Attributes:
        paths: The files, as ``_file`` counts them.
        tables: What has been opened. Beside the columns of its kind a table has ``_number`` (the
            order of reading, from 1; below 0 for a record that is kept from before), ``_file``,
            ``_line`` and ``_place``.
    """

    def __init__(self, connection: Connection, paths: tuple[Path, ...]) -> None:
        self.tables: dict[Kind, Table] = {}
        self._connection = connection
        self.paths = paths
        self._opened_in: dict[Kind, Path] = {}
        self._waiting: dict[Kind, list[tuple[object, ...]]] = {}
        self._number = 0

    def open(self, kind: Kind, file: int) -> None:
        """Make room for a kind: it will be replaced, even if no record comes."""
        if kind in self.tables:
            return
        self._opened_in[kind] = self.paths[file]
        table = _temporary(kind)
        self._connection.execute(CreateTable(table))
        self.tables[kind] = table
        self._waiting[kind] = []

    def add(self, record: Parsed, file: int) -> None:
        """Lay out one record of the file of this number."""
        self._number += 1
        values = record.values
        where = (self._number, file, record.line, record.place)
        row = (*_ROWS[record.kind](values), *where)
        if (key := derived_key(record.kind, values)) is not None:
            row = (key, *row)
        waiting = self._waiting[record.kind]
        waiting.append(row)
        if len(waiting) >= _AT_ONCE:
            self._flush(record.kind)

    def complete(self) -> None:
        """Write what is waiting, and make the tables quick to compare."""
        for kind, table in self.tables.items():
            self._flush(kind)
            for index in sorted(table.indexes, key=lambda index: str(index.name)):
                self._connection.execute(CreateIndex(index))

    def problem(self, row: RowMapping, key: str, why: str) -> Rejected:
        """A problem with a staged row, which needs the columns of its `place`."""
        return Rejected(
            path=self.paths[row["_file"]],
            line=row["_line"],
            key=f"{row['_place']}{key}",
            why=why,
        )

    def absence(self, kind: Kind, why: str) -> Rejected:
        """A problem with a record that is not in the file."""
        return Rejected(path=self._opened_in[kind], line=None, key=kind, why=why)

    def reject(self, kind: Kind, numbers: Sequence[int]) -> None:
        """Take rows out again."""
        if numbers:
            statement = f"DELETE FROM staged_{kind} WHERE _number = ?"  # noqa: S608 - one of six words
            self._connection.exec_driver_sql(statement, [(number,) for number in numbers])

    def drop(self) -> None:
        """Drop the tables: the connection goes back to a pool."""
        for table in self.tables.values():
            self._connection.execute(DropTable(table))

    def _flush(self, kind: Kind) -> None:
        """Write what waits; a column of which nothing is said costs as much as one that is full."""
        if waiting := self._waiting[kind]:
            columns = zip(self.tables[kind].columns.keys(), zip(*waiting, strict=True), strict=True)
            told = {name: cells for name, cells in columns if cells.count(None) < len(cells)}
            marks = ", ".join("?" * len(told))
            self._connection.exec_driver_sql(
                f"INSERT INTO staged_{kind} ({', '.join(told)}) VALUES ({marks})",  # noqa: S608 - columns
                list(zip(*told.values(), strict=True)),
            )
            waiting.clear()


def place(table: Table) -> list[Column[Any]]:
    """The columns that say where a staged row came from."""
    return [table.c[name] for name in _PLACE]


def _temporary(kind: Kind) -> Table:
    real = TABLES[kind]
    table = Table(
        f"staged_{kind}",
        MetaData(),
        *(Column(column.name, column.type) for column in real.columns),
        Column("_number", Integer, primary_key=True),
        Column("_file", Integer),
        Column("_line", Integer),
        Column("_place", Text),
        prefixes=["TEMPORARY"],
    )
    Index(f"staged_{kind}_by_identity", table.c[KEYS[kind]])
    for columns in (("address", "port"), ("element", "port")):
        if set(columns) <= set(table.c.keys()):
            Index(f"staged_{kind}_by_{columns[0]}", *(table.c[name] for name in columns))
    return table


def replace(connection: Connection, staging: Staging) -> dict[Kind, Counts]:
    """Replace every staged kind; what hung on a removed record goes with it.

    Only what differs is written, so that a daily import of the same records costs little.
    """
    counts: dict[Kind, Counts] = {}
    for kind in RECORDS:
        if kind in staging.tables:
            counts[kind] = _replace_kind(connection, staging, kind)
    for kind, (field, target) in PARENTS.items():
        # No access is left behind by its element: see `techinfo.inventory.importing.checks`.
        if kind not in staging.tables and target in staging.tables and kind != "accesses":
            lost = _remove_orphans(connection, kind, field, target)
            if lost.removed:
                counts[kind] = lost
    return counts


def _replace_kind(connection: Connection, staging: Staging, kind: Kind) -> Counts:
    real, staged = TABLES[kind], staging.tables[kind]
    identity = key_of(kind)
    twin = staged.c[identity.name] == identity
    same = and_(
        twin,
        *(
            staged.c[column.name].is_not_distinct_from(column)
            for column in real.columns
            if column is not identity
        ),
    )
    before, after = _count(connection, real), _count(connection, staged)
    common = _count(connection, real.join(staged, twin))
    gone = connection.execute(delete(real).where(~select(1).where(same).exists())).rowcount
    names = [column.name for column in real.columns]
    come = (
        select(*(staged.c[name] for name in names))
        .where(~select(1).where(twin).exists())
        .order_by(staged.c[identity.name])
    )
    connection.execute(insert(real).from_select(names, come))
    changed = gone - (before - common)
    return Counts(
        added=after - common,
        changed=changed,
        removed=before - common,
        unchanged=common - changed,
    )


def _remove_orphans(connection: Connection, kind: Kind, field: str, target: Kind) -> Counts:
    real = TABLES[kind]
    parent = select(1).where(key_of(target) == real.c[field])
    orphan = and_(real.c[field].is_not(None), ~parent.exists())
    removed = connection.execute(delete(real).where(orphan)).rowcount
    return Counts(removed=removed, unchanged=_count(connection, real))


def _count(connection: Connection, table: FromClause) -> int:
    return int(connection.execute(select(func.count()).select_from(table)).scalar_one())
