"""Bodies of requests: not too long, and JSON."""

from __future__ import annotations

from typing import Any

from fastapi import Request
from starlette.datastructures import Headers
from starlette.exceptions import HTTPException

from techinfo.api.codes import Code
from techinfo.api.paths import Asgi, Scope
from techinfo.api.problems import ApiError, answer

MOST_OCTETS = 1024 * 1024
_MOST_DIGITS = 15
_WITH_BODY = frozenset({"POST", "PUT", "PATCH"})


def too_large(most: int) -> ApiError:
    """The refusal of a body."""
    cause = f"the body is longer than {most} octets"
    return ApiError(413, cause, code=Code.TOO_LARGE)


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
        told = Headers(scope=scope).get("content-length", "0")
        digits = told.lstrip("0") if told.isascii() and told.isdecimal() else ""
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


def media_type(request: Request) -> str:
    """What a body is said to be, without parameters, in small letters; empty: nothing is said."""
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
        raise ApiError(415, cause, code=Code.UNSUPPORTED_MEDIA_TYPE)
