"""What ports are configured for, held against what is ordered: found before the customer calls.

A port is compared by the VLANs that it carries, by its rates and by where DHCP snooping is on, as
far as a switch tells all of them; what it does not tell is no difference. No row of a customer (a
lease, a MAC address) is read for it, and nothing is written to a switch.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any

from techinfo.access.case.orders import expected
from techinfo.access.freshness import CachePolicy
from techinfo.access.rights import BROADBAND, Right
from techinfo.access.troubleshoot import Troubleshooter
from techinfo.access.viewer import Viewer
from techinfo.access.whole_element import (
    accesses_by_port,
    element_named,
    must_see_all,
    services_of,
    whole_element,
)
from techinfo.collect import Reading
from techinfo.errors import TechinfoError
from techinfo.inventory import Element
from techinfo.model import Fact, PortFacts, Shaping, State

FACTS = (Fact.DEVICE, Fact.LINK, Fact.VLANS, Fact.SHAPING)
_OF = {"rate_below_order": Fact.SHAPING, "snooping_off": Fact.SNOOPING}
"""Difference -> the fact that shows it; else the VLANs."""
_RUNS = frozenset({"ACTIVATED", "SUSPENDED"})
_TOO_LOW = 0.95
"""Of the order (the limit of `speed_below_order`)."""
_WAY = {"in": "up", "out": "down"}
"""Queue -> direction of the order: into the port is from the customer."""


class What(StrEnum):
    """How a port differs from the orders."""

    VLAN_MISSING = "vlan_missing"
    """The VLAN of a service that runs is not on the port."""
    VLAN_NOT_ORDERED = "vlan_not_ordered"
    """The port carries the VLAN of a service that nobody on it has ordered."""
    RATE_BELOW_ORDER = "rate_below_order"
    """Broadband is limited to less than 95 % of what is ordered, in one direction."""
    SNOOPING_OFF = "snooping_off"
    """Broadband gets its address by DHCP, and DHCP snooping is not on in its VLAN: no lease is
    seen there, and no option 82 written."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Difference:
    """One difference.

    Attributes:
        ordered: The VLAN, or the rate in kbit/s; ``None``: nothing is.
        configured: The VLANs of the port, or its rate in kbit/s; of snooping the VLANs in which it
            is on, empty: nowhere in the switch.
        read_at: When the switch was asked.
    """

    element: str
    port: str
    access_id: str
    what: What
    service_type: str
    ordered: int | None
    configured: tuple[int, ...]
    read_at: datetime | None


@dataclass(kw_only=True)
class Audit:
    """What has come of asking.

    Attributes:
        ports: Ports with an access of which something was compared.
        untold: Ports with an access of which the switch tells nothing that is compared.
        unread: Elements that could not be read, and why.
    """

    ports: int = 0
    untold: int = 0
    unread: dict[str, str] = field(default_factory=dict)
    differences: list[Difference] = field(default_factory=list)


async def audit(
    troubleshooter: Troubleshooter,
    elements: Sequence[Element],
    *,
    parallel: int,
    policy: CachePolicy,
    not_ordered: bool = False,
    snooping: bool = True,
    asked: Callable[[], None] = lambda: None,
) -> Audit:
    """Compare the ports of elements with the orders on them, by element and port.

    Args:
        troubleshooter: Reads them, and knows the orders.
        elements: Which.
        parallel: How many at a time.
        policy: How young a reading must be, and how long an element may take.
        not_ordered: VLANs that nobody has ordered are differences, too.
        snooping: So is DHCP snooping that is off, and the switches are asked for it.
        asked: Called for each that has been asked.
    """
    found, turn = Audit(), asyncio.Semaphore(parallel)

    async def one(element: Element) -> None:
        async with turn:
            try:
                reading = await whole_element(
                    troubleshooter, element, policy, _facts(snooping=snooping)
                )
            except TechinfoError as error:
                found.unread[element.name] = str(error)
            else:
                _compare(troubleshooter, element, reading, found, not_ordered=not_ordered)
            asked()

    await asyncio.gather(*map(one, elements))
    found.differences.sort(key=_ordering)
    return found


async def audit_switch(
    troubleshooter: Troubleshooter,
    viewer: Viewer,
    element: str,
    policy: CachePolicy,
    *,
    not_ordered: bool = False,
    snooping: bool = True,
) -> tuple[Audit, Reading]:
    """The same of one element, and the reading that it rests on.

    Raises:
        ForbiddenError: The viewer is a provider.
        UnknownElementError: No element has this name.
        DeviceError: It cannot be had.
    """
    must_see_all(viewer)
    found, at = Audit(), element_named(troubleshooter.inventory, element)
    reading = await whole_element(troubleshooter, at, policy, _facts(snooping=snooping))
    _compare(troubleshooter, at, reading, found, not_ordered=not_ordered)
    found.differences.sort(key=_ordering)
    return found, reading


def _facts(*, snooping: bool) -> tuple[Fact, ...]:
    return (*FACTS, Fact.SNOOPING) if snooping else FACTS


