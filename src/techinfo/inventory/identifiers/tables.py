"""The index of DHCP identifiers: what names an access to a DHCP server, now and before.

`identities` is what is known, `identifiers` is how it is found. Both change in the transaction of
the import that changes the accesses.
"""

from __future__ import annotations

from enum import IntEnum

from sqlalchemy import Column, Index, Integer, LargeBinary, Table, Text

from techinfo.dhcp.identity import Field
from techinfo.dhcp.matching import Key
from techinfo.inventory.tables import SCHEMA

PAST = 0x40
"""Added to the code of a field: of an identity that is no longer held."""
_LOOSE = 0x20
_CODES: dict[tuple[Field, ...], int] = {
    (Field.CIRCUIT,): 1,
    (Field.REMOTE,): 2,
    (Field.INTERFACE,): 3,
    (Field.REMOTE6,): 4,
    (Field.CIRCUIT, Field.REMOTE): 5,
    (Field.INTERFACE, Field.REMOTE6): 6,
}


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


def code(key: Key) -> int:
    """The number of a key's fields in the table."""
    return _CODES[key.fields] | (_LOOSE if key.loose else 0)


def family_of(number: int) -> int:
    """The family, as in `FAMILIES`, of the fields with this number."""
    return 0 if number & ~(PAST | _LOOSE) in {1, 2, 5} else 1
