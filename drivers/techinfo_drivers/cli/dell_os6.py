"""Dell PowerConnect 5500 and 6200, and OS6 N-series.

Commands: see the sources of templates/dell_os6.toml.
"""

from __future__ import annotations

from collections.abc import Iterator

from techinfo.driver import cli as c
from techinfo.driver import cli_session as s
from techinfo.driver import cli_words as w


def _status(values: c.Values, _: str | None) -> Iterator[c.CliPort]:
    """One list tells the link, another whether the port is switched on."""
    up = values["state"].lower() == "up" if "state" in values else None
    yield w.linked(values, up, values["admin"].lower() == "up" if "admin" in values else None)


_INT = r"show int[a-z]*"
_ROWS: w.Rows = {c.CliPort: _status}
_SEEN = w.Tables("dell_os6", _ROWS)
CLI = c.CliPlatform(
    names=("dell_os6", "dell_powerconnect"),
    vendor="Dell",
    session=s.CliSession(
        asks_in_session=True,
        enable="enable",
        netmiko="enable, terminal width 511, terminal length 0: they want more rights",
    ),
    tables=(
        _SEEN(c.CliPort, "show interfaces status", "status", rf"{_INT} status(?: .*)?"),
        _SEEN(
            c.CliPort, "show interfaces configuration", "configuration", rf"{_INT} configuration"
        ),
        _SEEN(
            c.CliCounters,
            "show interfaces counters",
            "counters",
            rf"{_INT} counters",
            row=w.columned,
        ),
        _SEEN(
            c.CliMac,
            "show mac address-table",
            "mac",
            r"show (?:mac|bridge) address-table(?: (?!count).*)?",
        ),
        _SEEN(c.CliOptic, "show fiber-ports optical-transceiver", "optic"),
        _SEEN(c.CliNeighbour, "show lldp remote-device all", "neighbours", r"show lldp neighbors"),
    ),
)
