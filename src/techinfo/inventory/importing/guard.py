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
    """Why the records should not be replaced by the staged ones, and the difference in lines.

    Empty when nothing is wrong; a first import has nothing to lose.
    """
    found: list[str] = []
    if "accesses" in staging.tables:
        connected = select(accesses).where(accesses.c.element.is_not(None))
        for changes, before, percent, what in (
            (_dropped(staging), select(accesses), guard.most_dropped_percent, "dropped"),
            (_remapped(staging), connected, guard.most_remapped_percent, "on another port"),
        ):
            if words := _too_many(
                connection, changes, before, percent, f"accesses would be {what}"
            ):
                found += [words, *_shown(connection, changes)]
    if "subscriptions" in staging.tables:
        percent, before = guard.most_dropped_percent, select(subscriptions)
        staged = staging.tables["subscriptions"]
        still = select(1).where(staged.c.subscription_id == subscriptions.c.subscription_id)
        gone, words = before.where(~still.exists()), "subscriptions would be dropped"
        found += filter(None, [_too_many(connection, gone, before, percent, words)])
    return tuple(found)


def refusal(found: tuple[str, ...]) -> InventoryError:
    """The error of an import that is refused."""
    lines = "\n  ".join(found)
    return InventoryError(
        f"refused, nothing was changed:\n  {lines}\n"
        "--accept imports it all the same; the limits are [inventory] most_dropped_percent and "
        "most_remapped_percent"
    )


def _too_many(
    connection: Connection, changes: Select[Any], before: Select[Any], percent: float, what: str
) -> str:
    """That so many of so many records would change; nothing when it may be so."""
    total, changed = _count(connection, before), _count(connection, changes)
    if changed <= max(total * percent / 100, NEVER_TOO_MANY):
        return ""
    return f"{changed} of {total} {what}; {percent:g} % may be"


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


def _shown(connection: Connection, changes: Select[Any]) -> Iterator[str]:
    rows = connection.execute(changes.order_by(accesses.c.access_id).limit(_MOST_SHOWN))
    for access_id, *where in rows:
        places = [_place(*where[at : at + 2]) for at in range(0, len(where), 2)]
        yield f"  {access_id}: {' -> '.join([*places, 'gone'] if len(places) == 1 else places)}"
    more = _count(connection, changes) - _MOST_SHOWN
    if more > 0:
        yield f"  … and {more} more"


def _place(element: str | None, port: str | None) -> str:
    return "not connected" if element is None else f"{element} port {port}"


def _count(connection: Connection, query: Select[Any]) -> int:
    counted = select(func.count()).select_from(query.subquery())
    return int(connection.execute(counted).scalar_one())
