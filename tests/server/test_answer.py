"""Answers as octets: what stands in them, and what comes of an application that is at fault."""

from __future__ import annotations

from typing import Any

import pytest
from tests.api.listening import HOST, Client, listening

Message = dict[str, Any]


def begin(*headers: tuple[bytes, bytes], status: int = 200) -> Message:
    """The first message of an answer."""
    return {"type": "http.response.start", "status": status, "headers": headers}


def piece(body: bytes, *, more: bool = False) -> Message:
    """A further one."""
    return {"type": "http.response.body", "body": body, "more_body": more}


def said(*messages: Message, method: bytes = b"GET") -> tuple[bytes, bytes]:
    """Head and body that a client hears from an application that says this, until the end."""

    async def app(_scope: Any, _receive: Any, send: Any) -> None:
        for message in messages:
            await send(message)

    with listening(app) as port, Client(port) as client:
        client.say(method, b" / HTTP/1.1\r\nConnection: close\r\n", HOST, b"\r\n")
        heard = b""
        while octets := client.socket.recv(65_536):
            heard += octets
    head, _, body = heard.partition(b"\r\n\r\n")
    return head, body


def test_names_of_headers_are_written_small() -> None:
    """As the server's own headers are."""
    head, body = said(begin((b"Content-Length", b"2"), (b"X-Y", b"a\tb")), piece(b"{}"))

    first, date, *others = head.split(b"\r\n")
    assert first == b"HTTP/1.1 200 OK"
    assert date.startswith((b"date: ", b"server: "))
    assert {b"content-length: 2", b"x-y: a\tb", b"connection: close"} <= set(others)
    assert body == b"{}"


@pytest.mark.parametrize(
    "header",
    [
        (b"x-y", b"a\r\nset-cookie: b"),
        (b"x-y", b"a\nb"),
        (b"x-y", b"a\rb"),
        (b"x-y", b"a\0b"),
        (b"x-y", b"a\x7fb"),
        (b"x y", b"a"),
        (b"x:y", b"a"),
        (b"x\r\ny", b"a"),
    ],
)
def test_no_header_brings_another(header: tuple[bytes, bytes]) -> None:
    """Nothing of such an answer is told (RFC 9110, 5.5)."""
    assert said(begin((b"content-length", b"2"), header), piece(b"{}")) == (b"", b"")


def test_a_body_of_unknown_length_comes_in_chunks() -> None:
    """Its head with the first of them; pieces without octets would end it."""
    pieces = (piece(b"first", more=True), piece(b"", more=True), piece(b"x" * 16))
    head, body = said(begin(), *pieces)

    assert b"transfer-encoding: chunked" in head
    assert body == b"5\r\nfirst\r\n10\r\n" + b"x" * 16 + b"\r\n0\r\n\r\n"


@pytest.mark.parametrize("status", [204, 304])
def test_what_has_no_body_is_not_in_chunks(status: int) -> None:
    """RFC 9112, 6.1."""
    head, body = said(begin(status=status), piece(b""))

    assert head.startswith(b"HTTP/1.1 %d" % status)
    assert b"transfer-encoding" not in head
    assert body == b""


def test_an_answer_to_head_has_the_length_and_no_body() -> None:
    """RFC 9110, 9.3.2."""
    head, body = said(begin((b"content-length", b"2")), piece(b"{}"), method=b"HEAD")

    assert b"content-length: 2" in head
    assert body == b""


@pytest.mark.parametrize(
    ("messages", "told"),
    [
        ((), b"HTTP/1.1 500 Internal Server Error"),
        ((piece(b"{}"),), b"HTTP/1.1 500 Internal Server Error"),
        ((begin((b"content-length", b"2")), piece(b"{}..")), b"HTTP/1.1 200 OK"),
        ((begin((b"content-length", b"9")), piece(b"{}")), b"HTTP/1.1 200 OK"),
        ((begin((b"content-length", b"9")), begin()), b"HTTP/1.1 200 OK"),
        ((begin((b"content-length", b"9")),), b"HTTP/1.1 200 OK"),
    ],
    ids=["nothing", "no head", "too long", "too short", "two heads", "no body"],
)
def test_an_answer_that_is_none_ends_with_its_connection(
    messages: tuple[Message, ...], told: bytes
) -> None:
    """Its length says that something is amiss."""
    head, body = said(*messages)

    assert head.split(b"\r\n")[0] == told
    assert body in {b"", b"{}", b"Internal Server Error"}
    assert b"content-length: 2" not in head or body != b"{}"


def test_an_application_may_end_the_connection() -> None:
    """Once, however the client wants it."""
    headers = ((b"content-length", b"2"), (b"connection", b"x, Close"))

    head, body = said(begin(*headers), piece(b"{}"))

    assert head.count(b"connection: ") == 1
    assert body == b"{}"
