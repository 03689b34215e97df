"""Connections on a real socket: what is too much, too slow or ambiguous is answered and closed."""

from __future__ import annotations

import time
from collections.abc import Iterator
from typing import Any

import pytest
from tests.api.listening import HOST, PATIENCE_S, Answer, Client, Echo, listening, refused

from techinfo.server.connection import Limits

GET = b"GET / HTTP/1.1\r\n"
SHORT = Limits(head_s=0.3, body_s=0.3, answer_s=0.5, linger_s=0.5)


@pytest.fixture
def echo() -> Echo:
    """The application."""
    return Echo()


@pytest.fixture
def port(echo: Echo) -> Iterator[int]:
    """It listens, with the limits of the service."""
    with listening(echo) as port:
        yield port
        echo.held.set()


def good(client: Client, path: bytes = b"/fine") -> None:
    """A request that is answered."""
    answer = client.say(b"GET ", path, b" HTTP/1.1\r\n", HOST, b"\r\n").answer()
    assert answer is not None
    assert (answer.status, answer.told["path"]) == (200, path.decode())


@pytest.mark.parametrize(
    ("head", "status", "code"),
    [
        (GET + HOST + b"X: " + b"x" * 17_000 + b"\r\n\r\n", 431, "headers_too_large"),
        (GET + HOST + b"X: " + b"x" * 300_000, 431, "headers_too_large"),
        (GET + HOST + b"x" * 300_000, 431, "headers_too_large"),
        (GET + HOST + b"X: 1\r\n" * 100 + b"\r\n", 431, "headers_too_large"),
        (GET + HOST + (b"X: " + b"x" * 400 + b"\r\n") * 60 + b"\r\n", 431, "headers_too_large"),
        (b"GET /" + b"x" * 8200 + b" HTTP/1.1\r\n" + HOST + b"\r\n", 414, "url_too_long"),
        (b"GET /?" + b"x" * 300_000, 414, "url_too_long"),
    ],
    ids=["value", "endless value", "endless name", "lines", "octets", "path", "endless query"],
)
def test_a_head_that_is_too_long_is_refused_in_words(
    port: int, echo: Echo, head: bytes, status: int, code: str
) -> None:
    """In the form of every other error; nobody else sees the request."""
    answer = refused(port, head)

    assert (answer.status, answer.told["code"]) == (status, code)
    assert answer.told.keys() == {"cause", "code", "retryable"}
    assert answer.headers["connection"] == "close"
    assert echo.seen == []


def test_a_head_just_within_the_limits_is_read(port: int) -> None:
    """8 KiB of URL, 100 lines and nearly 16 KiB of headers."""
    lines = b"".join(b"X-%02d: %s\r\n" % (n, b"x" * 150) for n in range(99))
    path = b"/" + b"x" * 8191

    with Client(port) as client:
        answer = client.say(b"GET ", path, b" HTTP/1.1\r\n", HOST, lines, b"\r\n").answer()

        assert answer is not None
        assert (answer.status, answer.told["path"]) == (200, path.decode())
        good(client)


def test_whoever_never_ends_a_line_is_cut_off_by_count_and_not_by_time(port: int) -> None:
    """Of what has been sent no more is taken than the limits and what is thrown away."""
    with Client(port) as client:
        client.say(GET, HOST, b"X: ")
        sent = 0
        try:
            while sent < 64 << 20:
                sent += client.socket.send(b"x" * 65_536)
        except (BrokenPipeError, ConnectionResetError):
            pass

    assert sent < 32 << 20  # the kernel's buffers hold some MiB of it


