"""The one owner of every device conversation: locks, budgets, freshness, single flight.

Behind `Collector.read` a switch has one conversation at a time, the same question is asked once for
all who ask it together, and a silent switch is left alone without holding up a living one. Targets
and readings are plain values, so that a collector can live in a process of its own.
"""

from __future__ import annotations

import asyncio
import functools
import logging
import time
from collections import Counter
from collections.abc import Callable, Coroutine, Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any, TypeVar

from techinfo.acs.server import AcsClient
from techinfo.collect.agent_limits import AgentLimits
from techinfo.collect.agentless import Agentless
from techinfo.collect.backoff import Paused, PollingLimits, refuse, seconds
from techinfo.collect.cable_test import LINK_S, made
from techinfo.collect.cache import CacheEntry, answer
from techinfo.collect.command_line.asking import CommandLines
from techinfo.collect.device_state import DeviceState
from techinfo.collect.held import NOT_MET, HeldDevice, HeldDevices, Place
from techinfo.collect.identity import RestartedError
from techinfo.collect.meetings import Meetings
from techinfo.collect.met_before import MetBefore
from techinfo.collect.registry import Registry
from techinfo.collect.tally import Tally, process_stats
from techinfo.collect.target import (
    NO_AGENT,
    CableTest,
    CableTestOrder,
    CollectorStats,
    DeviceInfo,
    DriverInfo,
    Reading,
    ReadRequest,
    Target,
)
from techinfo.collect.visit import NeedsWalkError, Visit
from techinfo.errors import (
    AddressNotAllowedError,
    CableTestRunningError,
    DeadlineError,
    DeviceError,
    DeviceUnreachableError,
    PausedError,
    SnmpTimeoutError,
    TechinfoError,
    WrongDeviceError,
)
from techinfo.facts.describe import told_fields
from techinfo.model import Fact, utc_now
from techinfo.snmp.interface import Conversation
from techinfo.wire import SnmpLimits

_T = TypeVar("_T")
_log = logging.getLogger(__name__)

Opener = Callable[[Target, SnmpLimits], Conversation]
"""Begin a conversation with a target's agent; who knows the secrets hands this in."""

_PAUSES_S = 1.0
"""A conversation under way is ended within so many seconds of a pause."""
_Seen = tuple[int, Mapping[Fact, CacheEntry]]
"""How many visits a device has had (`HeldDevice.visits`), and what was known of it then."""
_OMCI_LEAST = timedelta(minutes=1)
"""An ONT is not asked over OMCI more often than this, whoever asks."""