def _ordering(one: Difference) -> tuple[str, ...]:
    return one.element, one.port, one.access_id, one.what


def _compare(
    troubleshooter: Troubleshooter,
    element: Element,
    reading: Reading,
    found: Audit,
    *,
    not_ordered: bool,
) -> None:
    for number, names in accesses_by_port(troubleshooter.inventory, element, reading).items():
        port = reading.ports[number]
        told = _Port(troubleshooter, element, reading, port, shared=len(names) > 1)
        if not told.vlans and not told.tells_rates and port.snooping is None:
            found.untold += 1
            continue
        found.ports += 1
        ordered: set[str] = set()
        for name in names:
            services = told.services(name)
            ordered |= {one["serviceType"] for one in services}
            found.differences += told.differences(name, services)
        if not_ordered and names:
            found.differences += told.beyond(names[0], ordered)


@dataclass(frozen=True, slots=True)
class _Port:
    troubleshooter: Troubleshooter
    element: Element
    reading: Reading
    facts: PortFacts
    shared: bool
    """Several accesses: whose a rate is, nobody can tell."""

    @property
    def vlans(self) -> tuple[int, ...]:
        """What it carries; empty: the switch does not tell, or not of all VLANs."""
        whole = self._state(Fact.VLANS) is State.OK
        return tuple(row.vlan for row in self.facts.vlans) if whole else ()

    @property
    def tells_rates(self) -> bool:
        """Whether any rate is told."""
        return self._state(Fact.SHAPING) is State.OK and bool(self.facts.shaping)

    def services(self, access_id: str) -> list[dict[str, Any]]:
        """What is ordered on an access and has not ended."""
        inventory, now = self.troubleshooter.inventory, self.troubleshooter.now()
        access = inventory.access(access_id)
        if access is None:
            return []
        held = Right(access=access, at=now, asked_at=now, full_access=True, may_see_rows=True)
        service = self.troubleshooter.service(access)
        told = expected(inventory, held, shared=False, port=None, service=service, vlans=self.vlans)
        return [one for one in told.get("services", ()) if one.get("state") in _RUNS]

    def differences(
        self, access_id: str, services: Sequence[dict[str, Any]]
    ) -> Iterator[Difference]:
        """What an access has ordered and the port does not give."""
        for one in services:
            kind, vlan = one["serviceType"], one.get("vlan")
            if self.vlans and vlan is not None and vlan not in self.vlans:
                yield self._told(access_id, What.VLAN_MISSING, kind, vlan, self.vlans)
            if kind != BROADBAND:
                continue
            if not one.get("fixedIp") and self._is_unsnooped(vlan):
                on = self.facts.snooping or ()
                yield self._told(access_id, What.SNOOPING_OFF, kind, vlan, on)
            if self.shared:
                continue
            for queue, way in _WAY.items():
                rate, ordered = self._rate(queue), one.get(way)
                if rate is not None and ordered is not None and rate < _TOO_LOW * ordered:
                    yield self._told(access_id, What.RATE_BELOW_ORDER, kind, ordered, (rate,))

    def beyond(self, access_id: str, ordered: set[str]) -> Iterator[Difference]:
        """VLANs of services that nobody here has ordered."""
        service = services_of(self.troubleshooter.inventory, self.element, self.facts)
        for vlan in self.vlans:
            kind = service(vlan)
            if kind is not None and kind not in ordered:
                yield self._told(access_id, What.VLAN_NOT_ORDERED, kind, None, (vlan,))

    def _is_unsnooped(self, vlan: int | None) -> bool:
        """Whether DHCP is not looked into in a VLAN; of an unknown one: in none at all."""
        if self._state(Fact.SNOOPING) is not State.OK or self.facts.snooping is None:
            return False
        return vlan not in self.facts.snooping if vlan is not None else not self.facts.snooping

    def _rate(self, queue: str) -> int | None:
        """The highest rate of broadband in a direction, kbit/s."""
        rows = self.facts.shaping if self.tells_rates else ()
        service = services_of(self.troubleshooter.inventory, self.element, self.facts)
        rates = [
            row.pir
            for row in rows
            if row.queue == queue and row.pir is not None and _is_broadband(row, service)
        ]
        return int(max(rates)) if rates else None

    def _state(self, fact: Fact) -> State:
        part = self.reading.parts.get(fact)
        return part.of_port(self.facts.port.if_index).state if part else State.FAILED

    def _told(
        self,
        access_id: str,
        what: What,
        service_type: str,
        ordered: int | None,
        configured: tuple[int, ...],
    ) -> Difference:
        part = self.reading.parts.get(_OF.get(what, Fact.VLANS))
        return Difference(
            element=self.element.name,
            port=self.facts.port.called or str(self.facts.port.if_index),
            access_id=access_id,
            what=what,
            service_type=service_type,
            ordered=ordered,
            configured=configured,
            read_at=part.read_at if part else None,
        )


def _is_broadband(row: Shaping, service: Callable[[int | None], str | None]) -> bool:
    return row.vlan is None or service(row.vlan) == BROADBAND
