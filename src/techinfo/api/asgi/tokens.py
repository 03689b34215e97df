"""Access tokens: a client proves its password once, and then has a token for a quarter of an hour.

OAuth 2.0 client credentials (RFC 6749, 4.4) and bearer tokens (RFC 6750). A token ends with the
password that it began with, and with its user.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import datetime, timedelta

from techinfo.access.logins import Login, Logins, digest_of
from techinfo.access.viewer import Role, Scope
from techinfo.api.errors import ApiError
from techinfo.error_codes import Code
from techinfo.model import utc_now
from techinfo.store.tokens import Token, TokensFile

LIFETIME = timedelta(seconds=900)
TOKEN_PREFIX = "tit_"  # noqa: S105 - of every token: by it scanners of source code know a leak
_MOST_OF_A_USER = 1000
_MOST_OCTETS = 256
"""Of a token that is looked up."""


@dataclass(frozen=True, slots=True)
class TokenUse:
    """A token that holds, and whose it is."""

    token: Token
    login: Login
    scopes: frozenset[Scope]


class Tokens:
    """All tokens of a service.

    Args:
        logins: All credentials that hold.
        file: Where tokens are written.
        now: The time, UTC.
        most: Tokens of one user; then the one that ends first gives way.
    """

    def __init__(
        self,
        logins: Logins,
        file: TokensFile,
        now: Callable[[], datetime] = utc_now,
        *,
        most: int = _MOST_OF_A_USER,
    ) -> None:
        self.file = file
        self._most = most
        self._logins = logins
        self._now = now

    def issue(self, login: Login, scopes: Collection[Scope], *, address: str) -> str:
        """A new token, which is told nowhere else.

        Raises:
            TechinfoError: The file cannot be written.
        """
        text, now = TOKEN_PREFIX + secrets.token_urlsafe(32), self._now()
        name, credential = login.key
        token = Token(
            token_hash=digest_of(text),
            id=secrets.token_hex(8),
            user=name,
            credential=credential,
            password_digest=login.digest,
            scopes=written(scopes),
            created=now,
            ends=now + LIFETIME,
            address=address,
        )
        self.file.add(token, most=self._most)
        return text

    def use(self, text: str, address: str) -> TokenUse | None:
        """The token of a request; ``None``: there has never been one, as far as is known.

        Raises:
            ApiError: 401, it has ended.
            TechinfoError: The file cannot be read.
        """
        if len(text) > _MOST_OCTETS or not text.startswith(TOKEN_PREFIX):
            return None
        self._logins.refresh()
        token = self.file.by_token(digest_of(text))
        if token is None:
            return None
        now = self._now()
        login = self._logins.begun_by(token.user, token.credential, token.password_digest)
        if now >= token.ends or login is None or not login.holds(address, now.timestamp()):
            raise invalid_token("the token has ended; ask for another")
        return TokenUse(token, login, frozenset(map(Scope, token.scopes.split())))


def written(scopes: Collection[Scope]) -> str:
    """Scopes as OAuth writes them, in the order of their list."""
    return " ".join(scope.value for scope in Scope if scope in scopes)


ONLY_IF_ASKED = frozenset({Scope.ADMIN, Scope.CABLE_TEST})
"""What changes something in the network or the service is given to who asks for it by name."""


def grantable(role: Role) -> frozenset[Scope]:
    """What a token of somebody may be for at most: orders are the operator's.

    The test of a cable is for the operator's own people.
    """
    match role:
        case Role.OPERATOR:
            return frozenset(Scope)
        case Role.ENGINEER:
            return frozenset(Scope) - {Scope.ADMIN}
        case Role.PROVIDER:
            return frozenset(Scope) - ONLY_IF_ASKED


def granted(role: Role, asked: str | None) -> frozenset[Scope]:
    """The scopes of a new token.

    Args:
        role: Of its user.
        asked: As the request has it; ``None`` or empty: all but `ONLY_IF_ASKED`.

    Raises:
        ValueError: One is not known, or not for this role.
    """
    names = (asked or "").split(" ") if asked else []
    if not names:
        return grantable(role) - ONLY_IF_ASKED
    if not set(names) <= {scope.value for scope in grantable(role)}:
        raise ValueError("a scope is not known, or not for this user")
    return frozenset(map(Scope, names))


def bearer_of(authorization: Collection[bytes]) -> str | None:
    """The token of a request; ``None``: its only Authorization header, if any, has none."""
    if len(authorization) != 1:
        return None
    (sent,) = authorization
    scheme, _, text = sent.strip().decode("latin-1").partition(" ")
    return text.strip() if scheme.lower() == "bearer" else None


def invalid_token(cause: str) -> ApiError:
    """The 401 to a token that opens nothing (RFC 6750, 3.1)."""
    headers = {"WWW-Authenticate": 'Bearer realm="techinfo", error="invalid_token"'}
    return ApiError(Code.UNAUTHORISED, cause, headers=headers)
