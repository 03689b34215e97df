"""Readings that another process has given lately: a cached question need not cross to it again."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from techinfo.collect.target import Cost, DeviceInfo, Reading, Target
from techinfo.model import Fact, State

LONGEST = timedelta(minutes=10)
"""Kept here; groups may be kept nowhere for longer (contract: How long)."""
_MET_FOR = timedelta(minutes=1)
"""A probe's findings count within a minute, here as elsewhere."""
_MOST_OCTETS = 64 << 20
"""As JSON; twice that in memory at least."""

Question = tuple[Target, frozenset[Fact]]


@dataclass(frozen=True, slots=True)
class _Given:
    reading: Reading
    at: datetime
    octets: int


@dataclass(slots=True)
class _Device:
    readings: dict[Question, _Given]
    met: DeviceInfo | None = None
    met_at: datetime | None = None


class ReadingCache:
    """Readings by question, those of one device together: what it does wrong ends all of them.

    A reading with a part that failed is not kept, nor is one of an element that is silent: what
    becomes of those is the collector's to say.

    Attributes:
        octets: What is kept, as it came over the socket.
    """

    def __init__(self, most_octets: int = _MOST_OCTETS) -> None:
        self.octets = 0
        self._most = most_octets
        self._devices: OrderedDict[tuple[str, int], _Device] = OrderedDict()

    def keep(self, question: Question, reading: Reading, octets: int, now: datetime) -> None:
        """Keep a reading that cost so many octets to tell; the device asked least goes first."""
        device = self._device(question[0])
        self._take(device, question)
        self._take_old(device, now)
        if octets > self._most or reading.silent_since or any(_failed(reading)):
            return
        bare = replace(reading, cost=Cost(), limits=None)
        device.readings[question] = _Given(bare, min(reading.read_at or now, now), octets)
        self.octets += octets
        self._make_room(now)

    def fresh(self, question: Question, now: datetime, max_age: float) -> Reading | None:
        """A reading that is not older than so many seconds."""
        device = self._devices.get(_where(question[0]))
        given = device.readings.get(question) if device else None
        most_s = min(max_age, LONGEST.total_seconds())
        if given is None or not 0 <= (now - given.at).total_seconds() <= most_s:
            return None
        self._devices.move_to_end(_where(question[0]))
        return given.reading

    def keep_met(self, target: Target, met: DeviceInfo, now: datetime) -> None:
        """Keep how a device has introduced itself."""
        device = self._device(target)
        device.met, device.met_at = met, now
        self._make_room(now)

    def met(self, target: Target, now: datetime) -> DeviceInfo | None:
        """How a device has introduced itself, by what was told of it within the last minute."""
        device = self._devices.get(_where(target))
        if device is None or device.met_at is None or now - device.met_at > _MET_FOR:
            return None
        return device.met

    def drop(self, target: Target) -> None:
        """Forget all of a target's device: it is silent, or another one."""
        device = self._devices.pop(_where(target), None)
        if device is not None:
            self.octets -= sum(given.octets for given in device.readings.values())

    def _device(self, target: Target) -> _Device:
        where = _where(target)
        device = self._devices.setdefault(where, _Device({}))
        self._devices.move_to_end(where)
        return device

    def _take(self, device: _Device, question: Question) -> None:
        before = device.readings.pop(question, None)
        if before is not None:
            self.octets -= before.octets

    def _take_old(self, device: _Device, now: datetime) -> None:
        for question in [q for q, g in device.readings.items() if now - g.at > LONGEST]:
            self._take(device, question)

    def _make_room(self, now: datetime) -> None:
        """Let go what is too old, among the devices that were asked for least; then what is most.

        Whatever is behind a device in this order was asked for later, so that looking ends at the
        first that is still needed.
        """
        while self._devices:
            where, eldest = next(iter(self._devices.items()))
            self._take_old(eldest, now)
            met_lately = eldest.met_at is not None and now - eldest.met_at <= _MET_FOR
            if (eldest.readings or met_lately) and self.octets <= self._most:
                return
            for question in list(eldest.readings):
                self._take(eldest, question)
            del self._devices[where]


def _failed(reading: Reading) -> Iterator[bool]:
    return (part.state is State.FAILED for part in reading.parts.values())


def _where(target: Target) -> tuple[str, int]:
    return target.host, target.port
