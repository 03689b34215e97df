"""One visit to a device: the driver's tables are read, for one port or for all, and made facts."""

from __future__ import annotations

import logging
from collections.abc import Callable, Collection, Coroutine, Iterable, Mapping
from dataclasses import KW_ONLY, dataclass, field, replace
from datetime import datetime, timedelta
from math import inf
from typing import Any

from techinfo.collect.command_line.asking import CliVisit, CommandLines
from techinfo.collect.device_state import DeviceState
from techinfo.collect.identity import (
    PluggedError,
    RegroupedError,
    RestartedError,
    check_device,
    check_group,
    check_port,
    find,
    instances,
    is_replugged,
)
from techinfo.collect.joining import INTERFACES, join
from techinfo.collect.ont_reads import OntReads
from techinfo.collect.reads import read_moving, read_rows, read_tables, reading_of
from techinfo.collect.single import instances_of, read_single
from techinfo.collect.steady import MOMENTS
from techinfo.collect.target import Reading, Target
from techinfo.collect.walking import unread_cause
from techinfo.driver import standard
from techinfo.errors import (
    DeviceError,
    DeviceUnreachableError,
    PortNotUniqueError,
    SnmpProtocolError,
    SnmpStatusError,
    SnmpTimeoutError,
    WrongPortError,
)
from techinfo.facts.aggregates import AGGREGATED
from techinfo.facts.build import Built, FactPlan, Read, build, failed, moving
from techinfo.facts.clock import Clock
from techinfo.facts.joins import JoinTable
from techinfo.model import Fact, Part, Port, State
from techinfo.snmp.interface import Conversation
from techinfo.wire import Cell

_log = logging.getLogger(__name__)
_CLOCKS_APART = 500
"""Ticks between the clocks of a stack that answers now from one and now from another."""
_JOINS_FOR = timedelta(hours=1)
"""How long numbers are believed; a port's own are checked in every answer anyway."""


class NeedsWalkError(Exception):
    """A visit that was to be a few GETs must read numbers anew, and wait for its turn."""


