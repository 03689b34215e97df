"""Middleware asked without a server: what it lets in, what it refuses, and what that cost."""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from argon2 import PasswordHasher
from pydantic import SecretStr
from tests.api.served import CHEAP

from techinfo.access.viewer import Viewer
from techinfo.config import User


def basic(name: str, password: str) -> bytes:
    """The header for these credentials."""
    return b"Basic " + base64.b64encode(f"{name}:{password}".encode())


def operator(password: str, **more: Any) -> User:
    """An operator of the configuration."""
    return User(role="operator", password_hash=SecretStr(CHEAP.hash(password)), **more)


def provider(password: str, **more: Any) -> User:
    """A provider's user of the configuration."""
    return User(role="provider", password_hash=SecretStr(CHEAP.hash(password)), **more)


class Noting(PasswordHasher):
    """Argon2 that notes against which hashes it was asked."""

    def __init__(self) -> None:
        super().__init__()
        self.verified: list[str] = []

    def verify(self, hash: str | bytes, password: str | bytes) -> Literal[True]:  # noqa: A002 - argon2's own spelling
        """Verify, and note it."""
        self.verified.append(str(hash))
        return super().verify(hash, password)


@dataclass
class HandClock:
    """A clock that stands still until somebody moves it."""

    at: float = 1000.0

    def __call__(self) -> float:
        """Seconds."""
        return self.at


@dataclass
class InnerApp:
    """The application behind the middleware: answers 200, and remembers who came in."""

    states: list[dict[str, Any]] = field(default_factory=list)

    async def __call__(self, scope: Any, _receive: Any, send: Any) -> None:
        """Let in."""
        self.states.append(scope["state"])
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": b"{}"})

    @property
    def viewers(self) -> list[Viewer]:
        """Who came in, in turn."""
        return [state["viewer"] for state in self.states]


@dataclass(frozen=True)
class Answered:
    """What came back."""

    status: int
    headers: Mapping[str, str]
    body: dict[str, Any]


async def ask(
    app: Any,
    *authorization: bytes,
    address: str = "192.0.2.1",
    path: str = "/2.6/tech/access/A-1/hardware",
    headers: Sequence[tuple[bytes, bytes]] = (),
    state: dict[str, Any] | None = None,
) -> Answered:
    """One GET, from an address."""
    sent: list[Any] = []

    async def send(message: Any) -> None:
        sent.append(message)

    async def receive() -> Any:
        return {"type": "http.request", "body": b"", "more_body": False}

    scope = {
        "type": "http",
        "method": "GET",
        "path": path,
        "query_string": b"",
        "headers": [*((b"authorization", told) for told in authorization), *headers],
        "client": (address, 4711) if address else None,
        "state": {} if state is None else state,
    }
    await app(scope, receive, send)
    start, *bodies = sent
    return Answered(
        start["status"],
        {name.decode(): value.decode() for name, value in start["headers"]},
        json.loads(b"".join(body["body"] for body in bodies)),
    )
