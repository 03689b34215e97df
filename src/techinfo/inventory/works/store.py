"""Works in the file of the inventory, and the accesses that they touch."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import Connection, Row, Select, and_, bindparam, delete, func, insert, or_, select

from techinfo.errors import UnknownWorksError, WorksError
from techinfo.inventory.records import Access, Element, from_row
from techinfo.inventory.remembered import Remembered
from techinfo.inventory.tables import (
    accesses,
    elements,
    fields_of,
    microseconds,
    moment,
    pages,
    subscriptions,
    works,
    works_scopes,
)
from techinfo.inventory.works.records import Place, Scope, Works, checked
from techinfo.store.base import Database

MOST = 5000
"""Works that are kept at a time: more are no announcements."""


class Put(StrEnum):
    """What came of works that were handed in."""

    ADDED = "added"
    CHANGED = "changed"
    UNCHANGED = "unchanged"


class WorksList:
    """The works of an inventory.

    Args:
        database: The inventory's.
        remembered: What look-ups in it have found.
    """

    def __init__(self, database: Database, remembered: Remembered) -> None:
        self._database = database
        self._remembered = remembered

    def put(self, told: Works) -> Put:
        """Keep works, in place of those of the same reference; what was ended stays so.

        Raises:
            WorksError: Something in them is wrong, or they touch no access.
            InventoryError: They cannot be written.
        """
        return self.put_all([told])[0]

    def put_all(self, every: Iterable[Works]) -> list[Put]:
        """Keep several works, all of them or none; the rest is as of `put`."""
        with self._database.write() as connection:
            return [self._put(connection, checked(told)) for told in every]

    def _put(self, connection: Connection, told: Works) -> Put:
        placed = tuple(sorted({self._placed(connection, scope) for scope in told.scopes}))
        new = replace(told, scopes=placed)
        old = next(iter(_read(connection, works.c.reference == told.reference)), None)
        if old is not None and _times(old) == _times(new):
            new = replace(new, ended=old.ended)  # only other times open them again
        if old == new:
            return Put.UNCHANGED
        if old is None:
            count = connection.execute(select(func.count()).select_from(works)).scalar_one()
            if count >= MOST:
                raise WorksError(f"there are {MOST} works already, and some must go first")
        _forget(connection, works.c.reference == told.reference)
        _insert(connection, new)
        return Put.ADDED if old is None else Put.CHANGED

    def _placed(self, connection: Connection, scope: Scope) -> Scope:
        """A scope that touches an access; a street with its town, if there is one such town."""
        if scope.place is Place.STREET and not scope.within:
            towns = connection.execute(
                select(accesses.c.city).where(accesses.c.street_name == scope.name).distinct()
            ).scalars()
            named = sorted({town for town in towns if town})
            if len(named) > 1:
                raise WorksError(f"city: {scope.name} is in {', '.join(named[:5])}", key="city")
            scope = replace(scope, within=named[0] if named else "")
        found = connection.execute(_touched(scope).limit(1)).first()
        if found is None:
            told = " ".join(scope.told().values())
            raise WorksError(f"{scope.place}: no access is at {told}", key=scope.place.value)
        return scope

    def one(self, reference: str) -> Works:
        """Works by their reference.

        Raises:
            UnknownWorksError: There are none.
        """
        with self._database.read() as connection:
            found = list(_read(connection, works.c.reference == reference))
        if not found:
            raise UnknownWorksError("no works have this reference", key="reference")
        return found[0]

    def since(self, at: datetime) -> tuple[Works, ...]:
        """All that are not over, or were not at a time, by their beginning."""
        with self._database.read() as connection:
            return tuple(_read(connection, works.c.until >= microseconds(at)))

    def end(self, reference: str, at: datetime) -> Works:
        """Say that works are over.

        Raises:
            UnknownWorksError: There are none of this reference.
            InventoryError: It cannot be written.
        """
        with self._database.write() as connection:
            found = next(iter(_read(connection, works.c.reference == reference)), None)
            if found is None:
                raise UnknownWorksError("no works have this reference", key="reference")
            if found.ended is not None:
                return found
            ended = replace(found, ended=min(at, found.until))
            _forget(connection, works.c.reference == reference)
            _insert(connection, ended)
        return ended

    def on(self, access: Access, element: Element | None, since: datetime) -> tuple[Works, ...]:
        """Works that touch an access and were not over at a time, by their beginning."""

        def look_up() -> tuple[Works, ...]:
            here = [
                and_(
                    works_scopes.c.place == place.value,
                    works_scopes.c.name == name,
                    works_scopes.c.within == within,
                )
                for place, name, within in _of(access, element)
            ]
            mine = select(works_scopes.c.reference).where(or_(*here))
            with self._database.read() as connection:
                return tuple(_read(connection, works.c.reference.in_(mine)))

        found = self._remembered.get(("works", access.access_id), look_up)
        return tuple(one for one in found if one.until >= since)

    def touched(self, told: Works, provider: str | None = None) -> Iterator[Access]:
        """Accesses that works touch, a page in memory at a time, each once.

        Args:
            told: The works.
            provider: Only those with a subscription of its own; ``None``: all.
        """
        theirs = select(subscriptions.c.access_id).where(subscriptions.c.provider == provider)
        seen: set[str] = set()
        for scope in told.scopes:
            query = _touched(scope).where(accesses.c.access_id > bindparam("last_0"))
            if provider is not None:
                query = query.where(accesses.c.access_id.in_(theirs))
            for row in pages(self._database, query.order_by(accesses.c.access_id), ("access_id",)):
                if row.access_id not in seen:
                    seen.add(row.access_id)
                    yield from_row(Access, row)

    @property
    def are_none(self) -> bool:
        """Whether no works are kept at all; costs next to nothing."""

        def look_up() -> bool:
            with self._database.read() as connection:
                return connection.execute(select(works.c.reference).limit(1)).first() is None

        return self._remembered.get(("works",), look_up)

    def drop_before(self, at: datetime) -> int:
        """Forget works that were over at a time; says how many those were."""
        with self._database.write() as connection:
            return _forget(connection, works.c.until < microseconds(at))


def _of(access: Access, element: Element | None) -> Iterator[tuple[Place, str, str]]:
    """Every scope that an access is in."""
    yield Place.ACCESS, access.access_id, ""
    if element is not None:
        yield Place.ELEMENT, element.name, ""
        if element.site is not None:
            yield Place.SITE, element.site, ""
        if access.port is not None:
            yield Place.PORT, access.port, element.name
    if access.cable_group is not None:
        yield Place.CABLE_GROUP, access.cable_group, ""
    if access.street_name is not None:
        yield Place.STREET, access.street_name, access.city or ""


def _touched(scope: Scope) -> Select[Any]:
    query = fields_of("accesses")
    if scope.place is Place.SITE:
        there = select(elements.c.name).where(elements.c.site == scope.name)
        return query.where(accesses.c.element.in_(there))
    if scope.place is Place.ELEMENT:
        return query.where(accesses.c.element == scope.name)
    if scope.place is Place.PORT:
        return query.where(accesses.c.element == scope.within, accesses.c.port == scope.name)
    if scope.place is Place.ACCESS:
        return query.where(accesses.c.access_id == scope.name)
    if scope.place is Place.CABLE_GROUP:
        return query.where(accesses.c.cable_group == scope.name)
    town = accesses.c.city == scope.within if scope.within else accesses.c.city.is_(None)
    return query.where(accesses.c.street_name == scope.name, town)


def _read(connection: Connection, where: Any) -> Iterator[Works]:
    query = select(works).where(where).order_by(works.c.begin, works.c.reference)
    rows = connection.execute(query).all()
    for row in rows:
        of_row = works_scopes.c.reference == row.reference
        scopes = connection.execute(select(works_scopes).where(of_row)).all()
        found = sorted(Scope(Place(one.place), one.name, one.within) for one in scopes)
        yield _works(row, found)


def _works(row: Row[Any], scopes: Iterable[Scope]) -> Works:
    return Works(
        reference=row.reference,
        text=row.told,
        begin=moment(row.begin),
        end=moment(row.end),
        expected_end=None if row.expected_end is None else moment(row.expected_end),
        ended=None if row.ended is None else moment(row.ended),
        scopes=tuple(scopes),
    )


def _times(told: Works) -> tuple[datetime | None, ...]:
    return told.begin, told.end, told.expected_end


def _insert(connection: Connection, told: Works) -> None:
    expected, ended = told.expected_end, told.ended
    row = {
        "reference": told.reference,
        "told": told.text,
        "begin": microseconds(told.begin),
        "end": microseconds(told.end),
        "expected_end": None if expected is None else microseconds(expected),
        "ended": None if ended is None else microseconds(ended),
        "until": microseconds(told.until),
    }
    connection.execute(insert(works).values(**row))
    scopes = [
        {
            "place": scope.place.value,
            "name": scope.name,
            "within": scope.within,
            "reference": told.reference,
        }
        for scope in told.scopes
    ]
    connection.execute(insert(works_scopes), scopes)


def _forget(connection: Connection, where: Any) -> int:
    gone = select(works.c.reference).where(where)
    connection.execute(delete(works_scopes).where(works_scopes.c.reference.in_(gone)))
    return int(connection.execute(delete(works).where(where)).rowcount)
