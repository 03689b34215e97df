"""Two accesses change places: what an import of corrected records would do, for these two alone.

Everything that an import works out of a move is worked out here by the same code: since when whose
rows are whose (`techinfo.inventory.importing.tenures`), and the identifiers. The next import of
accesses says again where they are.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, and_, delete, insert, or_, select

from techinfo.errors import MoveConflictError
from techinfo.inventory.importing import touched
from techinfo.inventory.importing.indexing import refresh
from techinfo.inventory.importing.staging import Staging
from techinfo.inventory.importing.tenures import TenureLog
from techinfo.inventory.records import Access
from techinfo.inventory.tables import accesses, subscriptions
from techinfo.store.base import Database

PLACE = ("element", "port", "port_by", "ont_id", "uni", "module", "port_number")
"""Where an access is attached, and what its port is called in DHCP identifiers."""
_SAME = ("s_vlan", "c_vlan", "optic_class")
"""May be the household's or the port's: where they differ, only the source of the records knows."""
_STORED = ("option82", "ipv4_circuit_id", "ipv4_remote_id", "ipv6_interface_id", "ipv6_remote_id")


def place_of(access: Access) -> dict[str, Any]:
    """Where an access is attached."""
    return {name: getattr(access, name) for name in PLACE}


def swap(
    database: Database,
    one: Access,
    other: Access,
    clock: Callable[[], datetime],
    driver_layouts: Mapping[str, str],
) -> None:
    """Attach each of two accesses where the other is, in one transaction.

    Args:
        database: The inventory.
        one: As it was when it was decided.
        other: The same.
        clock: Gives the time from which on rows of their ports are the other's.
        driver_layouts: Driver -> layout of DHCP identifiers of elements that name none.

    Raises:
        MoveConflictError: They are not as they were, or something else of the records names their
            ports; nothing was changed.
        InventoryError: The inventory cannot be written.
    """
    with database.write() as connection:
        _check(connection, one, other)
        touched.watch(connection)
        tenure_log = TenureLog(connection)
        rows = _rows(connection, one, other)
        connection.execute(delete(accesses).where(_both(one, other)))
        places = {one.access_id: place_of(other), other.access_id: place_of(one)}
        connection.execute(insert(accesses), [row | places[row["access_id"]] for row in rows])
        tenure_log.follow()
        staging = Staging(connection, ())
        refresh(connection, staging, now=clock(), driver_layouts=driver_layouts, complete=None)
        touched.forget(connection)
        tenure_log.write(clock())


def _both(one: Access, other: Access) -> Any:
    return accesses.c.access_id.in_([one.access_id, other.access_id])


def _rows(connection: Connection, one: Access, other: Access) -> list[dict[str, Any]]:
    found = connection.execute(select(accesses).where(_both(one, other))).mappings()
    return [dict(row) for row in found]


def _check(connection: Connection, one: Access, other: Access) -> None:
    now = {row["access_id"]: row for row in _rows(connection, one, other)}
    for was in (one, other):
        row = now.get(was.access_id)
        if row is None or any(row[name] != value for name, value in place_of(was).items()):
            raise MoveConflictError(f"{was.access_id} is not any more where it was")
        if was.element is None or was.port is None:
            raise MoveConflictError(f"{was.access_id} is attached nowhere")
        _check_alone(connection, was, other if was is one else one)
        _check_stored(connection, was)
    for name in _SAME:
        if now[one.access_id][name] != now[other.access_id][name]:
            raise MoveConflictError(f"they differ in {name}: correct the source of the records")


def _check_alone(connection: Connection, access: Access, other: Access) -> None:
    """Whoever shares a place moves with it, and nobody has said that they did."""
    same = [
        accesses.c[name].is_not_distinct_from(getattr(access, name))
        for name in ("element", "port", "ont_id", "uni")
    ]
    third = accesses.c.access_id.not_in([access.access_id, other.access_id])
    found = connection.execute(select(accesses.c.access_id).where(and_(third, *same)).limit(1))
    if (shared := found.scalar()) is not None:
        raise MoveConflictError(f"{shared} is on the port of {access.access_id}, too")


def _check_stored(connection: Connection, access: Access) -> None:
    """Identifiers that are written down with an order name the port that it was on."""
    stored = or_(*(subscriptions.c[name].is_not(None) for name in _STORED))
    asked = select(subscriptions.c.subscription_id).where(
        subscriptions.c.access_id == access.access_id, stored
    )
    if (found := connection.execute(asked.limit(1)).scalar()) is not None:
        raise MoveConflictError(
            f"DHCP identifiers are written down with subscription {found}, which name its port:"
            " correct the source of the records"
        )
