"""Accesses that may be patched the wrong way round: for the operator's own people."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Query, Request
from starlette.concurrency import run_in_threadpool

from techinfo.access.wrong_ports import Finding, Kind, audited
from techinfo.api.asgi.audit import about
from techinfo.api.dependencies import COUNTS, ERRORS, CurrentAppState, CurrentUser, WantedPart
from techinfo.api.errors import PERSONAL
from techinfo.api.json_body import JSONResponse
from techinfo.api.onapi import render
from techinfo.api.v1.schemas.history import WrongPortsTold
from techinfo.errors import ForbiddenError

router = APIRouter(tags=["history"], responses=ERRORS)
Elsewhere = Annotated[
    bool, Query(description="also equipment that is on another access without a sign of a swap")
]


@router.get("/wrong-ports", response_model=WrongPortsTold, responses={200: {"headers": COUNTS}})
async def told(
    request: Request,
    user: CurrentUser,
    app_state: CurrentAppState,
    part: WantedPart,
    elsewhere: Elsewhere = False,
) -> JSONResponse:
    """Accesses whose equipment is lastingly on another one, with what says so. Not for providers.

    Equipment of orders and CPEs against the ports that DHCP logs, MAC tables and serial numbers
    name. No device is asked.
    """
    if not user.sees_all:
        raise ForbiddenError("which accesses are patched wrongly is the operator's to see")
    service = app_state.access_service
    found = await run_in_threadpool(
        audited,
        app_state.inventory,
        service.history.file if service.history is not None else None,
        service.lease_log,
        app_state.troubleshooter.now(),
    )
    wanted = [one for one in found if elsewhere or one.kind is Kind.SWAPPED]
    shown, counts = part.of(wanted)
    about(request, (name for one in shown for name in (one.access_id, one.other_id)))
    body = {"wrongPorts": [wrong_port(one) for one in shown]}
    return JSONResponse(body, headers=PERSONAL | counts)


def wrong_port(one: Finding) -> dict[str, Any]:
    """A finding as it is told."""
    return {
        "kind": one.kind.value,
        "accessId": one.access_id,
        "otherAccessId": one.other_id,
        "since": render.time(one.since),
        "evidence": [
            {
                "equipment": row.equipment,
                "belongsTo": row.belongs,
                "by": row.by,
                "seenOn": row.seen[0].access_id,
                "seen": [
                    {
                        "source": seen.source.value,
                        "since": render.time(seen.since),
                        "until": render.time(seen.until),
                    }
                    for seen in row.seen
                ],
            }
            for row in one.evidence
        ],
    }
