"""Moments that are computed anew at every read, and must not jitter from read to read.

A switch tells how long a lease still runs, in whole seconds or minutes, some time within a walk:
its end comes out a little different each time. The end that was told first stays until the new one
is truly another (contract: Values, times).

Tables that have far fewer rows than they had: a busy agent tells a part of them (F12).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

from techinfo.model import Cpe, Fact, Group, Lease

_FEWER = 0.5
_ENOUGH = 10
"""Rows from which half of them is no chance: two of four homes may well be asleep."""
_BELIEVED_AFTER = timedelta(minutes=2)
"""RouterOS tells its whole MAC table some 30 s after it told a part (field note F12)."""
_LISTED = frozenset({Fact.MACS, Fact.LEASES, Fact.GROUPS})


@dataclass(slots=True)
class Sizes:
    """How many rows each fact had since the device started, and since when it has far fewer."""

    _known: dict[Fact, tuple[int, datetime | None]] = field(default_factory=dict)

    def shrunk(self, fact: Fact, cells: Mapping[str, Mapping[Any, Any]], now: datetime) -> str:
        """Why a whole table may be a part of itself; empty when it need not be.

        What a table has had for two minutes is believed, however little it is.
        """
        if fact not in _LISTED:
            return ""
        rows = max((len(column) for column in cells.values()), default=0)
        before, since = self._known.get(fact, (0, None))
        doubted = before >= _ENOUGH and rows < before * _FEWER
        if not doubted or (since is not None and now - since >= _BELIEVED_AFTER):
            self._known[fact] = (rows, None)
            return ""
        self._known[fact] = (before, since or now)
        return "the table has far fewer rows than a while ago"


MOMENTS = frozenset({Fact.LEASES, Fact.GROUPS, Fact.CPE})
"""Facts with moments in them that are computed anew."""
_SAME = timedelta(seconds=90)
"""More than a whole minute, which some agents count in (AOS6); less than most renewals move."""
_KEPT_FOR = timedelta(hours=1)
_MOST = 20_000
_Key = tuple[str, int, str, str | None, int | None]


@dataclass(slots=True)
class Steady:
    """Moments told before, with when they were last told."""

    _told: dict[_Key, tuple[datetime, datetime]] = field(default_factory=dict)

    def told(self, fact: Fact, ports: Mapping[int, Any], now: datetime) -> Mapping[int, Any]:
        """Values by port of one of `MOMENTS`, each as it was told before."""
        if fact is Fact.LEASES:
            return self.leases(ports, now)
        return self.groups(ports, now) if fact is Fact.GROUPS else self.cpes(ports, now)

    def leases(
        self, ports: Mapping[int, Iterable[Lease]], now: datetime
    ) -> dict[int, tuple[Lease, ...]]:
        """Leases by port, each with the end that it had before if that is nearly the same."""
        out = {
            port: tuple(
                replace(x, end=self._moment(_lease_key(port, x), x.end, now)) for x in found
            )
            for port, found in ports.items()
        }
        self.drop_old(now)
        return out

    def groups(
        self, ports: Mapping[int, Iterable[Group]], now: datetime
    ) -> dict[int, tuple[Group, ...]]:
        """Groups by port, each with the time of joining that it had before if nearly the same."""
        out = {
            port: tuple(
                replace(x, joined_at=self._moment(_group_key(port, x), x.joined_at, now))
                for x in found
            )
            for port, found in ports.items()
        }
        self.drop_old(now)
        return out

    def cpes(self, ports: Mapping[int, Iterable[Cpe]], now: datetime) -> dict[int, tuple[Cpe, ...]]:
        """CPEs by port, each with the start that it had before if that is nearly the same."""
        out = {
            port: tuple(
                replace(x, up_since=self._moment(_cpe_key(port, x), x.up_since, now)) for x in found
            )
            for port, found in ports.items()
        }
        self.drop_old(now)
        return out

    def _moment(self, key: _Key, told: datetime | None, now: datetime) -> datetime | None:
        before = self._told.pop(key, None)
        if told is None:
            return None
        kept = before[0] if before and abs(before[0] - told) <= _SAME else told
        self._told[key] = (kept, now)
        return kept

    def drop_old(self, now: datetime) -> None:
        """Forget what has not been told for an hour, and the oldest of too many."""
        while self._told:
            oldest = next(iter(self._told))
            if len(self._told) <= _MOST and now - self._told[oldest][1] <= _KEPT_FOR:
                return
            del self._told[oldest]


def _lease_key(port: int, lease: Lease) -> _Key:
    return "lease", port, lease.address, lease.mac, lease.vlan


def _group_key(port: int, group: Group) -> _Key:
    return "group", port, group.address, None, group.vlan


def _cpe_key(port: int, cpe: Cpe) -> _Key:
    return "cpe", port, str(cpe.number), cpe.mac, None
