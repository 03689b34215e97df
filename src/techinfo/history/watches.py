"""Accesses that somebody watches for a while, in the file of history, and what was seen then."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Row, delete, func, insert, select, update

from techinfo.history.tables import WATCH_EVENTS, WATCHES
from techinfo.store.base import StoreFile, moment_of, stamp

KEPT = timedelta(days=14)
"""Rows of a watch go so long after its end."""
MOST_EVENTS = 5000
"""Of one watch; a line that flaps more often has told what it has to tell."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Watch:
    """One access, watched for a while.

    Attributes:
        id: By which it is known.
        by: The login name of whoever started it.
        role: Theirs, as `techinfo.access.viewer.Role` has it.
        provider: Theirs; ``None``: the operator's own.
        reason: In their words.
        ticket: That its report goes to.
        until: When it ends by itself.
        ended: When it has; ``None``: it runs.
        why: Why it has.
        reads: How often the port was read.
        missed: How often it could not be.
    """

    id: str
    access_id: str
    by: str
    role: str
    provider: str | None = None
    reason: str = ""
    ticket: str | None = None
    begun: datetime
    until: datetime
    ended: datetime | None = None
    why: str | None = None
    reads: int = 0
    missed: int = 0


@dataclass(frozen=True, kw_only=True, slots=True)
class Seen:
    """Something that a watch has seen.

    Attributes:
        at: When it was seen.
        told: As JSON has it; ``what`` says what.
    """

    at: datetime
    told: dict[str, Any]


class Watches:
    """The watches of a file.

    Args:
        file: Of history.
    """

    def __init__(self, file: StoreFile) -> None:
        self._file = file

    def begin(self, watch: Watch) -> bool:
        """Begin a watch; says whether it has begun: an access has one at a time.

        Raises:
            StoreError: It cannot be written.
        """
        with self._file.database.write() as connection:
            runs = select(WATCHES.c.id).where(
                WATCHES.c.access_id == watch.access_id, WATCHES.c.ended.is_(None)
            )
            if connection.execute(runs).first() is not None:
                return False
            connection.execute(insert(WATCHES).values(**_values(watch)))
        return True

    def running(self) -> tuple[Watch, ...]:
        """Those that have not ended, the oldest first."""
        asked = select(WATCHES).where(WATCHES.c.ended.is_(None)).order_by(WATCHES.c.begun)
        return self._file.all(asked, _watch)

    def of_access(self, access_id: str) -> tuple[Watch, ...]:
        """Those of an access, the newest first."""
        here = WATCHES.c.access_id == access_id
        return self._file.all(
            select(WATCHES).where(here).order_by(WATCHES.c.begun.desc(), WATCHES.c.id), _watch
        )

    def seen(self, watch: str) -> tuple[Seen, ...]:
        """What a watch has seen, by age."""
        asked = select(WATCH_EVENTS).where(WATCH_EVENTS.c.watch == watch)
        return self._file.all(asked.order_by(WATCH_EVENTS.c.number), _seen)

    def note(self, watch: Watch, seen: Iterable[Seen], *, read: bool) -> Watch | None:
        """Write what one reading has told; says the watch as it is then, ``None``: it is erased.

        Args:
            watch: As it was.
            seen: By age.
            read: Whether the port could be read.
        """
        after = replace(watch, reads=watch.reads + read, missed=watch.missed + (not read))
        with self._file.database.write() as connection:
            here = update(WATCHES).where(WATCHES.c.id == watch.id)
            noted = connection.execute(here.values(reads=after.reads, missed=after.missed))
            if not noted.rowcount:
                return None
            _put(connection, watch.id, seen)
        return after

    def end(self, watch: Watch, at: datetime, why: str) -> Watch:
        """End a watch."""
        with self._file.database.write() as connection:
            here = update(WATCHES).where(WATCHES.c.id == watch.id)
            connection.execute(here.values(ended=stamp(at), why=why))
        return replace(watch, ended=at, why=why)


def drop_watches(connection: Connection, now: datetime) -> int:
    """Erase what ended too long ago; says how many rows that were."""
    return _erase(connection, WATCHES.c.ended < stamp(now - KEPT))


def erase_watches(connection: Connection, access_id: str) -> int:
    """Erase all of an access; says how many rows that were."""
    return _erase(connection, WATCHES.c.access_id == access_id)


def about_watches(file: StoreFile, access_id: str) -> Iterator[dict[str, Any]]:
    """All rows about an access, as JSON has them."""
    for watch in Watches(file).of_access(access_id):
        yield {"row": "watch", "begun": watch.begun.isoformat(), "by": watch.by}
        for one in Watches(file).seen(watch.id):
            yield {"row": "watch event", "at": one.at.isoformat(), **one.told}


def _erase(connection: Connection, where: Any) -> int:
    found = select(WATCHES.c.id).where(where)
    events = connection.execute(delete(WATCH_EVENTS).where(WATCH_EVENTS.c.watch.in_(found)))
    return int(events.rowcount) + int(connection.execute(delete(WATCHES).where(where)).rowcount)


def _put(connection: Connection, watch: str, seen: Iterable[Seen]) -> None:
    here = select(func.count()).where(WATCH_EVENTS.c.watch == watch)
    number = int(connection.execute(here).scalar_one())
    for one in seen:
        if number >= MOST_EVENTS:
            return
        row = {"watch": watch, "number": number, "at": stamp(one.at), "told": json.dumps(one.told)}
        connection.execute(insert(WATCH_EVENTS).values(**row))
        number += 1


def _values(watch: Watch) -> dict[str, Any]:
    return {
        "id": watch.id,
        "access_id": watch.access_id,
        "started_by": watch.by,
        "role": watch.role,
        "provider": watch.provider,
        "reason": watch.reason,
        "ticket": watch.ticket,
        "begun": stamp(watch.begun),
        "until": stamp(watch.until),
        "reads": watch.reads,
        "missed": watch.missed,
    }


def _watch(row: Row[Any]) -> Watch:
    return Watch(
        id=row.id,
        access_id=row.access_id,
        by=row.started_by,
        role=row.role,
        provider=row.provider,
        reason=row.reason,
        ticket=row.ticket,
        begun=moment_of(row.begun),
        until=moment_of(row.until),
        ended=moment_of(row.ended) if row.ended is not None else None,
        why=row.why,
        reads=row.reads,
        missed=row.missed,
    )


def _seen(row: Row[Any]) -> Seen:
    return Seen(at=moment_of(row.at), told=json.loads(row.told))
