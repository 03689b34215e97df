"""What is remembered of a device between readings, and how it is learnt at first contact."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime

from techinfo.collect.agent_limits import lowest
from techinfo.collect.registry import Registry
from techinfo.collect.steady import Sizes, Steady
from techinfo.collect.target import DeviceInfo, Target
from techinfo.collect.walking import Endless
from techinfo.driver import standard
from techinfo.driver.cells import Column
from techinfo.driver.convert import decode_text
from techinfo.driver.driver import Driver
from techinfo.driver.tables import FromDescr
from techinfo.driver.text import decode_lines
from techinfo.errors import SnmpProtocolError, WrongDeviceError
from techinfo.facts.build import FactPlan
from techinfo.facts.clock import OIDS as CLOCK_OIDS
from techinfo.facts.clock import Clock, clock
from techinfo.facts.joins import (
    Joins,
    JoinTable,
)
from techinfo.model import Device, Fact, Part, State
from techinfo.snmp.interface import Conversation
from techinfo.store.agent_limits import AgentKind
from techinfo.wire import Cell, Cells, SnmpLimits

_MOST_REPLUGS = 3
_MOST_OF_A_NAME = 200
_SURE_AT = 3
"""Ports for which an agent has said that it does not have an object at all."""
IDENTITY = (standard.SYS_DESCR, standard.SYS_OBJECT_ID, standard.SYS_NAME, *CLOCK_OIDS)
_COMING_AND_GOING = frozenset({Fact.LEASES, Fact.GROUPS, Fact.SHAPING})


@dataclass(kw_only=True, slots=True)
class Told:
    """What a device has told at once.

    Attributes:
        scalars: Instance that was asked for -> cell; ``None``: it was not there.
        columns: Column -> row index -> cell.
    """

    scalars: Mapping[str, Cell | None]
    columns: Cells = field(default_factory=dict)


@dataclass(kw_only=True)
class DeviceState:
    """One device, as it introduced itself.

    Attributes:
        driver: Bound to this model.
        plans: How each of its facts is read.
        met_at: When it introduced itself.
        clock: As it was read last.
        limits: What its agent has proven to stand; lowered as it chokes (field note A5).
        lacking: Facts whose tables agents of its kind do not have.
        often: Agents of its kind bear a request every second.
        joined: Pieces of `joins` that have been read.
        joined_at: When the first of them was read.
        tried: Pieces that could not be read to their end: when that was, and why.
        entities_changed: entLastChangeTime when the entities were read: a pluggable that is
            swapped changes them.
        unread: Instances of a piece whose values could not be read: the rest of it is there.
        replugs: How often they were read again because it had changed.
        bridge_before: Bridge ports as they were known before they were read again.
        steady: Moments told before.
        sizes: How many rows its tables had.
        endless: Columns in which no end was in sight.
        spares: Port -> the spare columns (`FactPlan.spare`) that it was asked for last, as others
            did not tell enough; under 0 those of the port that was asked last.
        absent: Columns of a link that are no objects of this agent, by its own word -> ports that
            were asked.
        present: Those that have answered for some port.
        not_there_kept: What of `not_there` is kept for another process.
        broken: Facts that the driver failed to read; each is logged once.
        in_contexts: It has answered in the context of a VLAN.
        mute: VLANs that did not answer in their context, and when.
        nameless: It has no system group.
        clocks: What told its time when it introduced itself.
        news: What it has told of itself and its numbers, for who remembers that (`met_before`).
        spelled: Name of a port -> how its command line spells it.
        by_command_line: Facts that its command line can tell.
        refused: Those of which it has known no command, and when.
        kind: What it has in common with all devices that run the same agent.
    """

    sys_object_id: str
    sys_descr: str
    sys_name: str | None
    driver: Driver
    plans: Mapping[Fact, FactPlan]
    hardware: Device
    met_at: datetime
    limits: SnmpLimits
    clock: Clock | None = None
    joins: Joins = field(default_factory=Joins)
    joined: set[JoinTable] = field(default_factory=set)
    joined_at: datetime | None = None
    tried: dict[JoinTable, tuple[datetime, str]] = field(default_factory=dict)
    unread: dict[JoinTable, tuple[str, ...]] = field(default_factory=dict)
    entities_changed: Cell | None = None
    replugs: int = 0
    bridge_before: Mapping[int, int] = field(default_factory=dict)
    steady: Steady = field(default_factory=Steady)
    sizes: Sizes = field(default_factory=Sizes)
    endless: Endless = field(default_factory=Endless)
    spares: dict[int, frozenset[str]] = field(default_factory=dict)
    absent: dict[str, set[int]] = field(default_factory=dict)
    present: set[str] = field(default_factory=set)
    not_there_kept: frozenset[str] = frozenset()
    broken: set[Fact] = field(default_factory=set)
    in_contexts: bool = False
    mute: dict[int, datetime] = field(default_factory=dict)
    lacking: frozenset[Fact] = frozenset()
    often: bool = False
    nameless: bool = False
    clocks: frozenset[str] = frozenset(CLOCK_OIDS)
    news: list[tuple[JoinTable | None, Told]] = field(default_factory=list)
    spelled: dict[str, str] = field(default_factory=dict)
    by_command_line: frozenset[Fact] = frozenset()
    refused: dict[Fact, datetime] = field(default_factory=dict)
    kind: AgentKind = field(init=False)

    def __post_init__(self) -> None:
        self.kind = AgentKind(
            driver=self.driver.name,
            model=_named(self.hardware.model or self.sys_object_id),
            software=_named(self.hardware.firmware or self.sys_descr),
        )

    def is_of(self, target: Target) -> bool:
        """Whether it is the device that a target names, read by the driver that it names."""
        is_named = not target.sys_name or self.sys_name == target.sys_name
        return is_named and target.driver in (None, "", self.driver.name)

    def forget_joins(self, *, renumbered: bool = True) -> None:
        """Read the numbers again when they are needed: they have changed, or have grown old."""
        self.bridge_before = {} if renumbered else self.joins.bridge
        self.joins, self.joined, self.joined_at, self.tried = Joins(), set(), None, {}
        self.unread, self.spares, self.absent = {}, {}, {}
        self.entities_changed, self.replugs = None, 0

    def forget_aggregates(self) -> None:
        """A port has joined an aggregate, or left one."""
        self.joins.memberships = {}
        for piece in (JoinTable.STACK, JoinTable.AGGREGATES):
            self.joined.discard(piece)
            self.tried.pop(piece, None)

    def forget_entities(self) -> None:
        """A module was plugged or pulled."""
        self.joined.discard(JoinTable.ENTITIES)
        self.tried.pop(JoinTable.ENTITIES, None)
        self.entities_changed = None
        self.replugs += 1

    @property
    def restless(self) -> bool:
        """Whether entLastChangeTime changes all the time, and so tells nothing."""
        return self.replugs > _MOST_REPLUGS

    @property
    def believed_clock(self) -> Clock | None:
        """The clock, unless ports that changed later than now say that it wrapped unseen (T1)."""
        at = self.clock
        doubted = at and at.wraps is None and at.is_ahead(self.joins.latest_change)
        return None if doubted else at

    def untold(self, fact: Fact, part: Part | None = None) -> bool:
        """Whether a fact is asked of the command line, as SNMP does not tell it.

        A table of rows that come and go, which no recording has ever shown with this driver, may
        be one that the agent does not have: there, SNMP's empty is none.

        Args:
            fact: Which.
            part: What came of it by SNMP; ``None``: it was not asked yet.
        """
        if fact not in self.by_command_line:
            return False
        if not self.plans[fact].tables or fact in self.lacking:
            return True
        if part is not None and part.state is State.UNSUPPORTED:
            return True
        proven = any(fact.value in facts for facts in self.driver.verified_by.values())
        is_empty = part is not None and part.state is State.EMPTY
        return is_empty and fact in _COMING_AND_GOING and not proven

    def is_swift(self, facts: Iterable[Fact]) -> bool:
        """Whether a port that is known can be asked these facts by GET alone."""
        if any(self.untold(fact) for fact in facts):
            return False
        told = [self.plans[fact] for fact in facts if fact is not Fact.DEVICE]
        needed = {JoinTable.INTERFACES}.union(*(plan.joins for plan in told))
        return needed <= self.joined and all(plan.single for plan in told)

    def note_absent(self, if_index: int, told: Mapping[str, bool]) -> None:
        """Remember what a port has told, or the agent does not know.

        Args:
            if_index: The port.
            told: Column -> ``False`` where the agent says that there is no such object.
        """
        for column, there in told.items():
            if there:
                self.present.add(column)
            else:
                self.absent.setdefault(column, set()).add(if_index)

    @property
    def not_there(self) -> frozenset[str]:
        """Columns that are not asked for until the numbers are read anew (`note_absent`)."""
        sure = {c for c, ports in self.absent.items() if len(ports) >= _SURE_AT}
        return frozenset(sure - self.present)  # some agents say so of a row that is not there

    def forget_to_ask(self, columns: Iterable[str]) -> None:
        """Take over from before what is not there."""
        self.absent.update((column, set(range(-_SURE_AT, 0))) for column in columns)
        self.not_there_kept = self.not_there

    def unread_for(self, plan: FactPlan, if_index: int | None) -> list[str]:
        """Instances that could not be read, without which a fact's rows may lack their port.

        A port's own names are told with its link; those of other ports are nothing to it.

        Args:
            plan: The fact.
            if_index: The port that is asked for; ``None``: all.
        """
        lost = self._unread_in(plan.joins - {JoinTable.INTERFACES})
        if plan.fact is not Fact.LINK:
            return lost
        tail = "" if if_index is None else f".{if_index}"
        names = self._unread_in({JoinTable.INTERFACES})
        return [oid for oid in (*names, *lost) if oid in lost or oid.endswith(tail)]

    def _unread_in(self, pieces: Collection[JoinTable]) -> list[str]:
        return [oid for p in JoinTable if p in pieces for oid in self.unread.get(p, ())]

    def part(self, now: datetime) -> Part:
        """The state of what the element says of itself."""
        if not self.nameless:
            return Part(state=State.OK, read_at=now)
        cause = f"no system group; read as the {self.driver.name} driver does"
        return Part(state=State.FAILED, read_at=now, cause=cause, code="element_error")

    def unsupported(self, fact: Fact) -> Part:
        """The state of a fact that has no tables here."""
        cause = "no table of its driver tells this"
        if fact in self.lacking:
            cause = "this model and software do not have its tables"
        return Part(state=State.UNSUPPORTED, cause=cause, code="not_available_here")

    def info(self) -> DeviceInfo:
        """Who it is, and what it can tell."""
        tells = frozenset(plan.fact for plan in self.plans.values() if plan.tables)
        return DeviceInfo(
            driver=self.driver.name,
            tells=tells | self.by_command_line,
            lacking=self.lacking - self.by_command_line,
            often=self.often,
        )

    def device(self) -> Device:
        """The element with its present uptime."""
        at = self.believed_clock
        dial = self.clock.dial_since if self.clock is not None else None
        since, boot = (at.up_since, at.boot) if at is not None else (None, None)
        return replace(self.hardware, up_since=since, agent_since=boot, dial_since=dial)

    @property
    def clock_oids(self) -> tuple[str, ...]:
        """What tells its time: sysUpTime, and what else has told it at the first contact."""
        return tuple(oid for oid in CLOCK_OIDS if oid in self.clocks or oid == CLOCK_OIDS[0])

    def tick(self, cells: Mapping[str, Cell], now: datetime) -> bool:
        """Take over the device's clock; says whether it has started anew since the last time."""
        read = clock(cells, now, trusted=self.driver.clock, before=self.clock)
        self.clock = read or self.clock
        return read is not None and read.restarted


