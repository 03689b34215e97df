"""The audit log: who asked what about which access, when, for whom. Never what was answered."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Self

from sqlalchemy import (
    Column,
    ColumnElement,
    Index,
    Integer,
    MetaData,
    Row,
    Table,
    Text,
    delete,
    false,
    func,
    insert,
    or_,
    select,
)

from techinfo.errors import ConfigError, TechinfoError
from techinfo.store.database import Database, Schema, open_database, open_read_only

KEPT = timedelta(days=180)
"""Contract: How long."""
LOST = "lost"
"""Stands as method of an entry that says how many others could not be written."""

_metadata = MetaData()
_entries = Table(
    "entries",
    _metadata,
    Column("id", Integer, primary_key=True),
    Column("at_ms", Integer, nullable=False, index=True),
    Column("user", Text, nullable=False),
    Column("role", Text, nullable=False),
    Column("provider", Text),
    Column("on_behalf_of", Text),
    Column("address", Text, nullable=False),
    Column("method", Text, nullable=False),
    Column("path", Text, nullable=False),
    Column("access_id", Text),
    Column("status", Integer),
    Column("error_id", Text),
    Column("request_id", Text),
)
Index("entries_of_access", _entries.c.access_id, _entries.c.at_ms)
Index("entries_of_user", _entries.c.user, _entries.c.at_ms)


def _fault(message: str) -> TechinfoError:
    return ConfigError(message, key="audit.path")


SCHEMA = Schema(
    metadata=_metadata,
    application_id=0x74617564,  # "taud"
    version=1,
    fault=_fault,
)


@dataclass(frozen=True, kw_only=True, slots=True)
class AuditEntry:
    """One request about one access, or about none.

    Attributes:
        user: Login name.
        provider: Of a provider's user.
        on_behalf_of: Whatever the client called the person it asked for.
        address: Of the client, behind proxies that are trusted.
        method: Of HTTP; `LOST` for the note that entries are missing.
        path: Without prefix and query.
        access_id: As the request named it.
        status: Of HTTP; ``None`` when the client went before the answer.
        error_id: Of a 5xx, as in the log.
        request_id: As in the log.
    """

    at: datetime
    user: str
    role: str
    provider: str | None = None
    on_behalf_of: str | None = None
    address: str = ""
    method: str
    path: str
    access_id: str | None = None
    status: int | None = None
    error_id: str | None = None
    request_id: str | None = None


class AuditFile:
    """An open file; every error is a `ConfigError` that names it. Close it, or use ``with``."""

    def __init__(self, database: Database) -> None:
        self._database = database

    @classmethod
    def open(cls, path: Path) -> Self:
        """Open a file for writing; where there is none, an empty one is created."""
        return cls(open_database(path, SCHEMA))

    @classmethod
    def open_read_only(cls, path: Path) -> Self:
        """Open a file that is there, and never write to it."""
        return cls(open_read_only(path, SCHEMA))

    def write(self, entries: Sequence[AuditEntry], lost: int = 0) -> None:
        """Write entries in one transaction.

        Args:
            entries: What was asked.
            lost: How many others could not be kept; that is written down, too.
        """
        rows = [_row(entry) for entry in entries]
        if lost:
            note = AuditEntry(
                at=datetime.now(UTC), user="", role="", method=LOST, path=f"{lost} entries"
            )
            rows.append(_row(note))
        if rows:
            with self._database.write() as connection:
                connection.execute(insert(_entries), rows)

    def entries(
        self,
        *,
        access_id: str | None = None,
        user: str | None = None,
        since: datetime | None = None,
        most: int = 1000,
    ) -> Iterator[AuditEntry]:
        """The newest entries first; notes of lost ones are among them, whatever is asked for."""
        asked = select(_entries).order_by(_entries.c.at_ms.desc(), _entries.c.id.desc())
        if access_id is not None:
            asked = asked.where((_entries.c.access_id == access_id) | (_entries.c.method == LOST))
        if user is not None:
            asked = asked.where((_entries.c.user == user) | (_entries.c.method == LOST))
        if since is not None:
            asked = asked.where(_entries.c.at_ms >= _ms(since))
        with self._database.read() as connection:
            for row in connection.execute(asked.limit(most)):
                yield _entry(row)

    def about(self, *, access_id: str | None, mac: str | None) -> Iterator[dict[str, Any]]:
        """All entries about an access, or whose words hold a MAC address, by age."""
        asked = select(_entries).where(_about(access_id, mac)).order_by(_entries.c.at_ms)
        with self._database.read() as connection:
            for row in connection.execute(asked):
                entry = _entry(row)
                told = {name: getattr(entry, name) for name in AuditEntry.__slots__}
                yield told | {"at": entry.at.isoformat()}

    def erase(self, *, access_id: str | None, mac: str | None) -> int:
        """Erase all entries about an access or a MAC address; says how many those were.

        Raises:
            ConfigError: It could not be done, or traces of them stay for the moment.
        """
        with self._database.write() as connection:
            gone = delete(_entries).where(_about(access_id, mac))
            count = int(connection.execute(gone).rowcount)
        if not self._database.scrub():
            raise _fault(
                f"{self._database.name}: {count} entries are deleted, but somebody reads, so that"
                " their traces stay beside the file; try again"
            )
        return count

    def drop_old(self, now: datetime, keep: timedelta = KEPT) -> int:
        """Erase what is older than it may be; says how many entries that were."""
        with self._database.write() as connection:
            old = delete(_entries).where(_entries.c.at_ms < _ms(now - keep))
            return int(connection.execute(old).rowcount)

    def close(self) -> None:
        """Give the file back."""
        self._database.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def _about(access_id: str | None, mac: str | None) -> ColumnElement[bool]:
    """Entries of an access by its id; of a MAC address by what a client wrote, however spelt."""
    told = []
    if access_id is not None:
        told.append(_entries.c.access_id == access_id)
    if mac is not None:
        digits = mac.replace(":", "").lower()
        for column in (_entries.c.path, _entries.c.on_behalf_of):
            bare = func.lower(column)
            for sign in (":", "-", "."):
                bare = func.replace(bare, sign, "")
            told.append(bare.contains(digits, autoescape=True))
    return or_(false(), *told)


def _row(entry: AuditEntry) -> dict[str, Any]:
    told = {name: getattr(entry, name) for name in AuditEntry.__slots__ if name != "at"}
    return told | {"at_ms": _ms(entry.at)}


def _entry(row: Row[Any]) -> AuditEntry:
    told = {name: getattr(row, name) for name in AuditEntry.__slots__ if name != "at"}
    return AuditEntry(at=datetime.fromtimestamp(row.at_ms / 1000, UTC), **told)


def _ms(at: datetime) -> int:
    return round(at.timestamp() * 1000)
