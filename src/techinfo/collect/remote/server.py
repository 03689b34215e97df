"""The collector's own application: what `techinfo.collect.remote.client` asks, on a Unix socket.

It is no REST service for anybody else: letters in, letters out, each a POST. Who may write to the
socket may have every reading; that is the socket's file mode to say.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from typing import Any

from starlette.applications import Starlette

from techinfo.collect import AnyCollector, Reading
from techinfo.collect.remote.messages import (
    AnyMessage,
    CableTestMessage,
    CableTestQuestion,
    DeviceInfoMessage,
    DeviceInfoRequest,
    DeviceQuestion,
    DoneMessage,
    HeardMessage,
    HeardQuestion,
    LastQuestion,
    ReadingMessage,
    ReadQuestion,
    StatsMessage,
    UnreachableMessage,
    decode,
    encode,
    told,
)
from techinfo.errors import CollectorError, CollectorVersionError, TechinfoError
from techinfo.traps.heard import Heard

MOST_OCTETS = 8 << 20
"""Of a letter: five thousand targets with long names."""
_log = logging.getLogger(__name__)

Lifespan = Callable[[Starlette], AbstractAsyncContextManager[None]]
_Answer = Callable[[bytes], Awaitable[AnyMessage]]


def collector_app(
    collector: AnyCollector,
    *,
    lifespan: Lifespan | None = None,
    heard: Callable[[float], Awaitable[Sequence[Heard]]] | None = None,
) -> CollectorApp:
    """The application that answers for a collector.

    Args:
        collector: Who asks the devices.
        lifespan: What is opened before the first and closed after the last letter.
        heard: What devices have said by themselves, after so many seconds nothing; ``None``:
            nobody listens.
    """

    async def read(octets: bytes) -> AnyMessage:
        q = decode(ReadQuestion, octets)
        nothing = Reading(element=q.target.element) if _is_all_unknown(q) else None
        return ReadingMessage(
            reading=nothing or await collector.read(q.target, q.facts, q.max_age, q.deadline)
        )

    async def test_cable(octets: bytes) -> AnyMessage:
        q = decode(CableTestQuestion, octets)
        return CableTestMessage(test=await collector.test_cable(q.order))

    async def last_known(octets: bytes) -> AnyMessage:
        q = decode(LastQuestion, octets)
        last = None if _is_all_unknown(q) else await collector.last_known(q.target, q.facts)
        return ReadingMessage(reading=last)

    async def silent_since(octets: bytes) -> AnyMessage:
        q = decode(DeviceQuestion, octets)
        return UnreachableMessage(since=await collector.silent_since(q.target))

    async def met(octets: bytes) -> AnyMessage:
        q = decode(DeviceInfoRequest, octets)
        drivers = await collector.drivers() if q.drivers else None
        return DeviceInfoMessage(
            met=await collector.met(q.targets),
            drivers=None if drivers is None else tuple(drivers.values()),
        )

    async def forget(octets: bytes) -> AnyMessage:
        q = decode(DeviceQuestion, octets)
        await collector.forget(q.target)
        return DoneMessage()

    async def numbers(octets: bytes) -> AnyMessage:
        decode(DoneMessage, octets)
        return StatsMessage(numbers=await collector.numbers())

    return CollectorApp(
        {
            "/1/read": read,
            "/1/test-cable": test_cable,
            "/1/last-known": last_known,
            "/1/silent-since": silent_since,
            "/1/met": met,
            "/1/forget": forget,
            "/1/numbers": numbers,
            "/1/heard": _fetched(heard or _silence),
        },
        lifespan,
    )


async def _silence(wait_s: float) -> Sequence[Heard]:
    await asyncio.sleep(wait_s)
    return ()


def _fetched(heard: Callable[[float], Awaitable[Sequence[Heard]]]) -> _Answer:
    async def fetched(octets: bytes) -> AnyMessage:
        q = decode(HeardQuestion, octets)
        return HeardMessage(heard=tuple(await heard(q.wait)))

    return fetched


def _is_all_unknown(question: ReadQuestion | LastQuestion) -> bool:
    """Whether a newer API asks for nothing but what this process does not know yet.

    Raises:
        CollectorError: It asks for nothing, and is not newer.
    """
    if not question.facts and not question.is_newer:
        raise CollectorError("a question without a fact")
    return not question.facts


class CollectorApp:
    """Answers letters: 200, or 502 with an error of the house; 4xx for what is no letter.

    To a letter of another major the answer is 426, and has the version of this one.

    Args:
        answers: Path -> who answers.
        lifespan: What is opened before the first and closed after the last letter.
    """

    def __init__(self, answers: Mapping[str, _Answer], lifespan: Lifespan | None) -> None:
        self._answers = answers
        self._shell = Starlette(lifespan=lifespan)

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        """Answer one letter, or begin and end with the server."""
        if scope["type"] == "lifespan":
            await self._shell(scope, receive, send)
            return
        path: str = scope["path"]
        answer = self._answers.get(path)
        if answer is None:
            await _send(send, 404)
        elif scope["method"] != "POST":
            await _send(send, 405)
        else:
            octets = await _body(receive)
            # Of what is too long, the server would read what is left to its end.
            told = (413, b"") if octets is None else await _answered(path, octets, answer)
            await _send(send, *told)


async def _answered(path: str, octets: bytes, answer: _Answer) -> tuple[int, bytes]:
    try:
        return 200, encode(await answer(octets))
    except CollectorVersionError as e:
        _log.error("%s: %s", path, e)
        return 426, encode(DoneMessage())
    except CollectorError as e:
        _log.warning("%s: %s", path, e)
        return 400, b""
    except TechinfoError as e:
        letter = told(e)
        if letter is None:
            _log.exception("%s", path)
            return 500, b""
        return 502, encode(letter)


async def _body(receive: Any) -> bytes | None:
    """The body; ``None`` when there is too much of it. One that breaks off is no letter."""
    message = await receive()
    if message["type"] == "http.request" and not message["more_body"]:
        return message["body"] if len(message["body"]) <= MOST_OCTETS else None
    body = bytearray()
    while message["type"] == "http.request":
        body += message["body"]
        if len(body) > MOST_OCTETS:
            return None
        if not message["more_body"]:
            return bytes(body)
        message = await receive()
    return b""


async def _send(send: Any, status: int, octets: bytes = b"") -> None:
    headers = [
        (b"content-type", b"application/json"),
        (b"content-length", str(len(octets)).encode()),
    ]
    if status == 413:
        headers.append((b"connection", b"close"))
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": octets})
