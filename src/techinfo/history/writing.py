"""What a poll leaves behind, and the one transaction that keeps some polls together.

Who writes is one thread; a process that dies in it takes the last batch with it, and nothing else.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import field
from datetime import datetime

from sqlalchemy import Connection, delete, insert, select, update
from sqlalchemy.dialects.sqlite import insert as upsert

from techinfo.history import free_ports
from techinfo.history.chunks import append, clear, roll
from techinfo.history.disturbed import OnNews, Surroundings, refer
from techinfo.history.events import PortEvent
from techinfo.history.frames import Row, Sample, ms_of, numbered, packed_rows
from techinfo.history.free_ports import FreePort
from techinfo.history.light import Baseline
from techinfo.history.links import Transition
from techinfo.history.macs import Key, Sight
from techinfo.history.neighbours import keep
from techinfo.history.rolling import hour_of
from techinfo.history.store import NO_VLAN, Fall, HistoryFile
from techinfo.history.tables import (
    ACCESSES,
    BASELINES,
    DISTURBED,
    EVENTS,
    FREE_SEEN,
    MACS,
    NEIGHBOURS,
    PORTS,
    TRANSITIONS,
)
from techinfo.store.base import stamp
from techinfo.values import value

_ACCESS = upsert(ACCESSES)
_ON_PORT = _ACCESS.on_conflict_do_update(
    index_elements=["access_id", "port"], set_={"last": _ACCESS.excluded.last}
)
_READ = "UPDATE ports SET macs_first = coalesce(macs_first, ?), macs_last = ? WHERE id = ?"
_SEEN = """
INSERT INTO macs (port, mac, vlan, since, until) VALUES (?1, ?2, ?3, ?4, ?4)
ON CONFLICT (port, mac, vlan) DO UPDATE SET
    until = excluded.until,
    since = CASE
        WHEN macs.until >= ?5 AND macs.until = (SELECT macs_last FROM ports WHERE id = ?1)
        THEN macs.since ELSE excluded.since END
