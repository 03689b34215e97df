"""Sessions: a browser logs in once with name and password, and then has a cookie.

The cookie is HttpOnly and SameSite=Strict, under TLS also Secure and of this host alone.
What changes anything must come from a page of this host (Origin, RFC 6454). A session ends when it
is idle for too long, when it is too old, and with the password that it began with.
"""

from __future__ import annotations

import asyncio
import secrets
from collections import OrderedDict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from typing import Any
from urllib.parse import urlsplit

from techinfo.access.logins import Login, Logins, digest_of
from techinfo.api.asgi.client import Network
from techinfo.api.errors import ApiError
from techinfo.error_codes import Code
from techinfo.model import utc_now
from techinfo.store.sessions import Session, SessionsFile

COOKIE, SECURE_COOKIE = "techinfo-session", "__Host-techinfo-session"
"""Names; the second one's prefix makes browsers refuse it without TLS (RFC 6265bis, 4.1.3.2)."""
_SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
_MOST_OF_A_USER = 20
_MOST_OF_AN_AGENT = 120
SESSIONS_PATH = "/techinfo/v1/sessions"
HANDOVER_PREFIX = "tih_"
"""Of what a log-in elsewhere is handed over by."""
_HANDED_OVER = timedelta(minutes=1)
_MOST_HANDED_OVER = 1000
_NOTED = timedelta(minutes=1)
"""Between two notes that a session is used."""


@dataclass(frozen=True, slots=True)
class SessionUse:
    """A session that holds, and whose it is."""

    session: Session
    login: Login


class Sessions:
    """All sessions of a service.

    Args:
        logins: All credentials that hold.
        file: Where sessions are written.
        idle: After so long without a request a session has ended.
        longest: So long it lasts, however much it is used.
        renewed_for: How long a password holds that its owner has renewed; ``None``: until the one
            that it replaces would have ended.
        now: The time, UTC.

    Attributes:
        hashing: Held while a new password is hashed: Argon2 takes 64 MiB and a core.
    """

    def __init__(
        self,
        logins: Logins,
        file: SessionsFile,
        *,
        idle: timedelta = timedelta(hours=1),
        longest: timedelta = timedelta(hours=12),
        renewed_for: timedelta | None = None,
        now: Callable[[], datetime] = utc_now,
    ) -> None:
        self.file = file
        self._logins = logins
        self._idle = idle
        self._longest = longest
        self._renewed_for = renewed_for
        self._now = now
        self.hashing = asyncio.Semaphore(1)
        self._handed: OrderedDict[str, tuple[Login, datetime]] = OrderedDict()

    def hand_over(self, name: str) -> str | None:
        """A token that begins one session of a user, once and within a minute.

        For who has shown elsewhere who they are. It stands for the newest password of that user,
        with which the session ends; ``None``: there is no such user, or none that holds.
        """
        self._logins.refresh()
        held = self._logins.passwords_of(name)
        if not held:
            return None
        token = HANDOVER_PREFIX + secrets.token_urlsafe(32)
        self._handed[digest_of(token)] = held[0], self._now()
        while len(self._handed) > _MOST_HANDED_OVER:
            self._handed.popitem(last=False)
        return token

    def taken_over(self, token: str, address: str) -> Login | None:
        """Whose token it is, which then opens nothing more; ``None``: nobody's."""
        login, since = self._handed.pop(digest_of(token), (None, self._now()))
        now = self._now()
        if login is None or now - since > _HANDED_OVER:
            return None
        held = self._logins.current(login)
        return held if held is not None and held.holds(address, now.timestamp()) else None

    def begin(self, login: Login, *, address: str, agent: str) -> tuple[str, Session]:
        """A new session; gives its token, which is told nowhere else.

        Raises:
            TechinfoError: The file cannot be written.
        """
        token, now = secrets.token_urlsafe(32), self._now()
        name, credential = login.key
        session = Session(
            token_hash=digest_of(token),
            id=secrets.token_hex(8),
            user=name,
            credential=credential,
            password_digest=login.digest,
            created=now,
            used=now,
            address=address,
            agent="".join(c for c in agent if c.isprintable())[:_MOST_OF_AN_AGENT],
        )
        self.file.add(session, most=_MOST_OF_A_USER)
        return token, session

    def renew(self, login: Login, password_hash: str) -> Login:
        """Another password in the place of one; all sessions of its user end.

        Raises:
            UserError: It does not stand in the users' file, or not any more.
            TechinfoError: A file cannot be written.
        """
        now = self._now()
        ends = None if login.expires is None else datetime.fromtimestamp(login.expires, UTC)
        if self._renewed_for is not None:
            ends = now + self._renewed_for
        made = self._logins.renew(login, password_hash, now=now, expires=ends)
        self.file.end(login.viewer.name)
        return made

    def use(self, token: str, address: str) -> SessionUse:
        """The session of a token, which is used now.

        Raises:
            ApiError: 401, there is none, or it has ended.
            TechinfoError: The file cannot be read.
        """
        self._logins.refresh()
        session = self.file.by_token(digest_of(token))
        now = self._now()
        if session is None or now >= self.ends(session):
            raise ended()
        login = self._logins.begun_by(session.user, session.credential, session.password_digest)
        if login is None or not login.holds(address, now.timestamp()):
            raise ended()
        if now - session.used >= _NOTED or address != session.address:
            self.file.note_use(session, now, address)
        return SessionUse(session, login)

    def ends(self, session: Session) -> datetime:
        """When a session ends if it is not used any more."""
        return min(session.used + self._idle, session.created + self._longest)

    def of(self, user: str) -> tuple[Session, ...]:
        """The sessions of a user that have not ended, the last used first."""
        now = self._now()
        return tuple(one for one in self.file.of(user) if now < self.ends(one))


