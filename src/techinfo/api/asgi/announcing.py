"""Whatever is answered about an access names the works and disturbances that go on there now.

In a header, so that answers whose bodies ON-API defines have it too, errors among them: an access
switch that is silent while it is replaced, or a line that fell with all its street, needs no
ticket.
"""

from __future__ import annotations

import asyncio
from typing import Any

from techinfo.access.case.notices import references
from techinfo.access.service import AccessService
from techinfo.access.viewer import Viewer
from techinfo.api.asgi.audit import access_of
from techinfo.api.asgi.interface import Asgi, Scope, SendWrapper
from techinfo.api.asgi.response_cache import GENERATION
from techinfo.errors import TechinfoError
from techinfo.inventory import Inventory

HEADER = "techinfo-works"
DISTURBANCES = "techinfo-disturbances"
_MOST = 10
"""References of one answer."""


class Generations:
    """The generation of the inventory, asked for once for all requests that have come together.

    Whoever waits for a turn of the event loop as it is asked has come before, and is told no less
    than was there as they came.

    Args:
        inventory: Whose it is.
    """

    def __init__(self, inventory: Inventory) -> None:
        self._inventory = inventory
        self._told: tuple[int, ...] | None = None
        self._asker: object = None

    def now(self) -> tuple[int, ...]:
        """What it is, or was when another task of this turn asked."""
        asker = asyncio.current_task()
        if self._told is None or self._asker is asker:
            told = self._inventory.generation
            if self._told is None:
                asyncio.get_running_loop().call_soon(self._forget)
            self._told, self._asker = told, asker
        return self._told

    def _forget(self) -> None:
        self._told = self._asker = None


class Announcing:
    """Names works in answers.

    Args:
        app: Who answers; stands behind whoever finds out who asks.
        service: Knows who may ask about which access, and what is announced there.
    """

    def __init__(self, app: Asgi, service: AccessService) -> None:
        self._app = app
        self._service = service
        self._generations = Generations(service.troubleshooter.inventory)
        self._none_at: tuple[int, ...] | None = None

    async def __call__(self, scope: Scope, receive: Any, send: Any) -> None:
        """Hand a request on, and add to its answer."""
        viewer = scope.get("state", {}).get("viewer") if scope["type"] == "http" else None
        # Nothing of the real network may be heard in the sandbox.
        if isinstance(viewer, Viewer) and not viewer.options.sandbox and self._knows_any(scope):
            send = _Send(send, self._service, viewer, scope)
        await self._app(scope, receive, send)

    def _knows_any(self, scope: Scope) -> bool:
        """Whether anything is kept that could be announced."""
        watched = self._service.history is not None
        try:
            scope["state"][GENERATION] = generation = self._generations.now()
            if not watched and generation != self._none_at:
                if not self._service.troubleshooter.inventory.works.are_none:
                    return True
                self._none_at = generation
        except TechinfoError:  # whoever answers finds out as well, and says so
            pass
        return watched


class _Send(SendWrapper):
    __slots__ = ("_scope", "_service", "_viewer")

    def __init__(self, send: Any, service: AccessService, viewer: Viewer, scope: Scope) -> None:
        super().__init__(send)
        self._service = service
        self._viewer = viewer
        self._scope = scope

    async def start(self, message: Any) -> None:
        for name, found in self._found().items():
            header = (name.encode(), ", ".join(found[:_MOST]).encode())
            message = {**message, "headers": [*message.get("headers", ()), header]}
        await super().start(message)

    def _found(self) -> dict[str, tuple[str, ...]]:
        service = self._service
        told = self._scope["state"].get("accesses") or [access_of(self._scope["path"])]
        if len(told) != 1 or told[0] is None:
            return {}  # of several accesses each item tells its own
        try:
            works, disturbances = references(service, self._viewer, told[0])
        except TechinfoError:  # they may not ask about it, or a file cannot be read
            return {}
        found = {HEADER: works, DISTURBANCES: disturbances}
        return {name: some for name, some in found.items() if some}
