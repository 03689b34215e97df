"""The kill switch as the collector obeys it: looked at before every conversation."""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import UTC, datetime

from techinfo.collect.target import Target
from techinfo.errors import ConfigError
from techinfo.store.pauses import Pause, PausesFile

_log = logging.getLogger(__name__)


class Pauses:
    """Says what must not be asked, as the file has it at this moment.

    A file that can no longer be read leaves in force what it said last.

    Args:
        file: Where it is written.
        now: What time it is.

    Raises:
        ConfigError: The file is there and cannot be read.
    """

    def __init__(
        self, file: PausesFile, now: Callable[[], datetime] = lambda: datetime.now(UTC)
    ) -> None:
        self._file = file
        self._now = now
        self._sound = True
        self._state = file.state()
        self._pauses = file.pauses()

    def __call__(self, target: Target, driver: str | None) -> Pause | None:
        """The pause that forbids asking a target; of several the one that lasts longest."""
        self._look()
        if not self._pauses:
            return None
        now = self._now()
        covering = (
            pause
            for pause in self._pauses
            if now < pause.until
            and pause.covers(element=target.element, driver=driver, site=target.site)
        )
        return max(covering, key=lambda pause: pause.until, default=None)

    def _look(self) -> None:
        try:
            state = self._file.state()
            if state != self._state:
                self._pauses = self._file.pauses()
                self._state = state
            self._sound = True
        except ConfigError as error:
            if self._sound:
                _log.error("pauses stay as they were: %s", error)
            self._sound = False
