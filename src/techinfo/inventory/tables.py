"""The inventory's tables: those of the records follow from their fields, the others stand here.

Foreign keys are checked at the end of a transaction, because an import removes and adds in steps.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import MappingProxyType
from typing import Any

from sqlalchemy import (
    Column,
    Executable,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    Row,
    Select,
    Table,
    Text,
    select,
)

from techinfo.errors import InventoryError
from techinfo.inventory.records import FIELDS, PARENTS, Kind
from techinfo.store.base import Database
from techinfo.store.database import Schema

_metadata = MetaData()
_PAGE = 1000
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


KEYS: Mapping[Kind, str] = MappingProxyType(
    {
        "elements": "name",
        "accesses": "access_id",
        "cpes": "access_id",
        "services": "scope",
        "subscriptions": "subscription_id",
        "offers": "offer",
    }
)
"""Kind -> its primary key: a field, or a column in front of them that `derived_key` fills."""
_NULLABLE: tuple[Kind, str] = ("services", "vlan")
"""NULL has been allowed there since the first version of the file, though no service is without."""


def _table(kind: Kind, *indexes: Index) -> Table:
    """The table of a kind: a column for every field of its record."""
    key = KEYS[kind]
    field, parent = PARENTS.get(kind, (None, kind))
    columns: list[Column[Any]] = []
    if key not in FIELDS[kind]:
        columns.append(Column(key, Text, primary_key=True))
    for name, type_ in FIELDS[kind].items():
        target = f"{parent}.{KEYS[parent]}"
        late = [ForeignKey(target, deferrable=True, initially="DEFERRED")] if name == field else []
        columns.append(
            Column(
                name,
                Integer if type_.value is int else Text,
                *late,
                primary_key=name == key,
                nullable=type_.optional or (kind, name) == _NULLABLE,
            )
        )
    return Table(kind, _metadata, *columns, *indexes, sqlite_with_rowid=False)


elements = _table("elements", Index("elements_by_address", "address", "port", unique=True))
accesses = _table(
    "accesses",
    Index("accesses_by_port", "element", "port"),
    Index("accesses_by_legacy_id", "legacy_access_id"),
    Index("accesses_by_outlet", "outlet"),
    Index("accesses_by_cable_group", "cable_group"),
    Index("accesses_by_street", "street_name", "postal_code", "city"),
)
cpes = _table(
    "cpes",
    Index("cpes_by_mac", "mac"),
    Index("cpes_by_serial_number", "serial_number"),
)
services = _table("services", Index("services_by_element", "element"))
subscriptions = _table(
    "subscriptions",
    Index("subscriptions_by_access", "access_id", "provider"),
    Index("subscriptions_by_provider", "provider", "access_id", "subscription_id"),
    Index("subscriptions_by_sp_reference", "sp_reference", "provider"),
    Index("subscriptions_by_sp_subscription", "sp_subscription_id", "provider"),
)
offers = _table("offers", Index("offers_by_access", "access_id"))
TABLES: Mapping[Kind, Table] = MappingProxyType(
    {
        "elements": elements,
        "accesses": accesses,
        "cpes": cpes,
        "services": services,
        "subscriptions": subscriptions,
        "offers": offers,
    }
)

tenures = Table(
    "tenures",
    _metadata,
    *(Column(name, Text, primary_key=True) for name in ("access_id", "provider", "service_type")),
    Column("vlan", Integer, primary_key=True),
    *(Column(name, Text) for name in ("told_at", "gone_at")),
    sqlite_with_rowid=False,
)
"""Services of providers on accesses that imports have brought (``told_at``) or dropped, and when,
as `date_text`. VLAN 0: the subscription has none. See `techinfo.inventory.importing.tenures`."""

turns = Table(
    "turns",
    _metadata,
    *(Column(name, Text, primary_key=True) for name in ("access_id", "at")),
    Column("elsewhere", Integer, nullable=False),
    sqlite_with_rowid=False,
)
"""When rows on an access began to belong to others; "" is every access. ``elsewhere`` 1: it is
attached elsewhere, or its VLANs carry something else; 0: only its subscriptions have changed."""

imports = Table(
    "imports",
    _metadata,
    Column("kind", Text, primary_key=True),
    Column("imported_at", Text, nullable=False),
    sqlite_with_rowid=False,
)
"""When each kind was last imported, RFC 3339, UTC."""

street_words = Table(
    "street_words",
    _metadata,
    *(
        Column(name, Text, primary_key=True)
        for name in ("word", "street_name", "postal_code", "city")
    ),
    sqlite_with_rowid=False,
)
"""The words of every street and town, folded, for searches that begin a word; "" is unknown there.

