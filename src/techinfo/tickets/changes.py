"""What a ticket's transaction is made of."""

from __future__ import annotations

import secrets
from typing import Any

from sqlalchemy import Connection, Row, Select, insert, or_, select, update
from sqlalchemy.dialects.sqlite import insert as upsert

from techinfo.errors import TicketConflictError, UnknownTicketError
from techinfo.tickets import tables as rows
from techinfo.tickets import tables as t
from techinfo.tickets.outbox import snapshot, tell
from techinfo.tickets.records import (
    Attachment,
    Change,
    Moment,
    NewTicket,
    Once,
    Reach,
    Status,
    Ticket,
)
from techinfo.tickets.space import OF_A_CHANGE, charge, octets_of

_TICKETS, _KEYS = t.tickets.c, t.keys.c


def ask_for_link_info(connection: Connection, number: int, moment: Moment, now: int) -> None:
    """Want link info of now; what was attached of the same moment before gives way to it."""
    fresh = {
        "state": Attachment.PENDING.value,
        "asked_at": now,
        "done_at": None,
        "why": "",
        "document": None,
    }
    connection.execute(
        upsert(t.link_info)
        .values(ticket=number, moment=moment.value, **fresh)
        .on_conflict_do_update(index_elements=["ticket", "moment"], set_=fresh)
    )


def within(query: Select[Any], reach: Reach) -> Select[Any]:
    """Of a query for tickets, those within reach."""
    query = query.where(_TICKETS.sandbox == int(reach.sandbox))
    if reach.provider is not None:
        query = query.where(_TICKETS.provider == reach.provider)
    return query


def found(connection: Connection, reference: str, reach: Reach) -> Row[Any]:
    """The row of a reference, whoever gave it.

    Raises:
        UnknownTicketError: Nobody within reach has it.
    """
    known = or_(_TICKETS.own_reference == reference, _TICKETS.desk_reference == reference)
    row = connection.execute(within(select(t.tickets).where(known), reach)).first()
    if row is None:
        raise UnknownTicketError("no ticket has this coTicketReference")
    return row


def told_before(connection: Connection, scope: str, sandbox: bool, once: Once | None) -> int | None:
    """The ticket that the same request was answered with; ``None`` when it never came."""
    if once is None:
        return None
    row = connection.execute(
        select(_KEYS.digest, _KEYS.ticket).where(
            _KEYS.provider == scope, _KEYS.sandbox == int(sandbox), _KEYS.key == once.key
        )
    ).one_or_none()
    if row is None:
        return None
    if row.digest != once.digest:
        raise TicketConflictError("this Idempotency-Key was used for another request")
    return int(row.ticket)


def remember(
    connection: Connection,
    scope: str,
    sandbox: bool,
    once: Once | None,
    number: int,
    now: int,
) -> None:
    """Keep the answer of a request that may come again."""
    if once is None:
        return
    connection.execute(
        insert(t.keys).values(
            provider=scope,
            sandbox=int(sandbox),
            key=once.key,
            digest=once.digest,
            ticket=number,
            at=now,
        )
    )
    charge(connection, number, OF_A_CHANGE)


def open_alike(connection: Connection, new: NewTicket) -> int | None:
    """The open ticket of the provider about the same; ``None``: there is none."""
    if new.sp_ticket_reference is None:
        return None
    return connection.execute(
        select(_TICKETS.number).where(
            _TICKETS.provider == new.provider,
            _TICKETS.sandbox == int(new.sandbox),
            _TICKETS.access_id == new.access_id,
            _TICKETS.sp_ticket_reference == new.sp_ticket_reference,
            _TICKETS.closed_at.is_(None),
        )
    ).scalar_one_or_none()


def insert_ticket(connection: Connection, new: NewTicket, now: int) -> int:
    """Keep a new ticket, and want its link info; says its number."""
    reference = _free_reference(connection)
    told = rows.new_row(new, reference, now) | {"octets": octets_of(new)}
    row = connection.execute(insert(t.tickets).values(told))
    (number,) = row.inserted_primary_key or (0,)
    connection.execute(
        insert(t.history).values(
            ticket=number, at=now, changed_by=new.created_by, status=Status.CREATED.value
        )
    )
    ask_for_link_info(connection, number, Moment.CREATED, now)
    return int(number)


def _free_reference(connection: Connection) -> str:
    """As in ON-API's examples, but drawn by lot: it tells nobody how many tickets there are."""
    while True:
        reference = f"TT{secrets.randbelow(10**11):011d}"
        taken = select(_TICKETS.number).where(
            or_(_TICKETS.own_reference == reference, _TICKETS.desk_reference == reference)
        )
        if connection.execute(taken).first() is None:
            return reference


