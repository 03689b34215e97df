"""The file in which observed limits and capabilities of agents outlive the process.

They are those of a kind of agent, a model with a software version, not of one device.

What single devices have told of themselves and of their numbers, for an hour: after a restart they
need not be asked for it again. The clocks of SNMPv3 engines that have sent traps, for three months:
after a restart a recorded trap is no news.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from pathlib import Path
from typing import Any

from sqlalchemy import (
    Column,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    Table,
    Text,
    delete,
    func,
    insert,
    select,
)

from techinfo.errors import StoreError, TechinfoError
from techinfo.model import Fact
from techinfo.store.base import MS, Codec, Records, StoreFile, ms_of
from techinfo.store.database import Schema


@dataclass(frozen=True, kw_only=True, slots=True)
class AgentKind:
    """Devices whose agents are the same program, so that what one stands all of them stand.

    Attributes:
        driver: Name of the driver.
        model: As the device tells it; its sysObjectID where it does not.
        software: The firmware's version; sysDescr where no source tells it.
    """

    driver: str
    model: str
    software: str


class Presence(StrEnum):
    """What a probe found of a fact's tables."""

    ANSWERS = "answers"
    """At least one row."""
    EMPTY = "empty"
    """Implemented, and without a row (noSuchInstance, RFC 3416, 4.2.1)."""
    ABSENT = "not implemented"
    """No agent of this kind has them (noSuchObject)."""
    UNTOLD = "no rows"
    """No row, and the agent does not tell what it lacks from what is empty."""


@dataclass(frozen=True, kw_only=True, slots=True)
class ObservedLimit:
    """What one element of a kind did not stand. What is ``None`` or ``False`` it said nothing of.

    Attributes:
        element: Where it was learnt.
        at: When.
        why: In words, for people.
        sure: The agent said so itself. A silence may be the network's, and counts for other
            elements only when a second one has witnessed it.
        max_repetitions, varbinds: At most so many, from 1.
        no_bulk: No GETBULK at all.
        unordered: Rows come in any order.
    """

    kind: AgentKind
    element: str
    at: datetime
    why: str
    sure: bool
    max_repetitions: int | None = None
    varbinds: int | None = None
    no_bulk: bool = False
    unordered: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class Capability:
    """What a probe of one element found of one fact.

    Attributes:
        element: What was probed.
        at: When.
    """

    kind: AgentKind
    fact: Fact
    presence: Presence
    element: str
    at: datetime


@dataclass(frozen=True, kw_only=True, slots=True)
class MetPiece:
    """What a device has told of itself, or one piece of its numbers.

    Attributes:
        host, port: Where it was asked.
        piece: Of its numbers; empty: who it is. What was told before of others is then outdated.
        at: When.
        told: In the words of who keeps it.
    """

    host: str
    port: int
    piece: str
    at: datetime
    told: str


@dataclass(frozen=True, kw_only=True, slots=True)
class EngineClock:
    """The newest that an SNMPv3 engine has said of its time (RFC 3414, 2.2).

    Attributes:
        engine: SnmpEngineID.
        boots: SnmpEngineBoots.
        time: SnmpEngineTime, in seconds.
        at: When it was heard.
    """

    engine: bytes
    boots: int
    time: int
    at: datetime


MOST_CLOCKS = 20_000
"""Of engines; the one that has been silent for longest goes first."""
CLOCKS_KEPT_FOR = timedelta(days=90)
"""After an engine's last message: one that has lost its count of starts is heard again then."""
_MOST_ROWS = 2000
"""Of each table. A network has some dozens of kinds; a sysDescr that never stays the same has more.
"""

_metadata = MetaData()


def _kind_columns() -> list[Column[str]]:
    return [Column(name, Text, primary_key=True) for name in ("driver", "model", "software")]


_lessons = Table(
    "lessons",
    _metadata,
    *_kind_columns(),
    Column("element", Text, primary_key=True),
    Column("sure", Integer, primary_key=True),
    Column("at", Text, nullable=False),
    Column("why", Text, nullable=False),
    Column("max_repetitions", Integer),
    Column("varbinds", Integer),
    Column("no_bulk", Integer, nullable=False),
    Column("unordered", Integer, nullable=False),
    sqlite_with_rowid=False,
)
_capabilities = Table(
    "capabilities",
    _metadata,
    *_kind_columns(),
    Column("fact", Text, primary_key=True),
    Column("presence", Text, nullable=False),
    Column("element", Text, nullable=False),
    Column("at", Text, nullable=False),
    sqlite_with_rowid=False,
)

_met = Table(
    "met",
    _metadata,
    Column("host", Text, primary_key=True),
    Column("port", Integer, primary_key=True),
    Column("piece", Text, primary_key=True),
    Column("at_ms", Integer, nullable=False),
    Column("told", Text, nullable=False),
    sqlite_with_rowid=False,
)
Index("met_at_ms", _met.c.at_ms)
_clocks = Table(
    "engine_clocks",
    _metadata,
    Column("engine", LargeBinary, primary_key=True),
    Column("boots", Integer, nullable=False),
    Column("time", Integer, nullable=False),
    Column("at_ms", Integer, nullable=False),
    sqlite_with_rowid=False,
)
Index("engine_clocks_at_ms", _clocks.c.at_ms)


