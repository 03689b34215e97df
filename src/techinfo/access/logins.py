"""Who may log in: the users of the configuration, and beside them those of the users' file.

The file may change while the service runs. It is looked at when somebody asks, once a second at
most, so that a credential that is taken back is wrong within seconds; a file that cannot be read
leaves in force what was read last.
"""

from __future__ import annotations

import hashlib
import logging
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, fields
from datetime import UTC, datetime
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network

from techinfo.access.viewer import Options, Role, Scope, Viewer
from techinfo.config import User
from techinfo.errors import ConfigError, TechinfoError, UserError
from techinfo.store.user_records import StoredQuota, StoredUser
from techinfo.store.users import UsersFile

_LOOK_S = 1.0
"""Seconds between two looks at the file."""

_NUMBERS = frozenset({"open_tickets", "ticket_octets", "ticket_comments"})
"""Options that say how many."""

KEY_PREFIX = "tik_"
"""Of every API key: by it scanners of source code know a leak."""

_log = logging.getLogger(__name__)


@dataclass(frozen=True, kw_only=True, slots=True)
class Login:
    """One credential of somebody who may ask.

    Attributes:
        credential: Its number in the users' file; 0 for the one of the configuration.
        password_hash: Argon2 of a password, SHA-256 of an API key.
        scopes: What a key is for; ``None``: it is a password.
        expires: From when on it is wrong, in seconds since 1970; ``None``: never.
        networks: From where it is right; empty: from everywhere.
    """

    viewer: Viewer
    credential: int = 0
    password_hash: str = field(repr=False)
    expires: float | None = None
    networks: tuple[IPv4Network | IPv6Network, ...] = ()
    scopes: frozenset[Scope] | None = None

    @property
    def key(self) -> tuple[str, int]:
        """Login name and number: what makes it this one."""
        return (self.viewer.name, self.credential)

    @property
    def digest(self) -> str:
        """Of its hash: what began with a password that has changed since is known by it."""
        return digest_of(self.password_hash)

    def holds(self, address: str, now: float) -> bool:
        """Whether it is right from this address, at a time in seconds since 1970."""
        return self.reaches(address) and (self.expires is None or now < self.expires)

    def reaches(self, address: str) -> bool:
        """Whether it is right from this address."""
        if not self.networks:
            return True
        found = _address(address)
        return found is not None and any(found in network for network in self.networks)


