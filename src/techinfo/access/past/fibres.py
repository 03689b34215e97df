"""Which fibres go through which piece of the plant, and the light that polls have kept of them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta

from techinfo.history.fibre_weather import BEFORE, Fibre, Plant, Weather, nights, weather
from techinfo.history.store import HistoryFile
from techinfo.inventory import Access, Inventory

Piece = tuple[Plant, str]
LONGEST = timedelta(days=400)
"""No hour is kept longer, whatever the settings say."""


def last_night(now: datetime) -> date:
    """The last night that is over, UTC."""
    return now.date() if now.hour >= _OVER else now.date() - timedelta(days=1)


_OVER = 7
"""The hour of UTC at which the hours of a night have been summed up."""


def is_over(night: date, now: datetime) -> bool:
    """Whether a night can be told of: it is over, and its hours may be kept still."""
    return now.date() - LONGEST <= night <= last_night(now)


def weather_of(inventory: Inventory, history: HistoryFile, night: date) -> list[Weather]:
    """Fibre weather of one night: where to open first stands first. No device is asked.

    Args:
        inventory: Says which fibre goes through what.
        history: What polls have kept.
        night: Which.
    """
    pieces: defaultdict[Piece, list[Fibre]] = defaultdict(list)
    elements: dict[str, None] = {}
    for access in inventory.accesses():
        through = list(pieces_of(access))
        if access.element is None or not through:
            continue
        elements[access.element] = None
        for line in history.lines(access.element, access.access_id):
            for piece in through:
                pieces[piece].append((access.element, line))
    since = datetime.combine(night, time(), UTC) - timedelta(days=BEFORE + 1)
    light = {
        (element, line): nights(levels)
        for element in elements
        for line, levels in history.levels(element, since).items()
    }
    return weather(light, pieces, night)


def pieces_of(access: Access) -> Iterator[Piece]:
    """What the fibre of an access goes through, as far as the inventory says it."""
    if access.cable:
        yield Plant.CABLE, access.cable
    if access.cable and access.tube:
        yield Plant.TUBE, f"{access.cable} {access.tube}"
    if access.closure:
        yield Plant.CLOSURE, access.closure
    if access.cable_group:
        yield Plant.GROUP, access.cable_group
