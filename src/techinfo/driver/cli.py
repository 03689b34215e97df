"""What a driver says of the command line: commands, how their output is read, and what a row tells.

A platform is short data: ``CliPlatform`` with one ``CliTable`` for each command and kind of row.
A table's template is the name of a TextFSM template (ours, or one of ntc-templates), or a function
that takes the text. What a row tells is one of the classes below; unknown is ``None``.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from techinfo.driver.cli_session import CliSession
from techinfo.protection import Protection
from techinfo.units import Celsius, Dbm, KilobitPerSecond, MegabitPerSecond, MilliAmpere, Volt


@dataclass(frozen=True, kw_only=True)
class CliMac:
    """A MAC address learnt on a port.

    Args:
        mac: In any spelling.
        port: As the device writes it.
        vlan: Its number, or its name where the device tells no number.
        kind: dynamic, static, or the device's own word in lower case.
        ont: The ONT behind a PON port.
    """

    mac: str
    port: str
    vlan: int | str | None = None
    kind: str | None = None
    ont: str | None = None


@dataclass(frozen=True, kw_only=True)
class CliLease:
    """A row of the DHCP snooping table.

    Args:
        ip: v4 or v6.
        mac: In any spelling.
        port: As the device writes it.
        vlan: Its number.
        left_s: Seconds that it is still valid; ``None``: not told, or for ever.
        expires: When it ends, as the device writes it: a date without a zone, ISO 8601.
        kind: dynamic or static.
    """

    ip: str
    mac: str
    port: str
    vlan: int | None = None
    left_s: int | None = None
    expires: str | None = None
    kind: str | None = None


@dataclass(frozen=True, kw_only=True)
class CliGroup:
    """A multicast group joined on a port."""

    group: str
    port: str
    vlan: int | None = None
    version: str | None = None


@dataclass(frozen=True, kw_only=True)
class CliPortVlan:
    """One VLAN that a port carries.

    Args:
        port: As the device writes it.
        vlan: Its number, towards the network.
        tagged: Whether its frames have a tag on the side of the customer.
        user_vlan: The tag that they have there, where it is told.
        outer: It is the outer tag of two, and the inner one is not told; else ``None``.
        ont: The ONT behind a PON port that it is for.
    """

    port: str
    vlan: int
    tagged: bool | None = None
    user_vlan: int | None = None
    outer: bool | None = None
    ont: int | None = None


@dataclass(frozen=True, kw_only=True)
class CliPort:
    """State of a port. Speed and duplex only of one that is up.

    Args:
        port: As the device writes it.
        link_up: Whether the link is up.
        admin_up: Whether it is switched on.
        speed: Mbit/s.
        full_duplex: Whether both directions at once.
        error: err-disabled, and why, as the device writes it.
        description: The operator's text.
        mac: Its own address, in any spelling.
    """

    port: str
    link_up: bool | None = None
    admin_up: bool | None = None
    speed: MegabitPerSecond | None = None
    full_duplex: bool | None = None
    error: str | None = None
    description: str | None = None
    mac: str | None = None


@dataclass(frozen=True, kw_only=True)
class CliDevice:
    """What the device says of itself; it is on no port."""

    model: str | None = None
    firmware: str | None = None
    serial: str | None = None
    port: str = ""


@dataclass(frozen=True, kw_only=True)
class CliCounters:
    """Counters of a port, since they were reset. ``in_`` is from the customer."""

    port: str
    in_bytes: int | None = None
    out_bytes: int | None = None
    in_packets: int | None = None
    out_packets: int | None = None
    in_unicast: int | None = None
    out_unicast: int | None = None
    in_multicast: int | None = None
    out_multicast: int | None = None
    in_broadcast: int | None = None
    out_broadcast: int | None = None
    in_errors: int | None = None
    out_errors: int | None = None
    in_crc: int | None = None


@dataclass(frozen=True, kw_only=True)
class CliOptic:
    """What a module measures: one lane of it."""

    port: str
    lane: int | None = None
    rx: Dbm | None = None
    tx: Dbm | None = None
    temperature: Celsius | None = None
    voltage: Volt | None = None
    bias: MilliAmpere | None = None


@dataclass(frozen=True, kw_only=True)
class CliModule:
    """Which module is in a port."""

    port: str
    vendor: str | None = None
    part: str | None = None
    serial: str | None = None


@dataclass(frozen=True, kw_only=True)
class CliProtection:
    """What the device's protections have done to a port."""

    port: str
    protection: Protection


@dataclass(frozen=True, kw_only=True)
class CliRate:
    """A configured limit of a port, kbit/s; with neither rate: the device says that there is none.

    Args:
        port: As the device writes it.
        queue: ``in`` is from the customer, ``out`` to the customer; a class after it (``in voice``)
            where the limit is not that of all traffic.
        cir: What is sure.
        pir: The most.
    """

    port: str
    queue: str
    cir: KilobitPerSecond | None = None
    pir: KilobitPerSecond | None = None


@dataclass(frozen=True, kw_only=True)
class CliNeighbour:
    """An LLDP neighbour."""

    port: str
    chassis_id: str | None = None
    port_id: str | None = None
    system_name: str | None = None


