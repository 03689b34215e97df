"""The collector's own application, asked by whoever may open its socket: also with nonsense."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable
from typing import Any, TypeVar

import httpx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.collect.across import listening, socket_path
from tests.collect.playing import Played, registry, switch

from techinfo.collect import Collector
from techinfo.collect.remote.messages import VERSION
from techinfo.collect.remote.server import MOST_OCTETS, collector_app

T = TypeVar("T")
PATIENCE_S = 300.0
READ: dict[str, Any] = {
    "target": {"element": "sw-1", "host": "192.0.2.1", "port_name": {"name": "ge1"}},
    "facts": ["link"],
    "max_age": 0,
    "deadline": 20,
}
PATHS = ("/1/read", "/1/last-known", "/1/silent-since", "/1/met", "/1/forget")


def talk(words: Callable[[httpx.AsyncClient, Played], Awaitable[T]]) -> T:
    """What comes of writing to the socket of a collector with one device."""
    device = Played(switch())

    async def spoken() -> T:
        owner = Collector(registry(), device.open, now=device.clock)
        with socket_path() as path:
            async with listening(collector_app(owner), path):
                transport = httpx.AsyncHTTPTransport(uds=str(path))
                async with httpx.AsyncClient(
                    transport=transport, base_url="http://x", timeout=PATIENCE_S
                ) as client:
                    try:
                        return await asyncio.wait_for(words(client, device), PATIENCE_S)
                    finally:
                        await owner.close()

    return asyncio.run(spoken())


def post(path: str, content: bytes, **more: Any) -> httpx.Response:
    """One letter."""
    return talk(lambda client, _: client.post(path, content=content, **more))


def test_a_question_has_its_answer() -> None:
    """By hand, as it stands in no code of the other side."""
    answer = post("/1/read", json.dumps(READ).encode())

    assert answer.status_code == 200
    assert answer.json()["reading"]["ports"]["1"]["link"]["up"] is True


def test_a_device_that_is_silent_is_an_error_with_its_facts() -> None:
    """502: the collector is well, what it asked is not."""

    async def words(client: httpx.AsyncClient, device: Played) -> httpx.Response:
        device.silent = True
        return await client.post("/1/read", json=READ)

    answer = talk(words)

    assert answer.status_code == 502
    assert answer.json() == {
        "version": VERSION,
        "kind": "SnmpTimeoutError",
        "words": "no answer",
        "facts": {"address": "192.0.2.1:161"},
    }


@pytest.mark.long
@given(st.sampled_from(PATHS), st.binary(max_size=300))
@settings(max_examples=25, deadline=None)
def test_nonsense_is_refused_and_asks_nobody(path: str, octets: bytes) -> None:
    """400, whatever it is; and the next question is answered."""

    async def words(client: httpx.AsyncClient, device: Played) -> tuple[int, int, int]:
        refused = await client.post(path, content=octets)
        conversations = device.conversations
        return (
            refused.status_code,
            conversations,
            (await client.post("/1/read", json=READ)).status_code,
        )

    assert talk(words) == (400, 0, 200)


@pytest.mark.parametrize(
    "wrong",
    [
        {"facts": []},
        {"facts": ["weather"]},
        {"facts": "link"},
        {"max_age": -1},
        {"deadline": 0},
        {"deadline": 1e9},
        {"target": {"element": "sw-1"}},
        {"target": {"element": "sw-1", "host": 5, "community": "public"}},
        {"version": "one"},
        {"version": 1.0},
    ],
)
def test_a_letter_that_is_nearly_right_is_refused(wrong: dict[str, Any]) -> None:
    """Nothing is guessed at."""
    assert post("/1/read", json.dumps(READ | wrong).encode()).status_code == 400


def test_a_newer_letter_is_answered_as_far_as_it_is_understood() -> None:
    """A field and a fact that only the API knows are no error; the answer says how old it is."""
    newer = READ | {"version": "1.99", "facts": [*READ["facts"], "weather"], "more": 1}

    answer = post("/1/read", json.dumps(newer).encode())

    assert answer.status_code == 200
    assert answer.json()["version"] == VERSION
    assert set(answer.json()["reading"]["parts"]) == set(READ["facts"])


def test_a_newer_letter_about_nothing_that_is_known_asks_no_device() -> None:
    """The newer API tells that apart from an answer by the version."""
    newer = json.dumps(READ | {"version": "1.99", "facts": ["weather"]}).encode()

    async def words(client: httpx.AsyncClient, device: Played) -> tuple[Any, Any, int]:
        read = await client.post("/1/read", content=newer)
        last = await client.post("/1/last-known", content=newer)
        return read.json()["reading"], last.json(), device.conversations

    reading, last, opened = talk(words)

    assert reading["element"] == "sw-1"
    assert not reading.get("parts")
    assert last == {"version": VERSION, "reading": None}
    assert opened == 0


def test_a_letter_of_another_major_is_told_the_version() -> None:
    """426, so that the API can say which of both must be upgraded."""
    answer = post("/1/read", json.dumps({"version": "2.0", **READ}).encode())

    assert (answer.status_code, answer.json()) == (426, {"version": VERSION})


def test_a_letter_that_is_too_long_is_refused_before_it_has_come() -> None:
    """413; the collector's memory is not the sender's."""
    sent = 0

    async def endless() -> Any:
        nonlocal sent
        for _ in range(64):
            sent += 1 << 20
            yield b" " * (1 << 20)

    async def words(client: httpx.AsyncClient, _: Played) -> int:
        try:
            return (await client.post("/1/read", content=endless())).status_code
        except httpx.WriteError:
            return 413  # it was told so, and the rest of it was not taken

    assert talk(words) == 413
    assert sent < 8 * MOST_OCTETS


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [("GET", "/1/read", 405), ("POST", "/2/read", 404), ("GET", "/", 404), ("GET", "/docs", 404)],
)
def test_there_is_nothing_else(method: str, path: str, status: int) -> None:
    """No page, no description, no other version."""
    answer = talk(lambda client, _: client.request(method, path))

    assert answer.status_code == status


@pytest.mark.parametrize("octets", [b"\x16\x03\x01\x02\x00", b"\0" * 70_000, b"GET\r\n\r\n", b"{}"])
def test_what_is_no_http_costs_nothing_but_its_connection(octets: bytes) -> None:
    """Others are answered beside it."""

    async def words() -> int:
        device = Played(switch())
        owner = Collector(registry(), device.open, now=device.clock)
        with socket_path() as path:
            async with listening(collector_app(owner), path):
                reader, writer = await asyncio.open_unix_connection(path)
                writer.write(octets)
                writer.write_eof()
                await reader.read(100)
                writer.close()
                transport = httpx.AsyncHTTPTransport(uds=str(path))
                async with httpx.AsyncClient(transport=transport, base_url="http://x") as client:
                    answer = await client.post("/1/read", json=READ)
                await owner.close()
                return answer.status_code

    assert asyncio.run(asyncio.wait_for(words(), PATIENCE_S)) == 200


def test_a_bug_of_the_collector_is_told_as_such(caplog: pytest.LogCaptureFixture) -> None:
    """500 without words; the log of the collector has its story."""

    async def words(client: httpx.AsyncClient, device: Played) -> httpx.Response:
        odd: Any = object()
        device.cells["1.3.6.1.2.1.1.2.0"] = odd
        return await client.post("/1/read", json=READ)

    answer = talk(words)

    assert answer.status_code == 500
    assert b"Traceback" not in answer.content
    assert any(record.exc_info for record in caplog.records)
