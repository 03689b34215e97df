"""FS S3900 and S5800 of FSOS.

Commands: see the sources of templates/fs_fsos.toml. MAC addresses, leases and optics stand on the
references only.
"""

from __future__ import annotations

from collections.abc import Iterator

from techinfo.driver import cli as c
from techinfo.driver import cli_session as s
from techinfo.driver import cli_words as w


def _status(values: c.Values, _: str | None) -> Iterator[c.CliPort]:
    """A port that is down keeps the speed that is set."""
    up, admin = values["state"].lower() == "up", values.get("admin", "").lower()
    rate, full = w.mode(values.get("mode")) if up else (None, None)
    yield c.CliPort(
        port=w.one_name(values["port"]),
        link_up=up,
        admin_up=admin == "up" if admin else None,
        speed=rate,
        full_duplex=full,
    )


def _long(values: c.Values, port: str | None) -> Iterator[c.CliNeighbour]:
    """The command calls a port channel what is a group elsewhere: the short list knows its name."""
    yield from w.neighbour(w.tidied(values), None if (port or "").startswith("port") else port)


_INT = r"sh(?:ow?)? int[a-z]*"
_NAME = r"(?:eth[a-z]* ?\d[\d/]*|port[ -]channel ?\d+)"
_ONE = rf"(?P<port>{_NAME})"
_SEEN = w.Tables("fs_fsos")
_MANUAL = w.Tables("fs_fsos", manual=True)
CLI = c.CliPlatform(
    names=("fs_fsos",),
    vendor="FS",
    session=s.CliSession(
        after_login=("terminal length 0",),
        asks_in_session=True,
        enable="enable",
        netmiko="terminal length 0; its second class enable and terminal width 256 before",
    ),
    tables=(
        _SEEN(c.CliPort, "show interfaces brief", "brief", rf"{_INT} br[a-z]*", row=_status),
        _SEEN(
            c.CliCounters,
            "show interfaces counters",
            "counters",
            rf"{_INT} counters(?: {_NAME})?",
            row=w.spaced(w.counted),
        ),
        _MANUAL(
            c.CliOptic,
            "show interfaces transceiver",
            "optic",
            rf"{_INT} transceiver(?: {_NAME})?",
            row=w.spaced(w.measured),
        ),
        _MANUAL(
            c.CliMac,
            "show mac-address-table",
            "mac",
            r"show mac[- ]address-table(?: (?!aging|count|multicast).*)?",
            row=w.learnt_at,
        ),
        _MANUAL(c.CliLease, "show ip dhcp snooping binding", "lease", row=w.spaced(w.leased)),
        _SEEN(
            c.CliNeighbour,
            "show lldp neighbor",
            "neighbours",
            r"show lldp neighbors?",
            row=w.spaced(w.neighbour),
        ),
        _SEEN(
            c.CliNeighbour,
            "show lldp neighbor detail",
            "neighbours_detail",
            rf"show lldp neighbors?(?: {_ONE}| detail)",
            row=_long,
        ),
    ),
)
