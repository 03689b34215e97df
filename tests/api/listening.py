"""An application behind the service's own protocol, on a real socket; and clients of raw octets."""

from __future__ import annotations

import asyncio
import json
import socket
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from threading import Event, Thread
from typing import Any

import uvicorn

from techinfo.server.accepting import Accepting
from techinfo.server.connection import Limits
from techinfo.server.web import bound

PATIENCE_S = 300.0
HOST = b"Host: techinfo.test\r\n"


@dataclass(slots=True)
class Echo:
    """Answers with what it was asked; what is under ``/held`` waits until ``held`` is set.

    Attributes:
        seen: Method, path and headers of each request.
        broken: Requests whose body never came.
    """

    held: Event = field(default_factory=Event)
    seen: list[tuple[str, str, dict[str, str]]] = field(default_factory=list)
    broken: int = 0

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        """Answer one request."""
        if scope["type"] != "http":
            raise AssertionError(scope["type"])
        headers = {
            name.decode("latin-1"): value.decode("latin-1") for name, value in scope["headers"]
        }
        self.seen.append((scope["method"], scope["path"], headers))
        body = b""
        if scope["path"] != "/unread":
            while True:
                message = await receive()
                if message["type"] == "http.disconnect":
                    self.broken += 1
                    return
                body += message["body"]
                if not message["more_body"]:
                    break
        if scope["path"] == "/held":
            await asyncio.to_thread(self.held.wait, PATIENCE_S)
        told = json.dumps({"path": scope["path"], "octets": len(body)}).encode()
        if scope["path"] == "/long":
            told = b"x" * (8 << 20)
        length = (b"content-length", b"%d" % len(told))
        await send({"type": "http.response.start", "status": 200, "headers": [length]})
        await send({"type": "http.response.body", "body": told})


class _Server(uvicorn.Server):
    def __init__(self, config: uvicorn.Config, limits: Limits, most: int) -> None:
        super().__init__(config)
        self.up = Event()
        self._limits = limits
        self._most = most
        self._accepting: Accepting | None = None

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup([])
        (listening,) = sockets or []
        self._accepting = Accepting(self, listening, self._most, self._limits)
        self._accepting.start()
        self.up.set()

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        if self._accepting is not None:
            self._accepting.stop()
        await super().shutdown(sockets)


@contextmanager
def listening(
    app: Any, limits: Limits | None = None, *, most: int = 1000, keep_alive_s: int = 5
) -> Iterator[int]:
    """Serve an application in a thread; the port that it listens on."""
    config = uvicorn.Config(
        app,
        log_config=None,
        interface="asgi3",
        lifespan="off",
        ws="none",
        access_log=False,
        timeout_keep_alive=keep_alive_s,
        timeout_graceful_shutdown=1,
    )
    server = _Server(config, limits or Limits(), most)
    with bound("127.0.0.1", 0) as there:
        port: int = there.getsockname()[1]
        thread = Thread(target=lambda: asyncio.run(server.serve(sockets=[there])))
        thread.start()
        try:
            assert server.up.wait(PATIENCE_S)
            yield port
        finally:
            server.should_exit = True
            thread.join(PATIENCE_S)


@dataclass(frozen=True, slots=True)
class Answer:
    """One answer."""

    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def told(self) -> Any:
        """Its JSON."""
        return json.loads(self.body)


class Client:
    """A client that says whatever it likes. A context; closes itself."""

    def __init__(self, port: int) -> None:
        self.socket = socket.create_connection(("127.0.0.1", port), PATIENCE_S)
        self._read = b""

    def __enter__(self) -> Client:
        return self

    def __exit__(self, *_: object) -> None:
        self.socket.close()

    def say(self, *octets: bytes) -> Client:
        """Send; what the other side no longer takes is no error here."""
        with suppress(BrokenPipeError, ConnectionResetError):
            self.socket.sendall(b"".join(octets))
        return self

    def answer(self) -> Answer | None:
        """The next answer; ``None``: the other side has ended."""
        while b"\r\n\r\n" not in self._read:
            if not self._more():
                return None
        head, _, self._read = self._read.partition(b"\r\n\r\n")
        first, *lines = head.decode("latin-1").split("\r\n")
        pairs = (line.partition(":") for line in lines)
        headers = {name.lower(): value.strip() for name, _, value in pairs}
        length = int(headers.get("content-length", "0"))
        while len(self._read) < length:
            if not self._more():
                return None
        body, self._read = self._read[:length], self._read[length:]
        return Answer(int(first.split()[1]), headers, body)

    def is_over(self) -> bool:
        """Whether the other side says nothing more and ends, for which it has time."""
        while self._more():
            pass
        return not self._read

    def _more(self) -> bool:
        try:
            octets = self.socket.recv(65_536)
        except ConnectionResetError:
            return False
        self._read += octets
        return bool(octets)


def refused(port: int, *octets: bytes) -> Answer:
    """What a client is answered that is refused: the connection has ended then."""
    with Client(port) as client:
        answer = client.say(*octets).answer()
        assert answer is not None
        assert client.is_over()
        return answer
