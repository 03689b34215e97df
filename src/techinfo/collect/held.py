"""Devices as the collector holds them: their locks, what is kept, and who is asking them now."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from techinfo.collect.backoff import PollingLimits, Refusals, Silence
from techinfo.collect.cache import CacheEntry, PortCache
from techinfo.collect.device_state import DeviceState
from techinfo.collect.tally import UNKNOWN, Group
from techinfo.collect.target import CableTest, Reading, ReadRequest, Target
from techinfo.model import Fact
from techinfo.snmp.interface import Conversation

MUTE_AFTER = 2
"""Tries again without any answer, after which a device counts as silent that is still asked."""
LIVE_LEAST_S = 1.0
"""Between two readings for a live view of the operator's own, at best."""
NOT_MET = ""
"""No driver's name: the device must introduce itself again."""
_SWEEP_EVERY = timedelta(minutes=5)
_IDLE_FOR = timedelta(days=8)
"""Longer than anything may be kept (`techinfo.collect.cache`)."""


class Place:
    """A place among those who are spoken with at a time.

    Args:
        among: All such places.
    """

    def __init__(self, among: asyncio.Semaphore) -> None:
        self._among = among

    async def __aenter__(self) -> None:
        await self._among.acquire()

    async def __aexit__(self, *_: object) -> None:
        self._among.release()

    async def move(self, to: asyncio.Semaphore) -> None:
        """Leave it to another, and go on in one of these, if one is free."""
        if self._among is not to and not to.locked():
            await to.acquire()  # at once
            self._among.release()
            self._among = to


@dataclass(slots=True)
class HeldDevice:
    """A device, what is kept of it, and who is asking it now.

    Attributes:
        silence: Whether it answers.
        refusals: Questions that it has just refused.
        asked_at: When it was asked for last.
        lock: For its one conversation that may walk, SNMP and command line in turns.
        get_only: For visits that walk nothing: their few GETs take turns with the requests of a
            walk.
        shelf: What was read lately.
        known: As it introduced itself.
        met_as: The driver that was asked for when it was met.
        asked: Readings under way.
        recalled: It was looked up whether a process before this one has met it.
        talks: Conversations under way.
        place: Its place while it is met for the first time.
        site: Where the inventory says that it stands.
        cable_test: One that runs.
        visits: That have ended, however they did.
    """

    silence: Silence
    refusals: Refusals
    asked_at: datetime
    lock: asyncio.Lock = field(default_factory=asyncio.Lock)
    get_only: asyncio.Lock = field(default_factory=asyncio.Lock)
    shelf: PortCache = field(default_factory=PortCache)
    known: DeviceState | None = None
    met_as: str | None = None
    asked: dict[ReadRequest, asyncio.Task[Reading]] = field(default_factory=dict)
    recalled: bool = False
    talks: list[Conversation] = field(default_factory=list)
    place: Place | None = None
    site: str = ""
    cable_test: asyncio.Task[CableTest] | None = None
    visits: int = 0

    def group(self) -> Group:
        """By which it is counted."""
        return (self.known.driver.name if self.known else UNKNOWN, self.site)

    def is_swift(self, request: ReadRequest) -> bool:
        """Whether a visit is a few GETs, which need not wait for the end of somebody's walk."""
        known, target = self.known, request.target
        if known is None or self.met_as != target.driver or self.silence.since is not None:
            return False
        if target.port_name is None:
            return request.facts <= {Fact.DEVICE}
        return known.is_swift(request.facts)

    def rest_s(self, target: Target, least_s: float) -> float:
        """Seconds between two readings of a port, whoever asks; a live view may ask for fewer."""
        live = target.live and target.port_name is not None
        often = live and self.known is not None and self.known.often
        return min(least_s, LIVE_LEAST_S) if often else least_s

    def is_mute(self, after: int = MUTE_AFTER) -> bool:
        """Whether it is asked again and again at this moment, and has not answered once."""
        return bool(self.talks) and all(
            talk.counted.retries >= after and not talk.counted.varbinds for talk in self.talks
        )

    def with_silence(self, reading: Reading) -> Reading:
        """The reading, and what is known at this moment of whether its element answers."""
        since = self.silence.since
        return reading if since is None else replace(reading, silent_since=since)

    def keep(
        self,
        target: Target,
        reading: Reading,
        now: datetime,
        everything: Callable[[], Reading] | None,
    ) -> dict[Fact, CacheEntry]:
        """Lay up what was read of a port, and of the others what was told by the way.

        Args:
            target: What was asked for.
            reading: Of it.
            now: When.
            everything: Tells what whole tables have told; ``None``: none was walked.
        """
        read = self.shelf.keep(target, reading, now)
        if everything is not None and target.port_name:
            every = replace(target, port_name=None, vlans=(), ont=None)
            self.shelf.keep(every, everything(), now)
        return read

    def begin_anew(self, now: datetime) -> None:
        """Believe nothing that was read, or that rests, by a clock that has been set back since."""
        self.shelf, self.met_as = PortCache(), NOT_MET
        self.refusals = Refusals(self.refusals.stand_for)
        self.silence.set_back(now)

    def tested(self, task: asyncio.Task[CableTest]) -> None:
        """Drop a finished test; its error, if nobody waits any more, has been dealt with."""
        self.cable_test = None
        if not task.cancelled():
            task.exception()

    def ended(self, request: ReadRequest, task: asyncio.Task[Reading]) -> None:
        """Drop a finished reading; its error, if nobody waits any more, has been dealt with."""
        self.asked.pop(request, None)
        if not task.cancelled():
            task.exception()


class HeldDevices(Mapping[tuple[str, int], HeldDevice]):
    """Every device that was asked for lately, by its address and port.

    Args:
        polling: How long a silent or refusing device is left alone.
        now: The time.
    """

    def __init__(self, polling: PollingLimits, now: Callable[[], datetime]) -> None:
        self._polling = polling
        self._now = now
        self._held: dict[tuple[str, int], HeldDevice] = {}
        self._swept_at = self._looked_at = now()

    def __getitem__(self, where: tuple[str, int]) -> HeldDevice:
        return self._held[where]

    def __iter__(self) -> Iterator[tuple[str, int]]:
        return iter(self._held)

    def __len__(self) -> int:
        return len(self._held)

    def of(self, target: Target) -> HeldDevice:
        """The device of a target, which is asked for now."""
        now, polling = self._now(), self._polling
        where = (target.host, target.port)
        found = self._held.get(where)
        if found is None:
            found = self._held[where] = HeldDevice(
                Silence(target.element, polling.silent_first_s, polling.silent_most_s),
                Refusals(timedelta(seconds=polling.min_interval_s)),
                now,
            )
        found.asked_at, found.site = now, target.site or ""
        return found

    def sweep(self) -> None:
        """Now and then, forget what may not be kept, and devices that nobody asks for.

        Our clock may have been set back: else what was read before would be young, and who was
        silent left alone, until it shows that time again.
        """
        now = self._now()
        if now < self._looked_at:
            self._swept_at = now
            for device in self._held.values():
                device.asked_at = min(device.asked_at, now)
                device.begin_anew(now)
        self._looked_at = now
        if now - self._swept_at < _SWEEP_EVERY:
            return
        self._swept_at = now
        for where, device in list(self._held.items()):
            device.shelf.drop_old(now)
            if device.known:
                device.known.steady.drop_old(now)
            if now - device.asked_at > _IDLE_FOR and not device.asked:
                del self._held[where]
