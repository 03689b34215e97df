"""The tables of the file of leases."""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import Column, Index, Integer, LargeBinary, MetaData, Table, Text

from techinfo.errors import StoreError, TechinfoError
from techinfo.store.database import Schema

_metadata = MetaData()
LEASES = Table(
    "leases",
    _metadata,
    Column("address", Text, primary_key=True),
    Column("start", Integer, primary_key=True),
    Column("newest", Integer, nullable=False),
    Column("heard", Integer, nullable=False),
    Column("server", Text, nullable=False),
    Column("mac", Text),
    Column("duid", Text),
    Column("access_id", Text),
    Column("vlan", Integer),
    Column("circuit", LargeBinary),
    Column("remote", LargeBinary),
    Column("interface", LargeBinary),
    Column("remote6", LargeBinary),
    Column("enterprise", Integer),
    Column("last_renew", Integer),
    Column("end", Integer),
    Column("how", Text),
    sqlite_with_rowid=False,
)
Index("leases_access", LEASES.c.access_id, LEASES.c.newest)
Index("leases_mac", LEASES.c.mac, LEASES.c.newest)
Index("leases_heard", LEASES.c.heard)
POSITIONS = Table(
    "positions",
    _metadata,
    Column("source", Text, primary_key=True),
    Column("device", Integer, nullable=False),
    Column("inode", Integer, nullable=False),
    Column("offset", Integer, nullable=False),
    Column("head", LargeBinary, nullable=False),
    Column("at", Integer, nullable=False),
    sqlite_with_rowid=False,
)
OBSERVATIONS = Table(
    "observations",
    _metadata,
    Column("kind", Text, primary_key=True),
    Column("access_id", Text, primary_key=True),
    Column("other_id", Text, primary_key=True),
    Column("client", Text, primary_key=True),
    Column("identity", LargeBinary, primary_key=True),
    Column("address", Text),
    Column("server", Text, nullable=False),
    Column("first_at", Integer, nullable=False),
    Column("last_at", Integer, nullable=False),
    Column("count", Integer, nullable=False),
    sqlite_with_rowid=False,
)
Index("observations_last", OBSERVATIONS.c.last_at)
Index("observations_access", OBSERVATIONS.c.access_id)


MESSAGES = Table(
    "messages",
    _metadata,
    Column("client", Text, primary_key=True),
    Column("at", Integer, primary_key=True),
    Column("type", Text, primary_key=True),
    Column("server", Text, primary_key=True),
    Column("access_id", Text),
    Column("vlan", Integer),
    Column("address", Text),
    Column("reason", Text),
    sqlite_with_rowid=False,
)
Index("messages_access", MESSAGES.c.access_id)
Index("messages_at", MESSAGES.c.at)


def _fault(message: str) -> TechinfoError:
    return StoreError(message, key="leases.path")


SCHEMA = Schema(
    metadata=_metadata,
    application_id=0x746C7365,  # "tlse"
    version=3,
    fault=_fault,
    migrations=Path(__file__).with_name("migrations"),
)
