"""An access as it is now, again and again, for whoever looks at it: fifteen minutes at most.

One port of a switch at a time, whoever looks: those who look at the same one share its readings,
which the collector gives again while they are young enough.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from techinfo.access.attachment import attached
from techinfo.access.freshness import CachePolicy
from techinfo.access.service import AccessService
from techinfo.access.viewer import Viewer
from techinfo.errors import QuestionError, TechinfoError, WatchConflictError, WatchLimitError
from techinfo.moments import rfc3339
from techinfo.watch.observing import Before, happened, observed, reading

LONGEST = timedelta(minutes=15)
EVERY_S, ONT_EVERY_S = 5.0, 10.0
_MOST, _MOST_OF_ONE = 100, 5
"""Who look at a time: all, and one login."""


@dataclass(slots=True)
class LiveViews:
    """Who looks at what."""

    _ports: dict[str, Counter[str]] = field(default_factory=dict)
    _viewers: Counter[str] = field(default_factory=Counter)

    @property
    def open(self) -> int:
        """How many are open."""
        return self._viewers.total()

    @contextmanager
    def entered(self, viewer: Viewer, element: str, access_id: str) -> Iterator[None]:
        """Look at an access of an element.

        Raises:
            WatchConflictError: Another access of the element is looked at.
            WatchLimitError: Too many look.
        """
        if any(other != access_id for other in self._ports.get(element, ())):
            raise WatchConflictError("another access of this switch is looked at live; ask later")
        if self._viewers.total() >= _MOST or self._viewers[viewer.name] >= _MOST_OF_ONE:
            raise WatchLimitError("too many live views are open")
        here = self._ports.setdefault(element, Counter())
        here[access_id] += 1
        self._viewers[viewer.name] += 1
        try:
            yield
        finally:
            here[access_id] -= 1
            self._viewers[viewer.name] -= 1
            if not here[access_id]:
                del here[access_id]
            if not here:
                self._ports.pop(element, None)
            if not self._viewers[viewer.name]:
                del self._viewers[viewer.name]


async def live(
    service: AccessService,
    views: LiveViews,
    viewer: Viewer,
    access_id: str,
    *,
    now: Callable[[], datetime],
    pause: Callable[[float], Awaitable[None]],
    longest: timedelta = LONGEST,
) -> AsyncIterator[tuple[str, dict[str, Any]]]:
    """What an access does, as pairs of a kind and what is told.

    ``reading``, ``event`` (as of a watch), ``silent`` while it does not answer, ``end``.

    Args:
        service: Asks the switch.
        views: Who else looks.
        viewer: Who looks; their right is looked at before each reading.
        access_id: Of which access.
        now: The time.
        pause: Waits some seconds.
        longest: It ends after so long.

    Raises:
        ForbiddenError: The viewer may see nothing of the access.
        UnknownAccessError: Nobody knows this accessId.
        NotConnectedError: It has no equipment.
        WatchConflictError: Another access of its switch is looked at.
        WatchLimitError: Too many look.
    """
    held = service.right(viewer, access_id)
    at = attached(service.troubleshooter.inventory, held.access.access_id)
    every_s = EVERY_S if at.access.ont_id is None else ONT_EVERY_S
    policy = CachePolicy(max_age_s=every_s - 1.0, deadline_s=20.0)
    before: Before | None = None
    with views.entered(viewer, at.element.name, at.access.access_id):
        for _ in range(max(1, round(longest.total_seconds() / every_s))):
            try:
                answer = await service.link_status(viewer, at.access.access_id, policy)
            except QuestionError as error:
                yield "end", {"at": rfc3339(now()), "cause": str(error), "code": error.code.value}
                return
            except TechinfoError as error:
                cause = error.public_cause or str(error)
                yield "silent", {"at": rfc3339(now()), "cause": cause, "code": error.code.value}
            else:
                found = observed(answer)
                if found is not None and (before is None or found.at > before.last.at):
                    yield "reading", reading(before, found)
                    before, events = _followed(before, found)
                    for event in events:
                        yield "event", event
            await pause(every_s)
        yield "end", {"at": rfc3339(now()), "cause": "a live view ends after fifteen minutes"}


def _followed(before: Before | None, found: Any) -> tuple[Before, list[dict[str, Any]]]:
    after, seen = happened(before, found)
    return after, [one.told for one in seen]
