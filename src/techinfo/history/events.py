"""What happens on a port beside its link: another speed, a CPE that has restarted, a last gasp."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from techinfo.history.observation import Observation

_SAME = timedelta(seconds=90)
"""Two computations of when a CPE started differ by less: its clock is read at another moment."""


class Happened(StrEnum):
    """Kinds of events, as the file has them."""

    SPEED = "speed"
    CPE_BOOT = "cpe_boot"
    DYING_GASP = "dying_gasp"
    """Of the far end of the line, proven: it was losing its power."""


@dataclass(frozen=True, kw_only=True, slots=True)
class PortEvent:
    """Something that happened on a port.

    Attributes:
        at: When, as it was told or first seen.
        earliest: It was not so before this.
        value: Of a speed: Mbit/s from then on.
    """

    kind: Happened
    at: datetime
    earliest: datetime
    value: int | None = None


def speed_changed(known: int | None, earlier: Observation, later: Observation) -> PortEvent | None:
    """Another speed than the last that was seen, which a link that was down does not forget.

    Args:
        known: Mbit/s, of the last observation with a link.
        earlier: The observation before.
        later: This one.
    """
    if later.up is not True or not later.speed or not known or later.speed == known:
        return None
    if earlier.if_index != later.if_index:
        return None  # a renumbered port: nobody knows whether it is the same socket
    return PortEvent(kind=Happened.SPEED, at=later.at, earliest=earlier.at, value=later.speed)


def cpe_restarted(
    up_since: datetime | None, known: Iterable[PortEvent], now: datetime
) -> PortEvent | None:
    """A start of a CPE that is not known yet; ``None``: nothing new.

    Args:
        up_since: By the CPE's own clock.
        known: Events of its port.
        now: When it was asked.
    """
    if up_since is None or up_since > now:
        return None
    boots = [event.at for event in known if event.kind is Happened.CPE_BOOT]
    if any(abs(up_since - boot) <= _SAME for boot in boots):
        return None
    return PortEvent(kind=Happened.CPE_BOOT, at=up_since, earliest=up_since)
