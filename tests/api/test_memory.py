"""No text that a client chooses is kept for ever, whichever part of a request it stands in."""

from __future__ import annotations

import asyncio
import base64
import gc
import logging
import tracemalloc
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from tests.access.played import Recordings, stocked
from tests.api.texts import OCTETS, TEXTS, Text
from tests.api.ticketed import ISP, SUBSCRIBED, Ticketed, ticketed

LOGIN = b"Basic " + base64.b64encode(":".join(ISP).encode())
COUNT = 40
"""Requests of which memory is looked at, each with a text of its own."""
PATIENCE_S = 300.0
KEPT = 0.2
"""Of all texts together so much may still be there: the last ones are."""


@pytest.fixture
def desk(tmp_path: Path, network: Recordings) -> Iterator[Ticketed]:
    """Everything that can be asked."""
    made = ticketed(tmp_path / "tickets.sqlite", stocked(tmp_path, SUBSCRIBED), network.open)
    with made.file:
        yield made


async def ask(app: Any, made: Text, numbers: range) -> set[int]:
    """Ask with the texts of some numbers; the statuses that were answered.

    No library of a client's stands between: theirs keep URLs.
    """
    statuses: set[int] = set()
    for n in numbers:
        asked = made(n)
        path, _, query = asked.path.partition("?")
        body = [{"type": "http.request", "body": asked.body or b"", "more_body": False}]
        headers = [(name.lower().encode(), value.encode()) for name, value in asked.headers.items()]
        if asked.login:
            headers.append((b"authorization", LOGIN))
        if asked.body is not None:
            headers.append((b"content-length", b"%d" % len(asked.body)))
            if "Content-Type" not in asked.headers:
                headers.append((b"content-type", b"application/json"))
        scope = {
            "type": "http",
            "http_version": "1.1",
            "scheme": "http",
            "method": asked.method,
            "path": path,
            "raw_path": path.encode(),
            "query_string": query.encode(),
            "headers": headers,
            "client": ("127.0.0.1", 1),
            "server": ("127.0.0.1", 80),
            "state": {},
        }

        async def receive(body: list[Any] = body) -> Any:
            return body.pop() if body else await asyncio.Event().wait()

        async def send(message: Any) -> None:
            statuses.add(message.get("status", 0))

        await app(scope, receive, send)
        await asyncio.sleep(0)  # what ends a request ends it behind the answer
    return statuses - {0}


async def kept(app: Any, made: Text) -> tuple[int, set[int]]:
    """Octets that are kept of many texts, and the statuses that were answered.

    What was there before is out of the garbage collector's sight: it is that of all tests before.
    """
    await ask(app, made, range(5))
    gc.collect()
    gc.freeze()
    tracemalloc.start()
    try:
        before, _ = tracemalloc.get_traced_memory()
        statuses = await ask(app, made, range(5, 5 + COUNT))
        gc.collect()
        after, _ = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    return after - before, statuses


@pytest.mark.long
def test_no_text_of_a_clients_choice_is_kept(
    desk: Ticketed, caplog: pytest.LogCaptureFixture
) -> None:
    """Forty of six KiB each leave less behind than a few of them."""
    caplog.set_level(logging.CRITICAL, "techinfo")  # pytest itself keeps every log line

    async def words(_: httpx.AsyncClient) -> dict[str, tuple[int, set[int]]]:
        return {name: await kept(desk.served.app, made) for name, made in TEXTS.items()}

    found = desk.served.talk(words, PATIENCE_S)

    assert {name: it for name, (it, _) in found.items() if it > KEPT * COUNT * OCTETS} == {}
    failed = {name: {s for s in seen if s >= 500 and s != 501} for name, (_, seen) in found.items()}
    assert not any(failed.values()), failed
