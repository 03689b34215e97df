"""The same conversations by pysnmp: for devices that the polling engine gets wrong, and for tests.

pysnmp 7.1 writes the requests and gives the socket, one for each conversation; what is asked, and
what is made of the answers, is `fetch` and `walk` as ever. The envelope of SNMPv3 is our own, as
pysnmp's keeps time by engine ID (field notes A13). Answers are read by our own codec:
pyasn1 drops a whole message over one number without its leading zero octet, and takes an empty
number for 0. Its hlapi is passed by: it takes an answer from anybody, drops one whose error-index
is over its number of varbinds (field notes A6: tooBig and an empty list), and its tries all have
the same time-out.

Unlike in the polling engine, a device that this host cannot send to looks silent: pysnmp does not
tell.
"""

from __future__ import annotations

import asyncio
import socket
from types import TracebackType
from typing import Self

from pyasn1.error import PyAsn1Error
from pysnmp.error import PySnmpError

from techinfo.errors import SnmpProtocolError
from techinfo.snmp.address import SocketAddress, resolve
from techinfo.snmp.conversation import SnmpConversation
from techinfo.snmp.interface import SnmpTarget
from techinfo.snmp.message import varbinds
from techinfo.snmp.pysnmp_line import CommunitySession, PysnmpSession, V3Line
from techinfo.snmp.questions import Ask, Question
from techinfo.snmp.v3_session import Peers, Response
from techinfo.wire import SnmpLimits


class PysnmpEngine:
    """Conversations by pysnmp. Use it as an async context manager, or call `close`."""

    def __init__(self) -> None:
        self._conversations: set[PysnmpConversation] = set()
        self._peers = Peers()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self.close()

    def conversation(self, target: SnmpTarget, limits: SnmpLimits) -> PysnmpConversation:
        """Speak with one agent. Nothing is sent or looked up yet."""
        conversation = PysnmpConversation(self, target, limits)
        self._conversations.add(conversation)
        return conversation

    def line(
        self, target: SnmpTarget, family: socket.AddressFamily, address: SocketAddress
    ) -> PysnmpSession:
        """A socket to one agent, of the version that the target says."""
        if target.v3 is None:
            return CommunitySession(target, family, address)
        return V3Line(target, target.v3, family, address, self._peers.at(address))

    def ended(self, conversation: PysnmpConversation) -> None:
        """A conversation was closed."""
        self._conversations.discard(conversation)

    async def close(self) -> None:
        """Close every conversation."""
        for conversation in tuple(self._conversations):
            await conversation.close()


class PysnmpConversation(SnmpConversation):
    """One agent, asked over a socket of its own."""

    def __init__(self, engine: PysnmpEngine, target: SnmpTarget, limits: SnmpLimits) -> None:
        super().__init__(target, limits)
        self._engine = engine
        self._line: PysnmpSession | None = None

    async def _carry(self, question: Question, target: SnmpTarget) -> None:
        while (ask := question.request()) is not None:
            if self._line is None:
                self._line = self._engine.line(target, *await resolve(self._target))
            try:
                response = await self._answer_to(self._line, ask, target)
                if response is not None:
                    self._tell(question, response)
                    continue
                reason = self._line.lost()
                if self._line.bad:
                    why = "only answers that cannot be read"
                    raise SnmpProtocolError(why, address=self._address)
                question.silent(reason)
            except (PySnmpError, PyAsn1Error, ValueError) as error:
                raise SnmpProtocolError("unreadable answer", address=self._address) from error

    def _tell(self, question: Question, response: Response) -> None:
        head = response.head
        if head.error_status:
            return question.refused(head.error_status, head.error_index)
        found = varbinds(response.octets, head.start, head.end)
        self.counted.varbinds += len(found)
        return question.answer(found, len(response.octets))

    async def _answer_to(
        self, line: PysnmpSession, ask: Ask, target: SnmpTarget
    ) -> Response | None:
        """The response, or ``None`` when no try was answered."""
        answered = line.ask(ask, target)
        self.counted.requests += 1
        timeouts = target.timeouts if ask.patient else target.timeouts[:1]
        try:
            for number, timeout in enumerate(timeouts):
                self.counted.retries += number > 0
                line.send()
                await asyncio.wait((answered,), timeout=timeout)
                if answered.done():
                    return answered.result()
        finally:
            answered.cancel()  # so that nothing that comes later is put into it
            self.counted.requests += line.extra
        return None

    async def close(self) -> None:
        """Close the socket; a question under way gets an error."""
        await super().close()
        self._engine.ended(self)
        if self._line is not None:
            self._line.close()
