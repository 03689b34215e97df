"""An SNMP agent that answers as a script says, honestly or not, on loopback or without a socket."""

from __future__ import annotations

import asyncio
from bisect import bisect_right
from collections.abc import Callable, Iterable, Mapping
from types import TracebackType
from typing import Self

from techinfo.snmp.ber import (
    END_OF_MIB_VIEW,
    GET,
    GET_BULK,
    NO_SUCH_INSTANCE,
    Request,
    decode_oid,
    encode_oid,
    encode_response,
    encode_value,
    parse_request,
)
from techinfo.snmp.interface import Cell, SnmpTarget
from techinfo.snmp.message import header, template, varbinds
from techinfo.snmp.questions import Question

Bound = tuple[bytes, bytes]
"""OID and value with tag and length, both BER bytes."""
Script = Callable[["ScriptedAgent", Request], Iterable[bytes]]
"""Datagrams to send back for a request."""

_MOST_REQUESTS = 3000
_OVERHEAD = 60
"""Octets of a message around its varbinds, at most."""


def honest(agent: ScriptedAgent, request: Request) -> Iterable[bytes]:
    """Answer as RFC 3416 says."""
    yield agent.answer(request)


class ScriptedAgent(asyncio.DatagramProtocol):
    """An agent with some cells; ``async with`` opens its socket.

    Attributes:
        requests: All requests so far, retries included.
        datagrams: The same as they came.
        senders: Where they came from.
    """

    def __init__(
        self,
        cells: Mapping[str, tuple[int, Cell]],
        script: Script = honest,
        *,
        host: str = "127.0.0.1",
        most_octets: int = 1400,
    ) -> None:
        self.requests: list[Request] = []
        self.datagrams: list[bytes] = []
        self.senders: list[tuple[str, int]] = []
        self._script = script
        self._host = host
        self._most_octets = most_octets
        self.hold(cells)
        self._transport: asyncio.DatagramTransport | None = None

    def hold(self, cells: Mapping[str, tuple[int, Cell]]) -> None:
        """Have these cells from now on."""
        self._values = {encode_oid(oid): encode_value(*value) for oid, value in cells.items()}
        self._oids = sorted(self._values, key=decode_oid)
        self._ids = [decode_oid(oid) for oid in self._oids]

    async def __aenter__(self) -> Self:
        loop = asyncio.get_running_loop()
        self._transport, _ = await loop.create_datagram_endpoint(
            lambda: self, local_addr=(self._host, 0)
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

    @property
    def port(self) -> int:
        """Where it listens."""
        port: int = self.transport.get_extra_info("sockname")[1]
        return port

    def target(
        self,
        *,
        timeouts: tuple[float, ...] = (5.0,),
        community: bytes = b"public",
        any_source: bool = False,
    ) -> SnmpTarget:
        """How to reach it."""
        return SnmpTarget(
            host=self._host,
            port=self.port,
            timeouts=timeouts,
            community=community,
            any_source=any_source,
        )

    def datagram_received(self, data: bytes, addr: tuple[str, int]) -> None:
        """Answer by the script."""
        self.senders.append(addr)
        for datagram in self.hear(data):
            self.transport.sendto(datagram, addr)

    def hear(self, datagram: bytes) -> list[bytes]:
        """The answers to a request, by the script."""
        request = parse_request(datagram)
        self.requests.append(request)
        self.datagrams.append(datagram)
        return list(self._script(self, request))

    def tries(self, request: Request) -> int:
        """How often this request has come."""
        return sum(seen.request_id == request.request_id for seen in self.requests)

    def value(self, oid: bytes) -> Bound:
        """The instance itself, or noSuchInstance."""
        return oid, self._values.get(oid, encode_value(NO_SUCH_INSTANCE, None))

    def after(self, oid: bytes) -> Bound:
        """The next instance, or endOfMibView."""
        place = bisect_right(self._ids, decode_oid(oid))
        if place == len(self._oids):
            return oid, encode_value(END_OF_MIB_VIEW, None)
        return self._oids[place], self._values[self._oids[place]]

    def bound(self, request: Request) -> list[Bound]:
        """The varbinds of an honest answer, those of GETBULK cut to the largest message."""
        if request.pdu_type == GET:
            return [self.value(oid) for oid in request.oids]
        if request.pdu_type != GET_BULK:
            return [self.after(oid) for oid in request.oids]
        out: list[Bound] = []
        room = self._most_octets - _OVERHEAD
        row = list(request.oids)
        for _ in range(request.max_repetitions):
            for place, oid in enumerate(row):
                name, value = self.after(oid)
                room -= len(name) + len(value) + 8
                if room < 0:
                    return out
                out.append((name, value))
                row[place] = name
        return out

    def answer(self, request: Request) -> bytes:
        """An honest answer."""
        return self.reply(request, self.bound(request))

    def reply(
        self,
        request: Request,
        varbinds: Iterable[Bound],
        *,
        status: int = 0,
        index: int = 0,
        request_id: int | None = None,
        community: bytes | None = None,
    ) -> bytes:
        """An answer of these varbinds."""
        return encode_response(
            version=request.version,
            community=request.community if community is None else community,
            request_id=request.request_id if request_id is None else request_id,
            error_status=status,
            error_index=index,
            varbinds=list(varbinds),
        )

    def refuse(self, request: Request, status: int, index: int = 0) -> bytes:
        """An error-status over the request's own varbinds."""
        null = b"\x05\x00"
        return self.reply(
            request, [(oid, null) for oid in request.oids], status=status, index=index
        )


def put(question: Question, agent: ScriptedAgent) -> None:
    """Put a question to an agent until it is answered, without socket and clock.

    No answer at all is silence; of several the first is taken.
    """
    for number in range(0x40000000, 0x40000000 + _MOST_REQUESTS):
        ask = question.request()
        if ask is None:
            return
        head, tail = template(b"public", ask.pdu_type, ask.repetitions, ask.oids)
        answers = agent.hear(head + number.to_bytes(4, "big") + tail)
        if not answers:
            question.silent()
            continue
        front = header(answers[0])
        if front.error_status:
            question.refused(front.error_status, front.error_index)
        else:
            found = varbinds(answers[0], front.start, front.end)
            question.answer(found, len(answers[0]))
    raise AssertionError("a question without end")
