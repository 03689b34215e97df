"""Cisco NX-OS: Nexus 3000, 5000, 7000, 9000.

Commands: see the sources of templates/cisco_nxos.toml.
"""

from __future__ import annotations

from collections.abc import Iterator

from techinfo.driver import cli as c
from techinfo.driver import cli_session as s
from techinfo.driver import cli_words as w

_OWN = r"\D*|(?:sup-eth|nve|vlan|vpc).*"
"""The supervisor, the overlay, and words stand in the port's column, too."""


def _status(values: c.Values, _: str | None) -> Iterator[c.CliPort]:
    """Words for the link are cut at nine characters."""
    state, why = values["state"].lower(), values.get("why", "")
    up = values.get("protocol", state).lower() in ("connected", "up")
    admin: bool | None = None
    if "admin" in values:
        admin = values["admin"].lower() == "up"
    elif state.startswith(("disab", "connected", "notconn")):
        admin = not state.startswith("disab")
    elif why.lower() == "administratively down":
        admin = False
    failed = "err" in state or "errdisabled" in why.lower().replace("-", "")
    yield c.CliPort(
        port=values["port"],
        link_up=up,
        admin_up=admin,
        speed=w.speed(values.get("speed")) if up else None,
        full_duplex=w.duplex(values.get("duplex")) if up else None,
        error=(why or c.ERR_DISABLED) if failed else None,
        description=w.texts(values, "description")[0],
    )


def _mac(values: c.Values, port: str | None) -> Iterator[c.CliMac]:
    yield from w.learnt(values, port, _OWN)


_INT = r"sh(?:ow?)? int(?:e[a-z]*)?"
_ONE = r"(?P<port>[a-z][a-z-]* ?\d[\d/.]*)"
_MODULE = rf"{_INT}(?: {_ONE})? trans[a-z]*(?: details?)?"
CLI = c.CliPlatform(
    names=("cisco_nxos",),
    vendor="Cisco",
    session=s.CliSession(
        after_login=("terminal length 0", "terminal width 511"),
        netmiko="terminal width 511, terminal length 0; at log-out exit",
    ),
    tables=(
        w.table(
            c.CliPort,
            "show interface status",
            "cisco_nxos.status",
            _status,
            rf"{_INT}(?: {_ONE})? status",
        ),
        w.table(
            c.CliProtection,
            "show interface",
            "cisco_nxos.interfaces",
            w.guarded(_status),
            rf"{_INT}(?: {_ONE})?",
        ),
        w.table(
            c.CliPort, "show interface", "cisco_nxos.interfaces", _status, rf"{_INT}(?: {_ONE})?"
        ),
        w.table(
            c.CliCounters,
            "show interface",
            "cisco_nxos.interfaces",
            w.counted,
            rf"{_INT}(?: {_ONE})?",
        ),
        w.table(
            c.CliCounters,
            "show interface counters",
            "cisco_nxos.counters",
            w.columned,
            rf"{_INT}(?: {_ONE})? counters(?: errors)?",
        ),
        w.table(
            c.CliMac,
            "show mac address-table",
            "cisco_nxos.mac",
            _mac,
            r"sh(?:ow?)? mac addr[a-z-]*(?: (?!count|aging).*)?",
        ),
        w.table(
            c.CliLease,
            "show ip dhcp snooping binding",
            "cisco_nxos.lease",
            w.leased,
            r"show ip dhcp snooping bind[a-z]*(?: .*)?",
        ),
        w.table(
            c.CliOptic,
            "show interface transceiver details",
            "cisco_nxos.module",
            w.measured,
            _MODULE,
        ),
        w.table(
            c.CliNeighbour,
            "show lldp neighbors",
            "cisco_nxos.neighbours",
            w.neighbour,
            r"show lldp ne[a-z]*",
        ),
        w.table(
            c.CliNeighbour,
            "show lldp neighbors detail",
            "cisco_nxos.neighbours_detail",
            w.neighbour,
            r"show lldp ne[a-z]*(?: .*)? det[a-z]*",
        ),
    ),
)
