"""What was seen of an access before: samples, and a timeline of what has happened."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Query, Request
from fastapi.responses import Response
from pydantic import AwareDatetime

from techinfo.access.case.notices import works_of
from techinfo.access.past.certificate import Compared, certify, compared
from techinfo.access.past.line import Line
from techinfo.access.past.timeline import Entry, What
from techinfo.access.viewer import Viewer
from techinfo.api.dependencies import (
    DEVICE_ERRORS,
    ERRORS,
    AccessId,
    CurrentAppState,
    CurrentUser,
    RequestedPolicy,
    cause_response,
)
from techinfo.api.documents.seen import (
    EVENT_COLUMNS,
    SAMPLE_COLUMNS,
    as_csv,
    history_document,
    installed,
    timeline_document,
)
from techinfo.api.errors import PERSONAL, ApiError
from techinfo.api.json_body import JSONResponse
from techinfo.api.state import AppState
from techinfo.api.v1.schemas import history as h
from techinfo.error_codes import Code
from techinfo.errors import NotAvailableError

router = APIRouter(
    tags=["history"], responses=ERRORS | {501: cause_response("nothing is polled here")}
)
From = Annotated[
    AwareDatetime | None, Query(alias="from", description="RFC 3339; what is older is not told")
]
To = Annotated[AwareDatetime | None, Query(description="RFC 3339; without it now")]
Step = Annotated[
    Literal["5m", "hour", "day"],
    Query(description="five minutes (48 h are kept), hours (14 days) or days (400)"),
]
Format = Annotated[
    Literal["json", "csv"] | None, Query(description="without it `Accept: text/csv` decides")
]
_CSV: dict[int | str, dict[str, Any]] = {200: {"content": {"text/csv": {"schema": {}}}}}


@router.get("/history/{id}", response_model=h.AccessHistory, responses=_CSV)
async def history(
    request: Request,
    user: CurrentUser,
    access: AccessId,
    app_state: CurrentAppState,
    begin: From = None,
    to: To = None,
    step: Step = "5m",
    form: Annotated[Format, Query(alias="format")] = None,
) -> Response:
    """What was counted and measured, of the time in which the asker has held the access.

    At most 3000 samples, the newest. No device is asked.
    """
    _check(begin, to)
    ask = history_document(step, begin, to)
    told = await app_state.access_service.seen(user, access, ask)
    return _answer(request, form, told, SAMPLE_COLUMNS, told["samples"])


@router.get("/timeline/{id}", response_model=h.AccessTimeline, responses=_CSV)
async def timeline(
    request: Request,
    user: CurrentUser,
    access: AccessId,
    app_state: CurrentAppState,
    begin: From = None,
    to: To = None,
    form: Annotated[Format, Query(alias="format")] = None,
) -> Response:
    """What has happened: link, light, speed, addresses, leases, restarts, works, own tickets.

    At most 1000 events, the newest, of 30 days where nothing else is asked for. No device is asked.
    """
    _check(begin, to)
    service = app_state.access_service
    ask = timeline_document(
        service.troubleshooter, service.lease_log, begin, to, _told(app_state, user)
    )
    told = await service.seen(user, access, ask)
    return _answer(request, form, told, EVENT_COLUMNS, told["events"])


@router.get("/installation/{id}", response_model=h.Installed, responses=DEVICE_ERRORS)
async def installation(
    user: CurrentUser, access: AccessId, fresh: RequestedPolicy, app_state: CurrentAppState
) -> JSONResponse:
    """Light at installation, and by how much less arrives now; the port is read for it.

    404 `not_available_here` where there is none of the asker's time.
    """
    service = app_state.access_service
    await service.seen(user, access, lambda _, line: line)  # whether anything is told at all
    answer = await service.link_status(user, access, fresh)
    found = await compared(service, user, access, answer)
    if found is None:
        raise NotAvailableError("no light at installation is known of this access")
    return JSONResponse(installed(answer.access.access_id, found), headers=PERSONAL)


@router.post(
    "/installation/{id}", response_model=h.Installed, status_code=201, responses=DEVICE_ERRORS
)
async def installation_done(
    user: CurrentUser, access: AccessId, fresh: RequestedPolicy, app_state: CurrentAppState
) -> JSONResponse:
    """An engineer says that the line is done: it is read now, and its light is kept.

    404 `not_available_here` while its link is down, or where no light is told. It takes no body.
    """
    service = app_state.access_service
    made = await certify(service, user, access, fresh)
    told = installed(service.access(access).access_id, Compared(baseline=made))
    return JSONResponse(told, status_code=201, headers=PERSONAL)


_FIRST = datetime(1971, 1, 1, tzinfo=UTC)
"""No file of history has anything of before."""


def _check(begin: datetime | None, end: datetime | None) -> None:
    if end is not None and end < _FIRST:
        raise ApiError(Code.MALFORMED, "malformed request: to is before anything was watched")
    if begin is not None and end is not None and begin >= end:
        raise ApiError(Code.MALFORMED, "malformed request: from is not before to")


def _answer(
    request: Request,
    form: str | None,
    told: Mapping[str, Any],
    columns: Sequence[str],
    rows: Iterable[Mapping[str, Any]],
) -> Response:
    wants = form or ("csv" if "text/csv" in request.headers.get("accept", "") else "json")
    if wants == "json":
        return JSONResponse(told, headers=PERSONAL)
    return Response(as_csv(columns, rows), media_type="text/csv", headers=PERSONAL)


def _told(app_state: AppState, user: Viewer) -> Callable[[Line], Iterator[Entry]]:
    """What others know: when works here began and ended, and tickets of the viewer's."""

    def told(line: Line) -> Iterator[Entry]:
        yield from _tickets(app_state, user, line)
        ever = line.held.asked_at - line.since
        for one in works_of(app_state.inventory, line.held, over=ever):
            if one.ended is None or one.ended > one.begin:
                yield Entry(at=one.begin, what=What.WORKS_BEGAN, text=one.reference)
                yield Entry(at=one.until, what=What.WORKS_ENDED, text=one.reference)

    return told


def _tickets(app_state: AppState, user: Viewer, line: Line) -> Iterator[Entry]:
    desk, access_id = app_state.tickets, line.held.access.access_id
    if desk is None:
        return
    for one in desk.tickets(user):
        if one.access_id == access_id:
            yield Entry(at=one.created_at, what=What.TICKET_OPENED, text=one.reference)
            if one.closed_at is not None:
                yield Entry(at=one.closed_at, what=What.TICKET_CLOSED, text=one.reference)
