"""The call that is not made: a customer looks at their own line by a link of their provider's."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request

from techinfo.access.freshness import CachePolicy
from techinfo.access.viewer import Viewer
from techinfo.api.asgi.audit import about
from techinfo.api.asgi.bodies import body_schema, json_body
from techinfo.api.asgi.selfchecks import SelfCheck
from techinfo.api.dependencies import (
    DEVICE_ERRORS,
    ERRORS,
    AccessId,
    CurrentAppState,
    CurrentUser,
    Responses,
    cause_response,
)
from techinfo.api.documents.diagnosis import customer_of, judge
from techinfo.api.errors import PERSONAL, ApiError
from techinfo.api.json_body import JSONResponse
from techinfo.api.onapi import render
from techinfo.api.state import AppState
from techinfo.api.v1 import schemas as v
from techinfo.api.v1.access import assembled_of
from techinfo.diagnosis.judge import diagnose
from techinfo.error_codes import Code

router = APIRouter(tags=["self-check"], responses=ERRORS | DEVICE_ERRORS)
_MOST_OCTETS = 512
_POLICY = CachePolicy(max_age_s=30.0, deadline_s=10.0)


@router.post("/access/{id}/selfcheck", status_code=201, response_model=v.SelfCheckMade)
async def make_link(
    user: CurrentUser, access: AccessId, app_state: CurrentAppState
) -> JSONResponse:
    """A link for the customer: this access, half an hour, no log-in, nothing personal in it.

    On the page it is `/check/{token}`; of the API the token is a bearer token for
    `GET` and `POST /techinfo/v1/selfcheck` and for nothing else.
    """
    found = _known(app_state, user, access)
    token, check = app_state.middleware.selfchecks.mint(user, found)
    body = {"token": token, "path": f"/check/{token}", "validUntil": render.time(check.until)}
    return JSONResponse(body, status_code=201, headers=PERSONAL)


@router.get("/access/{id}/selfcheck", response_model=v.SelfCheckAnswers)
async def answers_given(
    user: CurrentUser, access: AccessId, app_state: CurrentAppState
) -> JSONResponse:
    """What the customer has answered, as `answers` of `POST diagnosis/{id}` take it."""
    found = _known(app_state, user, access)
    check = app_state.middleware.selfchecks.newest(user, found)
    if check is None:
        raise ApiError(Code.NOT_FOUND, "no self-check of this access holds")
    body = {
        "answers": check.answers,
        "answeredAt": render.time(check.answered),
        "validUntil": render.time(check.until),
    }
    told = {name: value for name, value in body.items() if value is not None}
    return JSONResponse(told, headers=PERSONAL)


async def check_of(request: Request) -> SelfCheck:
    """The link that asks.

    Raises:
        ApiError: 403, somebody else does.
    """
    found = request.scope["state"].get("selfcheck")
    if not isinstance(found, SelfCheck):
        raise ApiError(Code.FORBIDDEN, "this is for the token of a self-check")
    return found


CurrentCheck = Annotated[SelfCheck, Depends(check_of)]
_OVER: Responses = {401: cause_response("the link has ended, or never was")}


@router.get("/selfcheck", response_model=v.SelfCheckTold, responses=_OVER)
async def look(
    request: Request, user: CurrentUser, check: CurrentCheck, app_state: CurrentAppState
) -> JSONResponse:
    """The verdict for the customer: a sentence, and the one question. Nothing else is told."""
    return await _told(request, user, check, app_state)


@router.post(
    "/selfcheck",
    response_model=v.SelfCheckTold,
    responses=_OVER,
    openapi_extra=body_schema(v.SelfCheckAnswered),
)
async def answer(
    request: Request, user: CurrentUser, check: CurrentCheck, app_state: CurrentAppState
) -> JSONResponse:
    """The same with the customer's answer to the question, which whoever made the link sees."""
    said = await json_body(request, v.SelfCheckAnswered, _MOST_OCTETS)
    try:
        customer_of({said.question: said.answer})
    except KeyError:
        cause = "malformed request: no such question, or no such answer to it"
        raise ApiError(Code.MALFORMED, cause) from None
    app_state.middleware.selfchecks.answer(check, said.question, said.answer)
    return await _told(request, user, check, app_state)


def _known(app_state: AppState, user: Viewer, access: str) -> str:
    """The accessId, if the viewer holds a service on it."""
    if app_state.cases is not None and access in app_state.cases:
        return access
    held = app_state.access_service.right(user, access)
    if not held.may_see_rows:
        raise ApiError(Code.FORBIDDEN, "you hold no service on this access")
    return held.access.access_id


async def _told(
    request: Request, user: Viewer, check: SelfCheck, app_state: AppState
) -> JSONResponse:
    about(request, [check.access_id])
    customer = customer_of(check.answers)
    if app_state.cases is not None and check.access_id in app_state.cases:
        now = app_state.troubleshooter.now()
        told: Any = diagnose(app_state.cases.case(check.access_id, now, customer))
    else:
        answer = await assembled_of(request, user, check.access_id, _POLICY, app_state)
        told = (await judge(app_state.access_service, user, answer, customer)).diagnosis
    body = {
        "outcome": told["outcome"],
        "act": told["act"],
        "text": told["text"],
        "ask": told.get("ask"),
        "answers": check.answers,
        "validUntil": render.time(check.until),
    }
    shown = {name: value for name, value in body.items() if value is not None}
    return JSONResponse(shown, headers=PERSONAL)
