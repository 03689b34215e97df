"""The file of sessions: who is logged in on the page, since when, and from where.

A session's token is written nowhere, only its SHA-256, so that who reads the file is not logged in.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Column, Integer, MetaData, Table, Text, delete, insert, select, update

from techinfo.errors import StoreError, TechinfoError
from techinfo.store.base import ISO, Records, StoreFile
from techinfo.store.database import Schema, in_memory_database


@dataclass(frozen=True, kw_only=True, slots=True)
class Session:
    """A log-in that goes on until it is ended, is idle for too long, or is too old.

    Attributes:
        token_hash: SHA-256 of the token, in hex.
        id: What its user calls it; it opens nothing.
        user: Login name.
        credential: The number of the password that it began with; 0: of the configuration.
        password_digest: Of that password's hash: a password that changes ends the session.
        used: When it was last used, give or take a minute.
        address: Of the client, when it was last noted.
        agent: What the browser called itself, cut off.
    """

    token_hash: str
    id: str
    user: str
    credential: int
    password_digest: str
    created: datetime
    used: datetime
    address: str
    agent: str


_metadata = MetaData()
_sessions = Table(
    "sessions",
    _metadata,
    Column("token_hash", Text, primary_key=True),
    Column("id", Text, nullable=False, unique=True),
    Column("user", Text, nullable=False, index=True),
    Column("credential", Integer, nullable=False),
    Column("password_digest", Text, nullable=False),
    Column("created", Text, nullable=False),
    Column("used", Text, nullable=False),
    Column("address", Text, nullable=False),
    Column("agent", Text, nullable=False),
    sqlite_with_rowid=False,
)


def _fault(message: str) -> TechinfoError:
    return StoreError(message, key="page.sessions")


SCHEMA = Schema(
    metadata=_metadata,
    application_id=0x74736573,  # "tses"
    version=1,
    fault=_fault,
)
_RECORDS = Records(Session)


class SessionsFile(StoreFile):
    """An open file; every error is a `StoreError` that names it."""

    SCHEMA = SCHEMA
    SYNCHRONOUS = "NORMAL"  # what a power cut loses is a log-in
    BUSY_S = 0.5  # the event loop waits for a writer no longer than this

    @classmethod
    def in_memory(cls) -> SessionsFile:
        """Without a file: all sessions end with the process."""
        return cls(in_memory_database(SCHEMA))

    def add(self, session: Session, *, most: int) -> None:
        """Write a session; of its user's, the ones that were idle longest give way.

        Args:
            session: The new one.
            most: So many of one user stay.
        """
        c = _sessions.c
        newest = (
            select(c.token_hash)
            .where(c.user == session.user)
            .order_by(c.used.desc())
            .limit(most - 1)
        )
        old = delete(_sessions).where(c.user == session.user, c.token_hash.not_in(newest))
        with self.database.write() as connection:
            connection.execute(old)
            connection.execute(insert(_sessions).values(_RECORDS.values(session)))

    def by_token(self, token_hash: str) -> Session | None:
        """The session of a token; ``None``: there is none."""
        found = self.all(
            select(_sessions).where(_sessions.c.token_hash == token_hash), _RECORDS.record
        )
        return found[0] if found else None

    def of(self, user: str) -> tuple[Session, ...]:
        """All of a user, the last used first."""
        c = _sessions.c
        query = select(_sessions).where(c.user == user).order_by(c.used.desc(), c.id)
        return self.all(query, _RECORDS.record)

    def note_use(self, session: Session, at: datetime, address: str) -> None:
        """Remember when and from where a session was used."""
        of_it = _sessions.c.token_hash == session.token_hash
        with self.database.write() as connection:
            connection.execute(
                update(_sessions).where(of_it).values(used=ISO.write(at), address=address)
            )

    def end(self, user: str, session_id: str | None = None) -> int:
        """Erase a session of a user, or all; says how many there were."""
        query = delete(_sessions).where(_sessions.c.user == user)
        if session_id is not None:
            query = query.where(_sessions.c.id == session_id)
        with self.database.write() as connection:
            return int(connection.execute(query).rowcount)

    def drop_old(self, *, created_before: datetime, used_before: datetime) -> int:
        """Erase sessions that have ended by their age; says how many."""
        c = _sessions.c
        ended = (c.created < ISO.write(created_before)) | (c.used < ISO.write(used_before))
        with self.database.write() as connection:
            return int(connection.execute(delete(_sessions).where(ended)).rowcount)
