"""Whether the clocks behind two observations ran on: restarts, wraps, and clocks that were set.

A restart has its beginning after the earlier observation; a wrap of sysUpTime moves the beginning
by 497.1 days (field note T1); whatever else moves it is a clock that was set.
"""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from techinfo.history.observation import Observation

_WRAP_S = (1 << 32) / 100
"""SysUpTime is hundredths of a second in 32 bits (SNMPv2-MIB, RFC 3418)."""
_SAME_S = 30.0
"""A beginning that is computed anew comes out a little different."""
_WRONG = 0.001
"""How wrong a crystal may go, with room."""
_LATE_S = 60.0
_NEAR_WRAP_S = 3600.0
_STEPPED_S = 2.0
"""How far two of our own clocks may go apart between two observations."""


class Why(StrEnum):
    """Why nothing is known of what happened between two observations."""

    ORDER = "out of order"
    CLOCK = "a clock was set"
    RENUMBERED = "the port has another number"
    REBOOT = "the element has started anew"
    AGENT = "the agent has started anew"
    RESET = "the counters were reset"
    FELL = "the counters fell"
    IMPOSSIBLE = "more than the line can carry"


class _Moved(StrEnum):
    SAME = "same"
    ANEW = "anew"
    SET = "set"


def interruption(earlier: Observation, later: Observation) -> Why | None:
    """What has interrupted a port between two observations; ``None``: nothing that can be told."""
    return of_element(earlier, later) or _of_port(earlier, later)


def of_element(earlier: Observation, later: Observation) -> Why | None:
    """The same of all ports of an element that were seen at these two times."""
    if later.at <= earlier.at:
        return Why.ORDER
    if stepped(earlier, later):
        return Why.CLOCK
    return _restart(earlier, later)


def _restart(earlier: Observation, later: Observation) -> Why | None:
    element = _moved(earlier.boot, later.boot, earlier)
    agent = _moved(earlier.agent_boot, later.agent_boot, earlier)
    if element is _Moved.ANEW:
        return Why.REBOOT
    if agent is _Moved.ANEW:
        return Why.AGENT
    return Why.CLOCK if _Moved.SET in (element, agent) else None


def _of_port(earlier: Observation, later: Observation) -> Why | None:
    if later.if_index != earlier.if_index:
        return Why.RENUMBERED
    if _moved(earlier.reset_at, later.reset_at, earlier) is _Moved.ANEW:
        return Why.RESET
    if later.reset_at is None and earlier.reset_at is not None and _tells_counters(later):
        return Why.AGENT  # an agent that has started alone does not know since when ports count
    return None


def stepped(earlier: Observation, later: Observation) -> bool:
    """Whether our own clock was set between two observations."""
    if earlier.steady_s is None or later.steady_s is None:
        return False
    steady_s = later.steady_s - earlier.steady_s
    passed_s = (later.at - earlier.at).total_seconds()
    return abs(passed_s - steady_s) > _STEPPED_S + _WRONG * abs(steady_s)


def _tells_counters(seen: Observation) -> bool:
    return seen.input.bytes is not None or seen.output.bytes is not None


def _moved(before: datetime | None, after: datetime | None, seen: Observation) -> _Moved:
    """What has become of the beginning of a clock since an observation that it was told in."""
    if after is None or (after == before and after <= seen.at):
        return _Moved.SAME
    age_s = (seen.at - before).total_seconds() if before is not None else 0.0
    shift_s = (after - before).total_seconds() if before is not None else 0.0
    late_s = (after - seen.at).total_seconds()
    if before is None:
        return _Moved.ANEW if late_s > _LATE_S else _Moved.SAME
    if abs(shift_s) <= _SAME_S and late_s <= 0:
        return _Moved.SAME
    if abs(shift_s - _WRAP_S) <= _NEAR_WRAP_S:
        return _Moved.SAME
    if shift_s > 1.0 and late_s > -(_LATE_S + _WRONG * age_s):
        return _Moved.ANEW
    return _Moved.SAME if abs(shift_s) <= _SAME_S else _Moved.SET
