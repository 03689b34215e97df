"""The file of tickets: what it acknowledges is on disk (synchronous=FULL).

A change, its event and its messages for webhooks are one transaction. Every error of the file is a
`TicketStoreError`, and then nothing has been changed. Writers take turns in the order in which they
came, but those that somebody waits for go before the others.
"""

from __future__ import annotations

import heapq
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from threading import Event, Lock

from sqlalchemy import Connection, func, select

from techinfo.store.base import Database, StoreFile, moment_of, stamp
from techinfo.tickets import changes as c
from techinfo.tickets import tables as t
from techinfo.tickets.outbox import note_event
from techinfo.tickets.records import (
    Change,
    Created,
    Limits,
    NewTicket,
    Once,
    Party,
    Reach,
    Status,
    Ticket,
    TicketEvent,
)

Now = Callable[[], datetime]

_AT_ONCE = 500
_TICKETS = t.tickets.c


class TicketFile(StoreFile):
    """An open file of tickets. Safe to share between threads."""

    SCHEMA = t.SCHEMA

    def __init__(self, database: Database) -> None:
        super().__init__(database)
        self._turns = WriteQueue()

    @contextmanager
    def write(self, *, behind: bool = False) -> Iterator[Connection]:
        """One transaction.

        Args:
            behind: Nobody waits for it: creating and changing tickets goes first.
        """
        with self._turns.turn(behind=behind), self.database.write() as connection:
            yield connection

    def create(
        self, new: NewTicket, once: Once | None, now: Now, limits: Limits | None = None
    ) -> Created:
        """Create a ticket. When this returns, it is on disk.

        Args:
            new: The ticket.
            once: Makes the same request count once, however often it is sent.
            now: The time; asked inside the transaction, so that stamps grow with the commits.
            limits: What its provider's tickets may take; ``None``: there are none.

        Returns:
            The ticket; one that was there before where the request is the same, or where an open
            ticket is the same (`changes.open_alike`).

        Raises:
            TicketConflictError: The key was used for something else.
            TicketQuotaError: Its provider has as many, or they take as much, as they may.
            TicketStoreError: It could not be written.
        """
        with self.write() as connection:
            at = stamp(now())
            scope = f"POST {new.provider}"
            answered = c.answered_before(connection, scope, new.sandbox, once)
            if answered is not None:
                return Created(ticket=_whole(connection, answered), new=False, replayed=True)
            number = c.open_alike(connection, new)
            known = number is not None
            if number is None:
                c.must_fit(connection, new, limits)
                number = c.insert_ticket(connection, new, at)
            else:
                c.key_must_fit(connection, new, once, limits)
            c.remember(connection, scope, new.sandbox, once, number, at)
            ticket = _whole(connection, number)
            if not known:
                note_event(connection, ticket, "CREATE", at)
                octets = c.announce(connection, "ticket.created", ticket, at)
                c.charge(connection, number, octets)
            return Created(ticket=ticket, new=not known)

    def change(
        self,
        reference: str,
        reach: Reach,
        change: Change,
        once: Once | None,
        now: Now,
        limits: Limits | None = None,
    ) -> Ticket:
        """Change a ticket. A change that changes nothing leaves no event and no message.

        Raises:
            UnknownTicketError: Nobody within reach has it.
            TicketConflictError: The key or the desk's reference is used for something else, or
                another ticket about the same was opened since this one was closed.
            TicketQuotaError: There is no room for it, or no comment more.
            TicketStoreError: It could not be written.
        """
        with self.write() as connection:
            at = stamp(now())
            before = t.TICKETS.record(c.found(connection, reference, reach))
            scope = f"PATCH {change.by} {before.provider}"
            answered = c.answered_before(connection, scope, before.sandbox, once)
            if answered is not None:
                return _whole(connection, answered)
            c.change_must_fit(connection, before, change, limits)
            c.remember(connection, scope, before.sandbox, once, before.number, at)
            values = c.changed(connection, before, change, at)
            c.note_desk_key(connection, before, change)
            c.grade(connection, before, change, at)
            if not values and change.comment is None:
                return before
            comment = None
            if change.comment is not None:
                comment = c.add_comment(connection, before.number, change.comment, at)
            c.bump(connection, before.number, values, at)
            after = _whole(connection, before.number)
            c.note_history(connection, before, after, change, at)
            note_event(connection, after, "UPDATE", at)
            octets = c.announce(connection, c.kind_of(before, after), after, at, change, comment)
            if change.by is Party.SP:
                c.charge(connection, before.number, octets + c.octets_of_change(change))
            return after

    def ticket(self, reference: str, reach: Reach) -> Ticket:
        """A ticket with its comments, by its own reference or the external desk's.

        Raises:
            UnknownTicketError: Nobody within reach has it.
        """
        with self.database.read() as connection:
            return _whole(connection, c.found(connection, reference, reach).number)

    def by_number(self, number: int) -> Ticket | None:
        """A ticket without its comments; ``None``: it is gone."""
        query = select(t.tickets).where(_TICKETS.number == number)
        return next(iter(self.all(query, t.TICKETS.record)), None)

    def tickets(
        self,
        reach: Reach,
        *,
        status: Status | None = None,
        created_from: datetime | None = None,
        changed_after: datetime | None = None,
        access_id: str | None = None,
    ) -> Iterator[Ticket]:
        """Tickets without their comments, by age; read some at a time."""
        query = c.within(select(t.tickets), reach).order_by(_TICKETS.number).limit(_AT_ONCE)
        if status is not None:
            query = query.where(_TICKETS.status == status.value)
        if created_from is not None:
            query = query.where(_TICKETS.created_at >= stamp(created_from))
        if changed_after is not None:
            query = query.where(_TICKETS.updated_at > stamp(changed_after))
        if access_id is not None:
            query = query.where(_TICKETS.access_id == access_id)
        last = -1
        while True:
            page = self.all(query.where(_TICKETS.number > last), t.TICKETS.record)
            yield from page
            if len(page) < _AT_ONCE:
                return
            last = page[-1].number

    def newest(self, reach: Reach) -> datetime | None:
        """When the last of them was changed; ``None``: there are none."""
        query = c.within(select(func.max(_TICKETS.updated_at)), reach)
        with self.database.read() as connection:
            at = connection.execute(query).scalar_one()
        return None if at is None else moment_of(at)

    def events(
        self, reach: Reach, *, after: datetime | None, before: datetime, most: int = 100_000
    ) -> tuple[TicketEvent, ...]:
        """Events after one time and before another, by age."""
        e = t.events.c
        query = (
            select(t.events)
            .where(e.at < stamp(before), e.sandbox == int(reach.sandbox))
            .order_by(e.at, e.id)
            .limit(most)
        )
        if after is not None:
            query = query.where(e.at > stamp(after))
        if reach.provider is not None:
            query = query.where(e.provider == reach.provider)
        return self.all(query, t.EVENTS.record)


