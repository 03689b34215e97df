"""Walks a device into a recording: gently, within bounds, and so that it can be gone on with.

What a recording asks of a device: the subtrees that its driver and the standard MIBs need.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from techinfo.collect.registry import Registry
from techinfo.driver import standard
from techinfo.driver.cells import Column
from techinfo.driver.driver import Driver
from techinfo.errors import SnmpProtocolError, SnmpStatusError, SnmpTimeoutError
from techinfo.facts.build import tables_of
from techinfo.facts.joins import JoinTable, columns_of
from techinfo.facts.plan import columns, scalars_beside
from techinfo.model import Fact
from techinfo.recordings.recording import Oid, Value
from techinfo.snmp.conversation import SnmpConversation
from techinfo.snmp.oid import dotted, numbers
from techinfo.snmp.questions import BulkPage
from techinfo.wire import Index

_SYSTEM = (1, 3, 6, 1, 2, 1, 1)
_ENTERPRISES = (1, 3, 6, 1, 4, 1)

STANDARD: tuple[str, ...] = (
    "1.0.8802.1.1.2",  # LLDP-MIB
    "1.3.6.1.2.1.1",  # SNMPv2-MIB system
    "1.3.6.1.2.1.2",  # IF-MIB ifTable
    "1.3.6.1.2.1.10.7",  # EtherLike-MIB
    "1.3.6.1.2.1.17",  # BRIDGE-MIB, P-BRIDGE-MIB, Q-BRIDGE-MIB
    "1.3.6.1.2.1.25.1.1",  # HOST-RESOURCES-MIB hrSystemUptime
    "1.3.6.1.2.1.26",  # MAU-MIB
    "1.3.6.1.2.1.31",  # IF-MIB ifXTable, ifStackTable
    "1.3.6.1.2.1.47",  # ENTITY-MIB
    "1.3.6.1.2.1.99",  # ENTITY-SENSOR-MIB
    "1.3.6.1.6.3.10.2.1",  # SNMP-FRAMEWORK-MIB snmpEngine
)
"""What every driver starts from, whole, so that the next driver finds more than this one asks."""

FORBIDDEN: tuple[str, ...] = (
    "1.0.8802.1.1.2.1.5.4795",  # LLDP-EXT-MED-MIB: serial numbers and places of telephones
    "1.3.6.1.2.1.4.21",  # ipRouteTable: whole routing tables, minutes of an agent's time
    "1.3.6.1.2.1.4.24",  # IP-FORWARD-MIB, as well
    "1.3.6.1.2.1.6",  # TCP-MIB: who is connected
    "1.3.6.1.2.1.7",  # UDP-MIB
    "1.3.6.1.2.1.14",  # OSPF-MIB: ospfIfAuthKey
    "1.3.6.1.2.1.15",  # BGP4-MIB: whole routing tables
    "1.3.6.1.2.1.16.9.1.1.5",  # RMON-MIB eventCommunity
    "1.3.6.1.2.1.25.4",  # HOST-RESOURCES-MIB hrSWRunTable: command lines
    "1.3.6.1.2.1.47.1.2",  # ENTITY-MIB entLogicalTable: entLogicalCommunity
    "1.3.6.1.2.1.92",  # NOTIFICATION-LOG-MIB
    "1.3.6.1.6.3.12",  # SNMP-TARGET-MIB: managers and their communities
    "1.3.6.1.6.3.13",  # SNMP-NOTIFICATION-MIB
    "1.3.6.1.6.3.15",  # SNMP-USER-BASED-SM-MIB: users
    "1.3.6.1.6.3.16",  # SNMP-VIEW-BASED-ACM-MIB: groups by community
    "1.3.6.1.6.3.18",  # SNMP-COMMUNITY-MIB
)
"""Never recorded, whoever asks: secrets, or tables without end."""


def wanted(driver: Driver, registry: Registry, sys_object_id: str, *, everything: bool) -> set[str]:
    """The subtrees that a recording of a device of this driver needs.

    Args:
        driver: Bound to the model.
        registry: Its probes are asked too, so that a replay chooses the same driver.
        sys_object_id: Of the device.
        everything: The vendor's whole enterprise subtree as well.
    """
    instances = {*registry.probes(sys_object_id), *_hardware(driver)}
    out = {*STANDARD, *_asked(driver), *map(_around, instances)}
    ids = numbers(sys_object_id) if sys_object_id else ()
    if everything and ids[: len(_ENTERPRISES)] == _ENTERPRISES and len(ids) > len(_ENTERPRISES):
        out.add(".".join(map(str, ids[: len(_ENTERPRISES) + 1])))
    return out


def _asked(driver: Driver) -> Iterator[str]:
    """Every column and scalar that the driver may ask of a device."""
    for fact in Fact:
        for table in tables_of(driver, fact) if fact is not Fact.ONT_LIGHT else ():
            yield from columns(table)
            yield from scalars_beside(table)
    for piece in JoinTable:
        yield from columns_of(piece, driver)


def over_omci(drivers: Iterable[Driver]) -> frozenset[str]:
    """Tables whose every row an OLT asks an ONT for: never recorded, whoever asks.

    Of a table that holds other things too, only those columns are left out.
    """
    out: set[str] = set()
    for driver in drivers:
        cheap = {column.rpartition(".")[0] for column in _asked(driver)}
        for column in (c for table in driver.ont_light for c in columns(table)):
            entry = column.rpartition(".")[0]
            out.add(column if entry in cheap else entry)
    return frozenset(out)


def _hardware(driver: Driver) -> Iterator[str]:
    hardware = driver.hardware
    for group in (hardware.model, hardware.firmware, hardware.serial_number, hardware.mac):
        yield from (source.oid for source in group if isinstance(source, Column))


def _around(instance: str) -> str:
    """A scalar's instance as it is; of a column's instance the column, which GETNEXT can read."""
    return instance if instance.endswith(".0") else instance.rpartition(".")[0]


def merged(subtrees: Iterable[str]) -> tuple[Index, ...]:
    """Subtrees in ascending order, none inside another.

    Raises:
        ValueError: One is no OID.
    """
    out: list[Index] = []
    for ids in sorted({numbers(oid) for oid in subtrees}):
        if not out or ids[: len(out[-1])] != out[-1]:
            out.append(ids)
    return tuple(out)


def in_turn(subtrees: Iterable[str]) -> tuple[Index, ...]:
    """Subtrees as they are best read: the system group first, which says whose rows they are.

    Raises:
        ValueError: One is no OID.
    """
    return tuple(sorted(merged(subtrees), key=lambda top: (top != _SYSTEM, top)))


def inside(oid: Index, tops: Iterable[Index]) -> Index | None:
    """The subtree that an OID stands in, or is."""
    return next((top for top in tops if oid[: len(top)] == top), None)


Row = tuple[Oid, Value]

_MOST_CHOKES = 5
"""Subtrees at which an agent may fall silent before it is left alone."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Bounds:
    """What a recording may cost.

    Attributes:
        requests_per_s: At most; an agent's processor switches packets too (field notes A11).
        rows, octets: After which the recording ends; octets of values and OIDs.
        subtree_rows: After which a subtree is cut and the next one begun.
    """

    requests_per_s: float = 20.0
    rows: int = 500_000
    octets: int = 64 << 20
    subtree_rows: int = 100_000


