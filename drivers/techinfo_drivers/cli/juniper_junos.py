"""Juniper Junos: EX, QFX, MX, with and without ELS.

Commands: see the sources of templates/juniper_junos.toml. Leases, groups, optics and the long list
of neighbours stand on the CLI reference only.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from techinfo.driver.cli import (
    CliCounters,
    CliGroup,
    CliLease,
    CliMac,
    CliNeighbour,
    CliOptic,
    CliPlatform,
    CliPort,
    CliTable,
    Values,
    counted,
    duplex,
    learnt,
    levels,
    neighbour,
    number,
    origin,
    speed,
)


def _status(values: Values, _: str | None) -> Iterator[CliPort]:
    """Logical interfaces have no link of their own."""
    if "state" not in values:
        return
    up, admin = values["state"].lower() == "up", values.get("admin", "").lower()
    yield CliPort(
        port=values["port"],
        link_up=up,
        admin_up=admin in ("enabled", "up") if admin and admin != "unspecified" else None,
        speed=speed(values.get("speed")) if up else None,
        full_duplex=duplex(values.get("duplex")) if up else None,
        description=values.get("description"),
    )


def _terse(values: Values, _: str | None) -> Iterator[CliPort]:
    if "." not in values["port"]:
        yield from _status(values, None)


def _counters(values: Values, _: str | None) -> Iterator[CliCounters]:
    if "state" in values:
        yield from counted(values, values["port"])


def _mac(values: Values, _: str | None) -> Iterator[CliMac]:
    """ELS tells flags (S static, D dynamic, P persistent), older software a word.

    A VLAN has a name; one that is named by its number ("Vlan100") is told as the number.
    """
    if "mac" not in values:
        return
    flags = values["kind"].upper().split(",")
    kind = values["kind"].lower()
    if len(flags[0]) <= 2:
        kind = "static" if {"S", "P"} & set("".join(flags)) - {"SE"} else "dynamic"
    vlan = re.sub(r"^vlan[-_.]?(?=\d+$)", "", values["vlan"], flags=re.IGNORECASE)
    yield from learnt({**values, "vlan": vlan, "kind": kind})


def _lease(values: Values, _: str | None) -> Iterator[CliLease]:
    vlan = values["vlan"].lower().removeprefix("vlan")
    yield CliLease(
        ip=values["ip"],
        mac=values["mac"],
        port=values["port"],
        vlan=number(vlan),
        left_s=number(values["left"]),
        kind="dynamic" if values["kind"].upper() == "BOUND" else origin(values["kind"]),
    )


def _group(values: Values, _: str | None) -> Iterator[CliGroup]:
    vlan = number(values.get("vlan", "").lower().removeprefix("vlan"))
    yield CliGroup(group=values["group"], port=values["port"], vlan=vlan)


def _optic(values: Values, _: str | None) -> Iterator[CliOptic]:
    yield from levels(values, values["port"], number(values.get("lane")))


def _neighbour(values: Values, port: str | None) -> Iterator[CliNeighbour]:
    yield from neighbour(values, port)


def _table(kind, command, also, section, row, manual=False):
    return CliTable(kind=kind, command=command, also=(also,), template=f"juniper_junos.{section}", row=row, manual=manual)


_ONE = r"(?P<port>[a-z]+-?\d\S*)"
_SHAPE = r"(?: (?:extensive|detail|media|statistics))*"
CLI = CliPlatform(
    names=("juniper_junos", "juniper"),
    vendor="Juniper",
    driver="juniper_junos",
    refusals=(r"^\s*\^?\s*\n?\s*(?:unknown command|syntax error|missing argument)",),
    tables=(
        _table(CliPort, "show interfaces", rf"show interfaces(?: {_ONE})?{_SHAPE}", "interfaces", _status),
        _table(CliCounters, "show interfaces extensive", rf"show interfaces(?: {_ONE})?(?: (?:extensive|detail|statistics))?", "interfaces", _counters),
        _table(CliPort, "show interfaces terse", rf"show interfaces(?: {_ONE})? (?:terse|descriptions)", "terse", _terse),
        _table(CliMac, "show ethernet-switching table", r"show ethernet-switching table(?: (?!summary).*)?", "mac", _mac),
        _table(CliLease, "show dhcp-security binding", r"show (?:dhcp snooping binding|dhcp-security (?:ipv6 )?binding)(?: .*)?", "lease", _lease, True),
        _table(CliGroup, "show igmp snooping membership", r"show (?:igmp|mld)[ -]snooping membership(?: .*)?", "group", _group, True),
        _table(CliOptic, "show interfaces diagnostics optics", rf"show interfaces diagnostics optics(?: {_ONE})?", "optic", _optic, True),
        _table(CliNeighbour, "show lldp neighbors", r"show lldp neighbors", "neighbours", _neighbour),
        _table(CliNeighbour, "show lldp neighbors detail", rf"show lldp neighbors (?:detail|interface {_ONE}.*)", "neighbours_detail", _neighbour, True),
    ),
)
