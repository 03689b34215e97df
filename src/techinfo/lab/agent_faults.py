"""Faults of an agent's software: what it chokes on, and tables that it does not walk right.

A fault that changes what is in a reply takes it apart and puts it together again.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace

from techinfo.lab.agent import MOST_OCTETS, TOO_BIG, refusal, reply
from techinfo.lab.fault import Answer, Fault, Faulty, Outgoing
from techinfo.lab.holdings import Varbind
from techinfo.snmp.ber import (
    GET,
    GET_BULK,
    GET_NEXT,
    INTEGER,
    NO_SUCH_OBJECT,
    OBJECT_IDENTIFIER,
    OCTET_STRING,
    RESPONSE,
    SEQUENCE,
    Request,
    encode_oid,
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


def dead_over_varbinds(_device: Faulty, *, limit: int) -> Fault:
    """A GET of more varbinds kills the agent; it stays so until cleared (field notes A2)."""
    dead = False
    most = int(limit)

    def fault(request: Request, answer: Answer) -> Sequence[Outgoing]:
        nonlocal dead
        dead = dead or (request.pdu_type == GET and len(request.oids) > most)
        return () if dead else answer(request)

    return fault


def dead_on_bulk(_device: Faulty, *, subtree: str) -> Fault:
    """A GETBULK that touches a subtree kills the agent until cleared (field notes A1).

    It touches it by asking for it, and by running over the end of what was asked for.
    """
    dead = False
    top = encode_oid(subtree)

    def fault(request: Request, answer: Answer) -> Sequence[Outgoing]:
        nonlocal dead
        if dead:
            return ()
        sent = answer(request)
        if request.pdu_type == GET_BULK:
            seen = [oid for out in sent for oid, _ in varbinds_of(out.reply.datagram)]
            dead = any(oid.startswith(top) for oid in (*request.oids, *seen))
        return () if dead else sent

    return fault


def too_big_over_repetitions(_device: Faulty, *, limit: int) -> Fault:
    """Says tooBig to a GETBULK of more repetitions (field notes A5, A6)."""
    most = int(limit)

    def fault(request: Request, answer: Answer) -> Sequence[Outgoing]:
        if request.pdu_type == GET_BULK and request.max_repetitions > most:
            return [Outgoing(refusal(request, TOO_BIG, 0))]
        return answer(request)

    return fault


def too_big_over_octets(_device: Faulty, *, limit: int) -> Fault:
    """Says tooBig in place of every answer of more octets, GETBULK or not (field notes A5, A6)."""
    most = int(limit)

    def fault(request: Request, answer: Answer) -> Sequence[Outgoing]:
        sent = answer(request)
        big = any(len(out.reply.datagram) > most for out in sent)
        return [Outgoing(refusal(request, TOO_BIG, 0))] if big else sent

    return fault


def silent_over_repetitions(_device: Faulty, *, limit: int) -> Fault:
    """Does not answer a GETBULK of more repetitions, and lives (field notes A5, A9 with 0)."""
    most = int(limit)

    def fault(request: Request, answer: Answer) -> Sequence[Outgoing]:
        choked = request.pdu_type == GET_BULK and request.max_repetitions > most
        return () if choked else answer(request)

    return fault


def skipped_rows(_device: Faulty, *, limit: int) -> Fault:
    """Leaves out the row behind the Nth of a GETBULK of more repetitions (field notes A4)."""
    most = int(limit)

    def fault(request: Request, answer: Answer) -> Sequence[Outgoing]:
        sent = answer(request)
        width = len(request.oids) - request.non_repeaters
        if request.pdu_type != GET_BULK or request.max_repetitions <= most or not sent or width < 1:
            return sent
        found = varbinds_of(sent[0].reply.datagram)
        start = request.non_repeaters + most * width
        if len(found) <= start + width:
            return sent
        return [Outgoing(reply(request, (*found[:start], *found[start + width :])))]

    return fault


def looping_rows(_device: Faulty, *, column: str) -> Fault:
    """After the last row of a column comes its first again, without end (field notes A3)."""
    top = encode_oid(column)

    def fault(request: Request, answer: Answer) -> Sequence[Outgoing]:
        honest = follower(request, answer)

        def after(oid: bytes) -> Varbind | None:
            found = honest(oid)
            over = oid.startswith(top) and oid != top and found and not found[0].startswith(top)
            return honest(top) if over else found

        return _walked(request, answer, after)

    return fault


def unordered_rows(_device: Faulty, *, column: str, seed: int = 1) -> Fault:
    """A column's rows come once each, in another order than that of OIDs (field notes A3, F11)."""
    top = encode_oid(column)
    order: list[bytes] = []

    def fault(request: Request, answer: Answer) -> Sequence[Outgoing]:
        honest = follower(request, answer)
        if not order:
            order.extend(oid for oid, _ in rows_under(top, honest))
            random.Random(seed).shuffle(order)  # noqa: S311  chance that repeats, not secrecy
        return _walked(request, answer, _in_order(top, order, honest))

    return fault


def _in_order(top: bytes, order: list[bytes], honest: After) -> After:
    values = dict(rows_under(top, honest))
    last = next(reversed(values), top)

    def after(oid: bytes) -> Varbind | None:
        if oid not in values:
            found = honest(oid)
            into = found is not None and found[0] in values
            return (order[0], values[order[0]]) if into else found
        place = order.index(oid) + 1
        return (order[place], values[order[place]]) if place < len(order) else honest(last)

    return after


def outside_rows(_device: Faulty, *, column: str, instead: str) -> Fault:
    """A walk into a column gives the rows of another table (field notes A14)."""
    top, other = encode_oid(column), encode_oid(instead)

    def fault(request: Request, answer: Answer) -> Sequence[Outgoing]:
        honest = follower(request, answer)

        def after(oid: bytes) -> Varbind | None:
            return honest(other if oid.startswith(top) else oid)

        return _walked(request, answer, after)

    return fault


def _walked(request: Request, answer: Answer, after: After) -> Sequence[Outgoing]:
    walks = request.pdu_type in (GET_NEXT, GET_BULK)
    return stepped(request, after) if walks else answer(request)
