"""Accesses that have moved: their equipment is seen on a port that has none in the records. Pure.

A port without an access may lead to another switch, or to a household that the records do not know
and that has bought a router second-hand. So equipment must be of one access alone there, nothing
may be left at home, and it must have come from there without a stop.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from techinfo.access.wrong_ports.pairs import (
    BEFORE,
    LASTING,
    NOWHERE,
    Evidence,
    Finding,
    FreePlace,
    Kind,
    OnFree,
    Seen,
    Source,
    Stay,
    coincide,
    home_of,
    stays_of,
)

_DELAY = {
    Source.OPTION82: NOWHERE,
    Source.MAC_TABLE: timedelta(hours=1),
    Source.LLDP: timedelta(hours=1),
}
"""So long a source may tell of equipment where it is no more: until a lease ends, until a poll."""
_NO_TIME = timedelta(0)


@dataclass(frozen=True, kw_only=True, slots=True)
class _Guest:
    """Equipment on a port without an access.

    Attributes:
        home: The access that it belongs to, and what says so; ``None``: nobody knows.
        since, until: When it was seen there.
    """

    equipment: str
    home: tuple[str, str] | None
    since: datetime
    until: datetime
    seen: tuple[OnFree, ...]


@dataclass(frozen=True, slots=True)
class _Known:
    """What there is to hold a port against."""

    expected: Mapping[str, tuple[str, str]]
    stays: Mapping[str, Sequence[Stay]]
    on: Mapping[str, Sequence[Seen]]
    looked: Callable[[str], datetime | None]


def moved(
    expected: Mapping[str, tuple[str, str]],
    seen: Iterable[Seen],
    on_free: Iterable[OnFree],
    looked: Callable[[str], datetime | None],
    now: datetime,
) -> list[Finding]:
    """Accesses whose equipment is lastingly on a port without an access, moved ones first.

    Args:
        expected: As `wrong_ports` has it.
        seen: Where equipment was seen on accesses.
        on_free: Where it was seen on ports without one.
        looked: Says when the MAC addresses on the port of an access were last read: equipment may
            be where nobody has looked, too.
        now: The time.
    """
    there = [one for one in on_free if now - one.until < LASTING]
    guests = {one.equipment for one in there}
    theirs: list[Seen] = []
    on: defaultdict[str, list[Seen]] = defaultdict(list)
    for row in seen:
        on[row.access_id].append(row)
        if row.equipment in guests:
            theirs.append(row)
    known = _Known(expected, stays_of(theirs), on, looked)
    ports: defaultdict[FreePlace, list[OnFree]] = defaultdict(list)
    places: defaultdict[str, set[FreePlace]] = defaultdict(set)
    for one in there:
        ports[one.place].append(one)
        places[one.equipment].add(one.place)
    found = [
        finding
        for place, rows in ports.items()
        if all(len(places[row.equipment]) == 1 for row in rows)
        for finding in _of_port(place, list(_guests(rows, known)), known)
    ]
    count = Counter(finding.access_id for finding in found)
    return sorted(
        (one if count[one.access_id] == 1 else replace(one, kind=Kind.ELSEWHERE) for one in found),
        key=lambda one: (one.kind is not Kind.MOVED, one.access_id, repr(one.free)),
    )


def _guests(rows: Iterable[OnFree], known: _Known) -> Iterator[_Guest]:
    by_equipment: defaultdict[str, list[OnFree]] = defaultdict(list)
    for row in rows:
        by_equipment[row.equipment].append(row)
    for equipment, rows_of_it in by_equipment.items():
        stays = known.stays.get(equipment, ())
        told = [_certain(row, stays) for row in rows_of_it]
        before = home_of(stays[-1]) if stays else None
        yield _Guest(
            equipment=equipment,
            home=known.expected.get(equipment) or ((before, BEFORE) if before else None),
            since=min(row.since for row in told),
            until=max(row.until for row in told),
            seen=tuple(told),
        )


def _certain(row: OnFree, stays: Iterable[Stay]) -> OnFree:
    """A DHCP server tells when it first and last heard an identifier, and not what was between.

    What was somewhere else in between is there for certain when it was heard last.
    """
    been = any(_is_after(one, row.since) for stay in stays for one in stay.seen)
    return replace(row, since=row.until) if been and row.source is Source.OPTION82 else row


def _of_port(place: FreePlace, guests: Sequence[_Guest], known: _Known) -> Iterator[Finding]:
    """What a port tells, if all that is on it is of one access and nowhere else."""
    homes = {guest.home[0] for guest in guests if guest.home is not None}
    if len(homes) != 1 or any(_is_elsewhere(guest, known) for guest in guests):
        return
    home = homes.pop()
    lasting = [
        guest for guest in guests if guest.home is not None and guest.until - guest.since >= LASTING
    ]
    evidence = tuple(
        Evidence(equipment=one.equipment, belongs=home, by=one.home[1], seen=one.seen)
        for one in lasting
        if one.home is not None
    )
    has_moved = bool(lasting) and _has_moved(home, lasting, known)
    if has_moved or any(one.by != BEFORE for one in evidence):
        yield Finding(
            kind=Kind.MOVED if has_moved else Kind.ELSEWHERE,
            access_id=home,
            free=place,
            since=min(guest.since for guest in lasting),
            evidence=evidence,
        )


def _is_elsewhere(guest: _Guest, known: _Known) -> bool:
    """Whether equipment is seen on an access as well: then the port leads there."""
    stays = known.stays.get(guest.equipment, ())
    return any(_is_after(one, guest.since) for stay in stays for one in stay.seen)


def _is_after(one: Seen, since: datetime) -> bool:
    return one.until > since + _DELAY.get(one.source, _NO_TIME)


def _has_moved(home: str, lasting: Sequence[_Guest], known: _Known) -> bool:
    """Whether all that was at home is on the port now, and came from there at one time."""
    first = min(guest.since for guest in lasting)
    if any(_is_after(one, first) for one in known.on.get(home, ())):
        return False  # somebody is there still, or again
    by_table = any(one.source is not Source.SERIAL for guest in lasting for one in guest.seen)
    looked = known.looked(home)
    if by_table and (looked is None or looked < max(guest.since for guest in lasting)):
        return False
    changes = [
        (min(stays[-1].until, guest.since), guest.since)
        for guest in lasting
        if (stays := known.stays.get(guest.equipment))
    ]
    if any(last - gone > NOWHERE for gone, last in changes):
        return False  # what was nowhere for days was carried somewhere else
    return not changes or coincide(changes)
