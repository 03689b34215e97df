"""An access behind an ONT: its link is the ONT's, and not that of the PON port that all share.

A PON port stays up while any of its ONTs is there, and counts what all of them send.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import TypeVar

from techinfo.access.answer import Answer
from techinfo.inventory import Access
from techinfo.model import Fact, Link, Ont, OntLight, Part, PortFacts, State, Transceiver

T = TypeVar("T", Ont, OntLight)
FACTS = (Fact.ONTS, Fact.ONT_LIGHT)
"""What is asked besides, of the one ONT."""
_SHARED = Part(
    state=State.UNSUPPORTED,
    cause="what a PON port counts is of all its ONTs",
    code="not_available_here",
)


def is_told(access: Access, parts: Mapping[Fact, Part]) -> bool:
    """Whether an access is behind an ONT, of an element that tells of ONTs at all."""
    part = parts.get(Fact.ONTS)
    return access.ont_id is not None and part is not None and part.state is not State.UNSUPPORTED


def of_ont(answer: Answer) -> Answer:
    """The answer about a PON port, made one about the ONT of its access."""
    access, reading, port = answer.access, answer.reading, answer.port
    if not is_told(access, reading.parts):
        return answer
    told: dict[Fact, Part] = dict(reading.parts)
    told.pop(Fact.ONT_LIGHT, None)
    told |= {Fact.LINK: reading.parts[Fact.ONTS]}
    if Fact.COUNTERS in told:
        told[Fact.COUNTERS] = _SHARED
    light_part = reading.parts.get(Fact.ONT_LIGHT)
    if light_part is not None and light_part.state in {State.FAILED, State.PARTIAL}:
        told[Fact.TRANSCEIVER] = light_part
    reading = replace(reading, parts=told)
    if port is not None:
        port = _port(port, access)
    return replace(answer, reading=reading, port=port, part=told[Fact.LINK])


def _port(port: PortFacts, access: Access) -> PortFacts:
    ont = _numbered(port.onts, access.ont_id)
    light = _numbered(port.ont_light, access.ont_id)
    return replace(
        port,
        link=_link(ont, light, access.uni, port.link),
        counters=None,
        transceiver=_transceiver(light, port.transceiver),
        onts=(ont,) if ont else (),
        ont_light=(light,) if light else (),
    )


def _numbered(told: Iterable[T], number: int | None) -> T | None:
    return next((one for one in told if one.ont_id == number), None)


def _link(ont: Ont | None, light: OntLight | None, uni: int | None, pon: Link | None) -> Link:
    """The socket's link while the ONT is there; an ONT that is gone has taken it along."""
    disabled = pon.admin_down if pon else None
    up = ont.up if ont else None
    if up is not True:
        gone_at = ont.last_down if ont and up is False else None
        return Link(up=up, admin_down=disabled, last_change=gone_at)
    socket = next((s.link for s in light.unis if s.index == uni), None) if light else None
    if socket is not None and socket.up is not None:
        return replace(socket, admin_down=disabled)
    return Link(up=True, admin_down=disabled, last_change=ont.up_since if ont else None)


def _transceiver(light: OntLight | None, pon: Transceiver | None) -> Transceiver | None:
    """The OLT's module, that receives of each ONT another level."""
    heard = light.olt_rx if light else None
    if pon is None:
        return Transceiver(rx_power=heard) if heard is not None else None
    return replace(pon, rx_power=heard, lanes=())
