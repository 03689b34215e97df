"""What was seen of an access before, as a case of a diagnosis has it (``history``)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from techinfo.access.past.line import Line
from techinfo.history.change import Change
from techinfo.history.events import Happened, PortEvent
from techinfo.history.frames import Sample
from techinfo.history.light import Baseline, reference
from techinfo.history.links import Transition
from techinfo.history.outages import Clues, Outage, gasped, last_outage
from techinfo.history.store import HistoryFile
from techinfo.history.windows import total
from techinfo.moments import rfc3339
from techinfo.units import Dark

_LATELY = timedelta(hours=2)
_BEFORE = timedelta(days=7)
_DAY = timedelta(days=1)
_YOUNG = timedelta(seconds=330)
"""Polls are five minutes apart, and not to the second."""
_FIVE, _QUARTER = (270.0, 330.0), (810.0, 990.0)
"""Seconds that pass for five minutes, and for fifteen."""
_MOST = 200
_NO_CLUES = Clues()
_MANY_BOOTS = 3
"""Fewer starts of a CPE say nothing: it is asked only when somebody asks about it."""


def case_history(
    file: HistoryFile, line: Line, now: datetime, clues: Clues = _NO_CLUES
) -> dict[str, Any]:
    """What was seen of a line, as far as its viewer may be told of it; empty: nobody watches.

    Nothing to who held the access once: a verdict is about now. Of an access that was not polled in
    the last two hours only the light at installation is told.

    Args:
        file: Where it stands.
        line: Of which access, and for whom.
        now: The time.
        clues: What ONT, CPE and the log of the element say now of the last outage.
    """
    if line.port is None or line.held.until is not None:
        return {}
    told: dict[str, Any] = {}
    baseline = baseline_of(file, line)
    if baseline is not None:
        told["baseline"] = _baseline(baseline, line)
    since = max(now - _LATELY, line.since)
    samples = [
        one
        for one in file.samples(line.element, line.name, since)
        if since <= one.change.begin and one.change.end <= line.until
    ]
    if not samples:
        return told
    begun = file.begun(line.element)
    if begun is not None:
        told["from"] = rfc3339(max(begun, line.since))
    seen = file.transitions(line.element, line.name, max(now - _BEFORE, line.since), most=_MOST)
    events = file.events(line.element, line.name, max(now - _BEFORE, line.since))
    told |= _links(seen, events, replace(clues, light=_light(samples, line)))
    boots = [one.at for one in seen if one.reboot and not one.up]
    if boots:
        told["switchBoots"] = [rfc3339(at) for at in boots]
    if line.held.access.ont_id is None:
        told["light"] = [
            {"at": rfc3339(at), "dbmRx": f"{level:.2f}"} for at, level in _light(samples, line)
        ]
    of_day = (one for one in events if now - one.at <= _DAY)
    starts = [one.at for one in of_day if one.kind is Happened.CPE_BOOT]
    if len(starts) >= _MANY_BOOTS:
        told["cpeBoots"] = [rfc3339(at) for at in starts]
    return told | _counted([one.change for one in samples], line, now)


def _light(samples: Sequence[Sample], line: Line) -> tuple[tuple[datetime, float], ...]:
    """What arrived at the switch, by age; an OLT's light is of all its ONTs."""
    if line.held.access.ont_id is not None:
        return ()
    return tuple(
        (one.change.end, float(one.rx))
        for one in samples
        if one.rx is not None and not isinstance(one.rx, Dark)
    )


def _links(seen: Sequence[Transition], events: Sequence[PortEvent], clues: Clues) -> dict[str, Any]:
    heard = tuple(one.at for one in events if one.kind is Happened.DYING_GASP)
    gasps = (*heard, *clues.gasps)
    told: dict[str, Any] = {"transitions": [_transition(one, gasps) for one in seen]}
    outage = last_outage(seen, replace(clues, gasps=gasps))
    return told | ({} if outage is None else {"lastOutage": _outage(outage)})


def _transition(one: Transition, gasps: Sequence[datetime]) -> dict[str, Any]:
    told: dict[str, Any] = {"at": rfc3339(one.at), "link": one.up}
    return told | ({"cause": "dying-gasp"} if not one.up and gasped(one, gasps) else {})


def _outage(found: Outage) -> dict[str, Any]:
    told = {
        "from": rfc3339(found.begin),
        "earliest": rfc3339(found.earliest),
        "to": rfc3339(found.end),
        "cause": found.cause.value if found.cause is not None else None,
        "certainty": found.certainty.value,
    }
    return {name: value for name, value in told.items() if value is not None}


def _counted(changes: Sequence[Change], line: Line, now: datetime) -> dict[str, Any]:
    """`counted`: growth in the latest quarter of an hour, and in five minutes of it.

    Volumes only to whom they may be told, and of the time in which the port was theirs.
    """
    told = list(_windows(_unbroken(changes), line, now))
    return {"counted": told} if told else {}


def _unbroken(changes: Sequence[Change]) -> list[Change]:
    """The latest changes that follow on each other, the newest first."""
    latest: list[Change] = []
    for one in reversed(changes):
        follows = not latest or one.end == latest[-1].begin
        if one.why is not None or not follows or _seconds([*latest, one]) > _QUARTER[1]:
            break
        latest.append(one)
    return latest


def _windows(latest: Sequence[Change], line: Line, now: datetime) -> Iterator[dict[str, Any]]:
    if not latest or now - latest[0].end > _YOUNG:
        return
    for low, high in (_QUARTER, _FIVE):
        runs = (latest[: n + 1] for n in range(len(latest)))
        found = next((run for run in runs if low <= _seconds(run) <= high), None)
        if found is not None and found[-1].begin >= line.since:
            is_theirs = line.traffic and found[-1].begin >= line.counted_since
            yield _window(found, volumes=is_theirs)


def _window(found: Sequence[Change], *, volumes: bool) -> dict[str, Any]:
    """Growth, the newest change first."""
    told: dict[str, Any] = {"from": rfc3339(found[-1].begin), "until": rfc3339(found[0].end)}
    for way, flows in (
        ("input", [one.input for one in found]),
        ("output", [one.output for one in found]),
    ):
        flow = total(flows)
        side = {"errors": flow.errors, "crcErrors": flow.crc_errors}
        if volumes:
            side |= {
                "packets": flow.packets,
                "bytes": flow.bytes,
                "unicast": flow.unicast,
                "multicast": flow.multicast,
                "broadcast": flow.broadcast,
            }
        told[way] = {name: number for name, number in side.items() if number is not None}
    return told


def _seconds(changes: Sequence[Change]) -> float:
    return sum(one.seconds for one in changes)


def baseline_of(file: HistoryFile, line: Line) -> Baseline | None:
    """The birth certificate of a line, of those that its viewer may be told of."""
    found = file.baselines(line.element, line.name) if line.port is not None else ()
    return reference([one for one in found if line.since <= one.at <= line.until])


def _baseline(found: Baseline, line: Line) -> dict[str, Any]:
    """Of an ONT it is what the OLT heard."""
    name = "dbmRx" if line.held.access.ont_id is None else "oltRx"
    told = {
        name: f"{found.rx:.2f}",
        "at": rfc3339(found.at),
        "source": found.source.value,
        "serialNumber": found.serial,
    }
    return {key: value for key, value in told.items() if value is not None}