def _fault(message: str) -> TechinfoError:
    return StoreError(message, key="collect.learnt")


SCHEMA = Schema(
    metadata=_metadata,
    application_id=0x746C726E,  # "tlrn"
    version=3,
    fault=_fault,
    migrations=Path(__file__).with_name("agent_limits_migrations"),
)


def _at_least_one(found: object) -> int:
    if not isinstance(found, int) or found < 1:
        raise ValueError("a limit below 1")
    return found


_LIMIT = Codec(int, _at_least_one)
_KINDS = Records(AgentKind)
_LIMITS = Records(ObservedLimit, besides=("kind",), max_repetitions=_LIMIT, varbinds=_LIMIT)
_CAPABILITIES = Records(Capability, besides=("kind",))
_PIECES = Records(MetPiece, MS)
_CLOCKS = Records(EngineClock, MS)


class AgentLimitsFile(StoreFile):
    """An open file; every error is a `ConfigError` that names it."""

    SCHEMA = SCHEMA
    SYNCHRONOUS = "NORMAL"
    BUSY_S = 0.5  # the event loop waits for a writer no longer than this

    def lessons(self) -> tuple[ObservedLimit, ...]:
        """All observed limits.

        Raises:
            ConfigError: A row is not what this program writes.
        """
        return self.all(
            select(_lessons).limit(_MOST_ROWS),
            lambda row: _LIMITS.record(row, kind=_KINDS.record(row)),
        )

    def capabilities(self) -> tuple[Capability, ...]:
        """All capabilities.

        Raises:
            ConfigError: A row is not what this program writes.
        """
        return self.all(
            select(_capabilities).limit(_MOST_ROWS),
            lambda row: _CAPABILITIES.record(row, kind=_KINDS.record(row)),
        )

    def keep(self, lessons: Iterable[ObservedLimit]) -> None:
        """Write limits; one of the same element and certainty replaces the older."""
        self._put(_lessons, [_KINDS.values(x.kind) | _LIMITS.values(x) for x in lessons])

    def keep_capabilities(self, capabilities: Iterable[Capability]) -> None:
        """Write capabilities; one of the same kind and fact replaces the older."""
        rows = [_KINDS.values(x.kind) | _CAPABILITIES.values(x) for x in capabilities]
        self._put(_capabilities, rows)

    def forget(self, driver: str) -> int:
        """Erase everything observed of a driver's devices; says how many rows that were."""
        with self.database.write() as connection:
            return sum(
                connection.execute(delete(table).where(table.c.driver == driver)).rowcount
                for table in (_lessons, _capabilities)
            )

    def met(self, host: str, port: int, since: datetime) -> tuple[MetPiece, ...]:
        """What a device has told since a time.

        Raises:
            ConfigError: A row is not what this program writes.
        """
        mine = (_met.c.host == host) & (_met.c.port == port) & (_met.c.at_ms >= ms_of(since))
        return self.all(select(_met).where(mine), _PIECES.record)

    def keep_met(self, pieces: Sequence[MetPiece], before: datetime) -> None:
        """Write what devices have told, and erase what is older than ``before``."""
        with self.database.write() as connection:
            connection.execute(delete(_met).where(_met.c.at_ms < ms_of(before)))
            for piece in pieces:
                if not piece.piece:
                    mine = (_met.c.host == piece.host) & (_met.c.port == piece.port)
                    connection.execute(delete(_met).where(mine))
                row = _PIECES.values(piece)
                connection.execute(insert(_met).prefix_with("OR REPLACE"), row)

    def clocks(self) -> tuple[EngineClock, ...]:
        """The clocks of engines, by age.

        Raises:
            ConfigError: A row is not what this program writes.
        """
        newest = select(_clocks).order_by(_clocks.c.at_ms.desc()).limit(MOST_CLOCKS)
        return self.all(newest, _CLOCKS.record)[::-1]

    def keep_clocks(self, clocks: Iterable[EngineClock], now: datetime) -> None:
        """Write clocks by age; the later of one engine replaces the older. Old ones are erased."""
        rows = {clock.engine: _CLOCKS.values(clock) for clock in clocks}
        newest = select(_clocks.c.at_ms).order_by(_clocks.c.at_ms.desc())
        oldest = newest.offset(MOST_CLOCKS).limit(1).scalar_subquery()
        with self.database.write() as connection:
            if rows:
                put = insert(_clocks).prefix_with("OR REPLACE")
                connection.execute(put, list(rows.values()))
            too_old = _clocks.c.at_ms < ms_of(now - CLOCKS_KEPT_FOR)
            connection.execute(delete(_clocks).where(too_old | (_clocks.c.at_ms <= oldest)))

    def look(self) -> str:
        """What keeps the file from being written; empty: nothing."""
        return self.database.look()

    def _put(self, table: Table, rows: list[dict[str, Any]]) -> None:
        if not rows:
            return
        with self.database.write() as connection:
            connection.execute(insert(table).prefix_with("OR REPLACE"), rows)
            count = connection.execute(select(func.count()).select_from(table)).scalar_one()
            if count > _MOST_ROWS:
                raise _fault(f"{self.database.name}: is full; {_MOST_ROWS} rows are kept at most")
