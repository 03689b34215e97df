"""Times of an agent: uptime with its wraps resolved, and events on it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from techinfo.driver import standard
from techinfo.wire import Cell

_WRAP = 1 << 32
_TICKS = 100
_MOST_ENGINE_S = (1 << 31) - 1  # SnmpEngineTime, RFC 3411
_NEAR_S = 600
"""Two clocks of one agent started within this of each other."""
_AHEAD_TICKS = 3 * 60 * _TICKS
"""An event this little ahead of sysUpTime happened while the agent answered (field note T2)."""
_SAME_BOOT_S = 60
_LATE_S = 600
"""How long a visit may take (`techinfo.collect.collector.Manners`)."""
_DRIFT = 0.001
"""How wrong a crystal may go, with room."""
OIDS = (standard.SYS_UP_TIME, standard.SNMP_ENGINE_TIME, standard.HR_SYSTEM_UPTIME)


@dataclass(frozen=True, kw_only=True, slots=True)
class Clock:
    """An agent's clock at one moment.

    Attributes:
        boot: When sysUpTime was zero, wraps counted.
        up_since: When the element started, which may be before its agent did.
        ticks: sysUpTime as it stands, hundredths of a second.
        wraps: How often sysUpTime has wrapped; ``None`` when nothing tells.
        read_at: When it stood so.
        restarted: It has started anew since it was read before.
        alone: The agent started later than its element did: what sysUpTime has at zero is not what
            the ports have there.
    """

    boot: datetime
    up_since: datetime
    ticks: int
    wraps: int | None
    read_at: datetime
    restarted: bool = False
    alone: bool = False

    def time_of(self, ticks: int) -> datetime | None:
        """When sysUpTime showed ``ticks``; ``None`` where a wrap makes that ambiguous.

        After one wrap an event later on the dial than now was before it. An event earlier on
        the dial may have been before or after: left out rather than wrong (contract: linkSince).
        The answer follows from ``ticks`` and boot alone, so that it is the same at every read.
        """
        if not 0 <= ticks < _WRAP:
            return None
        turns = self.wraps or 0
        if self.is_ahead(ticks):
            if turns != 1:
                return None
            turns = 0
        elif turns and ticks <= self.ticks:
            return None
        return self.boot + timedelta(seconds=(turns * _WRAP + ticks) / _TICKS)

    @property
    def dial_since(self) -> datetime:
        """When sysUpTime was last zero: at boot, or when it last went round."""
        return self.boot + timedelta(seconds=(self.wraps or 0) * _WRAP / _TICKS)

    def is_ahead(self, ticks: int) -> bool:
        """Whether an event is so far later on the dial that it was before a wrap."""
        return ticks - self.ticks > _AHEAD_TICKS


def clock(
    cells: Mapping[str, Cell], now: datetime, *, trusted: bool, before: Clock | None = None
) -> Clock | None:
    """Read an agent's clock.

    Args:
        cells: What the instances of `OIDS` answered.
        now: When they were asked.
        trusted: Whether this platform's snmpEngineTime may be believed (field note T3).
        before: The clock as it was read last. Its boot is given again for as long as the clock
            has run on, so that times derived from it do not jitter from read to read.
    """
    ticks = cells.get(standard.SYS_UP_TIME)
    if not isinstance(ticks, int) or not 0 <= ticks < _WRAP:
        return None
    engine = cells.get(standard.SNMP_ENGINE_TIME) if trusted else None
    wraps = _wraps(ticks, engine) if isinstance(engine, int) else None
    new_wraps = _ran_on(before, ticks, now) if before else None
    if before is not None and new_wraps is not None:
        seen = None if before.wraps is None and not new_wraps else (before.wraps or 0) + new_wraps
        wraps = seen if wraps is None else wraps
        if (wraps or 0) == (before.wraps or 0) + new_wraps:
            return Clock(
                boot=before.boot,
                up_since=before.up_since,
                ticks=ticks,
                wraps=wraps,
                read_at=now,
                alone=before.alone,
            )
    uptime_s = (ticks + (wraps or 0) * _WRAP) / _TICKS
    boot = (now - timedelta(seconds=uptime_s)).replace(microsecond=0)
    earlier_s = 0 if wraps else _earlier_s(cells.get(standard.HR_SYSTEM_UPTIME), ticks)
    restarted = before is not None and new_wraps is None and ticks < _due(before, now)
    return Clock(
        boot=boot,
        up_since=boot - timedelta(seconds=earlier_s),
        ticks=ticks,
        wraps=wraps,
        read_at=now,
        restarted=restarted,
        alone=earlier_s > 0 or (wraps is None and _is_younger(ticks, engine)),
    )


def _due(before: Clock, now: datetime) -> float:
    """What a clock that has run on shows."""
    return before.ticks + (now - before.read_at).total_seconds() * _TICKS


def _ran_on(before: Clock, ticks: int, now: datetime) -> int | None:
    """Wraps since the clock was read before; ``None`` when it has not run on.

    It may be read long after ``now``, behind a walk. Near 497.1 days a fall is a wrap (field note
    T1). A clock that shows more than the time that has passed has not started anew in it.
    """
    passed_s = (now - before.read_at).total_seconds()
    due = _due(before, now)
    wraps = max(0, round((due - ticks) / _WRAP))
    late_s = (ticks + wraps * _WRAP - due) / _TICKS
    drift_s = abs(passed_s) * _DRIFT
    if not -_SAME_BOOT_S - drift_s <= late_s <= _LATE_S + drift_s:
        return None
    fell = ticks < before.ticks and ticks <= (passed_s + 1) * _TICKS
    return wraps if wraps or not fell else None


def _wraps(ticks: int, engine_s: int) -> int | None:
    """Wraps of sysUpTime, if the engine's seconds and the ticks then agree; else unknown."""
    if not 0 < engine_s <= _MOST_ENGINE_S:
        return None
    wraps = max(0, round((engine_s * _TICKS - ticks) / _WRAP))
    apart_s = abs(engine_s - (ticks + wraps * _WRAP) / _TICKS)
    return wraps if apart_s <= _NEAR_S else None


def _is_younger(ticks: int, engine: Cell | None) -> bool:
    """Whether sysUpTime began well after the SNMP engine, and no wrap explains it."""
    if not isinstance(engine, int) or not 0 < engine <= _MOST_ENGINE_S:
        return False
    return engine - ticks / _TICKS > _NEAR_S


def _earlier_s(host: Cell | None, ticks: int) -> int:
    """How long before its agent the element started, whole seconds (hrSystemUptime)."""
    if not isinstance(host, int) or not ticks < host < _WRAP:
        return 0
    earlier_s = (host - ticks) // _TICKS
    return earlier_s if earlier_s > _NEAR_S else 0
