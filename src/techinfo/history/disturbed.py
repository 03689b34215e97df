"""Disturbances as the file of history keeps them: found with the poll that sees them, once.

A disturbance keeps its reference while polls of other switches tell more of its lines, and is over
when the last of them is back that holds it (`disturbances.over`). One that turns out to be part of
a larger one says so.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, NamedTuple, Protocol

from sqlalchemy import Connection, Row, and_, delete, func, insert, or_, select, update

from techinfo.history.disturbances import (
    QUIET,
    TOGETHER,
    Disturbance,
    Group,
    Loss,
    Place,
    Scope,
    Standing,
    groups_of,
    over,
    together,
)
from techinfo.history.links import Transition
from techinfo.history.tables import ACCESSES, DISTURBANCES, DISTURBED, PORTS, TRANSITIONS
from techinfo.store.base import StoreFile, moment_of, stamp

_LATELY = timedelta(hours=24)
"""What fell longer ago than this was found then, or is told of no more."""
_DAY = timedelta(hours=24)
"""A line that was lost so long before, too, is in trouble of its own."""
_MOST = 1000


class Surroundings(Protocol):
    """What lines of several elements have in common."""

    def streets_of(self, access_ids: Collection[str]) -> Collection[str]:
        """The streets or cables of some accesses."""

    def on_street(self, street: str) -> Collection[str]:
        """The accesses of a street or cable."""

    def site_of(self, element: str) -> str | None:
        """Where an element stands."""

    def at_site(self, site: str) -> Collection[str]:
        """The elements that stand there."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Kept:
    """A disturbance that is kept.

    Attributes:
        name: Of the element, element and PON port, street or site.
        until: When the last line was back; ``None``: some are not.
        of: So many lines there are.
        lines: Element and line -> the accesses on it.
    """

    reference: str
    scope: Scope
    name: str
    since: datetime
    until: datetime | None
    restart: bool
    of: int
    lines: Mapping[Place, tuple[str, ...]]

    @property
    def accesses(self) -> tuple[str, ...]:
        """Those on its lines."""
        return tuple(sorted({one for ids in self.lines.values() for one in ids}))


class Running(NamedTuple):
    """A disturbance that goes on."""

    reference: str
    scope: Scope
    since: datetime


def refer(
    connection: Connection,
    polled: Mapping[str, datetime],
    moved: Collection[str],
    lost: Mapping[str, datetime],
    around: Surroundings | None,
) -> list[str]:
    """Find what some transitions are part of; in the transaction that has written them.

    Args:
        connection: Of the file.
        polled: Elements that were polled, and when last.
        moved: Of those, elements that transitions were told of.
        lost: Of those, where lines were lost, the first loss.
        around: What lines of several elements have in common; ``None``: nothing.

    Returns:
        References of what has begun, grown or ended.
    """
    changed: dict[str, None] = {}
    if lost:
        newest = max(lost.values())
        since = max(min(lost.values()) - 2 * TOGETHER, newest - _LATELY)
        groups = list(_groups(connection, lost.keys(), since, around))
        every = {place[0] for group in groups for place in group.places}
        seen = _seen(connection, every, since)
        found = together(groups, seen)
        numbers = _numbers(connection, every) if found else {}
        kept = (_keep(connection, one, numbers) for one in found)
        changed |= dict.fromkeys(one for one in kept if one is not None)
    for reference in _ended(connection, polled, moved):
        changed[reference] = None
    return list(changed)


def _groups(
    connection: Connection,
    elements: Collection[str],
    since: datetime,
    around: Surroundings | None,
) -> Iterator[Group]:
    lines = _lines(connection, PORTS.c.element.in_(elements))
    for element in sorted(elements):
        yield from groups_of(element, [line for of, line in lines if of == element])
    if around is None:
        return
    for site in sorted({around.site_of(one) for one in elements} - {None, ""}, key=str):
        there = around.at_site(site or "")
        if len(there) > 1:
            places = _lines(connection, PORTS.c.element.in_(there))
            yield Group(scope=Scope.SITE, name=site or "", places=frozenset(places))
    fallen = _fallen(connection, elements, since)
    for street in sorted(around.streets_of(fallen)):
        ids = around.on_street(street)
        places = _lines(connection, ACCESSES.c.access_id.in_(ids))
        yield Group(scope=Scope.STREET, name=street, places=frozenset(places))


