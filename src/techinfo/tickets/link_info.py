"""Link info of tickets: what an access looked like when a ticket was created, and when closed.

It is read in the background, never in the way of a ticket. What is to be read stands in the file of
tickets, so that a restart forgets nothing. Each reading has a deadline of its own, and its outcome
is attached: the document, or why there is none.
"""

from __future__ import annotations

import asyncio
import functools
import logging
import secrets
from collections.abc import Awaitable, Callable, Collection, Iterable, Mapping
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select, tuple_, update

from techinfo.access.viewer import Options, Role, Viewer
from techinfo.errors import LinkInfoError, TechinfoError
from techinfo.inventory import Subscription
from techinfo.model import utc_now
from techinfo.store.base import stamp
from techinfo.tickets import tables as t
from techinfo.tickets.changes import bump, charge
from techinfo.tickets.grading import retested
from techinfo.tickets.outbox import note_event, put_message, snapshot
from techinfo.tickets.reading import difference, found, judged, kept, service_types
from techinfo.tickets.records import (
    OPERATOR,
    Attachment,
    Found,
    LinkInfo,
    Moment,
    Pending,
    Ticket,
)
from techinfo.tickets.store import Now, TicketFile
from techinfo.tickets.worker import BackgroundWorker

_log = logging.getLogger(__name__)
_INFO, _TICKETS = t.link_info.c, t.tickets.c

Capture = Callable[[Viewer, str], Awaitable[Mapping[str, Any]]]
"""Reads an access now and renders it (``techinfo.access/1``) with a viewer's rights. Raises
`LinkInfoError` with words for the viewer."""


@dataclass(frozen=True, kw_only=True, slots=True)
class JobLimits:
    """How link info is read.

    Attributes:
        deadline_s: A reading is given up after so long.
        late_s: Nothing is read so long after its moment, as it would not be of that moment.
        parallel: Readings at the same time.
        again_s: The file is tried again so long after it could not be written.
    """

    deadline_s: float = 30.0
    late_s: float = 600.0
    parallel: int = 8
    again_s: float = 5.0


class LinkInfoJobs(BackgroundWorker[Pending]):
    """Reads the link info that tickets want, so many at a time.

    Args:
        file: Where it is wanted, and attached.
        capture: Reads an access.
        subscriptions: Of an access.
        on_change: Called after something was attached.
    """

    def __init__(
        self,
        file: TicketFile,
        capture: Capture,
        subscriptions: Callable[[str], Iterable[Subscription]],
        *,
        job_limits: JobLimits | None = None,
        now: Callable[[], datetime] = utc_now,
        on_change: Callable[[], None] = lambda: None,
    ) -> None:
        self._limits = job_limits or JobLimits()
        super().__init__("link info cannot be attached, it is tried again", self._limits.again_s)
        self._file = file
        self._capture = capture
        self._subscriptions = subscriptions
        self._now = now
        self._on_change = on_change

    async def _look(self) -> None:
        under_way = self.running
        free = self._limits.parallel - len(under_way)
        if free > 0:
            wanted = await asyncio.to_thread(pending, self._file, besides=under_way, most=free)
            for asked in wanted:
                self._begin(asked, functools.partial(self._one, asked))

    async def _one(self, asked: Pending) -> None:
        ticket = await asyncio.to_thread(self._file.by_number, asked.number)
        if ticket is not None:
            info = await self._read(ticket, asked)
            await asyncio.to_thread(self._attach, ticket, asked, info)
            self._on_change()

    async def _read(self, ticket: Ticket, asked: Pending) -> LinkInfo:
        if self._now() - asked.asked_at > timedelta(seconds=self._limits.late_s):
            within = f"within {self._limits.late_s:.0f} s of that moment"
            return _failed(
                asked, f"nothing could be read {within}; what is read later is not of it"
            )
        try:
            async with asyncio.timeout(self._limits.deadline_s):
                document = await self._capture(owner(ticket), ticket.access_id)
        except LinkInfoError as error:
            return _failed(asked, str(error))
        except TechinfoError as error:
            return _failed(asked, _unknown(error))
        except TimeoutError:
            within = f"{self._limits.deadline_s:.0f} s"
            return _failed(asked, f"the network element did not answer within {within}")
        except Exception as error:  # noqa: BLE001 - or the ticket would wait for it for ever
            return _failed(asked, _unknown(error))
        return _info(asked, document)

    def attach_known(self, ticket: Ticket, document: Mapping[str, Any]) -> None:
        """Attach what is known already as the link info of a ticket's creation.

        Where a reading has been attached by then, it stays.
        """
        for asked in pending(self._file, number=ticket.number):
            if asked.moment is Moment.CREATED:
                self._attach(ticket, asked, _info(asked, document))

    def _attach(self, ticket: Ticket, asked: Pending, info: LinkInfo) -> None:
        now, sure = self._now(), Found()
        changed: tuple[str, ...] = ()
        if info.document is not None:
            services = service_types(ticket, self._subscriptions(ticket.access_id), now)
            if asked.moment is Moment.CREATED:
                sure = found(info.document, services, now)
            else:
                changed = since_creation(attached(self._file, ticket.number) | {info.moment: info})
        attach(self._file, asked, info, sure, self._now, changed=changed)


