"""Facts of a device from its command line: which platform it has, what is asked, how it went."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from math import inf
from typing import Final, Protocol

from techinfo.collect.command_line.placing import KINDS, Ports, placed, within
from techinfo.collect.device_state import DeviceState
from techinfo.collect.registry import platforms_of_drivers
from techinfo.collect.target import CommandLine, Target
from techinfo.driver.cli import CliDevice, CliPlatform, CliPort, CliPortVlan, CliProtection, CliRow
from techinfo.driver.protection_words import OPEN
from techinfo.error_codes import Code
from techinfo.errors import (
    AddressNotAllowedError,
    ConfigError,
    DeviceUnreachableError,
    DriverError,
    SshBusyError,
    SshClosedError,
    SshHostKeyError,
    SshLoginError,
    SshModeError,
    SshTimeoutError,
    TechinfoError,
)
from techinfo.facts.build import Built, Read, of_rows
from techinfo.if_types import ETHERNET_TYPES
from techinfo.model import CLI, Fact, Part, Port, State
from techinfo.ssh.cli_reading import PARTS, CliPart, CliReading
from techinfo.ssh.sessions.commands import is_askable
from techinfo.ssh.sessions.dialogue import Asked
from techinfo.ssh.sessions.reading import ONE_BY_ONE, Asks, read_rows
from techinfo.ssh.sessions.target import SshTarget


class TestsCables(Protocol):
    """Whoever has sessions in which a cable may be tested: `SshPool`."""

    async def test_cable(self, target: SshTarget, port: str) -> tuple[Asked, ...]:
        """See `SshPool.test_cable`."""


_log = logging.getLogger(__name__)
_LATE: Final = "its command line does not answer in time"
_CAUSES: Final[Mapping[type[Exception], tuple[str, Code]]] = {
    SshLoginError: ("its command line refuses the log-in", Code.ELEMENT_REFUSES),
    SshHostKeyError: ("its host key is not the one that is known", Code.ELEMENT_REFUSES),
    SshBusyError: ("its command line has no room, and is left alone", Code.ELEMENT_SLOW),
    SshTimeoutError: (_LATE, Code.ELEMENT_SLOW),
    SshClosedError: ("its command line has ended the session", Code.ELEMENT_ERROR),
    SshModeError: ("its command line is none that can be asked", Code.ELEMENT_ERROR),
    DeviceUnreachableError: ("its command line cannot be reached", Code.ELEMENT_ERROR),
    AddressNotAllowedError: ("the log-in may not be sent there", Code.ADDRESS_NOT_ALLOWED),
    ConfigError: ("its log-in is not configured", Code.ELEMENT_ERROR),
    DriverError: ("no driver knows its command line", Code.NOT_SUPPORTED),
}
"""Error -> its cause, without what a device said, and its published code."""
_ENDED = "its command line could not be asked", Code.ELEMENT_ERROR


_INNER: Final = "of some VLANs only the outer tag is told"
_REFUSED_FOR: Final = timedelta(hours=1)
"""A device that knows no command for a fact is not asked for so long: its software may change."""
_MARGIN_S: Final = 0.3
"""Between the end of a question to a command line and that of whoever waits for all facts."""


@dataclass(frozen=True, slots=True)
class CliVisit:
    """A device, and what of it is asked.

    Attributes:
        target: Has a `CommandLine`.
        known: Its ports as SNMP numbers and names them, and its driver.
        port: The one that is asked for; ``None``: all.
        until: When whoever asks is let go, by `time.monotonic`.
    """

    target: Target
    known: DeviceState
    port: Port | None
    now: datetime
    until: float

    def spelling(self, in_name: str = "") -> str | None:
        """The port as a command may name it; ``None``: all ports have to be asked.

        A name with a word in front (``Gi1/0/7``) is the device's own. One of numbers alone may be
        spelt otherwise there, and a command for a port that is none may print an empty table.
        """
        joins = self.known.joins
        if self.port is None or joins.aggregate_of(self.port.if_index) is not None:
            return None
        name = self.port.called or ""
        if in_name:
            return within(in_name, name)
        return self.known.spelled.get(name) or (name if name[:1].isalpha() else None)

    def is_refused(self, fact: Fact) -> bool:
        """Whether the device has known no command for a fact, not long ago."""
        at = self.known.refused.get(fact)
        return at is not None and self.now - at < _REFUSED_FOR

    def learn(self, rows: Iterable[CliRow]) -> None:
        """Remember how ports are spelt."""
        ports, known = Ports(self.known.joins), self.known
        for row in rows:
            number = ports.named(row.port)
            port = known.joins.ports.get(number) if number is not None else None
            if port is not None and port.called:
                known.spelled[port.called] = row.port


@dataclass(kw_only=True)
class CommandLines:
    """Whoever has sessions, and which platform a driver's devices have.

    Attributes:
        pool: Has the sessions; see `techinfo.ssh.sessions.pool`.
        platforms: By name.
        check: Says whether a device may be logged in to, by an `AddressNotAllowedError`.
        tester: Has sessions in which a cable may be tested; ``None``: none is.
        test_login: The log-in that does it.
    """

    pool: Asks
    platforms: Mapping[str, CliPlatform]
    check: Callable[[Target], None] = lambda _target: None
    tester: TestsCables | None = None
    test_login: str = ""
    _of_driver: dict[str, CliPlatform | None] = field(init=False)

    def __post_init__(self) -> None:
        self._of_driver = platforms_of_drivers(self.platforms)

    def platform(self, line: CommandLine, driver: str) -> CliPlatform | None:
        """The one that the inventory names, else that of the driver; ``None``: nobody knows."""
        if line.platform:
            return self.platforms.get(line.platform)
        return self._of_driver.get(driver)

    def tells(self, line: CommandLine | None, driver: str) -> frozenset[Fact]:
        """The facts that a device's command line can tell."""
        platform = self.platform(line, driver) if line is not None else None
        if platform is None or platform.session is None:
            return frozenset()
        told = {table.kind for table in platform.tables if is_askable(table)}
        return frozenset(fact for fact, kinds in KINDS.items() if told & set(kinds))

    def where(self, target: Target, platform: CliPlatform) -> SshTarget:
        """How the command line of a target is reached, which has one."""
        line = target.command_line
        assert line is not None  # noqa: S101 - or it would have no platform
        return SshTarget(
            element=target.element,
            host=target.host,
            platform=platform.names[0],
            port=line.port,
            login=line.login,
            host_key=line.host_key,
            old=line.old,
        )

    async def read(
        self, visit: CliVisit, facts: Collection[Fact]
    ) -> tuple[dict[Fact, Built], frozenset[Fact]]:
        """Facts by port, and of which of them those of all ports were asked.

        Nothing is raised: an error is that of the facts. Whoever is late is not waited for.

        Args:
            visit: Whom to ask, and when.
            facts: Those that `tells` has of the device.
        """
        line = visit.target.command_line
        platform = self.platform(line, visit.known.driver.name) if line else None
        if line is None or platform is None:
            return {}, frozenset()
        spelling = visit.spelling(platform.in_name)
        refused = {fact: _UNKNOWN for fact in facts if visit.is_refused(fact)}
        facts = [fact for fact in facts if fact not in refused]
        if not facts:
            return refused, frozenset()
        kinds = [kind for fact in facts for kind in KINDS[fact]]
        try:
            told = await self._in_time(visit, platform, kinds, spelling)
        except TechinfoError as error:
            failed = _all_failed(visit.target.element, facts, error, visit.now)
            return refused | failed, frozenset()
        if not platform.in_name:
            visit.learn(told.rows)
        narrow = {
            table.kind
            for table in platform.tables
            if table.dear or (table.one_port and spelling is not None)
        }
        whole = frozenset(f for f in facts if narrow.isdisjoint(KINDS[f]))
        built = refused | {fact: _built(fact, told, visit, platform.in_name) for fact in facts}
        visit.known.refused.update((fact, visit.now) for fact in facts if built[fact] is _UNKNOWN)
        closed = (t for t in platform.tables if t.kind is CliProtection and t.lists_closed)
        if Fact.PROTECTION in built and any(closed):
            built[Fact.PROTECTION] = _others_open(built[Fact.PROTECTION], visit)
        return built, whole

    async def list_ports(self, visit: CliVisit) -> tuple[list[CliPort], CliPart, CliDevice | None]:
        """The ports of a device, each with its link, the state of that list, and who it is.

        Raises:
            DeviceError: It could not be had, or names no port.
            DriverError: Nobody knows its command line.
        """
        line = visit.target.command_line
        platform = self.platform(line, visit.known.driver.name) if line else None
        if line is None or platform is None:
            raise DriverError("no driver knows its command line")
        kinds: list[type[CliRow]] = [CliPort, CliDevice]
        told = await self._in_time(visit, platform, kinds, None)
        part = told.parts[PARTS[CliPort]]
        if part.error is not None:
            raise part.error
        rows = [row for row in told.rows if isinstance(row, CliPort)]
        if not rows:
            raise SshModeError("its command line names no port", address=visit.target.host)
        device = next((row for row in told.rows if isinstance(row, CliDevice)), None)
        return rows, part, device

    def links(self, rows: Sequence[CliPort], part: CliPart, visit: CliVisit) -> Built:
        """The links of a list of ports."""
        told = CliReading(rows=list(rows), parts={PARTS[CliPort]: part})
        return _built(Fact.LINK, told, visit, "")

    async def _in_time(
        self,
        visit: CliVisit,
        platform: CliPlatform,
        kinds: Sequence[type[CliRow]],
        spelling: str | None,
    ) -> CliReading:
        """What is told before whoever asks is let go."""
        where = self.where(visit.target, platform)
        left_s = visit.until - time.monotonic() - _MARGIN_S
        self.check(visit.target)
        try:
            async with asyncio.timeout(None if left_s == inf else max(0.0, left_s)):
                return await self._told(where, platform, kinds, spelling, visit.target.ont)
        except TimeoutError as late:
            if isinstance(late, SshTimeoutError):
                raise
            raise SshTimeoutError(_LATE, address=where.host) from late

    async def _told(
        self,
        where: SshTarget,
        platform: CliPlatform,
        kinds: Sequence[type[CliRow]],
        spelling: str | None,
        ont: int | None,
    ) -> CliReading:
        told = await read_rows(self.pool, where, platform, kinds, spelling, ont)
        unknown = {n for n, part in told.parts.items() if part.state is State.UNSUPPORTED}
        of_one = {table.kind for table in platform.tables if table.one_port and not table.dear}
        again = [kind for kind in kinds if PARTS[kind] in unknown and kind in of_one]
        if spelling is None or not again:
            return told
        # It may not know the command for one port, or the port by that name: so ask for all.
        more = await read_rows(self.pool, where, platform, again, None)
        return CliReading(rows=[*told.rows, *more.rows], parts={**told.parts, **more.parts})


