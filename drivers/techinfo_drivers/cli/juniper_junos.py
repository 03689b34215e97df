"""Juniper Junos: EX, QFX, MX, with and without ELS.

Commands: see the sources of templates/juniper_junos.toml. Leases, groups, optics, what is
shaped and the long list of neighbours stand on the CLI reference only; what filters police is not
told.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from techinfo.driver import cli as c
from techinfo.driver import cli_session as s
from techinfo.driver import cli_words as w


def _status(values: c.Values, _: str | None) -> Iterator[c.CliPort]:
    """Logical interfaces have no link of their own."""
    if "state" not in values:
        return
    up, admin = values["state"].lower() == "up", values.get("admin", "").lower()
    yield w.linked(
        values, up, admin in ("enabled", "up") if admin and admin != "unspecified" else None
    )


def _terse(values: c.Values, _: str | None) -> Iterator[c.CliPort]:
    if "." not in values["port"]:
        yield from _status(values, None)


def _counters(values: c.Values, _: str | None) -> Iterator[c.CliCounters]:
    if "state" in values:
        yield from w.counted(values, values["port"])


def _mac(values: c.Values, _: str | None) -> Iterator[c.CliMac]:
    """ELS tells flags (S static, D dynamic, P persistent, SE counted), older software a word.

    A VLAN has a name; one that is named by its number ("Vlan100") is told as the number.
    """
    if "mac" not in values:
        return
    flags = values["kind"].upper().split(",")
    kind = values["kind"].lower()
    if len(flags[0]) <= 4:
        letters = set("".join(flag for flag in flags if flag not in ("SE", "NM")))
        kind = "static" if {"S", "P"} & letters else "dynamic"
    vlan = re.sub(r"^vlan[-_.]?(?=\d+$)", "", values["vlan"], flags=re.IGNORECASE)
    yield from w.learnt({**values, "vlan": vlan, "kind": kind}, None)


def _lease(values: c.Values, _: str | None) -> Iterator[c.CliLease]:
    kind = "dynamic" if values["kind"].upper() == "BOUND" else values["kind"]
    vlan = values["vlan"].lower().removeprefix("vlan")
    yield from w.leased({**values, "vlan": vlan, "kind": kind}, None)


def _group(values: c.Values, _: str | None) -> Iterator[c.CliGroup]:
    vlan = c.number(values.get("vlan", "").lower().removeprefix("vlan"))
    yield c.CliGroup(group=values["group"], port=values["port"], vlan=vlan)


def _rate(values: c.Values, _: str | None) -> Iterator[c.CliRate]:
    """The rate stands before the map: where neither is, or a profile has it, nothing is known."""
    if values["kind"].lower() == "logical":
        return
    if "out" not in values and ("map" not in values or "profile" in values):
        raise ValueError("the rate is not told")
    limit = {"out": values.get("out", "unlimited"), "unit": values.get("unit")}
    yield from w.limited({"port": values["port"], **limit}, None)


_ONE = r"(?P<port>[a-z]+-?\d\S*)"
_SHAPE = r"(?: (?:extensive|detail|media|statistics))*"
_SEEN = w.Tables("juniper_junos")
_MANUAL = w.Tables("juniper_junos", manual=True)
CLI = c.CliPlatform(
    names=("juniper_junos", "juniper"),
    vendor="Juniper",
    driver="juniper_junos",
    refusals=(r"^\s*\^?\s*\n?\s*(?:unknown command|syntax error|missing argument)",),
    session=s.CliSession(
        prompt=r"[\w.@-]{1,80}>",
        config_prompt=r"[\w.@-]{1,80}#",
        above_prompt=r"\{[\w:.-]+\}|\[edit[^\]]*\]|",
        after_login=(
            "set cli screen-length 0",
            "set cli screen-width 511",
            "set cli complete-on-space off",
        ),
        netmiko="the same, and cli where it comes to a shell",
    ),
    tables=(
        _SEEN(
            c.CliPort,
            "show interfaces",
            "interfaces",
            rf"show interfaces(?: {_ONE})?{_SHAPE}",
            row=_status,
            one_port="show interfaces {port}",
        ),
        _SEEN(
            c.CliCounters,
            "show interfaces extensive",
            "interfaces",
            rf"show interfaces(?: {_ONE})?(?: (?:extensive|detail|statistics))?",
            row=_counters,
            one_port="show interfaces {port} extensive",
        ),
        _SEEN(
            c.CliPort,
            "show interfaces terse",
            "terse",
            rf"show interfaces(?: {_ONE})? (?:terse|descriptions)",
            row=_terse,
        ),
        _SEEN(
            c.CliMac,
            "show ethernet-switching table",
            "mac",
            r"show ethernet-switching table(?: (?!summary).*)?",
            row=_mac,
            one_port="show ethernet-switching table interface {port}",
        ),
        _MANUAL(
            c.CliLease,
            "show dhcp-security binding",
            "lease",
            r"show (?:dhcp snooping binding|dhcp-security (?:ipv6 )?binding)(?: .*)?",
            row=_lease,
        ),
        _MANUAL(
            c.CliGroup,
            "show igmp snooping membership",
            "group",
            r"show (?:igmp|mld)[ -]snooping membership(?: .*)?",
            row=_group,
        ),
        _MANUAL(
            c.CliRate,
            "show class-of-service interface",
            "rates",
            rf"show class-of-service interface(?: {_ONE})?",
            row=_rate,
            one_port="show class-of-service interface {port}",
        ),
        _MANUAL(
            c.CliOptic,
            "show interfaces diagnostics optics",
            "optic",
            rf"show interfaces diagnostics optics(?: {_ONE})?",
            one_port="show interfaces diagnostics optics {port}",
        ),
        _SEEN(c.CliNeighbour, "show lldp neighbors", "neighbours", r"show lldp neighbors"),
        _MANUAL(
            c.CliNeighbour,
            "show lldp neighbors detail",
            "neighbours_detail",
            rf"show lldp neighbors (?:detail|interface {_ONE}.*)",
            one_port="show lldp neighbors interface {port}",
        ),
    ),
)
