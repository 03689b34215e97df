"""Who holds an identifier, and who held it: the reading side of the index."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import chain

from sqlalchemy import Connection

from techinfo.dhcp.matching import Heard, Key, family_of
from techinfo.dhcp.pieces import Place
from techinfo.inventory.identifiers.entries import (
    MOST_OF_A_KEY,
    PAST,
    Found,
    Known,
    Mark,
    Under,
    heard,
    held_by,
    quick,
    under,
)
from techinfo.inventory.identifiers.switches import Named, Switch, switch_of
from techinfo.inventory.tables import moment
from techinfo.store.base import Database

_KEYS_AT_ONCE = 500
_NAMED = ", ".join(f"e.{name}" for name in Named._fields)
_MOST_SWITCHES = 8
_MOST_KEPT = 32_768
"""Switches, a KiB each at most: those of a million and a half accesses. A log asks for them in no
order, and to read one again takes as long as to read an access."""


@dataclass(slots=True)
class _Cache:
    """What is remembered while the inventory does not change.

    Attributes:
        alarmed: Accesses whose outdated identifiers have been reported.
    """

    generation: tuple[int, ...]
    switches: dict[str, Switch]
    complete: bool
    alarmed: set[str]
    heard: Heard | None = None


class Identified:
    """Looks into the index. Safe to share between threads."""

    def __init__(self, database: Database, driver_layouts: Mapping[str, str]) -> None:
        self._database = database
        self._driver_layouts = driver_layouts
        self._cache = _Cache((), {}, complete=False, alarmed=set())

    def found(
        self, asked: Sequence[Collection[Key]], *, past: bool = False
    ) -> tuple[list[Found], Mapping[str, Switch]]:
        """What is indexed under some keys, for many questions in one statement.

        Args:
            asked: Keys of each question.
            past: With identities that are no longer held.

        Returns:
            What is found for each question, and the switches that have written any of it, by name.
        """
        wanted: Under = {}
        if past:
            asked = [[*keys, *((at | PAST, value) for at, value in keys)] for keys in asked]
        known = self._fresh().switches  # before a connection is taken: it may need one
        every = list(dict.fromkeys(chain.from_iterable(asked)))
        with self._database.read() as connection:
            for start in range(0, len(every), _KEYS_AT_ONCE):
                wanted |= under(connection, every[start : start + _KEYS_AT_ONCE])
            switches = self._switches(connection, _elements(wanted.values()), known)
        crowded = {key for key, rows in wanted.items() if len(rows) > MOST_OF_A_KEY}
        return [_found(keys, wanted, crowded) for keys in asked], switches

    def heard(self) -> Heard:
        """What all identities have in common: keys for `found` may be made with it.

        To find it out costs as much as the look-up of some hundreds.
        """
        cache = self._fresh()
        if cache.heard is None:
            with self._database.read() as connection:
                cache.heard = heard(connection)
        return cache.heard

    def held_by(self, access_id: str) -> tuple[Known, ...]:
        """Everything that an access holds and has held, in the order in which it came."""
        with self._database.read() as connection:
            return held_by(connection, access_id)

    def complete(self) -> bool:
        """Whether the inventory says that it holds the whole network."""
        return self._fresh().complete

    def began(self) -> datetime | None:
        """When the index was made for the first time; ``None``: never."""
        began = self._of_index("began")
        return None if began is None else moment(began)

    def changes(self) -> tuple[datetime, ...]:
        """Every time at which who holds what has changed, the first one first."""
        with self._database.read() as connection:
            rows = connection.exec_driver_sql(
                "SELECT DISTINCT since FROM identities WHERE since IS NOT NULL "
                "UNION SELECT DISTINCT until FROM identities WHERE until IS NOT NULL ORDER BY 1"
            ).all()
        return tuple(moment(row[0]) for row in rows)

    def switches(self, names: Iterable[bytes]) -> tuple[Switch, ...]:
        """The switches that are called so, or have this remote-id; a few at most."""
        wanted = [(int(Mark.NAME), name) for name in dict.fromkeys(names)]
        if not wanted:
            return ()
        rows = ", ".join(["(?, ?)"] * len(wanted))
        with self._database.read() as connection:
            found = connection.exec_driver_sql(
                f"WITH wanted (mark, value) AS (VALUES {rows}) "  # noqa: S608 - question marks
                f"SELECT {_NAMED} FROM elements e WHERE e.name IN (SELECT m.element "
                "FROM wanted w JOIN switch_marks m ON m.mark = w.mark AND m.value = w.value "
                "LIMIT ?)",
                (*(part for one in wanted for part in one), _MOST_SWITCHES),
            ).all()
        return tuple(switch_of(Named(*row), self._driver_layouts) for row in found)

    def switch(self, name: str) -> Switch | None:
        """An element with its patterns."""
        return self.switches_named([name]).get(name)

    def switches_named(self, names: Iterable[str]) -> Mapping[str, Switch]:
        """Elements with their patterns by name; those that are not there are left out."""
        known = self._fresh().switches
        with self._database.read() as connection:
            return self._switches(connection, names, known)

    def _switches(
        self, connection: Connection, names: Iterable[str], cache: dict[str, Switch]
    ) -> Mapping[str, Switch]:
        wanted = dict.fromkeys(names)
        found = {name: cache[name] for name in wanted if name in cache}
        lacking = [name for name in wanted if name not in found]
        for start in range(0, len(lacking), _KEYS_AT_ONCE):
            some = lacking[start : start + _KEYS_AT_ONCE]
            marks = ", ".join(["?"] * len(some))
            statement = f"SELECT {_NAMED} FROM elements e WHERE e.name IN ({marks})"  # noqa: S608
            for row in quick(connection, statement, tuple(some)):
                found[row[0]] = switch_of(Named._make(row), self._driver_layouts)
        if lacking:
            if len(cache) + len(lacking) > _MOST_KEPT:
                cache.clear()
            cache.update(found)
        return found

    def is_news(self, access_id: str) -> bool:
        """Whether it has not been reported yet that identifiers of an access are out of date."""
        alarmed = self._fresh().alarmed
        news = access_id not in alarmed and len(alarmed) < _MOST_KEPT
        if news:
            alarmed.add(access_id)
        return news

    def circuit_patterns(self) -> tuple[str, ...]:
        """The patterns of circuit-ids and interface-ids that switches have of their own."""
        with self._database.read() as connection:
            rows = connection.exec_driver_sql(
                "SELECT circuit_id FROM elements WHERE circuit_id IS NOT NULL "
                "UNION SELECT interface_id FROM elements WHERE interface_id IS NOT NULL LIMIT 1000"
            ).all()
        return tuple(row[0] for row in rows)

    def layouts(self) -> tuple[str, ...]:
        """The names of layouts in use."""
        with self._database.read() as connection:
            rows = connection.exec_driver_sql(
                "SELECT DISTINCT layout, driver FROM elements LIMIT 1000"
            ).all()
        found = (row[0] or self._driver_layouts.get(row[1] or "") for row in rows)
        return tuple(dict.fromkeys(name for name in found if name))

    def on_port(self, switch: Switch, place: Place) -> tuple[str, ...]:
        """The accesses on the port of a place, by the numbers that patterns write."""
        conditions, values = ["element = ?"], [switch.name]
        ifindex = None if place.ifindex is None else str(place.ifindex)
        for column, value in (
            ("module", place.module),
            ("port_number", place.port),
            ("port", place.ifname or ifindex),
        ):
            if value is not None:
                conditions.append(f"{column} = ?")
                values.append(value)  # type: ignore[arg-type]  # a number is as good
        with self._database.read() as connection:
            rows = connection.exec_driver_sql(
                f"SELECT access_id FROM accesses WHERE {' AND '.join(conditions)} "  # noqa: S608 - columns
                "ORDER BY access_id LIMIT ?",
                (*values, MOST_OF_A_KEY),
            ).all()
        return tuple(row[0] for row in rows)

    def _fresh(self) -> _Cache:
        """What is remembered of the present state of the inventory."""
        generation = self._database.generation()
        if self._cache.generation != generation:
            complete = bool(self._of_index("complete"))
            self._cache = _Cache(generation, {}, complete=complete, alarmed=set())
        return self._cache

    def _of_index(self, column: str) -> int | None:
        with self._database.read() as connection:
            row = connection.exec_driver_sql(
                f"SELECT {column} FROM identifier_index"  # noqa: S608 - one of two columns
            ).first()
        return None if row is None else int(row[0])


def _found(keys: Collection[Key], wanted: Under, crowded: Collection[Key]) -> Found:
    hits = [rows for key in keys if (rows := wanted.get(key))]
    every = hits[0] if len(hits) == 1 else {n: known for rows in hits for n, known in rows.items()}
    cut_off = [family_of(key[0]) for key in keys if key in crowded] if crowded else ()
    return Found(tuple(every.values()), frozenset(cut_off))


def _elements(found: Iterable[Mapping[int, Known]]) -> Iterator[str]:
    """The elements that have written some identities."""
    for rows in found:
        for known in rows.values():
            if (access := known.access) and access.element and not known.held.stored:
                yield access.element
