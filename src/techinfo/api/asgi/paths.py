"""Which path a request means: prefixes and trailing slashes never matter.

Which route a path is of: what stands in log lines and metrics instead of the path itself.

A path is whatever a client has sent; a route is one of some dozens.
"""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable, Mapping, MutableMapping, Sequence
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


UNMATCHED = "unmatched"
"""Of paths that no route has."""
_MOST = 1000


class Templates:
    """The routes that requests have come to so far.

    What is answered before it comes to a route, as it is refused or remembered, is known by the
    routes of others.
    """

    def __init__(self) -> None:
        self._by_length: dict[int, dict[str, tuple[str, ...]]] = {}
        self._count = 0

    def of(self, scope: Scope) -> str:
        """The route of a request that has been answered."""
        path: str = scope["path"]
        route = scope.get("route")
        if route is None:
            return self._alike(path)
        template = _template(path, getattr(route, "path", ""), scope.get("path_params") or {})
        self._learn(template)
        return template

    def _learn(self, template: str) -> None:
        parts = tuple(template.split("/"))
        known = self._by_length.setdefault(len(parts), {})
        if template not in known and self._count < _MOST:
            known[template] = parts
            self._count += 1

    def _alike(self, path: str) -> str:
        found = path.split("/")
        best, most = UNMATCHED, -1
        for template, parts in self._by_length.get(len(found), {}).items():
            same = sum(a == b for a, b in zip(found, parts, strict=True))
            free = sum(part.startswith("{") for part in parts)
            if most < same and same + free == len(parts):
                best, most = template, same
        return best


def version_of(template: str) -> str:
    """The version that a route is of; ``none`` for what has none."""
    if template.startswith("/techinfo/v1"):
        return "v1"
    return template.split("/")[1] if below_a_version(template) else "none"


def _template(path: str, route: str, params: Mapping[str, Any]) -> str:
    """A router's own path, behind the prefix that it is included under."""
    own = route.strip("/").split("/") if route.strip("/") else []
    if ":path}" in route:
        return f"/{'/'.join(own)}"
    found = path.strip("/").split("/")
    values = {str(value): name for name, value in params.items()}
    before = found[: max(0, len(found) - len(own))]
    prefix = [f"{{{values[part]}}}" if part in values else part for part in before]
    return "/" + "/".join([*prefix, *own])
