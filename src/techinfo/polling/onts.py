"""ONTs as ports of their own, so that history keeps their light as that of any port."""

from __future__ import annotations

from collections.abc import Mapping

from techinfo.history.observation import name_of
from techinfo.model import Fact, Link, Ont, Part, Port, PortFacts, Transceiver

_MOST = 1 << 20


def of_onts(
    ports: Mapping[int, PortFacts], parts: Mapping[Fact, Part]
) -> tuple[dict[int, PortFacts], dict[Fact, Part]]:
    """The ONTs of a reading in the shape of ports: their state, and what the OLT hears of them.

    Light goes over OMCI: there is some only where `Fact.ONT_LIGHT` was read.

    Args:
        ports: Of the OLT, by ifIndex.
        parts: Of the reading.

    Returns:
        One port for each ONT, and the states of what is told of it.
    """
    found = {
        facts.port.if_index * _MOST + ont.ont_id: _port(facts.port.called, facts, ont)
        for facts in ports.values()
        if facts.port.called
        for ont in facts.onts
    }
    told = {Fact.LINK: parts.get(Fact.ONTS), Fact.TRANSCEIVER: parts.get(Fact.ONT_LIGHT)}
    return found, {fact: one for fact, one in told.items() if one is not None}


def _port(name: str | None, facts: PortFacts, ont: Ont) -> PortFacts:
    number = facts.port.if_index * _MOST + ont.ont_id
    heard = next((one.olt_rx for one in facts.ont_light if one.ont_id == ont.ont_id), None)
    return PortFacts(
        port=Port(if_index=number, name=name_of(name or "", ont.ont_id)),
        link=Link(up=ont.up),
        transceiver=Transceiver(rx_power=heard, serial_number=ont.serial_number),
    )
