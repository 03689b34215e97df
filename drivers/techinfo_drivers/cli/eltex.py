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
    yield c.CliPort(
        port=values["port"],
        link_up=up,
        admin_up=admin == "up" if admin else True if up else _ADMIN.get(why),
        speed=w.speed(values.get("speed")) if up else None,
        full_duplex=w.duplex(values.get("duplex")) if up else None,
        error=c.ERR_DISABLED if why.startswith("err") else None,
        description=w.texts(values, "description")[0],
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


def _cable(values: c.Values, _: str | None) -> Iterator[c.CliCableTest]:
    length = c.decimal(values.get("length"))
    yield c.CliCableTest(port=values["port"], status=values["status"].lower(), length=length)


_INT = r"sh(?:ow?)? int[a-z]*"
_NAME = r"(?:(?!stat|desc|count|switch|adv)[a-z][a-z-]* ?\d[\d/]*)"
_ONE = rf"(?P<port>{_NAME})"
_OF = rf"(?: det[a-z]*)?(?: interface)?(?: {_NAME})?(?: det[a-z]*)?"
_DOM = rf"show fiber-ports optical-transceiver{_OF}"
CLI = c.CliPlatform(
    names=("eltex",),
    vendor="Eltex",
    driver="eltex_mes",
    session=s.CliSession(
        after_login=("terminal datadump",),
        netmiko="terminal datadump; at log-out exit",
    ),
    tables=(
        w.table(
            c.CliPort,
            "show interfaces status",
            "eltex.status",
            _status,
            rf"{_INT} stat[a-z]*(?: {_NAME})?",
            one_port="show interfaces status {port}",
        ),
        w.table(
            c.CliProtection,
            "show interfaces status",
            "eltex.status",
            w.guarded(_status),
            rf"{_INT} stat[a-z]*(?: {_NAME})?",
            one_port="show interfaces status {port}",
        ),
        w.table(
            c.CliPort,
            "show interfaces description",
            "eltex.description",
            _status,
            rf"{_INT} desc[a-z]*(?: {_NAME})?",
            manual=True,
        ),
        w.table(c.CliPort, "show interfaces", "eltex.interface", _status, rf"{_INT}(?: {_NAME})?"),
        w.table(
            c.CliCounters, "show interfaces", "eltex.interface", _counters, rf"{_INT}(?: {_NAME})?"
        ),
        w.table(
            c.CliCounters,
            "show interfaces counters",
            "eltex.counters",
            w.columned,
            rf"{_INT} counters(?: {_NAME})?",
            manual=True,
            one_port="show interfaces counters {port}",
        ),
        w.table(
            c.CliMac,
            "show mac address-table",
            "eltex.mac",
            w.learnt,
            r"show mac[- ]address-table(?: (?!count|aging|multicast).*)?",
            manual=True,
            one_port="show mac address-table interface {port}",
        ),
        w.table(
            c.CliLease,
            "show ip dhcp snooping binding",
            "eltex.lease",
            w.leased,
            r"show ip dhcp snooping binding(?: .*)?",
            manual=True,
        ),
        w.table(
            c.CliGroup,
            "show ip igmp snooping groups",
            "eltex.group",
            _group,
            r"show (?:ip igmp|ipv6 mld) snooping groups(?: .*)?",
            manual=True,
        ),
        w.table(
            c.CliOptic,
            "show fiber-ports optical-transceiver",
            "eltex.optic",
            _optic,
            _DOM,
            manual=True,
            one_port="show fiber-ports optical-transceiver interface {port}",
        ),
        w.table(c.CliNeighbour, "show lldp neighbors", "eltex.neighbours", _short, manual=True),
        w.table(
            c.CliNeighbour,
            "show lldp neighbors detail",
            "eltex.neighbours_detail",
            w.neighbour,
            rf"show lldp neighbors {_ONE}",
            manual=True,
            one_port="show lldp neighbors {port}",
        ),
        w.table(
            c.CliCableTest,
            "show cable-diagnostics tdr",
            "eltex.cable_test",
            _cable,
            rf"show cable-diagnostics tdr(?: interface)?(?: {_NAME})?",
            manual=True,
        ),
    ),
)
