"""Wrong ports: equipment that belongs to one access and is seen on another. Pure.

Two accesses whose equipment has changed places are patched the wrong way round. Equipment that is
elsewhere alone may have been sold or lent, and is told apart from that.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

LASTING = timedelta(days=2)
"""A router that is shown to a neighbour is back by then."""
_TOGETHER = timedelta(hours=12)
"""Fibres that are changed over change the places of both; addresses are seen with some delay."""
NOWHERE = timedelta(hours=30)
"""A lease of a day may be all that tells of equipment."""
_SETTLED = timedelta(days=2)
"""So long equipment without an order must have been at home to be known there."""


class Source(StrEnum):
    """What tells that equipment is on an access."""

    OPTION82 = "option82"
    """The lease log: the switch has named the port to the DHCP server."""
    MAC_TABLE = "mac_table"
    SERIAL = "serial"
    """The serial number of the ONT or module that polls have read on the line."""
    LLDP = "lldp"
    """What the equipment at the end of the line says of itself."""


class Kind(StrEnum):
    """What is wrong."""

    SWAPPED = "swapped"
    """The equipment of both has changed places."""
    MOVED = "moved"
    """The equipment of one is on a port without an access, and nothing is left where it was."""
    ELSEWHERE = "elsewhere"
    """The equipment of one is on the other, and nothing says that they were changed over; or on a
    port without an access, and nothing says that all of it has moved there."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Seen:
    """Equipment on an access.

    Attributes:
        equipment: A MAC address in capitals, a serial number, or the outlet that it is named after.
    """

    equipment: str
    access_id: str
    source: Source
    since: datetime
    until: datetime


@dataclass(frozen=True, kw_only=True, slots=True)
class FreePlace:
    """A port without an access, or an ONT.

    Attributes:
        name, descr, if_index: What the port is called; ``None``: it is not known.
        ont_id: On the port; ``None``: the port itself.
    """

    element: str
    name: str | None = None
    descr: str | None = None
    if_index: int | None = None
    ont_id: int | None = None

    @property
    def called(self) -> str:
        """The port as its owner calls it."""
        return self.name or self.descr or str(self.if_index)


@dataclass(frozen=True, kw_only=True, slots=True)
class OnFree:
    """Equipment on a port without an access."""

    equipment: str
    place: FreePlace
    source: Source
    since: datetime
    until: datetime


@dataclass(frozen=True, kw_only=True, slots=True)
class Evidence:
    """Equipment that is not where it belongs.

    Attributes:
        belongs: To this access: by ``order``, ``cpe``, ``outlet``, or where it was ``before``.
        by: Which of these says so.
        seen: Where it was seen last, by each source.
    """

    equipment: str
    belongs: str
    by: str
    seen: tuple[Seen | OnFree, ...]

    @property
    def on(self) -> str | None:
        """The access that it is on; ``None``: a port without one."""
        first = self.seen[0]
        return first.access_id if isinstance(first, Seen) else None


@dataclass(frozen=True, kw_only=True, slots=True)
class Finding:
    """Two accesses that may be patched the wrong way round, or one that may have moved.

    Attributes:
        access_id: Whose equipment is elsewhere.
        other_id: Where it is; ``None``: on a port without an access.
        free: That port.
        since: Since when, as far as is known.
    """

    kind: Kind
    access_id: str
    other_id: str | None = None
    free: FreePlace | None = None
    since: datetime
    evidence: tuple[Evidence, ...]

    @property
    def ids(self) -> tuple[str, ...]:
        """The accesses that it is about."""
        return (self.access_id,) if self.other_id is None else (self.access_id, self.other_id)


@dataclass(frozen=True, slots=True)
class Stay:
    """Equipment on one access for a time."""

    access_id: str
    since: datetime
    until: datetime
    seen: tuple[Seen, ...]


def wrong_ports(
    expected: Mapping[str, tuple[str, str]], seen: Iterable[Seen], now: datetime
) -> list[Finding]:
    """Accesses whose equipment is lastingly on another one, swapped ones first.

    Args:
        expected: Equipment -> the access that it belongs to, and what says so. Equipment that
            belongs to several must not be among it.
        seen: Where equipment was seen, in any order; of ports of one access alone.
        now: The time.
    """
    stays = stays_of(seen)
    away = list(_away(expected, stays, now))
    on = defaultdict(set)
    for equipment, told in stays.items():
        on[told[-1].access_id].add(equipment)
    found: dict[frozenset[str], Finding] = {}
    by_pair: defaultdict[tuple[str, str], list[Evidence]] = defaultdict(list)
    for one in away:
        by_pair[one.belongs, stays[one.equipment][-1].access_id].append(one)
    for (home, there), mine in sorted(by_pair.items()):
        pair = frozenset({home, there})
        if pair in found:
            continue
        back = by_pair.get((there, home), [])
        if (back and _at_one_time(mine, back, stays)) or (
            any(one.by != BEFORE for one in mine)
            and _changed_over(home, there, mine, stays, on, expected)
        ):
            kind = Kind.SWAPPED
        elif all(one.by == BEFORE for one in mine):
            continue  # it has gone somewhere else, as things do
        else:
            kind = Kind.ELSEWHERE
        evidence = (*mine, *back)
        since = min(min(row.since for row in one.seen) for one in evidence)
        found[pair] = Finding(
            kind=kind, access_id=home, other_id=there, since=since, evidence=evidence
        )
    return sorted(found.values(), key=lambda one: (one.kind is not Kind.SWAPPED, one.access_id))


