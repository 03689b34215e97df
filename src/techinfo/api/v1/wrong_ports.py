"""Accesses that may be patched the wrong way round, or elsewhere: for the operator's people."""

from __future__ import annotations

import logging
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request
from starlette.concurrency import run_in_threadpool

from techinfo.access.viewer import Role
from techinfo.access.wrong_ports import (
    Finding,
    FreePlace,
    Kind,
    Proposal,
    audited,
    confirm,
    proposal,
)
from techinfo.api.asgi.audit import about
from techinfo.api.asgi.bodies import body_schema, json_body
from techinfo.api.dependencies import (
    COUNTS,
    ERRORS,
    CurrentAppState,
    CurrentUser,
    WantedPart,
    cause_response,
    must_be_recordable,
)
from techinfo.api.errors import PERSONAL
from techinfo.api.json_body import JSONResponse
from techinfo.api.onapi import render
from techinfo.api.state import AppState
from techinfo.api.v1.schemas.wrong_ports import (
    WrongPortsConfirmed,
    WrongPortsToConfirm,
    WrongPortsTold,
)
from techinfo.errors import ForbiddenError
from techinfo.inventory import Access

_MOST_OCTETS = 4096
_log = logging.getLogger(__name__)
router = APIRouter(tags=["history"], responses=ERRORS)
Elsewhere = Annotated[
    bool, Query(description="also equipment that is elsewhere without a sign of a swap or a move")
]


@router.get("/wrong-ports", response_model=WrongPortsTold, responses={200: {"headers": COUNTS}})
async def told(
    request: Request,
    user: CurrentUser,
    app_state: CurrentAppState,
    part: WantedPart,
    elsewhere: Elsewhere = False,
) -> JSONResponse:
    """Accesses whose equipment is lastingly elsewhere, with what says so. Not for providers.

    On another access, or on a port without one.
    Equipment of orders and CPEs against the ports that DHCP logs, MAC tables, serial numbers and
    neighbours (LLDP) name. No device is asked.
    """
    if not user.sees_all:
        raise ForbiddenError("which accesses are patched wrongly is the operator's to see")
    found = await run_in_threadpool(_found, app_state)
    wanted = [one for one in found if elsewhere or one.kind is not Kind.ELSEWHERE]
    shown, counts = part.of(wanted)
    about(request, (name for one in shown for name in one.ids))
    inventory = app_state.inventory
    body = {"wrongPorts": [wrong_port(one, proposal(inventory, one)) for one in shown]}
    return JSONResponse(body, headers=PERSONAL | counts)


@router.post(
    "/wrong-ports/confirm",
    response_model=WrongPortsConfirmed,
    responses={409: cause_response("the records say something else now, or do not allow it")},
    openapi_extra=body_schema(WrongPortsToConfirm),
)
async def confirmed(
    request: Request, user: CurrentUser, app_state: CurrentAppState
) -> JSONResponse:
    """Accesses get the places in the records that were proposed; for the operator.

    Two that are swapped change places; one that has moved is where it is now.
    From now on: who has an access sees nothing of its new port from before. Once more is no error.
    The source of the records must be corrected too: the next import says again what stands there.
    """
    if user.role is not Role.OPERATOR:
        raise ForbiddenError("where accesses are attached is the operator's to say")
    asked = await json_body(request, WrongPortsToConfirm, _MOST_OCTETS)
    ids = [one for one in (asked.accessId, asked.otherAccessId) if one is not None]
    about(request, ids)
    for one in ids:
        app_state.check_access_id(one)
    must_be_recordable(app_state, "nobody can write down that accesses are moved")

    def work() -> bool:
        return confirm(app_state.inventory, _found(app_state), ids, asked.proposal)

    already = await run_in_threadpool(work)
    if not already:
        what = "has another port" if len(ids) == 1 else "have changed places"
        _log.warning("%s %s, by %s", " and ".join(ids), what, user.name)
    places = [place_told(app_state.access_service.access(one)) for one in ids]
    return JSONResponse({"places": places, "already": already}, headers=PERSONAL)


def _found(app_state: AppState) -> list[Finding]:
    service = app_state.access_service
    return audited(
        app_state.inventory,
        service.history.file if service.history is not None else None,
        service.lease_log,
        app_state.troubleshooter.now(),
    )


def wrong_port(one: Finding, proposed: Proposal | None) -> dict[str, Any]:
    """A finding as it is told, with what is proposed."""
    told: dict[str, Any] = {
        "kind": one.kind.value,
        "accessId": one.access_id,
        "otherAccessId": one.other_id,
        "freePort": _free_port(one.free) if one.free is not None else None,
        "since": render.time(one.since),
        "evidence": [
            {
                "equipment": row.equipment,
                "belongsTo": row.belongs,
                "by": row.by,
                **({"seenOn": row.on} if row.on is not None else {}),
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
    told = {name: value for name, value in told.items() if value is not None}
    if proposed is not None:
        places = [place_told(there, of=here) for here, there in proposed.moves]
        told["proposal"] = {"id": proposed.id, "places": places}
    return told


def _free_port(at: FreePlace) -> dict[str, Any]:
    told = {"element": at.element, "port": at.called, "ontId": at.ont_id}
    return {name: value for name, value in told.items() if value is not None}


def place_told(at: Access, of: Access | None = None) -> dict[str, Any]:
    """Where an access is, or would be if it were where another is."""
    told = {
        "accessId": (of or at).access_id,
        "element": at.element,
        "port": at.port,
        "ontId": at.ont_id,
        "uni": at.uni,
    }
    return {name: value for name, value in told.items() if value is not None}
