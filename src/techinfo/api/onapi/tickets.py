"""Tickets: ``tickets`` and ``tickets/{coTicketReference}`` of 2.4, 2.5 and 2.6."""

from __future__ import annotations

import re
from dataclasses import dataclass, fields
from datetime import UTC, datetime
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Header, Path, Query, Request
from fastapi.responses import Response, StreamingResponse
from starlette.concurrency import run_in_threadpool

from techinfo.access.viewer import Role, Viewer
from techinfo.api.asgi.audit import about
from techinfo.api.asgi.bodies import body_schema, json_body
from techinfo.api.dependencies import (
    ERRORS,
    CurrentAppState,
    CurrentUser,
    IdempotencyKey,
    Responses,
    cause_response,
)
from techinfo.api.errors import PERSONAL, ApiError
from techinfo.api.json_body import JSONResponse
from techinfo.api.onapi import render
from techinfo.api.onapi import ticket_schemas as ts
from techinfo.api.onapi.conditional import end_of_second, last_modified, listed
from techinfo.api.onapi.versions import ApiProfile
from techinfo.error_codes import Code
from techinfo.errors import ForbiddenError
from techinfo.tickets.diagnoses import contradicts
from techinfo.tickets.records import (
    ON_API,
    OPERATOR,
    Cause,
    Change,
    NewTicket,
    Party,
    Status,
    Ticket,
)
from techinfo.tickets.service import TicketService

MOST_OCTETS = 256 * 1024
"""Of a body; no description comes near it."""
_INCOMING = {field.name for field in fields(NewTicket)} & ON_API.keys() - {"provider"}
"""Fields of a new ticket that its creator gives."""
_SUBSCRIPTION = "subscriptionId"


TICKET_ERRORS: Responses = ERRORS | {
    404: cause_response("unknown ticket or access, or a ticket of somebody else's"),
    409: cause_response("it contradicts what is there, or the Idempotency-Key was used before"),
    413: cause_response("the body is too long"),
    415: cause_response("the body is not JSON"),
    501: cause_response("no ticket desk is configured here"),
    503: cause_response("it could not be written, and nothing has been changed"),
    507: cause_response("there is no room to write it, and nothing has been changed"),
}


async def ticket_service(app_state: CurrentAppState) -> TicketService:
    """The ticket service.

    Raises:
        ApiError: 501, there is none.
    """
    if app_state.tickets is None:
        raise ApiError(Code.NO_TICKET_DESK, "no ticket desk is configured here")
    return app_state.tickets


async def reference(
    ref: Annotated[str, Path(description="coTicketReference")],
) -> str:
    """A coTicketReference of the right form.

    Raises:
        ApiError: 400, it is malformed.
    """
    if not re.fullmatch(r"[-0-9a-zA-Z.]{1,36}", ref):
        raise ApiError(Code.MALFORMED, "the coTicketReference is malformed")
    return ref


@dataclass(frozen=True, kw_only=True, slots=True)
class Filters:
    """Which tickets are wanted."""

    status: Status | None = None
    created_from: datetime | None = None
    changed_after: datetime | None = None


async def filters(
    request: Request,
    app_state: CurrentAppState,
    _status: Annotated[
        Status | None, Query(alias="status", description="only tickets of this status")
    ] = None,
    _created: Annotated[
        str | None, Query(alias="created", description="date or date-time: created from then on")
    ] = None,
    if_modified_since: Annotated[
        str | None, Header(description="only tickets that were changed after this time")
    ] = None,
) -> Filters:
    """Which tickets a request wants.

    Raises:
        ApiError: 400, something of it is malformed.
    """
    for name in ("status", "created"):
        if len(request.query_params.getlist(name)) > 1:
            raise ApiError(Code.MALFORMED, f"{name} is given twice")
    return Filters(
        status=_status,
        created_from=_moment(_created) if _created else None,
        changed_after=end_of_second(if_modified_since, app_state.troubleshooter.now()),
    )


Tickets = Annotated[TicketService, Depends(ticket_service)]
Reference = Annotated[str, Depends(reference)]
Wanted = Annotated[Filters, Depends(filters)]


def router(profile: ApiProfile) -> APIRouter:
    """The routes of a version."""
    routes = APIRouter(tags=["tickets"], responses=TICKET_ERRORS)

    @routes.get("/tickets", response_model=list[ts.TicketLine])
    async def tickets(
        user: CurrentUser, service: Tickets, wanted: Wanted, app_state: CurrentAppState
    ) -> StreamingResponse:
        """The asker's tickets, oldest first; the operator's people see all."""
        newest = await run_in_threadpool(service.newest, user)
        headers = last_modified(newest, app_state.troubleshooter.now())
        found = service.tickets(
            user,
            status=wanted.status,
            created_from=wanted.created_from,
            changed_after=wanted.changed_after,
        )
        return await run_in_threadpool(listed, map(ticket_line, found), headers)

    @routes.post(
        "/tickets",
        status_code=201,
        response_model=ts.CreatedTicket,
        responses={200: {"model": ts.CreatedTicket, "description": "it is open already"}},
        openapi_extra=_new_ticket_schema(profile),
    )
    async def create(
        request: Request,
        user: CurrentUser,
        service: Tickets,
        key: IdempotencyKey,
        app_state: CurrentAppState,
    ) -> JSONResponse:
        """Keep a ticket; link info is attached to it afterwards, in the background."""
        asked = await json_body(request, ts.TicketIn, MOST_OCTETS)
        about(request, [asked.accessId])
        _must_be_new(asked, user)
        app_state.check_access_id(asked.accessId)
        created = await service.create(user, new_ticket(asked), key, asked.diagnosisId)
        prefix = request.scope.get("state", {}).get("prefix", "")
        own = created.ticket.reference
        return JSONResponse(
            {"coTicketReference": own} | _diagnosed(service, user, asked),
            status_code=201 if created.new or created.replayed else 200,
            headers=PERSONAL | {"Location": f"{prefix}/{profile.version}/tickets/{own}"},
        )

    @routes.get("/tickets/{ref}", response_model=profile.schema(ts.TicketInfo))
    async def one(
        request: Request,
        user: CurrentUser,
        service: Tickets,
        ref: Reference,
        app_state: CurrentAppState,
    ) -> JSONResponse:
        """One of the asker's tickets, by our reference or the external desk's."""
        ticket = await service.ticket(user, ref)
        about(request, [ticket.access_id])
        headers = last_modified(ticket.updated_at, app_state.troubleshooter.now())
        return JSONResponse(profile.spell(ts.TicketInfo, ticket_object(ticket)), headers=headers)

    @routes.patch(
        "/tickets/{ref}",
        status_code=204,
        response_class=Response,
        openapi_extra=body_schema(ts.ChangeIn),
    )
    async def change(
        request: Request, user: CurrentUser, service: Tickets, ref: Reference, key: IdempotencyKey
    ) -> Response:
        """Comment on a ticket, move it, close it."""
        return await changed(request, user, service, ref, key)

    return routes


