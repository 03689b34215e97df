"""Cisco IOS and IOS-XE: Catalyst 2960 to 9500, 4500, 6500, IE, ME, ISR.

Commands: see the sources of templates/cisco_ios.toml.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from techinfo.driver.cli import (
    ERR_DISABLED,
    CliCableTest,
    CliCounters,
    CliGroup,
    CliLease,
    CliMac,
    CliModule,
    CliNeighbour,
    CliOptic,
    CliPlatform,
    CliPort,
    CliRow,
    CliTable,
    Row,
    Values,
    counted,
    decimal,
    duplex,
    learnt,
    levels,
    neighbour,
    number,
    origin,
    speed,
    texts,
)

_COUNTED = {
    "inoctets": "in_bytes", "inucastpkts": "in_unicast", "inmcastpkts": "in_multicast",
    "inbcastpkts": "in_broadcast", "outoctets": "out_bytes", "outucastpkts": "out_unicast",
    "outmcastpkts": "out_multicast", "outbcastpkts": "out_broadcast", "fcs-err": "in_crc",
}  # fmt: skip
_UNITS = {"celsius": "temp", "volts": "volt", "ma": "bias", "milliamperes": "bias"}


def _status(values: Values, _: str | None) -> Iterator[CliPort]:
    """Both forms: a word for the link, or a word and the line protocol."""
    state, why = str(values["state"]).lower(), str(values.get("why") or "").lower()
    up = values.get("protocol", state).lower() in ("connected", "up")
    if state in ("disabled", "administratively down", "admin down"):
        admin_up: bool | None = False
    else:
        admin_up = True if state in ("connected", "notconnect", "up", "down") else None
    yield CliPort(
        port=values["port"],
        link_up=None if state == "monitoring" else up,
        admin_up=admin_up,
        speed=speed(values.get("speed")) if up else None,
        full_duplex=duplex(values.get("duplex")) if up else None,
        error=ERR_DISABLED if ERR_DISABLED in (state, why) else None,
        description=values.get("description"),
    )


def _err_disabled(values: Values, _: str | None) -> Iterator[CliPort]:
    yield CliPort(port=values["port"], link_up=False, error=values["reason"])


def _mode(values: Values, _: str | None) -> Iterator[CliPort]:
    """The mode of a port that is down says so."""
    if mode := values.get("mode"):
        yield CliPort(port=values["port"], link_up=not mode.startswith("down"))


def _counters(values: Values, _: str | None) -> Iterator[CliCounters]:
    """Columns have names; newer software spreads them over more tables."""
    names, told = values["columns"].lower().split(), values["values"].split()
    if len(names) != len(told):
        raise ValueError("there are more or fewer values than columns")
    known = {_COUNTED[name]: value for name, value in zip(names, told) if name in _COUNTED}
    yield from counted(known, values["port"])


def _details(values: Values, _: str | None) -> Iterator[CliCounters]:
    groups = {"in_multicast": values.get("in_groups")}
    yield from counted({**groups, **values}, values["port"])


def _mac(values: Values, _: str | None) -> Iterator[CliMac]:
    yield from learnt(values)


def _lease(values: Values, _: str | None) -> Iterator[CliLease]:
    yield CliLease(
        ip=values["ip"],
        mac=values["mac"],
        port=values["port"],
        vlan=number(values["vlan"]),
        left_s=number(values["left"]),
        kind=origin(values["kind"]),
    )


def _group(values: Values, _: str | None) -> Iterator[CliGroup]:
    version = re.sub(r"[v\s]", "", values.get("version") or "") or None
    for port in re.findall(r"[A-Za-z][\w-]*\d[\d/.]*", values.get("ports") or ""):
        yield CliGroup(
            group=values["group"], port=port, vlan=number(values["vlan"]), version=version
        )


def _optic(values: Values, _: str | None) -> Iterator[CliOptic]:
    """One table with a column for each quantity, or one table for each, with its limits.

    Of several lanes the lowest level is told, as for a port that is read over SNMP.
    """
    plain = re.sub(r"\([^)]*\)", "", values["values"])
    told = re.findall(r"N/A|[-+]?\d[\d.]*", plain)
    units = re.findall(r"\(([^)]*)\)", values["columns"].lower())
    names = [_UNITS.get(unit, "dbm") for unit in units]
    if values["columns"].startswith("Lane"):
        told = told[1:]
    if "what" in values:
        side = {"Transmit": "tx", "Receive": "rx"}.get(values["what"].capitalize(), names[0])
        known = {side: told[0] if told else None}
    elif len(told) == len(names):
        names[-2:] = ["tx", "rx"]
        known = dict(zip(names, told))
    else:
        raise ValueError("there are more or fewer values than columns")
    yield from levels(known, values["port"])


def _module(values: Values, port: str | None) -> Iterator[CliOptic | CliModule]:
    """A module of a router: its port is the command's, or three numbers."""
    at = port or f"{values['slot']}/{values['sub']}/{values['n']}"
    volt, bias = decimal(values.get("volt")), decimal(values.get("bias"))
    known = {
        **values,
        "volt": volt / 1000 if volt is not None and values.get("volts") == "m" else volt,
        "bias": bias / 1000 if bias is not None and values.get("amps") == "u" else bias,
    }
    yield from levels(known, at)
    vendor, part, serial = texts(values, "vendor", "part", "serial")
    if vendor or part or serial:
        yield CliModule(port=at, vendor=vendor, part=part, serial=serial)