def _whole(connection: Connection, number: int) -> Ticket:
    """A ticket with its comments."""
    row = connection.execute(select(t.tickets).where(_TICKETS.number == number)).one()
    of_ticket = select(t.comments).where(t.comments.c.ticket == number).order_by(t.comments.c.id)
    comments = tuple(map(t.COMMENTS.record, connection.execute(of_ticket)))
    return t.TICKETS.record(row, comments=comments)


class WriteQueue:
    """A lock that the threads of one process get in the order in which they asked for it.

    With a plain lock any waiting thread may be next, and under load one of them waits for seconds.
    """

    def __init__(self) -> None:
        self._lock = Lock()
        self._waiting: list[tuple[bool, int, Event]] = []
        self._came = 0
        self._taken = False

    @contextmanager
    def turn(self, *, behind: bool = False) -> Iterator[None]:
        """Hold the lock during the block.

        Args:
            behind: All threads that do not say so get it first.
        """
        mine: Event | None = None
        with self._lock:
            if self._taken:
                mine = Event()
                heapq.heappush(self._waiting, (behind, self._came, mine))
                self._came += 1
            self._taken = True
        if mine is not None:
            mine.wait()
        try:
            yield
        finally:
            with self._lock:
                if self._waiting:
                    heapq.heappop(self._waiting)[2].set()
                else:
                    self._taken = False
