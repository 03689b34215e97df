"""A collector in another process, over HTTP on a Unix socket.

To those who ask it is like the one in their own process: the same question is asked once for all
who ask it together, what was given lately enough is given again, and nobody waits beyond his
deadline. Who has the device secrets, and who is asked when, is the other process's business.
"""

from __future__ import annotations

import asyncio
import math
from collections import deque
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, TypeVar

from techinfo.collect.remote.cache import Question, ReadingCache
from techinfo.collect.remote.connection import BrokenConnectionError, LetterConnection
from techinfo.collect.remote.messages import (
    MOST_AGE_S,
    MOST_TARGETS,
    AnyMessage,
    CableTestMessage,
    CableTestQuestion,
    DeviceInfoMessage,
    DeviceInfoRequest,
    DeviceQuestion,
    DoneMessage,
    ErrorMessage,
    HeardMessage,
    HeardQuestion,
    LastQuestion,
    ReadingMessage,
    ReadQuestion,
    StatsMessage,
    UnreachableMessage,
    decode,
    encode,
    raised,
)
from techinfo.collect.target import (
    CableTest,
    CableTestOrder,
    CollectorStats,
    DeviceInfo,
    DriverInfo,
    Reading,
    Target,
)
from techinfo.errors import (
    CollectorBusyError,
    CollectorError,
    CollectorSlowError,
    DeadlineError,
    TechinfoError,
)
from techinfo.model import Fact, Part, State
from techinfo.traps.heard import Heard

MOST_OCTETS = 64 << 20
"""Of an answer: every table of a big switch is a few."""
_GRACE_S = 0.5
"""Beyond a question's deadline, so that the collector itself can say that it has passed."""
_LATE_S = 5.0
"""Beyond that, for one that is there: a letter that was late is answered late, and rightly."""
_SHORT_S = 5.0
"""For questions that ask no device."""
_TEST_S = 180.0
"""For the test of a cable, and the turn that it waits for."""
_DRIVERS_FOR = timedelta(minutes=1)
_SLICE_S = 0.25
_PARALLEL = 1_000
"""Questions under way; as many descriptors here and there."""

_IDLE_S = 20.0
"""A connection is kept for so long; the other side keeps it longer (`cli.service.collector`)."""

_MOST_IDLE = 100

L = TypeVar("L", bound=AnyMessage)
_Flight = tuple[Question, float]


