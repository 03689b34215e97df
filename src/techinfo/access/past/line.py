"""Which line of the file of history an access is, and of which time its viewer may be told."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from techinfo.access.attachment import Attachment, attached, neighbours_on
from techinfo.access.freshness import MOST_STALE_S, known
from techinfo.access.rights import Right, port_since, sees_traffic
from techinfo.access.troubleshoot import Troubleshooter
from techinfo.errors import ForbiddenError
from techinfo.history.observation import name_of
from techinfo.history.store import BEGINNING, HistoryFile
from techinfo.inventory import Access
from techinfo.model import Fact


@dataclass(frozen=True, kw_only=True, slots=True)
class Line:
    """An access in the file of history, as its viewer may see it.

    Attributes:
        element: As the inventory calls it.
        port: Of the access, by ifName; MAC addresses stand there. ``None``: nobody has polled it.
        name: What its link, light and counters stand under: the port, or an ONT behind it.
        held: The viewer's right.
        since: Nothing older is told.
        until: Nothing newer.
        counted_since: Of older times volumes and addresses may be somebody else's on the port.
        traffic: The viewer may see volumes.
        neighbours: Other accesses on the port.
    """

    element: str
    port: str | None
    name: str
    held: Right
    since: datetime
    until: datetime
    counted_since: datetime
    traffic: bool
    neighbours: tuple[Access, ...] = ()


async def line_of(
    file: HistoryFile, troubleshooter: Troubleshooter, held: Right, now: datetime
) -> Line:
    """The line of an access; no device is asked for it.

    Raises:
        ForbiddenError: The viewer holds no service on the access: nothing of before is theirs.
        NotConnectedError: It has no equipment.
    """
    if not held.sees_past:
        raise ForbiddenError("what was seen before is told to holders of a service on this access")
    inventory = troubleshooter.inventory
    at = attached(inventory, held.access.access_id)
    reading = await known(troubleshooter.collector, at.port, (Fact.LINK,), MOST_STALE_S, now)
    read = reading.port if reading is not None else None
    beside = neighbours_on(inventory, at, read.port) if read is not None else at.neighbours
    port = read.port.called if read is not None else _named(file, at, held)
    others = {one.access_id for one in beside}
    if port is not None:
        others |= {*file.tenants(at.element.name, port)} - {at.access.access_id}
    return Line(
        element=at.element.name,
        port=port,
        name=name_of(port or "", at.access.ont_id),
        held=held,
        since=held.since or BEGINNING,
        until=min(held.until or now, now),
        counted_since=port_since(held, others, inventory) or BEGINNING,
        traffic=sees_traffic(held, beside, inventory),
        neighbours=beside,
    )


def _named(file: HistoryFile, at: Attachment, held: Right) -> str | None:
    """The port by its name alone, where it was not read lately.

    An access that is attached by another name of its port may have been on another one: only the
    operator is told by where it was polled.
    """
    element, name = at.element.name, at.access.port or ""
    by_name = at.access.port_by in {"name", "any"}
    if by_name and file.port(element, name_of(name, at.access.ont_id)) is not None:
        return name
    ont = at.access.ont_id
    mine = file.lines(element, at.access.access_id) if held.full_access and ont is None else ()
    return mine[0] if len(mine) == 1 else None
