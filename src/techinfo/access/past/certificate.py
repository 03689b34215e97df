"""Light at installation: a reading that is kept, and what arrives now against it."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, replace

from techinfo.access.answer import Answer
from techinfo.access.freshness import CachePolicy
from techinfo.access.past.case import baseline_of
from techinfo.access.past.line import Line
from techinfo.access.service import AccessService
from techinfo.access.viewer import Viewer
from techinfo.errors import ForbiddenError, NotAvailableError, UnwatchedError
from techinfo.history.light import Baseline, Source, certificate, weaker
from techinfo.history.observation import Observation
from techinfo.history.writing import PollNote, PortNote, Tenants
from techinfo.model import Fact
from techinfo.units import Power


@dataclass(frozen=True, kw_only=True, slots=True)
class Compared:
    """Light at installation, and what arrives now.

    Attributes:
        weaker: By how many decibels less arrives; negative: more. ``None``: it cannot be compared.
    """

    baseline: Baseline
    weaker: float | None = None


async def certify(
    service: AccessService, viewer: Viewer, access_id: str, policy: CachePolicy
) -> Baseline:
    """Read an access now, and keep its light as that of an installation that is done.

    Args:
        service: Asks the switch.
        viewer: An engineer or operator.
        access_id: Of which access.
        policy: How long it may take; what is known already does not count.

    Raises:
        ForbiddenError: A provider cannot say that a line is done.
        UnwatchedError: Nothing is polled here, and so nothing kept.
        NotAvailableError: The link is down, or no light is told: there is nothing to keep.
        DeviceError: The switch could not be asked.
    """
    if not viewer.sees_all:
        raise ForbiddenError("that an installation is done is said by the operator's engineers")
    if service.history is None or service.history.put is None:
        raise UnwatchedError("nothing is watched here: polling is off")
    live = replace(policy, max_age_s=0.0, max_stale_s=0.0)
    answer = await service.link_status(viewer, access_id, live)
    line = await service.seen(viewer, access_id, lambda _, found: found)
    made = certificate(_observed(answer, line), Source.ENGINEER)
    if made is None:
        raise NotAvailableError("the link is down, or no light is told: nothing to compare later")
    note = PortNote(baseline=made, tenants=Tenants(accesses=(answer.access.access_id,)))
    kept = PollNote(element=line.element, at=made.at, ports={line.name: note})
    await asyncio.to_thread(service.history.put, kept)
    return made


def _observed(answer: Answer, line: Line) -> Observation:
    part = answer.reading.parts.get(Fact.LINK)
    port = answer.port
    if port is None or part is None or part.read_at is None or line.port is None:
        raise NotAvailableError("the port could not be read")
    _, serial = _optic(answer)
    return Observation(
        at=part.read_at,
        name=line.name,
        up=port.link.up if port.link is not None else None,
        rx=_optic(answer)[0],
        tx=port.transceiver.tx_power if port.transceiver is not None else None,
        serial=serial,
    )


def _optic(answer: Answer) -> tuple[Power | None, str | None]:
    """What arrives, and who measures it: the module, or of an ONT the ONT that the OLT hears."""
    port = answer.port
    if port is None or port.transceiver is None:
        return None, None
    ont = next(iter(port.onts), None) if answer.access.ont_id is not None else None
    serial = ont.serial_number if ont is not None else port.transceiver.serial_number
    return port.transceiver.light, serial


async def compared(
    service: AccessService, viewer: Viewer, access_id: str, status: Answer | None
) -> Compared | None:
    """Light at installation, against an answer about the link; ``None``: none is the viewer's.

    Args:
        service: Knows the file of history.
        viewer: Who asks.
        access_id: Of which access.
        status: What was answered about its link; ``None``: it could not be read.
    """
    if service.history is None:
        return None
    try:
        found = await service.seen(
            viewer, access_id, lambda history, line: baseline_of(history.file, line)
        )
    except ForbiddenError:
        return None
    if found is None:
        return None
    rx, serial = _optic(status) if status is not None else (None, None)
    return Compared(baseline=found, weaker=weaker(found, rx, serial))
