"""The file in which lessons and capabilities outlive the process.

What is remembered of a kind of agent: of a model with a software, not of one device.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import Any, Self, TypeVar

from sqlalchemy import Column, Integer, MetaData, Row, Table, Text, delete, func, insert, select

from techinfo.errors import StoreError, TechinfoError
from techinfo.model import Fact
from techinfo.store.database import Database, Schema, open_database, open_read_only


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


_T = TypeVar("_T")

_MOST_ROWS = 2000
"""Of each table. A network has some dozens of kinds; a sysDescr that never stays the same has more.
"""
_BUSY_S = 0.5
"""The event loop waits for a writer no longer than this."""

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


def _fault(message: str) -> TechinfoError:
    return StoreError(message, key="collect.learnt")


SCHEMA = Schema(
    metadata=_metadata,
    application_id=0x746C726E,  # "tlrn"
    version=1,
    fault=_fault,
)


class AgentLimitsFile:
    """An open file; every error is a `ConfigError` that names it. Close it, or use ``with``."""

    def __init__(self, database: Database) -> None:
        self._database = database

    @classmethod
    def open(cls, path: Path) -> Self:
        """Open a file for reading and writing; where there is none, an empty one is created."""
        return cls(open_database(path, SCHEMA, busy_timeout_s=_BUSY_S))

    @classmethod
    def open_read_only(cls, path: Path) -> Self:
        """Open a file that is there, and never write to it."""
        return cls(open_read_only(path, SCHEMA, busy_timeout_s=_BUSY_S))

    def lessons(self) -> tuple[ObservedLimit, ...]:
        """All of them.

        Raises:
            ConfigError: A row is not what this program writes.
        """
        return self._all(_lessons, _lesson)

    def capabilities(self) -> tuple[Capability, ...]:
        """All of them.

        Raises:
            ConfigError: A row is not what this program writes.
        """
        return self._all(_capabilities, _capability)

    def keep(self, lessons: Iterable[ObservedLimit]) -> None:
        """Write lessons; one of the same element and certainty takes the place of the older."""
        self._put(_lessons, [_lesson_row(lesson) for lesson in lessons])

    def keep_capabilities(self, capabilities: Iterable[Capability]) -> None:
        """Write capabilities; one of the same kind and fact takes the place of the older."""
        self._put(_capabilities, [_capability_row(c) for c in capabilities])

    def forget(self, driver: str) -> int:
        """Erase all that was learnt of a driver's devices; says how many rows that were."""
        with self._database.write() as connection:
            return sum(
                connection.execute(delete(table).where(table.c.driver == driver)).rowcount
                for table in (_lessons, _capabilities)
            )

    def look(self) -> str:
        """What keeps the file from being written; empty: nothing."""
        return self._database.look()

    def close(self) -> None:
        """Give the file back."""
        self._database.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _all(self, table: Table, made: Callable[[Row[Any]], _T]) -> tuple[_T, ...]:
        with self._database.read() as connection:
            rows = connection.execute(select(table).limit(_MOST_ROWS)).all()
        try:
            return tuple(map(made, rows))
        except (TypeError, ValueError) as error:
            raise _fault(f"{self._database.name}: a row cannot be read: {error}") from error

    def _put(self, table: Table, rows: list[dict[str, Any]]) -> None:
        if not rows:
            return
        with self._database.write() as connection:
            connection.execute(insert(table).prefix_with("OR REPLACE"), rows)
            count = connection.execute(select(func.count()).select_from(table)).scalar_one()
            if count > _MOST_ROWS:
                raise _fault(f"{self._database.name}: is full; {_MOST_ROWS} rows are kept at most")


def _lesson_row(lesson: ObservedLimit) -> dict[str, Any]:
    return {
        **_kind_row(lesson.kind),
        "element": lesson.element,
        "sure": int(lesson.sure),
        "at": lesson.at.isoformat(),
        "why": lesson.why,
        "max_repetitions": lesson.max_repetitions,
        "varbinds": lesson.varbinds,
        "no_bulk": int(lesson.no_bulk),
        "unordered": int(lesson.unordered),
    }


def _capability_row(capability: Capability) -> dict[str, Any]:
    return {
        **_kind_row(capability.kind),
        "fact": capability.fact.value,
        "presence": capability.presence.value,
        "element": capability.element,
        "at": capability.at.isoformat(),
    }


def _kind_row(kind: AgentKind) -> dict[str, str]:
    return {"driver": kind.driver, "model": kind.model, "software": kind.software}


def _lesson(row: Row[Any]) -> ObservedLimit:
    return ObservedLimit(
        kind=_kind(row),
        element=_text(row.element),
        at=_time(row.at),
        why=_text(row.why),
        sure=bool(row.sure),
        max_repetitions=_count(row.max_repetitions),
        varbinds=_count(row.varbinds),
        no_bulk=bool(row.no_bulk),
        unordered=bool(row.unordered),
    )


def _capability(row: Row[Any]) -> Capability:
    return Capability(
        kind=_kind(row),
        fact=Fact(row.fact),
        presence=Presence(row.presence),
        element=_text(row.element),
        at=_time(row.at),
    )


def _kind(row: Row[Any]) -> AgentKind:
    return AgentKind(driver=_text(row.driver), model=_text(row.model), software=_text(row.software))


def _text(found: object) -> str:
    if not isinstance(found, str):
        raise TypeError("a text is none")
    return found


def _time(found: object) -> datetime:
    at = datetime.fromisoformat(_text(found))
    if at.tzinfo is None:
        raise ValueError("a time without its zone")
    return at


def _count(found: object) -> int | None:
    if found is not None and (not isinstance(found, int) or found < 1):
        raise ValueError("a limit below 1")
    return found
