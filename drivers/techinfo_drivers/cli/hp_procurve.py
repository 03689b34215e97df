"""HP ProCurve and ArubaOS-Switch: 2510 to 5400zl, 2530 to 5400R.

Commands: see the sources of templates/hp_procurve.toml. Leases, optics, rates and one port's
counters stand on the guides only. A rate in percent of the line's is left out, and so is that of a
port to which RADIUS has given another.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from techinfo.driver import cli as c
from techinfo.driver import cli_session as s
from techinfo.driver import cli_words as w


def _status(values: c.Values, _: str | None) -> Iterator[c.CliPort]:
    """A mode is 1000FDx, 10HDx or 10GigFD; a port that is down keeps its last one."""
    if "state" not in values:
        return
    up = values["state"].lower() == "up"
    mode = (
        re.match(r"(\d+(?:Gig)?)([FH])D", values.get("mode") or "", re.IGNORECASE) if up else None
    )
    yield c.CliPort(
        port=values["port"],
        link_up=up,
        admin_up=values["admin"].lower() == "yes" if "admin" in values else None,
        speed=w.speed(mode[1].lower().replace("gig", "g")) if mode else None,
        full_duplex=mode[2].upper() == "F" if mode else None,
        description=w.texts(values, "description")[0],
    )


def _mac(values: c.Values, _: str | None) -> Iterator[c.CliMac]:
    """Columns are Port and VLAN; of one port or one VLAN the heading tells it."""
    columns = values.get("columns", "").lower()
    told = [values.get("first"), values.get("second")]
    vlan, at = values.get("vlan"), values.get("at")
    if columns.startswith("vlan"):
        vlan, told = told[0], told[1:]
    elif "port" in columns:
        at, told = told[0], told[1:]
        vlan = told[0] if "vlan" in columns else vlan
    yield from w.learnt(
        {"mac": values["mac"], "vlan": vlan, "ports": at, "kind": None}, None, r"\D*"
    )


def _short(values: c.Values, port: str | None) -> Iterator[c.CliNeighbour]:
    """Its columns are cut by the rule below the heading; names that are too long end in dots."""
    told = w.cells(values["rule"], values["text"].replace("|", " ", 1))
    names = ("port", "chassis_id", "port_id", "descr", "name")
    yield from w.neighbour(dict(zip(names, told, strict=False)), port)


_INT = r"sh(?:ow?)? int[a-z]*"
_ONE = r"(?:ethernet )?(?P<port>(?!b|s|t|d|c)(?:\d+/)?[a-z]?[\d/]+)"
_ROWS: w.Rows = {c.CliPort: _status}
_SEEN = w.Tables("hp_procurve", _ROWS)
_MANUAL = w.Tables("hp_procurve", _ROWS, manual=True)
CLI = c.CliPlatform(
    names=("hp_procurve", "aruba_procurve", "aruba_osswitch"),
    vendor="HP",
    driver="hp_procurve",
    refusals=(r"invalid input:", r"ambiguous input:", r"incomplete input:"),
    session=s.CliSession(
        prompt=r"\w[\w.():@~+*% /-]{0,80}[>#]",
        logout="logout",
        at_logout=(
            s.Answer(asked=r".*do you want to log out.*", typed="y"),
            s.Answer(asked=r".*do you want to save.*", typed="n"),
        ),
        netmiko="enable, terminal width 511, no page: they want more rights",
    ),
    tables=(
        _SEEN(
            c.CliPort,
            "show interfaces brief",
            "brief",
            rf"{_INT} br[a-z]*(?: {_ONE})?",
            one_port="show interfaces brief {port}",
        ),
        _SEEN(c.CliPort, "show interfaces status", "status", rf"{_INT} status(?: {_ONE})?"),
        *_MANUAL.each(
            {c.CliPort: _status, c.CliCounters: w.counted},
            "show interfaces ethernet all",
            "port",
            rf"{_INT} {_ONE}",
            one_port="show interfaces ethernet {port}",
        ),
        _SEEN(c.CliMac, "show mac-address", "mac", r"sh(?:ow?)? mac-a[a-z]*(?: .*)?", row=_mac),
        _MANUAL(
            c.CliLease,
            "show dhcp-snooping binding",
            "lease",
            r"show dhcp(?:v6)?-snooping bindings?",
        ),
        _MANUAL(
            c.CliRate,
            "show rate-limit all",
            "rates",
            r"show rate-limit all(?: [a-z\d/,-]+)?",
            one_port="show rate-limit all {port}",
        ),
        _MANUAL(
            c.CliOptic,
            "show interfaces transceiver detail",
            "optic",
            rf"{_INT} transceivers?(?: {_ONE})? detail",
            one_port="show interfaces transceiver {port} detail",
        ),
        _SEEN(
            c.CliNeighbour,
            "show lldp info remote-device",
            "neighbours",
            r"show lldp info remote-device",
            row=_short,
        ),
        _SEEN(
            c.CliNeighbour,
            "show lldp info remote-device detail",
            "neighbours_detail",
            r"show lldp info remote-device (?:detail|(?:ethernet )?(?P<port>(?!detail)\S+))",
            one_port="show lldp info remote-device {port}",
        ),
    ),
)
