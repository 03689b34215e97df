"""What a token or an API key may be used for: which scopes each path needs."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from techinfo.access.viewer import Scope
from techinfo.api.asgi.interface import Asgi
from techinfo.api.asgi.interface import Scope as AsgiScope
from techinfo.api.asgi.tokens import written
from techinfo.api.errors import ApiError, answer
from techinfo.error_codes import Code

SCOPES = "scopes"
"""In the state of a request: what its token or key is for; not there: a password or session."""
_NONE: frozenset[Scope] = frozenset()
_ALL = frozenset(Scope)
_TICKETS = r"/(?:[0-9.]+|techinfo/v1)/tickets(?:/.*)?"
_WEBHOOKS = r"/techinfo/v1/webhooks(?:/.*)?"
_CABLE_TEST = r"/techinfo/v1/access/[^/]+/cabletest(?:/despite-link)?"
_WATCH = r"/techinfo/v1/watch(?:/.*)?"
_NEEDED: tuple[tuple[str, str, frozenset[Scope]], ...] = (
    (r"/[0-9.]+(?:/openapi\.json)?", "", _NONE),
    (r"/[0-9.]+/tech/.*", "", frozenset({Scope.TECH_READ})),
    (r"/[0-9.]+/accesses/[^/]+/link", "", frozenset({Scope.TECH_READ})),
    (
        r"/[0-9.]+/(?:accesses|subscriptions|services)(?:/.*)?",
        "",
        frozenset({Scope.INVENTORY_READ}),
    ),
    (r"/[0-9.]+/(?:dhcplookup|option82)(?:/.*)?", "", frozenset({Scope.LOOKUP_READ})),
    # It tells of both.
    (r"/[0-9.]+/events", "", frozenset({Scope.INVENTORY_READ, Scope.TICKETS_READ})),
    (_TICKETS, "GET", frozenset({Scope.TICKETS_READ})),
    (_TICKETS, "", frozenset({Scope.TICKETS_WRITE})),
    (r"/techinfo/v1/(?:openapi\.json|status|quota)", "", _NONE),
    (_CABLE_TEST, "POST", frozenset({Scope.CABLE_TEST})),
    (r"/techinfo/v1/wrong-ports/confirm", "POST", frozenset({Scope.ADMIN})),
    (
        r"/techinfo/v1/(?:access|diagnosis|switch|history|timeline|installation|live)/.*"
        r"|/techinfo/v1/(?:batch|wrong-ports|fibre-weather|disturbances(?:/.*)?)",
        "",
        frozenset({Scope.TECH_READ}),
    ),
    # It tells how the inventory and the switches fare.
    (r"/techinfo/v1/attention", "GET", frozenset({Scope.TECH_READ, Scope.INVENTORY_READ})),
    (r"/techinfo/v1/works(?:/.*)?", "GET", frozenset({Scope.TECH_READ})),
    (r"/techinfo/v1/works(?:/.*)?", "", frozenset({Scope.ADMIN})),
    (_WATCH, "GET", frozenset({Scope.TECH_READ})),
    # Its report becomes a comment of the ticket that it names.
    (_WATCH, "", frozenset({Scope.TECH_READ, Scope.TICKETS_WRITE})),
    (r"/techinfo/v1/selfcheck", "", _NONE),  # a link's token alone is let in there
    (r"/techinfo/v1/(?:search|lookup)", "", frozenset({Scope.LOOKUP_READ})),
    (r"/techinfo/v1/(?:dump/.*|linkinfo)", "", frozenset({Scope.DUMP_READ})),
    (r"/portal/api", "GET", frozenset({Scope.INVENTORY_READ})),
    (r"/portal/identify", "POST", frozenset({Scope.LOOKUP_READ})),
    # Where a webhook is sent to, tickets are told.
    (_WEBHOOKS, "POST", frozenset({Scope.WEBHOOKS_WRITE, Scope.TICKETS_READ})),
    (_WEBHOOKS, "", frozenset({Scope.WEBHOOKS_WRITE})),
    (r"/techinfo/v1/sessions(?:/.*)?", "", frozenset({Scope.ADMIN})),
    (r"/oauth2/token", "", _NONE),
)
"""Path, method (empty: any), scopes. What is added one day needs all until somebody decides."""
_COMPILED = tuple((re.compile(path, re.DOTALL), method, found) for path, method, found in _NEEDED)


def needed(method: str, path: str) -> frozenset[Scope]:
    """What a request needs, all of it.

    Args:
        method: Of HTTP.
        path: Without its prefix.
    """
    for pattern, only, scopes in _COMPILED:
        if only in ("", method) and pattern.fullmatch(path):
            return scopes
    return _ALL


def orders(_method: str, _path: str) -> frozenset[Scope]:
    """What the operator's listener needs, whatever is asked there."""
    return frozenset({Scope.ADMIN})


class ScopeMiddleware:
    """Refuses what the token or key of a request is not for.

    Args:
        app: Who answers else; stands behind `AuthMiddleware`.
        needs: What a method and a path need.
    """

    def __init__(self, app: Asgi, needs: Callable[[str, str], frozenset[Scope]] = needed) -> None:
        self._app = app
        self._needs = needs

    async def __call__(self, scope: AsgiScope, receive: Any, send: Any) -> None:
        """Hand a request on, or refuse it."""
        given = scope["state"].get(SCOPES) if scope["type"] == "http" else None
        if given is not None:
            wanted = self._needs(scope["method"], scope["path"])
            if not wanted <= given:
                await answer(_insufficient(wanted), scope["path"])(scope, receive, send)
                return
        await self._app(scope, receive, send)


def _insufficient(wanted: frozenset[Scope]) -> ApiError:
    """A 403 that says what was wanted (RFC 6750, 3.1)."""
    told = written(wanted)
    challenge = f'Bearer realm="techinfo", error="insufficient_scope", scope="{told}"'
    cause = f"this token is not for that; it takes the scope {told}"
    return ApiError(Code.INSUFFICIENT_SCOPE, cause, headers={"WWW-Authenticate": challenge})