@pytest.mark.parametrize(
    "request_",
    [
        b"POST / HTTP/1.1\r\n" + HOST + b"Content-Length: 3\r\nContent-Length: 4\r\n\r\nabcd",
        b"POST / HTTP/1.1\r\n" + HOST + b"Content-Length: 3\r\nContent-Length: 3\r\n\r\nabc",
        b"POST / HTTP/1.1\r\n" + HOST + b"Content-Length: 3, 3\r\n\r\nabc",
        b"POST / HTTP/1.1\r\n" + HOST + b"Content-Length: +3\r\n\r\nabc",
        b"POST / HTTP/1.1\r\n" + HOST + b"Content-Length: -3\r\n\r\nabc",
        b"POST / HTTP/1.1\r\n"
        + HOST
        + b"Transfer-Encoding: chunked\r\nContent-Length: 3\r\n\r\n0\r\n\r\n",
        b"POST / HTTP/1.1\r\n"
        + HOST
        + b"Content-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        b"POST / HTTP/1.1\r\n" + HOST + b"Transfer-Encoding: chunked, identity\r\n\r\n0\r\n\r\n",
        b"POST / HTTP/1.0\r\n" + HOST + b"Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        b"POST / HTTP/1.1\r\n" + HOST + b"Content-Length : 3\r\n\r\nabc",
        b"POST / HTTP/1.1\r\n" + HOST + b"Transfer-Encoding: chunked\r\n\r\n3\nabc\n0\n\n",
        b"POST / HTTP/1.1\r\n" + HOST + b"Transfer-Encoding: chunked\r\n\r\n-3\r\nabc\r\n",
        b"POST / HTTP/1.1\r\n" + HOST + b"Transfer-Encoding: chunked\r\n\r\n" + b"f" * 17 + b"\r\n",
        GET + HOST + b"X: a\x00b\r\n\r\n",
        GET + HOST + b"X: a\rb\r\n\r\n",
        GET + HOST + b"X: a\r\n b\r\n\r\n",
        b"GET /\x00 HTTP/1.1\r\n" + HOST + b"\r\n",
        b"GET / HTTP/1.1\nHost: x\n\n",
        GET + b"\r\n",
        GET + HOST + b"Host: other.test\r\n\r\n",
        b"GET / HTTP/3.7\r\n" + HOST + b"\r\n",
        b"GET /\r\n\r\n",
        b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + b"\x00" * 64,
    ],
)
def test_what_could_be_read_in_two_ways_is_read_in_none(
    port: int, echo: Echo, request_: bytes
) -> None:
    """Nothing that stands behind it is taken for a request of its own, either."""
    answer = refused(port, request_, b"GET /smuggled HTTP/1.1\r\n", HOST, b"\r\n")

    assert (answer.status, answer.told["code"]) == (400, "malformed")
    assert "/smuggled" not in [path for _, path, _ in echo.seen]


@pytest.mark.parametrize("coding", [b"gzip, chunked", b"xchunked"])
def test_a_coding_that_nobody_here_can_read_is_told_as_such(port: int, coding: bytes) -> None:
    """RFC 9112, 6.1."""
    head = b"POST / HTTP/1.1\r\n" + HOST + b"Transfer-Encoding: " + coding

    assert refused(port, head, b"\r\n\r\n0\r\n\r\n").status == 501


@pytest.mark.parametrize(
    ("target", "path"),
    [
        (b"http://elsewhere.test/onapi/2.6?x=1", "/onapi/2.6"),
        (b"http://elsewhere.test", "/"),
        (b"http://elsewhere.test:8080/", "/"),
    ],
)
def test_a_url_in_absolute_form_means_its_path(port: int, target: bytes, path: str) -> None:
    """RFC 9112, 3.2.2: every server must accept it."""
    with Client(port) as client:
        answer = client.say(b"GET ", target, b" HTTP/1.1\r\n", HOST, b"\r\n").answer()

    assert answer is not None
    assert (answer.status, answer.told["path"]) == (200, path)


def test_trailers_are_no_headers(port: int, echo: Echo) -> None:
    """Or who stands behind a proxy could say who it is (RFC 9110, 6.5.1)."""
    chunked = b"3\r\nabc\r\n0\r\nX-Forwarded-For: 10.0.0.1\r\nAuthorization: x\r\n\r\n"

    with Client(port) as client:
        head = b"POST /t HTTP/1.1\r\n" + HOST + b"Transfer-Encoding: chunked\r\n\r\n"
        answer = client.say(head, chunked).answer()
        assert answer is not None
        assert answer.told == {"path": "/t", "octets": 3}
        good(client)

    assert echo.seen[0][2].keys() == {"host", "transfer-encoding"}


@pytest.mark.parametrize("trailer", [b"X: 1\r\n" * 200, b"X: " + b"x" * 100_000])
def test_trailers_are_bounded_as_headers_are(port: int, trailer: bytes) -> None:
    """They stand in the same memory."""
    head = b"POST / HTTP/1.1\r\n" + HOST + b"Transfer-Encoding: chunked\r\n\r\n0\r\n"

    assert refused(port, head, trailer).status in {400, 431}


