"""Who may see what of an access: the contract's «Who may see what», from subscriptions alone.

A provider's right to an access is a subscription that runs, one that is ordered, or one that ended
less than 14 days ago. Rows belong to services, and a service to whoever holds it on this access,
from its date on or from the import that first had it, whichever is later.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from techinfo.access.viewer import Viewer
from techinfo.errors import ForbiddenError
from techinfo.inventory import Access, Inventory, Subscription, Tenure
from techinfo.moments import rfc3339

AFTER_THE_END = timedelta(days=14)
"""So long a provider may still see facts up to the end of its subscription."""
BROADBAND = "bb"
"""The service whose holder may see the traffic of a shared port."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Right:
    """What someone may see of an access.

    Attributes:
        at: The time that the right is about.
        asked_at: When it was asked for.
        full_access: Everything: of the operator's own people.
        provider: Whose right it is.
        running: Of all providers, what runs on the access at the time that the right is about.
        may_see_rows: Rows of the services that are held; without it only hardware, link and light.
        ended: Of all providers, what was over by then.
        since: When somebody's subscription on the access last began or ended, by its dates or by
            an import, or what rows were given by has changed. What was read before was not divided
            as it is now, so nothing older is shown.
        until: Nothing newer is shown: the end of the last subscription.
        next_change: When, by the dates that are known, the right may be another.
    """

    access: Access
    at: datetime
    asked_at: datetime
    full_access: bool = False
    provider: str | None = None
    running: tuple[Subscription, ...] = ()
    ended: tuple[Subscription, ...] = ()
    may_see_rows: bool = False
    since: datetime | None = None
    until: datetime | None = None
    next_change: datetime | None = None

    @property
    def sees_past(self) -> bool:
        """Whether anything that was seen before is theirs: not of an order, nor of a vacancy."""
        return self.full_access or self.may_see_rows

    def holds(self, vlan: int | None, service_type: str | None) -> bool:
        """Whether rows of a VLAN are theirs.

        Args:
            vlan: The row's; ``None`` when it does not tell.
            service_type: What the inventory says that the VLAN carries there; ``None``: nothing.
        """
        if self.full_access:
            return True
        if not self.may_see_rows:
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

    def is_of_others(self, vlan: int | None, service_type: str | None) -> bool:
        """Whether rows of a VLAN are surely not theirs; arguments as of `holds`.

        Where a service is known by its VLAN, only what they hold themselves decides.
        """
        own = [s for s in self.running if s.provider == self.provider]
        if self.full_access or vlan is None or any(s.vlan == vlan for s in own):
            return not own and not self.full_access
        if any(s.vlan == vlan for s in self.running):
            return True
        return all(service_type not in (None, s.service_type) for s in own)

    def began(self, vlan: int | None, service_type: str | None) -> datetime | None:
        """Since when a row can be theirs alone; an older one is of somebody else, or of nobody.

        That is when the subscription began that it belongs to, or when the last one of another
        ended that it could have belonged to.
        """
        mine = [s for s in self.running if s.provider == self.provider]
        of_row = [s for s in mine if s.vlan == vlan and vlan is not None] or [
            s for s in mine if s.service_type == service_type
        ]
        others = [
            s.until
            for s in self.ended
            if s.provider != self.provider and (not of_row or _may_be_of(s, vlan, service_type))
        ]
        known = [date for date in (_earliest(of_row or mine), *others) if date is not None]
        return max(known, default=None)

    def owns(self, vlan: int | None, service_type: str | None, began_at: datetime | None) -> bool:
        """Whether a row is theirs; one that began at a time that is known only if not too early."""
        return self.holds(vlan, service_type) and not self.precedes(vlan, service_type, began_at)

    def precedes(
        self, vlan: int | None, service_type: str | None, began_at: datetime | None
    ) -> bool:
        """Whether a row is older than their holding of its service."""
        since = self.began(vlan, service_type)
        return since is not None and began_at is not None and began_at < since

    def still(self, before: Right) -> bool:
        """Whether this right, of a later look at the inventory, is as it was before."""
        return (self.access, self.may_see_rows, self.since, self.until) == (
            before.access,
            before.may_see_rows,
            before.since,
            before.until,
        )

    def _holds_all(self) -> bool:
        return {s.provider for s in self.running} == {self.provider}


