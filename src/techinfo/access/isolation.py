"""What of an answer is a provider's: rows of services that it holds, and the port's own state.

Where accesses share an aggregate, a row may belong to any of them: no provider gets it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import datetime
from typing import TypeVar

from techinfo.access.answer import UNKNOWN, Announced, Answer, CpeAnswer, ServiceOf
from techinfo.access.attachment import Attachment, names_on
from techinfo.access.rights import Right, runs
from techinfo.collect import Reading
from techinfo.inventory import Access, Inventory
from techinfo.model import (
    Counters,
    Fact,
    Flow,
    Group,
    Lease,
    MacEntry,
    Part,
    PortFacts,
    Shaping,
    State,
)

_OTHERS_TAG = "a VLAN is left out of which only the customer's tag is one of yours"
_OLDER = "rows from before the subscription was known are left out"
Row = TypeVar("Row", MacEntry, Lease, Group, Shaping)


def isolated(answer: Answer, right: Right, *, traffic: bool) -> Answer:
    """An answer with the rows of one holder; of the element's other ports nothing is left.

    Args:
        answer: For the operator.
        right: The holder's.
        traffic: The holder may see what the port has counted, not its errors alone.
    """
    if right.full_access:
        return answer
    answer = _unsure_of_vlans(_marked(answer, right), right)
    seen = own(answer.port, right, answer.service, traffic=traffic) if answer.port else None
    found = _emptied(answer, seen)
    return replace(
        found,
        unattributed=_has_rows_of_nobody(answer, right),
        next_change=right.next_change,
        port=seen,
        reading=replace(found.reading, ports={}),
    )


def isolated_cpe(answer: CpeAnswer, right: Right, *, traffic: bool) -> CpeAnswer:
    """The same for a CPE: its ports are of every holder, what was seen behind them is not."""
    if right.full_access:
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

    def rows(given: tuple[Row, ...], began_at: Callable[[Row], datetime | None]) -> tuple[Row, ...]:
        return tuple(r for r in given if right.owns(r.vlan, _type(service, r.vlan), began_at(r)))

    return replace(
        port,
        counters=port.counters if traffic or port.counters is None else _quiet(port.counters),
        macs=rows(port.macs, _learnt),
        leases=rows(port.leases, _start),
        groups=rows(port.groups, _joined),
        shaping=rows(port.shaping, lambda _: None),
        vlans=tuple(v for v in port.vlans if _is_held(right, service, v.vlan)),
        onts=tuple(ont for ont in port.onts if ont.ont_id == right.access.ont_id),
        ont_light=tuple(ont for ont in port.ont_light if ont.ont_id == right.access.ont_id),
        neighbours=(),
        cpe=(),
        gasps=(),
        unregistered=(),
    )


def _marked(answer: Answer, right: Right) -> Answer:
    """With its part partial where rows are left out that are older than the holding.

    They are on services that the holder has now, and an empty list would be taken for none.
    """
    port, part = answer.port, answer.part
    if port is None or part is None or part.state not in {State.OK, State.EMPTY}:
        return answer
    rows = (
        *((r.vlan, _learnt(r)) for r in port.macs),
        *((r.vlan, _start(r)) for r in port.leases),
        *((r.vlan, _joined(r)) for r in port.groups),
    )
    kinds = ((vlan, _type(answer.service, vlan), began_at) for vlan, began_at in rows)
    if not any(right.holds(v, kind) and right.precedes(v, kind, at) for v, kind, at in kinds):
        return answer
    partial = replace(part, state=State.PARTIAL, cause=_OLDER)
    parts = {fact: partial if p == part else p for fact, p in answer.reading.parts.items()}
    return replace(answer, part=partial, reading=replace(answer.reading, parts=parts))


def _unsure_of_vlans(answer: Answer, right: Right) -> Answer:
    """With the part of VLANs partial where one is left out that may be the holder's.

    The inventory may name a service by the customer's tag; others may use the same number there.
    """
    port, part = answer.port, answer.reading.parts.get(Fact.VLANS)
    if port is None or part is None or part.state is not State.OK:
        return answer
    left_out = [v for v in port.vlans if not _is_held(right, answer.service, v.vlan)]
    if not any(_is_held(right, answer.service, v.user_vlan) for v in left_out):
        return answer
    partial = replace(part, state=State.PARTIAL, cause=_OTHERS_TAG)
    parts = {**answer.reading.parts, Fact.VLANS: partial}
    return replace(answer, reading=replace(answer.reading, parts=parts))


def _is_held(right: Right, service: ServiceOf, vlan: int | None) -> bool:
    return vlan is not None and right.holds(vlan, _type(service, vlan))


def _emptied(answer: Answer, seen: PortFacts | None) -> Answer:
    """Empty where no row is theirs: ``ok`` without a row would tell that others have some."""
    part, before = answer.part, answer.port
    if part is None or before is None or seen is None or part.state is not State.OK:
        return answer
    if not any((before.macs, before.leases, before.groups)):
        return answer
    if any((seen.macs, seen.leases, seen.groups)):
        return answer
    empty = replace(part, state=State.EMPTY)
    parts = {fact: empty if p == part else p for fact, p in answer.reading.parts.items()}
    return replace(answer, part=empty, reading=replace(answer.reading, parts=parts))


def _has_rows_of_nobody(answer: Answer, right: Right) -> bool:
    """Whether rows are left out of which nobody can tell that they are not the holder's."""
    port = answer.port
    if port is None:
        return False
    rows: tuple[MacEntry | Lease | Group, ...] = (*port.macs, *port.leases, *port.groups)
    kinds = {(row.vlan, _type(answer.service, row.vlan)) for row in rows}
    return any(not right.holds(v, kind) and not right.is_of_others(v, kind) for v, kind in kinds)


