"""Elements that are asked again and again, by the same collector and within the same limits.

What is due is the business of `techinfo.polling.due`; here it is begun, and noted what came of it.
A poll that fails leaves unknown time and nothing else.
"""

from __future__ import annotations

import asyncio
import functools
import heapq
import logging
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from time import monotonic

from techinfo.access.attachment import element_target, is_named, names_on
from techinfo.access.rights import runs
from techinfo.collect import AnyCollector, Reading, Target
from techinfo.errors import DeviceUnreachableError, SnmpTimeoutError, TechinfoError
from techinfo.history.observation import name_of
from techinfo.history.recording import Recorder
from techinfo.history.writing import PollNote, Tenants
from techinfo.if_types import AGGREGATE_TYPE, DSL_TYPES, ETHERNET_TYPES, PON_TYPES
from techinfo.inventory import Element, Inventory
from techinfo.model import Fact, Port, PortFacts, utc_now
from techinfo.polling.due import Due, Kind, Polled, Rhythm, due, harmful, wakes
from techinfo.polling.onts import of_onts
from techinfo.polling.people import PeoplesCollector

_log = logging.getLogger(__name__)

EVERYWHERE = "*"
FACTS: Mapping[Kind, frozenset[Fact]] = {
    Kind.LIGHT: frozenset({Fact.DEVICE, Fact.LINK, Fact.COUNTERS, Fact.TRANSCEIVER}),
    Kind.FULL: frozenset({Fact.DEVICE, Fact.MACS, Fact.NEIGHBOURS}),
    Kind.ONTS: frozenset({Fact.DEVICE, Fact.ONTS}),
}
_DEADLINE_S = 60.0
_MAX_AGE_S = 20.0
"""What somebody has just read need not be read again."""
_TYPES = ETHERNET_TYPES | PON_TYPES | DSL_TYPES | {AGGREGATE_TYPE, None}
_A_DAY = timedelta(days=1)
_SLOW_TWICE = 2


@dataclass(slots=True)
class _Seen:
    """What a poll leaves in memory of an element."""

    model: str = ""
    driver: str = ""
    boot: datetime | None = None
    broke_off: bool = False
    slow: int = 0


@dataclass(frozen=True, kw_only=True, slots=True)
class PollNumbers:
    """How polling goes.

    Attributes:
        elements: That are polled.
        silent: Of those, that did not answer the last poll.
        paused: Of those, whose model has paused itself.
        under_way: Polls that have begun and not ended.
        polls: Kind and outcome (``answered``, ``silent``, ``failed``) -> how many there were.
    """

    elements: int = 0
    silent: int = 0
    paused: int = 0
    under_way: int = 0
    polls: Mapping[tuple[str, str], int] = field(default_factory=dict, hash=False)


