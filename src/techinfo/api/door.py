"""The door: nobody asks who has not said who they are."""

from __future__ import annotations

from typing import Any

from starlette.datastructures import Headers

from techinfo.api.auth import Doorkeeper
from techinfo.api.paths import Asgi, Scope, needs_login
from techinfo.api.problems import ApiError, answer


class Door:
    """Finds out who asks, and leaves it in ``scope["state"]["viewer"]``.

    Args:
        app: Who answers those who may ask.
        doorkeeper: Checks credentials.
    """

    def __init__(self, app: Asgi, doorkeeper: Doorkeeper) -> None:
        self._app = app
        self._doorkeeper = doorkeeper

    async def __call__(self, scope: Scope, receive: Any, send: Any) -> None:
        """Let a request pass, or refuse it."""
        if scope["type"] == "http" and needs_login(scope["path"]):
            told = ", ".join(Headers(scope=scope).getlist("authorization"))
            try:
                viewer = await self._doorkeeper.viewer(told)
            except ApiError as error:
                await answer(error, scope["path"])(scope, receive, send)
                return
            scope.setdefault("state", {})["viewer"] = viewer
        await self._app(scope, receive, send)
