"""HP ProCurve and ArubaOS-Switch: 2510 to 5400zl, 2530 to 5400R.

Commands: see the sources of templates/hp_procurve.toml. Leases, optics and one port's counters
stand on the guides only.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from techinfo.driver.cli import (
    CliCounters,
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
    cells,
    counted,
    duplex,
    learnt,
    levels,
    neighbour,
    number,
    speed,
    texts,
)


def _status(values: Values, _: str | None) -> Iterator[CliPort]:
    """A mode is 1000FDx, 10HDx or 10GigFD; a port that is down keeps its last one."""
    if "state" not in values:
        return
    up = values["state"].lower() == "up"
    mode = re.match(r"(\d+(?:Gig)?)([FH])D", values.get("mode") or "", re.IGNORECASE) if up else None
    yield CliPort(
        port=values["port"],
        link_up=up,
        admin_up=values["admin"].lower() == "yes" if "admin" in values else None,
        speed=speed(mode[1].lower().replace("gig", "g")) if mode else None,
        full_duplex=mode[2].upper() == "F" if mode else None,
        description=texts(values, "description")[0],
    )


def _counters(values: Values, _: str | None) -> Iterator[CliCounters]:
    yield from counted(values, values["port"])


def _mac(values: Values, _: str | None) -> Iterator[CliMac]:
    """Columns are Port and VLAN; of one port or one VLAN the heading tells it."""
    columns = values.get("columns", "").lower()
    told = [values.get("first"), values.get("second")]
    vlan, at = values.get("vlan"), values.get("at")
    if columns.startswith("vlan"):
        vlan, told = told[0], told[1:]
    elif "port" in columns:
        at, told = told[0], told[1:]
        vlan = told[0] if "vlan" in columns else vlan
    yield from learnt({"mac": values["mac"], "vlan": vlan, "ports": at, "kind": None}, r"\D*")


def _lease(values: Values, _: str | None) -> Iterator[CliLease]:
    left = values.get("left")
    yield CliLease(
        ip=values["ip"],
        mac=values["mac"],
        port=values["port"],
        vlan=number(values["vlan"]),
        left_s=number(left),
        kind="static" if left == "static" else "dynamic" if left else None,
    )


def _optic(values: Values, _: str | None) -> Iterator[CliOptic | CliModule]:
    yield from levels(values, values["port"])
    vendor, part, serial = texts(values, "vendor", "part", "serial")
    if vendor or part or serial:
        yield CliModule(port=values["port"], vendor=vendor, part=part, serial=serial)


def _short(values: Values, port: str | None) -> Iterator[CliNeighbour]:
    """Its columns are cut by the rule below the heading; names that are too long end in dots."""
    told = cells(values["rule"], values["text"].replace("|", " ", 1))
    names = ("port", "chassis_id", "port_id", "descr", "name")
    yield from neighbour(dict(zip(names, told)), port)


def _long(values: Values, port: str | None) -> Iterator[CliNeighbour]:
    yield from neighbour(values, port)


def _table(kind, command, also, section, row, manual=False):
    return CliTable(kind=kind, command=command, also=(also,), template=f"hp_procurve.{section}", row=row, manual=manual)


_INT = r"sh(?:ow?)? int[a-z]*"
_ONE = r"(?:ethernet )?(?P<port>(?!b|s|t|d|c)[a-z]?[\d/]+)"
CLI = CliPlatform(
    names=("hp_procurve", "aruba_procurve", "aruba_osswitch"),
    vendor="HP",
    driver="hp_procurve",
    refusals=(r"invalid input:", r"ambiguous input:", r"incomplete input:"),
    tables=(
        _table(CliPort, "show interfaces brief", rf"{_INT} br[a-z]*(?: {_ONE})?", "brief", _status),
        _table(CliPort, "show interfaces status", rf"{_INT} status(?: {_ONE})?", "status", _status),
        _table(CliPort, "show interfaces ethernet all", rf"{_INT} {_ONE}", "port", _status, True),
        _table(CliCounters, "show interfaces ethernet all", rf"{_INT} {_ONE}", "port", _counters, True),
        _table(CliMac, "show mac-address", r"sh(?:ow?)? mac-a[a-z]*(?: .*)?", "mac", _mac),
        _table(CliLease, "show dhcp-snooping binding", r"show dhcp(?:v6)?-snooping bindings?", "lease", _lease, True),
        _table(CliOptic, "show interfaces transceiver detail", rf"{_INT} transceivers?(?: {_ONE})? detail", "optic", _optic, True),
        _table(CliNeighbour, "show lldp info remote-device", r"show lldp info remote-device", "neighbours", _short),
        _table(CliNeighbour, "show lldp info remote-device detail", r"show lldp info remote-device (?:detail|(?:ethernet )?(?P<port>(?!detail)\S+))", "neighbours_detail", _long),
    ),
)
