"""Who asks: Basic authentication (RFC 7617) against Argon2 hashes.

Checked credentials are remembered by a keyed digest, so that a system that polls does not pay for
Argon2 each time, and others are checked one after another in threads of their own, so that a flood
of wrong ones does not slow a right one.
"""

from __future__ import annotations

import asyncio
import base64
import hashlib
import hmac
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field

from argon2 import PasswordHasher, extract_parameters
from argon2.exceptions import InvalidHashError, VerificationError
from fastapi import Request
from fastapi.openapi.models import HTTPBase
from fastapi.security.base import SecurityBase

from techinfo.api.codes import Code
from techinfo.api.problems import ApiError
from techinfo.service.viewer import Options, Role, Viewer

_MOST_OCTETS = 4096
_MOST_WAITING = 1000
"""Requests whose credentials are still to be checked."""
_MOST_WRONG = 1000
"""Wrong credentials remembered; a client with an old password asks again and again."""
_USUAL = Options()
_CHALLENGE = {"WWW-Authenticate": 'Basic realm="techinfo", charset="UTF-8"'}


@dataclass(frozen=True, slots=True)
class User:
    """Someone who may ask.

    Attributes:
        password_hash: Argon2; never printed.
        provider: Of a provider's user: whose subscriptions are theirs; empty: of their own name.
    """

    name: str
    role: str
    password_hash: str = field(repr=False)
    provider: str = ""
    options: Options = _USUAL


class Basic(SecurityBase):
    """The Authorization header of a request; declared in the OpenAPI document."""

    def __init__(self) -> None:
        self.model = HTTPBase(scheme="basic", description="RFC 7617, in UTF-8, over TLS")
        self.scheme_name = "basic"

    async def __call__(self, request: Request) -> str:
        """As it was sent. Two such headers make one that cannot be read."""
        return ", ".join(request.headers.getlist("authorization"))


@dataclass(slots=True)
class Doorkeeper:
    """Checks credentials.

    Attributes:
        users: By name.
    """

    users: Mapping[str, User]
    _hasher: PasswordHasher = field(default_factory=PasswordHasher)
    _key: bytes = field(default_factory=lambda: secrets.token_bytes(32), repr=False)
    _right: dict[bytes, User] = field(default_factory=dict)
    _wrong: dict[bytes, None] = field(default_factory=dict)
    _turn: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(1))
    _waiting: int = 0
    _nobody: str = ""

    async def viewer(self, authorization: str) -> Viewer:
        """Whose credentials these are.

        Raises:
            ApiError: 401 without right credentials; 503 when too many wait to be checked.
        """
        user = await self._user(authorization)
        role = Role(user.role)
        provider = (user.provider or user.name) if role is Role.PROVIDER else None
        return Viewer(name=user.name, role=role, provider=provider, options=user.options)

    async def _user(self, authorization: str) -> User:
        name, password = _credentials(authorization)
        told = f"{len(name)}:{name}:{password}".encode()
        digest = hmac.digest(self._key, told, hashlib.sha256)
        if digest not in self._right and digest not in self._wrong:
            await self._check(digest, name, password)
        if digest not in self._right:
            raise _unauthorised("wrong user or password")
        return self._right[digest]

    async def _check(self, digest: bytes, name: str, password: str) -> None:
        """Remember whether the credentials are right, when their turn comes."""
        if self._waiting >= _MOST_WAITING:
            raise ApiError(
                503,
                "too many credentials wait to be checked",
                code=Code.BUSY,
                retryable=True,
                headers={"Retry-After": "5"},
            )
        self._waiting += 1
        try:
            async with self._turn:
                if digest in self._right or digest in self._wrong:  # they came twice
                    return
                user = await asyncio.to_thread(self._verified, name, password)
                if user is not None:
                    self._right[digest] = user
                    return
                self._wrong[digest] = None
                if len(self._wrong) > _MOST_WRONG:
                    del self._wrong[next(iter(self._wrong))]
        finally:
            self._waiting -= 1

    def _verified(self, name: str, password: str) -> User | None:
        """An unknown name costs the same time as a wrong password."""
        user = self.users.get(name)
        if not self._nobody:
            self._nobody = self._nobodys_hash()
        try:
            self._hasher.verify(user.password_hash if user else self._nobody, password)
        except (VerificationError, InvalidHashError):
            return None
        return user

    def _nobodys_hash(self) -> str:
        """A hash as costly as the users' are, whoever has made those."""
        for user in self.users.values():
            try:
                like = PasswordHasher.from_parameters(extract_parameters(user.password_hash))
            except InvalidHashError:
                continue
            return like.hash(secrets.token_hex(16))
        return self._hasher.hash(secrets.token_hex(16))


def _unauthorised(cause: str) -> ApiError:
    return ApiError(401, cause, code=Code.UNAUTHORISED, headers=_CHALLENGE)


def _credentials(authorization: str) -> tuple[str, str]:
    scheme, _, encoded = authorization.strip().partition(" ")
    if scheme.lower() != "basic":
        raise _unauthorised("give user and password")
    if len(encoded) > _MOST_OCTETS:
        raise _unauthorised("the credentials are too long")
    try:
        text = base64.b64decode(encoded.strip(), validate=True).decode("utf-8")
    except ValueError as e:
        raise _unauthorised("the credentials cannot be read") from e
    name, colon, password = text.partition(":")
    if not colon:
        raise _unauthorised("the credentials cannot be read")
    return name, password
