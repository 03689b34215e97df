"""Faults of one port's line: the agent is well and tells the truth about it."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import replace

from techinfo.lab.agent import reply
from techinfo.lab.agent_faults import varbinds_of
from techinfo.lab.fault import Answer, Fault, Faulty, Outgoing
from techinfo.snmp.ber import (
    GET,
    INTEGER,
    OCTET_STRING,
    TIME_TICKS,
    Request,
    encode_oid,
    encode_value,
    read,
)

_SYS_UP_TIME = encode_oid("1.3.6.1.2.1.1.3.0")
_OPER_STATUS = "1.3.6.1.2.1.2.2.1.8"  # IF-MIB ifOperStatus
_LAST_CHANGE = "1.3.6.1.2.1.2.2.1.9"  # IF-MIB ifLastChange
_UP, _DOWN = 1, 2


def flapping(_device: Faulty, *, port: int, seconds: float = 30.0) -> Fault:
    """A port's link is lost, and then comes and goes every so many seconds."""
    began, every = time.monotonic(), max(float(seconds), 0.1)
    status, change = (encode_oid(f"{top}.{int(port)}") for top in (_OPER_STATUS, _LAST_CHANGE))

    def fault(request: Request, answer: Answer) -> Sequence[Outgoing]:
        sent = answer(request)
        found = [pair for out in sent for pair in varbinds_of(out.reply.datagram)]
        if not {status, change} & {oid for oid, _ in found}:
            return sent
        times, since = divmod(time.monotonic() - began, every)
        state = encode_value(INTEGER, _UP if times % 2 else _DOWN)
        at = encode_value(TIME_TICKS, max(0, _up_time(request, answer) - int(100 * since)))
        told = {status: state, change: at}
        return [Outgoing(reply(request, [(oid, told.get(oid, value)) for oid, value in found]))]

    return fault


def fading(_device: Faulty, *, oid: str, to: float, seconds: float = 900.0) -> Fault:
    """A value goes from what it is to another in so many seconds, again and again.

    Such as the light of a port, in whatever unit its column has: a number, or a text that is one.
    """
    began, whole, instance = time.monotonic(), max(float(seconds), 0.1), encode_oid(oid)
    end = float(to)

    def fault(request: Request, answer: Answer) -> Sequence[Outgoing]:
        sent = answer(request)
        found = [pair for out in sent for pair in varbinds_of(out.reply.datagram)]
        if instance not in {name for name, _ in found}:
            return sent
        share = (time.monotonic() - began) % whole / whole
        told = [
            (name, _towards(value, end, share) if name == instance else value)
            for name, value in found
        ]
        return [Outgoing(reply(request, told))]

    return fault


def _towards(value: bytes, end: float, share: float) -> bytes:
    """A value on its way to another; one that is no number stays."""
    tag = value[0]
    start, stop = read(value, 0, len(value), tag)
    held = value[start:stop]
    if tag == INTEGER:
        now = int.from_bytes(held, "big", signed=True)
        return encode_value(INTEGER, round(now + share * (end - now)))
    try:
        text = held.decode("ascii")
        first = float(text)
    except ValueError:
        return value
    digits = len(text.partition(".")[2])
    return encode_value(OCTET_STRING, f"{first + share * (end - first):.{digits}f}".encode())


def _up_time(request: Request, answer: Answer) -> int:
    """What the agent's clock shows, in hundredths of a second."""
    asked = replace(request, pdu_type=GET, non_repeaters=0, max_repetitions=0, oids=(_SYS_UP_TIME,))
    (sent,) = answer(asked)
    ((_, value),) = varbinds_of(sent.reply.datagram)
    start, end = read(value, 0, len(value), TIME_TICKS)
    return int.from_bytes(value[start:end], "big")
