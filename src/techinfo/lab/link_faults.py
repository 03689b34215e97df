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


def _up_time(request: Request, answer: Answer) -> int:
    """What the agent's clock shows, in hundredths of a second."""
    asked = replace(request, pdu_type=GET, non_repeaters=0, max_repetitions=0, oids=(_SYS_UP_TIME,))
    (sent,) = answer(asked)
    ((_, value),) = varbinds_of(sent.reply.datagram)
    start, end = read(value, 0, len(value), TIME_TICKS)
    return int.from_bytes(value[start:end], "big")
