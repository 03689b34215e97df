"""Link info of tickets, in the file of tickets; and what is no longer kept of either."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import and_, delete, or_, select, tuple_, update

from techinfo.tickets import tables as rows
from techinfo.tickets import tables as t
from techinfo.tickets.changes import bump
from techinfo.tickets.outbox import note_event, snapshot, tell
from techinfo.tickets.records import Attachment, Found, LinkInfo, Moment, Pending, Ticket
from techinfo.tickets.space import charge
from techinfo.tickets.store import Now, TicketFile
from techinfo.tickets.tables import stamp

_INFO, _TICKETS = t.link_info.c, t.tickets.c
_TOLD, _DEAD = timedelta(days=7), timedelta(days=30)


@dataclass(frozen=True, kw_only=True, slots=True)
class Bounds:
    """What is erased: all that is older.

    Attributes:
        closed: Tickets closed before.
        told: Events, answered keys and delivered messages of before.
        dead: Messages that could not be delivered, of before.
    """

    closed: datetime
    told: datetime
    dead: datetime


def bounds(keep_closed_days: int, now: datetime) -> Bounds:
    """What is too old at a time: tickets by the operator's word, all else by ours.

    Rows about people are kept no longer than a week; ON-API wants events for a day at least.
    """
    return Bounds(closed=now - timedelta(days=keep_closed_days), told=now - _TOLD, dead=now - _DEAD)


def attached(file: TicketFile, number: int) -> dict[Moment, LinkInfo]:
    """Link info of a ticket, by moment."""
    with file.database.read() as connection:
        found = connection.execute(select(t.link_info).where(_INFO.ticket == number)).all()
    return {info.moment: info for info in map(rows.link_info_of, found)}


def pending(
    file: TicketFile, *, besides: Collection[Pending] = (), most: int = 100
) -> tuple[Pending, ...]:
    """What is still to be read, the oldest first."""
    query = (
        select(t.link_info)
        .where(_INFO.state == Attachment.PENDING.value)
        .order_by(_INFO.asked_at)
        .limit(most)
    )
    if besides:
        known = [(p.number, p.moment.value, stamp(p.asked_at)) for p in besides]
        query = query.where(tuple_(_INFO.ticket, _INFO.moment, _INFO.asked_at).not_in(known))
    with file.database.read() as connection:
        return tuple(rows.pending(row) for row in connection.execute(query))


def attach(
    file: TicketFile,
    asked: Pending,
    info: LinkInfo,
    found: Found,
    now: Now,
    *,
    difference: Collection[str] = (),
) -> Ticket | None:
    """Attach what was read, or why nothing was, and tell of it.

    Args:
        file: Where the ticket is.
        asked: What was wanted; if another reading is wanted by now, nothing happens.
        info: What has become of it.
        found: Fills what the ticket's creator left empty, and nothing else.
        now: Tells the time.
        difference: What has changed since the ticket was created, in words.

    Returns:
        The ticket; ``None`` when nothing happened.
    """
    with file.write(behind=True) as connection:
        at = stamp(now())
        document = None if info.document is None else json.dumps(info.document, ensure_ascii=False)
        done = connection.execute(
            update(t.link_info)
            .where(
                _INFO.ticket == asked.number,
                _INFO.moment == asked.moment.value,
                _INFO.asked_at == stamp(asked.asked_at),
                _INFO.state == Attachment.PENDING.value,
            )
            .values(state=info.state.value, done_at=at, why=info.why, document=document)
        )
        if not done.rowcount:
            return None
        whole = select(t.tickets).where(_TICKETS.number == asked.number)
        ticket = rows.ticket(connection.execute(whole).one())
        values = _filling(ticket, found)
        if values:
            bump(connection, ticket.number, values, at)
            ticket = rows.ticket(connection.execute(whole).one())
            note_event(connection, ticket, "UPDATE", at)
        told = tell(
            connection,
            "ticket.linkinfo",
            provider=ticket.provider,
            sandbox=ticket.sandbox,
            now=at,
            facts={"ticket": snapshot(ticket), "link_info": _told(info, difference)},
            reference=ticket.own_reference,
        )
        charge(connection, ticket.number, told + len(document or ""))
        return ticket


def sweep(file: TicketFile, bounds: Bounds, now: datetime) -> int:
    """Erase what is too old; says how many tickets that were."""
    d, m = t.deliveries.c, t.messages.c
    with file.write(behind=True) as connection:
        old = select(t.tickets).where(_TICKETS.closed_at < stamp(bounds.closed))
        gone = [rows.ticket(row) for row in connection.execute(old)]
        for ticket in gone:
            note_event(connection, ticket, "DELETE", stamp(now))
        connection.execute(delete(t.tickets).where(_TICKETS.closed_at < stamp(bounds.closed)))
        connection.execute(delete(t.events).where(t.events.c.at < stamp(bounds.told)))
        connection.execute(delete(t.keys).where(t.keys.c.at < stamp(bounds.told)))
        lasting = select(d.message).where(
            or_(
                d.state == "waiting",
                and_(d.state == "dead", d.done_at >= stamp(bounds.dead)),
            )
        )
        connection.execute(
            delete(t.messages).where(m.at < stamp(bounds.told), m.id.not_in(lasting))
        )
        return len(gone)


def _filling(ticket: Ticket, found: Found) -> dict[str, Any]:
    values: dict[str, Any] = {}
    if ticket.ip is None and found.ip is not None:
        values["ip"] = found.ip
    if ticket.mac is None and found.mac is not None:
        values["mac"] = found.mac
    if ticket.link is None and found.link is not None:
        values["link"] = int(found.link)
    return values


def _told(info: LinkInfo, difference: Collection[str]) -> Mapping[str, Any]:
    return {
        "moment": info.moment.value,
        "state": info.state.value,
        "asked_at": stamp(info.asked_at),
        "why": info.why,
        "difference": list(difference),
        "document": info.document,
    }
