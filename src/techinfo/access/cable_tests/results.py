"""What came of tests of cables lately: kept in memory for a day, and told to whom it is due."""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any, Final

from techinfo.access.rights import Right
from techinfo.collect.target import CableTest
from techinfo.moments import rfc3339

_KEPT: Final = timedelta(hours=24)
_MOST_KEPT: Final = 10_000


@dataclass(frozen=True, slots=True)
class CableTests:
    """What came of tests lately, in memory, and whether any are made.

    Attributes:
        allowed: The settings let cables be tested.
    """

    allowed: bool = False
    _last: OrderedDict[str, CableTest] = field(default_factory=OrderedDict, repr=False)

    def keep(self, access_id: str, test: CableTest) -> None:
        """Keep what came of a test of an access."""
        self._last[access_id] = test
        self._last.move_to_end(access_id)
        while len(self._last) > _MOST_KEPT:
            self._last.popitem(last=False)

    def last(self, held: Right) -> CableTest | None:
        """What came of the last one, of a time that the asker may be told of."""
        found = self._last.get(held.access.access_id)
        if found is None or held.asked_at - found.at > _KEPT:
            return None
        begun, ended = held.since, held.until
        late = (begun is not None and found.at < begun) or (ended is not None and found.at > ended)
        return None if late else found

    def forget(self, access_id: str | None) -> None:
        """Forget what is kept of an access."""
        if access_id is not None:
            self._last.pop(access_id, None)


def rows(test: CableTest) -> list[dict[str, Any]]:
    """The pairs as documents have them: ``cableTest[]`` {pair, status, length, testedAt}."""
    return [
        {
            name: value
            for name, value in {
                "pair": pair.pair,
                "status": pair.status,
                "length": pair.length,
                "testedAt": rfc3339(test.at),
            }.items()
            if value is not None
        }
        for pair in test.pairs
    ]
