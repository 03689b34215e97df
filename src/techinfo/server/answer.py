"""One answer on a connection: its head goes out with the first piece of its body, as one packet.

What the server's own does for each header, two searches and a comparison, costs more than a check
of who asks. Here a name is looked at once, and the values all together.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from functools import lru_cache
from http import HTTPStatus
from typing import Any

from uvicorn.protocols.http.httptools_impl import HEADER_RE, STATUS_LINE, RequestResponseCycle

from techinfo.api.errors import PERSONAL, ApiError

_CONTROLS = bytes((*range(9), *range(10, 32), 127))
"""What no header may hold (RFC 9110, 5.5); a head has some of them at the ends of its lines."""
_FRAMING = frozenset({b"content-length", b"transfer-encoding", b"connection"})
_BODILESS = frozenset({204, 304})


class Answer(RequestResponseCycle):
    """What an application says to one request, as octets of HTTP/1.1."""

    _head = b""
    """It waits for the body."""

    async def run_asgi(self, app: Any) -> None:
        """Have an application answer; one that does not is an error, of which the client hears."""
        try:
            await app(self.scope, self.receive, self.send)
        except BaseException as error:
            self.logger.error("Exception in ASGI application\n", exc_info=error)
            await self._fail()
        else:
            if not (self.response_complete or self.disconnected):
                self.logger.error("ASGI callable returned without completing response.")
                await self._fail()
        finally:
            self.on_response = _nothing

    async def _fail(self) -> None:
        if self.response_started:
            if self._head:
                self.transport.write(self._head)
            self.transport.close()
        else:
            await self.send_500_response()

    async def send(self, message: Any) -> None:
        """Take one message of the answer.

        Raises:
            RuntimeError: It is not one that may come now.
        """
        if self.flow.write_paused and not self.disconnected:
            await self.flow.drain()
        if self.disconnected:
            return
        wanted = "http.response.body" if self.response_started else "http.response.start"
        if self.response_complete or message["type"] != wanted:
            raise RuntimeError(f"an answer does not go on with {message['type']}")
        if self.response_started:
            self._write(message.get("body", b""), more=message.get("more_body", False))
        else:
            self._begin(message["status"], message.get("headers", ()))

    def _begin(self, status: int, headers: Iterable[tuple[bytes, bytes]]) -> None:
        self.response_started = True
        self.waiting_for_100_continue = False
        closes = False
        parts = [STATUS_LINE[status]]
        for given, value in (*self.default_headers, *headers):
            name = _name(given)
            if name in _FRAMING:
                closes |= self._frame(name, value)
            parts += (name, b": ", value, b"\r\n")
        head = b"".join(parts)
        if len(head) - len(head.translate(None, _CONTROLS)) != 2 * (1 + len(parts) // 4):
            raise RuntimeError("a header holds what none may hold")
        if not self.keep_alive and not closes:
            head += b"connection: close\r\n"
        if self.chunked_encoding is None and not (self._is_to_head or status in _BODILESS):
            self.chunked_encoding = True
            head += b"transfer-encoding: chunked\r\n"
        self._head = head + b"\r\n"

    def _frame(self, name: bytes, value: bytes) -> bool:
        """Take how the body is framed; says whether the connection ends with it."""
        if name == b"content-length":
            if self.chunked_encoding is None:
                self.expected_content_length, self.chunked_encoding = int(value), False
        elif name == b"transfer-encoding":
            if value.lower() == b"chunked":
                self.expected_content_length, self.chunked_encoding = 0, True
        elif b"close" in [token.strip() for token in value.lower().split(b",")]:
            self.keep_alive = False
            return True
        return False

    @property
    def _is_to_head(self) -> bool:
        return self.scope["method"] == "HEAD"  # of an answer to that no body is written

    def _write(self, body: bytes, *, more: bool) -> None:
        octets = self._head
        if self._is_to_head:
            self.expected_content_length = 0
        elif self.chunked_encoding:
            octets += b"%x\r\n%b\r\n" % (len(body), body) if body else b""
            octets += b"" if more else b"0\r\n\r\n"
        else:
            self.expected_content_length -= len(body)
            if self.expected_content_length < 0:
                raise RuntimeError("an answer is longer than its Content-Length")
            octets += body
        self._head = b""
        if octets:
            self.transport.write(octets)
        if more:
            return
        if self.expected_content_length:
            raise RuntimeError("an answer is shorter than its Content-Length")
        self.response_complete = True
        self.message_event.set()
        if not self.keep_alive:
            self.transport.close()
        self.on_response()


@lru_cache(maxsize=256)
def _name(given: bytes) -> bytes:
    """A header's name as it is written.

    Raises:
        RuntimeError: It is none.
    """
    if HEADER_RE.search(given):
        raise RuntimeError("a header's name is none")
    return given.lower()


def _nothing() -> None:
    pass


def octets_of(error: ApiError, headers: list[tuple[bytes, bytes]]) -> bytes:
    """A whole answer with an error in it, which no application has made."""
    fields = {"cause": error.cause, "code": error.code, "retryable": error.code.retryable}
    body = json.dumps(fields).encode() + b"\n"
    more = {
        **PERSONAL,
        **error.headers,
        "Content-Type": "application/json",
        "Content-Length": str(len(body)),
        "Connection": "close",
    }
    lines = [f"HTTP/1.1 {error.status} {HTTPStatus(error.status).phrase}".encode()]
    lines += [name + b": " + value for name, value in headers]
    lines += [f"{name}: {value}".encode("latin-1") for name, value in more.items()]
    return b"\r\n".join([*lines, b"", body])
