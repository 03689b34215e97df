"""A socket of pysnmp's to one agent, and what is said over it."""

from __future__ import annotations

import asyncio
import secrets
import socket
import time
from abc import ABC, abstractmethod
from typing import Any

from pyasn1.codec.ber import encoder
from pysnmp.carrier.asyncio.dgram import udp, udp6
from pysnmp.carrier.asyncio.dispatch import AsyncioDispatcher
from pysnmp.proto.api import v2c

from techinfo.errors import DeviceError, DeviceUnreachableError
from techinfo.snmp.address import SocketAddress
from techinfo.snmp.ber import GET, GET_BULK, GET_NEXT, decode_oid
from techinfo.snmp.interface import SnmpTarget, V3User
from techinfo.snmp.message import header, is_of
from techinfo.snmp.questions import Ask
from techinfo.snmp.usm import Peer, parse
from techinfo.snmp.v3_session import Response, V3Session, Verdict

_PDUS = {
    GET: v2c.GetRequestPDU,
    GET_NEXT: v2c.GetNextRequestPDU,
    GET_BULK: v2c.GetBulkRequestPDU,
}
_CARRIERS = {
    socket.AF_INET: (udp.DOMAIN_NAME, udp.UdpAsyncioTransport),
    socket.AF_INET6: (udp6.DOMAIN_NAME, udp6.Udp6AsyncioTransport),
}


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


class V3Line(PysnmpSession):
    """A line that speaks SNMPv3 as the target's user: pysnmp's PDUs in our own envelope."""

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
        self._session = V3Session(user, peer, self._where)
        self._pdu = b""
        self._message_id = 0

    def ask(self, ask: Ask, target: SnmpTarget) -> asyncio.Future[Response]:
        """See `PysnmpSession.ask`."""
        self._session.begin(target.v3 or self._user)
        return super().ask(ask, target)

    def lost(self) -> DeviceError | None:
        """See `V3Session.lost`."""
        return self._session.lost()

    def _written(self, pdu: Any) -> bytes:
        self._pdu = bytes(encoder.encode(pdu))
        return self._sealed()

    def _sealed(self) -> bytes:
        self._message_id = secrets.randbelow(0x7FFFFFFF)
        now = time.monotonic()
        return self._session.seal(self._message_id, self._request_id, self._pdu, now)

    def _read(self, datagram: bytes) -> None:
        if self._answered is None or self._answered.done():
            return
        try:
            message = parse(datagram)
            if message.message_id != self._message_id:
                return
            taken = self._session.take(message, time.monotonic())
        except ValueError:
            self.bad += 1
        except DeviceError as error:
            self._fail(error)
        else:
            if isinstance(taken, Response):
                self._take(taken)
            elif taken is Verdict.ASK_AGAIN:
                self.extra += 1
                self._message = self._sealed()
                self.send()
            else:
                self.bad += 1
