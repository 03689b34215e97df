"""The file of history as SQLite has it.

One row of ``chunks`` holds one element's polls of an hour, its hours of a day, or its days of a
month, packed by `techinfo.history.frames`. What is about people stands in rows of its own, where it
is found and erased by name.
"""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import (
    Column,
    Float,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    Table,
    Text,
    UniqueConstraint,
)

from techinfo.errors import StoreError, TechinfoError
from techinfo.store.database import Schema

_metadata = MetaData()
PORTS = Table(
    "ports",
    _metadata,
    Column("id", Integer, primary_key=True),
    Column("element", Text, nullable=False),
    Column("name", Text, nullable=False),
    Column("macs_first", Integer),
    Column("macs_last", Integer),
    Column("fell_after", Integer),
    Column("fell", Integer),
    Column("cleared", Integer, nullable=False, default=0, server_default="0"),
    UniqueConstraint("element", "name"),
)
CHUNKS = Table(
    "chunks",
    _metadata,
    Column("id", Integer, primary_key=True),
    Column("element", Text, nullable=False),
    Column("kind", Text, nullable=False),
    Column("begin", Integer, nullable=False),
    Column("rolled", Integer, nullable=False, default=0),
    Column("data", LargeBinary, nullable=False),
    UniqueConstraint("element", "kind", "begin"),
)
Index("chunks_age", CHUNKS.c.kind, CHUNKS.c.begin)
TRANSITIONS = Table(
    "transitions",
    _metadata,
    Column("port", Integer, ForeignKey("ports.id"), primary_key=True),
    Column("at", Integer, primary_key=True),
    Column("up", Integer, primary_key=True),
    Column("earliest", Integer, nullable=False),
    Column("exact", Integer, nullable=False),
    Column("reboot", Integer, nullable=False),
    sqlite_with_rowid=False,
)
Index("transitions_age", TRANSITIONS.c.at)
MACS = Table(
    "macs",
    _metadata,
    Column("port", Integer, ForeignKey("ports.id"), primary_key=True),
    Column("mac", Text, primary_key=True),
    Column("vlan", Integer, primary_key=True),
    Column("since", Integer, nullable=False),
    Column("until", Integer, nullable=False),
    sqlite_with_rowid=False,
)
Index("macs_mac", MACS.c.mac)
Index("macs_age", MACS.c.until)
NEIGHBOURS = Table(
    "neighbours",
    _metadata,
    Column("port", Integer, ForeignKey("ports.id"), primary_key=True),
    Column("said", Text, primary_key=True),
    Column("since", Integer, nullable=False),
    Column("until", Integer, nullable=False),
    sqlite_with_rowid=False,
)
Index("neighbours_said", NEIGHBOURS.c.said)
Index("neighbours_age", NEIGHBOURS.c.until)
FREE_PORTS = Table(
    "free_ports",
    _metadata,
    Column("port", Integer, ForeignKey("ports.id"), primary_key=True),
    Column("name", Text),
    Column("descr", Text),
    Column("if_index", Integer, nullable=False),
    Column("seen", Integer, nullable=False),
)
FREE_SEEN = Table(
    "free_seen",
    _metadata,
    Column("port", Integer, ForeignKey("ports.id"), primary_key=True),
    Column("said", Integer, primary_key=True),
    Column("word", Text, primary_key=True),
    Column("since", Integer, nullable=False),
    Column("until", Integer, nullable=False),
    sqlite_with_rowid=False,
)
"""MAC addresses; ``said``: what neighbours say of themselves."""
Index("free_seen_word", FREE_SEEN.c.word)
Index("free_seen_age", FREE_SEEN.c.until)
BASELINES = Table(
    "baselines",
    _metadata,
    Column("port", Integer, ForeignKey("ports.id"), primary_key=True),
    Column("at", Integer, primary_key=True),
    Column("rx", Float, nullable=False),
    Column("tx", Float),
    Column("serial", Text),
    Column("source", Text, nullable=False),
    sqlite_with_rowid=False,
)
EVENTS = Table(
    "events",
    _metadata,
    Column("port", Integer, ForeignKey("ports.id"), primary_key=True),
    Column("at", Integer, primary_key=True),
    Column("kind", Text, primary_key=True),
    Column("earliest", Integer, nullable=False),
    Column("value", Integer),
    sqlite_with_rowid=False,
)
Index("events_age", EVENTS.c.at)
WATCHES = Table(
    "watches",
    _metadata,
    Column("id", Text, primary_key=True),
    Column("access_id", Text, nullable=False),
    Column("started_by", Text, nullable=False),
    Column("role", Text, nullable=False),
    Column("provider", Text),
    Column("reason", Text, nullable=False),
    Column("ticket", Text),
    Column("begun", Integer, nullable=False),
    Column("until", Integer, nullable=False),
    Column("ended", Integer),
    Column("why", Text),
    Column("reads", Integer, nullable=False),
    Column("missed", Integer, nullable=False),
)
Index("watches_access", WATCHES.c.access_id)
WATCH_EVENTS = Table(
    "watch_events",
    _metadata,
    Column("watch", Text, ForeignKey("watches.id"), primary_key=True),
    Column("number", Integer, primary_key=True),
    Column("at", Integer, nullable=False),
    Column("told", Text, nullable=False),
    sqlite_with_rowid=False,
)
DISTURBANCES = Table(
    "disturbances",
    _metadata,
    Column("reference", Text, primary_key=True),
    Column("scope", Text, nullable=False),
    Column("name", Text, nullable=False),
    Column("since", Integer, nullable=False),
    Column("until", Integer),
    Column("restart", Integer, nullable=False),
    Column("of", Integer, nullable=False),
    Column("part_of", Text),
)
Index("disturbances_age", DISTURBANCES.c.since)
DISTURBED = Table(
    "disturbed",
    _metadata,
    Column("reference", Text, ForeignKey("disturbances.reference"), primary_key=True),
    Column("port", Integer, ForeignKey("ports.id"), primary_key=True),
    Column("at", Integer, nullable=False),
    sqlite_with_rowid=False,
)
Index("disturbed_port", DISTURBED.c.port)
ACCESSES = Table(
    "accesses",
    _metadata,
    Column("access_id", Text, primary_key=True),
    Column("port", Integer, ForeignKey("ports.id"), primary_key=True),
    Column("last", Integer, nullable=False, default=0, server_default="0"),
    sqlite_with_rowid=False,
)
Index("accesses_port", ACCESSES.c.port)


def _fault(message: str) -> TechinfoError:
    return StoreError(message, key="history.path")


SCHEMA = Schema(
    metadata=_metadata,
    application_id=0x74686973,  # "this"
    version=7,
    fault=_fault,
    migrations=Path(__file__).with_name("migrations"),
)
