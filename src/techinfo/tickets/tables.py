"""The tables of the file of tickets and webhooks, and how their rows are read as values.

Times are microseconds since 1970, UTC, so that they sort. Tickets and webhooks share one file, so
that a change and the messages about it are written in one transaction: there is never one without
the other.
"""

from __future__ import annotations

import json
from pathlib import Path

from sqlalchemy import Column, ForeignKey, Index, Integer, MetaData, Table, Text

from techinfo.errors import StorageFullError, TechinfoError, TicketStoreError
from techinfo.store.base import MICROSECONDS, Codec, Records
from techinfo.store.database import Schema
from techinfo.tickets.records import (
    Comment,
    Grade,
    LinkInfo,
    NewTicket,
    Pending,
    Ticket,
    TicketEvent,
)

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
ALIKE = ("provider", "sandbox", "access_id", "sp_ticket_reference")
"""Columns by which an open ticket is the same as another; one without the last is like no other."""
Index(
    "one_open_ticket",
    *(tickets.c[name] for name in ALIKE),
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


grades = Table(
    "grades",
    _metadata,
    Column("ticket", Integer, primary_key=True),
    _number("at"),
    _text("code"),
    _number("sure"),
    _text("cause"),
    Column("maker", Text),
    Column("site", Text),
    Column("retest", Text),
    Index("grades_by_age", "at"),
)
"""Of a ticket by its number alone, which nobody sees: they stay when it is erased."""


activations = Table(
    "activations",
    _metadata,
    Column("source", Text, primary_key=True),
    Column("order_id", Text, primary_key=True),
    _text("operation"),
    _text("provider"),
    _text("access_id"),
    _text("subscription_id"),
    _text("service"),
    _number("done_at"),
    _number("due_at"),
    Column("certified_at", Integer),
    Column("outcome", Text),
    Index("activations_due", "outcome", "due_at"),
    Index("activations_of_access", "access_id"),
    Index("activations_by_age", "done_at"),
)
"""Orders that are done, and what was found on the line."""


def _fault(message: str) -> TechinfoError:
    if "is full" in message:  # SQLITE_FULL: "database or disk is full"
        return StorageFullError(message)
    return TicketStoreError(message)


SCHEMA = Schema(
    metadata=_metadata,
    application_id=0x7474636B,  # "ttck"
    version=5,
    fault=_fault,
    migrations=Path(__file__).with_name("migrations"),
)


JSON = Codec(lambda value: json.dumps(value, ensure_ascii=False), json.loads)
NEW_TICKETS = Records(NewTicket, MICROSECONDS)
TICKETS = Records(Ticket, MICROSECONDS, besides=("comments",))
COMMENTS = Records(Comment, MICROSECONDS)
LINK_INFO = Records(LinkInfo, MICROSECONDS, document=JSON)
PENDING = Records(Pending, MICROSECONDS)
EVENTS = Records(TicketEvent, MICROSECONDS)
GRADES = Records(Grade, MICROSECONDS)
