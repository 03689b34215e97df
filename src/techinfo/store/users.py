"""The file of users: who may ask, with which credentials, from where, and what was last used.

A credential is an Argon2 hash; the password itself is written nowhere. Several of one user may
overlap, so that a password can be changed without an hour in which neither is right.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Self

from sqlalchemy import Connection, delete, insert, select, update
from sqlalchemy.exc import IntegrityError

from techinfo.errors import UserError
from techinfo.store import user_records as tables
from techinfo.store.database import Database, open_database
from techinfo.store.user_records import SCHEMA, StoredCredential, StoredQuota, StoredUser, Use

_BUSY_S = 0.5
"""The event loop waits for a writer no longer than this."""
_MOST_CREDENTIALS = 8
"""Of one user that are neither ended nor revoked: each wrong password is checked against all."""


class UsersFile:
    """An open file. Close it, or use ``with``.

    Every error of the file itself is a `ConfigError` that names it.
    """

    def __init__(self, database: Database) -> None:
        self._database = database
        with database.read() as connection:
            if connection.execute(select(tables.changes)).first() is not None:
                return
        with database.write() as connection:
            if connection.execute(select(tables.changes)).first() is None:
                connection.execute(insert(tables.changes).values(number=1))

    @classmethod
    def open(cls, path: Path) -> Self:
        """Open a file; where there is none, an empty one is created."""
        return cls(open_database(path, SCHEMA, synchronous="FULL", busy_timeout_s=_BUSY_S))

    @property
    def database(self) -> Database:
        """The file itself."""
        return self._database

    def touched(self) -> tuple[int, ...]:
        """Another value after every commit, of this process or another; costs microseconds."""
        return self._database.generation()

    def generation(self) -> int:
        """Grows with every change of users, credentials or quotas; not with uses."""
        with self._database.read() as connection:
            return int(connection.execute(select(tables.changes.c.number)).scalar_one())

    def users(self) -> tuple[StoredUser, ...]:
        """All of them, with all their credentials, by name.

        Raises:
            ConfigError: A row is not what this program writes.
        """
        with self._database.read() as connection:
            users = connection.execute(select(tables.users).order_by(tables.users.c.name)).all()
            found = connection.execute(
                select(tables.credentials).order_by(tables.credentials.c.id)
            ).all()
            uses = {
                u.credential: u
                for u in map(tables.use_of, connection.execute(select(tables.uses)).all())
            }
        try:
            credentials: dict[str, list[StoredCredential]] = {}
            for row in found:
                credentials.setdefault(row.user, []).append(
                    tables.credential_of(row, uses.get(row.id))
                )
            return tuple(tables.user_of(row, credentials.get(row.name, [])) for row in users)
        except (TypeError, ValueError) as error:
            raise tables.fault(f"{self._database.name}: a row cannot be read: {error}") from error

    def user(self, name: str) -> StoredUser:
        """One of them.

        Raises:
            UserError: There is none of this name.
        """
        for user in self.users():
            if user.name == name:
                return user
        raise UserError(f"no user {name!r} is in {self._database.name}", name=name)

    def add(self, user: StoredUser) -> None:
        """Write a user without credentials.

        Raises:
            UserError: The name is taken.
        """
        row = {
            "name": user.name,
            "role": user.role,
            "provider": user.provider,
            "networks": json.dumps(user.networks),
            "options": json.dumps(dict(user.options)),
            "created": user.created.isoformat(),
            "disabled": tables.text_of(user.disabled),
        }
        with self._changing() as connection:
            try:
                connection.execute(insert(tables.users).values(row))
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
        self._set(name, disabled=tables.text_of(since))

    def restrict(self, name: str, networks: Iterable[str]) -> None:
        """Say from where a user may ask; without any network, from everywhere.

        Raises:
            UserError: There is none of this name.
        """
        self._set(name, networks=json.dumps(list(networks)))

    def set_options(self, name: str, options: Mapping[str, str | bool | int]) -> None:
        """Say how a user is answered; replaces what was said.

        Raises:
            UserError: There is none of this name.
        """
        self._set(name, options=json.dumps(dict(options)))

    def add_credential(
        self,
        name: str,
        password_hash: str,
        *,
        label: str,
        now: datetime,
        expires: datetime | None = None,
    ) -> int:
        """Write a further credential of a user; gives its id.

        Raises:
            UserError: There is none of this name, or it has as many as one user may have.
        """
        holding = [c for c in self.user(name).credentials if c.holds(now)]
        if len(holding) >= _MOST_CREDENTIALS:
            raise UserError(
                f"{name!r} has {len(holding)} credentials that hold, and may have no more;"
                " revoke one",
                name=name,
            )
        row = {
            "user": name,
            "label": label,
            "password_hash": password_hash,
            "created": now.isoformat(),
            "expires": tables.text_of(expires),
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
                .values(revoked=now.isoformat())
            )

    def note_uses(self, uses: Iterable[Use]) -> None:
        """Remember when credentials were last right."""
        rows = [
            {
                "user": u.user,
                "credential": u.credential,
                "at": u.at.isoformat(),
                "address": u.address,
            }
            for u in uses
        ]
        if rows:
            with self._database.write() as connection:
                connection.execute(insert(tables.uses).prefix_with("OR REPLACE"), rows)

    def uses(self) -> tuple[Use, ...]:
        """The last use of every credential, those of the configuration too."""
        with self._database.read() as connection:
            return tuple(map(tables.use_of, connection.execute(select(tables.uses)).all()))

    def set_quota(self, provider: str, quota: StoredQuota) -> None:
        """Say what a provider may ask for; one that says nothing is erased."""
        row = {name: getattr(quota, name) for name in StoredQuota.__slots__}
        with self._changing() as connection:
            connection.execute(delete(tables.quotas).where(tables.quotas.c.provider == provider))
            if quota != StoredQuota():
                connection.execute(insert(tables.quotas).values(provider=provider, **row))

    def quotas(self) -> dict[str, StoredQuota]:
        """What is said of single providers, by their names."""
        with self._database.read() as connection:
            rows = connection.execute(select(tables.quotas)).all()
        return {
            row.provider: StoredQuota(
                **{name: getattr(row, name) for name in StoredQuota.__slots__}
            )
            for row in rows
        }

    def close(self) -> None:
        """Give the file back."""
        self._database.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    @contextmanager
    def _changing(self) -> Iterator[Connection]:
        with self._database.write() as connection:
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
