"""D-Link xStack: DES-3026 to DES-3852, DES-3200, DGS-3120 to DGS-3627; and DGS-3100 of RADLAN.

Commands: templates/dlink_ds.toml. Leases, groups, optics, rates, counters: on the guides only.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from techinfo.driver import cli as c
from techinfo.driver import cli_forms as f
from techinfo.driver import cli_session as s
from techinfo.driver import cli_words as w
from techinfo.driver.protection_words import OPEN, blocked
from techinfo_drivers.cli import _cable_tests as cable_tests

_PORT = r"\d+(?:[:/]\d+)?"
_SKIP = (r"\s*Command ?: .*", r"\s*CTRL\+C.*", r"[\w .:/-]+[#>]\s*")
_PORTS = f.Lines(
    row=(
        rf"\s*(?P<port>{_PORT})\s*(?:\((?P<medium>[CF])\))?\s+(?P<admin>Enabled|Disabled)\s+"
        r"(?:Auto|\d+[MG])/\S+\s+(?:(?P<state>Link ?Down|\S+-Disabled|Empty|\d+[MG]/\S+)\s+)?"
        r"(?:Enabled|Disabled|-)(?:\s+(?:Enabled|Disabled|-|Auto|MDI|MDIX))*",
    ),
    more=(
        r"\s*Desc(?:ription)?\s*:\s*(?P<description>.*)",
        r"\s+(?:Auto|MDIX?|Cross|Normal|N/A|-)",
    ),
    skip=(r"\s*Port\s.*", r"\s*(?:State|MDIX)\b.*", r"\s*(?:Notes?|\*).*", *_SKIP),
)
_NEIGHBOURS = f.Blocks(
    start=(rf"Local port\s*:\s*(?P<port>{_PORT})\s*", r"\s*Entity (?P<entity>\d+)"),
    fields=(
        r"^\s*Chassis ID\s*:\s*(?P<chassis_id>\S.*)",
        r"^\s*Port ID\s*:\s*(?P<port_id>\S.*)",
        r"^\s*System Name\s*:\s*(?P<name>\S.*)",
    ),
    carried=("port",),
    end=(r"-{10,}", "End of port"),
    inside=(r"\s.*", r"[A-Z][\w /()-]*\s*:.*"),
    skip=_SKIP,
)


def _ports(text: str) -> c.Parsed:
    """A combo port stands twice, for copper (C) and fibre (F): its link is the one that is up."""
    parsed = _PORTS(text)
    told: dict[str, c.Values] = {}
    for values in parsed.rows:
        if values["port"] not in told or w.mode(values.get("state"))[0]:
            told[values["port"]] = values
    return c.Parsed(tuple(told.values()), parsed.odd)


def _neighbours(text: str) -> c.Parsed:
    """The port of the switch is ruled off, its neighbour's is not. Most have no neighbour."""
    ports = re.sub(r"(?m)^Port ID(\s*:.*)\n-{10,}$", r"End of port\nLocal port\1", text)
    parsed = _NEIGHBOURS(ports)
    return c.Parsed([values for values in parsed.rows if "entity" in values], parsed.odd)


def _closed(values: c.Values, _: str | None) -> Iterator[c.CliProtection]:
    """What has disabled a port stands in the column of its line rate: Loop-Disabled."""
    state = values.get("state", "")
    if state:
        closed = re.match(r"[a-z]+-disabled", state, re.IGNORECASE)
        found = blocked(closed[0]) if closed else OPEN
        yield c.CliProtection(port=values["port"], protection=found)


def _status(values: c.Values, _: str | None) -> Iterator[c.CliPort]:
    state = values.get("state", "")
    rate, full = w.mode(state)
    yield c.CliPort(
        port=values["port"],
        link_up=rate is not None if state else None,
        admin_up=values["admin"].lower() == "enabled",
        speed=rate,
        full_duplex=full,
        error=c.ERR_DISABLED if "-disabled" in state.lower() else None,
        description=values.get("description") or None,
    )


def _cable(values: c.Values, _: str | None) -> Iterator[c.CliCableTest | c.CliPort]:
    """A cable test tells the link, too; nobody may test a cable to know the link."""
    if state := values.get("state"):
        yield c.CliPort(port=values["port"], link_up=state.lower() == "up")
    yield from w.tested(values, None)


