"""Who may see what of an access: the contract's «Who may see what», from subscriptions alone.

A provider's right to an access is a subscription that runs, one that is ordered, or one that ended
less than 14 days ago. Rows belong to services, and a service to whoever holds it on this access.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from techinfo.errors import ForbiddenError
from techinfo.inventory import Access, Inventory, Subscription
from techinfo.service.viewer import Viewer

AFTER_THE_END = timedelta(days=14)
"""So long a provider may still see facts up to the end of its subscription."""
BROADBAND = "bb"
"""Whose holder the traffic of a shared port is told to."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Right:
    """What someone may see of an access.

    Attributes:
        whole: Everything: of the operator's own people.
        provider: Whose right it is.
        running: Of all providers, what runs on the access at the time that the right is about.
        rows: Rows of the services that are held; without it only hardware, link and light.
        at: The time that the right is about.
        since: When somebody's subscription on the access last began or ended. What was read before
            was not divided as it is now, so nothing older is shown.
        until: Nothing newer is shown: the end of the last subscription.
        next_change: When, by the dates that are known, the right may be another.
    """

    access: Access
    whole: bool = False
    provider: str | None = None
    running: tuple[Subscription, ...] = ()
    rows: bool = False
    at: datetime | None = None
    since: datetime | None = None
    until: datetime | None = None
    next_change: datetime | None = None

    def holds(self, vlan: int | None, service_type: str | None) -> bool:
        """Whether rows of a VLAN are theirs.

        Args:
            vlan: The row's; ``None`` when it does not tell.
            service_type: What the inventory says that the VLAN carries there; ``None``: nothing.
        """
        if self.whole:
            return True
        if not self.rows:
            return False
        if vlan is None:
            return self._holds_all()
        by_vlan = {s.provider for s in self.running if s.vlan == vlan}
        if by_vlan:
            return by_vlan == {self.provider}
        if service_type is None:
            return self._holds_all()
        holders = {s.provider for s in self.running if s.service_type == service_type}
        fitting = {
            s.provider for s in self.running if s.service_type == service_type and s.vlan is None
        }
        return holders == fitting == {self.provider}

    def began(self, vlan: int | None, service_type: str | None) -> datetime | None:
        """When the subscription began that a row belongs to; an older row is of somebody else."""
        if self.whole:
            return None
        mine = [s for s in self.running if s.provider == self.provider]
        of_row = [s for s in mine if s.vlan == vlan and vlan is not None] or [
            s for s in mine if s.service_type == service_type
        ]
        return _earliest(of_row or mine)

    def _holds_all(self) -> bool:
        return {s.provider for s in self.running} == {self.provider}


def right(
    viewer: Viewer, access: Access, inventory: Inventory, now: datetime, *, vacant: bool = False
) -> Right:
    """The right of a viewer to an access.

    Args:
        viewer: Who asks.
        access: About which access.
        inventory: Whose subscriptions count.
        now: The time.
        vacant: Anybody may see hardware, link and light of an access without a subscription.

    Raises:
        ForbiddenError: There is none.
    """
    if viewer.sees_all:
        return Right(access=access, whole=True, rows=True)
    told = inventory.subscriptions_on(access.access_id)
    mine = tuple(s for s in told if s.provider == viewer.provider)
    at, until = now, None
    if not any(runs(s, now) for s in mine):
        until = max(_ended(mine, now), default=None)
        if any(_ordered(s, now) for s in mine):
            until = None
        elif until is None and not (vacant and not any(runs(s, now) for s in told)):
            raise _forbidden(inventory)
        # What ran in the last moment of the subscription, which is itself no longer in it.
        at = until - timedelta(microseconds=1) if until else now
    running = tuple(s for s in told if runs(s, at))
    held = [s for s in running if s.provider == viewer.provider]
    return Right(
        access=access,
        provider=viewer.provider,
        running=running,
        rows=bool(held),
        at=at,
        since=_changed(told, at),
        until=until,
        next_change=_next_change(told, now),
    )


def runs(subscription: Subscription, at: datetime) -> bool:
    """Whether a subscription runs at a time: activated or suspended, and between its dates."""
    since, until = subscription.since, subscription.until
    return (
        subscription.state != "ORDERED"
        and (since is None or since <= at)
        and (until is None or at < until)
    )


def sees_traffic(held: Right, neighbours: Iterable[Access], inventory: Inventory) -> bool:
    """Whether volumes may be shown: where others use a port too, they are its broadband's.

    Args:
        held: The right to one access on the port.
        neighbours: The other accesses on it.
        inventory: Who subscribes on those.
    """
    if held.whole:
        return True
    on_port = list(held.running)
    for access in neighbours:
        told = inventory.subscriptions_on(access.access_id)
        on_port += (s for s in told if held.at and runs(s, held.at))
    if {s.provider for s in on_port} == {held.provider}:
        return True
    return {s.provider for s in on_port if s.service_type == BROADBAND} == {held.provider}


def _ordered(subscription: Subscription, now: datetime) -> bool:
    """An order in progress: not yet activated, or to begin later."""
    since, until = subscription.since, subscription.until
    to_come = since is not None and since > now
    return (subscription.state == "ORDERED" or to_come) and (until is None or now < until)


def _ended(mine: Iterable[Subscription], now: datetime) -> Iterator[datetime]:
    for subscription in mine:
        until = subscription.until
        if subscription.state != "ORDERED" and until and now - AFTER_THE_END < until <= now:
            yield until


def _changed(told: Iterable[Subscription], at: datetime) -> datetime | None:
    dates = (date for s in told if s.state != "ORDERED" for date in (s.since, s.until))
    return max((date for date in dates if date is not None and date <= at), default=None)


def _next_change(told: Iterable[Subscription], now: datetime) -> datetime | None:
    ends = [s.until for s in told]
    dates = [s.since for s in told] + ends + [end + AFTER_THE_END for end in ends if end]
    return min((date for date in dates if date is not None and date > now), default=None)


def _earliest(subscriptions: Iterable[Subscription]) -> datetime | None:
    """When the first of them began; ``None`` when nobody has said of one of them."""
    dates = [s.since for s in subscriptions]
    if not dates or None in dates:
        return None
    return min(date for date in dates if date is not None)


def _forbidden(inventory: Inventory) -> ForbiddenError:
    imported = inventory.imported_at
    known = "has never been imported"
    if imported is not None:
        known = f"is of {imported.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"
    return ForbiddenError(
        f"you have no subscription and no order on this access; the inventory {known}"
    )
