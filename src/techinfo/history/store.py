"""The file of history: what is asked of it, and what erases from it. `HistoryWriter` fills it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Row, delete, func, or_, select, update

from techinfo.history import free_ports
from techinfo.history.change import Change
from techinfo.history.chunks import DAYS, HOURS, LONGEST, SAMPLES, drop
from techinfo.history.disturbed import Disturbed, drop_disturbances, erase_disturbed
from techinfo.history.events import Happened, PortEvent
from techinfo.history.frames import Sample, unpacked, without
from techinfo.history.light import Baseline, Source
from techinfo.history.links import Downtime, Transition
from techinfo.history.macs import SeenMacs, Sight
from techinfo.history.neighbours import about as about_neighbours
from techinfo.history.tables import (
    ACCESSES,
    BASELINES,
    CHUNKS,
    EVENTS,
    FREE_SEEN,
    MACS,
    NEIGHBOURS,
    PORTS,
    SCHEMA,
    TRANSITIONS,
)
from techinfo.history.watches import about_watches, drop_watches, erase_watches
from techinfo.store.base import StoreFile, moment_of, stamp
from techinfo.units import Dark

NO_VLAN = -1
_MOST = 1000
BEGINNING = datetime(1970, 3, 1, tzinfo=UTC)
"""Nothing was seen before it; chunks of a month before it still have a number."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Keep:
    """How long what is kept.

    Attributes:
        samples: Traffic of five minutes.
        hours: Traffic of hours.
        days: Light, errors and link.
        transitions: When a link came and went, and what else happened on a port.
        macs: A MAC address, or what a neighbour says of itself, after it was last seen.
    """

    samples: timedelta = timedelta(hours=48)
    hours: timedelta = timedelta(days=14)
    days: timedelta = timedelta(days=400)
    transitions: timedelta = timedelta(days=30)
    macs: timedelta = timedelta(days=7)


@dataclass(frozen=True, kw_only=True, slots=True)
class Fall:
    """Counters that were less than before, without a word of the agent.

    Attributes:
        begin, end: Of the time in which they began anew.
    """

    begin: datetime
    end: datetime


