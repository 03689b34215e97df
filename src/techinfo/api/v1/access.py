"""One access: all six answers in one, each with its state and age, and as a document to keep."""

from __future__ import annotations

from dataclasses import replace
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request

from techinfo.access.answer import Answer
from techinfo.access.attachment import attached
from techinfo.access.cable_tests.results import rows
from techinfo.access.freshness import CachePolicy
from techinfo.access.past.certificate import compared
from techinfo.access.viewer import Viewer
from techinfo.access.whole_element import accesses_by_port, must_see_all, services_of, whole_element
from techinfo.api.asgi.audit import about
from techinfo.api.asgi.bodies import body_schema, json_body
from techinfo.api.dependencies import (
    DEVICE_ERRORS,
    ERRORS,
    AccessId,
    CurrentAppState,
    CurrentUser,
    RequestedPolicy,
)
from techinfo.api.documents.checksum import sealed
from techinfo.api.documents.diagnosis import judge
from techinfo.api.documents.dump import dump
from techinfo.api.documents.seen import installation
from techinfo.api.json_body import JSONResponse
from techinfo.api.onapi import freshness, render
from techinfo.api.onapi.part_states import AssembledAnswer, assembled, logged
from techinfo.api.onapi.versions import ApiProfile, dialect_of
from techinfo.api.state import AppState
from techinfo.api.v1 import schemas as v
from techinfo.api.v1.access_document import access_document, address

router = APIRouter(tags=["access"], responses=ERRORS | DEVICE_ERRORS)
_MOST_OCTETS = 4096
_DUMP_S = 30.0
"""A whole element takes longer than a port."""


@router.get("/access/{id}", response_model=v.AccessReport)
async def access_report(
    request: Request,
    user: CurrentUser,
    access: AccessId,
    fresh: RequestedPolicy,
    app_state: CurrentAppState,
) -> JSONResponse:
    """All facts of an access, each with its state and age, and what this access can tell at all."""
    answer = await assembled_of(request, user, access, fresh, app_state)
    found = answer.access
    judged = await judge(app_state.access_service, user, answer)
    body: dict[str, Any] = {
        "accessId": found.access_id,
        "collectedAt": render.time(answer.now),
        "parts": answer.states(),
        "capabilities": answer.capabilities(),
    }
    known = {"legacyAccessId": found.legacy_access_id, "address": address(found)}
    body |= {name: value for name, value in known.items() if value}
    body |= answer.bodies() | judged.notices() | judged.cable_test()
    body |= {"diagnosis": judged.diagnosis}
    body |= await _installation(app_state, user, answer)
    return JSONResponse(body, headers=answer.headers())


def _tested(app_state: AppState, user: Viewer, access: str | None) -> dict[str, Any]:
    """The last test of the cable at a port that one access alone is on."""
    if access is None:
        return {}
    service = app_state.access_service
    test = service.cable_tests.last(service.right(user, access))
    return {} if test is None else {"cableTest": rows(test)}


async def _installation(
    app_state: AppState, user: Viewer, answer: AssembledAnswer
) -> dict[str, Any]:
    """Light at installation and by how much less arrives now, where that is known."""
    status = answer.answers.get("status")
    found = await compared(
        app_state.access_service,
        user,
        answer.access.access_id,
        status if isinstance(status, Answer) else None,
    )
    if found is None:
        return {}
    told = installation(found.baseline)
    return {"installation": told | ({} if found.weaker is None else {"weakerBy": found.weaker})}


