"""The link of a port over time: transitions, flaps between two reads, since when, and downtime.

ifLastChange tells the latest transition alone: of a port that is up at both reads, and has changed
in between, at least one loss is certain, and how long it was is not. It is a value of sysUpTime,
which goes round after 497 days (RFC 2863, RFC 3418): whether it is still the same, and so whether
the link has changed between two reads, the clock's face alone tells. Where an agent does not tell
it, or tells it wrong (field note T4), our own reads do.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta

from techinfo.history.epochs import Why, interruption
from techinfo.history.observation import Observation
from techinfo.values import value

UNSEEN = timedelta(minutes=10)
"""Longer than this between two reads, equal states prove nothing by themselves."""
NEAR = timedelta(seconds=2)
"""Times of one event, computed from two reads."""
_TICK = timedelta(milliseconds=10)
_ROUND = 1 << 32
_TURN = _ROUND * _TICK
_SAME_DIAL = timedelta(seconds=30)
"""A zero that is computed anew comes out a little different; after a start it is another one."""


@value(frozen=True, kw_only=True, slots=True)
class Span:
    """A time for which a link was up, or down; ``up`` is ``None`` while nobody knows."""

    begin: datetime
    end: datetime
    up: bool | None


@value(frozen=True, kw_only=True, slots=True)
class Transition:
    """A link that came or went.

    Attributes:
        at: When, by the agent's clock; where that does not tell, when it was first seen so.
        earliest: It was not so before this.
        up: What it is since.
        exact: The agent has told the time.
        reboot: The whole element has started anew.
    """

    at: datetime
    earliest: datetime
    up: bool
    exact: bool
    reboot: bool = False


@value(frozen=True, kw_only=True, slots=True)
class Between:
    """The link between two observations.

    Attributes:
        spans: By age, without a gap.
        transitions: By age.
        losses: How often it was lost, at least; restarts of the element are none.
    """

    spans: tuple[Span, ...] = ()
    transitions: tuple[Transition, ...] = ()
    losses: int = 0


@value(frozen=True, kw_only=True, slots=True)
class Downtime:
    """Seconds of a time; together they are all of it."""

    down_s: float
    up_s: float
    unknown_s: float


def between(earlier: Observation, later: Observation) -> Between:
    """What two observations say of the link between them."""
    return between_knowing(interruption(earlier, later), earlier, later)


def between_knowing(why: Why | None, earlier: Observation, later: Observation) -> Between:
    """The same where it is known what has interrupted them; `Why.FELL` and the like do nothing."""
    if why is Why.ORDER:
        return Between()
    if earlier.up is None or later.up is None or why in {Why.CLOCK, Why.RENUMBERED}:
        return Between(spans=(Span(begin=earlier.at, end=later.at, up=None),))
    if why is Why.REBOOT:
        return _over_reboot(earlier, later, earlier.up, later.up)
    on_one_dial = why is not Why.AGENT and _on_one_dial(earlier, later)
    changed = _by_dial(earlier, later) if on_one_dial else _changed(earlier, later)
    if earlier.up is later.up:
        if changed is not None:
            return _flapped(earlier, later, changed, up=later.up)
        proven = on_one_dial or (later.last_change is not None and why is not Why.AGENT)
        is_short = later.at - earlier.at <= UNSEEN
        up = later.up if proven or is_short else None
        return Between(spans=(Span(begin=earlier.at, end=later.at, up=up),))
    return _other(earlier, later, changed, up=later.up)


def _on_one_dial(earlier: Observation, later: Observation) -> bool:
    """Whether both have ifLastChange of one clock, which has not gone round between them."""
    if earlier.changed_ticks is None or later.changed_ticks is None:
        return False
    if earlier.dial_since is None or later.dial_since is None or later.at - earlier.at >= _TURN:
        return False
    if later.dial_since == earlier.dial_since:
        return True
    shift = later.dial_since - earlier.dial_since
    return abs(shift - round(shift / _TURN) * _TURN) <= _SAME_DIAL


def _by_dial(earlier: Observation, later: Observation) -> datetime | None:
    """When the link changed between two observations of one dial; ``None``: it did not."""
    before, ticks, dial = earlier.changed_ticks, later.changed_ticks, later.dial_since
    if before is None or ticks is None or dial is None or abs(ticks - before) <= 1:
        return None
    # It was between them, and the clock shows this once in 497 days.
    half = (later.at - earlier.at) / 2
    at = dial + ticks * _TICK
    at += round((earlier.at + half - at) / _TURN) * _TURN
    near = abs(at - (earlier.at + half)) <= half + NEAR
    return min(max(at, earlier.at), later.at) if near else None


def _changed(earlier: Observation, later: Observation) -> datetime | None:
    """When the agent says that the link changed between two observations."""
    told = later.last_change
    if told is None or told <= earlier.at - NEAR or told > later.at + NEAR:
        return None
    same = earlier.agent_boot == later.agent_boot and later.agent_boot is not None
    near = _TICK if same else NEAR
    if earlier.last_change is not None and told <= earlier.last_change + near:
        return None
    return min(max(told, earlier.at), later.at)


def _flapped(earlier: Observation, later: Observation, changed: datetime, *, up: bool) -> Between:
    """Equal states with a change in between: there and back, some time before it."""
    gone = Transition(at=changed, earliest=earlier.at, up=not up, exact=False)
    back = Transition(at=changed, earliest=earlier.at, up=up, exact=True)
    spans = (
        Span(begin=earlier.at, end=changed, up=None),
        Span(begin=changed, end=later.at, up=up),
    )
    return Between(spans=spans, transitions=(gone, back), losses=1)


def _other(
    earlier: Observation, later: Observation, changed: datetime | None, *, up: bool
) -> Between:
    at = changed or later.at
    moved = Transition(at=at, earliest=earlier.at, up=up, exact=changed is not None)
    is_short = later.at - earlier.at <= UNSEEN
    before = (not up) if changed is not None and is_short else None
    spans = (
        Span(begin=earlier.at, end=at, up=before),
        Span(begin=at, end=later.at, up=up),
    )
    return Between(spans=spans, transitions=(moved,), losses=0 if up else 1)


def _over_reboot(earlier: Observation, later: Observation, was: bool, up: bool) -> Between:
    boot = min(max(later.boot or later.at, earlier.at), later.at)
    told = later.last_change
    if told is None or not boot - NEAR <= told <= later.at + NEAR:
        told = None
    at = min(max(told, boot), later.at) if told is not None else None
    spans = [Span(begin=earlier.at, end=boot, up=None)]
    spans.append(Span(begin=boot, end=at or later.at, up=False if at and up else None))
    if at is not None:
        spans.append(Span(begin=at, end=later.at, up=up))
    moved = []
    if was:
        moved.append(Transition(at=boot, earliest=earlier.at, up=False, exact=False, reboot=True))
    if up:
        came = at or later.at
        moved.append(Transition(at=came, earliest=boot, up=True, exact=at is not None, reboot=True))
    return Between(spans=tuple(spans), transitions=tuple(moved))


def link_since(up: bool | None, told: datetime | None, last: Transition | None) -> datetime | None:
    """Since when a link is as it is now; ``None`` where neither the agent nor we can say.

    Args:
        up: The link now.
        told: The agent's word of it.
        last: The newest transition that was seen.
    """
    if last is None or up is None:
        return told
    if last.up is not up:  # it has changed after we looked last
        return told if told is not None and told >= last.at - NEAR else None
    if told is None or told < last.earliest - NEAR:
        return last.at
    if told > last.at + NEAR:
        return told
    return last.at if last.exact else told


def losses(seen: Iterable[Between]) -> int:
    """How often a link was lost, at least."""
    return sum(one.losses for one in seen)


def downtime(spans: Iterable[Span], begin: datetime, end: datetime) -> Downtime:
    """How long a link was down in a time; what no span tells is unknown.

    Args:
        spans: That do not overlap.
        begin: Of the time that is asked for, such as a month.
        end: Of the same.
    """
    known = {True: 0.0, False: 0.0}
    for span in cut(spans, begin, end):
        if span.up is not None:
            known[span.up] += (span.end - span.begin).total_seconds()
    whole = (end - begin).total_seconds()
    return Downtime(
        down_s=known[False], up_s=known[True], unknown_s=max(0.0, whole - sum(known.values()))
    )


def cut(spans: Iterable[Span], begin: datetime, end: datetime) -> Iterator[Span]:
    """What of some spans lies in a time."""
    for span in spans:
        first, last = max(span.begin, begin), min(span.end, end)
        if first < last:
            yield Span(begin=first, end=last, up=span.up)
