"""Replies taken apart and put together anew, for faults that change what is in them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace

from techinfo.lab.agent import MOST_OCTETS, reply
from techinfo.lab.fault import Answer, Outgoing
from techinfo.lab.holdings import Varbind
from techinfo.snmp.ber import (
    GET_BULK,
    GET_NEXT,
    INTEGER,
    NO_SUCH_OBJECT,
    OBJECT_IDENTIFIER,
    OCTET_STRING,
    RESPONSE,
    SEQUENCE,
    Request,
    read,
)

After = Callable[[bytes], Varbind | None]
"""The varbind that an agent gives after an OID; ``None`` when it says nothing."""

_OCTETS_AROUND = 12
"""Of a varbind: headers, at most."""


def varbinds_of(datagram: bytes) -> tuple[Varbind, ...]:
    """The varbinds of an agent's own reply.

    Raises:
        ValueError: Another fault has made it unreadable.
    """
    at, end = read(datagram, 0, len(datagram), SEQUENCE)
    for tag in (INTEGER, OCTET_STRING):
        at = read(datagram, at, end, tag)[1]
    at, end = read(datagram, at, end, RESPONSE)
    for _ in range(3):
        at = read(datagram, at, end, INTEGER)[1]
    at, end = read(datagram, at, end, SEQUENCE)
    return tuple(_varbinds(datagram, at, end))


def _varbinds(datagram: bytes, at: int, end: int) -> Iterator[Varbind]:
    while at < end:
        start, at = read(datagram, at, end, SEQUENCE)
        start, stop = read(datagram, start, at, OBJECT_IDENTIFIER)
        yield datagram[start:stop], datagram[stop:at]


def follower(request: Request, answer: Answer) -> After:
    """What follows an OID, as the device itself answers it."""

    def after(oid: bytes) -> Varbind | None:
        asked = replace(request, pdu_type=GET_NEXT, non_repeaters=0, max_repetitions=0, oids=(oid,))
        sent = answer(asked)
        found = varbinds_of(sent[0].reply.datagram) if sent else ()
        return found[0] if found else None

    return after


def rows_under(top: bytes, after: After) -> list[Varbind]:
    """Every row of a subtree, in the device's order."""
    rows: list[Varbind] = []
    row = after(top)
    while row is not None and row[0].startswith(top) and row[1][0] < NO_SUCH_OBJECT:
        rows.append(row)
        row = after(row[0])
    return rows


def stepped(request: Request, after: After) -> Sequence[Outgoing]:
    """The answer to a GETNEXT or GETBULK, each row being what ``after`` says."""
    once = request.pdu_type == GET_NEXT
    fixed = len(request.oids) if once else min(request.non_repeaters, len(request.oids))
    found = [after(oid) for oid in request.oids[:fixed]]
    cursors = list(request.oids[fixed:])
    room = MOST_OCTETS
    for _ in range(request.max_repetitions if cursors and request.pdu_type == GET_BULK else 0):
        for place, oid in enumerate(cursors):
            row = after(oid)
            found.append(row)
            cursors[place] = row[0] if row else oid
            room -= len(row[0]) + len(row[1]) + _OCTETS_AROUND if row else 0
        if room < 0:
            break
    whole = [row for row in found if row is not None]
    return (Outgoing(reply(request, whole)),) if len(whole) == len(found) else ()