async def contact(
    conversation: Conversation, target: Target, registry: Registry, now: datetime
) -> DeviceState:
    """Ask a device who it is and choose its driver.

    Raises:
        SnmpTimeoutError: It stays silent.
        SnmpProtocolError: It answers, and has no system group that it shows.
        WrongDeviceError: Its sysName is not the one of the inventory.
        DriverError: No driver, or not the one that was asked for.
    """
    opened = conversation.limits
    cells = await conversation.get(IDENTITY)
    if not cells and not target.nameless:
        why = "answers, but shows no system group: its view may leave it out"
        raise SnmpProtocolError(why, address=target.host)
    heard: dict[str, Cell | None] = {**dict.fromkeys(IDENTITY), **cells}
    told = cells.get(standard.SYS_DESCR)
    descr = decode_lines(told) if isinstance(told, bytes) else ""
    raw_id = cells.get(standard.SYS_OBJECT_ID)
    told_id = ".".join(map(str, raw_id)) if isinstance(raw_id, tuple) else ""
    sys_object_id = told_id or target.assumed_id
    sys_name = _text(cells.get(standard.SYS_NAME)) or None
    check_name(target, sys_name)
    if target.driver:
        chosen = registry.named(target.driver)
    else:
        probes = registry.probes(sys_object_id)
        probed = await conversation.get(probes) if probes else {}
        heard |= {**dict.fromkeys(probes), **probed}
        chosen = registry.choose(sys_object_id, descr, probed)
    platform = registry.platform(chosen, sys_object_id)
    driver = platform.driver
    conversation.limits = lowest(driver.limits, conversation.limits)
    asked = _hardware_oids(driver)
    chassis = await conversation.get(asked) if asked else {}
    hardware = _hardware(chassis, driver, descr, sys_object_id, sys_name)
    conversation.limits = _stood(driver.limits, opened, conversation.limits)
    known = DeviceState(
        sys_object_id=sys_object_id,
        sys_descr=descr,
        sys_name=sys_name,
        driver=driver,
        plans=platform.plans,
        met_at=now,
        limits=conversation.limits,
        hardware=hardware,
        nameless=not cells,
        clocks=frozenset(cells.keys() & set(CLOCK_OIDS)),
    )
    known.tick(cells, now)
    known.news.append((None, Told(scalars={**heard, **dict.fromkeys(asked), **chassis})))
    return known