class Logins:
    """All credentials that hold.

    Args:
        configured: The users of the configuration, by name.
        file: The users' file, if there is one.
        denied: Names whose credentials are all wrong, wherever they stand.
        monotonic: Seconds that never go back.

    Attributes:
        generation: Grows with every change.
        quotas: What the file says of single providers.
        known_addresses: Login names, and from where they were right when the file was opened.

    Raises:
        ConfigError: A name stands in both, or the file cannot be read.
    """

    def __init__(
        self,
        configured: Mapping[str, User],
        file: UsersFile | None = None,
        *,
        denied: Iterable[str] = (),
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._denied = frozenset(denied)
        self._configured = {name: [_of_settings(name, user)] for name, user in configured.items()}
        self._file = file
        self._monotonic = monotonic
        self._look_at = 0.0
        self._touched: tuple[int, ...] = ()
        self._read_generation = 0
        self._sound = True
        self.generation = 0
        self._by_name: dict[str, list[Login]] = dict(self._configured)
        self._by_key: dict[tuple[str, int], Login] = {}
        self._keys: dict[str, Login] = {}
        self.quotas: dict[str, StoredQuota] = {}
        self.known_addresses: tuple[tuple[str, str], ...] = ()
        if file is not None:
            doubled = {user.name for user in file.users()} & configured.keys()
            if doubled:
                name = min(doubled)
                raise ConfigError(
                    "a user of this name is in the users' file, too (techinfo user list);"
                    " take one of them away",
                    key=f"users.{name}",
                )
            self.known_addresses = tuple((use.user, use.address) for use in file.uses())
            self._touched = file.touched()
            self._read(file)
        self._index()
        self._look_at = monotonic() + _LOOK_S

    def refresh(self) -> int:
        """Take over what has changed in the file; gives a number that grows with every change."""
        now = self._monotonic()
        if self._file is None or now < self._look_at:
            return self.generation
        self._look_at = now + _LOOK_S
        try:
            touched = self._file.touched()
            if touched != self._touched:
                if self._file.generation() != self._read_generation:
                    self._read(self._file)
                    self._index()
                self._touched = touched
            self._sound = True
        except TechinfoError as error:
            if self._sound:
                _log.error("the users stay as they were: %s", error)
            self._sound = False
        return self.generation

    def of(self, name: str) -> tuple[Login, ...]:
        """The credentials of a login name, the newest first; of a stranger none."""
        return () if name in self._denied else tuple(self._by_name.get(name, ()))

    def deny(self, names: Iterable[str]) -> None:
        """Refuse these from now on, and nobody else whom the settings have denied before.

        For the hour in which the users' file cannot be written, or not even read.
        """
        denied = frozenset(names)
        if denied != self._denied:
            self._denied = denied
            self._index()
            _log.warning("denied by the settings: %s", ", ".join(sorted(denied)) or "nobody")

    def exists(self, name: str) -> bool:
        """Whether somebody is called so, whether or not a credential of theirs holds."""
        return name in self._by_name

    def current(self, login: Login) -> Login | None:
        """The same credential as it stands now; ``None`` when it was taken back or changed."""
        found = self._by_key.get(login.key)
        return found if found and found.password_hash == login.password_hash else None

    def begun_by(self, name: str, credential: int, digest: str) -> Login | None:
        """The credential that a session or token began with; ``None``: gone, or another by now."""
        login = self._by_key.get((name, credential))
        return login if login is not None and login.digest == digest else None

    def renew(
        self, login: Login, password_hash: str, *, now: datetime, expires: datetime | None
    ) -> Login:
        """Put another password in the place of one; what began with that one ends with it.

        Raises:
            UserError: It does not stand in the users' file, or not any more.
            TechinfoError: The file cannot be written or read.
        """
        name, credential = login.key
        if self._file is None or not credential or login.scopes is not None:
            raise UserError(f"the password of {name!r} is not in the users' file", name=name)
        made = self._file.renew(name, credential, password_hash, now=now, expires=expires)
        self._read(self._file)
        self._index()
        if (found := self._by_key.get((name, made))) is None:
            raise UserError(f"{name!r} was taken away meanwhile", name=name)
        return found

    def viewers(self) -> tuple[Viewer, ...]:
        """Everybody who has a credential that is not denied, by login name."""
        found = {login.viewer.name: login.viewer for login in self._by_key.values()}
        return tuple(found[name] for name in sorted(found))

    def passwords_of(self, name: str) -> tuple[Login, ...]:
        """The credentials of a login name that are no API keys, the newest first."""
        return tuple(login for login in self.of(name) if login.scopes is None)

    def by_api_key(self, text: str) -> Login | None:
        """The credential of an API key; ``None``: there is no such key, or no more."""
        return self._keys.get(digest_of(text))

    def hashes(self) -> Iterator[str]:
        """Of all passwords."""
        return (
            x.password_hash for found in self._by_name.values() for x in found if x.scopes is None
        )

    @property
    def most(self) -> int:
        """How many passwords one user has at most."""
        counts = (sum(x.scopes is None for x in found) for found in self._by_name.values())
        return max(counts, default=1)

    def _read(self, file: UsersFile) -> None:
        generation = file.generation()
        by_name = {user.name: list(_of_file(user)) for user in file.users()}
        quotas = file.quotas()
        for name in by_name.keys() & self._configured.keys():
            _log.warning("the user %s of the file is left out: the configuration has one", name)
        self._by_name = by_name | self._configured
        self.quotas = quotas
        self._read_generation = generation

    def _index(self) -> None:
        held = (login for found in self._by_name.values() for login in found)
        self._by_key = {login.key: login for login in held if login.viewer.name not in self._denied}
        self._keys = {x.password_hash: x for x in self._by_key.values() if x.scopes is not None}
        self.generation += 1


def digest_of(text: str) -> str:
    """SHA-256 in hex, of what is kept nowhere itself."""
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def _of_settings(name: str, user: User) -> Login:
    return Login(
        viewer=Viewer(
            name=name,
            role=Role(user.role),
            provider=_provider(name, user.role, user.provider),
            options=Options(
                profile=user.profile,
                integer_rates=user.integer_rates,
                all_speeds=user.all_speeds,
                last_known=user.last_known,
                strict=user.strict,
                sandbox=user.sandbox,
                behalf_required=user.behalf_required,
                case_required=user.case_required,
                cable_test=user.cable_test,
                open_tickets=user.open_tickets,
                ticket_octets=user.ticket_octets,
                ticket_comments=user.ticket_comments,
            ),
        ),
        password_hash=user.secret.get_secret_value(),
        expires=user.expires.timestamp() if user.expires else None,
        networks=_networks(user.networks),
    )


def _of_file(user: StoredUser) -> Iterator[Login]:
    """The credentials of a user that may still hold, the newest first."""
    try:
        viewer = Viewer(
            name=user.name,
            role=Role(user.role),
            provider=_provider(user.name, user.role, user.provider),
            options=options_of(user.options),
        )
        networks = _networks(user.networks)
        scopes = {one.id: _scopes(one.scopes) for one in user.credentials}
    except ValueError as error:
        raise ConfigError(f"user {user.name!r}: {error}", key="service.users_file") from error
    now = datetime.now(UTC)
    for credential in reversed(user.credentials):
        if user.disabled is None and credential.holds(now):
            yield Login(
                viewer=viewer,
                credential=credential.id,
                password_hash=credential.password_hash,
                expires=credential.expires.timestamp() if credential.expires else None,
                networks=networks,
                scopes=scopes[credential.id],
            )


def _scopes(stored: str | None) -> frozenset[Scope] | None:
    return None if stored is None else frozenset(map(Scope, stored.split()))


def options_of(stored: Mapping[str, str | bool | int]) -> Options:
    """Options by their names.

    Raises:
        ValueError: One is not known, or has a value that it cannot have.
    """
    known = {f.name for f in fields(Options)}
    for name, value in stored.items():
        if name not in known:
            raise ValueError(f"{name!r} is no option; there are {', '.join(sorted(known))}")
        if name == "profile":
            if value not in ("onapi", "bitvis"):
                raise ValueError("profile is onapi or bitvis")
        elif name in _NUMBERS:
            if value is not False and (isinstance(value, bool | str) or value < 1):
                raise ValueError(f"{name} is a number from 1, or no: as the settings say")
        elif not isinstance(value, bool):
            raise ValueError(f"{name} is true or false")
    numbers = {name: stored[name] or None for name in _NUMBERS & stored.keys()}
    return Options(**{**stored, **numbers})  # type: ignore[arg-type]  # looked at above


def _provider(name: str, role: str, provider: str | None) -> str | None:
    """A provider that is not named otherwise is called as it logs in."""
    return (provider or name) if role == Role.PROVIDER else None


def _networks(found: Iterable[str]) -> tuple[IPv4Network | IPv6Network, ...]:
    return tuple(ip_network(network) for network in found)


def _address(text: str) -> IPv4Address | IPv6Address | None:
    try:
        return ip_address(text)
    except ValueError:
        return None
