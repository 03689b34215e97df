"""What the file of tickets has of a person, and its erasure."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, delete, or_, select, update

from techinfo.tickets import tables as rows
from techinfo.tickets import tables as t
from techinfo.tickets.outbox import note_event, snapshot
from techinfo.tickets.records import Attachment
from techinfo.tickets.store import TicketFile
from techinfo.tickets.tables import stamp

_TICKETS, _INFO, _MESSAGES = t.tickets.c, t.link_info.c, t.messages.c
_ERASED = "erased on request"


def about(
    file: TicketFile, *, access_id: str | None = None, mac: str | None = None
) -> Iterator[Mapping[str, Any]]:
    """Every ticket of an access, or in which a MAC address stands, with all that belongs to it."""
    with file.database.read() as connection:
        found = connection.execute(select(t.tickets).where(_about(access_id, mac))).all()
        for row in found:
            ticket = rows.ticket(row)
            own = t.comments.c.ticket == ticket.number
            comments = connection.execute(select(t.comments).where(own)).all()
            infos = connection.execute(
                select(t.link_info).where(_INFO.ticket == ticket.number)
            ).all()
            yield snapshot(ticket) | {
                "comments": [(c.created_by, c.message) for c in comments],
                "link_info": {
                    i.moment: None if i.document is None else json.loads(i.document) for i in infos
                },
            }


def erase(
    file: TicketFile, now: datetime, *, access_id: str | None = None, mac: str | None = None
) -> int:
    """Erase the tickets of an access, or of others the MAC address and what it stands in.

    Returns:
        How many tickets that was about.
    """
    with file.write() as connection:
        found = connection.execute(select(t.tickets).where(_about(access_id, mac))).all()
        for ticket in map(rows.ticket, found):
            told = _MESSAGES.reference == ticket.own_reference
            if access_id is not None:
                note_event(connection, ticket, "DELETE", stamp(now))
                connection.execute(delete(t.messages).where(told))
                connection.execute(delete(t.tickets).where(_TICKETS.number == ticket.number))
            else:
                connection.execute(
                    delete(t.messages).where(told, _MESSAGES.facts.contains(str(mac)))
                )
                _erase_mac(connection, ticket.number, str(mac))
        return len(found)


def _about(access_id: str | None, mac: str | None) -> ColumnElement[bool]:
    if access_id is not None:
        return _TICKETS.access_id == access_id
    seen = select(_INFO.ticket).where(_INFO.document.contains(str(mac)))
    told = select(_MESSAGES.reference).where(
        _MESSAGES.facts.contains(str(mac)), _MESSAGES.reference.is_not(None)
    )
    return or_(_TICKETS.mac == mac, _TICKETS.number.in_(seen), _TICKETS.own_reference.in_(told))


def _erase_mac(connection: Connection, number: int, mac: str) -> None:
    connection.execute(
        update(t.tickets).where(_TICKETS.number == number, _TICKETS.mac == mac).values(mac=None)
    )
    connection.execute(
        update(t.link_info)
        .where(_INFO.ticket == number, _INFO.document.contains(mac))
        .values(document=None, state=Attachment.FAILED.value, why=_ERASED)
    )
