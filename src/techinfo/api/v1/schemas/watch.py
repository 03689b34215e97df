"""Watches of accesses, as the OpenAPI document describes them."""

from __future__ import annotations

from pydantic import AwareDatetime, Field

from techinfo.api.onapi import schemas as s
from techinfo.api.v1.schemas.asked import Asked, AskedId


class WatchAsked(Asked):
    """Which access is watched, until when, and why."""

    accessId: AskedId
    until: AwareDatetime = Field(strict=False, description="RFC 3339; 72 hours from now at most")
    reason: str = Field(
        default="", max_length=500, description="the operator's own people must say it"
    )
    ticket: str | None = Field(
        default=None, max_length=255, description="the asker's, on this access; gets the report"
    )


class WatchEvent(s.Sparse):
    """Something that a watch has seen, or a live view."""

    what: str = Field(
        description="link_down, link_up, light, speed, element_restarted, agent_restarted, silent, "
        "answers"
    )
    at: str
    earliest: str | None = Field(
        default=None, description="it was not so before this; absent: the time is exact"
    )
    speed: int | None = Field(default=None, description="Mbit/s from then on")
    dbmRxBefore: str | None = None
    dbmRx: str | None = None
    noLight: bool | None = None


class WatchTold(s.Sparse):
    """One watch."""

    watchId: str
    accessId: str
    from_: str = Field(alias="from")
    until: str
    running: bool
    endedAt: str | None = None
    why: str | None = Field(default=None, description="why it has ended")
    reason: str | None = None
    ticket: str | None = None
    by: str | None = Field(default=None, description="the login that started it")
    reads: int
    missed: int = Field(description="readings that the switch did not answer")
    losses: int | None = Field(default=None, description="how often the link was lost, at least")
    events: list[WatchEvent] | None = None


class WatchList(s.Sparse):
    """Watches, without what they have seen."""

    watches: list[WatchTold]
