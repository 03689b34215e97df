"""An access as it is now, again and again, for whoever looks at it: fifteen minutes at most.

One port of a switch or of a PON at a time, whoever looks: those who look at the same one share its
readings, which the collector gives again while they are young enough. Light is read as often as its
sensor renews, the rest every five seconds; every second for the operator's own people where a probe
has seen that the model bears it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from techinfo.access.answer import Answer
from techinfo.access.attachment import attached
from techinfo.access.freshness import CachePolicy
from techinfo.access.service import AccessService
from techinfo.access.viewer import Viewer
from techinfo.errors import QuestionError, TechinfoError, WatchConflictError, WatchLimitError
from techinfo.history.observation import Observation
from techinfo.model import Fact, Transceiver
from techinfo.moments import rfc3339
from techinfo.watch.observing import Before, Told, happened, known, light_of, observed, reading
from techinfo.watch.pace import LightPace

LONGEST = timedelta(minutes=15)
EVERY_S, OFTEN_S, ONT_EVERY_S = 5.0, 1.0, 10.0
SELDOM_S = 60
"""A sensor that renews no more often than this is no help to who moves a connector."""
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
    def entered(self, viewer: Viewer, where: str, access_id: str) -> Iterator[None]:
        """Look at an access of a switch, or of a PON.

        Raises:
            WatchConflictError: Another access of it is looked at.
            WatchLimitError: Too many look.
        """
        if any(other != access_id for other in self._ports.get(where, ())):
            raise WatchConflictError("another access of this switch is looked at live; ask later")
        if self._viewers.total() >= _MOST or self._viewers[viewer.name] >= _MOST_OF_ONE:
            raise WatchLimitError("too many live views are open")
        here = self._ports.setdefault(where, Counter())
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
                self._ports.pop(where, None)
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
    again: Callable[[], Awaitable[Viewer]] | None = None,
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
        again: Finds out anew who looks, before each further reading: a log-in may have ended.
            ``None``: nobody has logged in.
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
    is_ont = at.access.ont_id is not None
    pon = f" {at.access.port}" if is_ont else ""
    look = _Look(LightPace(every_s=ONT_EVERY_S if is_ont else EVERY_S), is_ont=is_ont)
    left_s = longest.total_seconds()
    with views.entered(viewer, at.element.name + pon, at.access.access_id):
        while left_s > 0:
            light = is_ont or look.light.due(now())
            try:
                policy = await _policy(service, viewer, at.access.access_id, look)
                answer = await service.as_it_is(viewer, at.access.access_id, policy, light=light)
            except QuestionError as error:
                yield "end", {"at": rfc3339(now()), "cause": str(error), "code": error.code.value}
                return
            except TechinfoError as error:
                cause = error.public_cause or str(error)
                yield "silent", {"at": rfc3339(now()), "cause": cause, "code": error.code.value}
            else:
                for one in look.taken(answer):
                    yield one
            left_s -= look.light.every_s
            await pause(look.light.every_s)
            try:
                viewer = await again() if again is not None else viewer
            except TechinfoError as error:
                yield "end", {"at": rfc3339(now()), "cause": str(error), "code": error.code.value}
                return
        yield "end", {"at": rfc3339(now()), "cause": "a live view ends after fifteen minutes"}


async def _policy(
    service: AccessService, viewer: Viewer, access_id: str, look: _Look
) -> CachePolicy:
    """What is good enough; once the switch has answered, it is known what it bears."""
    often = look.before is not None and not look.is_ont and viewer.sees_all
    if often and await service.troubleshooter.bears_often(access_id):
        look.light.every_s = OFTEN_S
        return CachePolicy(max_age_s=0.0, deadline_s=20.0, live=True)
    return CachePolicy(max_age_s=look.light.every_s - 1.0, deadline_s=20.0)


@dataclass(slots=True)
class _Look:
    """What one view has seen so far.

    Attributes:
        light: When light is read.
        before: What the next reading is compared with.
        shown: Light as it was read last, and when.
        slow: It was told that the sensor is slow.
    """

    light: LightPace
    is_ont: bool
    before: Before | None = None
    shown: Told = field(default_factory=dict)
    slow: bool = False

    def taken(self, answer: Answer) -> Iterator[tuple[str, Told]]:
        """What an answer tells: a reading and events, if it is news."""
        found = observed(answer)
        if found is None or (self.before is not None and found.at <= self.before.last.at):
            return
        last = self.before.last if self.before is not None else None
        if last is not None and last.up != found.up:
            self.light.hurry()
        self._take_light(answer, found)
        told = {**reading(self.before, found), **self.shown}
        every = self.light.sensor_s
        yield "reading", known({**told, "lightEvery": every if self.shown else None})
        self.before, events = happened(self.before, found)
        for event in events:
            yield "event", event.told
        if every is not None and every >= SELDOM_S and not self.slow:
            self.slow = True
            advice = "this switch renews its light seldom: use a meter"
            yield (
                "event",
                {
                    "what": "slow_light",
                    "at": rfc3339(found.at),
                    "seconds": every,
                    "advice": advice,
                },
            )

    def _take_light(self, answer: Answer, found: Observation) -> None:
        part = answer.reading.parts.get(Fact.ONT_LIGHT if self.is_ont else Fact.TRANSCEIVER)
        optic: Transceiver | None = answer.port.transceiver if answer.port is not None else None
        if part is None or part.read_at is None or optic is None:
            return
        if not self.is_ont:
            self.light.read(optic, part.read_at)
        self.shown = light_of(found)
        if self.shown:
            self.shown["lightAt"] = rfc3339(part.read_at)