def right(
    viewer: Viewer, access: Access, inventory: Inventory, now: datetime, *, public: bool = False
) -> Right:
    """The right of a viewer to an access.

    Args:
        viewer: Who asks.
        access: About which access.
        inventory: Whose subscriptions count.
        now: The time.
        public: Anybody may see hardware, link and light of an access without a subscription.

    Raises:
        ForbiddenError: There is none.
    """
    if viewer.sees_all:
        return Right(access=access, at=now, asked_at=now, full_access=True, may_see_rows=True)
    on_access = _on(inventory, access, now)
    found = on_access.subscriptions
    mine = tuple(s for s in found if s.provider == viewer.provider)
    at, until = now, None
    if not any(runs(s, now) for s in mine):
        until = max(_ended(mine, now), default=None)
        if any(_to_come(s, now) for s in mine):
            until = None
        elif until is None and not (public and not any(runs(s, now) for s in found)):
            raise _forbidden(inventory)
        if until is not None and on_access.moved is not None and on_access.moved >= until:
            raise ForbiddenError("your subscription has ended, and the access has moved since")
        # What ran in the last moment of the subscription, which is itself no longer in it.
        at = until - timedelta(microseconds=1) if until else now
    every = (*found, *on_access.dropped)
    running = tuple(s for s in found if runs(s, at)) + tuple(
        s for s in on_access.dropped if s.provider != viewer.provider and runs(s, at)
    )
    held = [s for s in running if s.provider == viewer.provider]
    return Right(
        access=access,
        provider=viewer.provider,
        running=running,
        ended=tuple(s for s in every if s.state != "ORDERED" and s.until and s.until <= at),
        may_see_rows=bool(held),
        at=at,
        asked_at=now,
        since=max((date for date in on_access.changes() if date <= at), default=None),
        until=until,
        next_change=_next_change(found, now),
    )


