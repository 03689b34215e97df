"""Bodies of requests: bounded in length, and JSON of a known shape."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NoReturn, TypeVar

from fastapi import Request
from pydantic import BaseModel, ValidationError
from starlette.datastructures import Headers
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect

from techinfo.api.asgi.interface import Asgi, Scope
from techinfo.api.errors import ApiError, answer
from techinfo.error_codes import Code

MOST_OCTETS = 1024 * 1024
_MOST_DIGITS = 15
_WITH_BODY = frozenset({"POST", "PUT", "PATCH"})


def too_large(most: int) -> ApiError:
    """The refusal of a body."""
    cause = f"the body is longer than {most} octets"
    return ApiError(Code.TOO_LARGE, cause)


class Bodies:
    """Reads no more of a body than is ever wanted.

    Args:
        app: Who reads the bodies.
        most_octets: The longest that is read.
    """

    def __init__(self, app: Asgi, most_octets: int = MOST_OCTETS) -> None:
        self._app = app
        self._most = most_octets

    async def __call__(self, scope: Scope, receive: Any, send: Any) -> None:
        """Hand a request on, unless its body is known to be too long; else when that shows."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        length = Headers(scope=scope).get("content-length", "0")
        digits = length.lstrip("0") if length.isascii() and length.isdecimal() else ""
        if len(digits) > _MOST_DIGITS or int(digits or "0") > self._most:
            await answer(too_large(self._most), scope["path"])(scope, receive, send)
            return
        octets = 0

        async def counted() -> Any:
            nonlocal octets
            message = await receive()
            octets += len(message.get("body", b""))
            if octets > self._most:
                # The only kind of error that FastAPI lets pass while it reads a body.
                raise HTTPException(413)
            return message

        await self._app(scope, counted, send)


@dataclass(kw_only=True, slots=True)
class BodyBudget:
    """The memory for bodies of one provider's requests, while they are read and wait.

    Attributes:
        most: Bodies at the same time.
        most_octets: Of all of them.
        held: Bodies that are counted.
        octets: Theirs.
    """

    most: int
    most_octets: int = 16 * MOST_OCTETS
    held: int = 0
    octets: int = 0


class WholeBody:
    """The body of one request, read to its end before anything else is done for it.

    Args:
        budget: Counts it until it is let go.
    """

    __slots__ = ("_budget", "_counted", "_octets")

    def __init__(self, budget: BodyBudget) -> None:
        self._budget = budget
        self._octets = bytearray()
        self._counted = False

    async def read(self, receive: Any) -> Any:
        """What to receive from instead.

        Raises:
            ApiError: 400, it broke off; 413, it is too long; 429, the budget is used up.
        """
        if self._budget.held >= self._budget.most:
            raise _budget_used_up()
        self._budget.held += 1
        self._counted = True
        more = True
        while more:
            message = await receive()
            if message["type"] == "http.disconnect":
                raise ApiError(Code.MALFORMED, "the body ends too early")
            more = message.get("more_body", False)
            self._put(message.get("body", b""))
        return self._receive_from(receive)

    def let_go(self) -> None:
        """It is needed no more."""
        if self._counted:
            self._budget.held -= 1
            self._budget.octets -= len(self._octets)
            self._octets = bytearray()
            self._counted = False

    def _put(self, octets: bytes) -> None:
        if len(self._octets) + len(octets) > MOST_OCTETS:
            raise too_large(MOST_OCTETS)
        if self._budget.octets + len(octets) > self._budget.most_octets:
            raise _budget_used_up()
        self._octets += octets
        self._budget.octets += len(octets)

    def _receive_from(self, receive: Any) -> Any:
        given = False

        async def received() -> Any:
            nonlocal given
            if given:
                return await receive()
            given = True
            return {"type": "http.request", "body": bytes(self._octets), "more_body": False}

        return received


def has_body(headers: Sequence[tuple[bytes, bytes]]) -> bool:
    """Whether a request brings a body."""
    for name, value in headers:
        if name == b"transfer-encoding" or (name == b"content-length" and value.strip(b"0")):
            return True
    return False


def _budget_used_up() -> ApiError:
    cause = "too many bodies of your requests wait"
    headers = {"Retry-After": "1"}
    return ApiError(Code.QUOTA, cause, headers=headers)


def media_type(request: Request) -> str:
    """The Content-Type without parameters, in lower case; empty: there is none."""
    return request.headers.get("content-type", "").partition(";")[0].strip().lower()


async def only_json(request: Request) -> None:
    """Refuse a body that is not JSON.

    Raises:
        ApiError: 415.
    """
    if request.method not in _WITH_BODY:
        return
    kind = media_type(request)
    empty = request.headers.get("content-length", "") in {"", "0"}
    if not kind and empty and "transfer-encoding" not in request.headers:
        return
    if kind != "application/json":
        cause = "the body must be application/json"
        raise ApiError(Code.UNSUPPORTED_MEDIA_TYPE, cause)


_MOST_OF_A_PLACE = 60
Model = TypeVar("Model", bound=BaseModel)


async def json_body(request: Request, model: type[Model], most_octets: int) -> Model:
    """The body of a request.

    Args:
        request: Whose body.
        model: Its shape.
        most_octets: No more is read.

    Raises:
        ApiError: 400 malformed, 413 too long, 415 something else than JSON.
    """
    if media_type(request) != "application/json":
        cause = "a body is read as application/json only"
        raise ApiError(Code.UNSUPPORTED_MEDIA_TYPE, cause)
    too_long = ApiError(Code.TOO_LARGE, f"the body is over {most_octets} octets")
    octets = await bounded_body(request, most_octets, too_long)
    try:
        value = json.loads(octets, parse_constant=_not_json)
    except (ValueError, RecursionError):
        raise ApiError(Code.MALFORMED, "the body is not JSON") from None
    try:
        return model.model_validate(value)
    except ValidationError as error:
        raise ApiError(Code.MALFORMED, f"malformed request: {_first(error)}") from None


async def bounded_body(request: Request, most_octets: int, too_long: ApiError) -> bytes:
    """The octets of a body; no more is read than may be.

    Raises:
        ApiError: As it is given, for a body that is too long; 400, it broke off.
    """
    body = bytearray()
    try:
        async for chunk in request.stream():
            body += chunk
            if len(body) > most_octets:
                raise too_long
    except ClientDisconnect:
        raise ApiError(Code.MALFORMED, "the body ends too early") from None
    return bytes(body)


def body_schema(model: type[BaseModel]) -> dict[str, Any]:
    """The body as a route's ``openapi_extra`` declares it."""
    told = model.model_json_schema(ref_template="#/components/schemas/{model}")
    content = {"application/json": {"schema": told}}
    return {"requestBody": {"required": True, "content": content}}


def _not_json(found: str) -> NoReturn:
    raise ValueError(f"{found} is no JSON")


def _first(error: ValidationError) -> str:
    found = error.errors(include_url=False, include_context=False, include_input=False)[0]
    return first_mistake(found)


def first_mistake(found: Mapping[str, Any]) -> str:
    """Where a request is wrong and why, without what was found there.

    Args:
        found: An error of pydantic's: ``loc`` and ``msg``.
    """
    place = ".".join(str(x) for x in found["loc"])[:_MOST_OF_A_PLACE]
    why = str(found["msg"]).removeprefix("Value error, ")
    return f"{place}: {why}" if place else why