class Poller:
    """Polls the elements of an inventory, in one event loop.

    Args:
        inventory: Which elements there are.
        collector: Who asks them.
        people: Who asks the same ones meanwhile; ``None``: nobody.
        recorder: Who makes notes of what they tell.
        put: Takes the notes.
        rhythm: How often what is polled.
        sites: Whose elements are; `EVERYWHERE` for all.
        now: The time.
        steady: Seconds of a clock that is never set.
    """

    def __init__(
        self,
        inventory: Inventory,
        collector: AnyCollector,
        recorder: Recorder,
        put: Callable[[PollNote], None],
        rhythm: Rhythm,
        sites: Iterable[str],
        *,
        people: PeoplesCollector | None = None,
        now: Callable[[], datetime] = utc_now,
        steady: Callable[[], float] = monotonic,
    ) -> None:
        self._inventory = inventory
        self._collector = collector
        self._recorder = recorder
        self._put = put
        self._rhythm = rhythm
        self._sites = frozenset(sites)
        self._people = people
        self._now = now
        self._steady = steady
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="history")
        self._loop: asyncio.AbstractEventLoop | None = None
        self._elements: dict[str, Element] = {}
        self._words: frozenset[str] = frozenset()
        self._uplinks: frozenset[tuple[str | None, str | None]] = frozenset()
        self._polled: dict[str, Polled] = {}
        self._seen: defaultdict[str, _Seen] = defaultdict(_Seen)
        self._heap: list[tuple[datetime, str]] = []
        self._ticked_at = now()
        self._waiting: set[str] = set()
        self._tasks: dict[str, tuple[asyncio.Task[None], bool]] = {}
        self._restarts: defaultdict[str, list[tuple[datetime, bool]]] = defaultdict(list)
        self._harmed: set[str] = set()
        self._generation: tuple[int, ...] | None = None
        self._polls: Counter[tuple[str, str]] = Counter()

    def start(self) -> None:
        """Poll from now on, whenever `wake` is called."""
        self._loop = asyncio.get_running_loop()

    def wake(self) -> None:
        """Begin what is due; from any thread. Nothing happens before `start` and after `close`."""
        loop = self._loop
        if loop is not None and not loop.is_closed():
            loop.call_soon_threadsafe(self.tick)

    async def close(self) -> None:
        """Begin no more, and end what is under way."""
        self._loop = None
        tasks = [task for task, _ in self._tasks.values()]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        await asyncio.to_thread(self._thread.shutdown)

    @property
    def under_way(self) -> int:
        """How many polls have begun and not ended."""
        return len(self._tasks)

    def numbers(self) -> PollNumbers:
        """How polling goes."""
        polled = list(self._polled.values())
        return PollNumbers(
            elements=len(polled),
            silent=sum(one.silences > 0 for one in polled),
            paused=sum(one.paused for one in polled),
            under_way=self.under_way,
            polls=dict(self._polls),
        )

    def polls(self, element: str) -> bool:
        """Whether an element is one of those that are polled."""
        return element in self._polled

    async def keep(self, element: Element, reading: Reading, *, whole: bool) -> None:
        """Keep what a look between two polls has read of an element that is polled.

        Args:
            element: Whose reading.
            reading: Of links, counters and optics.
            whole: Of all ports, as a poll's.
        """
        if self._loop is None or not self.polls(element.name):
            return
        work = functools.partial(self._light, Kind.LIGHT, whole=whole)
        note = await self._loop.run_in_executor(self._thread, work, element, reading)
        if note is not None:
            self._put(note)

    async def settled(self) -> None:
        """Wait for the end of what is under way."""
        await asyncio.gather(*(task for task, _ in self._tasks.values()))

    def tick(self) -> None:
        """Begin what is due now."""
        if self._loop is None:
            return
        now = self._now()
        self._look_at_inventory(now)
        if now < self._ticked_at:  # our clock was set back: all moments are hours away else
            self._waiting.update(name for _, name in self._heap)
            self._heap.clear()
        self._ticked_at = now
        while self._heap and self._heap[0][0] <= now:
            self._waiting.add(heapq.heappop(self._heap)[1])
        candidates = [self._polled[name] for name in self._waiting if name in self._polled]
        begun = due(
            now,
            self._rhythm,
            candidates,
            under_way=self._tasks.keys(),
            under_way_silent=sum(silent for _, silent in self._tasks.values()),
            asked_by_people=self._people.asked if self._people else (),
            people=self._people.questions if self._people else 0,
        )
        for one in begun:
            self._begin(one, now)
        chosen = frozenset(one.element for one in begun)
        for polled in candidates:
            if polled.element not in chosen and not self._is_due(polled, now):
                self._later(polled, now)

    def _is_due(self, polled: Polled, now: datetime) -> bool:
        """Whether it only waits for a slot, for the end of its last poll, or of a window."""
        if polled.element in self._tasks or self._rhythm.rests(now):
            return True
        return bool(due(now, self._rhythm, (polled,)))

    def _begin(self, one: Due, now: datetime) -> None:
        known = self._polled[one.element]
        self._polled[one.element] = replace(known, begun={**known.begun, one.kind: now})
        self._waiting.discard(one.element)
        task = asyncio.get_running_loop().create_task(self._poll(one))
        self._tasks[one.element] = (task, one.silent)
        task.add_done_callback(lambda _: self._ended(one.element))

    def _ended(self, element: str) -> None:
        self._tasks.pop(element, None)
        # Another kind may have become due meanwhile.
        if element in self._polled:
            self._waiting.add(element)

    def _later(self, polled: Polled, now: datetime) -> None:
        self._waiting.discard(polled.element)
        heapq.heappush(self._heap, (wakes(now, self._rhythm, polled), polled.element))

    def _look_at_inventory(self, now: datetime) -> None:
        generation = self._inventory.generation
        if generation == self._generation:
            return
        self._generation = generation
        elements = self._inventory.elements()
        self._words = frozenset(
            word for one in elements for word in (one.name, one.sys_name, one.mac) if word
        )
        self._uplinks = frozenset((one.uplink_element, one.uplink_port) for one in elements)
        found = {
            element.name: element
            for element in elements
            if EVERYWHERE in self._sites or element.site in self._sites
        }
        nowhere = self._sites - {EVERYWHERE} - {element.site for element in found.values()}
        if nowhere:
            _log.warning("polling.sites: no element is at %s", ", ".join(sorted(nowhere)))
        for name in self._polled.keys() - found.keys():
            del self._polled[name]
            self._seen.pop(name, None)
            self._recorder.forget(name)
        for name in found.keys() - self._polled.keys():
            self._polled[name] = Polled(element=name, since=now, begun={})
            self._waiting.add(name)
        self._elements = found

    async def _poll(self, one: Due) -> None:
        element = self._elements[one.element]
        if one.kind is Kind.ONTS and not _bears_onts(self._seen[one.element].driver):
            return
        begun = self._steady()
        try:
            target = element_target(element)
            reading = await self._collector.read(
                target, _facts(one.kind, target), _MAX_AGE_S, _DEADLINE_S
            )
        except (SnmpTimeoutError, DeviceUnreachableError):
            self._polls[one.kind.value, "silent"] += 1
            known = self._polled.get(one.element)
            if known is not None:
                self._polled[one.element] = replace(known, silences=known.silences + 1)
            return
        except TechinfoError as error:
            self._polls[one.kind.value, "failed"] += 1
            _log.info("a poll of %s has failed: %s", one.element, error)
            return
        self._polls[one.kind.value, "answered"] += 1
        self._answered(one, reading, self._steady() - begun)
        note = await self._noted(one.kind, element, reading)
        if note is not None:
            self._put(note)

    def _answered(self, one: Due, reading: Reading, seconds: float) -> None:
        known, seen = self._polled.get(one.element), self._seen[one.element]
        if known is None:
            return
        slow_at = known.slow_at
        if one.kind is Kind.FULL:
            seen.slow = seen.slow + 1 if seconds > self._rhythm.longest_walk_s else 0
            if seen.slow >= _SLOW_TWICE:
                slow_at, seen.slow = self._now(), 0
                _log.warning("the MAC table of %s is not polled for a week: slow", one.element)
        seen.model, seen.driver = _model(reading), reading.driver
        self._restarted(one.element, reading, seen)
        states = [part.code == "element_silent" for part in reading.parts.values()]
        seen.broke_off = any(states) and not all(states)
        self._polled[one.element] = replace(
            known, silences=0, slow_at=slow_at, paused=seen.model in self._harmed
        )

    def _restarted(self, element: str, reading: Reading, seen: _Seen) -> None:
        """Note a restart, and pause a model whose units restart while they are read."""
        boot = reading.device.up_since if reading.device else None
        if boot is not None and seen.boot is not None and boot > seen.boot + timedelta(minutes=1):
            model, now = seen.model, self._now()
            of_day = [one for one in self._restarts[model] if now - one[0] < _A_DAY]
            self._restarts[model] = [*of_day, (now, seen.broke_off)]
            if harmful(broke_off for _, broke_off in self._restarts[model]):
                self._harmed.add(model)
                for name, other in self._seen.items():
                    if other.model == model and name in self._polled:
                        self._polled[name] = replace(self._polled[name], paused=True)
                _log.error(
                    "%s restarts while it is read: it is polled no more (%s)", model, element
                )
        seen.boot = boot or seen.boot

    async def _noted(self, kind: Kind, element: Element, reading: Reading) -> PollNote | None:
        if self._loop is None:
            return None
        work = self._full if kind is Kind.FULL else functools.partial(self._light, kind)
        return await self._loop.run_in_executor(self._thread, work, element, reading)

    def _light(
        self, kind: Kind, element: Element, reading: Reading, *, whole: bool = True
    ) -> PollNote | None:
        ports, parts = _watched(reading), reading.parts
        watched, parts = of_onts(ports, parts) if kind is Kind.ONTS else (ports, parts)
        read_at = max((p.read_at for p in parts.values() if p.read_at), default=None)
        since_s = (self._now() - read_at).total_seconds() if read_at else 0.0
        return self._recorder.light(
            element.name,
            watched,
            parts,
            reading.device,
            steady_s=self._steady() - since_s,
            tenants=(lambda: self._tenants(element, ports, kind)) if whole else dict,
            kind=kind if whole else "",
        )

    def _full(self, element: Element, reading: Reading) -> PollNote | None:
        own: dict[int, PortFacts] = {}
        without: dict[int, PortFacts] = {}
        for number, facts in _watched(reading).items():
            if is_named(self._inventory, element, facts):
                own[number] = facts
            elif not self._leads_down(element, facts.port):
                without[number] = facts
        return self._recorder.full(
            element.name,
            own,
            reading.parts,
            reading.device,
            without=without,
            elements=self._words,
        )

    def _leads_down(self, element: Element, port: Port) -> bool:
        """Whether the inventory says that a port feeds another element."""
        return any((element.name, name) in self._uplinks for name in (port.name, port.descr))

    def _tenants(
        self, element: Element, ports: Mapping[int, PortFacts], kind: Kind
    ) -> dict[str, Tenants]:
        """Who is on each port; of an ONT all those on its PON port."""
        now = self._now()
        found = {}
        for facts in ports.values():
            on_port = names_on(self._inventory, element, facts.port)
            accesses = tuple({access.access_id for access in on_port})
            called = facts.port.called
            if called and accesses:
                ends = [end for one in accesses for end in self._ends(one) if end <= now]
                starts = [start for one in accesses for start in self._starts(one, now)]
                told = Tenants(
                    accesses=accesses,
                    ended=max(ends, default=None),
                    began=max(starts, default=None),
                )
                onts = [name_of(called, ont.ont_id) for ont in facts.onts]
                found.update(dict.fromkeys(onts if kind is Kind.ONTS else [called], told))
        return found

    def _starts(self, access_id: str, now: datetime) -> Iterator[datetime]:
        """When the subscriptions began that run on an access."""
        for subscription in self._inventory.subscriptions_on(access_id):
            since = subscription.since
            if since is not None and runs(subscription, now):
                yield since

    def _ends(self, access_id: str) -> Iterator[datetime]:
        """When subscriptions on an access end, or an import has dropped one."""
        for subscription in self._inventory.subscriptions_on(access_id):
            if subscription.until is not None:
                yield subscription.until
        for tenure in self._inventory.told_on(access_id).tenures:
            if tenure.gone is not None:
                yield tenure.gone


def _facts(kind: Kind, target: Target) -> frozenset[Fact]:
    """What a poll reads. Nobody logs in every hour for neighbours that SNMP does not tell."""
    return FACTS[kind] - ({Fact.NEIGHBOURS} if target.command_line is not None else frozenset())


def _watched(reading: Reading) -> dict[int, PortFacts]:
    """The ports of a reading that have a line."""
    return {n: facts for n, facts in reading.ports.items() if facts.port.if_type in _TYPES}


def _bears_onts(driver: str) -> bool:
    """Not where nobody knows yet what it is, and not ZTE: its OLTs are slow to ask their ONTs."""
    return bool(driver) and not driver.startswith("zte")


def _model(reading: Reading) -> str:
    device = reading.device
    told = (reading.driver, device.model if device else None, device.firmware if device else None)
    return " ".join(word for word in told if word)
