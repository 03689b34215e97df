"""Tables that have far fewer rows than they had: a busy agent tells a part of them (F12)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from techinfo.model import Fact

_FEWER = 0.5
_ENOUGH = 10
"""Rows from which half of them is no chance: two of four homes may well be asleep."""
_BELIEVED_AFTER = timedelta(minutes=2)
"""RouterOS tells its whole MAC table some 30 s after it told a part (field note F12)."""
_LISTED = frozenset({Fact.MACS, Fact.LEASES, Fact.GROUPS})


@dataclass(slots=True)
class Sizes:
    """How many rows each fact had since the device started, and since when it has far fewer."""

    _known: dict[Fact, tuple[int, datetime | None]] = field(default_factory=dict)

    def shrunk(self, fact: Fact, cells: Mapping[str, Mapping[Any, Any]], now: datetime) -> str:
        """Why a whole table may be a part of itself; empty when it need not be.

        What a table has had for two minutes is believed, however little it is.
        """
        if fact not in _LISTED:
            return ""
        rows = max((len(column) for column in cells.values()), default=0)
        before, since = self._known.get(fact, (0, None))
        doubted = before >= _ENOUGH and rows < before * _FEWER
        if not doubted or (since is not None and now - since >= _BELIEVED_AFTER):
            self._known[fact] = (rows, None)
            return ""
        self._known[fact] = (before, since or now)
        return "the table has far fewer rows than a while ago"
