"""What is known of an access: planned works and disturbances, to those whose access it is now."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

from techinfo.access.rights import Right
from techinfo.access.service import AccessService
from techinfo.access.viewer import Viewer
from techinfo.errors import QuestionError
from techinfo.inventory import Access, Inventory
from techinfo.inventory.works import Status, Works
from techinfo.moments import rfc3339

_AFTER = timedelta(hours=24)
_AHEAD = timedelta(hours=24)


def works_of(inventory: Inventory, held: Right, *, over: timedelta = _AFTER) -> tuple[Works, ...]:
    """Works that touch an access, by their beginning.

    None to who held the access once, and none of before the holding.

    Args:
        inventory: Has them.
        held: The viewer's right.
        over: Those that ended no longer ago are among them.
    """
    if held.until is not None:
        return ()
    access, since = held.access, held.asked_at - over
    element = inventory.element(access.element) if access.element else None
    found = inventory.works.on(access, element, since)
    return tuple(one for one in found if held.since is None or one.until >= held.since)


def notices(inventory: Inventory, held: Right) -> list[dict[str, Any]]:
    """The same as a case has them (``disturbances``), those of the next day among them.

    Of a scope its kind is told, and not what it names.
    """
    now = held.asked_at
    return [
        {
            "id": one.reference,
            "type": "PLANNED",
            "status": one.status(now).value,
            "from": rfc3339(one.begin),
            "to": rfc3339(one.until),
            "scope": one.scopes[0].place.value,
        }
        for one in works_of(inventory, held)
        if one.begin <= now + _AHEAD
    ]


def disturbances(service: AccessService, held: Right) -> list[dict[str, Any]]:
    """Disturbances that polls have found and that go on here, in the same form."""
    if service.history is None:
        return []
    return [
        {
            "id": one.reference,
            "type": "DISTURBANCE",
            "status": Status.ACTIVE.value,
            "from": rfc3339(one.since),
            "scope": one.scope.value,
        }
        for one in service.history.disturbances(held)
    ]


def disturbance_references(
    service: AccessService, viewer: Viewer, access_id: str
) -> tuple[str, ...]:
    """References of disturbances that go on now on an access which a viewer may ask about."""
    if service.history is None:
        return ()
    held = service.right(viewer, access_id)
    return tuple(one.reference for one in service.history.disturbances(held))


def references(service: AccessService, viewer: Viewer, access_id: str) -> tuple[str, ...]:
    """References of works that go on now on an access which a viewer may ask about."""
    inventory = service.troubleshooter.inventory
    held = service.right(viewer, access_id)
    found = works_of(inventory, held)
    return tuple(one.reference for one in found if one.status(held.asked_at) is Status.ACTIVE)


def own_accesses(
    inventory: Inventory, works: Works, viewer: Viewer, service: AccessService
) -> Iterator[Access]:
    """Accesses that works touch and a viewer holds now, or has ordered."""
    provider = None if viewer.sees_all else viewer.provider or ""
    for access in inventory.works.touched(works, provider):
        if viewer.sees_all or _is_theirs(service, viewer, access):
            yield access


def _is_theirs(service: AccessService, viewer: Viewer, access: Access) -> bool:
    try:
        return service.right(viewer, access.access_id).until is None
    except QuestionError:
        return False
