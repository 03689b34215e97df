"""Who must wait after wrong passwords: an address, a name, or one at the other.

An address and a name wait for whatever failed there. Who logged in from where it asks before
answers for itself alone: behind one proxy all have one address, and the guesses of one must not
close the door for the others; nor must guesses from all over the world close it for a name.
"""

from __future__ import annotations

import hashlib
from collections import OrderedDict
from collections.abc import Callable, Iterable

from techinfo.api.asgi.client import neighbourhood
from techinfo.api.asgi.throttle import Throttle

_MOST_REMEMBERED = 10_000
"""Names and from where they were right."""


class Guesses:
    """Counts wrong passwords.

    Args:
        known: Names, and addresses from where they were right before.
        clock: Seconds that never go back.
    """

    def __init__(self, known: Iterable[tuple[str, str]], clock: Callable[[], float]) -> None:
        self._been_here: OrderedDict[tuple[str, str], None] = OrderedDict.fromkeys(
            (name, neighbourhood(address)) for name, address in known
        )
        self._of_address = Throttle(free=5, most_s=300.0, clock=clock)
        self._of_name = Throttle(free=20, most_s=30.0, clock=clock)
        self._of_pair = Throttle(free=5, most_s=30.0, clock=clock)

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

    def _throttles(self, name: str, address: str) -> tuple[tuple[Throttle, object], ...]:
        here = neighbourhood(address)
        if (name, here) in self._been_here:
            return ((self._of_pair, (name, here)),)
        return ((self._of_address, here), (self._of_name, _short(name)))


def _short(name: str) -> bytes:
    """A name by which it can be counted: whoever guesses chooses how long one is."""
    return hashlib.blake2b(name.encode(), digest_size=16).digest()
