"""Planned works: the operator announces them, providers read those of their own accesses."""

from __future__ import annotations

import asyncio
import secrets
from datetime import timedelta
from itertools import islice
from typing import Annotated, Any

from fastapi import APIRouter, Path, Query, Request

from techinfo.access.case.notices import own_accesses, works_of
from techinfo.access.past.contradicted import contradiction
from techinfo.access.viewer import Role, Viewer
from techinfo.api.asgi.audit import about
from techinfo.api.asgi.bodies import body_schema, json_body
from techinfo.api.dependencies import ERRORS, CurrentAppState, CurrentUser
from techinfo.api.errors import PERSONAL
from techinfo.api.json_body import JSONResponse
from techinfo.api.onapi import render
from techinfo.api.state import AppState
from techinfo.api.v1.schemas.works import WorksAsked, WorksListed, WorksTold
from techinfo.errors import ForbiddenError, UnknownWorksError
from techinfo.inventory.works import Status, Works
from techinfo.inventory.works.records import scope_of
from techinfo.inventory.works.store import Put
from techinfo.webhooks.works import works_told

router = APIRouter(tags=["works"], responses=ERRORS)
_MOST_OCTETS = 128 * 1024
_MOST_IDS = 1000
_OVER = timedelta(days=14)
OfAccess = Annotated[
    str | None, Query(alias="accessId", max_length=255, description="only those that touch it")
]
Reference = Annotated[str, Path(max_length=128, description="of the works")]


@router.get("/works", response_model=WorksListed)
async def works(
    request: Request, user: CurrentUser, app_state: CurrentAppState, access: OfAccess = None
) -> JSONResponse:
    """Works that are announced, go on, or ended in the last 14 days, by their beginning.

    A provider is told those that touch an access of its own, and of others only that there are
    several.
    """
    if access is not None:
        about(request, [access])
        app_state.check_access_id(access)
        held = app_state.access_service.right(user, access)
        of_access = await asyncio.to_thread(works_of, app_state.inventory, held, over=_OVER)
        told = [_common(one, app_state) for one in of_access]
        return JSONResponse({"works": told}, headers=PERSONAL)
    found = await asyncio.to_thread(_listed, app_state, user)
    return JSONResponse({"works": found}, headers=PERSONAL)


def _listed(app_state: AppState, user: Viewer) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    for one in app_state.inventory.works.since(app_state.troubleshooter.now() - _OVER):
        theirs = own_accesses(app_state.inventory, one, user, app_state.access_service)
        if user.sees_all:
            found.append(_common(one, app_state) | _where(one, app_state))
        elif next(theirs, None) is not None:
            found.append(_common(one, app_state))
    return found


@router.get("/works/{reference}", response_model=WorksTold)
async def one_works(
    user: CurrentUser, app_state: CurrentAppState, reference: Reference
) -> JSONResponse:
    """Works, and which accesses of the asker's they touch; 404 where they touch none."""
    found = app_state.inventory.works.one(reference)
    told = await asyncio.to_thread(_whole, app_state, user, found)
    return JSONResponse(told, headers=PERSONAL)


@router.post(
    "/works",
    response_model=WorksTold,
    status_code=201,
    responses={200: {"model": WorksTold, "description": "There were works of this reference."}},
    openapi_extra=body_schema(WorksAsked),
)
async def announce(request: Request, user: CurrentUser, app_state: CurrentAppState) -> JSONResponse:
    """Announce works, or change those of this reference (200); for the operator.

    Whose accesses they touch is told by webhook (`works`), each provider of its own.
    """
    _must_announce(user)
    asked = await json_body(request, WorksAsked, _MOST_OCTETS)
    made = Works(
        reference=asked.reference or f"W-{secrets.token_hex(5)}",
        text=asked.text.strip(),
        begin=asked.from_,
        end=asked.to,
        expected_end=asked.expectedEnd,
        scopes=tuple(scope_of(one.model_dump()) for one in asked.scopes),
    )
    put = await asyncio.to_thread(app_state.inventory.works.put, made)
    kept = app_state.inventory.works.one(made.reference)
    if put is not Put.UNCHANGED:
        await _tell(app_state, kept)
    told = await asyncio.to_thread(_whole, app_state, user, kept)
    status = 201 if put is Put.ADDED else 200
    return JSONResponse(told, status_code=status, headers=PERSONAL)


@router.delete("/works/{reference}", response_model=WorksTold)
async def end(user: CurrentUser, app_state: CurrentAppState, reference: Reference) -> JSONResponse:
    """Say that works are over, or called off; for the operator. They are kept, as ended."""
    _must_announce(user)
    store = app_state.inventory.works
    was_over = store.one(reference).ended is not None
    ended = await asyncio.to_thread(store.end, reference, app_state.troubleshooter.now())
    if not was_over:
        await _tell(app_state, ended)
    told = await asyncio.to_thread(_whole, app_state, user, ended)
    return JSONResponse(told, headers=PERSONAL)


def _must_announce(user: Viewer) -> None:
    if user.role is not Role.OPERATOR:
        raise ForbiddenError("works are the operator's to announce")


async def _tell(app_state: AppState, found: Works) -> None:
    if app_state.webhooks is not None:
        now = app_state.troubleshooter.now()
        facts = await asyncio.to_thread(works_told, app_state.inventory, found, now)
        await app_state.webhooks.tell("works", facts)


def _whole(app_state: AppState, user: Viewer, found: Works) -> dict[str, Any]:
    inventory = app_state.inventory
    ids: list[str] = []
    count = 0
    for access in own_accesses(inventory, found, user, app_state.access_service):
        count += 1
        if count <= _MOST_IDS:
            ids.append(access.access_id)
    if not count and not user.sees_all:
        raise UnknownWorksError("no works have this reference", key="reference")
    told = _common(found, app_state) | {"accesses": count, "accessIds": ids}
    return told | (_where(found, app_state) if user.sees_all else {})


def _common(found: Works, app_state: AppState) -> dict[str, Any]:
    now = app_state.troubleshooter.now()
    told = {
        "reference": found.reference,
        "text": found.text,
        "status": found.status(now).value,
        "from": render.time(found.begin),
        "to": render.time(found.end),
        "expectedEnd": render.time(found.until),
        "endedAt": render.time(found.ended),
        "scope": found.scopes[0].place.value,
        "several": len(list(islice(app_state.inventory.works.touched(found), 2))) > 1,
    }
    return {name: value for name, value in told.items() if value is not None}


def _where(found: Works, app_state: AppState) -> dict[str, Any]:
    """What the operator's own people are told beside."""
    told: dict[str, Any] = {"scopes": [scope.told() for scope in found.scopes]}
    history, now = app_state.access_service.history, app_state.troubleshooter.now()
    if history is None or found.status(now) is not Status.ACTIVE:
        return told
    against = contradiction(history.file, app_state.inventory, found, now)
    if against is not None:
        closed = {"lost": against.lost, "backSince": render.time(against.back_since)}
        told["asksToBeClosed"] = closed
    return told
