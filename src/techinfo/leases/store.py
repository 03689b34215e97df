"""The file of leases from the logs of DHCP servers: who had which address on which access.

It also has how far each log was read, and what is odd about identifiers.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import (
    Column,
    ColumnElement,
    Connection,
    Table,
    and_,
    bindparam,
    delete,
    insert,
    or_,
    select,
    text,
    tuple_,
    update,
)
from sqlalchemy.dialects.sqlite import insert as upsert

from techinfo.leases import messages
from techinfo.leases.messages import MessageRow
from techinfo.leases.tables import LEASES, OBSERVATIONS, POSITIONS, SCHEMA
from techinfo.store.base import MICROSECONDS, Records, StoreFile, stamp


@dataclass(frozen=True, kw_only=True, slots=True)
class LeaseRow:
    """One client with one address on one access; values as in ``dhcp.intervals.Interval``."""

    address: str
    start: datetime
    heard: datetime
    server: str
    newest: bool = True
    mac: str | None = None
    duid: str | None = None
    access_id: str | None = None
    vlan: int | None = None
    circuit: bytes | None = None
    remote: bytes | None = None
    interface: bytes | None = None
    remote6: bytes | None = None
    enterprise: int | None = None
    last_renew: datetime | None = None
    end: datetime | None = None
    how: str | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Position:
    """How far a source was read.

    Attributes:
        device, inode: Of the file.
        offset: Octets of it whose records were taken.
        head: A fingerprint of its first octets, by which it is known again.
    """

    source: str
    device: int
    inode: int
    offset: int
    head: bytes
    at: datetime


@dataclass(frozen=True, kw_only=True, slots=True)
class ObservationRow:
    """Something about identifiers that the operator should look at.

    Attributes:
        kind: What, in a word.
        access_id: The access that is concerned; empty: none is known.
        other_id: The access that the identifier names; empty: none.
        client: MAC address or DUID; empty: not told.
        identity: The identifier as it was seen, options 82 or 18 and 37 in octets.
        count: How often, from `first_at` to `last_at`.
    """

    kind: str
    access_id: str
    other_id: str
    client: str
    identity: bytes
    server: str
    first_at: datetime
    last_at: datetime
    count: int = 1
    address: str | None = None


_LEASES = Records(LeaseRow, MICROSECONDS)
_POSITIONS = Records(Position, MICROSECONDS)
_OBSERVATIONS = Records(ObservationRow, MICROSECONDS)
_MOST_ROWS = 10_000
"""Of one question; an access has a handful."""
_MOST_OF_A_KIND = 20_000
_MOST_OBSERVED = 100_000
"""The log of another network is full of identifiers that nobody knows."""
_AT_ONCE = 500
"""Values in one statement."""


class LeaseFile(StoreFile):
    """An open file; every error is a `ConfigError` that names it."""

    SCHEMA = SCHEMA
    SYNCHRONOUS = "NORMAL"  # what a power cut takes is read again from the logs

    @contextmanager
    def writing(self) -> Iterator[LeaseWriter]:
        """One transaction: what was read, and how far, are kept together or not at all."""
        with self.database.write() as connection:
            yield LeaseWriter(self, connection)

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

    def placed(self, since: datetime) -> Iterator[LeaseRow]:
        """Every row with a client and an access that was heard of since then, some at a time."""
        where = and_(
            LEASES.c.heard >= stamp(since),
            LEASES.c.access_id.is_not(None),
            LEASES.c.mac.is_not(None),
        )
        after = ("", 0)
        while True:
            later = tuple_(LEASES.c.address, LEASES.c.start) > after
            asked = select(LEASES).where(where, later).order_by(LEASES.c.address, LEASES.c.start)
            rows = self._rows(asked)
            yield from rows
            if len(rows) < _MOST_ROWS:
                return
            after = (rows[-1].address, stamp(rows[-1].start))

    def position(self, source: str) -> Position | None:
        """How far a source was read; ``None`` when it never was."""
        query = select(POSITIONS).where(POSITIONS.c.source == source)
        return next(iter(self.all(query, _POSITIONS.record)), None)

    def observations(
        self, access_id: str | None = None, *, mac: str | None = None, clients: bool = False
    ) -> tuple[ObservationRow, ...]:
        """What was observed, the latest first; of an access what concerns or names it.

        Args:
            access_id: The access.
            mac: A client.
            clients: With identifiers of no access, where clients of this one were seen with them.
        """
        query = select(OBSERVATIONS).order_by(OBSERVATIONS.c.last_at.desc()).limit(_MOST_ROWS)
        if access_id is not None:
            query = query.where(_observed_of(access_id, clients=clients))
        if mac is not None:
            query = query.where(OBSERVATIONS.c.client == mac.lower())
        return self.all(query, _OBSERVATIONS.record)

    def of_clients(self, kind: str, since: datetime) -> tuple[ObservationRow, ...]:
        """What was observed of clients since then, of one kind, the latest first.

        At most twenty thousand.
        """
        where = and_(
            OBSERVATIONS.c.kind == kind,
            OBSERVATIONS.c.client != "",
            OBSERVATIONS.c.last_at >= stamp(since),
        )
        query = select(OBSERVATIONS).where(where).order_by(OBSERVATIONS.c.last_at.desc())
        return self.all(query.limit(_MOST_OF_A_KIND), _OBSERVATIONS.record)

    def messages(
        self, *, access_id: str | None = None, clients: Sequence[str] = ()
    ) -> tuple[MessageRow, ...]:
        """What was asked on an access or by clients, and not granted since, the oldest first.

        Of each client also when an address was granted to it the last time.
        """
        query = messages.about(access_id, [one.lower() for one in clients])
        return self.all(query.limit(_MOST_ROWS), messages.RECORDS.record)

    def erase(self, *, access_id: str | None = None, mac: str | None = None) -> int:
        """Erase all rows of an access, or of a MAC address; says how many they were.

        Raises:
            ValueError: Neither is given, which would be everything.
        """
        if access_id is None and mac is None:
            raise ValueError("of what?")
        with self.database.write() as connection:
            gone = messages.erase(connection, access_id, mac.lower() if mac else None)
            if access_id is not None:
                gone += _erased(connection, OBSERVATIONS, _observed_of(access_id, clients=True))
                gone += _erased(connection, LEASES, LEASES.c.access_id == access_id)
            if mac is not None:
                gone += _erased(connection, LEASES, LEASES.c.mac == mac.lower())
                gone += _erased(connection, OBSERVATIONS, OBSERVATIONS.c.client == mac.lower())
        return gone

    def expire(self, before: datetime, unanswered: datetime | None = None) -> int:
        """Erase what was last told of before a moment; says how many rows that were.

        What was asked and not granted goes earlier, where it is older than `unanswered`.

        A lease that runs is renewed or ends before long; one of which nothing is told any more is
        as old as its last word or its end, whichever is later. Of very many observations the
        oldest go earlier.
        """
        limit = stamp(before)
        with self.database.write() as connection:
            over = or_(LEASES.c.end.is_(None), LEASES.c.end < limit, LEASES.c.how.is_not(None))
            gone = _erased(connection, LEASES, and_(LEASES.c.heard < limit, over))
            times = select(OBSERVATIONS.c.last_at).order_by(OBSERVATIONS.c.last_at.desc())
            most = connection.execute(times.offset(_MOST_OBSERVED).limit(1)).scalar()
            old = OBSERVATIONS.c.last_at < max(limit, most or 0)
            gone += messages.expire(connection, before, max(before, unanswered or before))
            return gone + _erased(connection, OBSERVATIONS, old)

    def _rows(self, query: Any) -> tuple[LeaseRow, ...]:
        return self.all(query.limit(_MOST_ROWS), _LEASES.record)


class LeaseWriter:
    """Writes within one transaction."""

    def __init__(self, file: LeaseFile, connection: Connection) -> None:
        self._file = file
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
            yield from self._file.all(query, _LEASES.record, self._connection)

    def unplaced(self, limit: int) -> tuple[LeaseRow, ...]:
        """Newest rows with an identifier that named no access yet, the last heard of first."""
        seen = or_(
            *(LEASES.c[n].is_not(None) for n in ("circuit", "remote", "interface", "remote6"))
        )
        where = and_(LEASES.c.newest == 1, LEASES.c.access_id.is_(None), seen)
        query = select(LEASES).where(where).order_by(LEASES.c.heard.desc()).limit(limit)
        return self._file.all(query, _LEASES.record, self._connection)

    def put(self, rows: Iterable[LeaseRow]) -> None:
        """Write rows; one of the same address and start takes the place of the older."""
        found = [_LEASES.values(row) for row in rows]
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
            statement = upsert(OBSERVATIONS).values(_OBSERVATIONS.values(row))
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

    def hear(self, granted: Iterable[tuple[str, datetime]], rows: Iterable[MessageRow]) -> None:
        """Write what was asked, after what was asked before has been granted.

        Args:
            granted: Client and time of each grant: what it has asked until then is answered.
            rows: What was asked since, or answered.
        """
        messages.write(self._connection, granted, rows)

    def reach(self, position: Position) -> None:
        """Keep how far a source was read."""
        values = [_POSITIONS.values(position)]
        self._connection.execute(insert(POSITIONS).prefix_with("OR REPLACE"), values)


def _observed_of(access_id: str, *, clients: bool) -> ColumnElement[bool]:
    of = or_(OBSERVATIONS.c.access_id == access_id, OBSERVATIONS.c.other_id == access_id)
    theirs = select(LEASES.c.mac).where(LEASES.c.access_id == access_id, LEASES.c.mac.is_not(None))
    nobody = and_(OBSERVATIONS.c.access_id == "", OBSERVATIONS.c.other_id == "")
    return or_(of, and_(nobody, OBSERVATIONS.c.client.in_(theirs))) if clients else of


def _erased(connection: Connection, table: Table, where: Any) -> int:
    return connection.execute(delete(table).where(where)).rowcount