class RemoteCollector:
    """Asks the collector that listens on a socket.

    Args:
        socket: Its path.
        now: What time it is.

    Attributes:
        crossings: Questions that went over the socket so far.
        given: Questions that need not, as their answer was here.
    """

    def __init__(
        self,
        socket: Path,
        *,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self.crossings = 0
        self.given = 0
        self._now = now
        self._given = ReadingCache()
        self._flights: dict[_Flight, asyncio.Task[Reading]] = {}
        self._pulse: asyncio.Task[CollectorStats] | None = None
        self._socket = str(socket)
        self._drivers: tuple[datetime, Mapping[str, DriverInfo] | None] | None = None
        self._places = asyncio.Semaphore(_PARALLEL)
        self._idle: deque[LetterConnection] = deque()

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
                flight = flight or self._fly(question, max_age, left)
                return await self._within(flight, left + _GRACE_S)
            except DeadlineError:
                # Whose question was joined may have had less patience than there is here.
                if not joined or until - loop.time() < _GRACE_S:
                    raise

    async def test_cable(self, order: CableTestOrder) -> CableTest:
        """As `AnyCollector.test_cable`; an order is sent once, whatever becomes of it."""
        letter = CableTestQuestion(order=order)
        told, _ = await self._ask("/1/test-cable", letter, CableTestMessage, _TEST_S, again=False)
        self._drop(order.target)
        return told.test

    async def last_known(self, target: Target, facts: Iterable[Fact]) -> Reading | None:
        """As `AnyCollector.last_known`."""
        letter = LastQuestion(target=target, facts=frozenset(facts))
        told, _ = await self._ask("/1/last-known", letter, ReadingMessage, _SHORT_S)
        return told.reading

    async def silent_since(self, target: Target) -> datetime | None:
        """As `AnyCollector.silent_since`."""
        letter = DeviceQuestion(target=target)
        told, _ = await self._ask("/1/silent-since", letter, UnreachableMessage, _SHORT_S)
        if told.since is not None:
            self._drop(target)
        return told.since

    async def met(self, targets: Sequence[Target]) -> tuple[DeviceInfo | None, ...]:
        """As `AnyCollector.met`; a device that was met is asked after once a minute."""
        found = {target: self._given.met(target, self._now()) for target in targets}
        missing = [target for target, met in found.items() if met is None]
        for first in range(0, len(missing), MOST_TARGETS):
            some = tuple(missing[first : first + MOST_TARGETS])
            told, _ = await self._ask(
                "/1/met", DeviceInfoRequest(targets=some), DeviceInfoMessage, _SHORT_S
            )
            if len(told.met) != len(some):
                raise CollectorError("the collector's process tells of too few devices")
            for target, met in zip(some, told.met, strict=True):
                found[target] = met
                if met is not None:
                    self._given.keep_met(target, met, self._now())
        return tuple(found[target] for target in targets)

    async def drivers(self) -> Mapping[str, DriverInfo] | None:
        """As `AnyCollector.drivers`; asked after once a minute, as it may take others meanwhile."""
        now = self._now()
        if self._drivers is None or now - self._drivers[0] >= _DRIVERS_FOR:
            wanted = DeviceInfoRequest(targets=(), drivers=True)
            told, _ = await self._ask("/1/met", wanted, DeviceInfoMessage, _SHORT_S)
            by_name = None if told.drivers is None else {one.name: one for one in told.drivers}
            self._drivers = now, by_name
        return self._drivers[1]

    async def forget(self, target: Target) -> None:
        """As `AnyCollector.forget`; here and there."""
        self._drop(target)
        await self._ask("/1/forget", DeviceQuestion(target=target), DoneMessage, _SHORT_S)
        self._drop(target)  # what was asked meanwhile

    async def heard(self, wait_s: float) -> tuple[Heard, ...]:
        """What devices have said by themselves; after some seconds nothing.

        Raises:
            CollectorError: The other process is gone, or older than that.
        """
        question = HeardQuestion(wait=wait_s)
        told, _ = await self._ask("/1/heard", question, HeardMessage, wait_s + _SHORT_S)
        return told.heard

    async def numbers(self) -> CollectorStats:
        """As `AnyCollector.numbers`; what was given again here counts as kept."""
        there = await self._numbers()
        return replace(there, questions=there.questions + self.given, kept=there.kept + self.given)

    async def _numbers(self) -> CollectorStats:
        told, _ = await self._ask("/1/numbers", DoneMessage(), StatsMessage, _SHORT_S)
        return told.numbers

    async def close(self) -> None:
        """Leave the other process; readings there go on."""
        tasks: list[asyncio.Task[Any]] = list(self._flights.values())
        if self._pulse is not None:
            tasks.append(self._pulse)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        while self._idle:
            self._idle.pop().close()

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
            patience_s = deadline + _GRACE_S + _SHORT_S + _LATE_S
            told, octets = await self._ask("/1/read", letter, ReadingMessage, patience_s)
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
        if missing := facts - told.reading.parts.keys():
            return _completed(told.reading, missing, is_older=told.is_older)
        is_newest = self._flights.get((question, max_age)) is asyncio.current_task()
        if is_newest and told.reading.silent_since is None:
            self._given.keep(question, told.reading, octets, self._now())
        return told.reading

    async def _within(self, task: asyncio.Task[Reading], seconds: float) -> Reading:
        """What comes of a task that others may wait for too.

        That nothing has come in time says little, while either process has too much to do: whether
        the collector is there is asked, and its own word is waited for a little longer if it is.

        Raises:
            CollectorSlowError: Nothing came of it, and the collector does not answer at all.
            CollectorBusyError: It does.
        """
        await asyncio.wait({task}, timeout=seconds)
        if not task.done():
            await self._alive()
            await _borne(task, _LATE_S)
        if not task.done():
            raise CollectorBusyError("the collector's process is late")
        return task.result()

    async def _alive(self) -> None:
        """Wait for a sign of life; one is enough for all who wait for it.

        Raises:
            CollectorError: There is none.
        """
        if self._pulse is None or self._pulse.done():
            self._pulse = asyncio.create_task(self._numbers())
        await asyncio.shield(self._pulse)

    def _drop(self, target: Target) -> None:
        """Forget what was given of a device; what is under way may be of the time before."""
        self._given.drop(target)
        where = (target.host, target.port)
        for flight in list(self._flights):
            (asked, _), _ = flight
            if (asked.host, asked.port) == where:
                del self._flights[flight]

    async def _ask(
        self,
        path: str,
        letter: AnyMessage,
        kind: type[L],
        patience_s: float,
        *,
        again: bool = True,
    ) -> tuple[L, int]:
        """The answer to a letter, and its octets; ``again``: it may be sent twice.

        Raises:
            CollectorError: There is none that can be used.
            CollectorVersionError: The other process is of another version.
            TechinfoError: The one that the collector itself has met.
        """
        self.crossings += 1
        posted = asyncio.ensure_future(self._posted(path, encode(letter), again=again))
        try:
            await _borne(posted, patience_s)
            if not posted.done():
                raise CollectorSlowError("the collector's process does not answer in time")
            status, body = posted.result()
        except BrokenConnectionError as e:
            raise CollectorError(f"the collector's process is not there: {e}") from e
        finally:
            posted.cancel()
        if status == 200:
            return decode(kind, body), len(body)
        if status == 502:
            raise raised(decode(ErrorMessage, body))
        if status == 426:
            decode(DoneMessage, body)  # says what is wrong
        if status == 500:
            raise TechinfoError("the collector's process met an error of its own; its log has it")
        raise CollectorError(f"the collector's process answers with status {status} to {path}")

    async def _posted(self, path: str, octets: bytes, *, again: bool) -> tuple[int, bytes]:
        """An answer; over a new connection, if the one that was kept turns out to be dead."""
        async with self._places:
            kept = self._kept() if again else None
            if kept is not None:
                with suppress(BrokenConnectionError):
                    return await self._post(kept, path, octets)
            # Whatever else was kept is as dead, or is looked at by the next.
            new = await LetterConnection.open(self._socket, MOST_OCTETS)
            return await self._post(new, path, octets)

    async def _post(
        self, connection: LetterConnection, path: str, octets: bytes
    ) -> tuple[int, bytes]:
        try:
            return await connection.post(path, octets)
        finally:
            self._keep(connection)

    def _kept(self) -> LetterConnection | None:
        """The connection that was used last, if it may be used again."""
        since = asyncio.get_running_loop().time() - _IDLE_S
        while self._idle:
            last = self._idle.pop()
            if last.is_usable and last.kept_at > since:
                return last
            last.close()
        return None

    def _keep(self, connection: LetterConnection) -> None:
        """Keep a connection that may be used again, and none for too long."""
        now = asyncio.get_running_loop().time()
        if connection.is_usable and len(self._idle) < _MOST_IDLE:
            connection.kept_at = now
            self._idle.append(connection)
        else:
            connection.close()
        while self._idle and self._idle[0].kept_at < now - _IDLE_S:
            self._idle.popleft().close()


def _completed(reading: Reading, missing: frozenset[Fact], *, is_older: bool) -> Reading:
    """A reading with the facts that an older collector does not know yet, as unsupported.

    Raises:
        CollectorError: It is not older.
    """
    if not is_older:
        raise CollectorError("the collector's process does not tell all that was asked")
    cause = "the collector is older than the API, and cannot read this yet"
    unknown = Part(state=State.UNSUPPORTED, cause=cause, code="not_available_here")
    return replace(reading, parts={**reading.parts, **dict.fromkeys(missing, unknown)})


async def _borne(task: asyncio.Future[Any], seconds: float) -> None:
    """Wait for something, so many seconds at most in which this process was not itself late.

    A loop that comes to its timers a second late has a second's worth of answers unread, and
    nothing is to be said of those by whom they were sent.
    """
    slices = max(1, math.ceil(seconds / _SLICE_S))
    for _ in range(slices):
        if (await asyncio.wait({task}, timeout=seconds / slices))[0]:
            return
