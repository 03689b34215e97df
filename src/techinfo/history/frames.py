"""One poll of one element in a few hundred octets: columns of numbers, shuffled and compressed.

A chunk is frames one after another, each of which can be read by itself, so that a poll is added
without touching what is there. Numbers stand as octets of equal weight side by side: most are zero,
which zlib then takes for next to nothing.
"""

from __future__ import annotations

import struct
import sys
import zlib
from array import array
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from itertools import chain
from operator import attrgetter, itemgetter

from techinfo.history.change import Change
from techinfo.history.epochs import Why
from techinfo.history.observation import NO_FLOW
from techinfo.model import Flow
from techinfo.units import Dark, Dbm, Power
from techinfo.values import value

_HEAD = struct.Struct("<IqHH")
"""Octets that follow, end in milliseconds since 1970, ports, columns."""
_OCTETS = 8
_LEVEL = 6
_MOST_OCTETS = 1 << 24
_DARKEST = 20_000
"""Hundredths of a decibel that are added, so that no level is negative."""
# What files out there hold: new ones are added at the end, with a version of the schema.
_WHYS = (
    None,
    Why.ORDER,
    Why.CLOCK,
    Why.RENUMBERED,
    Why.REBOOT,
    Why.AGENT,
    Why.RESET,
    Why.FELL,
    Why.IMPOSSIBLE,
)
_FLOW = (
    "bytes",
    "unicast",
    "multicast",
    "broadcast",
    "errors",
    "discards",
    "pauses",
    "crc_errors",
)
_ALL = attrgetter(*_FLOW)
_NOTHING = (0,) * len(_FLOW)


Row = Sequence[int]
"""A sample as it stands in a frame: numbers at the places that follow, then both flows."""
PORT, GAP_MS, SECONDS_MS, WHY, UP, UP_MS, DOWN_MS, LOSSES, RX, TX = range(10)
FLOWS = 10
"""Counters from here on, input first, each one more than it has grown; 0: not known."""
KEPT_FLOWS = tuple(
    FLOWS + way * len(_FLOW) + n
    for way in range(2)
    for n, name in enumerate(_FLOW)
    if name in {"errors", "discards", "crc_errors"}
)
"""The places of counters that are no volumes."""
NO_LIGHT = 1
"""At the place of a level."""


@value(frozen=True, kw_only=True, slots=True)
class Sample:
    """One port in one frame.

    Attributes:
        port: Its number in the file.
        change: What it has counted since the poll before.
        up: Its link at the end.
        up_s, down_s: Of the time since the poll before; the rest is unknown.
        losses: How often the link was lost in it, at least.
        rx, tx: dBm, or no light; ``None``: not told.
    """

    port: int
    change: Change
    up: bool | None = None
    up_s: float = 0.0
    down_s: float = 0.0
    losses: int = 0
    rx: Power | None = None
    tx: Power | None = None


def packed(end: datetime, samples: Sequence[Sample]) -> bytes:
    """A frame.

    Args:
        end: Of all samples.
        samples: One for each port.
    """
    return packed_rows(ms_of(end), [numbered(sample.port, sample) for sample in samples])


def packed_rows(end_ms: int, rows: Sequence[Row]) -> bytes:
    """A frame of rows as they stand in it."""
    rows = sorted(rows, key=itemgetter(PORT))
    columns = array("q", chain.from_iterable(zip(*rows, strict=True)))
    if sys.byteorder == "big":
        columns.byteswap()
    octets = columns.tobytes()
    shuffled = b"".join(octets[n::_OCTETS] for n in range(_OCTETS))
    body = zlib.compress(shuffled, _LEVEL)
    count = len(rows[0]) if rows else 0
    return _HEAD.pack(len(body), end_ms, len(rows), count) + body


def unpacked(chunk: bytes, port: int | None = None) -> Iterator[tuple[datetime, list[Sample]]]:
    """The frames of a chunk, by age, each with its end.

    Args:
        chunk: Frames, one after another.
        port: Only this port's sample; ``None``: all.

    Raises:
        ValueError: It is not what this program writes.
    """
    for end_ms, rows in unpacked_rows(chunk, port):
        yield _moment(end_ms), [_sample(row, end_ms) for row in rows]


def unpacked_rows(chunk: bytes, port: int | None = None) -> Iterator[tuple[int, list[Row]]]:
    """The same as rows, each frame with its end in milliseconds since 1970."""
    for at, end_ms, length, ports, count in _heads(chunk):
        if count not in (0, _COLUMNS):
            raise ValueError("a frame has other columns")
        body = chunk[at + _HEAD.size : at + _HEAD.size + length]
        yield end_ms, _rows(body, ports, count, port)


def _heads(chunk: bytes) -> Iterator[tuple[int, int, int, int, int]]:
    """Each frame of a chunk: where it stands, its end, octets of its body, ports, columns."""
    at = 0
    while at < len(chunk):
        if len(chunk) < at + _HEAD.size:
            raise ValueError("a frame breaks off")
        length, end_ms, ports, count = _HEAD.unpack_from(chunk, at)
        if len(chunk) < at + _HEAD.size + length:
            raise ValueError("a frame breaks off")
        yield at, end_ms, length, ports, count
        at += _HEAD.size + length


