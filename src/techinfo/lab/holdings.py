"""A recording as an agent holds it: in BER, in order, each row encoded when it is first asked.

The device's clock moves, and so do the counters of ports that are up.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from functools import reduce
from pathlib import Path

from techinfo.recordings.recording import Oid, Recording, Value, load, parse
from techinfo.snmp.ber import (
    COUNTER32,
    COUNTER64,
    INTEGER,
    NULL,
    TIME_TICKS,
    decode_oid,
    encode_oid,
    encode_value,
)
from techinfo.snmp.oid import dotted

_CLOCKS: dict[Oid, tuple[int, float, int]] = {
    (1, 3, 6, 1, 2, 1, 1, 3, 0): (TIME_TICKS, 100.0, 1 << 32),  # SNMPv2-MIB sysUpTime
    (1, 3, 6, 1, 2, 1, 25, 1, 1, 0): (TIME_TICKS, 100.0, 1 << 32),  # HOST-RESOURCES hrSystemUptime
    (1, 3, 6, 1, 6, 3, 10, 2, 1, 3, 0): (INTEGER, 1.0, 1 << 31),  # SNMP-FRAMEWORK snmpEngineTime
}
_IF_ENTRY: Oid = (1, 3, 6, 1, 2, 1, 2, 2, 1)
_IF_X_ENTRY: Oid = (1, 3, 6, 1, 2, 1, 31, 1, 1, 1)
_IF_SPEED, _IF_OPER_STATUS = 5, 8
_IF_HIGH_SPEED = 15
_UP = 1

_OCTETS, _UNICAST, _MULTICAST, _BROADCAST, _NON_UNICAST = range(5)
_COUNTERS: tuple[tuple[Oid, int, int, bool], ...] = (
    *((_IF_ENTRY, column, what, True) for column, what in ((10, 0), (11, 1), (12, 4))),
    *((_IF_ENTRY, column, what, False) for column, what in ((16, 0), (17, 1), (18, 4))),
    *((_IF_X_ENTRY, column, what, True) for column, what in ((2, 2), (3, 3))),
    *((_IF_X_ENTRY, column, what, False) for column, what in ((4, 2), (5, 3))),
    *((_IF_X_ENTRY, 6 + what, what, True) for what in range(4)),
    *((_IF_X_ENTRY, 10 + what, what, False) for what in range(4)),
)
"""Entry, column, what it counts, whether it counts what comes in (IF-MIB, RFC 2863)."""

_OCTETS_PER_PACKET = 700
_MULTICAST_RATE = 4.0
_BROADCAST_RATE = 1.0


@dataclass(frozen=True, slots=True)
class Motion:
    """A value that grows evenly from what was recorded, and wraps."""

    tag: int
    start: int
    per_second: float
    modulus: int

    def at(self, elapsed_s: float) -> int:
        """The value after so many seconds."""
        return (self.start + int(self.per_second * elapsed_s)) % self.modulus


def motions(recording: Recording) -> dict[Oid, Motion]:
    """Everything in a recording that moves.

    A port's octets and packets, and its 32- and 64-bit counters, move together.
    """
    return dict([*_clocks(recording), *_counters(recording)])


def _clocks(recording: Recording) -> Iterator[tuple[Oid, Motion]]:
    for oid, (tag, per_second, modulus) in _CLOCKS.items():
        start = _number(recording, oid, tag)
        if start is not None:
            yield oid, Motion(tag, start, per_second, modulus)


def _counters(recording: Recording) -> Iterator[tuple[Oid, Motion]]:
    for status in recording.under((*_IF_ENTRY, _IF_OPER_STATUS)):
        if _number(recording, status, INTEGER) == _UP:
            yield from _of_port(recording, status[-1])


def _of_port(recording: Recording, if_index: int) -> Iterator[tuple[Oid, Motion]]:
    rates = {incoming: _rates(recording, if_index, incoming=incoming) for incoming in (True, False)}
    for entry, column, what, incoming in _COUNTERS:
        oid = (*entry, column, if_index)
        value = recording.get(oid)
        if value and value[0] in (COUNTER32, COUNTER64) and isinstance(value[1], int):
            modulus = 1 << (64 if value[0] == COUNTER64 else 32)
            yield oid, Motion(value[0], value[1], rates[incoming][what], modulus)


def _rates(recording: Recording, if_index: int, *, incoming: bool) -> tuple[float, ...]:
    """Octets and packets per second: between 0.1 % and 8 % of the line, by port and direction."""
    mixed = (if_index * 2 + incoming) * 2654435761 % 2**32 / 2**32  # Knuth's multiplier
    octets = _octets_per_second(recording, if_index) * (0.001 + 0.079 * mixed)
    unicast = octets / _OCTETS_PER_PACKET
    return octets, unicast, _MULTICAST_RATE, _BROADCAST_RATE, _MULTICAST_RATE + _BROADCAST_RATE


def _octets_per_second(recording: Recording, if_index: int) -> float:
    megabits = _number(recording, (*_IF_X_ENTRY, _IF_HIGH_SPEED, if_index))
    bits = megabits * 10**6 if megabits else _number(recording, (*_IF_ENTRY, _IF_SPEED, if_index))
    return (bits or 10**8) / 8


def _number(recording: Recording, oid: Oid, tag: int | None = None) -> int | None:
    value = recording.get(oid)
    if value is None or (tag is not None and value[0] != tag) or not isinstance(value[1], int):
        return None
    return value[1]


Varbind = tuple[bytes, bytes]
"""An OID's BER bytes without tag and length; a value's with them."""

_PLACES_KEPT = 50_000


class Holdings:
    """A recording in BER; its devices share it. A place is a position in the order of OIDs.

    Args:
        recording: What is held.
        still: Counters that do not move, whatever their port does.
    """

    def __init__(self, recording: Recording, still: Collection[Oid] = ()) -> None:
        self.recording = recording
        moving = motions(recording)
        self._moving = {
            oid: one for oid, one in moving.items() if oid in _CLOCKS or oid not in still
        }
        self._still: list[Varbind | None] = [None] * len(recording)
        self._places: dict[bytes, tuple[int, bool]] = {}

    def __len__(self) -> int:
        return len(self._still)

    def place(self, oid: bytes) -> tuple[int, bool]:
        """Where the first instance not before an OID stands, and whether it is this very one.

        Raises:
            ValueError: Not an OID.
        """
        return self._places.get(oid) or self._look_up(oid)

    def varbind(self, place: int, elapsed_s: float) -> Varbind:
        """The instance at a place, as it is after so many seconds."""
        return self._still[place] or self._encode(place, elapsed_s)

    def knows_object(self, oid: bytes) -> bool:
        """Whether a sibling instance is there: another row of the column, another scalar instance.

        Without the MIB nobody can tell an object from its index, so that of an index of several
        numbers all but the last must be known.
        """
        ids = decode_oid(oid)
        place, _ = self.place(oid)
        beside = self.recording.oids[max(0, place - 1) : place + 1]
        return any(other[: len(ids) - 1] == ids[:-1] for other in beside)

    def _look_up(self, oid: bytes) -> tuple[int, bool]:
        ids = decode_oid(oid)
        oids = self.recording.oids
        place = bisect_left(oids, ids)
        if len(self._places) >= _PLACES_KEPT:
            self._places.clear()
        found = self._places[oid] = place, place < len(oids) and oids[place] == ids
        return found

    def _encode(self, place: int, elapsed_s: float) -> Varbind:
        ids = self.recording.oids[place]
        oid = encode_oid(dotted(ids))
        motion = self._moving.get(ids)
        if motion:
            return oid, encode_value(motion.tag, motion.at(elapsed_s))
        varbind = self._still[place] = oid, _encoded(self.recording.get(ids) or (NULL, b""))
        return varbind


def _encoded(value: Value) -> bytes:
    tag, cell = value
    if tag == INTEGER and isinstance(cell, int):
        # Tools write an Integer32 below zero as its unsigned twin (recording of a MikroTik SwOS).
        cell = (cell + 2**31) % 2**32 - 2**31
    return encode_value(tag, cell)


Contents = Mapping[int | None, Holdings]
"""What a device holds: under ``None``, and in the context of each recorded VLAN."""


class RecordingCache:
    """Reads recordings and keeps them."""

    def __init__(self) -> None:
        self._recordings: dict[Path, Recording] = {}
        self._contents: dict[tuple[Path, ...], Contents] = {}

    def contents(self, name: str, paths: tuple[Path, ...], rows: tuple[str, ...] = ()) -> Contents:
        """What a device holds that has these files, the later over the earlier, and rows over all.

        Raises:
            RecordingError: One cannot be read; rows are called by the device's name.
        """
        if not paths:
            return {None: Holdings(_parsed(name, rows))}
        known = self._contents.get(paths)
        if known is None:
            known = self._contents[paths] = self._played(paths)
        if not rows:
            return known
        return {**known, None: Holdings(known[None].recording.merged(_parsed(name, rows)))}

    def _played(self, paths: tuple[Path, ...]) -> Contents:
        recording = reduce(Recording.merged, map(self._load, paths))
        contents: dict[int | None, Holdings] = {None: Holdings(recording)}
        for vlan in recording.contexts:
            context = recording.context(vlan)
            if context:
                contents[vlan] = Holdings(context)
        return contents

    def _load(self, path: Path) -> Recording:
        if path not in self._recordings:
            self._recordings[path] = load(path)
        return self._recordings[path]


def _parsed(name: str, rows: tuple[str, ...]) -> Recording:
    return parse(rows, name=f"rows of {name}")
