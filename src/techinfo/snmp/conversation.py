"""A conversation with one agent: questions in turn, by whatever engine carries them."""

from __future__ import annotations

import asyncio
from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import replace

from techinfo.errors import DeviceUnreachableError
from techinfo.snmp.interface import Between, ConversationStats, SnmpTarget, Walked
from techinfo.snmp.questions import BulkPage, Fetch, Probe, Question
from techinfo.snmp.walk import Walk
from techinfo.wire import Cell, SnmpLimits

_IFX, _HC = "1.3.6.1.2.1.31.1.1.1", "1.3.6.1.2.1.10.7"
_OF_64_BITS = (
    *(f"{_IFX}.{column}." for column in range(6, 14)),
    f"{_HC}.10.1.5.",
    f"{_HC}.10.1.6.",
    f"{_HC}.11.1.",
)
"""Counter64 columns of IF-MIB (ifHCInOctets to ifHCOutBroadcastPkts) and EtherLike-MIB (RFC 3635):
SNMPv1 cannot carry them (RFC 3584, 4.2.2.1)."""


class SnmpConversation(ABC):
    """What both engines' conversations are (`techinfo.snmp.interface.Conversation`).

    Attributes:
        limits: What the agent stands; lowered when it chokes, so a caller can remember it.
        counted: What was asked of the device; varbinds are those received.
    """

    def __init__(self, target: SnmpTarget, limits: SnmpLimits) -> None:
        self.limits = limits
        self.counted = ConversationStats()
        self._target = target
        self._address = f"{target.host}:{target.port}"
        self._turn = asyncio.Lock()  # one request in flight, whoever asks (field notes A11, A12)
        self._closed = False
        self._v1 = target.is_v1

    async def get(self, oids: Sequence[str], *, vlan: int | None = None) -> dict[str, Cell]:
        """See `techinfo.snmp.interface.Conversation.get`; ``vlan``: in whose context."""
        async with self._turn:
            fetch = Fetch(self._told(oids), self._allowed(), self._address, v1=self._v1)
            await self._ask(fetch, vlan)
            self.counted.unread.difference_update(oids)
            self.counted.unread |= fetch.unread
            self.counted.absent.difference_update(oids)
            self.counted.absent |= fetch.absent
        return fetch.cells

    async def walk(
        self,
        columns: Sequence[str],
        between: Between | None = None,
        *,
        vlan: int | None = None,
    ) -> Walked:
        """See `techinfo.snmp.interface.Conversation.walk`; ``vlan``: in whose context."""
        async with self._turn:
            self.counted.walks += 1
            told, limits = self._told(columns), self._allowed()
            walk = Walk(told, limits, self._address, v1=self._v1, between=between)
            await self._ask(walk, vlan)
            self.counted.unread.difference_update(self.counted.unread_under(columns))
            self.counted.unread |= walk.unread
        found = walk.result()
        return replace(found, cells={column: found.cells.get(column, {}) for column in columns})

    def context(self, vlan: int) -> InContext:
        """See `techinfo.snmp.interface.Conversation.context`."""
        return InContext(self, vlan)

    async def page(self, after: str, *, bulk: bool = True, vlan: int | None = None) -> BulkPage:
        """The rows behind an OID with their types, in one request; for recordings.

        Args:
            after: The last OID that is known.
            bulk: ``False`` asks for one row by GETNEXT.
            vlan: In whose context; ``None``: in none.

        Raises:
            DeviceError: As `get`; what the agent refuses even singly is an `SnmpStatusError`.
        """
        async with self._turn:
            page = BulkPage(after, self._allowed(), self._address, bulk=bulk)
            await self._ask(page, vlan)
        return page

    async def look(self, oids: Sequence[str], *, following: bool) -> Probe:
        """What the agent has at some OIDs or behind them, exceptions and all; for probes.

        Args:
            oids: Instances; with ``following`` columns, or any other prefixes.
            following: Ask by GETNEXT what follows, else by GET what is there.
        """
        async with self._turn:
            look = Probe(oids, self._allowed(), self._address, following=following)
            await self._ask(look, None)
        return look

    async def _ask(self, question: Question, vlan: int | None) -> None:
        if self._closed:
            raise DeviceUnreachableError("the conversation is closed", address=self._address)
        try:
            target = self._target if vlan is None else self._target.in_context(vlan)
            await self._carry(question, target)
        finally:
            # What SNMPv1 does not have says nothing of what this model stands.
            bulk = self.limits.bulk if self._v1 else question.limits.bulk
            self.limits = replace(question.limits, bulk=bulk)

    def _allowed(self) -> SnmpLimits:
        return replace(self.limits, bulk=False) if self._v1 else self.limits

    def _told(self, oids: Sequence[str]) -> Sequence[str]:
        """Without what this version of SNMP has no type for: it would cost a request each."""
        if not self._v1:
            return oids
        return [oid for oid in oids if not f"{oid}.".startswith(_OF_64_BITS)]

    @abstractmethod
    async def _carry(self, question: Question, target: SnmpTarget) -> None:
        """Send what the question asks and tell it what came of it, until it is answered.

        Args:
            question: What to ask.
            target: This agent, in the context that the question is asked in.
        """

    async def close(self) -> None:
        """See `techinfo.snmp.interface.Conversation.close`."""
        self._closed = True


class InContext:
    """A conversation in the context of a VLAN (`techinfo.snmp.interface.Conversation`).

    Turns, limits, account and socket are those of the plain one.
    """

    def __init__(self, plain: SnmpConversation, vlan: int) -> None:
        self._plain = plain
        self._vlan = vlan

    @property
    def limits(self) -> SnmpLimits:
        """What the agent stands, in whatever context it was found out."""
        return self._plain.limits

    @limits.setter
    def limits(self, limits: SnmpLimits) -> None:
        self._plain.limits = limits

    @property
    def counted(self) -> ConversationStats:
        """What was asked of the device, in whatever context."""
        return self._plain.counted

    @counted.setter
    def counted(self, counted: ConversationStats) -> None:
        self._plain.counted = counted

    async def get(self, oids: Sequence[str]) -> dict[str, Cell]:
        """See `techinfo.snmp.interface.Conversation.get`."""
        return await self._plain.get(oids, vlan=self._vlan)

    async def walk(self, columns: Sequence[str], between: Between | None = None) -> Walked:
        """See `techinfo.snmp.interface.Conversation.walk`."""
        return await self._plain.walk(columns, between, vlan=self._vlan)

    def context(self, vlan: int) -> InContext:
        """The context of another VLAN."""
        return self._plain.context(vlan)

    async def close(self) -> None:
        """Nothing of its own is held."""
