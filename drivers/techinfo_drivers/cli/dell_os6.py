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
    yield c.CliPort(
        port=values["port"],
        link_up=up,
        admin_up=values["admin"].lower() == "up" if "admin" in values else None,
        speed=w.speed(values.get("speed")) if up else None,
        full_duplex=w.duplex(values.get("duplex")) if up else None,
        description=w.texts(values, "description")[0],
    )


_INT = r"show int[a-z]*"
CLI = c.CliPlatform(
    names=("dell_os6", "dell_powerconnect"),
    vendor="Dell",
    session=s.CliSession(
        asks_in_session=True,
        enable="enable",
        netmiko="enable, terminal width 511, terminal length 0: they want more rights",
    ),
    tables=(
        w.table(
            c.CliPort,
            "show interfaces status",
            "dell_os6.status",
            _status,
            rf"{_INT} status(?: .*)?",
        ),
        w.table(
            c.CliPort,
            "show interfaces configuration",
            "dell_os6.configuration",
            _status,
            rf"{_INT} configuration",
        ),
        w.table(
            c.CliCounters,
            "show interfaces counters",
            "dell_os6.counters",
            w.columned,
            rf"{_INT} counters",
        ),
        w.table(
            c.CliMac,
            "show mac address-table",
            "dell_os6.mac",
            w.learnt,
            r"show (?:mac|bridge) address-table(?: (?!count).*)?",
        ),
        w.table(c.CliOptic, "show fiber-ports optical-transceiver", "dell_os6.optic", w.measured),
        w.table(
            c.CliNeighbour,
            "show lldp remote-device all",
            "dell_os6.neighbours",
            w.neighbour,
            r"show lldp neighbors",
        ),
    ),
)
