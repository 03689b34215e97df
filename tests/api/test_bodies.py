"""Bodies of requests: how long they may be, and of what kind."""

from __future__ import annotations

import asyncio
import base64
import select
from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest
from fastapi import APIRouter, Body, Depends
from tests.access.played import Recordings, nothing
from tests.api.listening import HOST, PATIENCE_S, Client, listening
from tests.api.served import PROVIDER, ServedApi, serve

from techinfo.api.asgi.bodies import MOST_OCTETS, BodyBudget, WholeBody, only_json
from techinfo.api.errors import ApiError
from techinfo.config import QuotaSettings

LOGIN = b"Authorization: Basic " + base64.b64encode(":".join(PROVIDER).encode()) + b"\r\n"
POST = APIRouter(dependencies=[Depends(only_json)])


@POST.post("/2.6/echo")
async def echo(told: Any = Body(default=None)) -> Any:  # noqa: B008 - FastAPI's way
    """What came."""
    return {"told": told}


@pytest.fixture
def service() -> ServedApi:
    """The service, with a route that reads a body."""
    made = serve(nothing(), Recordings().open)
    made.app.include_router(POST)
    return made


def refused(answer: httpx.Response, status: int, code: str) -> None:
    """In the form of every error."""
    body = answer.json()
    assert (answer.status_code, body["code"], body["retryable"]) == (status, code, False)
    assert set(body) == {"cause", "code", "retryable"}


def test_json_is_read(service: ServedApi) -> None:
    """With or without a charset, and so is no body at all."""
    for headers in ({}, {"Content-Type": "application/json; charset=utf-8"}):
        answer = service.request("POST", "/2.6/echo", json={"a": 1}, headers=headers)
        assert answer.json() == {"told": {"a": 1}}
    assert service.request("POST", "/2.6/echo").status_code == 200


@pytest.mark.parametrize("kind", ["text/plain", "application/xml", "", "application/jsonx"])
def test_another_kind_is_415(service: ServedApi, kind: str) -> None:
    """Also JSON that says it is something else."""
    headers = {"Content-Type": kind} if kind else {}

    refused(
        service.request("POST", "/2.6/echo", content=b"{}", headers=headers),
        415,
        "unsupported_media_type",
    )


@pytest.mark.parametrize("text", [b"{", b"\xff", b'{"a": NaN', b"[" * 100_000])
def test_what_only_says_that_it_is_json_is_400(service: ServedApi, text: bytes) -> None:
    """Never 422, and never 500."""
    headers = {"Content-Type": "application/json"}

    refused(service.request("POST", "/2.6/echo", content=text, headers=headers), 400, "malformed")


@pytest.mark.parametrize("path", ["/2.6/echo", "/2.6/events", "/2.6/none"])
def test_a_body_that_says_it_is_too_long_is_not_read(service: ServedApi, path: str) -> None:
    """Wherever it is sent to."""
    headers = {"Content-Type": "application/json"}
    text = b" " * (MOST_OCTETS + 1)

    refused(service.request("POST", path, content=text, headers=headers), 413, "too_large")


def test_a_body_that_does_not_say_how_long_it_is_is_cut_off(service: ServedApi) -> None:
    """As soon as it is too long, whatever would still come."""
    sent = 0

    async def endless() -> AsyncIterator[bytes]:
        nonlocal sent
        while sent < 64:
            sent += 1
            yield b" " * 65_536
            await asyncio.sleep(0)

    headers = {"Content-Type": "application/json"}
    answer = service.request("POST", "/2.6/echo", content=endless(), headers=headers)

    refused(answer, 413, "too_large")


@pytest.mark.parametrize("told", ["9" * 5000, "-1", "x", "\u0661"])
def test_a_length_that_is_none_breaks_nothing(service: ServedApi, told: str) -> None:
    """A number without an end is too long; what is no number says nothing."""
    answers: list[dict[str, Any]] = []

    async def receive() -> dict[str, Any]:
        return {"type": "http.request", "body": b"{}", "more_body": False}

    async def send(message: dict[str, Any]) -> None:
        answers.append(message)

    scope = {
        "type": "http",
        "method": "POST",
        "path": "/2.6/echo",
        "query_string": b"",
        "headers": [
            (b"authorization", b"Basic b3BzOnBhc3M6d29yZA=="),
            (b"content-type", b"application/json"),
            (b"content-length", told.encode()),
        ],
    }
    asyncio.run(service.app(scope, receive, send))

    assert answers[0]["status"] == (413 if told.startswith("9") else 200)


def a_provider(port: int, *more: bytes, path: bytes = b"/2.6/echo") -> Client:
    """A provider's client that has begun to send a body of ten octets."""
    head = b"POST " + path + b" HTTP/1.1\r\nContent-Type: application/json\r\n" + HOST + LOGIN
    return Client(port).say(head, b"Content-Length: 10\r\n\r\n", *more)


def test_bodies_that_never_come_keep_no_turn_from_other_requests() -> None:
    """Sixty that are half sent, of a provider that may ask thirty-two things at a time."""
    made = serve(nothing(), Recordings().open, quotas=QuotaSettings())
    made.app.include_router(POST)

    with listening(made.app) as port:
        slow = [a_provider(port, b"[1,2") for _ in range(60)]
        with a_provider(port, b"[1,2,3,4] ") as quick:
            answer = quick.answer()
            asked = quick.say(b"GET /techinfo/v1/quota HTTP/1.1\r\n", HOST, LOGIN, b"\r\n").answer()
        for client in slow:
            client.say(b",3,4] ")
        answers = [client.answer() for client in slow]
        for client in slow:
            client.socket.close()

    assert answer is not None
    assert answer.told == {"told": [1, 2, 3, 4]}
    assert asked is not None
    assert asked.told["running"] == 1
    assert [a.told for a in answers if a] == [{"told": [1, 2, 3, 4]}] * 60


def test_a_provider_has_no_more_bodies_under_way_than_requests() -> None:
    """Each costs memory while it comes; the next is told to come back, and others are not."""
    made = serve(nothing(), Recordings().open, quotas=QuotaSettings(in_flight=2, waiting=3))
    made.app.include_router(POST)

    with listening(made.app) as port:
        slow = [a_provider(port, b"[1,2") for _ in range(6)]
        told, _, _ = select.select([client.socket for client in slow], [], [], PATIENCE_S)
        (refused,) = [client for client in slow if client.socket in told]
        answers = [refused.answer()]
        answers += [client.say(b",3,4] ").answer() for client in slow if client is not refused]
        for client in slow:
            client.socket.close()
        with a_provider(port, b"[1,2,3,4] ") as again:
            later = again.answer()

    assert [a.status for a in answers if a] == [429, *[200] * 5]
    assert later is not None
    assert later.status == 200


def test_bodies_of_a_provider_are_bounded_together() -> None:
    """Sixteen MiB of them lie here; whatever ends makes room."""

    async def words() -> list[int]:
        shelf = BodyBudget(most=100, most_octets=10)
        bodies = [WholeBody(shelf) for _ in range(3)]
        for body in bodies[:2]:
            await body.read(sent(b"12345"))
        with pytest.raises(ApiError) as refusal:
            await bodies[2].read(sent(b"6"))
        for body in bodies:
            body.let_go()
        return [refusal.value.status, shelf.held, shelf.octets]

    assert asyncio.run(words()) == [429, 0, 0]


def sent(octets: bytes) -> Any:
    """A client that sends a body in one piece."""

    async def receive() -> Any:
        return {"type": "http.request", "body": octets, "more_body": False}

    return receive
