"""Disturbances of a time with what they cost: accesses times hours, and why, for a report.

A draft for whoever has to report to the regulator: what is not known is told as such, and it is for
a person to send.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from techinfo.access.rights import runs
from techinfo.history.disturbances import TOGETHER
from techinfo.history.disturbed import Disturbed, Kept
from techinfo.history.events import Happened
from techinfo.history.links import Transition
from techinfo.history.outages import gasped
from techinfo.history.store import HistoryFile
from techinfo.inventory import Access, Inventory
from techinfo.inventory.works import Works

_BEFORE = timedelta(minutes=15)
"""Works begin so long before their window (the verdict's rule)."""
_MOST_LINES = 0.8
"""The share of the lines that must have told a cause for it to be that of all."""
_Seen = Mapping[str, Mapping[str, Sequence[Transition]]]


@dataclass(frozen=True, kw_only=True, slots=True)
class Reported:
    """One disturbance as it is reported.

    Attributes:
        kept: The disturbance.
        accesses: On its lines, of those that the inventory still has.
        in_service: Of those, where somebody had a service when it began.
        access_hours: For which they were down within the time of the report.
        unknown: Accesses of lines whose times are not kept any more; not in the hours.
        cause: ``element_restarted``, ``planned_works``, ``power`` or ``unknown``.
        works: References of works that touch it.
    """

    kept: Kept
    accesses: int
    in_service: int
    access_hours: float
    unknown: int
    cause: str
    works: tuple[str, ...]


def outage_report(
    file: HistoryFile, inventory: Inventory, begin: datetime, end: datetime
) -> list[Reported]:
    """Disturbances that went on in a time, by their beginning; the newest thousand.

    Args:
        file: Of history.
        inventory: Knows accesses, services and works.
        begin: Of the time; hours before it are not counted.
        end: Of the same.
    """
    kept = [one for one in Disturbed(file).since(begin) if one.since < end]
    since = min((one.since for one in kept), default=begin) - TOGETHER
    elements = {element for one in kept for element, _ in one.lines}
    seen = {element: file.transitions_of(element, since) for element in elements}
    found = [_reported(file, inventory, one, seen, begin, end) for one in kept]
    return sorted(found, key=lambda one: (one.kept.since, one.kept.reference))


def _reported(
    file: HistoryFile,
    inventory: Inventory,
    kept: Kept,
    seen: _Seen,
    begin: datetime,
    end: datetime,
) -> Reported:
    known = {
        place: [one for one in map(inventory.access, ids) if one is not None]
        for place, ids in kept.lines.items()
    }
    hours, unknown, power = 0.0, 0, 0
    for (element, line), accesses in known.items():
        transitions = seen.get(element, {}).get(line, ())
        down = _loss(transitions, kept.since)
        if down is None:
            unknown += len(accesses)
            continue
        hours += len(accesses) * _hours(down, transitions, begin, end)
        events = file.events(element, line, kept.since - TOGETHER)
        power += gasped(down, (x.at for x in events if x.kind is Happened.DYING_GASP))
    every = list({one.access_id: one for accesses in known.values() for one in accesses}.values())
    works = tuple(one.reference for one in works_during(inventory, every, kept))
    return Reported(
        kept=kept,
        accesses=len(every),
        in_service=sum(_is_in_service(inventory, one, kept.since) for one in every),
        access_hours=hours,
        unknown=unknown,
        cause=_cause(kept, works, power),
        works=works,
    )


def _loss(transitions: Iterable[Transition], since: datetime) -> Transition | None:
    """The loss of a line that is of a disturbance."""
    return next(
        (one for one in transitions if not one.up and abs(one.at - since) <= 2 * TOGETHER), None
    )


def _hours(
    down: Transition, transitions: Iterable[Transition], begin: datetime, end: datetime
) -> float:
    back = next((one.at for one in transitions if one.up and one.at >= down.at), end)
    return max(0.0, (min(back, end) - max(down.at, begin)) / timedelta(hours=1))


def works_during(inventory: Inventory, accesses: Iterable[Access], kept: Kept) -> tuple[Works, ...]:
    """Works within whose window a disturbance began, and that touch half of its accesses."""
    count = 0
    found: dict[str, Works] = {}
    touching: Counter[str] = Counter()
    for access in accesses:
        count += 1
        element = inventory.element(access.element) if access.element else None
        for one in inventory.works.on(access, element, kept.since):
            if one.begin - _BEFORE <= kept.since <= one.until:
                found[one.reference] = one
                touching[one.reference] += 1
    return tuple(found[name] for name in sorted(found) if 2 * touching[name] >= count)


def _is_in_service(inventory: Inventory, access: Access, at: datetime) -> bool:
    return any(runs(one, at) for one in inventory.subscriptions_on(access.access_id))


def _cause(kept: Kept, works: tuple[str, ...], power: int) -> str:
    if works:
        return "planned_works"
    if kept.restart:
        return "element_restarted"
    return "power" if power >= max(1.0, _MOST_LINES * len(kept.lines)) else "unknown"
