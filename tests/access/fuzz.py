"""Whole readings over a wire that mutates answers, and a witness of every value that comes of it.

What a value may be: each cell that a conversation gives was said, octet for octet and under that
very name, by a datagram that another decoder (`said`) reads as a whole SNMPv2c response, that came
from the agent asked, with its community, and with the request-id of a request of this question. And
in a GET no mutation of names alone gives a cell that the agent did not send under that name.
So a mutation yields a value only where it is one that no receiver could tell from the agent's word:
other octets in a value, or in a walk another row.
"""

from __future__ import annotations

import asyncio
import random
import socket
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any, NoReturn

from tests.access import made_up as m
from tests.access.mutations import Place, lies, mutated
from tests.access.surviving import elm

from techinfo.collect import PortName, Registry, Target, read_once
from techinfo.errors import TechinfoError
from techinfo.lab.device import RunningDevice
from techinfo.lab.holdings import RecordingCache
from techinfo.model import Fact
from techinfo.snmp.ber import parse_request
from techinfo.snmp.engine import SnmpEngine
from techinfo.snmp.interface import Between, Conversation, ConversationStats, SnmpTarget, Walked
from techinfo.snmp.message import header, varbinds
from techinfo.snmp.oid import numbers
from techinfo.wire import Cell, SnmpLimits

FACTS = tuple(fact for fact in Fact if fact is not Fact.CPE)
PARALLEL = 100
_PORT = 161
_TIMEOUTS = (0.0, 0.0)
_INTENSITIES = ((0, 1, 1, 2, 2, 3), (0, 0, 0, 1), (0,) * 29 + (1,))
"""Mutated answers to a request: a reading that none of them reaches comes to its end."""
_LONGEST_S = 300.0
"""No reading takes longer, however busy the machine."""


@dataclass(slots=True)
class Heard:
    """A datagram that reached a conversation.

    Attributes:
        honest: What it was made of.
        place: What of it was mutated; ``None``: nothing.
        known: It came from the agent that was asked.
    """

    datagram: bytes
    honest: bytes
    place: Place | None
    known: bool


@dataclass(slots=True)
class Tally:
    """What came of it.

    Attributes:
        mutated: Mutated datagrams that were delivered, and where.
        accepted: Of those, whole responses to a request that was open.
        outcomes: Readings by how they ended: states of their facts, or the name of the error.
    """

    mutated: dict[Place, int] = field(default_factory=lambda: dict.fromkeys(Place, 0))
    honest: int = 0
    accepted: int = 0
    cells: int = 0
    outcomes: dict[str, int] = field(default_factory=dict)

    @property
    def total(self) -> int:
        """Mutated datagrams."""
        return sum(self.mutated.values())

    def ended(self, how: str) -> None:
        """A reading has ended."""
        self.outcomes[how] = self.outcomes.get(how, 0) + 1


class Wire:
    """Stands in the place of a channel's socket: what is sent is answered by a device of the lab.

    Before an answer come mutated ones, or lies from elsewhere; and some answers never come.
    """

    def __init__(self, seed: int, tally: Tally, receive: Callable[[bytes, Any], None]) -> None:
        self.heard: dict[str, list[Heard]] = {}
        self.asked: dict[str, set[int]] = {}
        self._chance = random.Random(seed)  # noqa: S311 - a run must be the same again
        self._tally = tally
        self._receive = receive
        self._device = RunningDevice(elm(), RecordingCache())
        self._before = b"\x30\x00"
        self._loop = asyncio.get_running_loop()

    def sendto(self, datagram: bytes, address: tuple[str, int]) -> int:
        """Answer."""
        (outgoing,) = self._device.receive(datagram)
        honest = outgoing.reply.datagram
        self.asked.setdefault(address[0], set()).add(parse_request(datagram).request_id)
        self._loop.call_soon(self._deliver, honest, address)
        return len(datagram)

    def recvfrom(self, _octets: int) -> NoReturn:
        """Nothing waits: answers are handed over as they come."""
        raise BlockingIOError

    def close(self) -> None:
        """Nothing is open."""

    def _deliver(self, honest: bytes, address: tuple[str, int]) -> None:
        chance = self._chance
        for _ in range(chance.choice(_INTENSITIES[int(address[0].rpartition(".")[2]) % 3])):
            place, datagram = mutated(chance, honest, self._before)
            self._tally.mutated[place] += 1
            self._hand(Heard(datagram, honest, place, known=True), address, address)
        if chance.random() < 0.05:
            stranger = Heard(lies(honest), honest, Place.HEAD, known=False)
            self._hand(stranger, address, ("127.250.0.1", _PORT))
            self._tally.mutated[Place.HEAD] += 1
        if chance.random() < 0.9:
            self._tally.honest += 1
            self._hand(Heard(honest, honest, None, known=True), address, address)
        self._before = honest

    def _hand(self, heard: Heard, to: tuple[str, int], sender: tuple[str, int]) -> None:
        self.heard.setdefault(to[0], []).append(heard)
        with suppress(ValueError):  # the one thing that a decoder may raise
            head = header(heard.datagram)
            varbinds(heard.datagram, head.start, head.end)
        self._receive(heard.datagram, sender)


