"""An OpenID provider asked who somebody is: authorization code, PKCE, and an ID token.

OpenID Connect Core 1.0 and Discovery 1.0, RFC 7636 (PKCE, S256), RFC 9207 (issuer in the answer).
What the provider tells is read in bounds, no redirect of it is followed, and only signatures are
believed: no algorithm without a key of its own, none with the client's secret.
"""

from __future__ import annotations

import asyncio
import secrets
import ssl
import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote_plus

import httpx
from authlib.oauth2.rfc6749.parameters import prepare_grant_uri
from authlib.oauth2.rfc7636 import create_s256_code_challenge
from authlib.oidc.core import CodeIDToken
from joserfc import jwt
from joserfc.errors import JoseError

from techinfo.api.asgi.issuer_keys import IssuerKeys, NoKeysError, told_by
from techinfo.config import OidcSettings
from techinfo.config.network import checked_server
from techinfo.errors import ConfigError
from techinfo.page.elsewhere import OidcError

_ALGORITHMS = ("RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "EdDSA")
_CONFIGURATION_S = 3600.0
_AGAIN_S = 5.0
"""Between two questions to a provider that is down; who logs in meanwhile is told so at once."""
_KEYS_S = 60.0
"""Between two looks for a key that is not known."""
_BEGUN_S = 600.0
_MOST_BEGUN = 1000
_OVER_OPENID = frozenset({"authorization_endpoint", "token_endpoint", "jwks_uri"})


@dataclass(frozen=True, slots=True)
class Begun:
    """A log-in that has begun.

    Attributes:
        state: By which its answer is known; a cookie of the browser holds it, too.
        url: Where the browser goes.
        wanted: Where it goes afterwards.
    """

    state: str
    url: str
    wanted: str


@dataclass(frozen=True, slots=True)
class _Waiting:
    nonce: str
    verifier: str
    wanted: str
    since: float


class Oidc:
    """The provider, as its settings have it.

    Args:
        settings: Where it is, and who is who.
        now: Seconds since 1970.
        steady: Seconds of a clock that is never set.

    Raises:
        ConfigError: The certificates cannot be read.
    """

    def __init__(
        self,
        settings: OidcSettings,
        *,
        now: Callable[[], float] = time.time,
        steady: Callable[[], float] = time.monotonic,
    ) -> None:
        self.settings = settings
        self._now = now
        self._steady = steady
        self._waiting: OrderedDict[str, _Waiting] = OrderedDict()
        self._known: dict[str, Any] = {}
        self._known_at = self._failed_at = float("-inf")
        self._failure = ""
        self._asking = asyncio.Lock()
        try:
            self._trusted = ssl.create_default_context(cafile=settings.ca_file)
        except OSError as error:
            raise ConfigError(str(error.strerror or error), key="page.oidc.ca_file") from error
        self._keys = IssuerKeys(self._told_keys, clock=steady, again_s=_KEYS_S)

    async def begin(self, wanted: str) -> Begun:
        """Where a browser is sent to.

        Raises:
            OidcError: The provider does not say where.
        """
        known = await self._configuration()
        state, nonce, verifier = (secrets.token_urlsafe(32) for _ in range(3))
        now = self._steady()
        self._waiting[state] = _Waiting(nonce, verifier, wanted, now)
        while len(self._waiting) > _MOST_BEGUN:
            self._waiting.popitem(last=False)
        url = prepare_grant_uri(
            known["authorization_endpoint"],
            client_id=self.settings.client_id,
            response_type="code",
            redirect_uri=self.settings.redirect_uri,
            scope=" ".join(self.settings.scopes),
            state=state,
            nonce=nonce,
            code_challenge=create_s256_code_challenge(verifier),
            code_challenge_method="S256",
        )
        return Begun(state, str(url), wanted)

    async def end(self, query: dict[str, str], cookie: str) -> tuple[str, str]:
        """Who has logged in, as this service calls them, and where they wanted to go.

        Args:
            query: What the browser brought back.
            cookie: The state that this browser began with.

        Raises:
            OidcError: Nobody, and why.
        """
        state = query.get("state", "")
        begun = (
            self._waiting.pop(state, None)
            if secrets.compare_digest(state.encode(), cookie.encode())
            else None
        )
        if begun is None or self._steady() - begun.since > _BEGUN_S:
            raise OidcError("this log-in did not begin here, or took too long")
        issuer = (await self._configuration())["issuer"]
        if query.get("iss", issuer) != issuer:
            raise OidcError("the answer is from somebody else")
        if "error" in query or "code" not in query:
            refused = query.get("error") == "access_denied"
            raise OidcError("the log-in was refused there", refused=refused)
        claims = await self._redeemed(query["code"], begun)
        return self._user(claims), begun.wanted

    async def ended_at(self) -> str:
        """Where the provider's own session is ended; empty: it does not say."""
        try:
            known = await self._configuration()
            return checked_server(str(known.get("end_session_endpoint", "")))
        except (OidcError, ValueError):
            return ""

    def _user(self, claims: dict[str, Any]) -> str:
        """The login name of whoever the claims are about.

        Raises:
            OidcError: Nobody here is meant.
        """
        settings = self.settings
        value = claims.get(settings.claim)
        if settings.claim == "email" and claims.get("email_verified") is not True:
            value = None
        if not isinstance(value, str) or not value:
            raise OidcError(f"the provider does not tell {settings.claim}", refused=True)
        name = settings.users.get(value, value if settings.same_names else "")
        if not name:
            raise OidcError("nobody here belongs to that log-in", refused=True)
        return name

    async def _redeemed(self, code: str, begun: _Waiting) -> dict[str, Any]:
        """The claims of the ID token that a code is given for."""
        settings, known = self.settings, await self._configuration()
        form = {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": settings.redirect_uri,
            "code_verifier": begun.verifier,
        }
        secret = settings.secret.get_secret_value()
        auth: httpx.BasicAuth | None = None
        if not secret:
            form["client_id"] = settings.client_id
        elif "client_secret_basic" in _methods(known):
            auth = httpx.BasicAuth(quote_plus(settings.client_id), quote_plus(secret))
        else:
            form |= {"client_id": settings.client_id, "client_secret": secret}
        told = await self._asked("POST", known["token_endpoint"], data=form, auth=auth)
        token = told.get("id_token")
        if not isinstance(token, str):
            raise OidcError("the provider has not said who it is")
        return await self._claims(token, begun.nonce, told.get("access_token"))

    async def _claims(self, token: str, nonce: str, access_token: object) -> dict[str, Any]:
        settings = self.settings
        try:
            read = await self._keys.verified(
                lambda keys: jwt.decode(token, keys, algorithms=list(_ALGORITHMS))
            )
            claims = CodeIDToken(
                read.claims,
                read.header,
                options={
                    "iss": {"essential": True, "value": (await self._configuration())["issuer"]},
                    "aud": {"essential": True, "value": settings.client_id},
                },
                params={
                    "nonce": nonce,
                    "client_id": settings.client_id,
                    "access_token": access_token,
                },
            )
            claims.validate(now=int(self._now()), leeway=settings.leeway_s)
        except NoKeysError as error:
            raise OidcError("the provider does not tell its keys") from error
        except (JoseError, ValueError, TypeError, KeyError) as error:
            raise OidcError(f"the ID token does not hold: {type(error).__name__}") from error
        return dict(claims)

    async def _told_keys(self) -> dict[str, Any]:
        try:
            return await self._asked("GET", (await self._configuration())["jwks_uri"])
        except OidcError as error:
            raise ValueError(str(error)) from error

    async def _configuration(self) -> dict[str, Any]:
        """What the provider tells of itself; of one that has just failed, that it has.

        Raises:
            OidcError: It does not answer, or not so.
        """
        async with self._asking:
            if self._steady() - self._known_at < _CONFIGURATION_S:
                return self._known
            if self._steady() - self._failed_at < _AGAIN_S:
                raise OidcError(self._failure)
            try:
                self._known = await self._told_configuration()
            except OidcError as error:
                self._failure, self._failed_at = str(error), self._steady()
                raise
            self._known_at = self._steady()
            return self._known

    async def _told_configuration(self) -> dict[str, Any]:
        issuer = self.settings.issuer
        told = await self._asked("GET", f"{issuer}/.well-known/openid-configuration")
        if str(told.get("issuer", "")).rstrip("/") != issuer:
            raise OidcError("the provider calls itself otherwise than the settings")
        for name in _OVER_OPENID:
            try:
                checked_server(str(told.get(name, "")))
            except ValueError as error:
                raise OidcError(f"the provider's {name} {error}") from error
        return told

    async def _asked(
        self,
        method: str,
        url: str,
        *,
        data: dict[str, str] | None = None,
        auth: httpx.BasicAuth | None = None,
    ) -> dict[str, Any]:
        """A JSON object of the provider's.

        Raises:
            OidcError: It does not answer, or not so.
        """
        try:
            return await told_by(url, self._trusted, method=method, data=data, auth=auth)
        except ValueError as error:
            raise OidcError(f"the provider {error}") from error
        except (httpx.HTTPError, OSError) as error:
            raise OidcError(f"the provider does not answer: {type(error).__name__}") from error


def _methods(known: dict[str, Any]) -> list[Any]:
    """How a client says who it is; Basic where the provider does not tell (Discovery 1.0, 3)."""
    told = known.get("token_endpoint_auth_methods_supported")
    return told if isinstance(told, list) else ["client_secret_basic"]
