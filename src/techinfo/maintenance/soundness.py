"""Whether every database of a running service can be written and read; looked at all the time."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta

from techinfo.maintenance.schedule import Polling
from techinfo.store.database import Database

_SELDOM = frozenset({"inventory"})
"""A look is a write, after which what was derived from a file counts as outdated."""
_SELDOM_IS = 6


class Soundness:
    """What is wrong with the databases of a house, by their last write or look.

    Args:
        files: The open files, by the names of their stores (`techinfo.maintenance.stores`).
    """

    def __init__(self, files: Mapping[str, Database]) -> None:
        self._files = dict(files)
        self._looks = 0

    def troubles(self) -> dict[str, str]:
        """What is wrong with each, in words for the operator; empty: nothing. Never waits."""
        return {name: file.trouble for name, file in self._files.items()}

    def look(self) -> None:
        """Look at all of them now; at what is seldom written and well, seldom."""
        for name, file in self._files.items():
            if file.trouble or name not in _SELDOM or not self._looks % _SELDOM_IS:
                file.look()
        self._looks += 1

    def keep_looking(self, polling: Polling, every_s: float) -> None:
        """Look again and again, for the first time at once."""
        every = timedelta(seconds=every_s)
        polling.every(every, "look at the databases", self.look, first=timedelta(0))
