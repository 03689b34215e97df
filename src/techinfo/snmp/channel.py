"""One UDP socket and all the exchanges on it: no task, no timer and no future for a packet.

A reply is read, matched by its request-id, and the question it belongs to says what to send next,
all in the socket's callback. One coarse timer looks for what is overdue. An agent has one request
in flight at a time (field notes A11, A12); where several questions go to one agent, their requests
take turns, so that a port's GET need not wait for the end of a long walk.

A message of SNMPv3 is matched by its message-id, and its envelope is `v3_session`'s. Keys that are
not known yet are worked out in a thread: a mebibyte is hashed for each.
"""

from __future__ import annotations

import asyncio
import errno
import secrets
import socket
from array import array
from collections import deque
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

from techinfo.errors import DeviceError, DeviceUnreachableError, SnmpProtocolError
from techinfo.snmp.address import SocketAddress
from techinfo.snmp.interface import ConversationStats, SnmpTarget
from techinfo.snmp.message import (
    Header,
    header,
    is_of,
    is_v3,
    pdu_template,
    template,
    varbinds,
)
from techinfo.snmp.patience import Patience
from techinfo.snmp.questions import Ask, Question
from techinfo.snmp.usm import parse
from techinfo.snmp.v3_session import V3Session, Verdict

_TICK = 0.05
_MOST_READ = 16
"""Datagrams read before the event loop gets its turn."""
_OCTETS_A_REPLY = 4096
"""Of receive buffer, the kernel's own cost included. Measured: with more replies in flight than
buffer / 4 KiB packets are lost and throughput falls to a seventh."""
_FIRST_ID, _LAST_ID = 0x40000000, 0x7FFFFFFF
"""Request-ids that always take four octets, so that a request is its template and they."""
_LEAST_MESSAGE_ID, _MOST_MESSAGE_ID = 0x00800000, _FIRST_ID - 1
"""Message-ids of SNMPv3 have 30 bits, so that none is a request-id of another version."""
_LOST = frozenset({errno.EAGAIN, errno.EWOULDBLOCK, errno.ENOBUFS})
"""A full send buffer is a lost packet: the next try covers it."""
_MOST_GARBLED = 1024


@dataclass(kw_only=True, slots=True)
class ChannelStats:
    """Datagrams of an engine.

    Attributes:
        sent: All that went out, retries included.
        retries: Sent again because nothing came.
        received: All that came in, whatever it was.
        bad: Received, and not a whole response, or one of SNMPv3 that is not believed.
        unasked: Received, and nobody waits for it: late, twice, from elsewhere, another community.
    """

    sent: int = 0
    retries: int = 0
    received: int = 0
    bad: int = 0
    unasked: int = 0


class Exchange:
    """A question under way to one agent, and the future of whoever waits for its end."""

    __slots__ = (
        "address",
        "answer_id",
        "ask",
        "counted",
        "deadline",
        "future",
        "message",
        "question",
        "sent_at",
        "session",
        "target",
        "timeouts",
        "tries",
    )

    def __init__(
        self,
        question: Question,
        ask: Ask,
        target: SnmpTarget,
        address: SocketAddress,
        counted: ConversationStats,
        session: V3Session | None = None,
    ) -> None:
        self.question = question
        self.target = target
        self.session = session
        self.address = address
        self.counted = counted
        self.future: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self.message = b""
        self.answer_id = 0
        self.timeouts = target.timeouts
        self.tries = 0
        self.sent_at = self.deadline = 0.0
        self.begin(ask)

    def begin(self, ask: Ask) -> None:
        """Have this asked next."""
        self.ask = ask
        if self.session is not None and self.target.v3 is not None:
            self.session.begin(self.target.v3)

    def fits(self, sender: SocketAddress, head: Header) -> bool:
        """Whether a reply with the right request-id also comes from the agent asked."""
        of_kind = self.session is None and is_of(head, self.target.version)
        return of_kind and head.community == self.target.community and self.is_from(sender)

    def is_from(self, sender: SocketAddress) -> bool:
        """Whether something comes from the agent asked."""
        if self.target.any_source:  # field notes A15: another address, yet the same port
            return sender[1] == self.address[1]
        return sender == self.address

    @property
    def answered(self) -> bool:
        """Whether it has come to a good end."""
        future = self.future
        return future.done() and not future.cancelled() and future.exception() is None

    def fail(self, error: Exception) -> None:
        """End it with an error, unless it has ended."""
        if not self.future.done():
            self.future.set_exception(error)

    def where(self) -> str:
        """``host:port``, as in errors."""
        return f"{self.target.host}:{self.target.port}"


