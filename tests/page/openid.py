"""An OpenID provider on loopback: made of its keys and what it is told to say wrongly."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx
from joserfc import jwt
from joserfc.jwk import RSAKey
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response
from starlette.routing import Route
from tests.api.listening import listening

from techinfo.config import OidcSettings

CLIENT, SECRET = "techinfo", "not:a secret%"
BACK = "http://localhost/login/oidc/back"


@dataclass
class Provider:
    """Who says who somebody is.

    Attributes:
        now: Seconds since 1970, by its clock.
        people: Claims of whoever is asked for next.
        claims: What is said otherwise in the ID token.
        header: What is said otherwise in its head.
        signed_by: Another key than its own.
        beside: What its set of keys has before its own.
        asked: Paths, one for each request.
    """

    now: float
    people: dict[str, Any] = field(default_factory=lambda: {"sub": "u-17"})
    claims: dict[str, Any] = field(default_factory=dict)
    header: dict[str, Any] = field(default_factory=dict)
    signed_by: Any = None
    metadata: dict[str, Any] = field(default_factory=dict)
    beside: list[Any] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)
    issuer: str = ""
    key: RSAKey = field(default_factory=lambda: _key("k1"))
    _codes: dict[str, dict[str, str]] = field(default_factory=dict)

    def rotate(self) -> None:
        """Another key from now on; the old one is told no more."""
        self.key = _key("k2")

    def settings(self, **more: Any) -> OidcSettings:
        """Of a client that it knows."""
        chosen = {"users": {"u-17": "ops"}, **more}
        return OidcSettings(
            **{"issuer": self.issuer, "client_id": CLIENT, "redirect_uri": BACK, **chosen}
        )

    async def logged_in(self, url: str) -> dict[str, str]:
        """What a browser brings back that was sent there."""
        async with httpx.AsyncClient(trust_env=False) as browser:
            told = await browser.get(url)
        assert told.headers["location"].startswith(f"{BACK}?")
        query = parse_qs(urlsplit(told.headers["location"]).query)
        return {name: values[0] for name, values in query.items()}

    def app(self) -> Starlette:
        """What it answers."""
        return Starlette(
            routes=[
                Route("/.well-known/openid-configuration", self._configuration),
                Route("/keys", self._keys),
                Route("/authorize", self._authorize),
                Route("/token", self._token, methods=["POST"]),
            ]
        )

    async def _configuration(self, request: Request) -> Response:
        self.asked.append(request.url.path)
        told = {
            "issuer": self.issuer,
            "authorization_endpoint": f"{self.issuer}/authorize",
            "token_endpoint": f"{self.issuer}/token",
            "jwks_uri": f"{self.issuer}/keys",
            "end_session_endpoint": f"{self.issuer}/out",
        }
        return JSONResponse(told | self.metadata)

    async def _keys(self, request: Request) -> Response:
        self.asked.append(request.url.path)
        return JSONResponse({"keys": [*self.beside, self.key.as_dict(private=False)]})

    async def _authorize(self, request: Request) -> Response:
        asked = dict(request.query_params)
        assert asked["client_id"] == CLIENT
        assert asked["code_challenge_method"] == "S256"
        assert "openid" in asked["scope"].split()
        self._codes["c-1"] = asked
        url = f"{asked['redirect_uri']}?code=c-1&state={asked['state']}"
        return RedirectResponse(url, 302)

    async def _token(self, request: Request) -> Response:
        self.asked.append(request.url.path)
        sent = parse_qs((await request.body()).decode(), strict_parsing=True)
        form = {name: values[0] for name, values in sent.items()}
        asked = self._codes.pop(form["code"])
        digest = hashlib.sha256(form["code_verifier"].encode()).digest()
        assert _base64(digest) == asked["code_challenge"]
        assert form["redirect_uri"] == asked["redirect_uri"]
        told = request.headers.get("authorization")
        basic = base64.b64encode(b"techinfo:not%3Aa+secret%25").decode()
        assert told in (None, f"Basic {basic}")
        assert told or form["client_id"] == CLIENT
        claims = {
            "iss": self.issuer,
            "aud": CLIENT,
            "iat": int(self.now),
            "exp": int(self.now) + 60,
            "nonce": asked["nonce"],
            **self.people,
            **self.claims,
        }
        head = {"alg": "RS256", "kid": self.key.kid, **self.header}
        if head["alg"] != "RS256":
            token = _forged(head, claims)
        else:
            token = jwt.encode(head, claims, self.signed_by or self.key)
        return JSONResponse({"access_token": "x", "token_type": "Bearer", "id_token": token})


def _forged(head: dict[str, Any], claims: dict[str, Any]) -> str:
    """Signed with the client's secret, or with nothing at all."""
    signed = ".".join(_base64(json.dumps(one).encode()) for one in (head, claims))
    mac = hmac.digest(SECRET.encode(), signed.encode(), "sha256")
    return f"{signed}.{_base64(mac) if head['alg'] == 'HS256' else ''}"


def _base64(octets: bytes) -> str:
    return base64.urlsafe_b64encode(octets).rstrip(b"=").decode()


def _key(kid: str) -> RSAKey:
    return RSAKey.generate_key(2048, {"kid": kid, "use": "sig"})


@contextmanager
def provider(now: float) -> Iterator[Provider]:
    """One that listens."""
    made = Provider(now)
    with listening(made.app()) as port:
        made.issuer = f"http://127.0.0.1:{port}"
        yield made