def _levels(values: Values, port: str | None) -> Iterator[CliOptic | CliModule]:
    yield from _module(values, port) if "slot" in values else _optic(values, port)


def _neighbour(values: Values, port: str | None) -> Iterator[CliNeighbour]:
    """The short list has a MAC address for a name that is not told; the long one may lack a port."""
    if re.fullmatch(r"([\da-f]{4}\.){2}[\da-f]{4}", values.get("name", "")):
        values = {**values, "name": None, "chassis_id": values["name"]}
    yield from neighbour(values, port)


def _cable(values: Values, _: str | None) -> Iterator[CliCableTest]:
    yield CliCableTest(
        port=values["port"],
        pair=values["pair"].upper(),
        status=values["status"].lower(),
        length=decimal(values.get("length")),
    )


_INT = r"sh(?:ow?)? int(?:e[a-z]*)?"
_ONE = r"(?P<port>[a-z][a-z-]* ?\d[\d/.]*)"


def _table(kind: type[CliRow], command: str, also: str, name: str | tuple[str, ...], row: Row) -> CliTable:
    return CliTable(kind=kind, command=command, also=(also,), template=name, row=row)


CLI = CliPlatform(
    names=("cisco_ios", "cisco_xe"),
    vendor="Cisco",
    driver="cisco_ios",
    tables=(
        _table(CliPort, "show interfaces status", rf"{_INT} (?:{_ONE} )?status(?: module \d+)?", "cisco_ios.status", _status),
        _table(CliPort, "show interfaces status err-disabled", rf"{_INT} status err-?disabled", "cisco_ios.err_disabled", _err_disabled),
        _table(CliPort, "show interfaces description", rf"{_INT} (?:{_ONE} )?desc[a-z]*", "cisco_ios.description", _status),
        _table(CliPort, "show interfaces", rf"{_INT}(?: {_ONE})?(?: \| inc[a-z]* .*)?", "cisco_ios.interfaces", _status),
        _table(CliCounters, "show interfaces", rf"{_INT}(?: {_ONE})?", "cisco_ios.interfaces", _details),
        _table(CliPort, "show interfaces switchport", rf"{_INT} (?:{_ONE} )?switchport", "cisco_ios.switchport", _mode),
        _table(CliCounters, "show interfaces counters", rf"{_INT} (?:{_ONE} )?counters(?: errors| module \d+)*", "cisco_ios.counters", _counters),
        _table(CliMac, "show mac address-table", r"sh(?:ow?)? mac[- ]addr[a-z-]*(?: .*)?", "cisco_ios.mac", _mac),
        _table(CliLease, "show ip dhcp snooping binding", r"show ip(?:v6)? dhcp snooping bind[a-z]*(?: .*)?", "cisco_ios.lease", _lease),
        _table(CliGroup, "show ip igmp snooping groups", r"show (?:ip igmp|ipv6 mld) snooping (?:groups?|address)(?: vlan .*)?", "cisco_ios.group", _group),
        _table(CliGroup, "show ipv6 mld snooping groups", r"show ipv6 mld snooping address(?: vlan .*)?", "cisco_ios.group", _group),
        _table(CliOptic, "show interfaces transceiver", rf"(?:{_INT}(?: {_ONE})? trans[a-z]*(?: detail| switch \d+| module \d+)*|show hw-module subslot \S+ transceiver \d+ (?:status|idprom.*))", ("cisco_ios.transceiver", "cisco_ios.module"), _levels),
        _table(CliCableTest, "show cable-diagnostics tdr", r"show cable(?:-diagnostics)? tdr(?: interface(?: \S+ ?\S*)?)?", "cisco_ios.cable_test", _cable),
        _table(CliNeighbour, "show lldp neighbors", r"show lldp ne[a-z]*", "cisco_ios.neighbours", _neighbour),
        _table(CliNeighbour, "show lldp neighbors detail", rf"show lldp ne[a-z]*(?: {_ONE})? det[a-z]*", "cisco_ios.neighbours_detail", _neighbour),
    ),
)