def right_at(
    viewer: Viewer, access: Access, inventory: Inventory, at: datetime, now: datetime
) -> Right:
    """What was a viewer's on an access at a time that is over; nothing is no error.

    What an import has dropped of its own is not, as nobody knows why it went.

    Args:
        viewer: Who asks.
        access: About which access.
        inventory: Whose subscriptions count.
        at: The time.
        now: When it is asked for.

    Returns:
        Its ``since`` is later than the time where the access has moved since, or its VLANs carry
        something else.
    """
    on_access = _on(inventory, access, now)
    dropped = (s for s in on_access.dropped if s.provider != viewer.provider)
    every = (*on_access.subscriptions, *dropped)
    running = tuple(s for s in every if runs(s, at))
    mine = any(s.provider == viewer.provider for s in running)
    return Right(
        access=access,
        provider=viewer.provider,
        full_access=viewer.sees_all,
        running=running,
        ended=tuple(s for s in every if s.state != "ORDERED" and s.until and s.until <= at),
        may_see_rows=viewer.sees_all or mine,
        at=at,
        asked_at=now,
        since=on_access.moved,
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
    if held.full_access:
        return True
    on_port = list(held.running)
    for access in neighbours:
        beside = _on(inventory, access, held.asked_at)
        found = (*beside.subscriptions, *beside.dropped)
        on_port += (s for s in found if runs(s, held.at))
    if {s.provider for s in on_port} == {held.provider}:
        return True
    return {s.provider for s in on_port if s.service_type == BROADBAND} == {held.provider}


def port_since(held: Right, others: Iterable[str], inventory: Inventory) -> datetime | None:
    """Since when what a whole port counts and learns is divided as it is now; ``None``: always.

    What is older may be of somebody who was beside the access then.

    Args:
        held: The right to one access on the port.
        others: AccessIds that are on the port now, or once were.
        inventory: Who subscribes on those.
    """
    if held.full_access:
        return None
    turns = [held.since] if held.since is not None else []
    for access_id in others:
        beside = _on(inventory, Access(access_id=access_id), held.asked_at)
        turns += (date for date in beside.changes() if date <= held.at)
    return max(turns, default=None)


@dataclass(frozen=True, slots=True)
class _OnAccess:
    """What runs, ran and will run on an access.

    Attributes:
        subscriptions: Each from the later of its date and its first import.
        dropped: What is no longer so in the inventory, up to when an import has dropped it.
        passed: When imports changed them.
        moved: When it last was somewhere else, or its VLANs carried something else.
    """

    subscriptions: tuple[Subscription, ...]
    dropped: tuple[Subscription, ...]
    passed: tuple[datetime, ...]
    moved: datetime | None

    def changes(self) -> Iterator[datetime]:
        """When anybody came or went, or rows were given otherwise."""
        for subscription in (*self.subscriptions, *self.dropped):
            if subscription.state != "ORDERED":
                yield from (d for d in (subscription.since, subscription.until) if d is not None)
        yield from self.passed
        if self.moved is not None:
            yield self.moved


def _on(inventory: Inventory, access: Access, now: datetime) -> _OnAccess:
    subscriptions = inventory.subscriptions_on(access.access_id)
    # Asked after them: what an import tells in between is then too late for some, and never early.
    found = inventory.told_on(access.access_id)
    # An import by a clock that was ahead counts from now.
    begun = {
        (t.provider, t.service_type, t.vlan): min(t.told, now) for t in found.tenures if t.told
    }
    return _OnAccess(
        tuple(_from(s, begun.get((s.provider, s.service_type, s.vlan))) for s in subscriptions),
        tuple(_dropped(access, t, min(t.gone, now)) for t in found.tenures if t.gone),
        tuple(min(turn, now) for turn in found.passed),
        max((min(turn, now) for turn in found.moved), default=None),
    )


def _from(subscription: Subscription, first_listed: datetime | None) -> Subscription:
    """A subscription that begins with its first import, if that is later than its date."""
    since = subscription.since
    if first_listed is None or (since is not None and since >= first_listed):
        return subscription
    return replace(subscription, connection_date=first_listed.isoformat())


def _dropped(access: Access, tenure: Tenure, gone: datetime) -> Subscription:
    """What an import has dropped, as far as it is still known."""
    began = tenure.told if tenure.told is not None and tenure.told < gone else None
    return Subscription(
        subscription_id="",
        access_id=access.access_id,
        provider=tenure.provider,
        service="",
        service_type=tenure.service_type,
        vlan=tenure.vlan,
        connection_date=began.isoformat() if began else None,
        disconnection_date=gone.isoformat(),
    )


def _may_be_of(subscription: Subscription, vlan: int | None, service_type: str | None) -> bool:
    """Whether a row could have belonged to a subscription: by its VLAN, else by its service."""
    if subscription.vlan is not None and vlan is not None:
        return subscription.vlan == vlan
    return service_type is None or subscription.service_type == service_type


def _to_come(subscription: Subscription, now: datetime) -> bool:
    """Of what does not run: an order in progress, or what begins later."""
    return subscription.until is None or now < subscription.until


def _ended(mine: Iterable[Subscription], now: datetime) -> Iterator[datetime]:
    for subscription in mine:
        until = subscription.until
        if subscription.state != "ORDERED" and until and now - AFTER_THE_END < until <= now:
            yield until


def _next_change(subscriptions: Iterable[Subscription], now: datetime) -> datetime | None:
    ends = [s.until for s in subscriptions]
    dates = [s.since for s in subscriptions] + ends + [end + AFTER_THE_END for end in ends if end]
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
        known = f"is of {rfc3339(imported)}"
    return ForbiddenError(
        f"you have no subscription and no order on this access; the inventory {known}"
    )
