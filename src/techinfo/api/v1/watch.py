"""Watches of accesses, and an access as it is now, again and again."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable
from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import StreamingResponse

from techinfo.access.viewer import Viewer
from techinfo.api.asgi.audit import about
from techinfo.api.asgi.auth import AGAIN
from techinfo.api.asgi.bodies import body_schema, json_body
from techinfo.api.asgi.interface import ENDING
from techinfo.api.dependencies import (
    DEVICE_ERRORS,
    ERRORS,
    AccessId,
    CurrentAppState,
    CurrentUser,
    cause_response,
    viewer_of,
)
from techinfo.api.errors import PERSONAL, ApiError
from techinfo.api.json_body import JSONResponse
from techinfo.api.onapi import render
from techinfo.api.state import AppState
from techinfo.api.v1.schemas.watch import WatchAsked, WatchList, WatchTold
from techinfo.error_codes import Code
from techinfo.history.watches import Watch
from techinfo.watch.live import live
from techinfo.watch.watcher import Report, must_be_watched

router = APIRouter(
    tags=["watch"],
    responses=ERRORS
    | {
        409: cause_response("it is watched already"),
        501: cause_response("nothing is polled here"),
        503: cause_response("as much is watched as may be"),
    },
)
_MOST_OCTETS = 4096


@router.post(
    "/watch",
    response_model=WatchTold,
    status_code=201,
    openapi_extra=body_schema(WatchAsked),
)
async def watch(request: Request, user: CurrentUser, app_state: CurrentAppState) -> JSONResponse:
    """Watch an access: its port alone is read every minute, until a time or 72 hours from now.

    One at a time for an access, 409 otherwise. What is seen goes to webhooks (`watch`) and its
    report to the ticket that is named. It ends by itself, also with the asker's right.
    """
    asked = await json_body(request, WatchAsked, _MOST_OCTETS)
    about(request, [asked.accessId])
    app_state.check_access_id(asked.accessId)
    if user.sees_all and not asked.reason.strip():
        raise ApiError(Code.MALFORMED, "malformed request: reason: the operator must say why")
    watcher = must_be_watched(app_state.watcher)
    if asked.until <= app_state.troubleshooter.now():
        raise ApiError(Code.MALFORMED, "malformed request: until is over")
    found = app_state.access_service.right(user, asked.accessId).access.access_id
    if asked.ticket is not None:
        await _must_be_of(app_state, user, asked.ticket, found)
    made = await watcher.begin(user, found, asked.until, asked.reason.strip(), asked.ticket)
    return JSONResponse(_watch(made, user), status_code=201, headers=PERSONAL)


async def _must_be_of(app_state: AppState, user: Viewer, reference: str, access_id: str) -> None:
    if app_state.tickets is None:
        raise ApiError(Code.NO_TICKET_DESK)
    ticket = await app_state.tickets.ticket(user, reference)
    if ticket.access_id != access_id:
        raise ApiError(Code.MALFORMED, "malformed request: ticket: it is about another access")


@router.get("/watch", response_model=WatchList)
async def watches(user: CurrentUser, app_state: CurrentAppState) -> JSONResponse:
    """All watches that run; of a provider its own."""
    found = await must_be_watched(app_state.watcher).running(user)
    return JSONResponse({"watches": [_watch(one, user) for one in found]}, headers=PERSONAL)


@router.get("/watch/{id}", response_model=WatchTold)
async def watched(user: CurrentUser, access: AccessId, app_state: CurrentAppState) -> JSONResponse:
    """The newest watch of an access, with what it has seen; it is kept for 14 days after its end.

    404 `not_available_here` where there is none of the asker's.
    """
    report = await _newest(app_state, user, access)
    told = _watch(report.watch, user) | {
        "losses": report.losses,
        "events": [one.told for one in report.seen],
    }
    return JSONResponse(told, headers=PERSONAL)


@router.delete("/watch/{id}", response_model=WatchTold)
async def unwatch(user: CurrentUser, access: AccessId, app_state: CurrentAppState) -> JSONResponse:
    """End the watch of an access, that the asker or the operator has started, before its time."""
    report = await _newest(app_state, user, access)
    ended = report.watch
    if ended.ended is None:
        ended = await must_be_watched(app_state.watcher).end(ended, f"{user.name} has ended it")
    return JSONResponse(_watch(ended, user), headers=PERSONAL)


async def _newest(app_state: AppState, user: Viewer, access: str) -> Report:
    watcher = must_be_watched(app_state.watcher)
    found = await watcher.of_access(user, access)
    if not found:
        raise ApiError(Code.NOT_AVAILABLE_HERE, "this access was not watched lately")
    return await watcher.report(found[0])


@router.get(
    "/live/{id}",
    response_class=StreamingResponse,
    responses=DEVICE_ERRORS | {200: {"content": {"text/event-stream": {"schema": {}}}}},
)
async def live_view(
    request: Request, user: CurrentUser, access: AccessId, app_state: CurrentAppState
) -> StreamingResponse:
    """An access as it is, every five seconds (an ONT: ten), for fifteen minutes at most.

    Server-sent events: `reading` (link, light, what was counted since the one before), `event` (as
    of a watch), `silent` while the switch does not answer, `end`. One access of a switch or a PON
    at a time, 409 otherwise; whoever looks at the same one shares its readings. Light is read as
    often as its sensor renews: `lightAt`, `lightEvery`. Engineers are shown every second where a
    probe has seen that the model bears it.
    """
    ending = request.scope["state"].get(ENDING)

    async def pause(seconds: float) -> None:
        if ending is None:
            await app_state.pause(seconds)
        else:
            await _first(app_state.pause(seconds), ending.wait())

    async def again() -> Viewer:
        if ending is not None and ending.is_set():
            raise ApiError(Code.OVERLOADED, "the service starts anew; begin again")
        await request.scope["state"][AGAIN]()
        return await viewer_of(request)

    told = live(
        app_state.access_service,
        app_state.live_views,
        user,
        access,
        now=app_state.troubleshooter.now,
        pause=pause,
        again=again,
        longest=app_state.live_longest,
    )
    first = await anext(told)  # refusals are answers, and no streams
    headers = PERSONAL | {"X-Accel-Buffering": "no"}
    return StreamingResponse(
        _streamed(first, told), media_type="text/event-stream", headers=headers
    )


async def _first(*waits: Awaitable[Any]) -> None:
    """Wait until one of them is over."""
    tasks = [asyncio.ensure_future(one) for one in waits]
    try:
        await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for task in tasks:
            task.cancel()


async def _streamed(
    first: tuple[str, dict[str, Any]], told: AsyncIterator[tuple[str, dict[str, Any]]]
) -> AsyncIterator[str]:
    yield _sent(*first)
    async for kind, body in told:
        yield _sent(kind, body)


def _sent(kind: str, body: dict[str, Any]) -> str:
    """One event of a stream (HTML, 9.2); JSON has no line ends of its own here."""
    return f"event: {kind}\ndata: {json.dumps(body)}\n\n"


def _watch(found: Watch, user: Viewer) -> dict[str, Any]:
    told = {
        "watchId": found.id,
        "accessId": found.access_id,
        "from": render.time(found.begun),
        "until": render.time(found.until),
        "running": found.ended is None,
        "endedAt": render.time(found.ended),
        "why": found.why,
        "reason": found.reason or None,
        "ticket": found.ticket,
        "by": found.by if user.sees_all or user.provider == found.provider else None,
        "reads": found.reads,
        "missed": found.missed,
    }
    return {name: value for name, value in told.items() if value is not None}
