"""The audit log: who asked what about which access, when, for whom. Never what was answered."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import asdict
from datetime import UTC, datetime, timedelta
from operator import attrgetter
from pathlib import Path
from typing import Any

from sqlalchemy import (
    Column,
    ColumnElement,
    Index,
    Integer,
    MetaData,
    Row,
    Select,
    Table,
    Text,
    delete,
    false,
    func,
    insert,
    or_,
    select,
)
from sqlalchemy.dialects import sqlite

from techinfo.errors import StoreError, TechinfoError
from techinfo.store.base import MS, Records, StoreFile, ms_of
from techinfo.store.database import Schema
from techinfo.values import value

KEPT = timedelta(days=180)
"""Contract: How long."""
LOST = "lost"
"""Stands as method of an entry that says how many others could not be written."""
START, STOP = "start", "stop"
"""Stand as method of the entries that say when the service began and ended in order."""
GAP = "gap"
"""Stands as method of an entry that says where others may be missing: the service has died."""
REFUSED = "refused"
"""Stands as method of an entry that says how many log-ins were refused without one of their own."""
NOTES = (LOST, START, STOP, GAP, REFUSED)
"""All that stand in the place of a method of HTTP."""

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
    Column("case_reference", Text),
)
Index("entries_of_access", _entries.c.access_id, _entries.c.at_ms)
Index("entries_of_user", _entries.c.user, _entries.c.at_ms)


def _fault(message: str) -> TechinfoError:
    return StoreError(message, key="audit.path")


SCHEMA = Schema(
    metadata=_metadata,
    application_id=0x74617564,  # "taud"
    version=2,
    fault=_fault,
    migrations=Path(__file__).with_name("audit_migrations"),
)


@value(frozen=True, kw_only=True, slots=True)
class AuditEntry:
    """One request about one access, or about none; or a note.

    Attributes:
        user: Login name; of a log-in that was refused ``#`` and digits where nobody is called so.
        role: Empty where nobody was let in.
        provider: Of a provider's user.
        on_behalf_of: Whatever the client called the person it asked for.
        address: Of the client, behind proxies that are trusted.
        method: Of HTTP; one of `NOTES` for a note; ``CONFIRM`` of a command, by whom the system
            calls ``user``.
        path: Without prefix and query; of a command, which.
        access_id: As the request named it.
        status: Of HTTP; ``None`` when the client went before the answer.
        error_id: Of a 5xx, as in the log.
        request_id: As in the log; of a note about a run of the service, which.
        case_reference: What the client called the case that it asked for.
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
    case_reference: str | None = None


_ENTRIES = Records(AuditEntry, MS)
_WRITTEN = [column.name for column in _entries.c if column.name != "id"]
_INSERT = str(
    insert(_entries).compile(column_keys=_WRITTEN, dialect=sqlite.dialect(paramstyle="qmark"))
)
_BEHIND_THE_TIME = attrgetter(*_WRITTEN[1:])
"""Of an entry: as it stands in its row. Every request is one, so that its row costs little."""


class AuditFile(StoreFile):
    """An open file; every error is a `ConfigError` that names it."""

    SCHEMA = SCHEMA

    def write(self, entries: Sequence[AuditEntry], lost: int = 0) -> None:
        """Write entries in one transaction.

        Args:
            entries: What was asked.
            lost: How many others could not be kept; that is written down, too.
        """
        told = [*entries, note(LOST, f"{lost} entries")] if lost else entries
        rows = [(ms_of(entry.at), *_BEHIND_THE_TIME(entry)) for entry in told]
        if rows:
            with self.database.write() as connection:
                connection.exec_driver_sql(_INSERT, rows)

    def entries(
        self,
        *,
        access_id: str | None = None,
        user: str | None = None,
        since: datetime | None = None,
        most: int | None = 1000,
    ) -> Iterator[AuditEntry]:
        """The newest entries first; notes of missing ones are among them, whatever is asked for."""
        asked = select(_entries).order_by(_entries.c.at_ms.desc(), _entries.c.id.desc())
        missing = _entries.c.method.in_((LOST, GAP))
        if access_id is not None:
            asked = asked.where((_entries.c.access_id == access_id) | missing)
        if user is not None:
            asked = asked.where((_entries.c.user == user) | missing)
        if since is not None:
            asked = asked.where(_entries.c.at_ms >= ms_of(since))
        with self.database.read() as connection:
            for row in connection.execute(asked.limit(most)):
                yield _ENTRIES.record(row)

    def about(self, *, access_id: str | None, mac: str | None) -> Iterator[dict[str, Any]]:
        """All entries about an access, or whose words hold a MAC address, by age."""
        asked = select(_entries).where(_about(access_id, mac)).order_by(_entries.c.at_ms)
        with self.database.read() as connection:
            for row in connection.execute(asked):
                entry = _ENTRIES.record(row)
                yield asdict(entry) | {"at": entry.at.isoformat()}

    def erase(self, *, access_id: str | None, mac: str | None) -> int:
        """Erase all entries about an access or a MAC address; says how many those were.

        Raises:
            ConfigError: It could not be done, or traces of them stay for the moment.
        """
        with self.database.write() as connection:
            gone = delete(_entries).where(_about(access_id, mac))
            count = int(connection.execute(gone).rowcount)
        if not self.database.scrub():
            raise _fault(
                f"{self.database.name}: {count} entries are deleted, but somebody reads, so that"
                " their traces stay beside the file; try again"
            )
        return count

    def drop_old(self, now: datetime, keep: timedelta = KEPT) -> int:
        """Erase what is older than it may be; says how many entries that were.

        That a run began stays until it has ended, or nobody would see that it died.
        """
        with self.database.write() as connection:
            running = _runs().with_only_columns(_entries.c.id)
            old = delete(_entries).where(
                _entries.c.at_ms < ms_of(now - keep), _entries.c.id.not_in(running)
            )
            return int(connection.execute(old).rowcount)

    def gaps(self, process: str) -> list[AuditEntry]:
        """A note for every run that began and never ended, in another process than this one.

        Args:
            process: Of this one: how the names of its runs begin.
        """
        with self.database.read() as connection:
            died = [row for row in connection.execute(_runs()) if not _of(row, process)]
            last = connection.execute(
                select(_entries.c.at_ms).order_by(_entries.c.id.desc()).limit(1)
            ).scalar_one_or_none()
        if last is None:
            return []
        since = datetime.fromtimestamp(last / 1000, UTC).isoformat(timespec="milliseconds")
        return [note(GAP, f"since {since}", run=row.request_id) for row in died]


def note(kind: str, words: str, *, run: str | None = None, address: str = "") -> AuditEntry:
    """An entry of now that tells of the log itself.

    Args:
        kind: One of `NOTES`.
        words: What it tells.
        run: Of the service, that it is about.
        address: That it is about.
    """
    return AuditEntry(
        at=datetime.now(UTC),
        user="",
        role="",
        method=kind,
        path=words,
        address=address,
        request_id=run,
    )


def _runs() -> Select[Any]:
    """Runs of the service that have begun, and neither ended nor are known to have died."""
    other = _entries.alias()
    ended = select(other.c.request_id).where(
        other.c.user == "", other.c.method.in_((STOP, GAP)), other.c.request_id.is_not(None)
    )
    return select(_entries).where(
        _entries.c.user == "",  # the index of users leads there
        _entries.c.method == START,
        _entries.c.request_id.not_in(ended),
    )


def _of(row: Row[Any], process: str) -> bool:
    return str(row.request_id).startswith(process)


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
