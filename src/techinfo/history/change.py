"""What a port has counted between two observations, or why that is not known.

Never a spike and never a made-up rate: what could have been more than one thing is unknown.
Sources: RFC 2863 (3.1.6, counters and discontinuities), field notes C1 and C2.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import fields
from datetime import datetime
from operator import attrgetter
from typing import NamedTuple

from techinfo.history.epochs import Why, interruption
from techinfo.history.observation import NO_FLOW, Observation
from techinfo.model import Flow
from techinfo.values import value

_WRAP = 1 << 32
_LAGS_S = 30.0
"""An agent may renew its counters as seldom as this."""
_WITHOUT_A_LINK_MBPS = 800_000
"""No port is faster; stands where the speed is not told."""
_SHORTEST_BITS = 84 * 8
"""The shortest frame with preamble and gap (IEEE 802.3)."""
_LONGEST = 16_384
"""Octets of the longest frame that any maker has, with room."""
_NARROW_BITS_S = 50_000_000
"""Above this rate nothing is believed of a 32-bit counter at five minutes (field note C1)."""
_WITNESS = 1000
_PACKETS = slice(1, 4)
"""Places of those in `COUNTS`."""
_WIDE = 4
"""How many of `COUNTS`, from the first, have 64 bits where any have."""
_NAMES = tuple(field.name for field in fields(Flow))
COUNTS = attrgetter(*_NAMES)
"""The counters of a direction: octets, packets, and what is wrong with some."""
Counts = Sequence[int | None]
_APART_S = 5.0
"""Columns of one walk are this far apart."""
_UNTIL_PACKETS_ARE_KNOWN = -1
Ways = tuple[tuple[Counts, Counts], tuple[Counts, Counts]]
"""Input and output, each with its counters before and after."""


@value(frozen=True, kw_only=True, slots=True)
class Change:
    """What two observations of one port say together.

    Attributes:
        begin, end: Times of the observations.
        seconds: That passed, by a clock that is never set where both have it.
        input, output: By how much each counter has grown; ``None``: not known.
        why: Why nothing of it is known.
    """

    begin: datetime
    end: datetime
    seconds: float
    input: Flow = NO_FLOW
    output: Flow = NO_FLOW
    why: Why | None = None


class Most(NamedTuple):
    """What a line can carry between two observations.

    Attributes:
        octets, packets: At its speed.
        apart: Octets that may have come beside the packets that were counted.
        few_bits: More is not believed of octets in 32 bits.
    """

    octets: int
    packets: int
    apart: int
    few_bits: float


def most(seconds: float, mbit_s: int | None) -> Most:
    """What a line of a speed can carry in a time; without a speed, what any can."""
    bits_s = (mbit_s or _WITHOUT_A_LINK_MBPS) * 1_000_000
    within_s = seconds + _LAGS_S
    return Most(
        octets=int(within_s * bits_s / 8),
        packets=int(within_s * bits_s / _SHORTEST_BITS),
        apart=int(_APART_S * bits_s / 8),
        few_bits=_NARROW_BITS_S * seconds,
    )


def change(earlier: Observation, later: Observation) -> Change:
    """What a port has counted between two observations."""
    seconds = seconds_between(earlier, later)
    why = interruption(earlier, later)
    ways = counts_of(earlier, later)
    if why is None:
        why = counted_anew(ways)
    if why is not None:
        return Change(begin=earlier.at, end=later.at, seconds=seconds, why=why)
    carried = most(seconds, max(earlier.speed or 0, later.speed or 0))
    wide = later.wide is True and earlier.wide is True
    input_, output = (grown(was, now, carried, wide=wide) for was, now in ways)
    if input_ is None or output is None:
        return Change(begin=earlier.at, end=later.at, seconds=seconds, why=Why.IMPOSSIBLE)
    return Change(
        begin=earlier.at,
        end=later.at,
        seconds=seconds,
        input=_flow(input_),
        output=_flow(output),
    )


def counts_of(earlier: Observation, later: Observation) -> Ways:
    """The counters of both directions, input first, each as they were and as they are."""
    return (
        (COUNTS(earlier.input), COUNTS(later.input)),
        (COUNTS(earlier.output), COUNTS(later.output)),
    )


def counted_anew(ways: Ways) -> Why | None:
    """Whether counters fell without any word of the agent, and none proves that it ran on.

    A large one that has grown a little proves it.
    """
    fell = False
    for before, after in ways:
        for was, now in zip(before, after, strict=True):
            if was is None or now is None:
                continue
            if now < was:
                fell = True
            elif was >= _WITNESS and now <= was + was // 8:
                return None
    return Why.FELL if fell else None


def seconds_between(earlier: Observation, later: Observation) -> float:
    """The time between two observations, by a clock that is never set where both have it."""
    if earlier.steady_s is not None and later.steady_s is not None:
        return later.steady_s - earlier.steady_s
    return (later.at - earlier.at).total_seconds()


def grown(before: Counts, after: Counts, most: Most, *, wide: bool) -> list[int] | None:
    """By how much each counter of a direction has grown, and one more than that; 0: not known.

    ``None`` when one has grown by more than the line can carry.
    """
    told: list[int] = []
    add, octets, packets = told.append, most.octets, most.packets
    large = _WIDE if wide else 0
    for place, (was, now) in enumerate(zip(before, after, strict=True)):
        if was is None or now is None:
            add(0)
        elif place < large or now >= _WRAP or was >= _WRAP:
            if now - was > (packets if place else octets):
                return None
            add(now - was + 1 if now >= was else 0)
        elif place:
            add(_of_32_bits(was, now, packets))
        else:
            add(_UNTIL_PACKETS_ARE_KNOWN)
    if told[0] == _UNTIL_PACKETS_ARE_KNOWN:
        told[0] = _octets_of_32_bits(before[0] or 0, after[0] or 0, told[_PACKETS], most)
    return told


def _octets_of_32_bits(was: int, now: int, packets: Sequence[int], most: Most) -> int:
    """There are no more of them than the line carries, nor than came in the packets."""
    octets = most.octets
    if all(packets):
        counted = sum(packets) - len(packets)
        octets = min(octets, counted * _LONGEST + most.apart)
    told = _of_32_bits(was, now, octets)
    return told if told and (told - 1) * 8 <= most.few_bits else 0


def _of_32_bits(was: int, now: int, most: int) -> int:
    """Growth of a counter that may have 32 bits; 0 where it may have gone round unseen."""
    count = (now - was) % _WRAP
    return count + 1 if count <= most < count + _WRAP else 0


def _flow(told: Sequence[int]) -> Flow:
    if not any(told):
        return NO_FLOW
    return Flow(**{name: n - 1 for name, n in zip(_NAMES, told, strict=True) if n})
