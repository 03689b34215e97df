"""Sockets for traps and syslog; a flood costs a bounded part of the time of their process."""

from __future__ import annotations

import asyncio
import logging
import socket
from collections.abc import Callable, Collection
from dataclasses import dataclass, field
from datetime import datetime
from time import monotonic
from typing import Any

from techinfo.model import utc_now
from techinfo.snmp.interface import V3User
from techinfo.snmp.message import is_v3
from techinfo.traps.clocks import Clocks
from techinfo.traps.gathering import Gathered, Turns
from techinfo.traps.heard import Heard, Said
from techinfo.traps.notification import of_community
from techinfo.traps.syslog import of_line
from techinfo.traps.v3 import OwnEngine, SealedTraps

_MOST_OCTETS = 65_535
_AT_ONCE = 64
"""Datagrams that are taken before others have their turn in this process."""
_REST_S = 0.005
"""For so long nothing more is taken after as many: the system keeps what comes, and drops what is
too much, before it costs anything here."""
_log = logging.getLogger(__name__)


@dataclass(slots=True)
class Counts:
    """What became of datagrams.

    Attributes:
        unknown: Of a source that the inventory does not have.
        unread: That were no message, or of nothing that anybody here wants to know.
    """

    taken: int = 0
    unknown: int = 0
    unread: int = 0


@dataclass(slots=True)
class Receiver:
    """Hears what devices say, once it is started.

    Args:
        is_known: Whether a source is heard at all: an address, as text.
        users: Of SNMPv3.
        trusted: The sockets are reached from the management network alone.
        engine: What the ID of the SNMP engine is made of that informs of SNMPv3 are for; empty:
            none of those is answered.
        clocks: Of the engines that send traps.
        now: The time.
        steady: Seconds of a clock that is never set.

    Attributes:
        gathered: What was heard and not fetched yet.
        counts: What became of datagrams.
        woken: Set whenever something was heard.
        engine_id: Of the engine that informs are for.
    """

    is_known: Callable[[str], bool]
    users: Collection[V3User] = ()
    trusted: bool = False
    engine: str = ""
    clocks: Clocks = field(default_factory=Clocks)
    now: Callable[[], datetime] = utc_now
    steady: Callable[[], float] = monotonic
    gathered: Gathered = field(default_factory=Gathered)
    counts: Counts = field(default_factory=Counts)
    woken: asyncio.Event = field(default_factory=asyncio.Event)
    engine_id: bytes = field(init=False, default=b"")
    _turns: Turns = field(default_factory=Turns)
    _sealed: SealedTraps = field(init=False)
    _sockets: list[socket.socket] = field(default_factory=list)
    _loop: asyncio.AbstractEventLoop | None = None

    def __post_init__(self) -> None:
        own = OwnEngine.begin(self.engine, self.now(), self.steady()) if self.engine else None
        self.engine_id = own.id if own is not None else b""
        self._sealed = SealedTraps(self.users, own, self.clocks)

    def renew(self, users: Collection[V3User]) -> None:
        """Open SNMPv3 with these from now on."""
        self._sealed.renew(users)

    def start(self, traps: Collection[socket.socket], syslog: Collection[socket.socket]) -> None:
        """Hear what comes to some sockets, which are closed with this."""
        self._loop = asyncio.get_running_loop()
        for sock, take in [*((s, self.trap) for s in traps), *((s, self.line) for s in syslog)]:
            sock.setblocking(False)
            self._sockets.append(sock)
            self._listen(sock, take)

    async def fetch(self, wait_s: float) -> tuple[Heard, ...]:
        """What was heard; after some seconds nothing."""
        if not len(self.gathered):
            self.woken.clear()
            try:
                await asyncio.wait_for(self.woken.wait(), wait_s)
            except TimeoutError:
                return ()
        return self.gathered.fetch()

    def close(self) -> None:
        """Hear no more."""
        for sock in self._sockets:
            if self._loop is not None and not self._loop.is_closed():
                self._loop.remove_reader(sock)
            sock.close()
        self._sockets.clear()

    def trap(self, datagram: bytes, source: str) -> bytes | None:
        """Take one trap or inform; says what an inform is answered with."""
        if not self._is_read(source):
            return None
        try:
            if is_v3(datagram):
                found, proven = self._sealed.opened(datagram, source, self.steady())
            else:
                found, proven = of_community(datagram), False
        except ValueError:
            self.counts.unread += 1
            return None
        if found.said is None:
            self.counts.unread += 1
        else:
            self._put(source, found.said, if_index=found.if_index, proven=proven or self.trusted)
        return found.reply

    def line(self, datagram: bytes, source: str) -> None:
        """Take one message of syslog."""
        if not self._is_read(source):
            return
        found = of_line(datagram)
        if found is None:
            self.counts.unread += 1
        else:
            self._put(source, found[0], port=found[1])

    def _is_read(self, source: str) -> bool:
        self.counts.taken += 1
        if not self.is_known(source):
            self.counts.unknown += 1
            return False
        return self._turns.take(source, self.steady())

    def _put(
        self,
        source: str,
        said: Said,
        *,
        if_index: int | None = None,
        port: str | None = None,
        proven: bool = False,
    ) -> None:
        at = self.now()
        self.gathered.put(
            Heard(
                source=source,
                said=said,
                at=at,
                last=at,
                if_index=if_index,
                port=port,
                proven=proven,
            )
        )
        self.woken.set()

    def _listen(self, sock: socket.socket, take: Callable[[bytes, str], bytes | None]) -> None:
        loop = self._loop
        if loop is None or loop.is_closed() or sock.fileno() < 0:
            return
        loop.add_reader(sock, self._readable, sock, take)

    def _readable(self, sock: socket.socket, take: Callable[[bytes, str], bytes | None]) -> None:
        assert self._loop is not None  # noqa: S101 - `start` has set it
        for _ in range(_AT_ONCE):
            try:
                datagram, address = sock.recvfrom(_MOST_OCTETS)
            except BlockingIOError:
                return
            except OSError as error:  # such as ICMP's word on an answer of before
                _log.debug("a socket of traps: %s", error)
                return
            reply = take(datagram, address[0].partition("%")[0].removeprefix("::ffff:"))
            if reply is not None:
                _send(sock, reply, address)
        self._loop.remove_reader(sock)
        self._loop.call_later(_REST_S, self._listen, sock, take)


def _send(sock: socket.socket, reply: bytes, address: tuple[Any, ...]) -> None:
    try:
        sock.sendto(reply, address)
    except OSError as error:  # whoever asked sends it again
        _log.debug("an inform is not answered: %s", error)
