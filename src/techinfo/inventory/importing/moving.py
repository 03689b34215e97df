"""Accesses are attached elsewhere: what an import of corrected records would do, for these alone.

Everything that an import works out of a move is worked out here by the same code: since when whose
rows are whose (`techinfo.inventory.importing.tenures`), and the identifiers. The next import of
accesses says again where they are.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, delete, insert, or_, select

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


def move(
    database: Database,
    moves: Sequence[tuple[Access, Access]],
    clock: Callable[[], datetime],
    driver_layouts: Mapping[str, str],
) -> None:
    """Attach accesses elsewhere, in one transaction.

    Args:
        database: The inventory.
        moves: Each access as it was when it was decided, and one that is where it is to be: another
            one of these, whose place it takes, or itself on a port without an access.
        clock: Gives the time from which on rows of their ports are the other's.
        driver_layouts: Driver -> layout of DHCP identifiers of elements that name none.

    Raises:
        MoveConflictError: They are not as they were, or something else of the records names their
            ports; nothing was changed.
        InventoryError: The inventory cannot be written.
    """
    with database.write() as connection:
        rows = _rows(connection, moves)
        _check(connection, moves, rows)
        touched.watch(connection)
        tenure_log = TenureLog(connection)
        connection.execute(delete(accesses).where(_of(moves)))
        places = {was.access_id: place_of(there) for was, there in moves}
        connection.execute(
            insert(accesses), [row | places[access_id] for access_id, row in rows.items()]
        )
        tenure_log.follow()
        staging = Staging(connection, ())
        refresh(connection, staging, now=clock(), driver_layouts=driver_layouts, complete=None)
        touched.forget(connection)
        tenure_log.write(clock())


def _of(moves: Sequence[tuple[Access, Access]]) -> ColumnElement[bool]:
    return accesses.c.access_id.in_([was.access_id for was, _ in moves])


def _rows(
    connection: Connection, moves: Sequence[tuple[Access, Access]]
) -> dict[str, dict[str, Any]]:
    found = connection.execute(select(accesses).where(_of(moves))).mappings()
    return {row["access_id"]: dict(row) for row in found}


def _check(
    connection: Connection,
    moves: Sequence[tuple[Access, Access]],
    rows: Mapping[str, Mapping[str, Any]],
) -> None:
    for was, _ in moves:
        row = rows.get(was.access_id)
        if row is None or any(row[name] != value for name, value in place_of(was).items()):
            raise MoveConflictError(f"{was.access_id} is not any more where it was")
        if was.element is None or was.port is None:
            raise MoveConflictError(f"{was.access_id} is attached nowhere")
    for was, there in moves:
        _check_alone(connection, was, moves)
        _check_alone(connection, there, moves)
        _check_stored(connection, was)
        _check_same(connection, rows[was.access_id], there, rows)


def _check_alone(
    connection: Connection, access: Access, moves: Sequence[tuple[Access, Access]]
) -> None:
    """Whoever shares a place moves with it, and nobody has said that they did."""
    same = [
        accesses.c[name].is_not_distinct_from(getattr(access, name))
        for name in ("element", "port", "ont_id", "uni")
    ]
    found = connection.execute(select(accesses.c.access_id).where(~_of(moves), *same).limit(1))
    if (shared := found.scalar()) is not None:
        raise MoveConflictError(f"{shared} is on the port of {access.access_id}, too")


def _check_same(
    connection: Connection,
    row: Mapping[str, Any],
    there: Access,
    rows: Mapping[str, Mapping[str, Any]],
) -> None:
    """What may be the port's is the same where it is to be; of a free port, on the whole element.

    There what nobody has said stays unsaid.
    """
    swaps = there.access_id != row["access_id"]
    for name in _SAME:
        if swaps and row[name] != rows[there.access_id][name]:
            raise MoveConflictError(f"they differ in {name}: correct the source of the records")
        if not swaps and row[name] is not None:
            on_element = select(accesses.c[name]).where(
                accesses.c.element == there.element, accesses.c.access_id != there.access_id
            )
            if set(connection.execute(on_element.distinct()).scalars()) != {row[name]}:
                why = f"nobody knows the {name} of that port: correct the source of the records"
                raise MoveConflictError(why)


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
