"""What is written of a user: the account, its credentials, its provider's quota."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime


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
    """One password of a user, as its hash.

    Attributes:
        id: Unique in the file, never given twice.
        label: What it is for, in the operator's words.
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