def owner(ticket: Ticket) -> Viewer:
    """Who may see what a ticket carries: its provider, or the operator."""
    options = Options(sandbox=ticket.sandbox)
    if ticket.provider == OPERATOR:
        return Viewer(name="ticket", role=Role.OPERATOR, options=options)
    return Viewer(name="ticket", role=Role.PROVIDER, provider=ticket.provider, options=options)


def since_creation(infos: Mapping[Moment, LinkInfo]) -> tuple[str, ...]:
    """What has changed between the creation of a ticket and its close; empty: nobody can say."""
    before, after = infos.get(Moment.CREATED), infos.get(Moment.CLOSED)
    if before is None or after is None or before.document is None or after.document is None:
        return ()
    return difference(before.document, after.document)


def _info(asked: Pending, document: Mapping[str, Any]) -> LinkInfo:
    state, why = judged(document)
    return LinkInfo(
        moment=asked.moment,
        state=state,
        asked_at=asked.asked_at,
        why=why,
        document=kept(document),
    )


def _failed(asked: Pending, why: str) -> LinkInfo:
    return LinkInfo(moment=asked.moment, state=Attachment.FAILED, asked_at=asked.asked_at, why=why)


def _unknown(error: Exception) -> str:
    error_id = secrets.token_hex(6)
    _log.error("error %s: link info could not be read", error_id, exc_info=error)
    return f"the access could not be read (error {error_id})"


def attached(file: TicketFile, number: int) -> dict[Moment, LinkInfo]:
    """Link info of a ticket, by moment."""
    query = select(t.link_info).where(_INFO.ticket == number)
    return {info.moment: info for info in file.all(query, t.LINK_INFO.record)}


def pending(
    file: TicketFile,
    *,
    besides: Collection[Pending] = (),
    number: int | None = None,
    most: int = 100,
) -> tuple[Pending, ...]:
    """What is still to be read, of all tickets or of one, the oldest first."""
    query = (
        select(_INFO.ticket.label("number"), _INFO.moment, _INFO.asked_at)
        .where(_INFO.state == Attachment.PENDING.value)
        .order_by(_INFO.asked_at)
        .limit(most)
    )
    if number is not None:
        query = query.where(_INFO.ticket == number)
    if besides:
        known = [(p.number, p.moment.value, stamp(p.asked_at)) for p in besides]
        query = query.where(tuple_(_INFO.ticket, _INFO.moment, _INFO.asked_at).not_in(known))
    return file.all(query, t.PENDING.record)


def attach(
    file: TicketFile,
    asked: Pending,
    info: LinkInfo,
    sure: Found,
    now: Now,
    *,
    changed: Collection[str] = (),
) -> Ticket | None:
    """Attach what was read, or why nothing was, with a message about it.

    Args:
        file: Where the ticket is.
        asked: What was to be read; if another reading is wanted by now, nothing happens.
        info: The outcome.
        sure: Fills what the ticket's creator left empty, and nothing else.
        now: The time.
        changed: What has changed since the ticket was created, in words.

    Returns:
        The ticket; ``None`` when nothing happened.
    """
    with file.write(behind=True) as connection:
        at = stamp(now())
        document = t.LINK_INFO.values(info)["document"]
        done = connection.execute(
            update(t.link_info)
            .where(
                _INFO.ticket == asked.number,
                _INFO.moment == asked.moment.value,
                _INFO.asked_at == stamp(asked.asked_at),
                _INFO.state == Attachment.PENDING.value,
            )
            .values(state=info.state.value, done_at=at, why=info.why, document=document)
        )
        if not done.rowcount:
            return None
        if asked.moment is Moment.CLOSED and info.document is not None:
            retested(connection, asked.number, info.document)
        whole = select(t.tickets).where(_TICKETS.number == asked.number)
        ticket = t.TICKETS.record(connection.execute(whole).one())
        values = {
            name: value
            for name, value in asdict(sure).items()
            if value is not None and getattr(ticket, name) is None
        }
        if values:
            bump(connection, ticket.number, values, at)
            ticket = t.TICKETS.record(connection.execute(whole).one())
            note_event(connection, ticket, "UPDATE", at)
        octets = put_message(
            connection,
            "ticket.linkinfo",
            provider=ticket.provider,
            sandbox=ticket.sandbox,
            now=at,
            facts={"ticket": snapshot(ticket), "link_info": _facts(info, changed)},
            reference=ticket.own_reference,
        )
        charge(connection, ticket.number, octets + len(document or ""))
        return ticket


def _facts(info: LinkInfo, changed: Collection[str]) -> Mapping[str, Any]:
    return {
        "moment": info.moment.value,
        "state": info.state.value,
        "asked_at": stamp(info.asked_at),
        "why": info.why,
        "difference": list(changed),
        "document": info.document,
    }
