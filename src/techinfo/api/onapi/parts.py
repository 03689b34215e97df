"""The six answers as ON-API objects, each alone or in the one that holds them all."""

from __future__ import annotations

from typing import Any, TypeVar

from techinfo.access.answer import Answer, CpeAnswer, part_failed
from techinfo.api.onapi import render
from techinfo.api.onapi.cpe import cpe_status
from techinfo.errors import IncompleteError, NotAvailableError
from techinfo.model import Fact, Group, Lease, MacEntry, PortFacts, State

_Row = TypeVar("_Row", MacEntry, Lease, Group)


def hardware(answer: Answer) -> dict[str, Any]:
    """The element; of one that does not answer nothing but that."""
    return render.bare(render.hardware(answer.reading.device, up=answer.up))


def link_status(answer: Answer) -> dict[str, Any]:
    """The port.

    Raises:
        DeviceError: Its status could not be read.
        NotAvailableError: The element does not tell it.
    """
    port = _port(answer)
    shaping = answer.reading.parts.get(Fact.SHAPING)
    return render.bare(
        render.link_status(
            port, answer.service, shaping_read=shaping is not None and is_whole(shaping.state)
        )
    )


def mac_addresses(answer: Answer) -> list[dict[str, Any]]:
    """MAC addresses on the port; errors as `link_status`."""
    port = _port(answer)
    name = port.port.called
    rows = _rows(answer, port.macs)
    return [render.bare(render.mac_row(m, name, answer.service)) for m in rows]


def leases(answer: Answer) -> list[dict[str, Any]]:
    """Leases on the port; errors as `link_status`."""
    rows = _rows(answer, _port(answer).leases)
    return [render.bare(render.lease_row(x, answer.service)) for x in rows]


def groups(answer: Answer) -> list[dict[str, Any]]:
    """Multicast groups on the port; errors as `link_status`."""
    return [render.bare(render.group_row(g)) for g in _rows(answer, _port(answer).groups)]


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


def _port(answer: Answer) -> PortFacts:
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