@dataclass(frozen=True, kw_only=True)
class CliCableTest:
    """One pair of a cable test. ``length`` in metres."""

    port: str
    pair: str | None = None
    status: str | None = None
    length: float | None = None


ERR_DISABLED = "err-disabled"
"""A port that the device has switched off, where it does not say why."""
NO_PORT = "?"
"""The port of a row where neither command nor output names it: a cable test in a port's view."""
CliRow = (
    CliMac
    | CliLease
    | CliGroup
    | CliPortVlan
    | CliPort
    | CliCounters
    | CliDevice
    | CliOptic
    | CliModule
    | CliNeighbour
    | CliProtection
    | CliRate
    | CliCableTest
)
Values = Mapping[str, Any]
"""What a template found in a row: name -> text, or a list of texts."""


@dataclass(frozen=True)
class Parsed:
    """What came of a text.

    Args:
        rows: One for each row that fits.
        odd: Lines that fit nothing: never swallowed.
    """

    rows: Sequence[Values]
    odd: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class CableTester:
    """How a cable is tested: the one order that does more than read.

    It takes the link of a port down for some seconds. It is typed only where ``[danger]
    cable_test`` says so, when somebody asks for this port, and never to read anything.

    Args:
        start: What begins it, with ``{port}``. Sources stand with the platform.
        started: Regular expression, somewhere in what is printed then: it was begun.
        result: The command that shows what came of it, with ``{port}``, one of the platform's
            tables of `CliCableTest`; empty: ``start`` prints it.
        takes_s: Seconds until that is worth asking; and between two tries.
        unfinished: Regular expression, somewhere in the result: it is still under way.
    """

    start: str
    started: str
    result: str = ""
    takes_s: float = 5.0
    unfinished: str = ""


_PAGING = re.compile(r" ?\| ?no-more$| without-paging$")
"""What is said at the end of a command so that it does not stop at every page."""
Parser = Callable[[str], Parsed]
Row = Callable[[Values, str | None], Iterable[CliRow]]
"""What a row tells, and the port that the command names."""


@dataclass(frozen=True, kw_only=True)
class CliTable:
    """One kind of row from one command.

    Args:
        kind: What a row tells.
        command: The command as it is sent for the whole device.
        also: Other spellings and narrower forms of it: regular expressions over a command in lower
            case with single spaces; a group ``port`` is the port that the command names.
        template: Name of a template, or a function that reads the text: TextFSM (ours, or one of
            ntc-templates), or ``file.section`` of ours. Several: the one that the text fits best.
        row: Values of a row -> what they tell; nothing for a row that is no port's; a
            ``ValueError`` for one that makes no sense, which is odd then. The second argument is
            the port that the command names, if it does.
        one_port: The command as it is sent for one port, with ``{port}``; empty: there is none.
        one_ont: The same for one ONT, with ``{port}`` and ``{ont}``.
        dear: It has a row for every customer of a large device: only a recorder asks for all of
            it, and else it is asked for one port or one ONT.
        lists_closed: Only closed ports have a row: one without is open.
        manual: The command stands on the maker's manual: no capture proves it.
    """

    kind: type[CliRow]
    command: str
    template: str | Parser | tuple[str, ...]
    row: Row
    also: tuple[str, ...] = ()
    one_port: str = ""
    one_ont: str = ""
    dear: bool = False
    lists_closed: bool = False
    manual: bool = False

    def named(self, command: str) -> re.Match[str] | None:
        """Whether a command that was sent is this one, in any of its spellings."""
        plain = _PAGING.sub("", " ".join(command.lower().split()))
        exact = re.escape(self.command.lower())
        return next(
            (found for form in (exact, *self.also) if (found := re.fullmatch(form, plain))), None
        )


@dataclass(frozen=True, kw_only=True)
class CliPlatform:
    """One platform's command line.

    Args:
        names: netmiko's device types, or our own where it has none.
        vendor: The maker.
        tables: What it can tell.
        driver: The SNMP driver of the same devices.
        drivers_too: Others of theirs, where several share the command line.
        in_name: Regular expression of a port's name by SNMP, whose group ``port`` is what the
            command line calls it; empty: both use one name.
        refusals: Answers that say that a command is not known, beside the usual ones.
        session: How it is spoken with; ``None``: by no SSH session that we know.
        cable_test: How a cable is tested; ``None``: in no way that is proven, or in a
            configuration mode, in which nothing is typed.
    """

    names: tuple[str, ...]
    vendor: str
    tables: tuple[CliTable, ...]
    driver: str | None = None
    drivers_too: tuple[str, ...] = ()
    in_name: str = ""
    refusals: tuple[str, ...] = field(default=())
    session: CliSession | None = None
    cable_test: CableTester | None = None


def number(text: object) -> int | None:
    """A whole number with or without thousands' separators; ``None`` for anything else."""
    digits = str(text or "").strip().replace(",", "")
    return int(digits) if digits.isdecimal() else None


def decimal(text: object) -> float | None:
    """A decimal; ``None`` for N/A, ``--`` and anything else that is none."""
    found = re.fullmatch(r"\s*([+-]?\d+(?:\.\d+)?)\s*", str(text or ""))
    return float(found[1]) if found else None
