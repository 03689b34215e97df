"""Every request has an id, one line in the log, and its place in the metrics."""

from __future__ import annotations

import logging
import re
import secrets
import time
from collections.abc import Callable
from typing import Any

import structlog

from techinfo.api.admin.metrics import Metrics
from techinfo.api.asgi.audit import access_of
from techinfo.api.asgi.paths import Asgi, Scope, Templates
from techinfo.api.errors import answer, api_error, told_ids

_SANE = re.compile(rb"[0-9A-Za-z._-]{1,64}")
"""Of an X-Request-ID that is taken over; another could be anything."""
_HEADER = b"x-request-id"

_log = logging.getLogger("techinfo.request")


class Requests:
    """Stands before everything that answers, and notes what came of it.

    The id is left in ``scope["state"]["request_id"]`` and stands in every log line that is written
    on behalf of the request. Of the request itself only method, route, access and user are told: no
    query, no header, no body.

    Args:
        app: Who answers.
        metrics: Where it is counted.
        clock: Seconds that never go back.
    """

    def __init__(
        self, app: Asgi, metrics: Metrics, clock: Callable[[], float] = time.perf_counter
    ) -> None:
        self._app = app
        self._metrics = metrics
        self._clock = clock
        self._templates = Templates()

    async def __call__(self, scope: Scope, receive: Any, send: Any) -> None:
        """Hand a request on, and tell of it when it is over."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        began = self._clock()
        noted = _Noted(send, _request_id(scope))
        scope.setdefault("state", {})["request_id"] = noted.request_id
        ids: list[str] = []
        token = told_ids.set(ids)
        bound = structlog.contextvars.bind_contextvars(request_id=noted.request_id)
        self._metrics.in_flight.inc()
        try:
            await _whatever(self._app, scope, receive, noted)
        finally:
            self._metrics.in_flight.dec()
            self._tell(scope, noted.status, self._clock() - began, ids)
            structlog.contextvars.reset_contextvars(**bound)
            told_ids.reset(token)

    def _tell(self, scope: Scope, status: int | None, seconds: float, ids: list[str]) -> None:
        route = self._templates.of(scope)
        self._metrics.answered(scope["method"], route, status, seconds)
        if not _log.isEnabledFor(logging.INFO):
            return
        state = scope["state"]
        viewer = state.get("viewer")
        facts = {
            "method": scope["method"],
            "route": route,
            "status": status,
            "ms": round(seconds * 1000, 1),
            "user": viewer.name if viewer else None,
            "access": ",".join(state.get("accesses") or ()) or access_of(scope["path"]),
            "error": ",".join(dict.fromkeys(ids)),
        }
        told = {name: value for name, value in facts.items() if value not in (None, "")}
        _log.info("request", extra={"facts": told})


class Unexpected:
    """Answers 500 for an error that nobody expected, so that all who stand before it see that.

    Args:
        app: Who answers else.
    """

    def __init__(self, app: Asgi) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Any, send: Any) -> None:
        """Hand a request on."""
        if scope["type"] == "http":
            await _whatever(self._app, scope, receive, _Noted(send))
        else:
            await self._app(scope, receive, send)


class _Noted:
    """Passes an answer on, with the request's id, and keeps its status.

    Attributes:
        status: ``None`` until the answer begins.
    """

    def __init__(self, send: Any, request_id: str | None = None) -> None:
        self.request_id = request_id
        self.status: int | None = None
        self._send = send

    async def __call__(self, message: Any) -> None:
        if message["type"] == "http.response.start":
            self.status = message["status"]
            if self.request_id is not None:
                headers = [*message.get("headers", ()), (_HEADER, self.request_id.encode())]
                message = {**message, "headers": headers}
        await self._send(message)


async def _whatever(app: Asgi, scope: Scope, receive: Any, send: _Noted) -> None:
    """An answer, whatever happens; one that has begun can only be broken off."""
    try:
        await app(scope, receive, send)
    except Exception as error:
        if send.status is not None:
            raise
        await answer(api_error(error), scope["path"], error)(scope, receive, send)


def _request_id(scope: Scope) -> str:
    for name, value in scope["headers"]:
        if name == _HEADER and _SANE.fullmatch(value):
            return str(value.decode("ascii"))
    return secrets.token_hex(8)
