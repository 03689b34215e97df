"""Which access had a DHCP identifier, or an address, at a time that is over."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Annotated

from fastapi import APIRouter, Query, Request
from pydantic import AwareDatetime
from starlette.concurrency import run_in_threadpool

from techinfo.access.past.lookup import Held, PastLookup
from techinfo.api.asgi.audit import about, about_time
from techinfo.api.dependencies import ERRORS, CurrentAppState, CurrentUser
from techinfo.api.errors import PERSONAL, ApiError
from techinfo.api.json_body import JSONResponse
from techinfo.api.onapi import render
from techinfo.api.onapi.lookup import MISSED, PARAMETERS, of_query
from techinfo.api.state import AppState
from techinfo.api.v1 import schemas as v
from techinfo.error_codes import Code
from techinfo.errors import SharedIdentifierError, UnknownIdentifierError

router = APIRouter(tags=["look-up"], responses=ERRORS)
At = Annotated[AwareDatetime, Query(description="RFC 3339; of a provider, of the last seven days")]


@router.get("/lookup", response_model=v.PastFound, openapi_extra={"parameters": PARAMETERS})
async def past_lookup(
    request: Request,
    user: CurrentUser,
    app_state: CurrentAppState,
    at: At,
    ip: Annotated[
        str | None,
        Query(max_length=64, description="an address or prefix of a lease, instead of identifiers"),
    ] = None,
) -> JSONResponse:
    """The access that had this identifier, or this leased address, at that time.

    A provider says in `X-Case-Reference` why it asks, and is told of what it held itself then; all
    else is not found. Misses count as those of the other look-ups. No device is asked.
    """
    about_time(request, at)
    now = app_state.troubleshooter.now()
    if at > now:
        raise ApiError(Code.MALFORMED, "malformed request: at is still to come")
    if not user.sees_all and request.scope["state"].get("case_reference") is None:
        cause = "say in X-Case-Reference for which ticket or case you ask about the past"
        raise ApiError(Code.CASE_REFERENCE_REQUIRED, cause)
    try:
        ask = _question(request, app_state, ip)
        held = await run_in_threadpool(ask, user, at, now)
    except (UnknownIdentifierError, SharedIdentifierError):
        request.scope["state"][MISSED] = True
        raise
    about(request, [held.access_id])
    told = {
        "accessId": held.access_id,
        "at": render.time(held.at),
        "match": held.how,
        "subscriptionIds": list(held.subscriptions),
    }
    return JSONResponse(told, headers=PERSONAL)


def _question(request: Request, app_state: AppState, ip: str | None) -> Callable[..., Held]:
    past = PastLookup(app_state.inventory, app_state.access_service.lease_log)
    if ip is not None:
        return functools.partial(past.address, ip)
    return functools.partial(past.identifier, of_query(request.scope["query_string"]))
