"""All six answers in one (an extension of ours), each with its state and age."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse

from techinfo.api import freshness, parts, problems, render
from techinfo.api import schemas as s
from techinfo.api.asked import DEVICE_ERRORS, ERRORS, AccessId, Asker, Fresh, House
from techinfo.api.codes import Code
from techinfo.api.versions import Dialect, dialect_of
from techinfo.errors import DeviceError, NotAvailableError, SnmpTimeoutError, TechinfoError
from techinfo.inventory import Access
from techinfo.model import Part, State
from techinfo.service.answer import Answer, CpeAnswer

_Rendered = dict[str, Any] | list[dict[str, Any]]
_RENDER: Mapping[str, Callable[[Any], _Rendered]] = {
    "hardware": parts.hardware,
    "status": parts.link_status,
    "macAddressTable": parts.mac_addresses,
    "leaseInfo": parts.leases,
    "igmpSnooping": parts.groups,
    "cpe": parts.cpe,
}


@dataclass(frozen=True, slots=True)
class _Part:
    """One of the six: its state, and if there is one its body."""

    told: dict[str, Any]
    body: _Rendered | None = None
    read_at: datetime | None = None


def router(speaks: Dialect) -> APIRouter:
    """The route of a version."""
    routes = APIRouter(tags=["tech"], responses=ERRORS | DEVICE_ERRORS)

    @routes.get("/tech/access/{id}", response_model=speaks.schema(s.AccessFacts))
    async def everything(
        request: Request, asker: Asker, access: AccessId, fresh: Fresh, house: House
    ) -> JSONResponse:
        """All six answers at once, each with its state and age (an extension of ours)."""
        found, answers = await house.desk.everything(asker, access, fresh)
        now = house.troubleshooter.now()
        since = await house.troubleshooter.silent_since(access)
        refused = _Refusals(request.scope["path"], problems.new_error_id(), since)
        made = {name: _part(name, answer, now, refused) for name, answer in answers.items()}
        told = dialect_of(speaks.version, asker.options).told(s.AccessFacts, _body(found, made))
        read_at = min((p.read_at for p in made.values() if p.read_at), default=None)
        lacking = [line for name, part in made.items() for line in _lacking(name, part.told)]
        return JSONResponse(told, headers=freshness.headers(read_at, now, lacking))

    return routes


def _body(access: Access, made: Mapping[str, _Part]) -> dict[str, Any]:
    body: dict[str, Any] = {
        "accessId": access.access_id,
        "parts": {name: part.told for name, part in made.items()},
        "capabilities": sorted(n for n, p in made.items() if p.told["state"] != "unsupported"),
    }
    return body | {name: part.body for name, part in made.items() if part.body is not None}


@dataclass(frozen=True, slots=True)
class _Refusals:
    """How parts of one answer that failed are told: under one id in the log."""

    path: str
    error_id: str
    silent_since: datetime | None

    def part(self, error: TechinfoError) -> _Part:
        """The state of a part that could not be had."""
        problem = problems.api_error(error, silent_since=self.silent_since)
        state = State.UNSUPPORTED if isinstance(error, NotAvailableError) else State.FAILED
        cause = problems.cause_of(problem, self.path, error, self.error_id)
        return _Part({"state": state, "cause": cause, "code": problem.code})

    def silent(self, name: str) -> dict[str, Any]:
        """The state of a part whose answer is that the device does not answer."""
        cause = "the CPE does not answer"
        if name != "cpe":
            silence = SnmpTimeoutError(name)
            cause = problems.api_error(silence, silent_since=self.silent_since).cause
        return {"state": State.FAILED, "cause": cause, "code": Code.ELEMENT_SILENT}


def _part(
    name: str, answer: Answer | CpeAnswer | TechinfoError, now: datetime, refused: _Refusals
) -> _Part:
    if isinstance(answer, TechinfoError):
        return refused.part(answer)
    try:
        body = _RENDER[name](answer)
    except (DeviceError, NotAvailableError) as e:
        return refused.part(e)
    announced = None if isinstance(answer, Answer) or answer.reading else answer.announced
    reading = announced.reading if announced else answer.reading
    read_at = reading.read_at if reading else None
    part = answer.part if isinstance(answer, Answer) else None
    told: dict[str, Any] = dict(render.part(part or Part(state=State.OK, read_at=read_at)))
    if answer.up is False:
        told = refused.silent(name)
    if announced is not None:
        told["source"] = "access side"
    if read_at is not None:
        told["age"] = freshness.age_s(read_at, now)
    incomplete = freshness.lacking(reading.parts) if reading else []
    if incomplete:
        told["incomplete"] = incomplete
    return _Part(told, body, read_at)


def _lacking(name: str, told: Mapping[str, Any]) -> list[str]:
    """What Techinfo-Incomplete says of one part."""
    if told["state"] == State.FAILED:
        return [f"{name}; {'timeout' if told.get('code') == Code.ELEMENT_SILENT else 'failed'}"]
    return list(told.get("incomplete", ()))
