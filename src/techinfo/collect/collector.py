"""The one owner of every device conversation: locks, budgets, freshness, single flight.

Behind `Collector.read` a switch has one conversation at a time, the same question is asked once for
all who ask it together, and a silent switch is left alone without holding up a living one. Targets
and readings are plain values, so that a collector can live in a process of its own.
"""

from __future__ import annotations

import asyncio
import logging
import math
from collections import Counter
from collections.abc import Callable, Coroutine, Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any, TypeVar

from techinfo.collect.agent_limits import AgentLimits
from techinfo.collect.backoff import Refusals, Silence
from techinfo.collect.cache import CacheEntry, PortCache, answer
from techinfo.collect.device_state import DeviceState, contact
from techinfo.collect.registry import Registry
from techinfo.collect.single import walks_nothing
from techinfo.collect.target import CollectorStats, DeviceInfo, Reading, Target
from techinfo.collect.visit import NeedsWalkError, RestartedError, Visit
from techinfo.driver.driver import DEFAULT_LIMITS
from techinfo.errors import (
    AddressNotAllowedError,
    DeadlineError,
    DeviceError,
    DeviceUnreachableError,
    PausedError,
    SnmpTimeoutError,
    TechinfoError,
    WrongDeviceError,
)
from techinfo.facts.build import tables_of
from techinfo.model import Fact
from techinfo.snmp.interface import Conversation
from techinfo.store.pauses import Pause
from techinfo.wire import SnmpLimits

_T = TypeVar("_T")
_log = logging.getLogger(__name__)

Opener = Callable[[Target, SnmpLimits], Conversation]
"""Begin a conversation with a target's agent; who knows the secrets hands this in."""

Paused = Callable[[Target, str | None], Pause | None]
"""What forbids asking a target, whose driver may be known; ``None``: nothing does."""

_MUTE_AFTER = 2
"""Tries again without any answer, after which a device counts as silent that is still asked."""
_PAUSES_S = 1.0
"""A conversation under way is ended within so many seconds of a pause."""
_OMCI_LEAST_S = 60.0
"""An ONT is not asked over OMCI more often than this, whoever asks."""
_SWEEP_EVERY = timedelta(minutes=5)
_IDLE_FOR = timedelta(days=8)
"""Longer than anything may be kept (`techinfo.collect.cache`)."""


@dataclass(frozen=True, kw_only=True, slots=True)
class PollingLimits:
    """How equipment is treated.

    Attributes:
        min_interval_s: One port is not read more often than this, whoever asks.
        parallel: Devices spoken with at a time.
        parallel_silent: Of those, devices that did not answer last time.
        silent_first_s, silent_most_s: How long a silent device is left alone, first and at most.
        visit_s: How long one conversation may take.
    """

    min_interval_s: float = 5.0
    parallel: int = 200
    parallel_silent: int = 20
    silent_first_s: float = 5.0
    silent_most_s: float = 300.0
    visit_s: float = 600.0


_NOT_MET = ""
"""No driver's name: the device must introduce itself again."""
_Question = tuple[Target, frozenset[Fact]]


@dataclass(slots=True)
class _Device:
    silence: Silence
    refusals: Refusals
    asked_at: datetime
    lock: asyncio.Lock = field(default_factory=asyncio.Lock)
    get_only: asyncio.Lock = field(default_factory=asyncio.Lock)
    """For visits that walk nothing: their few GETs take turns with the requests of a walk."""
    shelf: PortCache = field(default_factory=PortCache)
    known: DeviceState | None = None
    met_as: str | None = None
    """The driver that was asked for when it was met."""
    asked: dict[_Question, asyncio.Task[Reading]] = field(default_factory=dict)
    talks: list[Conversation] = field(default_factory=list)
    """Conversations under way."""

    def is_mute(self) -> bool:
        """Whether it is asked again and again at this moment, and has not answered once."""
        return bool(self.talks) and all(
            talk.counted.retries >= _MUTE_AFTER and not talk.counted.varbinds for talk in self.talks
        )


