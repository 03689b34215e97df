"""The file of access tokens: whose they are, what for, and when they end.

A token is written nowhere, only its SHA-256, so that who reads the file opens nothing with it.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Column, Integer, MetaData, Table, Text, delete, insert, select

from techinfo.errors import StoreError, TechinfoError
from techinfo.store.base import ISO, Records, StoreFile
from techinfo.store.database import Schema, in_memory_database


@dataclass(frozen=True, kw_only=True, slots=True)
class Token:
    """A token that was given for a password.

    Attributes:
        token_hash: SHA-256 of the token, in hex.
        id: What operators call it; it opens nothing.
        user: Login name.
        credential: The number of the password that it began with; 0: of the configuration.
        password_digest: Of that password's hash: a password that changes ends the token.
        scopes: What it is for, with blanks between (RFC 6749, 3.3).
        ends: From when on it is wrong.
        address: Of the client that it was given to.
    """

    token_hash: str
    id: str
    user: str
    credential: int
    password_digest: str
    scopes: str
    created: datetime
    ends: datetime
    address: str


_metadata = MetaData()
_tokens = Table(
    "tokens",
    _metadata,
    Column("token_hash", Text, primary_key=True),
    Column("id", Text, nullable=False, unique=True),
    Column("user", Text, nullable=False, index=True),
    Column("credential", Integer, nullable=False),
    Column("password_digest", Text, nullable=False),
    Column("scopes", Text, nullable=False),
    Column("created", Text, nullable=False),
    Column("ends", Text, nullable=False, index=True),
    Column("address", Text, nullable=False),
    sqlite_with_rowid=False,
)


def _fault(message: str) -> TechinfoError:
    return StoreError(message, key="tokens.path")


SCHEMA = Schema(
    metadata=_metadata,
    application_id=0x74746F6B,  # "ttok"
    version=1,
    fault=_fault,
)
_RECORDS = Records(Token)


class TokensFile(StoreFile):
    """An open file; every error is a `StoreError` that names it."""

    SCHEMA = SCHEMA
    SYNCHRONOUS = "NORMAL"  # what a power cut loses is a token, and its client asks for another
    BUSY_S = 0.5  # the event loop waits for a writer no longer than this

    @classmethod
    def in_memory(cls) -> TokensFile:
        """Without a file: all tokens end with the process."""
        return cls(in_memory_database(SCHEMA))

    def add(self, token: Token, *, most: int) -> None:
        """Write a token; of its user's, the ones that end first give way.

        Args:
            token: The new one.
            most: So many of one user stay.
        """
        c = _tokens.c
        newest = (
            select(c.token_hash)
            .where(c.user == token.user)
            .order_by(c.ends.desc(), c.created.desc())
            .limit(most - 1)
        )
        old = delete(_tokens).where(c.user == token.user, c.token_hash.not_in(newest))
        with self.database.write() as connection:
            connection.execute(old)
            connection.execute(insert(_tokens).values(_RECORDS.values(token)))

    def by_token(self, token_hash: str) -> Token | None:
        """What is known of a token; ``None``: there is none."""
        found = self.all(select(_tokens).where(_tokens.c.token_hash == token_hash), _RECORDS.record)
        return found[0] if found else None

    def tokens(self, user: str | None = None) -> tuple[Token, ...]:
        """All, or those of a user, the one that ends last first."""
        query = select(_tokens).order_by(_tokens.c.ends.desc(), _tokens.c.id)
        if user is not None:
            query = query.where(_tokens.c.user == user)
        return self.all(query, _RECORDS.record)

    def revoke(self, *, token_id: str | None = None, user: str | None = None) -> int:
        """Erase a token, those of a user, or without either all; says how many there were."""
        query = delete(_tokens)
        if token_id is not None:
            query = query.where(_tokens.c.id == token_id)
        if user is not None:
            query = query.where(_tokens.c.user == user)
        with self.database.write() as connection:
            return int(connection.execute(query).rowcount)

    def drop_old(self, *, ended_before: datetime) -> int:
        """Erase tokens that have ended; says how many."""
        ended = _tokens.c.ends < ISO.write(ended_before)
        with self.database.write() as connection:
            return int(connection.execute(delete(_tokens).where(ended)).rowcount)