def laid_into(chunk: bytes, end: datetime, frame: bytes) -> bytes:
    """A chunk with one more frame, in the place of one that has the same end.

    Raises:
        ValueError: It is not what this program writes.
    """
    end_ms = ms_of(end)
    for at, found_ms, length, _, _ in _heads(chunk):
        if found_ms >= end_ms:
            after = at + _HEAD.size + length if found_ms == end_ms else at
            return chunk[:at] + frame + chunk[after:]
    return chunk + frame


def without(chunk: bytes, ports: Iterable[int], before: datetime | None = None) -> bytes:
    """A chunk from which some ports are erased.

    Args:
        chunk: Frames, one after another.
        ports: Those that go.
        before: Only from frames that end until then; ``None``: from all.
    """
    gone = frozenset(ports)
    left = []
    for end, samples in unpacked(chunk):
        if before is None or end <= before:
            samples = [sample for sample in samples if sample.port not in gone]
        if samples:
            left.append(packed(end, samples))
    return b"".join(left)


def _rows(body: bytes, ports: int, count: int, port: int | None) -> list[Row]:
    shuffled = _inflated(body, ports * count * _OCTETS)
    size = ports * count
    octets = bytearray(len(shuffled))
    for n in range(_OCTETS):
        octets[n::_OCTETS] = shuffled[n * size : (n + 1) * size]
    columns = array("q")
    columns.frombytes(bytes(octets))
    if sys.byteorder == "big":
        columns.byteswap()
    wanted = range(ports) if port is None else _place(columns[:ports], port)
    return [columns[n::ports] for n in wanted]


def _place(ids: array[int], port: int) -> tuple[int, ...]:
    try:
        return (ids.index(port),)
    except ValueError:
        return ()


def _inflated(body: bytes, size: int) -> bytes:
    if size > _MOST_OCTETS:
        raise ValueError("a frame is too large")
    try:
        told = zlib.decompressobj().decompress(body, size + 1)
    except zlib.error as error:
        raise ValueError(f"a frame cannot be read: {error}") from error
    if len(told) != size:
        raise ValueError("a frame has not the octets that it should have")
    return told


def numbered(port: int, sample: Sample) -> Row:
    """A sample as it stands in a frame, of a port that has this number."""
    return (port, *unnumbered(sample))


def unnumbered(sample: Sample) -> Row:
    """The same without the number of its port."""
    change = sample.change
    return (
        ms_of(change.end) - ms_of(change.begin),
        round(change.seconds * 1000),
        _WHYS.index(change.why) if change.why is not None else 0,
        0 if sample.up is None else 1 + sample.up,
        round(sample.up_s * 1000),
        round(sample.down_s * 1000),
        sample.losses,
        level(sample.rx),
        level(sample.tx),
        *_of_flow(change.input),
        *_of_flow(change.output),
    )


_COLUMNS = FLOWS + 2 * len(_FLOW)


def _sample(row: Sequence[int], end_ms: int) -> Sample:
    port, gap_ms, seconds_ms, why, up, up_ms, down_ms, losses, rx, tx = row[:FLOWS]
    if not 0 <= why < len(_WHYS):
        raise ValueError("a frame names no known reason")
    return Sample(
        port=port,
        change=Change(
            begin=_moment(end_ms - gap_ms),
            end=_moment(end_ms),
            seconds=seconds_ms / 1000,
            input=_flow(row[FLOWS : FLOWS + len(_FLOW)]),
            output=_flow(row[FLOWS + len(_FLOW) :]),
            why=_WHYS[why],
        ),
        up=None if up == 0 else up == 2,
        up_s=up_ms / 1000,
        down_s=down_ms / 1000,
        losses=losses,
        rx=_power(rx),
        tx=_power(tx),
    )


def _flow(row: Sequence[int]) -> Flow:
    if not any(row):
        return NO_FLOW
    return Flow(**{name: v - 1 if v else None for name, v in zip(_FLOW, row, strict=True)})


def _of_flow(flow: Flow) -> Sequence[int]:
    if flow is NO_FLOW:
        return _NOTHING
    return [0 if count is None else count + 1 for count in _ALL(flow)]


@lru_cache(maxsize=8192)  # as a module tells, in hundredths of a decibel
def level(power: Power | None) -> int:
    """Light as it stands in a frame."""
    if power is None:
        return 0
    if isinstance(power, Dark):
        return NO_LIGHT if power is Dark.NO_LIGHT else 0
    return max(NO_LIGHT + 1, round(power * 100) + _DARKEST)


def _power(value: int) -> Power | None:
    if value <= NO_LIGHT:
        return Dark.NO_LIGHT if value else None
    return Dbm((value - _DARKEST) / 100)


def ms_of(at: datetime) -> int:
    """A time as frames have it: whole milliseconds since 1970, UTC."""
    return (at - _EPOCH) // timedelta(milliseconds=1)


def _moment(ms: int) -> datetime:
    return _EPOCH + timedelta(milliseconds=ms)


_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
