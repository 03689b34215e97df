"""The six questions of ``tech``, in the words of a version."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from typing import Any, TypeVar

from fastapi import APIRouter
from fastapi.responses import JSONResponse
from pydantic import BaseModel

from techinfo.access.answer import Answer
from techinfo.api.dependencies import (
    DEVICE_ERRORS,
    ERRORS,
    AccessId,
    Asker,
    Fresh,
    House,
    Responses,
)
from techinfo.api.onapi import freshness, parts
from techinfo.api.onapi import schemas as s
from techinfo.api.onapi.versions import Dialect, dialect_of
from techinfo.api.state import State
from techinfo.collect import Reading
from techinfo.errors import NotAvailableError
from techinfo.model import Fact

T = TypeVar("T")

NOWHERE: Responses = {
    501: {"model": s.Cause, "description": "no network element here can tell that"}
}


def router(speaks: Dialect) -> APIRouter:
    """The routes of a version."""
    routes = APIRouter(tags=["tech"], responses=ERRORS | DEVICE_ERRORS)

    @routes.get("/tech/access/{id}/hardware", response_model=speaks.schema(s.HardwareInfo))
    @routes.get("/tech/{id}/access/hardware", response_model=speaks.schema(s.HardwareInfo))
    async def hardware(asker: Asker, access: AccessId, fresh: Fresh, house: House) -> JSONResponse:
        """The access switch: does it answer, since when, what is it."""
        answer = await house.desk.hardware(asker, access, fresh)
        return JSONResponse(parts.hardware(answer), headers=_headers(house, answer.reading))

    @routes.get("/tech/cpe/{id}/status", response_model=speaks.schema(s.CpeStatus))
    async def cpe(asker: Asker, access: AccessId, fresh: Fresh, house: House) -> JSONResponse:
        """The CPE behind the access; of one that does not answer what the access side knows."""
        answer = await house.desk.cpe(asker, access, fresh)
        reading = answer.reading or (answer.announced.reading if answer.announced else None)
        told = dialect_of(speaks.version, asker.options).told(s.CpeStatus, parts.cpe(answer))
        return JSONResponse(told, headers=_headers(house, reading))

    routes.include_router(_of_the_port(speaks))
    return routes


def _of_the_port(speaks: Dialect) -> APIRouter:
    """What is read of the port, each of one fact: what no element tells is told nowhere."""
    routes = APIRouter(responses=NOWHERE)

    def told(asker: Asker, model: type[BaseModel], body: Any) -> Any:
        return dialect_of(speaks.version, asker.options).told(model, body)

    @routes.get("/tech/access/{id}/link/status", response_model=speaks.schema(s.LinkStatus))
    async def link_status(
        asker: Asker, access: AccessId, fresh: Fresh, house: House
    ) -> JSONResponse:
        """Link, light and counters of the access port, read now or lately."""
        asked = house.desk.link_status(asker, access, fresh)
        answer, body = await _read(house, Fact.LINK, asked, parts.link_status)
        body = told(asker, s.LinkStatus, body)
        return JSONResponse(body, headers=_headers(house, answer.reading))

    @routes.get(
        "/tech/access/{id}/link/macaddresstable",
        response_model=list[speaks.schema(s.MacRow)],  # type: ignore[misc]  # made at run time
    )
    async def mac_addresses(
        asker: Asker, access: AccessId, fresh: Fresh, house: House
    ) -> JSONResponse:
        """MAC addresses learnt on the access; ``[]`` means read, and empty."""
        asked = house.desk.mac_addresses(asker, access, fresh)
        answer, body = await _read(house, Fact.MACS, asked, parts.mac_addresses)
        return JSONResponse(told(asker, s.MacRow, body), headers=_headers(house, answer.reading))

    @routes.get(
        "/tech/access/{id}/link/leaseinfo",
        response_model=list[speaks.schema(s.LeaseRow)],  # type: ignore[misc]  # made at run time
    )
    async def leases(asker: Asker, access: AccessId, fresh: Fresh, house: House) -> JSONResponse:
        """Leases seen on the access; ``[]`` means read, and empty."""
        asked = house.desk.leases(asker, access, fresh)
        answer, body = await _read(house, Fact.LEASES, asked, parts.leases)
        return JSONResponse(told(asker, s.LeaseRow, body), headers=_headers(house, answer.reading))

    @routes.get(
        "/tech/access/{id}/link/igmpsnooping",
        response_model=list[speaks.schema(s.GroupRow)],  # type: ignore[misc]  # made at run time
    )
    async def groups(asker: Asker, access: AccessId, fresh: Fresh, house: House) -> JSONResponse:
        """Multicast groups joined on the access; ``[]`` means read, and empty."""
        asked = house.desk.groups(asker, access, fresh)
        answer, body = await _read(house, Fact.GROUPS, asked, parts.groups)
        return JSONResponse(told(asker, s.GroupRow, body), headers=_headers(house, answer.reading))

    return routes


async def _read(
    house: State, fact: Fact, asked: Awaitable[Answer], render: Callable[[Answer], T]
) -> tuple[Answer, T]:
    """An answer and its body.

    Raises:
        ApiError: 501, nobody here tells this fact.
        NotAvailableError: This element does not, another may.
    """
    try:
        answer = await asked
        return answer, render(answer)
    except NotAvailableError:
        await house.endpoints.unreadable.refuse(house.troubleshooter, fact)
        raise


def _headers(house: State, reading: Reading | None) -> Mapping[str, str]:
    now = house.troubleshooter.now()
    if reading is None:
        return freshness.headers(None, now)
    return freshness.headers(reading.read_at, now, freshness.lacking(reading.parts))
