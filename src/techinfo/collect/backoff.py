"""How long a silent device is left alone.

Questions that a device has just refused: not asked again at once.

The kill switch as the collector obeys it: looked at before every conversation.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from techinfo.collect.target import Target
from techinfo.errors import (
    ConfigError,
    DriverError,
    PausedError,
    TechinfoError,
    WrongDeviceError,
)
from techinfo.model import utc_now
from techinfo.store.pauses import Pause, PausesFile

_log = logging.getLogger(__name__)


@dataclass(frozen=True, kw_only=True, slots=True)
class PollingLimits:
    """How equipment is treated.

    Attributes:
        min_interval_s: One port is not read more often than this, whoever asks.
        parallel: Devices spoken with at a time.
        parallel_silent: Of those, devices that did not answer last time.
        silent_first_s, silent_most_s: How long a silent device is left alone, first and at most.
        visit_s: How long one conversation may take.
    """

    min_interval_s: float = 5.0
    parallel: int = 200
    parallel_silent: int = 20
    silent_first_s: float = 5.0
    silent_most_s: float = 300.0
    visit_s: float = 600.0


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

    def set_back(self, now: datetime) -> None:
        """Our clock shows less than before: ask it again at once."""
        self.until = None
        if self.since is not None:
            self.since = min(self.since, now)

    def answered(self, now: datetime) -> None:
        """It answers. Logged once when it is back."""
        if self.since is not None:
            _log.warning("%s answers again after %s", self.element, now - self.since)
        self.since = self.until = None
        self._step_s = 0.0


@dataclass(slots=True)
class Refusals:
    """Errors that stand for a little while.

    Attributes:
        stand_for: How long.
    """

    stand_for: timedelta
    _told: dict[Target, tuple[datetime, TechinfoError]] = field(default_factory=dict)

    def remember(self, target: Target, error: TechinfoError, now: datetime) -> None:
        """Keep an error; one about the device as a whole answers for all of its ports."""
        self._told = {t: told for t, told in self._told.items() if now - told[0] < self.stand_for}
        of_device = isinstance(error, WrongDeviceError | DriverError)
        self._told[_device_of(target) if of_device else target] = (now, error)

    def check(self, target: Target, now: datetime) -> None:
        """Give a remembered error again.

        Raises:
            TechinfoError: The one that this question has just met.
        """
        for asked in (target, _device_of(target)):
            at, error = self._told.get(asked, (None, None))
            if at is not None and error is not None and now - at < self.stand_for:
                # The frames of whoever met it before are not this caller's, and would pile up.
                raise error.with_traceback(None)


def _device_of(target: Target) -> Target:
    return replace(target, port_name=None, vlans=())


Paused = Callable[[Target, str | None], Pause | None]
"""What forbids asking a target, whose driver may be known; ``None``: nothing does."""


def refuse(pause: Pause | None, target: Target) -> None:
    """Raise what forbids asking a target, if anything does.

    Raises:
        PausedError: The operator has paused it.
    """
    if pause is not None:
        until = pause.until.isoformat()
        raise PausedError(f"is paused until {until}", until=until, address=target.host)


class Pauses:
    """Says what must not be asked, as the file has it at this moment.

    A file that can no longer be read leaves in force what it said last.

    Args:
        file: Where it is written.
        now: What time it is.

    Raises:
        ConfigError: The file is there and cannot be read.
    """

    def __init__(self, file: PausesFile, now: Callable[[], datetime] = utc_now) -> None:
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


def seconds(number: float) -> timedelta:
    """So many seconds, or as many as there can be."""
    return timedelta(seconds=min(number, timedelta.max.total_seconds() / 2))
