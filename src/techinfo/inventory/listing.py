"""Whole lists of an inventory, and what of them has changed: a page in memory at a time."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, TypeVar

from sqlalchemy import (
    ColumnElement,
    Row,
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
from techinfo.inventory.records import Access, Kind, Offer, Subscription
from techinfo.inventory.tables import accesses, events, imports, offers, subscriptions
from techinfo.store.base import Database

_PAGE = 1000
_Listed = TypeVar("_Listed", Access, Subscription, Offer)
_OFFER_COLUMNS = [column for column in offers.columns if column.name != "offer"]
_MANDATORY = ("street_name", "postal_code", "city", "country_code", "premises_type", "state")
"""ON-API 2.6.0, spec/accesses.md; the same in 2.4.0 and 2.5.0."""
_APARTMENT = "MDU_APARTMENT"
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
        with self._database.read() as connection:
            row = connection.execute(_INCOMPLETE).first()
        return None if row is None else _record(Access, row)

    def was_imported(self, kind: Kind) -> bool:
        """Whether an import has ever held records of a kind, were it none."""
        with self._database.read() as connection:
            found = connection.execute(select(imports.c.kind).where(imports.c.kind == kind)).first()
        return found is not None

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
        query = select(subscriptions).where(_runs(at), or_(*(x.is_(None) for x in lacking)))
        if provider is not None:
            query = query.where(c.provider == provider)
        with self._database.read() as connection:
            row = connection.execute(query.limit(1)).first()
        return None if row is None else _record(Subscription, row)

    def last_turn(self, at: datetime, provider: str | None) -> datetime | None:
        """When the last of a provider's subscriptions began or ended, up to a time."""
        found: list[str] = []
        for date in (subscriptions.c.connection_date, subscriptions.c.disconnection_date):
            query = select(func.max(date)).where(date <= _text(at))
            if provider is not None:
                query = query.where(subscriptions.c.provider == provider)
            with self._database.read() as connection:
                told = connection.execute(query).scalar()
            found += [told] if told else []
        return max((datetime.fromisoformat(told) for told in found), default=None)

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
        query = query.order_by(accesses.c.access_id).limit(_PAGE)
        return self._pages(query, Access, ("access_id",))

    def offers(self, changed_after: int | None = None) -> Iterator[Offer]:
        """All services of all accesses, or of those where one has changed in later imports."""
        query = select(*_OFFER_COLUMNS).where(
            offers.c.offer > bindparam("last_0") + "\x1f" + bindparam("last_1")
        )
        if changed_after is not None:
            kinds = [ObjectType.SERVICES]
            query = query.where(_changed(offers.c.access_id, changed_after, kinds))
        query = query.order_by(offers.c.offer).limit(_PAGE)
        return self._pages(query, Offer, ("access_id", "service"))

    def offers_of(self, access_ids: Sequence[str]) -> tuple[Offer, ...]:
        """The services of some accesses, a few hundred at most."""
        query = (
            select(*_OFFER_COLUMNS)
            .where(offers.c.access_id.in_(access_ids))
            .order_by(offers.c.offer)
        )
        with self._database.read() as connection:
            return tuple(_record(Offer, row) for row in connection.execute(query))

    def accesses_without_offers(self, changed_after: int) -> Iterator[str]:
        """AccessIds whose services have changed in later imports, and are none any more."""
        gone = (
            select(events.c.access_id)
            .where(
                events.c.object_type == ObjectType.SERVICES.value,
                events.c.batch > changed_after,
                events.c.access_id > bindparam("last"),
                ~exists().where(offers.c.access_id == events.c.access_id),
                exists().where(accesses.c.access_id == events.c.access_id),
            )
            .distinct()
            .order_by(events.c.access_id)
            .limit(_PAGE)
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
        query = select(subscriptions).where(
            tuple_(subscriptions.c.access_id, subscriptions.c.subscription_id)
            > tuple_(bindparam("last_0"), bindparam("last_1")),
            _runs(at),
        )
        if provider is not None:
            query = query.where(subscriptions.c.provider == provider)
        if changed is not None:
            query = query.where(_touched(provider, changed, at, of_access=of_access))
        query = query.order_by(subscriptions.c.access_id, subscriptions.c.subscription_id)
        return self._pages(query.limit(_PAGE), Subscription, ("access_id", "subscription_id"))

    def accesses_left(
        self, at: datetime, provider: str | None, changed: tuple[int, datetime]
    ) -> Iterator[str]:
        """AccessIds where a provider had a subscription that is gone, and has none any more."""
        batch, since = changed
        c, other = subscriptions.c, subscriptions.alias("other")
        deleted = select(events.c.access_id).where(
            events.c.object_type == ObjectType.SUBSCRIPTIONS.value, events.c.batch > batch
        )
        ended = select(c.access_id).where(_within(c.disconnection_date, since, at))
        mine: list[ColumnElement[bool]] = []
        if provider is not None:
            deleted = deleted.where(events.c.provider == provider)
            ended = ended.where(c.provider == provider)
            mine = [other.c.provider == provider]
        gone = union(deleted, ended).subquery()
        left = exists().where(other.c.access_id == gone.c.access_id, _runs(at, other), *mine)
        query = select(gone.c.access_id).where(gone.c.access_id > bindparam("last"), ~left)
        return self._ids(query.order_by(gone.c.access_id).limit(_PAGE))

    def _ids(self, query: Select[Any]) -> Iterator[str]:
        last = ""
        while True:
            with self._database.read() as connection:
                found = connection.execute(query, {"last": last}).scalars().all()
            yield from found
            if len(found) < _PAGE:
                return
            last = found[-1]

    def _pages(
        self, query: Select[Any], record: type[_Listed], keys: tuple[str, ...]
    ) -> Iterator[_Listed]:
        last: Mapping[str, str] = {f"last_{n}": "" for n in range(len(keys))}
        while True:
            with self._database.read() as connection:
                rows = connection.execute(query, last).all()
            for row in rows:
                yield _record(record, row)
            if len(rows) < _PAGE:
                return
            last = {f"last_{n}": getattr(rows[-1], key) for n, key in enumerate(keys)}


def _record(record: type[_Listed], row: Row[Any]) -> _Listed:
    return record(**row._mapping)  # noqa: SLF001 - the public way to a row by name


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
        told = exists().where(
            *here,
            events.c.object_id == subscriptions.c.subscription_id,
            events.c.change != Change.DELETE.value,
        )
        return or_(told, _within(subscriptions.c.connection_date, since, at))
    other = subscriptions.alias("other")
    mine = [] if provider is None else [events.c.provider == provider]
    beside = [] if provider is None else [other.c.provider == provider]
    turned = exists().where(
        other.c.access_id == subscriptions.c.access_id,
        or_(
            _within(other.c.connection_date, since, at),
            _within(other.c.disconnection_date, since, at),
        ),
        *beside,
    )
    return or_(exists().where(*here, *mine), turned)


def _within(column: ColumnElement[Any], since: datetime, at: datetime) -> ColumnElement[bool]:
    return and_(column > _text(since), column <= _text(at))


def _runs(at: datetime, of: Any = subscriptions) -> ColumnElement[bool]:
    """As `techinfo.access.rights.runs` has it."""
    now = _text(at)
    return and_(
        of.c.state != "ORDERED",
        or_(of.c.connection_date.is_(None), of.c.connection_date <= now),
        or_(of.c.disconnection_date.is_(None), of.c.disconnection_date > now),
    )


def _text(moment: datetime) -> str:
    """As times stand in the inventory: one zone and one form, so that texts compare as times."""
    return moment.astimezone(UTC).isoformat()
