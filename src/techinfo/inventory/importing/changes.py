"""What an import changes of that which ON-API lists, written down in the same transaction.

Which accesses an import has touched, so that only their identifiers are made again.

Triggers of the transaction note it: an import writes only what differs.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    FromClause,
    Select,
    and_,
    func,
    insert,
    literal,
    null,
    or_,
    select,
    union,
)

from techinfo.inventory.importing.staging import Staging
from techinfo.inventory.records import Kind
from techinfo.inventory.tables import TABLES, accesses, event_times, events, offers, subscriptions

_NOTES = (
    "touched_accesses (access_id TEXT PRIMARY KEY)",
    "touched_elements (name TEXT PRIMARY KEY)",
    "touched_services (element TEXT, site TEXT, port TEXT)",
)
_ON = {
    "accesses": "INSERT OR IGNORE INTO touched_accesses VALUES ({row}.access_id)",
    "subscriptions": "INSERT OR IGNORE INTO touched_accesses VALUES ({row}.access_id)",
    "elements": "INSERT OR IGNORE INTO touched_elements VALUES ({row}.name)",
    "services": "INSERT INTO touched_services VALUES ({row}.element, {row}.site, {row}.port)",
}
_EVENTS = {"INSERT": "new", "DELETE": "old"}
_FOLLOW = (
    """INSERT OR IGNORE INTO {into} SELECT a.access_id
       FROM touched_elements t JOIN accesses a ON a.element = t.name""",
    """INSERT OR IGNORE INTO {into} SELECT a.access_id
       FROM touched_services t JOIN accesses a ON a.element = t.element
       AND (t.port IS NULL OR a.port = t.port)""",
    """INSERT OR IGNORE INTO {into} SELECT a.access_id
       FROM (SELECT DISTINCT site FROM touched_services WHERE site IS NOT NULL) t
       JOIN elements e ON e.site = t.site JOIN accesses a ON a.element = e.name""",
    """INSERT OR IGNORE INTO {into} SELECT access_id FROM accesses
       WHERE EXISTS (SELECT 1 FROM touched_services WHERE element IS NULL AND site IS NULL)""",
)


def watch(connection: Connection) -> None:
    """Begin to note what is written."""
    for note in _NOTES:
        connection.exec_driver_sql(f"CREATE TEMPORARY TABLE {note}")
    for table, action in _ON.items():
        for event, row in _EVENTS.items():
            connection.exec_driver_sql(
                f"CREATE TEMPORARY TRIGGER touch_{table}_{event.lower()} AFTER {event} "
                f"ON main.{table} BEGIN {action.format(row=row)}; END"
            )


def touch_all(connection: Connection) -> None:
    """Take everything for touched."""
    for table, column in (("accesses", "access_id"), ("elements", "name")):
        connection.exec_driver_sql(
            f"INSERT OR IGNORE INTO touched_{table} SELECT {column} FROM {table}"  # noqa: S608 - two words
        )


def everywhere(connection: Connection) -> bool:
    """Whether a service was touched that is declared for the whole network."""
    found = connection.exec_driver_sql(
        "SELECT 1 FROM touched_services WHERE element IS NULL AND site IS NULL LIMIT 1"
    )
    return found.first() is not None


def follow(connection: Connection, into: str) -> None:
    """Add the accesses that touched elements and services are about to a table of accessIds."""
    for statement in _FOLLOW:
        connection.exec_driver_sql(statement.format(into=into))


def work(connection: Connection) -> int:
    """Lay out the touched accesses as ``work (number, access_id)``, those of a switch together.

    Returns:
        How many there are; ``number`` counts from 1.
    """
    follow(connection, "touched_accesses")
    connection.exec_driver_sql(
        "CREATE TEMPORARY TABLE work (number INTEGER PRIMARY KEY, access_id TEXT)"
    )
    found = connection.exec_driver_sql(
        """INSERT INTO work (access_id) SELECT t.access_id FROM touched_accesses t
           LEFT JOIN accesses a ON a.access_id = t.access_id ORDER BY a.element, t.access_id"""
    )
    return found.rowcount


def forget(connection: Connection) -> None:
    """Leave nothing behind on a connection that others will use."""
    for table in _ON:
        for event in _EVENTS:
            connection.exec_driver_sql(f"DROP TRIGGER touch_{table}_{event.lower()}")
    for note in (*_NOTES, "work "):
        connection.exec_driver_sql(f"DROP TABLE temp.{note.split()[0]}")


_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_SECOND = 1_000_000
_NOT_TOLD = frozenset(
    {
        *("element", "port", "port_by", "ont_id", "uni", "s_vlan", "c_vlan"),
        *("module", "port_number", "vlan", "provider", "service_type"),
    }
)
"""Where something is attached is no part of what is listed, so nobody hears of it."""
_COLUMNS = ("batch", "change", "object_type", "object_id", "access_id", "provider")


def begin(connection: Connection) -> int:
    """The number under which an import's changes are written down."""
    last = connection.execute(select(func.max(event_times.c.batch))).scalar()
    return (last or 0) + 1


