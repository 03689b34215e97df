"""What the index of DHCP identifiers holds, and how its rows are read."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection

from techinfo.dhcp.identity import Identity
from techinfo.inventory.identifiers.deriving import Held
from techinfo.inventory.identifiers.intervals import held_from_row, moment
from techinfo.inventory.records import Access

MOST_OF_A_KEY = 64
"""Identities under one key that are looked at: a circuit-id of a common layout is on every switch,
and two accesses are enough to say so."""
_COLUMNS = (
    "d.access_id, d.since, d.until, d.vlan, d.stored, d.circuit, d.remote, d.interface, "
    "d.remote6, d.enterprise, d.alone, a.element, a.port, a.port_by, a.module, a.port_number"
)
_ACCESS = "LEFT JOIN accesses a ON a.access_id = d.access_id"

Under = dict[tuple[int, bytes], tuple[dict[int, "Known"], bool]]
"""Code of the fields and value -> identities by number, and whether there are more."""


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


def under(connection: Connection, keys: list[tuple[int, bytes]]) -> Under:
    """What is indexed under some keys."""
    rows = ", ".join(["(?, ?)"] * len(keys))
    found = quick(
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


def held_by(connection: Connection, access_id: str) -> tuple[Known, ...]:
    """Everything that an access holds and has held, in the order in which it came."""
    statement = (
        f"SELECT {_COLUMNS} FROM identities d {_ACCESS} WHERE d.access_id = ? "  # noqa: S608
        "ORDER BY d.identity"
    )
    return tuple(_known(row) for row in quick(connection, statement, (access_id,)))


def quick(connection: Connection, statement: str, values: tuple[Any, ...]) -> list[Any]:
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
