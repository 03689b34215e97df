"""A ``techinfo.dump/1`` of what a command line printed."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from techinfo import __version__
from techinfo.api.documents.dump import with_one_word
from techinfo.api.onapi import render
from techinfo.driver.cli import (
    ERR_DISABLED,
    CliCableTest,
    CliCounters,
    CliDevice,
    CliGroup,
    CliLease,
    CliMac,
    CliModule,
    CliNeighbour,
    CliOptic,
    CliPlatform,
    CliPort,
    CliPortVlan,
    CliProtection,
    CliRate,
    CliRow,
)
from techinfo.model import State
from techinfo.ssh.cli_reading import CliReading
from techinfo.ssh.cli_recording import CliRecording
from techinfo.ssh.neighbours import port_key

_COUNTERS = {
    "bytes": "bytes",
    "packets": "packets",
    "unicast": "unicast",
    "multicast": "multicast",
    "broadcast": "broadcast",
    "errors": "errors",
    "crc": "crcErrors",
}


def cli_dump(
    recording: CliRecording, platform: CliPlatform, reading: CliReading, name: str, now: datetime
) -> dict[str, Any]:
    """One device, with every port that a row names."""
    at = recording.recorded or now
    return {
        "schema": "techinfo.dump/1",
        "tool": f"techinfo {__version__}",
        "recording": name,
        "collectedAt": render.time(now),
        "device": _known(
            driver=platform.driver or platform.names[0],
            vendor=platform.vendor,
            model=recording.model,
        )
        | _told_of_itself(reading),
        "parts": with_one_word(
            {
                part: _known(
                    state=found.state.value, readAt=render.time(at), cause=found.cause or None
                )
                for part, found in reading.parts.items()
            }
        ),
        "ports": _ports(reading),
        "errors": [
            {"part": part, "cause": found.cause}
            for part, found in reading.parts.items()
            if found.state is State.FAILED
        ],
    }


def _told_of_itself(reading: CliReading) -> dict[str, Any]:
    told: dict[str, Any] = {}
    for row in reading.rows:
        if isinstance(row, CliDevice):
            told |= _known(model=row.model, firmware=row.firmware, serialNumber=row.serial)
    return told


def _ports(reading: CliReading) -> list[dict[str, Any]]:
    ports: dict[str, dict[str, Any]] = {}
    for row in reading.rows:
        if isinstance(row, CliDevice):
            continue
        key = port_key(row.port)
        port = ports.setdefault(key, {"name": row.port})
        if len(row.port) > len(port["name"]):
            port["name"] = row.port
        _add(port, row)
    return list(ports.values())


_LISTS: dict[type[CliRow], tuple[str, dict[str, str]]] = {
    CliMac: ("macAddressTable", {"mac": "mac", "vlan": "vlan", "type": "kind", "ont": "ont"}),
    CliLease: (
        "dhcpSnooping",
        {
            "ip": "ip",
            "mac": "mac",
            "vlan": "vlan",
            "type": "kind",
            "leaseSeconds": "left_s",
            "timeout": "expires",
        },
    ),
    CliGroup: ("igmpSnooping", {"multicast": "group", "vlan": "vlan", "version": "version"}),
    CliPortVlan: (
        "portVlans",
        {
            "vlan": "vlan",
            "tagged": "tagged",
            "userVlan": "user_vlan",
            "outer": "outer",
            "ontId": "ont",
        },
    ),
    CliNeighbour: (
        "neighbours",
        {"chassisId": "chassis_id", "portId": "port_id", "systemName": "system_name"},
    ),
    CliCableTest: ("cableTest", {"pair": "pair", "status": "status", "length": "length"}),
}
"""Where rows stand in a port, and their keys: published name -> ours."""


def _add(port: dict[str, Any], row: CliRow) -> None:
    match row:
        case CliPort():
            _add_status(port, row)
        case CliCounters():
            port.setdefault("status", {}).setdefault("statistics", {}).update(_statistics(row))
        case CliProtection():
            port["protection"] = render.protection(row.protection)
        case CliOptic():
            _add_optic(port, row)
        case CliRate():
            _add_rate(port, row)
        case CliModule():
            values = _known(vendor=row.vendor, partNumber=row.part, serialNumber=row.serial)
            port.setdefault("status", {}).setdefault("transceiver", {}).update(values)
        case _:
            name, keys = _LISTS[type(row)]
            values = _known(**{key: getattr(row, ours) for key, ours in keys.items()})
            rows = port.setdefault(name, [])
            if values not in rows:
                rows.append(values)


def _add_status(port: dict[str, Any], row: CliPort) -> None:
    admin_down = None if row.admin_up is None else not row.admin_up
    values = _known(link=row.link_up, adminDown=admin_down, linkSpeed=row.speed)
    values |= _known(fullDuplex=row.full_duplex, error=row.error)
    status = port.setdefault("status", {})
    if row.error == ERR_DISABLED and "error" in status:
        del values["error"]
    status.update(values)
    if row.description:
        port["description"] = row.description


def _add_rate(port: dict[str, Any], row: CliRate) -> None:
    """A port that has no limit has a list without one."""
    rates = port.setdefault("status", {}).setdefault("configuredSpeed", [])
    limits = {name: str(rate) for name, rate in _known(cir=row.cir, pir=row.pir).items()}
    told = {"queue": row.queue, **limits}
    if limits and told not in rates:
        rates.append(told)


def _statistics(row: CliCounters) -> dict[str, dict[str, int]]:
    sides = {"input": "in_", "output": "out_"}
    flows = {
        side: _known(**{ours: getattr(row, prefix + key, None) for key, ours in _COUNTERS.items()})
        for side, prefix in sides.items()
    }
    return {side: values for side, values in flows.items() if values}


def _add_optic(port: dict[str, Any], row: CliOptic) -> None:
    optic = port.setdefault("status", {}).setdefault("transceiver", {})
    module = {"temp": render.decimal(row.temperature, 1)}
    module["supplyVoltage"] = render.decimal(row.voltage, 2)
    levels = {"dbmRx": _level(row.rx), "dbmTx": _level(row.tx)}
    levels["biasTx"] = render.decimal(row.bias, 2)
    optic.update(_known(**module))
    if row.lane is None:
        lowest = {key: optic[key] for key in ("dbmRx", "dbmTx") if key in optic}
        optic.update(_known(**levels))
        optic.update({k: min(lowest[k], optic[k], key=float) for k in lowest})
    else:
        optic.setdefault("lanes", []).append({"lane": row.lane, **_known(**levels)})


def _level(level: float | None) -> str | None:
    return None if level is None else f"{level:.2f}"


def _known(**values: Any) -> dict[str, Any]:
    return {key: value for key, value in values.items() if value is not None}
