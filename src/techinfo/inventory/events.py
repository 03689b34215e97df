"""Events: what imports have changed of the accesses, subscriptions and services that are listed."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy import ColumnElement, bindparam, delete, func, insert, or_, select

from techinfo.inventory.importing.changes import micros, moment
from techinfo.inventory.tables import event_times, events, events_dropped
from techinfo.store.base import Database

_PAGE = 1000


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
            query = query.where(event_times.c.at <= micros(until))
        with self._database.read() as connection:
            at = connection.execute(query).scalar()
        return None if at is None else moment(at)

    def know_all_since(self, since: datetime) -> bool:
        """Whether nothing after a time has been forgotten."""
        with self._database.read() as connection:
            before = connection.execute(select(func.max(events_dropped.c.before))).scalar()
        return before is None or before <= micros(since)

    def batch_at(self, at: datetime) -> int:
        """The number of the last import up to a time; 0 when there is none."""
        query = select(func.max(event_times.c.batch)).where(event_times.c.at <= micros(at))
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
        limit = micros(before)
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