BEFORE = "before"


def stays_of(seen: Iterable[Seen]) -> dict[str, list[Stay]]:
    """Equipment -> where it was, by age; overlapping sights of several sources are one stay."""
    rows: defaultdict[str, list[Seen]] = defaultdict(list)
    for one in seen:
        rows[one.equipment].append(one)
    found: dict[str, list[Stay]] = {}
    for equipment, told in rows.items():
        stays: list[Stay] = []
        for one in sorted(told, key=lambda row: (row.since, row.until)):
            last = stays[-1] if stays else None
            if last is not None and last.access_id == one.access_id:
                until = max(last.until, one.until)
                stays[-1] = Stay(last.access_id, last.since, until, (*last.seen, one))
            else:
                stays.append(Stay(one.access_id, one.since, one.until, (one,)))
        found[equipment] = sorted(stays, key=lambda stay: stay.until)
    return found


def _away(
    expected: Mapping[str, tuple[str, str]], stays: Mapping[str, Sequence[Stay]], now: datetime
) -> Iterator[Evidence]:
    """Equipment that is lastingly not at home."""
    for equipment, told in stays.items():
        last = told[-1]
        home, by = expected.get(equipment) or (home_of(told[-2]) if len(told) > 1 else None, BEFORE)
        lasting = last.until - last.since >= LASTING and now - last.until < LASTING
        if home is None or home == last.access_id or not lasting:
            continue
        if any(stay.access_id == home and stay.until > last.since for stay in told):
            continue  # it is at home as well
        yield Evidence(equipment=equipment, belongs=home, by=by, seen=_newest(last))


def home_of(stay: Stay) -> str | None:
    """Where equipment is at home that no order names, if a stay was one of some days."""
    return stay.access_id if stay.until - stay.since >= _SETTLED else None


def _newest(stay: Stay) -> tuple[Seen, ...]:
    """One sight of each source, from the beginning to the end of a stay."""
    found: dict[Source, Seen] = {}
    for one in stay.seen:
        had = found.get(one.source)
        since = one.since if had is None else min(had.since, one.since)
        until = one.until if had is None else max(had.until, one.until)
        found[one.source] = Seen(
            equipment=one.equipment,
            access_id=one.access_id,
            source=one.source,
            since=since,
            until=until,
        )
    return tuple(found.values())


def _at_one_time(
    mine: Sequence[Evidence], back: Sequence[Evidence], stays: Mapping[str, Sequence[Stay]]
) -> bool:
    """Whether both have changed places together, or were never seen otherwise."""
    changes = [_change(stays[one.equipment]) for one in (*mine, *back)]
    known = [one for one in changes if one is not None]
    return not known or (len(known) == len(changes) and coincide(known))


_Change = tuple[datetime, datetime]
"""When equipment changed its place: after it was last seen at one, before first at the other."""


def _change(told: Sequence[Stay]) -> _Change | None:
    """When a last stay began; ``None``: it was never seen elsewhere."""
    return (told[-2].until, told[-1].since) if len(told) > 1 else None


def coincide(changes: Sequence[_Change]) -> bool:
    """Whether some changes may be one."""
    return max(first for first, _ in changes) - min(last for _, last in changes) <= _TOGETHER


def _changed_over(
    home: str,
    there: str,
    mine: Sequence[Evidence],
    stays: Mapping[str, Sequence[Stay]],
    on: Mapping[str, set[str]],
    expected: Mapping[str, tuple[str, str]],
) -> bool:
    """Whether somebody unknown is at home in place of equipment that is elsewhere.

    The access where that is has no equipment of its own by any order, and what is at home instead
    belongs to no other access: who it is, only the other side of the swap explains. Both have been
    so for as long as anything is known, or since the same time.
    """
    if any(access == there for access, _ in expected.values()):
        return False
    changes = [_change(stays[one.equipment]) for one in mine]
    known = [one for one in changes if one is not None]
    if any(last - first > NOWHERE for first, last in known):
        return False  # what was nowhere for days was carried somewhere else
    for other in on.get(home, ()):
        if other in expected:
            continue
        came = _change(stays[other])
        first = stays[other][-1].since
        if not known and came is None:
            begun = min(stays[one.equipment][-1].since for one in mine)
            if abs(first - begun) <= LASTING:
                return True
        elif len(known) == len(changes) and coincide([*known, came or (first, first)]):
            return True
    return False
