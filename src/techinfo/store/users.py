"""The file of users: who may ask, with which credentials, from where, and what was last used.

A credential is a hash; the password or key itself is written nowhere. Several of one user may
overlap, so that a password can be changed without an hour in which neither is right.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime

from sqlalchemy import Connection, delete, insert, select, update
from sqlalchemy.exc import IntegrityError

from techinfo.errors import UserError
from techinfo.store import user_records as tables
from techinfo.store.base import ISO, Database, StoreFile
from techinfo.store.user_records import SCHEMA, StoredCredential, StoredQuota, StoredUser, Use

_MOST_CREDENTIALS = 8
"""Passwords of one user that are neither ended nor revoked: each wrong one is checked against
all."""
_MOST_KEYS = 50
"""The same of API keys."""


class UsersFile(StoreFile):
    """An open file; every error of the file itself is a `ConfigError` that names it."""

    SCHEMA = SCHEMA
    BUSY_S = 0.5  # the event loop waits for a writer no longer than this

    def __init__(self, database: Database) -> None:
        super().__init__(database)
        with database.read() as connection:
            if connection.execute(select(tables.changes)).first() is not None:
                return
        with database.write() as connection:
            if connection.execute(select(tables.changes)).first() is None:
                connection.execute(insert(tables.changes).values(number=1))

    def touched(self) -> tuple[int, ...]:
        """Another value after every commit, of this process or another; costs microseconds."""
        return self.database.generation()

    def generation(self) -> int:
        """Grows with every change of users, credentials or quotas; not with uses."""
        with self.database.read() as connection:
            return int(connection.execute(select(tables.changes.c.number)).scalar_one())

    def users(self) -> tuple[StoredUser, ...]:
        """All of them, with all their credentials, by name.

        Raises:
            ConfigError: A row is not what this program writes.
        """
        uses = {use.credential: use for use in self.uses()}
        held: dict[str, list[StoredCredential]] = {}
        for credential in self.all(
            select(tables.credentials).order_by(tables.credentials.c.id),
            lambda row: tables.CREDENTIALS.record(row, last_use=uses.get(row.id)),
        ):
            held.setdefault(credential.user, []).append(credential)
        return self.all(
            select(tables.users).order_by(tables.users.c.name),
            lambda row: tables.USERS.record(row, credentials=tuple(held.get(row.name, ()))),
        )

    def user(self, name: str) -> StoredUser:
        """One of them.

        Raises:
            UserError: There is none of this name.
        """
        for user in self.users():
            if user.name == name:
                return user
        raise UserError(f"no user {name!r} is in {self.database.name}", name=name)

    def add(self, user: StoredUser) -> None:
        """Write a user without credentials.

        Raises:
            UserError: The name is taken.
        """
        with self._changing() as connection:
            try:
                connection.execute(insert(tables.users).values(tables.USERS.values(user)))
            except IntegrityError as error:
                raise UserError(f"there is a user {user.name!r} already", name=user.name) from error

    def remove(self, name: str) -> None:
        """Erase a user with all credentials.

        Raises:
            UserError: There is none of this name.
        """
        with self._changing() as connection:
            _one(
                connection.execute(
                    delete(tables.users).where(tables.users.c.name == name)
                ).rowcount,
                name,
            )
            connection.execute(delete(tables.uses).where(tables.uses.c.user == name))

    def disable(self, name: str, since: datetime | None) -> None:
        """Make all credentials of a user wrong, or with ``None`` right again.

        Raises:
            UserError: There is none of this name.
        """
        self._set(name, disabled=None if since is None else ISO.write(since))

    def restrict(self, name: str, networks: Iterable[str]) -> None:
        """Say from where a user may ask; without any network, from everywhere.

        Raises:
            UserError: There is none of this name.
        """
        self._set(name, networks=tables.NETWORKS.write(networks))

    def set_options(self, name: str, options: Mapping[str, str | bool | int]) -> None:
        """Say how a user is answered; replaces what was said.

        Raises:
            UserError: There is none of this name.
        """
        self._set(name, options=tables.OPTIONS.write(options))

    def add_credential(
        self,
        name: str,
        password_hash: str,
        *,
        label: str,
        now: datetime,
        expires: datetime | None = None,
        scopes: str | None = None,
    ) -> int:
        """Write a further credential of a user, with scopes an API key; gives its id.

        Raises:
            UserError: There is none of this name, or it has as many as one user may have.
        """
        is_key = scopes is not None
        alike = (c for c in self.user(name).credentials if (c.scopes is not None) == is_key)
        holding = sum(c.holds(now) for c in alike)
        if holding >= (_MOST_KEYS if is_key else _MOST_CREDENTIALS):
            raise UserError(
                f"{name!r} has {holding} credentials that hold, and may have no more; revoke one",
                name=name,
            )
        row = {
            "user": name,
            "label": label,
            "password_hash": password_hash,
            "created": ISO.write(now),
            "expires": None if expires is None else ISO.write(expires),
            "scopes": scopes,
        }
        with self._changing() as connection:
            made = connection.execute(
                insert(tables.credentials).values(row).returning(tables.credentials.c.id)
            )
            return int(made.scalar_one())

    def revoke(self, name: str, credential: int, now: datetime) -> None:
        """Take a credential back, now; one that was taken back stays so since then.

        Raises:
            UserError: This user has no such credential.
        """
        if credential not in {c.id for c in self.user(name).credentials}:
            raise UserError(f"{name!r} has no credential {credential}", name=name)
        with self._changing() as connection:
            connection.execute(
                update(tables.credentials)
                .where(
                    tables.credentials.c.id == credential, tables.credentials.c.revoked.is_(None)
                )
                .values(revoked=ISO.write(now))
            )

    def renew(
        self,
        name: str,
        credential: int,
        password_hash: str,
        *,
        now: datetime,
        expires: datetime | None,
    ) -> int:
        """Put another password in the place of one, at once and under its label; gives its id.

        Raises:
            UserError: That one does not hold any more, or is none of this user.
        """
        c = tables.credentials.c
        with self._changing() as connection:
            replaced = connection.execute(
                update(tables.credentials)
                .where(c.id == credential, c.user == name, c.revoked.is_(None), c.scopes.is_(None))
                .values(revoked=ISO.write(now))
                .returning(c.label)
            ).one_or_none()
            if replaced is None:
                raise UserError(f"{name!r} has no password {credential} any more", name=name)
            row = {
                "user": name,
                "label": replaced.label,
                "password_hash": password_hash,
                "created": ISO.write(now),
                "expires": None if expires is None else ISO.write(expires),
            }
            made = connection.execute(insert(tables.credentials).values(row).returning(c.id))
            return int(made.scalar_one())

    def note_uses(self, uses: Iterable[Use]) -> None:
        """Remember when credentials were last right."""
        rows = [tables.USES.values(use) for use in uses]
        if rows:
            with self.database.write() as connection:
                connection.execute(insert(tables.uses).prefix_with("OR REPLACE"), rows)

    def uses(self) -> tuple[Use, ...]:
        """The last use of every credential, those of the configuration too."""
        return self.all(select(tables.uses), tables.USES.record)

    def set_quota(self, provider: str, quota: StoredQuota) -> None:
        """Say what a provider may ask for; one that says nothing is erased."""
        with self._changing() as connection:
            connection.execute(delete(tables.quotas).where(tables.quotas.c.provider == provider))
            if quota != StoredQuota():
                connection.execute(
                    insert(tables.quotas).values(provider=provider, **tables.QUOTAS.values(quota))
                )

    def quotas(self) -> dict[str, StoredQuota]:
        """What is said of single providers, by their names."""
        with self.database.read() as connection:
            rows = connection.execute(select(tables.quotas)).all()
        return {row.provider: tables.QUOTAS.record(row) for row in rows}

    @contextmanager
    def _changing(self) -> Iterator[Connection]:
        with self.database.write() as connection:
            yield connection
            connection.execute(update(tables.changes).values(number=tables.changes.c.number + 1))

    def _set(self, name: str, **values: str | None) -> None:
        with self._changing() as connection:
            changed = connection.execute(
                update(tables.users).where(tables.users.c.name == name).values(**values)
            )
            _one(changed.rowcount, name)


def _one(rows: int, name: str) -> None:
    if rows != 1:
        raise UserError(f"there is no user {name!r}", name=name)
