"""The six questions of ``tech``, in the words of a version."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any, TypeVar

from fastapi import APIRouter, Request
from pydantic import BaseModel

from techinfo.access.answer import Answer
from techinfo.access.viewer import Viewer
from techinfo.api.asgi.response_cache import NEXT_CHANGE
from techinfo.api.dependencies import (
    DEVICE_ERRORS,
    ERRORS,
    AccessId,
    CurrentAppState,
    CurrentUser,
    RequestedPolicy,
    Responses,
    cause_response,
)
from techinfo.api.json_body import JSONResponse
from techinfo.api.onapi import freshness, parts
from techinfo.api.onapi import schemas as s
from techinfo.api.onapi.versions import ApiProfile, dialect_of
from techinfo.api.state import AppState
from techinfo.collect import Reading
from techinfo.errors import NotAvailableError
from techinfo.model import Fact

T = TypeVar("T")

NOWHERE: Responses = {501: cause_response("no network element here can tell that")}


def router(profile: ApiProfile) -> APIRouter:
    """The routes of a version."""
    routes = APIRouter(tags=["tech"], responses=ERRORS | DEVICE_ERRORS)

    @routes.get("/tech/access/{id}/hardware", response_model=profile.schema(s.HardwareInfo))
    @routes.get("/tech/{id}/access/hardware", response_model=profile.schema(s.HardwareInfo))
    async def hardware(
        user: CurrentUser, access: AccessId, fresh: RequestedPolicy, app_state: CurrentAppState
    ) -> JSONResponse:
        """The access switch: does it answer, since when, what is it."""
        answer = await app_state.access_service.hardware(user, access, fresh)
        body = parts.hardware(answer)
        return _answer(profile, user, app_state, answer.reading, s.HardwareInfo, body)

    @routes.get("/tech/cpe/{id}/status", response_model=profile.schema(s.CpeStatus))
    async def cpe(
        user: CurrentUser, access: AccessId, fresh: RequestedPolicy, app_state: CurrentAppState
    ) -> JSONResponse:
        """The CPE behind the access; of one that does not answer what the access side knows."""
        answer = await app_state.access_service.cpe(user, access, fresh)
        reading = answer.reading or (answer.announced.reading if answer.announced else None)
        return _answer(profile, user, app_state, reading, s.CpeStatus, parts.cpe(answer))

    routes.include_router(_of_the_port(profile))
    return routes


def _of_the_port(profile: ApiProfile) -> APIRouter:
    """Questions of one fact of the port: 501 where no element of this network can read it."""
    routes = APIRouter(responses=NOWHERE)

    @routes.get("/tech/access/{id}/link/status", response_model=profile.schema(s.LinkStatus))
    async def link_status(
        request: Request,
        user: CurrentUser,
        access: AccessId,
        fresh: RequestedPolicy,
        app_state: CurrentAppState,
    ) -> JSONResponse:
        """Link, light and counters of the access port, read now or lately."""
        asked = app_state.access_service.link_status(user, access, fresh)
        found, body = await _read(request, app_state, Fact.LINK, asked, parts.link_status)
        return _answer(profile, user, app_state, found.reading, s.LinkStatus, body)

    @routes.get(
        "/tech/access/{id}/link/macaddresstable",
        response_model=list[profile.schema(s.MacRow)],  # type: ignore[misc]  # made at run time
    )
    async def mac_addresses(
        request: Request,
        user: CurrentUser,
        access: AccessId,
        fresh: RequestedPolicy,
        app_state: CurrentAppState,
    ) -> JSONResponse:
        """MAC addresses learnt on the access; ``[]`` means read, and empty."""
        asked = app_state.access_service.mac_addresses(user, access, fresh)
        found, body = await _read(request, app_state, Fact.MACS, asked, parts.mac_addresses)
        return _answer(profile, user, app_state, found.reading, s.MacRow, body)

    @routes.get(
        "/tech/access/{id}/link/leaseinfo",
        response_model=list[profile.schema(s.LeaseRow)],  # type: ignore[misc]  # made at run time
    )
    async def leases(
        request: Request,
        user: CurrentUser,
        access: AccessId,
        fresh: RequestedPolicy,
        app_state: CurrentAppState,
    ) -> JSONResponse:
        """Leases seen on the access; ``[]`` means read, and empty."""
        asked = app_state.access_service.leases(user, access, fresh)
        found, body = await _read(request, app_state, Fact.LEASES, asked, parts.leases)
        return _answer(profile, user, app_state, found.reading, s.LeaseRow, body)

    @routes.get(
        "/tech/access/{id}/link/igmpsnooping",
        response_model=list[profile.schema(s.GroupRow)],  # type: ignore[misc]  # made at run time
    )
    async def groups(
        request: Request,
        user: CurrentUser,
        access: AccessId,
        fresh: RequestedPolicy,
        app_state: CurrentAppState,
    ) -> JSONResponse:
        """Multicast groups joined on the access; ``[]`` means read, and empty."""
        asked = app_state.access_service.groups(user, access, fresh)
        found, body = await _read(request, app_state, Fact.GROUPS, asked, parts.groups)
        return _answer(profile, user, app_state, found.reading, s.GroupRow, body)

    return routes


async def _read(
    request: Request,
    app_state: AppState,
    fact: Fact,
    asked: Awaitable[Answer],
    render: Callable[[Answer], T],
) -> tuple[Answer, T]:
    """An answer and its body; the state of the request has how long it may be kept.

    Raises:
        ApiError: 501, no element of this network can read this fact.
        NotAvailableError: This element cannot, another may.
    """
    try:
        answer = await asked
        request.scope["state"][NEXT_CHANGE] = answer.next_change
        return answer, render(answer)
    except NotAvailableError:
        await app_state.endpoints.unreadable.refuse(app_state.troubleshooter, fact)
        raise


def _answer(
    profile: ApiProfile,
    viewer: Viewer,
    app_state: AppState,
    reading: Reading | None,
    model: type[BaseModel],
    body: Any,
) -> JSONResponse:
    """The body as a version writes it, with the age of the reading and what is missing in it."""
    spelt = dialect_of(profile.version, viewer.options).spell(model, body)
    now = app_state.troubleshooter.now()
    lacking = () if reading is None else freshness.lacking(reading.parts)
    read_at = None if reading is None else reading.read_at
    return JSONResponse(spelt, headers=freshness.headers(read_at, now, lacking))
