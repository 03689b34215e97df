"""Since when a MAC address is on a port: from whole tables, read again and again.

Between two reads nobody looks, so that the time is that of the read which saw it first.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

Key = tuple[str, int | None]
"""MAC address as ``AA:BB:CC:DD:EE:FF``, and VLAN."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Sight:
    """One MAC address on one port.

    Attributes:
        since: The read that saw it first, without one since that did not.
        until: The last read that saw it.
    """

    mac: str
    vlan: int | None
    since: datetime
    until: datetime


@dataclass(frozen=True, kw_only=True, slots=True)
class SeenMacs:
    """The MAC addresses of a port.

    Attributes:
        sights: Those that the last whole read saw, and others that were seen lately.
        watched: The first whole read of the port; ``None``: there was none.
        last: The latest.
    """

    sights: tuple[Sight, ...] = ()
    watched: datetime | None = None
    last: datetime | None = None


def learnt_at(sight: Sight | None, since: datetime | None, watched: datetime) -> datetime | None:
    """When an address was learnt; ``None`` where that was before anybody looked.

    Args:
        sight: Of the address.
        since: When the present holder came: what was there before was somebody else's.
        watched: The first whole read of the port: what it found may have been there for long.
    """
    if sight is None or sight.since <= watched or (since is not None and sight.since < since):
        return None
    return sight.since
