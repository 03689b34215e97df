"""Searching: from what somebody remembers to the access."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Query, Request
from starlette.concurrency import run_in_threadpool

from techinfo.access.search import Found, search
from techinfo.access.viewer import Viewer
from techinfo.api.asgi.audit import about
from techinfo.api.dependencies import COUNTS, ERRORS, CurrentAppState, CurrentUser, WantedPart
from techinfo.api.errors import PERSONAL, ApiError
from techinfo.api.json_body import JSONResponse
from techinfo.api.onapi.lookup import MISSED
from techinfo.api.v1 import schemas as v
from techinfo.api.v1.access_document import address
from techinfo.error_codes import Code

router = APIRouter(tags=["search"], responses=ERRORS)
_LEAST, _MOST = 2, 1000


@router.get("/search", response_model=v.SearchTold, responses={200: {"headers": COUNTS}})
async def search_accesses(
    request: Request,
    user: CurrentUser,
    app_state: CurrentAppState,
    part: WantedPart,
    q: Annotated[
        str,
        Query(
            description="beginning of an accessId or legacyAccessId, words of an address, an "
            "outlet, a MAC address, IP address or module's serial number seen lately, a CPE's MAC "
            "address or serial number, a subscription's id or reference, a switch with or without "
            "its port (for the operator's own people), a DHCP identifier in any spelling, or a "
            "line of a log; 2 to 1000 characters"
        ),
    ],
) -> JSONResponse:
    """Accesses that a text may mean: the first 50. Providers find their own alone."""
    text = q.strip()
    if not _LEAST <= len(text) <= _MOST or not text.isprintable():
        cause = f"q must have {_LEAST} to {_MOST} printable characters"
        raise ApiError(Code.MALFORMED, cause)
    left = app_state.middleware.quotas.left(user)
    may_look_up = left is None or left.lookup_misses.remaining > 0
    service = app_state.access_service
    result = await run_in_threadpool(search, service, user, text, may_look_up=may_look_up)
    shown, counts = part.of(result.found)
    if result.more:  # how many there are in all, nobody has counted
        del counts["X-Total-Count"]
    found = [_found(one, user) for one in shown]
    about(request, (one.access.access_id for one in shown))
    body: dict[str, Any] = {"accesses": found, "count": len(found), "more": result.more}
    if result.element is not None:
        body["elements"] = [{"name": result.element}]
    if result.missed_identifier:
        request.scope["state"][MISSED] = True
    return JSONResponse(body, headers=PERSONAL | counts)


def _found(one: Found, user: Viewer) -> dict[str, Any]:
    access = one.access
    body: dict[str, Any] = {
        "accessId": access.access_id,
        "legacyAccessId": access.legacy_access_id,
        "accessState": access.state,
        "address": address(access) or None,
        "matched": one.matched,
    }
    if user.sees_all:
        body |= {"element": access.element, "port": access.port}
    return {name: value for name, value in body.items() if value is not None}
