"""``/techinfo/v1/tickets/{coTicketReference}``: what a ticket carries; changes by POST."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import Response

from techinfo.access.freshness import CachePolicy
from techinfo.access.service import AccessService
from techinfo.access.viewer import Viewer
from techinfo.api.asgi.bodies import body_schema
from techinfo.api.dependencies import CurrentUser, IdempotencyKey
from techinfo.api.documents.diagnosis import judge
from techinfo.api.errors import PERSONAL, api_error
from techinfo.api.json_body import JSONResponse
from techinfo.api.onapi import render
from techinfo.api.onapi import ticket_schemas as ts
from techinfo.api.onapi.part_states import assembled
from techinfo.api.onapi.tickets import TICKET_ERRORS, Reference, Tickets, changed
from techinfo.api.v1.access_document import access_document
from techinfo.errors import LinkInfoError, TechinfoError
from techinfo.tickets.link_info import Capture, since_creation
from techinfo.tickets.reading import worth
from techinfo.tickets.records import LinkInfo, Moment

router = APIRouter(tags=["tickets"], responses=TICKET_ERRORS)


@router.get("/tickets/{ref}/linkinfo", response_model=ts.TicketLinkInfo)
async def link_info(user: CurrentUser, service: Tickets, ref: Reference) -> JSONResponse:
    """What was read when the ticket was created and when it was closed, and what has changed.

    It is rendered with the rights that the ticket's owner had at that moment.
    """
    ticket, infos = await service.link_info(user, ref)
    body: dict[str, Any] = {
        "coTicketReference": ticket.reference,
        "accessId": ticket.access_id,
    }
    body |= {moment.value: _of_moment(infos[moment]) for moment in Moment if moment in infos}
    changed = since_creation(infos)
    if changed:
        body["difference"] = list(changed)
    return JSONResponse(body, headers=PERSONAL)


@router.post(
    "/tickets/{ref}",
    status_code=204,
    response_class=Response,
    openapi_extra=body_schema(ts.ChangeIn),
)
async def change(
    request: Request, user: CurrentUser, service: Tickets, ref: Reference, key: IdempotencyKey
) -> Response:
    """The same as PATCH of ON-API, for systems whose webhooks can only POST."""
    return await changed(request, user, service, ref, key)


def capture_with(service: AccessService, policy: CachePolicy) -> Capture:
    """A reading of now, as a document with the rights of whom it is for.

    Args:
        service: Isolates the answers.
        policy: Only the deadline counts; how fresh it must be is not asked.
    """
    live = replace(policy, max_age_s=0.0, max_stale_s=0.0, not_after=None)

    async def capture(viewer: Viewer, access_id: str) -> dict[str, Any]:
        try:
            access, answers = await service.everything(viewer, access_id, live)
            answer = await assembled(service.troubleshooter, access, answers)
            judged = await judge(service, viewer, answer)
        except TechinfoError as error:
            raise LinkInfoError(api_error(error).cause) from error
        return access_document(answer, judged)

    return capture


def _of_moment(info: LinkInfo) -> dict[str, Any]:
    values = {
        "state": info.state.value,
        "requestedAt": render.time(info.asked_at),
        "doneAt": render.time(info.done_at),
        "worth": worth(info),
        "why": info.why,
        "document": info.document,
    }
    return {name: value for name, value in values.items() if value not in (None, "")}
