"""Works that their own accesses contradict: what they took down has been back for a while."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime, timedelta

from techinfo.history.links import Transition
from techinfo.history.observation import name_of
from techinfo.history.store import HistoryFile
from techinfo.inventory import Inventory
from techinfo.inventory.works import Status, Works

_BEFORE = timedelta(minutes=15)
"""Lines that fell so long before the window began count: works begin early (the verdict's rule)."""
_QUIET = timedelta(minutes=15)
_FRESH = timedelta(minutes=20)
_MOST = 200
"""Lines that are looked at one by one; of works that took down more nothing is said."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Contradiction:
    """Why works ask to be closed.

    Attributes:
        lost: So many lines fell; all of them are back.
        back_since: The last of them.
    """

    lost: int
    back_since: datetime


def contradiction(
    file: HistoryFile, inventory: Inventory, works: Works, now: datetime
) -> Contradiction | None:
    """What polls say against works that go on; ``None``: nothing, or not enough is known.

    At least one line fell, and every one that fell was seen up by a poll of the last minutes and
    has been up for a quarter of an hour.
    """
    if works.status(now) is not Status.ACTIVE:
        return None
    lost: dict[tuple[str, str], Transition] = {}
    for element, mine in _lines(file, inventory, works).items():
        seen = file.transitions_of(element, works.begin - _BEFORE)
        fell = {name for name in mine & seen.keys() if any(not one.up for one in seen[name])}
        lost |= {(element, name): seen[name][-1] for name in fell}
    back = max((one.at for one in lost.values()), default=now)
    all_up = all(one.up for one in lost.values())
    if not all_up or back > now - _QUIET or len(lost) > _MOST:
        return None
    if not all(_is_up(file, element, name, now) for element, name in lost):
        return None
    return Contradiction(lost=len(lost), back_since=back)


def _lines(file: HistoryFile, inventory: Inventory, works: Works) -> dict[str, set[str]]:
    """Element -> the lines on it that works touch."""
    lines: defaultdict[str, set[str]] = defaultdict(set)
    for access in inventory.works.touched(works):
        if access.element is not None:
            by_name = (name_of(access.port, access.ont_id),) if access.port else ()
            lines[access.element].update(file.lines(access.element, access.access_id) or by_name)
    return lines


def _is_up(file: HistoryFile, element: str, name: str, now: datetime) -> bool:
    """Whether a poll of the last minutes has seen a line up."""
    seen = file.samples(element, name, now - _FRESH)
    return bool(seen) and seen[-1].up is True
