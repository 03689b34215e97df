"""An ON-API server of another operator on loopback: tells what it is given to tell."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any

from techinfo.onapi_client import Server

USER, PASSWORD = "isp", "s3cret-there"


@dataclass
class Reply:
    """What is answered at a path.

    Attributes:
        body: JSON, or octets as they are, or pieces of them.
    """

    body: Any = b""
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)

    def pieces(self) -> Iterable[bytes]:
        """What goes over the wire, in turn."""
        if isinstance(self.body, bytes):
            return [self.body]
        if isinstance(self.body, Iterator):
            return self.body
        return [json.dumps(self.body).encode()]


@dataclass
class Other:
    """The other operator.

    Attributes:
        replies: Path -> what it answers there; 501 elsewhere.
        asked: Path and headers of every request.
    """

    replies: dict[str, Reply | Callable[[dict[str, str]], Reply]] = field(default_factory=dict)
    asked: list[tuple[str, dict[str, str]]] = field(default_factory=list)
    url: str = ""

    def server(self, version: str = "2.6") -> Server:
        """A client of it."""
        return Server(f"{self.url}/onapi", version, user=USER, password=PASSWORD)

    def paths(self) -> list[str]:
        """What was asked for."""
        return [path for path, _ in self.asked]


@contextmanager
def other_operator(**lists: Any) -> Iterator[Other]:
    """One that serves these lists under 2.6, while the block lasts."""
    other = Other({f"/onapi/2.6/{name}/": Reply(told) for name, told in lists.items()})

    class Answering(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            headers = {name.lower(): value for name, value in self.headers.items()}
            other.asked.append((self.path, headers))
            reply = other.replies.get(self.path, Reply({"cause": "not here"}, 501))
            if callable(reply):
                reply = reply(headers)
            self.send_response(reply.status)
            for name, value in reply.headers.items():
                self.send_header(name, value)
            self.end_headers()
            try:
                for piece in reply.pieces():
                    self.wfile.write(piece)
            except (BrokenPipeError, ConnectionResetError):
                return  # the client has heard enough

        def log_message(self, *_: Any) -> None:
            """Say nothing."""

    listening = ThreadingHTTPServer(("127.0.0.1", 0), Answering)
    listening.daemon_threads = True
    thread = Thread(target=listening.serve_forever, args=(0.01,), daemon=True)
    thread.start()
    other.url = f"http://127.0.0.1:{listening.server_address[1]}"
    try:
        yield other
    finally:
        listening.shutdown()
        listening.server_close()
        thread.join()
