"""How middleware passes an answer on: status, headers and body."""

from __future__ import annotations

import asyncio
from typing import Any

from techinfo.api.asgi.interface import SendWrapper, adding

START = {"type": "http.response.start", "status": 404, "headers": [(b"age", b"1")]}
BODY = {"type": "http.response.body", "body": b"{}"}


def sent(wrapper: type[SendWrapper], *messages: dict[str, Any]) -> tuple[SendWrapper, list[Any]]:
    """A wrapper that adds a header, after some messages, and what it has passed on."""
    passed: list[Any] = []

    async def send(message: Any) -> None:
        passed.append(message)

    async def words() -> SendWrapper:
        sending = wrapper(send, [(b"x-more", b"2")])
        for message in messages:
            await sending(message)
        return sending

    return asyncio.run(words()), passed


def test_an_answer_keeps_its_headers_and_gets_more() -> None:
    """The message itself is not changed: the server may hold it still."""
    sending, passed = sent(SendWrapper, START, BODY)

    assert passed == [{**START, "headers": [(b"age", b"1"), (b"x-more", b"2")]}, BODY]
    assert START["headers"] == [(b"age", b"1")]
    assert sending.status == 404


def test_an_answer_that_has_not_begun_has_no_status() -> None:
    """So whoever catches an error knows whether an answer can still be given."""
    sending, passed = sent(SendWrapper)

    assert (sending.status, passed) == (None, [])


def test_the_status_is_known_before_an_answer_is_withheld() -> None:
    """A wrapper may keep an answer back, as the audit log does."""

    class Withheld(SendWrapper):
        async def start(self, message: Any) -> None:
            assert self.status == message["status"]

        async def body(self, message: Any) -> None:
            assert message == BODY

    sending, passed = sent(Withheld, START, BODY)

    assert (sending.status, passed) == (404, [])


def test_headers_are_added_by_who_passes_an_answer_on_already() -> None:
    """One more wrapper would cost every message; where there is none one is made."""
    outer = SendWrapper(None, [(b"age", b"1")])

    assert adding(outer, [(b"x-more", b"2")]) is outer
    assert outer.headers == [(b"age", b"1"), (b"x-more", b"2")]
    assert adding(print, [(b"x-more", b"2")]).headers == [(b"x-more", b"2")]
