"""Delays that grow with every wrong password, of an address or of a name."""

from __future__ import annotations

import time
from collections import OrderedDict
from collections.abc import Callable, Hashable
from dataclasses import dataclass, field


@dataclass(slots=True)
class _Failures:
    count: int = 0
    until: float = 0.0
    last: float = 0.0


@dataclass(kw_only=True, slots=True)
class Throttle:
    """Counts failures by key, and says how long a key must wait.

    Attributes:
        free: So many failures cost nothing.
        first_s: The delay after the first that costs; each further one doubles it.
        most_s: To which it grows.
        forget_s: After so long without a failure a key is forgotten.
        most: Keys that are remembered; then the one that failed longest ago is forgotten.
        clock: Seconds that never go back.
    """

    free: int
    first_s: float = 1.0
    most_s: float
    forget_s: float = 900.0
    most: int = 10_000
    clock: Callable[[], float] = time.monotonic
    _failures: OrderedDict[Hashable, _Failures] = field(default_factory=OrderedDict)

    def wait_s(self, key: Hashable) -> float:
        """Seconds until this key may try again; 0 when it may now."""
        found = self._failures.get(key)
        return max(0.0, found.until - self.clock()) if found else 0.0

    def failed(self, key: Hashable) -> float:
        """Count a failure; gives the seconds to wait from now."""
        now = self.clock()
        found = self._failures.get(key)
        if found is None or now - found.last > self.forget_s:
            found = self._failures[key] = _Failures()
        found.count += 1
        found.last = now
        costing = found.count - self.free
        delay = min(self.most_s, self.first_s * 2.0 ** min(costing - 1, 30)) if costing > 0 else 0.0
        found.until = now + delay
        self._failures.move_to_end(key)
        if len(self._failures) > self.most:
            self._failures.popitem(last=False)
        return delay

    def forget(self, key: Hashable) -> None:
        """It was right: what failed before counts no more."""
        self._failures.pop(key, None)

    def __len__(self) -> int:
        """Keys that are remembered."""
        return len(self._failures)