@dataclass(slots=True)
class Visit:
    """A conversation with one device about some facts.

    Attributes:
        patient: A device that stays silent when asked for rows is asked once more who it is. Not
            so when it was silent before.
        get_only: It goes beside another visit, whose numbers it must not touch.
        ticks: sysUpTime as it was read last in this visit.
        asked: IfIndex of the one port that is asked for.
        gone: After a silence it did not even tell its uptime: it is left alone (field note A1).
        grouped: Something is asked that may stand on the port's aggregate.
        before_light: Told how many ONTs will be asked over OMCI, before the first one is.
        command_lines: Whoever has sessions; ``None``: command lines are not asked.
        until: When whoever asks is let go, by `time.monotonic`.
    """

    conversation: Conversation
    target: Target
    known: DeviceState
    now: datetime
    _: KW_ONLY
    patient: bool = True
    get_only: bool = False
    command_lines: CommandLines | None = None
    until: float = inf
    ticks: int | None = None
    asked: int | None = None
    silent: int = 0
    gone: bool = False
    grouped: bool = False
    before_light: Callable[[int], None] = lambda _: None
    parts: dict[Fact, Part] = field(default_factory=dict)
    values: dict[Fact, Mapping[int, Any]] = field(default_factory=dict)
    whole: set[Fact] = field(default_factory=set)
    onts: OntReads = field(init=False)

    def __post_init__(self) -> None:
        self.onts = OntReads(
            self.conversation, self.known, self.target.ont, self.now, self.before_light
        )

    async def read(self, wanted: Collection[Fact]) -> Reading:
        """Facts of the port that the target names, or of all ports.

        Raises:
            DeviceError: As `one_port`.
            RestartedError: It must introduce itself again.
        """
        facts = [fact for fact in Fact if fact in wanted]
        reading = await (self.one_port(facts) if self.target.port_name else self.all_ports(facts))
        if self.command_lines is None or self.gone:
            return reading
        left = [fact for fact in facts if self.known.untold(fact, self.parts.get(fact))]
        port_facts = reading.port if Fact.PROTECTION in left else None
        if port_facts is not None and port_facts.link is not None and port_facts.link.up:
            left.remove(Fact.PROTECTION)  # it closes nothing here
        if not left:
            return reading
        if self.get_only:  # it goes beside another visit, and a device has one conversation
            raise NeedsWalkError
        number, listed = reading.if_index, self.known.joins.ports
        port = None if number is None else listed.get(number, Port(if_index=number))
        at = CliVisit(self.target, self.known, port, self.now, self.until)
        found, whole = await self.command_lines.read(at, left)
        for fact, built in found.items():
            self.values[fact], self.parts[fact] = built.ports, built.part
            is_kept = fact in whole and built.part.state is not State.FAILED
            self.whole = self.whole | {fact} if is_kept else self.whole - {fact}
        return self._reading(
            reading.if_index, self._with_aggregate(port) if port else self._known_ports()
        )

    async def read_again(self, wanted: Collection[Fact]) -> Reading:
        """The same after the device has started anew.

        Raises:
            DeviceError: As `read`, and when it has started anew once more.
        """
        try:
            return await self.read(wanted)
        except RestartedError as e:
            why = "the element starts anew again and again"
            raise SnmpProtocolError(why, address=self.target.host) from e

    async def all_ports(self, facts: Iterable[Fact]) -> Reading:
        """Whole tables. A fact that fails leaves the others alone.

        Raises:
            DeviceError: The device stays silent from the start, or is another one.
            RestartedError: It must introduce itself again.
        """
        if self.known.met_at != self.now:
            cells = await self.conversation.get(instances(self.known))
            self._arrive(cells)
            if is_replugged(self.known, cells):
                self.known.forget_entities()
        self._forget_old_joins()
        asked = self._asked(facts)
        if asked:
            await join(self.conversation, self.known, INTERFACES, self.now)
        for plan in asked:
            await self._guarded(plan, self._walked(plan, None))
        if asked:
            await self._stayed(None)
        return self._reading(None, self._known_ports())

    async def one_port(self, facts: Iterable[Fact]) -> Reading:
        """One port: its rows by GET where the port names them, a walk where it does not.

        Raises:
            DeviceError: The device stays silent from the start, or is another one.
            WrongPortError: The port is not there, under any number.
            PortNotUniqueError: Several have its name.
            RestartedError: It must introduce itself again.
        """
        asked = tuple(facts)
        self.grouped = not AGGREGATED.isdisjoint(asked)
        if self.get_only:
            return await self._one_port_beside(asked)
        self._forget_old_joins()
        try:
            return await self._one_port(asked)
        except PluggedError:
            self.known.forget_entities()
        except RegroupedError:
            self.known.forget_aggregates()
        except (WrongPortError, PortNotUniqueError):
            # The numbers that were remembered no longer fit: read them again, once (I1).
            if self.known.joined_at == self.now:
                raise
            self.known.forget_joins()
        self.parts, self.values, self.whole = {}, {}, set()
        self.onts.known_indexes = None
        return await self._one_port(asked, again=True)

    async def _one_port_beside(self, asked: tuple[Fact, ...]) -> Reading:
        """One port by GET alone, while another visit may walk.

        Raises:
            SlowError: Numbers are not known, or have changed.
        """
        if self._are_joins_old() or not self.known.is_swift(asked):
            raise NeedsWalkError
        try:
            return await self._one_port(asked)
        except (PluggedError, RegroupedError, WrongPortError, PortNotUniqueError) as e:
            raise NeedsWalkError from e

    def _are_joins_old(self) -> bool:
        joined_at = self.known.joined_at
        return joined_at is not None and self.now - joined_at > _JOINS_FOR

    def _forget_old_joins(self) -> None:
        if self._are_joins_old():
            self.known.forget_joins(renumbered=False)

    async def _one_port(self, asked: tuple[Fact, ...], *, again: bool = False) -> Reading:
        facts = self._asked(asked)
        port = await find(self.conversation, self.known, self.target, self.now)
        if_index = self.asked = port.if_index
        single = [f for f in facts if f.single and await self._joined(f)]
        await self._single_rows(port, single, again=again)
        walked = [f for f in facts if f.fact not in self.parts]
        for f in walked:
            if f.fact not in self.parts:
                await self._guarded(f, self._walked(f, if_index))
        if walked:
            await self._stayed(port, again=again)
        return self._reading(if_index, self._with_aggregate(port))

    def _with_aggregate(self, port: Port) -> dict[int, Port]:
        """A port, and the aggregate that rows of it may stand on."""
        joins, aggregate = self.known.joins, None
        if self.grouped and joins.memberships:
            aggregate = joins.ports.get(joins.aggregate_of(port.if_index) or 0)
        return {p.if_index: p for p in (port, aggregate) if p is not None}

    async def _joined(self, plan: FactPlan) -> bool:
        """Whether the joins of a fact are there; else it has failed."""
        if not plan.joins <= self.known.joined:
            try:
                await join(self.conversation, self.known, plan.joins, self.now)
            except DeviceError as e:
                await self._fail(plan.fact, e)
        return plan.fact not in self.parts

    def _asked(self, facts: Iterable[Fact]) -> tuple[FactPlan, ...]:
        """The facts that this platform can tell; the others are unsupported at once."""
        out = []
        for fact in facts:
            if fact is Fact.DEVICE:
                self.parts[fact] = self.known.part(self.now)
            elif self.known.plans[fact].tables and fact not in self.known.lacking:
                out.append(self._plan(fact))
            else:
                self.parts[fact] = self.known.unsupported(fact)
        return tuple(out)

    def _plan(self, fact: Fact) -> FactPlan:
        plan = self.known.plans[fact]
        return moving(plan) if fact is Fact.LINK and self.target.moving else plan

    def _arrive(self, cells: Mapping[str, Cell]) -> None:
        """Check who answers; take over its clock.

        Raises:
            WrongDeviceError: The device's name is not the one it had, or the one it must have.
            RestartedError: It may be another device or another software by that name.
        """
        check_device(self.target, self.known, cells)
        ticks = cells.get(standard.SYS_UP_TIME)
        if self.ticks is None and self.known.met_at == self.now and self.known.clock:
            self.ticks = self.known.clock.ticks
        if self.ticks is None:
            restarted = self.known.tick(cells, self.now)
        else:
            # Read before in this visit. How long that took nobody has measured; it only runs on.
            restarted = isinstance(ticks, int) and ticks < self.ticks - _CLOCKS_APART
        if restarted:
            raise RestartedError
        self.ticks = ticks if isinstance(ticks, int) else self.ticks

    async def _stayed(self, port: Port | None, *, again: bool = False) -> None:
        """Rows that were walked are those of this device and port only if it has not changed since.

        Raises:
            DeviceError: As `_arrive`, and when another port stands under the number now (I1).
        """
        if self.gone:
            return
        try:
            number = port.if_index if port else None
            oids = instances(self.known, number, grouped=self.grouped, wanted=self.target.port_name)
            cells = await self.conversation.get(oids)
        except (SnmpTimeoutError, DeviceUnreachableError):
            self.gone = True
            return
        self._arrive(cells)
        if port is not None:
            check_port(self.target, port, cells)
            if self.grouped:
                check_group(self.known, port, cells, again=again)

    async def _single_rows(self, port: Port, facts: list[FactPlan], *, again: bool) -> None:
        """GET who answers, which port this is, and all single rows, in one go."""
        if_index = port.if_index
        wanted = instances_of(facts, if_index, self.known.joins)
        names = instances(self.known, if_index, grouped=self.grouped, wanted=self.target.port_name)
        try:
            cells, laid = await read_single(self.conversation, self.known, wanted, if_index, names)
        except (SnmpTimeoutError, SnmpStatusError, SnmpProtocolError):
            if not facts or not self.patient:
                raise
            if self.get_only:
                raise NeedsWalkError from None
            # It may be one of the rows that the agent chokes on: whoever answers alone is there.
            cells = await self.conversation.get(names)
            self._is_at(port, cells, again=again)
            for f in facts:
                await self._guarded(f, self._rows(f, if_index))
            return
        self._is_at(port, cells, again=again)
        unread = self.conversation.counted.unread
        clock = self.known.believed_clock
        for f, read in wanted.sorted_in(cells, unread):
            read.laid = laid.get(f.fact)
            self._build(f, read, clock)

    def _is_at(self, port: Port, cells: Mapping[str, Cell], *, again: bool) -> None:
        self._arrive(cells)
        check_port(self.target, port, cells)
        if self.grouped:
            check_group(self.known, port, cells, again=again)
        if is_replugged(self.known, cells) and not again:
            raise PluggedError

    async def _guarded(self, plan: FactPlan, reading: Coroutine[Any, Any, Read]) -> None:
        """Await one fact; its failure is its own, and a second silence ends the visit."""
        if self.gone or self.silent > 1:
            reading.close()
            silence = SnmpTimeoutError("not asked: the element went silent")
            self.parts[plan.fact] = failed(silence, self.now)
            return
        try:
            read = await reading
            clock = self.known.believed_clock
            if self._build(plan, read, clock) and await self._learn_carried():
                self._build(plan, read, clock)
        except DeviceError as e:
            await self._fail(plan.fact, e)

    async def _learn_carried(self) -> bool:
        """Whether what tells whose the rows without a port can be was not known before, and is."""
        carried = frozenset({JoinTable.CARRIED})
        if carried <= self.known.joined:
            return False
        try:
            return not await join(self.conversation, self.known, carried, self.now)
        except SnmpTimeoutError:
            self.silent += 1
            self.gone = not await self._lives()
            return False  # then they may be anybody's
        except DeviceError:
            return False

    async def _fail(self, fact: Fact, error: DeviceError) -> None:
        """A fact has failed; whether the device outlived it is asked at once."""
        self.parts[fact] = failed(error, self.now)
        if isinstance(error, SnmpTimeoutError):
            self.silent += 1
            self.gone = not await self._lives()

    async def _lives(self) -> bool:
        try:
            await self.conversation.get([standard.SYS_UP_TIME])
        except DeviceError as e:
            return not isinstance(e, SnmpTimeoutError | DeviceUnreachableError)
        return True

    def _walked(self, plan: FactPlan, if_index: int | None) -> Coroutine[Any, Any, Read]:
        """Rows of a fact that the number of a port alone does not name."""
        if plan.fact is Fact.ONT_LIGHT:
            return self.onts.light(if_index, self.values.get(Fact.ONTS, {}))
        if plan.fact is Fact.ONTS and (index := self.onts.index(if_index)):
            return self.onts.row(index)
        if plan.fact is Fact.UNREGISTERED:
            return self.onts.waiting()
        if plan.fact is Fact.LINK and self.target.moving and if_index is None:
            return read_moving(self.conversation, self.known, plan, self.now)
        if plan.under and if_index is not None:
            return self._rows(plan, if_index)
        vlans, now = self.target.vlans, self.now
        return read_tables(self.conversation, self.known, plan, vlans, now, if_index=if_index)

    def _rows(self, plan: FactPlan, if_index: int) -> Coroutine[Any, Any, Read]:
        return read_rows(self.conversation, self.known, plan, if_index, self.now)

    def _build(self, plan: FactPlan, read: Read, clock: Clock | None) -> bool:
        """Make a fact of what was read; whether some rows have found no port."""
        fact, known = plan.fact, self.known
        try:
            built = self._built(plan, read, clock)
        except Exception:  # noqa: BLE001 - a driver's hooks run here: their fault is one fact's
            if fact not in known.broken:
                known.broken.add(fact)
                _log.exception("driver %s fails at %s", known.driver.name, fact)
            cause = "the driver cannot read what the element answers"
            self.parts[fact] = Part(
                state=State.FAILED, read_at=self.now, cause=cause, code="driver_error"
            )
            return False
        self.values[fact], self.parts[fact] = built.ports, built.part
        if read.whole:
            self.whole.add(fact)
        return built.lost

    def _built(self, plan: FactPlan, read: Read, clock: Clock | None) -> Built:
        known, now = self.known, self.now
        if not read.partial and any(known.unread.values()):
            read.partial = unread_cause(known.unread_for(plan, self.asked))
        if read.whole and not read.partial:
            read.partial = known.sizes.shrunk(plan.fact, read.cells, now)
        built = build(plan, read, known.joins, clock, now)
        if plan.fact is Fact.ONTS:
            self.onts.note(read)
        if plan.fact not in MOMENTS:
            return built
        return replace(built, ports=known.steady.told(plan.fact, built.ports, now))

    def everything(self) -> Reading:
        """What the walks of a one-port visit told of all ports, by the way."""
        reading = self._reading(None, self._known_ports())
        return replace(reading, parts={f: p for f, p in reading.parts.items() if f in self.whole})

    def _known_ports(self) -> dict[int, Port]:
        """Every interface, and those that only a row of some table knows."""
        known, told = self.known.joins, self.values.values()
        others = {n: Port(if_index=n) for found in told for n in found if n not in known.ports}
        return {n: p for n, p in (known.ports | others).items() if n not in known.parents}

    def _reading(self, if_index: int | None, ports: Mapping[int, Port]) -> Reading:
        parts = dict(self.parts)
        if if_index is not None:
            parts |= {f: part.of_port(if_index) for f, part in parts.items() if part.spared}
        told = reading_of(self.conversation, self.target, self.known, self.values, ports)
        return replace(told, if_index=if_index, parts=parts)
