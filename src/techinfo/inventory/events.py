"""Events: what imports change of the accesses, subscriptions and services that ON-API lists.

An import writes them in its own transaction.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    FromClause,
    Select,
    Table,
    and_,
    bindparam,
    delete,
    func,
    insert,
    literal,
    null,
    or_,
    select,
    union,
)

from techinfo.inventory.records import Kind
from techinfo.inventory.tables import (
    TABLES,
    accesses,
    event_times,
    events,
    events_dropped,
    microseconds,
    moment,
    offers,
    subscriptions,
)
from techinfo.store.base import Database

_PAGE = 1000
_SECOND = 1_000_000


class Change(StrEnum):
    """What has happened to an object."""

    CREATE = "CREATE"
    UPDATE = "UPDATE"
    DELETE = "DELETE"


class ObjectType(StrEnum):
    """What an event is about."""

    ACCESSES = "accesses"
    ORDERS = "orders"
    SERVICES = "services"
    """The services of an access; ON-API has no events about them, but changed ones are listed."""
    SUBSCRIPTIONS = "subscriptions"
    TICKETS = "tickets"


@dataclass(frozen=True, kw_only=True, slots=True)
class Event:
    """One change of one object.

    Attributes:
        access_id: The access that it hangs on; empty for an object that hangs on none.
        provider: Whose it is; ``None``: everybody may know.
    """

    change: Change
    object_type: ObjectType
    object_id: str
    at: datetime
    access_id: str = ""
    provider: str | None = None


class Events:
    """The events of an inventory, oldest first.

    Args:
        database: The inventory's.
    """

    def __init__(self, database: Database) -> None:
        self._database = database

    def newest(self, until: datetime | None = None) -> datetime | None:
        """When the last import was, or the last one up to a time; ``None`` before the first."""
        query = select(func.max(event_times.c.at))
        if until is not None:
            query = query.where(event_times.c.at <= microseconds(until))
        with self._database.read() as connection:
            at = connection.execute(query).scalar()
        return None if at is None else moment(at)

    def know_all_since(self, since: datetime) -> bool:
        """Whether nothing after a time has been forgotten."""
        with self._database.read() as connection:
            before = connection.execute(select(func.max(events_dropped.c.before))).scalar()
        return before is None or before <= microseconds(since)

    def batch_at(self, at: datetime) -> int:
        """The number of the last import up to a time; 0 when there is none."""
        query = select(func.max(event_times.c.batch)).where(event_times.c.at <= microseconds(at))
        with self._database.read() as connection:
            return int(connection.execute(query).scalar() or 0)

    def between(
        self,
        after: datetime | None,
        until: datetime,
        *,
        provider: str | None = None,
        kinds: Collection[ObjectType] = tuple(ObjectType),
    ) -> Iterator[Event]:
        """Events later than one time, up to another, a page in memory at a time.

        Args:
            after: ``None``: all that are kept.
            until: The last moment.
            provider: Of subscriptions only this provider's; ``None``: everybody's.
            kinds: What they are about.
        """
        whose = events.c.provider
        # As an expression: by the index of its column the events would be sorted for each page.
        about = events.c.object_type + ""
        wanted: list[ColumnElement[bool]] = [about.in_([kind.value for kind in kinds])]
        if provider is not None:
            wanted.append(or_(whose.is_(None), whose == provider))
        done = self._last_number(self.batch_at(after)) if after else 0
        query = (
            select(events, event_times.c.at)
            .join(event_times, event_times.c.batch == events.c.batch)
            .where(events.c.number > bindparam("done"), *wanted)
            .where(events.c.number <= self._last_number(self.batch_at(until)))
            .order_by(events.c.number)
            .limit(_PAGE)
        )
        while True:
            with self._database.read() as connection:
                rows = connection.execute(query, {"done": done}).all()
            for row in rows:
                yield Event(
                    change=Change(row.change),
                    object_type=ObjectType(row.object_type),
                    object_id=row.object_id,
                    at=moment(row.at),
                    access_id=row.access_id,
                    provider=row.provider,
                )
            if len(rows) < _PAGE:
                return
            done = rows[-1].number

    def drop_before(self, before: datetime) -> int:
        """Forget older events; how many those were."""
        limit = microseconds(before)
        old = select(event_times.c.batch).where(event_times.c.at < limit)
        newest = select(func.max(event_times.c.batch)).scalar_subquery()
        with self._database.write() as connection:
            gone = connection.execute(delete(events).where(events.c.batch.in_(old))).rowcount
            if gone:
                connection.execute(delete(events_dropped))
                connection.execute(insert(events_dropped).values(before=limit))
            connection.execute(
                delete(event_times).where(event_times.c.at < limit, event_times.c.batch != newest)
            )
        return gone

    def _last_number(self, batch: int) -> int:
        """The last event up to a batch: batches are written one after the other."""
        query = select(func.max(events.c.number)).where(events.c.batch <= batch)
        with self._database.read() as connection:
            return int(connection.execute(query).scalar() or 0)


_NOT_LISTED = frozenset(
    {
        *("element", "port", "port_by", "ont_id", "uni", "s_vlan", "c_vlan"),
        *("module", "port_number", "vlan", "provider", "service_type"),
    }
)
"""Where something is attached is no part of what ON-API lists, so its changes are no events."""
_COLUMNS = ("batch", "change", "object_type", "object_id", "access_id", "provider")


def next_batch(connection: Connection) -> int:
    """The number under which an import's changes are written down."""
    last = connection.execute(select(func.max(event_times.c.batch))).scalar()
    return (last or 0) + 1


def note_changes(connection: Connection, staged: Mapping[Kind, Table], batch: int) -> None:
    """Write down what will change when the staged records take the place of the old ones.

    An access has changed when a field has that ON-API lists. A subscription is there from the
    end of its order on; one that goes to another access or provider is deleted there and created
    here. A change of services is an event of the access, under ``services``.
    """
    for query in _queries(staged, batch):
        connection.execute(insert(events).from_select(_COLUMNS, query))


def note_time(connection: Connection, batch: int, now: datetime) -> None:
    """Write down when an import was: as its last step, so that no client has asked for this second.

    Times only grow, whatever a clock does, and two imports are never in one second: a client that
    has asked up to a second has all of it.
    """
    last = connection.execute(select(func.max(event_times.c.at))).scalar()
    at = microseconds(now)
    if last is not None:
        at = max(at, (last // _SECOND + 1) * _SECOND)
    connection.execute(insert(event_times).values(batch=batch, at=at))


def _queries(staged: Mapping[Kind, Table], batch: int) -> Iterator[Select[Any]]:
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
    listed = [c.name for c in real.columns if c.name not in _NOT_LISTED]
    differs = or_(*(staged.c[name].is_distinct_from(real.c[name]) for name in listed))
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