def changed(connection: Connection, before: Ticket, change: Change, now: int) -> dict[str, Any]:
    """The values of a ticket that a change makes others; asks for link info where it closes."""
    values: dict[str, Any] = {}
    if change.desk_reference not in (None, before.reference):
        _must_be_free(connection, before, str(change.desk_reference))
        values["desk_reference"] = change.desk_reference
    if change.responsible not in (None, before.responsible):
        values["responsible"] = str(change.responsible)
    if change.status in (None, before.status):
        return values
    values["status"] = str(change.status)
    if change.status is Status.CLOSED:
        values["closed_at"] = now
        ask_for_link_info(connection, before.number, Moment.CLOSED, now)
    elif before.status is Status.CLOSED:
        _must_be_alone(connection, before)
        values["closed_at"] = None
    return values


def _must_be_free(connection: Connection, before: Ticket, reference: str) -> None:
    taken = select(_TICKETS.number).where(
        or_(_TICKETS.own_reference == reference, _TICKETS.desk_reference == reference),
        _TICKETS.number != before.number,
    )
    if connection.execute(taken).first() is not None:
        raise TicketConflictError("another ticket has this coTicketReference")


def _must_be_alone(connection: Connection, before: Ticket) -> None:
    """A ticket that is opened again must not be the second about the same."""
    other = _TICKETS.sp_ticket_reference == before.sp_ticket_reference
    taken = select(_TICKETS.number).where(
        _TICKETS.provider == before.provider,
        _TICKETS.sandbox == int(before.sandbox),
        _TICKETS.access_id == before.access_id,
        other,
        _TICKETS.closed_at.is_(None),
    )
    if connection.execute(taken).first() is not None:
        raise TicketConflictError("another ticket with this spTicketReference is open by now")


def add_comment(connection: Connection, number: int, comment: tuple[str, str], now: int) -> int:
    """Keep what somebody wrote; says its id."""
    by, message = comment
    row = connection.execute(
        insert(t.comments).values(ticket=number, created_by=by, message=message, created_at=now)
    )
    (comment_id,) = row.inserted_primary_key or (0,)
    return int(comment_id)


def bump(connection: Connection, number: int, values: dict[str, Any], now: int) -> None:
    """Write values of a ticket; its version grows."""
    connection.execute(
        update(t.tickets)
        .where(_TICKETS.number == number)
        .values(updated_at=now, version=_TICKETS.version + 1, **values)
    )


def note_desk_key(connection: Connection, before: Ticket, change: Change) -> None:
    """Keep how an external desk calls a ticket inside; nobody else ever sees it."""
    if change.desk_key not in (None, before.desk_key):
        connection.execute(
            update(t.tickets)
            .where(_TICKETS.number == before.number)
            .values(desk_key=change.desk_key)
        )


def note_history(
    connection: Connection, before: Ticket, after: Ticket, change: Change, now: int
) -> None:
    """Keep who moved a ticket where."""
    if (before.status, before.responsible) == (after.status, after.responsible):
        return
    connection.execute(
        insert(t.history).values(
            ticket=after.number,
            at=now,
            changed_by=change.comment[0] if change.comment else change.by.value,
            status=after.status.value,
            responsible=None if after.responsible is None else after.responsible.value,
        )
    )


def kind_of(before: Ticket, after: Ticket) -> str:
    """What a change is to those who are told."""
    closed = after.status is Status.CLOSED and before.status is not Status.CLOSED
    return "ticket.closed" if closed else "ticket.updated"


def announce(
    connection: Connection,
    kind: str,
    ticket: Ticket,
    now: int,
    change: Change | None = None,
    comment: int | None = None,
) -> int:
    """Tell webhooks of a ticket; says how many octets that takes.

    Args:
        connection: In the transaction of the change.
        kind: Of the message.
        ticket: As it is now.
        now: The time.
        change: What was changed; ``None``: it is new.
        comment: The id of the comment of that change.
    """
    facts: dict[str, Any] = {"ticket": snapshot(ticket)}
    if change is not None:
        facts["by"] = change.by.value
        if change.comment is not None:
            facts["comment"] = {"created_by": change.comment[0], "id": comment}
    return tell(
        connection,
        kind,
        provider=ticket.provider,
        sandbox=ticket.sandbox,
        now=now,
        facts=facts,
        reference=ticket.own_reference,
    )
