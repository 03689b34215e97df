"""Rows of a command line as facts of ports: spelt as SNMP's, and on the ports that SNMP has.

A row whose port is not there is lost, as one of a table is: it may be anybody's.
"""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, Final, TypeVar

from techinfo.driver import convert
from techinfo.driver.cli import (
    CliCounters,
    CliGroup,
    CliLease,
    CliMac,
    CliModule,
    CliNeighbour,
    CliOptic,
    CliPort,
    CliPortVlan,
    CliProtection,
    CliRate,
    CliRow,
    number,
)
from techinfo.facts.joins import Joins
from techinfo.facts.optics import pluggable
from techinfo.facts.row_facts import configured_rate, is_group
from techinfo.facts.rows import Found, Lost
from techinfo.if_types import ETHERNET_TYPES
from techinfo.model import (
    Counters,
    Fact,
    Flow,
    Group,
    Lease,
    Link,
    MacEntry,
    Neighbour,
    PortVlan,
    Shaping,
    Transceiver,
)
from techinfo.protection import Guard, Protection
from techinfo.ssh.neighbours import port_key
from techinfo.units import Power

T = TypeVar("T")
KINDS: Final[Mapping[Fact, tuple[type[CliRow], ...]]] = {
    Fact.LINK: (CliPort,),
    Fact.COUNTERS: (CliCounters,),
    Fact.TRANSCEIVER: (CliOptic, CliModule),
    Fact.MACS: (CliMac,),
    Fact.LEASES: (CliLease,),
    Fact.GROUPS: (CliGroup,),
    Fact.VLANS: (CliPortVlan,),
    Fact.NEIGHBOURS: (CliNeighbour,),
    Fact.PROTECTION: (CliProtection,),
    Fact.SHAPING: (CliRate,),
}
"""Fact -> the kinds of rows that tell it. No row tells ONTs or CPEs."""
_NO_END_S = 0x7FFF_FFFF
_SIX_OCTETS = 6
_NUMBER = re.compile(r"\d{1,4}", re.ASCII)
_LAST_NUMBER = re.compile(r"(?:^|\D)(\d{1,4})$", re.ASCII)


class Ports:
    """Which port of a device a name on its command line means.

    Args:
        joins: The device's ports, as SNMP names them.
        in_name: As `CliPlatform` has it.
    """

    def __init__(self, joins: Joins, in_name: str = "") -> None:
        self._joins = joins
        self._by_key: dict[str, set[int]] = {}
        self._by_number: dict[str, set[int]] = {}
        for port in joins.ports.values():
            short = within(in_name, port.name or "")
            for name in filter(None, (port.name, port.descr, short)):
                self._by_key.setdefault(port_key(name), set()).add(port.if_index)
            last = _LAST_NUMBER.search(port.name or "")
            if last and port.if_type in ETHERNET_TYPES:
                self._by_number.setdefault(last[1], set()).add(port.if_index)

    def named(self, name: str) -> int | None:
        """IfIndex of the one port with this name, in any spelling; ``None``: none, or several.

        A number alone (``24``) is the one Ethernet port whose name ends in it (``1/24``).
        """
        found = self._by_key.get(port_key(name), set())
        if not found and _NUMBER.fullmatch(name.strip()):
            found = self._by_number.get(name.strip(), set())
        return self._joins.rolled_up(next(iter(found))) if len(found) == 1 else None


def within(in_name: str, name: str) -> str | None:
    """What a command line calls a port that SNMP calls so; ``None``: it has no name there."""
    found = re.fullmatch(in_name, name, re.IGNORECASE) if in_name else None
    return found["port"] if found else None


def placed(
    fact: Fact, rows: Sequence[CliRow], joins: Joins, now: datetime, in_name: str = ""
) -> Found:
    """Facts by port.

    Args:
        fact: Which; one of `KINDS`.
        rows: Of its kinds alone.
        joins: The device's ports.
        now: When they were printed.
        in_name: As `CliPlatform` has it.
    """
    ports = Ports(joins, in_name)
    if fact in _ONCE:
        return _values(rows, ports, _ONCE[fact])
    match fact:
        case Fact.MACS:
            return _listed([r for r in rows if not _is_own(r, joins)], ports, _mac)
        case Fact.LEASES:
            return _listed(rows, ports, lambda row: _lease(row, now))
        case Fact.GROUPS:
            return _listed([r for r in rows if is_group(getattr(r, "group", ""))], ports, _group)
        case Fact.SHAPING:
            return _listed([r for r in rows if _is_limit(r)], ports, _rate)
        case _:
            return _listed(rows, ports, _port_vlan if fact is Fact.VLANS else _neighbour)


def _listed(rows: Iterable[CliRow], ports: Ports, make: Callable[[Any], T | None]) -> Found:
    """Facts of which a port has several, each once."""
    found: dict[int, dict[T, None]] = {}
    lost: list[Lost] = []
    seen = 0
    for row in rows:
        seen += 1
        at, told = ports.named(row.port), make(row)
        if at is None or told is None:
            vlan = getattr(row, "vlan", None)
            lost.append(Lost(vlan if isinstance(vlan, int) else None))
        else:
            found.setdefault(at, {})[told] = None
    return Found({port: tuple(told) for port, told in found.items()}, seen, tuple(lost))


