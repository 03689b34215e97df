"""What stands in the file of leases, and its rows as values."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import Column, Index, Integer, LargeBinary, MetaData, Row, Table, Text

from techinfo.errors import StoreError, TechinfoError
from techinfo.store.database import Schema

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)


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
_NAMES = tuple(column.name for column in LEASES.columns)
_TIMES = ("start", "heard", "last_renew", "end")


def fault(message: str) -> TechinfoError:
    """What is wrong with the file of leases, as an error."""
    return StoreError(message, key="leases.path")


SCHEMA = Schema(
    metadata=_metadata,
    application_id=0x746C7365,  # "tlse"
    version=1,
    fault=fault,
)


@dataclass(frozen=True, kw_only=True, slots=True)
class LeaseRow:
    """One client with one address on one access; values as in ``dhcp.intervals.Interval``."""

    address: str
    start: datetime
    heard: datetime
    server: str
    newest: bool = True
    mac: str | None = None
    duid: str | None = None
    access_id: str | None = None
    vlan: int | None = None
    circuit: bytes | None = None
    remote: bytes | None = None
    interface: bytes | None = None
    remote6: bytes | None = None
    enterprise: int | None = None
    last_renew: datetime | None = None
    end: datetime | None = None
    how: str | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Position:
    """How far a source was read.

    Attributes:
        device, inode: Of the file.
        offset: Octets of it whose records were taken.
        head: Its first octets, by which it is known again.
    """

    source: str
    device: int
    inode: int
    offset: int
    head: bytes
    at: datetime


@dataclass(frozen=True, kw_only=True, slots=True)
class ObservationRow:
    """Something about identifiers that the operator should look at.

    Attributes:
        kind: What, in a word.
        access_id: The access that is concerned; empty: none is known.
        other_id: The access that the identifier names; empty: none.
        client: MAC address or DUID; empty: not told.
        identity: The identifier as it was seen, options 82 or 18 and 37 in octets.
        count: How often, from `first_at` to `last_at`.
    """

    kind: str
    access_id: str
    other_id: str
    client: str
    identity: bytes
    server: str
    first_at: datetime
    last_at: datetime
    count: int = 1
    address: str | None = None


def number_of(at: datetime) -> int:
    """A time as it is kept: microseconds since 1970."""
    return (at - _EPOCH) // _MICROSECOND


def moment_of(number: int) -> datetime:
    """The time that is kept as a number.

    Raises:
        ConfigError: It is none.
    """
    try:
        return _EPOCH + number * _MICROSECOND
    except (TypeError, OverflowError) as error:
        raise fault(f"a row cannot be read: {error}") from error


def columns_of(row: LeaseRow) -> dict[str, Any]:
    """A lease as its columns."""
    values: dict[str, Any] = {name: getattr(row, name) for name in _NAMES}
    for name in _TIMES:
        values[name] = None if values[name] is None else number_of(values[name])
    return values


def lease_of(row: Row[Any]) -> LeaseRow:
    """The lease of a row."""
    values = row._asdict()
    for name in _TIMES:
        values[name] = None if values[name] is None else moment_of(values[name])
    return LeaseRow(**{**values, "newest": bool(values["newest"])})


def observation_of(values: dict[str, Any]) -> ObservationRow:
    """The observation of a row's columns."""
    return ObservationRow(
        **{
            **values,
            "first_at": moment_of(values["first_at"]),
            "last_at": moment_of(values["last_at"]),
        }
    )
