"""Delays that grow with every wrong password, counted by address and by user name.

A user who has logged in from an address before has a count of its own there: behind one proxy all
have one address, and the guesses of one must not lock out the others; nor must guesses from all
over the world lock out a name.
"""

from __future__ import annotations

import hashlib
import time
from collections import OrderedDict
from collections.abc import Callable, Hashable, Iterable
from dataclasses import dataclass, field

from techinfo.api.asgi.client import neighbourhood


@dataclass(slots=True)
class _Failures:
    count: int = 0
    until: float = 0.0
    last: float = 0.0


@dataclass(kw_only=True, slots=True)
class GrowingDelays:
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
        """Forget the failures of a key, as a password was right."""
        self._failures.pop(key, None)

    def __len__(self) -> int:
        """Keys that are remembered."""
        return len(self._failures)


_MOST_REMEMBERED = 10_000
"""Names and from where they were right."""


class LoginThrottle:
    """Counts wrong passwords.

    Args:
        known: Names, and addresses from where they were right before.
        clock: Seconds that never go back.
    """

    def __init__(self, known: Iterable[tuple[str, str]], clock: Callable[[], float]) -> None:
        self._been_here: OrderedDict[tuple[str, str], None] = OrderedDict.fromkeys(
            (name, neighbourhood(address)) for name, address in known
        )
        self._of_address = GrowingDelays(free=5, most_s=300.0, clock=clock)
        self._of_name = GrowingDelays(free=20, most_s=30.0, clock=clock)
        self._of_pair = GrowingDelays(free=5, most_s=30.0, clock=clock)

    def knows(self, name: str, address: str) -> bool:
        """Whether this name was right from there before."""
        return (name, neighbourhood(address)) in self._been_here

    def wait_s(self, name: str, address: str) -> float:
        """Seconds until the next password is looked at; 0 when it is now."""
        return max(throttle.wait_s(key) for throttle, key in self._throttles(name, address))

    def wrong(self, name: str, address: str) -> float:
        """Count a wrong password; gives the seconds to wait."""
        return max(throttle.failed(key) for throttle, key in self._throttles(name, address))

    def right(self, name: str, address: str) -> None:
        """Forget what was wrong with this name, and remember from where it is right.

        A right password excuses no guesses at other names from the same address.
        """
        for throttle, key in self._throttles(name, address):
            if throttle is not self._of_address:
                throttle.forget(key)
        self._been_here[name, neighbourhood(address)] = None
        if len(self._been_here) > _MOST_REMEMBERED:
            self._been_here.popitem(last=False)

    def _throttles(self, name: str, address: str) -> tuple[tuple[GrowingDelays, object], ...]:
        here = neighbourhood(address)
        if (name, here) in self._been_here:
            return ((self._of_pair, (name, here)),)
        return ((self._of_address, here), (self._of_name, _short(name)))


def _short(name: str) -> bytes:
    """A short key for a name, which a client may make as long as it likes."""
    return hashlib.blake2b(name.encode(), digest_size=16).digest()
