"""Accesses as ON-API 2.6 lists them; only where the inventory is authoritative."""

from __future__ import annotations

import json
from collections.abc import Iterator
from email.utils import format_datetime
from itertools import islice
from typing import Any

from fastapi import APIRouter
from fastapi.responses import JSONResponse, StreamingResponse
from starlette.concurrency import run_in_threadpool

from techinfo.api import schemas as s
from techinfo.api.asked import ERRORS, AccessId, House
from techinfo.api.codes import Code
from techinfo.api.problems import PERSONAL, ApiError
from techinfo.api.state import State
from techinfo.errors import UnknownAccessError
from techinfo.inventory import Access, Inventory

router = APIRouter(
    tags=["accesses"],
    responses=ERRORS
    | {501: {"model": s.Cause, "description": "listed elsewhere, or lacking mandatory fields"}},
)

_MANDATORY = ("street_name", "postal_code", "city", "country_code", "premises_type", "state")
"""ON-API 2.6.0, spec/accesses.md."""
_KEYS = {
    "access_id": "accessId",
    "legacy_access_id": "legacyAccessId",
    "street_name": "streetName",
    "street_number": "streetNumber",
    "street_littera": "streetLittera",
    "postal_code": "postalCode",
    "city": "city",
    "country_code": "countryCode",
    "premises_type": "premisesType",
    "mdu_apartment_number": "mduApartmentNumber",
    "mdu_distinguisher": "mduDistinguisher",
    "outlet": "outlet",
    "population": "population",
    "state": "accessState",
    "price_group": "priceGroup",
    "national_address_uuid": "nationalAddressUUID",
}
_ROWS_AT_ONCE = 500
"""A thread is changed for as many: for each it would cost more than the row."""


def access_object(access: Access) -> dict[str, Any]:
    """One access; what is not known is left out."""
    told = {name: getattr(access, key) for key, name in _KEYS.items()}
    return {name: value for name, value in told.items() if value not in (None, "")}


@router.get("/accesses", response_model=list[s.AccessInfo])
async def accesses(house: House) -> StreamingResponse:
    """Every access of the inventory, by accessId."""
    _must_list(house)
    inventory = house.inventory
    headers = dict(PERSONAL)
    imported = inventory.imported_at
    if imported is not None:
        headers["Last-Modified"] = format_datetime(imported, usegmt=True)
    any_access, lacking = await run_in_threadpool(_looked_through, inventory)
    if not any_access:
        cause = "the inventory has no access"
        raise ApiError(404, cause, code=Code.NO_ACCESSES, headers=headers)
    if lacking is not None:
        raise _not_listed(lacking)
    return StreamingResponse(_rows(inventory), media_type="application/json", headers=headers)


@router.get("/accesses/{id}", response_model=s.AccessInfo)
async def single_access(access: AccessId, house: House) -> JSONResponse:
    """One access of the inventory."""
    _must_list(house)
    found = house.inventory.access(access)
    if found is None:
        raise UnknownAccessError("no access has this accessId")
    if not _complete(found):
        raise _not_listed(found)
    return JSONResponse(access_object(found), headers=PERSONAL)


def _must_list(house: State) -> None:
    if not house.authoritative:
        raise ApiError(
            501,
            "accesses are not served here: this inventory is not authoritative",
            code=Code.ELSEWHERE,
        )


def _not_listed(access: Access) -> ApiError:
    return ApiError(
        501,
        f"accesses are not listed: mandatory fields are missing on access {access.access_id}",
        code=Code.NOT_LISTED,
    )


def _complete(access: Access) -> bool:
    """Whether every mandatory field is there; an apartment must be told apart from others."""
    if access.premises_type == "MDU_APARTMENT" and not (
        access.mdu_apartment_number or access.mdu_distinguisher
    ):
        return False
    return all(getattr(access, key) for key in _MANDATORY)


def _looked_through(inventory: Inventory) -> tuple[bool, Access | None]:
    """Whether there is any access, and the first that lacks a mandatory field."""
    any_access = False
    for access in inventory.accesses():
        any_access = True
        if not _complete(access):
            return True, access
    return any_access, None


def _rows(inventory: Inventory) -> Iterator[bytes]:
    """A JSON array, some rows at a time."""
    listed = inventory.accesses()
    before = "["
    while rows := list(islice(listed, _ROWS_AT_ONCE)):
        told = ",\n".join(json.dumps(access_object(a), ensure_ascii=False) for a in rows)
        yield (before + told).encode()
        before = ",\n"
    yield b"[]" if before == "[" else b"]"
