"""The inventory's tables, a column for every field of a record.

Foreign keys are checked at the end of a transaction, because an import removes and adds in steps.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType

from sqlalchemy import Column, ForeignKey, Index, Integer, MetaData, Table, Text
from sqlalchemy.schema import SchemaItem

from techinfo.errors import InventoryError
from techinfo.inventory.records import Kind
from techinfo.store.database import Schema

_metadata = MetaData()


def _texts(*names: str) -> list[SchemaItem]:
    return [Column(name, Text) for name in names]


def _numbers(*names: str) -> list[SchemaItem]:
    return [Column(name, Integer) for name in names]


def _late(target: str) -> ForeignKey:
    return ForeignKey(target, deferrable=True, initially="DEFERRED")


def _reference(name: str, target: str, *, primary_key: bool = False) -> Column[str]:
    return Column(name, Text, _late(target), primary_key=primary_key, nullable=not primary_key)


elements = Table(
    "elements",
    _metadata,
    Column("name", Text, primary_key=True),
    Column("address", Text, nullable=False),
    Column("port", Integer, nullable=False),
    *_texts("driver"),
    Column("credential", Text, nullable=False),
    *_texts("sys_name", "site"),
    Column("engine", Text, nullable=False),
    Column("role", Text, nullable=False),
    *_texts("mac", "ip", "layout", "circuit_id", "remote_id", "interface_id", "remote6_id"),
    *_numbers("enterprise_number"),
    Index("elements_by_address", "address", "port", unique=True),
    sqlite_with_rowid=False,
)

accesses = Table(
    "accesses",
    _metadata,
    Column("access_id", Text, primary_key=True),
    *_texts("legacy_access_id"),
    _reference("element", "elements.name"),
    *_texts("port"),
    Column("port_by", Text, nullable=False),
    *_numbers("ont_id", "uni", "s_vlan", "c_vlan"),
    *_texts("state", "street_name", "street_number", "street_littera", "postal_code", "city"),
    *_texts("country_code", "premises_type", "mdu_apartment_number", "mdu_distinguisher"),
    *_texts("outlet", "population"),
    *_numbers("price_group"),
    *_texts("national_address_uuid"),
    *_numbers("module", "port_number"),
    *_texts("co_fiber_converter", "co_cpe_switch", "co_cpe_router", "co_network_agreement"),
    Index("accesses_by_port", "element", "port"),
    Index("accesses_by_legacy_id", "legacy_access_id"),
    Index("accesses_by_street", "street_name", "postal_code", "city"),
    sqlite_with_rowid=False,
)

cpes = Table(
    "cpes",
    _metadata,
    _reference("access_id", "accesses.access_id", primary_key=True),
    *_texts("address"),
    Column("port", Integer, nullable=False),
    *_texts("driver"),
    Column("credential", Text, nullable=False),
    *_texts("mac", "serial_number"),
    Column("engine", Text, nullable=False),
    Index("cpes_by_mac", "mac"),
    sqlite_with_rowid=False,
)

services = Table(
    "services",
    _metadata,
    Column("scope", Text, primary_key=True),
    *_numbers("vlan"),
    Column("service_type", Text, nullable=False),
    _reference("element", "elements.name"),
    *_texts("site", "port"),
    Index("services_by_element", "element"),
    sqlite_with_rowid=False,
)
"""One row for each `scope_key`."""

subscriptions = Table(
    "subscriptions",
    _metadata,
    Column("subscription_id", Text, primary_key=True),
    Column("access_id", Text, _late("accesses.access_id"), nullable=False),
    Column("provider", Text, nullable=False),
    Column("service", Text, nullable=False),
    Column("service_type", Text, nullable=False),
    Column("state", Text, nullable=False),
    *_texts("connection_date", "disconnection_date", "sp_reference", "sp_subscription_id"),
    *_numbers("vlan"),
    *_texts("option82", "ipv4_circuit_id", "ipv4_remote_id", "ipv6_interface_id"),
    *_texts("ipv6_remote_id", "note", "characteristics", "equipment"),
    Index("subscriptions_by_access", "access_id", "provider"),
    Index("subscriptions_by_provider", "provider", "access_id", "subscription_id"),
    Index("subscriptions_by_sp_reference", "sp_reference", "provider"),
    Index("subscriptions_by_sp_subscription", "sp_subscription_id", "provider"),
    sqlite_with_rowid=False,
)

offers = Table(
    "offers",
    _metadata,
    Column("offer", Text, primary_key=True),
    Column("access_id", Text, _late("accesses.access_id"), nullable=False),
    Column("service", Text, nullable=False),
    Column("connection", Text, nullable=False),
    *_texts("available", "disconnection"),
    Column("forced_takeover_possible", Integer, nullable=False),
    *_texts("comments", "characteristics"),
    Index("offers_by_access", "access_id"),
    sqlite_with_rowid=False,
)
"""One row for each `offer_key`."""

tenures = Table(
    "tenures",
    _metadata,
    *(Column(name, Text, primary_key=True) for name in ("access_id", "provider", "service_type")),
    Column("vlan", Integer, primary_key=True),
    *_texts("told_at", "gone_at"),
    sqlite_with_rowid=False,
)
"""Services of providers on accesses that imports have told or dropped, and when, as the dates of
subscriptions are written. VLAN 0: none is told. See `techinfo.inventory.importing.tenures`."""

turns = Table(
    "turns",
    _metadata,
    *(Column(name, Text, primary_key=True) for name in ("access_id", "at")),
    Column("elsewhere", Integer, nullable=False),
    sqlite_with_rowid=False,
)
"""When rows on an access were given to others than before; "" is every access. 1: where it is, or
what its VLANs carry, is another than before; 0: only who subscribes."""

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
    *_texts("provider"),
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
DERIVED: frozenset[Kind] = frozenset({"services", "offers"})
"""Kinds whose identity is no field of the record, but made of several."""


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
    version=6,
    fault=InventoryError,
    migrations=Path(__file__).with_name("migrations"),
)