def _lines(connection: Connection, where: Any) -> dict[Place, None]:
    """Lines that accesses hang on."""
    asked = select(PORTS.c.element, PORTS.c.name).join(ACCESSES, ACCESSES.c.port == PORTS.c.id)
    rows = connection.execute(asked.where(where).distinct()).all()
    return dict.fromkeys((row.element, row.name) for row in rows)


def _fallen(connection: Connection, elements: Collection[str], since: datetime) -> set[str]:
    """The accesses on lines that were lost."""
    asked = (
        select(ACCESSES.c.access_id)
        .join(PORTS, PORTS.c.id == ACCESSES.c.port)
        .join(TRANSITIONS, TRANSITIONS.c.port == PORTS.c.id)
        .where(PORTS.c.element.in_(elements))
        .where(TRANSITIONS.c.at >= stamp(since), TRANSITIONS.c.up == 0)
    )
    return set(connection.execute(asked).scalars())


def _seen(
    connection: Connection, elements: Collection[str], since: datetime
) -> dict[Place, list[Transition]]:
    asked = (
        select(TRANSITIONS, PORTS.c.element, PORTS.c.name)
        .join(PORTS, PORTS.c.id == TRANSITIONS.c.port)
        .where(PORTS.c.element.in_(elements), TRANSITIONS.c.at >= stamp(since))
        .order_by(TRANSITIONS.c.at, TRANSITIONS.c.exact)
    )
    seen: defaultdict[Place, list[Transition]] = defaultdict(list)
    for row in connection.execute(asked):
        seen[row.element, row.name].append(
            Transition(
                at=moment_of(row.at),
                earliest=moment_of(row.earliest),
                up=bool(row.up),
                exact=bool(row.exact),
                reboot=bool(row.reboot),
            )
        )
    return seen


def _numbers(connection: Connection, elements: Collection[str]) -> dict[Place, int]:
    rows = connection.execute(select(PORTS).where(PORTS.c.element.in_(elements))).all()
    return {(row.element, row.name): int(row.id) for row in rows}


def _keep(connection: Connection, found: Disturbance, numbers: Mapping[Place, int]) -> str | None:
    """Write what was found; says its reference if that is news."""
    losses = {numbers[one.place]: one for one in found.losses}
    known = _known(connection, losses)
    values = {"scope": found.scope.value, "name": found.name, "of": found.of}
    if not known:
        row = {"since": stamp(found.since), "restart": found.restart, **values}
        connection.execute(insert(DISTURBANCES).values(reference=found.reference, **row))
        _put(connection, found.reference, losses)
        return found.reference
    oldest = known[0]
    here = DISTURBANCES.c.reference == oldest.reference
    had = set(
        connection.execute(
            select(DISTURBED.c.port).where(DISTURBED.c.reference == oldest.reference)
        ).scalars()
    )
    more = {port: loss for port, loss in losses.items() if port not in had}
    for other in known[1:]:
        part = update(DISTURBANCES).where(DISTURBANCES.c.reference == other.reference)
        connection.execute(part.values(part_of=oldest.reference))
    again = found.until is None and oldest.until is not None
    if not more:
        if again:
            connection.execute(update(DISTURBANCES).where(here).values(until=None))
        return str(oldest.reference) if again else None
    _put(connection, oldest.reference, more)
    if had <= losses.keys():  # else it is said of lines that are not in this
        since = min(stamp(found.since), oldest.since)
        values |= {"since": since, "restart": found.restart}
        connection.execute(update(DISTURBANCES).where(here).values(**values))
    connection.execute(update(DISTURBANCES).where(here).values(until=None))
    return str(oldest.reference)


