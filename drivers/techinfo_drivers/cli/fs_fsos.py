"""FS S3900 and S5800 of FSOS.

Commands: see the sources of templates/fs_fsos.toml. MAC addresses, leases and optics stand on the
references only.
"""

from __future__ import annotations

from collections.abc import Iterator

from techinfo.driver.cli import (
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
    counted,
    learnt_at,
    leased,
    measured,
    mode,
    neighbour,
    one_name,
    spaced,
    table,
    tidied,
)


def _status(values: Values, _: str | None) -> Iterator[CliPort]:
    """A port that is down keeps the speed that is set."""
    up, admin = values["state"].lower() == "up", values.get("admin", "").lower()
    rate, full = mode(values.get("mode")) if up else (None, None)
    yield CliPort(
        port=one_name(values["port"]),
        link_up=up,
        admin_up=admin == "up" if admin else None,
        speed=rate,
        full_duplex=full,
    )


def _long(values: Values, port: str | None) -> Iterator[CliNeighbour]:
    """The command calls a port channel what is a group elsewhere: the short list knows its name."""
    yield from neighbour(tidied(values), None if (port or "").startswith("port") else port)


_INT = r"sh(?:ow?)? int[a-z]*"
_NAME = r"(?:eth[a-z]* ?\d[\d/]*|port[ -]channel ?\d+)"
_ONE = rf"(?P<port>{_NAME})"
CLI = CliPlatform(
    names=("fs_fsos",),
    vendor="FS",
    tables=(
        table(CliPort, "show interfaces brief", "fs_fsos.brief", _status, rf"{_INT} br[a-z]*"),
        table(
            CliCounters,
            "show interfaces counters",
            "fs_fsos.counters",
            spaced(counted),
            rf"{_INT} counters(?: {_NAME})?",
        ),
        table(
            CliOptic,
            "show interfaces transceiver",
            "fs_fsos.optic",
            spaced(measured),
            rf"{_INT} transceiver(?: {_NAME})?",
            manual=True,
        ),
        table(
            CliMac,
            "show mac-address-table",
            "fs_fsos.mac",
            learnt_at,
            r"show mac[- ]address-table(?: (?!aging|count|multicast).*)?",
            manual=True,
        ),
        table(
            CliLease, "show ip dhcp snooping binding", "fs_fsos.lease", spaced(leased), manual=True
        ),
        table(
            CliNeighbour,
            "show lldp neighbor",
            "fs_fsos.neighbours",
            spaced(neighbour),
            r"show lldp neighbors?",
        ),
        table(
            CliNeighbour,
            "show lldp neighbor detail",
            "fs_fsos.neighbours_detail",
            _long,
            rf"show lldp neighbors?(?: {_ONE}| detail)",
        ),
    ),
)
