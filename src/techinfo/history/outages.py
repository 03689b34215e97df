"""The last outage of a line, and its cause as far as anything tells it. Pure.

Light and link that go together look alike whether a fibre was cut or a household lost its power, on
one port or on many: such an outage stays open until something tells. That is a proven dying gasp
of the far end, what the OLT says of its ONT, a restart of the switch itself, and afterwards the
clock of the CPE: one that ran through the outage had power, one that began in it had none. Light
that arrives without a link says that the far laser has power.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

from techinfo.history.links import Transition

_NEAR = timedelta(seconds=30)
"""Between a last gasp and the loss that it is of."""
_OF_ONT = timedelta(seconds=120)
"""Between when an OLT says that an ONT went and when polls have seen it."""
_CLOCK = timedelta(seconds=90)
"""A start that is computed from an uptime errs by less (`techinfo.history.events`)."""
_STARTS_WITHIN = timedelta(seconds=180)
"""After its link is back a CPE has begun to count; one that starts later does so by itself."""

_RENEWED, _AS_BEFORE_DB = 2, 3.0
"""Light without link: so many levels, none further from that of before."""


class Cause(StrEnum):
    """Why a line was lost."""

    POWER = "power"
    """The far end had none."""
    FIBRE = "fibre"
    """The far end had power all the time: the line, or what is at its ends."""
    ELEMENT = "element_restarted"
    DEACTIVATED = "deactivated"
    """The operator has switched the ONT off."""


class Certainty(StrEnum):
    """What a cause is worth."""

    PROVEN = "proven"
    LIKELY = "likely"
    """A restart of the CPE by hand looks like a loss of its power."""
    OPEN = "open"
    """Nothing has told."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Outage:
    """A time in which a line was down.

    Attributes:
        begin: When it was lost.
        earliest: It was up before this; ``None``: `begin` is the agent's own time.
        end: When it came back; ``None``: it has not.
        cause: ``None``: nobody knows.
    """

    begin: datetime
    earliest: datetime | None = None
    end: datetime | None = None
    cause: Cause | None = None
    certainty: Certainty = Certainty.OPEN


@dataclass(frozen=True, kw_only=True, slots=True)
class Clues:
    """What tells of a cause, beside the line itself.

    Attributes:
        gasps: Dying gasps of the far end, proven ones.
        ont_up: What the OLT says of the ONT.
        ont_down_at, ont_cause: When and why it went last, by the OLT.
        cpe_started: When the CPE began to count its uptime.
        cpe_read_at: When it said so.
        light: What arrived in dBm, and when it was read, by age; no light is none.
        is_copper: The line is known to be copper: a far end that had power proves no fault of a
            fibre.
    """

    gasps: tuple[datetime, ...] = ()
    ont_up: bool | None = None
    ont_down_at: datetime | None = None
    ont_cause: str | None = None
    cpe_started: datetime | None = None
    cpe_read_at: datetime | None = None
    light: tuple[tuple[datetime, float], ...] = ()
    is_copper: bool = False


_OF_ONTS = {
    "dying-gasp": Cause.POWER,
    "los": Cause.FIBRE,
    "lofi": Cause.FIBRE,
    "deactivated": Cause.DEACTIVATED,
}


def last_outage(seen: Sequence[Transition], clues: Clues) -> Outage | None:
    """The last outage that was seen; ``None``: none was.

    Args:
        seen: Transitions of the line, by age.
        clues: As far as they are known, and of the same holder.
    """
    lost = next((n for n in range(len(seen) - 1, -1, -1) if not seen[n].up), None)
    if lost is None:
        return None
    down, rest = seen[lost], seen[lost + 1 :]
    outage = Outage(
        begin=down.at,
        earliest=None if down.exact else down.earliest,
        end=next((one.at for one in rest if one.up), None),
    )
    if down.reboot:
        return replace(outage, cause=Cause.ELEMENT, certainty=Certainty.PROVEN)
    cause, certainty = _told(outage, clues)
    return replace(outage, cause=cause, certainty=certainty)


def gasped(down: Transition, gasps: Iterable[datetime]) -> bool:
    """Whether one of some gasps is of this loss."""
    begin = down.at if down.exact else down.earliest
    return any(begin - _NEAR <= at <= down.at + _NEAR for at in gasps)


def _told(outage: Outage, clues: Clues) -> tuple[Cause | None, Certainty]:
    begin = outage.earliest or outage.begin
    if any(begin - _NEAR <= at <= outage.begin + _NEAR for at in clues.gasps):
        return Cause.POWER, Certainty.PROVEN
    of_ont = _OF_ONTS.get(clues.ont_cause or "")
    if of_ont is not None and _is_of(outage, begin, clues):
        return of_ont, Certainty.PROVEN
    by_clock = _by_clock(outage, begin, clues)
    if by_clock is not None:
        return by_clock
    lit = _is_lit(outage, begin, clues.light)
    return (Cause.FIBRE, Certainty.LIKELY) if lit else (None, Certainty.OPEN)


def _is_of(outage: Outage, begin: datetime, clues: Clues) -> bool:
    """Whether the OLT's word is of this outage: by its time, or while it lasts."""
    if clues.ont_down_at is not None:
        return begin - _OF_ONT <= clues.ont_down_at <= outage.begin + _OF_ONT
    return clues.ont_up is False and outage.end is None


def _is_lit(outage: Outage, begin: datetime, light: Sequence[tuple[datetime, float]]) -> bool:
    """Whether light as before came in while the link was down: the far laser had power then.

    Two readings in the outage that differ show that the sensor was read anew in it, and that the
    level is none that the switch has kept from before.
    """
    before = [level for at, level in light if at < begin]
    end = outage.end
    within = [level for at, level in light if at > outage.begin and (end is None or at < end)]
    if not before or len(set(within)) < _RENEWED:
        return False
    return all(abs(level - before[-1]) <= _AS_BEFORE_DB for level in within)


def _by_clock(outage: Outage, begin: datetime, clues: Clues) -> tuple[Cause, Certainty] | None:
    started, read_at, end = clues.cpe_started, clues.cpe_read_at, outage.end
    if started is None or read_at is None or end is None or read_at < end:
        return None
    if started < begin - _CLOCK:
        return None if clues.is_copper else (Cause.FIBRE, Certainty.PROVEN)
    if begin <= started <= end + _STARTS_WITHIN:
        return Cause.POWER, Certainty.LIKELY
    return None
