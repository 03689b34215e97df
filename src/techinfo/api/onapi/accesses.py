"""The lists of accesses, of services per access (2.6) and of each provider's own subscriptions.

They are served only where the inventory is authoritative.
"""

from __future__ import annotations

import heapq
from collections.abc import Iterator
from datetime import datetime
from itertools import groupby
from typing import Any

from fastapi import APIRouter, Response
from starlette.concurrency import run_in_threadpool

from techinfo.access.published import published
from techinfo.access.rights import runs
from techinfo.access.viewer import Viewer
from techinfo.api.dependencies import (
    ERRORS,
    AccessId,
    CurrentAppState,
    CurrentUser,
    Responses,
    cause_response,
)
from techinfo.api.errors import PERSONAL, ApiError
from techinfo.api.json_body import JSONResponse
from techinfo.api.onapi import listed_schemas as ls
from techinfo.api.onapi import schemas as s
from techinfo.api.onapi.conditional import (
    Since,
    begun,
    changed_since,
    last_modified,
    listed,
    not_modified,
)
from techinfo.api.onapi.versions import ApiProfile, Version
from techinfo.api.onapi.versions.dialect import V2_4, V2_6
from techinfo.api.onapi.versions.listed import (
    access_object,
    lacks,
    service_object,
    subscription_object,
    with_services,
)
from techinfo.api.state import AppState
from techinfo.error_codes import Code
from techinfo.errors import UnknownAccessError
from techinfo.inventory import Access, Inventory, Kind, Offer, Subscription
from techinfo.inventory.listing import is_complete

LISTED: Responses = ERRORS | {501: cause_response("listed elsewhere, or lacking mandatory fields")}
UNCHANGED: Responses = {304: {"description": "nothing has changed since"}}


def router(profile: ApiProfile) -> APIRouter:
    """The routes of a version."""
    routes = APIRouter(tags=["accesses"], responses=LISTED)
    version = profile.version
    row, single = _models(version)

    @routes.get("/accesses", response_model=list[row], responses=UNCHANGED)  # type: ignore[valid-type]
    async def accesses(app_state: CurrentAppState, since: Since) -> Response:
        """Every access of the inventory, by accessId, or those that have changed since."""
        must_list(app_state, "accesses")
        return await run_in_threadpool(_accesses, app_state, version, since)

    @routes.get("/accesses/{id}", response_model=single)
    async def single_access(
        user: CurrentUser, access: AccessId, app_state: CurrentAppState
    ) -> JSONResponse:
        """One access of the inventory."""
        must_list(app_state, "accesses")
        found = app_state.inventory.access(access)
        if found is None:
            raise UnknownAccessError("no access has this accessId")
        if not is_complete(found):
            raise _not_complete(found)
        body = access_object(found, version)
        if version < V2_6:
            must_be_imported(app_state.inventory, "offers")
            body |= _inside(app_state, found, user, version)
        return JSONResponse(body, headers=PERSONAL)

    return routes


def must_list(app_state: AppState, what: str) -> None:
    """Refuse a list that another system owns.

    Raises:
        ApiError: 501.
    """
    if not app_state.authoritative:
        cause = f"{what} are not served here: this inventory is not authoritative"
        raise ApiError(Code.ELSEWHERE, cause)


def must_be_imported(inventory: Inventory, kind: Kind) -> None:
    """Refuse a list of what was never imported: an empty one would be wrong.

    Raises:
        ApiError: 501.
    """
    if not inventory.listing.was_imported(kind):
        what = {"offers": "services"}.get(kind, kind)
        cause = f"{what} are not listed: the inventory has never been told of any"
        raise ApiError(Code.NOT_LISTED, cause)


def whose(viewer: Viewer) -> str | None:
    """Whose subscriptions are listed to somebody; ``None``: everybody's."""
    return None if viewer.sees_all else viewer.provider or ""


def own_on(
    app_state: AppState, viewer: Viewer, access: Access, version: Version
) -> tuple[Subscription, ...]:
    """The subscriptions that run on an access, as far as they are the viewer's.

    Raises:
        ApiError: 501, a mandatory field of one of them is missing.
    """
    now, own = app_state.troubleshooter.now(), whose(viewer)
    found = app_state.inventory.subscriptions_on(access.access_id)
    mine = tuple(x for x in found if own in (None, x.provider) and runs(x, now))
    for subscription in mine:
        if lacks(subscription, version):
            raise lacking(subscription)
    return tuple(published(x, app_state.inventory) for x in mine)


def lacking(subscription: Subscription) -> ApiError:
    """The refusal of a list in which a subscription lacks a mandatory field."""
    return ApiError(
        Code.NOT_LISTED,
        "subscriptions are not listed: mandatory fields are missing on subscription "
        f"{subscription.subscription_id}",
    )


def _models(version: Version) -> tuple[type[s.Sparse], type[s.Sparse]]:
    """The objects of a list of accesses, and of a single access."""
    if version >= V2_6:
        return ls.AccessInfo, ls.AccessInfo
    if version > V2_4:
        return ls.ServedAccess, ls.ServedSingleAccess
    return ls.DatedAccess, ls.DatedSingleAccess


