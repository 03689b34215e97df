"""The collector's own application: what `techinfo.collect.remote.client` asks, on a Unix socket.

It is no REST service for anybody else: letters in, letters out, each a POST. Who may write to the
socket may have every reading; that is the socket's file mode to say.
"""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable
from contextlib import AbstractAsyncContextManager

from starlette.applications import Starlette
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.routing import Route

from techinfo.collect import AnyCollector, Reading
from techinfo.collect.remote.messages import (
    AnyMessage,
    DeviceInfoMessage,
    DeviceInfoRequest,
    DeviceQuestion,
    DoneMessage,
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

MOST_OCTETS = 8 << 20
"""Of a letter: five thousand targets with long names."""
_log = logging.getLogger(__name__)

Lifespan = Callable[[Starlette], AbstractAsyncContextManager[None]]
_Answer = Callable[[bytes], Awaitable[AnyMessage]]


def collector_app(collector: AnyCollector, *, lifespan: Lifespan | None = None) -> Starlette:
    """The application that answers for a collector.

    Args:
        collector: Who asks the devices.
        lifespan: What is opened before the first and closed after the last letter.
    """

    async def read(octets: bytes) -> AnyMessage:
        q = decode(ReadQuestion, octets)
        nothing = Reading(element=q.target.element) if _is_all_unknown(q) else None
        return ReadingMessage(
            reading=nothing or await collector.read(q.target, q.facts, q.max_age, q.deadline)
        )

    async def last_known(octets: bytes) -> AnyMessage:
        q = decode(LastQuestion, octets)
        last = None if _is_all_unknown(q) else await collector.last_known(q.target, q.facts)
        return ReadingMessage(reading=last)

    async def silent_since(octets: bytes) -> AnyMessage:
        q = decode(DeviceQuestion, octets)
        return UnreachableMessage(since=await collector.silent_since(q.target))

    async def met(octets: bytes) -> AnyMessage:
        q = decode(DeviceInfoRequest, octets)
        return DeviceInfoMessage(met=await collector.met(q.targets))

    async def forget(octets: bytes) -> AnyMessage:
        q = decode(DeviceQuestion, octets)
        await collector.forget(q.target)
        return DoneMessage()

    async def numbers(octets: bytes) -> AnyMessage:
        decode(DoneMessage, octets)
        return StatsMessage(numbers=await collector.numbers())

    routes = [
        _route("/1/read", read),
        _route("/1/last-known", last_known),
        _route("/1/silent-since", silent_since),
        _route("/1/met", met),
        _route("/1/forget", forget),
        _route("/1/numbers", numbers),
    ]
    return Starlette(routes=routes, lifespan=lifespan)


def _is_all_unknown(question: ReadQuestion | LastQuestion) -> bool:
    """Whether a newer API asks for nothing but what this process does not know yet.

    Raises:
        CollectorError: It asks for nothing, and is not newer.
    """
    if not question.facts and not question.is_newer:
        raise CollectorError("a question without a fact")
    return not question.facts


def _route(path: str, answer: _Answer) -> Route:
    async def endpoint(request: Request) -> Response:
        return await _answered(request, answer)

    return Route(path, endpoint, methods=["POST"])


async def _answered(request: Request, answer: _Answer) -> Response:
    """A letter's answer: 200, or 502 with an error of the house; 4xx for what is no letter.

    To a letter of another major the answer is 426, and has the version of this one.
    """
    octets = await _body(request)
    if octets is None:
        # Or the server would read what is left of it to its end.
        return Response(status_code=413, headers={"Connection": "close"})
    try:
        return _response(200, encode(await answer(octets)))
    except CollectorVersionError as e:
        _log.error("%s: %s", request.url.path, e)
        return _response(426, encode(DoneMessage()))
    except CollectorError as e:
        _log.warning("%s: %s", request.url.path, e)
        return _response(400, b"")
    except TechinfoError as e:
        letter = told(e)
        if letter is None:
            _log.exception("%s", request.url.path)
            return _response(500, b"")
        return _response(502, encode(letter))


async def _body(request: Request) -> bytes | None:
    """The body; ``None`` when there is too much of it."""
    body = bytearray()
    try:
        async for chunk in request.stream():
            body += chunk
            if len(body) > MOST_OCTETS:
                return None
    except ClientDisconnect:
        return b""
    return bytes(body)


def _response(status: int, octets: bytes) -> Response:
    return Response(octets, status_code=status, media_type="application/json")
