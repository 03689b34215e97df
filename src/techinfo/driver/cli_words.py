"""Words that the platforms' files share: what a text says, and rows that are the same everywhere.

A row's values have the names that templates give them; ``port`` is the one that the command names.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, fields, replace
from typing import Any

from techinfo.driver.cli import (
    CliCableTest,
    CliCounters,
    CliGroup,
    CliLease,
    CliMac,
    CliModule,
    CliNeighbour,
    CliOptic,
    CliPort,
    CliProtection,
    CliRate,
    CliRow,
    CliTable,
    Parser,
    Row,
    Values,
    decimal,
    number,
)
from techinfo.driver.protection_words import OPEN, blocked
from techinfo.units import Celsius, Dbm, KilobitPerSecond, MegabitPerSecond, MilliAmpere, Volt

GROUP_ADDRESSES = ("01005e", "0180c2", "01000c", "3333", "ffffffffffff")
"""Addresses of groups that a MAC table has: IPv4 and IPv6 multicast, IEEE, Cisco, everybody."""
NOBODY = r"\D*|vl(?:an)?-?(?:if|interface)?\d+|(?:cpu|drop|router|switch|self)\d*|0"
"""What stands in the port's column of a MAC table and is no customer's port."""


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


def linked(
    values: Values, up: bool | None, admin_up: bool | None, error: str | None = None
) -> CliPort:
    """A port's state by ``port``, ``description`` and, of one that is up, ``speed``, ``duplex``."""
    return CliPort(
        port=values["port"],
        link_up=up,
        admin_up=admin_up,
        speed=speed(values.get("speed")) if up else None,
        full_duplex=duplex(values.get("duplex")) if up else None,
        error=error,
        description=texts(values, "description")[0],
    )


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


def guarded(row: Row) -> Row:
    """What protections have done, from rows that tell the state of a port and its error."""

    def call(values: Values, port: str | None) -> Iterator[CliProtection]:
        for told in row(values, port):
            if isinstance(told, CliPort):
                closed = told.error is not None
                yield CliProtection(
                    port=told.port, protection=blocked(told.error) if closed else OPEN
                )

    return call


NOT_TOLD = frozenset({"", "-", "--", "---", "N/A", "NA", "NOT ADVERTISED", "UNKNOWN"})
"""What devices write for a value that they do not know."""


def _at(values: Values, port: str | None) -> str:
    """The port of a row: its own, else the command's."""
    if at := str(values.get("port") or port or ""):
        return at
    raise ValueError("no port is told")


def counted(values: Values, port: str | None) -> Iterator[CliCounters]:
    """Counters from values that have the names of ``CliCounters``; nothing where none is told."""
    told = {key: number(values.get(key)) for key in _COUNTED}
    if any(value is not None for value in told.values()):
        yield CliCounters(port=_at(values, port), **told)


def leased(values: Values, port: str | None) -> Iterator[CliLease]:
    """A lease by ``ip``, ``mac``, ``vlan``, ``kind`` and ``left`` (seconds)."""
    yield CliLease(
        ip=values["ip"],
        mac=values["mac"],
        port=_at(values, port),
        vlan=number(values.get("vlan")),
        left_s=number(values.get("left")),
        kind=origin(values.get("kind")),
    )


def columned(values: Values, port: str | None) -> Iterator[CliCounters]:
    """Counters of a row with ``columns``, the words of the heading, and ``values``.

    Which columns stand in one table differs by software.
    """
    names, told = values["columns"].lower().split(), values["values"].split()
    if len(names) != len(told):
        raise ValueError("there are more or fewer values than columns")
    known = {_COLUMNS.get(name, ""): text for name, text in zip(names, told, strict=True)}
    yield from counted({**known, "port": values["port"]}, port)


_COLUMNS = {
    "inoctets": "in_bytes",
    "inucastpkts": "in_unicast",
    "inmcastpkts": "in_multicast",
    "inbcastpkts": "in_broadcast",
    "outoctets": "out_bytes",
    "outucastpkts": "out_unicast",
    "outmcastpkts": "out_multicast",
    "outbcastpkts": "out_broadcast",
    "fcs-err": "in_crc",
}
"""Headings of "show interfaces counters" on IOS, and on all that has learnt from it."""


