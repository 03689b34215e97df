"""From when to when an access holds an identity.

The inventory keeps what it has known: a line of an old log is about whoever held the identifier
then. What is held at the first import has no beginning, because nobody knows how long it was so.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import Connection

from techinfo.dhcp.identity import Identity
from techinfo.dhcp.matching import keys_of
from techinfo.inventory.identifiers.deriving import Alone, Held
from techinfo.inventory.identifiers.tables import PAST, code

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_COLUMNS = "vlan, stored, circuit, remote, interface, remote6, enterprise, alone"
_INSERT = (
    f"INSERT INTO identities (identity, access_id, {_COLUMNS}, since) "  # noqa: S608 - columns
    "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
)
_KEY = "INSERT INTO identifiers (field, value, identity) VALUES (?, ?, ?)"


def microseconds(moment: datetime) -> int:
    """A time as the index has it."""
    return (moment - _EPOCH) // timedelta(microseconds=1)


def moment(told: int | None) -> datetime | None:
    """A time of the index."""
    return None if told is None else _EPOCH + timedelta(microseconds=told)


def held_from_row(row: Sequence[Any]) -> Held:
    """What a row of `identities` says, its columns beginning with ``vlan``."""
    vlan, stored, circuit, remote, interface, remote6, enterprise, alone = row[:8]
    identity = Identity(circuit, remote, interface, remote6, enterprise)
    return Held(identity, vlan, bool(stored), Alone(alone))


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
            told = (access_id, come.vlan, int(come.stored), *values, found.enterprise)
            self._rows.append((self._last, *told, int(come.alone), self._since))
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
        keys = list(_keys(identity, number))
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


def forget_before(connection: Connection, before: datetime) -> int:
    """Remove what nobody has held since a time, and say how much."""
    rows = connection.exec_driver_sql(
        f"SELECT identity, {_COLUMNS} FROM identities WHERE until < ?",  # noqa: S608 - columns
        (microseconds(before),),
    ).all()
    keys = _flat(_keys(held_from_row(row[1:]).identity, row[0]) for row in rows)
    past = [(field | PAST, value, number) for field, value, number in keys]
    if past:
        connection.exec_driver_sql(
            "DELETE FROM identifiers WHERE field = ? AND value = ? AND identity = ?", past
        )
        connection.exec_driver_sql(
            "DELETE FROM identities WHERE identity = ?", [(row[0],) for row in rows]
        )
    return len(rows)


def _keys(identity: Identity, number: int) -> Iterator[tuple[int, bytes, int]]:
    for key in keys_of(identity):
        yield code(key), key.value, number


def _flat(
    many: Iterable[Iterator[tuple[int, bytes, int]]],
) -> Iterator[tuple[int, bytes, int]]:
    for one in many:
        yield from one
