"""Watches: this access alone, every minute, for up to 72 hours, and what was seen of it.

One at a time for an access. It ends by itself: when its time is up, or when whoever started it may
not see the access any more. A restart goes on with those that run.
"""

from __future__ import annotations

import asyncio
import logging
import secrets
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from techinfo.access.freshness import CachePolicy
from techinfo.access.service import AccessService
from techinfo.access.viewer import Role, Viewer
from techinfo.errors import (
    ForbiddenError,
    NotConnectedError,
    TechinfoError,
    UnknownAccessError,
    UnwatchedError,
    WatchConflictError,
    WatchLimitError,
)
from techinfo.history.watches import Seen, Watch, Watches
from techinfo.moments import rfc3339
from techinfo.watch.observing import Before, happened, observed

LONGEST = timedelta(hours=72)
EVERY = timedelta(seconds=60)
_MOST, _MOST_OF_ONE = 500, 50
"""Watches that run at a time: of all, and of one provider."""
_POLICY = CachePolicy(max_age_s=30.0, deadline_s=20.0)
_OVER = (ForbiddenError, UnknownAccessError, NotConnectedError)
"""What ends a watch: the access is not the starter's any more, or not there."""
_log = logging.getLogger(__name__)

OnEvent = Callable[[Watch, Seen], Awaitable[None]]
OnEnd = Callable[[Watch, "Report"], Awaitable[None]]


@dataclass(frozen=True, kw_only=True, slots=True)
class Report:
    """What a watch has seen, in numbers.

    Attributes:
        losses: How often the link was lost, at least.
        seen: By age.
    """

    watch: Watch
    seen: tuple[Seen, ...] = ()

    @property
    def losses(self) -> int:
        """How often the link was lost, at least."""
        return sum(one.told.get("what") == "link_down" for one in self.seen)

    def text(self) -> str:
        """In a few lines, for a ticket."""
        watch = self.watch
        lines = [
            f"Watched from {rfc3339(watch.begun)} to {rfc3339(watch.ended or watch.until)}:"
            f" {watch.reads} readings, {watch.missed} without an answer."
        ]
        lines.append(self._of_the_link())
        lines += [_line(one.told) for one in self.seen[-_MOST_LINES:]]
        return "\n".join(lines)

    def _of_the_link(self) -> str:
        if self.losses:
            return f"The link was lost at least {_TIMES.get(self.losses, f'{self.losses} times')}."
        if not self.watch.reads:
            return "Nothing was read, so that nothing is known of the link."
        if self.watch.missed:
            return "The link was not seen to be lost."
        return "The link was not lost."


_MOST_LINES = 40
_TIMES = {1: "once", 2: "twice"}


@dataclass(slots=True)
class _Running:
    """A watch in memory."""

    watch: Watch
    due: datetime
    before: Before | None = None
    silent: bool = False
    task: asyncio.Task[None] | None = field(default=None, repr=False)


