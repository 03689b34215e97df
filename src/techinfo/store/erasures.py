"""Erasing a person from every file, and the list of erasures, so that no back-up brings them back.

The list holds no accessId and no MAC address, only their keyed hashes: enough to recognise, in an
older file, what must not be there. Whoever has the list can try whether a certain key is on it.

A file is searched as a whole: every text in every table, by the schema that it has. So a column
that is added one day is searched, too.
"""

from __future__ import annotations

import hmac
import re
import secrets
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy import (
    Column,
    ColumnElement,
    Connection,
    Integer,
    LargeBinary,
    MetaData,
    RowMapping,
    Table,
    Text,
    false,
    func,
    insert,
    or_,
    select,
    update,
)

from techinfo.errors import StoreError, TechinfoError
from techinfo.store.base import MS, Records, StoreFile, ms_of
from techinfo.store.database import Schema, open_database

_SIGNS = (":", "-", ".", " ")
_BARE = str.maketrans("", "", "".join(_SIGNS))
_DIGITS = re.compile(r"(?=([0-9a-f]{12}))")
_ACCESS_COLUMNS = frozenset({"access_id", "other_id"})
_ACCESS_IN_JSON = re.compile(r'"access(?:Ids?|_id)": ?(\[[^]]*\]|"[^"]*")')
"""What webhooks are told names an access there alone."""
_QUOTED = re.compile(r'"([^"]*)"')
GONE = "(erased)"


def about(path: Path, schema: Schema, mac: str) -> list[dict[str, Any]]:
    """All rows in which a MAC address stands, however it is spelt.

    Raises:
        TechinfoError: As ``schema.fault`` makes it: the file cannot be read.
    """
    with open_database(path, schema) as database, database.read() as connection:
        return [
            {
                "table": table.name,
                **{k: _shown(v) for k, v in row.items() if v is not None},
            }
            for table in schema.metadata.sorted_tables
            for row in _rows(connection, table, _about(table, mac))
        ]


def named(path: Path, schema: Schema) -> tuple[set[str], set[str]]:
    """The accessIds of a file, and all twelve digits in it that may be a MAC address.

    Raises:
        TechinfoError: As `about`.
    """
    accesses: set[str] = set()
    macs: set[str] = set()
    with open_database(path, schema) as database, database.read() as connection:
        for column in (c for table in schema.metadata.sorted_tables for c in _texts(table)):
            query = select(column).where(column.is_not(None)).distinct()
            for text in connection.execute(query.execution_options(yield_per=1000)).scalars():
                macs.update(_DIGITS.findall(str(text).lower().translate(_BARE)))
                if column.name in _ACCESS_COLUMNS:
                    accesses.add(str(text))
                for named_in in _ACCESS_IN_JSON.findall(str(text)):
                    accesses.update(_QUOTED.findall(named_in))
    return accesses, macs


def redact(path: Path, schema: Schema, mac: str) -> int:
    """Put `GONE` in the place of a MAC address, however it is spelt; says in how many rows.

    Raises:
        TechinfoError: As `about`.
    """
    with open_database(path, schema) as database, database.write() as connection:
        return sum(_redacted(connection, table, mac) for table in schema.metadata.sorted_tables)


def without_a_trace(path: Path, schema: Schema) -> None:
    """Leave nothing of what is deleted in free pages, or beside the file.

    Raises:
        TechinfoError: As `about`; or somebody reads, so that traces stay for the moment.
    """
    with open_database(path, schema) as database:
        if not database.scrub():
            raise schema.fault(
                f"{path}: what was to go is deleted, but somebody reads, so that its traces stay"
                " beside the file; try again"
            )


def _about(table: Table, mac: str) -> ColumnElement[bool]:
    digits = mac.replace(":", "").lower()
    tests: list[ColumnElement[bool]] = []
    for column in _texts(table):
        bare: ColumnElement[Any] = func.lower(column)
        for sign in _SIGNS:
            bare = func.replace(bare, sign, "")
        tests.append(bare.contains(digits, autoescape=True))
    return or_(false(), *tests)


def _redacted(connection: Connection, table: Table, mac: str) -> int:
    spelt = re.compile("[:. -]?".join(mac.replace(":", "")), re.IGNORECASE)
    keys = list(table.primary_key.columns)
    count = 0
    for row in _rows(connection, table, _about(table, mac)):
        values = {
            column.name: spelt.sub(GONE, text)
            for column in _texts(table)
            if isinstance(text := row[column.name], str) and spelt.search(text)
        }
        if values:
            here = [key == row[key.name] for key in keys]
            count += connection.execute(update(table).where(*here).values(values)).rowcount
    return count