def _accesses(app_state: AppState, version: Version, since: datetime | None) -> Response:
    inventory, now = app_state.inventory, app_state.troubleshooter.now()
    newest = inventory.events.newest()
    headers = last_modified(newest or inventory.imported_at, now)
    rows = begun(inventory.listing.accesses())
    if rows is None:
        cause = "the inventory has no access"
        raise ApiError(Code.NO_ACCESSES, cause, headers=headers)
    incomplete = inventory.listing.incomplete_access()
    if incomplete is not None:
        raise _not_complete(incomplete)
    old = version < V2_6
    if old:
        must_be_imported(inventory, "offers")
    changed = changed_since(inventory, since)
    if changed is not None:
        rows = begun(inventory.listing.accesses(changed.batch, with_services=old))
    if rows is None:
        return not_modified(headers)
    return listed(_rows(inventory, rows, version), headers)


def _rows(
    inventory: Inventory, accesses: Iterator[Access], version: Version
) -> Iterator[dict[str, Any]]:
    if version < V2_6:
        return with_services(accesses, inventory.listing.offers_of, version)
    return (access_object(access, version) for access in accesses)


def _inside(
    app_state: AppState, access: Access, viewer: Viewer, version: Version
) -> dict[str, Any]:
    """The services of an access, and whoever asks sees the own subscriptions."""
    subscriptions = own_on(app_state, viewer, access, version)
    offers = app_state.inventory.offers_on(access.access_id)
    return {
        "services": [service_object(offer, version) for offer in offers],
        "subscriptions": [subscription_object(x, version) for x in subscriptions],
    }


def _not_complete(access: Access) -> ApiError:
    return ApiError(
        Code.NOT_LISTED,
        f"accesses are not listed: mandatory fields are missing on access {access.access_id}",
    )


def services_router(profile: ApiProfile) -> APIRouter:
    """The routes of a version."""
    routes = APIRouter(tags=["services"], responses=LISTED)
    version = profile.version

    @routes.get("/services", response_model=list[ls.AccessServices], responses=UNCHANGED)
    async def services(app_state: CurrentAppState, since: Since) -> Response:
        """Every access's services, or of those accesses where one has changed since."""
        must_list(app_state, "services")
        return await run_in_threadpool(_services, app_state, version, since)

    @routes.get("/services/{id}", response_model=ls.AccessServices)
    async def of_access(access: AccessId, app_state: CurrentAppState) -> JSONResponse:
        """The services that can be delivered on one access."""
        must_list(app_state, "services")
        must_be_imported(app_state.inventory, "offers")
        found = app_state.inventory.access(access)
        if found is None:
            raise UnknownAccessError("no access has this accessId")
        offers = app_state.inventory.offers_on(found.access_id)
        return JSONResponse(_told_offers(found.access_id, iter(offers), version), headers=PERSONAL)

    return routes


def _services(app_state: AppState, version: Version, since: datetime | None) -> Response:
    inventory = app_state.inventory
    must_be_imported(inventory, "offers")
    newest = inventory.events.newest() or inventory.imported_at
    headers = last_modified(newest, app_state.troubleshooter.now())
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
        yield _told_offers(access_id, on_access, version)


def _told_offers(access_id: str, offers: Iterator[Offer], version: Version) -> dict[str, Any]:
    return {"accessId": access_id, "services": [service_object(o, version) for o in offers]}


def subscriptions_router(profile: ApiProfile) -> APIRouter:
    """The routes of a version."""
    routes = APIRouter(tags=["subscriptions"], responses=LISTED)
    version = profile.version
    row = ls.FlatSubscription if version < V2_6 else ls.AccessSubscriptions

    @routes.get("/subscriptions", response_model=list[row], responses=UNCHANGED)  # type: ignore[valid-type]
    async def subscriptions(
        user: CurrentUser, app_state: CurrentAppState, since: Since
    ) -> Response:
        """The own subscriptions that run, by access, or those that have changed since."""
        must_list(app_state, "subscriptions")
        return await run_in_threadpool(_subscriptions, app_state, user, version, since)

    if version >= V2_6:

        @routes.get("/subscriptions/{id}", response_model=ls.AccessSubscriptions)
        async def of_access(
            user: CurrentUser, access: AccessId, app_state: CurrentAppState
        ) -> JSONResponse:
            """The own subscriptions that run on one access."""
            must_list(app_state, "subscriptions")
            must_be_imported(app_state.inventory, "subscriptions")
            return JSONResponse(_of_access(app_state, user, access, version), headers=PERSONAL)

    return routes


def _of_access(
    app_state: AppState, viewer: Viewer, access_id: str, version: Version
) -> dict[str, Any]:
    access = app_state.inventory.access(access_id)
    if access is None:
        raise UnknownAccessError("no access has this accessId")
    own = [subscription_object(x, version) for x in own_on(app_state, viewer, access, version)]
    return {"accessId": access.access_id, "subscriptions": own}


def _subscriptions(
    app_state: AppState, viewer: Viewer, version: Version, since: datetime | None
) -> Response:
    inventory, now = app_state.inventory, app_state.troubleshooter.now()
    must_be_imported(inventory, "subscriptions")
    listing, own = inventory.listing, whose(viewer)
    incomplete = listing.incomplete_subscription(now, own, dated=version >= V2_6)
    if incomplete is not None:
        raise lacking(incomplete)
    turns = [x for x in (inventory.events.newest(), listing.last_turn(now, own)) if x]
    headers = last_modified(max(turns, default=inventory.imported_at), now)
    change = changed_since(inventory, since)
    changed = None if change is None else (change.batch, change.since)
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
        own = [subscription_object(x, version) for x in on_access]
        yield {"accessId": access_id, "subscriptions": own}
