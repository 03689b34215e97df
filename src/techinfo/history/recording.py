"""A reading of a whole element into what is written of it: the state between two polls.

What is kept in memory is the last observation of every port; after a start the first poll tells
nothing of what was before it, which is unknown time.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import replace
from datetime import datetime
from types import MappingProxyType

from techinfo.history.events import PortEvent, speed_changed
from techinfo.history.free_ports import FreePort, found_on
from techinfo.history.light import Baseline, Source, certificate
from techinfo.history.macs import Key
from techinfo.history.neighbours import words_of
from techinfo.history.observation import Observation, observe
from techinfo.history.samples import Usual, noted, usual
from techinfo.history.store import HistoryFile
from techinfo.history.writing import PollNote, PortNote, Tenants
from techinfo.model import Device, Fact, Part, PortFacts, State

_WHOLE = frozenset({State.OK, State.EMPTY})
_UNREAD = frozenset({State.FAILED, State.UNSUPPORTED})


class Recorder:
    """Makes notes of readings; one for all elements, used by one thread at a time.

    Args:
        file: Where baselines of before are looked up.
    """

    def __init__(self, file: HistoryFile) -> None:
        self._file = file
        self._last: dict[str, dict[str, Observation]] = {}
        self._hours: dict[tuple[str, str], datetime] = {}
        self._speeds: dict[tuple[str, str], int] = {}
        self._certified: dict[tuple[str, str], Baseline] = {}

    def forget(self, element: str) -> None:
        """Forget what was seen of an element last."""
        self._last.pop(element, None)

    def light(
        self,
        element: str,
        ports: Mapping[int, PortFacts],
        parts: Mapping[Fact, Part],
        device: Device | None,
        *,
        steady_s: float | None = None,
        tenants: Callable[[], Mapping[str, Tenants]] = dict,
        kind: str = "",
    ) -> PollNote | None:
        """Notes of a poll of links, counters and optics; ``None``: it tells nothing new.

        Args:
            element: As the inventory calls it.
            ports: By ifIndex.
            parts: Of the reading.
            device: The element.
            steady_s: Of a clock that is never set, at the time of the reading.
            tenants: Gives those of each port, by its name; they are asked for once an hour.
            kind: Which ports of the element these are, where it is polled for several.
        """
        found = observe(ports, parts, device, steady_s=steady_s)
        if not found:
            return None
        at = next(iter(found.values())).at
        before = self._last.get(element, {})
        if any(one.at == at for one in before.values()):
            return None  # out of the cache, the same as last time
        named = self._tenants((element, kind), at, tenants)
        alike = _usual(before, found)
        notes = {}
        for name, one in found.items():
            note = self._note(element, before.get(name), one, named.get(name), alike)
            if note is not None:
                notes[name] = note
        self._last[element] = {**before, **found}
        return PollNote(element=element, at=at, ports=notes, rows=alike.rows if alike else {})

    def full(
        self,
        element: str,
        ports: Mapping[int, PortFacts],
        parts: Mapping[Fact, Part],
        device: Device | None,
        *,
        without: Mapping[int, PortFacts] = MappingProxyType({}),
        elements: Collection[str] = (),
    ) -> PollNote | None:
        """Notes of a poll of MAC table and neighbours; ``None``: neither could be read.

        Args:
            element: As the inventory calls it.
            ports: That accesses are on, by ifIndex.
            parts: Of the reading.
            device: The element.
            without: The ports that no access is on.
            elements: Names and MAC addresses of elements.
        """
        tables, said = _tables(ports, parts), _said(ports, parts)
        notes = {
            name: PortNote(table=tables.get(name), said=said.get(name, ()))
            for name in tables.keys() | said.keys()
        }
        told = (parts.get(Fact.MACS), parts.get(Fact.NEIGHBOURS))
        read_at = [part.read_at for part in told if part is not None and part.state not in _UNREAD]
        at = next((at for at in read_at if at is not None), None)
        boot = device.up_since if device else None
        if at is None:
            return None
        free: dict[str, FreePort | None] = {
            facts.port.called: found_on(facts, elements)
            for facts in _whole(without, parts)
            if facts.port.called
        }
        free |= dict.fromkeys(notes)
        return PollNote(element=element, at=at, boot=boot, ports=notes, free=free)

    def _note(
        self,
        element: str,
        before: Observation | None,
        one: Observation,
        tenants: Tenants | None,
        alike: Usual | None,
    ) -> PortNote | None:
        """What is written of a port beside its row; ``None``: nothing."""
        baseline = self._baseline(element, one, tenants)
        events = self._events(element, before, one)
        if alike is not None and before is not None and alike.take(before, one):
            if tenants is None and baseline is None and not events:
                return None
            return PortNote(tenants=tenants, baseline=baseline, events=events)
        samples, transitions, fell = noted(before, one)
        return PortNote(
            samples=samples,
            transitions=transitions,
            fell=fell,
            tenants=tenants,
            baseline=baseline,
            events=events,
        )

    def _tenants(
        self, ports: tuple[str, str], at: datetime, tenants: Callable[[], Mapping[str, Tenants]]
    ) -> Mapping[str, Tenants]:
        hour = at.replace(minute=0, second=0, microsecond=0)
        if self._hours.get(ports) == hour:
            return {}
        self._hours[ports] = hour
        return tenants()

    def _events(
        self, element: str, before: Observation | None, one: Observation
    ) -> tuple[PortEvent, ...]:
        key = (element, one.name)
        told = speed_changed(self._speeds.get(key), before, one) if before is not None else None
        if one.up is True and one.speed:
            self._speeds[key] = one.speed
        return () if told is None else (told,)

    def _baseline(self, element: str, one: Observation, tenants: Tenants | None) -> Baseline | None:
        """A birth certificate for a module that has none on this port, or for a new order."""
        key = (element, one.name)
        known = self._certified.get(key)
        began = tenants.began if tenants is not None else None
        if known is not None and known.serial == one.serial and began is None:
            return None
        made = certificate(one, Source.FIRST_LINK)
        if made is None:
            return None
        if known is None:
            known = self._file.baseline(element, one.name)
            if known is not None:
                self._certified[key] = known
        if known is not None and known.serial == made.serial:
            if began is None or not known.at < began <= one.at:
                return None
            made = replace(made, source=Source.ORDER_DONE)
        self._certified[key] = made
        return made


def _usual(before: Mapping[str, Observation], found: Mapping[str, Observation]) -> Usual | None:
    """What holds of all ports that were seen in the poll before."""
    for name, one in found.items():
        if name in before:
            return usual(before[name], one)
    return None


def _tables(
    ports: Mapping[int, PortFacts], parts: Mapping[Fact, Part]
) -> dict[str, tuple[Key, ...]]:
    """The addresses of each port by its name; of ports of which not all were read, nothing."""
    found = {}
    for facts in _whole(ports, parts):
        name = facts.port.called
        if name:
            own = (row for row in facts.macs if row.aggregate is None)
            found[name] = tuple(dict.fromkeys([(row.mac, row.vlan) for row in own]))
    return found


def _whole(ports: Mapping[int, PortFacts], parts: Mapping[Fact, Part]) -> Iterator[PortFacts]:
    """The ports of which all addresses were read."""
    part = parts.get(Fact.MACS)
    if part is not None and part.read_at is not None and part.state not in _UNREAD:
        for facts in ports.values():
            if part.of_port(facts.port.if_index).state in _WHOLE:
                yield facts


def _said(ports: Mapping[int, PortFacts], parts: Mapping[Fact, Part]) -> dict[str, tuple[str, ...]]:
    """What neighbours say of themselves, by name of the port."""
    part = parts.get(Fact.NEIGHBOURS)
    if part is None or part.state in _UNREAD:
        return {}
    told = {
        facts.port.called: words_of(facts.neighbours)
        for facts in ports.values()
        if facts.neighbours
    }
    return {name: words for name, words in told.items() if name and words}
