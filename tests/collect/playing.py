"""Made-up devices for the tests of driver and collect: cells, and how the device behaves."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from techinfo.collect.once import read_once
from techinfo.collect.registry import Registry, registry_of
from techinfo.collect.target import PortName, Reading, Target
from techinfo.driver import Driver
from techinfo.errors import SnmpStatusError, SnmpTimeoutError
from techinfo.model import Fact
from techinfo.recordings.playback import RecordedConversation
from techinfo.recordings.recording import Recording
from techinfo.snmp.interface import Between, Conversation, ConversationStats, Walked
from techinfo.wire import Cell, SnmpLimits

NOW = datetime(2026, 10, 1, 12, 0, tzinfo=UTC)
DAY = 8_640_000
"""Ticks."""
FACTS = tuple(f for f in Fact if f is not Fact.CPE)
MAKER = "1.3.6.1.4.1.99999"
"""An enterprise number that nobody has."""
VENDOR = f"{MAKER}.7"
"""Where made-up tables stand."""

SYS_DESCR = "1.3.6.1.2.1.1.1.0"
SYS_OBJECT_ID = "1.3.6.1.2.1.1.2.0"
SYS_UP_TIME = "1.3.6.1.2.1.1.3.0"
SYS_NAME = "1.3.6.1.2.1.1.5.0"
ENGINE_TIME = "1.3.6.1.6.3.10.2.1.3.0"
HOST_UPTIME = "1.3.6.1.2.1.25.1.1.0"
IF = "1.3.6.1.2.1.2.2.1"
IFX = "1.3.6.1.2.1.31.1.1.1"
IF_STACK = "1.3.6.1.2.1.31.1.2.1.3"
BASE_PORT = "1.3.6.1.2.1.17.1.4.1.2"
FDB = "1.3.6.1.2.1.17.4.3.1"
Q_FDB = "1.3.6.1.2.1.17.7.1.2.2.1"
FDB_ID = "1.3.6.1.2.1.17.7.1.4.2.1.3"
PVID = "1.3.6.1.2.1.17.7.1.4.5.1.1"
ENTITY = "1.3.6.1.2.1.47.1.1.1.1"
ENTITY_ALIAS = "1.3.6.1.2.1.47.1.3.2.1.2"
ENTITY_CHANGED = "1.3.6.1.2.1.47.1.4.1.0"
SENSOR = "1.3.6.1.2.1.99.1.1.1"
_TAGS: dict[type, int] = {int: 2, bytes: 4, tuple: 6}


def system(
    ticks: int = DAY, name: bytes = b"sw-1", *, descr: bytes = b"made up"
) -> dict[str, Cell]:
    """The system group of a device of `MAKER`."""
    return {
        SYS_DESCR: descr,
        SYS_OBJECT_ID: tuple(int(n) for n in MAKER.split(".")),
        SYS_UP_TIME: ticks,
        SYS_NAME: name,
    }


def port(number: int, name: str | None = None, *, change: int = 1000) -> dict[str, Cell]:
    """An Ethernet port that is up at 1 Gbit/s."""
    word = (name or f"ge{number}").encode()
    return {
        f"{IF}.2.{number}": word,
        f"{IF}.3.{number}": 6,
        f"{IF}.7.{number}": 1,
        f"{IF}.8.{number}": 1,
        f"{IF}.9.{number}": change,
        f"{IFX}.1.{number}": word,
        f"{IFX}.15.{number}": 1000,
    }


def switch(ports: Iterable[int] = (1, 2), **more: Any) -> dict[str, Cell]:
    """A switch with ports that are named ``ge1``, ``ge2`` and so on."""
    cells = system(**more)
    for number in ports:
        cells |= port(number)
    return cells


def recording(cells: Mapping[str, Cell]) -> Recording:
    """The same as a recorded agent."""
    return Recording.from_rows({oid: (_TAGS[type(c)], c) for oid, c in cells.items()})


def driver(**tables: Any) -> Driver:
    """A driver that claims `MAKER`, with nothing but these tables and the standard ones."""
    given = {"name": "made_up", "vendor": "Made Up", "sys_object_ids": (MAKER,)} | tables
    return Driver(**given)


def registry(*drivers: Driver) -> Registry:
    """A registry of these drivers, and one for any other device."""
    every = (*drivers, Driver(name="generic", vendor=""))
    return registry_of((d, f"{d.name}.py") for d in every)


def target(name: str | None = None, by: str = "any", **more: Any) -> Target:
    """The made-up device, or one port of it."""
    given = {"element": "sw-1", "host": "192.0.2.1"} | more
    return Target(port_name=PortName(name=name, by=by) if name else None, **given)


def read(
    cells: Mapping[str, Cell],
    *drivers: Driver,
    facts: Iterable[Fact] = FACTS,
    now: datetime = NOW,
    **asked: Any,
) -> Reading:
    """Read a made-up device once, on the real path; ``name`` asks for one port."""
    conversation = RecordedConversation(recording(cells))
    coroutine = read_once(conversation, target(**asked), registry(*drivers), facts, now)
    return asyncio.run(coroutine)


def read_both(cells: Mapping[str, Cell], *drivers: Driver, name: str = "ge1") -> Reading:
    """Read all ports, and one; what is told of that one must be the same."""
    whole = read(cells, *drivers)
    single = read(cells, *drivers, name=name)
    assert single.port is not None
    assert single.port == whole.ports[single.port.port.if_index]
    return whole


class Played:
    """A device whose cells and manners a test may change between, and within, two questions.

    Attributes:
        cells: What it has.
        asked: The questions so far: ``get`` or ``walk``, and what for.
        silent: It answers nothing.
        chokes_on: It is silent when it is asked for anything under these.
        refuses: It answers with genErr when it is asked for anything under these.
        cuts: Walks of these columns end too early, before the first row.
        gate: Questions wait until it is set.
        gates_on: Only questions for anything under these do; none: all.
        at_gate: Set by the first question that waits there.
        entered: Set by the first question.
        lowered: What a conversation learns that it stands.
        starts_on: It starts anew when it is first asked for anything under these.
        lag_s: Seconds that pass on its clock with every question.
        now: What time it is; `tick` makes it pass.
        conversations, most_open: Held so far, and how many at a time.
    """

    def __init__(self, cells: Mapping[str, Cell]) -> None:
        self.cells = dict(cells)
        self.asked: list[tuple[str, tuple[str, ...]]] = []
        self.silent = False
        self.chokes_on: tuple[str, ...] = ()
        self.refuses: tuple[str, ...] = ()
        self.cuts: tuple[str, ...] = ()
        self.gate: asyncio.Event | None = None
        self.gates_on: tuple[str, ...] = ()
        self.at_gate = asyncio.Event()
        self.entered = asyncio.Event()
        self.now = NOW
        self.conversations = 0
        self.open_now = 0
        self.most_open = 0
        self.lowered: SnmpLimits | None = None
        self.lag_s = 0
        self.starts_on: tuple[str, ...] = ()

    def open(self, _target: Target, limits: SnmpLimits) -> Conversation:
        """What a collector opens."""
        self.conversations += 1
        self.open_now += 1
        self.most_open = max(self.most_open, self.open_now)
        return Playback(self, limits)

    def clock(self) -> datetime:
        """What time it is."""
        return self.now

    def tick(self, seconds: float) -> None:
        """Let time pass, for the device as well."""
        self.now += timedelta(seconds=seconds)
        self.age(seconds)

    def age(self, seconds: float) -> None:
        """Let time pass for the device alone."""
        ticks = self.cells[SYS_UP_TIME]
        assert isinstance(ticks, int)
        self.cells[SYS_UP_TIME] = (ticks + round(seconds * 100)) % (1 << 32)

    def walks(self) -> list[str]:
        """Columns that were walked, and the questions forgotten."""
        out = [oid for kind, oids in self.asked if kind == "walk" for oid in oids]
        self.asked.clear()
        return out


class Playback:
    """One conversation with a `Played` device."""

    def __init__(self, device: Played, limits: SnmpLimits) -> None:
        self.limits = limits
        self.counted = ConversationStats()
        self._device = device

    async def get(self, oids: Sequence[str]) -> dict[str, Cell]:
        """As the device behaves at this moment."""
        recorded = await self._begin("get", oids)
        return await recorded.get(oids)

    async def walk(self, columns: Sequence[str], between: Between | None = None) -> Walked:
        """As the device behaves at this moment."""
        recorded = await self._begin("walk", columns)
        walked = await recorded.walk(columns, between)
        cut = [c for c in columns if c in self._device.cuts]
        if not cut:
            return walked
        kept = {c: {} if c in cut else rows for c, rows in walked.cells.items()}
        return Walked(cells=kept, partial=f"{cut[0]}: cut")

    def context(self, vlan: int) -> Conversation:
        """No VLAN has a context of its own."""
        return RecordedConversation(recording(self._device.cells)).context(vlan)

    async def close(self) -> None:
        """Conversations that are left open would be counted."""
        self._device.open_now -= 1

    async def _begin(self, kind: str, oids: Sequence[str]) -> RecordedConversation:
        device = self._device
        device.asked.append((kind, tuple(oids)))
        device.entered.set()
        device.age(device.lag_s)
        waits = not device.gates_on or _touches(oids, device.gates_on)
        if device.gate is not None and waits:
            device.at_gate.set()
            await device.gate.wait()
        if _touches(oids, device.starts_on):
            device.cells[SYS_UP_TIME], device.starts_on = 0, ()
        if device.silent or _touches(oids, device.chokes_on):
            raise SnmpTimeoutError("no answer", address="192.0.2.1:161")
        if _touches(oids, device.refuses):
            raise SnmpStatusError("genErr", status=5, address="192.0.2.1:161")
        if device.lowered is not None:
            self.limits = device.lowered
        recorded = RecordedConversation(recording(device.cells), self.limits)
        recorded.counted = self.counted
        return recorded


def _touches(oids: Sequence[str], tops: Sequence[str]) -> bool:
    return any(f"{oid}.".startswith(f"{top}.") for oid in oids for top in tops)
