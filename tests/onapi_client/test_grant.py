"""Log-in at another ON-API server by a token, as RFC 6749 has it."""

from __future__ import annotations

import base64
import json
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any
from urllib.parse import parse_qs

import pytest

from techinfo.errors import OnApiError
from techinfo.onapi_client import Server

LIST = "/onapi/2.6/subscriptions/"
GIVEN = {"token_type": "Bearer", "expires_in": 900}


@dataclass
class Guarded:
    """A server that takes the last token that it gave, and nothing else.

    Attributes:
        answer: Of the token's URL, beside the token.
        status: The same.
        given: How many tokens.
        asked: Path and Authorization of every request.
        forms: Bodies of requests for a token.
    """

    answer: Any = field(default_factory=lambda: dict(GIVEN))
    status: int = 200
    given: int = 0
    taken: bool = True
    asked: list[tuple[str, str]] = field(default_factory=list)
    forms: list[dict[str, list[str]]] = field(default_factory=list)
    url: str = ""

    def listed(self, server: Server) -> list[Any]:
        """Ask for a list."""
        with server.listing("subscriptions") as listing:
            assert listing is not None
            return list(listing.objects)

    def server(self, scope: str = "", clock: Callable[[], float] = time.monotonic) -> Server:
        """A client of it."""
        return Server(
            f"{self.url}/onapi",
            "2.6",
            user="isp",
            password="s3cret",  # noqa: S106 - of the test
            token_url=f"{self.url}/token",
            scope=scope,
            clock=clock,
        )


@pytest.fixture
def guarded() -> Iterator[Guarded]:
    """One on loopback."""
    with _guarded() as found:
        yield found


@contextmanager
def _guarded() -> Iterator[Guarded]:
    state = Guarded()

    class Answering(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            length = int(self.headers["Content-Length"])
            state.forms.append(parse_qs(self.rfile.read(length).decode()))
            state.asked.append((self.path, self.headers["Authorization"]))
            state.given += 1
            told = state.answer
            if isinstance(told, dict):
                told = {"access_token": f"token-{state.given}"} | told
            self._tell(state.status, told)

        def do_GET(self) -> None:
            sent = self.headers["Authorization"]
            state.asked.append((self.path, sent))
            is_right = state.taken and sent == f"Bearer token-{state.given}"
            self._tell(200 if is_right else 401, [])

        def _tell(self, status: int, body: Any) -> None:
            octets = body if isinstance(body, bytes) else json.dumps(body).encode()
            self.send_response(status)
            self.send_header("Content-Length", str(len(octets)))
            self.end_headers()
            self.wfile.write(octets)

        def log_message(self, *_: Any) -> None:
            """Say nothing."""

    listening = ThreadingHTTPServer(("127.0.0.1", 0), Answering)
    listening.daemon_threads = True
    thread = Thread(target=listening.serve_forever, args=(0.01,), daemon=True)
    thread.start()
    state.url = f"http://127.0.0.1:{listening.server_address[1]}"
    try:
        yield state
    finally:
        listening.shutdown()
        listening.server_close()
        thread.join()


def test_the_password_goes_to_the_tokens_url_alone(guarded: Guarded) -> None:
    """One token for many requests."""
    with guarded.server("tech.read inventory.read") as server:
        assert [guarded.listed(server) for _ in range(3)] == [[], [], []]

    basic = "Basic " + base64.b64encode(b"isp:s3cret").decode()
    assert guarded.asked == [("/token", basic)] + [(LIST, "Bearer token-1")] * 3
    assert guarded.forms == [
        {"grant_type": ["client_credentials"], "scope": ["tech.read inventory.read"]}
    ]


def test_a_token_that_the_server_has_ended_is_asked_for_once_more(guarded: Guarded) -> None:
    """And then not again: it is the server's word."""
    with guarded.server() as server:
        guarded.listed(server)
        guarded.given += 1  # the one before is none any more
        assert guarded.listed(server) == []
        guarded.taken = False
        with pytest.raises(OnApiError, match="401"):
            guarded.listed(server)

    assert [path for path, _ in guarded.asked].count("/token") == 3


def test_a_token_that_ends_soon_is_asked_for_anew(guarded: Guarded) -> None:
    """By the clock, before the server says so."""
    seconds = [0.0]
    with guarded.server(clock=lambda: seconds[0]) as server:
        for at in (0.0, 869.0, 871.0):
            seconds[0] = at
            guarded.listed(server)

    assert [path for path, _ in guarded.asked] == ["/token", LIST, LIST, "/token", LIST]


@pytest.mark.parametrize(
    ("status", "answer", "words"),
    [
        (401, {"error": "invalid_client", "error_description": "s3cret"}, "gives no token: 401"),
        (302, {}, "gives no token: 302"),
        (200, b"<html>", "not JSON"),
        (200, b"[" * 60_000, "not JSON"),
        (200, [], "no object"),
        (200, b"x" * 70_000, "more than a token"),
        (200, GIVEN | {"access_token": ""}, "no access_token"),
        (200, GIVEN | {"access_token": "a\r\nX-Evil: b"}, "no access_token"),
        (200, GIVEN | {"access_token": 5}, "no access_token"),
        (200, GIVEN | {"token_type": "mac"}, "no bearer token"),
        (200, GIVEN | {"expires_in": "soon"}, "without an end"),
        (200, GIVEN | {"expires_in": -1}, "without an end"),
    ],
)
def test_what_is_no_token_is_told_without_a_secret(
    guarded: Guarded, status: int, answer: Any, words: str
) -> None:
    """And nothing is asked with it."""
    guarded.status, guarded.answer = status, answer
    with guarded.server() as server, pytest.raises(OnApiError, match=words) as caught:
        guarded.listed(server)

    assert "s3cret" not in str(caught.value)
    assert [path for path, _ in guarded.asked] == ["/token"]