def ended() -> ApiError:
    """A 401 at which no browser asks for a password by itself."""
    headers = {"WWW-Authenticate": 'Session realm="techinfo"'}
    return ApiError(Code.UNAUTHORISED, "the session has ended; log in again", headers=headers)


def is_secure(scope: Any, trusted: Sequence[Network]) -> bool:
    """Whether the client speaks TLS, with us or with a proxy that is trusted."""
    if scope.get("scheme") == "https":
        return True
    told = [value for name, value in scope["headers"] if name == b"x-forwarded-proto"]
    if len(told) != 1 or told[0].strip().lower() != b"https":
        return False
    try:
        address = ip_address(scope["client"][0] if scope.get("client") else "")
    except ValueError:
        return False
    return any(address in network for network in trusted)


def token_of(scope: Any, *, secure: bool) -> str | None:
    """The token in the cookie of a request; of two with the name none counts."""
    wanted = (SECURE_COOKIE if secure else COOKIE).encode()
    pairs = (
        part.strip().partition(b"=")
        for name, value in scope["headers"]
        if name == b"cookie"
        for part in value.split(b";")
    )
    found = [value for name, _, value in pairs if name == wanted]
    return found[0].decode("latin-1") if len(found) == 1 else None


def cookie(token: str, *, secure: bool) -> str:
    """The Set-Cookie of a token; of an empty one, that the browser forgets it."""
    name, more = (SECURE_COOKIE, "; Secure") if secure else (COOKIE, "")
    gone = "" if token else "; Max-Age=0"
    return f"{name}={token}; Path=/; HttpOnly; SameSite=Strict{more}{gone}"


def check_origin(scope: Any, *, secure: bool) -> None:
    """Let what changes anything come from pages of this host alone.

    Raises:
        ApiError: 403, it comes from elsewhere, or nobody can tell.
    """
    if scope["method"] in _SAFE:
        return
    told: dict[bytes, list[bytes]] = {}
    for name, value in scope["headers"]:
        told.setdefault(name, []).append(value)
    origins, hosts = told.get(b"origin", []), told.get(b"host", [])
    if len(origins) == 1 and len(hosts) == 1:
        try:
            origin = urlsplit(origins[0].decode("ascii"))
            here = origin.netloc.lower() == hosts[0].decode("ascii").lower()
        except ValueError:
            here = False
        if here and origin.scheme == ("https" if secure else origin.scheme):
            return
    raise ApiError(Code.FORBIDDEN, "this must come from a page of this host")
