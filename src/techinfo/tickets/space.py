"""How much room the tickets of a provider take, and how much they may."""

from __future__ import annotations

from dataclasses import fields

from sqlalchemy import Connection, func, select, update

from techinfo.errors import TicketQuotaError
from techinfo.tickets import tables as t
from techinfo.tickets.records import Change, Limits, NewTicket, Once, Party, Status, Ticket

OF_A_TICKET = 1024
"""Octets of a ticket beside its texts: rows, indexes, its first event."""
OF_A_CHANGE = 512
"""The same of a change, a comment, an Idempotency-Key."""

_TICKETS = t.tickets.c


def octets_of(new: NewTicket) -> int:
    """What a new ticket takes."""
    return OF_A_TICKET + sum(_octets(getattr(new, f.name)) for f in fields(new))


def octets_of_change(change: Change) -> int:
    """What a change takes."""
    return OF_A_CHANGE + sum(map(_octets, change.comment or ()))


def must_fit(connection: Connection, new: NewTicket, limits: Limits | None) -> None:
    """Refuse a ticket that is one too many.

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
    """Refuse one Idempotency-Key more for a ticket that is there already.

    Raises:
        TicketQuotaError: Its provider's tickets take as much as they may.
    """
    if limits is not None and once is not None:
        taken, _ = _taken(connection, new.provider, sandbox=new.sandbox)
        _must_have_room(taken, OF_A_CHANGE, limits)


def change_must_fit(
    connection: Connection, before: Ticket, change: Change, limits: Limits | None
) -> None:
    """Refuse a change that is one too many; to close a ticket there is always room.

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
