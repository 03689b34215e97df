"""What the file of tickets no longer keeps: what is too old, and what a person wants erased."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, and_, delete, func, or_, select, update

from techinfo.store.base import moment_of, stamp
from techinfo.tickets import grading
from techinfo.tickets import tables as t
from techinfo.tickets.outbox import note_event, snapshot
from techinfo.tickets.records import Attachment
from techinfo.tickets.store import TicketFile

_TICKETS, _INFO, _MESSAGES = t.tickets.c, t.link_info.c, t.messages.c
_DELIVERED, _DEAD = timedelta(days=7), timedelta(days=30)
_ERASED = "erased on request"
_OF_ONE = ("watch", "activation")
_OF_SEVERAL = ("works", "disturbance")
"""Facts of messages about no ticket, with ``accessId`` or ``accessIds`` in them."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Bounds:
    """What is erased: everything before these times.

    Attributes:
        closed: Closed tickets.
        delivered: Events, answered keys and delivered messages.
        dead: Messages that could not be delivered, and activations.
    """

    closed: datetime
    delivered: datetime
    dead: datetime


def bounds(keep_closed_days: int, now: datetime) -> Bounds:
    """What is too old now; the operator decides how long closed tickets are kept.

    Rows about people are kept no longer than a week; ON-API wants events for a day at least.
    """
    return Bounds(
        closed=now - timedelta(days=keep_closed_days), delivered=now - _DELIVERED, dead=now - _DEAD
    )


def sweep(file: TicketFile, bounds: Bounds, now: datetime) -> int:
    """Erase what is too old; says how many tickets that were."""
    d, m = t.deliveries.c, t.messages.c
    with file.write(behind=True) as connection:
        old = select(t.tickets).where(_TICKETS.closed_at < stamp(bounds.closed))
        gone = [t.TICKETS.record(row) for row in connection.execute(old)]
        for ticket in gone:
            note_event(connection, ticket, "DELETE", stamp(now))
        connection.execute(delete(t.tickets).where(_TICKETS.closed_at < stamp(bounds.closed)))
        grading.expire(connection, now - grading.KEEP)
        connection.execute(delete(t.events).where(t.events.c.at < stamp(bounds.delivered)))
        connection.execute(
            delete(t.activations).where(t.activations.c.done_at < stamp(bounds.dead))
        )
        connection.execute(delete(t.keys).where(t.keys.c.at < stamp(bounds.delivered)))
        lasting = select(d.message).where(
            or_(
                d.state == "waiting",
                and_(d.state == "dead", d.done_at >= stamp(bounds.dead)),
            )
        )
        connection.execute(
            delete(t.messages).where(m.at < stamp(bounds.delivered), m.id.not_in(lasting))
        )
        return len(gone)


def about(
    file: TicketFile, *, access_id: str | None = None, mac: str | None = None
) -> Iterator[Mapping[str, Any]]:
    """Every ticket of an access, or in which a MAC address stands, with all that belongs to it.

    Of an access the orders that were done on it, too, and what webhooks are told of it.
    """
    with file.database.read() as connection:
        of_access = select(t.activations).where(t.activations.c.access_id == access_id)
        for done in connection.execute(of_access).mappings():
            yield {"activation": dict(done)}
        for told in _messages_of(connection, access_id) if access_id is not None else ():
            yield {"message": told.kind, "at": moment_of(told.at).isoformat()}
        found = connection.execute(select(t.tickets).where(_about(access_id, mac))).all()
        for row in found:
            ticket = t.TICKETS.record(row)
            comments = connection.execute(
                select(t.comments).where(t.comments.c.ticket == ticket.number)
            )
            infos = connection.execute(select(t.link_info).where(_INFO.ticket == ticket.number))
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
        for ticket in map(t.TICKETS.record, found):
            own = _MESSAGES.reference == ticket.own_reference
            if access_id is not None:
                note_event(connection, ticket, "DELETE", stamp(now))
                connection.execute(delete(t.messages).where(own))
                connection.execute(delete(t.tickets).where(_TICKETS.number == ticket.number))
            else:
                connection.execute(
                    delete(t.messages).where(own, _MESSAGES.facts.contains(str(mac)))
                )
                _erase_mac(connection, ticket.number, str(mac))
        if access_id is not None:
            connection.execute(delete(t.activations).where(t.activations.c.access_id == access_id))
            for message in _messages_of(connection, access_id):
                _erase_in_message(connection, message, access_id)
        return len(found)


def _messages_of(connection: Connection, access_id: str) -> Sequence[Row[Any]]:
    """Messages about an access, or about several and this one among them, and no ticket.

    A ticket may have become too old, and what webhooks were told of it not yet.
    """
    of_one = [
        func.json_extract(_MESSAGES.facts, f"$.{name}.accessId") == access_id for name in _OF_ONE
    ]
    each = [
        func.json_each(_MESSAGES.facts, f"$.{name}.accessIds").table_valued("value")
        for name in _OF_SEVERAL
    ]
    of_several = [select(one.c.value).where(one.c.value == access_id).exists() for one in each]
    no_ticket = and_(_MESSAGES.reference.is_(None), or_(*of_one, *of_several))
    gone_ticket = and_(
        _MESSAGES.reference.not_in(select(_TICKETS.own_reference)),
        func.json_extract(_MESSAGES.facts, "$.ticket.access_id") == access_id,
    )
    return connection.execute(select(t.messages).where(or_(no_ticket, gone_ticket))).all()


def _erase_in_message(connection: Connection, message: Row[Any], access_id: str) -> None:
    """A message that is about others, too, names them alone from now on."""
    here = _MESSAGES.id == message.id
    facts = json.loads(message.facts)
    for name in _OF_SEVERAL:
        left = [one for one in facts.get(name, {}).get("accessIds", ()) if one != access_id]
        if left:
            facts[name]["accessIds"] = left
            text = json.dumps(facts, ensure_ascii=False, separators=(",", ":"))
            connection.execute(update(t.messages).where(here).values(facts=text))
            return
    connection.execute(delete(t.messages).where(here))


def _about(access_id: str | None, mac: str | None) -> ColumnElement[bool]:
    if access_id is not None:
        return _TICKETS.access_id == access_id
    seen = select(_INFO.ticket).where(_INFO.document.contains(str(mac)))
    sent = select(_MESSAGES.reference).where(
        _MESSAGES.facts.contains(str(mac)), _MESSAGES.reference.is_not(None)
    )
    return or_(_TICKETS.mac == mac, _TICKETS.number.in_(seen), _TICKETS.own_reference.in_(sent))


def _erase_mac(connection: Connection, number: int, mac: str) -> None:
    connection.execute(
        update(t.tickets).where(_TICKETS.number == number, _TICKETS.mac == mac).values(mac=None)
    )
    connection.execute(
        update(t.link_info)
        .where(_INFO.ticket == number, _INFO.document.contains(mac))
        .values(document=None, state=Attachment.FAILED.value, why=_ERASED)
    )
