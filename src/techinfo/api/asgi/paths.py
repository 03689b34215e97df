"""Paths of requests: prefixes and trailing slashes never matter.

Log lines and metrics have the route of a path, one of some dozens, instead of the path itself,
which is whatever a client has sent.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from fastapi.routing import RouteContext, iter_route_contexts
from starlette.routing import BaseRoute

from techinfo.api.asgi.interface import Asgi, Scope

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
            if path.startswith(prefix) and below_a_version(rest := path[len(prefix) :]):
                return prefix, rest.rstrip("/")
        if path == _OWN or path.startswith(f"{_OWN}/"):
            return "", path.rstrip("/")
        # The routes know the version at the root only; where that is no prefix, nothing is there.
        return "", "/" if below_a_version(path) else path


UNMATCHED = "unmatched"
"""Of paths that no route has."""


class RouteNames:
    """The routes of an application by their own paths, such as ``/2.6/accesses/{id}``.

    Also what is answered before it comes to a route, as it is refused or comes from the cache, is
    known by the route that it would have come to.

    Args:
        routes: Of the application; looked at when the first name is asked for.
    """

    def __init__(self, routes: Sequence[BaseRoute]) -> None:
        self._routes = routes
        self._by_length: dict[int, list[RouteContext]] = {}

    def of(self, method: str, path: str) -> str:
        """The route of a request: one of this method, else one of this path."""
        if not self._by_length:
            for route in iter_route_contexts(self._routes):
                length = (route.path_format or "").count("/")
                self._by_length.setdefault(length, []).append(route)
        found = UNMATCHED
        for route in self._by_length.get(path.count("/"), ()):
            if route.path_format and route.path_regex.match(path):
                if method in (route.methods or ()):
                    return route.path_format
                if found == UNMATCHED:
                    found = route.path_format
        return found


def version_of(route: str) -> str:
    """The version that a route is of; ``none`` for what has none."""
    if route.startswith(_OWN):
        return "v1"
    return route.split("/")[1] if below_a_version(route) else "none"
