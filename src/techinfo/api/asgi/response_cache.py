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

from techinfo.access.freshness import CachePolicy
from techinfo.access.service import AccessService
from techinfo.access.viewer import Viewer
from techinfo.api.asgi.interface import Asgi, Headers, Scope, SendWrapper
from techinfo.api.asgi.paths import RouteNames
from techinfo.api.asgi.request_log import ROUTE
from techinfo.api.errors import ApiError
from techinfo.api.onapi import freshness

_MOST_OCTETS = 32 << 20
"""Of all that is kept: bodies, headers, paths, and what Python adds to them."""
_MOST_OF_A_PATH = 200
_OVERHEAD = 1024
"""Octets of an entry beside its texts: its place, its key, lists and numbers."""
_OVERHEAD_OF_A_HEADER = 160
"""A pair of two texts (sys.getsizeof)."""
_SWEEP_S = 10.0
_PATH = re.compile(r"/[0-9.]+/tech/access/[^/]+/link/(?:status|macaddresstable|igmpsnooping)")
"""Not hardware and CPE, whose silence must show at once, nor leases, which logs change."""
_UNLIKE = frozenset({b"if-modified-since", b"if-none-match", b"range"})
_VARIABLE = frozenset({b"age", b"content-length"})

NEXT_CHANGE = "next_change"
"""In the state of a request: when its viewer may see other things of the access, or ``None``."""
GENERATION = "generation"
"""In the state of a request: of the inventory, if somebody has asked for it just before."""
_Key = tuple[str, str]


@dataclass(frozen=True, slots=True)
class _Kept:
    """An answer.

    Attributes:
        viewer: Whose it is.
        read_at: When the oldest part of it was read; a request says how long ago that may be.
        until: When nobody is given it any more.
        route: Which it is of.
        size: Octets that it takes, about.
    """

    viewer: Viewer
    generation: tuple[int, ...]
    read_at: float
    until: float
    aged_from: float
    route: str
    headers: Headers
    body: bytes
    size: int


