"""Systems that are told by webhooks: real HTTP servers on loopback."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Condition, Thread
from typing import Any

PATIENCE_S = 300.0


@dataclass(frozen=True, slots=True)
class Received:
    """One request, octet for octet."""

    method: str
    path: str
    headers: dict[str, str]
    body: bytes

    @property
    def told(self) -> Any:
        """Its JSON."""
        return json.loads(self.body)


@dataclass(frozen=True, slots=True)
class Reply:
    """What a receiver answers."""

    status: int = 204
    body: bytes = b""
    headers: dict[str, str] = field(default_factory=dict)


class Receiver:
    """A system that keeps what it is told.

    Attributes:
        url: Where it is.
        received: In the order in which it came.
    """

    def __init__(self, reply: Callable[[Received], Reply], address: str = "127.0.0.1") -> None:
        self.reply = reply
        self.received: list[Received] = []
        self._more = Condition()
        receiver = self

        class _Handler(BaseHTTPRequestHandler):
            def _any(self) -> None:
                length = int(self.headers.get("Content-Length", "0"))
                headers = {name.lower(): value for name, value in self.headers.items()}
                found = Received(self.command, self.path, headers, self.rfile.read(length))
                answer = receiver.take(found)
                self.send_response(answer.status)
                for name, value in answer.headers.items():
                    self.send_header(name, value)
                self.send_header("Content-Length", str(len(answer.body)))
                self.end_headers()
                self.wfile.write(answer.body)

            do_POST = do_GET = _any  # noqa: N815 - the library's spelling

            def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the library's
                """Say nothing."""

        self._server = ThreadingHTTPServer((address, 0), _Handler)
        self.url = f"http://{address}:{self._server.server_address[1]}"
        self._thread = Thread(target=self._server.serve_forever, args=(0.01,), daemon=True)
        self._thread.start()

    def take(self, found: Received) -> Reply:
        """Keep a request; says what it is answered."""
        answer = self.reply(found)
        with self._more:
            self.received.append(found)
            self._more.notify_all()
        return answer

    def wait_for(self, count: int) -> Sequence[Received]:
        """What was received, once there is so much of it."""
        with self._more:
            assert self._more.wait_for(lambda: len(self.received) >= count, PATIENCE_S), (
                f"{len(self.received)} of {count} were received"
            )
            return list(self.received)

    def close(self) -> None:
        """Stop."""
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()


@contextmanager
def receiver(
    reply: Callable[[Received], Reply] = lambda _: Reply(), *, address: str = "127.0.0.1"
) -> Iterator[Receiver]:
    """A plain one."""
    made = Receiver(reply, address)
    try:
        yield made
    finally:
        made.close()


@dataclass(slots=True)
class Zammad:
    """Takes tickets and articles as the REST interface of Zammad does, and refuses what it would.

    Attributes:
        tickets: By id.
        articles: Of each ticket.
    """

    token: str = "zammad-token"  # noqa: S105 - of a made-up Zammad
    tickets: dict[int, dict[str, Any]] = field(default_factory=dict)
    articles: dict[int, list[dict[str, Any]]] = field(default_factory=dict)

    def __call__(self, found: Received) -> Reply:
        """Answer one request."""
        if found.headers.get("authorization") != f"Token token={self.token}":
            return _json(401, {"error": "authentication failed"})
        if (found.method, found.path) == ("GET", "/api/v1/users/me"):
            return _json(200, {"id": 3})
        if found.method != "POST":
            return _json(404, {"error": "No route matches"})
        if found.path == "/api/v1/tickets":
            return self._ticket(found.told)
        if found.path == "/api/v1/ticket_articles":
            return self._article(found.told)
        return _json(404, {"error": "No route matches"})

    def _ticket(self, told: dict[str, Any]) -> Reply:
        lacking = [name for name in ("title", "group", "customer", "article") if not told.get(name)]
        if lacking or not told["article"].get("body"):
            return _json(422, {"error": f"Missing required value {lacking}"})
        number = len(self.tickets) + 1
        self.tickets[number] = told
        self.articles[number] = [told["article"]]
        return _json(201, {"id": number, "number": f"2200{number}", "title": told["title"]})

    def _article(self, told: dict[str, Any]) -> Reply:
        if told.get("ticket_id") not in self.articles or not told.get("body"):
            return _json(422, {"error": "ticket_id is missing"})
        self.articles[told["ticket_id"]].append(told)
        return _json(201, {"id": 100 + len(self.articles[told["ticket_id"]])})


def _json(status: int, told: dict[str, Any]) -> Reply:
    return Reply(status, json.dumps(told).encode(), {"Content-Type": "application/json"})