def note(connection: Connection, staging: Staging, batch: int) -> None:
    """Write down what will change when the staged records take the place of the old ones.

    An access is changed when something is that ON-API tells of it. A subscription is there from the
    end of its order on; one that goes to another access or provider is deleted there and created
    here. Changed services are told of the access, under ``services``.
    """
    for query in _queries(staging, batch):
        connection.execute(insert(events).from_select(_COLUMNS, query))


def end(connection: Connection, batch: int, now: datetime) -> None:
    """Say when an import was: last of all, so that nobody has asked about this second before.

    Times only grow, whatever a clock does, and two imports are never in one second: a client that
    has asked up to a second has all of it.
    """
    last = connection.execute(select(func.max(event_times.c.at))).scalar()
    at = micros(now)
    if last is not None:
        at = max(at, (last // _SECOND + 1) * _SECOND)
    connection.execute(insert(event_times).values(batch=batch, at=at))


def micros(moment: datetime) -> int:
    """Microseconds since 1970."""
    return (moment - _EPOCH) // timedelta(microseconds=1)


def moment(at: int) -> datetime:
    """The time that `micros` stands for."""
    return _EPOCH + timedelta(microseconds=at)


def _queries(staging: Staging, batch: int) -> Iterator[Select[Any]]:
    staged = staging.tables
    if "accesses" in staged:
        yield from _of(staged["accesses"], "accesses", batch)
    if "subscriptions" in staged:
        yield from _of(staged["subscriptions"], "subscriptions", batch)
    elif "accesses" in staged:
        left = select(1).where(staged["accesses"].c.access_id == subscriptions.c.access_id)
        yield _events("DELETE", "subscriptions", subscriptions, batch).where(
            _listed(subscriptions), ~left.exists()
        )
    if "offers" in staged:
        yield _of_services(staged["offers"], staged.get("accesses", accesses), batch)


def _of(staged: FromClause, kind: Kind, batch: int) -> Iterator[Select[Any]]:
    real = TABLES[kind]
    twin = _twin(staged, real)
    told = [c.name for c in real.columns if c.name not in _NOT_TOLD]
    differs = or_(*(staged.c[name].is_distinct_from(real.c[name]) for name in told))
    yield _events("DELETE", kind, real, batch).where(
        _listed(real), ~select(1).where(twin, _listed(staged)).exists()
    )
    yield _events("CREATE", kind, staged, batch).where(
        _listed(staged), ~select(1).where(twin, _listed(real)).exists()
    )
    yield (
        _events("UPDATE", kind, staged, batch)
        .join(real, twin)
        .where(_listed(staged), _listed(real), differs)
    )


def _of_services(staged: FromClause, left: FromClause, batch: int) -> Select[Any]:
    """Accesses of which any service has come, gone or changed."""
    same = and_(*(staged.c[c.name].is_not_distinct_from(c) for c in offers.columns))
    changed = union(
        select(staged.c.access_id).where(~select(1).where(same).exists()),
        select(offers.c.access_id).where(~select(1).where(same).exists()),
    ).subquery()
    return _events("UPDATE", "services", changed, batch).where(
        select(1).where(left.c.access_id == changed.c.access_id).exists()
    )


def _twin(staged: FromClause, real: FromClause) -> ColumnElement[bool]:
    keys = [key for key in ("subscription_id", "access_id", "provider") if key in real.columns]
    return and_(*(staged.c[key] == real.c[key] for key in keys))


def _listed(table: FromClause) -> ColumnElement[bool]:
    if "subscription_id" in table.columns:
        return table.c.state != "ORDERED"
    return literal(1) == literal(1)


def _events(change: str, object_type: str, of: FromClause, batch: int) -> Select[Any]:
    keys = of.columns
    object_id = of.c["subscription_id" if "subscription_id" in keys else "access_id"]
    provider = of.c.provider if "provider" in keys else null()
    return select(
        literal(batch).label("batch"),
        literal(change).label("change"),
        literal(object_type).label("object_type"),
        object_id.label("object_id"),
        of.c.access_id.label("of_access"),
        provider.label("of_provider"),
    )
