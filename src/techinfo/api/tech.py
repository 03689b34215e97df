"""The six questions of ``tech``."""

from __future__ import annotations

from collections.abc import Mapping

from fastapi import APIRouter
from fastapi.responses import JSONResponse

from techinfo.api import freshness, parts
from techinfo.api import schemas as s
from techinfo.api.asked import DEVICE_ERRORS, ERRORS, AccessId, Asker, Fresh, House
from techinfo.api.state import State
from techinfo.collect import Reading

router = APIRouter(tags=["tech"], responses=ERRORS | DEVICE_ERRORS)


@router.get("/tech/access/{id}/hardware", response_model=s.HardwareInfo)
@router.get("/tech/{id}/access/hardware", response_model=s.HardwareInfo, include_in_schema=False)
async def hardware(asker: Asker, access: AccessId, fresh: Fresh, house: House) -> JSONResponse:
    """The access switch: does it answer, since when, what is it."""
    answer = await house.desk.hardware(asker, access, fresh)
    return JSONResponse(parts.hardware(answer), headers=_headers(house, answer.reading))


@router.get("/tech/access/{id}/link/status", response_model=s.LinkStatus)
async def link_status(asker: Asker, access: AccessId, fresh: Fresh, house: House) -> JSONResponse:
    """Link, light and counters of the access port, read now or lately."""
    answer = await house.desk.link_status(asker, access, fresh)
    return JSONResponse(parts.link_status(answer), headers=_headers(house, answer.reading))


@router.get("/tech/access/{id}/link/macaddresstable", response_model=list[s.MacRow])
async def mac_addresses(asker: Asker, access: AccessId, fresh: Fresh, house: House) -> JSONResponse:
    """MAC addresses learnt on the access; ``[]`` means read, and empty."""
    answer = await house.desk.mac_addresses(asker, access, fresh)
    return JSONResponse(parts.mac_addresses(answer), headers=_headers(house, answer.reading))


@router.get("/tech/access/{id}/link/leaseinfo", response_model=list[s.LeaseRow])
async def leases(asker: Asker, access: AccessId, fresh: Fresh, house: House) -> JSONResponse:
    """Leases seen on the access; ``[]`` means read, and empty."""
    answer = await house.desk.leases(asker, access, fresh)
    return JSONResponse(parts.leases(answer), headers=_headers(house, answer.reading))


@router.get("/tech/access/{id}/link/igmpsnooping", response_model=list[s.GroupRow])
async def groups(asker: Asker, access: AccessId, fresh: Fresh, house: House) -> JSONResponse:
    """Multicast groups joined on the access; ``[]`` means read, and empty."""
    answer = await house.desk.groups(asker, access, fresh)
    return JSONResponse(parts.groups(answer), headers=_headers(house, answer.reading))


@router.get("/tech/cpe/{id}/status", response_model=s.CpeStatus)
async def cpe(asker: Asker, access: AccessId, fresh: Fresh, house: House) -> JSONResponse:
    """The CPE behind the access; of one that does not answer what the access side knows."""
    answer = await house.desk.cpe(asker, access, fresh)
    reading = answer.reading or (answer.announced.reading if answer.announced else None)
    return JSONResponse(parts.cpe(answer), headers=_headers(house, reading))


def _headers(house: State, reading: Reading | None) -> Mapping[str, str]:
    now = house.troubleshooter.now()
    if reading is None:
        return freshness.headers(None, now)
    return freshness.headers(reading.read_at, now, freshness.lacking(reading.parts))
