"""What the file of users holds: accounts, their credentials, quotas of providers."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy import Column, ForeignKey, Integer, MetaData, Table, Text

from techinfo.errors import StoreError, TechinfoError
from techinfo.store.base import Codec, Records
from techinfo.store.database import Schema


@dataclass(frozen=True, kw_only=True, slots=True)
class Use:
    """When and from where a credential was last right.

    Attributes:
        user: Login name.
        credential: 0 for the one of the configuration.
        address: Of the client, behind proxies that are trusted.
    """

    user: str
    credential: int
    at: datetime
    address: str


@dataclass(frozen=True, kw_only=True, slots=True)
class StoredCredential:
    """One password or API key of a user, as its hash.

    Attributes:
        id: Unique in the file, never given twice.
        label: What it is for, in the operator's words.
        password_hash: Argon2 of a password; SHA-256, in hex, of a key, which nobody has chosen.
        scopes: What a key is for, with blanks between; ``None``: it is a password.
        expires: From when on it is wrong; ``None``: never.
        revoked: When it was taken back.
        last_use: ``None`` when it was never used.
    """

    id: int
    user: str
    label: str
    password_hash: str = field(repr=False)
    created: datetime
    expires: datetime | None = None
    revoked: datetime | None = None
    scopes: str | None = None
    last_use: Use | None = None

    def holds(self, now: datetime) -> bool:
        """Whether it is right at a time: neither ended nor revoked."""
        return self.revoked is None and (self.expires is None or now < self.expires)


@dataclass(frozen=True, kw_only=True, slots=True)
class StoredUser:
    """Someone who may ask.

    Attributes:
        name: What they log in with.
        role: ``operator``, ``engineer`` or ``provider``.
        provider: Whose subscriptions are theirs; of the role provider alone.
        networks: From where they may ask; empty: from everywhere.
        options: How they are answered, by the names of `techinfo.access.viewer.Options`.
        disabled: Since when none of the credentials is right.
    """

    name: str
    role: str
    provider: str | None = None
    networks: tuple[str, ...] = ()
    options: Mapping[str, str | bool | int] = field(default_factory=dict)
    created: datetime
    disabled: datetime | None = None
    credentials: tuple[StoredCredential, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class StoredQuota:
    """What one provider may ask for; ``None`` is as the configuration says."""

    requests_per_minute: int | None = None
    misses_per_hour: int | None = None
    in_flight: int | None = None
    waiting: int | None = None


_metadata = MetaData()
users = Table(
    "users",
    _metadata,
    Column("name", Text, primary_key=True),
    Column("role", Text, nullable=False),
    Column("provider", Text),
    Column("networks", Text, nullable=False),
    Column("options", Text, nullable=False),
    Column("created", Text, nullable=False),
    Column("disabled", Text),
)
credentials = Table(
    "credentials",
    _metadata,
    Column("id", Integer, primary_key=True),
    Column("user", ForeignKey("users.name", ondelete="CASCADE"), nullable=False, index=True),
    Column("label", Text, nullable=False),
    Column("password_hash", Text, nullable=False),
    Column("created", Text, nullable=False),
    Column("expires", Text),
    Column("revoked", Text),
    Column("scopes", Text),
    sqlite_autoincrement=True,
)
uses = Table(
    "uses",
    _metadata,
    Column("user", Text, primary_key=True),
    Column("credential", Integer, primary_key=True),
    Column("at", Text, nullable=False),
    Column("address", Text, nullable=False),
    sqlite_with_rowid=False,
)
quotas = Table(
    "quotas",
    _metadata,
    Column("provider", Text, primary_key=True),
    Column("requests_per_minute", Integer),
    Column("misses_per_hour", Integer),
    Column("in_flight", Integer),
    Column("waiting", Integer),
)
changes = Table("changes", _metadata, Column("number", Integer, primary_key=True))
"""One row: grows with every change of users, credentials and quotas, but not with a use."""


def fault(message: str) -> TechinfoError:
    """The error of this room."""
    return StoreError(message, key="service.users_file")


SCHEMA = Schema(
    metadata=_metadata,
    application_id=0x74757372,  # "tusr"
    version=2,
    fault=fault,
    migrations=Path(__file__).with_name("users_migrations"),
)


def _parsed(text: str, kind: type) -> Any:
    found = json.loads(text)
    if not isinstance(found, kind):
        raise TypeError("networks or options are neither")
    return found


NETWORKS = Codec(
    lambda networks: json.dumps(list(networks)),
    lambda text: tuple(map(str, _parsed(text, list))),
)
OPTIONS = Codec(lambda options: json.dumps(dict(options)), lambda text: _parsed(text, dict))
USERS = Records(StoredUser, besides=("credentials",), networks=NETWORKS, options=OPTIONS)
CREDENTIALS = Records(StoredCredential, besides=("last_use",))
USES = Records(Use)
QUOTAS = Records(StoredQuota)