class HistoryFile(StoreFile):
    """An open file; every error is a `StoreError` that names it."""

    SCHEMA = SCHEMA
    SYNCHRONOUS = "NORMAL"  # a power cut takes the last polls, and leaves the file whole

    def port(self, element: str, name: str) -> int | None:
        """The number that a port has in this file; ``None``: it was never seen."""
        asked = select(PORTS.c.id).where(PORTS.c.element == element, PORTS.c.name == name)
        return next(iter(self.all(asked, lambda row: int(row.id))), None)

    def begun(self, element: str) -> datetime | None:
        """Since when polls of an element are kept; ``None``: there are none."""
        asked = select(func.min(CHUNKS.c.begin).label("first")).where(
            CHUNKS.c.element == element, CHUNKS.c.kind == SAMPLES
        )
        told = self.all(asked, lambda row: row.first)
        return moment_of(told[0]) if told and told[0] is not None else None

    def ports(self) -> tuple[tuple[str, str], ...]:
        """Element and name of every port that was ever seen."""
        asked = select(PORTS.c.element, PORTS.c.name).order_by(PORTS.c.id)
        return self.all(asked, lambda row: (row.element, row.name))

    def samples(
        self, element: str, name: str, since: datetime, kind: str = SAMPLES
    ) -> tuple[Sample, ...]:
        """What is kept of a port, by age.

        Args:
            element: As the inventory calls it.
            name: IfName of the port.
            since: From when on.
            kind: `SAMPLES`, `HOURS` or `DAYS`.
        """
        number = self.port(element, name)
        if number is None:
            return ()
        asked = (
            select(CHUNKS.c.data)
            .where(
                CHUNKS.c.element == element,
                CHUNKS.c.kind == kind,
                CHUNKS.c.begin >= stamp(since - LONGEST[kind]),
            )
            .order_by(CHUNKS.c.begin)
        )

        def read(row: Row[Any]) -> list[Sample]:
            return [
                sample
                for end, samples in unpacked(row.data, number)
                for sample in samples
                if end > since
            ]

        return tuple(sample for chunk in self.all(asked, read) for sample in chunk)

    def changes(self, element: str, name: str, since: datetime) -> tuple[Change, ...]:
        """What a port has counted between polls, by age."""
        told = (sample.change for sample in self.samples(element, name, since))
        return tuple(change for change in told if change.begin < change.end)

    def downtime(self, element: str, name: str, begin: datetime, end: datetime) -> Downtime:
        """How long a link was down in whole days of UTC, such as a month, or until now.

        Of days that are over by their sums, of today by its hours and polls.
        """
        up_s = down_s = 0.0
        since = begin
        for kind in (DAYS, HOURS, SAMPLES):
            told = [
                one for one in self.samples(element, name, since, kind) if one.change.end <= end
            ]
            up_s += sum(one.up_s for one in told)
            down_s += sum(one.down_s for one in told)
            since = max([since, *(one.change.end for one in told)])
        whole_s = (end - begin).total_seconds()
        return Downtime(down_s=down_s, up_s=up_s, unknown_s=max(0.0, whole_s - up_s - down_s))

    def transitions(
        self, element: str, name: str, since: datetime, most: int = _MOST
    ) -> tuple[Transition, ...]:
        """The newest transitions of a port, by age."""
        asked = (
            select(TRANSITIONS)
            .join(PORTS, PORTS.c.id == TRANSITIONS.c.port)
            .where(PORTS.c.element == element, PORTS.c.name == name)
            .where(TRANSITIONS.c.at >= stamp(since))
            .order_by(TRANSITIONS.c.at.desc())
            .limit(most)
        )
        # Of two at one time, the exact one is what the link has been since.
        found = sorted(self.all(asked, _transition), key=lambda one: (one.at, one.exact))
        return tuple(found)

    def transitions_of(self, element: str, since: datetime) -> dict[str, list[Transition]]:
        """The transitions of all ports of an element, by name of the port, each by age."""
        asked = (
            select(TRANSITIONS, PORTS.c.name)
            .join(PORTS, PORTS.c.id == TRANSITIONS.c.port)
            .where(PORTS.c.element == element, TRANSITIONS.c.at >= stamp(since))
            .order_by(TRANSITIONS.c.at, TRANSITIONS.c.exact)
        )
        found: defaultdict[str, list[Transition]] = defaultdict(list)
        for name, one in self.all(asked, lambda row: (str(row.name), _transition(row))):
            found[name].append(one)
        return found

    def on_accesses(self, element: str) -> dict[str, tuple[str, ...]]:
        """The ports of an element that accesses were polled on, each with their accessIds."""
        asked = (
            select(PORTS.c.name, ACCESSES.c.access_id)
            .join(ACCESSES, ACCESSES.c.port == PORTS.c.id)
            .where(PORTS.c.element == element)
            .order_by(ACCESSES.c.access_id)
        )
        found: dict[str, tuple[str, ...]] = {}
        for name, access_id in self.all(asked, lambda row: (str(row.name), str(row.access_id))):
            found[name] = (*found.get(name, ()), access_id)
        return found

    def macs(self, element: str, name: str) -> SeenMacs:
        """The MAC addresses of a port."""
        wanted = (PORTS.c.element == element, PORTS.c.name == name, PORTS.c.macs_first.is_not(None))
        joined = select(MACS).join(PORTS, PORTS.c.id == MACS.c.port).where(*wanted)
        sights = self.all(joined, sight_of)

        def seen(row: Row[Any]) -> SeenMacs:
            last = moment_of(row.macs_last) if row.macs_last else None
            return SeenMacs(sights=sights, watched=moment_of(row.macs_first), last=last)

        return next(iter(self.all(select(PORTS).where(*wanted), seen)), SeenMacs())

    def levels(self, element: str, since: datetime) -> dict[str, list[tuple[datetime, float]]]:
        """Received light of all lines of an element by hours: line -> end of the hour, and dBm."""
        asked = select(PORTS.c.id, PORTS.c.name).where(PORTS.c.element == element)
        names = dict(self.all(asked, lambda row: (int(row.id), str(row.name))))
        begun = CHUNKS.c.begin >= stamp(since - LONGEST[HOURS])
        chunks = select(CHUNKS.c.data).where(CHUNKS.c.element == element, CHUNKS.c.kind == HOURS)
        found: dict[str, list[tuple[datetime, float]]] = {}
        for data in self.all(chunks.where(begun).order_by(CHUNKS.c.begin), lambda row: row.data):
            for end, samples in unpacked(data):
                for one in samples if end > since else ():
                    if one.port in names and one.rx is not None and not isinstance(one.rx, Dark):
                        found.setdefault(names[one.port], []).append((end, float(one.rx)))
        return found

    def fell(self, element: str, name: str) -> Fall | None:
        """When the counters of a port last fell; ``None``: nobody has seen it."""
        asked = select(PORTS).where(
            PORTS.c.element == element, PORTS.c.name == name, PORTS.c.fell.is_not(None)
        )
        found = self.all(
            asked, lambda row: Fall(begin=moment_of(row.fell_after), end=moment_of(row.fell))
        )
        return next(iter(found), None)

    def events(self, element: str, name: str, since: datetime) -> tuple[PortEvent, ...]:
        """What has happened on a port beside its link, by age; the newest thousand."""
        asked = (
            select(EVENTS)
            .join(PORTS, PORTS.c.id == EVENTS.c.port)
            .where(PORTS.c.element == element, PORTS.c.name == name)
            .where(EVENTS.c.at >= stamp(since))
            .order_by(EVENTS.c.at.desc())
            .limit(_MOST)
        )
        return tuple(reversed(self.all(asked, _event)))

    def baseline(self, element: str, name: str) -> Baseline | None:
        """The newest birth certificate of a port."""
        return next(iter(self.baselines(element, name)), None)

    def baselines(self, element: str, name: str) -> tuple[Baseline, ...]:
        """The birth certificates of a port, the newest first."""
        asked = (
            select(BASELINES)
            .join(PORTS, PORTS.c.id == BASELINES.c.port)
            .where(PORTS.c.element == element, PORTS.c.name == name)
            .order_by(BASELINES.c.at.desc())
            .limit(_MOST)
        )
        return self.all(asked, baseline_of)

    def drop_old(self, now: datetime, keep: Keep) -> int:
        """Erase what is older than it may be; says how many rows that were."""
        ages = ((SAMPLES, keep.samples), (HOURS, keep.hours), (DAYS, keep.days))
        with self.database.write() as connection:
            gone = sum(drop(connection, kind, now - age) for kind, age in ages)
            old = TRANSITIONS.c.at < stamp(now - keep.transitions)
            gone += _erased(connection, TRANSITIONS, old)
            gone += _erased(connection, EVENTS, EVENTS.c.at < stamp(now - keep.transitions))
            gone += drop_watches(connection, now)
            gone += drop_disturbances(connection, now - keep.transitions)
            gone += free_ports.drop(connection, now - keep.macs)
            for table in (MACS, NEIGHBOURS):
                gone += _erased(connection, table, table.c.until < stamp(now - keep.macs))
            return gone + _erased(connection, BASELINES, BASELINES.c.at < stamp(now - keep.days))

    def about(self, *, access_id: str | None = None, mac: str | None = None) -> Iterator[Any]:
        """All rows about an access, or a MAC address, as JSON has them; chunks are counted."""
        for number, element, name in self._ports_of(access_id) if access_id is not None else ():
            yield {"row": "port", "element": element, "port": name}
            yield from self._line_about(element, name)
            yield from self._macs_about(MACS.c.port == number)
            yield from about_neighbours(self, NEIGHBOURS.c.port == number)
            yield from free_ports.about(self, free_ports.seen_on([number]))
        if access_id is not None:
            yield from about_watches(self, access_id)
        if mac is not None:
            yield from self._macs_about(MACS.c.mac == mac.upper())
            yield from about_neighbours(self, NEIGHBOURS.c.said == mac.upper())
            yield from free_ports.about(self, free_ports.of_equipment(mac.upper()))

    def _line_about(self, element: str, name: str) -> Iterator[Any]:
        for move in self.transitions(element, name, BEGINNING):
            yield {"row": "transition", "at": move.at.isoformat(), "up": move.up}
        for event in self.events(element, name, BEGINNING):
            yield {"row": event.kind.value, "at": event.at.isoformat(), "value": event.value}
        for one in Disturbed(self).of_line(element, name, BEGINNING):
            yield {"row": "disturbance", "since": one.since.isoformat(), "id": one.reference}
        for light in self.baselines(element, name):
            yield {"row": "baseline", "at": light.at.isoformat(), "rx": light.rx}
        for kind in (SAMPLES, HOURS, DAYS):
            count = len(self.samples(element, name, BEGINNING, kind))
            if count:
                yield {"row": "samples", "kind": kind, "count": count}

    def _macs_about(self, where: Any) -> Iterator[Any]:
        for sight in self.all(select(MACS).where(where), sight_of):
            yield {
                "row": "mac",
                "mac": sight.mac,
                "vlan": sight.vlan,
                "since": sight.since.isoformat(),
                "until": sight.until.isoformat(),
            }

    def tenants(self, element: str, name: str) -> tuple[str, ...]:
        """AccessIds that were ever polled on a port, those that have gone among them."""
        asked = (
            select(ACCESSES.c.access_id)
            .join(PORTS, PORTS.c.id == ACCESSES.c.port)
            .where(PORTS.c.element == element, PORTS.c.name == name)
        )
        return self.all(asked, lambda row: str(row.access_id))

    def lines(self, element: str, access_id: str) -> tuple[str, ...]:
        """Names of the ports of an element that an access was ever polled on."""
        return tuple(name for _, of, name in self._ports_of(access_id) if of == element)

    def _ports_of(self, access_id: str) -> tuple[tuple[int, str, str], ...]:
        asked = (
            select(PORTS.c.id, PORTS.c.element, PORTS.c.name)
            .join(ACCESSES, ACCESSES.c.port == PORTS.c.id)
            .where(ACCESSES.c.access_id == access_id)
        )
        return self.all(asked, lambda row: (row.id, row.element, row.name))

    def erase(self, *, access_id: str | None = None, mac: str | None = None) -> int:
        """Erase all that is about an access or a MAC address; says how many rows that were.

        What was seen on a port that several accesses share is erased with each of them.

        Raises:
            ValueError: Neither is given, which would be everything.
        """
        if access_id is None and mac is None:
            raise ValueError("of what?")
        gone = 0
        ports = self._ports_of(access_id) if access_id is not None else ()
        with self.database.write() as connection:
            if mac is not None:
                gone += _erased(connection, MACS, MACS.c.mac == mac.upper())
                gone += _erased(connection, NEIGHBOURS, NEIGHBOURS.c.said == mac.upper())
                gone += _erased(connection, FREE_SEEN, free_ports.of_equipment(mac.upper()))
            for element in {element for _, element, _ in ports}:
                numbers = [number for number, of, _ in ports if of == element]
                gone += self._erase_ports(connection, element, numbers)
            if access_id is not None:
                gone += erase_watches(connection, access_id)
                gone += _erased(connection, ACCESSES, ACCESSES.c.access_id == access_id)
        return gone

    def _erase_ports(self, connection: Connection, element: str, numbers: Sequence[int]) -> int:
        gone = _erased(connection, FREE_SEEN, free_ports.seen_on(numbers))
        for table in (TRANSITIONS, EVENTS, MACS, NEIGHBOURS, BASELINES):
            gone += _erased(connection, table, table.c.port.in_(numbers))
        gone += erase_disturbed(connection, numbers)
        for row in connection.execute(select(CHUNKS).where(CHUNKS.c.element == element)).all():
            left = without(row.data, numbers)
            if left != row.data:
                gone += 1
                here = CHUNKS.c.id == row.id
                connection.execute(
                    update(CHUNKS).where(here).values(data=left)
                    if left
                    else delete(CHUNKS).where(here)
                )
        seen = or_(PORTS.c.macs_first.is_not(None), PORTS.c.macs_last.is_not(None))
        forgotten = update(PORTS).where(PORTS.c.id.in_(numbers), seen)
        connection.execute(forgotten.values(macs_first=None, macs_last=None))
        return gone


def _erased(connection: Connection, table: Any, where: Any) -> int:
    return int(connection.execute(delete(table).where(where)).rowcount)


def _transition(row: Row[Any]) -> Transition:
    return Transition(
        at=moment_of(row.at),
        earliest=moment_of(row.earliest),
        up=bool(row.up),
        exact=bool(row.exact),
        reboot=bool(row.reboot),
    )


def sight_of(row: Row[Any]) -> Sight:
    """A row of the table of MAC addresses."""
    return Sight(
        mac=row.mac,
        vlan=None if row.vlan == NO_VLAN else row.vlan,
        since=moment_of(row.since),
        until=moment_of(row.until),
    )


def _event(row: Row[Any]) -> PortEvent:
    return PortEvent(
        kind=Happened(row.kind),
        at=moment_of(row.at),
        earliest=moment_of(row.earliest),
        value=row.value,
    )


def baseline_of(row: Row[Any]) -> Baseline:
    """A row of the table of birth certificates."""
    return Baseline(
        at=moment_of(row.at),
        rx=float(row.rx),
        tx=row.tx,
        serial=row.serial,
        source=Source(row.source),
    )