class Collector:
    """Reads facts of devices, or gives again what was read lately enough.

    Attributes:
        registry: The drivers.
        visits: Conversations held so far.
    """

    def __init__(
        self,
        registry: Registry,
        opener: Opener,
        *,
        polling_limits: PollingLimits | None = None,
        learnt: AgentLimits | None = None,
        paused: Paused = lambda _target, _driver: None,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self.registry = registry
        self._paused = paused
        self.visits = 0
        self._counts: Counter[str] = Counter()
        self._open = opener
        self._polling = polling_limits or PollingLimits()
        self._learnt = learnt or AgentLimits()
        self._now = now
        self._devices: dict[tuple[str, int], _Device] = {}
        self._swept_at = now()
        self._living = asyncio.Semaphore(self._polling.parallel)
        self._silent = asyncio.Semaphore(self._polling.parallel_silent)

    async def read(
        self, target: Target, facts: Iterable[Fact], max_age: float, deadline: float
    ) -> Reading:
        """Facts of one port or of a whole device, not older than ``max_age`` seconds.

        Args:
            target: Whom to ask.
            facts: What to read; each gets its own state in `Reading.parts`.
            max_age: Seconds. 0 asks now, but not sooner than the minimum interval allows.
            deadline: Seconds after which the caller is let go; the reading goes on and is kept.

        Raises:
            DeadlineError: It took too long.
            DeviceError: The device is silent, unreachable, paused, or not the one it should be.
            DriverError: No driver fits.
        """
        wanted = frozenset(facts)
        self._counts["questions"] += 1
        self._sweep()
        device = self._device(target)
        kept = self._answer(device, target, wanted, max_age)
        if kept is not None:
            self._counts["kept"] += 1
            return _with_silence(kept, device)
        self._raise_refusal(device, target)
        question: _Question = (target, wanted)
        task = device.asked.get(question)
        if task is None:
            task = asyncio.create_task(self._visit(device, target, wanted, max_age))
            device.asked[question] = task
            task.add_done_callback(lambda t: _forget(device, question, t))
        try:
            reading = await asyncio.wait_for(asyncio.shield(task), deadline)
        except TimeoutError as e:
            if isinstance(e, DeviceError):
                raise
            if device.is_mute():
                raise SnmpTimeoutError("the element does not answer", address=target.host) from e
            raise DeadlineError("the element answers too slowly", address=target.host) from e
        return _with_silence(reading, device)

    async def last_known(self, target: Target, facts: Iterable[Fact]) -> Reading | None:
        """What was read last, however old it is; ``None`` when a fact never was.

        A newer reading that lacks rows, and has none of the port, is passed over for an older one.
        """
        device, wanted = self._device(target), frozenset(facts)
        found = self._fresh(device, target, wanted, math.inf)
        if found:
            telling = {fact: device.shelf.last(target, fact) for fact in found}
            found = {fact: kept for fact, kept in telling.items() if kept is not None}
        last = answer(target, found) if found and len(found) == len(wanted) else None
        return _with_silence(last, device) if last else None

    async def silent_since(self, target: Target) -> datetime | None:
        """Since when a device does not answer; ``None`` while it does or was never asked."""
        return self._device(target).silence.since

    async def met(self, targets: Sequence[Target]) -> tuple[DeviceInfo | None, ...]:
        """Each device as it introduced itself; ``None`` for one that never did."""
        found = (self._devices.get((target.host, target.port)) for target in targets)
        return tuple(_met(device.known) if device and device.known else None for device in found)

    async def forget(self, target: Target) -> None:
        """Erase what is kept of a port's people, or of a whole element's: rows, not the link."""
        self._device(target).shelf.forget(target)

    def renew(self, registry: Registry) -> None:
        """Take other drivers: every device introduces itself again before it is next asked.

        What is under way ends as it began.
        """
        self.registry = registry
        for device in self._devices.values():
            device.met_as = _NOT_MET

    async def numbers(self) -> CollectorStats:
        """What was asked so far, of whom, and what it has cost them."""
        silent = sum(device.silence.since is not None for device in self._devices.values())
        return CollectorStats(
            questions=self._counts["questions"],
            kept=self._counts["kept"],
            paused=self._counts["paused"],
            not_allowed=self._counts["not_allowed"],
            visits=self.visits,
            requests=self._counts["requests"],
            retries=self._counts["retries"],
            varbinds=self._counts["varbinds"],
            walks=self._counts["walks"],
            elements=len(self._devices),
            silent=silent,
            learnt=self._learnt.trouble(),
        )

    async def close(self) -> None:
        """End every reading that still runs."""
        tasks = [t for d in self._devices.values() for t in d.asked.values()]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    def _device(self, target: Target) -> _Device:
        where = (target.host, target.port)
        now = self._now()
        found = self._devices.get(where)
        if found is None:
            polling_limits = self._polling
            found = self._devices[where] = _Device(
                Silence(
                    target.element, polling_limits.silent_first_s, polling_limits.silent_most_s
                ),
                Refusals(timedelta(seconds=polling_limits.min_interval_s)),
                now,
            )
        found.asked_at = now
        return found

    def _sweep(self) -> None:
        """Now and then, forget what may not be kept, and devices that nobody asks for."""
        now = self._now()
        if now - self._swept_at < _SWEEP_EVERY:
            return
        self._swept_at = now
        for where, device in list(self._devices.items()):
            device.shelf.drop_old(now)
            if device.known:
                device.known.steady.drop_old(now)
            if now - device.asked_at > _IDLE_FOR and not device.asked:
                del self._devices[where]

    def _fresh(
        self, device: _Device, target: Target, wanted: frozenset[Fact], max_age: float
    ) -> dict[Fact, CacheEntry]:
        """What is there of some facts, from a device that is known to be the target's."""
        known = device.known
        if known is None or (target.sys_name and known.sys_name != target.sys_name):
            return {}
        if target.driver and known.driver.name != target.driver:
            return {}
        now, age = self._now(), _timedelta(max_age)
        found = {fact: device.shelf.fresh(target, fact, now, age) for fact in wanted}
        return {fact: kept for fact, kept in found.items() if kept is not None}

    def _known_enough(
        self, device: _Device, target: Target, wanted: frozenset[Fact], max_age: float
    ) -> dict[Fact, CacheEntry]:
        """What need not be asked for: facts that are young enough, or have only just failed."""
        least = self._polling.min_interval_s
        found = self._fresh(device, target, wanted, max(max_age, least))
        for fact in wanted - found.keys() if device.known else ():
            rest = max(least, _OMCI_LEAST_S) if fact is Fact.ONT_LIGHT else least
            failed = device.shelf.failure(target, fact, self._now(), _timedelta(rest))
            if failed is not None:
                found[fact] = failed
            elif rest > least:
                found |= self._fresh(device, target, frozenset({fact}), rest)
        return found

    def _answer(
        self, device: _Device, target: Target, wanted: frozenset[Fact], max_age: float
    ) -> Reading | None:
        found = self._known_enough(device, target, wanted, max_age)
        return answer(target, found) if found and len(found) == len(wanted) else None

    def _raise_refusal(self, device: _Device, target: Target) -> None:
        """A device that is paused, rests, or has just refused this question, is not asked."""
        self._raise_pause(device, target)
        now = self._now()
        if device.silence.rests(now):
            raise SnmpTimeoutError("the element does not answer", address=target.host)
        device.refusals.check(target, now)

    def _raise_pause(self, device: _Device, target: Target) -> None:
        driver = target.driver or (device.known.driver.name if device.known else None)
        pause = self._paused(target, driver)
        if pause is not None:
            self._counts["paused"] += 1
            raise PausedError("is paused", until=pause.until.isoformat(), address=target.host)

    async def _unless_paused(
        self, device: _Device, target: Target, work: Coroutine[Any, Any, _T]
    ) -> _T:
        """What comes of some work with a device, which is cut short when it is paused."""
        task = asyncio.ensure_future(work)
        try:
            while not (await asyncio.wait({task}, timeout=_PAUSES_S))[0]:
                self._raise_pause(device, target)
            return task.result()
        finally:
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)

    async def _visit(
        self, device: _Device, target: Target, wanted: frozenset[Fact], max_age: float
    ) -> Reading:
        if _is_swift(device, target, wanted):
            # Whose numbers turn out to be outdated waits its turn among those who may read them.
            with suppress(NeedsWalkError):
                return await self._visit_in(device.get_only, device, target, wanted, max_age)
        return await self._visit_in(device.lock, device, target, wanted, max_age)

    async def _visit_in(
        self,
        lane: asyncio.Lock,
        device: _Device,
        target: Target,
        wanted: frozenset[Fact],
        max_age: float,
    ) -> Reading:
        slots = self._silent if device.silence.since else self._living
        async with lane, slots:
            # Whoever had the lock may have read it, or found the device silent.
            kept = self._answer(device, target, wanted, max_age)
            if kept is not None:
                return kept
            self._raise_refusal(device, target)
            found = self._known_enough(device, target, wanted, max_age)
            missing = wanted - found.keys() or wanted
            get_only = lane is device.get_only
            reading, read = await self._converse(device, target, missing, get_only=get_only)
            whole = answer(target, {**found, **read})
            return replace(whole, cost=reading.cost, limits=reading.limits) if whole else reading

    async def _converse(
        self, device: _Device, target: Target, wanted: frozenset[Fact], *, get_only: bool
    ) -> tuple[Reading, dict[Fact, CacheEntry]]:
        self.visits += 1
        self._learnt.refresh(self._now())
        began = device.known
        conversation = self._opened(device, target, self._limits(began, target))
        device.talks.append(conversation)
        try:
            async with asyncio.timeout(self._polling.visit_s):
                work = self._ask(device, target, wanted, conversation, get_only=get_only)
                told = await self._unless_paused(device, target, work)
        except PausedError:
            raise
        except (SnmpTimeoutError, DeviceUnreachableError):
            device.silence.found_silent(self._now())
            raise
        except TechinfoError as e:
            if isinstance(e, WrongDeviceError):
                device.known = None
            if isinstance(e, AddressNotAllowedError):
                self._not_allowed(target, e)
            device.refusals.remember(target, e, self._now())
            raise
        except TimeoutError as e:
            late = DeadlineError("the element answers too slowly", address=target.host)
            device.refusals.remember(target, late, self._now())
            raise late from e
        finally:
            if device.known and (device.known is began or not get_only):
                self._learn(device.known, target, conversation)
            device.talks.remove(conversation)
            self._counts.update(conversation.counted.numbers())
            await conversation.close()
        return told

    def _opened(self, device: _Device, target: Target, limits: SnmpLimits) -> Conversation:
        try:
            return self._open(target, limits)
        except AddressNotAllowedError as error:
            self._not_allowed(target, error)
            device.refusals.remember(target, error, self._now())
            raise

    def _not_allowed(self, target: Target, error: AddressNotAllowedError) -> None:
        self._counts["not_allowed"] += 1
        _log.warning("%r is not sent to %s: %s", target.credential, error.address, error)

    async def _ask(
        self,
        device: _Device,
        target: Target,
        wanted: frozenset[Fact],
        conversation: Conversation,
        *,
        get_only: bool,
    ) -> tuple[Reading, dict[Fact, CacheEntry]]:
        now = self._now()
        known = device.known
        if known is None or device.met_as != target.driver:
            if get_only:
                raise NeedsWalkError
            known = await self._meet(device, target, conversation, now)
        patient = device.silence.since is None
        visit = Visit(
            conversation=conversation,
            target=target,
            known=known,
            now=now,
            patient=patient,
            get_only=get_only,
        )
        try:
            reading = await visit.read(wanted)
        except RestartedError:
            if get_only:
                device.met_as = _NOT_MET
                raise NeedsWalkError from None
            known = await self._meet(device, target, conversation, now)
            visit = Visit(
                conversation=conversation, target=target, known=known, now=now, patient=patient
            )
            reading = await visit.read_again(wanted)
        if visit.gone:
            device.silence.found_silent(self._now())
        else:
            device.silence.answered(self._now())
        read = device.shelf.keep(target, reading, now)
        if visit.whole and target.port_name:
            every = replace(target, port_name=None, vlans=(), ont=None)
            device.shelf.keep(every, visit.everything(), now)
        return reading, read

    async def _meet(
        self, device: _Device, target: Target, conversation: Conversation, now: datetime
    ) -> DeviceState:
        before = conversation.limits
        try:
            known = device.known = await contact(conversation, target, self.registry, now)
        except BaseException:
            conversation.limits = before  # those of a driver that it turned out not to be
            raise
        self._raise_pause(device, target)
        device.met_as = target.driver
        learnt = self._learnt.limits(known.kind, target.element, conversation.limits)
        known.limits = conversation.limits = learnt
        known.lacking = self._learnt.lacking(known.kind)
        return known

    def _limits(self, known: DeviceState | None, target: Target) -> SnmpLimits:
        """What a device is asked with at the start of a visit."""
        if known is None:
            return self._learnt.first(target.element, DEFAULT_LIMITS)
        known.lacking = self._learnt.lacking(known.kind)
        known.limits = self._learnt.limits(known.kind, target.element, known.driver.limits)
        return known.limits

    def _learn(self, known: DeviceState, target: Target, conversation: Conversation) -> None:
        """Remember what the agent did not stand, for all devices of its kind."""
        known.limits = conversation.limits
        self._learnt.note(
            known.kind,
            target.element,
            known.driver.limits,
            conversation.limits,
            silent=conversation.counted.retries > 0,
            now=self._now(),
        )


def _is_swift(device: _Device, target: Target, wanted: frozenset[Fact]) -> bool:
    """Whether a visit is a few GETs, which need not wait for the end of somebody's walk."""
    known = device.known
    if known is None or device.met_as != target.driver or device.silence.since is not None:
        return False
    if target.port_name is None:
        return wanted <= {Fact.DEVICE}
    return walks_nothing(known.driver, known.joined, wanted - {Fact.DEVICE})


def _with_silence(reading: Reading, device: _Device) -> Reading:
    """The reading, and what is known at this moment of whether its element answers."""
    since = device.silence.since
    return reading if since is None else replace(reading, silent_since=since)


def _met(known: DeviceState) -> DeviceInfo:
    tells = frozenset(fact for fact in Fact if tables_of(known.driver, fact))
    return DeviceInfo(driver=known.driver.name, tells=tells, lacking=known.lacking)


def _timedelta(seconds: float) -> timedelta:
    return timedelta(seconds=min(seconds, timedelta.max.total_seconds() / 2))


def _forget(device: _Device, question: _Question, task: asyncio.Task[Reading]) -> None:
    """Drop a finished reading; its error, if nobody waits any more, has been dealt with."""
    device.asked.pop(question, None)
    if not task.cancelled():
        task.exception()
