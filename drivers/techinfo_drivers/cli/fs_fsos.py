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
        w.table(c.CliPort, "show interfaces brief", "fs_fsos.brief", _status, rf"{_INT} br[a-z]*"),
        w.table(
            c.CliCounters,
            "show interfaces counters",
            "fs_fsos.counters",
            w.spaced(w.counted),
            rf"{_INT} counters(?: {_NAME})?",
        ),
        w.table(
            c.CliOptic,
            "show interfaces transceiver",
            "fs_fsos.optic",
            w.spaced(w.measured),
            rf"{_INT} transceiver(?: {_NAME})?",
            manual=True,
        ),
        w.table(
            c.CliMac,
            "show mac-address-table",
            "fs_fsos.mac",
            w.learnt_at,
            r"show mac[- ]address-table(?: (?!aging|count|multicast).*)?",
            manual=True,
        ),
        w.table(
            c.CliLease,
            "show ip dhcp snooping binding",
            "fs_fsos.lease",
            w.spaced(w.leased),
            manual=True,
        ),
        w.table(
            c.CliNeighbour,
            "show lldp neighbor",
            "fs_fsos.neighbours",
            w.spaced(w.neighbour),
            r"show lldp neighbors?",
        ),
        w.table(
            c.CliNeighbour,
            "show lldp neighbor detail",
            "fs_fsos.neighbours_detail",
            _long,
            rf"show lldp neighbors?(?: {_ONE}| detail)",
        ),
    ),
)
