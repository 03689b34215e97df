"""A collector in another process, over HTTP on a Unix socket.

To those who ask it is like the one in their own process: the same question is asked once for all
who ask it together, what was given lately enough is given again, and nobody waits beyond his
deadline. Who has the device secrets, and who is asked when, is the other process's business.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TypeVar

import httpx

from techinfo.collect.asking import Met, Numbers
from techinfo.collect.errors_json import raised
from techinfo.collect.given import Given, Question
from techinfo.collect.registry import Registry
from techinfo.collect.target import Reading, Target
from techinfo.collect.values_json import (
    MOST_AGE_S,
    MOST_TARGETS,
    DeviceQuestion,
    Done,
    ErrorTold,
    LastQuestion,
    Letter,
    MetQuestion,
    MetTold,
    NumbersTold,
    ReadingTold,
    ReadQuestion,
    SilenceTold,
    decode,
    encode,
)
from techinfo.errors import CollectorError, CollectorSlowError, DeadlineError, TechinfoError
from techinfo.model import Fact

MOST_OCTETS = 64 << 20
"""Of an answer: every table of a big switch is a few."""
_GRACE_S = 0.5
"""Beyond a question's deadline, so that the collector itself can say that it has passed."""
_SHORT_S = 5.0
"""For questions that ask no device."""
_PARALLEL = 1_000
"""Questions under way; as many descriptors here and there."""

_IDLE_S = 20.0
"""A connection is kept for so long; the other side keeps it longer (`techinfo.cli.collector`)."""

L = TypeVar("L", bound=Letter)
_Flight = tuple[Question, float]


