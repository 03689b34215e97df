"""Answers one request from what a device holds, as its agent would (RFC 1157, RFC 3416)."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from techinfo.lab.holdings import Holdings, Varbind
from techinfo.snmp import ber
from techinfo.snmp.ber import Request

TOO_BIG: Final = 1
NO_SUCH_NAME: Final = 2
NOT_WRITABLE: Final = 17
"""error-status, RFC 3416."""

MOST_OCTETS: Final = 1400
"""Of a reply: what fits into one Ethernet frame, whatever it is tunnelled through."""
_UDP_OCTETS = 65_507
_FRAME_OCTETS = 40
"""Of a reply around its varbinds and community, at most."""

_NULL = bytes((ber.NULL, 0))
_NO_SUCH_OBJECT = bytes((ber.NO_SUCH_OBJECT, 0))
_NO_SUCH_INSTANCE = bytes((ber.NO_SUCH_INSTANCE, 0))
_END_OF_MIB_VIEW = bytes((ber.END_OF_MIB_VIEW, 0))


@dataclass(frozen=True, slots=True)
class Reply:
    """An answer on its way out; ``varbinds`` counts the values in it."""

    datagram: bytes
    varbinds: int = 0


class Agent:
    """One device's agent. It writes nothing: a SET is refused.

    A reply has at most ``most_octets``, but a single varbind may have more: the device did send it
    when it was recorded. What moves in it moves from ``started`` on, by ``clock``; ``None``: now.
    """

    def __init__(
        self,
        holdings: Holdings,
        *,
        most_octets: int = MOST_OCTETS,
        clock: Callable[[], float] = time.monotonic,
        started: float | None = None,
    ) -> None:
        self._holdings = holdings
        self._most_octets = most_octets
        self._clock = clock
        self._started = clock() if started is None else started

    def answer(self, request: Request) -> Reply | None:
        """The reply; ``None`` where an agent stays silent (a GETBULK in SNMPv1).

        Raises:
            ValueError: An OID in it is none.
        """
        if request.pdu_type == ber.SET:
            return refusal(request, NO_SUCH_NAME if request.version == 0 else NOT_WRITABLE, 1)
        elapsed_s = self._clock() - self._started
        if request.pdu_type == ber.GET_BULK:
            return self._bulk(request, elapsed_s) if request.version else None
        if request.version == 0:
            return self._answer_v1(request, elapsed_s)
        take = self._instance if request.pdu_type == ber.GET else self._following
        return self._whole(request, [take(oid, elapsed_s) for oid in request.oids])

    def _instance(self, oid: bytes, elapsed_s: float) -> Varbind:
        place, there = self._holdings.place(oid)
        if there:
            return self._holdings.varbind(place, elapsed_s)
        known = self._holdings.knows_object(oid)
        return oid, _NO_SUCH_INSTANCE if known else _NO_SUCH_OBJECT

    def _following(self, oid: bytes, elapsed_s: float) -> Varbind:
        place, there = self._holdings.place(oid)
        place += there
        if place >= len(self._holdings):
            return oid, _END_OF_MIB_VIEW
        return self._holdings.varbind(place, elapsed_s)

    def _answer_v1(self, request: Request, elapsed_s: float) -> Reply:
        """SNMPv1 has no Counter64 and no exceptions (RFC 3584, 4.2)."""
        found: list[Varbind] = []
        for number, oid in enumerate(request.oids, 1):
            varbind = self._instance(oid, elapsed_s)
            if request.pdu_type == ber.GET_NEXT:
                varbind = self._following(oid, elapsed_s)
                while varbind[1][0] == ber.COUNTER64:
                    varbind = self._following(varbind[0], elapsed_s)
            if varbind[1][0] >= ber.NO_SUCH_OBJECT or varbind[1][0] == ber.COUNTER64:
                return refusal(request, NO_SUCH_NAME, number)
            found.append(varbind)
        return self._whole(request, found)

    def _whole(self, request: Request, varbinds: Sequence[Varbind]) -> Reply:
        """A reply that has all varbinds or is tooBig."""
        room = self._room(request) if len(varbinds) > 1 else _UDP_OCTETS - _FRAME_OCTETS
        if sum(map(_octets, varbinds)) > room:
            return refusal(request, TOO_BIG, 0)
        return reply(request, varbinds)

    def _bulk(self, request: Request, elapsed_s: float) -> Reply:
        """As many varbinds as fit, and at least one of them."""
        room = self._room(request)
        varbinds: list[Varbind] = []
        for varbind in self._bulk_varbinds(request, elapsed_s):
            room -= _octets(varbind)
            if room < 0 and varbinds:
                break
            varbinds.append(varbind)
        return self._whole(request, varbinds) if len(varbinds) == 1 else reply(request, varbinds)

    def _bulk_varbinds(self, request: Request, elapsed_s: float) -> Iterator[Varbind]:
        for oid in request.oids[: request.non_repeaters]:
            yield self._following(oid, elapsed_s)
        repeated = request.oids[request.non_repeaters :]
        places = [place + there for place, there in map(self._holdings.place, repeated)]
        last = list(repeated)
        end = len(self._holdings)
        for repetition in range(request.max_repetitions if repeated else 0):
            for column, first in enumerate(places):
                place = first + repetition
                if place < end:
                    varbind = self._holdings.varbind(place, elapsed_s)
                    last[column] = varbind[0]
                    yield varbind
                else:
                    yield last[column], _END_OF_MIB_VIEW
            if min(places) + repetition >= end:
                return  # RFC 3416, 4.2.3: nothing but endOfMibView may be cut short

    def _room(self, request: Request) -> int:
        return self._most_octets - _FRAME_OCTETS - len(request.community)


def refusal(request: Request, status: int, index: int) -> Reply:
    """An answer that has an error-status and no values.

    tooBig of SNMPv2 comes without varbinds (RFC 3416, 4.2.1), all else repeats what was asked.
    """
    repeated = () if request.version and status == TOO_BIG else request.oids
    varbinds = [(oid, _NULL) for oid in repeated]
    return Reply(_datagram(request, varbinds, status, index))


def reply(request: Request, varbinds: Sequence[Varbind]) -> Reply:
    """An answer that has these varbinds."""
    return Reply(_datagram(request, varbinds, 0, 0), len(varbinds))


def _datagram(request: Request, varbinds: Sequence[Varbind], status: int, index: int) -> bytes:
    return ber.encode_response(
        version=request.version,
        community=request.community,
        request_id=request.request_id,
        error_status=status,
        error_index=index,
        varbinds=varbinds,
    )


def _octets(varbind: Varbind) -> int:
    """Of a varbind in a reply, at most: three headers of up to four octets."""
    size = len(varbind[0]) + len(varbind[1])
    return size + (4 if size < 0x7C else 8)
