"""What was read lately, by fact and port; the newest reading of a whole device serves its ports."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, fields, replace
from datetime import datetime, timedelta
from typing import Any

from techinfo.collect.find import find_port
from techinfo.collect.joins import Joins
from techinfo.collect.target import PortName, Reading, Target
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
}
"""How long a fact that speaks of people may be kept (contract: How long)."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Kept:
    """One fact, as it was read.

    Attributes:
        if_index: The port that was asked for; ``None`` when all were.
        ports: As they were numbered and named then.
        values: By port: the field of `PortFacts`, if the fact is one.
    """

    part: Part
    driver: str
    device: Device | None
    if_index: int | None
    ports: Mapping[int, Port]
    values: Mapping[int, Mapping[str, Any]]
    at: datetime


_Key = tuple[str, Fact, PortName | None, tuple[int, ...]]


@dataclass(slots=True)
class Shelf:
    """Readings of one device that may be given again.

    Attributes:
        entries: What was read.
        failures: What failed since; a failure does not cost what was known.
    """

    entries: dict[_Key, Kept] = field(default_factory=dict)
    failures: dict[_Key, Kept] = field(default_factory=dict)

    def keep(self, target: Target, reading: Reading, now: datetime) -> dict[Fact, Kept]:
        """Lay up every part of a reading, under the port that was asked for or under none."""
        ports = {n: f.port for n, f in reading.ports.items()}
        out = {}
        for fact, part in reading.parts.items():
            key = _key(target, fact)
            out[fact] = Kept(
                part=part,
                driver=reading.driver,
                device=reading.device,
                if_index=reading.if_index,
                ports=ports,
                values={n: _values(f, fact) for n, f in reading.ports.items()},
                at=now,
            )
            self.failures.pop(key, None)
            shelf = self.failures if part.state is State.FAILED else self.entries
            _put(shelf, key, out[fact])
        return out

    def fresh(self, target: Target, fact: Fact, now: datetime, max_age: timedelta) -> Kept | None:
        """The newest reading of a fact that is not older than ``max_age``."""
        return _newest(self.entries, _keys(target, fact), now, max_age)

    def failure(self, target: Target, fact: Fact, now: datetime, max_age: timedelta) -> Kept | None:
        """That a fact could not be read, if it was asked for so lately."""
        return _newest(self.failures, (_key(target, fact),), now, max_age)

    def forget(self, target: Target) -> None:
        """Erase the rows that speak of people: those of one port, or of all.

        Whole tables go as well: without its rows a port in them would look as if it had none.
        """
        name = target.port_name
        for key in [k for k in self.entries if k[1] in _PERSONAL]:
            if name is None or key[2] in {name, None}:
                del self.entries[key]

    def drop_old(self, now: datetime) -> None:
        """Forget what may not be kept any longer."""
        for key in [k for k in self.entries if k[1] in _PERSONAL]:
            if now - self.entries[key].at > _PERSONAL[key[1]]:
                del self.entries[key]


def answer(target: Target, found: Mapping[Fact, Kept]) -> Reading | None:
    """One reading out of kept parts; ``None`` when there is none, or no port can be told from it.

    A port is found by the names that it had when each part was read, whatever its number is now.
    """
    newest_first = sorted(found.values(), key=lambda k: k.at, reverse=True)
    if not newest_first:
        return None
    newest = newest_first[0]
    if_index = None
    if target.port_name is None:
        ports = _all_ports(newest_first)
    else:
        numbers: dict[int, int | None] = {}
        told = [(k, _number(k, target.port_name, numbers)) for k in newest_first]
        if any(n is None for _, n in told):
            return None
        if_index = told[0][1]
        ports = _one_port([(k, n) for k, n in told if n is not None])
    return Reading(
        element=target.element,
        driver=newest.driver,
        device=newest.device,
        if_index=if_index,
        ports=ports,
        parts={fact: kept.part for fact, kept in found.items()},
    )


def _number(kept: Kept, name: PortName, known: dict[int, int | None]) -> int | None:
    """IfIndex that a port had then; parts of one reading share their ports."""
    if kept.if_index is not None:
        return kept.if_index
    same = id(kept.ports)
    if same not in known:
        known[same] = find_port(Joins(ports=dict(kept.ports)), name)
    return known[same]


def _one_port(told: list[tuple[Kept, int]]) -> dict[int, PortFacts]:
    newest, if_index = told[0]
    facts = PortFacts(port=newest.ports.get(if_index, Port(if_index=if_index)))
    for kept, number in told:
        facts = replace(facts, **kept.values.get(number, {}))
    return {if_index: facts}


def _all_ports(newest_first: list[Kept]) -> dict[int, PortFacts]:
    """Ports of all parts; an older part with another name under a number is of another port."""
    ports: dict[int, PortFacts] = {}
    for kept in newest_first:
        for number, port in kept.ports.items():
            before = ports.setdefault(number, PortFacts(port=port))
            if (before.port.name, before.port.descr) == (port.name, port.descr):
                ports[number] = replace(before, **kept.values.get(number, {}))
    return ports


def _key(target: Target, fact: Fact) -> _Key:
    return (target.element, fact, target.port_name, target.vlans)


def _keys(target: Target, fact: Fact) -> tuple[_Key, ...]:
    return (_key(target, fact), (target.element, fact, None, ()))


def _put(shelf: dict[_Key, Kept], key: _Key, kept: Kept) -> None:
    shelf.pop(key, None)
    shelf[key] = kept
    while len(shelf) > _MOST:
        del shelf[next(iter(shelf))]


def _newest(
    shelf: Mapping[_Key, Kept], keys: tuple[_Key, ...], now: datetime, max_age: timedelta
) -> Kept | None:
    found = [k for key in keys if (k := shelf.get(key)) is not None and now - k.at <= max_age]
    return max(found, key=lambda k: k.at) if found else None


def _values(facts: PortFacts, fact: Fact) -> dict[str, Any]:
    name = fact.value
    return {name: getattr(facts, name)} if name in _FIELDS else {}
