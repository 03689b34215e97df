"""Chunks in their table: a poll is added, an hour and a day are summed up, what is old goes."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import Connection, LargeBinary, bindparam, cast, delete, select, update
from sqlalchemy.dialects.sqlite import insert as upsert

from techinfo.history.frames import (
    PORT,
    Row,
    laid_into,
    ms_of,
    packed_rows,
    unpacked_rows,
    without,
)
from techinfo.history.rolling import DAY, HOUR, day_of, hour_of, rolled, without_traffic
from techinfo.history.tables import CHUNKS
from techinfo.store.base import moment_of, stamp

SAMPLES, HOURS, DAYS = "5m", "hour", "day"
"""Kinds of chunks: the polls of an hour, the hours of a day, the days of a month."""
LONGEST = {SAMPLES: HOUR, HOURS: DAY, DAYS: timedelta(days=31)}


_ROW = upsert(CHUNKS).values(
    element=bindparam("element"),
    kind=bindparam("kind"),
    begin=bindparam("begin"),
    rolled=0,
    data=bindparam("data"),
)
# SQLite takes what it has joined for a text (https://sqlite.org/lang_expr.html, operators).
_APPEND = _ROW.on_conflict_do_update(
    index_elements=["element", "kind", "begin"],
    set_={"data": cast(CHUNKS.c.data.op("||")(_ROW.excluded.data), LargeBinary), "rolled": 0},
)
_REPLACE = _ROW.on_conflict_do_update(
    index_elements=["element", "kind", "begin"], set_={"data": _ROW.excluded.data}
)


def append(connection: Connection, element: str, hour: datetime, frame: bytes) -> None:
    """Add a frame to the chunk of an hour; the octets that are there are not looked at."""
    row = {"element": element, "kind": SAMPLES, "begin": stamp(hour), "data": frame}
    connection.execute(_APPEND, row)


def roll(connection: Connection, element: str, hour: datetime) -> None:
    """Sum up every hour of an element that is over, and the day that it belongs to."""
    over = (
        CHUNKS.c.element == element,
        CHUNKS.c.kind == SAMPLES,
        CHUNKS.c.rolled == 0,
        CHUNKS.c.begin < stamp(hour),
    )
    days = set()
    for row in connection.execute(select(CHUNKS).where(*over)).all():
        begin = moment_of(row.begin)
        sums = _sums(row.data, begin, begin + HOUR)
        _put(connection, element, HOURS, day_of(begin + HOUR), begin + HOUR, sums)
        connection.execute(update(CHUNKS).where(CHUNKS.c.id == row.id).values(rolled=1))
        days.add(day_of(begin + HOUR))
    for day in days:
        here = (
            CHUNKS.c.element == element,
            CHUNKS.c.kind == HOURS,
            CHUNKS.c.begin == stamp(day),
        )
        data = connection.execute(select(CHUNKS.c.data).where(*here)).scalar_one()
        sums = [without_traffic(one) for one in _sums(data, day, day + DAY)]
        _put(connection, element, DAYS, day.replace(day=1), day + DAY, sums)


def _sums(data: bytes, begin: datetime, end: datetime) -> list[list[int]]:
    by_port: defaultdict[int, list[tuple[int, Row]]] = defaultdict(list)
    for at, rows in unpacked_rows(data):
        for row in rows:
            by_port[row[PORT]].append((at, row))
    limits = ms_of(begin), ms_of(end)
    return [rolled(by_port[port], *limits) for port in sorted(by_port)]


def _put(
    connection: Connection,
    element: str,
    kind: str,
    begin: datetime,
    end: datetime,
    sums: Sequence[Row],
) -> None:
    """Put a frame into a chunk, in the place of one that has the same end."""
    here = (
        CHUNKS.c.element == element,
        CHUNKS.c.kind == kind,
        CHUNKS.c.begin == stamp(begin),
    )
    found = connection.execute(select(CHUNKS.c.data).where(*here)).scalar() or b""
    data = laid_into(found, end, packed_rows(ms_of(end), sums))
    row = {"element": element, "kind": kind, "begin": stamp(begin), "data": data}
    connection.execute(_REPLACE, row)


def clear(connection: Connection, element: str, port: int, before: datetime) -> None:
    """Erase the traffic of a port before a time; what a whole day tells of its light stays."""
    here = (CHUNKS.c.element == element, CHUNKS.c.kind != DAYS, CHUNKS.c.begin < stamp(before))
    for row in connection.execute(select(CHUNKS).where(*here)).all():
        left = without(row.data, (port,), before)
        if left != row.data:
            one = CHUNKS.c.id == row.id
            changed = update(CHUNKS).where(one).values(data=left)
            connection.execute(changed if left else delete(CHUNKS).where(one))


def drop(connection: Connection, kind: str, before: datetime) -> int:
    """Erase the chunks of a kind that end before a time; says how many those were.

    What was not summed up yet, of an element that has gone, is first.
    """
    old = (CHUNKS.c.kind == kind, CHUNKS.c.begin < stamp(before - LONGEST[kind]))
    if kind == SAMPLES:
        left = select(CHUNKS.c.element).where(*old, CHUNKS.c.rolled == 0).distinct()
        for element in connection.execute(left).scalars().all():
            roll(connection, element, hour_of(before))
    return int(connection.execute(delete(CHUNKS).where(*old)).rowcount)
