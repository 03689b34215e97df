"""SQL that one file has had written serves the next, and each answers with its own rows."""

from __future__ import annotations

from sqlalchemy import Column, Integer, MetaData, Table, insert, select

from techinfo.errors import TechinfoError
from techinfo.store.database import Schema, in_memory_database
from techinfo.store.statements import SHARED

_METADATA = MetaData()
_ROWS = Table("rows_of_this_test", _METADATA, Column("n", Integer, primary_key=True))
_SCHEMA = Schema(metadata=_METADATA, application_id=7, version=1, fault=TechinfoError)


def _kept(number: int) -> tuple[list[int], int]:
    """What a new file holds of this number, and how many statements there are afterwards."""
    database = in_memory_database(_SCHEMA)
    try:
        with database.write() as connection:
            connection.execute(insert(_ROWS).values(n=number))
        with database.read() as connection:
            found = connection.scalars(select(_ROWS.c.n).where(_ROWS.c.n < number + 1)).all()
    finally:
        database.close()
    return [*found], len(SHARED["compiled_cache"])


def test_a_second_file_has_nothing_written_anew() -> None:
    """Neither what is written nor what is asked; values are each one's own."""
    first, second = _kept(1), _kept(2)

    assert (first[0], second[0]) == ([1], [2])
    assert first[1] == second[1] > 0
