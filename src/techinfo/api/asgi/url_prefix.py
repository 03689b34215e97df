"""Which path a request means: prefixes and trailing slashes never matter."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable, MutableMapping, Sequence
from typing import Any

Scope = MutableMapping[str, Any]
Asgi = Callable[[Scope, Any, Any], Awaitable[None]]

_VERSIONED = re.compile(r"/(?:2\.3\.1|2\.[0-9]+)(?:/.*)?", re.DOTALL)
_OWN = "/techinfo/v1"


def below_a_version(path: str) -> bool:
    """Whether a path, its prefix taken off, is of ON-API."""
    return _VERSIONED.fullmatch(path) is not None


class Paths:
    """Takes the prefix and trailing slashes off a path; asks GET for HEAD (RFC 9110, 9.3.2).

    Args:
        app: Who answers. The server itself leaves the body of an answer to HEAD unsent.
        prefixes: Paths before the version; ``""`` is the version at the root.
    """

    def __init__(self, app: Asgi, prefixes: Sequence[str]) -> None:
        self._app = app
        self._prefixes = [p.rstrip("/") for p in sorted(prefixes, key=len, reverse=True)]

    async def __call__(self, scope: Scope, receive: Any, send: Any) -> None:
        """Hand a request on under its plain path; the prefix is left in ``scope["state"]``."""
        if scope["type"] == "http":
            method = "GET" if scope["method"] == "HEAD" else scope["method"]
            prefix, path = self._split(scope["path"])
            state = {**scope.get("state", {}), "prefix": prefix}
            scope = {**scope, "path": path, "method": method, "state": state}
        await self._app(scope, receive, send)

    def _split(self, path: str) -> tuple[str, str]:
        for prefix in self._prefixes:
            rest = path[len(prefix) :]
            if path.startswith(prefix) and below_a_version(rest):
                return prefix, rest.rstrip("/")
        if path == _OWN or path.startswith(f"{_OWN}/"):
            return "", path.rstrip("/")
        # The routes know the version at the root only; where that is no prefix, nothing is there.
        return "", "/" if below_a_version(path) else path
