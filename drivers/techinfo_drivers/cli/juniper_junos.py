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
    Values,
    number,
)
from techinfo.driver.cli_words import (
    counted,
    duplex,
    learnt,
    leased,
    measured,
    neighbour,
    speed,
    table,
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
    yield from learnt({**values, "vlan": vlan, "kind": kind}, None)


def _lease(values: Values, _: str | None) -> Iterator[CliLease]:
    kind = "dynamic" if values["kind"].upper() == "BOUND" else values["kind"]
    vlan = values["vlan"].lower().removeprefix("vlan")
    yield from leased({**values, "vlan": vlan, "kind": kind}, None)


def _group(values: Values, _: str | None) -> Iterator[CliGroup]:
    vlan = number(values.get("vlan", "").lower().removeprefix("vlan"))
    yield CliGroup(group=values["group"], port=values["port"], vlan=vlan)


_ONE = r"(?P<port>[a-z]+-?\d\S*)"
_SHAPE = r"(?: (?:extensive|detail|media|statistics))*"
CLI = CliPlatform(
    names=("juniper_junos", "juniper"),
    vendor="Juniper",
    driver="juniper_junos",
    refusals=(r"^\s*\^?\s*\n?\s*(?:unknown command|syntax error|missing argument)",),
    tables=(
        table(
            CliPort,
            "show interfaces",
            "juniper_junos.interfaces",
            _status,
            rf"show interfaces(?: {_ONE})?{_SHAPE}",
        ),
        table(
            CliCounters,
            "show interfaces extensive",
            "juniper_junos.interfaces",
            _counters,
            rf"show interfaces(?: {_ONE})?(?: (?:extensive|detail|statistics))?",
        ),
        table(
            CliPort,
            "show interfaces terse",
            "juniper_junos.terse",
            _terse,
            rf"show interfaces(?: {_ONE})? (?:terse|descriptions)",
        ),
        table(
            CliMac,
            "show ethernet-switching table",
            "juniper_junos.mac",
            _mac,
            r"show ethernet-switching table(?: (?!summary).*)?",
        ),
        table(
            CliLease,
            "show dhcp-security binding",
            "juniper_junos.lease",
            _lease,
            r"show (?:dhcp snooping binding|dhcp-security (?:ipv6 )?binding)(?: .*)?",
            manual=True,
        ),
        table(
            CliGroup,
            "show igmp snooping membership",
            "juniper_junos.group",
            _group,
            r"show (?:igmp|mld)[ -]snooping membership(?: .*)?",
            manual=True,
        ),
        table(
            CliOptic,
            "show interfaces diagnostics optics",
            "juniper_junos.optic",
            measured,
            rf"show interfaces diagnostics optics(?: {_ONE})?",
            manual=True,
        ),
        table(
            CliNeighbour,
            "show lldp neighbors",
            "juniper_junos.neighbours",
            neighbour,
            r"show lldp neighbors",
        ),
        table(
            CliNeighbour,
            "show lldp neighbors detail",
            "juniper_junos.neighbours_detail",
            neighbour,
            rf"show lldp neighbors (?:detail|interface {_ONE}.*)",
            manual=True,
        ),
    ),
)
