"""Facts that are rows of a switch-wide table: leases, groups, rates.

LLDP: whose end of a link is on which port (LLDP-MIB, IEEE 802.1AB-2005).
"""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any, TypeVar

from techinfo.driver import standard
from techinfo.driver.convert import decode_text
from techinfo.driver.tables import SnoopingTable
from techinfo.facts.clock import Clock
from techinfo.facts.joins import Joins
from techinfo.facts.plan import TablePlan
from techinfo.facts.rows import Found, Lost, Places, rows
from techinfo.model import Group, Lease, Neighbour, Shaping
from techinfo.units import KilobitPerSecond
from techinfo.wire import Cell, Cells

T = TypeVar("T")
_LONGEST_PREFIX = 128
_LINK_LOCAL = (ipaddress.ip_network("224.0.0.0/24"), ipaddress.ip_network("ff02::/16"))
_WHILE_READ = timedelta(seconds=60)
"""A visit may read a log so long after it has begun."""
_FASTEST_KBIT = 1_600_000_000
_MOST_S = 0x7FFF_FFFF
"""Seconds from here on are none: a binding that never ends has 0xFFFFFFFF (RFC 2131,
HP-ICF-DHCP-SNOOP-MIB), and an INTEGER, which cannot hold that, its largest."""


def listed(
    tables: Iterable[TablePlan],
    cells: Cells,
    units: Mapping[str, Cell],
    joins: Joins,
    make: Callable[[Mapping[str, Any]], T | None],
) -> Found:
    """Rows of all tables, made into facts and laid under their physical port."""
    ports: dict[int, dict[T, None]] = {}
    lost: list[Lost] = []
    seen = 0
    for port, fact in _made(tables, cells, units, joins, make):
        seen += 1
        if port is None:
            lost.append(Lost(getattr(fact, "vlan", None)))
            continue
        ports.setdefault(joins.rolled_up(port), {})[_in_sub_interface(fact, port, joins)] = None
    return Found({p: tuple(facts) for p, facts in ports.items()}, seen, tuple(lost))


def _in_sub_interface(fact: T, port: int, joins: Joins) -> T:
    """A lease or group of a sub-interface stands in that one's VLAN (field note F17)."""
    if isinstance(fact, Lease | Group) and fact.vlan is None and port in joins.sub_vlans:
        return replace(fact, vlan=joins.sub_vlans[port])
    return fact


def _made(
    tables: Iterable[TablePlan],
    cells: Cells,
    units: Mapping[str, Cell],
    joins: Joins,
    make: Callable[[Mapping[str, Any]], T | None],
) -> Iterator[tuple[int | None, T]]:
    for plan in tables:
        places = Places(plan, cells, joins)
        for row in rows(plan, cells, units):
            fact = make(row.values)
            if fact is None or places.is_empty_list(row.index):
                continue
            found = places.ports(row.index)
            yield from ((port, fact) for port in found or (None,))


def snooping(
    tables: Iterable[TablePlan], cells: Cells, units: Mapping[str, Cell], joins: Joins
) -> dict[int, tuple[int, ...]]:
    """VLANs whose DHCP the element looks into, by port; empty where that is not told of VLANs.

    Off in the element is off in every VLAN. On in the element and no VLAN with a row: some agents
    have no such table, so that this is no proof of anything.
    """
    for plan in tables:
        table = plan.table
        assert isinstance(table, SnoopingTable)  # noqa: S101 - of no other is this fact made
        told, of = units.get(table.enabled.oid), table.of_vlans
        rows_of = cells.get(of.oid, {}) if of else {}
        if not isinstance(told, int) or (told in table.enabled.values and not (of and rows_of)):
            continue
        on = of.values if of and told in table.enabled.values else frozenset()
        found = sorted(
            index[0] for index, cell in rows_of.items() if len(index) == 1 and cell in on
        )
        return dict.fromkeys(joins.ports, tuple(found))
    return {}


def leases(
    tables: Iterable[TablePlan],
    cells: Cells,
    units: Mapping[str, Cell],
    joins: Joins,
    now: datetime,
) -> Found:
    """DHCP snooping bindings. Ends are whole seconds of our clock."""

    def make(values: Mapping[str, Any]) -> Lease | None:
        if "address" not in values:
            return None
        remaining = values.get("time_remaining", 0)
        length = values.get("prefix_length", 0)
        is_prefix = 0 < length <= _LONGEST_PREFIX and ":" in values["address"]
        ends = 0 < remaining < _MOST_S
        return Lease(
            address=f"{values['address']}/{length}" if is_prefix else values["address"],
            mac=values.get("mac"),
            vlan=values.get("vlan"),
            end=_whole(now + timedelta(seconds=remaining)) if ends else None,
        )

    return listed(tables, cells, units, joins, make)


def groups(
    tables: Iterable[TablePlan],
    cells: Cells,
    units: Mapping[str, Cell],
    joins: Joins,
    now: datetime,
) -> Found:
    """Multicast memberships. Link-local groups (224.0.0.x, ff02::) are no viewing, no membership.

    A port on which several hosts have joined a group is one member, since the latest join.
    """

    def make(values: Mapping[str, Any]) -> Group | None:
        if not is_group(values.get("address", "")):
            return None
        up_time = values.get("up_time", -1)
        known = 0 <= up_time < _MOST_S
        joined = _whole(now - timedelta(seconds=up_time)) if known else None
        return Group(
            address=values["address"],
            vlan=values.get("vlan"),
            joined_at=joined,
            counter=values.get("counter"),
        )

    found = listed(tables, cells, units, joins, make)
    return replace(found, ports={p: _latest_joins(told) for p, told in found.ports.items()})


