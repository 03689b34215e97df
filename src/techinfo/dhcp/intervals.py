"""The life of leases: from the events of an address to who had it, where, from when to when.

Events come late, twice, and from two sources at one moment. So the state of an address only ever
moves on: an event older than what is known changes nothing, but may fill in what is not known.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import NamedTuple

from techinfo.dhcp.events import Kind, LeaseEvent
from techinfo.dhcp.identity import Identity

SAME = timedelta(seconds=2)
"""Two sources may put one moment so far apart: one cuts off fractions of a second, another has
waited for the answer to a ping."""


class LeaseEnd(StrEnum):
    """How a lease ended."""

    EXPIRED = "expired"
    RELEASED = "released"
    DECLINED = "declined"
    FREED = "freed"
    MOVED = "moved"
    """The same client goes on with it on another access, or in another VLAN."""
    HANDED_OVER = "handed over"
    """Another client has it; no source has said that the first one ended."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Interval:
    """One client with one address on one access.

    Attributes:
        address: As in `LeaseEvent`.
        access_id: ``None``: not known.
        identity: What named the access, as it came last; ``None``: not known.
        end: When it ends or has ended; ``None``: not known, or never.
        how: How it ended; ``None``: it has not, as far as is known.
        heard: The time of the last event about it.
    """

    address: str
    start: datetime
    heard: datetime
    server: str
    mac: str | None = None
    duid: str | None = None
    access_id: str | None = None
    vlan: int | None = None
    identity: Identity | None = None
    last_renew: datetime | None = None
    end: datetime | None = None
    how: LeaseEnd | None = None

    def runs(self, now: datetime) -> bool:
        """Whether the lease runs, as far as is known."""
        return (
            self.how is None and self.start <= now + SAME and (self.end is None or now < self.end)
        )

    def ended(self, now: datetime) -> Interval:
        """The same, ended as expired if its time is over."""
        if self.how is None and self.end is not None and self.end <= now:
            return replace(self, how=LeaseEnd.EXPIRED)
        return self


class AccessRef(NamedTuple):
    """Where an identifier is: an access, and the VLAN if its pattern has one."""

    access_id: str
    vlan: int | None = None


class Step(NamedTuple):
    """What an event makes of an address.

    Attributes:
        closed: The interval that it ended, or whose end it corrects.
        current: The newest interval; ``None`` when there is none to keep.
    """

    closed: Interval | None
    current: Interval | None


_ENDINGS = {
    Kind.RELEASED: LeaseEnd.RELEASED,
    Kind.DECLINED: LeaseEnd.DECLINED,
    Kind.EXPIRED: LeaseEnd.EXPIRED,
    Kind.FREED: LeaseEnd.FREED,
}


def step(held: Interval | None, event: LeaseEvent, place: AccessRef | None) -> Step:
    """The state of an address after an event.

    Args:
        held: The newest interval of the address; ``None``: none is known.
        event: What happened to the address.
        place: Where the event's identifier is; ``None``: it has none, or it is unknown.
    """
    if event.kind in {Kind.GRANTED, Kind.RENEWED}:
        return _assigned(held, event, place)
    return _ended(held, event)


def intervals(
    events: Iterable[LeaseEvent],
    place_of: Callable[[LeaseEvent], AccessRef | None],
    now: datetime,
) -> list[Interval]:
    """All intervals that events make, in the order in which they began."""
    newest: dict[str, Interval] = {}
    done: list[Interval] = []
    for event in events:
        closed, current = step(newest.get(event.address), event, place_of(event))
        if closed is not None:
            done.append(closed)
        if current is not None:
            newest[event.address] = current
        else:
            newest.pop(event.address, None)
    found = [*done, *(interval.ended(now) for interval in newest.values())]
    return sorted(found, key=lambda i: (i.start, i.address))


def _assigned(held: Interval | None, event: LeaseEvent, place: AccessRef | None) -> Step:
    if held is None:
        return Step(None, _begun(event, place))
    if held.how is not None:
        return _after(held, event, place)
    if not same_client(held, event):
        if event.at <= held.start:
            return Step(None, held)  # an event that comes late
        over = held.end is not None and held.end <= event.at
        ended = held.ended(event.at) if over else _closed(held, event.at, LeaseEnd.HANDED_OVER)
        return Step(ended, _begun(event, place))
    if held.end is not None and held.end + SAME < event.at:
        return Step(held.ended(event.at), _begun(event, place))
    if event.at < max(held.last_renew or held.start, held.start) - SAME:
        return Step(None, _filled(held, event, place) if event.at >= held.start - SAME else held)
    if _moved(held, place) and event.at > held.start:
        return Step(_closed(held, event.at, LeaseEnd.MOVED), _begun(event, place))
    return Step(None, _renewed(held, event, place))


