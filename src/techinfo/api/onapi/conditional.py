"""Whole lists on a condition: If-Modified-Since asks for what has changed (ON-API, RFC 2616)."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime, parsedate_to_datetime
from itertools import chain, islice
from typing import Annotated, Any

from fastapi import Depends, Header
from fastapi.responses import Response, StreamingResponse

from techinfo.api.dependencies import CurrentAppState
from techinfo.api.errors import PERSONAL
from techinfo.inventory import Inventory

ROWS_AT_ONCE = 500
"""A thread is changed for as many: for each it would cost more than the row."""
_SECOND = timedelta(seconds=1)


async def if_modified_since(
    app_state: CurrentAppState,
    if_modified_since: Annotated[
        str | None,
        Header(description="the Last-Modified of an earlier answer: only what has changed"),
    ] = None,
) -> datetime | None:
    """The time after which a request asks for changes."""
    return end_of_second(if_modified_since, app_state.troubleshooter.now())


def end_of_second(http_date: str | None, now: datetime) -> datetime | None:
    """The last moment of the second that a header names.

    What is no date, or one to come, counts for nothing (RFC 2616, 14.25; RFC 9110, 13.1.3).
    """
    try:
        at = parsedate_to_datetime(http_date or "")
    except ValueError:
        return None
    at = at.astimezone(UTC) if at.tzinfo else at.replace(tzinfo=UTC)
    if at > now:
        return None
    return at.replace(microsecond=0) + _SECOND - timedelta(microseconds=1)


Since = Annotated[datetime | None, Depends(if_modified_since)]


@dataclass(frozen=True, slots=True)
class Changed:
    """What is asked of a list.

    Attributes:
        batch: Only what has changed in later imports.
        since: When that was.
    """

    batch: int
    since: datetime


def changed_since(inventory: Inventory, since: datetime | None) -> Changed | None:
    """What has changed since a time; ``None``: everything is asked for, or nobody knows it."""
    events = inventory.events
    if since is None or not events.know_all_since(since):
        return None
    return Changed(events.batch_at(since), since)


def last_modified(newest: datetime | None, now: datetime) -> Mapping[str, str]:
    """The headers of a list that was changed last at a time.

    It is never the second that is running: what else may happen in it would be missed.
    """
    if newest is None:
        return dict(PERSONAL)
    seen = min(newest, now - _SECOND).astimezone(UTC).replace(microsecond=0)
    return {**PERSONAL, "Last-Modified": format_datetime(seen, usegmt=True)}


def not_modified(headers: Mapping[str, str]) -> Response:
    """304, without a body."""
    return Response(status_code=304, headers=dict(headers))


def listed(rows: Iterable[Any], headers: Mapping[str, str]) -> StreamingResponse:
    """A JSON array, some rows at a time."""
    return StreamingResponse(
        started(_pieces(iter(rows))), media_type="application/json", headers=dict(headers)
    )


def started(pieces: Iterator[bytes]) -> Iterator[bytes]:
    """The same pieces, the first of which is made at once.

    Whatever is wrong shows before the answer has begun, and becomes an error instead of a list that
    breaks off, or looks empty.
    """
    return chain([next(pieces)], pieces)


def begun(rows: Iterator[Any]) -> Iterator[Any] | None:
    """The same rows, when there are any; the first is read for it."""
    first = next(rows, None)
    return None if first is None else chain([first], rows)


def _pieces(rows: Iterator[Any]) -> Iterator[bytes]:
    before = "["
    while some := list(islice(rows, ROWS_AT_ONCE)):
        piece = ",\n".join(json.dumps(row, ensure_ascii=False) for row in some)
        yield (before + piece).encode()
        before = ",\n"
    yield b"[]\n" if before == "[" else b"]\n"
