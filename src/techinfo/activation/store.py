"""Activations that are to be looked at, in the file of tickets: with the messages about them.

One row for each order, from when it is known to be done. What was found is written in the
transaction of its message, so that there is never one without the other.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.dialects.sqlite import insert

from techinfo.store.base import MICROSECONDS, Records, stamp
from techinfo.tickets import tables as t
from techinfo.tickets.outbox import put_message
from techinfo.tickets.store import TicketFile

KIND = "activation.checked"
"""Of the message about one."""
_A = t.activations.c
_MOST = 100


class Outcome(StrEnum):
    """What was found."""

    WORKING = "working"
    """Everything that could be read is as it should be."""
    NOT_WORKING = "not_working"
    UNKNOWN = "unknown"
    """The switch could not be asked, or tells none of it."""
    OVER = "over"
    """The service is not its provider's any more: nobody is told anything."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Activation:
    """An order that is done.

    Attributes:
        source: The server that it was read from, as the configuration calls it.
        order_id: There.
        operation: ``ACTIVATE`` or ``CHANGE``.
        service: As the order names it; empty: it does not.
        done_at: When it was first seen to be done.
        due_at: When the line is looked at.
        certified_at: When the light was kept; ``None``: not yet, or there is nothing to keep.
        outcome: Of the look; ``None``: it is still to come.
    """

    source: str
    order_id: str
    operation: str
    provider: str
    access_id: str
    subscription_id: str
    service: str
    done_at: datetime
    due_at: datetime
    certified_at: datetime | None = None
    outcome: Outcome | None = None


_ROWS = Records(Activation, MICROSECONDS)


def add(file: TicketFile, found: Iterable[Activation]) -> int:
    """Keep those that are not known yet; says how many those are."""
    rows = [_ROWS.values(one) for one in found]
    if not rows:
        return 0
    with file.write(behind=True) as connection:
        adding = insert(t.activations).on_conflict_do_nothing()
        return sum(connection.execute(adding.values(**row)).rowcount for row in rows)


def waiting(file: TicketFile) -> tuple[Activation, ...]:
    """Those that are to be looked at, the soonest first; a hundred at most."""
    asked = select(t.activations).where(_A.outcome.is_(None)).order_by(_A.due_at, _A.order_id)
    return file.all(asked.limit(_MOST), _ROWS.record)


def certified(file: TicketFile, one: Activation, at: datetime) -> None:
    """Its light has been kept, or there is nothing to be kept before it is looked at."""
    with file.write(behind=True) as connection:
        connection.execute(update(t.activations).where(_is(one)).values(certified_at=stamp(at)))


def put_off(file: TicketFile, one: Activation, until: datetime) -> None:
    """Look at it later."""
    with file.write(behind=True) as connection:
        later = update(t.activations).where(_is(one), _A.outcome.is_(None))
        connection.execute(later.values(due_at=stamp(until)))


def finish(
    file: TicketFile, one: Activation, outcome: Outcome, told: Mapping[str, Any], now: datetime
) -> bool:
    """Write down what was found, with the message about it; says whether that was news.

    Args:
        file: Where it waits.
        one: What was looked at.
        outcome: Of the look; of one that is over nobody is told.
        told: What the message says.
        now: The time.
    """
    with file.write(behind=True) as connection:
        done = update(t.activations).where(_is(one), _A.outcome.is_(None))
        if not connection.execute(done.values(outcome=outcome.value)).rowcount:
            return False
        if outcome is not Outcome.OVER:
            put_message(
                connection,
                KIND,
                provider=one.provider,
                sandbox=False,
                now=stamp(now),
                facts={"activation": dict(told)},
            )
    return True


def _is(one: Activation) -> Any:
    return (_A.source == one.source) & (_A.order_id == one.order_id)
