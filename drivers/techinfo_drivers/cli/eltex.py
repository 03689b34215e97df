"""Eltex MES of ROS: MES1000 to MES5000.

Commands: see the sources of templates/eltex.toml. All but the states and counters of ports stands
on the manuals only.
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
    Values,
    decimal,
)
from techinfo.driver.cli_words import (
    cells,
    columned,
    counted,
    duplex,
    grouped,
    learnt,
    leased,
    measured,
    milliwatt,
    neighbour,
    speed,
    table,
    texts,
)

_NO_PORT = re.compile(r"(?:vlan|tunnel|loopback|lo) ?\d", re.IGNORECASE)
_ADMIN = {"adm": False, "admin.shutdown": False, "nc": True, "not connected": True}


def _status(values: Values, _: str | None) -> Iterator[CliPort]:
    """Why a port is down is told in brackets by newer software, or in a column of its own."""
    if _NO_PORT.match(values["port"]):
        return
    up, why = values["state"].lower() == "up", values.get("why", "").lower()
    admin = values.get("admin", "").lower()
    yield CliPort(
        port=values["port"],
        link_up=up,
        admin_up=admin == "up" if admin else True if up else _ADMIN.get(why),
        speed=speed(values.get("speed")) if up else None,
        full_duplex=duplex(values.get("duplex")) if up else None,
        error=ERR_DISABLED if why.startswith("err") else None,
        description=texts(values, "description")[0],
    )


def _counters(values: Values, port: str | None) -> Iterator[CliCounters]:
    if not _NO_PORT.match(values["port"]):
        yield from counted(values, port)


def _group(values: Values, port: str | None) -> Iterator[CliGroup]:
    """A row of one source may name ports that do not want it: only all sources' are told."""
    if values["source"] == "*":
        yield from grouped(values, port)


def _optic(values: Values, port: str | None) -> Iterator[CliOptic | CliModule]:
    """Levels in mW, or in dBm, or in both."""
    if "dbm" not in values["unit"].lower():
        values = {**values, **{key: milliwatt(values[key]) for key in ("rx", "tx")}}
    yield from measured(values, port)


def _short(values: Values, port: str | None) -> Iterator[CliNeighbour]:
    """A name that fills its column goes on in the next line, or is cut: it is left out."""
    names = ("port", "chassis_id", "port_id", "name")
    told = dict(zip(names, cells(values["rule"], values["text"]), strict=False))
    if len(told.get("name", "")) >= len(values["rule"].split()[3]):
        del told["name"]
    yield from neighbour(told, port)


def _cable(values: Values, _: str | None) -> Iterator[CliCableTest]:
    length = decimal(values.get("length"))
    yield CliCableTest(port=values["port"], status=values["status"].lower(), length=length)


_INT = r"sh(?:ow?)? int[a-z]*"
_NAME = r"(?:(?!stat|desc|count|switch|adv)[a-z][a-z-]* ?\d[\d/]*)"
_ONE = rf"(?P<port>{_NAME})"
_OF = rf"(?: det[a-z]*)?(?: interface)?(?: {_NAME})?(?: det[a-z]*)?"
_DOM = rf"show fiber-ports optical-transceiver{_OF}"
CLI = CliPlatform(
    names=("eltex",),
    vendor="Eltex",
    driver="eltex_mes",
    tables=(
        table(
            CliPort,
            "show interfaces status",
            "eltex.status",
            _status,
            rf"{_INT} stat[a-z]*(?: {_NAME})?",
        ),
        table(
            CliPort,
            "show interfaces description",
            "eltex.description",
            _status,
            rf"{_INT} desc[a-z]*(?: {_NAME})?",
            manual=True,
        ),
        table(CliPort, "show interfaces", "eltex.interface", _status, rf"{_INT}(?: {_NAME})?"),
        table(
            CliCounters, "show interfaces", "eltex.interface", _counters, rf"{_INT}(?: {_NAME})?"
        ),
        table(
            CliCounters,
            "show interfaces counters",
            "eltex.counters",
            columned,
            rf"{_INT} counters(?: {_NAME})?",
            manual=True,
        ),
        table(
            CliMac,
            "show mac address-table",
            "eltex.mac",
            learnt,
            r"show mac[- ]address-table(?: (?!count|aging|multicast).*)?",
            manual=True,
        ),
        table(
            CliLease,
            "show ip dhcp snooping binding",
            "eltex.lease",
            leased,
            r"show ip dhcp snooping binding(?: .*)?",
            manual=True,
        ),
        table(
            CliGroup,
            "show ip igmp snooping groups",
            "eltex.group",
            _group,
            r"show (?:ip igmp|ipv6 mld) snooping groups(?: .*)?",
            manual=True,
        ),
        table(
            CliOptic,
            "show fiber-ports optical-transceiver",
            "eltex.optic",
            _optic,
            _DOM,
            manual=True,
        ),
        table(CliNeighbour, "show lldp neighbors", "eltex.neighbours", _short, manual=True),
        table(
            CliNeighbour,
            "show lldp neighbors detail",
            "eltex.neighbours_detail",
            neighbour,
            rf"show lldp neighbors {_ONE}",
            manual=True,
        ),
        table(
            CliCableTest,
            "show cable-diagnostics tdr",
            "eltex.cable_test",
            _cable,
            rf"show cable-diagnostics tdr(?: interface)?(?: {_NAME})?",
            manual=True,
        ),
    ),
)
