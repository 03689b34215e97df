"""Access tokens that another issuer has signed (JWT, RFC 9068), for users of this service.

Such a token says who asks and for what at most; who that is, from where they may ask and what they
may see is said here, as of everybody: no right comes with a token. It ends with its user's last
credential here, within a second, though the issuer may have said a later time.
"""

from __future__ import annotations

import ssl
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jws import JWSRegistry

from techinfo.access.logins import Login, Logins
from techinfo.access.viewer import Scope
from techinfo.api.asgi.issuer_keys import IssuerKeys, NoKeysError, told_by
from techinfo.api.asgi.tokens import Tokens, TokenUse, invalid_token
from techinfo.api.errors import ApiError
from techinfo.config import IssuerSettings
from techinfo.error_codes import Code
from techinfo.errors import ConfigError

_MOST_OCTETS = 8192
"""Of a token."""
_AGAIN_S = 30.0
"""Keys are read no more often than this, whatever tokens name."""


@dataclass(frozen=True, slots=True)
class IssuedUse:
    """A token of another issuer that holds."""

    login: Login
    scopes: frozenset[Scope]


class Issuer:
    """Takes the tokens of one other issuer.

    Args:
        settings: Who that is.
        logins: All credentials that hold.
        now: Seconds since 1970.
        clock: Seconds that never go back.

    Raises:
        ConfigError: The certificates cannot be read.
    """

    def __init__(
        self,
        settings: IssuerSettings,
        logins: Logins,
        *,
        now: Callable[[], float] = time.time,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._settings = settings
        self._logins = logins
        self._now = now
        try:
            trusted = ssl.create_default_context(cafile=settings.ca_file)
        except OSError as error:
            raise ConfigError(str(error.strerror or error), key="issuer.ca_file") from error
        self._keys = IssuerKeys(
            lambda: told_by(settings.jwks_url, trusted), clock=clock, again_s=_AGAIN_S
        )

    @staticmethod
    def is_one(text: str) -> bool:
        """Whether something is shaped like a signed token."""
        return text.count(".") == 2 and len(text) <= _MOST_OCTETS

    async def use(self, text: str, address: str) -> IssuedUse | None:
        """The token of a request; ``None``: it is not this issuer's, or not for this service.

        Raises:
            ApiError: 401, it has ended, or its user may not ask from there; 503, nobody can tell,
                as the issuer's keys cannot be read.
        """
        claims = await self._claims(text)
        if claims is None:
            return None
        self._logins.refresh()
        named = claims.get(self._settings.user_claim)
        users = self._settings.users
        name = users.get(str(named)) if users else named
        held = self._logins.of(name) if isinstance(name, str) and name else ()
        login = next((one for one in held if one.holds(address, self._now())), None)
        if login is None:
            raise invalid_token("the token is for nobody who may ask here, or not from there")
        return IssuedUse(login, self._scopes(claims))

    def _scopes(self, claims: Mapping[str, Any]) -> frozenset[Scope]:
        told = claims.get(self._settings.scope_claim)
        names = told.split() if isinstance(told, str) else told if isinstance(told, list) else []
        known = {scope.value: scope for scope in Scope if scope is not Scope.ADMIN}
        return frozenset(known[name] for name in names if isinstance(name, str) and name in known)

    async def _claims(self, text: str) -> Mapping[str, Any] | None:
        """What a token says, once it is known to be this issuer's and for us."""
        told = self._settings
        try:
            decoded = await self._decoded(text)
            if str(decoded.header.get("typ")).lower() not in {x.lower() for x in told.types}:
                return None
            claims = decoded.claims
            if claims.get("iss") != told.issuer or not _is_for(told.audience, claims.get("aud")):
                return None
        except (JoseError, ValueError, TypeError, RecursionError):
            return None
        try:
            jwt.JWTClaimsRegistry(
                now=lambda: int(self._now()), leeway=told.leeway_s, exp={"essential": True}
            ).validate(claims)
        except (JoseError, ValueError, TypeError):
            raise invalid_token("the token has ended, or does not say when it does") from None
        return claims

    async def _decoded(self, text: str) -> jwt.Token:
        """A token whose signature is the issuer's; a key that is not known yet is looked for."""
        algorithms = list(self._settings.algorithms)
        registry = JWSRegistry(algorithms=algorithms)
        try:
            return await self._keys.verified(
                lambda keys: jwt.decode(text, keys, algorithms=algorithms, registry=registry)
            )
        except NoKeysError as error:
            raise ApiError(
                Code.ISSUER_UNAVAILABLE, "the keys of the tokens' issuer cannot be read now"
            ) from error


async def used_of(
    issuer: Issuer | None, tokens: Tokens | None, text: str, address: str
) -> TokenUse | IssuedUse | None:
    """The token of a request, whoever has given it; ``None``: nobody has, or there are none.

    Raises:
        ApiError: As of `Tokens.use` and `Issuer.use`.
        TechinfoError: The file of tokens cannot be read.
    """
    if issuer is not None and issuer.is_one(text):
        return await issuer.use(text, address)
    return tokens.use(text, address) if tokens is not None else None


def _is_for(audience: str, told: object) -> bool:
    return told == audience or (isinstance(told, list) and audience in told)
