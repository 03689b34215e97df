"""An import that loses or moves too many accesses at once is more often broken than right."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, and_, func, or_, select

from techinfo.errors import InventoryError
from techinfo.inventory.importing.staging import Staging
from techinfo.inventory.tables import accesses, subscriptions

NEVER_TOO_MANY = 5
"""Accesses: in an inventory of fifteen one is 7 %, and nobody should have to accept that. A source
that is broken loses more."""
_MOST_SHOWN = 10


@dataclass(frozen=True, kw_only=True, slots=True)
class Guard:
    """How much of the accesses one import may change without being accepted by a person.

    Attributes:
        most_dropped_percent: Accesses that are there and are not in the import, of all.
        most_remapped_percent: Accesses that move to another element or port, of those connected.
    """

    most_dropped_percent: float = 2.0
    most_remapped_percent: float = 1.0


def doubts(connection: Connection, staging: Staging, guard: Guard) -> tuple[str, ...]:
    """What is wrong with replacing the records by the staged ones, and the difference in lines.

    Nothing is, when there were none before, and the first import finds none.
    """
    return (
        *_of_accesses(connection, staging, guard),
        *_of_subscriptions(connection, staging, guard),
    )


def _of_subscriptions(connection: Connection, staging: Staging, guard: Guard) -> Iterator[str]:
    if "subscriptions" not in staging.tables:
        return
    staged = staging.tables["subscriptions"]
    still = select(1).where(staged.c.subscription_id == subscriptions.c.subscription_id)
    dropped = select(subscriptions.c.subscription_id).where(~still.exists())
    before = _count(connection, select(func.count()).select_from(subscriptions))
    lost = _count(connection, select(func.count()).select_from(dropped.subquery()))
    if lost > _allowed(before, guard.most_dropped_percent):
        limit = f"{guard.most_dropped_percent:g} % may be"
        yield f"{lost} of {before} subscriptions would be dropped; {limit}"


def _of_accesses(connection: Connection, staging: Staging, guard: Guard) -> tuple[str, ...]:
    if "accesses" not in staging.tables:
        return ()
    before = _count(connection, select(func.count()).select_from(accesses))
    connected = accesses.c.element.is_not(None)
    attached = _count(connection, select(func.count()).select_from(accesses).where(connected))
    dropped, remapped = _dropped(staging), _remapped(staging)
    lost = _count(connection, select(func.count()).select_from(dropped.subquery()))
    moved = _count(connection, select(func.count()).select_from(remapped.subquery()))
    out: list[str] = []
    if lost > _allowed(before, guard.most_dropped_percent):
        limit = f"{guard.most_dropped_percent:g} % may be"
        out.append(f"{lost} of {before} accesses would be dropped; {limit}")
        out += _shown(connection, dropped, lost)
    if moved > _allowed(attached, guard.most_remapped_percent):
        limit = f"{guard.most_remapped_percent:g} % may be"
        out.append(f"{moved} of {attached} accesses would be on another port; {limit}")
        out += _shown(connection, remapped, moved)
    return tuple(out)


def refusal(found: tuple[str, ...]) -> InventoryError:
    """The error of an import that is refused."""
    told = "\n  ".join(found)
    return InventoryError(
        f"refused, nothing was changed:\n  {told}\n"
        "--accept imports it all the same; the limits are [inventory] most_dropped_percent and "
        "most_remapped_percent"
    )


def _allowed(total: int, percent: float) -> float:
    return max(total * percent / 100, NEVER_TOO_MANY)


def _dropped(staging: Staging) -> Select[Any]:
    staged = staging.tables["accesses"]
    gone = ~select(1).where(staged.c.access_id == accesses.c.access_id).exists()
    return select(accesses.c.access_id, accesses.c.element, accesses.c.port).where(gone)


def _remapped(staging: Staging) -> Select[Any]:
    staged = staging.tables["accesses"]
    moved: ColumnElement[bool] = or_(
        staged.c.element.is_distinct_from(accesses.c.element),
        staged.c.port.is_distinct_from(accesses.c.port),
    )
    return (
        select(
            accesses.c.access_id,
            accesses.c.element,
            accesses.c.port,
            staged.c.element.label("new_element"),
            staged.c.port.label("new_port"),
        )
        .join(staged, staged.c.access_id == accesses.c.access_id)
        .where(and_(accesses.c.element.is_not(None), moved))
    )


def _shown(connection: Connection, changes: Select[Any], total: int) -> Iterator[str]:
    rows = connection.execute(changes.order_by(accesses.c.access_id).limit(_MOST_SHOWN))
    for access_id, *where in rows:
        told = [_place(*where[at : at + 2]) for at in range(0, len(where), 2)]
        yield f"  {access_id}: {' -> '.join([*told, 'gone'] if len(told) == 1 else told)}"
    if total > _MOST_SHOWN:
        yield f"  … and {total - _MOST_SHOWN} more"


def _place(element: str | None, port: str | None) -> str:
    return "not connected" if element is None else f"{element} port {port}"


def _count(connection: Connection, query: Select[Any]) -> int:
    return int(connection.execute(query).scalar_one())
