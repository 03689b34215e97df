"""What engines have said their time is, so that a recorded message of one is no news.

As RFC 3414, 3.2, 7 b has it: what is newer than anything that an engine has said is taken, and sets
its clock; anything else must not be more than 150 seconds behind the clock, which runs on. A clock
outlives the process where it is kept: a start must not make old messages new.
"""

from __future__ import annotations

import logging
from collections import OrderedDict
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime

from techinfo.model import utc_now
from techinfo.store.agent_limits import MOST_CLOCKS, EngineClock

_WINDOW_S = 150
_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class _Clock:
    """The newest that an engine has said, and when that was by a clock that is never set."""

    boots: int
    time: int
    heard: float


class Clocks:
    """The clocks of engines.

    Args:
        put: Has a clock kept soon; ``None``: it ends with the process.
        wall: The time.
    """

    def __init__(
        self,
        put: Callable[[EngineClock], None] | None = None,
        wall: Callable[[], datetime] = utc_now,
    ) -> None:
        self._put = put
        self._wall = wall
        self._clocks: OrderedDict[bytes, _Clock] = OrderedDict()
        self._told: set[bytes] = set()

    def recall(self, kept: Iterable[EngineClock], now: float) -> None:
        """Go on with clocks of before.

        Args:
            kept: By age. They have run on since; where our own clock was set back, they have not.
            now: Seconds of a clock that is never set.
        """
        at = self._wall()
        for one in kept:
            since_s = max(0.0, (at - one.at).total_seconds())
            self._set(one.engine, _Clock(one.boots, one.time, now - since_s))

    def take(self, engine: bytes, boots: int, time: int, now: float) -> None:
        """Take the time of an authentic message.

        Args:
            engine: SnmpEngineID of the sender.
            boots: Its snmpEngineBoots.
            time: Its snmpEngineTime.
            now: Seconds of a clock that is never set.

        Raises:
            ValueError: It is older than its engine's clock.
        """
        known = self._clocks.get(engine)
        if known is not None and (boots, time) <= (known.boots, known.time):
            if boots < known.boots:
                self._tell(engine, boots, known.boots)
                raise ValueError("older than its engine's clock, of an earlier start")
            if time + _WINDOW_S < known.time + (now - known.heard):
                raise ValueError("older than its engine's clock")
            return
        self._set(engine, _Clock(boots, time, now))
        if self._put is not None:
            self._put(EngineClock(engine=engine, boots=boots, time=time, at=self._wall()))

    def _set(self, engine: bytes, clock: _Clock) -> None:
        self._clocks[engine] = clock
        self._clocks.move_to_end(engine)
        if len(self._clocks) > MOST_CLOCKS:
            gone, _ = self._clocks.popitem(last=False)
            self._told.discard(gone)

    def _tell(self, engine: bytes, boots: int, known: int) -> None:
        """Once: it is a recording, or a device that has lost its count, such as one set anew."""
        if engine not in self._told:
            self._told.add(engine)
            words = (
                "traps of engine 0x%s are passed over: it starts for the %dth time after the %dth"
            )
            _log.warning(words, engine.hex(), boots, known)
