"""What only watching has told, put into an answer about a port: nothing older than the holding.

Where nobody polls, or nothing was seen yet, an answer stays as it is.
"""

from __future__ import annotations

import asyncio
import logging
from collections import OrderedDict
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from techinfo.access.answer import UNKNOWN, Answer, Past
from techinfo.access.rights import Right, port_since
from techinfo.errors import TechinfoError
from techinfo.history.change import Change
from techinfo.history.disturbed import Disturbed, Running
from techinfo.history.links import link_since
from techinfo.history.macs import learnt_at
from techinfo.history.observation import name_of
from techinfo.history.rolling import DAY, errors_of
from techinfo.history.store import BEGINNING, HistoryFile
from techinfo.history.windows import Window, last_five, peaks
from techinfo.history.writing import PollNote
from techinfo.inventory import Inventory
from techinfo.model import Counters, Fact, Link, MacEntry, PortFacts, utc_now

_Key = tuple[str, str, datetime | None, bool]
_FRESH = timedelta(seconds=10)
_MOST_TOLD = 5000
_log = logging.getLogger(__name__)
_LATEST_RESET = timedelta(minutes=10)
"""A fall of counters that was seen later than this after a poll has no time."""


@dataclass(frozen=True, slots=True)
class History:
    """The file of history, as answers ask it.

    Attributes:
        put: Keeps a note in it, as that of a poll, and waits for that; ``None``: it is read alone.
    """

    file: HistoryFile
    now: Callable[[], datetime] = utc_now
    put: Callable[[PollNote], None] | None = None
    _told: OrderedDict[_Key, tuple[datetime, Past]] = field(default_factory=OrderedDict)
    _running: list[tuple[datetime, dict[str, tuple[Running, ...]]]] = field(default_factory=list)

    def disturbances(self, held: Right) -> tuple[Running, ...]:
        """Disturbances that go on now on an access, as far as its viewer may be told of them."""
        if held.until is not None or not held.sees_past:
            return ()
        found = self.going_on().get(held.access.access_id, ())
        return tuple(one for one in found if held.since is None or held.since <= one.since)

    def going_on(self) -> Mapping[str, tuple[Running, ...]]:
        """Disturbances that go on now, by accessId; read once for all within some seconds."""
        now = self.now()
        if not self._running or not timedelta(0) <= now - self._running[0][0] < _FRESH:
            self._running[:] = [(now, Disturbed(self.file).running())]
        return self._running[0][1]

    async def added(
        self, answer: Answer, held: Right, inventory: Inventory, *, traffic: bool
    ) -> Answer:
        """An answer with what was seen of its port before.

        Args:
            answer: As its viewer may see it.
            held: The viewer's right; what was before it is not told, and nothing after its end.
            inventory: Tells who else is, or was, on the port.
            traffic: The viewer may see volumes.
        """
        if answer.port is None or not answer.port.port.called or held.until is not None:
            return answer
        if not held.sees_past:
            return answer
        if answer.reading.parts.keys().isdisjoint({Fact.LINK, Fact.COUNTERS, Fact.MACS}):
            return answer
        try:
            return await asyncio.to_thread(
                self._added, answer, answer.port, held, inventory, traffic=traffic
            )
        except TechinfoError as error:  # what is read now is told without what was
            _log.error("the past is left out of an answer: %s", error)
            return answer

    def _added(
        self, answer: Answer, port: PortFacts, held: Right, inventory: Inventory, *, traffic: bool
    ) -> Answer:
        element, on_port = answer.reading.element, port.port.called or ""
        line = name_of(on_port, answer.access.ont_id)
        beside = {one.access_id for one in answer.neighbours}
        if not held.full_access:
            beside |= {*self.file.tenants(element, on_port)} - {answer.access.access_id}
        since = port_since(held, beside, inventory)
        if Fact.MACS in answer.reading.parts:
            port = replace(port, macs=self._learnt(element, on_port, port, answer, held, since))
        past = answer.past
        # Of a socket of an ONT nobody has watched the link.
        if Fact.LINK in answer.reading.parts and answer.access.uni is None:
            port = replace(port, link=self._linked(element, line, port.link, held.since))
        if Fact.COUNTERS in answer.reading.parts and port.counters is not None:
            port = replace(port, counters=self._counted(element, line, port.counters, since))
            past = self._past(element, line, since, traffic=traffic)
        return replace(answer, port=port, past=past)

    def _past(self, element: str, name: str, since: datetime | None, *, traffic: bool) -> Past:
        """What was counted lately; a day of it is unpacked once for all who ask together."""
        now, key = self.now(), (element, name, since, traffic)
        found = self._told.get(key)
        if found is not None and timedelta(0) <= now - found[0] < _FRESH:
            return found[1]
        told = _past(self.file.changes(element, name, now - DAY), now, since, traffic=traffic)
        self._told[key] = (now, told)
        while len(self._told) > _MOST_TOLD:
            with suppress(KeyError):
                self._told.popitem(last=False)
        return told

    def _linked(
        self, element: str, name: str, link: Link | None, since: datetime | None
    ) -> Link | None:
        """With the time of our own transition; of one before the holder only that the word errs."""
        if link is None:
            return None
        seen = self.file.transitions(element, name, BEGINNING, most=2)
        told = link_since(link.up, link.last_change, seen[-1] if seen else None)
        if told != link.last_change and told is not None and since is not None and told < since:
            told = None
        return replace(link, last_change=told)

    def _counted(
        self, element: str, name: str, counters: Counters, since: datetime | None
    ) -> Counters:
        """Without a beginning of counters that is not theirs: they were seen to fall after it."""
        fell = self.file.fell(element, name)
        if fell is None or (counters.reset_at is not None and counters.reset_at > fell.begin):
            return counters
        soon = fell.end - fell.begin <= _LATEST_RESET and (since is None or fell.begin >= since)
        return replace(counters, reset_at=fell.end if soon else None)

    def _learnt(
        self,
        element: str,
        name: str,
        port: PortFacts,
        answer: Answer,
        held: Right,
        since: datetime | None,
    ) -> tuple[MacEntry, ...]:
        seen = self.file.macs(element, name)
        watched = seen.watched
        if watched is None:
            return port.macs
        sights = {(one.mac, one.vlan): one for one in seen.sights if one.until == seen.last}

        def row(entry: MacEntry) -> MacEntry:
            if entry.learnt_at is not None or entry.aggregate is not None:
                return entry
            told = answer.service(entry.vlan)
            began = held.began(entry.vlan, None if told == UNKNOWN else told)
            bounds = [at for at in (began, since) if at is not None]
            sight = sights.get((entry.mac, entry.vlan))
            return replace(entry, learnt_at=learnt_at(sight, max(bounds, default=None), watched))

        return tuple(map(row, port.macs))


def _past(
    changes: tuple[Change, ...], now: datetime, since: datetime | None, *, traffic: bool
) -> Past:
    window = last_five(changes, now, since)
    if not traffic:
        return Past(last_five=_quiet(window) if window else None)
    busiest = peaks(changes, now, since)
    return Past(last_five=window, peak_input=busiest[0], peak_output=busiest[1])


def _quiet(window: Window) -> Window:
    return replace(window, input=errors_of(window.input), output=errors_of(window.output))
