"""Every request of somebody who was let in goes to the audit log, and its answer does not."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from typing import Any

from starlette.requests import Request

from techinfo.api.paths import Asgi, Scope
from techinfo.api.problems import told_ids
from techinfo.service.viewer import Viewer
from techinfo.store.audit import AuditEntry
from techinfo.store.batches import Batches

_MOST_OF_A_PATH = 200
_MOST_OF_AN_ID = 64
_ABOUT = re.compile(
    r"/[^/]+/(?:tech/access/|tech/cpe/|tech/(?=[^/]+/access/)|accesses/|subscriptions/|services/"
    r"|access/|dump/|history/|timeline/|diagnosis/|live/)([^/]+)"
)


def about(request: Request, access_ids: Iterable[str]) -> None:
    """Tell the audit log which accesses a request is about, when its path does not name them."""
    request.scope["state"]["accesses"] = list(access_ids)


def _utc_now() -> datetime:
    return datetime.now(UTC)


class Audited:
    """Notes who asked what about which access, on whose behalf, and how it ended.

    A route that answers about accesses which its path does not name tells them by `about`; each
    becomes an entry.

    Args:
        app: Who answers; stands inside the door.
        entries: Where they are written.
        now: The time, UTC.
    """

    def __init__(
        self, app: Asgi, entries: Batches[AuditEntry], now: Callable[[], datetime] = _utc_now
    ) -> None:
        self._app = app
        self._entries = entries
        self._now = now

    async def __call__(self, scope: Scope, receive: Any, send: Any) -> None:
        """Hand a request on, and note how it ended."""
        viewer = scope["state"].get("viewer") if scope["type"] == "http" else None
        if viewer is None:
            await self._app(scope, receive, send)
            return
        status: int | None = None
        gathered = told_ids.get()
        ids: list[str] = [] if gathered is None else gathered  # the request's own log line has them

        async def noting(message: Any) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            await send(message)

        token = told_ids.set(ids)
        path = scope["path"]
        try:
            await self._app(scope, receive, noting)
        finally:
            told_ids.reset(token)
            self._note(viewer, scope, path, status, ids)

    def _note(
        self, viewer: Viewer, scope: Scope, path: str, status: int | None, ids: list[str]
    ) -> None:
        state = scope["state"]
        for access_id in state.get("accesses") or [access_of(path)]:
            self._entries.put(
                AuditEntry(
                    at=self._now(),
                    user=viewer.name,
                    role=viewer.role.value,
                    provider=viewer.provider,
                    on_behalf_of=state.get("on_behalf_of"),
                    address=state.get("client") or "",
                    method=scope["method"],
                    path=path[:_MOST_OF_A_PATH],
                    access_id=access_id and access_id[:_MOST_OF_AN_ID],
                    status=status,
                    error_id=",".join(ids) or None,
                    request_id=state.get("request_id"),
                )
            )


def access_of(path: str) -> str | None:
    """The access that a path names; ``None`` when it names none."""
    found = _ABOUT.match(path.removeprefix("/techinfo"))
    return found[1][:_MOST_OF_AN_ID] if found else None
