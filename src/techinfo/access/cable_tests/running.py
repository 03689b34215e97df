"""Who may have a cable tested, and when: a test takes the link of a port down.

It is for the operator's own people, of those for whom the settings say so, and while the link is
down. Over a link that is up it is for an engineer on site who names the services on the port, as
they were shown, and never where somebody may need to call 112 or nobody knows what is carried.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from techinfo.access.attachment import Attachment, attached
from techinfo.access.service import AccessService
from techinfo.access.viewer import Role, Viewer
from techinfo.collect.target import CableTest, CableTestOrder
from techinfo.errors import (
    CableTestRefusedError,
    ForbiddenError,
    NotAvailableError,
    SwitchedOffError,
)
from techinfo.inventory import Subscription

_HARMLESS: Final = frozenset({"bb", "iptv"})
"""Types of services that may be interrupted by somebody on site. Telephony may not (112), and what
the operator calls by a name of its own may be telephony."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Prospect:
    """What would be interrupted by a test.

    Attributes:
        services: Whatever runs on the port, or may, of every access on it.
        against: Why the test may not be made while the link is up; empty: it may.
    """

    where: Attachment
    services: tuple[Subscription, ...]
    against: tuple[str, ...]


def prospect(service: AccessService, viewer: Viewer, access_id: str) -> Prospect:
    """What would be interrupted by a test of an access's cable. No device is asked.

    Raises:
        SwitchedOffError: No cable is tested here.
        ForbiddenError: The viewer may not test.
        UnknownAccessError: Nobody knows this accessId.
        NotConnectedError: The access has no equipment.
        NotAvailableError: It hangs on no cable that can be tested.
    """
    if not service.cable_tests.allowed:
        raise SwitchedOffError("cables are not tested here (danger.cable_test)")
    if not (viewer.sees_all and viewer.options.cable_test):
        raise ForbiddenError("to test a cable is for those of the operator's people who may")
    where = attached(service.troubleshooter.inventory, access_id)
    if where.port.ont is not None:
        raise NotAvailableError("the access hangs on a passive optical network")
    if where.port.command_line is None:
        raise NotAvailableError("the command line of its network element is not asked")
    inventory, now = service.troubleshooter.inventory, service.troubleshooter.now()
    on_port = (where.access, *where.neighbours)
    found = tuple(
        s for a in on_port for s in inventory.subscriptions_on(a.access_id) if _may_run(s, now)
    )
    return Prospect(where=where, services=found, against=tuple(_against(found)))


def _may_run(subscription: Subscription, now: datetime) -> bool:
    """Whether it is not surely over, or surely to come."""
    until = subscription.until
    return subscription.state != "ORDERED" and (until is None or now < until)


def _against(services: Collection[Subscription]) -> list[str]:
    if not services:
        return ["the inventory has no service on the port: nobody knows what is interrupted"]
    odd = sorted({s.service_type for s in services} - _HARMLESS)
    return [
        "telephony is on the port: nobody could call 112"
        if kind == "voip"
        else f"nobody knows whether {kind!r} is telephony"
        for kind in odd
    ]


async def run_cable_test(
    service: AccessService,
    viewer: Viewer,
    access_id: str,
    *,
    despite: Collection[str] | None = None,
    feeds_nothing: bool = False,
) -> CableTest:
    """Test the cable of an access.

    Args:
        service: Knows inventory and collector.
        viewer: Who asks.
        access_id: Of which access.
        despite: The services on the port, by subscriptionId, as whoever stands there was shown
            them: the test is made though the link is up. ``None``: not then.
        feeds_nothing: Whoever asks knows that the port feeds nobody (PoE).

    Raises:
        ForbiddenError: The viewer may not test, or not while the link is up.
        CableTestRefusedError: Something stands against it.
        CableTestRunningError: Another one runs on this device.
        DeviceError: The device could not be asked, or the test did not come to its end.
        TechinfoError: As `prospect`.
    """
    found = prospect(service, viewer, access_id)
    if despite is not None:
        if viewer.role is not Role.ENGINEER:
            raise ForbiddenError("while the link is up a cable is tested by an engineer on site")
        if found.against:
            raise CableTestRefusedError("; ".join(found.against))
        if set(despite) != {s.subscription_id for s in found.services}:
            raise CableTestRefusedError(
                "the services that are named are not those on the port; look again"
            )
    made = await service.troubleshooter.collector.test_cable(
        CableTestOrder(
            target=found.where.port, despite_link=despite is not None, feeds_nothing=feeds_nothing
        )
    )
    service.cable_tests.keep(found.where.access.access_id, made)
    return made
