"""What stands about a person in any of our files, and its erasure without a trace.

A file is searched as a whole: every text in every table, by the schema that it has. So a column
that is added one day is searched, too.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from sqlalchemy import (
    Column,
    ColumnElement,
    Connection,
    RowMapping,
    Table,
    Text,
    false,
    func,
    or_,
    select,
    update,
)

from techinfo.store.database import Schema, open_database

_SIGNS = (":", "-", ".", " ")
_BARE = str.maketrans("", "", "".join(_SIGNS))
_DIGITS = re.compile(r"(?=([0-9a-f]{12}))")
_ACCESS_COLUMNS = frozenset({"access_id", "other_id"})
GONE = "(erased)"


def about(path: Path, schema: Schema, mac: str) -> list[dict[str, Any]]:
    """All rows in which a MAC address stands, however it is spelt.

    Raises:
        TechinfoError: As ``schema.fault`` makes it: the file cannot be read.
    """
    with open_database(path, schema) as database, database.read() as connection:
        return [
            {
                "table": table.name,
                **{k: _shown(v) for k, v in row.items() if v is not None},
            }
            for table in schema.metadata.sorted_tables
            for row in _rows(connection, table, _about(table, mac))
        ]


def named(path: Path, schema: Schema) -> tuple[set[str], set[str]]:
    """The accessIds of a file, and all twelve digits in it that may be a MAC address.

    Raises:
        TechinfoError: As `about`.
    """
    accesses: set[str] = set()
    macs: set[str] = set()
    with open_database(path, schema) as database, database.read() as connection:
        for column in (c for table in schema.metadata.sorted_tables for c in _texts(table)):
            query = select(column).where(column.is_not(None)).distinct()
            for text in connection.execute(query.execution_options(yield_per=1000)).scalars():
                macs.update(_DIGITS.findall(str(text).lower().translate(_BARE)))
                if column.name in _ACCESS_COLUMNS:
                    accesses.add(str(text))
    return accesses, macs


def redact(path: Path, schema: Schema, mac: str) -> int:
    """Put `GONE` in the place of a MAC address, however it is spelt; says in how many rows.

    Raises:
        TechinfoError: As `about`.
    """
    with open_database(path, schema) as database, database.write() as connection:
        return sum(_redacted(connection, table, mac) for table in schema.metadata.sorted_tables)


def without_a_trace(path: Path, schema: Schema) -> None:
    """Leave nothing of what is deleted in free pages, or beside the file.

    Raises:
        TechinfoError: As `about`; or somebody reads, so that traces stay for the moment.
    """
    with open_database(path, schema) as database:
        if not database.scrub():
            raise schema.fault(
                f"{path}: what was to go is deleted, but somebody reads, so that its traces stay"
                " beside the file; try again"
            )


def _about(table: Table, mac: str) -> ColumnElement[bool]:
    digits = mac.replace(":", "").lower()
    tests: list[ColumnElement[bool]] = []
    for column in _texts(table):
        bare: ColumnElement[Any] = func.lower(column)
        for sign in _SIGNS:
            bare = func.replace(bare, sign, "")
        tests.append(bare.contains(digits, autoescape=True))
    return or_(false(), *tests)


def _redacted(connection: Connection, table: Table, mac: str) -> int:
    spelt = re.compile("[:. -]?".join(mac.replace(":", "")), re.IGNORECASE)
    keys = list(table.primary_key.columns)
    count = 0
    for row in _rows(connection, table, _about(table, mac)):
        values = {
            column.name: spelt.sub(GONE, text)
            for column in _texts(table)
            if isinstance(text := row[column.name], str) and spelt.search(text)
        }
        if values:
            here = [key == row[key.name] for key in keys]
            count += connection.execute(update(table).where(*here).values(values)).rowcount
    return count


def _rows(connection: Connection, table: Table, where: ColumnElement[bool]) -> Sequence[RowMapping]:
    return connection.execute(select(table).where(where)).mappings().all()


def _texts(table: Table) -> Iterator[Column[Any]]:
    return (column for column in table.columns if isinstance(column.type, Text))


def _shown(value: object) -> object:
    return value.hex() if isinstance(value, bytes) else value