class Watcher:
    """Reads what is watched, in one event loop.

    Args:
        service: Whom whoever started a watch would ask.
        watches: Where they are kept.
        now: The time.
        on_event: Is told of each thing that was seen.
        on_end: Is told of the end of each.
    """

    def __init__(
        self,
        service: AccessService,
        watches: Watches,
        *,
        now: Callable[[], datetime],
        on_event: OnEvent | None = None,
        on_end: OnEnd | None = None,
    ) -> None:
        self._service = service
        self._watches = watches
        self._now = now
        self._on_event = on_event
        self._on_end = on_end
        self._running: dict[str, _Running] = {}
        self._loop: asyncio.AbstractEventLoop | None = None

    async def start(self) -> None:
        """Go on with what an earlier run has left, spread over the time between two readings."""
        self._loop = asyncio.get_running_loop()
        found = await asyncio.to_thread(self._watches.running)
        for number, watch in enumerate(found):
            due = self._now() + EVERY * (number / len(found))
            self._running[watch.access_id] = _Running(watch, due)

    def wake(self) -> None:
        """Read what is due; from any thread. Nothing happens before `start` and after `close`."""
        loop = self._loop
        if loop is not None and not loop.is_closed():
            loop.call_soon_threadsafe(self.tick)

    async def close(self) -> None:
        """Begin no more, and end what is under way; the watches go on with the next start."""
        self._loop = None
        tasks = [one.task for one in self._running.values() if one.task is not None]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    async def settled(self) -> None:
        """Wait for the end of what is under way."""
        await asyncio.gather(*(one.task for one in self._running.values() if one.task is not None))

    @property
    def count(self) -> int:
        """How many accesses are watched."""
        return len(self._running)

    async def begin(
        self, viewer: Viewer, access_id: str, until: datetime, reason: str, ticket: str | None
    ) -> Watch:
        """Begin a watch.

        Args:
            viewer: A holder of a service on the access, or one of the operator's people.
            access_id: Of which access.
            until: When it ends, 72 hours from now at most.
            reason: Why, in their words; the operator's people must say it.
            ticket: The reference of theirs that the report goes to.

        Raises:
            ForbiddenError: They hold no service on the access now.
            UnknownAccessError: Nobody knows this accessId.
            NotConnectedError: It has no equipment.
            WatchConflictError: It is watched already.
            WatchLimitError: Too much is watched.
        """
        now = self._now()
        held = self._service.right(viewer, access_id)
        if not held.sees_past or held.until is not None:
            raise ForbiddenError("an access is watched for who holds a service on it")
        # For its refusals: no equipment, nothing kept here.
        await self._service.seen(viewer, access_id, lambda _, line: line)
        own = [one for one in self._running.values() if one.watch.provider == viewer.provider]
        if len(self._running) >= _MOST or (viewer.provider and len(own) >= _MOST_OF_ONE):
            raise WatchLimitError("too many accesses are watched at the moment")
        watch = Watch(
            id=secrets.token_hex(8),
            access_id=held.access.access_id,
            by=viewer.name,
            role=viewer.role.value,
            provider=viewer.provider,
            reason=reason,
            ticket=ticket,
            begun=now,
            until=min(until, now + LONGEST),
        )
        if not await asyncio.to_thread(self._watches.begin, watch):
            raise WatchConflictError("this access is watched already")
        self._running[watch.access_id] = _Running(watch, now)
        self.tick()
        return watch

    async def end(self, watch: Watch, why: str) -> Watch:
        """End a watch that runs."""
        running = self._running.pop(watch.access_id, None)
        task = running.task if running is not None else None
        if task is not None and task is not asyncio.current_task():
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)
        watch = running.watch if running is not None else watch
        ended = await asyncio.to_thread(self._watches.end, watch, self._now(), why)
        if self._on_end is not None:
            await self._on_end(ended, await self.report(ended))
        return ended

    async def report(self, watch: Watch) -> Report:
        """What a watch has seen."""
        return Report(watch=watch, seen=await asyncio.to_thread(self._watches.seen, watch.id))

    async def of_access(self, viewer: Viewer, access_id: str) -> tuple[Watch, ...]:
        """The watches of an access that are the viewer's to see, the newest first.

        Raises:
            ForbiddenError: The viewer may see nothing of it.
        """
        held = self._service.right(viewer, access_id)
        found = await asyncio.to_thread(self._watches.of_access, held.access.access_id)
        return tuple(one for one in found if is_theirs(one, viewer, held.since))

    async def running(self, viewer: Viewer) -> tuple[Watch, ...]:
        """All that run, of a provider its own."""
        found = await asyncio.to_thread(self._watches.running)
        return tuple(one for one in found if viewer.sees_all or one.provider == viewer.provider)

    def tick(self) -> None:
        """Read what is due now."""
        if self._loop is None:
            return
        now = self._now()
        for one in list(self._running.values()):
            # Of a clock that was set back the next reading is more than a minute away.
            if not now < one.due <= now + EVERY and (one.task is None or one.task.done()):
                one.due = now + EVERY
                one.task = self._loop.create_task(self._look(one))

    async def _look(self, one: _Running) -> None:
        try:
            if self._now() >= one.watch.until:
                await self.end(one.watch, "its time is up")
            else:
                await self._read(one)
        except _OVER:
            await self.end(one.watch, "the access is not the starter's any more")
        except TechinfoError as error:
            _log.warning("a watch could not be kept: %s", error)

    async def _read(self, one: _Running) -> None:
        viewer = viewer_of(one.watch)
        try:
            answer = await self._service.link_status(viewer, one.watch.access_id, _POLICY)
        except _OVER:
            raise
        except TechinfoError:
            await self._missed(one)
            return
        found = observed(answer)
        if found is None:
            await self._missed(one)
            return
        seen = [Seen(at=found.at, told={"what": "answers", "at": rfc3339(found.at)})]
        seen = seen if one.silent else []
        one.silent = False
        one.before, events = happened(one.before, found)
        await self._note(one, [*seen, *events], read=True)

    async def _missed(self, one: _Running) -> None:
        now = self._now()
        seen = [Seen(at=now, told={"what": "silent", "at": rfc3339(now)})]
        first, one.silent = not one.silent, True
        await self._note(one, seen if first else [], read=False)

    async def _note(self, one: _Running, seen: Iterable[Seen], *, read: bool) -> None:
        found = list(seen)
        noted = await asyncio.to_thread(self._watches.note, one.watch, found, read=read)
        if noted is None:  # `privacy erase`: nothing of it may be kept or told
            if self._running.get(one.watch.access_id) is one:
                del self._running[one.watch.access_id]
            return
        one.watch = noted
        if self._on_event is not None:
            for event in found:
                await self._on_event(one.watch, event)


def viewer_of(watch: Watch) -> Viewer:
    """Whoever started a watch, as whom it asks."""
    return Viewer(name=watch.by, role=Role(watch.role), provider=watch.provider)


def is_theirs(watch: Watch, viewer: Viewer, since: datetime | None) -> bool:
    """Whether a viewer may see a watch: a provider its own, of the time of its holding."""
    if viewer.sees_all:
        return True
    return watch.provider == viewer.provider and (since is None or watch.begun >= since)


def must_be_watched(watcher: Watcher | None) -> Watcher:
    """The watcher of a service.

    Raises:
        UnwatchedError: There is none.
    """
    if watcher is None:
        raise UnwatchedError("nothing is watched here: polling is off")
    return watcher


def _line(told: dict[str, Any]) -> str:
    more = {name: value for name, value in told.items() if name not in {"what", "at"}}
    words = ", ".join(f"{name} {value}" for name, value in more.items())
    return f"{told['at']} {told['what']}" + (f" ({words})" if words else "")
