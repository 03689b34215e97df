"""Every request has an id, one line in the log, and its place in the metrics."""

from __future__ import annotations

import logging
import random
import re
import time
from collections.abc import Callable
from typing import Any

from techinfo.api.admin.metrics import Metrics
from techinfo.api.asgi.audit import access_of
from techinfo.api.asgi.interface import Asgi, Scope, SendWrapper
from techinfo.api.asgi.paths import RouteNames
from techinfo.api.error_words import asked_headers
from techinfo.api.errors import answer, api_error, error_ids, request_id

_SANE = re.compile(rb"[0-9A-Za-z._-]{1,64}")
"""Of an X-Request-ID that is taken over; another could be anything."""
_HEADER = b"x-request-id"

_ids = random.Random()  # noqa: S311 - they are told to everybody, and only must differ

_log = logging.getLogger("techinfo.request")
_BLANK = vars(_log.makeRecord(_log.name, logging.INFO, "", 0, "request", (), None))
"""What all lines have in common: to find that out anew costs more than all else of a line."""

ROUTE = "route"
"""In the state of a request: its route, said by who answers it before the routes of the API."""


class RequestLogMiddleware:
    """Stands before everything that answers, and notes what came of it.

    The id is left in ``scope["state"]["request_id"]`` and stands in every log line that is written
    on behalf of the request. Of the request itself only method, route, access and user are logged:
    no query, no header, no body.

    Args:
        app: Who answers.
        metrics: Where it is counted.
        names: Of the routes, which stand in log lines and metrics instead of paths.
        clock: Seconds that never go back.
    """

    def __init__(
        self,
        app: Asgi,
        metrics: Metrics,
        names: RouteNames,
        clock: Callable[[], float] = time.perf_counter,
    ) -> None:
        self._app = app
        self._metrics = metrics
        self._clock = clock
        self._names = names

    async def __call__(self, scope: Scope, receive: Any, send: Any) -> None:
        """Hand a request on, and log it when it is over."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        began = self._clock()
        asked = _id_of(scope)
        sending = SendWrapper(send, ((_HEADER, asked.encode()),))
        scope.setdefault("state", {})["request_id"] = asked
        ids: list[str] = []
        named, told = request_id.set(asked), error_ids.set(ids)
        headers = asked_headers.set(scope["headers"])
        self._metrics.in_flight += 1
        try:
            await _answered(self._app, scope, receive, sending)
        finally:
            self._metrics.in_flight -= 1
            self._note(scope, sending.status, self._clock() - began, ids)
            request_id.reset(named)
            error_ids.reset(told)
            asked_headers.reset(headers)

    def _note(self, scope: Scope, status: int | None, seconds: float, ids: list[str]) -> None:
        state = scope["state"]
        route = state.get(ROUTE) or self._names.of(scope["method"], scope["path"])
        self._metrics.answered(scope["method"], route, status, seconds)
        if not _log.isEnabledFor(logging.INFO):
            return
        facts: dict[str, Any] = {"method": scope["method"], "route": route}
        if status is not None:
            facts["status"] = status
        facts["ms"] = round(seconds * 1000, 1)
        if viewer := state.get("viewer"):
            facts["user"] = viewer.name
        if access := ",".join(state.get("accesses") or ()) or access_of(scope["path"]):
            facts["access"] = access
        if ids:
            facts["error"] = ",".join(dict.fromkeys(ids))
        _log.handle(_record(facts))


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
            await _answered(self._app, scope, receive, SendWrapper(send))
        else:
            await self._app(scope, receive, send)


async def _answered(app: Asgi, scope: Scope, receive: Any, send: SendWrapper) -> None:
    """An answer, whatever happens; one that has begun can only be broken off."""
    try:
        await app(scope, receive, send)
    except Exception as error:
        if send.status is not None:
            raise
        await answer(api_error(error), scope["path"], error)(scope, receive, send)


def _record(facts: dict[str, Any]) -> logging.LogRecord:
    now = time.time()
    made = logging.LogRecord.__new__(logging.LogRecord)
    vars(made).update(_BLANK, created=now, msecs=now % 1 * 1000, facts=facts)
    return made


def _id_of(scope: Scope) -> str:
    for name, value in scope["headers"]:
        if name == _HEADER and _SANE.fullmatch(value):
            return str(value.decode("ascii"))
    return f"{_ids.getrandbits(64):016x}"