def test_an_answer_comes_as_one_packet(port: int) -> None:
    """Head and body: neither the client nor the kernel is woken twice."""
    with Client(port) as client:
        came = client.say(b"GET /fine HTTP/1.1\r\n", HOST, b"\r\n").socket.recv(65_536)

    assert came.startswith(b"HTTP/1.1 200")
    assert came.endswith(b'\r\n\r\n{"path": "/fine", "octets": 0}')


def test_what_has_no_body_is_told_all_the_same(port: int) -> None:
    """The head of an answer to HEAD, and that a body may come before any answer."""
    with Client(port) as client:
        came = client.say(b"HEAD /fine HTTP/1.1\r\n", HOST, b"\r\n").socket.recv(65_536)
        assert came.endswith(b"\r\n\r\n")
        waits = b"Content-Length: 2\r\nExpect: 100-continue\r\n\r\n"
        came = client.say(b"POST /fine HTTP/1.1\r\n", HOST, waits).socket.recv(65_536)
        assert came == b"HTTP/1.1 100 Continue\r\n\r\n"
        answer = client.say(b"{}").answer()

    assert answer is not None
    assert answer.told["octets"] == 2


def test_an_answer_that_breaks_off_after_its_head_is_told_that_far() -> None:
    """Nobody takes it for one that has not come."""

    async def broken(_scope: Any, _receive: Any, send: Any) -> None:
        length = (b"content-length", b"9")
        await send({"type": "http.response.start", "status": 200, "headers": [length]})
        raise ValueError

    with listening(broken) as port, Client(port) as client:
        client.say(b"GET / HTTP/1.1\r\n", HOST, b"\r\n")
        came = client.socket.recv(65_536)

        assert came.startswith(b"HTTP/1.1 200")
        assert client.is_over()


def test_pipelined_requests_are_answered_all_in_their_order(port: int) -> None:
    """A thousand in one breath, with bodies among them."""
    paths = [f"/{n}" for n in range(1000)]
    said = b"".join(
        b"POST %s HTTP/1.1\r\n%sContent-Length: %d\r\n\r\n%s"
        % (path.encode(), HOST, n % 40, b"b" * (n % 40))
        for n, path in enumerate(paths)
    )

    with Client(port) as client:
        client.say(said)
        answers = [client.answer() for _ in paths]

    assert [(a.told["path"], a.told["octets"]) for a in answers if a is not None] == [
        (path, n % 40) for n, path in enumerate(paths)
    ]


def test_pipelined_requests_behind_one_that_waits_are_not_taken_up(port: int, echo: Echo) -> None:
    """They wait as octets, bounded, and are all answered when their turn comes."""
    with Client(port) as client:
        client.say(b"GET /held HTTP/1.1\r\n", HOST, b"\r\n")
        client.say((b"GET /b HTTP/1.1\r\n" + HOST + b"\r\n") * 300)
        with Client(port) as other:
            good(other)
        assert [path for _, path, _ in echo.seen] == ["/held", "/fine"]
        echo.held.set()
        answers = [client.answer() for _ in range(301)]

    assert [a.told["path"] for a in answers if a] == ["/held"] + ["/b"] * 300


def test_a_refusal_stands_behind_the_answers_that_are_due_before_it(port: int, echo: Echo) -> None:
    """A good request, then one that is none: both are answered, in this order."""
    with Client(port) as client:
        client.say(b"GET /held HTTP/1.1\r\n", HOST, b"\r\n", b"GET / HTTP/1.1\r\nX : 1\r\n\r\n")
        with Client(port) as other:
            good(other)
        echo.held.set()
        first, second = client.answer(), client.answer()
        assert client.is_over()

    assert first is not None
    assert second is not None
    assert (first.status, first.told["path"], second.status) == (200, "/held", 400)


def test_who_asks_for_another_protocol_is_answered_in_this_one(port: int) -> None:
    """Java's client asks so at first (h2c); what it asks next is answered, too."""
    ask = b"Connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMAAABk\r\n"

    with Client(port) as client:
        client.say(b"GET /a HTTP/1.1\r\n", HOST, ask, b"\r\nGET /b HTTP/1.1\r\n", HOST, b"\r\n")
        answers = [client.answer(), client.answer()]
        good(client)

    assert [a.told["path"] for a in answers if a] == ["/a", "/b"]


