"""The administrators' application over a house."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import timedelta

from starlette.applications import Starlette

from techinfo.api.admin.app import Reloading, admin_app
from techinfo.api.admin.health import Health
from techinfo.api.admin.metrics import AuditNumbers
from techinfo.api.asgi.auth import Door
from techinfo.api.asgi.entrance import Entrance
from techinfo.api.state import State
from techinfo.config import Settings
from techinfo.maintenance.pause import PauseDesk
from techinfo.maintenance.privacy import targets
from techinfo.maintenance.stores import Person
from techinfo.store.pauses import PausesFile


def admin_of(
    settings: Settings,
    house: State,
    reload: Reloading | None = None,
    stores: Callable[[], Mapping[str, str]] = dict,
) -> Starlette:
    """Health, metrics and administration of a house.

    Args:
        settings: Those that it was built from.
        house: What stands behind the routes.
        reload: Reads everything anew.
        stores: What is wrong with each database, by its name; empty: nothing.
    """
    collector, inventory = house.troubleshooter.collector, house.inventory
    limit_h = settings.admin.ready_inventory_h
    pauses = PauseDesk(
        file=PausesFile(settings.collect.pauses),
        inventory=inventory,
        registry=collector.registry,
    )

    async def forget(person: Person) -> None:
        for target in targets(inventory, person):
            await collector.forget(target)
        house.desk.sightings.forget(access_id=person.access_id, mac=person.mac)

    return admin_app(
        health=Health(
            inventory=inventory,
            collector=collector,
            pauses=pauses,
            metrics=house.metrics,
            audit=lambda: _audit(house.entrance),
            stores=stores,
            most_age=timedelta(hours=limit_h) if limit_h else None,
        ),
        pauses=pauses,
        forget=forget,
        reload=reload,
        names=(settings.admin.host, *settings.admin.names),
        door=lambda app: Door(
            app,
            house.entrance.logins,
            trusted=house.entrance.trusted_proxies,
            refused=house.entrance.refused,
        ),
    )


def _audit(entrance: Entrance) -> AuditNumbers:
    entries, counts = entrance.audit, entrance.audit_counts
    if entries is None:
        return AuditNumbers()
    return AuditNumbers(
        writable=entries.sound,
        lost=entries.lost,
        commits=entries.written,
        withheld=counts.withheld,
        unrecorded=counts.unrecorded,
    )
