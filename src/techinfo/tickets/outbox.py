"""Events and messages about a change, written in the transaction of the change itself."""

from __future__ import annotations

import json
import secrets
from collections.abc import Mapping
from typing import Any

from sqlalchemy import Connection, func, insert, or_, select

from techinfo.tickets.records import OPERATOR, Ticket
from techinfo.tickets.tables import (
    TICKETS,
    comments,
    deliveries,
    events,
    messages,
    tickets,
    webhooks,
)

_MOST_WAITING = 10_000
"""Messages that wait for one webhook; further ones are dead from the start."""
_NOT_SENT = frozenset({"number", "desk_reference", "desk_key", "sandbox", "closed_at"})
"""Columns of a ticket that no message carries."""


def note_event(connection: Connection, ticket: Ticket, kind: str, now: int) -> None:
    """An ON-API event about a ticket: CREATE, UPDATE or DELETE."""
    connection.execute(
        insert(events).values(
            at=now,
            kind=kind,
            reference=ticket.reference,
            provider=ticket.provider,
            sandbox=int(ticket.sandbox),
        )
    )


def put_message(
    connection: Connection,
    kind: str,
    *,
    provider: str,
    sandbox: bool,
    now: int,
    facts: Mapping[str, Any],
    reference: str | None = None,
) -> int:
    """A message for every webhook of a provider, and of the operator, that wants its kind.

    Returns:
        Octets that are written; 0 where no webhook wants it.
    """
    hooks = _wanting(connection, kind, provider=provider, sandbox=sandbox)
    if not hooks:
        return 0
    message = f"msg_{secrets.token_hex(12)}"
    text = json.dumps(_short(facts), ensure_ascii=False, separators=(",", ":"))
    connection.execute(
        insert(messages).values(
            id=message,
            kind=kind,
            at=now,
            provider=provider,
            sandbox=int(sandbox),
            reference=reference,
            facts=text,
        )
    )
    for hook in hooks:
        _deliver(connection, message, hook, now)
    return len(text.encode("utf-8", "surrogatepass"))


def whole(connection: Connection, facts: Mapping[str, Any]) -> Mapping[str, Any]:
    """Facts of a message with its long texts, which stand in the tables of tickets and comments.

    A text whose ticket has been erased is empty.
    """
    ticket, comment = facts.get("ticket"), facts.get("comment")
    filled = dict(facts)
    if ticket is not None and "description" not in ticket:
        own = tickets.c.own_reference == ticket["own_reference"]
        text = connection.execute(select(tickets.c.description).where(own)).scalar()
        filled["ticket"] = {**ticket, "description": text or ""}
    if comment is not None and "message" not in comment:
        own = comments.c.id == comment["id"]
        text = connection.execute(select(comments.c.message).where(own)).scalar()
        filled["comment"] = {**comment, "message": text or ""}
    return filled


def _short(facts: Mapping[str, Any]) -> Mapping[str, Any]:
    """Facts without the description, which never changes: `whole` finds it in the ticket."""
    if "ticket" not in facts:
        return facts
    ticket = {name: value for name, value in facts["ticket"].items() if name != "description"}
    return {**facts, "ticket": ticket}


def _wanting(connection: Connection, kind: str, *, provider: str, sandbox: bool) -> list[str]:
    wanted = select(webhooks.c.id).where(
        webhooks.c.provider.in_({provider, OPERATOR}),
        webhooks.c.sandbox == int(sandbox),
        or_(
            webhooks.c.kinds == "*",
            ("," + webhooks.c.kinds + ",").contains(f",{kind},", autoescape=True),
        ),
    )
    return list(connection.execute(wanted).scalars())


def _deliver(connection: Connection, message: str, hook: str, now: int) -> None:
    waiting = (
        select(func.count())
        .select_from(deliveries)
        .where(deliveries.c.webhook == hook, deliveries.c.state == "waiting")
    )
    full = connection.execute(waiting).scalar_one() >= _MOST_WAITING
    connection.execute(
        insert(deliveries).values(
            message=message,
            webhook=hook,
            state="dead" if full else "waiting",
            tries=0,
            due_at=now,
            done_at=now if full else None,
            outcome="too many messages wait for this webhook" if full else "",
        )
    )


def snapshot(ticket: Ticket) -> dict[str, Any]:
    """A ticket in plain values, as messages carry it; times as in the file."""
    values = TICKETS.values(ticket)
    return {"reference": ticket.reference} | {
        name: value for name, value in values.items() if name not in _NOT_SENT
    }
