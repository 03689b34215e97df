"""How old an answer may be, and what to do when nothing that young can be had."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime

from techinfo.collect import AnyCollector, Reading, Target
from techinfo.errors import (
    AcsTimeoutError,
    DeadlineError,
    DeviceUnreachableError,
    ForbiddenError,
    NotReadError,
    PausedError,
    SnmpTimeoutError,
)
from techinfo.model import Fact, State

MOST_STALE_S = 7 * 86_400.0
"""Rows about people are kept no longer (contract: How long)."""
SILENT = (SnmpTimeoutError, DeviceUnreachableError)
"""What a device that does not answer is found out by."""

_BESIDE = frozenset({Fact.COUNTERS, Fact.SHAPING, Fact.PROTECTION})
"""What is read with a link, and what polls and front panels leave out."""
_WALKED = frozenset({Fact.MACS, Fact.LEASES, Fact.GROUPS})


@dataclass(frozen=True, kw_only=True, slots=True)
class CachePolicy:
    """What is good enough.

    Attributes:
        max_age_s: Read anew what is older.
        max_stale_s: If nothing can be read, the last known is taken up to this age; 0: not at all.
        deadline_s: The caller waits no longer.
        not_after: Nothing is read; the last reading is given, if it is not later.
        live: One port as often as its model bears it, past the collector's least interval.
        cached: Nothing is read; the last reading is given, if it is not older than `max_age_s`.
    """

    max_age_s: float = 30.0
    max_stale_s: float = 0.0
    deadline_s: float = 5.0
    not_after: datetime | None = None
    cached: bool = False
    live: bool = False


async def read(
    collector: AnyCollector,
    target: Target,
    facts: Iterable[Fact],
    policy: CachePolicy,
    now: datetime,
) -> Reading:
    """Read, or take what is known, on these terms.

    A table whose walk outlasts the deadline answers its last snapshot with its age, while the walk
    goes on behind (contract: Freshness). A silent element answers the last known only to those
    who asked for it, and so does one that is paused, whose ACS is gone, or that tells a part of its
    rows and none of these.

    Raises:
        DeviceError: Neither could be had, or another device answers.
        DriverError: No driver fits.
        ForbiddenError: Nothing is known that is old enough.
        NotReadError: Nothing is known that is young enough, and nothing is to be read.
    """
    wanted = tuple(facts)
    target = replace(target, live=True) if policy.live else target
    if policy.not_after is not None:
        return await _before(collector, target, wanted, policy.not_after, now)
    if policy.cached:
        return await _cached(collector, target, wanted, policy.max_age_s, now)
    try:
        reading = await collector.read(target, wanted, policy.max_age_s, policy.deadline_s)
        return await _whole(collector, target, reading, policy, now)
    except (PausedError, AcsTimeoutError):
        last = await known(collector, target, wanted, policy.max_stale_s, now)
        if last is None:
            raise
        return last
    except (*SILENT, DeadlineError) as e:
        late = isinstance(e, DeadlineError)
        silent = not late or await collector.silent_since(target) is not None
        slow_walk = not silent and _WALKED.issuperset(wanted)
        most_s = MOST_STALE_S if slow_walk else policy.max_stale_s
        last = await known(collector, target, wanted, most_s, now)
        if last is not None:
            return last
        if silent and late:
            raise SnmpTimeoutError("asked again, and still silent", address=e.address) from e
        raise


async def _whole(
    collector: AnyCollector, target: Target, reading: Reading, policy: CachePolicy, now: datetime
) -> Reading:
    """A reading; in place of one that lacks the rows that were asked for the last known."""
    if not policy.max_stale_s or not _lacks(reading, reading.parts):
        return reading
    return await known(collector, target, reading.parts, policy.max_stale_s, now) or reading


def _lacks(reading: Reading, facts: Iterable[Fact]) -> bool:
    """Whether rows of a port were asked for, and neither read nor known to be none."""
    port = reading.port
    return port is not None and any(
        fact in _WALKED
        and fact in reading.parts
        and reading.parts[fact].state is State.PARTIAL
        and not getattr(port, fact.value)
        for fact in facts
    )


async def _cached(
    collector: AnyCollector, target: Target, facts: Iterable[Fact], most_s: float, now: datetime
) -> Reading:
    """The last reading; what nobody has read beside a link is left out of it."""
    wanted = tuple(facts)
    last = await known(collector, target, wanted, most_s, now)
    if last is not None:
        return last
    found = [
        fact
        for fact in wanted
        if fact not in _BESIDE or await known(collector, target, (fact,), most_s, now)
    ]
    last = await known(collector, target, found, most_s, now) if found else None
    if last is None:
        raise NotReadError("nothing of it was read lately")
    return last


async def _before(
    collector: AnyCollector, target: Target, facts: Iterable[Fact], end: datetime, now: datetime
) -> Reading:
    last = await known(collector, target, facts, MOST_STALE_S, now)
    if last is None or any(p.read_at is not None and p.read_at >= end for p in last.parts.values()):
        raise ForbiddenError("your subscription has ended, and nothing is kept from before its end")
    return last


async def known(
    collector: AnyCollector, target: Target, facts: Iterable[Fact], most_s: float, now: datetime
) -> Reading | None:
    """What was read last, if it is not older than so many seconds."""
    last = await collector.last_known(target, facts)
    if last is None or last.read_at is None or (now - last.read_at).total_seconds() > most_s:
        return None
    return last
