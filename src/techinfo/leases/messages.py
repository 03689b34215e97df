"""Who asks a DHCP server and is given nothing: kept until an address is granted, a day at most.

A client that is granted an address is done: of it stays only when that was, and by which server.
So the table holds as many rows as there are clients, and a few of those that wait.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Select, and_, bindparam, delete, insert, or_, select

from techinfo.leases.tables import MESSAGES
from techinfo.store.base import MICROSECONDS, Records, stamp

KEEP_UNANSWERED = timedelta(hours=24)
GRANTED = "ACK"
"""The type of the row that tells when a client was granted an address the last time."""
_MOST_OF_CLIENT = 32
_MOST = 200_000
"""A network whose every client asks; of more the oldest go."""
_AT_ONCE = 500


@dataclass(frozen=True, kw_only=True, slots=True)
class MessageRow:
    """One message.

    Attributes:
        client: MAC address in small letters.
        type: As `techinfo.dhcp.events.MessageType`, or `GRANTED`.
        server: The source that tells it.
        access_id: Where its identifier is; ``None``: it has none, or nobody knows it.
    """

    client: str
    at: datetime
    type: str
    server: str
    access_id: str | None = None
    vlan: int | None = None
    address: str | None = None
    reason: str | None = None


RECORDS = Records(MessageRow, MICROSECONDS)


def about(access_id: str | None, clients: Sequence[str]) -> Select[Any]:
    """The rows of an access, and of clients, the oldest first."""
    here = MESSAGES.c.access_id == access_id if access_id is not None else None
    theirs = MESSAGES.c.client.in_(list(clients)[:_AT_ONCE])
    where = theirs if here is None else or_(here, theirs)
    return select(MESSAGES).where(where).order_by(MESSAGES.c.at)


def write(
    connection: Connection, granted: Iterable[tuple[str, datetime]], rows: Iterable[MessageRow]
) -> None:
    """Drop what is granted, then write; too many of one client, or of all, lose the oldest."""
    done = [{"its": client, "until": stamp(at)} for client, at in granted]
    if done:
        answered = and_(MESSAGES.c.client == bindparam("its"), MESSAGES.c.at <= bindparam("until"))
        connection.execute(delete(MESSAGES).where(answered), done)
    found = [RECORDS.values(row) for row in rows]
    if not found:
        return
    connection.execute(insert(MESSAGES).prefix_with("OR REPLACE"), found)
    for client in {row["client"] for row in found}:
        _trim(connection, MESSAGES.c.client == client, _MOST_OF_CLIENT)
    _trim(connection, None, _MOST)


def erase(connection: Connection, access_id: str | None, mac: str | None) -> int:
    """Erase the rows of an access, or of a client; says how many."""
    here, theirs = MESSAGES.c.access_id == access_id, MESSAGES.c.client == mac
    tests = ([here] if access_id is not None else []) + ([theirs] if mac is not None else [])
    return connection.execute(delete(MESSAGES).where(or_(*tests))).rowcount


def expire(connection: Connection, granted: datetime, unanswered: datetime) -> int:
    """Erase grants that are older than one moment, and the rest before another."""
    told, asked = MESSAGES.c.at < stamp(granted), MESSAGES.c.at < stamp(unanswered)
    old = or_(told, and_(asked, MESSAGES.c.type != GRANTED))
    return connection.execute(delete(MESSAGES).where(old)).rowcount


def _trim(connection: Connection, whose: Any, most: int) -> None:
    times = select(MESSAGES.c.at).order_by(MESSAGES.c.at.desc()).offset(most).limit(1)
    if whose is not None:
        times = times.where(whose)
    last = connection.execute(times).scalar()
    if last is not None:
        old = MESSAGES.c.at <= last
        connection.execute(delete(MESSAGES).where(old if whose is None else and_(whose, old)))