def grouped(values: Values, _: str | None) -> Iterator[CliGroup]:
    """A group by ``group``, ``vlan``, ``version`` (v2) and ``port``, or each of ``ports``."""
    version = re.sub(r"[v\s]", "", str(values.get("version") or "").lower()) or None
    vlan = number(values.get("vlan"))
    several = re.findall(r"[A-Za-z][\w-]*\d[\d/.]*", str(values.get("ports") or ""))
    for port in [str(values["port"])] if values.get("port") else several:
        yield CliGroup(group=values["group"], port=port, vlan=vlan, version=version)


def learnt(values: Values, port: str | None, nobody: str = NOBODY) -> Iterator[CliMac]:
    """MAC addresses of a row with ``mac``, ``vlan``, ``kind`` and ``ports`` (one, or a list).

    Args:
        values: Of the row. The address of a group is nobody's.
        port: The one that the command names, for a row that names none.
        nobody: What stands in the port's column and is no customer's port.
    """
    digits = re.sub(r"[^0-9a-f]", "", str(values["mac"]).lower())
    if len(digits) != 12:
        raise ValueError(f"{values['mac']!r} is no MAC address")
    if digits.startswith(GROUP_ADDRESSES):
        return
    vlan, kind = texts(values, "vlan", "kind")
    for at in re.split(r"[,\s]+", str(values.get("ports", port) or "").strip()):
        if at and not re.fullmatch(nobody, at, re.IGNORECASE):
            yield CliMac(
                mac=str(values["mac"]),
                port=at,
                vlan=number(vlan) if number(vlan) is not None else vlan,
                kind=origin(kind),
            )


def measured(values: Values, port: str | None) -> Iterator[CliOptic | CliModule]:
    """What a module tells: rx, tx (dBm), temp, volt, bias (mA), lane; vendor, part, serial.

    Nothing where nothing is told.
    """
    rx, tx, temp, volt, bias = (
        decimal(values.get(key)) for key in ("rx", "tx", "temp", "volt", "bias")
    )
    if (rx, tx, temp, volt, bias) != (None,) * 5:
        yield CliOptic(
            port=_at(values, port),
            lane=number(values.get("lane")),
            rx=None if rx is None else Dbm(rx),
            tx=None if tx is None else Dbm(tx),
            temperature=None if temp is None else Celsius(temp),
            voltage=None if volt is None else Volt(volt),
            bias=None if bias is None else MilliAmpere(bias),
        )
    vendor, part, serial = texts(values, "vendor", "part", "serial")
    if vendor or part or serial:
        yield CliModule(port=_at(values, port), vendor=vendor, part=part, serial=serial)


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


def one_name(text: object) -> str:
    """A port's name with one blank between word and number, and no other: "Eth 1/ 4"."""
    return re.sub(r"\s*/\s*", "/", " ".join(str(text or "").split()))


def tidied(values: Values) -> dict[str, Any]:
    """Values whose ``port`` the device writes with blanks in it."""
    return {**values, "port": one_name(values["port"])} if values.get("port") else dict(values)


def spaced(row: Row) -> Row:
    """A row whose ``port`` the device writes with blanks in it."""
    return lambda values, port: row(tidied(values), port)


def learnt_at(values: Values, port: str | None) -> Iterator[CliMac]:
    """A MAC address of a row with ``mac``, ``vlan``, ``kind``, and ``port`` with blanks in it."""
    at = one_name(values.get("port") or port)
    for row in learnt({**values, "ports": at.replace(" ", "")}, None):
        yield replace(row, port=at)


def listed(ports: str) -> Iterator[str]:
    """Ports of a list: 1-3,7 or 1:1-1:3,2:7; of a range no more than 65."""
    for part in ports.replace(" ", "").split(","):
        found = re.fullmatch(r"(\d+[:/])?(\d+)(?:-(?:\d+[:/])?(\d+))?", part)
        if found:
            last = int(found[3] or found[2])
            for n in range(int(found[2]), min(last, int(found[2]) + 64) + 1):
                yield f"{found[1] or ''}{n}"


def mode(text: object) -> tuple[MegabitPerSecond | None, bool | None]:
    """Line rate and duplex of one word: 100full, Auto-10Gfull, 1000M/F, 100M/Full, 10M Half."""
    found = re.match(
        r"(?:a(?:uto)?-)?([\d.]+ ?[mgk]?)(?:bps)?[-/ ]*(full|half|f|h)\b",
        str(text or "").strip().lower(),
    )
    return (speed(found[1]), found[2].startswith("f")) if found else (None, None)