def _rows(connection: Connection, table: Table, where: ColumnElement[bool]) -> Sequence[RowMapping]:
    return connection.execute(select(table).where(where)).mappings().all()


def _texts(table: Table) -> Iterator[Column[Any]]:
    return (column for column in table.columns if isinstance(column.type, Text))


def _shown(value: object) -> object:
    return value.hex() if isinstance(value, bytes) else value


_KEY_OCTETS = 32

_metadata = MetaData()
_erasures = Table(
    "erasures",
    _metadata,
    Column("id", Integer, primary_key=True),
    Column("key", LargeBinary, nullable=False),
    Column("digest", LargeBinary, nullable=False),
    Column("begun_ms", Integer, nullable=False),
    Column("done_ms", Integer),
    Column("by", Text, nullable=False),
)


def _fault(message: str) -> TechinfoError:
    return StoreError(message, key="retention.erased")


SCHEMA = Schema(
    metadata=_metadata,
    application_id=0x74657261,  # "tera"
    version=1,
    fault=_fault,
)


@dataclass(frozen=True, kw_only=True, slots=True)
class Erasure:
    """One request that was carried out.

    Attributes:
        key: What the hash was made with.
        digest: HMAC-SHA-256 of what was erased.
        begun: When.
        done: When nothing of it was left; ``None``: it broke off.
        by: Who did it.
    """

    key: bytes
    digest: bytes
    begun: datetime
    done: datetime | None
    by: str

    @property
    def short(self) -> str:
        """What the audit log calls it."""
        return self.digest.hex()[:16]

    def after(self, moment: datetime) -> bool:
        """Whether a file of that moment may still hold what was erased."""
        return self.done is None or self.done >= moment

    def is_of(self, erased: str) -> bool:
        """Whether this was erased, as `spelt` has it."""
        return hmac.compare_digest(self.digest, _digest(self.key, erased))


def spelt(*, access_id: str | None = None, mac: str | None = None) -> str:
    """What is hashed: an accessId as it is, a MAC address by its digits."""
    if access_id is not None:
        return f"access:{access_id}"
    return f"mac:{(mac or '').replace(':', '').lower()}"


def among(erasures: Iterable[Erasure], candidates: Iterable[str]) -> set[str]:
    """Those candidates, as `spelt` has them, that were erased."""
    by_key: dict[bytes, set[bytes]] = {}
    for erasure in erasures:
        by_key.setdefault(erasure.key, set()).add(erasure.digest)
    return {
        candidate
        for candidate in candidates
        if any(_digest(key, candidate) in digests for key, digests in by_key.items())
    }


_ERASURES = Records(Erasure, MS)


class ErasuresFile(StoreFile):
    """An open file; every error is a `StoreError` that names it."""

    SCHEMA = SCHEMA

    def note(self, erased: str, now: datetime, by: str) -> tuple[int, Erasure]:
        """Write down what is about to be erased, as `spelt` has it; gives its number, too."""
        with self.database.write() as connection:
            newest = select(_erasures.c.key).order_by(_erasures.c.id.desc()).limit(1)
            key = connection.execute(newest).scalar() or secrets.token_bytes(_KEY_OCTETS)
            made = Erasure(key=key, digest=_digest(key, erased), begun=now, done=None, by=by)
            noting = insert(_erasures).values(_ERASURES.values(made)).returning(_erasures.c.id)
            return int(connection.execute(noting).scalar_one()), made

    def done(self, number: int, now: datetime) -> None:
        """Nothing is left of it."""
        with self.database.write() as connection:
            here = _erasures.c.id == number
            connection.execute(update(_erasures).where(here).values(done_ms=ms_of(now)))

    def erasures(self) -> tuple[Erasure, ...]:
        """All of them, by age."""
        return self.all(select(_erasures).order_by(_erasures.c.id), _ERASURES.record)

    def take(self, erasures: Iterable[Erasure]) -> None:
        """Write down those of another list that are not here."""
        known = set(self.erasures())
        new = [_ERASURES.values(e) for e in erasures if e not in known]
        if new:
            with self.database.write() as connection:
                connection.execute(insert(_erasures), new)


def _digest(key: bytes, erased: str) -> bytes:
    return hmac.digest(key, erased.encode(), "sha256")