class Witness:
    """A conversation whose every answer is held against what came over the wire."""

    def __init__(self, inner: Conversation, wire: Wire, host: str, tally: Tally) -> None:
        self._inner = inner
        self._wire = wire
        self._host = host
        self._tally = tally

    @property
    def limits(self) -> SnmpLimits:
        """Of the conversation."""
        return self._inner.limits

    @limits.setter
    def limits(self, limits: SnmpLimits) -> None:
        self._inner.limits = limits

    @property
    def counted(self) -> ConversationStats:
        """Of the conversation."""
        return self._inner.counted

    @counted.setter
    def counted(self, counted: ConversationStats) -> None:
        self._inner.counted = counted

    async def get(self, oids: Sequence[str]) -> dict[str, Cell]:
        """Exact instances, each proven."""
        self._begin()
        cells = await self._inner.get(oids)
        proven = self._proven(named=False)
        for oid, cell in cells.items():
            assert oid in oids
            assert (numbers(oid), cell) in proven, (oid, cell)
        self._tally.cells += len(cells)
        return cells

    async def walk(self, columns: Sequence[str], between: Between | None = None) -> Walked:
        """Columns, each cell proven."""
        self._begin()
        walked = await self._inner.walk(columns, between)
        proven = self._proven(named=True)
        for column, rows in walked.cells.items():
            assert column in columns
            for index, cell in rows.items():
                assert ((*numbers(column), *index), cell) in proven, (column, index, cell)
            self._tally.cells += len(rows)
        return walked

    def context(self, vlan: int) -> Conversation:
        """Of the conversation."""
        return self._inner.context(vlan)

    async def close(self) -> None:
        """End the conversation."""
        await self._inner.close()

    def _begin(self) -> None:
        self._wire.heard[self._host] = []
        self._wire.asked[self._host] = set()

    def _proven(self, *, named: bool) -> set[tuple[tuple[int, ...], Cell]]:
        """All that was said to this question.

        Args:
            named: The agent chooses the names, as in a walk; else a name that was mutated into
                another one proves nothing.
        """
        out: set[tuple[tuple[int, ...], Cell]] = set()
        ids = self._wire.asked[self._host]
        for heard in self._wire.heard[self._host]:
            told = said(heard.datagram, ids) if heard.known else None
            if told is None:
                continue
            self._tally.accepted += heard.place is not None
            if heard.place is Place.OID and not named:
                told = [bound for bound in told if bound in (said(heard.honest, ids) or ())]
            out.update(told)
        return out


def said(datagram: bytes, ids: set[int]) -> list[tuple[tuple[int, ...], Cell]] | None:
    """What a response says, read by recursion; ``None`` when it is none to one of these requests.

    Another way to read BER than the engine's, so that one mistake is not made twice. Octets behind
    the message are nothing, and a varbind that is broken inside says nothing.
    """
    try:
        tag, message = next(_elements(datagram), (0, b""))
        (_, version), (_, community), (pdu, content) = _elements(message)
        (_, number), _status, _index, (_, listed) = _elements(content)
    except ValueError:
        return None
    right = tag == 0x30 and number is not None and int.from_bytes(number, "big", signed=True) in ids
    if not right or (version, community, pdu) != (b"\1", b"public", 0xA2):
        return None
    try:
        whole = [content for _, content in _elements(listed)]
    except ValueError:
        return None
    return [bound for content in whole if (bound := _bound_or_nothing(content)) is not None]


