"""Rows of the file of tickets as values, and back."""

from __future__ import annotations

import json
from typing import Any

from sqlalchemy import Row

from techinfo.tickets.records import (
    Attachment,
    Comment,
    LinkInfo,
    Moment,
    NewTicket,
    Party,
    Pending,
    Problem,
    Status,
    Ticket,
    TicketEvent,
)
from techinfo.tickets.tables import moment_of


def new_row(new: NewTicket, reference: str, now: int) -> dict[str, Any]:
    """The row of a ticket that has just come in."""
    return {
        "own_reference": reference,
        "provider": new.provider,
        "sandbox": int(new.sandbox),
        "access_id": new.access_id,
        "created_by": new.created_by,
        "heading": new.heading,
        "description": new.description,
        "problem": new.problem.value,
        "sp_reference": new.sp_reference,
        "sp_ticket_reference": new.sp_ticket_reference,
        "subscription_id": new.subscription_id,
        "ip": new.ip,
        "mac": new.mac,
        "link": None if new.link is None else int(new.link),
        "status": Status.CREATED.value,
        "created_at": now,
        "updated_at": now,
        "version": 1,
    }


def ticket(row: Row[Any], comments: tuple[Comment, ...] = ()) -> Ticket:
    """A ticket."""
    return Ticket(
        number=row.number,
        own_reference=row.own_reference,
        desk_reference=row.desk_reference,
        desk_key=row.desk_key,
        provider=row.provider,
        sandbox=bool(row.sandbox),
        access_id=row.access_id,
        created_by=row.created_by,
        heading=row.heading,
        description=row.description,
        problem=Problem(row.problem),
        sp_reference=row.sp_reference,
        sp_ticket_reference=row.sp_ticket_reference,
        subscription_id=row.subscription_id,
        ip=row.ip,
        mac=row.mac,
        link=None if row.link is None else bool(row.link),
        status=Status(row.status),
        responsible=None if row.responsible is None else Party(row.responsible),
        created_at=moment_of(row.created_at),
        updated_at=moment_of(row.updated_at),
        closed_at=None if row.closed_at is None else moment_of(row.closed_at),
        version=row.version,
        comments=comments,
    )


def comment(row: Row[Any]) -> Comment:
    """A comment."""
    return Comment(
        created_by=row.created_by, message=row.message, created_at=moment_of(row.created_at)
    )


def link_info(row: Row[Any]) -> LinkInfo:
    """Link info."""
    return LinkInfo(
        moment=Moment(row.moment),
        state=Attachment(row.state),
        asked_at=moment_of(row.asked_at),
        done_at=None if row.done_at is None else moment_of(row.done_at),
        why=row.why,
        document=None if row.document is None else json.loads(row.document),
    )


def pending(row: Row[Any, Any, Any]) -> Pending:
    """Link info that is still to be read."""
    return Pending(number=row.ticket, moment=Moment(row.moment), asked_at=moment_of(row.asked_at))


def event(row: Row[Any]) -> TicketEvent:
    """An event."""
    return TicketEvent(
        at=moment_of(row.at), kind=row.kind, reference=row.reference, provider=row.provider
    )
