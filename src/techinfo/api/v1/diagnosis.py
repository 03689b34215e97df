"""One verdict about an access: what is wrong, where, who acts, and the one question to ask."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Query, Request

from techinfo.access.answer import Answer
from techinfo.access.freshness import CachePolicy
from techinfo.access.viewer import Viewer
from techinfo.api.asgi.bodies import body_schema, json_body
from techinfo.api.dependencies import (
    DEVICE_ERRORS,
    ERRORS,
    AccessId,
    CurrentAppState,
    CurrentUser,
    RequestedPolicy,
)
from techinfo.api.documents.diagnosis import customer_of, judge
from techinfo.api.errors import PERSONAL, ApiError
from techinfo.api.json_body import JSONResponse
from techinfo.api.state import AppState
from techinfo.api.v1.access import assembled_of
from techinfo.api.v1.access_document import access_document
from techinfo.api.v1.schemas.diagnosis import Diagnosis, DiagnosisAsked
from techinfo.diagnosis.judge import diagnose
from techinfo.error_codes import Code
from techinfo.errors import TechinfoError
from techinfo.model import Counters, Fact, Flow

router = APIRouter(tags=["diagnosis"], responses=ERRORS | DEVICE_ERRORS)
_MOST_OCTETS = 4096
_APART_S = 5.0
"""Between two readings of the counters."""
TrafficWanted = Annotated[
    Literal["now"] | None,
    Query(description="`now`: the counters are read a second time, 5 s later, and compared"),
]
_SAID = {
    (True, True): (
        "The customer's equipment sends, and answers come back.",
        "Kundens utrustning sänder och svar kommer tillbaka.",
    ),
    (True, False): (
        "The customer's equipment sends, nothing comes back.",
        "Kundens utrustning sänder men inget kommer tillbaka.",
    ),
    (False, True): (
        "Traffic goes to the customer, whose equipment sends nothing.",
        "Trafik går till kunden, vars utrustning inte sänder något.",
    ),
    (False, False): (
        "Nothing was sent in either direction.",
        "Inget sändes åt något håll.",
    ),
}
"""The customer sends, something goes to them -> in English and Swedish."""


@router.get("/diagnosis/{id}", response_model=Diagnosis)
async def diagnosis(
    request: Request,
    user: CurrentUser,
    access: AccessId,
    fresh: RequestedPolicy,
    app_state: CurrentAppState,
    traffic: TrafficWanted = None,
) -> JSONResponse:
    """The verdict of an access, from the six answers and the asker's own orders.

    Part by part it says what could not be read; nothing is ever written to a device.
    """
    return await _told(
        request, user, access, fresh, app_state, {}, with_traffic=traffic is not None
    )


@router.post("/diagnosis/{id}", response_model=Diagnosis, openapi_extra=body_schema(DiagnosisAsked))
async def diagnosis_with_words(
    request: Request,
    user: CurrentUser,
    access: AccessId,
    fresh: RequestedPolicy,
    app_state: CurrentAppState,
    traffic: TrafficWanted = None,
) -> JSONResponse:
    """The same with what the customer says, and with the answer to what was asked before."""
    asked = await json_body(request, DiagnosisAsked, _MOST_OCTETS)
    said = asked.customer.model_dump(exclude_none=True) if asked.customer else {}
    try:
        answered = customer_of(asked.answers or {})
    except KeyError:
        cause = "malformed request: answers: no such question, or no such answer to it"
        raise ApiError(Code.MALFORMED, cause) from None
    lights = said.get("lights", {}) | answered.get("lights", {})
    words = said | answered | ({"lights": lights} if lights else {})
    return await _told(
        request, user, access, fresh, app_state, words, with_traffic=traffic is not None
    )


async def _told(
    request: Request,
    user: Viewer,
    access: str,
    policy: CachePolicy,
    app_state: AppState,
    customer: dict[str, Any],
    *,
    with_traffic: bool,
) -> JSONResponse:
    if app_state.cases is not None and access in app_state.cases:
        now = app_state.troubleshooter.now()
        return JSONResponse(diagnose(app_state.cases.case(access, now, customer)), headers=PERSONAL)
    if with_traffic:
        request.scope["state"]["quota_cost"] = 2
    answer = await assembled_of(request, user, access, policy, app_state)
    judged = await judge(app_state.access_service, user, answer, customer)
    told = dict(judged.diagnosis) | judged.cable_test()
    if app_state.tickets is not None:
        until = datetime.fromisoformat(told["validUntil"])
        name = app_state.tickets.diagnoses.keep(
            user, answer.access.access_id, access_document(answer, judged), until, answer.now
        )
        told |= {"diagnosisId": name}
    if with_traffic:
        seen = await _traffic(app_state, user, answer.access.access_id, policy)
        told |= {} if seen is None else {"traffic": seen}
    return JSONResponse(told, headers=answer.headers())


async def _traffic(
    app_state: AppState, user: Viewer, access: str, policy: CachePolicy
) -> dict[str, Any] | None:
    """What the counters say between two readings; ``None``: they could not be read twice."""
    live = replace(policy, max_age_s=0.0, max_stale_s=0.0)
    try:
        first = await app_state.access_service.counters(user, access, live)
        await app_state.pause(_APART_S)
        second = await app_state.access_service.counters(user, access, live)
    except TechinfoError:
        return None
    one, other = _counted(first), _counted(second)
    if one is None or other is None:
        return None
    (then, before), (now, after) = one, other
    seconds = (now - then).total_seconds()
    if seconds <= 0:
        return None
    sent = _side(before.input, after.input, seconds)
    got = _side(before.output, after.output, seconds)
    if "packets" not in sent or "packets" not in got:
        return None
    en, sv = _SAID[sent["packets"] > 0, got["packets"] > 0]
    return {
        "seconds": round(seconds, 1),
        "input": sent,
        "output": got,
        "text": {"en": en, "sv": sv},
    }


def _counted(answer: Answer) -> tuple[datetime, Counters] | None:
    part = answer.reading.parts.get(Fact.COUNTERS)
    counters = answer.port.counters if answer.port is not None else None
    if part is None or part.read_at is None or counters is None:
        return None
    return part.read_at, counters


def _side(before: Flow, after: Flow, seconds: float) -> dict[str, int]:
    """Unicast packets and kbit/s; a counter that is not told, or went back, is left out."""
    told: dict[str, int] = {}
    if before.unicast is not None and after.unicast is not None:
        told["packets"] = after.unicast - before.unicast
    if before.bytes is not None and after.bytes is not None:
        told["kbits"] = round((after.bytes - before.bytes) * 8 / 1000 / seconds)
    return {name: value for name, value in told.items() if value >= 0}
