"""Questions that a device has just refused: not asked again at once."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from techinfo.collect.target import Target
from techinfo.errors import DriverError, TechinfoError, WrongDeviceError


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
