"""The test of an access's cable: what it would interrupt, and the test itself."""

from __future__ import annotations

import logging
from typing import Any

from fastapi import APIRouter, Request

from techinfo.access.cable_tests.results import rows
from techinfo.access.cable_tests.running import Prospect, prospect, run_cable_test
from techinfo.access.viewer import Viewer
from techinfo.api.asgi.bodies import body_schema, json_body
from techinfo.api.dependencies import (
    DEVICE_ERRORS,
    ERRORS,
    AccessId,
    CurrentAppState,
    CurrentUser,
    Responses,
    cause_response,
    must_be_recordable,
)
from techinfo.api.errors import PERSONAL
from techinfo.api.json_body import JSONResponse
from techinfo.api.state import AppState
from techinfo.api.v1.schemas import cable_test as v

_REFUSED: Responses = {
    409: cause_response("something stands against the test, or another one runs there")
}
router = APIRouter(tags=["cable test"], responses=ERRORS | DEVICE_ERRORS)
_MOST_OCTETS = 65_536
_log = logging.getLogger(__name__)


@router.get("/access/{id}/cabletest", response_model=v.CableTestProspect)
async def cable_test_prospect(
    user: CurrentUser, access: AccessId, app_state: CurrentAppState
) -> JSONResponse:
    """What a test of the cable would interrupt, and the result of the last one. No device is asked.

    Only for those of the operator's own people who may test cables.
    """
    found = prospect(app_state.access_service, user, access)
    return JSONResponse(_told(found, app_state, user), headers=PERSONAL)


@router.post(
    "/access/{id}/cabletest",
    response_model=v.CableTestMade,
    responses=_REFUSED,
    openapi_extra=body_schema(v.CableTestWanted),
)
async def make_cable_test(
    request: Request, user: CurrentUser, access: AccessId, app_state: CurrentAppState
) -> JSONResponse:
    """Test the cable of an access whose link is down. It takes up to two minutes.

    Refused while the link is up, where the port feeds equipment (PoE) or may, and while another
    test runs on the same network element.
    """
    wanted = await json_body(request, v.CableTestWanted, _MOST_OCTETS)
    return await _made(app_state, user, access, None, feeds_nothing=wanted.feedsNothing)


@router.post(
    "/access/{id}/cabletest/despite-link",
    response_model=v.CableTestMade,
    responses=_REFUSED,
    openapi_extra=body_schema(v.CableTestForced),
)
async def force_cable_test(
    request: Request, user: CurrentUser, access: AccessId, app_state: CurrentAppState
) -> JSONResponse:
    """The same though the link is up, which goes down: by an engineer who stands there.

    The services that are interrupted are named as `GET` has told them. Never with telephony, or a
    service of which nobody knows what it is.
    """
    wanted = await json_body(request, v.CableTestForced, _MOST_OCTETS)
    despite = tuple(wanted.interrupts)
    _log.warning("a cable test despite a link, by %s, of %s", user.name, access)
    return await _made(app_state, user, access, despite, feeds_nothing=wanted.feedsNothing)


async def _made(
    app_state: AppState,
    user: Viewer,
    access: str,
    despite: tuple[str, ...] | None,
    *,
    feeds_nothing: bool,
) -> JSONResponse:
    must_be_recordable(app_state, "nobody can write down that the cable is tested")
    made = await run_cable_test(
        app_state.access_service, user, access, despite=despite, feeds_nothing=feeds_nothing
    )
    found = app_state.access_service.access(access)
    body = {"accessId": found.access_id, "linkBefore": made.link, "cableTest": rows(made)}
    return JSONResponse(body, headers=PERSONAL)


def _told(found: Prospect, app_state: AppState, user: Viewer) -> dict[str, Any]:
    service = app_state.access_service
    access_id = found.where.access.access_id
    last = service.cable_tests.last(service.right(user, access_id))
    body: dict[str, Any] = {
        "accessId": access_id,
        "services": [
            {
                "accessId": s.access_id,
                "subscriptionId": s.subscription_id,
                "service": s.service,
                "serviceType": s.service_type,
                "state": s.state,
                "provider": s.provider,
            }
            for s in found.services
        ],
        "againstForce": list(found.against),
    }
    return body | ({} if last is None else {"cableTest": rows(last)})
