"""The leases that the logs of DHCP servers tell, by access; and what is odd about identifiers."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from techinfo.dhcp.events import Event, LeaseEvent
from techinfo.dhcp.identity import Identity
from techinfo.dhcp.intervals import AccessRef, Interval
from techinfo.dhcp.readers.reader import BoundedMemory
from techinfo.leases.rows import (
    Observation,
    Observed,
    States,
    identity_of,
    interval_of,
    observation_of,
    observed,
)
from techinfo.leases.store import LeaseFile, LeaseRow, ObservationRow, Position
from techinfo.model import Lease, utc_now

__all__ = ["KEEP", "UNTOLD", "LeaseLog", "Observation", "Observed", "Resolve"]

KEEP = timedelta(days=7)
"""How long rows are kept (contract: MAC, lease and CPE rows 7 days)."""
UNTOLD = timedelta(days=1)
"""A lease whose end no source tells is taken to run so long after its last word."""

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
            states = States(writer, batch)
            for event in batch:
                if isinstance(event, LeaseEvent):
                    states.apply(event, places(event))
                else:
                    states.sighted(event, places(event))
            states.write()
            if position is not None:
                writer.reach(position)
        return len(batch)

    def looked(self) -> None:
        """The sources have been looked at just now."""
        self.read_at = self._now()

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

    def history(
        self, *, access_id: str | None = None, address: str | None = None, mac: str | None = None
    ) -> tuple[Interval, ...]:
        """All that is kept of an access, an address or a client, the oldest first."""
        now = self._now()
        rows = self._file.history(access_id=access_id, address=address, mac=mac)
        return tuple(interval_of(row).ended(now) for row in rows)

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
                odd.append(observed(Observed.ELSEWHERE, access_id, held.access_id, held, now))
        if odd:
            with self._file.writing() as writer:
                writer.observe(odd)
        return len(odd)

    def observations(self, access_id: str | None = None) -> tuple[Observation, ...]:
        """What is odd, the latest first; of one access, or of all."""
        return tuple(observation_of(row) for row in self._file.observations(access_id))

    def expire(self, keep: timedelta = KEEP) -> int:
        """Erase rows of which nothing was told for so long; says how many."""
        return self._file.expire(self._now() - keep)

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
    else:
        yield event.identity


def _placed(row: LeaseRow, place: AccessRef) -> LeaseRow:
    return replace(row, access_id=place.access_id, vlan=place.vlan)
