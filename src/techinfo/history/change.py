"""What a port has counted between two observations, or why that is not known.

Never a spike and never a made-up rate: what could have been more than one thing is unknown.
Sources: RFC 2863 (3.1.6, counters and discontinuities), field notes C1 and C2.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields
from datetime import datetime
from operator import attrgetter

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
_PACKETS = ("unicast", "multicast", "broadcast")
_NAMES = tuple(field.name for field in fields(Flow))
_COUNTED = (*(name for name in _NAMES if name != "bytes"), "bytes")
"""Octets last: how many packets came says how many there can have been."""
_ALL = attrgetter(*_COUNTED)
_WIDE = ("bytes", *_PACKETS)
_APART_S = 5.0
"""Columns of one walk are this far apart."""


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


def change(earlier: Observation, later: Observation) -> Change:
    """What a port has counted between two observations."""
    seconds = _seconds(earlier, later)
    why = interruption(earlier, later)
    if why is None:
        why = _counted_anew(earlier, later)
    if why is not None:
        return Change(begin=earlier.at, end=later.at, seconds=seconds, why=why)
    bits_s = (max(earlier.speed or 0, later.speed or 0) or _WITHOUT_A_LINK_MBPS) * 1_000_000
    wide = later.wide is True and earlier.wide is True
    input_ = _grown(earlier.input, later.input, seconds, bits_s, wide=wide)
    output = _grown(earlier.output, later.output, seconds, bits_s, wide=wide)
    if input_ is None or output is None:
        return Change(begin=earlier.at, end=later.at, seconds=seconds, why=Why.IMPOSSIBLE)
    return Change(begin=earlier.at, end=later.at, seconds=seconds, input=input_, output=output)


def _counted_anew(earlier: Observation, later: Observation) -> Why | None:
    """Whether counters fell without any word of the agent, and none proves that it ran on.

    A large one that has grown a little proves it.
    """
    fell = False
    for before, after in ((earlier.input, later.input), (earlier.output, later.output)):
        if before is NO_FLOW or after is NO_FLOW:
            continue
        for was, now in zip(_ALL(before), _ALL(after), strict=True):
            if was is None or now is None:
                continue
            if now < was:
                fell = True
            elif was >= _WITNESS and now <= was + was // 8:
                return None
    return Why.FELL if fell else None


def _seconds(earlier: Observation, later: Observation) -> float:
    if earlier.steady_s is not None and later.steady_s is not None:
        return later.steady_s - earlier.steady_s
    return (later.at - earlier.at).total_seconds()


def _grown(before: Flow, after: Flow, seconds: float, bits_s: int, *, wide: bool) -> Flow | None:
    """One direction; ``None`` when it has grown by more than the line can carry."""
    if before is NO_FLOW or after is NO_FLOW:
        return NO_FLOW
    within_s = seconds + _LAGS_S
    most_octets = int(within_s * bits_s / 8)
    most_packets = int(within_s * bits_s / _SHORTEST_BITS)
    grown: dict[str, int | None] = {}
    for name, was, now in zip(_COUNTED, _ALL(before), _ALL(after), strict=True):
        if was is None or now is None:
            continue
        is_octets = name == "bytes"
        if now >= _WRAP or was >= _WRAP or (wide and name in _WIDE):
            count = now - was if now >= was else None
        elif is_octets:
            most = _most_octets(grown, most_octets, bits_s)
            count = _of_few(_of_32_bits(was, now, most), seconds)
        else:
            count = _of_32_bits(was, now, most_packets)
        if count is not None and count > (most_octets if is_octets else most_packets):
            return None
        grown[name] = count
    return Flow(**grown)


def _most_octets(grown: Mapping[str, int | None], most: int, bits_s: int) -> int:
    """How many there can have been: what the line carries, or the packets that came."""
    packets = [grown.get(name) for name in _PACKETS]
    known = [count for count in packets if count is not None]
    if len(known) < len(packets):
        return most
    return min(most, sum(known) * _LONGEST + int(_APART_S * bits_s / 8))


def _of_32_bits(was: int, now: int, most: int) -> int | None:
    """Growth of a counter that may have 32 bits; ``None`` where it may have gone round unseen."""
    grown = (now - was) % _WRAP
    return grown if grown <= most < grown + _WRAP else None


def _of_few(octets: int | None, seconds: float) -> int | None:
    return octets if octets is not None and octets * 8 <= _NARROW_BITS_S * seconds else None
