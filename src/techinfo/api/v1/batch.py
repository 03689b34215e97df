"""Many accesses at once, by what is known of them already."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from fastapi import APIRouter, Request

from techinfo.access.freshness import MOST_STALE_S, CachePolicy
from techinfo.access.service import Result
from techinfo.access.viewer import Viewer
from techinfo.api import errors as problems
from techinfo.api.asgi.audit import about
from techinfo.api.asgi.bodies import body_schema, json_body
from techinfo.api.dependencies import ERRORS, CacheControl, CurrentAppState, CurrentUser
from techinfo.api.documents.diagnosis import judge
from techinfo.api.errors import PERSONAL, ApiError
from techinfo.api.json_body import JSONResponse
from techinfo.api.onapi import freshness
from techinfo.api.onapi.part_states import assembled
from techinfo.api.state import AppState
from techinfo.api.v1 import schemas as v
from techinfo.errors import NotReadError, QuestionError, TechinfoError

router = APIRouter(tags=["access"], responses=ERRORS)
_MOST_OCTETS = 64 * 1024


@router.post("/batch", response_model=v.BatchTold, openapi_extra=body_schema(v.BatchAsked))
async def batch(
    request: Request,
    user: CurrentUser,
    app_state: CurrentAppState,
    cache_control: CacheControl = None,
) -> JSONResponse:
    """What is known of up to 200 accesses. No switch is asked for it; every part tells its age.

    Each item has a status of its own, and counts in the quota as a request of its own.
    `Cache-Control: max-age=N` leaves out what is older.
    """
    asked = await json_body(request, v.BatchAsked, _MOST_OCTETS)
    request.scope["state"]["quota_cost"] = len(asked.accessIds)
    about(request, asked.accessIds)
    policy = freshness.policy(",".join(cache_control or ()), CachePolicy(max_age_s=MOST_STALE_S))
    policy = replace(policy, cached=True, max_stale_s=0.0)
    items = []
    for access_id in asked.accessIds:
        items.append(await _item(app_state, user, access_id, policy))
        await asyncio.sleep(0)  # others are answered in between
    return JSONResponse({"accesses": items}, headers=PERSONAL)


async def _item(
    app_state: AppState, user: Viewer, access_id: str, policy: CachePolicy
) -> dict[str, Any]:
    try:
        app_state.check_access_id(access_id)
        found, answers = await app_state.access_service.everything(user, access_id, policy)
        if not _anything(answers):
            raise NotReadError("nothing of it was read lately")
        answer = await assembled(app_state.troubleshooter, found, answers)
        judged = await judge(app_state.access_service, user, answer, one_of_many=True)
    except (ApiError, QuestionError) as error:
        problem = problems.api_error(error)
        why = {"cause": problem.cause, "code": problem.code, "retryable": problem.code.retryable}
        return {"accessId": access_id, "status": problem.status, **why}
    body: dict[str, Any] = {
        "accessId": found.access_id,
        "parts": answer.states(),
        "capabilities": answer.capabilities(),
    }
    body |= answer.bodies() | judged.notices() | {"diagnosis": judged.diagnosis}
    return {"accessId": access_id, "status": 200, "access": body}


def _anything(answers: Mapping[str, Result]) -> bool:
    """Whether something is known, and be it that the switch does not answer."""
    return any(not isinstance(answer, TechinfoError) for answer in answers.values())
