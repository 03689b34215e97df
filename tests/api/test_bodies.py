"""Bodies of requests: how long they may be, and of what kind."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest
from fastapi import APIRouter, Body, Depends
from tests.api.served import House, house
from tests.service.played import Recordings, nothing

from techinfo.api.bodies import MOST_OCTETS, only_json

POST = APIRouter(dependencies=[Depends(only_json)])


@POST.post("/2.6/echo")
async def echo(told: Any = Body(default=None)) -> Any:  # noqa: B008 - FastAPI's way
    """What came."""
    return {"told": told}


@pytest.fixture
def service() -> House:
    """The service, with a route that reads a body."""
    made = house(nothing(), Recordings().open)
    made.app.include_router(POST)
    return made


def refused(answer: httpx.Response, status: int, code: str) -> None:
    """In the form of every error."""
    body = answer.json()
    assert (answer.status_code, body["code"], body["retryable"]) == (status, code, False)
    assert set(body) == {"cause", "code", "retryable"}


def test_json_is_read(service: House) -> None:
    """With or without a charset, and so is no body at all."""
    for headers in ({}, {"Content-Type": "application/json; charset=utf-8"}):
        answer = service.request("POST", "/2.6/echo", json={"a": 1}, headers=headers)
        assert answer.json() == {"told": {"a": 1}}
    assert service.request("POST", "/2.6/echo").status_code == 200


@pytest.mark.parametrize("kind", ["text/plain", "application/xml", "", "application/jsonx"])
def test_another_kind_is_415(service: House, kind: str) -> None:
    """Also JSON that says it is something else."""
    headers = {"Content-Type": kind} if kind else {}

    refused(
        service.request("POST", "/2.6/echo", content=b"{}", headers=headers),
        415,
        "unsupported_media_type",
    )


@pytest.mark.parametrize("text", [b"{", b"\xff", b'{"a": NaN', b"[" * 100_000])
def test_what_only_says_that_it_is_json_is_400(service: House, text: bytes) -> None:
    """Never 422, and never 500."""
    headers = {"Content-Type": "application/json"}

    refused(service.request("POST", "/2.6/echo", content=text, headers=headers), 400, "malformed")


@pytest.mark.parametrize("path", ["/2.6/echo", "/2.6/events", "/2.6/none"])
def test_a_body_that_says_it_is_too_long_is_not_read(service: House, path: str) -> None:
    """Wherever it is sent to."""
    headers = {"Content-Type": "application/json"}
    text = b" " * (MOST_OCTETS + 1)

    refused(service.request("POST", path, content=text, headers=headers), 413, "too_large")


def test_a_body_that_does_not_say_how_long_it_is_is_cut_off(service: House) -> None:
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
def test_a_length_that_is_none_breaks_nothing(service: House, told: str) -> None:
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
    asyncio.run(service.app(scope, receive, send))  # type: ignore[arg-type]

    assert answers[0]["status"] == (413 if told.startswith("9") else 200)
