"""How often light is worth reading: as often as the sensor behind it renews.

Many switches read their modules every few seconds, some every ten minutes; what is read in between
is the same value again. Some tell how often (`Transceiver.update_interval`); of others it is learnt
from the values: all of them the same again and again, then others. A level that stands still by
itself is no sign, so nothing is learnt of a module of which little more than that is told.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from techinfo.model import Transceiver

_MOST_S = 60.0
"""Light is read at least so often, as nobody knows when within its interval a sensor renews."""
_SAME = 6
"""So many readings with the same values, and it is read half as often."""
_ENOUGH = 3
"""Values of a module: temperature and current move in each of its readings, if anything does."""
_SLACK_S = 0.5


@dataclass(slots=True, kw_only=True)
class LightPace:
    """When the light of one port is to be read again.

    Attributes:
        every_s: Seconds between two readings of the rest.
        told_s: Seconds between two renewals of the sensor, by the agent's own word.
        learnt_s: The same, as the values have shown; no less than it was looked at.
    """

    every_s: float
    told_s: int | None = None
    learnt_s: float | None = None
    _step_s: float = 0.0
    _read_at: datetime | None = None
    _values: tuple[object, ...] = ()
    _same: int = 0
    _changed_at: datetime | None = None

    @property
    def sensor_s(self) -> int | None:
        """Seconds that what is read may be older than its reading; ``None``: nobody knows."""
        if self.told_s is not None:
            return self.told_s
        slow = self.learnt_s is not None and self.learnt_s > 2 * self.every_s
        return round(self.learnt_s) if slow and self.learnt_s is not None else None

    @property
    def interval_s(self) -> float:
        """Seconds between two readings of light."""
        if self.told_s is not None:
            return max(self.every_s, min(self.told_s, _MOST_S))
        return max(self.every_s, self._step_s)

    def due(self, now: datetime) -> bool:
        """Whether light is to be read."""
        if self._read_at is None or now < self._read_at:
            return True
        return (now - self._read_at).total_seconds() >= self.interval_s - _SLACK_S

    def hurry(self) -> None:
        """Read it at once, and as often as the rest: something has happened on the line."""
        self._read_at, self._step_s, self._same = None, 0.0, 0

    def read(self, optic: Transceiver, at: datetime) -> None:
        """Light was read."""
        self._read_at = at
        self.told_s = optic.update_interval or None
        values = (optic.rx_power, optic.tx_power, optic.temperature, optic.bias, optic.voltage)
        if sum(one is not None for one in values) < _ENOUGH:
            return
        if values == self._values:
            self._same += 1
            if self._same % _SAME == 0:
                self._step_s = min(2 * self.interval_s, _MOST_S)
            return
        if self._changed_at is not None:
            gap = (at - self._changed_at).total_seconds()
            self.learnt_s = gap if self.learnt_s is None else min(gap, self.learnt_s)
            self._step_s = min(self.learnt_s, _MOST_S)
        self._changed_at = at if self._values else None
        self._values, self._same = values, 0