@dataclass(kw_only=True, slots=True)
class Walking:
    """How far a recording has come; for whoever watches.

    Attributes:
        at: The subtree that is being read.
        notes: What is not in the recording, and why.
        ended: Every subtree was read, up to what the notes say; so it is not when the bounds of
            the whole recording were reached.
    """

    rows: int = 0
    octets: int = 0
    at: str = ""
    number: int = 0
    subtrees: int = 0
    notes: list[str] = field(default_factory=list)
    ended: bool = False


class Pace:
    """Holds requests apart."""

    def __init__(self, per_s: float, clock: Callable[[], float] = time.monotonic) -> None:
        self._apart_s = 1 / per_s
        self._clock = clock
        self._next = clock()

    def pause_s(self) -> float:
        """How long to wait before the next request, which is then taken as sent."""
        now = self._clock()
        start = max(now, self._next)
        self._next = start + self._apart_s
        return start - now


class Recorder:
    """Reads subtrees of one device, row by row with their types.

    Args:
        conversation: With the device; its limits are those of its driver.
        take: Is given rows as they come; nothing of them is kept here.
        skipped: Subtrees that are left out.
        progress: What `walk` keeps up to date.
    """

    def __init__(
        self,
        conversation: SnmpConversation,
        take: Callable[[Sequence[Row]], None],
        *,
        bounds: Bounds,
        skipped: Sequence[Oid] = (),
        progress: Walking | None = None,
    ) -> None:
        self.progress = progress or Walking()
        self._conversation = conversation
        self._take = take
        self._bounds = bounds
        self._skipped = skipped
        self._pace = Pace(bounds.requests_per_s)
        self._slow = merged(conversation.limits.no_bulk)
        self._unordered = conversation.limits.unordered
        self._chokes = 0

    async def walk(self, subtrees: Sequence[Oid], after: Oid | None = None) -> None:
        """Read subtrees in turn, or what of them follows a row that was read before.

        Raises:
            DeviceError: The device has gone silent; what came before has been taken.
        """
        progress = self.progress
        progress.subtrees = len(subtrees)
        begun = subtrees.index(inside(after, subtrees) or subtrees[0]) if after else 0
        for progress.number, top in enumerate(subtrees[begun:], begun + 1):
            if inside(top, self._skipped):
                continue
            progress.at = dotted(top)
            within = after is not None and after[: len(top)] == top
            await self._subtree(top, after if after and within else _before(top))
            if self._is_full():
                return
        progress.ended = True

    async def _subtree(self, top: Oid, cursor: Oid) -> None:
        rows = 0
        seen: set[Oid] | None = set() if self._unordered else None
        while rows < self._bounds.subtree_rows and not self._is_full():
            page = await self._page(top, cursor, rows)
            if page is None:
                return None
            inner = [row for row in page.rows if row[0][: len(top)] == top]
            fresh = _fresh(inner, cursor, seen)
            kept = [row for row in fresh if not inside(row[0], self._skipped)]
            self._keep(kept)
            rows += len(kept)
            if len(fresh) < len(inner):
                return self._note(dotted(top), "rows that repeat or go back")
            if page.ended or len(inner) < len(page.rows):
                return None
            cursor = self._over(inner[-1][0])
        if rows >= self._bounds.subtree_rows:
            self._note(dotted(top), f"cut after {rows} rows")
        return None

    async def _page(self, top: Oid, cursor: Oid, rows: int) -> BulkPage | None:
        """The next rows; ``None`` where this subtree cannot be read any further.

        What is noted of it names no row: a row's index may hold somebody's address.

        Raises:
            DeviceError: Neither can anything else.
        """
        bulk = not any(_ahead(slow, top, cursor) for slow in self._slow)
        await asyncio.sleep(self._pace.pause_s())
        try:
            return await self._conversation.page(dotted(cursor), bulk=bulk)
        except SnmpTimeoutError:
            self._chokes += 1
            if self._chokes > _MOST_CHOKES or not await self._is_alive():
                raise
            self._note(dotted(top), f"the agent falls silent after {rows} rows")
        except (SnmpStatusError, SnmpProtocolError) as error:
            self._note(dotted(top), f"{error}, after {rows} rows")
        return None

    async def _is_alive(self) -> bool:
        await asyncio.sleep(self._pace.pause_s())
        return bool(await self._conversation.get([standard.SYS_UP_TIME]))

    def _keep(self, rows: Sequence[Row]) -> None:
        room = max(0, self._bounds.rows - self.progress.rows)
        taken = rows[:room]
        self.progress.rows += len(taken)
        self.progress.octets += sum(map(_octets, taken))
        if taken:
            self._take(taken)

    def _is_full(self) -> bool:
        progress, bounds = self.progress, self._bounds
        return progress.rows >= bounds.rows or progress.octets >= bounds.octets

    def _over(self, oid: Oid) -> Oid:
        """From where to go on: behind a subtree that is left out, instead of through it."""
        skipped = inside(oid, self._skipped)
        return (*skipped[:-1], skipped[-1] + 1) if skipped else oid

    def _note(self, where: str, what: str) -> None:
        self.progress.notes.append(f"{where}: {what}")


