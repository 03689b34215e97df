"""Who holds an identifier, and who held it: the reading side of the index."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any

from sqlalchemy import Connection

from techinfo.dhcp.identity import Identity
from techinfo.dhcp.matching import Key
from techinfo.dhcp.place import Place
from techinfo.inventory.deriving import Held
from techinfo.inventory.identifier_tables import PAST, Mark, code, family_of
from techinfo.inventory.intervals import held_from_row, moment
from techinfo.inventory.records import Access, Element
from techinfo.inventory.switches import Switch, switch_of
from techinfo.store.database import Database

MOST_OF_A_KEY = 64
"""Identities under one key that are looked at: a circuit-id of a common layout is on every switch,
and two accesses are enough to say so."""
_KEYS_AT_ONCE = 500
_COLUMNS = (
    "d.access_id, d.since, d.until, d.vlan, d.stored, d.circuit, d.remote, d.interface, "
    "d.remote6, d.enterprise, d.alone, a.element, a.port, a.port_by, a.module, a.port_number"
)
_ACCESS = "LEFT JOIN accesses a ON a.access_id = d.access_id"
_ELEMENT_FIELDS = tuple(one.name for one in fields(Element))
_ELEMENT = ", ".join(_ELEMENT_FIELDS)
_MOST_SWITCHES = 8
_MOST_KEPT = 8192


@dataclass(frozen=True, slots=True)
class Known:
    """An identity, the access that holds it, and from when to when.

    Attributes:
        since: ``None``: since before the inventory began.
        until: ``None``: it is held now.
        access: The access as it is now, as far as identifiers are made of it; ``None``: it is gone.
    """

    access_id: str
    held: Held
    since: datetime | None
    until: datetime | None
    access: Access | None

    @property
    def identity(self) -> Identity:
        """Its octets."""
        return self.held.identity

    def at(self, time: datetime | None) -> bool:
        """Whether it was held at a time; ``None`` is now."""
        if time is None:
            return self.until is None
        begun = self.since is None or self.since <= time
        return begun and (self.until is None or time < self.until)


@dataclass(frozen=True, slots=True)
class Found:
    """What is indexed under some keys.

    Attributes:
        cut_off: Families (as in `FAMILIES`) of keys under which there is more, which nobody has
            looked at.
    """

    rows: tuple[Known, ...]
    cut_off: frozenset[int]


class Identified:
    """Looks into the index. Safe to share between threads."""

    def __init__(self, database: Database, driver_layouts: Mapping[str, str]) -> None:
        self._database = database
        self._driver_layouts = driver_layouts
        self._kept: tuple[tuple[int, ...], dict[str, Switch], bool] = ((), {}, False)

    def found(self, asked: Sequence[Collection[Key]], *, past: bool = False) -> list[Found]:
        """What is indexed under some keys, for many questions in one statement.

        Args:
            asked: Keys of each question.
            past: With identities that are no longer held.
        """
        wanted: dict[tuple[int, bytes], tuple[dict[int, Known], bool]] = {}
        codes = [[(code(key), key.value) for key in keys] for keys in asked]
        if past:
            codes = [[*one, *((at | PAST, value) for at, value in one)] for one in codes]
        every = list(dict.fromkeys(key for one in codes for key in one))
        with self._database.read() as connection:
            for start in range(0, len(every), _KEYS_AT_ONCE):
                wanted |= _under(connection, every[start : start + _KEYS_AT_ONCE])
        out = []
        for one in codes:
            rows: dict[int, Known] = {}
            cut_off: set[int] = set()
            for key in one:
                if key in wanted:
                    rows |= wanted[key][0]
                    cut_off |= {family_of(key[0])} if wanted[key][1] else set()
            out.append(Found(tuple(rows.values()), frozenset(cut_off)))
        return out

    def held_by(self, access_id: str) -> tuple[Known, ...]:
        """Everything that an access holds and has held, in the order in which it came."""
        with self._database.read() as connection:
            rows = connection.exec_driver_sql(
                f"SELECT {_COLUMNS} FROM identities d {_ACCESS} WHERE d.access_id = ? "  # noqa: S608
                "ORDER BY d.identity",
                (access_id,),
            ).all()
        return tuple(_known(row) for row in rows)

    def complete(self) -> bool:
        """Whether the inventory says that it holds the whole network."""
        return self._fresh()[2]

    def began(self) -> datetime | None:
        """When the index was made for the first time; ``None``: never."""
        return moment(self._of_index("began"))

    def changes(self) -> tuple[datetime, ...]:
        """Every time at which who holds what has changed, the first one first."""
        with self._database.read() as connection:
            rows = connection.exec_driver_sql(
                "SELECT DISTINCT since FROM identities WHERE since IS NOT NULL "
                "UNION SELECT DISTINCT until FROM identities WHERE until IS NOT NULL ORDER BY 1"
            ).all()
        return tuple(found for row in rows if (found := moment(row[0])))

    def switches(self, names: Iterable[bytes]) -> tuple[Switch, ...]:
        """The switches that are called so, or have this remote-id; a few at most."""
        wanted = [(int(Mark.NAME), name) for name in dict.fromkeys(names)]
        if not wanted:
            return ()
        rows = ", ".join(["(?, ?)"] * len(wanted))
        with self._database.read() as connection:
            found = connection.exec_driver_sql(
                f"WITH wanted (mark, value) AS (VALUES {rows}) "  # noqa: S608 - question marks
                "SELECT e.* FROM elements e WHERE e.name IN (SELECT m.element FROM wanted w "
                "JOIN switch_marks m ON m.mark = w.mark AND m.value = w.value LIMIT ?)",
                (*(part for one in wanted for part in one), _MOST_SWITCHES),
            ).mappings()
            elements = [Element(**row) for row in found]
        return tuple(switch_of(element, self._driver_layouts) for element in elements)

    def switch(self, name: str) -> Switch | None:
        """An element with its patterns."""
        return self.switches_named([name]).get(name)

    def switches_named(self, names: Iterable[str]) -> Mapping[str, Switch]:
        """Elements with their patterns by name; those that are not there are left out."""
        kept = self._fresh()[1]
        wanted = list(dict.fromkeys(names))
        found = {name: kept[name] for name in wanted if name in kept}
        lacking = [name for name in wanted if name not in found]
        for start in range(0, len(lacking), _KEYS_AT_ONCE):
            some = lacking[start : start + _KEYS_AT_ONCE]
            marks = ", ".join(["?"] * len(some))
            with self._database.read() as connection:
                rows = _quick(
                    connection,
                    f"SELECT {_ELEMENT} FROM elements WHERE name IN ({marks})",  # noqa: S608
                    tuple(some),
                )
            for row in rows:
                element = Element(**dict(zip(_ELEMENT_FIELDS, row, strict=True)))
                found[element.name] = switch_of(element, self._driver_layouts)
        if lacking:
            if len(kept) + len(lacking) > _MOST_KEPT:
                kept.clear()
            kept.update(found)
        return found

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
        """The accesses on a port that an identifier tells, by the numbers that patterns write."""
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

    def _fresh(self) -> tuple[tuple[int, ...], dict[str, Switch], bool]:
        """What is kept of the present state of the inventory."""
        generation = self._database.generation()
        if self._kept[0] != generation:
            self._kept = (generation, {}, bool(self._of_index("complete")))
        return self._kept

    def _of_index(self, column: str) -> int | None:
        with self._database.read() as connection:
            row = connection.exec_driver_sql(
                f"SELECT {column} FROM identifier_index"  # noqa: S608 - one of two columns
            ).first()
        return None if row is None else int(row[0])


def _under(
    connection: Connection, keys: list[tuple[int, bytes]]
) -> dict[tuple[int, bytes], tuple[dict[int, Known], bool]]:
    """Key -> identities by number, and whether there are more."""
    rows = ", ".join(["(?, ?)"] * len(keys))
    found = _quick(
        connection,
        f"WITH wanted (field, value) AS (VALUES {rows}) "  # noqa: S608 - question marks
        f"SELECT w.field, w.value, d.identity, {_COLUMNS} FROM wanted w CROSS JOIN identities d "
        # The cross join keeps the order: SQLite may else begin with all identities.
        "ON d.identity IN (SELECT x.identity FROM identifiers x WHERE x.field = w.field "
        f"AND x.value = w.value LIMIT {MOST_OF_A_KEY + 1}) {_ACCESS}",
        tuple(part for key in keys for part in key),
    )
    out: dict[tuple[int, bytes], dict[int, Known]] = {}
    for row in found:
        out.setdefault((row[0], row[1]), {})[row[2]] = _known(row[3:])
    return {key: (rows, len(rows) > MOST_OF_A_KEY) for key, rows in out.items()}


def _quick(connection: Connection, statement: str, values: tuple[Any, ...]) -> list[Any]:
    """Rows straight from the driver: SQLAlchemy takes longer over a look-up than SQLite."""
    driver = connection.connection.driver_connection
    return list(driver.execute(statement, values)) if driver else []


def _known(row: Sequence[Any]) -> Known:
    access_id, since, until, *_ = row
    element, port, port_by, module, number = row[11:]
    access = None
    if port_by is not None:
        access = Access(
            access_id=access_id,
            element=element,
            port=port,
            port_by=port_by,
            module=module,
            port_number=number,
        )
    return Known(access_id, held_from_row(row[3:]), moment(since), moment(until), access)
