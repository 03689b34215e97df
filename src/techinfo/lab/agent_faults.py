"""Faults of an agent's software: what it chokes on, and tables that it does not walk right."""

from __future__ import annotations

import random
from collections.abc import Sequence

from techinfo.lab.agent import TOO_BIG, refusal, reply
from techinfo.lab.fault import Answer, Fault, Faulty, Outgoing
from techinfo.lab.holdings import Varbind
from techinfo.lab.replies import After, follower, rows_under, stepped, varbinds_of
from techinfo.snmp.ber import GET, GET_BULK, GET_NEXT, Request, encode_oid


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
