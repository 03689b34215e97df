"""A socket of pysnmp's to one agent, and what SNMPv2c says over it.

A line that speaks SNMPv3: discovers the agent's engine, and follows it when it changes.

A switch that has rebooted, or has got another engine ID, says so in a report; the request then goes
out again at once, sealed anew (field notes A13). It counts as the same try.

An answer belongs to the request when it has its message-id, which is random, and is authenticated.
That is a better proof of being fresh than the window of RFC 3414, 3.2.7b, which takes an agent for
an attacker when its boots went back: many a switch keeps them in memory that it loses.
"""

from __future__ import annotations

import asyncio
import secrets
import socket
import time
from abc import ABC, abstractmethod
from typing import Any, Final, NamedTuple

from pyasn1.codec.ber import encoder
from pysnmp.carrier.asyncio.dgram import udp, udp6
from pysnmp.carrier.asyncio.dispatch import AsyncioDispatcher
from pysnmp.proto.api import v2c

from techinfo.errors import (
    DeviceError,
    DeviceUnreachableError,
    SnmpProtocolError,
    SnmpSecurityError,
)
from techinfo.snmp.address import SocketAddress
from techinfo.snmp.ber import GET, GET_BULK, GET_NEXT, RESPONSE, decode_oid
from techinfo.snmp.interface import SnmpTarget, V3User
from techinfo.snmp.message import Header, header, is_of, pdu_header, varbinds
from techinfo.snmp.oid import dotted
from techinfo.snmp.questions import Ask
from techinfo.snmp.usm import (
    PRIV,
    Peer,
    SealedMessage,
    discovery,
    is_authentic,
    level_of,
    parse,
    pdu_of,
    sealed,
)

_PDUS = {
    GET: v2c.GetRequestPDU,
    GET_NEXT: v2c.GetNextRequestPDU,
    GET_BULK: v2c.GetBulkRequestPDU,
}
_CARRIERS = {
    socket.AF_INET: (udp.DOMAIN_NAME, udp.UdpAsyncioTransport),
    socket.AF_INET6: (udp6.DOMAIN_NAME, udp6.Udp6AsyncioTransport),
}


class Response(NamedTuple):
    """An answer: the octets that its varbinds stand in, and what stands before them."""

    octets: bytes
    head: Header


class PysnmpSession(ABC):
    """A socket to one agent, with at most one request waiting for its answer.

    Attributes:
        bad: Datagrams since the last request that could not be read.
        extra: Messages since then that were needed beside it, retries aside.
    """

    def __init__(
        self, target: SnmpTarget, family: socket.AddressFamily, address: SocketAddress
    ) -> None:
        self.bad = 0
        self.extra = 0
        self._target = target
        self._address = address
        self._where = f"{target.host}:{target.port}"
        self._request_id = secrets.randbelow(0x7FFFFFFF)
        self._message = b""
        self._answered: asyncio.Future[Response] | None = None
        self._domain, transport = _CARRIERS[family]
        self._dispatcher = AsyncioDispatcher()
        self._dispatcher.register_recv_callback(self._received)
        self._dispatcher.register_transport(self._domain, transport().open_client_mode())

    def ask(self, ask: Ask, target: SnmpTarget) -> asyncio.Future[Response]:
        """Make a request the one to wait for.

        Args:
            ask: The request.
            target: The agent of this line, in the context to ask in.
        """
        self.bad = self.extra = 0
        self._target = target
        self._request_id = self._request_id % 0x7FFFFFFF + 1
        self._message = self._written(_pdu(ask, self._request_id))
        self._answered = asyncio.get_running_loop().create_future()
        return self._answered

    def send(self) -> None:
        """Send the request, the first time or again."""
        self._dispatcher.send_message(self._message, self._domain, self._address)

    def lost(self) -> DeviceError | None:
        """No try was answered; why, if it is known to be another reason than a dead agent."""
        return None

    def close(self) -> None:
        """Close the socket; who waits gets an error."""
        self._fail(DeviceUnreachableError("the conversation is closed", address=self._where))
        self._dispatcher.close_dispatcher()

    def _received(self, _dispatcher: Any, _domain: Any, sender: Any, datagram: bytes) -> None:
        same_host = self._target.any_source or sender[0] == self._address[0]
        if same_host and sender[1] == self._address[1]:
            self._read(datagram)

    @abstractmethod
    def _written(self, pdu: Any) -> bytes:
        """The message that asks this."""

    @abstractmethod
    def _read(self, datagram: bytes) -> None:
        """Something came from the agent's address. Raises nothing."""

    def _take(self, response: Response) -> None:
        if self._answered is not None and not self._answered.done():
            self._answered.set_result(response)

    def _fail(self, error: DeviceError) -> None:
        if self._answered is not None and not self._answered.done():
            self._answered.set_exception(error)


