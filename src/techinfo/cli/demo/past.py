"""What the demo says was seen before it began: made up, for who looks has no day to wait for it."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import groupby
from operator import attrgetter

from techinfo.history.change import Change
from techinfo.history.frames import Sample
from techinfo.history.light import Baseline, Source
from techinfo.history.links import Transition
from techinfo.history.macs import Sight
from techinfo.history.observation import NO_FLOW
from techinfo.history.writing import PollNote, PortNote, Tenants
from techinfo.model import Flow
from techinfo.units import Dbm

_EVERY = timedelta(minutes=5)
_SAMPLES = 288
_SEEN_FOR = timedelta(days=3)
"""Longer than a router that is shown to a neighbour (`access.wrong_ports`)."""
_PACKET = 900
"""Octets of a packet, as a mean."""
_QUARTERS = (0.05, 0.55, 0.8, 1.0)
"""How busy a line is by night, in the morning, by day and in the evening, of its most."""


@dataclass(frozen=True, kw_only=True, slots=True)
class PastLine:
    """The last day of one access.

    Attributes:
        light: dBm a day ago and at the end; empty: none is measured.
        mbit: Traffic at its most.
        drops: Minutes before the end at which the link was lost for a minute.
        lost_min: So many minutes before the end it was lost for good; ``None``: it was not.
        installed: dBm when an engineer had done the work, a year ago; ``None``: not told.
        serial: Of the module.
        macs: MAC address -> VLAN, of what has been seen on the port for the last three days.
    """

    element: str
    port: str
    access: str
    light: tuple[float, ...] = ()
    mbit: float = 20.0
    drops: tuple[int, ...] = ()
    lost_min: int | None = None
    installed: float | None = None
    serial: str | None = None
    macs: Mapping[str, int] = field(default_factory=dict)


def past_notes(lines: Iterable[PastLine], now: datetime) -> Iterator[PollNote]:
    """What polls of the last day would have left, one note for each element.

    Args:
        lines: What is made up.
        now: The end of that day.
    """
    by_element = sorted(lines, key=attrgetter("element"))
    for element, found in groupby(by_element, attrgetter("element")):
        ports = {line.port: _note(line, now) for line in found}
        yield PollNote(element=element, at=now, ports=ports)


def _note(line: PastLine, now: datetime) -> PortNote:
    return PortNote(
        samples=tuple(_sample(line, now, n) for n in range(_SAMPLES - 1, -1, -1)),
        transitions=tuple(_transitions(line, now)),
        baseline=_installed(line, now),
        tenants=Tenants(accesses=(line.access,)),
        macs=tuple(
            Sight(mac=mac, vlan=vlan, since=now - _SEEN_FOR, until=now)
            for mac, vlan in line.macs.items()
        )
        or None,
    )


def _sample(line: PastLine, now: datetime, ago: int) -> Sample:
    """The five minutes that ended ``ago`` times five minutes before the end."""
    end = now - ago * _EVERY
    begins_min, ends_min = (ago + 1) * 5, ago * 5
    drops = sum(ends_min <= drop < begins_min for drop in line.drops)
    lost = line.lost_min is not None and line.lost_min >= ends_min
    just = line.lost_min is not None and ends_min <= line.lost_min < begins_min
    share = 0.0 if lost else _busy(end) * _wave(ago)
    octets = int(line.mbit * share * 1e6 / 8 * 300)
    down_s = 300.0 if lost and not just else min(300.0, 60.0 * (drops + just))
    return Sample(
        port=0,
        change=Change(
            begin=end - _EVERY,
            end=end,
            seconds=300.0,
            input=_flow(octets // 6, errors=3 * drops) if not lost else NO_FLOW,
            output=_flow(octets, errors=0) if not lost else NO_FLOW,
        ),
        up=not lost,
        up_s=300.0 - down_s,
        down_s=down_s,
        losses=drops + just,
        rx=_light(line, ago),
    )


def _flow(octets: int, *, errors: int) -> Flow:
    return Flow(bytes=octets, unicast=octets // _PACKET, errors=errors, crc_errors=errors)


def _busy(at: datetime) -> float:
    hour = at.hour + at.minute / 60
    first, share = divmod(hour, 6)
    return _QUARTERS[int(first)] * (1 - share / 6) + _QUARTERS[(int(first) + 1) % 4] * share / 6


def _wave(n: int) -> float:
    """Between a half and one, the same at every start."""
    return 0.75 + 0.25 * math.sin(n * 1.7) * math.cos(n * 0.31)


def _light(line: PastLine, ago: int) -> Dbm | None:
    if not line.light:
        return None
    first, last = line.light[0], line.light[-1]
    share = ((_SAMPLES - ago) / _SAMPLES) ** 3  # slowly at first
    return Dbm(round(first + (last - first) * share + 0.04 * math.sin(ago * 2.3), 2))


def _transitions(line: PastLine, now: datetime) -> Iterator[Transition]:
    for drop in sorted(line.drops, reverse=True):
        at = now - timedelta(minutes=drop)
        yield Transition(at=at, earliest=at, up=False, exact=True)
        back = at + timedelta(minutes=1)
        yield Transition(at=back, earliest=back, up=True, exact=True)
    if line.lost_min is not None:
        at = now - timedelta(minutes=line.lost_min)
        yield Transition(at=at, earliest=at, up=False, exact=True)


def _installed(line: PastLine, now: datetime) -> Baseline | None:
    if line.installed is None:
        return None
    at = now - timedelta(days=365)
    return Baseline(at=at, rx=line.installed, serial=line.serial, source=Source.ENGINEER)
