"""The addresses of one batch of events: read together, moved on, and written together."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from techinfo.dhcp.events import Event, LeaseEvent, Sighting
from techinfo.dhcp.identity import Identity
from techinfo.dhcp.intervals import Ending, Interval, Whereabouts, step
from techinfo.leases.rows import Observed, interval_of, observed, row_of, written
from techinfo.leases.store import LeaseWriter, ObservationRow


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

    def apply(self, event: LeaseEvent, place: Whereabouts | None) -> None:
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

    def sighted(self, event: Sighting, place: Whereabouts | None) -> None:
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

    def _moved(self, current: Interval, closed: Interval | None, place: Whereabouts) -> None:
        """The client of a lease that begins may have been on another access until now."""
        elsewhere = list(self._elsewhere(current, place))
        before = closed if closed is not None and closed.how is Ending.MOVED else None
        before = before or next(iter(elsewhere), None)
        if before is not None and before.access_id not in {None, place.access_id}:
            self._odd.append(
                observed(
                    Observed.MOVED, before.access_id or "", place.access_id, current, current.start
                )
            )

    def _elsewhere(self, current: Interval, place: Whereabouts) -> Iterator[Interval]:
        if current.mac is None:
            return
        addresses = self._of_client.setdefault(current.mac, set())
        for address in sorted(addresses - {current.address}):
            held = self._newest.get(address)
            other = held is not None and held.access_id not in {None, place.access_id}
            if held is not None and other and held.mac == current.mac and held.runs(current.start):
                yield held
        addresses.add(current.address)