def _values(rows: Iterable[CliRow], ports: Ports, make: Callable[[list[Any]], Any]) -> Found:
    """A fact that a port has once, of all its rows. Ports that SNMP does not have are nobody's."""
    of_port: dict[int, list[CliRow]] = {}
    seen = 0
    for row in rows:
        seen += 1
        at = ports.named(row.port)
        if at is not None:
            of_port.setdefault(at, []).append(row)
    made = {port: make(told) for port, told in of_port.items()}
    found = {port: value for port, value in made.items() if value is not None}
    return Found(found, seen, () if of_port or not seen else (Lost(),))


def _link(rows: list[CliPort]) -> Link | None:
    def first(name: str) -> Any:
        return next((v for row in rows if (v := getattr(row, name)) is not None), None)

    up, admin_up = first("link_up"), first("admin_up")
    if up is None and admin_up is None:
        return None
    return Link(
        up=up,
        admin_down=None if admin_up is None else not admin_up,
        speed=first("speed") if up else None,
        full_duplex=first("full_duplex") if up else None,
    )


def _protection(rows: list[CliProtection]) -> Protection:
    """The first that has closed the port."""
    told = [row.protection for row in rows]
    return next((p for p in told if p.state is not Guard.OK), told[0])


def _counters(rows: list[CliCounters]) -> Counters | None:
    def side(prefix: str) -> Flow:
        names = {"bytes", "unicast", "multicast", "broadcast", "errors"}
        told = {
            name: next((v for r in rows if (v := getattr(r, prefix + name)) is not None), None)
            for name in names
        }
        crc = next((r.in_crc for r in rows if r.in_crc is not None), None)
        return Flow(**told, crc_errors=crc if prefix == "in_" else None)

    made = Counters(input=side("in_"), output=side("out_"))
    return made if made != Counters() else None


def _transceiver(rows: list[CliOptic | CliModule]) -> Transceiver | None:
    module: dict[str, Any] = {}
    lanes: dict[int, dict[str, Any]] = {}
    for row in rows:
        if isinstance(row, CliModule):
            _fill(module, vendor=row.vendor, part_number=row.part, serial_number=row.serial)
            _fill(module, present=True)
            continue
        _fill(module, temperature=row.temperature, voltage=row.voltage)
        into = module if row.lane is None else lanes.setdefault(row.lane, {})
        _fill(into, rx_power=_level(row.rx), tx_power=_level(row.tx), bias=row.bias)
    return pluggable(module, lanes)


_ONCE: Final[Mapping[Fact, Callable[[list[Any]], Any]]] = {
    Fact.LINK: _link,
    Fact.COUNTERS: _counters,
    Fact.TRANSCEIVER: _transceiver,
    Fact.PROTECTION: _protection,
}
"""Facts that a port has once -> what its rows make."""


def _fill(into: dict[str, Any], **told: Any) -> None:
    """Add what is not known yet."""
    for name, value in told.items():
        if value is not None:
            into.setdefault(name, value)


def _level(dbm: float | None) -> Power | None:
    return None if dbm is None else convert.power_of_dbm(dbm)


def _is_own(row: CliRow, joins: Joins) -> bool:
    """Whether an address is the switch's own, on no port of anybody's."""
    mac = _octets(getattr(row, "mac", ""))
    return mac is not None and mac in joins.own_macs


def _mac(row: CliMac) -> MacEntry | None:
    mac = _octets(row.mac)
    vlan = row.vlan if isinstance(row.vlan, int) else None
    return None if mac is None else MacEntry(mac=mac, vlan=vlan, ont=number(row.ont))


def _port_vlan(row: CliPortVlan) -> PortVlan:
    return PortVlan(
        vlan=row.vlan,
        tagged=row.tagged,
        user_vlan=row.user_vlan,
        outer=row.outer is True,
        ont=row.ont,
    )


def _lease(row: CliLease, now: datetime) -> Lease | None:
    try:
        address = str(ipaddress.ip_address(row.ip))
    except ValueError:
        return None
    left = row.left_s or 0
    ends = 0 < left < _NO_END_S and row.kind != "static"
    return Lease(
        address=address,
        mac=_octets(row.mac),
        vlan=row.vlan,
        end=(now + timedelta(seconds=left)).replace(microsecond=0) if ends else None,
    )


def _group(row: CliGroup) -> Group | None:
    return Group(address=str(ipaddress.ip_address(row.group)), vlan=row.vlan)


def _is_limit(row: CliRow) -> bool:
    """Whether there is one: of a port without a limit it is told that there is none."""
    return isinstance(row, CliRate) and (row.cir, row.pir) != (None, None)


def _rate(row: CliRate) -> Shaping | None:
    return configured_rate({"queue": row.queue, "cir": row.cir, "pir": row.pir})


def _neighbour(row: CliNeighbour) -> Neighbour | None:
    if not row.chassis_id:
        return None
    chassis = _octets(row.chassis_id) or row.chassis_id
    port = _octets(row.port_id or "") or row.port_id
    return Neighbour(chassis_id=chassis, port_id=port, system_name=row.system_name)


def _octets(text: str) -> str | None:
    """A MAC address in any spelling as ``AA:BB:CC:DD:EE:FF``."""
    return convert.mac(text.encode()) if len(text) > _SIX_OCTETS else None
