"""The steps of a transaction that creates or changes a ticket, and the space tickets may take."""

from __future__ import annotations

import secrets
from dataclasses import fields
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Row,
    Select,
    func,
    insert,
    or_,
    select,
    update,
)
from sqlalchemy.dialects.sqlite import insert as upsert

from techinfo.errors import TicketConflictError, TicketQuotaError, UnknownTicketError
from techinfo.tickets import tables as t
from techinfo.tickets.grading import note_grade
from techinfo.tickets.outbox import put_message, snapshot
from techinfo.tickets.records import (
    Attachment,
    Change,
    Limits,
    Moment,
    NewTicket,
    Once,
    Party,
    Reach,
    Status,
    Ticket,
)

_TICKETS, _KEYS = t.tickets.c, t.keys.c
OF_A_TICKET = 1024
"""Octets of a ticket beside its texts: rows, indexes, its first event."""
OF_A_CHANGE = 512
"""The same of a change, a comment, an Idempotency-Key."""


def ask_for_link_info(connection: Connection, number: int, moment: Moment, now: int) -> None:
    """Note that link info of now is to be read; it replaces what is attached of the same moment."""
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
    """A query for tickets, narrowed to those within reach."""
    query = query.where(_TICKETS.sandbox == int(reach.sandbox))
    if reach.provider is not None:
        query = query.where(_TICKETS.provider == reach.provider)
    return query


def found(connection: Connection, reference: str, reach: Reach) -> Row[Any]:
    """The row of a ticket by its own reference or the external desk's.

    Raises:
        UnknownTicketError: Nobody within reach has it.
    """
    query = select(t.tickets).where(_has_reference(reference))
    row = connection.execute(within(query, reach)).first()
    if row is None:
        raise UnknownTicketError("no ticket has this coTicketReference")
    return row


def _has_reference(reference: str) -> ColumnElement[bool]:
    return or_(_TICKETS.own_reference == reference, _TICKETS.desk_reference == reference)


def answered_before(
    connection: Connection, scope: str, sandbox: bool, once: Once | None
) -> int | None:
    """The ticket that the same request was answered with; ``None``: it is a new request.

    Raises:
        TicketConflictError: Its Idempotency-Key was used for another request.
    """
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
    """Keep which ticket a request was answered with, as it may be repeated."""
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


def open_alike(connection: Connection, ticket: NewTicket) -> int | None:
    """The provider's open ticket with the same spTicketReference on the access, if there is one.

    A ticket without that reference is like no other: a provider may have several of them open.
    """
    if ticket.sp_ticket_reference is None:
        return None
    same = (getattr(_TICKETS, name) == getattr(ticket, name) for name in t.ALIKE)
    query = select(_TICKETS.number).where(*same, _TICKETS.closed_at.is_(None))
    return connection.execute(query).scalars().first()


def insert_ticket(connection: Connection, new: NewTicket, now: int) -> int:
    """Write a new ticket, whose link info is to be read; returns its number."""
    row = connection.execute(
        insert(t.tickets).values(
            **t.NEW_TICKETS.values(new),
            own_reference=_free_reference(connection),
            status=Status.CREATED.value,
            created_at=now,
            updated_at=now,
            version=1,
            octets=octets_of(new),
        )
    )
    (number,) = row.inserted_primary_key or (0,)
    connection.execute(
        insert(t.history).values(
            ticket=number, at=now, changed_by=new.created_by, status=Status.CREATED.value
        )
    )
    ask_for_link_info(connection, number, Moment.CREATED, now)
    return int(number)


def _free_reference(connection: Connection) -> str:
    """In the form of ON-API's examples, but random: nobody can count our tickets by it."""
    while True:
        reference = f"TT{secrets.randbelow(10**11):011d}"
        taken = select(_TICKETS.number).where(_has_reference(reference))
        if connection.execute(taken).first() is None:
            return reference


def changed(connection: Connection, before: Ticket, change: Change, now: int) -> dict[str, Any]:
    """The columns that a change alters. A ticket that is closed gets link info of that moment.

    Raises:
        TicketConflictError: The desk's reference is taken, or a ticket that is opened again would
            be the second open one with its spTicketReference.
    """
    values: dict[str, Any] = {}
    if change.desk_reference not in (None, before.reference):
        taken = select(_TICKETS.number).where(
            _has_reference(str(change.desk_reference)), _TICKETS.number != before.number
        )
        if connection.execute(taken).first() is not None:
            raise TicketConflictError("another ticket has this coTicketReference")
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
        if open_alike(connection, before) is not None:
            raise TicketConflictError("another ticket with this spTicketReference is open by now")
        values["closed_at"] = None
    return values


def add_comment(connection: Connection, number: int, comment: tuple[str, str], now: int) -> int:
    """Write a comment; returns its id."""
    by, message = comment
    row = connection.execute(
        insert(t.comments).values(ticket=number, created_by=by, message=message, created_at=now)
    )
    (comment_id,) = row.inserted_primary_key or (0,)
    return int(comment_id)


