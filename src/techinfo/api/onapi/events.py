"""Events: which objects have been created, updated or deleted (2.4 to 2.6)."""

from __future__ import annotations

import heapq
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

from fastapi import APIRouter, Request, Response
from starlette.concurrency import run_in_threadpool

from techinfo.access.viewer import Viewer
from techinfo.api.dependencies import ERRORS, CurrentAppState, CurrentUser
from techinfo.api.onapi import listed_schemas as ls
from techinfo.api.onapi.accesses import UNCHANGED, whose
from techinfo.api.onapi.conditional import Since, begun, last_modified, listed, not_modified
from techinfo.api.onapi.versions import ApiProfile, Version
from techinfo.api.onapi.versions.dialect import V2_6
from techinfo.api.state import AppState
from techinfo.inventory import Change, Event, ObjectType

_SECOND = timedelta(seconds=1)


def router(profile: ApiProfile) -> APIRouter:
    """The route of a version."""
    routes = APIRouter(tags=["events"], responses=ERRORS)
    version = profile.version

    @routes.get("/events", response_model=list[ls.EventInfo], responses=UNCHANGED)
    async def events(
        request: Request, user: CurrentUser, app_state: CurrentAppState, since: Since
    ) -> Response:
        """What has happened up to the previous second, oldest first, or since an earlier answer."""
        prefix = request.scope.get("state", {}).get("prefix", "")
        return await run_in_threadpool(_events, app_state, user, version, since, prefix)

    return routes


def _events(
    app_state: AppState, viewer: Viewer, version: Version, since: datetime | None, prefix: str
) -> Response:
    now = app_state.troubleshooter.now()
    until = now.replace(microsecond=0) - timedelta(microseconds=1)
    imported = app_state.inventory.events
    others = sorted(_others(app_state, viewer, since, until), key=lambda event: event.at)
    newest = [imported.newest(until), *(event.at for event in others[-1:])]
    headers = last_modified(max((x for x in newest if x), default=now - _SECOND), now)
    kinds = tuple(_listed_here(app_state, version))
    own = imported.between(since, until, provider=whose(viewer), kinds=kinds)
    merged = heapq.merge(own, others, key=lambda event: event.at)
    rows = (event_object(event, f"{prefix}/{version}", version) for event in merged)
    if since is None:
        return listed(rows, headers)
    some = begun(rows)
    return not_modified(headers) if some is None else listed(some, headers)


def _listed_here(app_state: AppState, version: Version) -> Iterator[ObjectType]:
    """Kinds of objects that are listed here; another system has the events of its own."""
    served = app_state.endpoints
    if app_state.authoritative and served.here("accesses"):
        yield ObjectType.ACCESSES
        if version < V2_6:
            yield ObjectType.SERVICES
    if app_state.authoritative and served.here("subscriptions"):
        yield ObjectType.SUBSCRIPTIONS


def _others(
    app_state: AppState, viewer: Viewer, since: datetime | None, until: datetime
) -> Iterator[Event]:
    """Of other stores, which know themselves whose their objects are."""
    for source in app_state.endpoints.more_events:
        found: Iterable[Event] = source(viewer, since, until)
        yield from (e for e in found if e.at <= until and (since is None or e.at > since))


def event_object(event: Event, base: str, version: Version) -> dict[str, Any]:
    """One event.

    Args:
        event: Until 2.5 services are a part of their access.
        base: Prefix and version, in front of every path.
        version: Decides where an object is found.
    """
    kind = event.object_type
    if kind is ObjectType.SERVICES:
        kind = ObjectType.ACCESSES
    out = {"type": event.change.value, "objectType": kind.value, "objectId": event.object_id}
    if event.change is not Change.DELETE:
        out["path"] = f"{base}/{_place(event, kind, version)}"
    return out | {"time": _time(event.at)}


def _place(event: Event, kind: ObjectType, version: Version) -> str:
    """A subscription is found with its access."""
    if kind is ObjectType.SUBSCRIPTIONS:
        kept_in = "subscriptions" if version >= V2_6 else "accesses"
        return f"{kept_in}/{event.access_id}"
    return f"{kind.value}/{event.object_id}"


def _time(at: datetime) -> str:
    """RFC 3339, UTC, at most 4 decimals; cut, so that it is never later than it was."""
    utc = at.astimezone(UTC)
    seconds = utc.strftime("%Y-%m-%dT%H:%M:%S")
    fraction = f"{utc.microsecond // 100:04}".rstrip("0")
    return f"{seconds}.{fraction}Z" if fraction else f"{seconds}Z"