As many rows as a network has streets, times a few, however many accesses are in them."""

event_times = Table(
    "event_times",
    _metadata,
    Column("batch", Integer, primary_key=True),
    Column("at", Integer, nullable=False),
)
"""One row for each import: when it was, in microseconds since 1970. Both only ever grow, and no two
are in the same second."""

events = Table(
    "events",
    _metadata,
    Column("number", Integer, primary_key=True),
    Column("batch", Integer, nullable=False),
    Column("change", Text, nullable=False),
    Column("object_type", Text, nullable=False),
    Column("object_id", Text, nullable=False),
    Column("access_id", Text, nullable=False),
    Column("provider", Text),
    Index("events_by_batch", "batch"),
    Index("events_by_access", "object_type", "access_id", "batch"),
)
"""What an import has created, updated or deleted of what ON-API lists."""

events_dropped = Table(
    "events_dropped",
    _metadata,
    Column("before", Integer, primary_key=True),
)
"""At most one row: events before this time, in microseconds since 1970, are no longer known."""


works = Table(
    "works",
    _metadata,
    Column("reference", Text, primary_key=True),
    Column("told", Text, nullable=False),
    *(Column(name, Integer, nullable=False) for name in ("begin", "end")),
    *(Column(name, Integer) for name in ("expected_end", "ended")),
    Column("until", Integer, nullable=False),
    Index("works_by_end", "until"),
    sqlite_with_rowid=False,
)
"""Planned works; times are microseconds since 1970, ``until`` the one that counts of the ends."""

works_scopes = Table(
    "works_scopes",
    _metadata,
    *(Column(name, Text, primary_key=True) for name in ("place", "name", "within", "reference")),
    Index("works_scopes_by_works", "reference"),
    sqlite_with_rowid=False,
)
"""Where works are: see `techinfo.inventory.works.records.Scope`."""


def key_of(kind: Kind) -> Column[Any]:
    """The primary key of a kind's table."""
    return TABLES[kind].c[KEYS[kind]]


def fields_of(kind: Kind) -> Select[Any]:
    """The rows of a kind, as `techinfo.inventory.records.from_row` reads them."""
    return select(*(TABLES[kind].c[name] for name in FIELDS[kind]))


def rows(
    database: Database, query: Executable, values: Mapping[str, object] | None = None
) -> Sequence[Row[Any]]:
    """What a query finds; nothing for half of a character, to which no text in a file is equal."""
    try:
        with database.read() as connection:
            return connection.execute(query, values).all()
    except UnicodeEncodeError:
        return []


def pages(database: Database, query: Select[Any], keys: Sequence[str]) -> Iterator[Row[Any]]:
    """The rows of a query, a page in memory at a time.

    An import in between shows from the next page on; nothing comes twice.

    Args:
        database: The inventory.
        query: Ordered by the keys, and with those greater than the parameters ``last_0``, ….
        keys: Columns of text.
    """
    query, last = query.limit(_PAGE), [""] * len(keys)
    while True:
        found = rows(database, query, {f"last_{n}": value for n, value in enumerate(last)})
        yield from found
        if len(found) < _PAGE:
            return
        last = [getattr(found[-1], key) for key in keys]


def microseconds(moment: datetime) -> int:
    """A time as columns of numbers hold it: microseconds since 1970."""
    return (moment - _EPOCH) // timedelta(microseconds=1)


def moment(number: int) -> datetime:
    """The time that `microseconds` stands for."""
    return _EPOCH + timedelta(microseconds=number)


def date_text(moment: datetime) -> str:
    """A time as columns of text hold it: in UTC and one form, so that texts compare as times."""
    return moment.astimezone(UTC).isoformat()


def derived_key(kind: Kind, values: Mapping[str, Any]) -> str | None:
    """The primary key of a kind whose key is no field; ``None``: it is one."""
    if kind == "services":
        return scope_key(**{name: values[name] for name in ("vlan", "element", "site", "port")})
    if kind == "offers":
        return offer_key(values["access_id"], values["service"])
    return None


def scope_key(
    vlan: int, *, element: str | None = None, site: str | None = None, port: str | None = None
) -> str:
    """Where a VLAN's service is declared, as one text; of several the smallest is the closest.

    No name in an inventory holds a control character, so the parts cannot run together.
    """
    if element is not None and port is not None:
        return f"1\x1f{vlan}\x1f{element}\x1f{port}"
    if element is not None:
        return f"2\x1f{vlan}\x1f{element}"
    if site is not None:
        return f"3\x1f{vlan}\x1f{site}"
    return f"4\x1f{vlan}"


def offer_key(access_id: str, service: str) -> str:
    """Which service on which access, as one text."""
    return f"{access_id}\x1f{service}"


SCHEMA = Schema(
    metadata=_metadata,
    application_id=0x74696E76,  # "tinv"
    version=13,
    fault=InventoryError,
    migrations=Path(__file__).with_name("migrations"),
)
