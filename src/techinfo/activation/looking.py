"""What is looked at when a service was activated: link, an address in its VLAN, a lease.

It is asked as its provider would ask, so that nothing of another's is seen; and of addresses it is
told only whether there are any. What cannot be read is left out, and is no fault.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from techinfo.access.answer import UNKNOWN, Answer
from techinfo.access.case.orders import has_fixed_address
from techinfo.access.freshness import CachePolicy
from techinfo.access.service import AccessService
from techinfo.access.viewer import Role, Viewer
from techinfo.activation.store import Activation, Outcome
from techinfo.errors import (
    ForbiddenError,
    NotConnectedError,
    PausedError,
    TechinfoError,
    UnknownAccessError,
)
from techinfo.history.light import Baseline, Source, certificate
from techinfo.history.observation import Observation
from techinfo.history.writing import PollNote, PortNote, Tenants
from techinfo.inventory import Subscription
from techinfo.model import Fact, Lease, MacEntry, Part, State
from techinfo.moments import rfc3339
from techinfo.units import Dark

POLICY = CachePolicy(max_age_s=30.0, deadline_s=20.0)
_OVER = (ForbiddenError, UnknownAccessError, NotConnectedError)
_READ = frozenset({State.OK, State.EMPTY})


@dataclass(frozen=True, kw_only=True, slots=True)
class Found:
    """What a look has found.

    Attributes:
        told: As the message has it, without the order.
    """

    outcome: Outcome
    told: dict[str, Any]


def viewer_of(one: Activation) -> Viewer:
    """As whom it is asked."""
    return Viewer(name="activation", role=Role.PROVIDER, provider=one.provider)


async def certify(service: AccessService, one: Activation) -> bool:
    """Keep the light of a line whose order is done; says whether there was any to keep.

    There is none while the link is not up for five minutes, where no light is told, where the
    switch cannot be asked, and where nobody polls.

    Raises:
        StoreError: It cannot be written.
    """
    if service.history is None or service.history.put is None:
        return False
    viewer = viewer_of(one)
    try:
        answer = await service.link_status(viewer, one.access_id, POLICY)
        line = await service.seen(viewer, one.access_id, lambda _, found: found)
    except TechinfoError:
        return False
    made = _certificate(answer, line.name)
    if made is None:
        return False
    note = PortNote(baseline=made, tenants=Tenants(accesses=(answer.access.access_id,)))
    kept = PollNote(element=line.element, at=made.at, ports={line.name: note})
    await asyncio.to_thread(service.history.put, kept)
    return True


def _certificate(answer: Answer, name: str) -> Baseline | None:
    part, port = answer.reading.parts.get(Fact.LINK), answer.port
    if port is None or port.link is None or part is None or part.read_at is None:
        return None
    optic = port.transceiver
    ont = next(iter(port.onts), None) if answer.access.ont_id is not None else None
    return certificate(
        Observation(
            at=part.read_at,
            name=name,
            up=port.link.up,
            last_change=port.link.last_change,
            rx=optic.light if optic is not None else None,
            tx=optic.tx_power if optic is not None else None,
            serial=ont.serial_number if ont else optic.serial_number if optic else None,
        ),
        Source.ORDER_DONE,
    )


async def look(service: AccessService, one: Activation, now: datetime) -> Found:
    """Look at the line of an order that is done.

    Raises:
        PausedError: The switch must not be asked now.
    """
    held = _subscription(service, one)
    if held is None:
        return Found(outcome=Outcome.OVER, told={})
    viewer = viewer_of(one)
    told: dict[str, Any] = {"serviceType": held.service_type, "checkedAt": rfc3339(now)}
    try:
        status = await service.link_status(viewer, one.access_id, POLICY)
        told |= _of_link(status)
        told |= await _of_rows(service, viewer, one, held)
    except PausedError:
        raise
    except _OVER:
        return Found(outcome=Outcome.OVER, told={})
    except TechinfoError as error:
        told["why"] = error.code.value
    return Found(outcome=_outcome(told), told=told)


def _outcome(told: dict[str, Any]) -> Outcome:
    found = [told[name] for name in ("link", "macInVlan", "lease") if name in told]
    if False in found:
        return Outcome.NOT_WORKING
    return Outcome.WORKING if "link" in told else Outcome.UNKNOWN


def _subscription(service: AccessService, one: Activation) -> Subscription | None:
    """What the order has given, as the inventory has it now."""
    found = service.troubleshooter.inventory.subscription(one.subscription_id)
    if found is None or found.provider != one.provider or found.state == "ORDERED":
        return None
    ended = found.until is not None and found.until <= service.troubleshooter.now()
    return None if ended else found


def _of_link(status: Answer) -> dict[str, Any]:
    link = status.port.link if status.port is not None else None
    optic = status.port.transceiver if status.port is not None else None
    told: dict[str, Any] = {}
    if link is not None and link.up is not None:
        told["link"] = link.up
    light = optic.light if optic is not None else None
    if light is not None and not isinstance(light, Dark):
        told["dbmRx"] = f"{light:.2f}"
    return told


async def _of_rows(
    service: AccessService, viewer: Viewer, one: Activation, held: Subscription
) -> dict[str, bool]:
    """Whether an address was learnt in the service's VLAN, and has a lease."""
    macs = await service.mac_addresses(viewer, one.access_id, POLICY)
    rows: Iterable[MacEntry | Lease] = macs.port.macs if macs.port is not None else ()
    told = _there("macInVlan", macs, rows, held)
    if not has_fixed_address(held):
        leases = await service.leases(viewer, one.access_id, POLICY)
        rows = leases.port.leases if leases.port is not None else ()
        told |= _there("lease", leases, rows, held)
    return told


def _there(
    name: str, answer: Answer, rows: Iterable[MacEntry | Lease], held: Subscription
) -> dict[str, bool]:
    """Whether a row of a service is there; empty: the switch does not tell."""
    if any(_is_of(held, row.vlan, answer) for row in rows):
        return {name: True}
    part: Part | None = answer.part
    is_whole = part is not None and part.state in _READ and not answer.unattributed
    return {name: False} if is_whole else {}


def _is_of(held: Subscription, vlan: int | None, answer: Answer) -> bool:
    if held.vlan is not None and vlan is not None:
        return vlan == held.vlan
    carried = answer.service(vlan)
    return held.service_type == UNKNOWN or carried in (None, held.service_type)


def message(one: Activation, found: Found) -> dict[str, Any]:
    """The data of the message ``activation.checked``."""
    told = {
        "orderId": one.order_id,
        "operation": one.operation,
        "accessId": one.access_id,
        "subscriptionId": one.subscription_id,
        "service": one.service,
        "doneAt": rfc3339(one.done_at),
        "outcome": found.outcome.value,
        **found.told,
    }
    return {name: value for name, value in told.items() if value not in (None, "")}
