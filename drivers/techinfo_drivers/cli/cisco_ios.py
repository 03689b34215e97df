"""Cisco IOS and IOS-XE: Catalyst 2960 to 9500, 4500, 6500, IE, ME, ISR.

Commands: see the sources of templates/cisco_ios.toml.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

from techinfo.driver import cli as c
from techinfo.driver import cli_session as s
from techinfo.driver import cli_words as w

_UNITS = {"celsius": "temp", "volts": "volt", "ma": "bias", "milliamperes": "bias"}


def _status(values: c.Values, _: str | None) -> Iterator[c.CliPort]:
    """Both forms: a word for the link, or a word and the line protocol."""
    state, why = str(values["state"]).lower(), str(values.get("why") or "").lower()
    up = values.get("protocol", state).lower() in ("connected", "up")
    if state in ("disabled", "administratively down", "admin down"):
        admin_up: bool | None = False
    else:
        admin_up = True if state in ("connected", "notconnect", "up", "down") else None
    yield c.CliPort(
        port=values["port"],
        link_up=None if state == "monitoring" else up,
        admin_up=admin_up,
        speed=w.speed(values.get("speed")) if up else None,
        full_duplex=w.duplex(values.get("duplex")) if up else None,
        error=c.ERR_DISABLED if c.ERR_DISABLED in (state, why) else None,
        description=values.get("description"),
    )


def _err_disabled(values: c.Values, _: str | None) -> Iterator[c.CliPort]:
    yield c.CliPort(port=values["port"], link_up=False, error=values["reason"])


def _mode(values: c.Values, _: str | None) -> Iterator[c.CliPort]:
    """The mode of a port that is down says so."""
    if mode := values.get("mode"):
        yield c.CliPort(port=values["port"], link_up=not mode.startswith("down"))


def _details(values: c.Values, _: str | None) -> Iterator[c.CliCounters]:
    groups = {"in_multicast": values.get("in_groups")}
    yield from w.counted({**groups, **values}, values["port"])


def _optic(values: c.Values, _: str | None) -> Iterator[c.CliOptic | c.CliModule]:
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
        known = dict(zip(names, told, strict=True))
    else:
        raise ValueError("there are more or fewer values than columns")
    yield from w.measured(known, values["port"])


def _module(values: c.Values, port: str | None) -> Iterator[c.CliOptic | c.CliModule]:
    """A module of a router: its port is the command's, or three numbers."""
    at = port or f"{values['slot']}/{values['sub']}/{values['n']}"
    volt, bias = c.decimal(values.get("volt")), c.decimal(values.get("bias"))
    known = {
        **values,
        "volt": volt / 1000 if volt is not None and values.get("volts") == "m" else volt,
        "bias": bias / 1000 if bias is not None and values.get("amps") == "u" else bias,
    }
    yield from w.measured(known, at)


def _levels(values: c.Values, port: str | None) -> Iterator[c.CliOptic | c.CliModule]:
    yield from _module(values, port) if "slot" in values else _optic(values, port)


def _neighbour(values: c.Values, port: str | None) -> Iterator[c.CliNeighbour]:
    """The short list has a MAC address for a name that is not told."""
    if re.fullmatch(r"([\da-f]{4}\.){2}[\da-f]{4}", values.get("name", "")):
        values = {**values, "name": None, "chassis_id": values["name"]}
    yield from w.neighbour(values, port)


def _cable(values: c.Values, _: str | None) -> Iterator[c.CliCableTest]:
    yield c.CliCableTest(
        port=values["port"],
        pair=values["pair"].upper(),
        status=values["status"].lower(),
        length=c.decimal(values.get("length")),
    )


_INT = r"sh(?:ow?)? int(?:e[a-z]*)?"
_ONE = r"(?P<port>[a-z][a-z-]* ?\d[\d/.]*)"


