"""A connection of HTTP/1.1 to the collector's socket: one letter, one answer, and the next letter.

Letters are small and answers have a length, so that of HTTP little is needed: httpcore takes three
times the CPU for the same.
"""

from __future__ import annotations

import asyncio
from typing import Self, cast

import httptools

from techinfo.errors import CollectorError

_MOST_OF_A_HEAD = 64 << 10
"""Octets of an answer beside its body."""


class BrokenConnectionError(CollectorError):
    """It ended before the answer did, or what came is no HTTP."""


class LetterConnection(asyncio.Protocol):
    """Posts letters, one at a time.

    Args:
        most_octets: Of an answer's body.

    Attributes:
        kept_at: When it was last laid aside (`asyncio.AbstractEventLoop.time`).
    """

    def __init__(self, most_octets: int) -> None:
        self.kept_at = 0.0
        self._most = most_octets
        self._transport: asyncio.Transport | None = None
        self._parser = httptools.HttpResponseParser(self)
        self._body: list[bytes] = []
        self._octets = 0
        self._came = 0
        self._answer: asyncio.Future[tuple[int, bytes]] | None = None
        self._is_over = False

    @classmethod
    async def open(cls, path: str, most_octets: int) -> Self:
        """Connect to a Unix socket.

        Raises:
            BrokenConnectionError: Nobody listens there.
        """
        try:
            _, made = await asyncio.get_running_loop().create_unix_connection(
                lambda: cls(most_octets), path
            )
        except OSError as e:
            raise BrokenConnectionError(f"nobody listens: {e!r}") from e
        return made

    @property
    def is_usable(self) -> bool:
        """Whether another letter may be posted."""
        return self._answer is None and not self._is_over

    async def post(self, path: str, octets: bytes) -> tuple[int, bytes]:
        """The status and the body of the answer to a letter.

        Who is cancelled leaves a connection that is closed.

        Raises:
            BrokenConnectionError: There is no whole answer.
            CollectorError: It is too long.
        """
        if self._transport is None or self._is_over:
            raise BrokenConnectionError("the connection has ended")
        self._answer = asyncio.get_running_loop().create_future()
        self._octets = self._came = 0
        head = (
            f"POST {path} HTTP/1.1\r\nHost: collector\r\nContent-Type: application/json\r\n"
            f"Content-Length: {len(octets)}\r\n\r\n"
        )
        self._transport.write(head.encode() + octets)
        try:
            return await self._answer
        finally:
            if not self._answer.done() or self._answer.cancelled():
                self.close()
            self._answer = None

    def close(self) -> None:
        """End it."""
        self._is_over = True
        if self._transport is not None:
            self._transport.abort()

    # The transport calls.

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Begin."""
        self._transport = cast("asyncio.Transport", transport)  # uvloop's is no subclass

    def data_received(self, data: bytes) -> None:
        """Take what comes; what nobody has asked for ends the connection."""
        self._came += len(data)
        if self._answer is None or self._came > self._most + _MOST_OF_A_HEAD:
            self._fail(CollectorError("the collector's process tells too much"))
            return
        try:
            self._parser.feed_data(data)
        except (httptools.HttpParserError, httptools.HttpParserUpgrade) as e:
            self._fail(BrokenConnectionError(f"what came is no answer: {e!r}"))

    def connection_lost(self, exc: Exception | None) -> None:
        """It has ended, whoever ended it."""
        self._fail(BrokenConnectionError(f"the connection has ended: {exc!r}"))

    # The parser calls.

    def on_body(self, body: bytes) -> None:
        """A part of a body."""
        self._octets += len(body)
        self._body.append(body)

    def on_message_complete(self) -> None:
        """The answer is whole."""
        body, self._body = b"".join(self._body), []
        if not self._parser.should_keep_alive():
            self._is_over = True
        if self._answer is not None and not self._answer.done():
            self._answer.set_result((self._parser.get_status_code(), body))

    def _fail(self, error: CollectorError) -> None:
        self.close()
        self._body = []
        if self._answer is not None and not self._answer.done():
            self._answer.set_exception(error)
