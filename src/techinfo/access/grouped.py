"""Accesses that share an aggregate: its rows may be of each, so of providers they are of none."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import TypeVar

from techinfo.access.answer import Answer
from techinfo.access.attachment import Attachment, names_on
from techinfo.access.rights import Right, runs
from techinfo.collect import Reading
from techinfo.inventory import Access, Inventory
from techinfo.model import Group, Lease, MacEntry, Part, PortFacts, Shaping, State

Row = TypeVar("Row", MacEntry, Lease, Group, Shaping)


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
    if right.whole or port is None or not any(_others(answer, right, inventory)):
        return answer

    own = without_group(port)
    return replace(answer, port=own, part=_part(answer.part, port, own))


def without_group(port: PortFacts) -> PortFacts:
    """A port without the rows that stand on its aggregate."""

    def rows(told: tuple[Row, ...]) -> tuple[Row, ...]:
        return tuple(row for row in told if row.aggregate is None)

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
            yield theirs and right.at is not None and runs(subscription, right.at)


def _part(part: Part | None, before: PortFacts, after: PortFacts) -> Part | None:
    if part is None or before == after or part.state not in {State.OK, State.EMPTY}:
        return part
    cause = "rows of an aggregate that other accesses hang on as well are told to none of them"
    return replace(part, state=State.PARTIAL, cause=cause)
