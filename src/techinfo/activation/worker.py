"""Looks at lines fifteen minutes after an order on them is done, and keeps their light.

What is to be looked at stands in the file, so that a restart loses nothing. A switch that is paused
is not asked: it is looked at once the pause is over, within a day.
"""

from __future__ import annotations

import asyncio
import functools
import logging
from collections.abc import Callable, Iterable
from datetime import datetime, timedelta

from techinfo.access.service import AccessService
from techinfo.activation.looking import Found, certify, look, message
from techinfo.activation.store import (
    Activation,
    Outcome,
    add,
    certified,
    finish,
    put_off,
    waiting,
)
from techinfo.errors import PausedError, TechinfoError
from techinfo.tickets.store import TicketFile
from techinfo.tickets.worker import BackgroundWorker

AFTER = timedelta(minutes=15)
"""The customer has plugged the router, and it has its address."""
LATEST = timedelta(hours=24)
"""An order that was done longer ago is looked at no more."""
_PARALLEL = 4
_LOOK_S = 10.0
_LATER = timedelta(minutes=1)
_log = logging.getLogger(__name__)

DoneSince = Callable[[datetime], Iterable[Activation]]
"""Orders that were done since a time; in a thread."""


class Activations(BackgroundWorker[tuple[str, str]]):
    """Looks at what orders have activated or changed; a task is of (source, order).

    Args:
        file: Where they are kept, and the messages about them.
        service: Is asked as the order's provider would ask it.
        done_since: Tells of orders.
        now: The time.
        on_change: Called after a message was written.
    """

    def __init__(
        self,
        file: TicketFile,
        service: AccessService,
        done_since: DoneSince,
        *,
        now: Callable[[], datetime],
        on_change: Callable[[], None] = lambda: None,
    ) -> None:
        super().__init__("activations are not looked at, it is tried again", _LOOK_S)
        self._file = file
        self._service = service
        self._done_since = done_since
        self._now = now
        self._on_change = on_change
        self._tried: set[tuple[str, str]] = set()
        self._unwritten: tuple[Activation, ...] = ()

    async def looked_once(self) -> None:
        """Look at what is due now, and wait for the end of that."""
        await self._look()
        await self.settled()

    async def _look(self) -> float:
        for one in await asyncio.to_thread(self._wanted):
            key = (one.source, one.order_id)
            if key in self.running or len(self.running) >= _PARALLEL:
                continue
            if self._now() >= one.due_at:
                self._begin(key, functools.partial(self._check, one))
            elif one.certified_at is None and key not in self._tried:
                self._begin(key, functools.partial(self._certify, one))
        return _LOOK_S

    def _wanted(self) -> tuple[Activation, ...]:
        try:
            told = tuple(self._done_since(self._now() - LATEST))
        except TechinfoError as error:
            told = ()
            _log.warning("it is not known which orders are done: %s", error)
        self._unwritten = (*self._unwritten, *told)
        add(self._file, self._unwritten)
        self._unwritten = ()
        return waiting(self._file)

    async def _certify(self, one: Activation) -> None:
        """Keep the light, as soon as the order is done or else when the line is looked at."""
        self._tried.add((one.source, one.order_id))
        try:
            if await certify(self._service, one):
                await asyncio.to_thread(certified, self._file, one, self._now())
        except TechinfoError as error:
            _log.warning("the light of an activation is not kept: %s", error)

    async def _check(self, one: Activation) -> None:
        now = self._now()
        try:
            found = await look(self._service, one, now)
        except PausedError as error:
            if now - one.done_at < LATEST:
                await asyncio.to_thread(put_off, self._file, one, now + _LATER)
                return
            found = Found(outcome=Outcome.UNKNOWN, told={"why": error.code.value})
        if one.certified_at is None and found.outcome is not Outcome.OVER:
            await self._certify(one)
        told = message(one, found)
        if await asyncio.to_thread(finish, self._file, one, found.outcome, told, now):
            self._on_change()
        self._tried.discard((one.source, one.order_id))
