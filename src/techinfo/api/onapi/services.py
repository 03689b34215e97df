"""Services that can be delivered, per access (2.6); only where the inventory is authoritative."""

from __future__ import annotations

import heapq
from collections.abc import Iterator
from datetime import datetime
from itertools import groupby
from typing import Any

from fastapi import APIRouter, Response
from fastapi.responses import JSONResponse
from starlette.concurrency import run_in_threadpool

from techinfo.api.dependencies import AccessId, House
from techinfo.api.errors import PERSONAL
from techinfo.api.onapi import listed_schemas as ls
from techinfo.api.onapi.accesses import LISTED, UNCHANGED, must_be_imported, must_list
from techinfo.api.onapi.conditional import (
    Since,
    begun,
    changed_since,
    last_modified,
    listed,
    not_modified,
)
from techinfo.api.onapi.versions import Dialect, Version
from techinfo.api.onapi.versions.listed import service_object
from techinfo.api.state import State
from techinfo.errors import UnknownAccessError
from techinfo.inventory import Offer


def router(speaks: Dialect) -> APIRouter:
    """The routes of a version."""
    routes = APIRouter(tags=["services"], responses=LISTED)
    version = speaks.version

    @routes.get("/services", response_model=list[ls.AccessServices], responses=UNCHANGED)
    async def services(house: House, since: Since) -> Response:
        """Every access's services, or of those accesses where one has changed since."""
        must_list(house, "services")
        return await run_in_threadpool(_services, house, version, since)

    @routes.get("/services/{id}", response_model=ls.AccessServices)
    async def of_access(access: AccessId, house: House) -> JSONResponse:
        """The services that can be delivered on one access."""
        must_list(house, "services")
        must_be_imported(house.inventory, "offers")
        found = house.inventory.access(access)
        if found is None:
            raise UnknownAccessError("no access has this accessId")
        offers = house.inventory.offers_on(found.access_id)
        return JSONResponse(_told(found.access_id, iter(offers), version), headers=PERSONAL)

    return routes


def _services(house: State, version: Version, since: datetime | None) -> Response:
    inventory = house.inventory
    must_be_imported(inventory, "offers")
    newest = inventory.events.newest() or inventory.imported_at
    headers = last_modified(newest, house.troubleshooter.now())
    changed = changed_since(inventory, since)
    batch = None if changed is None else changed.batch
    rows = _by_access(inventory.listing.offers(batch), version)
    if batch is None:
        return listed(rows, headers)
    none = (
        {"accessId": x, "services": []} for x in inventory.listing.accesses_without_offers(batch)
    )
    some = begun(heapq.merge(rows, none, key=lambda row: str(row["accessId"])))
    return not_modified(headers) if some is None else listed(some, headers)


def _by_access(offers: Iterator[Offer], version: Version) -> Iterator[dict[str, Any]]:
    for access_id, on_access in groupby(offers, key=lambda offer: offer.access_id):
        yield _told(access_id, on_access, version)


def _told(access_id: str, offers: Iterator[Offer], version: Version) -> dict[str, Any]:
    return {"accessId": access_id, "services": [service_object(o, version) for o in offers]}