"""
"""An address keeps its time where the whole read before this one saw it too, and the element has
not started since. In SQL: an element has hundreds, of which nothing need be read for that."""
_MAC = upsert(MACS)
_SIGHTED = _MAC.on_conflict_do_update(
    index_elements=["port", "mac", "vlan"],
    set_={"since": _MAC.excluded.since, "until": _MAC.excluded.until},
)


@value(frozen=True, kw_only=True, slots=True)
class Tenants:
    """Who is on a port.

    Attributes:
        accesses: That hang on it.
        ended: When the last subscription on them ended that has ended: what was seen of people
            before is erased.
        began: When the last one began of those that run.
    """

    accesses: tuple[str, ...] = ()
    ended: datetime | None = None
    began: datetime | None = None


@value(frozen=True, kw_only=True, slots=True)
class PortNote:
    """What is written of one port; ``port`` of its samples is filled in when it is."""

    samples: tuple[Sample, ...] = ()
    transitions: tuple[Transition, ...] = ()
    events: tuple[PortEvent, ...] = ()
    baseline: Baseline | None = None
    fell: Fall | None = None
    tenants: Tenants | None = None
    table: tuple[Key, ...] | None = None
    """MAC addresses that a whole read tells, each once; ``None``: nothing was read of them."""
    macs: tuple[Sight, ...] | None = None
    """The same where it is known since when each is there."""
    said: tuple[str, ...] = ()
    """What neighbours say of themselves (`techinfo.history.neighbours.words_of`)."""


@value(frozen=True, kw_only=True, slots=True)
class PollNote:
    """What one poll of an element leaves, by names of ports.

    Attributes:
        boot: When the element started: what it had learnt before, it has learnt anew.
        rows: Of ports of which nothing but counters and light has moved: the end of a frame -> each
            port's row in it, without its number.
        free: Ports without an access; ``None``: it is none, or leads on.
    """

    element: str
    at: datetime
    boot: datetime | None = None
    ports: Mapping[str, PortNote] = field(default_factory=dict)
    rows: Mapping[datetime, Mapping[str, Row]] = field(default_factory=dict)
    free: Mapping[str, FreePort | None] = field(default_factory=dict)


class HistoryWriter:
    """Writes polls into a file, and the disturbances that they show; nobody else does.

    Args:
        file: Where.
        around: What lines of several elements have in common; ``None``: nothing.
        on_news: Is told, once it is written, which disturbances have begun, grown or ended.

    Attributes:
        around, on_news: The same; they may be known later.
    """

    def __init__(
        self,
        file: HistoryFile,
        around: Surroundings | None = None,
        on_news: OnNews | None = None,
    ) -> None:
        self._file = file
        self.around = around
        self.on_news = on_news
        self._numbers: dict[str, dict[str, int]] = {}
        self._rolled: dict[str, datetime] = {}

    def write(self, notes: Sequence[PollNote], lost: int = 0) -> None:  # noqa: ARG002 - a gap tells
        """Write some polls in one transaction, all of them or none.

        Args:
            notes: By age.
            lost: Polls that found no room; the time that they would have told of is unknown.

        Raises:
            StoreError: It cannot be done.
        """
        try:
            with self._file.database.write() as connection:
                for note in notes:
                    self._write(connection, note)
                moved, fallen = _moved(notes)
                polled = {note.element: note.at for note in notes}
                news = refer(connection, polled, moved, fallen, self.around)
        except BaseException:
            self._numbers.clear()  # some may be of rows that are not there now
            self._rolled.clear()
            raise
        if news and self.on_news is not None:
            self.on_news(news)

    def _write(self, connection: Connection, note: PollNote) -> None:
        ids = self._ids(connection, note.element, note.ports)
        _macs(connection, note, ids)
        keep(connection, note.at, {ids[name]: port.said for name, port in note.ports.items()})
        if note.free:
            others = self._ids(connection, note.element, note.free)
            free = {others[name]: one for name, one in note.free.items()}
            free_ports.keep(connection, note.element, note.at, free)
        tenants = {ids[name]: port.tenants for name, port in note.ports.items()}
        _accesses(connection, note.at, tenants)
        frames: defaultdict[datetime, list[Row]] = defaultdict(list)
        for name, port in note.ports.items():
            for sample in port.samples:
                frames[sample.change.end].append(numbered(ids[name], sample))
            _about_port(connection, note, ids[name], port)
        for end, rows in note.rows.items():
            of_ports = self._ids(connection, note.element, rows)
            frames[end] += [(of_ports[name], *row) for name, row in rows.items()]
        hours = {end: hour_of(end) for end in sorted(frames)}
        for end, hour in hours.items():
            append(connection, note.element, hour, packed_rows(ms_of(end), frames[end]))
        # What is over was summed up with the first poll of its hour, unless something came late.
        if hours and set(hours.values()) != {self._rolled.get(note.element)}:
            newest = self._rolled[note.element] = max(hours.values())
            roll(connection, note.element, newest)

    def _ids(self, connection: Connection, element: str, names: Iterable[str]) -> dict[str, int]:
        """The numbers of some ports in the file."""
        known = self._numbers.setdefault(element, {})
        for name in names:
            if name not in known:
                known[name] = _number(connection, element, name)
        return known


def _number(connection: Connection, element: str, name: str) -> int:
    here = (PORTS.c.element == element, PORTS.c.name == name)
    found = connection.execute(select(PORTS.c.id).where(*here)).scalar()
    if found is None:
        made = insert(PORTS).values(element=element, name=name).returning(PORTS.c.id)
        found = connection.execute(made).scalar_one()
    return int(found)


def _moved(notes: Iterable[PollNote]) -> tuple[set[str], dict[str, datetime]]:
    """Elements whose links have changed, and when the first was lost."""
    moved: set[str] = set()
    lost: dict[str, datetime] = {}
    for note in notes:
        for one in (told for port in note.ports.values() for told in port.transitions):
            moved.add(note.element)
            if not one.up:
                lost[note.element] = min(one.at, lost.get(note.element, one.at))
    return moved, lost


def _about_port(connection: Connection, note: PollNote, number: int, port: PortNote) -> None:
    """All of a port but its samples."""
    if port.transitions:
        _transitions(connection, number, port.transitions)
    if port.events:
        _events(connection, number, port.events)
    if port.baseline is not None:
        _baseline(connection, number, port.baseline)
    if port.fell is not None:
        _fell(connection, number, port.fell)
    if port.tenants is not None:
        _clear(connection, note.element, number, port.tenants.ended)


def _accesses(connection: Connection, at: datetime, of_ports: Mapping[int, Tenants | None]) -> None:
    rows = [
        {"access_id": one, "port": number, "last": stamp(at)}
        for number, told in of_ports.items()
        if told is not None
        for one in told.accesses
    ]
    if rows:
        connection.execute(_ON_PORT, rows)


def _transitions(connection: Connection, port: int, told: Iterable[Transition]) -> None:
    for one in told:
        row = upsert(TRANSITIONS).values(
            port=port,
            at=stamp(one.at),
            up=one.up,
            earliest=stamp(one.earliest),
            exact=one.exact,
            reboot=one.reboot,
        )
        connection.execute(row.on_conflict_do_nothing())


def _events(connection: Connection, port: int, told: Sequence[PortEvent]) -> None:
    """What is of the time of people who have gone is not written: it was erased."""
    cleared = select(PORTS.c.cleared).where(PORTS.c.id == port)
    erased = int(connection.execute(cleared).scalar() or 0)
    for one in told:
        if stamp(one.at) < erased:
            continue
        row = upsert(EVENTS).values(
            port=port,
            at=stamp(one.at),
            kind=one.kind.value,
            earliest=stamp(one.earliest),
            value=one.value,
        )
        connection.execute(row.on_conflict_do_nothing())


def _clear(connection: Connection, element: str, port: int, ended: datetime | None) -> None:
    """Erase what was seen of people who have gone, once."""
    if ended is None:
        return
    here = (PORTS.c.id == port, PORTS.c.cleared < stamp(ended))
    if not connection.execute(update(PORTS).where(*here).values(cleared=stamp(ended))).rowcount:
        return
    connection.execute(delete(FREE_SEEN).where(free_ports.seen_on([port], ended)))
    for table in (TRANSITIONS, EVENTS, DISTURBED):
        connection.execute(delete(table).where(table.c.port == port, table.c.at < stamp(ended)))
    for table in (MACS, NEIGHBOURS):
        connection.execute(delete(table).where(table.c.port == port, table.c.until < stamp(ended)))
    clear(connection, element, port, ended)


def _fell(connection: Connection, port: int, told: Fall) -> None:
    here = update(PORTS).where(PORTS.c.id == port)
    connection.execute(here.values(fell_after=stamp(told.begin), fell=stamp(told.end)))


def _baseline(connection: Connection, port: int, told: Baseline) -> None:
    row = upsert(BASELINES).values(
        port=port,
        at=stamp(told.at),
        rx=told.rx,
        tx=told.tx,
        serial=told.serial,
        source=told.source.value,
    )
    connection.execute(row.on_conflict_do_nothing())


def _macs(connection: Connection, note: PollNote, ids: Mapping[str, int]) -> None:
    """Many rows at a time: an element has hundreds of addresses."""
    at, boot = stamp(note.at), 0 if note.boot is None else stamp(note.boot)
    ports = [(ids[name], port) for name, port in note.ports.items()]
    seen = [
        (number, mac, NO_VLAN if vlan is None else vlan, at, boot)
        for number, port in ports
        for mac, vlan in port.table or ()
    ]
    if seen:
        connection.exec_driver_sql(_SEEN, seen)
    known = [
        {
            "port": number,
            "mac": sight.mac,
            "vlan": NO_VLAN if sight.vlan is None else sight.vlan,
            "since": stamp(sight.since),
            "until": stamp(sight.until),
        }
        for number, port in ports
        for sight in port.macs or ()
    ]
    if known:
        connection.execute(_SIGHTED, known)
    read = [(at, at, n) for n, port in ports if port.table is not None or port.macs is not None]
    if read:
        connection.exec_driver_sql(_READ, read)
