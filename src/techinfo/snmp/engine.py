"""The polling engine: SNMP in plain Python, one socket an address family for all devices.

pysnmp costs several times the CPU for the same walk (`benchmarks/engine.py` tells the ratio); it is
kept for odd devices (`pysnmp_engine`).
"""

from __future__ import annotations

import logging
import socket
from types import TracebackType
from typing import Self

from techinfo.errors import DeviceUnreachableError
from techinfo.snmp.address import SocketAddress, resolve
from techinfo.snmp.channel import Channel, ChannelStats, Exchange
from techinfo.snmp.conversation import SnmpConversation
from techinfo.snmp.interface import SnmpTarget
from techinfo.snmp.questions import Question
from techinfo.snmp.v3_session import Peers, V3Session
from techinfo.wire import SnmpLimits

_log = logging.getLogger(__name__)

_WANTED_BUFFER = 8 << 20


class SnmpEngine:
    """All SNMP conversations of one event loop.

    Sockets are opened when they are first needed. Use it as an async context manager, or call
    `close`.

    Attributes:
        traffic: Datagrams so far.
        peers: The agents that were asked by SNMPv3.
    """

    def __init__(self, *, receive_buffer: int = _WANTED_BUFFER) -> None:
        self.traffic = ChannelStats()
        self.peers = Peers()
        self._wanted_buffer = receive_buffer
        self._channels: dict[socket.AddressFamily, Channel] = {}
        self._closed = False

    async def __aenter__(self) -> Self:
        self.channel(socket.AF_INET)
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self.close()

    @property
    def receive_buffer(self) -> int:
        """What the kernel gave each socket, in octets; 0 before the first question."""
        return min((channel.receive_buffer for channel in self._channels.values()), default=0)

    @property
    def max_in_flight(self) -> int:
        """Requests in flight at a time on each socket; 0 before the first question."""
        return min((channel.max_in_flight for channel in self._channels.values()), default=0)

    def conversation(self, target: SnmpTarget, limits: SnmpLimits) -> EngineConversation:
        """Speak with one agent. Nothing is sent or looked up yet."""
        return EngineConversation(self, target, limits)

    async def close(self) -> None:
        """Close the sockets; who still waits for an answer gets an error."""
        self._closed = True
        for channel in self._channels.values():
            channel.close()
        self._channels.clear()

    def channel(self, family: socket.AddressFamily) -> Channel:
        """The socket of an address family.

        Raises:
            DeviceUnreachableError: The engine is closed, or this host has no such family.
        """
        if self._closed:
            raise DeviceUnreachableError("the SNMP engine was closed")
        channel = self._channels.get(family)
        if channel is None:
            channel = self._open(family)
            self._channels[family] = channel
        return channel

    def _open(self, family: socket.AddressFamily) -> Channel:
        try:
            channel = Channel(family, receive_buffer=self._wanted_buffer, traffic=self.traffic)
        except OSError as error:
            raise DeviceUnreachableError(f"no socket of {family.name}") from error
        if channel.receive_buffer < self._wanted_buffer:
            _log.warning(
                "SNMP receive buffer is %d of %d octets, so %d requests in flight: "
                "raise net.core.rmem_max",
                channel.receive_buffer,
                self._wanted_buffer,
                channel.max_in_flight,
            )
        return channel


class EngineConversation(SnmpConversation):
    """One agent, asked over the engine's shared sockets."""

    def __init__(self, engine: SnmpEngine, target: SnmpTarget, limits: SnmpLimits) -> None:
        super().__init__(target, limits)
        self._engine = engine
        self._resolved: tuple[socket.AddressFamily, SocketAddress] | None = None
        self._exchange: Exchange | None = None
        self._session: V3Session | None = None

    async def _carry(self, question: Question, target: SnmpTarget) -> None:
        ask = question.request()
        if ask is None:
            return
        if self._resolved is None:
            self._resolved = await resolve(self._target)
        family, address = self._resolved
        channel = self._engine.channel(family)
        if target.v3 is not None and self._session is None:
            self._session = V3Session(target.v3, self._engine.peers.at(address), self._address)
        exchange = Exchange(question, ask, target, address, self.counted, self._session)
        self._exchange = exchange
        try:
            channel.start(exchange)
            await exchange.future
        finally:
            channel.forget(exchange)

    async def close(self) -> None:
        """End the conversation; a question under way gets an error."""
        await super().close()
        if self._exchange is not None:
            self._exchange.fail(
                DeviceUnreachableError("the conversation is closed", address=self._address)
            )
