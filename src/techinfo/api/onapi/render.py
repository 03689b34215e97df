"""Facts into ON-API 2.6 objects: decimal strings, RFC 3339, and nothing that is unknown."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

from pydantic import BaseModel

from techinfo.access.answer import Past
from techinfo.access.answer import ServiceOf as ServiceOf
from techinfo.api.onapi import schemas as s
from techinfo.facts.aggregates import is_aggregate
from techinfo.history.windows import Peak
from techinfo.if_types import DSL_TYPES, ETHERNET_TYPES, PON_TYPES
from techinfo.model import (
    SNMP,
    Counters,
    Device,
    Fact,
    Flow,
    Group,
    Lease,
    Link,
    MacEntry,
    Part,
    PortFacts,
    Shaping,
    State,
    Transceiver,
)
from techinfo.moments import rfc3339
from techinfo.protection import Protection
from techinfo.units import Dark, Power

PART_NAMES = {
    Fact.DEVICE: "device",
    Fact.LINK: "status",
    Fact.COUNTERS: "statistics",
    Fact.TRANSCEIVER: "transceiver",
    Fact.MACS: "macAddressTable",
    Fact.LEASES: "dhcpSnooping",
    Fact.GROUPS: "igmpSnooping",
    Fact.SHAPING: "configuredSpeed",
    Fact.VLANS: "portVlans",
    Fact.ONTS: "onts",
    Fact.ONT_LIGHT: "ontLight",
    Fact.NEIGHBOURS: "neighbours",
    Fact.CPE: "cpe",
    Fact.PROTECTION: "protection",
    Fact.GASPS: "gasps",
    Fact.SNOOPING: "dhcpSnoopingVlans",
    Fact.UNREGISTERED: "unregisteredOnts",
}
_PORT_TYPES = ETHERNET_TYPES | DSL_TYPES | PON_TYPES

_FLOOR_DBM = "-40.00"
"""What a module without light is said to receive; only *no light* is ever rendered as a number."""


def bare(model: BaseModel) -> dict[str, Any]:
    """An ON-API object as JSON would have it: what is not known is left out, at every depth."""
    out: dict[str, Any] = _known(model.model_dump())
    return out


def _known(value: Any) -> Any:
    if isinstance(value, list):
        return [_known(x) for x in value]
    if isinstance(value, dict):
        return {k: _known(v) for k, v in value.items() if v is not None and v != ""}
    return value


def is_port(facts: PortFacts) -> bool:
    """What a list of ports shows: Ethernet, DSL, PON, aggregates, and whatever has rows.

    So do ports that only a row of readings knows. A port that is asked for is shown in any case.
    """
    port = facts.port
    if port.if_type in _PORT_TYPES or is_aggregate(port) or port.members:
        return True
    if any((facts.macs, facts.leases, facts.groups, facts.onts, facts.neighbours)):
        return True
    return port.if_type is None and any((facts.link, facts.transceiver, port.name))


def no_service(vlan: int | None) -> str | None:  # noqa: ARG001 - the shape of ServiceOf
    """No VLAN is known to be a service."""
    return None


time = rfc3339
"""A moment, as every answer has it."""


def power(level: Power | None) -> str | None:
    """A level as decimal string; no light is the floor; the other dark states are nothing."""
    if isinstance(level, Dark):
        return _FLOOR_DBM if level is Dark.NO_LIGHT else None
    return decimal(level, 2)


def protection(told: Protection | None) -> dict[str, Any]:
    """What protections have done to a port, as a case has it; empty: nothing tells."""
    if told is None:
        return {}
    values = {
        "state": told.state.value,
        "reason": told.reason,
        "text": told.text,
        "autoRecoverS": told.recovers_in,
    }
    return {key: value for key, value in values.items() if value is not None}


def decimal(value: float | None, digits: int) -> str | None:
    """A decimal string with a point."""
    if value is None or not math.isfinite(value):
        return None
    return f"{round(value, digits) + 0.0:.{digits}f}"  # of -0.001 no "-0.00" remains


def transceiver(t: Transceiver | None) -> s.TransceiverInfo | None:
    """A pluggable; left out without one."""
    if t is None or t.present is False:
        return None
    out = s.TransceiverInfo(
        dbmRx=power(t.rx_power),
        dbmTx=power(t.tx_power),
        temp=decimal(t.temperature, 1),
        biasTx=decimal(t.bias, 2),
        supplyVoltage=decimal(t.voltage, 2),
        vendor=t.vendor,
        partNumber=t.part_number,
        serialNumber=t.serial_number,
    )
    return out if out != s.TransceiverInfo() else None


def statistics(flow: Flow, *, crc: bool) -> s.Statistics | None:
    """One direction; CRC errors are counted on input only."""
    out = s.Statistics(
        packets=flow.packets,
        bytes=flow.bytes,
        unicast=flow.unicast,
        broadcast=flow.broadcast,
        multicast=flow.multicast,
        pauses=flow.pauses,
        errors=flow.errors,
        crcErrors=flow.crc_errors if crc else None,
    )
    return out if out != s.Statistics() else None


def link_statistics(counters: Counters | None, past: Past | None = None) -> s.LinkStatistics | None:
    """Counters since their reset, and what they did lately."""
    if counters is None:
        return None
    flows = (statistics(counters.input, crc=True), statistics(counters.output, crc=False))
    if flows == (None, None):
        return None
    seen = past or Past()
    five = seen.last_five
    return s.LinkStatistics(
        counterResetAt=time(counters.reset_at),
        peakInputRate=peak(seen.peak_input),
        peakOutputRate=peak(seen.peak_output),
        lastFiveInput=statistics(five.input, crc=True) if five else None,
        lastFiveOutput=statistics(five.output, crc=False) if five else None,
        input=flows[0],
        output=flows[1],
    )


def peak(highest: Peak | None) -> s.Peak | None:
    """Octets per second, and the end of the window."""
    if highest is None:
        return None
    return s.Peak(counter=highest.rate, timestamp=f"{time(highest.end)}")


def link_status(
    facts: PortFacts,
    service: ServiceOf = no_service,
    *,
    shaping_read: bool = False,
    past: Past | None = None,
) -> s.LinkStatus:
    """The whole state of a port.

    Args:
        facts: Of the port.
        service: Whose its VLANs are.
        shaping_read: That there is no configured rate is known, too.
        past: What was counted lately.
    """
    link = facts.link or Link()
    speeds = [configured_speed(x, service) for x in facts.shaping]
    return s.LinkStatus(
        link=link.up,
        adminDown=link.admin_down,
        fullDuplex=link.full_duplex,
        linkSince=time(link.last_change),
        speed=link.configured_speed,
        linkSpeed=link.speed,
        configuredSpeed=speeds if speeds or shaping_read else None,
        statistics=link_statistics(facts.counters, past),
        transceiver=transceiver(facts.transceiver),
    )


def configured_speed(rate: Shaping, service: ServiceOf) -> s.ConfiguredSpeed:
    """One configured rate."""
    return s.ConfiguredSpeed(
        serviceType=service(rate.vlan),
        queue=rate.queue,
        cir=None if rate.cir is None else str(rate.cir),
        pir=None if rate.pir is None else str(rate.pir),
    )


def hardware(device: Device | None, *, up: bool) -> s.HardwareInfo:
    """The access switch."""
    if device is None or not up:
        return s.HardwareInfo(up=up)
    return s.HardwareInfo(
        up=up, upSince=time(device.up_since), vendor=device.vendor, model=device.model
    )


def mac_row(entry: MacEntry, port: str | None, service: ServiceOf) -> s.MacRow:
    """One learnt MAC address."""
    return s.MacRow(
        mac=entry.mac,
        serviceType=service(entry.vlan),
        vlan=entry.vlan,
        port=port,
        learntAt=time(entry.learnt_at),
        aggregate=entry.aggregate,
    )


def lease_row(lease: Lease, service: ServiceOf) -> s.LeaseRow:
    """One lease."""
    return s.LeaseRow(
        lease=lease.address,
        mac=lease.mac,
        serviceType=service(lease.vlan),
        start=time(lease.start),
        end=time(lease.end),
        lastRenew=time(lease.last_renew),
        aggregate=lease.aggregate,
    )


def snooped_row(lease: Lease, service: ServiceOf) -> s.SnoopedRow:
    """One DHCP snooping binding."""
    return s.SnoopedRow(
        ip=lease.address,
        mac=lease.mac,
        serviceType=service(lease.vlan),
        timeout=time(lease.end),
    )


def group_row(group: Group) -> s.GroupRow:
    """One membership."""
    return s.GroupRow(
        multicast=group.address,
        timestamp=time(group.joined_at),
        counter=group.counter,
        aggregate=group.aggregate,
    )


def part(found: Part) -> Mapping[str, str]:
    """State of a part, as dumps and the combined answer give it."""
    out = {"state": found.state.value}
    if found.read_at is not None:
        out["readAt"] = f"{time(found.read_at)}"
    if found.cause and found.state is not State.OK:
        out["cause"] = found.cause
    if found.source != SNMP:
        out["source"] = found.source
    return out