def _before(top: Oid) -> Oid:
    """What a subtree follows; a scalar's instance is not among what follows itself."""
    return top[:-1] if top[-1] == 0 else top


def _ahead(slow: Oid, top: Oid, cursor: Oid) -> bool:
    """Whether a GETBULK from here could run into rows that must be asked for singly."""
    overlaps = slow[: len(top)] == top or top[: len(slow)] == slow
    return overlaps and cursor < (*slow[:-1], slow[-1] + 1)


def _fresh(rows: Sequence[Row], cursor: Oid, seen: set[Oid] | None) -> list[Row]:
    """The rows up to the first that was there before (field notes A3)."""
    out = []
    for row in rows:
        if row[0] in seen if seen is not None else row[0] <= cursor:
            break
        if seen is not None:
            seen.add(row[0])
        cursor = row[0]
        out.append(row)
    return out


def _octets(row: Row) -> int:
    oid, (_, cell) = row
    return 3 * len(oid) + (len(cell) if isinstance(cell, bytes) else 8)


def subtrees_of(told: Sequence[str]) -> tuple[Oid, ...]:
    """Subtrees as somebody wrote them.

    Raises:
        ValueError: One is no OID, or one that nobody would mean (``1``).
    """
    for oid in told:
        if len(numbers(oid)) < 4:
            raise ValueError(f"{oid} is no subtree: it needs four numbers at least")
    return merged(told)
