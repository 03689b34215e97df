"""The leases that the logs of DHCP servers report, by access; and what is odd about identifiers."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, fields, replace
from datetime import UTC, datetime, timedelta
from enum import StrEnum

from techinfo.dhcp.events import Event, IdentifierSeen, LeaseEvent, Message
from techinfo.dhcp.identity import Identity
from techinfo.dhcp.intervals import AccessRef, Interval, LeaseEnd, step
from techinfo.dhcp.octets import option82, options6, parse_option82, parse_options6
from techinfo.dhcp.readers.reader import BoundedMemory
from techinfo.errors import OctetError
from techinfo.leases.asking import Asked, Listening, Waiting
from techinfo.leases.messages import KEEP_UNANSWERED, MessageRow
from techinfo.leases.store import LeaseFile, LeaseRow, LeaseWriter, ObservationRow, Position
from techinfo.model import Lease, utc_now

KEEP = timedelta(days=7)
"""How long rows are kept (contract: MAC, lease and CPE rows 7 days)."""
UNTOLD = timedelta(days=1)
"""A lease whose end no source tells is taken to run so long after its last word."""

_LATELY = timedelta(hours=1)
_AGAIN = timedelta(hours=1)
_AGAIN_AT_ONCE = 1000
_NEVER = datetime.min.replace(tzinfo=UTC)

Resolve = Callable[[Sequence[tuple[Identity, datetime | None]]], Sequence[AccessRef | None]]
"""Identifiers, each with the time that it is of (``None``: now) -> where they are, one for one."""


class LeaseLog:
    """Keeps the state of every lease that sources tell of.

    Args:
        file: Where it is kept.
        resolve: Finds the accesses of identifiers.
        sources: Whether any source is configured; without one nothing is answered from here.
        now: What time it is.
    """

    def __init__(
        self,
        file: LeaseFile,
        resolve: Resolve,
        *,
        sources: bool = True,
        now: Callable[[], datetime] = utc_now,
    ) -> None:
        self._file = file
        self._resolve = resolve
        self._now = now
        self._compared: BoundedMemory[tuple[str, str, datetime], datetime] = BoundedMemory()
        self._listening = Listening()
        self.sources = sources
        self.read_at: datetime | None = None
        """When the sources were last looked at."""

    def take(self, events: Iterable[Event], position: Position | None = None) -> int:
        """Take a batch of events, and keep how far the source was read, all or nothing.

        Returns:
            How many events there were.
        """
        batch = list(events)
        places = self._places(batch)
        with self._file.writing() as writer:
            states, waiting = _States(writer, batch), Waiting(self._listening)
            for event in batch:
                place = places(event)
                if isinstance(event, LeaseEvent):
                    states.apply(event, place)
                else:
                    states.sighted(event, place)
                if not isinstance(event, IdentifierSeen):
                    waiting.take(event, place)
            states.write()
            writer.hear(waiting.granted, waiting.rows)
            if position is not None:
                writer.reach(position)
        return len(batch)

    def looked(self, sources: Iterable[str] = ()) -> None:
        """The sources have been looked at just now, these of them to their end."""
        self.read_at = self._now()
        self._listening.looked(sources, self.read_at)

    def asked(self, access_id: str, clients: Iterable[str]) -> Asked | None:
        """What was asked on an access, or by these clients; ``None``: no source tells that."""
        rows = self._file.messages(access_id=access_id, clients=sorted(set(clients)))
        return self._listening.asked(rows)

    def read_from(self, rows: Iterable[MessageRow]) -> datetime | None:
        """Since when the sources of rows are read without a gap; ``None``: that is not known."""
        return self._listening.read_from(rows, self._now())

    def position(self, source: str) -> Position | None:
        """How far a source was read; ``None`` when it never was."""
        return self._file.position(source)

    def place_again(self) -> int:
        """Look up once more what named no access, as the inventory may know it by now.

        Those that were last heard of; what is renewed is looked up by itself.

        Returns:
            How many leases have found their access.
        """
        now = self._now()
        with self._file.writing() as writer:
            rows = [row for row in writer.unplaced(_AGAIN_AT_ONCE) if interval_of(row).runs(now)]
            asked = [(identity, None) for row in rows if (identity := identity_of(row)) is not None]
            found = self._resolve(asked)
            placed = [
                _placed(row, place)
                for row, place in zip(rows, found, strict=True)
                if place is not None
            ]
            writer.put(placed)
        return len(placed)

    def running(self, access_id: str) -> tuple[Interval, ...]:
        """The leases that run on an access now."""
        now = self._now()
        held = (interval_of(row) for row in self._file.of_access(access_id))
        return tuple(i for i in held if _runs(i, now))

    def alone(self, address: str, lately: timedelta = _LATELY) -> Interval | None:
        """The lease of an address that runs now, if no other access had the address lately.

        ``None``: none runs, its access is not known, or the address is not one access's alone.
        """
        now = self._now()
        found = [interval_of(row) for row in self._file.history(address=address)]
        running = [interval for interval in found if _runs(interval, now)]
        seen = {i.access_id for i in found if _runs(i, now) or (i.end or i.heard) > now - lately}
        only = len(running) == 1 and len(seen) == 1 and running[0].access_id is not None
        return running[0] if only else None

    def history(
        self, *, access_id: str | None = None, address: str | None = None, mac: str | None = None
    ) -> tuple[Interval, ...]:
        """All that is kept of an access, an address or a client, the oldest first."""
        now = self._now()
        rows = self._file.history(access_id=access_id, address=address, mac=mac)
        return tuple(interval_of(row).ended(now) for row in rows)

    def placed(self, since: datetime) -> Iterator[Interval]:
        """All of clients on accesses that was heard of since then."""
        now = self._now()
        return (interval_of(row).ended(now) for row in self._file.placed(since))

    def compare(self, access_id: str, snooped: Iterable[Lease]) -> int:
        """Hold what a switch sees on an access against what the logs say of the same leases.

        Returns:
            How many leases carry the identifier of another access, or one that names none; what was
            observed within the last hour is not told again.
        """
        now = self._now()
        seen = {lease.address: lease for lease in snooped if lease.mac is not None}
        if not seen:
            return 0
        odd: list[ObservationRow] = []
        for address, row in self._file.of_addresses(list(seen)).items():
            held = interval_of(row)
            same = held.mac == (seen[address].mac or "").lower() and held.access_id != access_id
            key = (access_id, address, held.start)
            new = now - self._compared.get(key, _NEVER) > _AGAIN
            if same and new and held.identity is not None and _runs(held, now):
                self._compared[key] = now
                odd.append(
                    observed(
                        Observed.ELSEWHERE,
                        held,
                        now,
                        access_id=access_id,
                        other_id=held.access_id,
                    )
                )
        if odd:
            with self._file.writing() as writer:
                writer.observe(odd)
        return len(odd)

    def observations(self, access_id: str | None = None) -> tuple[Observation, ...]:
        """What is odd, the latest first; of one access, or of all."""
        return tuple(observation_of(row) for row in self._file.observations(access_id))

    def unknown(self, since: datetime) -> tuple[Observation, ...]:
        """The identifiers that named no access when clients were seen with them since then."""
        rows = self._file.of_clients(Observed.UNKNOWN, since)
        return tuple(observation_of(row) for row in rows)

    def expire(self, keep: timedelta = KEEP) -> int:
        """Erase rows of which nothing was told for so long; says how many."""
        return self._file.expire(self._now() - keep, self._now() - KEEP_UNANSWERED)

    def erase(self, *, access_id: str | None = None, mac: str | None = None) -> int:
        """Erase all that is kept of an access or a client; says how many rows."""
        return self._file.erase(access_id=access_id, mac=mac)

    def _places(self, batch: list[Event]) -> Callable[[Event], AccessRef | None]:
        """Where the identifiers of a batch are, all asked together."""
        asked = list(dict.fromkeys(_asked(batch)))
        found = dict(zip(asked, self._resolve(asked), strict=True))

        def place(event: Event) -> AccessRef | None:
            named = (found[one, event.at] for one in _identities(event))
            return next((place for place in named if place is not None), None)

        return place


def _runs(interval: Interval, now: datetime) -> bool:
    if interval.end is None and now - interval.heard > UNTOLD:
        return False
    return interval.runs(now)


def _asked(batch: Iterable[Event]) -> Iterator[tuple[Identity, datetime]]:
    for event in batch:
        for identity in _identities(event):
            yield identity, event.at


def _identities(event: Event) -> Iterator[Identity]:
    if isinstance(event, LeaseEvent):
        yield from event.identities()
    elif event.identity is not None:
        yield event.identity


def _placed(row: LeaseRow, place: AccessRef) -> LeaseRow:
    return replace(row, access_id=place.access_id, vlan=place.vlan)


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


_SAME = {f.name for f in fields(Interval)} & {f.name for f in fields(LeaseRow)} - {"how"}


def interval_of(row: LeaseRow) -> Interval:
    """The interval that a row holds."""
    return Interval(
        **{name: getattr(row, name) for name in _SAME},
        identity=identity_of(row),
        how=LeaseEnd(row.how) if row.how else None,
    )


def row_of(interval: Interval, *, newest: bool) -> LeaseRow:
    """The row that holds an interval."""
    identity = interval.identity or Identity()
    return LeaseRow(
        **{name: getattr(interval, name) for name in _SAME},
        **{field.name: getattr(identity, field.name) for field in fields(Identity)},
        newest=newest,
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
    kind: Observed,
    of: Event | Interval,
    at: datetime,
    *,
    access_id: str | None = None,
    other_id: str | None = None,
) -> ObservationRow:
    """An observation of an event or a lease, as its row."""
    return ObservationRow(
        kind=kind,
        access_id=access_id or "",
        other_id=other_id or "",
        client=of.mac or of.duid or "",
        identity=written(of.identity) if of.identity else b"",
        address=of.address,
        server=of.server,
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


class _States:
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
            self._odd.append(observed(Observed.UNKNOWN, event, event.at))
        elif place is not None and began and current is not None:
            self._moved(current, closed, place)

    def sighted(self, event: IdentifierSeen | Message, place: AccessRef | None) -> None:
        """Take an identifier that was seen, and where it is."""
        if place is None and event.identity:
            self._odd.append(observed(Observed.UNKNOWN, event, event.at))

    def write(self) -> None:
        """Closed intervals first: a newest one may have begun at the same moment."""
        newest = [i for a in self._touched if (i := self._newest[a]) is not None]
        self._writer.put(row_of(i, newest=False) for i in self._closed)
        self._writer.put(row_of(i, newest=True) for i in newest)
        self._writer.observe(self._odd)

    def _moved(self, current: Interval, closed: Interval | None, place: AccessRef) -> None:
        """The client of a lease that begins may have been on another access until now."""
        elsewhere = list(self._elsewhere(current, place))
        before = closed if closed is not None and closed.how is LeaseEnd.MOVED else None
        before = before or next(iter(elsewhere), None)
        if before is not None and before.access_id not in {None, place.access_id}:
            self._odd.append(
                observed(
                    Observed.MOVED,
                    current,
                    current.start,
                    access_id=before.access_id,
                    other_id=place.access_id,
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
