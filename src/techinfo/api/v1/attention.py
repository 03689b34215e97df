"""What the operator should look at, in one answer; no switch is asked for it."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter

from techinfo.access.attention import attention
from techinfo.api.dependencies import ERRORS, CurrentAppState, CurrentUser
from techinfo.api.errors import PERSONAL
from techinfo.api.json_body import JSONResponse
from techinfo.api.onapi import render
from techinfo.api.v1 import schemas as v
from techinfo.store.pauses import Pause

router = APIRouter(tags=["service"], responses=ERRORS)


@router.get("/attention", response_model=v.AttentionTold)
async def what_to_look_at(user: CurrentUser, app_state: CurrentAppState) -> JSONResponse:
    """Findings of the inventory, silent and unknown switches, pauses. Not for providers.

    From what is known already: no switch is asked. At most 200 rows of each list.
    """
    found = await attention(app_state.troubleshooter, user)
    body: dict[str, Any] = {
        "findings": [
            {"kind": one.kind, "who": one.who, "what": one.what, "todo": one.todo}
            for one in found.findings
        ],
        "silent": [
            _element(one.name, one.site) | {"since": render.time(since)}
            for one, since in found.silent
        ],
        "unsupported": [_element(one.name, one.site) for one in found.unsupported],
        "pauses": [_pause(one) for one in app_state.pauses()],
        "more": found.more,
    }
    return JSONResponse(body, headers=PERSONAL)


def _element(name: str, site: str | None) -> dict[str, Any]:
    return {"element": name} | ({"site": site} if site else {})


def _pause(one: Pause) -> dict[str, Any]:
    told = {
        "reach": one.reach.value,
        "name": one.name,
        "since": render.time(one.since),
        "until": render.time(one.until),
        "why": one.why,
        "by": one.by,
    }
    return {name: value for name, value in told.items() if value}
