"""What a driver says of the command line: commands, how their output is read, and what a row tells.

A platform is short data: ``CliPlatform`` with one ``CliTable`` for each command and kind of row.
A table's template is the name of a TextFSM template (ours, or one of ntc-templates), or a function
that takes the text. What a row tells is one of the classes below; unknown is ``None``.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, fields
from typing import Any

from techinfo.units import Celsius, Dbm, MegabitPerSecond, MilliAmpere, Volt


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
    """

    port: str
    link_up: bool | None = None
    admin_up: bool | None = None
    speed: MegabitPerSecond | None = None
    full_duplex: bool | None = None
    error: str | None = None
    description: str | None = None


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
"""The port of a row whose port neither the command nor the output names (a cable test in a view)."""
CliRow = (
    CliMac
    | CliLease
    | CliGroup
    | CliPort
    | CliCounters
    | CliOptic
    | CliModule
    | CliNeighbour
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
        manual: The command stands on the maker's manual: no capture proves it.
    """

    kind: type[CliRow]
    command: str
    template: str | Parser | tuple[str, ...]
    row: Row
    also: tuple[str, ...] = ()
    manual: bool = False

    def named(self, command: str) -> re.Match[str] | None:
        """Whether a command that was sent is this one, in any of its spellings."""
        plain = " ".join(command.lower().split())
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
        refusals: Answers that say that a command is not known, beside the usual ones.
    """

    names: tuple[str, ...]
    vendor: str
    tables: tuple[CliTable, ...]
    driver: str | None = None
    refusals: tuple[str, ...] = field(default=())


_GROUPS = ("01005e", "0180c2", "01000c", "3333", "ffffffffffff")
"""Addresses of groups that a MAC table has: IPv4 and IPv6 multicast, IEEE, Cisco, everybody."""
NOBODY = r"\D*|vl(?:an)?-?(?:if|interface)?\d+|(?:cpu|drop|router|switch|self)\d*|0"
"""What stands in the port's column of a MAC table and is no customer's port."""


def number(text: object) -> int | None:
    """A whole number with or without thousands' separators; ``None`` for anything else."""
    digits = str(text or "").strip().replace(",", "")
    return int(digits) if digits.isdecimal() else None


def decimal(text: object) -> float | None:
    """A decimal; ``None`` for N/A, ``--`` and anything else that is none."""
    found = re.fullmatch(r"\s*([+-]?\d+(?:\.\d+)?)\s*", str(text or ""))
    return float(found[1]) if found else None


def speed(text: object) -> MegabitPerSecond | None:
    """A line rate in any of the usual spellings: 1000, a-1000, 100M, 2.5G, 1Gbps, 10Gb/s."""
    found = re.fullmatch(
        r"(?:a(?:uto)?-)?(\d+(?:\.\d+)?) ?([gmk]?)(?:b|bit|bits|bps|b/s|bit/s|bits/s|bit/sec|e)?",
        str(text or "").strip().lower(),
    )
    if found is None:
        return None
    rate = float(found[1]) * {"g": 1000, "k": 0.001}.get(found[2], 1)
    return MegabitPerSecond(round(rate)) if rate >= 1 else None


def duplex(text: object) -> bool | None:
    """Whether both directions at once, by the words full and half, wherever they stand."""
    plain = str(text or "").lower()
    return True if "full" in plain else False if "half" in plain else None


def cells(rule: str, text: str) -> list[str]:
    """A row cut by the dashes below its heading; a cell that is too wide moves the others on.

    Args:
        rule: Runs of dashes, one a column, from the column at which the row begins.
        text: The row.
    """
    found: list[str] = []
    begin, moved = 0, 0
    spans = [match.span() for match in re.finditer(r"-+", rule)]
    for (_, stop), after in zip(spans, [*spans[1:], None], strict=True):
        end = len(text) if after is None else stop + moved
        while end < len(text) and not text[end].isspace():
            end += 1
        found.append(text[begin:end].strip())
        if after is not None:
            begin = after[0] + moved
            if end >= begin:
                begin = end + len(text[end:]) - len(text[end:].lstrip())
                moved = begin - after[0]
    return found


def texts(values: Values, *names: str) -> tuple[str | None, ...]:
    """What a row tells by these names; ``None`` for what it does not, and for ``-`` and N/A."""
    told = (str(values.get(name) or "").strip() for name in names)
    return tuple(None if text.upper() in NOT_TOLD else text for text in told)


NOT_TOLD = frozenset({"", "-", "--", "---", "N/A", "NA", "NOT ADVERTISED", "UNKNOWN"})
"""What devices write for a value that they do not know."""


def counted(values: Values, port: str) -> Iterator[CliCounters]:
    """Counters from values that have the names of ``CliCounters``; nothing where none is told."""
    told = {key: number(values.get(key)) for key in _COUNTED}
    if any(value is not None for value in told.values()):
        yield CliCounters(port=port, **told)


def learnt(values: Values, nobody: str = NOBODY) -> Iterator[CliMac]:
    """MAC addresses of a row with ``mac``, ``vlan``, ``kind`` and ``ports`` (one, or a list).

    Args:
        values: Of the row. The address of a group is nobody's.
        nobody: What stands in the port's column and is no customer's port.
    """
    digits = re.sub(r"[^0-9a-f]", "", str(values["mac"]).lower())
    if len(digits) != 12:
        raise ValueError(f"{values['mac']!r} is no MAC address")
    if digits.startswith(_GROUPS):
        return
    vlan, kind = texts(values, "vlan", "kind")
    for port in re.split(r"[,\s]+", str(values.get("ports") or "").strip()):
        if port and not re.fullmatch(nobody, port, re.IGNORECASE):
            yield CliMac(
                mac=str(values["mac"]),
                port=port,
                vlan=number(vlan) if number(vlan) is not None else vlan,
                kind=origin(kind),
            )


def levels(values: Values, port: str, lane: int | None = None) -> Iterator[CliOptic]:
    """What a module measures, by rx, tx (dBm), temp, volt, bias (mA); nothing where none is told."""
    told = {key: decimal(values.get(key)) for key in ("rx", "tx", "temp", "volt", "bias")}
    if all(value is None for value in told.values()):
        return
    rx, tx, temp, volt, bias = told.values()
    yield CliOptic(
        port=port,
        lane=lane,
        rx=None if rx is None else Dbm(rx),
        tx=None if tx is None else Dbm(tx),
        temperature=None if temp is None else Celsius(temp),
        voltage=None if volt is None else Volt(volt),
        bias=None if bias is None else MilliAmpere(bias),
    )


def neighbour(values: Values, port: str | None) -> Iterator[CliNeighbour]:
    """A neighbour by ``chassis_id``, ``port_id`` and ``name``, on the row's port or the command's.

    Neither may be told: then the port is empty, and another output may know it.
    """
    chassis, port_id, name = texts(values, "chassis_id", "port_id", "name")
    if chassis or port_id or name:
        at = str(values.get("port") or port or "")
        yield CliNeighbour(port=at, chassis_id=chassis, port_id=port_id, system_name=name)


def origin(text: str | None) -> str | None:
    """``static`` or ``dynamic`` by the words that devices use; any other word in lower case.

    What port security has learnt stays as what is written down does: static.
    """
    plain = (text or "").lower()
    if any(word in plain for word in ("static", "secur", "sticky")):
        return "static"
    if any(word in plain for word in ("dyn", "dhcp", "learn", "snoop")):
        return "dynamic"
    return plain or None


_COUNTED = tuple(f.name for f in fields(CliCounters) if f.name != "port")
