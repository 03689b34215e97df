"""What the operator should look at: findings of the inventory, silent and unknown switches."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from techinfo.access.attachment import element_target
from techinfo.access.troubleshoot import Troubleshooter
from techinfo.access.viewer import Viewer
from techinfo.access.whole_element import must_see_all
from techinfo.inventory import Element, Finding

MOST = 200
"""Rows of a list; who has more to put right begins with those."""
GENERIC = "generic"
"""The driver that reads the standard MIBs of a device that no other knows."""
_AT_A_TIME = 50


@dataclass(frozen=True, kw_only=True, slots=True)
class Attention:
    """What was found; no switch was asked for it.

    Attributes:
        findings: Of the inventory, as ``techinfo inventory check`` has them without ``--ask``.
        silent: Switches that do not answer, and since when, the longest silence first.
        unsupported: Switches that no driver knows, by name: the standard MIBs alone are read.
        more: Some lists have been cut off.
    """

    findings: tuple[Finding, ...]
    silent: tuple[tuple[Element, datetime], ...]
    unsupported: tuple[Element, ...]
    more: bool


async def attention(troubleshooter: Troubleshooter, viewer: Viewer) -> Attention:
    """What an operator should look at, from what is known already.

    Raises:
        ForbiddenError: The viewer is a provider.
        CollectorError: Who asks the switches is not there.
    """
    must_see_all(viewer)
    inventory = troubleshooter.inventory
    found = await asyncio.to_thread(inventory.findings)
    elements = inventory.elements()
    silent = await _silent(troubleshooter, elements)
    met = await troubleshooter.collector.met([element_target(one) for one in elements])
    unknown = tuple(
        one
        for one, as_met in zip(elements, met, strict=True)
        if as_met and as_met.driver == GENERIC
    )
    return Attention(
        findings=found[:MOST],
        silent=silent[:MOST],
        unsupported=unknown[:MOST],
        more=any(len(one) > MOST for one in (found, silent, unknown)),
    )


async def _silent(
    troubleshooter: Troubleshooter, elements: Sequence[Element]
) -> tuple[tuple[Element, datetime], ...]:
    """Those that the collector has found silent, as long as it says that there are any left."""
    collector = troubleshooter.collector
    left = (await collector.numbers()).silent
    found: list[tuple[Element, datetime]] = []
    for begin in range(0, len(elements), _AT_A_TIME):
        if len(found) >= left:
            break
        some = elements[begin : begin + _AT_A_TIME]
        told = await asyncio.gather(*(collector.silent_since(element_target(e)) for e in some))
        found += [(one, since) for one, since in zip(some, told, strict=True) if since]
    return tuple(sorted(found, key=lambda one: one[1]))
