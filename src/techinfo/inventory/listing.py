"""Whole lists of an inventory, and what of them has changed: a page in memory at a time."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import (
    ColumnElement,
    FromClause,
    Select,
    and_,
    bindparam,
    exists,
    func,
    or_,
    select,
    tuple_,
    union,
)

from techinfo.inventory.events import Change, ObjectType
from techinfo.inventory.records import Access, AnyRecord, Cpe, Kind, Offer, Subscription, from_row
from techinfo.inventory.tables import (
    accesses,
    cpes,
    date_text,
    events,
    fields_of,
    imports,
    offers,
    pages,
    rows,
    subscriptions,
)
from techinfo.store.base import Database

_BY_ACCESS = ("access_id", "subscription_id")
_MANDATORY = ("street_name", "postal_code", "city", "country_code", "premises_type", "state")
"""ON-API 2.6.0, spec/accesses.md; the same in 2.4.0 and 2.5.0."""
_APARTMENT = "MDU_APARTMENT"
_AT_OUTLET = select(accesses).where(accesses.c.outlet == bindparam("outlet")).limit(2)
_INCOMPLETE = (
    select(accesses)
    .where(
        or_(
            *(accesses.c[name].is_(None) for name in _MANDATORY),
            and_(
                accesses.c.premises_type == _APARTMENT,
                accesses.c.mdu_apartment_number.is_(None),
                accesses.c.mdu_distinguisher.is_(None),
            ),
        )
    )
    .limit(1)
)


def is_complete(access: Access) -> bool:
    """Whether every mandatory field is there; an apartment must be told apart from others."""
    if access.premises_type == _APARTMENT and not (
        access.mdu_apartment_number or access.mdu_distinguisher
    ):
        return False
    return all(getattr(access, name) is not None for name in _MANDATORY)


class Listing:
    """What an inventory lists, in the order of accessIds (and subscriptionIds, and services).

    An import in between shows from the next page on; nothing comes twice.

    Args:
        database: The inventory's.
    """

    def __init__(self, database: Database) -> None:
        self._database = database

    def incomplete_access(self) -> Access | None:
        """Any access that lacks a mandatory field."""
        found = rows(self._database, _INCOMPLETE)
        return from_row(Access, found[0]) if found else None

    def at_outlet(self, outlet: str) -> Access | None:
        """The only access with this outlet; ``None``: there is none, or more than one."""
        found = rows(self._database, _AT_OUTLET, {"outlet": outlet})
        return from_row(Access, found[0]) if len(found) == 1 else None

    def was_imported(self, kind: Kind) -> bool:
        """Whether any import has held this kind, even without a record."""
        return bool(rows(self._database, select(imports.c.kind).where(imports.c.kind == kind)))

    def incomplete_subscription(
        self, at: datetime, provider: str | None, *, dated: bool
    ) -> Subscription | None:
        """Any running one that lacks a mandatory field.

        Args:
            at: When it runs.
            provider: Whose; ``None``: anybody's.
            dated: The date of its beginning is mandatory (2.6).
        """
        c = subscriptions.c
        lacking = [c.sp_reference, c.sp_subscription_id, *([c.connection_date] if dated else ())]
        query = select(subscriptions).where(
            _runs(at), or_(*(x.is_(None) for x in lacking)), *_of(provider)
        )
        found = rows(self._database, query.limit(1))
        return from_row(Subscription, found[0]) if found else None

    def last_turn(self, at: datetime, provider: str | None) -> datetime | None:
        """When the last of a provider's subscriptions began or ended, up to a time."""
        dates: list[str] = []
        for date in (subscriptions.c.connection_date, subscriptions.c.disconnection_date):
            query = select(func.max(date)).where(date <= date_text(at), *_of(provider))
            dates += [row[0] for row in rows(self._database, query) if row[0]]
        return max(map(datetime.fromisoformat, dates), default=None)

    def accesses(
        self, changed_after: int | None = None, *, with_services: bool = False
    ) -> Iterator[Access]:
        """All accesses, or those that were created or changed in later imports.

        Args:
            changed_after: The number of an import.
            with_services: A change of its services is one of the access.
        """
        query = select(accesses).where(accesses.c.access_id > bindparam("last_0"))
        if changed_after is not None:
            kinds = [ObjectType.ACCESSES, *([ObjectType.SERVICES] if with_services else ())]
            query = query.where(_changed(accesses.c.access_id, changed_after, kinds))
        return self._pages(Access, query.order_by(accesses.c.access_id), "access_id")

    def offers(self, changed_after: int | None = None) -> Iterator[Offer]:
        """All services of all accesses, or of those where one has changed in later imports."""
        query = fields_of("offers").where(
            offers.c.offer > bindparam("last_0") + "\x1f" + bindparam("last_1")
        )
        if changed_after is not None:
            services = [ObjectType.SERVICES]
            query = query.where(_changed(offers.c.access_id, changed_after, services))
        return self._pages(Offer, query.order_by(offers.c.offer), "access_id", "service")

    def offers_of(self, access_ids: Sequence[str]) -> tuple[Offer, ...]:
        """The services of some accesses, a few hundred at most."""
        query = fields_of("offers").where(offers.c.access_id.in_(access_ids))
        found = rows(self._database, query.order_by(offers.c.offer))
        return tuple(from_row(Offer, row) for row in found)

    def accesses_without_offers(self, changed_after: int) -> Iterator[str]:
        """AccessIds whose services have changed in later imports and that have none left."""
        gone = (
            select(events.c.access_id)
            .where(
                events.c.object_type == ObjectType.SERVICES.value,
                events.c.batch > changed_after,
                events.c.access_id > bindparam("last_0"),
                ~exists().where(offers.c.access_id == events.c.access_id),
                exists().where(accesses.c.access_id == events.c.access_id),
            )
            .distinct()
            .order_by(events.c.access_id)
        )
        return self._ids(gone)

    def subscriptions(
        self,
        at: datetime,
        *,
        provider: str | None = None,
        changed: tuple[int, datetime] | None = None,
        of_access: bool = False,
    ) -> Iterator[Subscription]:
        """Subscriptions that run at a time, or those of them that have changed.

        Args:
            at: The time.
            provider: Whose; ``None``: everybody's.
            changed: Only those created or changed in imports later than this number, or begun
                later than this time.
            of_access: With `changed`: all on accesses where any has been created, changed or
                deleted, or has begun or ended.
        """
        query = _by_access(provider).where(_runs(at))
        if changed is not None:
            query = query.where(_touched(provider, changed, at, of_access=of_access))
        return self._pages(Subscription, query, *_BY_ACCESS)

    def all_subscriptions(self, provider: str | None) -> Iterator[Subscription]:
        """Everybody's subscriptions or a provider's, also those ordered and those ended."""
        return self._pages(Subscription, _by_access(provider), *_BY_ACCESS)

    def cpes(self) -> Iterator[Cpe]:
        """All managed CPEs by accessId, a page in memory at a time."""
        later = cpes.c.access_id > bindparam("last_0")
        query = select(cpes).where(later).order_by(cpes.c.access_id)
        return self._pages(Cpe, query, "access_id")

    def accesses_left(
        self, at: datetime, provider: str | None, changed: tuple[int, datetime]
    ) -> Iterator[str]:
        """AccessIds where a provider has lost a subscription and has none left."""
        batch, since = changed
        c, other = subscriptions.c, subscriptions.alias("other")
        deleted = select(events.c.access_id).where(
            events.c.object_type == ObjectType.SUBSCRIPTIONS.value,
            events.c.batch > batch,
            *_of(provider, events),
        )
        ended = select(c.access_id).where(_within(c.disconnection_date, since, at), *_of(provider))
        gone = union(deleted, ended).subquery()
        has_others = exists().where(
            other.c.access_id == gone.c.access_id, _runs(at, other), *_of(provider, other)
        )
        query = select(gone.c.access_id).where(gone.c.access_id > bindparam("last_0"), ~has_others)
        return self._ids(query.order_by(gone.c.access_id))

    def _ids(self, query: Select[Any]) -> Iterator[str]:
        return (row.access_id for row in pages(self._database, query, ["access_id"]))

    def _pages(
        self, record: type[AnyRecord], query: Select[Any], *keys: str
    ) -> Iterator[AnyRecord]:
        return (from_row(record, row) for row in pages(self._database, query, keys))


