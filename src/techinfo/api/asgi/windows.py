"""Moving windows in memory, for the library ``limits``.

The library's own memory shifts a list with every request and starts a thread now and then; with a
queue the cost is the same for a limit of ten and of a hundred thousand.
"""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable

from limits.storage import MovingWindowSupport, Storage


class Windows(Storage, MovingWindowSupport):
    """When each key was counted, no longer than its window; one thread uses it.

    Args:
        clock: Seconds that never go back.
    """

    STORAGE_SCHEME: list[str] | None = None

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        super().__init__()
        self._clock = clock
        self._counted: dict[str, deque[float]] = {}

    @property
    def base_exceptions(self) -> type[Exception]:
        """What the storage raises: nothing of its own."""
        return ValueError

    def acquire_entry(self, key: str, limit: int, expiry: int, amount: int = 1) -> bool:
        """Count something, if the limit has room for it."""
        now = self._clock()
        counted = self._within(key, now - expiry)
        if len(counted) + amount > limit:
            return False
        if amount == 1:
            counted.append(now)
        else:
            counted.extend([now] * amount)
        return True

    def get_moving_window(self, key: str, limit: int, expiry: int) -> tuple[float, int]:  # noqa: ARG002 - the library's signature
        """When the oldest in the window was counted, and how many there are."""
        now = self._clock()
        counted = self._within(key, now - expiry)
        return (counted[0] if counted else now), len(counted)

    def incr(self, key: str, expiry: int, amount: int = 1) -> int:
        """Count without a limit."""
        self._within(key, self._clock() - expiry).extend([self._clock()] * amount)
        return self.get(key)

    def get(self, key: str) -> int:
        """How many are counted."""
        return len(self._counted.get(key, ()))

    def get_expiry(self, key: str) -> float:
        """When the oldest was counted."""
        counted = self._counted.get(key)
        return counted[0] if counted else self._clock()

    def check(self) -> bool:
        """Memory is there."""
        return True

    def reset(self) -> int | None:
        """Forget everything; says how many keys that were."""
        keys = len(self._counted)
        self._counted.clear()
        return keys

    def clear(self, key: str) -> None:
        """Forget a key."""
        self._counted.pop(key, None)

    def _within(self, key: str, since: float) -> deque[float]:
        counted = self._counted.get(key)
        if counted is None:
            counted = self._counted[key] = deque()
        while counted and counted[0] <= since:
            counted.popleft()
        return counted
