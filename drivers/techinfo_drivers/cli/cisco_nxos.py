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
    """Words for the link are cut at nine characters.

    The state is called err-disabled and err-disable (Nexus 3600 NX-OS Interfaces Configuration
    Guide, 10.2), and linkFlapErrDisabled in a recording.
    """
    state, why = values["state"].lower(), values.get("why", "")
    up = values.get("protocol", state).lower() in ("connected", "up")
    admin: bool | None = None
    if "admin" in values:
        admin = values["admin"].lower() == "up"
    elif state.startswith(("disab", "connected", "notconn")):
        admin = not state.startswith("disab")
    elif why.lower() == "administratively down":
        admin = False
    failed = "err" in state or "errdisable" in why.lower().replace("-", "")
    yield w.linked(values, up, admin, (why or c.ERR_DISABLED) if failed else None)


def _mac(values: c.Values, port: str | None) -> Iterator[c.CliMac]:
    yield from w.learnt(values, port, _OWN)


_INT = r"sh(?:ow?)? int(?:e[a-z]*)?"
_ONE = r"(?P<port>[a-z][a-z-]* ?\d[\d/.]*)"
_MODULE = rf"{_INT}(?: {_ONE})? trans[a-z]*(?: details?)?"
_SEEN = w.Tables("cisco_nxos")
CLI = c.CliPlatform(
    names=("cisco_nxos",),
    vendor="Cisco",
    session=s.CliSession(
        after_login=("terminal length 0", "terminal width 511"),
        netmiko="terminal width 511, terminal length 0; at log-out exit",
    ),
    tables=(
        _SEEN(
            c.CliPort, "show interface status", "status", rf"{_INT}(?: {_ONE})? status", row=_status
        ),
        *_SEEN.each(
            {c.CliPort: _status, c.CliProtection: w.guarded(_status), c.CliCounters: w.counted},
            "show interface",
            "interfaces",
            rf"{_INT}(?: {_ONE})?",
        ),
        _SEEN(
            c.CliCounters,
            "show interface counters",
            "counters",
            rf"{_INT}(?: {_ONE})? counters(?: errors)?",
            row=w.columned,
        ),
        _SEEN(
            c.CliMac,
            "show mac address-table",
            "mac",
            r"sh(?:ow?)? mac addr[a-z-]*(?: (?!count|aging).*)?",
            row=_mac,
        ),
        _SEEN(
            c.CliLease,
            "show ip dhcp snooping binding",
            "lease",
            r"show ip dhcp snooping bind[a-z]*(?: .*)?",
        ),
        _SEEN(c.CliOptic, "show interface transceiver details", "module", _MODULE),
        _SEEN(c.CliNeighbour, "show lldp neighbors", "neighbours", r"show lldp ne[a-z]*"),
        _SEEN(
            c.CliNeighbour,
            "show lldp neighbors detail",
            "neighbours_detail",
            r"show lldp ne[a-z]*(?: .*)? det[a-z]*",
        ),
    ),
)
