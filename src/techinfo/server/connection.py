"""A connection of HTTP/1.1: how much of it is held, and how long, before it is known who asks.

The parser (llhttp) has no bounds of its own, and the server gives it whatever comes. Here what
comes is given in pieces: a head that is too long, comes too slowly or can be read in two ways is
answered and the connection closed (RFC 9110, 15.5; RFC 9112, 3 to 6). Of requests that come one
behind the other only as many are taken up as a piece holds; the others wait unread.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum, auto
from typing import Any, cast
from urllib.parse import unquote

import httptools
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from techinfo.api.errors import ApiError
from techinfo.error_codes import Code
from techinfo.server.answer import Answer, octets_of

_PIECE = 1024
"""Octets that the parser is given at a time while they may hold several requests."""
_MOST_DRAINED = 1 << 20
"""Octets that are read and thrown away so that a refusal is heard."""
_VERSIONS = frozenset({"1.0", "1.1"})


@dataclass(frozen=True, kw_only=True, slots=True)
class Limits:
    """What is taken of a request.

    Attributes:
        url_octets: Of the request's target.
        head_octets: Of all header lines together, and of whatever else is no body.
        lines: Header lines.
        head_s: Seconds until the head must be there, from the first octet or, of a connection that
            says nothing, from its beginning.
        body_s: Seconds until the body must be there.
        answer_s: Seconds for which an answer waits to be taken.
        linger_s: Seconds for which a connection is read on after a refusal, so that it is heard.
    """

    url_octets: int = 8 << 10
    head_octets: int = 16 << 10
    lines: int = 100
    head_s: float = 10.0
    body_s: float = 30.0
    answer_s: float = 30.0
    linger_s: float = 2.0


class _At(Enum):
    """Which part of a request comes next."""

    BETWEEN = auto()
    HEAD = auto()
    BODY = auto()
    REFUSED = auto()


def malformed(words: str = "the request cannot be read") -> ApiError:
    """400: it is no HTTP, or could be read in two ways."""
    return ApiError(Code.MALFORMED, words)


class Connection(HttpToolsProtocol):
    """What the server speaks on one connection.

    Args:
        limits: What is taken of a request.
        gone: Called when the connection has ended.
        refusal: It is answered with this, whatever it asks.
        server: As `uvicorn.Server` gives it to a protocol.
    """

    def __init__(
        self,
        *,
        limits: Limits,
        gone: Callable[[Connection], None] = lambda _: None,
        refusal: ApiError | None = None,
        **server: Any,
    ) -> None:
        super().__init__(**server)
        self._limits = limits
        self._gone = gone
        self._refusal = refusal
        self._at = _At.BETWEEN
        self._since = self.loop.time()
        self._rest = b""
        self._unparsed = 0
        self._parsed = False
        self._head_octets = self._trailers = 0
        self._body_left = 0
        self._unanswered = 0
        self._idles = False
        self._drained = 0
        self._clock: asyncio.TimerHandle | None = None
        self._end: asyncio.TimerHandle | None = None

    @property
    def waits_since(self) -> float | None:
        """Since when nothing is done here but to wait for the client; ``None``: something is."""
        return None if self._unanswered or self.transport is None else self._since

    @property
    def address(self) -> str:
        """Where the client is; of a Unix socket nothing is told."""
        return self.client[0] if self.client else ""

    def give_way(self) -> None:
        """Close at once, for another."""
        self.transport.abort()

    # The transport calls.

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Begin; the clock of the first head runs."""
        super().connection_made(transport)
        if self._refusal is not None:
            self._refuse(self._refusal)
        else:
            self._watch()

    def connection_lost(self, exc: Exception | None) -> None:
        """End, whoever ended it."""
        self._stop()
        self._unset_keepalive_if_required()
        if self._end is not None:
            self._end.cancel()
        self._rest = b""
        super().connection_lost(exc)
        self._gone(self)

    def data_received(self, data: bytes) -> None:
        """Take what comes; after a refusal throw it away."""
        if self._at is _At.REFUSED:
            self._drain(len(data))
            return
        self._idles = False
        self._rest = self._rest + data if self._rest else data
        self._go_on()

    def pause_writing(self) -> None:
        """The client takes no more of the answer; not for ever."""
        super().pause_writing()
        self._end_within(self._limits.answer_s)

    def resume_writing(self) -> None:
        """It goes on."""
        if self._end is not None and self._can_go_on():
            self._end.cancel()
            self._end = None
        super().resume_writing()

    def timeout_keep_alive_handler(self) -> None:
        """Nothing more was asked; or it was, and the clock goes on: one for many requests."""
        self.timeout_keep_alive_task = None
        if not self._idles:
            return
        if self._since + self.timeout_keep_alive > self.loop.time():
            self._keep_alive()
        else:
            super().timeout_keep_alive_handler()
            self._end_within(self._limits.answer_s)

    # The parser calls.

    def on_message_begin(self) -> None:
        """A request begins."""
        self._parsed = True
        self._at = _At.HEAD
        self._head_octets = self._trailers = 0
        super().on_message_begin()

    def on_url(self, url: bytes) -> None:
        """A part of the target."""
        self._parsed = True
        if len(self.url) + len(url) > self._limits.url_octets:
            cause = f"the URL is longer than {self._limits.url_octets} octets"
            raise ApiError(Code.URL_TOO_LONG, cause)
        self.url += url

    def on_header(self, name: bytes, value: bytes) -> None:
        """A header line; or a trailer's, which is counted and never read (RFC 9110, 6.5.1)."""
        self._parsed = True
        self._head_octets += len(name) + len(value) + 4
        if self._head_octets > self._limits.head_octets:
            raise self._head_too_large()
        if self._at is _At.HEAD:
            if len(self.headers) >= self._limits.lines:
                raise self._head_too_large()
            name = name.lower()
            if name == b"expect" and value.lower() == b"100-continue":
                self.expect_100_continue = True
            self.headers.append((name, value))
        else:
            self._trailers += 1
            if self._trailers > self._limits.lines:
                raise self._head_too_large()

    def on_headers_complete(self) -> None:
        """The head is there: read it in one way, or not at all."""
        self._parsed = True
        version, target = self._plain_version(), httptools.parse_url(self.url)
        path = target.path or b"/"  # RFC 9112, 3.2.2: the absolute form of a root may lack it
        if self._clock is not None:
            self._stop()
        text = path.decode("ascii")
        self.scope["method"] = self.parser.get_method().decode("ascii")
        self.scope["http_version"] = version
        self.scope["path"] = unquote(text) if "%" in text else text
        self.scope["raw_path"] = path
        self.scope["query_string"] = target.query or b""
        before, self.cycle = self.cycle, self._answer(version)
        self._unanswered += 1
        self._at = _At.BODY
        if before is None or before.response_complete:
            self._start_asgi_task(self.cycle, self.app)
        else:
            self.flow.pause_reading()
            self.pipeline.appendleft((self.cycle, self.app))

    def _start_asgi_task(self, cycle: Any, app: Any) -> None:
        self.tasks.add(self.loop.create_task(self._answered(cycle, app)))

    async def _answered(self, answer: Answer, app: Any) -> None:
        try:
            await answer.run_asgi(app)
        finally:
            self.tasks.discard(cast("asyncio.Task[None]", asyncio.current_task()))

    def _answer(self, version: str) -> Answer:
        return Answer(
            scope=self.scope,
            transport=self.transport,
            flow=self.flow,
            logger=self.logger,
            access_logger=self.access_logger,
            access_log=False,
            default_headers=self.server_state.default_headers,
            message_event=asyncio.Event(),
            expect_100_continue=self.expect_100_continue,
            keep_alive=version != "1.0" and self.parser.should_keep_alive(),
            on_response=self.on_response_complete,
        )

    def on_body(self, body: bytes) -> None:
        """A part of a body; one whose request is answered already is thrown away."""
        self._parsed = True
        self._body_left -= len(body)
        if self.cycle.response_complete:
            self._drain(len(body))
        super().on_body(body)

    def on_chunk_header(self) -> None:
        """A part of a body follows."""
        self._parsed = True

    def on_message_complete(self) -> None:
        """The request is whole."""
        self._parsed = True
        if self._clock is not None:
            self._stop()
        self._at = _At.BETWEEN
        super().on_message_complete()

    # An answer calls.

    def on_response_complete(self) -> None:
        """Go on with what has come meanwhile."""
        self._unanswered -= 1
        self._since = self.loop.time()
        self.server_state.total_requests += 1
        if self.transport.is_closing():
            self._end_within(self._limits.answer_s)
            return
        self.flow.resume_reading()
        if self.pipeline:
            self._start_asgi_task(*self.pipeline.pop())
        else:
            self._idles = True
            self._keep_alive()
        if self._at is _At.REFUSED:
            if not self._unanswered:
                self._tell_refusal()
        elif self.pipeline:
            self.flow.pause_reading()
        elif self._rest:
            self.loop.call_soon(self._go_on)

    def _keep_alive(self) -> None:
        """Have a clock run for a client that asks nothing."""
        if self.timeout_keep_alive_task is None:
            left = self._since + self.timeout_keep_alive - self.loop.time()
            self.timeout_keep_alive_task = self.loop.call_later(
                left, self.timeout_keep_alive_handler
            )

    def _go_on(self) -> None:
        """Give the parser what has come, until a request must wait for the one before it."""
        while self._rest and not self.pipeline and self._can_go_on():
            size = max(_PIECE, self._body_left if self._at is _At.BODY else 0)
            piece, self._rest = self._rest[:size], self._rest[size:]
            self._feed(piece)
        if self._rest and self.pipeline:
            self.flow.pause_reading()
        if self._clock is None:
            self._watch()

    def _can_go_on(self) -> bool:
        return self._at is not _At.REFUSED and not self.transport.is_closing()

    def _feed(self, piece: bytes) -> None:
        self._parsed = False
        try:
            self.parser.feed_data(piece)
        except httptools.HttpParserUpgrade as upgrade:
            # Nothing else is spoken here: the request is answered in HTTP/1.1, and so is what
            # stands behind it (RFC 9110, 7.8).
            self._rest = piece[upgrade.args[0] :] + self._rest
        except httptools.HttpParserCallbackError as error:
            cause = error.__context__
            self._refuse(cause if isinstance(cause, ApiError) else malformed())
        except httptools.HttpParserError:
            self._refuse(malformed())
        else:
            self._unparsed = 0 if self._parsed else self._unparsed + len(piece)
            if self._unparsed > self._limits.head_octets:
                self._refuse(self._head_too_large() if self._at is _At.HEAD else malformed())

    def _plain_version(self) -> str:
        """Which HTTP it is. What another server on the way could read differently is refused.

        Two lengths, and a length beside chunks, the parser itself refuses.
        """
        version = self.parser.get_http_version()
        if version not in _VERSIONS:
            raise malformed("this version of HTTP is not spoken here")
        self._body_left = hosts = 0
        for name, value in self.headers:
            if name == b"host":
                hosts += 1
            elif name == b"transfer-encoding":
                _must_be_chunked(version, value)
            elif name == b"content-length":
                self._body_left = int(value)
        if hosts > 1 or (version == "1.1" and not hosts):
            raise malformed("the request must have one Host")
        return version

    def _head_too_large(self) -> ApiError:
        most = self._limits
        cause = f"the headers are more than {most.head_octets} octets or {most.lines} lines"
        return ApiError(Code.HEADERS_TOO_LARGE, cause)

    # What the client owes, and until when.

    def _watch(self) -> None:
        """Have a clock run when the client owes something, and no other clock runs."""
        if self._clock is not None or not self._can_go_on():
            return
        if self._at is _At.BODY:
            self._clock = self.loop.call_later(self._limits.body_s, self._late)
        elif self._at is _At.HEAD or not (self._unanswered or self._idles):
            self._clock = self.loop.call_later(self._limits.head_s, self._late)

    def _stop(self) -> None:
        if self._clock is not None:
            self._clock.cancel()
            self._clock = None

    def _late(self) -> None:
        self._clock = None
        if self.flow.read_paused:  # it could not have come
            self._watch()
        elif self._at is _At.BETWEEN:
            if not self._unanswered:
                self.transport.close()
        else:
            part = "head" if self._at is _At.HEAD else "body"
            cause = f"the request's {part} did not come in time"
            self._refuse(ApiError(Code.TOO_SLOW, cause))

    def _refuse(self, error: ApiError) -> None:
        """Read no more, and say why when it is this request's turn."""
        in_body = self._at is _At.BODY
        self._at = _At.REFUSED
        self._refusal = error
        self._rest = b""
        self._stop()
        if in_body and self._is_given_up():
            return
        if not self._unanswered:
            self._tell_refusal()

    def _is_given_up(self) -> bool:
        """Give up the request whose body never came; says whether nothing more can be told."""
        cycle = self.cycle
        if cycle.response_complete:
            self.transport.close()
            self._end_within(self._limits.linger_s)
            return True
        waiting = [one for one in self.pipeline if one[0] is cycle]
        if not waiting and cycle.response_started:
            self.transport.abort()
            return True
        for one in waiting:
            self.pipeline.remove(one)
        cycle.disconnected = True  # whoever reads the body hears that it is over
        cycle.message_event.set()
        self._unanswered -= 1
        return False

    def _tell_refusal(self) -> None:
        error = self._refusal or malformed()
        self.transport.write(octets_of(error, self.server_state.default_headers))
        self.flow.resume_reading()
        self._end_within(self._limits.linger_s)
        if self.transport.can_write_eof():
            self.transport.write_eof()
        else:
            self.transport.close()

    def _drain(self, octets: int) -> None:
        self._drained += octets
        if self._drained > _MOST_DRAINED:
            self.transport.abort()

    def _end_within(self, seconds: float) -> None:
        """Whatever happens, the connection ends then."""
        if self._end is None:
            self._end = self.loop.call_later(seconds, self.transport.abort)


def _must_be_chunked(version: str, coding: bytes) -> None:
    if version == "1.0":
        raise malformed("HTTP/1.0 has no Transfer-Encoding")
    if coding.strip().lower() != b"chunked":
        words = "the only Transfer-Encoding is chunked"
        raise ApiError(Code.NOT_IMPLEMENTED, words)
