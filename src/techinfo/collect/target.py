"""What is asked of the collector, and what it gives back: plain values, no device secret.

What the rest of the house asks of a collector, in this process or behind a socket.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from math import inf
from typing import Final, Protocol

from techinfo.collect.tally import GroupStats, ProcessStats
from techinfo.driver.cli_session import SSH_PORT
from techinfo.facts.aggregates import merged
from techinfo.model import ACS, Device, Fact, Part, PortFacts
from techinfo.wire import SnmpLimits

NO_AGENT: Final = "none"
"""The ``engine`` of a target that has no SNMP agent."""


@dataclass(frozen=True, kw_only=True, slots=True)
class PortName:
    """How the inventory names a port.

    Attributes:
        by: ``name`` (ifName), ``descr``, ``alias``, ``index``, or ``any`` of them in that order.
    """

    name: str
    by: str = "any"


@dataclass(frozen=True, kw_only=True, slots=True)
class CommandLine:
    """How a device's command line is reached, over SSH.

    Attributes:
        login: Name of a log-in, never the secret.
        platform: Name of its platform; ``None``: that of its driver.
        host_key: What it must be, ``type base64`` or ``SHA256:…``; empty: what it was first.
        old: Old algorithms that it may be spoken with.
    """

    login: str
    port: int = SSH_PORT
    platform: str | None = None
    host_key: str = ""
    old: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class AcsDevice:
    """A CPE as an ACS is asked about it.

    Attributes:
        server: Name of the ACS.
        serial_number, mac: By which it is found; one of them at least.
    """

    server: str
    serial_number: str | None = None
    mac: str | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Target:
    """One element, and one port of it or all.

    Attributes:
        element: Its name in the inventory; the collector's memory is kept under it.
        credential: Name of the credential, never the secret.
        driver: Name of a driver; ``None``: the one that claims its sysObjectID.
        engine: ``slim`` or ``pysnmp``; ``none``: it has no agent, its command line or its ACS is
            asked.
        site: Where the inventory says that it stands; a whole site can be paused.
        sys_name: What sysName must say; ``None``: whatever it said first.
        port_name: ``None`` for all ports.
        vlans: Rows of these VLANs are wanted (a shared port); empty: all. It narrows what is
            walked where a table can be read by VLAN; rows of others may come as well.
        ont: Of a PON port, the ONT that is asked for: of its ONTs only this one is read.
        moving: Of links only what moves is read, whether each is up and since when, and only of
            the ports of the front panel. Such a reading is none of the link for anybody else.
        nameless: It may lack the system group, as a walk of some tables does that was mailed.
        assumed_id: Its sysObjectID where it tells none.
        command_line: Where what SNMP does not tell is asked; ``None``: nowhere.
        acs: Where a CPE is asked about that is not asked itself; ``None``: nowhere.
        live: Of a live view of the operator's own people: one port, every second where a probe
            has seen that its model bears it.
    """

    element: str
    host: str
    port: int = 161
    credential: str = "default"
    driver: str | None = None
    engine: str = "slim"
    site: str | None = None
    sys_name: str | None = None
    port_name: PortName | None = None
    vlans: tuple[int, ...] = ()
    ont: int | None = None
    moving: bool = False
    nameless: bool = False
    assumed_id: str = ""
    command_line: CommandLine | None = None
    acs: AcsDevice | None = None
    live: bool = False


@dataclass(frozen=True, slots=True)
class ReadRequest:
    """What is read of one element; two that differ in age only are one question.

    Attributes:
        facts: Each gets its own state.
        max_age: Seconds; what was read within them need not be read again.
        until: When whoever asked first is let go, by `time.monotonic`; a command line is not waited
            for beyond that, so that what SNMP tells is told.
    """

    target: Target
    facts: frozenset[Fact]
    max_age: float = field(compare=False)
    until: float = field(default=inf, compare=False)


@dataclass(frozen=True, kw_only=True, slots=True)
class Cost:
    """What a reading has cost the device."""

    requests: int = 0
    retries: int = 0
    varbinds: int = 0
    walks: int = 0


@dataclass(frozen=True, kw_only=True, slots=True)
class Reading:
    """What was read of an element.

    Attributes:
        driver: Name of the driver that read it.
        if_index: The port that was asked for; ``None`` when all were.
        ports: By ifIndex. Of a one-port reading only that port is in it, and its aggregate.
        parts: State of every fact that was asked for.
        cost: Nothing, when all came from the cache.
        limits: What the agent was found to stand; ``None``: all that its driver says.
        silent_since: Since when the element does not answer, if it did not when this was told: a
            reading from the cache may be of one that has gone silent since.
    """

    element: str
    driver: str = ""
    device: Device | None = None
    if_index: int | None = None
    ports: Mapping[int, PortFacts] = field(default_factory=dict)
    parts: Mapping[Fact, Part] = field(default_factory=dict)
    cost: Cost = Cost()
    limits: SnmpLimits | None = None
    silent_since: datetime | None = None

    @property
    def port(self) -> PortFacts | None:
        """The facts of the port that was asked for, with the rows of its aggregate."""
        number = self.if_index
        own = None if number is None else self.ports.get(number)
        if number is None or own is None or own.port.aggregate is None:
            return own
        return merged(self.ports, number)

    @property
    def through_acs(self) -> bool:
        """Whether an ACS has told it, which asks the device when it likes."""
        return any(part.source == ACS for part in self.parts.values())

    @property
    def read_at(self) -> datetime | None:
        """When the oldest part was read."""
        return min((p.read_at for p in self.parts.values() if p.read_at), default=None)


@dataclass(frozen=True, kw_only=True, slots=True)
class CableTestOrder:
    """A test that somebody wants.

    Attributes:
        target: One port, with its command line.
        despite_link: Though the link is up.
        feeds_nothing: Whoever asks says so of a port whose switch tells nothing of feeding.
    """

    target: Target
    despite_link: bool = False
    feeds_nothing: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class CablePair:
    """One pair of a cable, or all.

    Attributes:
        pair: As the device calls it; ``None``: it tells of the cable as a whole.
        status: The device's word, in lower case.
        length: Metres to the fault, or of the cable; ``None``: not told.
    """

    pair: str | None
    status: str
    length: float | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class CableTest:
    """What came of a test.

    Attributes:
        at: When it was made.
        link: Whether the link was up before.
    """

    at: datetime
    link: bool
    pairs: tuple[CablePair, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class DeviceInfo:
    """A device as it introduced itself.

    Attributes:
        driver: The name of its driver.
        tells: Facts that the driver has tables for.
        lacking: Of those, facts that this model is known not to have.
        often: A probe has seen that this model bears a request every second.
    """

    driver: str
    tells: frozenset[Fact] = frozenset()
    lacking: frozenset[Fact] = frozenset()
    often: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class CollectorStats:
    """What a collector has done since it was started, and whom it knows.

    Attributes:
        questions: Readings that were asked for.
        kept: Of those, how many were answered with what was there.
        paused: Of those, how many were refused because the operator has paused the element.
        not_allowed: Of those, how many were refused as the credential may not be sent there.
        visits: Conversations with elements.
        requests, retries, varbinds, walks: What those have cost.
        elements: How many are known.
        silent: Of those, how many do not answer.
        learnt: What keeps the file of what was learnt from being written; empty: nothing;
            ``None``: there is no such file.
        groups: How visits went, by driver and site.
        process: Of the collector's process.
    """

    questions: int = 0
    kept: int = 0
    paused: int = 0
    not_allowed: int = 0
    visits: int = 0
    requests: int = 0
    retries: int = 0
    varbinds: int = 0
    walks: int = 0
    elements: int = 0
    silent: int = 0
    learnt: str | None = None
    groups: tuple[GroupStats, ...] = ()
    process: tuple[ProcessStats, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class DriverInfo:
    """A driver, as far as those who ask need to know it; who asks may have others, or none.

    Attributes:
        fields: Its facts -> fields of them that it can tell (`techinfo.facts.describe`).
    """

    name: str
    fields: dict[str, tuple[str, ...]]


class AnyCollector(Protocol):
    """The one owner of device conversations, as those see it who ask.

    One in another process may be gone, or slow: every question may then raise `CollectorError`.
    """

    async def drivers(self) -> Mapping[str, DriverInfo] | None:
        """The drivers that it asks by, by name; ``None``: it is older, and does not tell."""

    async def read(
        self, target: Target, facts: Iterable[Fact], max_age: float, deadline: float
    ) -> Reading:
        """Facts of one port or of a whole device, not older than ``max_age`` seconds.

        Args:
            target: Whom to ask.
            facts: What to read; each gets its own state in `Reading.parts`.
            max_age: Seconds. 0 asks now, but not sooner than the minimum interval allows.
            deadline: Seconds after which the caller is let go; the reading goes on and is kept.

        Raises:
            DeadlineError: It took too long.
            DeviceError: The device is silent, unreachable, or not the one it should be.
            DriverError: No driver fits.
        """

    async def test_cable(self, order: CableTestOrder) -> CableTest:
        """Test the cable of a port, which takes its link down; once, one at a time on a device.

        Raises:
            CableTestRefusedError: Something stands against it.
            CableTestRunningError: Another one runs there.
            DeviceError: The device could not be asked, or the test did not come to its end.
        """

    async def last_known(self, target: Target, facts: Iterable[Fact]) -> Reading | None:
        """What was read last, however old it is; ``None`` when a fact never was."""

    async def silent_since(self, target: Target) -> datetime | None:
        """Since when a device does not answer; ``None`` while it does or was never asked."""

    async def met(self, targets: Sequence[Target]) -> tuple[DeviceInfo | None, ...]:
        """Each device as it introduced itself; ``None`` for one that never did."""

    async def forget(self, target: Target) -> None:
        """Erase what is kept of a port's people, or of a whole element's: rows, not the link."""

    async def numbers(self) -> CollectorStats:
        """What it has done so far."""

    async def close(self) -> None:
        """End every reading that still runs, or leave the one who reads."""
