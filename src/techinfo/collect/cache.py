"""What was read lately, by fact and port; the newest reading of a whole device serves its ports."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, fields, replace
from datetime import datetime, timedelta
from typing import Any

from techinfo.collect.identity import find_port
from techinfo.collect.target import PortName, Reading, Target
from techinfo.facts.aggregates import merged
from techinfo.facts.joins import Joins
from techinfo.model import Device, Fact, Part, Port, PortFacts, State

_FIELDS = frozenset(f.name for f in fields(PortFacts)) - {"port"}
_MOST = 4096
"""Entries kept for one device; the oldest go first."""
_PERSONAL = {
    Fact.GROUPS: timedelta(minutes=10),
    Fact.MACS: timedelta(days=7),
    Fact.LEASES: timedelta(days=7),
    Fact.CPE: timedelta(days=7),
    Fact.NEIGHBOURS: timedelta(days=7),
    Fact.GASPS: timedelta(days=7),
    Fact.UNREGISTERED: timedelta(minutes=10),
}
"""How long a fact that speaks of people may be kept (contract: How long)."""


@dataclass(frozen=True, kw_only=True, slots=True)
class CacheEntry:
    """One fact, as it was read.

    Attributes:
        if_index: The port that was asked for; ``None`` when all were.
        ports: As they were numbered and named then.
        name: The field of `PortFacts` that the fact is; empty: it is none.
        values: Of this field, by port.
    """

    part: Part
    driver: str
    device: Device | None
    if_index: int | None
    ports: Mapping[int, Port]
    name: str
    values: Mapping[int, Any]
    at: datetime


_Key = tuple[str, Fact, PortName | None, tuple[int, ...], int | None, bool]
_OF_ONTS = frozenset({Fact.ONTS, Fact.ONT_LIGHT})
_OF_ONTS_BY_LINE = frozenset({Fact.MACS, Fact.VLANS})
"""What a command line may have told of one ONT behind the port, and of no other."""


@dataclass(slots=True)
class PortCache:
    """Readings of one device that may be given again.

    Attributes:
        entries: What was read.
        partials: What was read since, and not all of it; it does not cost what was known.
        failures: What failed since; a failure does not cost what was known.
    """

    entries: dict[_Key, CacheEntry] = field(default_factory=dict)
    partials: dict[_Key, CacheEntry] = field(default_factory=dict)
    failures: dict[_Key, CacheEntry] = field(default_factory=dict)

    def keep(self, target: Target, reading: Reading, now: datetime) -> dict[Fact, CacheEntry]:
        """Lay up every part of a reading, under the port that was asked for or under none."""
        ports = {n: f.port for n, f in reading.ports.items()}
        out = {}
        for fact, part in reading.parts.items():
            key = _key(target, fact)
            name = fact.value if fact.value in _FIELDS else ""
            out[fact] = CacheEntry(
                part=part,
                driver=reading.driver,
                device=reading.device,
                if_index=reading.if_index,
                ports=ports,
                name=name,
                values={n: getattr(f, name) for n, f in reading.ports.items()} if name else {},
                at=now,
            )
            self.failures.pop(key, None)
            if part.state is not State.FAILED:
                self.partials.pop(key, None)
            kinds = {State.FAILED: self.failures, State.PARTIAL: self.partials}
            _put(kinds.get(part.state, self.entries), key, out[fact])
        return out

    def fresh(
        self, target: Target, fact: Fact, now: datetime, max_age: timedelta
    ) -> CacheEntry | None:
        """The newest reading of a fact that is not older than ``max_age``."""
        return _newest(self._all(target, fact), now, max_age)

    def lately(
        self, target: Target, facts: Iterable[Fact], now: datetime, max_age: timedelta
    ) -> dict[Fact, CacheEntry]:
        """Of some facts those that were read within ``max_age``."""
        found = {fact: self.fresh(target, fact, now, max_age) for fact in facts}
        return {fact: kept for fact, kept in found.items() if kept is not None}

    def failed(
        self, target: Target, facts: Iterable[Fact], now: datetime, max_age: timedelta
    ) -> dict[Fact, CacheEntry]:
        """Of some facts those that could not be read within ``max_age``."""
        found = {fact: self.failure(target, fact, now, max_age) for fact in facts}
        return {fact: kept for fact, kept in found.items() if kept is not None}

    def last(self, target: Target, fact: Fact) -> CacheEntry | None:
        """The newest reading of a fact that tells something of the port; else the newest."""
        found = sorted(self._all(target, fact), key=lambda k: k.at, reverse=True)
        return next((k for k in found if _tells(k, target, fact)), next(iter(found), None))

    def _all(self, target: Target, fact: Fact) -> list[CacheEntry]:
        shelves = (self.entries, self.partials)
        found = (s[key] for s in shelves for key in _keys(target, fact) if key in s)
        return [kept for kept in found if not _is_of_all_alone(kept, target, fact)]

    def failure(
        self, target: Target, fact: Fact, now: datetime, max_age: timedelta
    ) -> CacheEntry | None:
        """That a fact could not be read, if it was asked for so lately."""
        found = self.failures.get(_key(target, fact))
        return _newest([found] if found else [], now, max_age)

    def forget(self, target: Target) -> None:
        """Erase the rows that speak of people: those of one port, or of all.

        Whole tables go as well: without its rows a port in them would look as if it had none.
        """
        name = target.port_name
        for shelf in (self.entries, self.partials):
            for key in [k for k in shelf if k[1] in _PERSONAL]:
                if name is None or key[2] in {name, None}:
                    del shelf[key]

    def drop_old(self, now: datetime) -> None:
        """Forget what may not be kept any longer."""
        for shelf in (self.entries, self.partials):
            for key in [k for k in shelf if k[1] in _PERSONAL]:
                if now - shelf[key].at > _PERSONAL[key[1]]:
                    del shelf[key]


def answer(target: Target, found: Mapping[Fact, CacheEntry]) -> Reading | None:
    """One reading out of kept parts; ``None`` when there is none, or no port can be told from it.

    A port is found by the names that it had when each part was read, whatever its number is now.
    """
    newest_first = sorted(found.values(), key=lambda k: k.at, reverse=True)
    if not newest_first:
        return None
    newest = newest_first[0]
    if_index = None
    parts = {fact: kept.part for fact, kept in found.items()}
    if target.port_name is None:
        ports = _all_ports(newest_first)
    else:
        numbers = _numbers(newest_first, target.port_name)
        if numbers is None:
            return None
        if_index = numbers[id(newest)]
        ports = _one_port([(k, numbers[id(k)]) for k in newest_first])
        for fact, kept in found.items():
            if kept.part.spared:
                parts[fact] = kept.part.of_port(numbers[id(kept)])
    return Reading(
        element=target.element,
        driver=newest.driver,
        device=newest.device,
        if_index=if_index,
        ports=ports,
        parts=parts,
    )


def _numbers(told: list[CacheEntry], name: PortName) -> dict[int, int] | None:
    """IfIndex of a port in each of some parts (by their id); ``None``: one does not have it."""
    known: dict[int, int | None] = {}
    found = {id(kept): _number(kept, name, known) for kept in told}
    numbers = {which: number for which, number in found.items() if number is not None}
    return numbers if len(numbers) == len(found) else None


def _number(kept: CacheEntry, name: PortName, known: dict[int, int | None]) -> int | None:
    """IfIndex that a port had then; parts of one reading share their ports."""
    if kept.if_index is not None:
        return kept.if_index
    same = id(kept.ports)
    if same not in known:
        known[same] = find_port(Joins(ports=dict(kept.ports)), name)
    return known[same]


def _one_port(told: list[tuple[CacheEntry, int]]) -> dict[int, PortFacts]:
    newest, if_index = told[0]
    facts = PortFacts(port=newest.ports.get(if_index, Port(if_index=if_index)))
    group: Port | None = None
    for kept, number in told:
        facts = replace(facts, **_values_at(kept, number))
        port = kept.ports.get(number)
        group = group or kept.ports.get((port.aggregate if port else None) or 0)
    if group is None:
        return {if_index: facts}
    # Its rows are told of the member already.
    facts = replace(facts, port=replace(facts.port, aggregate=group.if_index))
    return {if_index: facts, group.if_index: PortFacts(port=group)}


def _values_at(kept: CacheEntry, if_index: int) -> Mapping[str, Any]:
    """What a part tells of a port, the rows of the aggregate that it was in then among it."""
    values, port = _field(kept, if_index), kept.ports.get(if_index)
    if port is None or port.aggregate is None:
        return values
    numbers = [n for n in (if_index, port.aggregate) if n in kept.ports]
    ports = {n: PortFacts(port=kept.ports[n], **_field(kept, n)) for n in numbers}
    whole = merged(ports, if_index)
    return {name: getattr(whole, name) for name in values}


def _field(kept: CacheEntry, if_index: int) -> Mapping[str, Any]:
    return {kept.name: kept.values[if_index]} if if_index in kept.values else {}


def _all_ports(newest_first: list[CacheEntry]) -> dict[int, PortFacts]:
    """Ports of all parts; an older part with another name under a number is of another port."""
    ports = newest_first[0].ports
    if all(kept.ports is ports for kept in newest_first):  # of one reading
        fields = [(kept.name, kept.values) for kept in newest_first if kept.name]
        return {
            number: PortFacts(port=port, **{name: values[number] for name, values in fields})
            for number, port in ports.items()
        }
    found: dict[int, tuple[Port, dict[str, Any]]] = {}
    for kept in newest_first:
        for number, port in kept.ports.items():
            newest, told = found.setdefault(number, (port, {}))
            if newest is port or (newest.name, newest.descr) == (port.name, port.descr):
                told.update(_field(kept, number))
    return {number: PortFacts(port=port, **told) for number, (port, told) in found.items()}


def _key(target: Target, fact: Fact) -> _Key:
    ont = target.ont if _is_of_ont(target, fact) else None
    moving = target.moving and fact is Fact.LINK
    return (target.element, fact, target.port_name, target.vlans, ont, moving)


def _keys(target: Target, fact: Fact) -> tuple[_Key, ...]:
    """Under which a fact may stand: a whole link tells what moves, too, and never the reverse."""
    every = (target.element, fact, None, (), None, False)
    if target.ont is None or not _is_of_ont(target, fact):
        return (_key(target, fact), every)
    return (_key(target, fact), _key(replace(target, ont=None), fact), every)


def _is_of_ont(target: Target, fact: Fact) -> bool:
    by_line = target.command_line is not None and fact in _OF_ONTS_BY_LINE
    return by_line or fact in _OF_ONTS


def _is_of_all_alone(kept: CacheEntry, target: Target, fact: Fact) -> bool:
    """Whether a command line does not tell of all ports what it may tell of one."""
    by_line = target.command_line is not None and fact in _OF_ONTS_BY_LINE
    is_untold = kept.part.state is State.UNSUPPORTED and kept.if_index is None
    return by_line and is_untold and target.port_name is not None


def _put(shelf: dict[_Key, CacheEntry], key: _Key, kept: CacheEntry) -> None:
    shelf.pop(key, None)
    shelf[key] = kept
    while len(shelf) > _MOST:
        del shelf[next(iter(shelf))]


def _newest(found: Iterable[CacheEntry], now: datetime, max_age: timedelta) -> CacheEntry | None:
    # What is of the future was read before our clock was set back.
    young = [kept for kept in found if timedelta(0) <= now - kept.at <= max_age]
    return max(young, key=lambda k: k.at) if young else None


def _tells(kept: CacheEntry, target: Target, fact: Fact) -> bool:
    """Whether a reading lacks nothing of the port, or has some rows of it at least."""
    if kept.part.state is not State.PARTIAL or target.port_name is None:
        return True
    number = _number(kept, target.port_name, {})
    if number is None or kept.part.of_port(number).state is not State.PARTIAL:
        return number is not None
    return bool(_values_at(kept, number).get(fact.value))
