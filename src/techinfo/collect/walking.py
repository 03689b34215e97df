"""Walks that cost a device no more than its largest table, once: what has no end is left alone.

What an agent has and cannot say: cells that came in octets which are no value.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from techinfo.snmp.interface import Between, Conversation, Walked

_MOST_NAMED = 5


def unread_cause(oids: Iterable[str]) -> str:
    """Why a part is not whole that lacks the values of these instances; nothing, if of none."""
    found = tuple(oids)
    more = len(found) - _MOST_NAMED
    named = ", ".join(found[:_MOST_NAMED]) + (f" and {more} more" if more > 0 else "")
    return f"values that cannot be read: {named}" if found else ""


_log = logging.getLogger(__name__)
_FIRST, _MOST = timedelta(minutes=10), timedelta(hours=1)
"""How long a table without end is left alone, at first and at most; it doubles each time."""


@dataclass(slots=True)
class Endless:
    """Columns of one device in which no end was in sight.

    Attributes:
        until: Column -> when it may be asked again.
        at: The visit in which the last of them was found: nothing else is walked in it.
    """

    until: dict[str, datetime] = field(default_factory=dict)
    at: datetime | None = None
    _rests: dict[str, timedelta] = field(default_factory=dict)

    def forbids(self, columns: Sequence[str], now: datetime) -> str:
        """Why these are not walked at this moment; empty: they may be."""
        resting = [c for c in columns if (end := self.until.get(c)) is not None and now < end]
        if resting:
            return f"{resting[0]}: had no end a while ago, and is not asked again yet"
        return "not asked: another table of this element has no end" if self.at == now else ""

    def note(self, columns: Sequence[str], walked: Walked, element: str, now: datetime) -> None:
        """Remember which columns had no end, and which have one."""
        for column in columns:
            if column not in walked.endless:
                self.until.pop(column, None)
                self._rests.pop(column, None)
                continue
            rest = min(self._rests.get(column, _FIRST / 2) * 2, _MOST)
            self._rests[column], self.until[column], self.at = rest, now + rest, now
            _log.warning("%s: no end of %s; left alone for %s", element, column, rest)


async def walk(
    conversation: Conversation,
    endless: Endless,
    columns: Sequence[str],
    now: datetime,
    element: str = "",
    between: Between | None = None,
) -> Walked:
    """`Conversation.walk`, but for what is known to have no end.

    Args:
        conversation: With the device.
        endless: What is known of it.
        columns: What to walk.
        now: When the visit began.
        element: Who that is, for the log.
        between: Only these rows, of columns whose index is one number.
    """
    why = endless.forbids(columns, now)
    if why:
        return Walked(cells={column: {} for column in columns}, partial=why)
    walked = await conversation.walk(columns, between)
    endless.note(columns, walked, element, now)
    return walked
