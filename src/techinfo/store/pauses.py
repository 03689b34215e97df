"""The file of pauses: what network elements must not be asked, until when, and why.

It is JSON and not a database, so that whoever may read it obeys it, in any process and as any user,
and a person can look into it (`techinfo.store.json_file`).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from types import SimpleNamespace

from techinfo.store.base import Records
from techinfo.store.json_file import JsonFile

_MOST_PAUSES = 1000


class Reach(StrEnum):
    """How far a pause reaches."""

    SWITCH = "switch"
    DRIVER = "driver"
    SITE = "site"
    ALL = "all"


@dataclass(frozen=True, kw_only=True, slots=True)
class Pause:
    """What must not be asked.

    Attributes:
        name: Of the switch, driver or site; empty for all.
        since: When it was said.
        until: When it ends by itself.
        why: In the operator's words. They may name equipment, and are for operators only.
        by: Who has said it.
    """

    reach: Reach
    name: str
    since: datetime
    until: datetime
    why: str = ""
    by: str = ""

    def covers(self, *, element: str, driver: str | None, site: str | None) -> bool:
        """Whether it is about an element; one whose driver nobody knows has none yet."""
        found = {Reach.SWITCH: element, Reach.DRIVER: driver, Reach.SITE: site}
        return self.reach is Reach.ALL or found.get(self.reach) == self.name


_PAUSES = Records(Pause)


class PausesFile:
    """The file, whether it is there or not; where it is not, nothing is paused.

    Args:
        path: Its folder must exist.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._file = JsonFile(path, "collect.pauses", "pauses")

    def state(self) -> tuple[int, ...]:
        """Another value after every change; costs microseconds.

        Raises:
            ConfigError: It cannot be looked at.
        """
        return self._file.state()

    def pauses(self) -> tuple[Pause, ...]:
        """All that is written there; some may have ended.

        Raises:
            ConfigError: It cannot be read, or is no such file.
        """
        told = self._file.read()
        if told is None:
            return ()
        try:
            return tuple(_PAUSES.record(SimpleNamespace(**p)) for p in told["pauses"])
        except (ValueError, TypeError, KeyError, AttributeError) as error:
            raise self._file.nonsense(error) from error

    def add(self, pause: Pause) -> None:
        """Write a pause; one of the same switch, driver or site takes the place of the older.

        Raises:
            ConfigError: It cannot be written, or is full.
        """
        with self._file.turn():
            here = (pause.reach, pause.name)
            others = [p for p in self._in_force(pause.since) if (p.reach, p.name) != here]
            if len(others) >= _MOST_PAUSES:
                raise self._file.fault(f"is full; {_MOST_PAUSES} pauses are kept at most")
            self._put([*others, pause])

    def remove(self, ended: Sequence[Pause], now: datetime) -> None:
        """Take pauses away, and those that have ended by themselves.

        Raises:
            ConfigError: It cannot be written.
        """
        with self._file.turn():
            self._put([p for p in self._in_force(now) if p not in ended])

    def _in_force(self, now: datetime) -> list[Pause]:
        return [p for p in self.pauses() if now < p.until]

    def _put(self, pauses: Sequence[Pause]) -> None:
        self._file.put({"pauses": [_PAUSES.values(p) for p in pauses]})
