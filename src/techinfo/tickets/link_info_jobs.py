"""Link info of tickets, read in the background: never in the way of a ticket, and never forgotten.

What is wanted stands in the file of tickets, so that a restart loses nothing. Each reading has a
deadline of its own, and what comes of it is attached: the document, or why there is none.
"""

from __future__ import annotations

import asyncio
import functools
import logging
import secrets
from collections.abc import Awaitable, Callable, Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from techinfo.access.viewer import Options, Role, Viewer
from techinfo.errors import LinkInfoError, TechinfoError, TicketStoreError
from techinfo.inventory import Subscription
from techinfo.model import utc_now
from techinfo.tickets.link_info import attach, attached, pending
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
from techinfo.tickets.store import TicketFile

Capture = Callable[[Viewer, str], Awaitable[Mapping[str, Any]]]
"""Reads an access now and renders it (``techinfo.access/1``) with a viewer's rights. Raises
`LinkInfoError` with words for the viewer."""

_log = logging.getLogger(__name__)


@dataclass(frozen=True, kw_only=True, slots=True)
class JobLimits:
    """How link info is read.

    Attributes:
        deadline_s: A reading is given up after so long.
        late_s: Nothing is read so long after its moment: it would not be of that moment.
        parallel: Readings at the same time.
        again_s: The file is tried again so long after it could not be written.
    """

    deadline_s: float = 30.0
    late_s: float = 600.0
    parallel: int = 8
    again_s: float = 5.0


class LinkInfoJobs:
    """The readings that are wanted and under way.

    Args:
        file: Where they are wanted, and attached.
        capture: Reads.
        subscriptions: Of an access.
        told: Called after something was attached.
    """

    def __init__(
        self,
        file: TicketFile,
        capture: Capture,
        subscriptions: Callable[[str], Iterable[Subscription]],
        *,
        job_limits: JobLimits | None = None,
        now: Callable[[], datetime] = utc_now,
        told: Callable[[], None] = lambda: None,
    ) -> None:
        self._file = file
        self._capture = capture
        self._subscriptions = subscriptions
        self._limits = job_limits or JobLimits()
        self._now = now
        self._told = told
        self._woken = asyncio.Event()
        self._under_way: dict[Pending, asyncio.Task[None]] = {}
        self._rests_until = 0.0
        self._loop: asyncio.Task[None] | None = None

    def start(self) -> None:
        """Begin, with what an earlier run has left."""
        if self._loop is None:
            self._loop = asyncio.get_running_loop().create_task(self._run())

    def wake(self) -> None:
        """Something is wanted."""
        self._woken.set()

    async def close(self) -> None:
        """Stop; what is still wanted stays in the file."""
        running = [*self._under_way.values(), *([self._loop] if self._loop else [])]
        for task in running:
            task.cancel()
        await asyncio.gather(*running, return_exceptions=True)
        self._under_way.clear()
        self._loop = None

    async def _run(self) -> None:
        while True:
            self._woken.clear()
            try:
                await self._take()
            except TicketStoreError as error:
                self._trouble(error)
            rest_s = self._rests_until - asyncio.get_running_loop().time()
            with suppress(TimeoutError):
                async with asyncio.timeout(rest_s if rest_s > 0 else None):
                    await self._woken.wait()

    async def _take(self) -> None:
        free = self._limits.parallel - len(self._under_way)
        if free <= 0 or asyncio.get_running_loop().time() < self._rests_until:
            return
        under_way = tuple(self._under_way)
        wanted = await asyncio.to_thread(pending, self._file, besides=under_way, most=free)
        for asked in wanted:
            task = asyncio.get_running_loop().create_task(self._one(asked))
            self._under_way[asked] = task
            task.add_done_callback(functools.partial(self._done, asked))

    def _done(self, asked: Pending, _: asyncio.Task[None]) -> None:
        self._under_way.pop(asked, None)
        self._woken.set()

    async def _one(self, asked: Pending) -> None:
        try:
            ticket = await asyncio.to_thread(self._file.by_number, asked.number)
            if ticket is None:
                return
            info = await self._read(ticket, asked)
            await asyncio.to_thread(self._attach, ticket, asked, info)
        except TicketStoreError as error:
            self._trouble(error)
        else:
            self._told()

    def _trouble(self, error: TicketStoreError) -> None:
        """It stays wanted, and is tried again when the file has had some rest."""
        now = asyncio.get_running_loop().time()
        if now >= self._rests_until:
            _log.warning("link info cannot be attached, it is tried again: %s", error)
        self._rests_until = now + self._limits.again_s

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
        state, why = judged(document)
        return LinkInfo(
            moment=asked.moment,
            state=state,
            asked_at=asked.asked_at,
            why=why,
            document=kept(document),
        )

    def _attach(self, ticket: Ticket, asked: Pending, info: LinkInfo) -> None:
        now, sure = self._now(), Found()
        changed: tuple[str, ...] = ()
        if info.document is not None:
            services = service_types(ticket, self._subscriptions(ticket.access_id), now)
            if asked.moment is Moment.CREATED:
                sure = found(info.document, services, now)
            else:
                changed = since_creation(attached(self._file, ticket.number) | {info.moment: info})
        attach(self._file, asked, info, sure, self._now, difference=changed)


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


def _failed(asked: Pending, why: str) -> LinkInfo:
    return LinkInfo(moment=asked.moment, state=Attachment.FAILED, asked_at=asked.asked_at, why=why)


def _unknown(error: Exception) -> str:
    error_id = secrets.token_hex(6)
    _log.error("error %s: link info could not be read", error_id, exc_info=error)
    return f"the access could not be read (error {error_id})"