def _new_ticket_schema(profile: ApiProfile) -> dict[str, Any]:
    """The body of a new ticket as a version calls its fields; either name is taken."""
    told = body_schema(ts.TicketIn)
    fields = told["requestBody"]["content"]["application/json"]["schema"]["properties"]
    name = profile.word(ts.TicketInfo, _SUBSCRIPTION) or _SUBSCRIPTION
    fields[name] = fields.pop(_SUBSCRIPTION)
    return told


async def changed(
    request: Request, user: Viewer, service: TicketService, ref: str, key: str | None
) -> Response:
    """Change a ticket as the body of a request says."""
    asked = await json_body(request, ts.ChangeIn, MOST_OCTETS)
    if asked.coTicketReference is not None and user.role is not Role.OPERATOR:
        raise ForbiddenError("only the operator may tell the coTicketReference of a desk")
    await service.change(user, ref, _change(asked), key)
    return Response(status_code=204, headers=PERSONAL)


def _diagnosed(service: TicketService, user: Viewer, asked: ts.TicketIn) -> dict[str, Any]:
    """What became of the diagnosis that a ticket named."""
    if asked.diagnosisId is None:
        return {}
    told = service.told(user, asked.diagnosisId, asked.accessId)
    found = told.diagnosis if told is not None else {}
    words = None if told is None else contradicts(asked.problemType, told.document)
    values = {
        "diagnosisId": asked.diagnosisId,
        "state": "unknown" if told is None else "attached",
        "code": found.get("code"),
        "ticketAdvised": found.get("ticketAdvised"),
        "contradiction": words,
    }
    return {"diagnosis": {name: value for name, value in values.items() if value is not None}}


def new_ticket(body: ts.TicketIn) -> NewTicket:
    """A ticket as it came in; whose it is, the ticket service says."""
    info = body.additionalInfo or ts.AdditionalInfoIn()
    named = {name: getattr(body, ON_API[name]) for name in _INCOMING}
    return NewTicket(provider=OPERATOR, **named, **info.model_dump())


def ticket_line(ticket: Ticket) -> dict[str, Any]:
    """A ticket in a list."""
    return render.bare(ts.TicketLine(**_named(ticket, ts.TicketLine)))


def ticket_object(ticket: Ticket) -> dict[str, Any]:
    """A ticket with all its fields, as 2.6 spells them."""
    info = ts.AdditionalInfo(ip=ticket.ip, mac=ticket.mac, link=ticket.link)
    return render.bare(
        ts.TicketInfo(
            **_named(ticket, ts.TicketInfo),
            comments=[
                ts.CommentInfo(
                    createdBy=comment.created_by,
                    message=comment.message,
                    createdAt=str(render.time(comment.created_at)),
                )
                for comment in ticket.comments
            ],
            additionalInfo=info if info.model_dump(exclude_none=True) else None,
        )
    )


def _named(ticket: Ticket, model: type[ts.TicketLine]) -> dict[str, Any]:
    """The fields of a ticket that a model has, by their ON-API names; times as RFC 3339."""
    values = {
        key: getattr(ticket, name) for name, key in ON_API.items() if key in model.model_fields
    }
    return {
        key: render.time(value) if isinstance(value, datetime) else value
        for key, value in values.items()
    }


def _change(asked: ts.ChangeIn) -> Change:
    comment = asked.comment
    return Change(
        by=Party.SP,
        comment=None if comment is None else (comment.createdBy, comment.message),
        status=asked.status,
        responsible=asked.responsible,
        desk_reference=asked.coTicketReference,
        cause=None if asked.cause is None else Cause(code=asked.cause),
    )


def _must_be_new(asked: ts.TicketIn, user: Viewer) -> None:
    """The Bitvis reading sends a status, which means nothing; else it would be a mistake."""
    if asked.status in {None, Status.CREATED} or user.options.profile == "bitvis":
        return
    raise ApiError(Code.MALFORMED, "malformed request: status: a ticket begins as CREATED")


def _moment(text: str) -> datetime:
    """A date or date-time; a ``+`` that was sent as it is has become a space on the way.

    Raises:
        ApiError: 400, it is neither.
    """
    for form in (text, text[::-1].replace(" ", "+", 1)[::-1]):
        try:
            at = datetime.fromisoformat(form)
            return at.replace(tzinfo=UTC) if at.tzinfo is None else at.astimezone(UTC)
        except (ValueError, OverflowError):
            continue
    raise ApiError(Code.MALFORMED, "created is not a date or date-time")