class Channel:
    """A socket of one address family, shared by all devices of that family.

    Attributes:
        receive_buffer: What the kernel gave, in octets; it caps at net.core.rmem_max silently.
        max_in_flight: Requests that may wait for a reply at a time; others queue.
    """

    def __init__(
        self, family: socket.AddressFamily, *, receive_buffer: int, traffic: ChannelStats
    ) -> None:
        self._loop = asyncio.get_running_loop()
        self._traffic = traffic
        self._socket = socket.socket(family, socket.SOCK_DGRAM)
        self._socket.setblocking(False)
        self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, receive_buffer)
        self.receive_buffer = self._socket.getsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF)
        self.max_in_flight = max(1, self.receive_buffer // _OCTETS_A_REPLY)
        self._pending: dict[int, Exchange] = {}
        self._waiting: deque[Exchange] = deque()
        self._busy: set[SocketAddress] = set()
        self._held: dict[SocketAddress, deque[Exchange]] = {}
        self._garbled: set[SocketAddress] = set()
        self._patience = Patience()
        self._without_keys: set[Exchange] = set()
        self._hashing = ThreadPoolExecutor(1, thread_name_prefix="snmp-keys")
        self._last_id = _FIRST_ID + secrets.randbelow(_LAST_ID - _FIRST_ID)
        self._random = array("I")
        self._timer: asyncio.TimerHandle | None = None
        self._loop.add_reader(self._socket, self._readable)

    def start(self, exchange: Exchange) -> None:
        """Send an exchange's request as soon as there is room for its reply."""
        self._waiting.append(exchange)
        self._pump()

    def forget(self, exchange: Exchange) -> None:
        """Give up an exchange; its place is free at once. One that has ended is no error."""
        self._without_keys.discard(exchange)
        if self._pending.get(exchange.answer_id) is exchange:
            self._done(exchange)
            self._pump()
        elif not exchange.answered:
            for queue in (self._waiting, self._held.get(exchange.address, deque())):
                if exchange in queue:
                    queue.remove(exchange)

    def close(self) -> None:
        """Close the socket; who still waits gets an error."""
        self._loop.remove_reader(self._socket)
        self._socket.close()
        self._hashing.shutdown(wait=False, cancel_futures=True)
        if self._timer:
            self._timer.cancel()
        held = (exchange for queue in self._held.values() for exchange in queue)
        asked = (*self._pending.values(), *self._waiting, *self._without_keys, *held)
        for exchange in asked:
            exchange.fail(
                DeviceUnreachableError("the SNMP engine was closed", address=exchange.where())
            )
        self._pending.clear()
        self._waiting.clear()
        self._held.clear()
        self._busy.clear()
        self._without_keys.clear()

    def _pump(self) -> None:
        while self._waiting and len(self._pending) < self.max_in_flight:
            exchange = self._waiting.popleft()
            if exchange.future.done():
                continue
            if exchange.address in self._busy:
                self._held.setdefault(exchange.address, deque()).append(exchange)
            elif exchange.session is not None and not exchange.session.has_keys():
                self._prepare(exchange, exchange.session)
            else:
                self._send(exchange)

    def _prepare(self, exchange: Exchange, session: V3Session) -> None:
        """Have the keys of a user and an engine worked out; the exchange goes on when they are."""

        def prepared(job: asyncio.Future[None]) -> None:
            if exchange not in self._without_keys:
                return
            self._without_keys.discard(exchange)
            error = None if job.cancelled() else job.exception()
            if isinstance(error, Exception):
                exchange.fail(error)
            else:
                self._waiting.append(exchange)
            self._pump()

        self._without_keys.add(exchange)
        self._loop.run_in_executor(self._hashing, session.prepare).add_done_callback(prepared)

    def _done(self, exchange: Exchange) -> None:
        """A request has come to its end: the next question to the same agent has its turn."""
        self._pending.pop(exchange.answer_id, None)
        self._busy.discard(exchange.address)
        queue = self._held.get(exchange.address)
        if queue:
            self._waiting.append(queue.popleft())
        if not queue:
            self._held.pop(exchange.address, None)

    def _answered(self, exchange: Exchange) -> None:
        """What it waits for has come."""
        now, usual, tries = self._loop.time(), exchange.target.timeouts, exchange.tries
        took_s, agent = now - exchange.sent_at, exchange.address
        self._patience.answered(agent, exchange.answer_id, tries, took_s, usual, now)
        self._done(exchange)

    def _send(self, exchange: Exchange) -> None:
        ask, target = exchange.ask, exchange.target
        self._write(exchange)
        waits = self._patience.timeouts(exchange.address, target.timeouts)
        exchange.timeouts = waits if ask.patient else waits[:1]
        exchange.tries = 0
        exchange.sent_at = self._loop.time()
        exchange.counted.requests += 1
        if self._garbled:
            self._garbled.discard(exchange.address)
        self._pending[exchange.answer_id] = exchange
        self._busy.add(exchange.address)
        self._put(exchange)
        if self._timer is None:
            self._timer = self._loop.call_later(_TICK, self._sweep)

    def _write(self, exchange: Exchange) -> None:
        """Write the message that asks, and what its answer is found by."""
        ask, target = exchange.ask, exchange.target
        request_id = self._last_id = self._last_id + 1 if self._last_id < _LAST_ID else _FIRST_ID
        own_id = request_id.to_bytes(4, "big")
        if exchange.session is None:
            head, tail = template(
                target.community, ask.pdu_type, ask.repetitions, ask.oids, target.version
            )
            exchange.answer_id = request_id
            exchange.message = head + own_id + tail
            return
        head, tail = pdu_template(ask.pdu_type, ask.repetitions, ask.oids)
        exchange.answer_id = self._message_id()
        exchange.message = exchange.session.seal(
            exchange.answer_id, request_id, head + own_id + tail, self._loop.time()
        )

    def _message_id(self) -> int:
        """A random one; the numbers are asked of the system many at a time."""
        found = 0
        while found < _LEAST_MESSAGE_ID or found in self._pending:
            if not self._random:
                self._random.frombytes(secrets.token_bytes(1024))
            found = self._random.pop() & _MOST_MESSAGE_ID
        return found

    def _put(self, exchange: Exchange) -> None:
        """Send the message once more; every try has the same bytes and the same request-id."""
        try:
            self._socket.sendto(exchange.message, exchange.address)
        except OSError as error:
            if error.errno not in _LOST:
                self._done(exchange)
                unreachable = DeviceUnreachableError(
                    f"this host cannot send to it: {error.strerror}", address=exchange.where()
                )
                unreachable.__cause__ = error
                exchange.fail(unreachable)
                return
        self._traffic.sent += 1
        exchange.deadline = self._loop.time() + exchange.timeouts[exchange.tries]
        exchange.tries += 1

    def _sweep(self) -> None:
        """Look for what is overdue; what has come by now has come in time, and is read first."""
        for _ in range(1 + len(self._pending) // _MOST_READ):
            if not self._read():
                break
        now = self._loop.time()
        for exchange in [e for e in self._pending.values() if e.deadline <= now]:
            if exchange.tries < len(exchange.timeouts):
                self._traffic.retries += 1
                exchange.counted.retries += 1
                self._put(exchange)
            else:
                self._done(exchange)
                self._overdue(exchange)
        self._pump()
        self._timer = self._loop.call_later(_TICK, self._sweep) if self._pending else None

    def _overdue(self, exchange: Exchange) -> None:
        reason = exchange.session.lost() if exchange.session is not None else None
        if exchange.address in self._garbled:
            self._garbled.discard(exchange.address)
            exchange.fail(
                SnmpProtocolError("only answers that cannot be read", address=exchange.where())
            )
        else:
            self._go_on(exchange, lambda: exchange.question.silent(reason))

    def _readable(self) -> None:
        self._read()

    def _read(self) -> bool:
        """Take some datagrams; says whether there may be more."""
        for _ in range(_MOST_READ):
            try:
                datagram, sender = self._socket.recvfrom(0xFFFF)
            except BlockingIOError:
                return False
            except OSError:
                continue  # an error of some earlier packet; its exchange runs into its time-out
            self._received(datagram, sender)
        return True

    def _received(self, datagram: bytes, sender: SocketAddress) -> None:
        self._traffic.received += 1
        try:
            if is_v3(datagram):
                self._received_v3(datagram, sender)
                return
            head = header(datagram)
        except ValueError:
            self._bad(sender)
            return
        exchange = self._pending.get(head.request_id)
        if exchange is None or not exchange.fits(sender, head):
            self._unasked(sender, head.request_id)
            return
        self._answered(exchange)
        self._go_on(exchange, lambda: self._tell(exchange, head, datagram, len(datagram)))
        self._pump()

    def _received_v3(self, datagram: bytes, sender: SocketAddress) -> None:
        """A message of SNMPv3.

        Raises:
            ValueError: It cannot be read so far that it is known whose it is.
        """
        message = parse(datagram)
        exchange = self._pending.get(message.message_id)
        session = exchange.session if exchange is not None else None
        if exchange is None or session is None or not exchange.is_from(sender):
            self._unasked(sender, message.message_id)
            return
        try:
            taken = session.take(message, self._loop.time())
        except ValueError:
            taken = Verdict.NOT_BELIEVED
        except DeviceError as error:
            self._done(exchange)
            exchange.fail(error)
            self._pump()
            return
        if taken is Verdict.NOT_BELIEVED:
            self._bad(exchange.address)
            return
        self._answered(exchange)
        if taken is Verdict.ASK_AGAIN:
            self._waiting.appendleft(exchange)
        else:
            octets, head = taken
            self._go_on(exchange, lambda: self._tell(exchange, head, octets, len(datagram)))
        self._pump()

    def _unasked(self, sender: SocketAddress, answer_id: int) -> None:
        self._traffic.unasked += 1
        self._patience.answered_again(sender, answer_id, self._loop.time())

    def _bad(self, sender: SocketAddress) -> None:
        self._traffic.bad += 1
        if len(self._garbled) < _MOST_GARBLED:
            self._garbled.add(sender)

    def _go_on(self, exchange: Exchange, tell: Callable[[], None]) -> None:
        """Tell the question what came, and queue what it wants to ask next."""
        try:
            tell()
            ask = exchange.question.request()
        except ValueError as error:
            self._traffic.bad += 1
            broken = SnmpProtocolError(f"unreadable answer: {error}", address=exchange.where())
            broken.__cause__ = error
            exchange.fail(broken)
        except Exception as error:  # noqa: BLE001 - handed to who waits, who would wait for ever
            exchange.fail(error)
        else:
            if ask is not None:
                exchange.begin(ask)
                self._waiting.append(exchange)
            elif not exchange.future.done():
                exchange.future.set_result(None)

    def _tell(self, exchange: Exchange, head: Header, octets: bytes, size: int) -> None:
        """Tell the question of an answer, whose varbinds stand in these octets."""
        question = exchange.question
        if head.error_status:
            question.refused(head.error_status, head.error_index)
        else:
            found = varbinds(octets, head.start, head.end)
            exchange.counted.varbinds += len(found)
            question.answer(found, size)