def bump(connection: Connection, number: int, values: dict[str, Any], now: int) -> None:
    """Write columns of a ticket, and count its version up."""
    connection.execute(
        update(t.tickets)
        .where(_TICKETS.number == number)
        .values(updated_at=now, version=_TICKETS.version + 1, **values)
    )


def note_desk_key(connection: Connection, before: Ticket, change: Change) -> None:
    """Keep how the external desk's own interface calls a ticket; nobody else ever sees it."""
    if change.desk_key not in (None, before.desk_key):
        connection.execute(
            update(t.tickets)
            .where(_TICKETS.number == before.number)
            .values(desk_key=change.desk_key)
        )


def grade(connection: Connection, before: Ticket, change: Change, now: int) -> None:
    """Note the cause of a ticket, if it is closed by then.

    Raises:
        TicketConflictError: It is open.
    """
    if change.cause is None:
        return
    if Status.CLOSED not in (change.status, before.status if change.status is None else None):
        raise TicketConflictError("a cause is told when a ticket is closed, or afterwards")
    if not before.sandbox:
        note_grade(connection, before, change.cause, now)


def note_history(
    connection: Connection, before: Ticket, after: Ticket, change: Change, now: int
) -> None:
    """Note who changed the status or the responsible party of a ticket."""
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
    """The kind of the message about a change."""
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
    """Write the message about a ticket; returns how many octets that takes.

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
    return put_message(
        connection,
        kind,
        provider=ticket.provider,
        sandbox=ticket.sandbox,
        now=now,
        facts=facts,
        reference=ticket.own_reference,
    )


def octets_of(new: NewTicket) -> int:
    """What a new ticket takes up in the file."""
    return OF_A_TICKET + sum(_octets(getattr(new, f.name)) for f in fields(new))


def octets_of_change(change: Change) -> int:
    """What a change takes up in the file."""
    return OF_A_CHANGE + sum(map(_octets, change.comment or ()))


def must_fit(connection: Connection, new: NewTicket, limits: Limits | None) -> None:
    """Refuse a ticket for which there is no room.

    Raises:
        TicketQuotaError: Its provider has as many open, or they take as much, as they may.
    """
    if limits is None:
        return
    taken, still_open = _taken(connection, new.provider, sandbox=new.sandbox)
    if still_open >= limits.open_tickets:
        raise TicketQuotaError(
            f"you have {still_open} open tickets, which is the most; close one first"
        )
    _must_have_room(taken, octets_of(new), limits)


def key_must_fit(
    connection: Connection, new: NewTicket, once: Once | None, limits: Limits | None
) -> None:
    """Refuse another Idempotency-Key for a ticket that is there already.

    Raises:
        TicketQuotaError: Its provider's tickets take as much as they may.
    """
    if limits is not None and once is not None:
        taken, _ = _taken(connection, new.provider, sandbox=new.sandbox)
        _must_have_room(taken, OF_A_CHANGE, limits)


def change_must_fit(
    connection: Connection, before: Ticket, change: Change, limits: Limits | None
) -> None:
    """Refuse a change for which there is no room; a ticket can always be closed.

    Raises:
        TicketQuotaError: The ticket has as many comments, or the provider's tickets take as much,
            as they may.
    """
    if limits is None or change.by is not Party.SP:
        return
    if change.comment is None and change.status is Status.CLOSED is not before.status:
        return
    if change.comment is not None:
        of_ticket = t.comments.c.ticket == before.number
        query = select(func.count()).select_from(t.comments).where(of_ticket)
        count = connection.execute(query).scalar_one()
        if count >= limits.comments:
            raise TicketQuotaError(f"this ticket has {count} comments, which is the most")
    taken, _ = _taken(connection, before.provider, sandbox=before.sandbox)
    _must_have_room(taken, octets_of_change(change), limits)


def charge(connection: Connection, number: int, octets: int) -> None:
    """Count what has been written for a ticket; it counts until the ticket is erased."""
    if octets:
        connection.execute(
            update(t.tickets)
            .where(_TICKETS.number == number)
            .values(octets=_TICKETS.octets + octets)
        )


def _taken(connection: Connection, provider: str, *, sandbox: bool) -> tuple[int, int]:
    """Octets of a provider's tickets, and how many of them are open."""
    query = select(
        func.coalesce(func.sum(_TICKETS.octets), 0),
        func.count().filter(_TICKETS.closed_at.is_(None)),
    ).where(_TICKETS.provider == provider, _TICKETS.sandbox == int(sandbox))
    octets, still_open = connection.execute(query).one()
    return int(octets), int(still_open)


def _must_have_room(taken: int, more: int, limits: Limits) -> None:
    if taken + more > limits.octets:
        raise TicketQuotaError(
            f"your tickets take {taken} octets of the {limits.octets} that they may, and this would"
            f" take {more}; they become less when closed tickets are erased"
        )


def _octets(value: object) -> int:
    return len(value.encode("utf-8", "surrogatepass")) if isinstance(value, str) else 0
