"""What was heard and not fetched yet: merged, and of bounded size whatever comes.

What is said of one port again is one entry. A device that says more than anybody looks into one by
one becomes one entry, `Said.MANY`.
"""

from __future__ import annotations

from collections import Counter, OrderedDict
from collections.abc import Hashable
from dataclasses import dataclass, field, replace

from techinfo.traps.heard import Heard, Said

MOST = 5_000
"""Entries; the oldest goes first."""
MOST_OF_SOURCE = 16
"""Ports of one device that are told one by one."""
_RATE = 50.0
"""Messages a second of one source that are read; what is beyond is passed over unread."""
_BURST = 200.0
_MOST_SOURCES = 20_000


@dataclass(slots=True)
class _Bucket:
    left: float
    at: float


@dataclass(slots=True)
class Turns:
    """How much of each source is read.

    Attributes:
        skipped: Messages that were passed over.
    """

    skipped: int = 0
    _buckets: OrderedDict[str, _Bucket] = field(default_factory=OrderedDict)

    def take(self, source: str, now: float) -> bool:
        """Whether one more message of a source is read.

        Args:
            source: Its address.
            now: Seconds of a clock that is never set.
        """
        bucket = self._buckets.get(source)
        if bucket is None:
            bucket = self._buckets[source] = _Bucket(_BURST, now)
            if len(self._buckets) > _MOST_SOURCES:
                self._buckets.popitem(last=False)
        bucket.left = min(_BURST, bucket.left + (now - bucket.at) * _RATE)
        bucket.at = now
        if bucket.left < 1.0:
            self.skipped += 1
            return False
        bucket.left -= 1.0
        return True


class Gathered:
    """What was heard and waits to be fetched."""

    def __init__(self) -> None:
        self._entries: OrderedDict[Hashable, Heard] = OrderedDict()
        self._of_source: Counter[str] = Counter()

    def put(self, one: Heard) -> None:
        """Keep what was heard, or count it to what is there."""
        key = self._key(one)
        known = self._entries.get(key)
        if known is None and self._of_source[one.source] >= MOST_OF_SOURCE:
            self._merge(one)
            return
        if known is None:
            self._add(key, one)
            return
        # The last word on a link counts; what has proven something stays.
        self._entries[key] = replace(
            one, at=known.at, times=known.times + one.times, proven=known.proven or one.proven
        )

    def fetch(self) -> tuple[Heard, ...]:
        """All of it, by age; it is gone then."""
        found = tuple(self._entries.values())
        self._entries.clear()
        self._of_source.clear()
        return found

    def __len__(self) -> int:
        return len(self._entries)

    @staticmethod
    def _key(one: Heard) -> Hashable:
        if one.said in {Said.LINK_DOWN, Said.LINK_UP}:
            return one.source, one.if_index, one.port, "link"
        return one.source, one.if_index, one.port, one.said

    def _add(self, key: Hashable, one: Heard) -> None:
        if len(self._entries) >= MOST:
            _, oldest = self._entries.popitem(last=False)
            self._of_source[oldest.source] -= 1
        self._entries[key] = one
        self._of_source[one.source] += 1

    def _merge(self, one: Heard) -> None:
        """A storm of one device; what has proven a lost power is still told by itself."""
        if one.said is Said.DYING_GASP and one.proven:
            self._add(self._key(one), one)
            return
        key = (one.source, None, None, Said.MANY)
        known = self._entries.get(key)
        whole = replace(one, said=Said.MANY, if_index=None, port=None, proven=False)
        if known is None:
            self._add(key, whole)
        else:
            self._entries[key] = replace(known, last=whole.last, times=known.times + 1)
