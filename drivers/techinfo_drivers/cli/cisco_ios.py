"""Cisco IOS and IOS-XE: Catalyst 2960 to 9500, IE, ME.

Commands: Cisco IOS command references of 12.2 to 17.x.
"""

from __future__ import annotations

from collections.abc import Iterator

from techinfo.driver.cli import CliMac, CliPlatform, CliTable, Values, number


def _mac(values: Values, _: str | None) -> Iterator[CliMac]:
    for port in values["DESTINATION_PORT"]:
        if port.upper() not in ("CPU", "SWITCH", "ROUTER", "DROP"):
            yield CliMac(
                mac=values["DESTINATION_ADDRESS"],
                port=port,
                vlan=number(values["VLAN_ID"]),
                kind=values["TYPE"].lower(),
            )


CLI = CliPlatform(
    names=("cisco_ios", "cisco_xe"),
    vendor="Cisco",
    driver="cisco_ios",
    tables=(
        CliTable(
            kind=CliMac,
            command="show mac address-table",
            also=(r"show mac[- ]address-table(?: .*)?",),
            template="cisco_ios_show_mac-address-table",
            row=_mac,
        ),
    ),
)
