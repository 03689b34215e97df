"""D-Link with a command line like Cisco's: DGS-3610; DGS-1510, DGS-3130, DGS-3630.

Commands: see the sources of templates/dlink_cisco_cli.toml. Leases and the table of counters stand
on the references only.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from techinfo.driver import cli as c
from techinfo.driver import cli_forms as f
from techinfo.driver import cli_session as s
from techinfo.driver import cli_words as w

_ADMIN = {
    "administratively down": False,
    "disabled": False,
    "up": True,
    "down": True,
    "connected": True,
    "not-connected": True,
}


_NEIGHBOURS = f.Blocks(
    start=(
        r"Lldp neighbor-information of port \[(?P<port>[^\]]+)\]",
        r"\s*Neighbor index\s*:\s*(?P<index>\d+)",
    ),
    fields=(
        r"^\s*Chassis ID\s*:\s*(?P<chassis_id>\S.*)",
        r"^\s*Port ID\s*:\s*(?P<port_id>\S.*)",
        r"^\s*System name\s*:\s*(?P<name>\S.*)",
    ),
    verbatim=(r"\s*System description\s*:.*", r"\s*System capabilities supported.*"),
    carried=("port",),
    end=(r"-{20,}",),
)


def _neighbours(text: str) -> c.Parsed:
    """A port's name is ruled off on both sides; any other rule ends what is the port's."""
    named = r"(?m)^(-{20,})\s*\n(Lldp neighbor-information of port \[.*\])\s*\n-{20,}\s*$"
    return _NEIGHBOURS(re.sub(named, r"\1\n\2", text))


def _is_port(values: c.Values) -> bool:
    return not values["port"].lower().startswith(("vlan", "loopback", "null", "tunnel"))


def _status(values: c.Values, _: str | None) -> Iterator[c.CliPort]:
    """The first word of two is the port's own, the second the line's."""
    state = values["state"].lower()
    link = (values.get("protocol") or values.get("link") or state).lower()
    up = link in ("up", "connected")
    if _is_port(values):
        yield w.linked(
            values, up, _ADMIN.get(state), c.ERR_DISABLED if state == c.ERR_DISABLED else None
        )


def _counters(values: c.Values, port: str | None) -> Iterator[c.CliCounters]:
    if _is_port(values):
        yield from w.counted(values, port)


_INT = r"sh(?:ow?)? int[a-z]*"
_ONE = r"(?:[a-z][a-z-]* ?\d[\d/]*)"
_PIPE = r"(?: \| i[a-z]* .*)?"
_SEEN = w.Tables("dlink_cisco_cli")
_MANUAL = w.Tables("dlink_cisco_cli", manual=True)
CLI = c.CliPlatform(
    names=("dlink_cisco_cli",),
    vendor="D-Link",
    driver="dlink_ds",
    session=s.CliSession(
        after_login=("terminal length 0",),
        enable="enable",
    ),
    tables=(
        _SEEN(
            c.CliPort,
            "show interfaces status",
            "status",
            rf"{_INT}(?: {_ONE})? status{_PIPE}",
            row=_status,
        ),
        _SEEN(
            c.CliProtection,
            "show interfaces status",
            "status",
            rf"{_INT}(?: {_ONE})? status{_PIPE}",
            row=w.guarded(_status),
        ),
        *_SEEN.each(
            {c.CliPort: _status, c.CliCounters: _counters},
            "show interfaces",
            "interfaces",
            rf"{_INT}(?: {_ONE})?",
        ),
        _MANUAL(
            c.CliCounters, "show interfaces counters", "counters", rf"{_INT}(?: {_ONE})? counters"
        ),
        _SEEN(
            c.CliMac,
            "show mac-address-table",
            "mac",
            r"show mac[- ]address-table(?: (?!aging|count|multicast).*)?",
            row=w.learnt_at,
        ),
        _MANUAL(
            c.CliLease,
            "show ip dhcp snooping binding",
            "lease",
            r"show ip dhcp snooping bind[a-z]*(?: .*)?",
        ),
        c.CliTable(
            kind=c.CliNeighbour,
            command="show lldp neighbor-information",
            also=(rf"show lldp neighbors?(?:-information)?(?: interface {_ONE})?",),
            template=_neighbours,
            row=w.neighbour,
        ),
    ),
)
