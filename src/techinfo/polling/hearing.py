"""What devices say by themselves starts one gentle look each, through the collector's own turn.

Nothing that was heard is believed: the port is read, and what it tells is kept. Only a lost power
that nobody on the way can have made up is kept as it was said. Where nobody said it, and link and
light have gone, the log of the device's own events of Ethernet OAM is read, of that port alone.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from time import monotonic

from techinfo.access.attachment import element_target
from techinfo.collect import AnyCollector
from techinfo.collect.target import PortName, Target
from techinfo.errors import TechinfoError
from techinfo.history.events import Happened, PortEvent
from techinfo.history.writing import PollNote, PortNote
from techinfo.inventory import Element, Inventory
from techinfo.model import Fact, PortFacts, utc_now
from techinfo.polling.due import Kind
from techinfo.polling.poller import FACTS, Poller
from techinfo.traps.heard import Heard, Said

_log = logging.getLogger(__name__)
_WAIT_S = 1.0
"""For which the collector keeps a question open: no longer, as its end waits for that."""
_AGAIN_S = 5.0
"""After it could not be asked."""
_SETTLE_S = 2.0
"""A link that has gone may be back at once: it is looked at when it has settled."""
_PAUSE_S = 15.0
"""Between two looks at one port, whatever is said of it."""
_WHOLE_PAUSE_S = 60.0
_MOST = 200
"""Looks that wait or are under way; what is beyond them is left to the polls."""
_DEADLINE_S = 60.0
_LATELY = timedelta(minutes=5)
"""A gasp of before is of another loss than the one that was heard of."""

Fetch = Callable[[float], Awaitable[Sequence[Heard]]]
"""Says what was heard, or nothing after so many seconds."""
Key = tuple[str, int | str | None]
"""Element, and ifIndex or name of the port; ``None``: the whole."""


@dataclass(slots=True)
class _Look:
    """A look that waits or is under way.

    Attributes:
        is_again: It is for what was said during the look before, whose reading is too old for it.
        later: What was heard while the port was read, for which it is read again.
    """

    element: Element
    heard: Heard
    due: float
    is_again: bool = False
    reading: bool = False
    later: Heard | None = None


class Hearing:
    """Looks into what was heard, in one event loop.

    Args:
        inventory: Whose address is whose.
        collector: Who asks them.
        fetch: Says what was heard, or nothing after so many seconds.
        poller: Keeps what is read of elements that it polls.
        put: Takes notes for the file of history.
        now: The time.
        steady: Seconds of a clock that is never set.
        pause: Waits some seconds.

    Attributes:
        looks: How many there were.
        dropped: What was heard while too many waited.
    """

    def __init__(
        self,
        inventory: Inventory,
        collector: AnyCollector,
        fetch: Fetch,
        poller: Poller,
        put: Callable[[PollNote], None],
        *,
        now: Callable[[], datetime] = utc_now,
        steady: Callable[[], float] = monotonic,
        pause: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self.looks = 0
        self.dropped = 0
        self._inventory = inventory
        self._collector = collector
        self._fetch = fetch
        self._poller = poller
        self._put = put
        self._now = now
        self._steady = steady
        self._pause = pause
        self._elements: dict[str, Element] = {}
        self._generation: tuple[int, ...] | None = None
        self._looks: dict[Key, _Look] = {}
        self._last: dict[Key, float] = {}
        self._tasks: set[asyncio.Task[None]] = set()
        self._asking: asyncio.Task[None] | None = None

    def start(self) -> None:
        """Fetch what is heard from now on."""
        self._asking = asyncio.get_running_loop().create_task(self._ask())

    async def close(self) -> None:
        """Fetch no more, and end what is under way."""
        tasks = [*self._tasks, *([self._asking] if self._asking else [])]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    async def settled(self) -> None:
        """Wait for the end of what is under way."""
        while self._tasks:
            await asyncio.gather(*self._tasks)

    async def _ask(self) -> None:
        while True:
            try:
                self.take(await self._fetch(_WAIT_S))
            except TechinfoError as error:  # what it was about is told when it is polled
                _log.info("what was heard cannot be fetched, or nobody knows of whom: %s", error)
                await self._pause(_AGAIN_S)

    def take(self, found: Sequence[Heard]) -> None:
        """Look into what was heard."""
        self._look_at_inventory()
        for one in found:
            element = self._elements.get(one.source)
            if element is not None:
                self._take(element, one)

    def _take(self, element: Element, one: Heard, *, is_again: bool = False) -> None:
        port = one.if_index if one.if_index is not None else one.port
        whole = one.said in {Said.STARTED, Said.MANY}
        key: Key = (element.name, None if whole else port)
        known = self._looks.get(key)
        if known is not None:
            if known.reading:
                known.later = one if known.later is None else _both(known.later, one)
            else:
                known.heard = _both(known.heard, one)
            return
        if len(self._looks) >= _MOST:
            self.dropped += 1
            return
        pause = _WHOLE_PAUSE_S if key[1] is None else _PAUSE_S
        due = max(self._steady() + _SETTLE_S, self._last.get(key, float("-inf")) + pause)
        self._looks[key] = _Look(element, one, due, is_again)
        task = asyncio.get_running_loop().create_task(self._look(key))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _look(self, key: Key) -> None:
        look = self._looks[key]
        try:
            await self._pause(max(0.0, look.due - self._steady()))
            look.reading = True
            self._note_time(key)
            await self._read(key, look)
        except TechinfoError as error:  # it tells when it is polled
            _log.info("%s cannot be read after it has said something: %s", key[0], error)
        finally:
            del self._looks[key]
        if look.later is not None:
            self._take(look.element, look.later, is_again=True)

    async def _read(self, key: Key, look: _Look) -> None:
        self.looks += 1
        target = _target(look.element, key[1])
        # What was read since it was said is young enough: nobody is asked twice.
        age_s = max(0.0, (self._now() - look.heard.last).total_seconds())
        most_s = 0.0 if look.is_again else age_s
        reading = await self._collector.read(target, FACTS[Kind.LIGHT], most_s, _DEADLINE_S)
        await self._poller.keep(look.element, reading, whole=key[1] is None)
        facts = reading.ports.get(reading.if_index or 0)
        if facts is None or not facts.port.called or not self._poller.polls(look.element.name):
            return
        one = look.heard
        if one.said is Said.DYING_GASP and one.proven:
            self._keep_gasps(look.element, facts.port.called, (one.at,))
        elif _is_dark(facts):
            log = await self._collector.read(target, (Fact.GASPS,), most_s, _DEADLINE_S)
            told = log.port.gasps if log.port is not None else ()
            lately = tuple(at for at in told if at >= one.at - _LATELY)
            self._keep_gasps(look.element, facts.port.called, lately)

    def _keep_gasps(self, element: Element, port: str, gasps: Sequence[datetime]) -> None:
        if not gasps:
            return
        events = tuple(PortEvent(kind=Happened.DYING_GASP, at=at, earliest=at) for at in gasps)
        note = PollNote(element=element.name, at=self._now(), ports={port: PortNote(events=events)})
        self._put(note)

    def _note_time(self, key: Key) -> None:
        now = self._steady()
        self._last[key] = now
        if len(self._last) > 20 * _MOST:
            self._last = {k: at for k, at in self._last.items() if now - at < _WHOLE_PAUSE_S}

    def _look_at_inventory(self) -> None:
        generation = self._inventory.generation
        if generation != self._generation:
            self._elements = {one.address: one for one in self._inventory.elements()}
            self._generation = generation


def _is_dark(facts: PortFacts) -> bool:
    """Whether the link has gone, and the light with it as far as it is told."""
    if facts.link is None or facts.link.up is not False or facts.link.admin_down:
        return False
    optic = facts.transceiver
    return optic is None or not isinstance(optic.light, float)


def _both(old: Heard, new: Heard) -> Heard:
    """What is kept of two: a proven gasp, and when something was heard last."""
    is_gasp = new.proven and new.said is Said.DYING_GASP
    return new if is_gasp else replace(old, last=max(old.last, new.last))


def _target(element: Element, port: int | str | None) -> Target:
    """One port, or all; over SNMP alone, as a command line takes far more of a device."""
    whole = replace(element_target(element), command_line=None)
    if port is None:
        return whole
    by = "index" if isinstance(port, int) else "any"
    return replace(whole, port_name=PortName(name=str(port), by=by))
