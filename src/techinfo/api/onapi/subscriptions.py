"""Subscriptions, each provider its own; only where the inventory is authoritative."""

from __future__ import annotations

import heapq
from collections.abc import Iterator
from datetime import datetime
from itertools import groupby
from typing import Any

from fastapi import APIRouter, Response
from fastapi.responses import JSONResponse
from starlette.concurrency import run_in_threadpool

from techinfo.access.published import published
from techinfo.access.viewer import Viewer
from techinfo.api.dependencies import AccessId, Asker, House
from techinfo.api.errors import PERSONAL
from techinfo.api.onapi import listed_schemas as ls
from techinfo.api.onapi.accesses import (
    LISTED,
    UNCHANGED,
    lacking,
    must_be_imported,
    must_list,
    own_on,
    whose,
)
from techinfo.api.onapi.conditional import (
    Since,
    begun,
    changed_since,
    last_modified,
    listed,
    not_modified,
)
from techinfo.api.onapi.versions import Dialect, Version
from techinfo.api.onapi.versions.listed import subscription_object
from techinfo.api.onapi.versions.version import V2_6
from techinfo.api.state import State
from techinfo.errors import UnknownAccessError
from techinfo.inventory import Subscription


def router(speaks: Dialect) -> APIRouter:
    """The routes of a version."""
    routes = APIRouter(tags=["subscriptions"], responses=LISTED)
    version = speaks.version
    row = ls.FlatSubscription if version < V2_6 else ls.AccessSubscriptions

    @routes.get("/subscriptions", response_model=list[row], responses=UNCHANGED)  # type: ignore[valid-type]
    async def subscriptions(asker: Asker, house: House, since: Since) -> Response:
        """The own subscriptions that run, by access, or those that have changed since."""
        must_list(house, "subscriptions")
        return await run_in_threadpool(_subscriptions, house, asker, version, since)

    if version >= V2_6:

        @routes.get("/subscriptions/{id}", response_model=ls.AccessSubscriptions)
        async def of_access(asker: Asker, access: AccessId, house: House) -> JSONResponse:
            """The own subscriptions that run on one access."""
            must_list(house, "subscriptions")
            must_be_imported(house.inventory, "subscriptions")
            return JSONResponse(_of_access(house, asker, access, version), headers=PERSONAL)

    return routes


def _of_access(house: State, viewer: Viewer, access_id: str, version: Version) -> dict[str, Any]:
    access = house.inventory.access(access_id)
    if access is None:
        raise UnknownAccessError("no access has this accessId")
    told = [subscription_object(x, version) for x in own_on(house, viewer, access, version)]
    return {"accessId": access.access_id, "subscriptions": told}


def _subscriptions(
    house: State, viewer: Viewer, version: Version, since: datetime | None
) -> Response:
    inventory, now = house.inventory, house.troubleshooter.now()
    must_be_imported(inventory, "subscriptions")
    listing, own = inventory.listing, whose(viewer)
    incomplete = listing.incomplete_subscription(now, own, dated=version >= V2_6)
    if incomplete is not None:
        raise lacking(incomplete)
    turns = [x for x in (inventory.events.newest(), listing.last_turn(now, own)) if x]
    headers = last_modified(max(turns, default=inventory.imported_at), now)
    told = changed_since(inventory, since)
    changed = None if told is None else (told.batch, told.since)
    nested = version >= V2_6
    kept = listing.subscriptions(now, provider=own, changed=changed, of_access=nested)
    mine = (published(x, inventory) for x in kept)
    rows: Iterator[dict[str, Any]] = (subscription_object(x, version) for x in mine)
    if nested:
        rows = _nested(mine, version)
    if changed is None:
        return listed(rows, headers)
    if nested:
        left = listing.accesses_left(now, own, changed)
        none = ({"accessId": x, "subscriptions": []} for x in left)
        rows = heapq.merge(rows, none, key=lambda row: str(row["accessId"]))
    some = begun(rows)
    return not_modified(headers) if some is None else listed(some, headers)


def _nested(mine: Iterator[Subscription], version: Version) -> Iterator[dict[str, Any]]:
    for access_id, on_access in groupby(mine, key=lambda x: x.access_id):
        told = [subscription_object(x, version) for x in on_access]
        yield {"accessId": access_id, "subscriptions": told}
