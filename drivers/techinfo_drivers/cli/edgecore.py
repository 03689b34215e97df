"""EdgeCore: ES3510 to ES3552, ES4612, ECS; and the ES46xx that DCN has made.

Commands: see the sources of templates/edgecore.toml. The short list of ports, counters, optics,
groups and cable tests of the first two stand on the guides only. Limits of ports were seen switched
off; one of ES3526XA is a scale and a level whose unit is not told, and is left out.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from techinfo.driver import cli as c
from techinfo.driver import cli_session as s
from techinfo.driver import cli_words as w

_PORT = re.compile(r"(?:eth|trunk|port-channel|unit)", re.IGNORECASE)
_SHOWN = re.compile(r"(?:eth|trunk|port-channel|unit|vlan)", re.IGNORECASE)
_ADMIN = {"up": True, "disabled": False, "administratively down": False}
"""Of ES46xx, which does not say why a port is "down"."""


def _status(values: c.Values, _: str | None) -> Iterator[c.CliPort]:
    """The speed of a port that is down is its last one."""
    state = values.get("state", "").lower()
    if not state or not _SHOWN.match(values["port"]):
        return
    up, admin = state == "up", values.get("admin", "").lower()
    rate, full = w.mode(values.get("mode"))
    yield c.CliPort(
        port=w.one_name(values["port"]),
        link_up=up,
        admin_up=admin == "up" if admin else _ADMIN.get(values.get("word", state).lower()),
        speed=(rate or w.speed(values.get("speed"))) if up else None,
        full_duplex=(w.duplex(values.get("duplex")) if full is None else full) if up else None,
        description=w.texts(values, "description")[0],
    )


def _counters(values: c.Values, port: str | None) -> Iterator[c.CliCounters]:
    if _PORT.match(values["port"]):
        yield from w.counted({**values, "port": w.one_name(values["port"])}, port)


def _mac(values: c.Values, port: str | None) -> Iterator[c.CliMac]:
    written = values["kind"].lower().startswith(("permanent", "config"))
    yield from w.learnt_at({**values, "kind": "static"} if written else values, port)


def _lease(values: c.Values, port: str | None) -> Iterator[c.CliLease]:
    """One that is written down has no end: 0."""
    static = "static" in values["kind"].lower()
    yield from w.leased({**w.tidied(values), "left": ""} if static else w.tidied(values), port)


def _group(values: c.Values, _: str | None) -> Iterator[c.CliGroup]:
    """A port that a router hangs on is no member."""
    if values.get("flag", "M").upper() == "M":
        vlan = c.number(values["vlan"])
        yield c.CliGroup(group=values["group"], port=w.one_name(values["port"]), vlan=vlan)


def _cable(values: c.Values, _: str | None) -> Iterator[c.CliCableTest]:
    for pair, (status, length) in zip(
        "ABCD", re.findall(r"([A-Za-z][A-Za-z ]*?) ?\((\d*)\)", values["pairs"]), strict=False
    ):
        at = w.one_name(values["port"])
        yield c.CliCableTest(port=at, pair=pair, status=status.lower(), length=c.decimal(length))


def _short(values: c.Values, port: str | None) -> Iterator[c.CliNeighbour]:
    """What is no MAC address is printed as octets, too: one of another maker is not told."""
    same = values["port_id"][:8].lower() == values["chassis_id"][:8].lower()
    octets = re.fullmatch(r"(?:[\da-f]{2}-){5}[\da-f]{2}", values["port_id"], re.IGNORECASE)
    known = values if same or not octets else {**values, "port_id": None}
    yield from w.neighbour(w.tidied(known), port)


def _long(values: c.Values, port: str | None) -> Iterator[c.CliNeighbour]:
    told, kind = values.get("port_id", ""), values.get("port_type", "").lower()
    octets = re.fullmatch(r"(?:[\da-f]{2}-)+[\da-f]{2}", told, re.IGNORECASE)
    if octets and kind and "mac" not in kind:
        text = bytes.fromhex(told.replace("-", "")).rstrip(b"\0").decode("ascii", "replace")
        told = text if text.isprintable() else ""
    yield from w.neighbour(w.tidied({**values, "port_id": told}), port)


_INT = r"sh(?:ow?)? int[a-z]*"
_ONE = r"(?:(?:eth[a-z]*|port-channel|trunk|vlan) ?\d[\d/]*)"
_PIPE = r"(?: \| inc[a-z]* .*)?"
_STATUS = rf"{_INT} stat[a-z]*(?: {_ONE})?{_PIPE}"
_LLDP = r"show lldp (?:info )?(?:remote|neighbou?rs?)[- ]?(?:device)?"
_SEEN = w.Tables("edgecore")
_MANUAL = w.Tables("edgecore", manual=True)
CLI = c.CliPlatform(
    names=("edgecore",),
    vendor="EdgeCore",
    driver="edgecore_ecs",
    drivers_too=tuple(f"edgecore_ecs{model}" for model in (2100, 4120, 4210, 4510, 4610)),
    session=s.CliSession(
        after_login=("terminal length 0", "terminal width 300"),
    ),
    tables=(
        *_SEEN.each(
            {c.CliPort: _status, c.CliCounters: _counters},
            "show interfaces status",
            ("status", "protocol"),
            _STATUS,
            one_port="show interfaces status {port}",
        ),
        _MANUAL(c.CliPort, "show interfaces brief", "brief", rf"{_INT} br[a-z]*", row=_status),
        _MANUAL(
            c.CliCounters,
            "show interfaces counters",
            "counters",
            rf"{_INT} count[a-z]*(?: {_ONE})?",
            row=_counters,
            one_port="show interfaces counters {port}",
        ),
        _MANUAL(
            c.CliOptic,
            "show interfaces transceiver",
            "optic",
            rf"{_INT} trans[a-z]*(?: {_ONE})?",
            row=w.spaced(w.measured),
            one_port="show interfaces transceiver {port}",
        ),
        _SEEN(
            c.CliRate,
            "show interfaces switchport",
            "rates",
            rf"{_INT} switch[a-z]*(?: {_ONE})?",
            row=w.spaced(w.limited),
            one_port="show interfaces switchport {port}",
        ),
        _SEEN(
            c.CliMac,
            "show mac-address-table",
            "mac",
            r"show mac[- ]address-table(?: (?!mult|aging|count|hash).*)?",
            row=_mac,
            one_port="show mac-address-table interface {port}",
        ),
        _SEEN(
            c.CliLease,
            "show ip dhcp snooping binding",
            "lease",
            r"show ip(?:v6)? dhcp snooping bind[a-z]*",
            row=_lease,
        ),
        _MANUAL(
            c.CliGroup,
            "show ip igmp snooping group",
            "group",
            r"show ip igmp snooping groups?(?: .*)?",
            r"show mac[- ]address-table multicast(?: .*)?",
            row=_group,
        ),
        _MANUAL(
            c.CliCableTest,
            "show cable-diagnostics",
            "cable_test",
            rf"show cable-diagnostics(?: interface)?(?: {_ONE})?",
            row=_cable,
        ),
        _SEEN(c.CliNeighbour, "show lldp info remote-device", "neighbours", _LLDP, row=_short),
        _SEEN(
            c.CliNeighbour,
            "show lldp info remote-device detail",
            "neighbours_detail",
            rf"{_LLDP} det[a-z]*(?: (?P<port>{_ONE}))?",
            row=_long,
            one_port="show lldp info remote-device detail {port}",
        ),
    ),
)
