"""Cisco IOS and IOS-XE, Catalyst to ISR. Commands: see the sources of templates/cisco_ios.toml."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

from techinfo.driver import cli as c
from techinfo.driver import cli_session as s
from techinfo.driver import cli_words as w
from techinfo_drivers.cli import _cable_tests as cable_tests
from techinfo_drivers.cli import _policy_maps as policy_maps

_SHUT = ("disabled", "administratively down", "admin down")
_IN_USE = ("connected", "notconnect", "up", "down")
_UNITS = {"celsius": "temp", "volts": "volt", "ma": "bias", "milliamperes": "bias"}


def _status(values: c.Values, _: str | None) -> Iterator[c.CliPort]:
    """Both forms: a word for the link, or a word and the line protocol."""
    state, why = str(values["state"]).lower(), str(values.get("why") or "").lower()
    up = values.get("protocol", state).lower() in ("connected", "up")
    admin_up = False if state in _SHUT else True if state in _IN_USE else None
    failed = c.ERR_DISABLED if c.ERR_DISABLED in (state, why) else None
    link = None if state == "monitoring" else up
    yield w.linked(values, link, admin_up, values.get("reason") or failed)


def _mode(values: c.Values, _: str | None) -> Iterator[c.CliPort]:
    """The mode of a port that is down says so."""
    if mode := values.get("mode"):
        yield c.CliPort(port=values["port"], link_up=not mode.startswith("down"))


def _details(values: c.Values, _: str | None) -> Iterator[c.CliCounters]:
    yield from w.counted({"in_multicast": values.get("in_groups"), **values}, values["port"])


def _optic(values: c.Values, _: str | None) -> Iterator[c.CliOptic | c.CliModule]:
    """One table with a column for each quantity, or one table for each, with its limits.

    Of several lanes the lowest level is told, as for a port that is read over SNMP.
    """
    told = re.findall(r"N/A|[-+]?\d[\d.]*", re.sub(r"\([^)]*\)", "", values["values"]))
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


_INT = r"sh(?:ow?)? int(?:e[a-z]*)?"
_ONE = r"(?P<port>[a-z][a-z-]* ?\d[\d/.]*)"
_ROWS: w.Rows = {
    c.CliPort: _status,
    c.CliProtection: w.guarded(_status),
    c.CliNeighbour: _neighbour,
}
_CLOSED = "show interfaces status err-disabled", "err_disabled", rf"{_INT} status err-?disabled"
_SEEN = w.Tables("cisco_ios", _ROWS)
CLI = c.CliPlatform(
    names=("cisco_ios", "cisco_xe"),
    vendor="Cisco",
    driver="cisco_ios",
    session=s.CliSession(
        after_login=("terminal length 0", "terminal width 511"),
        enable="enable",
        netmiko="terminal width 511, terminal length 0; at log-out exit",
    ),
    cable_test=cable_tests.CISCO_IOS,
    tables=(
        _SEEN(
            c.CliPort,
            "show interfaces status",
            "status",
            rf"{_INT} (?:{_ONE} )?status(?: module \d+)?(?: \| i[a-z]* .*)?",
            one_port="show interfaces {port} status",
        ),
        _SEEN(c.CliPort, *_CLOSED),
        replace(_SEEN(c.CliProtection, *_CLOSED), lists_closed=True),
        _SEEN(
            c.CliPort,
            "show interfaces description",
            "description",
            rf"{_INT} (?:{_ONE} )?desc[a-z]*",
        ),
        _SEEN(
            c.CliPort,
            "show interfaces",
            "interfaces",
            rf"{_INT}(?: {_ONE})?(?: \| inc[a-z]* .*)?",
            one_port="show interfaces {port}",
        ),
        _SEEN(
            c.CliCounters,
            "show interfaces",
            "interfaces",
            rf"{_INT}(?: {_ONE})?",
            row=_details,
            one_port="show interfaces {port}",
        ),
        _SEEN(
            c.CliPort,
            "show interfaces switchport",
            "switchport",
            rf"{_INT} (?:{_ONE} )?switchport",
            row=_mode,
        ),
        _SEEN(
            c.CliCounters,
            "show interfaces counters",
            "counters",
            rf"{_INT} (?:{_ONE} )?counters(?: errors| module \d+)*",
            row=w.columned,
            one_port="show interfaces {port} counters",
        ),
        policy_maps.RATES,
        _SEEN(
            c.CliMac,
            "show mac address-table",
            "mac",
            r"sh(?:ow?)? mac[- ]addr[a-z-]*(?: .*)?",
            one_port="show mac address-table interface {port}",
        ),
        _SEEN(
            c.CliLease,
            "show ip dhcp snooping binding",
            "lease",
            r"show ip(?:v6)? dhcp snooping bind[a-z]*(?: .*)?",
        ),
        *(
            _SEEN(
                c.CliGroup,
                f"show {of} snooping groups",
                "group",
                rf"show {of} snooping (?:address|groups?)(?: (?!count).*)?",
            )
            for of in ("ip igmp", "ipv6 mld")
        ),
        _SEEN(
            c.CliOptic,
            "show interfaces transceiver",
            ("transceiver", "module"),
            rf"{_INT}(?: {_ONE})? trans[a-z]*(?: detail| switch \d+| module \d+)*",
            r"show hw-module subslot \S+ transceiver \d+ (?:status|idprom.*)",
            row=_levels,
            one_port="show interfaces {port} transceiver",
        ),
        _SEEN(
            c.CliCableTest,
            "show cable-diagnostics tdr",
            "cable_test",
            r"show cable(?:-diagnostics)? tdr(?: interface(?: \S+ ?\S*)?)?",
        ),
        _SEEN(c.CliNeighbour, "show lldp neighbors", "neighbours", r"show lldp ne[a-z]*"),
        _SEEN(
            c.CliNeighbour,
            "show lldp neighbors detail",
            "neighbours_detail",
            rf"show lldp ne[a-z]*(?: {_ONE})? det[a-z]*",
            r"show lldp entry .*",
            one_port="show lldp neighbors {port} detail",
        ),
    ),
)