def _known(connection: Connection, losses: Mapping[int, Loss]) -> Sequence[Row[Any]]:
    """What is kept of some losses, the oldest first; of none that is part of another."""
    same = [
        and_(
            DISTURBED.c.port == port,
            DISTURBED.c.at.between(stamp(one.at - TOGETHER), stamp(one.at + TOGETHER)),
        )
        for port, one in losses.items()
    ]
    found: dict[str, Row[Any]] = {}
    for start in range(0, len(same), _AT_ONCE):
        asked = (
            select(DISTURBANCES)
            .join(DISTURBED, DISTURBED.c.reference == DISTURBANCES.c.reference)
            .where(DISTURBANCES.c.part_of.is_(None), or_(*same[start : start + _AT_ONCE]))
            .distinct()
        )
        found |= {row.reference: row for row in connection.execute(asked)}
    return sorted(found.values(), key=lambda row: (row.since, row.reference))


_AT_ONCE = 200
"""Conditions of one statement."""


def _put(connection: Connection, reference: str, losses: Mapping[int, Loss]) -> None:
    rows = [
        {"reference": reference, "port": port, "at": stamp(one.at)} for port, one in losses.items()
    ]
    connection.execute(insert(DISTURBED), rows)


def _ended(
    connection: Connection, polled: Mapping[str, datetime], moved: Collection[str]
) -> Iterator[str]:
    """Of what goes on there, what is over now; an old one even where nothing moves."""
    if not polled:
        return
    now = max(polled.values())
    old = DISTURBANCES.c.since <= stamp(now - QUIET)
    asked = (
        select(DISTURBANCES.c.reference)
        .join(DISTURBED, DISTURBED.c.reference == DISTURBANCES.c.reference)
        .join(PORTS, PORTS.c.id == DISTURBED.c.port)
        .where(DISTURBANCES.c.until.is_(None))
        .where(or_(PORTS.c.element.in_(moved), and_(old, PORTS.c.element.in_(polled.keys()))))
        .distinct()
    )
    for reference in list(connection.execute(asked).scalars()):
        until = over(_standing(connection, reference), now)
        if until is not None:
            here = DISTURBANCES.c.reference == reference
            connection.execute(update(DISTURBANCES).where(here).values(until=stamp(until)))
            is_part = select(DISTURBANCES.c.part_of).where(here)
            if connection.execute(is_part).scalar_one() is None:
                yield reference


def _standing(connection: Connection, reference: str) -> list[Standing]:
    """Of each line of a disturbance, how it stands."""
    mine = TRANSITIONS.c.port == DISTURBED.c.port
    since = and_(mine, TRANSITIONS.c.at >= DISTURBED.c.at)
    before = TRANSITIONS.c.at.between(
        DISTURBED.c.at - _us(_DAY), DISTURBED.c.at - _us(2 * TOGETHER)
    )
    newest = (TRANSITIONS.c.at.desc(), TRANSITIONS.c.exact.desc())
    is_up = select(TRANSITIONS.c.up).where(since).order_by(*newest).limit(1)
    first = select(func.min(TRANSITIONS.c.at)).where(since, TRANSITIONS.c.up == 1)
    last = select(func.max(TRANSITIONS.c.at)).where(since, TRANSITIONS.c.up == 1)
    lost = select(func.count()).where(mine, before, TRANSITIONS.c.up == 0)
    asked = select(*(one.scalar_subquery() for one in (is_up, first, last, lost)))
    rows = connection.execute(asked.where(DISTURBED.c.reference == reference)).all()
    return [
        Standing(
            up=bool(up),
            first_back=None if back is None else moment_of(back),
            last_back=None if again is None else moment_of(again),
            troubled=bool(losses),
        )
        for up, back, again, losses in rows
    ]


def _us(span: timedelta) -> int:
    return span // timedelta(microseconds=1)