@router.get("/dump/{id}", response_model=v.AccessDocument | v.ElementDocument)
async def access_dump(
    request: Request,
    user: CurrentUser,
    access: AccessId,
    fresh: RequestedPolicy,
    app_state: CurrentAppState,
    *,
    device: Annotated[
        bool, Query(description="the whole element instead, techinfo.dump/1: not for providers")
    ] = False,
) -> JSONResponse:
    """The access as a document, ``techinfo.access/1``, that can be kept, mailed and checked.

    With ``device`` it is the whole element's, ``techinfo.dump/1``.
    """
    if not device:
        return await _document(request, user, access, fresh, app_state)
    must_see_all(user)
    inventory = app_state.inventory
    element = attached(inventory, access).element
    policy = replace(fresh, deadline_s=max(fresh.deadline_s, _DUMP_S))
    reading = await whole_element(app_state.troubleshooter, element, policy)
    beside = accesses_by_port(inventory, element, reading)

    def access_of(if_index: int) -> str | None:
        found = beside.get(if_index, ())
        return found[0] if len(found) == 1 else None

    now = app_state.troubleshooter.now()
    document = dump(
        reading,
        now,
        access_of=lambda facts: access_of(facts.port.if_index),
        service_of=lambda facts: services_of(inventory, element, facts),
        is_named=lambda facts: facts.port.if_index in beside,
    )
    for port in document["ports"]:
        port |= _tested(app_state, user, port.get("accessId"))
    lacking = freshness.lacking(reading.parts)
    return JSONResponse(sealed(document), headers=freshness.headers(reading.read_at, now, lacking))


@router.post(
    "/linkinfo", response_model=v.AccessDocument, openapi_extra=body_schema(v.LinkInfoAsked)
)
async def link_info(
    request: Request, user: CurrentUser, fresh: RequestedPolicy, app_state: CurrentAppState
) -> JSONResponse:
    """The same document for whoever makes a ticket: it comes in time, however the switch is.

    A switch that is silent or slow is told in the document, part by part, and is no error.
    """
    asked = await json_body(request, v.LinkInfoAsked, _MOST_OCTETS)
    about(request, [asked.accessId])
    app_state.check_access_id(asked.accessId)
    policy = replace(
        fresh,
        max_age_s=fresh.max_age_s if asked.maxAge is None else asked.maxAge,
        deadline_s=fresh.deadline_s if asked.deadline is None else asked.deadline,
    )
    return await _document(request, user, asked.accessId, policy, app_state)


async def _document(
    request: Request, user: Viewer, access: str, policy: CachePolicy, app_state: AppState
) -> JSONResponse:
    answer = await assembled_of(request, user, access, policy, app_state)
    judged = await judge(app_state.access_service, user, answer)
    return JSONResponse(access_document(answer, judged), headers=answer.headers())


async def assembled_of(
    request: Request, user: Viewer, access: str, policy: CachePolicy, app_state: AppState
) -> AssembledAnswer:
    """All six answers; causes of parts that failed have the error id that the log has."""
    found, answers = await app_state.access_service.everything(user, access, policy)
    words = logged(request.scope["path"])
    return await assembled(app_state.troubleshooter, found, answers, words)


def combined_router(profile: ApiProfile) -> APIRouter:
    """The route of a version."""
    routes = APIRouter(tags=["tech"], responses=ERRORS | DEVICE_ERRORS)

    @routes.get("/tech/access/{id}", response_model=profile.schema(v.AccessFacts))
    async def everything(
        request: Request,
        user: CurrentUser,
        access: AccessId,
        fresh: RequestedPolicy,
        app_state: CurrentAppState,
    ) -> JSONResponse:
        """All six answers at once, each with its state and age (an extension of ours)."""
        answer = await assembled_of(request, user, access, fresh, app_state)
        judged = await judge(app_state.access_service, user, answer)
        body: dict[str, Any] = {
            "accessId": answer.access.access_id,
            "parts": answer.states(),
            "capabilities": answer.readable_parts(),
        }
        dialect = dialect_of(profile.version, user.options)
        body |= answer.bodies() | judged.notices() | {"diagnosis": judged.diagnosis}
        spelt = dialect.spell(v.AccessFacts, body)
        return JSONResponse(spelt, headers=answer.headers())

    return routes
