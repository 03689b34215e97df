"""The tables of the file of tickets and of what webhooks are told about them.

Times are microseconds since 1970, UTC, so that they sort. One file holds both, so that a change
and the word of it are written in one transaction: neither is ever without the other.

Rows of the file of tickets as values, and back.
"""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import Column, ForeignKey, Index, Integer, MetaData, Row, Table, Text

from techinfo.errors import StorageFullError, TechinfoError, TicketStoreError
from techinfo.store.database import Schema
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

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_metadata = MetaData()


def _text(name: str) -> Column[str]:
    return Column(name, Text, nullable=False)


def _number(name: str) -> Column[int]:
    return Column(name, Integer, nullable=False)


def _of_ticket(*, primary_key: bool = False) -> Column[int]:
    return Column(
        "ticket",
        Integer,
        ForeignKey("tickets.number", ondelete="CASCADE"),
        nullable=False,
        primary_key=primary_key,
    )


tickets = Table(
    "tickets",
    _metadata,
    Column("number", Integer, primary_key=True),
    Column("own_reference", Text, nullable=False, unique=True),
    Column("desk_reference", Text, unique=True),
    Column("desk_key", Text),
    _text("provider"),
    _number("sandbox"),
    _text("access_id"),
    _text("created_by"),
    _text("heading"),
    _text("description"),
    _text("problem"),
    Column("sp_reference", Text),
    Column("sp_ticket_reference", Text),
    Column("subscription_id", Text),
    Column("ip", Text),
    Column("mac", Text),
    Column("link", Integer),
    _text("status"),
    Column("responsible", Text),
    _number("created_at"),
    _number("updated_at"),
    Column("closed_at", Integer),
    _number("version"),
    Column("octets", Integer, nullable=False, server_default="0"),
    Index("tickets_of_access", "access_id"),
    Index("tickets_closed", "closed_at"),
    Index("tickets_taken", "provider", "sandbox", "closed_at", "octets"),
    sqlite_autoincrement=True,
)
Index(
    "one_open_ticket",
    tickets.c.provider,
    tickets.c.sandbox,
    tickets.c.access_id,
    tickets.c.sp_ticket_reference,
    unique=True,
    sqlite_where=tickets.c.closed_at.is_(None) & tickets.c.sp_ticket_reference.is_not(None),
)
Index("tickets_of_provider", tickets.c.provider, tickets.c.number)

comments = Table(
    "comments",
    _metadata,
    Column("id", Integer, primary_key=True),
    _of_ticket(),
    _text("created_by"),
    _text("message"),
    _number("created_at"),
    Index("comments_of_ticket", "ticket"),
)
history = Table(
    "history",
    _metadata,
    Column("id", Integer, primary_key=True),
    _of_ticket(),
    _number("at"),
    _text("changed_by"),
    _text("status"),
    Column("responsible", Text),
    Index("history_of_ticket", "ticket"),
)
link_info = Table(
    "link_info",
    _metadata,
    _of_ticket(primary_key=True),
    Column("moment", Text, primary_key=True),
    _text("state"),
    _number("asked_at"),
    Column("done_at", Integer),
    _text("why"),
    Column("document", Text),
    Index("link_info_pending", "state", "asked_at"),
)
keys = Table(
    "keys",
    _metadata,
    Column("provider", Text, primary_key=True),
    Column("sandbox", Integer, primary_key=True),
    Column("key", Text, primary_key=True),
    _text("digest"),
    _of_ticket(),
    _number("at"),
    Index("keys_by_age", "at"),
    Index("keys_of_ticket", "ticket"),
)
events = Table(
    "events",
    _metadata,
    Column("id", Integer, primary_key=True),
    _number("at"),
    _text("kind"),
    _text("reference"),
    _text("provider"),
    _number("sandbox"),
    Index("events_by_age", "at"),
)
messages = Table(
    "messages",
    _metadata,
    Column("id", Text, primary_key=True),
    _text("kind"),
    _number("at"),
    _text("provider"),
    _number("sandbox"),
    Column("reference", Text),
    _text("facts"),
    Index("messages_by_age", "at"),
)
webhooks = Table(
    "webhooks",
    _metadata,
    Column("id", Text, primary_key=True),
    _text("provider"),
    _number("sandbox"),
    _text("url"),
    _text("form"),
    _text("kinds"),
    _text("options"),
    _text("secret"),
    _number("created_at"),
    Index("webhooks_of_provider", "provider"),
)
deliveries = Table(
    "deliveries",
    _metadata,
    Column("message", Text, ForeignKey("messages.id", ondelete="CASCADE"), primary_key=True),
    Column("webhook", Text, ForeignKey("webhooks.id", ondelete="CASCADE"), primary_key=True),
    _text("state"),
    _number("tries"),
    _number("due_at"),
    Column("done_at", Integer),
    _text("outcome"),
    Index("deliveries_due", "state", "due_at"),
    Index("deliveries_of_webhook", "webhook", "state"),
    Index("deliveries_in_turn", "webhook", "state", "due_at"),
)
trouble = Table(
    "trouble",
    _metadata,
    Column("webhook", Text, ForeignKey("webhooks.id", ondelete="CASCADE"), primary_key=True),
    _number("failures"),
    _number("rests_until"),
    Column("off_since", Integer),
    _text("why"),
)


def _fault(message: str) -> TechinfoError:
    if "is full" in message:  # SQLITE_FULL: "database or disk is full"
        return StorageFullError(message)
    return TicketStoreError(message)


SCHEMA = Schema(
    metadata=_metadata,
    application_id=0x7474636B,  # "ttck"
    version=3,
    fault=_fault,
    migrations=Path(__file__).with_name("migrations"),
)


def stamp(at: datetime) -> int:
    """A time as the file has it."""
    return (at - _EPOCH) // timedelta(microseconds=1)


def moment_of(stamped: int) -> datetime:
    """A time of the file."""
    return _EPOCH + timedelta(microseconds=stamped)


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


def link_info_of(row: Row[Any]) -> LinkInfo:
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