class Disturbed:
    """What is kept of disturbances, to be asked.

    Args:
        file: The file of history.
    """

    def __init__(self, file: StoreFile) -> None:
        self._file = file

    def since(self, at: datetime) -> tuple[Kept, ...]:
        """Those that go on, or were over no earlier than a time, the newest first."""
        late = or_(DISTURBANCES.c.until.is_(None), DISTURBANCES.c.until >= stamp(at))
        return self._kept(late)

    def one(self, reference: str) -> Kept | None:
        """The one of a reference; of a part of another that one."""
        here = DISTURBANCES.c.reference == reference
        whole = self._file.all(select(DISTURBANCES.c.part_of).where(here), lambda row: row.part_of)
        if whole and whole[0] is not None:
            return self.one(str(whole[0]))
        return next(iter(self._kept(here)), None)

    def of_line(self, element: str, line: str, since: datetime) -> tuple[Kept, ...]:
        """Those that a line was part of and that began since then, the newest first."""
        mine = (
            select(DISTURBED.c.reference)
            .join(PORTS, PORTS.c.id == DISTURBED.c.port)
            .where(PORTS.c.element == element, PORTS.c.name == line)
        )
        begun = DISTURBANCES.c.since >= stamp(since)
        return self._kept(and_(begun, DISTURBANCES.c.reference.in_(mine)))

    def running(self) -> dict[str, tuple[Running, ...]]:
        """Those that go on, by the accesses that are part of them."""
        asked = (
            select(DISTURBANCES, ACCESSES.c.access_id)
            .join(DISTURBED, DISTURBED.c.reference == DISTURBANCES.c.reference)
            .join(ACCESSES, ACCESSES.c.port == DISTURBED.c.port)
            .where(DISTURBANCES.c.until.is_(None), DISTURBANCES.c.part_of.is_(None))
            .order_by(DISTURBANCES.c.since, DISTURBANCES.c.reference)
        )
        found: dict[str, tuple[Running, ...]] = {}
        for row in self._file.all(asked, lambda row: row):
            one = Running(row.reference, Scope(row.scope), moment_of(row.since))
            found[row.access_id] = (*found.get(row.access_id, ()), one)
        return found

    def _kept(self, where: Any) -> tuple[Kept, ...]:
        asked = (
            select(DISTURBANCES)
            .where(DISTURBANCES.c.part_of.is_(None), where)
            .order_by(DISTURBANCES.c.since.desc(), DISTURBANCES.c.reference)
            .limit(_MOST)
        )
        return tuple(self._made(row) for row in self._file.all(asked, lambda row: row))

    def _made(self, row: Row[Any]) -> Kept:
        asked = (
            select(PORTS.c.element, PORTS.c.name, ACCESSES.c.access_id)
            .join(DISTURBED, DISTURBED.c.port == PORTS.c.id)
            .outerjoin(ACCESSES, ACCESSES.c.port == PORTS.c.id)
            .where(DISTURBED.c.reference == row.reference)
            .order_by(PORTS.c.element, PORTS.c.name, ACCESSES.c.access_id)
        )
        lines: dict[Place, tuple[str, ...]] = {}
        for one in self._file.all(asked, lambda one: one):
            place = (one.element, one.name)
            own = () if one.access_id is None else (one.access_id,)
            lines[place] = (*lines.get(place, ()), *own)
        return Kept(
            reference=row.reference,
            scope=Scope(row.scope),
            name=row.name,
            since=moment_of(row.since),
            until=None if row.until is None else moment_of(row.until),
            restart=bool(row.restart),
            of=int(row.of),
            lines=lines,
        )


OnNews = Callable[[Sequence[str]], None]
"""Is told references of what has begun, grown or ended."""


def drop_disturbances(connection: Connection, before: datetime) -> int:
    """Erase what began before a time; says how many rows that were."""
    return _erase(connection, DISTURBANCES.c.since < stamp(before))


def erase_disturbed(connection: Connection, ports: Iterable[int]) -> int:
    """Erase that some ports were part of any; says how many rows that were."""
    gone = int(connection.execute(delete(DISTURBED).where(DISTURBED.c.port.in_(ports))).rowcount)
    empty = DISTURBANCES.c.reference.not_in(select(DISTURBED.c.reference))
    return gone + _erase(connection, empty)


def _erase(connection: Connection, where: Any) -> int:
    found = select(DISTURBANCES.c.reference).where(where)
    lines = connection.execute(delete(DISTURBED).where(DISTURBED.c.reference.in_(found)))
    return int(lines.rowcount) + int(connection.execute(delete(DISTURBANCES).where(where)).rowcount)
