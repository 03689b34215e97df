"""What of an answer is a provider's: rows of services that it holds, and the port's own state."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from typing import TypeVar

from techinfo.model import (
    Counters,
    Flow,
    Group,
    Lease,
    MacEntry,
    PortFacts,
    Shaping,
)
from techinfo.service.answer import UNKNOWN, Announced, Answer, CpeAnswer, ServiceOf
from techinfo.service.rights import Right

Row = TypeVar("Row", MacEntry, Lease, Group, Shaping)


def isolated(answer: Answer, right: Right, *, traffic: bool) -> Answer:
    """An answer with the rows of one holder; of the element's other ports nothing is left.

    Args:
        answer: For the operator.
        right: The holder's.
        traffic: The holder may see what the port has counted, not its errors alone.
    """
    if right.whole:
        return answer
    return replace(
        answer,
        port=own(answer.port, right, answer.service, traffic=traffic) if answer.port else None,
        reading=replace(answer.reading, ports={}),
    )


def isolated_cpe(answer: CpeAnswer, right: Right, *, traffic: bool) -> CpeAnswer:
    """The same for a CPE: its ports are of every holder, what was seen behind them is not."""
    if right.whole:
        return answer
    reading = answer.reading
    if reading is not None:
        ports = {
            n: own(p, right, answer.service, traffic=traffic) for n, p in reading.ports.items()
        }
        reading = replace(reading, ports=ports)
    return replace(
        answer,
        reading=reading,
        behind=(
            own(answer.behind, right, answer.service, traffic=traffic) if answer.behind else None
        ),
        announced=_announced(answer.announced, right, traffic=traffic)
        if answer.announced
        else None,
    )


def own(port: PortFacts, right: Right, service: ServiceOf, *, traffic: bool) -> PortFacts:
    """One port as a holder may see it."""

    def rows(told: tuple[Row, ...], learnt: Callable[[Row], datetime | None]) -> tuple[Row, ...]:
        return tuple(r for r in told if _is_own(r.vlan, learnt(r), right, service))

    return replace(
        port,
        counters=port.counters if traffic or port.counters is None else _quiet(port.counters),
        macs=rows(port.macs, lambda r: r.learnt_at),
        leases=rows(port.leases, lambda r: r.start),
        groups=rows(port.groups, lambda r: r.joined_at),
        shaping=rows(port.shaping, lambda _: None),
        onts=(),
        neighbours=(),
        cpe=(),
    )


def _is_own(vlan: int | None, learnt: datetime | None, right: Right, service: ServiceOf) -> bool:
    told = service(vlan)
    service_type = None if told == UNKNOWN else told
    if not right.holds(vlan, service_type):
        return False
    began = right.began(vlan, service_type)
    return learnt is None or began is None or learnt >= began


def _quiet(counters: Counters) -> Counters:
    """Errors without volumes."""
    return replace(counters, input=_errors(counters.input), output=_errors(counters.output))


def _errors(flow: Flow) -> Flow:
    return Flow(
        errors=flow.errors,
        discards=flow.discards,
        pauses=flow.pauses,
        crc_errors=flow.crc_errors,
    )


def _announced(told: Announced, right: Right, *, traffic: bool) -> Announced:
    """A CPE's own list of MAC addresses has no VLAN."""
    cpe = told.cpe
    ports = cpe.ports
    if not traffic:
        ports = tuple(
            replace(p, counters=_quiet(p.counters)) if p.counters else p for p in cpe.ports
        )
    macs = cpe.macs if right.holds(None, None) else ()
    return replace(
        told,
        cpe=replace(cpe, macs=macs, ports=ports),
        reading=replace(told.reading, ports={}),
    )
