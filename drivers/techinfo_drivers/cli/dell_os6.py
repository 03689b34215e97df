"""Dell PowerConnect 5500 and 6200, and OS6 N-series.

Commands: see the sources of templates/dell_os6.toml.
"""

from __future__ import annotations

from collections.abc import Iterator

from techinfo.driver.cli import (
    CliCounters,
    CliMac,
    CliNeighbour,
    CliOptic,
    CliPlatform,
    CliPort,
    Values,
)
from techinfo.driver.cli_words import (
    columned,
    duplex,
    learnt,
    measured,
    neighbour,
    speed,
    table,
    texts,
)


def _status(values: Values, _: str | None) -> Iterator[CliPort]:
    """One list tells the link, another whether the port is switched on."""
    up = values["state"].lower() == "up" if "state" in values else None
    yield CliPort(
        port=values["port"],
        link_up=up,
        admin_up=values["admin"].lower() == "up" if "admin" in values else None,
        speed=speed(values.get("speed")) if up else None,
        full_duplex=duplex(values.get("duplex")) if up else None,
        description=texts(values, "description")[0],
    )


_INT = r"show int[a-z]*"
CLI = CliPlatform(
    names=("dell_os6", "dell_powerconnect"),
    vendor="Dell",
    tables=(
        table(
            CliPort, "show interfaces status", "dell_os6.status", _status, rf"{_INT} status(?: .*)?"
        ),
        table(
            CliPort,
            "show interfaces configuration",
            "dell_os6.configuration",
            _status,
            rf"{_INT} configuration",
        ),
        table(
            CliCounters,
            "show interfaces counters",
            "dell_os6.counters",
            columned,
            rf"{_INT} counters",
        ),
        table(
            CliMac,
            "show mac address-table",
            "dell_os6.mac",
            learnt,
            r"show (?:mac|bridge) address-table(?: (?!count).*)?",
        ),
        table(CliOptic, "show fiber-ports optical-transceiver", "dell_os6.optic", measured),
        table(
            CliNeighbour,
            "show lldp remote-device all",
            "dell_os6.neighbours",
            neighbour,
            r"show lldp neighbors",
        ),
    ),
)
