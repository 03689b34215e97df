"""Accesses, as the versions list them; only where the inventory is authoritative."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from fastapi import APIRouter, Response
from fastapi.responses import JSONResponse
from starlette.concurrency import run_in_threadpool

from techinfo.access.published import published
from techinfo.access.rights import runs
from techinfo.access.viewer import Viewer
from techinfo.api.dependencies import ERRORS, AccessId, Asker, House, Responses
from techinfo.api.error_codes import Code
from techinfo.api.errors import PERSONAL, ApiError
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
from techinfo.api.onapi.versions import Dialect, Version
from techinfo.api.onapi.versions.listed import (
    access_object,
    lacks,
    service_object,
    subscription_object,
    with_services,
)
from techinfo.api.onapi.versions.version import V2_4, V2_6
from techinfo.api.state import State
from techinfo.errors import UnknownAccessError
from techinfo.inventory import Access, Inventory, Kind, Subscription
from techinfo.inventory.listing import is_complete

LISTED: Responses = ERRORS | {
    501: {"model": s.Cause, "description": "listed elsewhere, or lacking mandatory fields"}
}
UNCHANGED: Responses = {304: {"description": "nothing has changed since"}}


def router(speaks: Dialect) -> APIRouter:
    """The routes of a version."""
    routes = APIRouter(tags=["accesses"], responses=LISTED)
    version = speaks.version
    row, single = _models(version)

    @routes.get("/accesses", response_model=list[row], responses=UNCHANGED)  # type: ignore[valid-type]
    async def accesses(house: House, since: Since) -> Response:
        """Every access of the inventory, by accessId, or those that have changed since."""
        must_list(house, "accesses")
        return await run_in_threadpool(_accesses, house, version, since)

    @routes.get("/accesses/{id}", response_model=single)
    async def single_access(asker: Asker, access: AccessId, house: House) -> JSONResponse:
        """One access of the inventory."""
        must_list(house, "accesses")
        found = house.inventory.access(access)
        if found is None:
            raise UnknownAccessError("no access has this accessId")
        if not is_complete(found):
            raise _not_complete(found)
        told = access_object(found, version)
        if version < V2_6:
            must_be_imported(house.inventory, "offers")
            told |= _inside(house, found, asker, version)
        return JSONResponse(told, headers=PERSONAL)

    return routes


def must_list(house: State, what: str) -> None:
    """Refuse a list that another system owns.

    Raises:
        ApiError: 501.
    """
    if not house.authoritative:
        cause = f"{what} are not served here: this inventory is not authoritative"
        raise ApiError(501, cause, code=Code.ELSEWHERE)


def must_be_imported(inventory: Inventory, kind: Kind) -> None:
    """Refuse to tell that there is nothing, where nobody has ever said what there is.

    Raises:
        ApiError: 501.
    """
    if not inventory.listing.was_imported(kind):
        what = {"offers": "services"}.get(kind, kind)
        cause = f"{what} are not listed: the inventory has never been told of any"
        raise ApiError(501, cause, code=Code.NOT_LISTED)


def whose(viewer: Viewer) -> str | None:
    """Whose subscriptions are listed to somebody; ``None``: everybody's."""
    return None if viewer.sees_all else viewer.provider or ""


def own_on(
    house: State, viewer: Viewer, access: Access, version: Version
) -> tuple[Subscription, ...]:
    """The subscriptions that run on an access, as far as they are the viewer's.

    Raises:
        ApiError: 501, a mandatory field of one of them is missing.
    """
    now, own = house.troubleshooter.now(), whose(viewer)
    told = house.inventory.subscriptions_on(access.access_id)
    mine = tuple(x for x in told if own in (None, x.provider) and runs(x, now))
    for subscription in mine:
        if lacks(subscription, version):
            raise lacking(subscription)
    return tuple(published(x, house.inventory) for x in mine)


def lacking(subscription: Subscription) -> ApiError:
    """The refusal of a list in which a subscription lacks a mandatory field."""
    return ApiError(
        501,
        "subscriptions are not listed: mandatory fields are missing on subscription "
        f"{subscription.subscription_id}",
        code=Code.NOT_LISTED,
    )


def _models(version: Version) -> tuple[type[s.Sparse], type[s.Sparse]]:
    """What a list has of an access, and what is told of a single one."""
    if version >= V2_6:
        return ls.AccessInfo, ls.AccessInfo
    if version > V2_4:
        return ls.ServedAccess, ls.ServedSingleAccess
    return ls.DatedAccess, ls.DatedSingleAccess


def _accesses(house: State, version: Version, since: datetime | None) -> Response:
    inventory, now = house.inventory, house.troubleshooter.now()
    newest = inventory.events.newest()
    headers = last_modified(newest or inventory.imported_at, now)
    rows = begun(inventory.listing.accesses())
    if rows is None:
        cause = "the inventory has no access"
        raise ApiError(404, cause, code=Code.NO_ACCESSES, headers=headers)
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
    return listed(_told(inventory, rows, version), headers)


def _told(
    inventory: Inventory, accesses: Iterator[Access], version: Version
) -> Iterator[dict[str, Any]]:
    if version < V2_6:
        return with_services(accesses, inventory.listing.offers_of, version)
    return (access_object(access, version) for access in accesses)


def _inside(house: State, access: Access, viewer: Viewer, version: Version) -> dict[str, Any]:
    """The services of an access, and whoever asks sees the own subscriptions."""
    subscriptions = own_on(house, viewer, access, version)
    offers = house.inventory.offers_on(access.access_id)
    return {
        "services": [service_object(offer, version) for offer in offers],
        "subscriptions": [subscription_object(x, version) for x in subscriptions],
    }


def _not_complete(access: Access) -> ApiError:
    return ApiError(
        501,
        f"accesses are not listed: mandatory fields are missing on access {access.access_id}",
        code=Code.NOT_LISTED,
    )
