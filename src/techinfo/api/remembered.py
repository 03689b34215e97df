"""Rendered answers that are still fresh, given again without asking anybody inside.

A support desk's page polls. As long as the reading that an answer was made of is young enough for
the request, nothing in it can have changed but its age: the inventory is the same, no subscription
on the access has begun or ended meanwhile, and whoever asks is the same. Those are checked.
"""

from __future__ import annotations

import math
import re
from collections import OrderedDict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any

from techinfo.api import freshness
from techinfo.api.paths import Asgi, Scope
from techinfo.api.problems import ApiError
from techinfo.errors import QuestionError
from techinfo.service.desk import Desk
from techinfo.service.freshness import Terms
from techinfo.service.viewer import Viewer

_MOST_OCTETS = 32 << 20
_PATH = re.compile(
    r"/[0-9.]+/tech/access/(?P<id>[^/]+)/link/(?:status|macaddresstable|igmpsnooping)"
)
"""Not hardware and CPE, whose silence must show at once, nor leases, which logs change."""
_UNLIKE = frozenset({b"if-modified-since", b"if-none-match", b"range"})
_VARIABLE = frozenset({b"age", b"content-length"})

_Headers = list[tuple[bytes, bytes]]
_Key = tuple[Viewer, str, bytes]


@dataclass(frozen=True, slots=True)
class _Kept:
    generation: tuple[int, ...]
    until: float
    aged_from: float
    headers: _Headers
    body: bytes


class Remembered:
    """Gives fresh answers again.

    Args:
        app: Who answers else.
        desk: Who may see what until when, and the inventory.
        usual: Terms of a request that says nothing.
        now: What time it is.

    Attributes:
        hits: Answers given again.
    """

    def __init__(self, app: Asgi, desk: Desk, usual: Terms, now: Callable[[], datetime]) -> None:
        self.hits = 0
        self._app = app
        self._desk = desk
        self._usual = usual
        self._now = now
        self._kept: OrderedDict[_Key, _Kept] = OrderedDict()
        self._octets = 0

    async def __call__(self, scope: Scope, receive: Any, send: Any) -> None:
        """Answer, or pass on and remember."""
        key = _key(scope)
        if key is None:
            await self._app(scope, receive, send)
            return
        kept = self._fresh(key)
        if kept is not None:
            await _again(kept, self._now().timestamp(), send)
            return
        generation = self._generation()
        noting = _Noting(send)
        await self._app(scope, receive, noting)
        if noting.status == 200 and noting.whole:
            self._keep(key, generation, noting)

    def _generation(self) -> tuple[int, ...]:
        return self._desk.troubleshooter.inventory.generation

    def _fresh(self, key: _Key) -> _Kept | None:
        kept = self._kept.get(key)
        if kept is None:
            return None
        if self._now().timestamp() >= kept.until or kept.generation != self._generation():
            self._drop(key)
            return None
        self.hits += 1
        return kept

    def _keep(self, key: _Key, generation: tuple[int, ...], noted: _Noting) -> None:
        times = _times(noted.headers)
        if times is None:
            return
        read_at, age = times
        now = self._now().timestamp()
        until = min(self._until(key, read_at), _end(self._change(key)))
        if until <= now or self._generation() != generation:
            return
        self._drop(key)
        headers = [(name, value) for name, value in noted.headers if name not in _VARIABLE]
        body = b"".join(noted.body)
        self._kept[key] = _Kept(generation, until, now - age, headers, body)
        self._octets += len(body)
        while self._octets > _MOST_OCTETS:
            self._drop(next(iter(self._kept)))

    def _until(self, key: _Key, read_at: float) -> float:
        """When the reading is too old for such a request; what it rounds off counts against it."""
        try:
            terms = freshness.terms(key[2].decode("latin-1"), self._usual)
        except ApiError:  # it was answered with another status, then
            return -math.inf
        return read_at + terms.max_age_s

    def _change(self, key: _Key) -> datetime | None:
        """When another may see other things of the access than now."""
        found = _PATH.fullmatch(key[1])
        try:
            return self._desk.right(key[0], found["id"]).next_change if found else None
        except QuestionError:
            return self._now()

    def _drop(self, key: _Key) -> None:
        kept = self._kept.pop(key, None)
        if kept is not None:
            self._octets -= len(kept.body)


class _Noting:
    """Passes an answer on, and notes it."""

    def __init__(self, send: Any) -> None:
        self.status = 0
        self.headers: _Headers = []
        self.body: list[bytes] = []
        self.whole = False
        self._send = send

    async def __call__(self, message: Any) -> None:
        if message["type"] == "http.response.start":
            self.status, self.headers = message["status"], list(message["headers"])
        elif message["type"] == "http.response.body":
            self.body.append(message.get("body", b""))
            self.whole = not message.get("more_body", False)
        await self._send(message)


def _key(scope: Scope) -> _Key | None:
    if scope["type"] != "http" or scope["method"] != "GET" or not _PATH.fullmatch(scope["path"]):
        return None
    control: list[bytes] = []
    for name, value in scope["headers"]:
        if name == b"cache-control":
            control.append(value)
        elif name in _UNLIKE:
            return None
    viewer = scope["state"]["viewer"]
    if viewer.options.sandbox:  # its accesses are not those that are watched here
        return None
    return viewer, scope["path"], b",".join(control)


def _times(headers: Sequence[tuple[bytes, bytes]]) -> tuple[float, int] | None:
    """When the oldest part was read, and its age; ``None`` when something of it could not be."""
    told = dict(headers)
    if not told.keys() >= {b"last-modified", b"age"} or b"techinfo-incomplete" in told:
        return None
    read_at = parsedate_to_datetime(told[b"last-modified"].decode("ascii"))
    return read_at.astimezone(UTC).timestamp(), int(told[b"age"])


def _end(change: datetime | None) -> float:
    return math.inf if change is None else change.timestamp()


async def _again(kept: _Kept, now: float, send: Any) -> None:
    age = str(max(0, int(now - kept.aged_from))).encode()
    length = str(len(kept.body)).encode()
    headers = [*kept.headers, (b"age", age), (b"content-length", length)]
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    await send({"type": "http.response.body", "body": kept.body})
