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
from dataclasses import dataclass, fields
from datetime import UTC, datetime, timedelta
from operator import attrgetter

from techinfo.history.change import Change
from techinfo.history.epochs import Why
from techinfo.history.observation import NO_FLOW
from techinfo.model import Flow
from techinfo.units import Dark, Dbm, Power

_HEAD = struct.Struct("<IqHH")
"""Octets that follow, end in milliseconds since 1970, ports, columns."""
_OCTETS = 8
_LEVEL = 6
_MOST_OCTETS = 1 << 24
_NO_LIGHT = 1
_DARKEST = 20_000
"""Hundredths of a decibel that are added, so that no level is negative."""
_WHYS = (None, *Why)
_FLOW = tuple(field.name for field in fields(Flow))
_ALL = attrgetter(*_FLOW)
_NOTHING = (0,) * len(_FLOW)


@dataclass(frozen=True, kw_only=True, slots=True)
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
    rows = [_row(end, sample) for sample in sorted(samples, key=lambda one: one.port)]
    columns = array("q", [value for column in zip(*rows, strict=True) for value in column])
    if sys.byteorder == "big":
        columns.byteswap()
    octets = columns.tobytes()
    shuffled = b"".join(octets[n::_OCTETS] for n in range(_OCTETS))
    body = zlib.compress(shuffled, _LEVEL)
    count = len(rows[0]) if rows else 0
    return _HEAD.pack(len(body), _ms(end), len(rows), count) + body


def unpacked(chunk: bytes, port: int | None = None) -> Iterator[tuple[datetime, list[Sample]]]:
    """The frames of a chunk, by age, each with its end.

    Args:
        chunk: Frames, one after another.
        port: Only this port's sample; ``None``: all.

    Raises:
        ValueError: It is not what this program writes.
    """
    at = 0
    while at < len(chunk):
        if len(chunk) < at + _HEAD.size:
            raise ValueError("a frame breaks off")
        length, end_ms, ports, count = _HEAD.unpack_from(chunk, at)
        at += _HEAD.size
        if len(chunk) < at + length or count not in (0, _COLUMNS):
            raise ValueError("a frame breaks off, or has other columns")
        yield _moment(end_ms), list(_samples(chunk[at : at + length], end_ms, ports, count, port))
        at += length


def laid_into(chunk: bytes, end: datetime, frame: bytes) -> bytes:
    """A chunk with one more frame, in the place of one that has the same end.

    Raises:
        ValueError: It is not what this program writes.
    """
    at, end_ms = 0, _ms(end)
    while at < len(chunk):
        if len(chunk) < at + _HEAD.size:
            raise ValueError("a frame breaks off")
        length, found_ms, _, _ = _HEAD.unpack_from(chunk, at)
        if found_ms >= end_ms:
            after = at + _HEAD.size + length if found_ms == end_ms else at
            return chunk[:at] + frame + chunk[after:]
        at += _HEAD.size + length
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


def _samples(
    body: bytes, end_ms: int, ports: int, count: int, port: int | None
) -> Iterator[Sample]:
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
    for n in wanted:
        yield _sample(columns[n::ports], end_ms)


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


def _row(end: datetime, sample: Sample) -> tuple[int, ...]:
    change = sample.change
    return (
        sample.port,
        _ms(end) - _ms(change.begin),
        round(change.seconds * 1000),
        _WHYS.index(change.why),
        0 if sample.up is None else 1 + sample.up,
        round(sample.up_s * 1000),
        round(sample.down_s * 1000),
        sample.losses,
        _of_power(sample.rx),
        _of_power(sample.tx),
        *_of_flow(change.input),
        *_of_flow(change.output),
    )


_COLUMNS = 10 + 2 * len(_FLOW)


def _sample(row: Sequence[int], end_ms: int) -> Sample:
    port, gap_ms, seconds_ms, why, up, up_ms, down_ms, losses, rx, tx = row[:10]
    if not 0 <= why < len(_WHYS):
        raise ValueError("a frame names no known reason")
    return Sample(
        port=port,
        change=Change(
            begin=_moment(end_ms - gap_ms),
            end=_moment(end_ms),
            seconds=seconds_ms / 1000,
            input=_flow(row[10 : 10 + len(_FLOW)]),
            output=_flow(row[10 + len(_FLOW) :]),
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


def _of_power(power: Power | None) -> int:
    if isinstance(power, Dark):
        return _NO_LIGHT if power is Dark.NO_LIGHT else 0
    return 0 if power is None else max(_NO_LIGHT + 1, round(power * 100) + _DARKEST)


def _power(value: int) -> Power | None:
    if value <= _NO_LIGHT:
        return Dark.NO_LIGHT if value else None
    return Dbm((value - _DARKEST) / 100)


def _ms(at: datetime) -> int:
    return (at - _EPOCH) // timedelta(milliseconds=1)


def _moment(ms: int) -> datetime:
    return _EPOCH + timedelta(milliseconds=ms)


_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
