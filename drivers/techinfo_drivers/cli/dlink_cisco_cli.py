"""D-Link with a command line like Cisco's: DGS-3610; DGS-1510, DGS-3130, DGS-3630.

Commands: see the sources of templates/dlink_cisco_cli.toml. Leases and the table of counters stand
on the references only.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from techinfo.driver.cli import (
    ERR_DISABLED,
    CliCounters,
    CliLease,
    CliMac,
    CliNeighbour,
    CliPlatform,
    CliPort,
    CliTable,
    Parsed,
    Values,
)
from techinfo.driver.cli_forms import Blocks
from techinfo.driver.cli_words import (
    counted,
    duplex,
    learnt_at,
    leased,
    neighbour,
    speed,
    table,
    texts,
)

_ADMIN = {
    "administratively down": False,
    "disabled": False,
    "up": True,
    "down": True,
    "connected": True,
    "not-connected": True,
}


_NEIGHBOURS = Blocks(
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


def _neighbours(text: str) -> Parsed:
    """A port's name is ruled off on both sides; any other rule ends what is the port's."""
    named = r"(?m)^(-{20,})\s*\n(Lldp neighbor-information of port \[.*\])\s*\n-{20,}\s*$"
    return _NEIGHBOURS(re.sub(named, r"\1\n\2", text))


def _is_port(values: Values) -> bool:
    return not values["port"].lower().startswith(("vlan", "loopback", "null", "tunnel"))


def _status(values: Values, _: str | None) -> Iterator[CliPort]:
    """The first word of two is the port's own, the second the line's."""
    state = values["state"].lower()
    link = (values.get("protocol") or values.get("link") or state).lower()
    up = link in ("up", "connected")
    if _is_port(values):
        yield CliPort(
            port=values["port"],
            link_up=up,
            admin_up=_ADMIN.get(state),
            speed=speed(values.get("speed")) if up else None,
            full_duplex=duplex(values.get("duplex")) if up else None,
            error=ERR_DISABLED if state == ERR_DISABLED else None,
            description=texts(values, "description")[0],
        )


def _counters(values: Values, port: str | None) -> Iterator[CliCounters]:
    if _is_port(values):
        yield from counted(values, port)


_INT = r"sh(?:ow?)? int[a-z]*"
_ONE = r"(?:[a-z][a-z-]* ?\d[\d/]*)"
_PIPE = r"(?: \| i[a-z]* .*)?"
CLI = CliPlatform(
    names=("dlink_cisco_cli",),
    vendor="D-Link",
    driver="dlink_ds",
    tables=(
        table(
            CliPort,
            "show interfaces status",
            "dlink_cisco_cli.status",
            _status,
            rf"{_INT}(?: {_ONE})? status{_PIPE}",
        ),
        table(
            CliPort,
            "show interfaces",
            "dlink_cisco_cli.interfaces",
            _status,
            rf"{_INT}(?: {_ONE})?",
        ),
        table(
            CliCounters,
            "show interfaces",
            "dlink_cisco_cli.interfaces",
            _counters,
            rf"{_INT}(?: {_ONE})?",
        ),
        table(
            CliCounters,
            "show interfaces counters",
            "dlink_cisco_cli.counters",
            counted,
            rf"{_INT}(?: {_ONE})? counters",
            manual=True,
        ),
        table(
            CliMac,
            "show mac-address-table",
            "dlink_cisco_cli.mac",
            learnt_at,
            r"show mac[- ]address-table(?: (?!aging|count|multicast).*)?",
        ),
        table(
            CliLease,
            "show ip dhcp snooping binding",
            "dlink_cisco_cli.lease",
            leased,
            r"show ip dhcp snooping bind[a-z]*(?: .*)?",
            manual=True,
        ),
        CliTable(
            kind=CliNeighbour,
            command="show lldp neighbor-information",
            also=(rf"show lldp neighbors?(?:-information)?(?: interface {_ONE})?",),
            template=_neighbours,
            row=neighbour,
        ),
    ),
)
