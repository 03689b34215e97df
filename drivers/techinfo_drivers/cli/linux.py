"""Linux bridges: OpenWrt, iopsys and whatever else has iproute2 4.16 or later, which speaks JSON.

Commands: ip-link(8), bridge(8), tc(8) of iproute2; keys as its 6.1 prints them on a 6.x kernel. A
bridge without VLAN filtering tells no VLAN: one bridge is one service there.
"""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Iterator
from typing import Any

from techinfo.driver import cli as c
from techinfo.driver import cli_forms as f
from techinfo.driver import cli_session as s
from techinfo_drivers.cli import _linux_queues as queues

_STATES = {
    "UP": True,
    "DOWN": False,
    "LOWERLAYERDOWN": False,
    "DORMANT": False,
    "NOTPRESENT": False,
}
"""RFC 2863's; UNKNOWN is what a driver says that does not tell."""
_GROUP_BIT = 0x01
_VLANS = 4095
_MAC = re.compile(r"(?:[\da-f]{2}:){5}[\da-f]{2}", re.IGNORECASE)


def _learnt(text: str) -> c.Parsed:
    """Entries of bridges; not addresses of the device's own, nor those of groups."""
    parsed = f.json_lists(text)
    rows = [row for row in parsed.rows if "master" in row and row.get("state") != "permanent"]
    return c.Parsed([row for row in rows if not _is_group(str(row.get("mac")))], parsed.odd)


def _is_group(mac: str) -> bool:
    try:
        return bool(int(mac[:2], 16) & _GROUP_BIT)
    except ValueError:
        return False


def _joined(text: str) -> c.Parsed:
    """Members of groups; not the bridge itself."""
    parsed = f.json_lists(text)
    lists = [row["mdb"] for row in parsed.rows if isinstance(row.get("mdb"), list)]
    entries = [entry for each in lists for entry in each if isinstance(entry, dict)]
    odd = parsed.odd if len(lists) == len(parsed.rows) else (*parsed.odd, "a list of no groups")
    return c.Parsed([e for e in entries if e.get("port") != e.get("dev")], odd)


def _ports(text: str) -> c.Parsed:
    parsed = f.json_lists(text)
    return c.Parsed([r for r in parsed.rows if r.get("link_type") == "ether"], parsed.odd)


def _port(values: c.Values, _: str | None) -> Iterator[c.CliPort]:
    flags, alias = values["flags"], values.get("ifalias")
    if not isinstance(flags, list):
        raise ValueError("flags are no list")
    admin_up = "UP" in flags
    yield c.CliPort(
        port=_text(values["ifname"]),
        link_up=_STATES.get(_text(values["operstate"])) if admin_up else False,
        admin_up=admin_up,
        description=_text(alias) if alias is not None else None,
        mac=values["address"] if _MAC.fullmatch(str(values.get("address"))) else None,
    )


def _device(values: c.Values, _: str | None) -> Iterator[c.CliDevice]:
    release = values.get("release")
    told = release.get("description") if isinstance(release, dict) else None
    model, firmware = (x if isinstance(x, str) and x else None for x in (values.get("model"), told))
    if model or firmware:
        yield c.CliDevice(model=model, firmware=firmware)


def _counters(values: c.Values, _: str | None) -> Iterator[c.CliCounters]:
    rx, tx = _side(values, "rx"), _side(values, "tx")
    yield c.CliCounters(
        port=_text(values["ifname"]),
        in_bytes=_count(rx, "bytes"),
        out_bytes=_count(tx, "bytes"),
        in_packets=_count(rx, "packets"),
        out_packets=_count(tx, "packets"),
        in_multicast=_count(rx, "multicast"),
        in_errors=_count(rx, "errors"),
        out_errors=_count(tx, "errors"),
    )


def _mac(values: c.Values, port: str | None) -> Iterator[c.CliMac]:
    """Of one port it is the command alone that names it (bridge(8): ``dev``)."""
    mac, kind = _text(values["mac"]), "static" if values.get("state") == "static" else "dynamic"
    if _MAC.fullmatch(mac) is None:
        raise ValueError("it is no MAC address")
    yield c.CliMac(
        mac=mac, port=_text(values.get("ifname", port)), vlan=_vlan(values, "vlan"), kind=kind
    )


def _group(values: c.Values, _: str | None) -> Iterator[c.CliGroup]:
    yield c.CliGroup(
        group=str(ipaddress.ip_address(_text(values["grp"]))),
        port=_text(values["port"]),
        vlan=_vlan(values, "vid"),
    )


def _text(value: object) -> str:
    if not isinstance(value, str) or not value:
        raise ValueError("a name is missing")
    return value


def _vlan(values: c.Values, name: str) -> int | None:
    """Its number; none where the bridge does not filter."""
    value = values.get(name)
    if value is not None and (type(value) is not int or not 0 < value < _VLANS):
        raise ValueError("it is no number of a VLAN")
    return value


def _side(values: c.Values, name: str) -> dict[str, Any]:
    told = values["stats64"]
    side = told.get(name) if isinstance(told, dict) else None
    if not isinstance(side, dict):
        raise ValueError("counters are missing")
    return side


def _count(told: dict[str, Any], name: str) -> int | None:
    value = told.get(name)
    return value if type(value) is int and value >= 0 else None


CLI = c.CliPlatform(
    names=("linux", "openwrt"),
    vendor="Linux",
    refusals=(r"not found", r"is unknown", r"does not exist", r"cannot find device"),
    session=s.CliSession(
        prompt=r"(?:[\w.@:~/\[\]()-]{1,80} ?)?[#$]",
        config_prompt="",
        netmiko="at log-out exit",
        manual=False,
    ),
    tables=(
        c.CliTable(
            kind=c.CliPort,
            command="ip -j -s link show",
            template=_ports,
            row=_port,
            one_port="ip -j -s link show dev {port}",
            also=(r"ip -j(?: -[sd])* link(?: show)?(?: dev \S+)?",),
        ),
        c.CliTable(
            kind=c.CliDevice,
            command="ubus call system board",  # OpenWrt's wiki: techref/ubus
            template=f.json_object,
            row=_device,
            manual=True,
        ),
        c.CliTable(
            kind=c.CliCounters,
            command="ip -j -s link show",
            template=_ports,
            row=_counters,
            one_port="ip -j -s link show dev {port}",
            also=(r"ip -j(?: -d)* -s(?: -d)* link(?: show)?(?: dev \S+)?",),
        ),
        queues.RATES,
        c.CliTable(
            kind=c.CliMac,
            command="bridge -j fdb show",
            template=_learnt,
            row=_mac,
            one_port="bridge -j fdb show dev {port}",
            also=(
                r"bridge -j(?: -[sd])* fdb(?: show)? dev (?P<port>\S+)",
                r"bridge -j(?: -[sd])* fdb(?: show)?(?: .*)?",
            ),
        ),
        c.CliTable(
            kind=c.CliGroup,
            command="bridge -j mdb show",
            template=_joined,
            row=_group,
            also=(r"bridge -j(?: -[sd])* mdb(?: show)?(?: .*)?",),
        ),
    ),
)
