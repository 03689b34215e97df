"""Equipment on ports without an access, kept for who looks for accesses that have moved there.

It stands apart from what is seen on ports of accesses, so that no answer about an access has it:
it is the operator's alone. The moment that an access hangs on such a port it is gone.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Connection, and_, delete, or_, select

from techinfo.facts.aggregates import is_aggregate
from techinfo.history.neighbours import words_of
from techinfo.history.tables import FREE_PORTS, FREE_SEEN, MACS, NEIGHBOURS
from techinfo.if_types import DSL_TYPES, ETHERNET_TYPES
from techinfo.model import PortFacts
from techinfo.store.base import StoreFile, moment_of, stamp
from techinfo.values import value

MOST_ON_PORT = 8
"""MAC addresses of a household whose router is a bridge; where more are, the port leads on. As it
does where so many neighbours are heard, or more."""
MOST_ON_ELEMENT = 256
_APART = stamp(moment_of(0) + timedelta(hours=36))
"""What sleeps by night is there by day; what was away for longer has come anew."""
_TYPES = ETHERNET_TYPES | DSL_TYPES | {None}
_GONE = "DELETE FROM free_seen WHERE port = ?"
_IS_FREE = """
INSERT INTO free_ports (port, name, descr, if_index, seen) VALUES (?, ?, ?, ?, ?)
ON CONFLICT (port) DO UPDATE SET name = excluded.name, descr = excluded.descr,
    if_index = excluded.if_index, seen = excluded.seen
"""
_SEEN = """
INSERT INTO free_seen (port, said, word, since, until) VALUES (?1, ?2, ?3, ?4, ?4)
ON CONFLICT (port, said, word) DO UPDATE SET
    until = excluded.until,
    since = CASE WHEN excluded.until - free_seen.until <= ?5
        THEN free_seen.since ELSE excluded.since END
"""
_BEYOND = """
DELETE FROM free_seen WHERE (port, said, word) IN (
    SELECT s.port, s.said, s.word FROM ports p JOIN free_seen s ON s.port = p.id
    WHERE p.element = ?
    ORDER BY s.until DESC, s.since, s.port, s.said, s.word LIMIT -1 OFFSET ?)
"""


@value(frozen=True, kw_only=True, slots=True)
class FreePort:
    """What a whole read tells of a port without an access.

    Attributes:
        name, descr, if_index: What the port is called.
        macs: That are there.
        said: What neighbours say of themselves (`techinfo.history.neighbours.words_of`).
    """

    name: str | None
    descr: str | None
    if_index: int
    macs: tuple[str, ...] = ()
    said: tuple[str, ...] = ()


def found_on(facts: PortFacts, known: Collection[str]) -> FreePort | None:
    """A port without an access, if it is one that an access could be on; ``None``: it leads on.

    Args:
        facts: The port as it was read.
        known: Names and MAC addresses of elements: what is on such a port leads to one.
    """
    port = facts.port
    if port.if_type not in _TYPES or port.aggregate is not None or is_aggregate(port):
        return None
    macs = {row.mac for row in facts.macs if row.aggregate is None}
    heard = {word for one in facts.neighbours for word in (one.system_name, one.chassis_id)}
    boxes = {one.chassis_id for one in facts.neighbours}
    if len(macs) > MOST_ON_PORT or len(boxes) > MOST_ON_PORT:
        return None
    if any(word in known for word in (*heard, *macs) if word):
        return None
    return FreePort(
        name=port.name,
        descr=port.descr,
        if_index=port.if_index,
        macs=tuple(sorted(macs)),
        said=words_of(facts.neighbours),
    )


def keep(
    connection: Connection, element: str, at: datetime, told: Mapping[int, FreePort | None]
) -> None:
    """Write what a whole read has found on ports, by their numbers.

    Args:
        connection: A transaction.
        element: Whose ports.
        at: When they were read.
        told: ``None``: it is no free port, so that nothing is kept of it.
    """
    now = stamp(at)
    others = [(number,) for number, port in told.items() if port is None]
    busy = {n: port for n, port in told.items() if port is not None and (port.macs or port.said)}
    if others:
        connection.exec_driver_sql(_GONE, others)
    if busy:
        names = [(n, p.name, p.descr, p.if_index, now) for n, p in busy.items()]
        connection.exec_driver_sql(_IS_FREE, names)
        seen = [
            (n, said, word, now, _APART)
            for n, port in busy.items()
            for said, words in enumerate((port.macs, port.said))
            for word in words
        ]
        connection.exec_driver_sql(_SEEN, seen)
        connection.exec_driver_sql(_BEYOND, (element, MOST_ON_ELEMENT))


def drop(connection: Connection, before: datetime) -> int:
    """Erase what was last seen earlier; says how many rows that were."""
    gone = connection.execute(delete(FREE_SEEN).where(FREE_SEEN.c.until < stamp(before))).rowcount
    connection.execute(delete(FREE_PORTS).where(FREE_PORTS.c.seen < stamp(before)))
    return int(gone)


def seen_on(ports: Iterable[int], until: datetime | None = None) -> ColumnElement[bool]:
    """Rows of what was seen on some ports of accesses, too: of the same people.

    Args:
        ports: Their numbers.
        until: Only what was last seen before then.
    """
    numbers = list(ports)
    there = select(MACS.c.mac).where(MACS.c.port.in_(numbers))
    heard = select(NEIGHBOURS.c.said).where(NEIGHBOURS.c.port.in_(numbers))
    if until is None:
        return _theirs(there.union(heard))
    there = there.where(MACS.c.until < stamp(until))
    heard = heard.where(NEIGHBOURS.c.until < stamp(until))
    return _theirs(there.union(heard)) & (FREE_SEEN.c.until < stamp(until))


def of_equipment(mac: str) -> ColumnElement[bool]:
    """Rows of a MAC address in capitals, and of the people who have it."""
    return _theirs([mac])


def _theirs(words: Any) -> ColumnElement[bool]:
    """Rows of equipment, and what neighbours say on the ports where it is: names of people."""
    beside = FREE_SEEN.alias()
    ports = select(beside.c.port).where(beside.c.word.in_(words))
    return or_(
        FREE_SEEN.c.word.in_(words), and_(FREE_SEEN.c.said == 1, FREE_SEEN.c.port.in_(ports))
    )


def about(file: StoreFile, where: ColumnElement[bool]) -> Iterator[dict[str, Any]]:
    """Rows as JSON has them."""
    order = FREE_SEEN.c.port, FREE_SEEN.c.said, FREE_SEEN.c.word
    asked = select(FREE_SEEN).where(where).order_by(*order)
    for said, word, since, until in file.all(
        asked, lambda row: (row.said, str(row.word), moment_of(row.since), moment_of(row.until))
    ):
        what, key = ("neighbour", "said") if said else ("mac", "mac")
        times = {"since": since.isoformat(), "until": until.isoformat()}
        yield {"row": f"{what} on a port without an access", key: word, **times}
