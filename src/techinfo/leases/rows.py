"""Intervals and observations as rows of the file of leases, and back.

The addresses of one batch of events: read together, moved on, and written together.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, fields
from datetime import datetime
from enum import StrEnum

from techinfo.dhcp.events import Event, IdentifierSeen, LeaseEvent
from techinfo.dhcp.identity import Identity
from techinfo.dhcp.intervals import AccessRef, Interval, LeaseEnd, step
from techinfo.dhcp.octets import option82, options6, parse_option82, parse_options6
from techinfo.errors import OctetError
from techinfo.leases.store import LeaseRow, LeaseWriter, ObservationRow

_FOUR, _SIX = b"4", b"6"
"""In front of an identity: what follows is an option 82, or options 18 and 37."""


class Observed(StrEnum):
    """What is odd about an identifier."""

    UNKNOWN = "unknown"
    """It names no access: not in the inventory, not unique, or of a layout nobody has said."""
    MOVED = "moved"
    """A client that was on one access is now seen with the identifier of another."""
    ELSEWHERE = "elsewhere"
    """The switch sees a lease on one access whose identifier names another, or none: the wrong
    port, a wrong pattern, or a wrong inventory."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Observation:
    """Something about an identifier that the operator should look at.

    Attributes:
        access_id: Where the client is, or was; ``None``: not known.
        other_id: What the identifier names; ``None``: no access.
        client: MAC address or DUID; ``None``: not told.
        identity: As it was seen.
        count: How often, between `first_at` and `last_at`.
    """

    kind: Observed
    access_id: str | None
    other_id: str | None
    client: str | None
    identity: Identity | None
    address: str | None
    server: str
    first_at: datetime
    last_at: datetime
    count: int


def interval_of(row: LeaseRow) -> Interval:
    """The interval that a row holds."""
    return Interval(
        address=row.address,
        start=row.start,
        heard=row.heard,
        server=row.server,
        mac=row.mac,
        duid=row.duid,
        access_id=row.access_id,
        vlan=row.vlan,
        identity=identity_of(row),
        last_renew=row.last_renew,
        end=row.end,
        how=LeaseEnd(row.how) if row.how else None,
    )


def row_of(interval: Interval, *, newest: bool) -> LeaseRow:
    """The row that holds an interval."""
    identity = interval.identity or Identity()
    return LeaseRow(
        address=interval.address,
        start=interval.start,
        heard=interval.heard,
        server=interval.server,
        newest=newest,
        mac=interval.mac,
        duid=interval.duid,
        access_id=interval.access_id,
        vlan=interval.vlan,
        **{field.name: getattr(identity, field.name) for field in fields(Identity)},
        last_renew=interval.last_renew,
        end=interval.end,
        how=interval.how,
    )


def identity_of(row: LeaseRow) -> Identity | None:
    """The identity of a row; ``None`` when it has none."""
    identity = Identity(row.circuit, row.remote, row.interface, row.remote6, row.enterprise)
    return identity or None


def observation_of(row: ObservationRow) -> Observation:
    """The observation that a row holds."""
    return Observation(
        kind=Observed(row.kind),
        access_id=row.access_id or None,
        other_id=row.other_id or None,
        client=row.client or None,
        identity=_read(row.identity),
        address=row.address,
        server=row.server,
        first_at=row.first_at,
        last_at=row.last_at,
        count=row.count,
    )


def observed(
    kind: Observed, access_id: str, other_id: str | None, held: Interval, at: datetime
) -> ObservationRow:
    """An observation of a lease, as its row."""
    return ObservationRow(
        kind=kind,
        access_id=access_id,
        other_id=other_id or "",
        client=held.mac or held.duid or "",
        identity=written(held.identity) if held.identity else b"",
        address=held.address,
        server=held.server,
        first_at=at,
        last_at=at,
    )


def written(identity: Identity) -> bytes:
    """An identity as one row of octets, by which equal ones are known."""
    try:
        return (
            _FOUR + option82(identity)
            if identity.circuit or identity.remote
            else (_SIX + options6(identity))
        )
    except OctetError:
        return repr(identity).encode()


def _read(written: bytes) -> Identity | None:
    """The reverse of `written`; ``None`` of an identity that no option can hold."""
    try:
        if written.startswith(_FOUR):
            return parse_option82(written[1:])
        return parse_options6(written[1:]) if written.startswith(_SIX) else None
    except OctetError:
        return None


class States:
    """The newest interval of every address that a batch tells of, and of those of its clients.

    Args:
        writer: Of the transaction in which the batch is kept.
        batch: All its events.
    """

    def __init__(self, writer: LeaseWriter, batch: Iterable[Event]) -> None:
        self._writer = writer
        told = [event for event in batch if isinstance(event, LeaseEvent)]
        held = writer.newest(event.address for event in told)
        self._newest: dict[str, Interval | None] = {a: interval_of(r) for a, r in held.items()}
        self._of_client: dict[str, set[str]] = {}
        for mac, rows in writer.of_clients(e.mac for e in told if e.mac).items():
            self._of_client[mac] = {row.address for row in rows}
            for row in rows:
                self._newest.setdefault(row.address, interval_of(row))
        self._touched: set[str] = set()
        self._closed: list[Interval] = []
        self._odd: list[ObservationRow] = []

    def apply(self, event: LeaseEvent, place: AccessRef | None) -> None:
        """Take one event, and where its identifier is."""
        held = self._newest.get(event.address)
        closed, current = step(held, event, place)
        if current is not held:
            self._newest[event.address] = current
            self._touched.add(event.address)
        if closed is not None:
            self._closed.append(closed)
        began = current is not None and (held is None or held.start != current.start)
        if event.identity and place is None:
            self._unknown(event, event.identity)
        elif place is not None and began and current is not None:
            self._moved(current, closed, place)

    def sighted(self, event: IdentifierSeen, place: AccessRef | None) -> None:
        """Take an identifier that was seen, and where it is."""
        if place is None:
            self._unknown(event, event.identity)

    def write(self) -> None:
        """Closed intervals first: a newest one may have begun at the same moment."""
        newest = [i for a in self._touched if (i := self._newest[a]) is not None]
        self._writer.put(row_of(i, newest=False) for i in self._closed)
        self._writer.put(row_of(i, newest=True) for i in newest)
        self._writer.observe(self._odd)

    def _unknown(self, event: Event, identity: Identity) -> None:
        self._odd.append(
            ObservationRow(
                kind=Observed.UNKNOWN,
                access_id="",
                other_id="",
                client=event.mac or event.duid or "",
                identity=written(identity),
                address=event.address,
                server=event.server,
                first_at=event.at,
                last_at=event.at,
            )
        )

    def _moved(self, current: Interval, closed: Interval | None, place: AccessRef) -> None:
        """The client of a lease that begins may have been on another access until now."""
        elsewhere = list(self._elsewhere(current, place))
        before = closed if closed is not None and closed.how is LeaseEnd.MOVED else None
        before = before or next(iter(elsewhere), None)
        if before is not None and before.access_id not in {None, place.access_id}:
            self._odd.append(
                observed(
                    Observed.MOVED, before.access_id or "", place.access_id, current, current.start
                )
            )

    def _elsewhere(self, current: Interval, place: AccessRef) -> Iterator[Interval]:
        if current.mac is None:
            return
        addresses = self._of_client.setdefault(current.mac, set())
        for address in sorted(addresses - {current.address}):
            held = self._newest.get(address)
            other = held is not None and held.access_id not in {None, place.access_id}
            if held is not None and other and held.mac == current.mac and held.runs(current.start):
                yield held
        addresses.add(current.address)
