"""The index of DHCP identifiers: which access holds which, and from when to when.

`identities` holds what is known, `identifiers` the keys under which it is found. Both change in the
transaction of the import that changes the accesses. What an access has held stays: a line of an old
log is about the access that held the identifier then. An identity of the first import has no
beginning, because the inventory does not say how long it was held before.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from enum import IntEnum
from typing import Any

from sqlalchemy import Column, Connection, Index, Integer, LargeBinary, Table, Text

from techinfo.dhcp.identity import Identity
from techinfo.dhcp.matching import PAIRED, SINGLE, Heard, Key, keys_of
from techinfo.inventory.identifiers.switches import Alone, Attached, Held
from techinfo.inventory.tables import SCHEMA, microseconds, moment
from techinfo.values import value

PAST = 0x40
"""Added to the number of a key: of an identity that is no longer held."""


class Mark(IntEnum):
    """What a row of `switch_marks` says of a switch."""

    NAME = 0
    """It is called so, or has this remote-id."""
    LAYOUT = 1
    """It writes these identifiers, and no other switch may."""


identities = Table(
    "identities",
    SCHEMA.metadata,
    Column("identity", Integer, primary_key=True),
    Column("access_id", Text, nullable=False),
    Column("vlan", Integer),
    Column("stored", Integer, nullable=False),
    Column("circuit", LargeBinary),
    Column("remote", LargeBinary),
    Column("interface", LargeBinary),
    Column("remote6", LargeBinary),
    Column("enterprise", Integer),
    Column("alone", Integer, nullable=False),
    Column("since", Integer),
    Column("until", Integer),
    Index("identities_by_access", "access_id"),
)
"""Times are microseconds since 1970; no ``since``: held when the inventory began."""

identifiers = Table(
    "identifiers",
    SCHEMA.metadata,
    Column("field", Integer, primary_key=True),
    Column("value", LargeBinary, primary_key=True),
    Column("identity", Integer, primary_key=True),
    sqlite_with_rowid=False,
)

switch_marks = Table(
    "switch_marks",
    SCHEMA.metadata,
    Column("mark", Integer, primary_key=True),
    Column("value", LargeBinary, primary_key=True),
    Column("element", Text, primary_key=True),
    Index("switch_marks_by_element", "element"),
    sqlite_with_rowid=False,
)

identifier_index = Table(
    "identifier_index",
    SCHEMA.metadata,
    Column("one", Integer, primary_key=True),
    Column("made_by", Text, nullable=False),
    Column("complete", Integer, nullable=False),
    Column("began", Integer, nullable=False),
)
"""One row: what the index was made by, and whether the inventory says that it is complete."""


_COLUMNS = "vlan, stored, circuit, remote, interface, remote6, enterprise, alone"
_INSERT = (
    f"INSERT INTO identities (identity, access_id, {_COLUMNS}, since) "  # noqa: S608 - columns
    "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
)
_KEY = "INSERT INTO identifiers (field, value, identity) VALUES (?, ?, ?)"


_ALONE = tuple(map(Alone, range(2 ** len(Alone))))
"""By number: an enumeration is slow to find its own."""


def held_from_row(row: Sequence[Any]) -> Held:
    """What a row of `identities` says, its columns beginning with ``vlan``."""
    vlan, stored, circuit, remote, interface, remote6, enterprise, alone, *_ = row
    identity = Identity(circuit, remote, interface, remote6, enterprise)
    return Held(identity, vlan, bool(stored), _ALONE[alone])


class Ledger:
    """Writes who holds what from now on, in the transaction of an import."""

    def __init__(self, connection: Connection, now: datetime) -> None:
        self._connection = connection
        self._now = microseconds(now)
        (last,) = connection.exec_driver_sql("SELECT max(identity) FROM identities").one()
        self._since = None if last is None else self._now
        self._last = last or 0
        self._rows: list[tuple[object, ...]] = []
        self._keys: list[tuple[int, bytes, int]] = []

    def update(self, access_id: str, before: dict[Held, int], held: set[Held]) -> None:
        """What an access held, with the numbers of the rows, and what it holds now."""
        for gone in before.keys() - held:
            self._end(before[gone], gone.identity)
        for come in sorted(held - before.keys(), key=lambda one: (one.stored, one.vlan or 0)):
            self._last += 1
            found = come.identity
            values = (found.circuit, found.remote, found.interface, found.remote6)
            row = (access_id, come.vlan, int(come.stored), *values, found.enterprise)
            self._rows.append((self._last, *row, int(come.alone), self._since))
            self._keys += _keys(found, self._last)

    def write(self) -> None:
        """Write what has come; in the order of the table, which takes half the time."""
        if self._rows:
            self._connection.exec_driver_sql(_INSERT, self._rows)
        if self._keys:
            self._keys.sort()
            self._connection.exec_driver_sql(_KEY, self._keys)
        self._rows, self._keys = [], []

    def _end(self, number: int, identity: Identity) -> None:
        keys = _keys(identity, number)
        self._connection.exec_driver_sql(
            "DELETE FROM identifiers WHERE field = ? AND value = ? AND identity = ?", keys
        )
        past = [(field | PAST, value, number) for field, value, number in keys]
        self._connection.exec_driver_sql(_KEY, past)
        self._connection.exec_driver_sql(
            "UPDATE identities SET until = ? WHERE identity = ?", (self._now, number)
        )


def index_again(connection: Connection, at_once: int = 20_000) -> None:
    """Make every key again: another version of this program may have made them otherwise."""
    connection.exec_driver_sql("DELETE FROM identifiers")
    last = 0
    while rows := connection.exec_driver_sql(
        f"SELECT identity, until, {_COLUMNS} FROM identities WHERE identity > ? "  # noqa: S608 - columns
        "ORDER BY identity LIMIT ?",
        (last, at_once),
    ).all():
        keys = [
            (field | (0 if row[1] is None else PAST), value, number)
            for row in rows
            for field, value, number in _keys(held_from_row(row[2:]).identity, row[0])
        ]
        connection.exec_driver_sql(_KEY, sorted(keys))
        last = rows[-1][0]


def _keys(identity: Identity, number: int) -> list[tuple[int, bytes, int]]:
    return [(code, value, number) for code, value in keys_of(identity)]


MOST_OF_A_KEY = 64
"""Identities under one key that are looked at: a circuit-id of a common layout is on every switch,
and two accesses are enough to say so."""
_FOUND = ", ".join(
    [
        *("d.access_id", "d.since", "d.until"),
        *(f"d.{name}" for name in _COLUMNS.split(", ")),
        *(f"a.{name}" for name in Attached._fields[1:]),
    ]
)
_PORT_BY = Attached._fields.index("port_by") - 1
"""Where it stands among the columns of an access: there is none without an access."""
_ACCESS = "LEFT JOIN accesses a ON a.access_id = d.access_id"
_SELECT = f"SELECT w.field, w.value, d.identity, {_FOUND} FROM wanted w"  # noqa: S608 - columns
# The cross joins keep the order: SQLite may else begin with all identities.
_ALL = (
    f"{_SELECT} CROSS JOIN identifiers x ON x.field = w.field AND x.value = w.value "
    f"CROSS JOIN identities d ON d.identity = x.identity {_ACCESS}"
)
_OF_EACH = (
    f"{_SELECT} CROSS JOIN identities d ON d.identity IN ("  # noqa: S608 - columns
    "SELECT x.identity FROM identifiers x WHERE x.field = w.field AND x.value = w.value "
    f"LIMIT {MOST_OF_A_KEY + 1}) {_ACCESS}"
)
"""Where some key has more than are looked at: it takes longer, and the others keep theirs."""

_STEP = 16
"""Keys of many questions are filled up to a multiple of it: SQLite keeps what it has compiled."""
_NO_KEY = (0, b"")

Under = dict[Key, dict[int, "Known"]]
"""Key -> identities by number; where there are more than `MOST_OF_A_KEY`, one more."""


@value(frozen=True, slots=True)
class Known:
    """An identity, the access that holds it, and from when to when.

    Attributes:
        since: ``None``: since before the inventory began.
        until: ``None``: it is held now.
        access: The access as it is now; ``None``: it is gone.
    """

    access_id: str
    held: Held
    since: datetime | None
    until: datetime | None
    access: Attached | None

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


@value(frozen=True, slots=True)
class Found:
    """What is indexed under some keys.

    Attributes:
        cut_off: Families (as in `FAMILIES`) of keys under which there is more than was looked at.
    """

    rows: tuple[Known, ...]
    cut_off: frozenset[int]


def under(connection: Connection, keys: list[Key]) -> Under:
    """What is indexed under some keys."""
    lacking = -len(keys) % _STEP if len(keys) > _STEP else 0
    count = len(keys) + lacking
    wanted = f"WITH wanted (field, value) AS (VALUES {', '.join(['(?, ?)'] * count)})"
    values = tuple([part for key in (*keys, *[_NO_KEY] * lacking) for part in key])
    most = count + MOST_OF_A_KEY
    rows = quick(connection, f"{wanted} {_ALL} LIMIT {most}", values)
    found = _by_key(rows)
    if len(rows) == most or any(len(some) > MOST_OF_A_KEY for some in found.values()):
        found = _by_key(quick(connection, f"{wanted} {_OF_EACH}", values))
    return found


def _by_key(rows: list[Any]) -> Under:
    out: Under = {}
    for code, octets, number, *row in rows:
        out.setdefault((code, octets), {})[number] = _known(row)
    return out


def heard(connection: Connection) -> Heard:
    """What the values of all identities begin with, and of those that are no longer held."""
    begins = {code: frozenset(_first_octets(connection, code)) for code in SINGLE}
    least = {code: _least(connection, code, b"") for code in PAIRED}
    return Heard(begins, frozenset(code for code in PAIRED if (least[code] or b"")[:2] == b"\0\0"))


def _first_octets(connection: Connection, code: int) -> Iterator[bytes]:
    """Found by one search each, however many values begin with it."""
    found = _least(connection, code, b"")
    while found:
        yield found[:1]
        found = _least(connection, code, bytes([found[0] + 1])) if found[0] < 0xFF else None


def _least(connection: Connection, code: int, least: bytes) -> bytes | None:
    """The first octets under the number of a key, from some on."""
    statement = "SELECT min(value) FROM identifiers WHERE field = ? AND value >= ?"
    found = [quick(connection, statement, (one, least))[0][0] for one in (code, code | PAST)]
    return min((one for one in found if one is not None), default=None)


def held_by(connection: Connection, access_id: str) -> tuple[Known, ...]:
    """Everything that an access holds and has held, in the order in which it came."""
    statement = (
        f"SELECT {_FOUND} FROM identities d {_ACCESS} WHERE d.access_id = ? "  # noqa: S608
        "ORDER BY d.identity"
    )
    return tuple(_known(row) for row in quick(connection, statement, (access_id,)))


def quick(connection: Connection, statement: str, values: tuple[Any, ...]) -> list[Any]:
    """Rows straight from the driver: SQLAlchemy takes longer over a look-up than SQLite."""
    driver = connection.connection.driver_connection
    return list(driver.execute(statement, values)) if driver else []


def _known(row: Sequence[Any]) -> Known:
    access_id, since, until, vlan, stored, c, r, i, r6, enterprise, alone, *attached = row
    identity = Identity(c, r, i, r6, enterprise)
    access = None if attached[_PORT_BY] is None else Attached(access_id, *attached)
    held = Held(identity, vlan, stored != 0, _ALONE[alone])
    return Known(access_id, held, _time(since), _time(until), access)


def _time(number: int | None) -> datetime | None:
    return None if number is None else moment(number)
