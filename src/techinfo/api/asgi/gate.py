"""A limit on requests at the same time: some wait for a place, the others get 503 at once.

A request that has begun is finished; one that is refused costs nothing but its refusal. Answers of
the response cache (`techinfo.api.asgi.response_cache`) take no place.
"""

from __future__ import annotations

import asyncio
from typing import Any

from techinfo.api.asgi.interface import Asgi, Scope
from techinfo.api.errors import ApiError, answer, overloaded


class ConcurrencyLimit:
    """Hands on as many requests at a time as can be served.

    Args:
        app: Who answers.
        patience_s: A request that has waited so long for a place is refused.
        places: Requests that are answered at the same time; fewer than the collector takes.
        most_waiting: Requests that wait for a place.
    """

    def __init__(
        self, app: Asgi, *, patience_s: float, places: int = 500, most_waiting: int = 500
    ) -> None:
        self._app = app
        self._patience_s = patience_s
        self._places = asyncio.Semaphore(places)
        self._most_waiting = most_waiting
        self._waiting = 0

    async def __call__(self, scope: Scope, receive: Any, send: Any) -> None:
        """Hand a request on when there is a place for it."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        try:
            await self._enter()
        except ApiError as refusal:
            await answer(refusal, scope["path"])(scope, receive, send)
            return
        try:
            await self._app(scope, receive, send)
        finally:
            self._places.release()

    async def _enter(self) -> None:
        """Wait for a place.

        Raises:
            ApiError: 503, too many wait, or there was none in time.
        """
        if not self._places.locked():
            await self._places.acquire()
            return
        if self._waiting >= self._most_waiting:
            raise overloaded("too many requests are under way here")
        self._waiting += 1
        try:
            async with asyncio.timeout(self._patience_s):
                await self._places.acquire()
        except TimeoutError:
            raise overloaded("too many requests are under way here, for too long") from None
        finally:
            self._waiting -= 1
