"""The CPE behind an access, with the names that its statistics have of their own."""

from __future__ import annotations

from techinfo.access.answer import CpeAnswer, ServiceOf
from techinfo.api.onapi import render
from techinfo.api.onapi import schemas as s
from techinfo.collect import Reading
from techinfo.model import (
    Cpe,
    CpePort,
    Device,
    Fact,
    Flow,
    Link,
    MacEntry,
    Port,
    PortFacts,
    State,
)


def cpe_status(answer: CpeAnswer) -> s.CpeStatus:
    """State of a CPE.

    Of one that does not answer, what the access side knows: its MAC from the inventory, who was
    seen on the access's port, and what the CPE has told the switch of itself.
    """
    reading = answer.reading
    if reading is None:
        return _seen_from_outside(answer)
    device = reading.device or Device()
    ports = [f for _, f in sorted(reading.ports.items()) if render.is_port(f)]
    macs = [_mac(m, f, answer.service) for f in ports for m in f.macs]
    leases = [render.snooped_row(x, answer.service) for f in ports for x in f.leases]
    return s.CpeStatus(
        firmware=device.firmware,
        vendor=device.vendor,
        model=device.model,
        mac=device.mac or _known_mac(answer),
        up=answer.up,
        upSince=render.time(device.up_since) if answer.up else None,
        ports=[_port(f) for f in ports] if ports or _whole(reading, Fact.LINK) else None,
        macAddressTable=macs if macs or _whole(reading, Fact.MACS) else None,
        dhcpSnooping=leases if leases or _whole(reading, Fact.LEASES) else None,
    )


def _known_mac(answer: CpeAnswer) -> str | None:
    return answer.cpe.mac if answer.cpe else None


def _announced(answer: CpeAnswer, told: Cpe) -> s.CpeStatus:
    """By its own word to the switch; leases are what the switch has seen."""
    leases = answer.behind.leases if answer.behind else ()
    return s.CpeStatus(
        firmware=told.firmware,
        vendor=told.vendor,
        model=told.model,
        mac=told.mac or _known_mac(answer),
        up=answer.up,
        upSince=render.time(told.up_since) if answer.up else None,
        ports=[_announced_port(port) for port in told.ports] or None,
        macAddressTable=[
            s.CpeMacRow(mac=m.mac, port=None if m.port is None else str(m.port)) for m in told.macs
        ]
        or None,
        dhcpSnooping=[render.snooped_row(x, answer.service) for x in leases] or None,
    )


def _announced_port(port: CpePort) -> s.CpePortInfo:
    facts = Port(if_index=port.index, name=port.name, descr=port.description)
    return _port(PortFacts(port=facts, link=port.link, counters=port.counters))


def _seen_from_outside(answer: CpeAnswer) -> s.CpeStatus:
    if answer.announced is not None:
        return _announced(answer, answer.announced.cpe)
    behind = answer.behind
    macs = [_mac(m, None, answer.service) for m in behind.macs] if behind else []
    leases = [render.snooped_row(x, answer.service) for x in behind.leases] if behind else []
    return s.CpeStatus(
        up=False,
        mac=_known_mac(answer),
        macAddressTable=macs or None,
        dhcpSnooping=leases or None,
    )


def _whole(reading: Reading, fact: Fact) -> bool:
    """Whether an empty list means that nothing is there."""
    part = reading.parts.get(fact)
    return part is not None and part.state in {State.OK, State.EMPTY}


def _mac(entry: MacEntry, facts: PortFacts | None, service: ServiceOf) -> s.CpeMacRow:
    return s.CpeMacRow(
        mac=entry.mac,
        serviceType=service(entry.vlan),
        port=str(facts.port.if_index) if facts else None,
    )


def _port(facts: PortFacts) -> s.CpePortInfo:
    link = facts.link or Link()
    counters = facts.counters
    flows = (_flow(counters.input), _flow(counters.output)) if counters else (None, None)
    return s.CpePortInfo(
        index=facts.port.if_index,
        ifDescription=facts.port.descr,
        name=facts.port.alias or facts.port.name,
        link=link.up,
        fullDuplex=link.full_duplex,
        changedAt=render.time(link.last_change),
        configuredSpeed=link.configured_speed,
        linkSpeed=link.speed,
        transceiver=render.transceiver(facts.transceiver),
        statistics=s.CpeCounters(input=flows[0], output=flows[1]) if any(flows) else None,
    )


def _flow(flow: Flow) -> s.CpeStatistics | None:
    out = s.CpeStatistics(
        errors=flow.errors,
        crcErrors=flow.crc_errors,
        pause=flow.pauses,
        bytes=flow.bytes,
        packets=flow.packets,
        unicastPackets=flow.unicast,
        multicastPackets=flow.multicast,
    )
    return out if out != s.CpeStatistics() else None
