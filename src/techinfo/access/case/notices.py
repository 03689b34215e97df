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


def references(
    service: AccessService, viewer: Viewer, access_id: str
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """References of works and of disturbances that go on now on an access of a viewer's.

    Where nothing goes on, which is nearly always, the viewer's right is not looked for.
    """
    inventory, history = service.troubleshooter.inventory, service.history
    are_works = not inventory.works.are_none
    disturbed = {} if history is None else history.going_on()
    if not are_works and not (disturbed and service.access(access_id).access_id in disturbed):
        return (), ()
    held = service.right(viewer, access_id)
    works = works_of(inventory, held) if are_works else ()
    active = tuple(one.reference for one in works if one.status(held.asked_at) is Status.ACTIVE)
    running = () if history is None else history.disturbances(held)
    return active, tuple(one.reference for one in running)


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
