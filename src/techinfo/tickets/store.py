"""The file of tickets: what it acknowledges is on disk (synchronous=FULL).

A change, its event and the word of it for webhooks are one transaction. Every error of the file is
a `TicketStoreError`, and then nothing has been changed.

Whose turn it is to write: first come, first served, and what somebody waits for comes first.
"""

from __future__ import annotations

import heapq
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from threading import Event, Lock

from sqlalchemy import Connection, func, select

from techinfo.store.base import Database, StoreFile
from techinfo.tickets import tables as rows
from techinfo.tickets import tables as t
from techinfo.tickets.changes import (
    add_comment,
    announce,
    bump,
    changed,
    found,
    insert_ticket,
    kind_of,
    note_desk_key,
    note_history,
    open_alike,
    remember,
    told_before,
    within,
)
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
from techinfo.tickets.space import change_must_fit, charge, key_must_fit, must_fit, octets_of_change
from techinfo.tickets.tables import SCHEMA, moment_of, stamp

Now = Callable[[], datetime]

_AT_ONCE = 500
_TICKETS = t.tickets.c


class TicketFile(StoreFile):
    """An open file of tickets. Safe to share between threads."""

    SCHEMA = SCHEMA

    def __init__(self, database: Database) -> None:
        super().__init__(database)
        self._turns = WriteQueue()

    @contextmanager
    def write(self, *, behind: bool = False) -> Iterator[Connection]:
        """One transaction.

        Args:
            behind: Nobody waits for it; whoever keeps a ticket goes first.
        """
        with self._turns.turn(behind=behind), self.database.write() as connection:
            yield connection

    def create(
        self, new: NewTicket, once: Once | None, now: Now, limits: Limits | None = None
    ) -> Created:
        """Keep a ticket. When this returns, it is on disk.

        Args:
            new: The ticket.
            once: Makes the same request count once, however often it comes.
            now: Tells the time, once nobody else writes: what is stamped later is seen later.
            limits: What its provider's tickets may take; ``None``: there are none.

        Returns:
            The ticket; one that was there before where the request is the same, or the provider has
            an open ticket on the access with the same spTicketReference.

        Raises:
            TicketConflictError: The key was used for something else.
            TicketQuotaError: Its provider has as many, or they take as much, as they may.
            TicketStoreError: It could not be written.
        """
        with self.write() as connection:
            at = stamp(now())
            scope = f"POST {new.provider}"
            told = told_before(connection, scope, new.sandbox, once)
            if told is not None:
                return Created(ticket=self._whole(connection, told), new=False, replayed=True)
            number = open_alike(connection, new)
            known = number is not None
            if number is None:
                must_fit(connection, new, limits)
                number = insert_ticket(connection, new, at)
            else:
                key_must_fit(connection, new, once, limits)
            remember(connection, scope, new.sandbox, once, number, at)
            ticket = self._whole(connection, number)
            if not known:
                note_event(connection, ticket, "CREATE", at)
                charge(connection, number, announce(connection, "ticket.created", ticket, at))
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
        """Change a ticket. What changes nothing leaves no trace, and is told to nobody.

        Raises:
            UnknownTicketError: Nobody within reach has it.
            TicketConflictError: The key or the desk's reference is used for something else, or
                another ticket about the same was opened since this one was closed.
            TicketQuotaError: There is no room for it, or no comment more.
            TicketStoreError: It could not be written.
        """
        with self.write() as connection:
            at = stamp(now())
            before = rows.ticket(found(connection, reference, reach))
            scope = f"PATCH {change.by} {before.provider}"
            told = told_before(connection, scope, before.sandbox, once)
            if told is not None:
                return self._whole(connection, told)
            change_must_fit(connection, before, change, limits)
            remember(connection, scope, before.sandbox, once, before.number, at)
            values = changed(connection, before, change, at)
            note_desk_key(connection, before, change)
            if not values and change.comment is None:
                return before
            comment = None
            if change.comment is not None:
                comment = add_comment(connection, before.number, change.comment, at)
            bump(connection, before.number, values, at)
            after = self._whole(connection, before.number)
            note_history(connection, before, after, change, at)
            note_event(connection, after, "UPDATE", at)
            told = announce(connection, kind_of(before, after), after, at, change, comment)
            if change.by is Party.SP:
                charge(connection, before.number, told + octets_of_change(change))
            return after

    def ticket(self, reference: str, reach: Reach) -> Ticket:
        """A ticket with its comments, by its own reference or the external desk's.

        Raises:
            UnknownTicketError: Nobody within reach has it.
        """
        with self.database.read() as connection:
            return self._whole(connection, found(connection, reference, reach).number)

    def by_number(self, number: int) -> Ticket | None:
        """A ticket without its comments; ``None``: it is gone."""
        with self.database.read() as connection:
            row = connection.execute(
                select(t.tickets).where(_TICKETS.number == number)
            ).one_or_none()
        return None if row is None else rows.ticket(row)

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
        query = within(select(t.tickets), reach).order_by(_TICKETS.number).limit(_AT_ONCE)
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
            with self.database.read() as connection:
                page = connection.execute(query.where(_TICKETS.number > last)).all()
            yield from map(rows.ticket, page)
            if len(page) < _AT_ONCE:
                return
            last = page[-1].number

    def newest(self, reach: Reach) -> datetime | None:
        """When the last of them was changed; ``None``: there are none."""
        query = within(select(func.max(_TICKETS.updated_at)), reach)
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
        with self.database.read() as connection:
            return tuple(map(rows.event, connection.execute(query)))

    @staticmethod
    def _whole(connection: Connection, number: int) -> Ticket:
        row = connection.execute(select(t.tickets).where(_TICKETS.number == number)).one()
        c = t.comments.c
        written = connection.execute(select(t.comments).where(c.ticket == number).order_by(c.id))
        return rows.ticket(row, tuple(map(rows.comment, written)))


class WriteQueue:
    """Threads of one process take turns, in the order in which they came.

    A plain lock is given to whoever happens to be there: under load one thread waits for seconds.
    """

    def __init__(self) -> None:
        self._lock = Lock()
        self._waiting: list[tuple[bool, int, Event]] = []
        self._came = 0
        self._taken = False

    @contextmanager
    def turn(self, *, behind: bool = False) -> Iterator[None]:
        """Wait for one's turn, and give it on at the end.

        Args:
            behind: Nobody waits for this: all others go first.
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
