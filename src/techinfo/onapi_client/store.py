"""What other ON-API servers listed last, so that fields can be merged and removals be noticed.

Each object of a source is kept with its fields as text and the time when it was last listed.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy import (
    Column,
    ColumnElement,
    Connection,
    Integer,
    MetaData,
    Row,
    Table,
    Text,
    delete,
    func,
    insert,
    select,
    update,
)
from sqlalchemy.dialects.sqlite import insert as upsert

from techinfo.errors import ConfigError, TechinfoError
from techinfo.store.base import MS, StoreFile, ms_of
from techinfo.store.database import Schema

_PAGE = 1000
_GIVING = ("ACTIVATE", "CHANGE")
POLLED = "polled"
"""What is noted of a source whenever its orders were looked at: when that was."""

_metadata = MetaData()
_objects = Table(
    "objects",
    _metadata,
    Column("source", Text, primary_key=True),
    Column("kind", Text, primary_key=True),
    Column("key", Text, primary_key=True),
    Column("told", Text, nullable=False),
    Column("seen_ms", Integer, nullable=False),
    Column("gone_ms", Integer),
    sqlite_with_rowid=False,
)
_lists = Table(
    "lists",
    _metadata,
    Column("source", Text, primary_key=True),
    Column("name", Text, primary_key=True),
    Column("last_modified", Text),
    sqlite_with_rowid=False,
)


def _fault(message: str) -> TechinfoError:
    return ConfigError(message, key="inventory.fetched")


SCHEMA = Schema(
    metadata=_metadata,
    application_id=0x746F6E61,  # "tona"
    version=1,
    fault=_fault,
)


@dataclass(frozen=True, kw_only=True, slots=True)
class StoredObject:
    """An object as a source listed it.

    Attributes:
        fields: Key of the inventory -> text.
        gone: When it was last listed; ``None``: it still is.
    """

    key: str
    fields: Mapping[str, str]
    gone: datetime | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class DoneOrder:
    """An order that has given or changed a service.

    Attributes:
        source: As the configuration calls the server.
        done_at: When it was first seen to be done.
    """

    source: str
    order_id: str
    operation: str
    provider: str
    access_id: str
    subscription_id: str
    service: str
    done_at: datetime


class FetchedFile(StoreFile):
    """An open file; every error is a `ConfigError` that names it."""

    SCHEMA = SCHEMA

    @contextmanager
    def exchange(self, source: str, now: datetime) -> Iterator[FetchTransaction]:
        """Take over what a source lists now; committed at the end of the block."""
        with self.database.write() as connection:
            exchange = FetchTransaction(connection, source, now)
            yield exchange
            exchange.complete()

    def oldest_look(self) -> datetime | None:
        """When orders were last looked for at the server that is longest behind; ``None``: none."""
        asked = select(_lists.c.last_modified).where(_lists.c.name == POLLED)
        with self.database.read() as connection:
            looks = [datetime.fromisoformat(x) for x in connection.execute(asked).scalars()]
        return min(looks, default=None)

    def done_orders(self, since: datetime) -> Iterator[DoneOrder]:
        """Orders that have given or changed a service, and were first seen done since then."""
        done = (
            select(_objects.c.source, _objects.c.key, _objects.c.told)
            .where(_objects.c.kind == "orders", _objects.c.gone_ms >= ms_of(since))
            .where(func.json_extract(_objects.c.told, "$.state") == "DONE_SUCCESS")
            .where(func.json_extract(_objects.c.told, "$.operation").in_(_GIVING))
        )
        with self.database.read() as connection:
            found = connection.execute(done).all()
        for source, key, text in found:
            told = json.loads(text)
            at = told.get("done_at")  # one of an older release has none, and is long over
            if at is not None and datetime.fromisoformat(at) >= since:
                yield DoneOrder(
                    source=source,
                    order_id=key,
                    operation=told["operation"],
                    provider=told["provider"],
                    access_id=told["access_id"],
                    subscription_id=told.get("subscriptionId", ""),
                    service=told.get("service", ""),
                    done_at=datetime.fromisoformat(at),
                )

    def about(self, *, access_id: str | None, mac: str | None) -> Iterator[dict[str, str]]:
        """Objects of an access, or with this MAC address in them."""
        asked = select(_objects.c.source, _objects.c.kind, _objects.c.told)
        if access_id is not None:
            asked = asked.where(func.json_extract(_objects.c.told, "$.access_id") == access_id)
        if mac is not None:
            asked = asked.where(_objects.c.told.contains(mac, autoescape=True))
        with self.database.read() as connection:
            for source, kind, told in connection.execute(asked):
                yield {"source": source, "kind": kind, **json.loads(told)}

    def forget(self, source: str) -> int:
        """Erase everything of a source; says how many objects that were."""
        with self.database.write() as connection:
            connection.execute(delete(_lists).where(_lists.c.source == source))
            old = delete(_objects).where(_objects.c.source == source)
            return int(connection.execute(old).rowcount)


def orders_read_at(path: Path) -> datetime | None:
    """When orders were last read from the server that is longest behind.

    ``None``: none are followed, or the file cannot be read.
    """
    if not path.is_file():
        return None
    try:
        with FetchedFile.open_read_only(path) as file:
            return file.oldest_look()
    except TechinfoError:
        return None


class FetchTransaction:
    """What a source listed before and lists now, in one transaction."""

    def __init__(self, connection: Connection, source: str, now: datetime) -> None:
        self._connection = connection
        self._source = source
        self._now_ms = ms_of(now)
        self._page: list[dict[str, object]] = []

    def put(self, kind: str, key: str, fields: Mapping[str, str]) -> None:
        """Keep an object; it replaces an older one."""
        self._page.append(
            {
                "source": self._source,
                "kind": kind,
                "key": key,
                "told": json.dumps(dict(fields), ensure_ascii=False),
                "seen_ms": self._now_ms,
                "gone_ms": None,
            }
        )
        if len(self._page) == _PAGE:
            self._write()

    def see(self, kind: str, key: str) -> None:
        """An object is still listed, with the fields of before."""
        seen = update(_objects).where(self._of(kind), _objects.c.key == key)
        self._connection.execute(seen.values(seen_ms=self._now_ms, gone_ms=None))

    def leave(self, kind: str, key: str, *, everywhere: bool = False) -> None:
        """An object is over now; one that was so before stays so since then.

        Args:
            kind: Of the object.
            key: Its key.
            everywhere: For every source that lists it.
        """
        ours = self._of(kind)
        whose = _objects.c.kind == kind if everywhere else ours
        over = update(_objects).where(whose, _objects.c.key == key, _objects.c.gone_ms.is_(None))
        self._connection.execute(over.values(gone_ms=self._now_ms))

    def listed(self, kind: str) -> int:
        """How many objects the source listed last."""
        of_kind = self._of(kind) & _objects.c.gone_ms.is_(None)
        counting = select(func.count()).select_from(_objects).where(of_kind)
        return int(self._connection.execute(counting).scalar_one())

    def end(self, kind: str) -> int:
        """Mark what was listed before and is not now as gone; says how many objects that are."""
        no_longer = self._of(kind) & _objects.c.gone_ms.is_(None)
        ended = (
            update(_objects)
            .where(no_longer, _objects.c.seen_ms < self._now_ms)
            .values(gone_ms=_objects.c.seen_ms)
        )
        return int(self._connection.execute(ended).rowcount)

    def drop(self, kind: str, before: datetime) -> None:
        """Erase what was last listed before a time."""
        self._connection.execute(
            delete(_objects).where(self._of(kind), _objects.c.gone_ms < ms_of(before))
        )

    def get(self, kind: str, key: str) -> StoredObject | None:
        """One object of the source."""
        row = self._connection.execute(
            select(_objects.c.key, _objects.c.told, _objects.c.gone_ms).where(
                self._of(kind), _objects.c.key == key
            )
        ).first()
        return None if row is None else _object(row)

    def all(self, kind: str) -> Iterator[StoredObject]:
        """Everything of a kind, by key."""
        after = ""
        columns = select(_objects.c.key, _objects.c.told, _objects.c.gone_ms)
        while True:
            page = self._connection.execute(
                columns.where(self._of(kind), _objects.c.key > after)
                .order_by(_objects.c.key)
                .limit(_PAGE)
            ).all()
            for row in page:
                yield _object(row)
            if len(page) < _PAGE:
                return
            after = page[-1].key

    def last_modified(self, name: str) -> str | None:
        """The Last-Modified of a list when it was last read."""
        found = self._connection.execute(
            select(_lists.c.last_modified).where(
                _lists.c.source == self._source, _lists.c.name == name
            )
        ).scalar_one_or_none()
        return found if isinstance(found, str) else None

    def note_list(self, name: str, last_modified: str | None) -> None:
        """Remember the Last-Modified of a list for the next request."""
        self._connection.execute(
            insert(_lists)
            .prefix_with("OR REPLACE")
            .values(source=self._source, name=name, last_modified=last_modified)
        )

    def complete(self) -> None:
        """Write what still waits."""
        self._write()

    def undo(self) -> None:
        """Roll everything back."""
        self._page = []
        self._connection.rollback()

    def _of(self, kind: str) -> ColumnElement[bool]:
        self._write()
        return (_objects.c.source == self._source) & (_objects.c.kind == kind)

    def _write(self) -> None:
        """Write what was put, so that it is found."""
        page, self._page = self._page, []
        if page:
            adding = upsert(_objects)
            replacing = {name: adding.excluded[name] for name in ("told", "seen_ms", "gone_ms")}
            self._connection.execute(
                adding.on_conflict_do_update(
                    index_elements=["source", "kind", "key"], set_=replacing
                ),
                page,
            )


def _object(row: Row[Any, Any, Any]) -> StoredObject:
    gone = None if row.gone_ms is None else MS.read(row.gone_ms)
    return StoredObject(key=row.key, fields=json.loads(row.told), gone=gone)
