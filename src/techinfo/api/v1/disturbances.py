"""Faults of many lines at once, as far as they are about accesses of whoever asks."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Path, Query, Request
from starlette.concurrency import run_in_threadpool

from techinfo.access.past.disturbed import lately, of_line, one_of
from techinfo.access.viewer import Viewer
from techinfo.api.asgi.audit import about
from techinfo.api.dependencies import (
    COUNTS,
    ERRORS,
    CurrentAppState,
    CurrentUser,
    WantedPart,
    cause_response,
)
from techinfo.api.errors import PERSONAL
from techinfo.api.json_body import JSONResponse
from techinfo.api.onapi import render
from techinfo.api.state import AppState
from techinfo.api.v1.access_document import address
from techinfo.api.v1.schemas.history import DisturbancesTold, DisturbedAccesses
from techinfo.history.disturbed import Kept

router = APIRouter(
    tags=["history"], responses=ERRORS | {501: cause_response("nothing is polled here")}
)
OfAccess = Annotated[
    str | None, Query(alias="accessId", max_length=255, description="only those of this access")
]


@router.get("/disturbances", response_model=DisturbancesTold)
async def told(
    request: Request, user: CurrentUser, app_state: CurrentAppState, access: OfAccess = None
) -> JSONResponse:
    """Disturbances that go on, or were over in the last 24 hours, the newest first.

    Three lines or more of a switch, a PON port, a street or cable, or a site, and three in ten at
    least, that were lost within a minute by the agents' own clocks. A provider is told of those
    that its own accesses are part of, that there were several, and no more.
    """
    service = app_state.access_service
    if access is not None:
        about(request, [access])
        app_state.check_access_id(access)
        kept = await service.seen(user, access, of_line)
    else:
        now = app_state.troubleshooter.now()
        kept = [one.kept for one in await run_in_threadpool(lately, service, user, now)]
    found = await run_in_threadpool(_told, kept, app_state, user)
    return JSONResponse({"disturbances": found}, headers=PERSONAL)


@router.get(
    "/disturbances/{reference}/accesses",
    response_model=DisturbedAccesses,
    responses={200: {"headers": COUNTS}},
)
async def accesses(
    request: Request,
    user: CurrentUser,
    app_state: CurrentAppState,
    part: WantedPart,
    reference: Annotated[str, Path(max_length=128, description="of the disturbance")],
) -> JSONResponse:
    """The accesses of the asker's own that a disturbance touches: for a telephone queue.

    404 `unknown_disturbance` where it touches none.
    """
    service = app_state.access_service
    found = await run_in_threadpool(one_of, service, user, reference)
    shown, counts = part.of(found.own)
    about(request, (one.access_id for one in shown))
    rows = [
        {"accessId": one.access_id} | ({"address": where} if (where := address(one)) else {})
        for one in shown
    ]
    body = {"reference": found.kept.reference, "accesses": rows, **_times(found.kept)}
    return JSONResponse(body, headers=PERSONAL | counts)


def _told(kept: list[Kept], app_state: AppState, user: Viewer) -> list[dict[str, Any]]:
    return [_disturbance(one, app_state, whole=user.sees_all) for one in kept]


def _times(one: Kept) -> dict[str, Any]:
    told = {"since": render.time(one.since), "until": render.time(one.until)}
    return {name: at for name, at in told.items() if at} | {"running": one.until is None}


def _disturbance(one: Kept, app_state: AppState, *, whole: bool) -> dict[str, Any]:
    told: dict[str, Any] = {
        "reference": one.reference,
        "scope": one.scope.value,
        "several": True,
        **_times(one),
    }
    if one.restart:
        told["cause"] = "element_restarted"
    if whole:
        known = app_state.inventory.access
        elements = sorted({element for element, _ in one.lines})
        told |= {
            "name": one.name,
            "elements": elements,
            "lines": len(one.lines),
            "of": one.of,
            "accessIds": [access for access in one.accesses if known(access) is not None],
        }
        told |= {"element": elements[0]} if len(elements) == 1 else {}
    return told
