"""Dumps of an element (``techinfo.dump/1``) and of a probe (``techinfo.probe/1``).

They are for the operator's eyes only.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from techinfo import __version__
from techinfo.access.answer import ServiceOf
from techinfo.api.documents.onts import OntAccess, level, no_floor, ont_rows, port_vlan
from techinfo.api.onapi import render
from techinfo.api.onapi.render import PART_NAMES, bare
from techinfo.collect.probing import Probed
from techinfo.collect.target import Reading
from techinfo.driver.cli import ERR_DISABLED
from techinfo.model import Device, Fact, Lane, Lease, Neighbour, Part, PortFacts, State
from techinfo.protection import Guard
from techinfo.units import Dark
from techinfo.wire import SnmpLimits

SCHEMA = "techinfo.dump/1"
TOOL = f"techinfo {__version__}"


def dump(
    reading: Reading,
    collected_at: datetime,
    *,
    recording: str | None = None,
    access_of: Callable[[PortFacts], str | None] = lambda _: None,
    service_of: Callable[[PortFacts], ServiceOf] = lambda _: render.no_service,
    is_named: Callable[[PortFacts], bool] = lambda _: False,
    ont_access_of: Callable[[PortFacts, int], str | None] = lambda _facts, _ont: None,
) -> dict[str, Any]:
    """One element with all its ports, as JSON would have it.

    Args:
        reading: Of the element, or of one port, which is shown with its aggregate.
        collected_at: When.
        recording: The file that it is from.
        access_of: The access on a port.
        service_of: What VLANs carry at a port.
        is_named: Whether the inventory has something on a port: then it is shown, whatever it is.
        ont_access_of: The access of an ONT on a port.
    """
    up = any(p.state in {State.OK, State.EMPTY, State.PARTIAL} for p in reading.parts.values())
    ports = [
        _port(
            facts,
            access_of(facts),
            service_of(facts),
            _aggregate(facts, reading),
            functools.partial(ont_access_of, facts),
        )
        for _, facts in sorted(reading.ports.items())
        if reading.if_index is not None or is_named(facts) or render.is_port(facts)
    ]
    return _head(collected_at, recording) | {
        "device": _device(reading.device, reading.driver, up=up) | _limits(reading.limits),
        "parts": parts(reading.parts),
        "ports": ports,
        "errors": errors(reading.parts),
    }


def failed(cause: str, collected_at: datetime, *, recording: str | None = None) -> dict[str, Any]:
    """A dump of which nothing came but the reason."""
    return _head(collected_at, recording) | {
        "ports": [],
        "errors": [{"part": "device", "cause": cause}],
    }


def parts(found: Mapping[Fact, Part]) -> dict[str, Mapping[str, str]]:
    """State of every part under its published name."""
    return with_one_word({PART_NAMES[fact]: render.part(part) for fact, part in found.items()})


def with_one_word(parts: dict[str, Mapping[str, str]]) -> dict[str, Mapping[str, str]]:
    """Parts with the word that all documents have for groups; the former stays for one release."""
    groups = parts.get("igmpSnooping")
    return parts | ({} if groups is None else {"igmpGroups": groups})


def errors(found: Mapping[Fact, Part]) -> list[dict[str, str]]:
    """The parts that failed, with their cause."""
    return [
        {"part": PART_NAMES[fact], "cause": part.cause}
        for fact, part in found.items()
        if part.state is State.FAILED
    ]


def _head(collected_at: datetime, recording: str | None) -> dict[str, Any]:
    out: dict[str, Any] = {"schema": SCHEMA, "tool": TOOL}
    if recording is not None:
        out["recording"] = recording
    return out | {"collectedAt": render.time(collected_at)}


def _device(device: Device | None, driver: str, *, up: bool) -> dict[str, Any]:
    d = device or Device()
    values = {
        "name": d.name,
        "driver": driver,
        "vendor": d.vendor,
        "model": d.model,
        "firmware": d.firmware,
        "serialNumber": d.serial_number,
        "mac": d.mac,
        "up": up,
        "upSince": render.time(d.up_since),
    }
    return {key: value for key, value in values.items() if value not in (None, "")}


def _limits(found: SnmpLimits | None) -> dict[str, Any]:
    """What the element stands, where that is less than its driver says."""
    return {} if found is None else {"limits": limits(found)}


def limits(found: SnmpLimits) -> dict[str, Any]:
    """How much is asked of an agent at a time."""
    return {
        "varbinds": found.varbinds,
        "maxRepetitions": found.max_repetitions,
        "bulk": found.bulk,
        "unordered": found.unordered,
    }


def _aggregate(facts: PortFacts, reading: Reading) -> str | None:
    """The name of the aggregate that a port is a member of."""
    number = facts.port.aggregate
    group = reading.ports.get(number) if number is not None else None
    return (group.port.called or str(number)) if group else None


def _port(
    facts: PortFacts,
    access_id: str | None,
    service: ServiceOf,
    aggregate: str | None,
    ont_access: OntAccess,
) -> dict[str, Any]:
    port = facts.port
    macs = [bare(render.mac_row(m, port.called, service)) | {"ontId": m.ont} for m in facts.macs]
    values: dict[str, Any] = {
        "ifIndex": port.if_index,
        "name": port.called,
        "ifType": port.if_type,
        "aggregate": aggregate,
        "members": list(port.members),
        "description": port.alias,
        "accessId": access_id,
        "status": _status(facts, service),
        "light": _light(facts),
        "protection": render.protection(facts.protection),
        "macAddressTable": macs,
        "dhcpSnooping": [_lease(x, service) for x in facts.leases],
        "igmpSnooping": [
            {"multicast": g.address, "vlan": g.vlan}
            | {"timestamp": render.time(g.joined_at), "counter": g.counter}
            for g in facts.groups
        ],
        "portVlans": [port_vlan(v) for v in facts.vlans],
        "onts": ont_rows(facts, ont_access),
        "neighbours": [_neighbour(x) for x in facts.neighbours],
    }
    return {key: _clean(value) for key, value in values.items() if value not in (None, [], {})}


def _status(facts: PortFacts, service: ServiceOf) -> dict[str, Any]:
    """As ON-API has it, but for a floor in place of a dark light level; with lanes and age."""
    out = bare(render.link_status(facts, service))
    closed = facts.protection
    if closed is not None and closed.state is Guard.BLOCKED:
        out["error"] = closed.text or ERR_DISABLED
    if "transceiver" in out:
        out["transceiver"] = no_floor(out["transceiver"], facts.transceiver)
    if "transceiver" in out and facts.transceiver and facts.transceiver.update_interval:
        out["transceiver"]["updateInterval"] = facts.transceiver.update_interval
    lanes = [_lane(x) for x in facts.transceiver.lanes] if facts.transceiver else []
    if "transceiver" in out and lanes:
        out["transceiver"]["lanes"] = lanes
    return out


def _lane(lane: Lane) -> dict[str, str | None]:
    values = {
        "dbmRx": level(lane.rx_power),
        "dbmTx": level(lane.tx_power),
        "biasTx": render.decimal(lane.bias, 2),
    }
    return {key: value for key, value in values.items() if value is not None}


def _lease(lease: Lease, service: ServiceOf) -> dict[str, Any]:
    vlan = {} if lease.vlan is None else {"vlan": lease.vlan}
    return bare(render.snooped_row(lease, service)) | vlan


def _clean(value: Any) -> Any:
    if isinstance(value, list):
        return [_clean(x) for x in value]
    if isinstance(value, dict):
        return {k: v for k, v in value.items() if v is not None}
    return value


def _light(facts: PortFacts) -> str | None:
    """The receive side in words, where it is no number: no light, no diagnostics, no module."""
    light = facts.transceiver.light if facts.transceiver else None
    return light.value if isinstance(light, Dark) else None


def _neighbour(neighbour: Neighbour) -> dict[str, str | None]:
    return {
        "chassisId": neighbour.chassis_id,
        "portId": neighbour.port_id,
        "portDescription": neighbour.port_description,
        "systemName": neighbour.system_name,
        "systemDescription": neighbour.system_description,
    }


PROBE_SCHEMA = "techinfo.probe/1"


def probe_document(found: Probed, at: datetime, *, saved: bool) -> dict[str, Any]:
    """One probe, as JSON would have it."""
    known, cost = found.known, found.cost
    device = {
        "name": known.sys_name,
        "driver": known.driver.name,
        "vendor": known.driver.vendor,
        "sysObjectId": known.sys_object_id,
        "model": known.kind.model,
        "software": known.kind.software,
    }
    values: dict[str, Any] = {
        "schema": PROBE_SCHEMA,
        "tool": TOOL,
        "probedAt": render.time(at),
        "device": {key: value for key, value in device.items() if value},
        "facts": {PART_NAMES[fact]: presence.value for fact, presence in found.facts.items()},
        "counters64": {name: counting.value for name, counting in found.counters.items()},
        "engineTime": found.engine_time.value,
        "limits": limits(found.stood),
        "driverLimits": limits(known.driver.limits),
        "proposals": list(found.proposals),
        "cost": {"requests": cost.requests, "retries": cost.retries, "varbinds": cost.varbinds},
        "saved": saved,
    }
    return values | ({"silentOver": found.silent_over} if found.silent_over else {})