def _type(service: ServiceOf, vlan: int | None) -> str | None:
    service_type = service(vlan)
    return None if service_type == UNKNOWN else service_type


def _learnt(row: MacEntry) -> datetime | None:
    return row.learnt_at


def _start(row: Lease) -> datetime | None:
    return row.start


def _joined(row: Group) -> datetime | None:
    return row.joined_at


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


def _announced(announced: Announced, right: Right, *, traffic: bool) -> Announced:
    """A CPE's own list of MAC addresses has no VLAN."""
    cpe = announced.cpe
    ports = cpe.ports
    if not traffic:
        ports = tuple(
            replace(p, counters=_quiet(p.counters)) if p.counters else p for p in cpe.ports
        )
    macs = cpe.macs if right.holds(None, None) else ()
    return replace(
        announced,
        cpe=replace(cpe, macs=macs, ports=ports),
        reading=replace(announced.reading, ports={}),
    )


def grouped_with(inventory: Inventory, at: Attachment, reading: Reading) -> tuple[Access, ...]:
    """The other accesses on the aggregate of a port that has been read, and on its members."""
    port = reading.port
    number = port.port.aggregate if port else None
    group = reading.ports.get(number) if number is not None else None
    if port is None or group is None:
        return ()
    found = {access.access_id: access for access in names_on(inventory, at.element, group.port)}
    for member in group.port.members:
        for access in inventory.accesses_on(at.element.name, member):
            found[access.access_id] = access
    found.pop(at.access.access_id, None)
    return tuple(found.values())


def private(answer: Answer, right: Right, inventory: Inventory) -> Answer:
    """An answer without rows of an aggregate that another provider may have caused as well."""
    port = answer.port
    if right.full_access or port is None or not any(_others(answer, right, inventory)):
        return answer

    own = without_group(port)
    return replace(answer, port=own, part=_part(answer.part, port, own))


def without_group(port: PortFacts) -> PortFacts:
    """A port without the rows that stand on its aggregate."""

    def rows(given: tuple[Row, ...]) -> tuple[Row, ...]:
        return tuple(row for row in given if row.aggregate is None)

    return replace(
        port,
        macs=rows(port.macs),
        leases=rows(port.leases),
        groups=rows(port.groups),
        shaping=rows(port.shaping),
    )


def _others(answer: Answer, right: Right, inventory: Inventory) -> Iterator[bool]:
    """Of each subscription on the accesses beside it: whether it runs and is another's."""
    for access in answer.grouped:
        for subscription in inventory.subscriptions_on(access.access_id):
            theirs = subscription.provider != right.provider
            yield theirs and runs(subscription, right.at)


def _part(part: Part | None, before: PortFacts, after: PortFacts) -> Part | None:
    if part is None or before == after or part.state not in {State.OK, State.EMPTY}:
        return part
    cause = "rows of an aggregate that other accesses hang on as well are told to none of them"
    return replace(part, state=State.PARTIAL, cause=cause)