class ResponseCache:
    """Gives fresh answers again.

    What is kept is kept by who asked and what about: what else a client can choose, such as how
    it spells Cache-Control, makes no further entry. Nothing is kept for longer than the usual age.

    Args:
        app: Who answers else.
        service: Knows the inventory.
        usual: Terms of a request that says nothing.
        now: What time it is.
        names: Of the routes.

    Attributes:
        hits: Answers given again.
        octets: What all that is kept takes, about.
    """

    def __init__(
        self,
        app: Asgi,
        service: AccessService,
        usual: CachePolicy,
        now: Callable[[], datetime],
        names: RouteNames,
    ) -> None:
        self.hits = 0
        self.octets = 0
        self._app = app
        self._service = service
        self._usual = usual
        self._now = now
        self._names = names
        self._kept: OrderedDict[_Key, _Kept] = OrderedDict()
        self._swept_at = -math.inf

    async def __call__(self, scope: Scope, receive: Any, send: Any) -> None:
        """Answer, or pass on and remember."""
        asked = self._asked(scope)
        if asked is None:
            await self._app(scope, receive, send)
            return
        key, max_age_s = asked
        now = self._now().timestamp()
        self._sweep(now)
        generation = scope["state"].get(GENERATION)
        if generation is None:
            generation = self._service.troubleshooter.inventory.generation
        viewer = scope["state"]["viewer"]
        kept = self._fresh(key, viewer, generation, max_age_s, now)
        if kept is not None:
            scope["state"][ROUTE] = kept.route
            await _again(kept, now, send)
            return
        recorder = _Recorder(send)
        await self._app(scope, receive, recorder)
        state = scope["state"]
        if recorder.status == 200 and recorder.complete and NEXT_CHANGE in state:
            self._keep(key, viewer, generation, recorder, state[NEXT_CHANGE])

    def _asked(self, scope: Scope) -> tuple[_Key, float] | None:
        """Who asks about what, and how old it may be; ``None``: it is not for here."""
        if scope["type"] != "http" or scope["method"] != "GET":
            return None
        path = scope["path"]
        if len(path) > _MOST_OF_A_PATH or not _PATH.fullmatch(path):
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
        try:
            policy = freshness.policy(b",".join(control).decode("latin-1"), self._usual)
        except ApiError:  # the route refuses it in its own words
            return None
        return (viewer.name, path), policy.max_age_s

    def _fresh(
        self, key: _Key, viewer: Viewer, generation: tuple[int, ...], max_age_s: float, now: float
    ) -> _Kept | None:
        kept = self._kept.get(key)
        if kept is None:
            return None
        # One of the future was read before the clock was set back: nobody knows how old it is.
        in_time = kept.read_at <= now < kept.until
        if not in_time or kept.generation != generation or kept.viewer != viewer:
            self._drop(key)
            return None
        if now >= kept.read_at + max_age_s:  # too old for this one, not for others
            return None
        self.hits += 1
        return kept

    def _keep(
        self,
        key: _Key,
        viewer: Viewer,
        generation: tuple[int, ...],
        answer: _Recorder,
        change: datetime | None,
    ) -> None:
        """Keep an answer; one of before an import is not given any more, as all see at once."""
        times = _times(answer.answer_headers)
        if times is None:
            return
        read_at, age = times
        now = self._now().timestamp()
        # What the seconds of Last-Modified round off counts against it.
        until = min(
            read_at + self._usual.max_age_s, math.inf if change is None else change.timestamp()
        )
        if until <= now:
            return
        self._drop(key)
        headers = [(name, value) for name, value in answer.answer_headers if name not in _VARIABLE]
        body = b"".join(answer.pieces)
        headers.append((b"content-length", b"%d" % len(body)))
        size = _size(key, headers, body)
        route = self._names.of("GET", key[1])
        self._kept[key] = _Kept(
            viewer, generation, read_at, until, now - age, route, headers, body, size
        )
        self.octets += size
        while self.octets > _MOST_OCTETS:
            self._drop(next(iter(self._kept)))

    def _sweep(self, now: float) -> None:
        """Drop what nobody is given any more, now and then."""
        if 0 <= now - self._swept_at < _SWEEP_S:
            return
        self._swept_at = now
        for key in [key for key, kept in self._kept.items() if now >= kept.until]:
            self._drop(key)

    def _drop(self, key: _Key) -> None:
        kept = self._kept.pop(key, None)
        if kept is not None:
            self.octets -= kept.size


class _Recorder(SendWrapper):
    """Passes an answer on, and keeps a copy of it.

    Attributes:
        answer_headers: Its headers.
        pieces: Of its body.
        complete: The last piece has been sent.
    """

    __slots__ = ("answer_headers", "complete", "pieces")

    def __init__(self, send: Any) -> None:
        super().__init__(send)
        self.answer_headers: Headers = []
        self.pieces: list[bytes] = []
        self.complete = False

    async def start(self, message: Any) -> None:
        self.answer_headers = list(message["headers"])
        await super().start(message)

    async def body(self, message: Any) -> None:
        self.pieces.append(message.get("body", b""))
        self.complete = not message.get("more_body", False)
        await super().body(message)


def _size(key: _Key, headers: Headers, body: bytes) -> int:
    """Octets that an answer takes while it is kept, about, and rather too many."""
    texts = sum(len(name) + len(value) + _OVERHEAD_OF_A_HEADER for name, value in headers)
    return _OVERHEAD + 4 * len(key[1]) + texts + len(body)


def _times(headers: Sequence[tuple[bytes, bytes]]) -> tuple[float, int] | None:
    """When the oldest part was read, and its age; ``None`` when something of it could not be."""
    fields = dict(headers)
    if not fields.keys() >= {b"last-modified", b"age"} or b"techinfo-incomplete" in fields:
        return None
    read_at = parsedate_to_datetime(fields[b"last-modified"].decode("ascii"))
    return read_at.astimezone(UTC).timestamp(), int(fields[b"age"])


async def _again(kept: _Kept, now: float, send: Any) -> None:
    age = b"%d" % max(0, int(now - kept.aged_from))
    headers = [*kept.headers, (b"age", age)]
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    await send({"type": "http.response.body", "body": kept.body})
