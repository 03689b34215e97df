"""Bounces: who is behind the address that a browser comes from, as a token for the portal alone.

The portal sends a household's browser here, and gets it back with a token, or with the word that
nobody knows whose address it is. What belongs to a token it asks for over a log-in of its own, once
and within two minutes. Nothing of it is on disk: what ends in two minutes need not be.
"""

from __future__ import annotations

import hashlib
import secrets
import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from ipaddress import ip_address

from techinfo.api.asgi.client import Network, neighbourhood
from techinfo.api.asgi.quotas import Window
from techinfo.leases.log import LeaseLog
from techinfo.model import utc_now

LASTS = timedelta(minutes=2)
MOST_AGE = timedelta(minutes=5)
"""Since the sources of leases were last read: what is older may be of who was there before."""
_MOST = 10_000
_MOST_ADDRESSES = 10_000
_ALL = "*"
_OF_ALL = 100


@dataclass(slots=True)
class Bounces:
    """The tokens that hold, by their SHA-256; and how often somebody came.

    Attributes:
        url: Where browsers are sent back to.
        user: Login name of the portal.
        networks: In which an address is one household.
        asks_from: Networks of the portal.
        clear: The accessId is sent instead of a token.
        per_minute: Of one address.
        now: The time, UTC.
        clock: Seconds that never go back.
    """

    url: str
    user: str
    networks: tuple[Network, ...]
    asks_from: tuple[Network, ...]
    clear: bool = False
    per_minute: int = 10
    now: Callable[[], datetime] = utc_now
    clock: Callable[[], float] = time.monotonic
    _held: OrderedDict[str, tuple[str, datetime]] = field(default_factory=OrderedDict)
    _came: OrderedDict[str, Window] = field(default_factory=OrderedDict)

    def may_ask(self, address: str) -> bool:
        """Whether an address is the portal's."""
        return _is_in(address, self.asks_from)

    def may_come(self, address: str) -> bool:
        """Whether another browser of this address is sent back now; it counts if it is."""
        now = self.clock()
        both = [
            self._came.setdefault(who, Window(most, 60))
            for who, most in (
                (neighbourhood(address), self.per_minute),
                (_ALL, self.per_minute * _OF_ALL),
            )
        ]
        self._came.move_to_end(neighbourhood(address))
        self._came.move_to_end(_ALL)
        while len(self._came) > _MOST_ADDRESSES:
            self._came.popitem(last=False)
        return all(one.has_room(now) for one in both) and all(one.hit(now) for one in both)

    def access_at(self, address: str, leases: LeaseLog | None) -> str | None:
        """The accessId whose lease of an address runs; ``None``: that is not known for sure.

        Args:
            address: Of the browser.
            leases: What the logs of our DHCP servers tell; nothing else is asked.
        """
        if leases is None or not _is_in(address, self.networks):
            return None
        read_at = leases.read_at
        if read_at is None or self.now() - read_at > MOST_AGE:
            return None
        lease = leases.alone(address)
        return lease.access_id if lease is not None else None

    def mint(self, access_id: str) -> str:
        """A new token for an access; it is told nowhere else."""
        self._drop_old()
        while len(self._held) >= _MOST:
            self._held.popitem(last=False)
        token = secrets.token_urlsafe(32)
        self._held[_hash(token)] = (access_id, self.now() + LASTS)
        return token

    def take(self, token: str) -> str | None:
        """The accessId of a token, once; ``None``: there is none, or no more."""
        access_id, until = self._held.pop(_hash(token), (None, self.now()))
        return access_id if self.now() < until else None

    def forget(self, access_id: str | None) -> None:
        """Erase what is about an access."""
        for key in [key for key, (of, _) in self._held.items() if of == access_id]:
            del self._held[key]

    def _drop_old(self) -> None:
        now = self.now()
        while self._held and next(iter(self._held.values()))[1] <= now:
            self._held.popitem(last=False)


def _is_in(address: str, networks: tuple[Network, ...]) -> bool:
    try:
        found = ip_address(address)
    except ValueError:
        return False
    return any(found in network for network in networks)


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).hexdigest()
