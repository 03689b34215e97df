"""Zyxel ZyNOS: ES-2024 to XGS4700, software 3.79 to 4.60.

Commands: see the sources of templates/zyxel_zynos.toml. Leases, groups, optics and neighbours stand
on the guide only.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from techinfo.driver import cli as c
from techinfo.driver import cli_session as s
from techinfo.driver import cli_words as w

_SECONDS = {"d": 86400, "h": 3600, "m": 60, "s": 1}


def _status(values: c.Values, _: str | None) -> Iterator[c.CliPort]:
    """A link is its mode, 1000M/F: or Down."""
    if link := values.get("mode"):
        rate, full = w.mode(link)
        up = rate is not None
        if not up and link.lower() != "down":
            raise ValueError(f"{link!r} is no link")
        yield c.CliPort(port=values["port"], link_up=up, speed=rate, full_duplex=full)


def _config(values: c.Values, _: str | None) -> Iterator[c.CliPort]:
    if admin := values.get("admin"):
        up = admin.lower() == "yes"
        yield c.CliPort(port=values["port"], admin_up=up, description=values.get("description"))


def _lease(values: c.Values, port: str | None) -> Iterator[c.CliLease]:
    """What is left is told as 1d23h58m45s."""
    parts = re.findall(r"(\d+)([dhms])", values["left"])
    left = sum(int(n) * _SECONDS[unit] for n, unit in parts) if parts else values["left"]
    yield from w.leased({**values, "left": left}, port)


_INT = r"sh(?:ow?)? int[a-z]*"
_LIST = r"(?:\*|[\d,-]+)"
_LLDP = r"sh(?:ow?)? lldp info remote"
_SEEN = w.Tables("zyxel_zynos")
_MANUAL = w.Tables("zyxel_zynos", manual=True)
CLI = c.CliPlatform(
    names=("zyxel_zynos", "zyxel_os_switch"),
    vendor="Zyxel",
    driver="zyxel_zynos",
    refusals=(r"%? ?invalid command",),
    session=s.CliSession(netmiko="terminal width 511; at log-out exit"),
    tables=(
        *_SEEN.each(
            {c.CliPort: _status, c.CliCounters: w.counted},
            "show interfaces *",
            "interfaces",
            rf"{_INT} {_LIST}",
            one_port="show interfaces {port}",
        ),
        _SEEN(
            c.CliPort,
            "show interfaces config *",
            "config",
            rf"{_INT} config {_LIST}",
            row=_config,
            one_port="show interfaces config {port}",
        ),
        _SEEN(
            c.CliMac,
            "show mac address-table all",
            "mac",
            r"show mac address-table(?: (?!count|multicast).*)?",
        ),
        _MANUAL(c.CliLease, "show dhcp snooping binding", "lease", row=_lease),
        _MANUAL(
            c.CliGroup,
            "show multicast",
            "group",
            r"show (?:multicast|igmp-snooping group)(?: all)?",
        ),
        _MANUAL(
            c.CliOptic,
            "show interfaces transceiver *",
            "optic",
            rf"{_INT} transceiver {_LIST}",
            one_port="show interfaces transceiver {port}",
        ),
        _MANUAL(c.CliNeighbour, "show lldp info remote", "neighbours", _LLDP),
        _MANUAL(
            c.CliNeighbour,
            "show lldp info remote interface port-channel *",
            "neighbours_detail",
            rf"{_LLDP} interface port-channel (?P<port>\d+)",
        ),
    ),
)
