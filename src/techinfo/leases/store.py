"""The file of leases that logs of DHCP servers told: who had what, where; and how far we read."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from typing import Any, Self

from sqlalchemy import (
    Column,
    Connection,
    Table,
    and_,
    bindparam,
    delete,
    insert,
    or_,
    select,
    text,
    update,
)
from sqlalchemy.dialects.sqlite import insert as upsert

from techinfo.leases.tables import (
    LEASES,
    OBSERVATIONS,
    POSITIONS,
    SCHEMA,
    LeaseRow,
    ObservationRow,
    Position,
    columns_of,
    lease_of,
    moment_of,
    number_of,
    observation_of,
)
from techinfo.store.database import Database, open_database, open_read_only

__all__ = ["SCHEMA", "LeaseFile", "LeaseRow", "LeaseWriter", "ObservationRow", "Position"]

_MOST_ROWS = 10_000
"""Of one question; an access has a handful."""
_MOST_OBSERVED = 100_000
"""The log of another network is full of identifiers that nobody knows."""
_AT_ONCE = 500
"""Values in one statement."""


class LeaseFile:
    """An open file; every error is a `ConfigError` that names it. Close it, or use ``with``."""

    def __init__(self, database: Database) -> None:
        self._database = database

    @classmethod
    def open(cls, path: Path) -> Self:
        """Open a file for reading and writing; where there is none, an empty one is created."""
        return cls(open_database(path, SCHEMA))

    @classmethod
    def open_read_only(cls, path: Path) -> Self:
        """Open a file that is there, and never write to it."""
        return cls(open_read_only(path, SCHEMA))

    @property
    def database(self) -> Database:
        """The file itself."""
        return self._database

    @contextmanager
    def writing(self) -> Iterator[LeaseWriter]:
        """One transaction: what was read, and how far, are kept together or not at all."""
        with self._database.write() as connection:
            yield LeaseWriter(connection)

    def generation(self) -> tuple[int, ...]:
        """Another value after every commit; cheap to ask."""
        return self._database.generation()

    def of_access(self, access_id: str) -> tuple[LeaseRow, ...]:
        """The newest rows of an access, whether they still run or not."""
        where = and_(LEASES.c.access_id == access_id, LEASES.c.newest == 1)
        return self._rows(select(LEASES).where(where).order_by(LEASES.c.start))

    def of_addresses(self, addresses: Sequence[str]) -> dict[str, LeaseRow]:
        """The newest row of each address that has one."""
        wanted = list(addresses)[:_MOST_ROWS]
        where = and_(LEASES.c.address.in_(wanted), LEASES.c.newest == 1)
        return {row.address: row for row in self._rows(select(LEASES).where(where))}

    def history(
        self, *, access_id: str | None = None, address: str | None = None, mac: str | None = None
    ) -> tuple[LeaseRow, ...]:
        """Rows of an access, an address or a client, the oldest first, at most ten thousand."""
        client = mac.lower() if mac is not None else None
        wanted = {"access_id": access_id, "address": address, "mac": client}
        tests = [LEASES.c[name] == value for name, value in wanted.items() if value is not None]
        return self._rows(select(LEASES).where(*tests).order_by(LEASES.c.start))

    def position(self, source: str) -> Position | None:
        """How far a source was read; ``None`` when it never was."""
        with self._database.read() as connection:
            row = connection.execute(
                select(POSITIONS).where(POSITIONS.c.source == source)
            ).one_or_none()
        if row is None:
            return None
        told = row._asdict()
        return Position(**{**told, "at": moment_of(told["at"])})

    def observations(
        self, access_id: str | None = None, *, mac: str | None = None
    ) -> tuple[ObservationRow, ...]:
        """What was observed, the latest first; of an access what concerns or names it."""
        query = select(OBSERVATIONS).order_by(OBSERVATIONS.c.last_at.desc()).limit(_MOST_ROWS)
        if access_id is not None:
            concerned = OBSERVATIONS.c.access_id == access_id
            query = query.where(or_(concerned, OBSERVATIONS.c.other_id == access_id))
        if mac is not None:
            query = query.where(OBSERVATIONS.c.client == mac.lower())
        with self._database.read() as connection:
            rows = connection.execute(query).all()
        return tuple(observation_of(row._asdict()) for row in rows)

    def erase(self, *, access_id: str | None = None, mac: str | None = None) -> int:
        """Erase all rows of an access, or of a MAC address; says how many they were.

        Raises:
            ValueError: Neither is given, which would be everything.
        """
        if access_id is None and mac is None:
            raise ValueError("of what?")
        with self._database.write() as connection:
            gone = 0
            if access_id is not None:
                concerned = OBSERVATIONS.c.access_id == access_id
                named = or_(concerned, OBSERVATIONS.c.other_id == access_id)
                gone += _erased(connection, LEASES, LEASES.c.access_id == access_id)
                gone += _erased(connection, OBSERVATIONS, named)
            if mac is not None:
                gone += _erased(connection, LEASES, LEASES.c.mac == mac.lower())
                gone += _erased(connection, OBSERVATIONS, OBSERVATIONS.c.client == mac.lower())
        return gone

    def expire(self, before: datetime) -> int:
        """Erase what was last told of before a moment; says how many rows that were.

        A lease that runs is renewed or ends before long; one of which nothing is told any more is
        as old as its last word or its end, whichever is later. Of very many observations the
        oldest go earlier.
        """
        limit = number_of(before)
        with self._database.write() as connection:
            over = or_(LEASES.c.end.is_(None), LEASES.c.end < limit, LEASES.c.how.is_not(None))
            gone = _erased(connection, LEASES, and_(LEASES.c.heard < limit, over))
            times = select(OBSERVATIONS.c.last_at).order_by(OBSERVATIONS.c.last_at.desc())
            most = connection.execute(times.offset(_MOST_OBSERVED).limit(1)).scalar()
            old = OBSERVATIONS.c.last_at < max(limit, most or 0)
            return gone + _erased(connection, OBSERVATIONS, old)

    def close(self) -> None:
        """Give the file back."""
        self._database.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _rows(self, query: Any) -> tuple[LeaseRow, ...]:
        with self._database.read() as connection:
            rows = connection.execute(query.limit(_MOST_ROWS)).all()
        return tuple(map(lease_of, rows))


class LeaseWriter:
    """Writes within one transaction."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def newest(self, addresses: Iterable[str]) -> dict[str, LeaseRow]:
        """The newest row of each address that has one."""
        rows = self._among(LEASES.c.address, addresses)
        return {row.address: row for row in rows}

    def of_clients(self, macs: Iterable[str]) -> dict[str, list[LeaseRow]]:
        """The newest rows of each client that has some."""
        found: dict[str, list[LeaseRow]] = {}
        for row in self._among(LEASES.c.mac, macs):
            found.setdefault(row.mac or "", []).append(row)
        return found

    def _among(self, column: Column[str], values: Iterable[str]) -> Iterator[LeaseRow]:
        wanted = list(dict.fromkeys(values))
        for at in range(0, len(wanted), _AT_ONCE):
            part = column.in_(wanted[at : at + _AT_ONCE])
            query = select(LEASES).where(and_(part, LEASES.c.newest == 1))
            yield from map(lease_of, self._connection.execute(query))

    def unplaced(self, limit: int) -> tuple[LeaseRow, ...]:
        """Newest rows with an identifier that named no access yet, the last heard of first."""
        seen = or_(
            *(LEASES.c[n].is_not(None) for n in ("circuit", "remote", "interface", "remote6"))
        )
        where = and_(LEASES.c.newest == 1, LEASES.c.access_id.is_(None), seen)
        query = select(LEASES).where(where).order_by(LEASES.c.heard.desc()).limit(limit)
        return tuple(map(lease_of, self._connection.execute(query)))

    def put(self, rows: Iterable[LeaseRow]) -> None:
        """Write rows; one of the same address and start takes the place of the older."""
        found = [columns_of(row) for row in rows]
        if not found:
            return
        newest = [{"its": row["address"]} for row in found if row["newest"]]
        if newest:
            older = and_(LEASES.c.address == bindparam("its"), LEASES.c.newest == 1)
            self._connection.execute(update(LEASES).where(older).values(newest=0), newest)
        self._connection.execute(insert(LEASES).prefix_with("OR REPLACE"), found)

    def observe(self, rows: Iterable[ObservationRow]) -> None:
        """Count observations; of an equal one only the count and the last time change."""
        for row in rows:
            values = {
                **asdict(row),
                "first_at": number_of(row.first_at),
                "last_at": number_of(row.last_at),
            }
            statement = upsert(OBSERVATIONS).values(values)
            self._connection.execute(
                statement.on_conflict_do_update(
                    index_elements=["kind", "access_id", "other_id", "client", "identity"],
                    set_={
                        "count": OBSERVATIONS.c.count + statement.excluded.count,
                        "last_at": statement.excluded.last_at,
                        "address": statement.excluded.address,
                    },
                    where=text("excluded.last_at > observations.last_at"),
                )
            )

    def reach(self, position: Position) -> None:
        """Keep how far a source was read."""
        values = {**asdict(position), "at": number_of(position.at)}
        self._connection.execute(insert(POSITIONS).prefix_with("OR REPLACE"), [values])


def _erased(connection: Connection, table: Table, where: Any) -> int:
    return connection.execute(delete(table).where(where)).rowcount