class CommunitySession(PysnmpSession):
    """A line that speaks SNMPv1 or SNMPv2c: messages differ in their version only."""

    def _written(self, pdu: Any) -> bytes:
        message = v2c.Message()
        v2c.apiMessage.set_defaults(message)
        message["version"] = 0 if self._target.is_v1 else 1
        v2c.apiMessage.set_community(message, self._target.community)
        v2c.apiMessage.set_pdu(message, pdu)
        return bytes(encoder.encode(message))

    def _read(self, datagram: bytes) -> None:
        try:
            head = header(datagram)
        except (ValueError, IndexError):
            self.bad += 1
            return
        asked = (self._request_id, self._target.community)
        if (head.request_id, head.community) == asked and is_of(head, self._target.version):
            self._take(Response(datagram, head))


def _pdu(ask: Ask, request_id: int) -> Any:
    pdu = _PDUS[ask.pdu_type]()
    v2c.apiPDU.set_defaults(pdu)
    v2c.apiPDU.set_request_id(pdu, request_id)
    if ask.pdu_type == GET_BULK:
        v2c.apiBulkPDU.set_non_repeaters(pdu, 0)
        v2c.apiBulkPDU.set_max_repetitions(pdu, ask.repetitions)
    v2c.apiPDU.set_varbinds(pdu, [(decode_oid(oid), v2c.null) for oid in ask.oids])
    return pdu


_REPORT: Final = 0xA8
_UNKNOWN_ENGINE: Final = "usmStatsUnknownEngineIDs"
_NOT_IN_WINDOW: Final = "usmStatsNotInTimeWindows"
_REPORTS: Final = {
    "1.3.6.1.6.3.15.1.1.1.0": "usmStatsUnsupportedSecLevels",
    "1.3.6.1.6.3.15.1.1.2.0": _NOT_IN_WINDOW,
    "1.3.6.1.6.3.15.1.1.3.0": "usmStatsUnknownUserNames",
    "1.3.6.1.6.3.15.1.1.4.0": _UNKNOWN_ENGINE,
    "1.3.6.1.6.3.15.1.1.5.0": "usmStatsWrongDigests",
    "1.3.6.1.6.3.15.1.1.6.0": "usmStatsDecryptionErrors",
    "1.3.6.1.6.3.12.1.4.0": "snmpUnavailableContexts",
    "1.3.6.1.6.3.12.1.5.0": "snmpUnknownContexts",
}
"""SNMP-USER-BASED-SM-MIB (RFC 3414, 5) and SNMP-TARGET-MIB (RFC 3413, 4.1.2)."""
_REFUSALS: Final = {
    "usmStatsUnsupportedSecLevels": "does not give the SNMPv3 user this security level",
    "usmStatsUnknownUserNames": "does not know the SNMPv3 user",
    "usmStatsWrongDigests": "refuses the authentication key or protocol of the SNMPv3 user",
    "usmStatsDecryptionErrors": "refuses the privacy key or protocol of the SNMPv3 user",
    "snmpUnavailableContexts": "has no such SNMPv3 context now",
    "snmpUnknownContexts": "has no such SNMPv3 context",
    _UNKNOWN_ENGINE: "does not know its own SNMPv3 engine ID",
    _NOT_IN_WINDOW: "is never content with the time of SNMPv3 messages",
}
_MOST_MENDED: Final = 3
"""An engine ID that changed and boots that went up are two."""


