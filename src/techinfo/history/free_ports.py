"""Equipment on ports without an access, kept for who looks for accesses that have moved there.

It stands apart from what is seen on ports of accesses, so that no answer about an access has it:
it is the operator's alone. The moment that an access hangs on such a port it is gone.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Connection, delete, select

from techinfo.facts.aggregates import is_aggregate
from techinfo.history.tables import FREE_MACS, FREE_PORTS, MACS
from techinfo.if_types import DSL_TYPES, ETHERNET_TYPES
from techinfo.model import PortFacts
from techinfo.store.base import StoreFile, moment_of, stamp
from techinfo.values import value

MOST_ON_PORT = 8
"""MAC addresses of a household whose router is a bridge; where more are, the port leads on."""
MOST_ON_ELEMENT = 256
_APART = stamp(moment_of(0) + timedelta(hours=36))
"""What sleeps by night is there by day; what was away for longer has come anew."""
_TYPES = ETHERNET_TYPES | DSL_TYPES | {None}
_GONE = "DELETE FROM free_macs WHERE port = ?"
_IS_FREE = """
INSERT INTO free_ports (port, name, descr, if_index, seen) VALUES (?, ?, ?, ?, ?)
ON CONFLICT (port) DO UPDATE SET name = excluded.name, descr = excluded.descr,
    if_index = excluded.if_index, seen = excluded.seen
"""
_SEEN = """
INSERT INTO free_macs (port, mac, since, until) VALUES (?1, ?2, ?3, ?3)
ON CONFLICT (port, mac) DO UPDATE SET
    until = excluded.until,
    since = CASE WHEN excluded.until - free_macs.until <= ?4
        THEN free_macs.since ELSE excluded.since END
"""
_BEYOND = """
DELETE FROM free_macs WHERE (port, mac) IN (
    SELECT m.port, m.mac FROM ports p JOIN free_macs m ON m.port = p.id WHERE p.element = ?
    ORDER BY m.until DESC, m.since, m.port, m.mac LIMIT -1 OFFSET ?)
"""


@value(frozen=True, kw_only=True, slots=True)
class FreePort:
    """What a whole read tells of a port without an access.

    Attributes:
        name, descr, if_index: What the port is called.
        macs: That are there.
    """

    name: str | None
    descr: str | None
    if_index: int
    macs: tuple[str, ...] = ()


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
    if len(macs) > MOST_ON_PORT or any(word in known for word in (*heard, *macs) if word):
        return None
    return FreePort(
        name=port.name, descr=port.descr, if_index=port.if_index, macs=tuple(sorted(macs))
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
    busy = {number: port for number, port in told.items() if port is not None and port.macs}
    if others:
        connection.exec_driver_sql(_GONE, others)
    if busy:
        names = [(n, p.name, p.descr, p.if_index, now) for n, p in busy.items()]
        connection.exec_driver_sql(_IS_FREE, names)
        seen = [(n, mac, now, _APART) for n, port in busy.items() for mac in port.macs]
        connection.exec_driver_sql(_SEEN, seen)
        connection.exec_driver_sql(_BEYOND, (element, MOST_ON_ELEMENT))


def drop(connection: Connection, before: datetime) -> int:
    """Erase what was last seen earlier; says how many rows that were."""
    gone = connection.execute(delete(FREE_MACS).where(FREE_MACS.c.until < stamp(before))).rowcount
    connection.execute(delete(FREE_PORTS).where(FREE_PORTS.c.seen < stamp(before)))
    return int(gone)


def seen_on(ports: Iterable[int], until: datetime | None = None) -> ColumnElement[bool]:
    """Rows of what was seen on some ports of accesses, too: of the same people.

    Args:
        ports: Their numbers.
        until: Only what was last seen before then.
    """
    there = select(MACS.c.mac).where(MACS.c.port.in_(list(ports)))
    if until is None:
        return FREE_MACS.c.mac.in_(there)
    gone = there.where(MACS.c.until < stamp(until))
    return FREE_MACS.c.mac.in_(gone) & (FREE_MACS.c.until < stamp(until))


def about(file: StoreFile, where: ColumnElement[bool]) -> Iterator[dict[str, Any]]:
    """Rows as JSON has them."""
    asked = select(FREE_MACS).where(where)
    for mac, since, until in file.all(
        asked, lambda row: (str(row.mac), moment_of(row.since), moment_of(row.until))
    ):
        times = {"since": since.isoformat(), "until": until.isoformat()}
        yield {"row": "mac on a port without an access", "mac": mac, **times}