def _bound_or_nothing(content: bytes) -> tuple[tuple[int, ...], Cell] | None:
    try:
        return _bound(content)
    except ValueError:
        return None


def _elements(data: bytes) -> Iterator[tuple[int, bytes]]:
    while data:
        if len(data) < 2:
            raise ValueError("cut")
        tag, size, rest = data[0], data[1], data[2:]
        if size > 0x7F:
            width = size - 0x80
            if not 0 < width <= 4 or len(rest) < width:
                raise ValueError("length")
            size, rest = int.from_bytes(rest[:width], "big"), rest[width:]
        if size > len(rest):
            raise ValueError("cut")
        yield tag, rest[:size]
        data = rest[size:]


def _bound(content: bytes) -> tuple[tuple[int, ...], Cell]:
    (_, name), (tag, value) = _elements(content)
    if tag in (0x04, 0x40, 0x44, 0x03, 0x45):
        return _ids(name), value
    if tag == 0x06:
        return _ids(name), _ids(value) if value else (0, 0)
    if not value:
        raise ValueError("a number without octets")
    if tag == 0x02:
        return _ids(name), int.from_bytes(value, "big", signed=True)
    return _ids(name), int.from_bytes(value, "big")


def _ids(octets: bytes) -> tuple[int, ...]:
    out, number = [], 0
    for octet in octets:
        number = number * 128 + octet % 128
        if octet < 128:
            out.append(number)
            number = 0
    if not out or number:
        raise ValueError("no OID")
    top = min(out[0] // 40, 2)
    return (top, out[0] - 40 * top, *out[1:])


def run(seed: int, count: int, progress: Callable[[Tally], None] = lambda _tally: None) -> Tally:
    """Read until so many mutated datagrams were delivered.

    Raises:
        AssertionError: A value that nobody sent, or a driver that failed.
        Exception: Whatever escaped.
    """
    return asyncio.run(_run(seed, count, progress))


async def _run(seed: int, count: int, progress: Callable[[Tally], None]) -> Tally:
    tally = Tally()
    async with SnmpEngine() as engine:
        channel = engine.channel(socket.AF_INET)
        wire = Wire(seed, tally, channel._received)
        real, channel._socket = channel._socket, wire  # type: ignore[assignment]  # it stands in
        registry = m.registry()
        try:
            async with asyncio.TaskGroup() as group:
                for number in range(PARALLEL):
                    host = f"127.200.{number // 250}.{number % 250 + 1}"
                    group.create_task(_readings(engine, wire, host, registry, tally, count))
                group.create_task(_watch(tally, count, progress))
        finally:
            channel._socket = real
    return tally


async def _watch(tally: Tally, count: int, progress: Callable[[Tally], None]) -> None:
    while tally.total < count:
        progress(tally)
        await asyncio.sleep(1.0)


async def _readings(
    engine: SnmpEngine, wire: Wire, host: str, registry: Registry, tally: Tally, count: int
) -> None:
    where = SnmpTarget(host=host, port=_PORT, timeouts=_TIMEOUTS)
    turn = 0
    while tally.total < count:
        turn += 1
        name = PortName(name=f"ge{1 + turn % 12}", by="name") if turn % 3 else None
        target = Target(element="sw-elm", host=host, sys_name="elm", port_name=name)
        witness = Witness(engine.conversation(where, SnmpLimits()), wire, host, tally)
        try:
            async with asyncio.timeout(_LONGEST_S):
                reading = await read_once(witness, target, registry, FACTS, m.NOW)
        except TechinfoError as error:
            tally.ended(type(error).__name__)
            continue
        finally:
            await witness.close()
        assert "driver_error" not in {part.code for part in reading.parts.values()}
        for fact, part in reading.parts.items():
            tally.ended(f"{fact.value} {part.state.value}")
