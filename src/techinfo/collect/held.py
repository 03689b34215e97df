"""One device as the collector holds it: its locks, what is kept of it, and who is asking it now."""

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

_MUTE_AFTER = 2
"""Tries again without any answer, after which a device counts as silent that is still asked."""
NOT_MET = ""
"""No driver's name: the device must introduce itself again."""


@dataclass(slots=True)
class HeldDevice:
    """A device, what is kept of it, and who is asking it now.

    Attributes:
        silence: Whether it answers.
        refusals: Questions that it has just refused.
        asked_at: When it was asked for last.
        lock: For its one conversation that may walk, SNMP and command line in turns.
        get_only: For visits that walk nothing: their few GETs take turns with the requests of a
            walk.
        shelf: What was read lately.
        known: As it introduced itself.
        met_as: The driver that was asked for when it was met.
        asked: Readings under way.
        talks: Conversations under way.
    """

    silence: Silence
    refusals: Refusals
    asked_at: datetime
    lock: asyncio.Lock = field(default_factory=asyncio.Lock)
    get_only: asyncio.Lock = field(default_factory=asyncio.Lock)
    shelf: PortCache = field(default_factory=PortCache)
    known: DeviceState | None = None
    met_as: str | None = None
    asked: dict[ReadRequest, asyncio.Task[Reading]] = field(default_factory=dict)
    talks: list[Conversation] = field(default_factory=list)

    def is_swift(self, request: ReadRequest) -> bool:
        """Whether a visit is a few GETs, which need not wait for the end of somebody's walk."""
        known, target = self.known, request.target
        if known is None or self.met_as != target.driver or self.silence.since is not None:
            return False
        if target.port_name is None:
            return request.facts <= {Fact.DEVICE}
        return known.is_swift(request.facts)

    def is_mute(self) -> bool:
        """Whether it is asked again and again at this moment, and has not answered once."""
        return bool(self.talks) and all(
            talk.counted.retries >= _MUTE_AFTER and not talk.counted.varbinds for talk in self.talks
        )