def milliwatt(text: object) -> Dbm | None:
    """A level that is told in milliwatt; ``None`` for none, and for no light at all."""
    level = decimal(text)
    return Dbm(10 * math.log10(level)) if level is not None and level > 0 else None


def tested(values: Values, port: str | None) -> Iterator[CliCableTest]:
    """A cable's pair by ``pair``, ``status`` and ``length`` (metres); nothing without a status."""
    if status := values.get("status"):
        yield CliCableTest(
            port=_at(values, port),
            pair=(values.get("pair") or "").upper() or None,
            status=status.lower(),
            length=decimal(values.get("length")),
        )


_KILOBITS = {"": 0.001, "k": 1, "m": 1000, "g": 1_000_000}
_NO_LIMIT = frozenset({"no limit", "no_limit", "unlimited", "disabled", "disable"})


def kilobits(text: object, unit: object) -> KilobitPerSecond | None:
    """A rate as kbit/s; ``None``: the device says that there is no limit.

    Args:
        text: A number, or a word that says so.
        unit: bit, kbit or mbit in any of their spellings: ``Kbits``, ``Mbit/sec``, bps.

    Raises:
        ValueError: It is neither, or of a unit that tells no rate: a percentage of something.
    """
    plain = " ".join(str(text or "").lower().split())
    if plain in _NO_LIMIT:
        return None
    rate, of = decimal(plain), re.match(r"([kmg]?) ?b(?:it|ps)", str(unit or "").lower())
    if rate is None or of is None:
        raise ValueError(f"{text!r} {unit!r} is no rate")
    return KilobitPerSecond(round(rate * _KILOBITS[of[1]]))


def limited(values: Values, port: str | None) -> Iterator[CliRate]:
    """The limits of a port by ``in`` and ``out``, each with its ``unit``, or ``in_unit``.

    A direction that is not told is left out; one with an ``in_state`` that says so has no limit.
    """
    for way in ("in", "out"):
        told, state = values.get(way), values.get(f"{way}_state")
        if told is None and state is None:
            continue
        unit = values.get(f"{way}_unit", values.get("unit"))
        off = str(state or "").lower() in _NO_LIMIT
        yield CliRate(port=_at(values, port), queue=way, pir=None if off else kilobits(told, unit))


Rows = Mapping[type[CliRow], Row]
"""What a row of each kind tells."""


@dataclass(frozen=True)
class Tables:
    """The tables of a platform whose templates stand in one file.

    Args:
        file: Its name. A template is named by its section.
        rows: What its rows tell, of the kinds where that is not the usual.
        manual: The commands stand on the maker's manual: no capture proves them.
    """

    file: str
    rows: Rows = field(default_factory=dict)
    manual: bool = False

    def __call__(
        self,
        kind: type[CliRow],
        command: str,
        sections: str | tuple[str, ...] | Parser,
        *also: str,
        row: Row | None = None,
        one_port: str = "",
    ) -> CliTable:
        """One of them; ``also`` are other forms of the command, ``row`` is that of its kind."""
        template = (sections,) if isinstance(sections, str) else sections
        if isinstance(template, tuple):
            template = tuple(f"{self.file}.{name}" for name in template)
        return CliTable(
            kind=kind,
            command=command,
            template=template,
            row=row or self.rows.get(kind) or _USUAL[kind],
            also=also,
            one_port=one_port,
            manual=self.manual,
        )

    def each(
        self,
        rows: Rows,
        command: str,
        sections: str | tuple[str, ...] | Parser,
        *also: str,
        one_port: str = "",
    ) -> tuple[CliTable, ...]:
        """One for each kind of row that a command tells."""
        return tuple(
            self(kind, command, sections, *also, row=row, one_port=one_port)
            for kind, row in rows.items()
        )


_USUAL: Rows = {
    CliCableTest: tested,
    CliCounters: counted,
    CliGroup: grouped,
    CliLease: leased,
    CliMac: learnt,
    CliNeighbour: neighbour,
    CliOptic: measured,
    CliRate: limited,
}
