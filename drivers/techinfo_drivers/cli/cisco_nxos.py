"""Cisco NX-OS: Nexus 3000, 5000, 7000, 9000.

Commands: see the sources of templates/cisco_nxos.toml.
"""

from __future__ import annotations

from collections.abc import Iterator

from techinfo.driver.cli import (
    ERR_DISABLED,
    CliCounters,
    CliLease,
    CliMac,
    CliNeighbour,
    CliOptic,
    CliPlatform,
    CliPort,
    Values,
)
from techinfo.driver.cli_words import (
    columned,
    counted,
    duplex,
    learnt,
    leased,
    measured,
    neighbour,
    speed,
    table,
    texts,
)

_OWN = r"\D*|(?:sup-eth|nve|vlan|vpc).*"
"""The supervisor, the overlay, and words stand in the port's column, too."""


def _status(values: Values, _: str | None) -> Iterator[CliPort]:
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
    yield CliPort(
        port=values["port"],
        link_up=up,
        admin_up=admin,
        speed=speed(values.get("speed")) if up else None,
        full_duplex=duplex(values.get("duplex")) if up else None,
        error=(why or ERR_DISABLED) if failed else None,
        description=texts(values, "description")[0],
    )


def _mac(values: Values, port: str | None) -> Iterator[CliMac]:
    yield from learnt(values, port, _OWN)


_INT = r"sh(?:ow?)? int(?:e[a-z]*)?"
_ONE = r"(?P<port>[a-z][a-z-]* ?\d[\d/.]*)"
_MODULE = rf"{_INT}(?: {_ONE})? trans[a-z]*(?: details?)?"
CLI = CliPlatform(
    names=("cisco_nxos",),
    vendor="Cisco",
    tables=(
        table(
            CliPort,
            "show interface status",
            "cisco_nxos.status",
            _status,
            rf"{_INT}(?: {_ONE})? status",
        ),
        table(CliPort, "show interface", "cisco_nxos.interfaces", _status, rf"{_INT}(?: {_ONE})?"),
        table(
            CliCounters, "show interface", "cisco_nxos.interfaces", counted, rf"{_INT}(?: {_ONE})?"
        ),
        table(
            CliCounters,
            "show interface counters",
            "cisco_nxos.counters",
            columned,
            rf"{_INT}(?: {_ONE})? counters(?: errors)?",
        ),
        table(
            CliMac,
            "show mac address-table",
            "cisco_nxos.mac",
            _mac,
            r"sh(?:ow?)? mac addr[a-z-]*(?: (?!count|aging).*)?",
        ),
        table(
            CliLease,
            "show ip dhcp snooping binding",
            "cisco_nxos.lease",
            leased,
            r"show ip dhcp snooping bind[a-z]*(?: .*)?",
        ),
        table(
            CliOptic, "show interface transceiver details", "cisco_nxos.module", measured, _MODULE
        ),
        table(
            CliNeighbour,
            "show lldp neighbors",
            "cisco_nxos.neighbours",
            neighbour,
            r"show lldp ne[a-z]*",
        ),
        table(
            CliNeighbour,
            "show lldp neighbors detail",
            "cisco_nxos.neighbours_detail",
            neighbour,
            r"show lldp ne[a-z]*(?: .*)? det[a-z]*",
        ),
    ),
)
