"""The word of a change, written in the transaction of the change itself."""

from __future__ import annotations

import json
import secrets
from collections.abc import Mapping
from typing import Any

from sqlalchemy import Connection, func, insert, or_, select

from techinfo.store.ticket_kinds import OPERATOR, Ticket
from techinfo.store.ticket_tables import deliveries, events, messages, stamp, webhooks

_MOST_WAITING = 10_000
"""Messages that wait for one webhook; what comes after them is for the list of the dead."""


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


def tell(
    connection: Connection,
    kind: str,
    *,
    provider: str,
    sandbox: bool,
    now: int,
    facts: Mapping[str, Any],
    reference: str | None = None,
) -> str:
    """A message for every webhook of a provider, and of the operator, that wants its kind.

    Returns:
        The message's id.
    """
    message = f"msg_{secrets.token_hex(12)}"
    connection.execute(
        insert(messages).values(
            id=message,
            kind=kind,
            at=now,
            provider=provider,
            sandbox=int(sandbox),
            reference=reference,
            facts=json.dumps(facts, ensure_ascii=False, separators=(",", ":")),
        )
    )
    _deliver(connection, message, kind, provider=provider, sandbox=sandbox, now=now)
    return message


def _deliver(
    connection: Connection, message: str, kind: str, *, provider: str, sandbox: bool, now: int
) -> None:
    wanted = select(webhooks.c.id).where(
        webhooks.c.provider.in_({provider, OPERATOR}),
        webhooks.c.sandbox == int(sandbox),
        or_(
            webhooks.c.kinds == "*",
            ("," + webhooks.c.kinds + ",").contains(f",{kind},", autoescape=True),
        ),
    )
    for (hook,) in connection.execute(wanted).all():
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
    """A ticket in plain values, as messages carry it."""
    return {
        "reference": ticket.reference,
        "own_reference": ticket.own_reference,
        "version": ticket.version,
        "provider": ticket.provider,
        "access_id": ticket.access_id,
        "created_by": ticket.created_by,
        "created_at": stamp(ticket.created_at),
        "updated_at": stamp(ticket.updated_at),
        "heading": ticket.heading,
        "description": ticket.description,
        "problem": ticket.problem.value,
        "sp_reference": ticket.sp_reference,
        "sp_ticket_reference": ticket.sp_ticket_reference,
        "subscription_id": ticket.subscription_id,
        "status": ticket.status.value,
        "responsible": None if ticket.responsible is None else ticket.responsible.value,
        "ip": ticket.ip,
        "mac": ticket.mac,
        "link": ticket.link,
    }