def _all_failed(
    element: str, facts: Collection[Fact], error: TechinfoError, now: datetime
) -> dict[Fact, Built]:
    _log.warning("%s: its command line: %s", element, error)
    return {fact: Built(ports={}, part=part_of(error, now)) for fact in facts}


def _untold(why: str) -> Built:
    code = Code.NOT_AVAILABLE_HERE.value
    return Built(ports={}, part=Part(state=State.UNSUPPORTED, cause=why, code=code))


_UNKNOWN: Final = _untold("neither its agent nor its command line tells this")
_OF_ONE: Final = _untold(ONE_BY_ONE)


def _built(fact: Fact, told: CliReading, visit: CliVisit, in_name: str) -> Built:
    part, now = told.parts[PARTS[KINDS[fact][0]]], visit.now
    if part.state is State.UNSUPPORTED:
        return _OF_ONE if part.cause == ONE_BY_ONE else _UNKNOWN
    if part.state is State.FAILED:
        return Built(ports={}, part=part_of(part.error, now))
    rows = [row for row in told.rows if isinstance(row, KINDS[fact])]
    joins = visit.known.joins
    found = placed(fact, rows, joins, now, in_name)
    lacking = _lacking(part) or (_INNER if any(_is_outer(row) for row in rows) else "")
    built = of_rows(found, Read(partial=lacking), joins, now)
    return replace(built, part=replace(built.part, source=CLI))


def _is_outer(row: CliRow) -> bool:
    return isinstance(row, CliPortVlan) and row.outer is True


def _others_open(told: Built, visit: CliVisit) -> Built:
    """With the ports that a list of closed ones does not name, if all of it was read."""
    if told.part.state not in (State.OK, State.EMPTY):
        return told
    ports = visit.known.joins.ports.values()
    others = {p.if_index: OPEN for p in ports if p.if_type in ETHERNET_TYPES}
    return replace(told, ports={**others, **told.ports}, part=replace(told.part, state=State.OK))


def part_of(error: Exception | None, now: datetime) -> Part:
    """The part that an error of a command line stands for."""
    cause, code = _CAUSES.get(type(error), _ENDED) if error is not None else _ENDED
    return Part(state=State.FAILED, read_at=now, cause=cause, code=code.value, source=CLI)


def _lacking(part: CliPart) -> str:
    """Why a part is not whole; the line that it quotes may speak of anybody, and is left out."""
    if part.state is not State.PARTIAL:
        return ""
    return part.cause.partition(":")[0] or "some of what it printed was not understood"