def _after(held: Interval, event: LeaseEvent, place: AccessRef | None) -> Step:
    """An assignment of an address whose last interval has ended."""
    end = held.end or held.heard
    if event.at < end:
        if same_client(held, event) and event.at >= held.start - SAME:
            return Step(None, _filled(held, event, place))
        return Step(None, held)
    return Step(held, _begun(event, place))


def _ended(held: Interval | None, event: LeaseEvent) -> Step:
    if held is None or not same_client(held, event):
        return Step(None, held)
    if held.how is not None:
        return Step(None, _corrected(held, event))
    if event.at < (held.last_renew or held.start) - SAME:
        return Step(None, held)  # of an earlier time
    how, at = _ENDINGS[event.kind], event.at
    near = SAME if how in {LeaseEnd.FREED, LeaseEnd.EXPIRED} else timedelta()
    if held.end is not None and at >= held.end - near and how is not LeaseEnd.DECLINED:
        return Step(None, replace(held, how=LeaseEnd.EXPIRED, heard=max(held.heard, at)))
    if how is LeaseEnd.EXPIRED and held.end is not None and at < held.end - SAME:
        return Step(None, held)  # it has been renewed since
    if how is LeaseEnd.FREED and held.end is not None:
        how = LeaseEnd.RELEASED  # before its time was over
    return Step(None, _closed(held, at if held.end is None else min(at, held.end), how))


def _corrected(held: Interval, event: LeaseEvent) -> Interval:
    """Another source has the same end: when it was, or that the address was declined."""
    end = held.end or held.heard
    given_back = held.how in {LeaseEnd.RELEASED, LeaseEnd.FREED}
    if event.kind is Kind.DECLINED and given_back and abs(event.at - end) <= SAME:
        return replace(held, how=LeaseEnd.DECLINED)
    if event.kind is Kind.RELEASED and given_back and not event.at_least:
        return replace(held, end=max(end, event.at), how=LeaseEnd.RELEASED)
    return held


def _renewed(held: Interval, event: LeaseEvent, place: AccessRef | None) -> Interval:
    """The same client, the same access, later."""
    known = _filled(held, event, place)
    lasts = timedelta(seconds=event.lifetime_s) if event.lifetime_s is not None else None
    if event.at - held.start <= SAME or (
        held.last_renew is not None and event.at - held.last_renew <= SAME
    ):
        end = held.end if held.end is not None or lasts is None else event.at + lasts
        return replace(known, end=end, heard=max(held.heard, event.at))
    end = event.at + lasts if lasts is not None else _lengthened(held, event.at)
    return replace(known, last_renew=event.at, end=end, heard=max(held.heard, event.at))


def _lengthened(held: Interval, at: datetime) -> datetime | None:
    """The end of a renewed lease whose lifetime is not known: as long as it was before."""
    if held.end is None:
        return None
    return at + (held.end - (held.last_renew or held.start))


def _filled(held: Interval, event: LeaseEvent, place: AccessRef | None) -> Interval:
    """What is not known yet, from another word about the same lease."""
    return replace(
        held,
        mac=held.mac or event.mac,
        duid=held.duid or event.duid,
        identity=held.identity or event.identity,
        access_id=held.access_id or (place.access_id if place else None),
        vlan=held.vlan if held.vlan is not None or place is None else place.vlan,
    )


def _begun(event: LeaseEvent, place: AccessRef | None) -> Interval:
    lasts = event.lifetime_s
    return Interval(
        address=event.address,
        start=event.at,
        heard=event.at,
        server=event.server,
        mac=event.mac,
        duid=event.duid,
        access_id=place.access_id if place else None,
        vlan=place.vlan if place else None,
        identity=event.identity,
        end=_later(event.at, lasts) if lasts is not None else None,
    )


def _later(at: datetime, seconds: int) -> datetime | None:
    """A moment so much later; ``None`` when that is beyond all calendars."""
    try:
        return at + timedelta(seconds=seconds)
    except OverflowError:
        return None


def _closed(held: Interval, at: datetime, how: LeaseEnd) -> Interval:
    return replace(held, end=max(at, held.start), how=how, heard=max(held.heard, at))


def _moved(held: Interval, place: AccessRef | None) -> bool:
    """Whether an identifier of another access or VLAN is seen; an unknown one says nothing.

    Another VLAN of the same access may be another provider's, who must not see the lease of the
    first.
    """
    if place is None or held.access_id is None:
        return False
    vlans = {held.vlan, place.vlan} - {None}
    return place.access_id != held.access_id or len(vlans) > 1


def same_client(held: Interval, event: LeaseEvent) -> bool:
    """Whether an event is of the client that has the lease; one that is not named may be it."""
    if event.duid is not None and held.duid is not None:
        return event.duid == held.duid
    return event.mac is None or held.mac is None or event.mac == held.mac
