"""What loop detection, port security and their like have done to a port."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Guard(StrEnum):
    """What protections of the device have done to a port."""

    OK = "ok"
    BLOCKED = "blocked"
    RESTRICTED = "restricted"


@dataclass(frozen=True, kw_only=True, slots=True)
class Protection:
    """A port as the device's protections have left it: loop detection, port security, storms.

    Attributes:
        state: Blocked: it carries nothing. Restricted: not all that is connected gets through.
        reason: ``loop``, ``bpdu-guard``, ``storm``, ``link-flap``, ``mac-limit`` or ``security``;
            ``None``: another one, or the device does not tell.
        text: The reason as the device, or its MIB, writes it.
        recovers_in: Seconds until the device opens the port; ``None``: never, or nothing tells.
    """

    state: Guard
    reason: str | None = None
    text: str | None = None
    recovers_in: int | None = None
