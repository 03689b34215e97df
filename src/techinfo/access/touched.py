"""Which ports of a switch have just moved: for whoever stands at it with a cable in the hand."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Literal

from techinfo.access.attachment import element_target
from techinfo.access.freshness import CachePolicy, known, read
from techinfo.access.troubleshoot import Troubleshooter
from techinfo.access.viewer import Viewer
from techinfo.access.whole_element import (
    accesses_by_port,
    element_named,
    must_see_all,
)
from techinfo.collect import Reading
from techinfo.inventory import Element
from techinfo.model import Fact, Port, PortFacts, State
from techinfo.units import Dark

How = Literal["link", "light"]
_EARLIER_S = 600.0
"""An older reading says nothing of what somebody has done by hand now."""
_WAITING = (Fact.UNREGISTERED,)
_WHOLE = frozenset({State.OK, State.EMPTY})
_TOLD = _WHOLE | {State.PARTIAL}
_LIGHT_DB = 3.0
"""The accuracy of diagnostics (SFF-8472): less is no movement."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Touched:
    """A port that has moved.

    Attributes:
        how: The switch tells when its link changed, or its light is another than it was.
        at: When, by the switch's clock; ``None``: some time since the reading before.
        before: What it was at the reading before, where there is one.
        accesses: The accessIds that the inventory has on it.
    """

    facts: PortFacts
    how: How
    at: datetime | None
    before: PortFacts | None
    accesses: tuple[str, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class Waiting:
    """An ONT that an OLT has found, and that nobody has registered: whose it is nobody knows.

    Attributes:
        port: The PON port that it is on.
        new: It was not on it at the look before; ``None``: there was none, or not of all.
    """

    port: Port
    serial_number: str
    new: bool | None


@dataclass(frozen=True, kw_only=True, slots=True)
class Movements:
    """What has moved on a switch.

    Attributes:
        compared_with: When the reading before was made; ``None``: there is none.
        waiting: ONTs that wait to be registered, new ones first; ``None``: it does not tell.
    """

    element: Element
    reading: Reading
    compared_with: datetime | None
    ports: tuple[Touched, ...]
    waiting: tuple[Waiting, ...] | None = None


async def touched(
    troubleshooter: Troubleshooter,
    viewer: Viewer,
    element: str,
    policy: CachePolicy,
    *,
    window: timedelta,
    light: bool = False,
) -> Movements:
    """Ports that have moved lately, the last one first.

    Of the links of the front panel only what moves is read, in three to six requests of a switch
    of up to 52 ports; the light only if it is wanted, which takes as many again. Of an OLT the ONTs
    that nobody has registered, too: a request where there is none, three for up to nine.

    Args:
        troubleshooter: Knows inventory and collector.
        viewer: Who asks.
        element: Its name.
        policy: How long is waited.
        window: How long ago a link may have changed.
        light: The light is compared with that of the reading before, too.

    Raises:
        ForbiddenError: The viewer is a provider.
        UnknownElementError: No element has this name.
        DeviceError: It cannot be had.
    """
    must_see_all(viewer)
    inventory, now = troubleshooter.inventory, troubleshooter.now()
    found = element_named(inventory, element)
    facts = (Fact.LINK, Fact.TRANSCEIVER) if light else (Fact.LINK,)
    target = replace(element_target(found), moving=True)
    earlier = await known(troubleshooter.collector, target, facts, _EARLIER_S, now)
    fresh = replace(policy, max_age_s=0.0, max_stale_s=0.0)
    listed = await known(troubleshooter.collector, target, _WAITING, _EARLIER_S, now)
    reading = await read(troubleshooter.collector, target, (*facts, *_WAITING), fresh, now)
    if earlier is not None and earlier.read_at == reading.read_at:
        earlier = None  # nothing was read anew: a switch rests between two readings
    beside = accesses_by_port(inventory, found, reading)
    moved = [
        replace(one, accesses=beside.get(one.facts.port.if_index, ()))
        for one in movements(earlier, reading, window)
    ]
    return Movements(
        element=found,
        reading=reading,
        compared_with=earlier.read_at if earlier is not None else None,
        ports=tuple(moved),
        waiting=waiting(listed, reading),
    )


def waiting(before: Reading | None, after: Reading) -> tuple[Waiting, ...] | None:
    """ONTs that nobody has registered, those first that were not there at the reading before."""
    part = after.parts.get(Fact.UNREGISTERED)
    if part is None or part.state not in _TOLD:
        return None
    was = before.parts.get(Fact.UNREGISTERED) if before is not None else None
    all_told = was is not None and was.state in _WHOLE and was.read_at != part.read_at
    ports = before.ports if before is not None and all_told else {}
    there = {(n, serial) for n, facts in ports.items() for serial in facts.unregistered}
    found = [
        Waiting(
            port=facts.port,
            serial_number=serial,
            new=(number, serial) not in there if all_told else None,
        )
        for number, facts in sorted(after.ports.items())
        for serial in facts.unregistered
    ]
    return tuple(sorted(found, key=lambda one: not one.new))


def movements(before: Reading | None, after: Reading, window: timedelta) -> list[Touched]:
    """What has moved between two readings, or shortly before the second; the last one first."""
    at = after.read_at
    earlier = before.ports if before is not None else {}
    found = [
        Touched(facts=facts, how=how, at=changed, before=earlier.get(number), accesses=())
        for number, facts in after.ports.items()
        for how, changed in _moved(earlier.get(number), facts, at, window)
    ]
    by_time = sorted(found, key=lambda one: one.facts.port.if_index)
    return sorted(by_time, key=_when, reverse=True)


def _when(one: Touched) -> float:
    return one.at.timestamp() if one.at is not None else 0.0


def _moved(
    before: PortFacts | None, after: PortFacts, at: datetime | None, window: timedelta
) -> Iterator[tuple[How, datetime | None]]:
    """How a port has moved, once; its link says more than its light."""
    link, was = after.link, before.link if before is not None else None
    changed = link.last_change if link is not None else None
    if changed is not None and at is not None and at - window <= changed:
        yield "link", changed
    elif (
        link is not None
        and was is not None
        and None not in (link.up, was.up)
        and (link.up is not was.up)
    ):
        yield "link", None
    elif before is not None and _other_light(before, after):
        yield "light", None


def _other_light(before: PortFacts, after: PortFacts) -> bool:
    levels = [
        facts.transceiver.light if facts.transceiver is not None else None
        for facts in (before, after)
    ]
    if None in levels:
        return False
    first, second = levels
    if isinstance(first, Dark) or isinstance(second, Dark):
        return first != second
    return first is not None and second is not None and abs(first - second) >= _LIGHT_DB
