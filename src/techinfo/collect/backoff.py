"""How long a silent device is left alone."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from datetime import datetime, timedelta

_log = logging.getLogger(__name__)


@dataclass(slots=True)
class Silence:
    """One device's record of answering.

    Attributes:
        since: When it was first found silent; ``None`` while it answers.
        until: Before this it is not asked again.
    """

    element: str
    first_s: float
    most_s: float
    since: datetime | None = None
    until: datetime | None = None
    _step_s: float = 0.0

    def rests(self, now: datetime) -> bool:
        """Whether it is left alone at this moment."""
        return self.until is not None and now < self.until

    def found_silent(self, now: datetime) -> None:
        """It did not answer: wait longer each time. Logged once when it goes away."""
        if self.since is None:
            self.since = now
            _log.warning("%s does not answer", self.element)
        self._step_s = min(self.most_s, self._step_s * 2 or self.first_s)
        self.until = now + timedelta(seconds=self._step_s)

    def answered(self, now: datetime) -> None:
        """It answers. Logged once when it is back."""
        if self.since is not None:
            _log.warning("%s answers again after %s", self.element, now - self.since)
        self.since = self.until = None
        self._step_s = 0.0