class RemoteCollector:
    """Asks the collector that listens on a socket.

    Args:
        socket: Its path.
        registry: The drivers, whose names the other process tells.
        now: What time it is.

    Attributes:
        crossings: Questions that went over the socket so far.
        given: Questions that need not, as their answer was here.
    """

    def __init__(
        self,
        socket: Path,
        registry: Registry,
        *,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self.registry = registry
        self.crossings = 0
        self.given = 0
        self._now = now
        self._given = Given()
        self._flights: dict[_Flight, asyncio.Task[Reading]] = {}
        limits = httpx.Limits(
            max_connections=_PARALLEL, max_keepalive_connections=100, keepalive_expiry=_IDLE_S
        )
        # Asked without a client, whose redirects, cookies and proxies have no place here.
        self._transport = httpx.AsyncHTTPTransport(uds=str(socket), limits=limits)

    async def read(
        self, target: Target, facts: Iterable[Fact], max_age: float, deadline: float
    ) -> Reading:
        """As `AnyCollector.read`; what was given here lately enough is not asked for again."""
        question: Question = (target, frozenset(facts))
        loop = asyncio.get_running_loop()
        until = loop.time() + deadline
        while True:
            kept = self._given.fresh(question, self._now(), max_age)
            if kept is not None:
                self.given += 1
                return kept
            flight = self._flights.get((question, max_age))
            joined = flight is not None
            left = max(until - loop.time(), 0.001)
            try:
                return await _within(flight or self._fly(question, max_age, left), left + _GRACE_S)
            except DeadlineError:
                # Whose question was joined may have had less patience than there is here.
                if not joined or until - loop.time() < _GRACE_S:
                    raise

    async def last_known(self, target: Target, facts: Iterable[Fact]) -> Reading | None:
        """As `AnyCollector.last_known`."""
        letter = LastQuestion(target=target, facts=frozenset(facts))
        told, _ = await self._ask("/1/last-known", letter, ReadingTold, _SHORT_S)
        return told.reading

    async def silent_since(self, target: Target) -> datetime | None:
        """As `AnyCollector.silent_since`."""
        letter = DeviceQuestion(target=target)
        told, _ = await self._ask("/1/silent-since", letter, SilenceTold, _SHORT_S)
        if told.since is not None:
            self._drop(target)
        return told.since

    async def met(self, targets: Sequence[Target]) -> tuple[Met | None, ...]:
        """As `AnyCollector.met`; a device that was met is asked after once a minute."""
        found = {target: self._given.met(target, self._now()) for target in targets}
        missing = [target for target, met in found.items() if met is None]
        for first in range(0, len(missing), MOST_TARGETS):
            some = tuple(missing[first : first + MOST_TARGETS])
            told, _ = await self._ask("/1/met", MetQuestion(targets=some), MetTold, _SHORT_S)
            if len(told.met) != len(some):
                raise CollectorError("the collector's process tells of too few devices")
            for target, met in zip(some, told.met, strict=True):
                found[target] = met
                if met is not None:
                    self._given.keep_met(target, met, self._now())
        return tuple(found[target] for target in targets)

    async def forget(self, target: Target) -> None:
        """As `AnyCollector.forget`; here and there."""
        self._drop(target)
        await self._ask("/1/forget", DeviceQuestion(target=target), Done, _SHORT_S)
        self._drop(target)  # what was asked meanwhile

    async def numbers(self) -> Numbers:
        """As `AnyCollector.numbers`; what was given again here counts as kept."""
        told, _ = await self._ask("/1/numbers", Done(), NumbersTold, _SHORT_S)
        there = told.numbers
        return replace(there, questions=there.questions + self.given, kept=there.kept + self.given)

    async def close(self) -> None:
        """Leave the other process; readings there go on."""
        tasks = list(self._flights.values())
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        await self._transport.aclose()

    def _fly(self, question: Question, max_age: float, deadline: float) -> asyncio.Task[Reading]:
        flight: _Flight = (question, max_age)
        task = asyncio.create_task(self._read(question, max_age, deadline))
        self._flights[flight] = task
        task.add_done_callback(lambda t: self._landed(flight, t))
        return task

    def _landed(self, flight: _Flight, task: asyncio.Task[Reading]) -> None:
        """Drop a finished question; its error, if nobody waits any more, has been dealt with."""
        if self._flights.get(flight) is task:
            del self._flights[flight]
        if not task.cancelled():
            task.exception()

    async def _read(self, question: Question, max_age: float, deadline: float) -> Reading:
        target, facts = question
        letter = ReadQuestion(
            target=target, facts=facts, max_age=min(max_age, MOST_AGE_S), deadline=deadline
        )
        try:
            told, octets = await self._ask("/1/read", letter, ReadingTold, deadline + _GRACE_S)
        except CollectorError:
            raise
        except TechinfoError:
            # Silent, another device, another port: what was given of it is the collector's to tell.
            self._drop(target)
            raise
        if told.reading is None:
            raise CollectorError("the collector's process tells no reading and no error")
        if told.reading.silent_since is not None:
            self._drop(target)
        elif self._flights.get((question, max_age)) is asyncio.current_task():
            self._given.keep(question, told.reading, octets, self._now())
        return told.reading

    def _drop(self, target: Target) -> None:
        """Forget what was given of a device; what is under way may be of the time before."""
        self._given.drop(target)
        where = (target.host, target.port)
        for flight in list(self._flights):
            (asked, _), _ = flight
            if (asked.host, asked.port) == where:
                del self._flights[flight]

    async def _ask(
        self, path: str, letter: Letter, kind: type[L], patience_s: float
    ) -> tuple[L, int]:
        """The answer to a letter, and its octets.

        Raises:
            CollectorError: There is none that can be used.
            TechinfoError: The one that the collector itself has met.
        """
        self.crossings += 1
        try:
            async with asyncio.timeout(patience_s):
                status, body = await self._posted(path, encode(letter))
        except TimeoutError as e:
            raise CollectorSlowError("the collector's process does not answer in time") from e
        except httpx.TransportError as e:
            raise CollectorError(f"the collector's process is not there: {e!r}") from e
        if status == 200:
            return decode(kind, body), len(body)
        if status == 502:
            raise raised(decode(ErrorTold, body))
        if status == 500:
            raise TechinfoError("the collector's process met an error of its own; its log has it")
        raise CollectorError(f"the collector's process answers with status {status} to {path}")

    async def _posted(self, path: str, octets: bytes) -> tuple[int, bytes]:
        """An answer; over a new connection, if the one that was kept turns out to be dead."""
        try:
            return await self._post(path, octets)
        except (httpx.RemoteProtocolError, httpx.ReadError, httpx.WriteError):
            return await self._post(path, octets)

    async def _post(self, path: str, octets: bytes) -> tuple[int, bytes]:
        headers = {"Host": "collector", "Content-Type": "application/json"}
        request = httpx.Request("POST", f"http://collector{path}", headers=headers, content=octets)
        body = bytearray()
        response = await self._transport.handle_async_request(request)
        try:
            async for chunk in response.aiter_raw():
                body += chunk
                if len(body) > MOST_OCTETS:
                    raise CollectorError("the collector's process tells too much")
        finally:
            await response.aclose()
        return response.status_code, bytes(body)


async def _within(task: asyncio.Task[Reading], seconds: float) -> Reading:
    """What comes of a task that others may wait for too.

    Raises:
        CollectorSlowError: Nothing came of it in time.
    """
    with suppress(TimeoutError):
        await asyncio.wait_for(asyncio.shield(task), seconds)
    if not task.done():
        raise CollectorSlowError("the collector's process does not answer in time")
    return task.result()