class Collector:
    """Reads facts of devices, or gives again what was read lately enough.

    Attributes:
        visits: Conversations held so far.
    """

    def __init__(
        self,
        registry: Registry,
        opener: Opener,
        *,
        polling_limits: PollingLimits | None = None,
        learnt: AgentLimits | None = None,
        before: MetBefore | None = None,
        paused: Paused = lambda _target, _driver: None,
        command_lines: CommandLines | None = None,
        acs: AcsClient | None = None,
        now: Callable[[], datetime] = utc_now,
    ) -> None:
        self._paused = paused
        self.visits = 0
        self._counts: Counter[str] = Counter()
        self._open = opener
        self._polling = polling_limits or PollingLimits()
        self._learnt = learnt or AgentLimits()
        self._lines = command_lines
        self._agentless = Agentless(command_lines, acs)
        self._meetings = Meetings(registry, self._learnt, before or MetBefore(), command_lines)
        self._now = now
        self._devices = HeldDevices(self._polling, now)
        self._tally = Tally()
        self._living = asyncio.Semaphore(self._polling.parallel)
        self._silent = asyncio.Semaphore(self._polling.parallel_silent)

    @property
    def registry(self) -> Registry:
        """The drivers."""
        return self._meetings.registry

    async def drivers(self) -> dict[str, DriverInfo]:
        """The drivers by name, as `AnyCollector.drivers`."""
        every = self.registry.drivers.values()
        return {d.name: DriverInfo(name=d.name, fields=told_fields(d)) for d in every}

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
        until = time.monotonic() + deadline
        request = ReadRequest(target, frozenset(facts), max_age, until)
        self._counts["questions"] += 1
        self._devices.sweep()
        device = self._devices.of(target)
        found = self._known_enough(device, request)
        kept = self._answer(request, found)
        if kept is not None:
            self._counts["kept"] += 1
            return device.with_silence(kept)
        self._raise_refusal(device, target)
        task = device.asked.get(request)
        if task is None:
            task = asyncio.create_task(self._visit(device, request, (device.visits, found)))
            device.asked[request] = task
            task.add_done_callback(lambda t: device.ended(request, t))
        try:
            reading = await asyncio.wait_for(asyncio.shield(task), deadline)
        except TimeoutError as e:
            if isinstance(e, DeviceError):
                raise
            if device.is_mute():
                raise SnmpTimeoutError("the element does not answer", address=target.host) from e
            raise DeadlineError("the element answers too slowly", address=target.host) from e
        return device.with_silence(reading)

    async def test_cable(self, order: CableTestOrder) -> CableTest:
        """Test the cable of a port, as `AnyCollector.test_cable`."""
        device = self._devices.of(order.target)
        self._raise_refusal(device, order.target)
        if device.cable_test is not None:
            raise CableTestRunningError("one at a time", address=order.target.host)
        device.cable_test = task = asyncio.create_task(self._tested(device, order))
        task.add_done_callback(device.tested)
        return await asyncio.shield(task)

    async def _tested(self, device: HeldDevice, order: CableTestOrder) -> CableTest:
        reading = await self.read(order.target, (Fact.LINK,), 0.0, LINK_S)
        async with device.lock:
            self._raise_refusal(device, order.target)
            opened = functools.partial(self._opened, device, order.target)
            return await made(order, reading, device.known, opened, self._lines, self._now)

    async def last_known(self, target: Target, facts: Iterable[Fact]) -> Reading | None:
        """What was read last, however old it is; ``None`` when a fact never was.

        A newer reading that lacks rows, and has none of the port, is passed over for an older one.
        """
        device = self._devices.of(target)
        if device.known is None or not device.known.is_of(target):
            return None
        told = {fact: device.shelf.last(target, fact) for fact in facts}
        found = {fact: kept for fact, kept in told.items() if kept is not None}
        last = answer(target, found) if len(found) == len(told) else None
        return device.with_silence(last) if last else None

    async def silent_since(self, target: Target) -> datetime | None:
        """Since when a device does not answer; ``None`` while it does or was never asked."""
        return self._devices.of(target).silence.since

    async def met(self, targets: Sequence[Target]) -> tuple[DeviceInfo | None, ...]:
        """Each device as it introduced itself; ``None`` for one that never did."""
        found = (self._devices.get((target.host, target.port)) for target in targets)
        return tuple(device.known.info() if device and device.known else None for device in found)

    async def forget(self, target: Target) -> None:
        """Erase what is kept of a port's people, or of a whole element's: rows, not the link."""
        self._devices.of(target).shelf.forget(target)

    def renew(self, registry: Registry) -> None:
        """Take other drivers: every device introduces itself again before it is next asked.

        What is under way ends as it began.
        """
        self._meetings.registry = registry
        for device in self._devices.values():
            device.met_as = NOT_MET

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
            groups=self._tally.groups(
                (device.group(), device.silence.since is not None)
                for device in self._devices.values()
            ),
            process=process_stats(),
        )

    async def close(self) -> None:
        """End every reading that still runs."""
        tasks = [t for d in self._devices.values() for t in d.asked.values()]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    def _known_enough(self, device: HeldDevice, request: ReadRequest) -> dict[Fact, CacheEntry]:
        """What need not be asked for: facts that are young enough, or have only just failed."""
        known, target, now = device.known, request.target, self._now()
        if known is None:
            return {}
        least = seconds(device.rest_s(target, self._polling.min_interval_s))
        age = max(seconds(request.max_age), least)
        found = device.shelf.lately(target, request.facts, now, age) if known.is_of(target) else {}
        missing = request.facts - found.keys()
        if Fact.ONT_LIGHT in missing and known.is_of(target):
            rest, asked = max(least, _OMCI_LEAST), {Fact.ONT_LIGHT}
            found |= device.shelf.failed(target, asked, now, rest)
            found |= device.shelf.lately(target, asked, now, max(age, rest))
        missing = request.facts - found.keys()
        return found | device.shelf.failed(target, missing, now, least) if missing else found

    def _answer(self, request: ReadRequest, found: Mapping[Fact, CacheEntry]) -> Reading | None:
        """A reading of facts that are there, if all are."""
        return answer(request.target, found) if len(found) == len(request.facts) else None

    def _raise_refusal(self, device: HeldDevice, target: Target) -> None:
        """A device that is paused, rests, or has just refused this question, is not asked."""
        self._raise_pause(device, target)
        now = self._now()
        if device.silence.rests(now):
            raise SnmpTimeoutError("the element does not answer", address=target.host)
        device.refusals.check(target, now)

    def _raise_pause(self, device: HeldDevice, target: Target) -> None:
        driver = target.driver or (device.known.driver.name if device.known else None)
        pause = self._paused(target, driver)
        self._counts["paused"] += pause is not None
        refuse(pause, target)

    async def _unless_paused(
        self, device: HeldDevice, target: Target, work: Coroutine[Any, Any, _T]
    ) -> _T:
        """What comes of some work with a device, which is cut short when it is paused."""
        task = asyncio.ensure_future(work)
        try:
            while not (await asyncio.wait({task}, timeout=_PAUSES_S))[0]:
                self._raise_pause(device, target)
                if device.place is not None and device.is_mute(1):
                    await device.place.move(self._silent)
            return task.result()
        finally:
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)

    async def _visit(self, device: HeldDevice, request: ReadRequest, seen: _Seen) -> Reading:
        if device.is_swift(request):
            # Whose numbers turn out to be outdated waits its turn among those who may read them.
            with suppress(NeedsWalkError):
                return await self._visit_in(device, request, seen, get_only=True)
        return await self._visit_in(device, request, seen, get_only=False)

    async def _visit_in(
        self, device: HeldDevice, request: ReadRequest, seen: _Seen, *, get_only: bool
    ) -> Reading:
        visits, found = seen
        lane = device.get_only if get_only else device.lock
        among = self._silent if device.silence.since else self._living
        waits = lane.locked() or among.locked()
        place = Place(among)
        async with lane, place:
            device.place = place if device.known is None else None
            if waits or device.visits != visits:
                # Whoever was there may have read it, or found the device silent.
                found = self._known_enough(device, request)
                kept = self._answer(request, found)
                if kept is not None:
                    return kept
                self._raise_refusal(device, request.target)
            missing = replace(request, facts=request.facts - found.keys() or request.facts)
            try:
                with self._tally.visit(device.group):
                    reading, read = await self._converse(device, missing, get_only=get_only)
            finally:
                device.visits += 1
            whole = answer(request.target, {**found, **read})
            return replace(whole, cost=reading.cost, limits=reading.limits) if whole else reading

    async def _converse(
        self, device: HeldDevice, request: ReadRequest, *, get_only: bool
    ) -> tuple[Reading, dict[Fact, CacheEntry]]:
        self.visits += 1
        target, began = request.target, device.known
        if target.engine == NO_AGENT:
            return await self._converse_alone(device, request)
        conversation = self._opened(device, target)
        device.talks.append(conversation)
        try:
            work = self._ask(device, request, conversation, get_only=get_only)
            told = await self._noted(device, target, work)
        finally:
            if device.known and (device.known is began or not get_only):
                self._meetings.learn(device.known, target, conversation, self._now())
            device.talks.remove(conversation)
            self._counts.update(conversation.counted.numbers())
            await conversation.close()
        return told

    async def _converse_alone(
        self, device: HeldDevice, request: ReadRequest
    ) -> tuple[Reading, dict[Fact, CacheEntry]]:
        """The same with a device that has no agent."""
        target, now = request.target, self._now()
        known = device.known
        if known is None or device.met_as != target.driver:
            known = device.known = self._agentless.introduced(target, now)
            device.met_as = target.driver
            self._raise_pause(device, target)  # now that its driver is known, which may be paused
        visit = self._agentless.visit(target, known, now, request.until)
        reading = await self._noted(device, target, visit.read(request.facts))
        device.silence.answered(self._now())
        return reading, device.keep(target, reading, now, visit.everything if visit.whole else None)

    async def _noted(self, device: HeldDevice, target: Target, work: Coroutine[Any, Any, _T]) -> _T:
        """What comes of some work with a device, within the time of a visit; errors are noted."""
        try:
            async with asyncio.timeout(self._polling.visit_s):
                return await self._unless_paused(device, target, work)
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

    def _opened(self, device: HeldDevice, target: Target) -> Conversation:
        try:
            return self._open(target, self._meetings.limits(device.known, target, self._now()))
        except AddressNotAllowedError as error:
            self._not_allowed(target, error)
            device.refusals.remember(target, error, self._now())
            raise

    def _not_allowed(self, target: Target, error: AddressNotAllowedError) -> None:
        self._counts["not_allowed"] += 1
        _log.warning("%r is not sent to %s: %s", target.credential, error.address, error)

    async def _ask(
        self,
        device: HeldDevice,
        request: ReadRequest,
        conversation: Conversation,
        *,
        get_only: bool,
    ) -> tuple[Reading, dict[Fact, CacheEntry]]:
        now, target = self._now(), request.target
        recalled = await self._meetings.recall(device, target, conversation, now)
        if recalled is not None:
            self._raise_pause(device, target)
        known = device.known
        if known is None or device.met_as != target.driver:
            if get_only:
                raise NeedsWalkError
            known = await self._meet(device, target, conversation, now)
        begun = functools.partial(
            Visit,
            conversation,
            target,
            now=now,
            patient=device.silence.since is None,
            command_lines=self._lines,
            until=request.until,
        )
        visit = begun(known, get_only=get_only)
        try:
            reading = await visit.read(request.facts)
        except (RestartedError, WrongDeviceError) as e:
            if isinstance(e, WrongDeviceError) and recalled is None:
                raise  # else it is another one since a time of which this process knows nothing
            device.met_as = NOT_MET  # also where it goes silent before it has said who it is
            if get_only:
                raise NeedsWalkError from None
            known = await self._meet(device, target, conversation, now)
            visit = begun(known)
            reading = await visit.read_again(request.facts)
        if visit.gone:
            device.silence.found_silent(self._now())
        else:
            device.silence.answered(self._now())
        return reading, device.keep(target, reading, now, visit.everything if visit.whole else None)

    async def _meet(
        self, device: HeldDevice, target: Target, conversation: Conversation, now: datetime
    ) -> DeviceState:
        known = await self._meetings.meet(device, target, conversation, now)
        self._raise_pause(device, target)  # now that its driver is known, which may be paused
        return known
