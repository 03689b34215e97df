"""D-Link DES-2108 and DES-2110, software 3 to 5.

Commands: see the sources of templates/dlink_des21xx.toml.
"""

from __future__ import annotations

from collections.abc import Iterator

from techinfo.driver.cli import CliMac, CliPlatform, CliPort, Values
from techinfo.driver.cli_session import CliSession
from techinfo.driver.cli_words import learnt, mode, table


def _status(values: Values, _: str | None) -> Iterator[CliPort]:
    rate, full = mode(values["state"])
    up = rate is not None
    yield CliPort(port=values["port"], link_up=up, speed=rate, full_duplex=full)


CLI = CliPlatform(
    names=("dlink_des21xx",),
    vendor="D-Link",
    session=CliSession(),
    tables=(
        table(CliPort, "show ports", "dlink_des21xx.ports", _status, r"show ports(?: \d+)?"),
        table(CliMac, "show fdb", "dlink_des21xx.fdb", learnt, r"show fdb port \d+"),
        table(CliMac, "show smac", "dlink_des21xx.fdb", learnt),
    ),
)