def _stood(most: SnmpLimits, opened: SnmpLimits, ended: SnmpLimits) -> SnmpLimits:
    """The driver's limits; with fewer varbinds where the agent has choked on its first GETs."""
    choked = ended.varbinds < min(most.varbinds, opened.varbinds)
    return replace(most, varbinds=ended.varbinds) if choked else most


def check_name(target: Target, sys_name: str | None) -> None:
    """The device at this address must be the one that the inventory names.

    Raises:
        WrongDeviceError: It is another one.
    """
    if target.sys_name and sys_name != target.sys_name:
        raise WrongDeviceError(
            "another device answers at this address",
            expected=target.sys_name,
            found=sys_name or "",
            address=target.host,
        )


def _named(words: str) -> str:
    """In one line that can be shown and compared; some sysDescr are a page."""
    return " ".join(words.split())[:_MOST_OF_A_NAME]


def _text(cell: Cell | None) -> str:
    return decode_text(cell) if isinstance(cell, bytes) else ""


def _hardware_oids(driver: Driver) -> list[str]:
    hardware = driver.hardware
    wanted = [hardware.model, hardware.firmware, hardware.serial_number, hardware.mac]
    oids = [s.oid for group in wanted for s in group if isinstance(s, Column)]
    return list(dict.fromkeys(oids))


def _hardware(
    cells: Mapping[str, Cell], driver: Driver, descr: str, sys_object_id: str, name: str | None
) -> Device:
    hardware = driver.hardware

    def first(group: tuple[Column[str] | FromDescr, ...]) -> str | None:
        for source in group:
            if isinstance(source, FromDescr):
                found = re.search(source.pattern, descr)
                value = (found[1] or "").strip() if found else None
            else:
                cell = cells.get(source.oid)
                convert = source.convert
                value = convert(cell) if cell is not None and callable(convert) else None
            if value:
                return value
        return None

    return Device(
        name=name,
        description=descr or None,
        sys_object_id=sys_object_id or None,
        vendor=driver.vendor or None,
        model=first(hardware.model),
        firmware=first(hardware.firmware),
        serial_number=first(hardware.serial_number),
        mac=first(hardware.mac),
    )
