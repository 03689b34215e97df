"""Faults of many lines at once, as far as they are about an access."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request
from fastapi.responses import JSONResponse

from techinfo.access.past import History
from techinfo.access.past.line import Line
from techinfo.api.asgi.audit import about
from techinfo.api.dependencies import ERRORS, CurrentAppState, CurrentUser, cause_response
from techinfo.api.errors import PERSONAL
from techinfo.api.onapi import render
from techinfo.api.v1.history_schemas import DisturbancesTold
from techinfo.history.disturbances import Disturbance, disturbances

router = APIRouter(
    tags=["history"], responses=ERRORS | {501: cause_response("nothing is polled here")}
)
_LATELY = timedelta(hours=24)
OfAccess = Annotated[str, Query(alias="accessId", max_length=255, description="of which access")]


@router.get("/disturbances", response_model=DisturbancesTold)
async def of_access(
    request: Request, user: CurrentUser, app_state: CurrentAppState, access: OfAccess
) -> JSONResponse:
    """Disturbances of the last 24 hours that an access was part of, the newest first.

    Three lines or more of a switch or a PON port, and three in ten at least, that were lost within
    a minute by the agent's own clock. A provider is told that there were several, and no more.
    """
    about(request, [access])
    app_state.check_access_id(access)
    found = await app_state.access_service.seen(user, access, _found(app_state.inventory.access))
    return JSONResponse({"disturbances": found}, headers=PERSONAL)


def _found(known: Callable[[str], object]) -> Callable[[History, Line], list[dict[str, Any]]]:
    def told(history: History, line: Line) -> list[dict[str, Any]]:
        if line.port is None:
            return []
        on_lines = history.file.on_accesses(line.element)
        since = max(line.until - _LATELY, line.since)
        seen = history.file.transitions_of(line.element, since)
        every = disturbances(line.element, seen, on_lines)
        mine = [one for one in every if line.name in one.lines and one.since <= line.until]
        ids = on_lines if line.held.full_access else None
        return [_disturbance(one, ids, known) for one in reversed(mine)]

    return told


def _disturbance(
    one: Disturbance, ids: dict[str, tuple[str, ...]] | None, known: Callable[[str], object]
) -> dict[str, Any]:
    told: dict[str, Any] = {
        "reference": one.reference,
        "scope": one.scope.value,
        "since": render.time(one.since),
        "running": one.until is None,
        "several": True,
    }
    if one.until is not None:
        told["until"] = render.time(one.until)
    if one.restart:
        told["cause"] = "element_restarted"
    if ids is not None:
        accesses = {access for line in one.lines for access in ids.get(line, ())}
        told |= {
            "element": one.element,
            "lines": len(one.lines),
            "of": one.of,
            "accessIds": sorted(access for access in accesses if known(access)),
        }
    return told
