"""D-Link xStack: DES-3026 to DES-3852, DES-3200, DGS-3120 to DGS-3627; and DGS-3100 of RADLAN.

Commands: see the sources of templates/dlink_ds.toml. Leases of snooping, groups, optics and
counters stand on the guides only.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from techinfo.driver.cli import (
    ERR_DISABLED,
    NO_PORT,
    CliCableTest,
    CliCounters,
    CliGroup,
    CliLease,
    CliMac,
    CliModule,
    CliNeighbour,
    CliOptic,
    CliPlatform,
    CliPort,
    CliTable,
    Parsed,
    Values,
    decimal,
    number,
)
from techinfo.driver.cli_forms import Blocks, Lines
from techinfo.driver.cli_words import (
    counted,
    learnt,
    leased,
    measured,
    milliwatt,
    mode,
    neighbour,
    table,
)

_PORT = r"\d+(?:[:/]\d+)?"
_SKIP = (r"\s*Command ?: .*", r"\s*CTRL\+C.*", r"[\w .:/-]+[#>]\s*")
_PORTS = Lines(
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
_NEIGHBOURS = Blocks(
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


def _ports(text: str) -> Parsed:
    """A combo port stands twice, for copper (C) and fibre (F): its link is the one that is up."""
    parsed = _PORTS(text)
    told: dict[str, Values] = {}
    for values in parsed.rows:
        if values["port"] not in told or mode(values.get("state"))[0]:
            told[values["port"]] = values
    return Parsed(tuple(told.values()), parsed.odd)


def _neighbours(text: str) -> Parsed:
    """The port of the switch is the one that is ruled off; the neighbour's has the same heading.

    Most ports have no neighbour.
    """
    ports = re.sub(r"(?m)^Port ID(\s*:.*)\n-{10,}$", r"End of port\nLocal port\1", text)
    parsed = _NEIGHBOURS(ports)
    return Parsed([values for values in parsed.rows if "entity" in values], parsed.odd)


def _status(values: Values, _: str | None) -> Iterator[CliPort]:
    state = values.get("state", "")
    rate, full = mode(state)
    yield CliPort(
        port=values["port"],
        link_up=rate is not None if state else None,
        admin_up=values["admin"].lower() == "enabled",
        speed=rate,
        full_duplex=full,
        error=ERR_DISABLED if "-disabled" in state.lower() else None,
        description=values.get("description") or None,
    )


def _cable(values: Values, _: str | None) -> Iterator[CliCableTest | CliPort]:
    """A cable test tells the link, too; nobody may test a cable to know the link."""
    if state := values.get("state"):
        yield CliPort(port=values["port"], link_up=state.lower() == "up")
    if status := values.get("status"):
        yield CliCableTest(
            port=values["port"],
            pair=values.get("pair"),
            status=status.lower(),
            length=decimal(values.get("length")),
        )


def _mac(values: Values, port: str | None) -> Iterator[CliMac]:
    """What port security has learnt is forgotten: DeleteOnReset, Del_On_Timeout."""
    kind = values["kind"].lower()
    if kind not in ("drop", "self", "cpu"):
        word = "dynamic" if kind.startswith("del") else {"permanent": "static"}.get(kind, kind)
        yield from learnt({**values, "kind": word}, port)


def _server_lease(values: Values, _: str | None) -> Iterator[CliLease]:
    """Of the DHCP server in the switch: it does not know the port."""
    kind = "dynamic" if values["kind"].lower() in ("automatic", "dynamic") else "static"
    yield CliLease(ip=values["ip"], mac=values["mac"], port=NO_PORT, kind=kind)


def _group(values: Values, _: str | None) -> Iterator[CliGroup]:
    """A group that a host joins but for some sources is joined; their own rows are not."""
    source = values.get("source", "NULL").upper()
    excluded = source not in ("NULL", "*") and values.get("mode", "").lower() == "exclude"
    for port in () if excluded else _listed(values.get("ports", "")):
        if group := values.get("group"):
            yield CliGroup(group=group, port=port, vlan=number(values.get("vlan")))


def _listed(ports: str) -> Iterator[str]:
    """Ports of a list: 1-3,7 or 1:1-1:3,2:7."""
    for part in ports.replace(" ", "").split(","):
        found = re.fullmatch(r"(\d+[:/])?(\d+)(?:-(?:\d+[:/])?(\d+))?", part)
        if found:
            last = int(found[3] or found[2])
            for n in range(int(found[2]), min(last, int(found[2]) + 64) + 1):
                yield f"{found[1] or ''}{n}"


def _optic(values: Values, port: str | None) -> Iterator[CliOptic | CliModule]:
    if values["unit"].lower() != "dbm":
        values = {**values, **{key: milliwatt(values[key]) for key in ("rx", "tx")}}
    yield from measured(values, port)


_ALL = rf"(?:all|{_PORT}(?:[-,][\d:/,-]+)?)"
_TEST = rf"cable_diag ports? {_ALL}"
CLI = CliPlatform(
    names=("dlink_ds", "dlink_radlan"),
    vendor="D-Link",
    driver="dlink_ds",
    refusals=(r"next possible completions", r"ambiguous token", r"available commands"),
    tables=(
        CliTable(
            kind=CliPort,
            command="show ports",
            also=(rf"show ports(?: {_ALL})?(?: description| desc)?",),
            template=_ports,
            row=_status,
        ),
        CliTable(
            kind=CliNeighbour,
            command="show lldp remote_ports mode normal",
            also=(rf"show lldp remote_ports(?: {_ALL})?(?: mode (?:normal|detailed))?",),
            template=_neighbours,
            row=neighbour,
        ),
        table(CliCableTest, "cable_diag ports all", "dlink_ds.cable_test", _cable, _TEST),
        table(CliMac, "show fdb", "dlink_ds.fdb", _mac, r"show fdb(?: (?!aging|static).*)?"),
        table(CliLease, "show dhcp_binding", "dlink_ds.server_lease", _server_lease),
        table(
            CliLease,
            "show address_binding dhcp_snoop binding_entry",
            "dlink_ds.lease",
            leased,
            r"show address_binding dhcp_snoop binding_entry(?: .*)?",
            manual=True,
        ),
        table(
            CliGroup,
            "show igmp_snooping group",
            "dlink_ds.group",
            _group,
            r"show (?:igmp|mld)_snooping group(?: .*)?",
            manual=True,
        ),
        table(
            CliOptic,
            "show ddm ports status",
            "dlink_ds.optic",
            _optic,
            rf"show ddm ports(?: {_ALL})? status",
            rf"show optical-transceiver(?: {_ALL})?",
            manual=True,
        ),
        table(
            CliCounters,
            "show packet ports all",
            "dlink_ds.packets",
            counted,
            rf"show (?:packet|error) ports? {_ALL}",
            manual=True,
        ),
    ),
)