def test_a_slow_head_and_a_slow_body_are_given_up(echo: Echo) -> None:
    """However often an octet comes; others are answered meanwhile."""
    with listening(echo, SHORT) as port, Client(port) as head, Client(port) as body:
        head.say(GET)
        body.say(b"POST /slow HTTP/1.1\r\n", HOST, b"Content-Length: 1000\r\n\r\n")
        head.socket.settimeout(0.02)
        body.socket.settimeout(0.02)
        answers: dict[str, Answer | None] = {}
        deadline = time.monotonic() + PATIENCE_S
        while len(answers) < 2 and time.monotonic() < deadline:
            for name, client in (("head", head), ("body", body)):
                if name not in answers:
                    client.say(b"X")
                    try:
                        answers[name] = client.answer()
                    except TimeoutError:
                        continue
        with Client(port) as other:
            good(other)

    assert {name: a.status for name, a in answers.items() if a} == {"head": 408, "body": 408}
    assert answers["body"] is not None
    assert answers["body"].told["code"] == "too_slow"
    assert echo.broken == 1


@pytest.mark.parametrize("said", [b"", b"\r\n", b"\r\n\r\n\r\n"])
def test_who_says_nothing_is_let_go_without_a_word(echo: Echo, said: bytes) -> None:
    """At once after connecting, or between two requests."""
    with listening(echo, SHORT, keep_alive_s=60) as port, Client(port) as client:
        assert client.say(said).is_over()
        if said:
            with Client(port) as again:
                good(again)
                assert again.say(said).is_over()


def test_an_answer_that_nobody_reads_is_given_up(echo: Echo) -> None:
    """It would hold its place for ever."""
    with listening(echo, SHORT) as port, Client(port) as client:
        client.say(b"GET /long HTTP/1.1\r\n", HOST, b"\r\n")
        with Client(port) as waiting:  # until the other's time is over
            assert waiting.is_over()
        time_left = time.monotonic() + PATIENCE_S
        client.socket.settimeout(0.2)
        while time.monotonic() < time_left:
            with Client(port) as other:
                good(other)
            try:
                client.socket.send(b"X")
            except (BrokenPipeError, ConnectionResetError):
                break
        else:
            pytest.fail("the connection is still there")


def test_a_body_whose_answer_is_there_already_is_not_read_for_ever(echo: Echo) -> None:
    """It is thrown away, and no more than a MiB of it."""
    with listening(echo) as port, Client(port) as client:
        client.say(b"POST /unread HTTP/1.1\r\n", HOST, b"Content-Length: 1000000000\r\n\r\n")
        answer = client.answer()
        sent = 0
        try:
            while sent < 64 << 20:
                sent += client.socket.send(b"x" * 65_536)
        except (BrokenPipeError, ConnectionResetError):
            pass

    assert answer is not None
    assert answer.status == 200
    assert sent < 32 << 20


def test_idle_connections_give_way_to_who_comes(echo: Echo) -> None:
    """The one that has idled for longest first."""
    with listening(echo, most=4) as port:
        idle = [Client(port) for _ in range(4)]
        for client in idle:
            good(client)
        with Client(port) as other:
            good(other)

        assert idle[0].is_over()
        for client in idle[1:]:
            good(client)
            client.socket.close()
        idle[0].socket.close()


def test_where_all_connections_are_in_use_the_next_is_told_so(echo: Echo) -> None:
    """503, with a time to come back; when one is free again, it is answered."""
    with listening(echo, most=2) as port:
        busy = [Client(port).say(b"GET /held HTTP/1.1\r\n", HOST, b"\r\n") for _ in range(2)]
        while len(echo.seen) < 2:
            time.sleep(0.005)
        answer = refused(port, b"GET / HTTP/1.1\r\n", HOST, b"\r\n")
        echo.held.set()
        answers = [client.answer() for client in busy]
        with Client(port) as other:
            good(other)
        for client in busy:
            client.socket.close()

    assert (answer.status, answer.told["code"]) == (503, "overloaded")
    assert answer.headers["retry-after"] == "1"
    assert [a.status for a in answers if a] == [200, 200]
