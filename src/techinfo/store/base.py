"""What every file of the store has in common: opened, closed, and its rows read as dataclasses."""

from __future__ import annotations

from collections.abc import Callable, Collection
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, fields
from datetime import UTC, datetime, timedelta
from enum import Enum
from pathlib import Path
from types import NoneType, UnionType
from typing import (
    Any,
    ClassVar,
    Generic,
    Protocol,
    Self,
    TypeVar,
    get_args,
    get_origin,
    get_type_hints,
)

from sqlalchemy import Connection, Row, Select

from techinfo.store.database import Schema, Synchronous, open_database, open_read_only

_T = TypeVar("_T")
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class Database(Protocol):
    """What a store needs of its database, so that another than SQLite can stand here."""

    @property
    def name(self) -> str:
        """As errors call it."""

    @property
    def trouble(self) -> str:
        """What keeps it from being written or read, by the last try; empty: nothing."""

    def read(self) -> AbstractContextManager[Connection]:
        """A connection for reading; every statement sees the newest committed state."""

    def write(self) -> AbstractContextManager[Connection]:
        """A connection in one transaction, the only writer until it ends."""

    def generation(self) -> tuple[int, ...]:
        """Another value after every commit, of this process or another; costs microseconds."""

    def look(self) -> str:
        """Find out whether it can be written and read; says what is wrong, as `trouble` does."""

    def scrub(self) -> bool:
        """Leave no trace of deleted rows; ``False``: a reader keeps traces from being removed."""

    def close(self) -> None:
        """Close every connection."""


class StoreFile:
    """An open file of one schema. Close it, or use ``with``.

    Every error is the one that the schema makes, and names the file.

    Attributes:
        SYNCHRONOUS: ``FULL``: what a write has returned from is on disk.
        BUSY_S: How long a writer waits for another writer, in seconds.
    """

    SCHEMA: ClassVar[Schema]
    SYNCHRONOUS: ClassVar[Synchronous] = "FULL"
    BUSY_S: ClassVar[float] = 5.0

    def __init__(self, database: Database) -> None:
        self.database = database

    @classmethod
    def open(cls, path: Path) -> Self:
        """Open a file for reading and writing; where there is none, an empty one is created."""
        synchronous, busy_s = cls.SYNCHRONOUS, cls.BUSY_S
        return cls(open_database(path, cls.SCHEMA, synchronous=synchronous, busy_timeout_s=busy_s))

    @classmethod
    def open_read_only(cls, path: Path) -> Self:
        """Open a file that is there, and never write to it."""
        return cls(open_read_only(path, cls.SCHEMA, busy_timeout_s=cls.BUSY_S))

    def close(self) -> None:
        """Give the file back."""
        self.database.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def all(
        self,
        query: Select[Any],
        read: Callable[[Row[Any]], _T],
        within: Connection | None = None,
    ) -> tuple[_T, ...]:
        """Every row of a query as a value.

        Args:
            query: Selects the rows.
            read: Makes a value of one.
            within: The transaction to read in; ``None``: the committed state is read.

        Raises:
            TechinfoError: As the schema makes it: a row is not what this program writes.
        """
        with self.database.read() if within is None else nullcontext(within) as connection:
            rows = connection.execute(query).all()
        try:
            return tuple(map(read, rows))
        except (TypeError, ValueError, OverflowError) as error:
            words = f"{self.database.name}: a row cannot be read: {error}"
            raise self.SCHEMA.fault(words) from error


@dataclass(frozen=True, slots=True)
class Codec:
    """How a value stands in a column.

    Attributes:
        write: Value -> what the column holds.
        read: The reverse; raises a TypeError or ValueError where this program did not write it.
        suffix: What the column's name has behind the field's.
    """

    write: Callable[[Any], Any]
    read: Callable[[Any], Any]
    suffix: str = ""


def _time_of(text: str) -> datetime:
    at = datetime.fromisoformat(text)
    if at.tzinfo is None:
        raise ValueError("a time without its zone")
    return at.astimezone(UTC)


def ms_of(at: datetime) -> int:
    """A time in milliseconds since 1970, UTC."""
    return round(at.timestamp() * 1000)


def stamp(at: datetime) -> int:
    """A time in microseconds since 1970, UTC."""
    return (at - _EPOCH) // timedelta(microseconds=1)


def moment_of(stamped: int) -> datetime:
    """The time of a `stamp`."""
    return _EPOCH + timedelta(microseconds=stamped)


ISO = Codec(datetime.isoformat, _time_of)
MS = Codec(ms_of, lambda ms: datetime.fromtimestamp(ms / 1000, UTC), "_ms")
MICROSECONDS = Codec(stamp, moment_of)


class Records(Generic[_T]):
    """Rows of a table as values of a dataclass, and back; fields and columns are called alike.

    Args:
        record: The dataclass. A field that may be ``None`` stands in a column that may be NULL.
        times: How its times stand in the table.
        besides: Fields that are no columns.
        codecs: How fields stand in the table whose type does not say it.
    """

    def __init__(
        self,
        record: type[_T],
        times: Codec = ISO,
        *,
        besides: Collection[str] = (),
        **codecs: Codec,
    ) -> None:
        hints = get_type_hints(record)
        self._record = record
        self._columns: list[tuple[str, str, Codec, bool]] = []
        for field in fields(record):  # type: ignore[arg-type]
            if field.name in besides:
                continue
            hint, is_optional = hints[field.name], False
            if get_origin(hint) is UnionType:
                (hint,) = (one for one in get_args(hint) if one is not NoneType)
                is_optional = True
            codec = codecs.get(field.name) or _codec_of(hint, times)
            self._columns.append((field.name, field.name + codec.suffix, codec, is_optional))

    def values(self, record: _T) -> dict[str, Any]:
        """A value as the columns of a row."""
        return {
            column: None if (value := getattr(record, name)) is None else codec.write(value)
            for name, column, codec, _ in self._columns
        }

    def record(self, row: Any, **more: Any) -> _T:
        """The value that a row holds.

        Args:
            row: Its attributes are its columns, and may be more than are needed.
            more: Fields that are no columns.

        Raises:
            TypeError, ValueError: The row is not what this program writes.
        """
        for name, column, codec, is_optional in self._columns:
            found = getattr(row, column)
            more[name] = None if is_optional and found is None else codec.read(found)
        return self._record(**more)


def _codec_of(hint: Any, times: Codec) -> Codec:
    if hint is datetime:
        return times
    if hint is bool:
        return Codec(bool, bool)
    if issubclass(hint, Enum):
        return Codec(lambda member: member.value, hint)
    return Codec(lambda value: value, _checked(hint))


def _checked(kind: type) -> Callable[[object], object]:
    def read(found: object) -> object:
        if not isinstance(found, kind):
            raise TypeError(f"{type(found).__name__} stands for {kind.__name__}")
        return found

    return read
