"""The six answers as ON-API objects; the CPE's statistics have names of their own."""

from __future__ import annotations

from typing import Any, TypeVar

from techinfo.access.answer import Answer, CpeAnswer, ServiceOf, part_failed
from techinfo.api.onapi import render
from techinfo.api.onapi import schemas as s
from techinfo.collect import Reading
from techinfo.errors import IncompleteError, NotAvailableError
from techinfo.model import (
    Cpe,
    CpePort,
    Device,
    Fact,
    Flow,
    Group,
    Lease,
    Link,
    MacEntry,
    Port,
    PortFacts,
    State,
)


def cpe_status(answer: CpeAnswer) -> s.CpeStatus:
    """State of a CPE.

    Of one that does not answer, what the access side knows: its MAC from the inventory, who was
    seen on the access's port, and what the CPE has announced to the switch.
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


def _announced(answer: CpeAnswer, cpe: Cpe) -> s.CpeStatus:
    """As it has announced itself to the switch; leases are those that the switch has seen."""
    leases = answer.behind.leases if answer.behind else ()
    return s.CpeStatus(
        firmware=cpe.firmware,
        vendor=cpe.vendor,
        model=cpe.model,
        mac=cpe.mac or _known_mac(answer),
        up=answer.up,
        upSince=render.time(cpe.up_since) if answer.up else None,
        ports=[_announced_port(port) for port in cpe.ports] or None,
        macAddressTable=[
            s.CpeMacRow(mac=m.mac, port=None if m.port is None else str(m.port)) for m in cpe.macs
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


_Row = TypeVar("_Row", MacEntry, Lease, Group)


def hardware(answer: Answer) -> dict[str, Any]:
    """The element; of one that does not answer nothing but that."""
    return render.bare(render.hardware(answer.reading.device, up=answer.up))


def link_status(answer: Answer) -> dict[str, Any]:
    """The port.

    Raises:
        DeviceError: Its status could not be read.
        NotAvailableError: The element cannot read it.
    """
    port = _port_parts(answer)
    shaping = answer.reading.parts.get(Fact.SHAPING)
    return render.bare(
        render.link_status(
            port,
            answer.service,
            shaping_read=shaping is not None and is_whole(shaping.state),
            past=answer.past,
        )
    )


def mac_addresses(answer: Answer) -> list[dict[str, Any]]:
    """MAC addresses on the port; errors as `link_status`."""
    port = _port_parts(answer)
    name = port.port.called
    rows = _rows(answer, port.macs)
    return [render.bare(render.mac_row(m, name, answer.service)) for m in rows]


def leases(answer: Answer) -> list[dict[str, Any]]:
    """Leases on the port; errors as `link_status`."""
    rows = _rows(answer, _port_parts(answer).leases)
    return [render.bare(render.lease_row(x, answer.service)) for x in rows]


def groups(answer: Answer) -> list[dict[str, Any]]:
    """Multicast groups on the port; errors as `link_status`."""
    return [render.bare(render.group_row(g)) for g in _rows(answer, _port_parts(answer).groups)]


def cpe(answer: CpeAnswer) -> dict[str, Any]:
    """The CPE."""
    return render.bare(cpe_status(answer))


def is_whole(state: State) -> bool:
    """Whether an empty list means that nothing is there."""
    return state in {State.OK, State.EMPTY}


def _rows(answer: Answer, rows: tuple[_Row, ...]) -> tuple[_Row, ...]:
    """The rows of an answer.

    Raises:
        IncompleteError: There are none, and some of the table are missing.
    """
    if not rows and answer.part is not None and not is_whole(answer.part.state):
        raise IncompleteError(answer.part.cause)
    return rows


def _port_parts(answer: Answer) -> PortFacts:
    """A failed part is an error, an unsupported one is not available: neither is ever ``[]``."""
    part = answer.part
    if part is None or part.state is State.UNSUPPORTED:
        raise NotAvailableError("this network element cannot tell that by machine")
    failed = part_failed(part)
    if failed is not None:
        raise failed
    if answer.port is None:
        raise NotAvailableError("this network element tells nothing of this port")
    return answer.port