def gasps(
    tables: Iterable[TablePlan],
    cells: Cells,
    units: Mapping[str, Cell],
    joins: Joins,
    clock: Clock | None,
    now: datetime,
) -> Found:
    """When the far end of a line was losing its power, by age.

    Only what IEEE 802.3 calls a dying gasp, of the remote end, and at a time that the agent's clock
    makes sure: an event of another maker's space, one to come, or one that may have been a wrap ago
    (`Clock.time_of`) is none.
    """

    def make(values: Mapping[str, Any]) -> datetime | None:
        is_gasp = all(values.get(name) for name in ("space", "kind", "end"))
        ticks = values.get("at")
        if not is_gasp or ticks is None or clock is None:
            return None
        at = clock.time_of(ticks)
        return at if at is not None and at <= now + _WHILE_READ else None

    found = listed(tables, cells, units, joins, make)
    return replace(found, ports={p: tuple(sorted(told)) for p, told in found.ports.items()})


def is_group(address: str) -> bool:
    """Whether it is a multicast group that somebody can view; no link-local one."""
    try:
        group = ipaddress.ip_address(address)
    except ValueError:
        return False
    return group.is_multicast and not any(
        group.version == local.version and group in local for local in _LINK_LOCAL
    )


def _latest_joins(told: Iterable[Group]) -> tuple[Group, ...]:
    """Each group of a port once; of several joins the latest (contract: igmpsnooping)."""
    kept: dict[tuple[str, int | None], Group] = {}
    for group in told:
        before = kept.setdefault((group.address, group.vlan), group)
        if group.joined_at and (before.joined_at is None or before.joined_at < group.joined_at):
            kept[group.address, group.vlan] = group
    return tuple(kept.values())


def configured_rate(values: Mapping[str, Any]) -> Shaping | None:
    """One rate by ``queue``, ``vlan``, ``cir`` and ``pir`` (kbit/s); a row without one is none."""
    cir, pir = (
        KilobitPerSecond(rate) if rate is not None and 0 <= rate <= _FASTEST_KBIT else None
        for rate in (values.get("cir"), values.get("pir"))
    )
    if cir is None and pir is None:
        return None
    return Shaping(queue=values.get("queue"), vlan=values.get("vlan"), cir=cir, pir=pir)


def shaping(
    tables: Iterable[TablePlan], cells: Cells, units: Mapping[str, Cell], joins: Joins
) -> Found:
    """Configured rates."""
    return listed(tables, cells, units, joins, configured_rate)


def _whole(moment: datetime) -> datetime:
    return moment.replace(microsecond=0)


_CHASSIS_MAC, _CHASSIS_ADDRESS = 4, 5  # LldpChassisIdSubtype
_PORT_MAC, _PORT_ADDRESS, _PORT_NAME, _PORT_LOCAL = 3, 4, 5, 7  # LldpPortIdSubtype
_NAMES = frozenset({_PORT_NAME, _PORT_LOCAL})
_IPV4 = 1  # IANA address family, the first octet of a network address

_CONTROL = re.compile(rb"[\x01-\x1f\x7f]")


def neighbours(
    tables: Iterable[TablePlan], cells: Cells, units: Mapping[str, Cell], joins: Joins
) -> Found:
    """Neighbours by port. One without a chassis identifier has told nothing."""
    return listed(tables, cells, units, joins, _neighbour)


def _neighbour(values: Mapping[str, Any]) -> Neighbour | None:
    chassis = identifier(
        values.get("chassis_kind"), values.get("chassis"), _CHASSIS_MAC, _CHASSIS_ADDRESS
    )
    if chassis is None:
        return None
    return Neighbour(
        chassis_id=chassis,
        port_id=identifier(
            values.get("port_kind"), values.get("port_id"), _PORT_MAC, _PORT_ADDRESS
        ),
        port_description=values.get("port_description"),
        system_name=values.get("system_name"),
        system_description=values.get("system_description"),
    )


def identifier(kind: int | None, octets: bytes | None, mac: int, address: int) -> str | None:
    """An identifier in words, by its subtype; octets that are no text are given in hex."""
    if not octets:
        return None
    if kind == mac and len(octets) == 6:
        return octets.hex(":").upper()
    if kind == address and len(octets) == 5 and octets[0] == _IPV4:
        return ".".join(str(n) for n in octets[1:])
    words = decode_text(octets)
    is_text = words and "\ufffd" not in words and not _CONTROL.search(octets)
    return words if is_text else octets.hex()


def add_lldp_ports(joins: Joins, cells: Cells) -> None:
    """LLDP port -> ifIndex: by the name that LLDP tells of the port, else by its number.

    LldpPortNumber: a bridge numbers as in dot1dBasePort, any other system as in ifIndex.
    """
    kinds = cells.get(standard.LLDP_LOC_PORT_ID_SUBTYPE, {})
    names = cells.get(standard.LLDP_LOC_PORT_ID, {})
    descrs = cells.get(standard.LLDP_LOC_PORT_DESC, {})
    for index in {*kinds, *names, *descrs}:
        if len(index) != 1:
            continue
        is_name = kinds.get(index, _PORT_NAME) in _NAMES
        told = [_words(names.get(index)) if is_name else None, _words(descrs.get(index))]
        named = [found for word in told if word and (found := joins.named(word)) is not None]
        numbered = joins.if_index_of_bridge(index[0])
        found = named[0] if named else numbered
        if found is not None:
            joins.lldp[index[0]] = found


def _words(cell: Cell | None) -> str | None:
    return decode_text(cell) if isinstance(cell, bytes) else None