class V3Session(PysnmpSession):
    """A line that speaks SNMPv3 as the target's user.

    Args:
        target: Whom to ask.
        user: As whom.
        family: Of the address.
        address: Of the agent.
        peer: What is known of its engine; kept up to date.
    """

    def __init__(
        self,
        target: SnmpTarget,
        user: V3User,
        family: socket.AddressFamily,
        address: SocketAddress,
        peer: Peer,
    ) -> None:
        super().__init__(target, family, address)
        self._user = user
        self._peer = peer
        self._pdu = b""
        self._message_id = 0
        self._engine_id = b""
        self._discovering = False
        self._met = False
        self._trusted = False
        self._mended = 0

    def ask(self, ask: Ask, target: SnmpTarget) -> asyncio.Future[Response]:
        """See `PysnmpSession.ask`."""
        self._user = target.v3 or self._user
        self._met = False
        self._mended = 0
        return super().ask(ask, target)

    def lost(self) -> DeviceError | None:
        """A wrong privacy key looks so, a wrong context too: net-snmp drops both without a word.

        The engine is discovered anew before the next request; it may be another one by then.
        """
        self._peer.forget()
        if not self._met or self._trusted:
            return None
        why = "answers discovery, but no request: wrong privacy key or protocol"
        or_context = ", or no such context" if self._user.context else ""
        return SnmpSecurityError(f"{why}{or_context}", address=self._where)

    def _written(self, pdu: Any) -> bytes:
        self._pdu = bytes(encoder.encode(pdu))
        return self._sealed()

    def _sealed(self) -> bytes:
        self._message_id = secrets.randbelow(0x7FFFFFFF)
        self._engine_id = self._peer.engine_id
        self._discovering = not self._engine_id
        if self._discovering:
            self.extra += 1
            return discovery(self._message_id)
        return sealed(self._user, self._peer, time.monotonic(), self._message_id, self._pdu)

    def _read(self, datagram: bytes) -> None:
        if self._answered is None or self._answered.done():
            return
        try:
            message = parse(datagram)
            if message.message_id != self._message_id:
                return
            of_engine = message.engine_id == self._engine_id
            authentic = of_engine and is_authentic(message, self._user)
            response, report = _opened(message, self._user, authentic=authentic)
        except (ValueError, IndexError):
            self.bad += 1
            return
        if report is not None:
            self._reported(message, report, authentic=authentic)
        elif self._is_answer(message, response, authentic=authentic):
            self._trusted = True
            self._peer.learn(message, time.monotonic())
            self._take(response)
        else:
            self.bad += 1

    def _is_answer(self, message: SealedMessage, response: Response, *, authentic: bool) -> bool:
        """Whether it is guarded as the request was: nothing less is believed."""
        level = level_of(self._user)
        return (
            not self._discovering
            and message.level == level
            and authentic == bool(level)
            and response.head.request_id == self._request_id
        )

    def _reported(self, message: SealedMessage, report: str, *, authentic: bool) -> None:
        if self._discovering:
            self._met = True
            self._again(message)
        elif report == _NOT_IN_WINDOW and not authentic:
            self.bad += 1  # RFC 3414, 3.2.7a has it authenticated; anybody can write another
        elif report == _NOT_IN_WINDOW or (
            report == _UNKNOWN_ENGINE and message.engine_id != self._engine_id
        ):
            self._mend(message, report)
        elif report in _REFUSALS:
            self._fail(SnmpSecurityError(_REFUSALS[report], report=report, address=self._where))
        else:
            self._fail(SnmpProtocolError(f"reports {report}", address=self._where))

    def _mend(self, message: SealedMessage, report: str) -> None:
        self._mended += 1
        self.extra += 1
        if self._mended > _MOST_MENDED:
            why = _REFUSALS[report]
            self._fail(SnmpSecurityError(why, report=report, address=self._where))
        else:
            self._again(message)

    def _again(self, message: SealedMessage) -> None:
        """Ask again at once, of the engine that has just told who it is and what time it has."""
        self._peer.learn(message, time.monotonic())
        self._message = self._sealed()
        self.send()


class _Opened(NamedTuple):
    """What a message holds.

    Attributes:
        report: What is reported in place of an answer; ``None``: it is an answer.
    """

    response: Response
    report: str | None


def _opened(message: SealedMessage, user: V3User, *, authentic: bool) -> _Opened:
    """The response, or what is reported instead.

    Raises:
        ValueError: It is neither, or encrypted by somebody else.
        IndexError: It is cut.
    """
    if message.level & PRIV and not authentic:
        raise ValueError("encrypted, and not authentic")
    octets = pdu_of(message, user)
    kind = octets[0] if octets else 0
    if kind not in (RESPONSE, _REPORT):
        raise ValueError("neither a response nor a report")
    response = Response(octets, pdu_header(octets, 0, len(octets), kind))
    if kind == RESPONSE:
        return _Opened(response, None)
    told = varbinds(octets, response.head.start, response.head.end)
    oid = dotted(decode_oid(told[0][0])) if told else ""
    return _Opened(response, _REPORTS.get(oid, oid[:60] or "nothing"))
