"""A device as its one owner sees it: what is known, kept and under way; its place among others."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from datetime import datetime

from techinfo.collect.backoff import Refusals, Silence
from techinfo.collect.cache import PortCache
from techinfo.collect.device_state import DeviceState
from techinfo.collect.target import Reading, ReadRequest
from techinfo.model import Fact
from techinfo.snmp.interface import Conversation

NOT_MET = ""
"""No driver's name: the device must introduce itself again."""
_MUTE_AFTER = 2
"""Tries again without any answer, after which a device counts as silent that is still asked."""


class Place:
    """A place among those who are spoken with at a time.

    Args:
        among: All such places.
    """

    def __init__(self, among: asyncio.Semaphore) -> None:
        self._among = among

    async def __aenter__(self) -> None:
        await self._among.acquire()

    async def __aexit__(self, *_: object) -> None:
        self._among.release()

    async def move(self, to: asyncio.Semaphore) -> None:
        """Leave it to another, and go on in one of these, if one is free."""
        if self._among is not to and not to.locked():
            await to.acquire()  # at once
            self._among.release()
            self._among = to


@dataclass(slots=True)
class TrackedDevice:
    """One device, and all that is under way with it."""

    silence: Silence
    refusals: Refusals
    asked_at: datetime
    lock: asyncio.Lock = field(default_factory=asyncio.Lock)
    get_only: asyncio.Lock = field(default_factory=asyncio.Lock)
    """For visits that walk nothing: their few GETs take turns with the requests of a walk."""
    shelf: PortCache = field(default_factory=PortCache)
    known: DeviceState | None = None
    met_as: str | None = None
    """The driver that was asked for when it was met."""
    asked: dict[ReadRequest, asyncio.Task[Reading]] = field(default_factory=dict)
    recalled: bool = False
    """It was looked up whether a process before this one has met it."""
    talks: list[Conversation] = field(default_factory=list)
    """Conversations under way."""
    place: Place | None = None
    """Its place while it is met for the first time."""

    def is_swift(self, request: ReadRequest) -> bool:
        """Whether a visit is a few GETs, which need not wait for the end of somebody's walk."""
        known, target = self.known, request.target
        if known is None or self.met_as != target.driver or self.silence.since is not None:
            return False
        if target.port_name is None:
            return request.facts <= {Fact.DEVICE}
        return known.is_swift(request.facts)

    def is_mute(self, after: int = _MUTE_AFTER) -> bool:
        """Whether it is asked again and again at this moment, and has not answered once."""
        return bool(self.talks) and all(
            talk.counted.retries >= after and not talk.counted.varbinds for talk in self.talks
        )