def _mac(values: c.Values, port: str | None) -> Iterator[c.CliMac]:
    """What port security has learnt is forgotten: DeleteOnReset, Del_On_Timeout."""
    kind = values["kind"].lower()
    if kind not in ("drop", "self", "cpu"):
        word = "dynamic" if kind.startswith("del") else {"permanent": "static"}.get(kind, kind)
        yield from w.learnt({**values, "kind": word}, port)


def _server_lease(values: c.Values, _: str | None) -> Iterator[c.CliLease]:
    """Of the DHCP server in the switch: it does not know the port."""
    kind = "dynamic" if values["kind"].lower() in ("automatic", "dynamic") else "static"
    yield c.CliLease(ip=values["ip"], mac=values["mac"], port=c.NO_PORT, kind=kind)


def _group(values: c.Values, _: str | None) -> Iterator[c.CliGroup]:
    """A group that a host joins but for some sources is joined; their own rows are not."""
    source = values.get("source", "NULL").upper()
    excluded = source not in ("NULL", "*") and values.get("mode", "").lower() == "exclude"
    for port in () if excluded else w.listed(values.get("ports", "")):
        if group := values.get("group"):
            yield c.CliGroup(group=group, port=port, vlan=c.number(values.get("vlan")))


def _optic(values: c.Values, port: str | None) -> Iterator[c.CliOptic | c.CliModule]:
    if values["unit"].lower() != "dbm":
        values = {**values, **{key: w.milliwatt(values[key]) for key in ("rx", "tx")}}
    yield from w.measured(values, port)


_ALL = rf"(?:all|{_PORT}(?:[-,][\d:/,-]+)?)"
_TEST = rf"cable_diag ports? {_ALL}"
_SEEN = w.Tables("dlink_ds")
_MANUAL = w.Tables("dlink_ds", manual=True)
CLI = c.CliPlatform(
    names=("dlink_ds", "dlink_radlan"),
    vendor="D-Link",
    driver="dlink_ds",
    refusals=(r"next possible completions", r"ambiguous token", r"available commands"),
    session=s.CliSession(
        config_prompt="",
        logout="logout",
        netmiko="disable clipaging, at log-out enable clipaging: for the whole switch",
    ),
    cable_test=cable_tests.DLINK_DS,
    tables=(
        *_SEEN.each(
            {c.CliPort: _status, c.CliProtection: _closed},
            "show ports",
            _ports,
            rf"show ports(?: {_ALL})?(?: description| desc)?",
            one_port="show ports {port}",
        ),
        _SEEN(
            c.CliNeighbour,
            "show lldp remote_ports mode normal",
            _neighbours,
            rf"show lldp remote_ports(?: {_ALL})?(?: mode (?:normal|detailed))?",
        ),
        _SEEN(c.CliCableTest, "cable_diag ports all", "cable_test", _TEST, row=_cable),
        _SEEN(
            c.CliMac,
            "show fdb",
            "fdb",
            r"show fdb(?: (?!aging|static).*)?",
            row=_mac,
            one_port="show fdb port {port}",
        ),
        _SEEN(c.CliLease, "show dhcp_binding", "server_lease", row=_server_lease),
        _MANUAL(
            c.CliLease,
            "show address_binding dhcp_snoop binding_entry",
            "lease",
            r"show address_binding dhcp_snoop binding_entry(?: .*)?",
        ),
        _MANUAL(
            c.CliGroup,
            "show igmp_snooping group",
            "group",
            r"show (?:igmp|mld)_snooping group(?: .*)?",
            row=_group,
        ),
        _MANUAL(
            c.CliOptic,
            "show ddm ports status",
            "optic",
            rf"show ddm ports(?: {_ALL})? status",
            rf"show optical-transceiver(?: {_ALL})?",
            row=_optic,
            one_port="show ddm ports {port} status",
        ),
        _MANUAL(
            c.CliRate,
            "show bandwidth_control",
            "rates",
            rf"show bandwidth_control(?: {_ALL})?",
            one_port="show bandwidth_control {port}",
        ),
        _MANUAL(
            c.CliCounters,
            "show packet ports all",
            "packets",
            rf"show (?:packet|error) ports? {_ALL}",
            one_port="show packet ports {port}",
        ),
    ),
)
