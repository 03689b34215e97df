"""What was heard of a device, as it stands between who hears it and who looks into it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class Said(StrEnum):
    """What a device has said."""

    LINK_DOWN = "link_down"
    LINK_UP = "link_up"
    STARTED = "started"
    """coldStart or warmStart (SNMPv2-MIB, RFC 3418)."""
    DYING_GASP = "dying_gasp"
    """Of the remote end of a line: it was losing its power."""
    LOOP = "loop"
    OPTICS = "optics"
    DISABLED = "disabled"
    """A protection has closed the port."""
    MANY = "many"
    """More than is told one by one: the device is looked at as a whole."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Heard:
    """Something that a device has said, however often.

    Attributes:
        source: Address that it came from, as text.
        said: What.
        at: When it came first.
        last: When it came last.
        times: How often it came.
        if_index: Of the port, as a trap says it; ``None``: it is about the whole device, or `port`.
        port: Name of the port, as a log line says it.
        proven: Nobody on the way can have made it up: SNMPv3 with authentication, or a socket that
            only the management network reaches. All else starts a look, and proves nothing.
    """

    source: str
    said: Said
    at: datetime
    last: datetime
    times: int = 1
    if_index: int | None = None
    port: str | None = None
    proven: bool = False
