"""The audit log: who asked what about which access; every request of a user is an entry.

An answer that may hold rows of people begins only when its entry is on disk. Where the entry cannot
be written, the answer is withheld.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import Awaitable, Callable, Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from starlette.requests import Request

from techinfo.access.viewer import Viewer
from techinfo.api.asgi.interface import Asgi, Scope, SendWrapper
from techinfo.api.asgi.paths import below_a_version
from techinfo.api.errors import ApiError, answer, error_ids
from techinfo.error_codes import Code
from techinfo.model import utc_now
from techinfo.moments import rfc3339
from techinfo.store.audit import AuditEntry
from techinfo.store.batches import Batches, Slip

_OWN = ("/techinfo/v1/", "/portal/")
_OTHERS = re.compile(
    r"/[0-9.]+(?:/openapi\.json|/events)?"
    r"|/[0-9.]+/tech/access/[^/]+/(?:hardware|link/status)"
    r"|/[0-9.]+/tech/[^/]+/access/hardware"
    r"|/portal/bounce"  # it tells the portal a token, which is exchanged elsewhere
    r"|/techinfo/v1/(?:openapi\.json|status|quota|sessions(?:/[^/]+)?|switch/[^/]+/panel|webhooks(?:/.*)?)"
)
"""Of machines, links and light, of the service itself: all else counts as people's, so that what
is added one day does until somebody decides."""
_TOLD_US = re.compile(r"/[0-9.]+/tickets(?:/[^/]+)?|/techinfo/v1/tickets/[^/]+")
"""Where a POST or PATCH brings rows of people, and the answer is a reference only."""


def of_people(method: str, path: str) -> bool:
    """Whether an answer may hold rows of people: MAC addresses, leases, groups, names, tickets.

    Args:
        method: Of HTTP.
        path: Without its prefix.
    """
    if not below_a_version(path) and not path.startswith(_OWN):
        return False
    if method != "GET" and _TOLD_US.fullmatch(path):
        return False
    return not _OTHERS.fullmatch(path)


_MOST_OF_A_PATH = 200
_MOST_OF_AN_ID = 64
_PATIENCE_S = 10.0
"""For which an answer waits for its entry; a writer waits 5 s for another process at most."""
_RETRY_S = 5
_ABOUT = re.compile(
    r"/[^/]+/(?:tech/access/|tech/cpe/|tech/(?=[^/]+/access/)|accesses/|subscriptions/|services/"
    r"|access/|dump/|history/|timeline/|installation/|diagnosis/|watch/|live/)([^/]+)"
)


def about(request: Request, access_ids: Iterable[str]) -> None:
    """Tell the audit log which accesses a request is about, when its path does not name them."""
    request.scope["state"]["accesses"] = list(access_ids)


def about_time(request: Request, at: datetime) -> None:
    """Tell the audit log which time a request is about; it stands behind the path."""
    request.scope["state"]["about_time"] = at


@dataclass(slots=True)
class Counts:
    """Answers that the audit log has withheld, or could not record.

    Attributes:
        withheld: Answers that were not given, as their entries could not be written.
        unrecorded: Answers with rows of people that were given though.
    """

    withheld: int = 0
    unrecorded: int = 0


class AuditMiddleware:
    """Notes who asked what about which access, on whose behalf, and how it ended.

    A route that answers about accesses which its path does not name gives them to `about`; each
    becomes an entry.

    Args:
        app: Who answers; stands behind `AuthMiddleware`.
        entries: Where they are written.
        required: Without an entry no rows of people are given out.
        counts: What came of that.
        now: The time, UTC.
    """

    def __init__(
        self,
        app: Asgi,
        entries: Batches[AuditEntry],
        now: Callable[[], datetime] = utc_now,
        *,
        required: bool = True,
        counts: Counts | None = None,
    ) -> None:
        self._app = app
        self._entries = entries
        self._now = now
        self._required = required
        self._counts = counts or Counts()

    async def __call__(self, scope: Scope, receive: Any, send: Any) -> None:
        """Hand a request on, and note how it ended."""
        viewer = scope["state"].get("viewer") if scope["type"] == "http" else None
        if viewer is None:
            await self._app(scope, receive, send)
            return
        gathered = error_ids.get()
        sending = _AuditedSend(
            self,
            viewer,
            scope,
            receive,
            send,
            ids=[] if gathered is None else gathered,  # the request's own log line has them
        )
        token = error_ids.set(sending.ids)
        try:
            refusal = self._refusal(viewer, scope, sending.of_people)
            if refusal is None:
                await self._app(scope, receive, sending)
            else:
                await sending.refuse(refusal)
        finally:
            error_ids.reset(token)
            sending.end()

    def _refusal(self, viewer: Viewer, scope: Scope, of_people: bool) -> ApiError | None:
        """Why a request for rows of people is not handed on; ``None``: it is."""
        if not of_people:
            return None
        if missing := _missing(viewer, scope["state"]):
            return missing
        if self._required and not self._entries.sound:
            return self.withheld()
        return None

    def withheld(self) -> ApiError:
        """The refusal of an answer that would leave no trace."""
        self._counts.withheld += 1
        return ApiError(
            Code.AUDIT_UNAVAILABLE,
            "rows of people are not told while it cannot be written down who asked for them",
            headers={"Retry-After": str(_RETRY_S)},
        )

    def put(self, entries: Iterable[AuditEntry]) -> None:
        """Write entries soon."""
        for entry in entries:
            self._entries.put(entry)

    async def may_begin(self, entries: Sequence[AuditEntry]) -> bool:
        """Write entries and wait until they are on disk; says whether the answer may be given."""
        if not self._required and not self._entries.sound:
            self.put(entries)
            self._counts.unrecorded += 1
            return True
        if await self._durable(entries):
            return True
        if not self._required:
            self._counts.unrecorded += 1
        return not self._required

    async def _durable(self, entries: Sequence[AuditEntry]) -> bool:
        loop = asyncio.get_running_loop()
        outcome: asyncio.Future[bool] = loop.create_future()

        def done(written: bool) -> None:
            with suppress(RuntimeError):  # the loop is closed: nobody waits any more
                loop.call_soon_threadsafe(_settle, outcome, written)

        slips = self._entries.put_now(entries, done)
        try:
            async with asyncio.timeout(_PATIENCE_S):
                written = await outcome
        except TimeoutError:
            written = False
        if not written and self._required:
            _not_given(slips)
        return written

    def entries_of(
        self, viewer: Viewer, scope: Scope, path: str, status: int | None, ids: Sequence[str]
    ) -> list[AuditEntry]:
        """One for every access that a request is about, or one."""
        state = scope["state"]
        at = self._now()
        about_at = state.get("about_time")
        path = path[:_MOST_OF_A_PATH] + (f"?at={rfc3339(about_at)}" if about_at else "")
        told = state.get("accesses")
        return [
            AuditEntry(
                at=at,
                user=viewer.name,
                role=viewer.role.value,
                provider=viewer.provider,
                on_behalf_of=state.get("on_behalf_of"),
                address=state.get("client") or "",
                method=scope["method"],
                path=path,
                access_id=access_id and access_id[:_MOST_OF_AN_ID],
                status=status,
                error_id=",".join(ids) or None,
                request_id=state.get("request_id"),
                case_reference=state.get("case_reference"),
            )
            for access_id in told or (access_of(path),)
        ]


class _AuditedSend(SendWrapper):
    """Passes the answer to one request on, when it may, and notes it once.

    Attributes:
        ids: Error ids of the answer, as they come.
        of_people: The answer may hold rows of people.
    """

    __slots__ = (
        "_audited",
        "_noted",
        "_path",
        "_receive",
        "_scope",
        "_viewer",
        "_withheld",
        "ids",
        "of_people",
    )

    def __init__(
        self,
        audited: AuditMiddleware,
        viewer: Viewer,
        scope: Scope,
        receive: Any,
        send: Any,
        *,
        ids: list[str],
    ) -> None:
        super().__init__(send)
        self.ids = ids
        self.of_people = of_people(scope["method"], scope["path"])
        self._audited = audited
        self._viewer = viewer
        self._scope = scope
        self._path = scope["path"]
        self._receive = receive
        self._noted = False
        self._withheld = False

    def start(self, message: Any) -> Awaitable[None]:
        if not self.of_people or _tells_nothing(message["status"]):
            return super().start(message)
        return self._start_of_people(message)

    async def _start_of_people(self, message: Any) -> None:
        self._noted = True
        if await self._audited.may_begin(self._entries()):
            await super().start(message)
            return
        self._withheld = True  # whatever is still to come of it goes nowhere
        refusal = answer(self._audited.withheld(), self._path)
        await refusal(self._scope, self._receive, self._send)

    def body(self, message: Any) -> Awaitable[None]:
        return _nothing() if self._withheld else super().body(message)

    async def refuse(self, refusal: ApiError) -> None:
        """Answer with a refusal, which waits for nothing."""
        self.status = refusal.status
        await answer(refusal, self._path)(self._scope, self._receive, self._send)

    def end(self) -> None:
        """Note what has not been noted."""
        if not self._noted:
            self._audited.put(self._entries())

    def _entries(self) -> list[AuditEntry]:
        return self._audited.entries_of(
            self._viewer, self._scope, self._path, self.status, self.ids
        )


async def _nothing() -> None:
    pass


def _tells_nothing(status: int) -> bool:
    """Whether a status has no rows of people. A 404 may have: nobody was found."""
    return status == 429 or status >= 500


def _missing(viewer: Viewer, state: Scope) -> ApiError | None:
    if viewer.options.behalf_required and state.get("on_behalf_of") is None:
        cause = "say in X-On-Behalf-Of for which person you ask: your account tells no rows without"
        return ApiError(Code.ON_BEHALF_OF_REQUIRED, cause)
    if viewer.options.case_required and state.get("case_reference") is None:
        cause = "say in X-Case-Reference for which ticket or case you ask: your account tells no"
        return ApiError(Code.CASE_REFERENCE_REQUIRED, f"{cause} rows without")
    return None


def _not_given(slips: Iterable[Slip[AuditEntry]]) -> None:
    """Entries that are written later have the status that the client got."""
    for slip in slips:
        slip.item = replace(slip.item, status=503)


def _settle(outcome: asyncio.Future[bool], written: bool) -> None:
    if not outcome.done():
        outcome.set_result(written)


def access_of(path: str) -> str | None:
    """The access that a path names; ``None`` when it names none."""
    found = _ABOUT.match(path.removeprefix("/techinfo"))
    return found[1][:_MOST_OF_AN_ID] if found else None
