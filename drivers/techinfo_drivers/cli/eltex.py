"""Eltex MES of ROS: MES1000 to MES5000.

Commands: see the sources of templates/eltex.toml. All but the states and counters of ports stands
on the manuals only.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from techinfo.driver import cli as c
from techinfo.driver import cli_session as s
from techinfo.driver import cli_words as w

_NO_PORT = re.compile(r"(?:vlan|tunnel|loopback|lo) ?\d", re.IGNORECASE)
_ADMIN = {"adm": False, "admin.shutdown": False, "nc": True, "not connected": True}


def _status(values: c.Values, _: str | None) -> Iterator[c.CliPort]:
    """Why a port is down is told in brackets by newer software, or in a column of its own."""
    if _NO_PORT.match(values["port"]):
        return
    up, why = values["state"].lower() == "up", values.get("why", "").lower()
    admin = values.get("admin", "").lower()
    yield w.linked(
        values,
        up,
        admin == "up" if admin else True if up else _ADMIN.get(why),
        c.ERR_DISABLED if why.startswith("err") else None,
    )


def _counters(values: c.Values, port: str | None) -> Iterator[c.CliCounters]:
    if not _NO_PORT.match(values["port"]):
        yield from w.counted(values, port)


def _group(values: c.Values, port: str | None) -> Iterator[c.CliGroup]:
    """A row of one source may name ports that do not want it: only all sources' are told."""
    if values["source"] == "*":
        yield from w.grouped(values, port)


def _optic(values: c.Values, port: str | None) -> Iterator[c.CliOptic | c.CliModule]:
    """Levels in mW, or in dBm, or in both."""
    if "dbm" not in values["unit"].lower():
        values = {**values, **{key: w.milliwatt(values[key]) for key in ("rx", "tx")}}
    yield from w.measured(values, port)


def _short(values: c.Values, port: str | None) -> Iterator[c.CliNeighbour]:
    """A name that fills its column goes on in the next line, or is cut: it is left out."""
    names = ("port", "chassis_id", "port_id", "name")
    told = dict(zip(names, w.cells(values["rule"], values["text"]), strict=False))
    if len(told.get("name", "")) >= len(values["rule"].split()[3]):
        del told["name"]
    yield from w.neighbour(told, port)


_INT = r"sh(?:ow?)? int[a-z]*"
_NAME = r"(?:(?!stat|desc|count|switch|adv)[a-z][a-z-]* ?\d[\d/]*)"
_ONE = rf"(?P<port>{_NAME})"
_OF = rf"(?: det[a-z]*)?(?: interface)?(?: {_NAME})?(?: det[a-z]*)?"
_DOM = rf"show fiber-ports optical-transceiver{_OF}"
_ROWS: w.Rows = {c.CliPort: _status, c.CliProtection: w.guarded(_status)}
_SEEN = w.Tables("eltex", _ROWS)
_MANUAL = w.Tables("eltex", _ROWS, manual=True)
CLI = c.CliPlatform(
    names=("eltex",),
    vendor="Eltex",
    driver="eltex_mes",
    session=s.CliSession(
        after_login=("terminal datadump",),
        netmiko="terminal datadump; at log-out exit",
    ),
    tables=(
        _SEEN(
            c.CliPort,
            "show interfaces status",
            "status",
            rf"{_INT} stat[a-z]*(?: {_NAME})?",
            one_port="show interfaces status {port}",
        ),
        _SEEN(
            c.CliProtection,
            "show interfaces status",
            "status",
            rf"{_INT} stat[a-z]*(?: {_NAME})?",
            one_port="show interfaces status {port}",
        ),
        _MANUAL(
            c.CliPort,
            "show interfaces description",
            "description",
            rf"{_INT} desc[a-z]*(?: {_NAME})?",
        ),
        *_SEEN.each(
            {c.CliPort: _status, c.CliCounters: _counters},
            "show interfaces",
            "interface",
            rf"{_INT}(?: {_NAME})?",
        ),
        _MANUAL(
            c.CliCounters,
            "show interfaces counters",
            "counters",
            rf"{_INT} counters(?: {_NAME})?",
            row=w.columned,
            one_port="show interfaces counters {port}",
        ),
        _MANUAL(
            c.CliMac,
            "show mac address-table",
            "mac",
            r"show mac[- ]address-table(?: (?!count|aging|multicast).*)?",
            one_port="show mac address-table interface {port}",
        ),
        _MANUAL(
            c.CliLease,
            "show ip dhcp snooping binding",
            "lease",
            r"show ip dhcp snooping binding(?: .*)?",
        ),
        _MANUAL(
            c.CliGroup,
            "show ip igmp snooping groups",
            "group",
            r"show (?:ip igmp|ipv6 mld) snooping groups(?: .*)?",
            row=_group,
        ),
        _MANUAL(
            c.CliOptic,
            "show fiber-ports optical-transceiver",
            "optic",
            _DOM,
            row=_optic,
            one_port="show fiber-ports optical-transceiver interface {port}",
        ),
        _MANUAL(c.CliNeighbour, "show lldp neighbors", "neighbours", row=_short),
        _MANUAL(
            c.CliNeighbour,
            "show lldp neighbors detail",
            "neighbours_detail",
            rf"show lldp neighbors {_ONE}",
            one_port="show lldp neighbors {port}",
        ),
        _MANUAL(
            c.CliCableTest,
            "show cable-diagnostics tdr",
            "cable_test",
            rf"show cable-diagnostics tdr(?: interface)?(?: {_NAME})?",
        ),
    ),
)
