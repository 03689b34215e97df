"""Tickets: who may see and change which, with link info read and webhooks woken after a change."""

from __future__ import annotations

import asyncio
import hashlib
import json
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass, field, replace
from datetime import datetime
from typing import Any, TypeVar

from techinfo.access.service import AccessService
from techinfo.access.viewer import Viewer
from techinfo.errors import ForbiddenError
from techinfo.model import utc_now
from techinfo.tickets.diagnoses import Diagnoses, Told
from techinfo.tickets.link_info import LinkInfoJobs, attached
from techinfo.tickets.records import (
    OPERATOR,
    Cause,
    Change,
    Created,
    Limits,
    LinkInfo,
    Moment,
    NewTicket,
    Once,
    Party,
    Reach,
    Status,
    Ticket,
    TicketEvent,
)
from techinfo.tickets.store import TicketFile

T = TypeVar("T")

_THREADS = 4
"""Of its own: a ticket never waits behind passwords that are being checked."""


@dataclass(slots=True)
class TicketService:
    """Tickets for those who may see them. Close it.

    Attributes:
        file: Where they are kept.
        access_service: Knows the accesses.
        link_info_jobs: Is woken where link info is wanted.
        now: The time.
        on_change: Called after a change, when webhooks may have messages to send.
        limits: What the tickets of a provider may take, unless its options say otherwise; ``None``:
            there are none. The operator's own people have none.
        diagnoses: What was told lately.
    """

    file: TicketFile
    access_service: AccessService
    link_info_jobs: LinkInfoJobs
    now: Callable[[], datetime] = utc_now
    on_change: Callable[[], None] = lambda: None
    limits: Limits | None = None
    diagnoses: Diagnoses = field(default_factory=Diagnoses)
    _threads: ThreadPoolExecutor = field(
        init=False, default_factory=lambda: ThreadPoolExecutor(_THREADS, "tickets")
    )

    async def create(
        self,
        viewer: Viewer,
        new: NewTicket,
        key: str | None = None,
        diagnosis_id: str | None = None,
    ) -> Created:
        """Keep a viewer's ticket; its link info is read afterwards, in the background.

        Args:
            viewer: Whose it will be, whatever the ticket says of its provider.
            new: The ticket.
            key: The request's Idempotency-Key.
            diagnosis_id: Of a diagnosis of theirs: while it is valid, what it was made of is the
                link info, and nothing is read again.

        Raises:
            UnknownAccessError: Nobody knows its access.
            TicketConflictError: The key was used for something else.
            TicketQuotaError: They have as many, or those take as much, as they may.
            TicketStoreError: It could not be written, and is not kept.
        """
        access = self.access_service.access(new.access_id)
        once = _once(key, [asdict(new)])
        theirs = replace(
            new,
            provider=reach(viewer).provider or OPERATOR,
            sandbox=viewer.options.sandbox,
            access_id=access.access_id,
        )
        limits = self._limits_of(viewer)
        created = await self._in_thread(lambda: self.file.create(theirs, once, self.now, limits))
        told = self.told(viewer, diagnosis_id, access.access_id)
        if created.new:
            if told is not None:
                ticket, document = created.ticket, told.document
                await self._in_thread(lambda: self.link_info_jobs.attach_known(ticket, document))
            self.link_info_jobs.wake()
            self.on_change()
        return created

    def told(self, viewer: Viewer, diagnosis_id: str | None, access_id: str) -> Told | None:
        """The diagnosis of theirs with this id, while it is valid."""
        access = self.access_service.access(access_id)
        if diagnosis_id is None:
            return None
        return self.diagnoses.of(viewer, diagnosis_id, access.access_id, self.now())

    async def ticket(self, viewer: Viewer, reference: str) -> Ticket:
        """A ticket of theirs.

        Raises:
            UnknownTicketError: They have none of this reference.
        """
        return await self._in_thread(lambda: self.file.ticket(reference, reach(viewer)))

    def tickets(
        self,
        viewer: Viewer,
        *,
        status: Status | None = None,
        created_from: datetime | None = None,
        changed_after: datetime | None = None,
    ) -> Iterator[Ticket]:
        """Their tickets, by age, without comments; reads the file as it goes."""
        return self.file.tickets(
            reach(viewer), status=status, created_from=created_from, changed_after=changed_after
        )

    def newest(self, viewer: Viewer) -> datetime | None:
        """When the last of their tickets was changed; ``None``: they have none."""
        return self.file.newest(reach(viewer))

    async def change(
        self, viewer: Viewer, reference: str, change: Change, key: str | None = None
    ) -> Ticket:
        """Change a ticket of theirs.

        Raises:
            UnknownTicketError: They have none of this reference.
            TicketConflictError: It contradicts what is there.
            TicketQuotaError: There is no room for it, or no comment more.
            TicketStoreError: It could not be written, and nothing has changed.
            ForbiddenError: Its cause is not theirs to tell.
        """
        once = _once(key, [reference, asdict(change)])
        by = replace(change, by=Party.CO if viewer.sees_all else Party.SP)
        if by.cause is not None:
            by = replace(by, cause=await self._sited(viewer, reference, by.cause))
        limits = self._limits_of(viewer)
        after = await self._in_thread(
            lambda: self.file.change(reference, reach(viewer), by, once, self.now, limits)
        )
        self.link_info_jobs.wake()
        self.on_change()
        return after

    async def link_info(
        self, viewer: Viewer, reference: str
    ) -> tuple[Ticket, dict[Moment, LinkInfo]]:
        """The link info of a ticket of theirs, by moment.

        Raises:
            UnknownTicketError: They have none of this reference.
        """
        ticket = await self.ticket(viewer, reference)
        return ticket, await self._in_thread(lambda: attached(self.file, ticket.number))

    def events(
        self, viewer: Viewer, *, after: datetime | None, before: datetime
    ) -> tuple[TicketEvent, ...]:
        """Events of their tickets, by age."""
        return self.file.events(reach(viewer), after=after, before=before)

    def close(self) -> None:
        """Finish what is being written."""
        self._threads.shutdown()

    async def _sited(self, viewer: Viewer, reference: str, cause: Cause) -> Cause:
        """A cause with where the access is, which only the network's own people may tell."""
        if not viewer.sees_all:
            raise ForbiddenError("the cause of a ticket is for the network's own people to tell")
        inventory = self.access_service.troubleshooter.inventory
        access = inventory.access((await self.ticket(viewer, reference)).access_id)
        element = inventory.element(access.element) if access and access.element else None
        return replace(cause, site=element.site if element else None)

    def _limits_of(self, viewer: Viewer) -> Limits | None:
        usual, options = self.limits, viewer.options
        if viewer.sees_all or usual is None:
            return None
        return Limits(
            octets=options.ticket_octets or usual.octets,
            open_tickets=options.open_tickets or usual.open_tickets,
            comments=options.ticket_comments or usual.comments,
        )

    async def _in_thread(self, work: Callable[[], T]) -> T:
        return await asyncio.get_running_loop().run_in_executor(self._threads, work)


def reach(viewer: Viewer) -> Reach:
    """Whose tickets somebody may see: their own; the operator's people all."""
    provider = None if viewer.sees_all else viewer.provider or viewer.name
    return Reach(provider=provider, sandbox=viewer.options.sandbox)


def _once(key: str | None, asked: list[Any]) -> Once | None:
    if key is None:
        return None
    octets = json.dumps(asked, sort_keys=True).encode()
    return Once(key=key, digest=hashlib.sha256(octets).hexdigest())
