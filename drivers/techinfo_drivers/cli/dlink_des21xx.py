"""D-Link DES-2108 and DES-2110, software 3 to 5.

Commands: see the sources of templates/dlink_des21xx.toml.
"""

from __future__ import annotations

from collections.abc import Iterator

from techinfo.driver.cli import CliMac, CliPlatform, CliPort, Values
from techinfo.driver.cli_session import CliSession
from techinfo.driver.cli_words import Tables, mode


def _status(values: Values, _: str | None) -> Iterator[CliPort]:
    rate, full = mode(values["state"])
    up = rate is not None
    yield CliPort(port=values["port"], link_up=up, speed=rate, full_duplex=full)


_SEEN = Tables("dlink_des21xx")
CLI = CliPlatform(
    names=("dlink_des21xx",),
    vendor="D-Link",
    session=CliSession(),
    tables=(
        _SEEN(CliPort, "show ports", "ports", r"show ports(?: \d+)?", row=_status),
        _SEEN(CliMac, "show fdb", "fdb", r"show fdb port \d+"),
        _SEEN(CliMac, "show smac", "fdb"),
    ),
)