CLI = c.CliPlatform(
    names=("cisco_ios", "cisco_xe"),
    vendor="Cisco",
    driver="cisco_ios",
    session=s.CliSession(
        after_login=("terminal length 0", "terminal width 511"),
        enable="enable",
        netmiko="terminal width 511, terminal length 0; at log-out exit",
    ),
    tables=(
        w.table(
            c.CliPort,
            "show interfaces status",
            "cisco_ios.status",
            _status,
            rf"{_INT} (?:{_ONE} )?status(?: module \d+)?(?: \| i[a-z]* .*)?",
            one_port="show interfaces {port} status",
        ),
        w.table(
            c.CliPort,
            "show interfaces status err-disabled",
            "cisco_ios.err_disabled",
            _err_disabled,
            rf"{_INT} status err-?disabled",
        ),
        replace(
            w.table(
                c.CliProtection,
                "show interfaces status err-disabled",
                "cisco_ios.err_disabled",
                w.guarded(_err_disabled),
                rf"{_INT} status err-?disabled",
            ),
            lists_closed=True,
        ),
        w.table(
            c.CliPort,
            "show interfaces description",
            "cisco_ios.description",
            _status,
            rf"{_INT} (?:{_ONE} )?desc[a-z]*",
        ),
        w.table(
            c.CliPort,
            "show interfaces",
            "cisco_ios.interfaces",
            _status,
            rf"{_INT}(?: {_ONE})?(?: \| inc[a-z]* .*)?",
            one_port="show interfaces {port}",
        ),
        w.table(
            c.CliCounters,
            "show interfaces",
            "cisco_ios.interfaces",
            _details,
            rf"{_INT}(?: {_ONE})?",
            one_port="show interfaces {port}",
        ),
        w.table(
            c.CliPort,
            "show interfaces switchport",
            "cisco_ios.switchport",
            _mode,
            rf"{_INT} (?:{_ONE} )?switchport",
        ),
        w.table(
            c.CliCounters,
            "show interfaces counters",
            "cisco_ios.counters",
            w.columned,
            rf"{_INT} (?:{_ONE} )?counters(?: errors| module \d+)*",
            one_port="show interfaces {port} counters",
        ),
        w.table(
            c.CliMac,
            "show mac address-table",
            "cisco_ios.mac",
            w.learnt,
            r"sh(?:ow?)? mac[- ]addr[a-z-]*(?: .*)?",
            one_port="show mac address-table interface {port}",
        ),
        w.table(
            c.CliLease,
            "show ip dhcp snooping binding",
            "cisco_ios.lease",
            w.leased,
            r"show ip(?:v6)? dhcp snooping bind[a-z]*(?: .*)?",
        ),
        w.table(
            c.CliGroup,
            "show ip igmp snooping groups",
            "cisco_ios.group",
            w.grouped,
            r"show ip igmp snooping groups?(?: (?!count).*)?",
        ),
        w.table(
            c.CliGroup,
            "show ipv6 mld snooping groups",
            "cisco_ios.group",
            w.grouped,
            r"show ipv6 mld snooping (?:address|groups?)(?: (?!count).*)?",
        ),
        w.table(
            c.CliOptic,
            "show interfaces transceiver",
            ("cisco_ios.transceiver", "cisco_ios.module"),
            _levels,
            rf"{_INT}(?: {_ONE})? trans[a-z]*(?: detail| switch \d+| module \d+)*",
            r"show hw-module subslot \S+ transceiver \d+ (?:status|idprom.*)",
            one_port="show interfaces {port} transceiver",
        ),
        w.table(
            c.CliCableTest,
            "show cable-diagnostics tdr",
            "cisco_ios.cable_test",
            _cable,
            r"show cable(?:-diagnostics)? tdr(?: interface(?: \S+ ?\S*)?)?",
        ),
        w.table(
            c.CliNeighbour,
            "show lldp neighbors",
            "cisco_ios.neighbours",
            _neighbour,
            r"show lldp ne[a-z]*",
        ),
        w.table(
            c.CliNeighbour,
            "show lldp neighbors detail",
            "cisco_ios.neighbours_detail",
            _neighbour,
            rf"show lldp ne[a-z]*(?: {_ONE})? det[a-z]*",
            r"show lldp entry .*",
            one_port="show lldp neighbors {port} detail",
        ),
    ),
)
