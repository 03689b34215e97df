"""One access: all facts in one answer, and as a document that can be kept."""

from __future__ import annotations

from dataclasses import replace
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request
from fastapi.responses import JSONResponse

from techinfo.access.attachment import attached
from techinfo.access.freshness import Terms
from techinfo.access.viewer import Viewer
from techinfo.access.whole_element import accesses_by_port, must_see_all, services_of, whole_element
from techinfo.api.asgi.audit import about
from techinfo.api.dependencies import DEVICE_ERRORS, ERRORS, AccessId, Asker, Fresh, House
from techinfo.api.documents.dump import dump
from techinfo.api.error_codes import Code
from techinfo.api.errors import ApiError
from techinfo.api.onapi import freshness, render
from techinfo.api.onapi import part_states as states
from techinfo.api.state import State
from techinfo.api.v1 import schemas as v
from techinfo.api.v1.access_document import access_document
from techinfo.api.v1.address import address
from techinfo.api.v1.body import body_schema, json_body

router = APIRouter(tags=["access"], responses=ERRORS | DEVICE_ERRORS)
_MOST_OCTETS = 4096
_DUMP_S = 30.0
"""A whole element takes longer than a port."""


@router.get("/access/{id}", response_model=v.AccessReport)
async def access_report(
    request: Request, asker: Asker, access: AccessId, fresh: Fresh, house: House
) -> JSONResponse:
    """All facts of an access, each with its state and age, and what this access can tell at all."""
    found, answers = await house.desk.everything(asker, access, fresh)
    now = house.troubleshooter.now()
    silent_since = await house.troubleshooter.silent_since(access)
    words = states.logged(request.scope["path"])
    made = states.part_states(answers, now, silent_since, words)
    body: dict[str, Any] = {
        "accessId": found.access_id,
        "collectedAt": render.time(now),
        "parts": {name: part.told for name, part in made.items()},
        "capabilities": states.capabilities(answers, made),
    }
    known = {"legacyAccessId": found.legacy_access_id, "address": address(found)}
    body |= {name: value for name, value in known.items() if value}
    body |= {name: part.body for name, part in made.items() if part.body is not None}
    headers = freshness.headers(states.oldest(made), now, states.lacking(made))
    return JSONResponse(body, headers=headers)


@router.get("/dump/{id}", response_model=v.AccessDocument)
async def access_dump(
    request: Request,
    asker: Asker,
    access: AccessId,
    fresh: Fresh,
    house: House,
    *,
    device: Annotated[
        bool, Query(description="the whole element instead, techinfo.dump/1: not for providers")
    ] = False,
) -> JSONResponse:
    """The access as a document, ``techinfo.access/1``, that can be kept, mailed and checked."""
    if not device:
        return await _document(request, asker, access, fresh, house)
    must_see_all(asker)
    inventory = house.inventory
    element = attached(inventory, access).element
    terms = replace(fresh, deadline_s=max(fresh.deadline_s, _DUMP_S))
    reading = await whole_element(house.troubleshooter, element, terms)
    beside = accesses_by_port(inventory, element, reading)

    def access_of(if_index: int) -> str | None:
        found = beside.get(if_index, ())
        return found[0] if len(found) == 1 else None

    now = house.troubleshooter.now()
    document = dump(
        reading,
        now,
        access_of=lambda facts: access_of(facts.port.if_index),
        service_of=lambda facts: services_of(inventory, element, facts),
        is_named=lambda facts: facts.port.if_index in beside,
    )
    lacking = freshness.lacking(reading.parts)
    return JSONResponse(document, headers=freshness.headers(reading.read_at, now, lacking))


@router.post(
    "/linkinfo", response_model=v.AccessDocument, openapi_extra=body_schema(v.LinkInfoAsked)
)
async def link_info(request: Request, asker: Asker, fresh: Fresh, house: House) -> JSONResponse:
    """The same document for whoever makes a ticket: it comes in time, however the switch is.

    A switch that is silent or slow is told in the document, part by part, and is no error.
    """
    asked = await json_body(request, v.LinkInfoAsked, _MOST_OCTETS)
    about(request, [asked.accessId])
    if not house.access_id.fullmatch(asked.accessId):
        raise ApiError(400, "the accessId is malformed", code=Code.MALFORMED)
    terms = replace(
        fresh,
        max_age_s=fresh.max_age_s if asked.maxAge is None else asked.maxAge,
        deadline_s=fresh.deadline_s if asked.deadline is None else asked.deadline,
    )
    return await _document(request, asker, asked.accessId, terms, house)


async def _document(
    request: Request, asker: Viewer, access: str, terms: Terms, house: State
) -> JSONResponse:
    found, answers = await house.desk.everything(asker, access, terms)
    now = house.troubleshooter.now()
    silent_since = await house.troubleshooter.silent_since(access)
    words = states.logged(request.scope["path"])
    document = access_document(found, answers, now, silent_since=silent_since, words=words)
    made = states.part_states(answers, now)
    headers = freshness.headers(states.oldest(made), now, states.lacking(made))
    return JSONResponse(document, headers=headers)
