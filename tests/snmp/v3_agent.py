"""An SNMPv3 agent that answers as a script says, honestly or not, on loopback."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable
from dataclasses import replace
from types import TracebackType
from typing import Self

from tests.snmp.scripted_agent import ScriptedAgent

from techinfo.snmp import usm
from techinfo.snmp.ber import (
    COUNTER32,
    INTEGER,
    OBJECT_IDENTIFIER,
    OCTET_STRING,
    RESPONSE,
    SEQUENCE,
    encode_oid,
    encode_value,
    read,
    read_integer,
    wrap,
)
from techinfo.snmp.interface import SnmpTarget, V3User
from techinfo.snmp.message import header
from techinfo.snmp.usm import Peer, SealedMessage
from techinfo.snmp.usm_keys import keys_of

REPORT = 0xA8
UNKNOWN_ENGINE = "1.3.6.1.6.3.15.1.1.4.0"
NOT_IN_WINDOW = "1.3.6.1.6.3.15.1.1.2.0"
Script = Callable[["V3Agent", bytes], Iterable[bytes]]
"""Datagrams to send back for one."""


def honest(agent: V3Agent, datagram: bytes) -> Iterable[bytes]:
    """Report who it is, then answer what has the right time."""
    asked = agent.read(datagram)
    if asked is None:
        yield agent.discovered(datagram)
    elif asked.boots != agent.engine.boots:
        yield agent.report(asked, NOT_IN_WINDOW, replace(agent.user, priv=None))
    else:
        yield agent.answer(asked)


def pdu_of(message: SealedMessage, user: V3User) -> bytes:
    """The PDU in a message of a user.

    Raises:
        ValueError: It cannot be decrypted, or not read.
    """
    scope = usm.scope_of(message.engine_id, user.context)
    octets, at, end, _ = usm.opened(message, keys_of(user, message.engine_id), scope)
    return octets[at:end]


def is_authentic(message: SealedMessage, user: V3User) -> bool:
    """Whether someone with the user's keys wrote it."""
    return usm.is_authentic(message, keys_of(user, message.engine_id))


def sealing(plain: ScriptedAgent, padding: bytes = b"") -> Script:
    """Answer by SNMPv3 what an agent with a community answers, and some octets behind it."""

    def script(agent: V3Agent, datagram: bytes) -> Iterable[bytes]:
        asked = agent.read(datagram)
        if asked is None:
            return [agent.discovered(datagram)]
        question = pdu_of(asked, agent.user)
        head = encode_value(INTEGER, 1) + wrap(OCTET_STRING, b"public")
        (answer,) = plain.hear(wrap(SEQUENCE, head + question))
        whole = answer[: header(answer).end]
        pdu = whole[whole.index(b"public") + len(b"public") :]
        sealed = usm.sealed(agent.user, agent.engine, 0.0, asked.message_id, pdu)
        return [sealed + padding]

    return script


class V3Agent(asyncio.DatagramProtocol):
    """An agent with one user; ``async with`` opens its socket.

    Attributes:
        engine: Who it is.
        script: What it does.
        heard: Datagrams so far.
        asker: Where the last one came from.
    """

    def __init__(self, user: V3User, script: Script = honest) -> None:
        self.user = user
        self.engine = Peer(engine_id=bytes.fromhex("80001f88046f616b"), boots=7, time=99)
        self.script = script
        self.heard: list[bytes] = []
        self.asker = ("", 0)
        self._transport: asyncio.DatagramTransport | None = None

    async def __aenter__(self) -> Self:
        loop = asyncio.get_running_loop()
        self._transport, _ = await loop.create_datagram_endpoint(
            lambda: self, local_addr=("127.0.0.1", 0)
        )
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.transport.close()

    @property
    def transport(self) -> asyncio.DatagramTransport:
        """The open socket."""
        assert self._transport is not None
        return self._transport

    def target(self, timeouts: tuple[float, ...]) -> SnmpTarget:
        """How to reach it."""
        port: int = self.transport.get_extra_info("sockname")[1]
        return SnmpTarget(host="127.0.0.1", port=port, timeouts=timeouts, v3=self.user)

    def datagram_received(self, data: bytes, addr: tuple[str, int]) -> None:
        """Answer by the script."""
        self.heard.append(data)
        self.asker = addr
        for datagram in self.script(self, data):
            self.transport.sendto(datagram, addr)

    def read(self, datagram: bytes) -> SealedMessage | None:
        """A request; ``None`` is discovery."""
        try:
            return usm.parse(datagram)
        except ValueError:
            return None

    def answer(
        self,
        asked: SealedMessage,
        user: V3User | None = None,
        *,
        status: int = 0,
        message_id: int | None = None,
        request_id: int | None = None,
    ) -> bytes:
        """Every instance that is asked for is the number 5."""
        own_id, oids = self._asked(asked)
        request_id = own_id if request_id is None else request_id
        five = encode_value(INTEGER, 5)
        pdu = _pdu(RESPONSE, request_id, status, [wrap(OBJECT_IDENTIFIER, o) + five for o in oids])
        return self._sealed(asked.message_id if message_id is None else message_id, pdu, user)

    def report(self, asked: SealedMessage, oid: str, user: V3User | None = None) -> bytes:
        """A report, guarded as a user says; the agent's own unless stated."""
        return self._sealed(asked.message_id, _counter(oid), user)

    def discovered(self, datagram: bytes) -> bytes:
        """Who it is, for everybody."""
        at, end = read(datagram, 0, len(datagram), SEQUENCE)
        _, at = read_integer(datagram, at, end)
        at, end = read(datagram, at, end, SEQUENCE)
        message_id, _ = read_integer(datagram, at, end)
        return self._sealed(message_id, _counter(UNKNOWN_ENGINE), V3User(name=""))

    def _asked(self, asked: SealedMessage) -> tuple[int, list[bytes]]:
        pdu = pdu_of(asked, self.user)
        at, end = read(pdu, 0, len(pdu), pdu[0])
        request_id, at = read_integer(pdu, at, end)
        _, at = read_integer(pdu, at, end)
        _, at = read_integer(pdu, at, end)
        at, end = read(pdu, at, end, SEQUENCE)
        oids = []
        while at < end:
            start, at = read(pdu, at, end, SEQUENCE)
            start, stop = read(pdu, start, at, OBJECT_IDENTIFIER)
            oids.append(pdu[start:stop])
        return request_id, oids

    def _sealed(self, message_id: int, pdu: bytes, user: V3User | None) -> bytes:
        return usm.sealed(user or self.user, self.engine, 0.0, message_id, pdu)


def _counter(oid: str) -> bytes:
    bound = wrap(OBJECT_IDENTIFIER, encode_oid(oid)) + encode_value(COUNTER32, 1)
    return _pdu(REPORT, 0, 0, [bound])


def _pdu(pdu_type: int, request_id: int, status: int, bound: list[bytes]) -> bytes:
    head = b"".join(encode_value(INTEGER, number) for number in (request_id, status, 0))
    return wrap(pdu_type, head + wrap(SEQUENCE, b"".join(wrap(SEQUENCE, b) for b in bound)))
