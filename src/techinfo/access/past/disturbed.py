"""Disturbances as a viewer may be told of them: by its own accesses, and of others as "several"."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from techinfo.access.past import History
from techinfo.access.past.line import Line
from techinfo.access.service import AccessService
from techinfo.access.viewer import Viewer
from techinfo.errors import QuestionError, UnknownDisturbanceError, UnwatchedError
from techinfo.history.disturbed import Disturbed, Kept
from techinfo.inventory import Access

LATELY = timedelta(hours=24)
"""Those that were over earlier are told no more."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Told:
    """A disturbance, and what of it is a viewer's.

    Attributes:
        own: Its accesses that the viewer holds, and held when it began.
    """

    kept: Kept
    own: tuple[Access, ...]


def of_line(history: History, line: Line) -> list[Kept]:
    """Those of the last day that a line was part of in its viewer's time, the newest first."""
    if line.port is None:
        return []
    since = max(line.until - LATELY, line.since)
    found = Disturbed(history.file).of_line(line.element, line.name, since)
    return [one for one in found if one.since <= line.until]


def lately(service: AccessService, viewer: Viewer, now: datetime) -> list[Told]:
    """Those that go on or were over lately, and that a viewer is part of; the newest first.

    Raises:
        UnwatchedError: Nothing is polled here.
    """
    found = Disturbed(_history(service).file).since(now - LATELY)
    told = [Told(kept=one, own=tuple(_own(service, viewer, one))) for one in found]
    return [one for one in told if one.own or viewer.sees_all]


def one_of(service: AccessService, viewer: Viewer, reference: str) -> Told:
    """The one of a reference.

    Raises:
        UnknownDisturbanceError: There is none, or the viewer is no part of it.
        UnwatchedError: Nothing is polled here.
    """
    found = Disturbed(_history(service).file).one(reference)
    told = Told(kept=found, own=tuple(_own(service, viewer, found))) if found else None
    if told is None or not (told.own or viewer.sees_all):
        raise UnknownDisturbanceError("no disturbance has this reference")
    return told


def _history(service: AccessService) -> History:
    if service.history is None:
        raise UnwatchedError("nothing is watched here: polling is off")
    return service.history


def _own(service: AccessService, viewer: Viewer, found: Kept) -> Iterator[Access]:
    for access_id in found.accesses:
        try:
            held = service.right(viewer, access_id)
        except QuestionError:
            continue
        if held.sees_past and held.until is None and (held.since or found.since) <= found.since:
            yield held.access
