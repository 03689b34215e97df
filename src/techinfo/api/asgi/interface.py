"""What the ASGI middleware here shares: its types, and how an answer is passed on."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterable, MutableMapping
from typing import Any

Scope = MutableMapping[str, Any]
Asgi = Callable[[Scope, Any, Any], Awaitable[None]]
Headers = list[tuple[bytes, bytes]]

ENDING = "ending"
"""In the state of a request: an `asyncio.Event` that is set when the service ends, or answers by
new settings. An answer that goes on for minutes ends then."""


class Ending:
    """An application whose answers that go on for minutes end when the service does.

    Args:
        app: The application.
    """

    def __init__(self, app: Asgi) -> None:
        self._app = app
        self._ending = asyncio.Event()

    async def __call__(self, scope: Scope, receive: Any, send: Any) -> None:
        """Answer, and tell whoever answers when to end."""
        scope.setdefault("state", {})[ENDING] = self._ending
        await self._app(scope, receive, send)

    def stop(self) -> None:
        """Have them end."""
        self._ending.set()


class Front:
    """An application, and what is put before it; as Starlette takes middleware.

    Attributes:
        app: The outermost.
    """

    def __init__(self, app: Asgi) -> None:
        self.app = app

    def add_middleware(self, kind: Callable[..., Asgi], **arguments: Any) -> None:
        """Put something before all that is there already."""
        self.app = kind(self.app, **arguments)


class SendWrapper:
    """Passes the messages of one answer on, with further headers, and keeps its status.

    Middleware that does more with an answer overrides `start` or `body`, and calls them for what
    is passed on.

    Args:
        send: Where the messages go.
        headers: Added to those of the answer; may be changed until it begins.

    Attributes:
        status: HTTP status; ``None`` until the answer begins.
    """

    __slots__ = ("_send", "headers", "status")

    def __init__(self, send: Any, headers: Iterable[tuple[bytes, bytes]] = ()) -> None:
        self.status: int | None = None
        self.headers: Headers = list(headers)
        self._send = send

    def __call__(self, message: Any) -> Awaitable[None]:
        """Take one message of the answer."""
        if message["type"] != "http.response.start":
            return self.body(message)
        self.status = message["status"]
        return self.start(message)

    def start(self, message: Any) -> Awaitable[None]:
        """Pass on the status and the headers."""
        if self.headers:
            message = {**message, "headers": [*message.get("headers", ()), *self.headers]}
        passed: Awaitable[None] = self._send(message)
        return passed

    def body(self, message: Any) -> Awaitable[None]:
        """Pass on a piece of the body."""
        passed: Awaitable[None] = self._send(message)
        return passed


def adding(send: Any, headers: Iterable[tuple[bytes, bytes]]) -> SendWrapper:
    """Adds headers to an answer where the messages go, if that does so, else before."""
    if not isinstance(send, SendWrapper):
        return SendWrapper(send, headers)
    send.headers.extend(headers)
    return send