def _by_access(provider: str | None) -> Select[Any]:
    """Subscriptions in the order of accessIds, for `pages`."""
    keys = tuple_(*(subscriptions.c[name] for name in _BY_ACCESS))
    later = keys > tuple_(bindparam("last_0"), bindparam("last_1"))
    return select(subscriptions).where(later, *_of(provider)).order_by(*keys)


def _of(provider: str | None, table: FromClause = subscriptions) -> list[ColumnElement[bool]]:
    """Rows of a provider; all when there is none."""
    return [] if provider is None else [table.c.provider == provider]


def _changed(
    access_id: ColumnElement[Any], after: int, kinds: list[ObjectType]
) -> ColumnElement[bool]:
    return exists().where(
        events.c.object_type.in_([kind.value for kind in kinds]),
        events.c.access_id == access_id,
        events.c.batch > after,
        events.c.change != Change.DELETE.value,
    )


def _touched(
    provider: str | None, changed: tuple[int, datetime], at: datetime, *, of_access: bool
) -> ColumnElement[bool]:
    batch, since = changed
    here = [
        events.c.object_type == ObjectType.SUBSCRIPTIONS.value,
        events.c.access_id == subscriptions.c.access_id,
        events.c.batch > batch,
    ]
    if not of_access:
        noted = exists().where(
            *here,
            events.c.object_id == subscriptions.c.subscription_id,
            events.c.change != Change.DELETE.value,
        )
        return or_(noted, _within(subscriptions.c.connection_date, since, at))
    other = subscriptions.alias("other")
    turned = exists().where(
        other.c.access_id == subscriptions.c.access_id,
        or_(
            _within(other.c.connection_date, since, at),
            _within(other.c.disconnection_date, since, at),
        ),
        *_of(provider, other),
    )
    return or_(exists().where(*here, *_of(provider, events)), turned)


def _within(column: ColumnElement[Any], since: datetime, at: datetime) -> ColumnElement[bool]:
    return and_(column > date_text(since), column <= date_text(at))


def _runs(at: datetime, of: Any = subscriptions) -> ColumnElement[bool]:
    """As `techinfo.access.rights.runs` has it."""
    now = date_text(at)
    return and_(
        of.c.state != "ORDERED",
        or_(of.c.connection_date.is_(None), of.c.connection_date <= now),
        or_(of.c.disconnection_date.is_(None), of.c.disconnection_date > now),
    )
