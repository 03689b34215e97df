"""What a portal may ask, below ``/portal``: a browser without a log-in, the portal with its own.

They stand in no OpenAPI document: they are spelt as Tjänsteguiden has it («Identifiering av kund»,
«Direct Activation»), and are there only where the portal is configured.
"""

from __future__ import annotations

from http import HTTPStatus
from typing import Annotated
from urllib.parse import urlencode

from fastapi import APIRouter, Query, Request
from fastapi.responses import RedirectResponse, Response
from pydantic import BaseModel, ConfigDict, Field
from starlette.concurrency import run_in_threadpool

from techinfo.access.viewer import Viewer
from techinfo.api.asgi.audit import about
from techinfo.api.asgi.bodies import json_body
from techinfo.api.asgi.client import Asking, client_address
from techinfo.api.dependencies import CurrentAppState, CurrentUser
from techinfo.api.errors import PERSONAL, ApiError
from techinfo.api.json_body import JSONResponse
from techinfo.api.portal.bounces import Bounces
from techinfo.api.portal.port_status import METHOD, access_of, failed, told
from techinfo.api.state import AppState
from techinfo.error_codes import Code
from techinfo.store.audit import AuditEntry

PREFIX = "/portal"
BOUNCE = f"{PREFIX}/bounce"
"""All that is answered without a log-in."""
_MOST_OCTETS = 512
_HEADERS = {
    "Cache-Control": "no-store",
    "Referrer-Policy": "no-referrer",
    "X-Frame-Options": "DENY",
    "Cross-Origin-Resource-Policy": "same-origin",
}

router = APIRouter(prefix=PREFIX, include_in_schema=False)


@router.get("/bounce")
async def bounce(request: Request, app_state: CurrentAppState) -> Response:
    """Send a household's browser back to the portal, with a token where its access is known.

    Only where somebody goes there with their whole window: neither a script of another site nor
    a frame learns anything.
    """
    bounces = _bounces(app_state)
    fetched = {name: request.headers.get(f"sec-fetch-{name}", "") for name in ("mode", "dest")}
    if any(fetched.values()) and fetched != {"mode": "navigate", "dest": "document"}:
        raise ApiError(Code.FORBIDDEN, "this is for a browser's window, and for nothing in it")
    peer = request.client.host if request.client else ""
    forwarded = Asking(request.scope["headers"]).forwarded
    address = client_address(peer, forwarded, app_state.middleware.trusted_proxies)
    if not bounces.may_come(address):
        raise ApiError(Code.QUOTA, "too often", headers={"Retry-After": "60"})
    sent = {"status": "not found"}  # as Tjänsteguiden has it: ok, not found, error
    access_id = None
    if not _written_down(app_state):
        sent["status"] = "error"
    elif all(fetched.values()):  # a browser that does not say so, or no TLS: nobody can tell
        leases = app_state.access_service.lease_log
        access_id = await run_in_threadpool(bounces.access_at, address, leases)
    if access_id is not None and app_state.inventory.access(access_id) is None:
        access_id = None
    if access_id is not None:
        found = {"uid": access_id} if bounces.clear else {"token": bounces.mint(access_id)}
        sent = {"status": "ok", **found}
    _note(app_state, address, access_id)
    return RedirectResponse(f"{bounces.url}?{urlencode(sent)}", 303, headers=_HEADERS)


class Exchanged(BaseModel):
    """What the portal gives for an accessId."""

    model_config = ConfigDict(extra="forbid")

    token: Annotated[str, Field(min_length=1, max_length=100)]


@router.post("/identify")
async def identify(request: Request, user: CurrentUser, app_state: CurrentAppState) -> JSONResponse:
    """The accessId of a token, once, within two minutes. For the portal's user alone."""
    bounces = _for_the_portal(request, user, app_state)
    given = await json_body(request, Exchanged, _MOST_OCTETS)
    access_id = bounces.take(given.token)
    if access_id is None:
        raise ApiError(Code.NOT_FOUND, "the token has ended, or never was")
    about(request, [access_id])
    return JSONResponse({"accessId": access_id}, headers=PERSONAL)


@router.get("/api")
async def port_status(
    request: Request,
    user: CurrentUser,
    app_state: CurrentAppState,
    method: Annotated[str, Query(max_length=64)],
    socket: Annotated[str, Query(max_length=255)] = "",
) -> Response:
    """What is on a port. For the portal's user alone; other methods of it change things."""
    _for_the_portal(request, user, app_state)
    if method != METHOD:
        return failed(HTTPStatus.NOT_IMPLEMENTED, "error")
    access = access_of(socket, app_state.inventory)
    if access is None:
        return failed(HTTPStatus.NOT_FOUND)
    about(request, [access.access_id])
    return told(access, app_state.inventory, app_state.troubleshooter.now())


def _bounces(app_state: AppState) -> Bounces:
    if app_state.bounces is None:
        raise ApiError(Code.NOT_FOUND, "nothing is here")
    return app_state.bounces


def _for_the_portal(request: Request, user: Viewer, app_state: AppState) -> Bounces:
    bounces = _bounces(app_state)
    if user.name != bounces.user:
        raise ApiError(Code.FORBIDDEN, "this is for the portal's user")
    if not bounces.may_ask(request.scope["state"]["client"]):
        raise ApiError(Code.FORBIDDEN, "this is for the portal's own addresses")
    return bounces


def _written_down(app_state: AppState) -> bool:
    """Whether it can be written down who came."""
    stack = app_state.middleware
    return stack.audit is None or not stack.audit_required or stack.audit.sound


def _note(app_state: AppState, address: str, access_id: str | None) -> None:
    """Nobody is let in, so the middleware notes nothing."""
    audit = app_state.middleware.audit
    if audit is not None:
        audit.put(
            AuditEntry(
                at=app_state.troubleshooter.now(),
                user="",
                role="browser",
                address=address,
                method="GET",
                path=BOUNCE,
                access_id=access_id,
                status=303,
            )
        )
