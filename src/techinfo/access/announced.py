"""What the access switch knows of a CPE that cannot be asked itself: its own announcements."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from techinfo import inventory as stock
from techinfo.access.answer import Announced, part_failed
from techinfo.access.attachment import Attachment, neighbours_on
from techinfo.access.freshness import Terms, read
from techinfo.collect import AnyCollector, Target
from techinfo.errors import NotUniqueError
from techinfo.model import Cpe, Fact


async def announced(
    collector: AnyCollector,
    inventory: stock.Inventory,
    at: Attachment,
    terms: Terms,
    now: datetime,
) -> Announced | None:
    """The CPE of an access as it has announced itself; ``None`` when it has not.

    Raises:
        DeviceError: The switch could not be asked.
        NotUniqueError: Some CPE has, and nothing tells whether it is this access's.
    """
    if await tells(collector, at.port, Fact.CPE) is False:
        return None
    reading = await read(collector, at.port, (Fact.CPE,), terms, now)
    part, port = reading.parts.get(Fact.CPE), reading.port
    failed = part_failed(part) if part else None
    if failed is not None:
        raise failed
    if port is None:
        return None
    shared = bool(neighbours_on(inventory, at, port.port))
    found = chosen(port.cpe, inventory.cpe(at.access.access_id), shared=shared)
    return Announced(cpe=found, reading=reading) if found else None


async def tells(collector: AnyCollector, target: Target, fact: Fact) -> bool | None:
    """Whether a device's driver has a table of a fact; ``None``: it was never met."""
    (met,) = await collector.met((target,))
    return None if met is None else fact in met.tells


def chosen(told: Iterable[Cpe], known: stock.Cpe | None, *, shared: bool) -> Cpe | None:
    """The one of the CPEs behind a port that is an access's.

    Where the inventory names a MAC or a serial number, only that CPE counts. No announcement has a
    serial number.

    Raises:
        NotUniqueError: The inventory names none, and there are several, or several accesses.
    """
    # A CPE that has started anew may stand there twice: the one that is heard goes first.
    every = sorted(told, key=lambda cpe: cpe.up is not True)
    if known is not None and (known.mac or known.serial_number):
        mac = (known.mac or "").lower()
        return next((cpe for cpe in every if cpe.mac and cpe.mac.lower() == mac), None)
    if every and (shared or len(every) > 1):
        raise NotUniqueError("the inventory does not name the CPE, and it could be another's")
    return every[0] if every else None
